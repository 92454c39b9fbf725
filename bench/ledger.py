"""Reading and checking a ledger of 100,000 rows against bare reading of the same file with python-calamine.

Prints one JSON line per measurement: {"name", "value", "goal", "ok"}; ratios are ours / bare, medians of alternating
runs. The whole import, database included, is measured by bench/importing.py on the same file.

    python -m bench.ledger [ROWS]
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import resource
import statistics
import sys
import tempfile
from pathlib import Path

import python_calamine
import xlsxwriter

from zhiheng.canonical import check_signs_right
from zhiheng.cases.ledger import read_ledger
from zhiheng.demo.year import units

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
    codes = credit_codes(rows)
    for number in range(1, rows + 1):
        day = dt.date(2024, 1, 1) + dt.timedelta(rng.randrange(280))
        later = day + dt.timedelta(rng.randrange(30, 80))
        name = rng.choice(names)
        cells = [
            number, name, rng.choice(("投诉举报", "监督检查", "其他部门移送")), f"渝{name[:2]}市监立〔2024〕{number}号",
            f"渝{name[:2]}市监处罚〔2024〕{number}号", f"{name[:-1]}青禾{number}食品经营部", codes[number - 1],
            rng.choice(("侵犯注册商标专用权", "假冒专利", "销售侵犯注册商标专用权的商品")), day.isoformat(), f"{later.year}.{later.month}.{later.day}",
            f"{later.year}年{later.month}月{later.day}日", round(rng.lognormvariate(7, 2), 2), rng.randrange(1000, 9000, 100), 0, "白酒",
            "已结案", "张某、李某", "",
        ]  # fmt: skip
        for column, value in enumerate(cells):
            if value != "":
                sheet.write(number, column, value)
    book.close()


def credit_codes(count: int) -> list[str]:
    """As many different unified social credit codes, each with the check sign that belongs to it: 校验位不符 is rare in real ledgers."""
    starts = [f"92500101MA{number:07d}" for number in range(1, count + 1)]
    found = [""] * count
    for sign in "0123456789ABCDEFGHJKLMNPQRTUWXY":
        codes = [start + sign for start in starts]
        for place, right in enumerate(check_signs_right(codes)):
            if right:
                found[place] = codes[place]
    return found


def bare(path: Path) -> None:
    with python_calamine.load_workbook(path) as book:
        book.get_sheet_by_index(0).to_python()


def unit_names() -> dict[str, str]:
    return {key: unit["code"] for unit in units() for key in (unit["name"], unit["short_name"], unit["code"])}


def _processor() -> float:
    """Processor seconds of this process and of its children that have ended: a busy machine does not lengthen them."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def timed(action, *args):
    started = _processor()
    result = action(*args)
    return _processor() - started, result


def report(name: str, value: float, goal: float | None = None, **more) -> None:
    ok = goal is None or value <= goal
    print(
        json.dumps(
            {"name": name, "value": round(value, 3), "goal": goal, "ok": ok, **more}, ensure_ascii=False
        )
    )


def ratio(times: dict[str, list[float]], name: str) -> float:
    return statistics.median(ours / base for ours, base in zip(times[name], times["bare"], strict=True))


def rows_asked() -> int:
    return int(sys.argv[1]) if len(sys.argv) > 1 else int(100_000 * float(os.environ.get("BENCH_SCALE", "1")))


def main() -> None:
    rows, names = rows_asked(), unit_names()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "台账.xlsx"
        write_ledger(path, rows)
        bare(path)
        times: dict[str, list[float]] = {"bare": [], "read": []}
        for _ in range(ROUNDS):
            times["bare"].append(timed(bare, path)[0])
            seconds, ledger = timed(lambda: read_ledger(path, units=names))
            times["read"].append(seconds)
            if len(ledger.rows) != rows or ledger.rejected:
                raise SystemExit(f"{rows} rows written, {len(ledger.rows)} read, {ledger.rejected[:1]}")
            del ledger
    report("ledger: bare reading, processor seconds", statistics.median(times["bare"]))
    report("ledger: rows read and checked per processor second", rows / statistics.median(times["read"]))
    report("ledger: reading and checking / bare reading", ratio(times, "read"))


if __name__ == "__main__":
    main()
