"""What would break a site, done to one: `make torture`, or one of

    python -m bench.torture fuzz  [--mutations 20000]
    python -m bench.torture load  [--officers 200] [--seconds 600] [--think 2] [--acts 1]
    python -m bench.torture kill  [--kills 200]
    python -m bench.torture race  [--rounds 30]
    python -m bench.torture tamper

Each starts installations of its own in a temporary directory. `DATABASE_URL` makes load, kill and race run on that
PostgreSQL database, which must be empty (`python scripts/with_postgres.py python -m bench.torture load`). They end with 0
when everything held. Times mean something on a quiet machine only.
"""

from __future__ import annotations

import argparse
import subprocess
import sys


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.torture", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
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
    if arguments.command == "fuzz":
        from . import fuzz as program
    elif arguments.command == "tamper":
        return subprocess.call([sys.executable, "-m", "pytest", "-q", "tests/site/test_tampering.py"])
    else:
        from . import site as program
    return getattr(program, arguments.command)(arguments)


if __name__ == "__main__":
    sys.exit(main())
