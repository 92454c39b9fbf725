"""Importing a ledger of 100,000 rows, from the file to the committed database, against bare reading of the same file.

Prints one JSON line per measurement: {"name", "value", "goal", "ok"}; ratios are ours / bare reading with
python-calamine, medians of alternating runs. The import is the one the pages and the command use, on a scratch SQLite
database, its ledger of changes included; half of it is timed apart: reading and checking without the database.

    python bench/ledger.py [ROWS]
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import python_calamine
import xlsxwriter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from zhiheng.cases.ledger import read_ledger
from zhiheng.workbench.demo import units

ROUNDS = 5
HEADER = ["序号", "办案单位", "案件来源", "立案号", "行政处罚决定书文号", "当事人", "统一社会信用代码", "案由", "立案日期", "决定日期", "结案日期",
          "案值(元)", "罚款金额(元)", "没收违法所得(元)", "商品", "状态", "承办人", "备注"]  # fmt: skip


def write_ledger(path: Path, rows: int) -> None:
    """A plausible ledger: every number, party, code and amount differs; dates and words repeat."""
    rng = random.Random(1)
    book = xlsxwriter.Workbook(str(path))  # shared strings, as Excel writes them
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    names = [unit["short_name"] for unit in units()[1:]]
    for number in range(1, rows + 1):
        day = dt.date(2024, 1, 1) + dt.timedelta(rng.randrange(280))
        later = day + dt.timedelta(rng.randrange(30, 80))
        name = rng.choice(names)
        cells = [
            number, name, rng.choice(("投诉举报", "监督检查", "其他部门移送")), f"渝{name[:2]}市监立〔2024〕{number}号",
            f"渝{name[:2]}市监处罚〔2024〕{number}号", f"{name[:-1]}青禾{number}食品经营部", f"92500101MA{number:07d}X",
            rng.choice(("侵犯注册商标专用权", "假冒专利", "销售侵犯注册商标专用权的商品")), day.isoformat(), f"{later.year}.{later.month}.{later.day}",
            f"{later.year}年{later.month}月{later.day}日", round(rng.lognormvariate(7, 2), 2), rng.randrange(1000, 9000, 100), 0, "白酒",
            "已结案", "张某、李某", "",
        ]  # fmt: skip
        for column, value in enumerate(cells):
            if value != "":
                sheet.write(number, column, value)
    book.close()


def bare(path: Path) -> None:
    with python_calamine.load_workbook(path) as book:
        book.get_sheet_by_index(0).to_python()


def prepare() -> tuple:
    """A fresh database with the city's units; the officer who imports, and the units' names."""
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
    return officer, {
        key: unit["code"] for unit in units() for key in (unit["name"], unit["short_name"], unit["code"])
    }


def timed(action, *args):
    started = time.perf_counter()
    result = action(*args)
    return time.perf_counter() - started, result


def report(name: str, value: float, goal: float | None = None) -> bool:
    ok = goal is None or value <= goal
    print(json.dumps({"name": name, "value": round(value, 3), "goal": goal, "ok": ok}, ensure_ascii=False))
    return ok


def main(rows: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ZHIHENG_DATA_DIR"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.settings")
        import django

        django.setup()
        from zhiheng.cases.importing import import_ledger
        from zhiheng.cases.models import Case

        officer, names = prepare()
        path = Path(folder) / "台账.xlsx"
        write_ledger(path, rows)
        bare(path)
        times: dict[str, list[float]] = {"bare": [], "read": [], "import": []}
        for _ in range(ROUNDS):
            times["bare"].append(timed(bare, path)[0])
            times["read"].append(timed(lambda: read_ledger(path, units=names))[0])
            seconds, result = timed(
                lambda: import_ledger(actor=officer, path=path, file_name=path.name, on=dt.date(2025, 1, 6))
            )
            times["import"].append(seconds)
            if (result.imported, len(result.rejected), Case.objects.count()) != (rows, 0, rows):
                raise SystemExit(
                    f"{rows} rows written, {result.imported} imported, {len(result.rejected)} rejected"
                )
            del result
            Case.objects.all().delete()
    middle = {name: statistics.median(values) for name, values in times.items()}
    report("ledger.bare_seconds", middle["bare"])
    report("ledger.rows_per_second", rows / middle["import"])
    report("ledger.read_and_check/bare", ratio(times, "read"))
    return 0 if report("ledger.import/bare", ratio(times, "import"), 3.0) else 1


def ratio(times: dict[str, list[float]], name: str) -> float:
    return statistics.median(ours / base for ours, base in zip(times[name], times["bare"], strict=True))


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
