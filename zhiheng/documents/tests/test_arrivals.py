"""Files that arrive: of every kind that evidence comes in, fixed by two digests, never whole in memory, looked at by the scanner."""

from __future__ import annotations

import hashlib
import io
import os
import socketserver
import struct
import threading
import tracemalloc
from pathlib import Path

import pytest
from PIL import Image

from zhiheng.documents import arrivals, services, thumbnails
from zhiheng.refusal import Refused

MOVIE = b"\0\0\0\x20ftypisom" + bytes(200)
SAMPLES = {
    ".heic": b"\0\0\0\x18ftypheic" + bytes(64), ".mp4": MOVIE, ".mov": b"\0\0\0\x14ftypqt  " + bytes(64), ".ofd": b"PK\x03\x04" + bytes(64),
    ".mkv": b"\x1aE\xdf\xa3" + bytes(64), ".amr": b"#!AMR\n" + bytes(64), ".pdf": b"%PDF-1.7", ".3gp": b"\0\0\0\x18ftyp3gp5", ".txt": "证言".encode(),
}  # fmt: skip


def arrive(name: str, data: bytes, limit: int = 1 << 30) -> arrivals.Arrived:
    return arrivals.arrive(file_name=name, file=io.BytesIO(data), limit=limit)


@pytest.mark.parametrize("ending", SAMPLES)
def test_what_evidence_comes_in_is_taken_and_fixed_by_both_digests(ending):
    data = SAMPLES[ending]
    kept = arrive(f"证据{ending}", data)
    assert kept == arrivals.Arrived(
        hashlib.new("sm3", data).hexdigest(), hashlib.sha256(data).hexdigest(), len(data)
    )
    assert services.read(kept.digest) == data and services.sums(kept.digest) == kept.sha256


@pytest.mark.parametrize("ending", [one for one in SAMPLES if one != ".txt"])
def test_what_is_not_what_its_name_says_is_refused(ending):
    with pytest.raises(Refused, match="不是它的名称所说的"):
        arrive(f"证据{ending}", b"hello world, this is nothing of the kind")


class Endless(io.RawIOBase):
    """A film of so many bytes that nobody holds."""

    def __init__(self, size: int) -> None:
        self.left, self.begun = size, False

    def read(self, size: int = -1) -> bytes:
        size = min(size, self.left)
        self.left -= size
        if not self.begun:
            self.begun = True
            return MOVIE[:size].ljust(size, b"\0")
        return bytes(size)


def test_a_long_film_costs_the_memory_of_a_short_one_and_nothing_past_the_limit_stays(settings, tmp_path):
    settings.FILES_DIR = tmp_path
    peaks = []
    for size in (4 << 20, 64 << 20):
        tracemalloc.start()
        kept = arrivals.arrive(file_name="录像.mp4", file=Endless(size), limit=1 << 30)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert kept.size == size == services.path_of(kept.digest).stat().st_size
    assert peaks[1] < 2 * peaks[0] + (1 << 20), peaks
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(Refused, match="文件超过 2 MB"):
        arrivals.arrive(file_name="录像.mp4", file=Endless(3 << 20), limit=2 << 20)
    assert sorted(tmp_path.rglob("*")) == before


class Scanner(socketserver.BaseRequestHandler):
    """clamd as its manual has it: zINSTREAM, then pieces with their length, then a length of nought."""

    def handle(self) -> None:
        command = self.request.recv(10)
        data = b""
        while size := struct.unpack(">I", self._exactly(4))[0]:
            data += self._exactly(size)
        self.server.asked.append((command, data))
        self.request.sendall(b"stream: Eicar-Test FOUND\0" if b"EICAR" in data else b"stream: OK\0")

    def _exactly(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            found += self.request.recv(size - len(found))
        return found


@pytest.fixture(params=["tcp", "unix"])
def clamd(request, settings, tmp_path):
    if request.param == "tcp":
        server = socketserver.TCPServer(("127.0.0.1", 0), Scanner)
        settings.CLAMD = f"127.0.0.1:{server.server_address[1]}"
    else:
        settings.CLAMD = str(tmp_path / "clamd")
        server = socketserver.UnixStreamServer(settings.CLAMD, Scanner)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_scanner_that_is_set_sees_every_byte_and_what_it_finds_is_refused(clamd, settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    data = b"%PDF-" + bytes(range(256)) * 700
    assert services.read(arrive("票据.pdf", data).digest) == data
    assert clamd.asked == [(b"zINSTREAM\0", data)]
    with pytest.raises(Refused, match="Eicar-Test"):
        arrive("木马.txt", b"xxEICARxx")
    digest = hashlib.new("sm3", b"xxEICARxx").hexdigest()
    assert not services.path_of(digest).exists()


def test_a_scanner_that_does_not_answer_takes_nothing_and_none_at_all_takes_everything(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    settings.CLAMD = str(tmp_path / "nobody")
    with pytest.raises(Refused, match="没有应答"):
        arrive("票据.txt", b"x")
    assert not [path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()]
    settings.CLAMD = ""
    assert arrive("票据.txt", b"x").size == 1


def test_a_small_picture_is_upright_and_small_and_what_is_no_picture_has_none(tmp_path):
    picture = tmp_path / "a.jpg"
    turned = Image.Exif()
    turned[0x0112] = 6  # taken with the phone held upright
    Image.new("RGB", (1600, 900), "red").save(picture, exif=turned)
    small = Image.open(io.BytesIO(thumbnails.small(str(picture))))
    assert small.size == (180, 320)
    picture.write_bytes(b"\xff\xd8\xffnothing")
    with pytest.raises(ValueError, match="读不出"):
        thumbnails.small(str(picture))


def test_evidence_that_a_disk_does_not_keep_is_refused_and_leaves_nothing(settings, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda handle: os.ftruncate(handle, 100))
    with pytest.raises(Refused, match="读回的内容不符"):
        arrivals.arrive(file_name="记录.txt", file=io.BytesIO(b"x" * 1000), limit=10_000)
    assert not [one for one in Path(settings.FILES_DIR).rglob("*") if one.is_file()]
