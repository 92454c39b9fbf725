"""Runs every measurement, one process after another, prints the figures and writes docs/benchmarks.md.

    python -m bench                 everything; writes docs/benchmarks.md
    python -m bench law documents   only these; prints, writes nothing
    BENCH_SCALE=0.1 python -m bench smaller inputs where a module knows how; prints, writes nothing

Each module prints JSON lines: name, value, goal and ok, and where a goal is missed perhaps a `reason`. Whatever else a
line holds is shown beside the value. Ratios are taken within one run of one process.
"""

from __future__ import annotations

import ast
import json
import os
import platform
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "benchmarks.md"


@dataclass
class Run:
    """One module's measurements; `failure` is what it said when it broke off."""

    name: str
    about: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    failure: str = ""


def modules() -> dict[str, str]:
    """Measuring modules (those with a `main`) and the first paragraph of what they say about themselves."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body):
            about = (ast.get_docstring(tree) or path.stem).split("\n\n")[0]
            found[path.stem] = " ".join(about.split())
    return found


def run(name: str, about: str) -> Run:
    result, started = Run(name, about), time.monotonic()
    process = subprocess.run(
        [sys.executable, "-m", f"bench.{name}"], cwd=ROOT, text=True, capture_output=True, check=False
    )
    result.seconds = time.monotonic() - started
    for line in process.stdout.splitlines():
        if line.startswith("{"):
            result.lines.append(json.loads(line))
    # A module may end with 1 to say that it missed a goal; its lines say which.
    if process.returncode and (process.returncode != 1 or not result.lines or "Traceback" in process.stderr):
        result.failure = (process.stderr.strip().splitlines() or [f"exit code {process.returncode}"])[-1]
    return result


def value_words(line: dict[str, Any]) -> str:
    value = line["value"]
    number = f"{value:,.3g}" if isinstance(value, float) and abs(value) < 1000 else f"{value:,.0f}"
    rest = {k: v for k, v in line.items() if k not in ("name", "value", "goal", "ok", "reason")}
    return number + (f" ({', '.join(f'{k} {v:,}' for k, v in rest.items())})" if rest else "")


def goal_words(line: dict[str, Any]) -> str:
    """Goals come as numbers or as words like ">= 5"."""
    goal = line.get("goal")
    return "" if goal is None else goal if isinstance(goal, str) else f"{goal:g}"


def verdict(line: dict[str, Any]) -> str:
    return "" if line.get("goal") is None else "yes" if line["ok"] else "**missed**"


def machine() -> dict[str, str]:
    cpu = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        models = [line.partition(":")[2].strip() for line in information.read_text().splitlines() if line.startswith("model name")]  # fmt: skip
        cpu = models[0] if models else cpu
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": f"{cpu}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GB",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": _postgres(),
        "load average before": f"{os.getloadavg()[0]:.1f}",
    }


def _postgres() -> str:
    """Version of the throw-away server that scripts/with_postgres.py starts."""
    asked = (
        "import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL']).info.server_version // 10000)"
    )
    process = subprocess.run(
        [sys.executable, ROOT / "scripts" / "with_postgres.py", sys.executable, "-c", asked],
        text=True,
        capture_output=True,
        check=False,
    )
    return process.stdout.strip() or "not available"


def write(runs: list[Run], about_machine: dict[str, str]) -> None:
    lines = [line for r in runs for line in r.lines]
    goals = [line for line in lines if line.get("goal") is not None]
    missed = [line for line in goals if not line["ok"]]
    out = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {datetime.now():%Y-%m-%d}. Ratios compare both sides within one run, so they carry over",
        "to other machines better than seconds do.",
        "",
        *(f"- {name}: {words}" for name, words in about_machine.items()),
        f"- took: {sum(r.seconds for r in runs) / 60:.0f} minutes",
        "",
        f"{len(goals) - len(missed)} of {len(goals)} goals met.",
    ]
    if missed:
        out += ["", "## Missed goals", ""]
        out += [
            f"- {line['name']}: {value_words(line)}, goal {goal_words(line)}."
            + (f" {line['reason']}" if line.get("reason") else "")
            for line in missed
        ]
    for r in runs:
        out += ["", f"## {r.name}", "", r.about, "", f"Took {r.seconds:.0f} s.", ""]
        if r.failure:
            out += [f"Did not finish: `{r.failure}`", ""]
        if r.lines:
            out += ["| measure | value | goal | met |", "|---|---:|---:|---|"]
            out += [f"| {line['name']} | {value_words(line)} | {goal_words(line)} | {verdict(line)} |" for line in r.lines]  # fmt: skip
    REPORT.write_text("\n".join(out) + "\n", encoding="utf-8")


def show(console: Console, result: Run) -> None:
    table = Table(title=f"{result.name} ({result.seconds:.0f} s)", title_justify="left", show_edge=False)
    for heading, justify in (("measure", "left"), ("value", "right"), ("goal", "right"), ("met", "left")):
        table.add_column(heading, justify=justify)
    for line in result.lines:
        table.add_row(line["name"], value_words(line), goal_words(line), verdict(line).strip("*"))
    console.print(table)
    if result.failure:
        console.print(f"[red]did not finish: {result.failure}")
    console.print()


def main(arguments: list[str]) -> int:
    known = modules()
    if unknown := [name for name in arguments if name not in known]:
        print(f"no measurement named {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    console, runs, about_machine = Console(), [], machine()
    for name in arguments or known:
        runs.append(run(name, known[name]))
        show(console, runs[-1])
    if arguments or os.environ.get("BENCH_SCALE", "1") != "1":
        console.print("Not the full run: docs/benchmarks.md stays as it is.")
    else:
        write(runs, about_machine)
        console.print(f"Written: {REPORT.relative_to(ROOT)}")
    return 1 if any(r.failure for r in runs) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
