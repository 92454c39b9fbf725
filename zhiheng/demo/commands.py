"""`zhiheng demo`: the demonstration years loaded, their figures printed, its report written, the site served."""

from __future__ import annotations

import argparse
import sys
import time


def add_parsers(subparsers) -> None:
    from zhiheng.workbench.commands import PORT

    demo = subparsers.add_parser("demo", help="载入示范年度，打印年度数字，生成年度报告并启动网站")
    demo.add_argument("--no-serve", action="store_true", help="不启动网站")
    demo.add_argument("--port", type=int, default=PORT, help=f"端口，默认 {PORT}")
    demo.set_defaults(run=_run, django=True)


def _run(arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from zhiheng.accounts.models import Person
    from zhiheng.reports import commands as reports
    from zhiheng.serving import server
    from zhiheng.workbench.commands import HOST, listen, prepared

    from . import loading
    from .year import LAST_DAY, YEAR, YEARS, units

    if not arguments.no_serve:
        try:  # before the minutes that loading takes
            server.bind(HOST, arguments.port).close()
        except server.CannotListen as error:
            print(f"{error}例如：zhiheng demo --port {arguments.port + 1}", file=sys.stderr)
            return 2
    started = time.monotonic()
    if not prepared():
        return 2
    try:
        loading.load(lambda text: print(f"  {text}", flush=True))
        print(f"示范年度 {'、'.join(map(str, YEARS))} 已载入，用时 {time.monotonic() - started:.1f} 秒。")
    except loading.AlreadyLoaded:
        if not Person.objects.filter(username=f"{units()[0]['code']}.handler").exists():
            print(
                f"数据目录 {settings.DATA_DIR} 里已有案件数据，示范年度没有载入，什么也没有改动。\n"
                "请用 ZHIHENG_DATA_DIR 指定一个空目录再试；要查看现有数据，请用 zhiheng serve。",
                file=sys.stderr,
            )
            return 2
        print(f"示范年度 {'、'.join(map(str, YEARS))} 已在数据目录中。")
    print()
    path = settings.DATA_DIR / f"{YEAR}年法治建设情况.docx"
    wanted = [*((year, "table", None) for year in YEARS), (YEAR, "docx", path)]
    for year, form, output in wanted:
        asked = argparse.Namespace(year=str(year), format=form, output=output, unit=None, paper="annual")
        if failed := reports.run_report(asked):
            return failed
    _print_accounts(loading.PASSWORD)
    if arguments.no_serve:
        return 0
    if settings.DEMO_DATE is None:
        # The years end here: clocks show as they stood on the last day, and visitors may turn the days on.
        settings.DEMO_DATE = LAST_DAY
    return listen(HOST, arguments.port)


def _print_accounts(password: str) -> None:
    from zhiheng.accounts.models import Person
    from zhiheng.accounts.rights import role_titles

    shown = ("500000", "500112")
    print(f"\n示范账号（密码均为 {password}）：")
    for person in Person.objects.filter(unit__code__in=shown).select_related("unit").order_by("id"):
        roles = role_titles(grant.role for grant in person.grants.all())
        print(f"  {person.username:<18}{person.name}　{person.unit.short_name}　{roles}")
    print("  其他区县的账号以该单位代码开头，后缀相同，例如 500101.handler。")
