"""`zhiheng set_up`: a new office's units and its first administrator."""

from __future__ import annotations

import argparse
import secrets
import sys
from pathlib import Path


def add_parsers(subparsers) -> None:
    parser = subparsers.add_parser("set_up", help="新单位启用：建库，读入单位表，建立首位管理员")
    parser.add_argument(
        "units",
        type=Path,
        metavar="UNITS.csv",
        help="单位表：code,name,short_name,kind,parent,number_prefix 等列",
    )
    parser.add_argument("--admin", default="admin", metavar="USERNAME", help="首位管理员的登录名，默认 admin")
    parser.add_argument("--name", default="系统管理员", help="首位管理员的姓名")
    parser.set_defaults(run=_set_up, django=True)


def _set_up(arguments: argparse.Namespace) -> int:
    from django.db import transaction
    from django.utils import timezone

    from zhiheng.audit.beginning import prepare_database
    from zhiheng.refusal import Refused

    from . import setting_up

    password = secrets.token_urlsafe(12)
    on = timezone.localdate()
    try:
        prepare_database()
        with transaction.atomic():
            units = setting_up.create_units(rows=setting_up.read_units(arguments.units), on=on)
            setting_up.create_first_administrator(
                username=arguments.admin, name=arguments.name, password=password, on=on
            )
    except Refused as refused:
        print("\n".join(map(str, refused.reasons)) + "\n什么也没有写入。", file=sys.stderr)
        return 2
    print(
        f"已建立单位 {len(units)} 个。首位管理员：{arguments.admin}，初始密码：{password}\n请用 zhiheng serve 启动，登录后先修改密码，再在“人员”页新增人员。"
    )
    return 0
