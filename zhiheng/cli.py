"""The `zhiheng` command. Each package adds its own subcommands; this module only finds them and reports errors."""

from __future__ import annotations

import argparse
import os
import sys


def _parser() -> argparse.ArgumentParser:
    from zhiheng.law import commands as law
    from zhiheng.reports.claims import commands as claims

    parser = argparse.ArgumentParser(prog="zhiheng", description="知衡：知识产权局法治建设年的工作系统")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="命令")
    law.add_parsers(subparsers)
    claims.add_parsers(subparsers)
    # These need the database; their modules import Django only when they run.
    from zhiheng import commands

    commands.add_parsers(subparsers)
    return parser


def main(argv: list[str] | None = None) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.settings")
    arguments = _parser().parse_args(argv)
    try:
        return arguments.run(arguments) or 0
    except BrokenPipeError:
        # The reader of our output went away (`| head`); there is nobody left to tell.
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        print("已中断，未完成的改动没有写入。", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
