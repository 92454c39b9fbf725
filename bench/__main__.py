"""Runs every measurement, one process after another, prints the figures and writes docs/benchmarks.md.

    python -m bench                 everything, an hour on an idle machine; writes docs/benchmarks.md
    python -m bench law documents   only these anew; the others stay in docs/benchmarks.md as this machine measured them last
    python -m bench --quick         everything with a fiftieth of the inputs, to see that it runs; prints, writes nothing
    BENCH_SCALE=0.1 python -m bench smaller inputs where a module knows how; prints, writes nothing

A part that breaks off or takes longer than MOST_SECONDS loses nothing of what it said before, nor the other parts: the
report is written anew after each of them, says of each when and at which commit it was measured, and which did not finish.
What was measured is kept in var/measured. Each module prints JSON lines: name, value, goal and ok, and where a goal is missed
perhaps a `reason`. Whatever else a line holds is shown beside the value. Ratios are taken within one run of one process.
"""

from __future__ import annotations

import ast
import json
import os
import platform
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "benchmarks.md"
KEPT = ROOT / "var" / "measured"
MOST_SECONDS = 2_400
QUICK = "0.02"


@dataclass
class Run:
    """One module's measurements; `failure` is what it said when it broke off."""

    name: str
    about: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    failure: str = ""
    day: str = ""
    commit: str = ""


def modules() -> dict[str, str]:
    """Measuring modules (those with a `main`) and the first paragraph of what they say about themselves."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body):
            about = (ast.get_docstring(tree) or path.stem).split("\n\n")[0]
            found[path.stem] = " ".join(about.split())
    return found


def run(name: str, about: str, most: float = MOST_SECONDS) -> Run:
    result = Run(name, about, day=f"{datetime.now():%Y-%m-%d}", commit=_commit())
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
        # A group of its own: whatever the part has started ends with it.
        process = subprocess.Popen(
            [sys.executable, "-m", f"bench.{name}"],
            cwd=ROOT,
            stdout=said,
            stderr=complained,
            text=True,
            start_new_session=True,
        )
        try:
            code = process.wait(most)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            code, result.failure = -1, f"took longer than {most:.0f} s"
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        result.seconds = time.monotonic() - started
        said.seek(0)
        complained.seek(0)
        errors = complained.read()
        for line in said:
            if line.startswith("{"):
                result.lines.append(json.loads(line))
    # A module may end with 1 to say that it missed a goal; its lines say which.
    broken = code != 0 and (code != 1 or not result.lines or "Traceback" in errors)
    if broken and not result.failure:
        result.failure = (errors.strip().splitlines() or [f"exit code {code}"])[-1]
    return result


def value_words(line: dict[str, Any]) -> str:
    value = line["value"]
    number = f"{value:,.3g}" if isinstance(value, float) and abs(value) < 1000 else f"{value:,.0f}"
    rest = {k: v for k, v in line.items() if k not in ("name", "value", "goal", "ok", "reason")}
    told = ", ".join(f"{k} {v}" if isinstance(v, str) else f"{k} {v:,}" for k, v in rest.items())
    return number + (f" ({told})" if told else "")


def goal_words(line: dict[str, Any]) -> str:
    """Goals come as numbers or as words like ">= 5"."""
    goal = line.get("goal")
    return "" if goal is None else goal if isinstance(goal, str) else f"{goal:g}"


def verdict(line: dict[str, Any]) -> str:
    return "" if line.get("goal") in (None, "") else "met" if line["ok"] else "**missed**"


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


def _commit() -> str:
    """The commit measured; "dirty" where more than the report of the measurements differs from it."""
    report = f":!{REPORT.relative_to(ROOT)}"
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--", ".", report],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
    )
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, text=True, capture_output=True, check=False
    )
    if changed.stdout.strip():
        return f"{asked.stdout.strip()}, dirty"
    return asked.stdout.strip() or "unknown"


def keep(measured: Run) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / f"{measured.name}.json").write_text(json.dumps(asdict(measured), ensure_ascii=False), "utf-8")


def kept(known: dict[str, str]) -> list[Run]:
    """What this machine measured last of each part, in the order of the parts."""
    found = [KEPT / f"{name}.json" for name in known]
    return [Run(**json.loads(path.read_text("utf-8"))) for path in found if path.exists()]


def write(runs: list[Run], about_machine: dict[str, str]) -> None:
    lines = [line for r in runs for line in r.lines]
    goals = [line for line in lines if line.get("goal") not in (None, "")]
    missed = [line for line in goals if not line["ok"]]
    out = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Ratios compare both sides within one run, so they carry over to other machines better than",
        "seconds do.",
        "",
        *(f"- {name}: {words}" for name, words in about_machine.items()),
        f"- took: {sum(r.seconds for r in runs) / 60:.0f} minutes",
        "",
        f"{len(goals) - len(missed)} of {len(goals)} goals met.",
    ]
    if unfinished := [f"{r.name} ({r.failure})" for r in runs if r.failure]:
        out += ["", f"Did not finish: {'; '.join(unfinished)}."]
    if missed:
        out += ["", "## Missed goals", ""]
        out += [
            f"- {line['name']}: {value_words(line)}, goal {goal_words(line)}."
            + (f" {line['reason']}" if line.get("reason") else "")
            for line in missed
        ]
    for r in runs:
        out += ["", f"## {r.name}", "", r.about, ""]
        out += [f"Measured on {r.day} at commit {r.commit}; took {r.seconds:.0f} s.", ""]
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
    if "--quick" in arguments:
        arguments = [name for name in arguments if name != "--quick"]
        os.environ["BENCH_SCALE"] = QUICK
    whole = os.environ.get("BENCH_SCALE", "1") == "1"
    if unknown := [name for name in arguments if name not in known]:
        print(f"no measurement named {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    console, runs, about_machine = Console(), [], machine()
    for name in arguments or known:
        runs.append(run(name, known[name]))
        show(console, runs[-1])
        if whole:
            keep(runs[-1])
            write(kept(known), about_machine)
    minutes = sum(one.seconds for one in runs) / 60
    written = f"Written: {REPORT.relative_to(ROOT)}" if whole else "Not at full size: nothing was written"
    console.print(f"{written}. {minutes:.1f} minutes in all.")
    return 1 if any(r.failure for r in runs) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
