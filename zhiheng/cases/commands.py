"""`zhiheng import_ledger`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def add_parsers(subparsers) -> None:
    parser = subparsers.add_parser("import_ledger", help="导入案件台账（xlsx、xls、csv）")
    parser.add_argument("file", type=Path, help="台账文件")
    parser.add_argument("--dry-run", action="store_true", help="只试读，不写入")
    parser.add_argument("--unit", metavar="CODE", help="文件未写明单位的行归入哪个单位")
    parser.add_argument("--year", type=int, help="台账年度")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=_import, django=True)


def _import(arguments: argparse.Namespace) -> int:
    from django.conf import settings
    from django.utils import timezone

    from zhiheng.accounts.models import Unit
    from zhiheng.accounts.selectors import NoOfficeAccount, office_account
    from zhiheng.refusal import Refused

    from . import importing

    try:
        if not arguments.file.is_file():
            raise Refused.because(f"没有文件 {arguments.file}", way_out="请核对路径")
        unit = None
        if arguments.unit:
            unit = Unit.objects.filter(code=arguments.unit).first()
            if unit is None:
                codes = "、".join(Unit.objects.values_list("code", flat=True)[:50])
                raise Refused.because(
                    f"没有代码为 {arguments.unit} 的单位", way_out=f"现有：{codes or '（还没有单位）'}"
                )
        result = importing.import_ledger(
            actor=office_account(),
            path=arguments.file,
            file_name=arguments.file.name,
            on=timezone.localdate(),
            unit=unit,
            year=arguments.year,
            dry_run=arguments.dry_run,
        )
    except (Refused, NoOfficeAccount) as refused:
        print(refused, file=sys.stderr)
        return 2
    rejects = ""
    if result.rejects:
        folder = settings.DATA_DIR / "rejects"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{arguments.file.stem}-退回.xlsx"
        path.write_bytes(result.rejects)
        rejects = str(path)
    document = {
        "rows": result.rows,
        "imported": result.imported,
        "changed": result.changed,
        "unchanged": result.unchanged,
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
        "rejects_file": rejects or None,
        "remarks": [str(remark) for remark in result.ledger.remarks],
        "dry_run": result.dry_run,
    }
    if arguments.format == "json":
        print(json.dumps(document, ensure_ascii=False))
        return 0
    verb = "将导入" if result.dry_run else "已导入"
    print(
        f"读到 {result.rows} 行：{verb} {result.imported} 行，更新 {result.changed} 行，未变 {result.unchanged} 行，退回 {result.ledger.rejected_rows} 行。"
    )
    for rejection in result.rejected[:20]:
        print(f"  {rejection}")
    if rejects:
        print(f"退回表：{rejects}")
    return 0
