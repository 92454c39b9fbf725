"""`import_plan`: a plan as it arrived, read into aspects and tasks."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path


def add_parsers(subparsers) -> None:
    parser = subparsers.add_parser("import_plan", help="读入实施方案、计划（docx、xlsx），登记其方面和任务")
    parser.add_argument("file", type=Path, metavar="FILE", help="计划文件：docx 或 xlsx")
    parser.add_argument("--by", metavar="账号", help="登记人；试读时可以不写")
    parser.add_argument("--year", type=int, help="年度；标题写明的可以不写")
    parser.add_argument(
        "--kind", choices=("protection", "publicity", "legislation", "cooperation", "work"), help="种类"
    )
    parser.add_argument("--issued-on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="印发日期")
    parser.add_argument("--ends-on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="完成期限")
    parser.add_argument("--dry-run", action="store_true", help="只读，不登记")
    parser.set_defaults(run=_run, django=True)


def _run(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from zhiheng.accounts.models import Person
    from zhiheng.refusal import Refused

    from . import services

    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        print(f"打不开文件“{arguments.file}”：{error.strerror}。请检查路径和权限。", file=sys.stderr)
        return 2
    try:
        read = services.read_file(data, arguments.file.name, arguments.year)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    _print(read)
    if arguments.dry_run:
        return 0
    if not arguments.by:
        print("请用 --by 写明登记人，或者加 --dry-run 只试读。", file=sys.stderr)
        return 2
    actor = Person.objects.filter(username=arguments.by, is_active=True).first()
    if actor is None:
        print(f"没有“{arguments.by}”这个账号。请核对账号。", file=sys.stderr)
        return 2
    said = {"kind": arguments.kind, "issued_on": arguments.issued_on, "ends_on": arguments.ends_on}
    try:
        plan = services.import_plan(
            actor=actor, on=timezone.localdate(), read=read, name=arguments.file.name, data=data, year=arguments.year, **said
        )  # fmt: skip
    except Refused as refused:
        print(f"没有登记：{refused}", file=sys.stderr)
        return 1
    print(f"已登记计划“{plan}”。")
    return 0


def _print(read) -> None:
    """The plan as read, and what could not be told of it."""
    print(f"{read.title}：{len(read.aspects)} 个方面 {len(read.tasks)} 项任务")
    for aspect in read.aspects:
        print(f"  {aspect.title}")
        for task in aspect.tasks:
            supports = f"，配合：{'、'.join(task.supports)}" if task.supports else ""
            due = f"，{task.due_words}" if task.due_words else ""
            due += f"（{task.due_on}）" if task.due_on and str(task.due_on) != task.due_words else ""
            print(f"    {task.title}（牵头：{task.lead or '—'}{supports}{due}）")
    for words in read.unread:
        print(f"  没有读准：{words}")
