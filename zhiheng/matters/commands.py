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
