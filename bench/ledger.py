"""Reading a ledger of 100,000 rows: parsing, checking and inserting, against bare reading with the fastest reader.

Prints one JSON line per measurement: {"name", "value", "goal", "ok"}; ratios are ours / bare reading of the same file
with python-calamine, medians of alternating runs. The insert is a raw executemany into a scratch SQLite database.

    python bench/ledger.py [ROWS]
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

import python_calamine
import xlsxwriter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from zhiheng.cases.ledger import FIELDS, read_ledger
from zhiheng.cases.ledger.rows import AMOUNT_FIELDS
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


def insert(ledger, path: Path) -> None:
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        kinds = ", ".join(f"{name} {'INTEGER' if name in AMOUNT_FIELDS else 'TEXT'}" for name in FIELDS)
        database.execute(f"CREATE TABLE ledger_case (id INTEGER PRIMARY KEY, {kinds})")
        database.execute("CREATE UNIQUE INDEX by_key ON ledger_case (key)")
        marks = ", ".join("?" * len(FIELDS))
        database.executemany(
            f"INSERT INTO ledger_case ({', '.join(FIELDS)}) VALUES ({marks})",
            ledger.rows.tuples(iso_dates=True),
        )


def timed(action, *args):
    started = time.perf_counter()
    result = action(*args)
    return time.perf_counter() - started, result


def report(name: str, value: float, goal: float | None = None) -> bool:
    ok = goal is None or value <= goal
    print(json.dumps({"name": name, "value": round(value, 3), "goal": goal, "ok": ok}, ensure_ascii=False))
    return ok


def main(rows: int) -> int:
    names = {
        key: unit["code"] for unit in units() for key in (unit["name"], unit["short_name"], unit["code"])
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "台账.xlsx"
        write_ledger(path, rows)
        bare(path)
        times: dict[str, list[float]] = {"bare": [], "read": [], "insert": []}
        for _ in range(ROUNDS):
            times["bare"].append(timed(bare, path)[0])
            seconds, ledger = timed(lambda: read_ledger(path, units=names))
            times["read"].append(seconds)
            times["insert"].append(timed(insert, ledger, Path(folder) / "scratch.sqlite3")[0])
            if len(ledger.rows) != rows or ledger.rejected:
                raise SystemExit(
                    f"{rows} rows written, {len(ledger.rows)} read, {len(ledger.rejected)} rejected"
                )
            del ledger
    middle = {name: statistics.median(values) for name, values in times.items()}
    report("ledger.bare_seconds", middle["bare"])
    report("ledger.rows_per_second", rows / (middle["read"] + middle["insert"]))
    report("ledger.parse_and_check/bare", (middle["read"] - middle["bare"]) / middle["bare"], 1.2)
    ratio = statistics.median(
        (read + put) / base
        for base, read, put in zip(times["bare"], times["read"], times["insert"], strict=True)
    )
    return 0 if report("ledger.import/bare", ratio, 3.0) else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
