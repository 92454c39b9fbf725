"""Heads of the ledger kept outside the database: one line for each entry, written once its transaction has committed.

Whoever owns the database can shorten the ledger or make it anew, and every hash in it will agree with the others. What
was written to another place does not change with it. `ZHIHENG_HEADS_FILE` should name a file that the database's owner
cannot write to: another disk, a share that only appends, a file with the append-only attribute.

A line is `number hash moment`. The file only grows; a line that could not be written (disk full) is logged, and the next
one covers it, since a hash stands for everything before it.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

_log = logging.getLogger(__name__)
_LINE = re.compile(r"(\d{1,18}) ([0-9a-f]{64}) (\S+)")
# What a power cut can leave of a line. The full line after it stands for everything before, so nothing is missing.
_TORN = re.compile(r"\d{0,18}|\d{1,18} [0-9a-f]{0,64}|\d{1,18} [0-9a-f]{64} \S*")


def path() -> Path:
    """Where the heads are kept."""
    return Path(settings.HEADS_FILE)


def write(seq: int, digest: str, at: str) -> None:
    """Add one line. Raises nothing: the act has happened, and saying it failed would be a lie."""
    line = f"{seq} {digest} {at}\n".encode()
    if _cut_off():
        line = b"\n" + line  # what a crash cut off keeps its line and does not spoil this one
    try:
        handle = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line)  # one short write to an appending file: processes do not mix their lines
        finally:
            os.close(handle)
    except OSError as error:
        _log.error("the head of the ledger was not written to %s: %s", path(), error)


def _cut_off() -> bool:
    """Whether the file ends within a line. Who writes it need not be able to read it; then nothing is known of its end."""
    try:
        with path().open("rb") as file:
            return bool(file.seek(0, os.SEEK_END)) and os.pread(file.fileno(), 1, file.tell() - 1) != b"\n"
    except OSError:
        return False


def known() -> Iterator[tuple[int, str]]:
    """Number and hash of every head kept, in the order written. Raises ValueError for a line that is none.

    A line cut off while it was written is passed over: the entry has a successor, whose hash stands for it, or is the last.
    """
    try:
        with path().open(encoding="ascii", errors="replace") as file:
            for number, line in enumerate(file, 1):
                if match := _LINE.fullmatch(line.rstrip("\n")):
                    yield int(match[1]), match[2]
                elif not _TORN.fullmatch(line.rstrip("\n")):
                    raise ValueError(f"{path()} 第 {number} 行不是一条摘要记录")
    except FileNotFoundError:
        return


def lines_until(seq: int) -> Iterator[bytes]:
    """The lines for entries up to this number, as they stand in the file; for a backup."""
    try:
        with path().open("rb") as file:
            for line in file:
                match = _LINE.fullmatch(line.decode("ascii", "replace").rstrip("\n"))
                if match and int(match[1]) <= seq:
                    yield line
    except FileNotFoundError:
        return


def begin_with(content: IO[bytes]) -> None:
    """Write the lines of a backup, where there are none yet (`exist`). Raises OSError."""
    handle = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "wb") as file:
        shutil.copyfileobj(content, file)
        file.flush()
        os.fsync(file.fileno())


def exist() -> bool:
    """Whether any head was ever written."""
    try:
        return path().stat().st_size > 0
    except OSError:
        return False
