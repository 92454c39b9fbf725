"""The `zhiheng` command. Each package adds its own subcommands; this module only finds them and reports errors."""

from __future__ import annotations

import argparse
import os
import sys


def _parser() -> argparse.ArgumentParser:
    from zhiheng.accounts import commands as accounts
    from zhiheng.audit import commands as audit
    from zhiheng.backup import commands as backup
    from zhiheng.cases import commands as cases
    from zhiheng.demo import commands as demo
    from zhiheng.law import commands as law
    from zhiheng.matters import commands as matters
    from zhiheng.plans import commands as plans
    from zhiheng.reports import commands as reports
    from zhiheng.reports.claims import commands as claims
    from zhiheng.rulemaking import commands as rulemaking
    from zhiheng.rulemaking.statutes import read_directory
    from zhiheng.screening import commands as screening
    from zhiheng.workbench import commands as workbench

    parser = argparse.ArgumentParser(prog="zhiheng", description="知衡：知识产权局法治建设年的工作系统")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="命令")
    for package in (
        demo,
        workbench,
        accounts,
        reports,
        claims,
        cases,
        matters,
        plans,
        rulemaking,
        screening,
        audit,
        backup,
    ):
        package.add_parsers(subparsers)
    law.add_parsers(subparsers, read_texts=read_directory, start=_start, line=_line)
    return parser


def _start() -> None:
    """Start as a server would: what the start refuses of the law book is a fault of the book. Needs no database."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        print(f"系统设置有误（{error}），事项种类所写的栏目没有核对。", file=sys.stderr)


def _line(code: str) -> tuple[str, ...]:
    """The codes of a unit and of those above it. Without a database, or for a unit that it does not have, the code alone."""
    _start()
    from django.db import DatabaseError

    from zhiheng.accounts.models import Unit
    from zhiheng.accounts.selectors import scope_codes

    try:
        unit = Unit.objects.filter(code=code).first()
    except DatabaseError:
        return (code,)
    return scope_codes(unit) if unit else (code,)


def _set_up() -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured

    from zhiheng.law import BookError

    try:
        django.setup()
    except (ImproperlyConfigured, BookError) as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from error


def main(argv: list[str] | None = None) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.settings")
    arguments = _parser().parse_args(argv)
    try:
        if not getattr(arguments, "django", False):
            # Commands that need no database (law, claims) start without it, and work where none is configured.
            return arguments.run(arguments) or 0
        _set_up()
        from django.db import DatabaseError

        try:
            return arguments.run(arguments) or 0
        except DatabaseError as error:
            print(
                f"数据库读写失败（{error}）。还没有建库的，请先运行 zhiheng demo 或 zhiheng serve；"
                "用 PostgreSQL 的，请核对 DATABASE_URL 和数据库是否启动。",
                file=sys.stderr,
            )
            return 2
    except BrokenPipeError:
        # The reader of our output went away (`| head`); there is nobody left to tell.
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        print("已中断，未完成的改动没有写入。", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
