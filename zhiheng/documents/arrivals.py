"""Files that arrive: what is taken, held piece by piece against what the name says, fixed by two digests, scanned where a scanner is set.

No file is read into memory whole: a recording of two gigabytes costs what a picture costs.
"""

from __future__ import annotations

import hashlib
import os
import socket
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from zhiheng.refusal import Refused

# What may be filed as evidence: ending → what its bytes begin with, and from which byte on. They must be what the name says.
_Begins = tuple[int, bytes]
_ZIP: tuple[_Begins, ...] = ((0, b"PK\x03\x04"),)
_BOX: tuple[_Begins, ...] = ((4, b"ftyp"),)  # the ISO media files: films, HEIC
_MAGIC: dict[str, tuple[_Begins, ...]] = {
    ".pdf": ((0, b"%PDF-"),),
    ".ofd": _ZIP,
    ".jpg": ((0, b"\xff\xd8\xff"),),
    ".jpeg": ((0, b"\xff\xd8\xff"),),
    ".png": ((0, b"\x89PNG\r\n\x1a\n"),),
    ".heic": _BOX,
    ".heif": _BOX,
    ".docx": _ZIP,
    ".xlsx": _ZIP,
    ".zip": _ZIP,
    ".mp4": (*_BOX, (4, b"moov"), (4, b"mdat"), (4, b"free"), (4, b"skip"), (4, b"wide")),
    ".mov": (*_BOX, (4, b"moov"), (4, b"mdat"), (4, b"free"), (4, b"skip"), (4, b"wide")),
    ".m4a": _BOX,
    ".3gp": _BOX,
    ".avi": ((0, b"RIFF"),),
    ".mkv": ((0, b"\x1aE\xdf\xa3"),),
    ".webm": ((0, b"\x1aE\xdf\xa3"),),
    ".mp3": ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3")),
    ".wav": ((0, b"RIFF"),),
    ".amr": ((0, b"#!AMR"),),
    ".txt": ((0, b""),),
}
ENDINGS = tuple(sorted(_MAGIC))
PICTURES = (".jpg", ".jpeg", ".png")  # of which a small one is shown
PHOTOS = (*PICTURES, ".heic", ".heif")  # what a phone's camera makes
_EXECUTABLE = (b"MZ", b"\x7fELF", b"#!/", b"#! ")
_HEAD = 64  # bytes that tell what a file is
_PIECE = 1 << 20


@dataclass(frozen=True)
class Arrived:
    """A file as it arrived: where it is kept (its SM3), its SHA-256, its bytes."""

    digest: str
    sha256: str
    size: int


def path_of(digest: str) -> Path:
    """Where a file with this digest is kept."""
    return Path(settings.FILES_DIR) / digest[:2] / digest[2:]


def check_head(file_name: str, head: bytes, field: str = "file") -> None:
    """Whether a file that begins so may be filed under this name. Raises Refused at `field`."""
    ending = Path(file_name).suffix.lower()
    if not head:
        raise Refused.because("文件是空的", way_out="请重新选择文件", field=field)
    if ending not in _MAGIC:
        raise Refused.because(
            f"不收“{ending or '无扩展名'}”类文件",
            way_out="可用：" + "、".join(one[1:] for one in ENDINGS),
            field=field,
        )
    begins = any(head[at : at + len(sign)] == sign for at, sign in _MAGIC[ending])
    if head.startswith(_EXECUTABLE) or not begins:
        raise Refused.because(
            f"文件内容不是它的名称所说的 {ending[1:].upper()}", way_out="请用原始文件重传", field=field
        )


def too_large(limit: int, field: str = "file") -> Refused:
    return Refused.because(f"文件超过 {limit // 2**20} MB", way_out="请压缩或分卷后再传", field=field)


def arrive(*, file_name: str, file: BinaryIO, limit: int, field: str = "file") -> Arrived:
    """Keep a file piece by piece: written aside, fixed by its digests, read back, scanned, and only then moved into place. Raises Refused at `field`,
    and then nothing of it stays."""
    head = file.read(_HEAD)
    check_head(file_name, head, field)
    folder = Path(settings.FILES_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder)
    except OSError as error:
        raise not_kept(error) from error
    aside = Path(name)
    sm3, sha256, size = hashlib.new("sm3"), hashlib.sha256(), 0
    try:
        with os.fdopen(handle, "wb") as kept:
            for piece in _pieces(head, file):
                size += len(piece)
                if size > limit:
                    raise too_large(limit, field)
                sm3.update(piece)
                sha256.update(piece)
                kept.write(piece)
            kept.flush()
            os.fsync(kept.fileno())
        with aside.open("rb") as read_back:
            if hashlib.file_digest(read_back, lambda: hashlib.new("sm3")).digest() != sm3.digest():
                raise OSError(None, "写入后读回的内容不符")
        scan(aside, file_name, field)
        place = path_of(sm3.hexdigest())
        place.parent.mkdir(parents=True, exist_ok=True)
        aside.replace(place)
    except OSError as error:
        raise not_kept(error) from error
    finally:
        aside.unlink(missing_ok=True)
    return Arrived(sm3.hexdigest(), sha256.hexdigest(), size)


def _pieces(head: bytes, file: BinaryIO) -> Iterator[bytes]:
    yield head
    while piece := file.read(_PIECE):
        yield piece


def not_kept(error: OSError) -> Refused:
    return Refused.because(
        f"文件没有存下（{error.strerror}），什么也没有改动",
        way_out="请联系管理员检查数据目录的空间和权限后重试",
    )


# ---------------------------------------------------------------- the scanner


def scan(path: Path, file_name: str, field: str = "file") -> None:
    """Ask the clamd that is set (`CLAMD`: “host:port”, or the path of its socket) about a file; nothing is asked where none is set. Raises
    Refused for what it finds, and, since a file nobody could look at is not taken, where it does not answer."""
    if not settings.CLAMD:
        return
    try:
        with _clamd() as line, path.open("rb") as file:
            line.sendall(b"zINSTREAM\0")
            while piece := file.read(1 << 16):
                line.sendall(struct.pack(">I", len(piece)) + piece)
            line.sendall(struct.pack(">I", 0))
            said = _answer(line)
    except OSError as error:
        raise Refused.because(
            f"病毒扫描程序没有应答（{error}），文件没有收下",
            way_out="请联系管理员检查 clamd 后重传",
            field=field,
        ) from error
    if said.endswith("FOUND"):
        what = said.removeprefix("stream: ").removesuffix(" FOUND")
        raise Refused.because(
            f"“{file_name}”被病毒扫描程序认定为 {what}，没有收下",
            way_out="须作为证据保存的，请封存原载体",
            field=field,
        )
    if not said.endswith("OK"):
        raise Refused.because(
            f"病毒扫描程序没有扫描“{file_name}”：{said or '没有答复'}", way_out="请联系管理员", field=field
        )


def _clamd() -> socket.socket:
    host, colon, port = settings.CLAMD.rpartition(":")
    if colon and port.isdecimal():
        return socket.create_connection((host, int(port)), timeout=60)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(60)
    try:
        line.connect(settings.CLAMD)
    except OSError:
        line.close()
        raise
    return line


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < 4096 and (piece := line.recv(1024)):
        said += piece
    return said.rstrip(b"\0\n").decode(errors="replace").strip()
