"""`zhiheng import_ledger`."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

from zhiheng.numbers import say

_SHOWN = 20


def add_parsers(subparsers) -> None:
    parser = subparsers.add_parser("import_ledger", help="导入案件台账（xlsx、xls、csv）")
    parser.add_argument("file", type=Path, help="台账文件")
    parser.add_argument("--dry-run", action="store_true", help="只试读，不写入")
    parser.add_argument("--unit", metavar="CODE", help="文件未写明单位的行归入哪个单位")
    parser.add_argument("--year", type=int, help="台账年度")
    parser.add_argument(
        "--answer",
        metavar="列=回答",
        action="append",
        default=[],
        help="回答试读时提出的问题，如 案值=万元；几张表的同名列回答不同时写作 工作表/列=万元；可多次使用",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=_import, django=True)


def _import(arguments: argparse.Namespace) -> int:
    from django.db import DatabaseError
    from django.utils import timezone

    from zhiheng.accounts.selectors import NoOfficeAccount, office_account
    from zhiheng.refusal import Refused

    from . import importing

    try:
        actor = office_account()
    except NoOfficeAccount as missing:
        print(missing, file=sys.stderr)
        return 2
    except DatabaseError as error:
        # Tables are made by `serve` and `demo`; before that there is nobody to import for either.
        print(
            f"数据库打不开或还没有建立（{error}）；请先运行 zhiheng serve 或 zhiheng demo。", file=sys.stderr
        )
        return 2
    try:
        if not arguments.file.is_file():
            raise Refused.because(f"没有文件 {arguments.file}", way_out="请核对路径")
        answers = dict(_answer(text) for text in arguments.answer)
        result = importing.import_ledger(
            actor=actor,
            path=arguments.file,
            file_name=arguments.file.name,
            on=timezone.localdate(),
            unit=importing.unit_by_code(arguments.unit) if arguments.unit else None,
            year=arguments.year,
            answers=answers,
            dry_run=arguments.dry_run,
        )
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"文件 {arguments.file} 读不了（{error.strerror}）；请核对权限。", file=sys.stderr)
        return 2
    rejects = _write_rejects(arguments.file, result.rejects) if result.rejects else None
    if arguments.format == "json":
        print(json.dumps(_document(result, rejects), ensure_ascii=False))
    else:
        _tell(result, rejects)
    return 0


def _answer(text: str) -> tuple[str, str]:
    from zhiheng.refusal import Refused

    column, sign, answer = (part.strip() for part in text.replace("＝", "=").rpartition("="))
    if not (column and sign and answer):
        raise Refused.because(f"看不懂回答“{text}”", way_out="请写成 列=回答，如 案值=万元")
    return column, answer


def _write_rejects(file: Path, data: bytes) -> str:
    """The rejected rows beside nobody's data; two ledgers of one name do not overwrite each other's."""
    from django.conf import settings

    folder = settings.DATA_DIR / "rejects"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{file.stem[:60]}-退回-{hashlib.sha256(data).hexdigest()[:8]}.xlsx"
    path.write_bytes(data)
    return str(path)


def _columns(header) -> list[dict]:
    """Each column as understood: what it was taken for, and in which unit."""
    from .ledger.money import name
    from .pages import field_title

    return [
        {
            "sheet": column.sheet,
            "column": column.printed,
            "field": column.field,
            "taken_as": field_title(column.field) or None,
            "unit": name(column.fen_per_unit) if column.fen_per_unit else None,
            "unit_from": column.unit_from or None,
            "year": column.year,
            "year_from": column.year_from or None,
        }
        for column in header
    ]


def _document(result, rejects: str | None) -> dict:
    return {
        "rows": result.rows,
        "imported": result.imported,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "rejected_rows": result.rejected_rows,
        "repeated": result.ledger.repeated,
        "rejected": [
            {
                "sheet": r.sheet,
                "row": r.row,
                "column": r.column,
                "value": r.value,
                "reason": f"{r.reason}；{r.remedy}",
            }
            for r in result.rejected
        ],
        "asks": [
            {"sheet": a.sheet, "column": a.column, "why": a.why, "choices": list(a.choices)}
            for a in result.asks
        ],
        "waiting": result.ledger.waiting,
        "columns": _columns(result.ledger.header),
        "unread_columns": [
            {"sheet": c.sheet, "column": c.printed} for c in result.ledger.header if c.field is None
        ],
        "sums": [
            {
                "sheet": s.sheet,
                "column": s.column,
                "sum": say(s.fen),
                "stated": None if s.stated_fen is None else say(s.stated_fen),
                "agrees": s.agrees,
            }
            for s in result.ledger.sums
        ],
        "rejects_file": rejects,
        "remarks": [str(remark) for remark in result.ledger.remarks],
        "notes": result.ledger.notes,
        "dry_run": result.dry_run,
    }


def _tell(result, rejects: str | None) -> None:
    verbs = ("将导入", "将更新", "将退回") if result.dry_run else ("已导入", "更新", "退回")
    print(
        f"读到 {result.rows} 行：{verbs[0]} {result.imported} 行，{verbs[1]} {result.changed} 行，"
        f"未变 {result.unchanged} 行，{verbs[2]} {result.rejected_rows} 行。"
    )
    for title, items in (
        ("请回答", result.asks),
        ("退回", result.rejected),
        ("请核对", result.ledger.remarks),
        ("说明", result.ledger.notes),
    ):
        for item in items[:_SHOWN]:
            print(f"  {title}：{item}")
        if len(items) > _SHOWN:
            print(f"  {title}：另有 {len(items) - _SHOWN} 处")
    if result.asks:
        print(
            f"有 {result.ledger.waiting} 行在等回答，还没有导入；请加 --answer 列=回答 再运行，如 --answer {result.asks[0].column}={result.asks[0].choices[0]}"
        )
    if rejects:
        print(f"退回表：{rejects}")
