"""A whole installation as a process of its own: `zhiheng set_up`, then `zhiheng serve`, on a data directory and a port."""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

UNITS = """code,name,short_name,kind,parent,number_prefix
500000,重庆市知识产权局,市知识产权局,office,,渝知
500112,重庆市渝北区市场监督管理局,渝北区局,district,500000,渝北市监
"""
# Seconds after which a wait is given up: what never comes, not what comes late on a busy machine.
PATIENCE = 600


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def environment(data: Path, **settings: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ZHIHENG_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    # SQLite, whatever the tests themselves run on: each installation is its directory.
    kept.pop("DATABASE_URL", None)
    return kept | {"ZHIHENG_DATA_DIR": str(data), "PYTHONUTF8": "1"} | settings


def command(data: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "zhiheng.cli", *arguments],
        env=environment(data, **settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def set_up_anew(data: Path) -> str:
    """A new office with one district; the first administrator's password."""
    table = data.parent / "units.csv"
    table.write_text(UNITS, encoding="utf-8")
    done = command(data, "set_up", str(table))
    assert done.returncode == 0, done.stderr
    return re.search(r"初始密码：(\S+)", done.stdout)[1]


@cache
def _prepared() -> tuple[Path, str]:
    folder = Path(tempfile.mkdtemp(prefix="zhiheng-set-up-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder / "data", set_up_anew(folder / "data")


def set_up(data: Path) -> str:
    """The office as `set_up_anew` leaves it, copied: for tests of what comes afterwards."""
    made, password = _prepared()
    shutil.copytree(made, data, dirs_exist_ok=True)
    return password


@contextlib.contextmanager
def serving(data: Path, *arguments: str, **settings: str) -> Iterator[tuple[int, subprocess.Popen]]:
    """The site, ready; its port and its process, which is ended afterwards."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "zhiheng.cli", "serve", "--port", str(port), *arguments],
        env=environment(data, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        wait_until_ready(port, process)
        yield port, process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def wait_for(come: Callable[[], bool]) -> None:
    """Until it has come."""
    for _ in range(PATIENCE * 10):
        if come():
            return
        time.sleep(0.1)
    raise AssertionError("what was waited for never came")


def wait_until_ready(port: int, process: subprocess.Popen) -> None:
    def ready() -> bool:
        if process.poll() is not None:
            raise AssertionError(process.stdout.read().decode())
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/ready") as answer:
            return answer.status == 200
        return False

    wait_for(ready)
