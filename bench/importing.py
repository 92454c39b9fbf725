"""Importing a ledger of 100,000 rows, from the file to the committed database, against bare reading of the same file.

The import is the one the pages and the command use, its ledger of changes included, on a scratch SQLite database and on a
throw-away PostgreSQL (which does not wait for the disk). xlsx is read bare by python-calamine, csv by Python's csv module.
Processor time is compared, that of the reading process included and that of PostgreSQL's server left out: it is the
database's own. Prints one JSON line per measurement; ratios are ours / bare, medians of alternating runs.

    python -m bench.importing [ROWS]
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import python_calamine

from zhiheng.demo.year import units

from .ledger import bare, ratio, report, rows_asked, timed, write_ledger

ROOT = Path(__file__).resolve().parent.parent
GOALS = {"SQLite": 3.0, "PostgreSQL": 3.5}
ROUNDS = 3
ON = dt.date(2025, 1, 6)
# Set in the processes that measure; the one started by hand only starts those.
_DATABASE = "BENCH_IMPORTING_ON"


def prepare():
    """A fresh database with the city's units; the officer who imports."""
    from django.core.management import call_command

    from zhiheng.accounts.models import Person, RoleGrant, Unit
    from zhiheng.accounts.rights import Role

    call_command("migrate", verbosity=0)
    known: dict[str, Unit] = {}
    for unit in units():
        parent = known.get(unit["parent"])
        path = f"{parent.path if parent else '/'}{unit['code']}/"
        fields = {name: unit[name] for name in ("code", "name", "short_name", "kind", "number_prefix")}
        known[unit["code"]] = Unit.objects.create(**fields, parent=parent, path=path)
    officer = Person.objects.create_person("bench", None, name="统计人员", unit=known["500000"])
    RoleGrant.objects.create(person=officer, role=Role.PLANNER, since=dt.date(2024, 1, 1))
    return officer


def write_csv(path: Path, xlsx: Path) -> None:
    with python_calamine.load_workbook(xlsx) as book, path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(book.get_sheet_by_index(0).to_python())


def bare_csv(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        list(csv.reader(file))


def measure(database: str, rows: int) -> None:
    import django

    django.setup()
    from django.db import connection

    from zhiheng.cases import importing, ledger_table
    from zhiheng.cases.models import Case, Decision

    officer = prepare()
    inserted: list[float] = []
    insert = ledger_table.insert

    def timed_insert(columns, ledger_id: int) -> None:
        seconds, _ = timed(insert, columns, ledger_id)
        if columns["ledger_key"]:  # a second import has nothing to insert
            inserted.append(seconds)

    ledger_table.insert = timed_insert

    def take(path: Path):
        return importing.import_ledger(actor=officer, path=path, file_name=path.name, on=ON)

    with tempfile.TemporaryDirectory() as folder:
        xlsx, plain = Path(folder) / "台账.xlsx", Path(folder) / "台账.csv"
        write_ledger(xlsx, rows)
        write_csv(plain, xlsx)
        readers: dict[str, tuple[Path, Callable[[Path], None]]] = {
            "xlsx": (xlsx, bare),
            "csv": (plain, bare_csv),
        }
        for kind, (path, read) in readers.items():
            times: dict[str, list[float]] = {"bare": [], "import": [], "again": []}
            inserted.clear()
            read(path)
            for _ in range(ROUNDS):
                for table in (Decision, Case):  # row by row would take longer than the import
                    table.objects.all()._raw_delete("default")
                times["bare"].append(timed(read, path)[0])
                for name, expected in (("import", (rows, 0)), ("again", (0, rows))):
                    seconds, result = timed(take, path)
                    times[name].append(seconds)
                    if (result.imported, result.unchanged) != expected or result.rejected:
                        raise SystemExit(f"{rows} rows written, {result} {result.rejected[:1]}")
                    del result
            name = f"import, {kind}, {database}"
            middle = {part: statistics.median(values) for part, values in times.items()}
            report(f"{name}: rows per processor second", rows / middle["import"])
            with connection.cursor() as cursor:
                found = connection.introspection.get_constraints(cursor, Case._meta.db_table).values()
            indexes = sum(bool(index["index"] or index["unique"]) for index in found)
            write = statistics.median(inserted)
            reason = (
                f"Of {middle['import']:.1f} processor seconds, inserting into the table with its {indexes} indexes takes {write:.1f} s; "
                "the rest is reading the file bare, inspecting it for harm, checking every row and recording the import."
            )
            goal = GOALS[database] if kind == "xlsx" else None
            missed = {"reason": reason} if goal and ratio(times, "import") > goal else {}
            report(f"{name} / bare reading", ratio(times, "import"), goal, **missed)
            report(f"{name}, once more, nothing changed / bare reading", ratio(times, "again"))


def main() -> int:
    rows = rows_asked()
    if database := os.environ.get(_DATABASE):
        measure(database, rows)
        return 0
    this = [sys.executable, "-m", "bench.importing", str(rows)]
    with_postgres = [sys.executable, str(ROOT / "scripts" / "with_postgres.py")]
    code = 0
    for database, command in (("SQLite", this), ("PostgreSQL", [*with_postgres, *this])):
        with tempfile.TemporaryDirectory() as folder:
            environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
            environment |= {
                "ZHIHENG_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "zhiheng.settings", _DATABASE: database
            }  # fmt: skip
            code |= subprocess.call(command, env=environment, cwd=ROOT)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
