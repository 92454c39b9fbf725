"""What would break a site, done to one: `make torture`, or one of

    python -m bench.torture all   [--seconds 600] [--kills 200] [--mutations 20000] [--quick] [--without PART]
    python -m bench.torture properties
    python -m bench.torture fuzz  [--mutations 20000]
    python -m bench.torture load  [--officers 200] [--seconds 600] [--think 2] [--acts 1]
    python -m bench.torture kill  [--kills 200]
    python -m bench.torture race  [--rounds 30]
    python -m bench.torture tamper

`all` does each of them in turn, load and kills on both databases; one that does not hold keeps none of the others from
being done, and the last lines say of each whether it held and how long it took. `--quick` is a minute of each at the most.
Each starts installations of its own in a temporary directory. `DATABASE_URL` makes load, kill and race run on that
PostgreSQL database, which must be empty (`python scripts/with_postgres.py --durable python -m bench.torture load`, or `make load`). They end with 0
when everything held. Times mean something on a quiet machine only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def parts(seconds: int, kills: int, mutations: int) -> dict[str, list[str]]:
    """What `all` does, by name: arguments, `postgresql` first where it is done on that."""
    return {
        "properties at depth": ["properties"],
        "tampering": ["tamper"],
        "mutations": ["fuzz", "--mutations", str(mutations)],
        "races": ["race"],
        "kills, SQLite": ["kill", "--kills", str(kills)],
        "kills, PostgreSQL": ["postgresql", "kill", "--kills", str(kills)],
        "50 officers, SQLite": ["load", "--officers", "50", "--seconds", str(seconds)],
        "200 officers, PostgreSQL": ["postgresql", "load", "--officers", "200", "--seconds", str(seconds)],
    }


def everything(arguments: argparse.Namespace) -> int:
    asked = (20, 5, 500) if arguments.quick else (arguments.seconds, arguments.kills, arguments.mutations)
    listed = parts(*asked)
    left_out = {*arguments.without, *(["properties at depth"] if arguments.quick else [])}
    listed = {name: words for name, words in listed.items() if name not in left_out}
    ended, began = {}, time.monotonic()
    for name, words in listed.items():
        print(f"== {name}", flush=True)
        started, on_postgresql = time.monotonic(), words[0] == "postgresql"
        command = [sys.executable, "-m", "bench.torture", *words[on_postgresql:]]
        if on_postgresql:
            command = [sys.executable, str(ROOT / "scripts" / "with_postgres.py"), "--durable", *command]
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        code = subprocess.call(command, cwd=ROOT, env=environment)
        ended[name] = ("held" if code == 0 else "DID NOT HOLD", time.monotonic() - started)
    print(f"\n{(time.monotonic() - began) / 60:.1f} minutes")
    for name, (word, took) in ended.items():
        print(f"{name:28} {word:12} {took:6.0f} s")
    return 0 if all(word == "held" for word, _ in ended.values()) else 1


def tests(*arguments: str, **settings: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"ZHIHENG_DATA_DIR": folder} | settings
        return subprocess.call([sys.executable, "-m", "pytest", "-q", *arguments], cwd=ROOT, env=environment)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.torture", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    whole = commands.add_parser("all")
    whole.add_argument("--seconds", type=int, default=600)
    whole.add_argument("--kills", type=int, default=200)
    whole.add_argument("--mutations", type=int, default=20_000)
    whole.add_argument("--quick", action="store_true")
    whole.add_argument("--without", choices=list(parts(0, 0, 0)), action="append", default=[])
    commands.add_parser("properties")
    fuzz = commands.add_parser("fuzz")
    fuzz.add_argument("--mutations", type=int, default=20_000)
    fuzz.add_argument("--seed", type=int, default=1)
    load = commands.add_parser("load")
    load.add_argument("--officers", type=int, default=200)
    load.add_argument("--seconds", type=int, default=600)
    load.add_argument("--think", type=float, default=2.0)
    load.add_argument("--acts", type=float, default=1.0)
    kill = commands.add_parser("kill")
    kill.add_argument("--kills", type=int, default=200)
    race = commands.add_parser("race")
    race.add_argument("--rounds", type=int, default=30)
    commands.add_parser("tamper")
    arguments = parser.parse_args()
    if arguments.command == "all":
        return everything(arguments)
    if arguments.command == "properties":
        return tests("-m", "hypothesis and not browser", ZHIHENG_HYPOTHESIS_PROFILE="deep")
    if arguments.command == "fuzz":
        from . import fuzz as program
    elif arguments.command == "tamper":
        return tests("tests/site/test_tampering.py")
    else:
        from . import site as program
    return getattr(program, arguments.command)(arguments)


if __name__ == "__main__":
    sys.exit(main())
