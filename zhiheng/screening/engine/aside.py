"""A folder that appears complete or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_aside(parent: Path, prefix: str, place: Callable[[Path], object]) -> Iterator[Path]:
    """Give a new folder in `parent` to fill; once it is filled and its files are on the disk, `place`
    renames it to where it belongs.

    Whatever goes wrong before that (a full disk, Ctrl-C) takes the folder with it.
    """
    aside = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        yield aside
        for file in aside.iterdir():
            if file.is_file():
                with file.open("rb") as written:
                    os.fsync(written.fileno())
        aside.chmod(0o755)
        place(aside)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
