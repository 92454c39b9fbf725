"""What a reader may be driven to by its file; named functions, because a child process imports them."""

import os
import sys
import time
from datetime import date


class Odd(Exception):
    pass


def answer(*values):
    return [*values, date(2024, 5, 1), {(1, 2): None}]


def refuse():
    raise Odd("读不了")


def crash():
    raise ZeroDivisionError


def allocate():
    return bytearray(8 << 30)[:1]


def spin():
    while True:
        pass


def sleep():
    time.sleep(60)


def nest(depth=0):
    return nest(depth + 1)


def write(path):
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(b"x" * 100_000)


def chatter():
    print("words that do not belong in the answer", flush=True)
    return 1


def much():
    return "x" * (20 << 20)


class Trap:
    def __reduce__(self):
        return os.system, ("exit 3",)


def trap():
    return Trap()


def kill_itself():
    os.abort()


def wait_for_parent(path):
    """Tell the process id, then wait long."""
    print(os.getpid(), file=sys.stderr, flush=True)
    time.sleep(30)


def make(out, megabytes: int) -> int:
    for _ in range(megabytes):
        out.write(b"x" * (1 << 20))
    return megabytes


def make_elsewhere(out, place: str) -> None:
    write(place)
