"""`zhiheng backup` and `zhiheng restore`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_parsers(subparsers) -> None:
    backup = subparsers.add_parser(
        "backup", help="备份数据库、文件和账外摘要到一个文件，不影响正在进行的工作"
    )
    backup.add_argument(
        "file", type=Path, metavar="FILE", help="备份文件，须不存在；或一个目录，文件名按时刻取"
    )
    backup.set_defaults(run=_backup, django=True)
    restore = subparsers.add_parser("restore", help="在空的安装上恢复一份备份，并核对留痕账")
    restore.add_argument("file", type=Path, metavar="FILE", help="zhiheng backup 写出的文件")
    restore.add_argument("--check", action="store_true", help="只核对备份是否完整，不恢复")
    restore.set_defaults(run=_restore, django=True)


def _backup(arguments: argparse.Namespace) -> int:
    """0; 1 when kept files are not what their name says (they went in as they are); 2 when nothing was written."""
    from django.utils import timezone

    from zhiheng.refusal import Refused

    from . import services

    at, path = timezone.localtime(), arguments.file
    if path.is_dir():
        path = path / f"zhiheng-{at:%Y%m%d-%H%M%S}.tar"
    try:
        made = services.back_up(path=path, at=at)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    print(
        f"已备份到 {made.path}：{made.rows} 行数据，{made.files} 个文件，留痕账到第 {made.entries} 条；已读回核对。"
    )
    print(f"备份摘要（SM3）：{made.whole}")
    for digest in made.damaged:
        print(f"存储中的文件 {digest} 内容与摘要不符，已照现状备份；请核查留痕账。", file=sys.stderr)
    return 1 if made.damaged else 0


def _restore(arguments: argparse.Namespace) -> int:
    """0; 1 when everything is back and `verify_audit` finds faults; 2 when nothing was changed."""
    from zhiheng.refusal import Refused

    from . import archive, services

    try:
        if arguments.check:
            begin, end = archive.check(arguments.file)
            print(
                f"备份完整：{begin['made_at']} 制作，{sum(end['rows'].values())} 行数据，{end['files']} 个文件，"
                f"留痕账到第 {begin['ledger'][0]} 条。\n备份摘要（SM3）：{end['whole']}"
            )
            return 0
        restored = services.restore(path=arguments.file)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    found = restored.found
    print(f"已恢复 {restored.rows} 行数据、{restored.files} 个文件；留痕账核对了 {found.entries} 条。")
    for words in found.unchecked:
        print(f"未能核对：{words}")
    for fault in found.faults:
        print(f"与留痕账不符：{fault}", file=sys.stderr)
    if found.more:
        print(f"另有 {found.more} 处。", file=sys.stderr)
    if found.ok:
        print("账上所说与恢复的记录一致。")
    return 0 if found.ok else 1
