"""The file of a backup: a tar whose members are written and read one after the other, however large the whole is.

    begin.json            format, moment, what the tables were like
    rows/LABEL/00001.gz   rows of one kind, a JSON array a line
    files/DIGEST          a kept file under its SM3
    ledger-heads          heads of the ledger of acts, up to the last entry among the rows
    end.json              what has been counted, and the SM3 of all that stands before it

A file without its end, or with a byte changed, is no backup: `check` says so before anything is taken from it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from zhiheng.refusal import Refused

FORMAT = 1
BEGIN, END, HEADS = "begin.json", "end.json", "ledger-heads"
_PIECE = 1 << 20


class Writer:
    """Members in the order in which they are added. The caller has opened the file, and closes it after `end`."""

    def __init__(self, file: IO[bytes]):
        self._tar = tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by `end`
        self._whole = hashlib.new("sm3")
        self.files = 0

    def add(self, name: str, data: bytes) -> None:
        self._add(name, len(data), io.BytesIO(data))

    def add_file(self, name: str, path: Path) -> str:
        """A file as it is now; the SM3 of what was taken."""
        with path.open("rb") as file:
            self.files += 1
            return self.add_open(name, file)

    def add_open(self, name: str, file: IO[bytes]) -> str:
        """An open file from its beginning, as long as it is now; the SM3 of what was taken."""
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        return self._add(name, size, file)

    def _add(self, name: str, size: int, file: IO[bytes]) -> str:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        read = Digested(file)
        self._tar.addfile(member, read)
        self._tar.members.clear()  # the library keeps one for each file ever written
        digest = read.digest.hexdigest()
        self._whole.update(f"{name}\0{size}\0{digest}\n".encode())
        return digest

    def end(self, **counted: Any) -> str:
        """The last member; the SM3 that stands for the whole."""
        whole = self._whole.hexdigest()
        told = {"whole": whole, "files": self.files, **counted}
        self._add(END, len(data := _json(told)), io.BytesIO(data))
        self._tar.close()
        return whole


class Digested:
    """A file that works out the SM3 of what is read from it."""

    def __init__(self, file: IO[bytes]):
        self._file, self.digest, self.size = file, hashlib.new("sm3"), 0

    def read(self, size: int = -1) -> bytes:
        try:
            piece = self._file.read(size)
        except tarfile.TarError as error:
            raise _damaged("没有复制完整") from error
        self.digest.update(piece)
        self.size += len(piece)
        return piece

    def exhaust(self) -> None:
        while self.read(_PIECE):
            pass


def members(path: Path) -> Iterator[tuple[str, Digested]]:
    """Name and content of each member, in order; the content is to be read before the next one. Raises Refused."""
    try:
        with tarfile.open(path, mode="r|") as tar:
            for member in tar:
                tar.members.clear()
                if not member.isfile():
                    raise _damaged("其中有不是文件的内容")
                yield member.name, Digested(tar.extractfile(member))
    except OSError as error:
        raise Refused.because(
            f"备份 {path} 读不出来（{error.strerror or error}）", way_out="请核对路径"
        ) from error
    except tarfile.TarError as error:
        raise _damaged("不是备份文件，或者已经损坏") from error


def check(path: Path) -> tuple[dict, dict]:
    """What the backup says at its beginning and at its end, once all of it has been read and holds. Raises Refused."""
    whole = hashlib.new("sm3")
    begin: dict | None = None
    end: dict | None = None
    odd: list[str] = []
    for name, read in members(path):
        if end is not None:
            raise _damaged("末尾之后还有内容")
        if begin is None:
            if name != BEGIN:
                raise _damaged("开头不是备份的开头")
            begin = _told(read)
            if begin.get("format") != FORMAT:
                raise Refused.because(
                    f"备份的格式是 {begin.get('format')}，这个版本只读 {FORMAT}",
                    way_out="请用制作它的版本恢复",
                )
        elif name == END:
            end = _told(read)
            continue
        read.exhaust()
        digest = read.digest.hexdigest()
        if name.startswith("files/") and name != f"files/{digest}":
            odd.append(name[6:])
        whole.update(f"{name}\0{read.size}\0{digest}\n".encode())
    if begin is None or end is None:
        raise _damaged("没有结尾：制作时中断，或者没有复制完整")
    if end.get("whole") != whole.hexdigest():
        raise _damaged("内容与结尾的摘要不符：复制后被改动过")
    if odd != end.get("damaged"):
        raise _damaged(f"有 {len(odd)} 个文件的内容与摘要不符")
    return begin, end


def _told(file: Digested) -> dict:
    try:
        told = json.loads(file.read())
    except ValueError as error:
        raise _damaged("说明部分读不出来") from error
    if not isinstance(told, dict):
        raise _damaged("说明部分读不出来")
    return told


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def begin(**told: Any) -> bytes:
    """Content of the first member."""
    return _json({"format": FORMAT, **told})


def _damaged(why: str) -> Refused:
    return Refused.because(f"备份不完整：{why}", way_out="没有恢复任何内容。请换另一份备份")
