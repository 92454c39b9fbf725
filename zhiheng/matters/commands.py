"""`zhiheng rehearse` and `zhiheng adopt`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def add_parsers(subparsers) -> None:
    rehearse = subparsers.add_parser(
        "rehearse", help="按步骤演练一件事项，不留下任何数据：试地方规定、核对文书和期限"
    )
    rehearse.add_argument("file", type=Path, help="演练文件（yaml）：kind、unit、steps")
    rehearse.add_argument("--format", choices=("table", "json"), default="table")
    rehearse.set_defaults(run=_rehearse, django=True)
    adopt = subparsers.add_parser(
        "adopt", help="在办事项转到程序的一个版本：先看哪些事项移动、期限如何变化，再由市局决定"
    )
    adopt.add_argument("procedure", metavar="程序", help="程序代码，例如 penalty.ordinary")
    adopt.add_argument("effective", metavar="施行日", help="版本的施行日，例如 2027-01-01")
    adopt.add_argument("--by", metavar="账号", help="作出决定的人；不写时只显示，不改动")
    adopt.add_argument("--reason", default="", metavar="理由", help="采用的理由或者文件")
    adopt.add_argument("--format", choices=("table", "json"), default="table")
    adopt.set_defaults(run=_adopt, django=True)


def _rehearse(arguments: argparse.Namespace) -> int:
    from zhiheng.law import LawError

    from .rehearsal import Unreadable, rehearse

    try:
        text = arguments.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        print(f"文件 {arguments.file} 读不出来（{error}）；请核对路径，并存为 UTF-8。", file=sys.stderr)
        return 2
    try:
        told = rehearse(text, arguments.file.name)
    except (Unreadable, LawError, LookupError) as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.format == "json":
        print(json.dumps(told, ensure_ascii=False))
        return 0
    for one in told:
        mark = "已办理" if one["taken"] else f"待{one['waits_for']}" if one.get("waits_for") else "被拒绝"
        print(f"{one['on']}　{one['step']}　{mark}　状态 {one['state']}")
        for reason in one["refused"]:
            basis = f"（{reason['article']}）" if reason["article"] else ""
            print(f"    {reason['reason']}{basis}。{reason['way_out']}")
        for paper in one["papers"]:
            print(f"    文书 {paper['form']} {paper['number']}".rstrip())
        for clock in one["clocks"]:
            if clock["state"] != "stopped":
                print(
                    f"    时限 {clock['clock']} {clock['due'] or '—'}{'（暂按推算）' if clock['provisional'] else ''}"
                )
    return 0


def _adopt(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from zhiheng.accounts.selectors import NoOfficeAccount, account_named, office_account
    from zhiheng.audit import services as audit
    from zhiheng.law import current_book
    from zhiheng.refusal import Refused

    from . import adoption

    on = timezone.localdate()
    versions = current_book().procedure_versions.get(arguments.procedure, ())
    version = next((v for v in versions if str(v.effective) == arguments.effective), None)
    if version is None:
        known = "、".join(str(v.effective) for v in versions) or "没有这个程序"
        print(f"程序 {arguments.procedure} 没有 {arguments.effective} 的版本；现有：{known}", file=sys.stderr)
        return 2
    try:
        if arguments.by:
            with audit.said_through(audit.on_the_command_line()):
                found = adoption.adopt(
                    actor=account_named(arguments.by), version=version, on=on, reason=arguments.reason
                )
        else:
            found = list(adoption.moves(office_account(), version, on))
    except (Refused, NoOfficeAccount) as refused:
        print(refused, file=sys.stderr)
        return 2
    if arguments.format == "json":
        print(json.dumps([_move(move) for move in found], ensure_ascii=False))
        return 0
    print(f"{version.title}（{version.effective}）：{adoption.MOVES[version.transition]}")
    for move in found:
        told = _move(move)
        print(
            f"{told['unit']}　{told['matter']}　{told['stays'] or '转到本版本' if arguments.by is None else told['stays'] or '已转'}"
        )
        for due in told["dues"]:
            if due["before"] != due["after"]:
                print(f"    {due['title']}　{due['before'] or '—'} → {due['after'] or '—'}")
    return 0


def _move(move) -> dict:
    return {
        "matter": move.run.matter.title,
        "unit": move.run.unit.code,
        "moves": not move.stays,
        "stays": move.stays,
        "dues": [
            {
                "title": d.title,
                "before": str(d.before) if d.before else None,
                "after": str(d.after) if d.after else None,
            }
            for d in move.dues
        ],
    }
