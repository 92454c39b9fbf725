"""Foreign files are read in a child process with limits on memory, processor time, time and size of the answer.

A file somebody sends may be made to exhaust its reader: a spreadsheet of 1.4 KB that spans 549 GB, a PDF that draws
itself, tables nested a thousand deep. No check of the file beforehand finds all of them, so `read` lets a fresh process
do the reading and refuses in words when that process goes over a limit or dies. The web process never parses.

    text = foreign.read(sources.read_bytes, data, name, raises=(Unreadable,))

The function must be importable by name and take values that pickle. Its answer may hold plain values, dates, decimals
and the classes named in `returns`: nothing else is ever built from what the child sent, so a reader taken over by its
file cannot run code here.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import logging
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from zhiheng.refusal import Refused

from . import child

_log = logging.getLogger(__name__)
_CHILD = Path(__file__).with_name("child.py")
# How many foreign files are read at once on this machine, over all processes.
AT_ONCE = 2
_QUEUE_SECONDS = 20
_PLAIN = {
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "time"),
    ("datetime", "timedelta"),
    ("decimal", "Decimal"),
    ("builtins", "set"),
    ("builtins", "frozenset"),
}


@dataclass(frozen=True)
class Limits:
    """What one reading may use: bytes of address space, seconds of processor and of time, bytes of answer, and, where it makes a
    file, bytes of that."""

    memory: int
    cpu: int
    wall: float
    answer: int
    made: int = 0


PAPER = Limits(memory=1 << 30, cpu=8, wall=9.5, answer=16 << 20)
"""A report, a paper, a small list, while somebody waits for the page."""
TABLE = Limits(memory=1536 << 20, cpu=9, wall=9.5, answer=64 << 20)
"""A ledger or list while somebody waits for the page."""
LARGE = Limits(memory=4 << 30, cpu=240, wall=300, answer=1 << 30)
"""A ledger as large as may be sent, read by a job or a command."""
BINDING = Limits(memory=4 << 30, cpu=240, wall=300, answer=16 << 20, made=4 << 30)
"""Many files made into one."""
BINDING_NOW = Limits(memory=2 << 30, cpu=9, wall=9.5, answer=16 << 20, made=1 << 30)
"""The same while somebody waits for the page; what takes longer (`TooLong`) is for a job."""


class TooLong(Refused):
    """The reading was stopped because it took too long."""


_written_here: ContextVar[bool] = ContextVar("written_here", default=False)


@contextlib.contextmanager
def written_here() -> Iterator[None]:
    """Files that this very process wrote a moment ago are nobody's attack: inside, they are read in it, by the same request and the
    same answer, and no process is started for each. For the demonstration, which writes its ledgers itself."""
    token = _written_here.set(True)
    try:
        yield
    finally:
        _written_here.reset(token)


class _Answer(pickle.Unpickler):
    """Builds plain values and the classes allowed, and nothing else."""

    def __init__(self, data: bytes, allowed: dict[tuple[str, str], type]):
        super().__init__(io.BytesIO(data))
        self._allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in self._allowed:
            return self._allowed[module, name]
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} may not come from a reader")


def read(
    function: Callable[..., Any],
    *args: Any,
    limits: Limits = PAPER,
    returns: tuple[type, ...] = (),
    raises: tuple[type[Exception], ...] = (),
    field: str = "file",
    **kwargs: Any,
) -> Any:
    """What `function(*args, **kwargs)` returns, worked out in a child process within the limits.

    An exception of one of the types in `raises` is raised here with its message. Raises Refused, at `field`, when the
    reading took too much memory or time, answered too much, died, or when too many files are being read already.
    """
    return _carried_out(function, args, kwargs, limits, returns, raises, field)


def write(
    function: Callable[..., Any],
    *args: Any,
    to: BinaryIO,
    limits: Limits = BINDING,
    raises: tuple[type[Exception], ...] = (),
    field: str = "file",
) -> Any:
    """As `read`, of a function that makes a file: before the other arguments it is handed a stream, and what it writes there comes to
    `to`, piece by piece. It can write no file itself. Raises Refused too when it makes more than the limits let it."""
    reading, writing = os.pipe()
    made = _Copy(reading, to, limits.made)
    made.start()
    try:
        value = _carried_out(function, args, {}, limits, (), raises, field, writing)
    finally:
        os.close(writing)
        made.join()
        os.close(reading)
    if made.fault is not None:
        raise made.fault
    if made.over:
        raise _refused(f"做成的文件超过 {limits.made >> 20} MB", field, "请把材料分开")
    return value


class _Copy(threading.Thread):
    """What comes out of a pipe, written to a file up to a limit; the rest is let go."""

    def __init__(self, reading: int, to: BinaryIO, most: int) -> None:
        super().__init__(daemon=True)
        self._reading, self._to, self._left = reading, to, most
        self.over, self.fault = False, None

    def run(self) -> None:
        while piece := os.read(self._reading, 1 << 20):
            self._left -= len(piece)
            self.over = self.over or self._left < 0
            if self.over or self.fault is not None:
                continue
            try:
                self._to.write(piece)
            except OSError as error:  # no space left: told once the maker is done
                self.fault = error


def _carried_out(
    function: Callable[..., Any],
    args: tuple,
    kwargs: dict,
    limits: Limits,
    returns: tuple[type, ...],
    raises: tuple[type[Exception], ...],
    field: str,
    output: int | None = None,
) -> Any:
    request = {
        "path": [entry for entry in sys.path if entry],
        "memory": limits.memory,
        "cpu": limits.cpu,
        "function": (function.__module__, function.__qualname__),
        "args": args,
        "kwargs": kwargs,
        "raises": [error.__name__ for error in raises],
        "output": output,
    }
    if _written_here.get():
        told = child.carried_out(pickle.loads(pickle.dumps(request, protocol=5)))
    else:
        with _one_of_a_few(field):
            told = _told(request, limits, field)
    try:
        kind, value = loads(told, returns)
    except (
        pickle.UnpicklingError,
        EOFError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        KeyError,
    ) as error:
        _log.error("the reader of a foreign file gave an answer that cannot be used: %s", error)
        raise _refused("读取程序给出的结果不能采用", field) from error
    if kind == "value":
        return value
    if kind == "refused":
        name, words = value
        raise next(error for error in raises if error.__name__ == name)(words)
    if kind == "nested":
        raise _refused("文件内部嵌套过深", field)
    raise _refused(f"读这个文件要用的内存超过 {limits.memory >> 20} MB", field)


def loads(data: bytes, returns: tuple[type, ...] = ()) -> Any:
    """What `pickle.dumps` made of plain values, dates, decimals and instances of these classes. Nothing else is built:
    raises pickle.UnpicklingError, or another of the errors of broken data."""
    return _Answer(data, {(kind.__module__, kind.__qualname__): kind for kind in returns}).load()


def _told(request: dict, limits: Limits, field: str) -> bytes:
    """What the child wrote. The child is gone when this returns, however it returns."""
    reader = subprocess.Popen(
        [sys.executable, "-I", "-S", "-B", "-X", "utf8", *_compiled(), str(_CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        close_fds=True,
        pass_fds=() if request["output"] is None else (request["output"],),
        cwd="/",
        env={"LANG": "C.UTF-8", "TZ": "UTC", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    words: list[bytes] = []
    listening = threading.Thread(target=lambda: words.append(reader.stderr.read(20_000)), daemon=True)
    listening.start()
    ended = threading.Timer(limits.wall, reader.kill)
    ended.start()
    began = time.monotonic()
    try:
        try:
            reader.stdin.write(pickle.dumps(request, protocol=5))
            reader.stdin.close()
        except BrokenPipeError:
            pass  # it died before it had everything: its end says why
        told = reader.stdout.read(limits.answer + 1)
        if len(told) > limits.answer:
            raise _refused("文件的内容过多", field, "请拆成几个文件，或只留需要的部分")
        code = reader.wait()
    finally:
        ended.cancel()
        reader.kill()
        reader.wait()
        listening.join(1)
        for pipe in (reader.stdin, reader.stdout, reader.stderr):
            with contextlib.suppress(OSError):
                pipe.close()
    if code == 0:
        return told
    if code == -signal.SIGXCPU or time.monotonic() - began >= limits.wall:
        raise TooLong(_refused(f"读了 {limits.wall:.0f} 秒还没有读完", field).reasons)
    said = b"".join(words).decode(errors="replace")
    if "MemoryError" in said or "memory allocation" in said:
        raise _refused(f"读这个文件要用的内存超过 {limits.memory >> 20} MB", field)
    _log.error("the reader of a foreign file ended with %s: %s", code, said[-2000:])
    raise _refused("文件使读取程序中途停止，多半已损坏", field)


def _compiled() -> tuple[str, ...]:
    """Where compiled modules are kept, if not beside their source: the child is told nothing by its environment."""
    return ("-X", f"pycache_prefix={sys.pycache_prefix}") if sys.pycache_prefix else ()


def _refused(
    why: str, field: str, way_out: str = "请用办公软件打开，删去不需要的部分，另存后再试"
) -> Refused:
    return Refused.because(f"文件没有读入：{why}", way_out=way_out, field=field)


@contextlib.contextmanager
def _one_of_a_few(field: str) -> Iterator[None]:
    """One of AT_ONCE places, shared by all processes of this installation on this machine; waits, but not for ever."""
    installation = hashlib.sha256(str(settings.DATA_DIR).encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"zhiheng-readers-{os.getuid()}-{installation}"
    folder.mkdir(mode=0o700, exist_ok=True)
    until = time.monotonic() + _QUEUE_SECONDS
    with contextlib.ExitStack() as held:
        places = [held.enter_context((folder / str(number)).open("ab")) for number in range(AT_ONCE)]
        while not any(_taken(place) for place in places):
            if time.monotonic() > until:
                raise Refused.because("正在读取的文件很多，没有轮到", way_out="请过一分钟再试", field=field)
            time.sleep(0.02)
        yield


def _taken(place: io.BufferedWriter) -> bool:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
