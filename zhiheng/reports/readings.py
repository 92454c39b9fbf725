"""Readings of texts, kept on disk: a text once read is not read again, by no page, no process and after no restart.

What a text says depends on its words, the year it is read for, and the reader. A reading is kept under all three, the
reader by the digest of its own code and words: one that was changed finds nothing of the one before. Nothing else hangs
on these files. They may be deleted at any time, are in no backup, and those that were not asked for longest go first.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import tempfile
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings

import zhiheng.canonical
import zhiheng.numbers
from zhiheng.jobs import foreign

from . import claims
from .claims import Claim, Comparison, First, Reading, Unread, Vague
from .claims.normalise import Normalised, Shift, Stack
from .claims.words import Unit

MOST_BYTES = 256 << 20
"""So much all kept readings may take together."""
MOST_FILES = 2_000
_KINDS = (Claim, Comparison, First, Normalised, Reading, Shift, Stack, Unit, Unread, Vague)


def reading_of(text: str, year: int) -> Reading:
    """The claims of a text, not yet matched. Every page of the desk and every claim that is opened asks for the whole of
    it, so it is read once."""
    return _lately(text, year).anew()


@lru_cache(maxsize=16)
def _lately(text: str, year: int) -> Reading:
    path = _folder() / _name(text, year)
    reading = _kept(path)
    if reading is None:
        reading = claims.read(text, year=year)
        _keep(path, reading)
    return reading


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "cache" / "readings"


def _name(text: str, year: int) -> str:
    return hashlib.sha256(f"{reader_version()}\n{year}\n{text}".encode(errors="surrogatepass")).hexdigest()


@cache
def reader_version() -> str:
    """What the reader is made of: its code, its words, and the modules it reads numbers and signs with."""
    files = [Path(zhiheng.canonical.__file__)]
    for package in (claims, zhiheng.numbers):
        inside = Path(package.__file__).parent.rglob("*")
        files += [p for p in inside if p.suffix in (".py", ".yaml") and "tests" not in p.parts]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _kept(path: Path) -> Reading | None:
    """None where nothing is kept, or nothing that can be understood: the text is then read again."""
    try:
        data = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    try:
        reading = foreign.loads(data, _KINDS)
    except (pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, TypeError, ValueError):
        return None
    return reading if isinstance(reading, Reading) else None


def _keep(path: Path, reading: Reading) -> None:
    """Put a whole file in place, or none; a disk that takes nothing costs the next reader's time and no page."""
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as aside:
            try:
                aside.write(pickle.dumps(reading, protocol=5))
                aside.close()
                Path(aside.name).replace(path)
            except BaseException:
                Path(aside.name).unlink(missing_ok=True)
                raise
        if path.name[0] == "0":  # one time in sixteen is often enough
            _forget(path.parent)


def _forget(folder: Path) -> None:
    """Remove the readings that were not asked for longest, until the rest is within the bounds."""
    there = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            found = path.stat()
            there.append((found.st_mtime_ns, found.st_size, path))
    there.sort(reverse=True)
    size = 0
    for place, (_, bytes_, path) in enumerate(there):
        size += bytes_
        if size > MOST_BYTES or place >= MOST_FILES:
            path.unlink(missing_ok=True)
