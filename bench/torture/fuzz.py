"""Mutations of honest inputs for every reader, in forked batches with limits, so that one which ends its process is seen."""

from __future__ import annotations

import argparse
import os
import resource
import signal
import struct
import time
from random import Random

from tests.site.fuzzing import Target, targets

_BATCH = 100
_SECONDS = 10
_MEMORY = 2 << 30


def fuzz(arguments: argparse.Namespace) -> int:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.settings")
    django.setup()
    found = targets()
    each = -(-arguments.mutations // len(found))
    faults = 0
    for name, target in found.items():
        began = time.monotonic()
        refused, contained, wrong, longest = _run(name, target, each, arguments.seed)
        faults += len(wrong)
        print(
            f"{name:<18}{each:>7} mutations {refused:>7} refused {contained:>4} ended their child "
            f"{len(wrong):>3} wrong   longest {longest:.1f} s   {time.monotonic() - began:.0f} s",
            flush=True,
        )
        for words in wrong[:5]:
            print(f"    {words}")
    print("nothing but their own errors" if not faults else f"{faults} wrong")
    return 1 if faults else 0


def _run(name: str, target: Target, number: int, seed: int) -> tuple[int, int, list[str], float]:
    refused, contained, wrong, longest = 0, 0, [], 0.0
    done = 0
    seeds = target.seeds()
    while done < number:
        until = min(number, done + _BATCH)
        reached, lines = _batch(target, seeds, seed, done, until)
        for kind, seconds, words in lines:
            longest = max(longest, seconds)
            refused += kind == "r"
            if kind == "w" or seconds > _SECONDS:
                wrong.append(f"{name} seed {seed} number {words}")
        if reached < until:
            # The process ended at this one: in production that is its child, and a refusal.
            if target.contained:
                contained += 1
            else:
                wrong.append(
                    f"{name} seed {seed} number {reached}: ended the process or took over {_SECONDS} s"
                )
            reached += 1
        done = reached
    return refused, contained, wrong, longest


def _batch(target: Target, seeds: list[bytes], seed: int, first: int, until: int):
    """Carry out these mutations in a forked process; how far it came, and (kind, seconds, words) of each."""
    receive, send = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(receive)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, 2)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        for number in range(first, until):
            rng = Random(f"{seed}:{number}")
            data = target.change(rng, rng.choice(seeds))
            signal.alarm(_SECONDS + 1)
            began = time.monotonic()
            kind, words = "o", ""
            try:
                target.read(data)
            except target.allowed:
                kind = "r"
            except MemoryError:
                os._exit(9)
            except Exception as error:  # noqa: BLE001 - whatever else it raises is what is looked for
                kind, words = "w", f"{number}: {type(error).__name__}: {error}"[:300]
            line = f"{kind}{time.monotonic() - began:.3f} {words}".encode()
            os.write(send, struct.pack("<H", len(line)) + line)
        os._exit(0)
    os.close(send)
    told = b""
    while piece := os.read(receive, 1 << 16):
        told += piece
    os.close(receive)
    os.waitpid(pid, 0)
    lines = []
    while told:
        (length,) = struct.unpack_from("<H", told)
        text, told = told[2 : 2 + length].decode(errors="replace"), told[2 + length :]
        seconds, _, words = text[1:].partition(" ")
        lines.append((text[0], float(seconds), words))
    return first + len(lines), lines
