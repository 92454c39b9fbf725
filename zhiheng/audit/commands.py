"""The `verify_audit` command."""

from __future__ import annotations

import argparse
import json
import sys


def add_parsers(subparsers) -> None:
    parser = subparsers.add_parser("verify_audit", help="逐条核对留痕账，指出第一条不符的")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="输出形式")
    parser.set_defaults(run=_verify_audit, django=True)


def _verify_audit(arguments: argparse.Namespace) -> int:
    """0 when the whole chain holds, 1 with the first broken entry named when it does not."""
    from .services import verify

    found = verify()
    if arguments.format == "json":
        answer = {
            "ok": not found.broken,
            "entries": found.entries,
            "head": found.head,
            "broken": found.broken,
        }
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        print(f"完好条数：{found.entries}")
        print(f"末条摘要（SM3）：{found.head}")
        if not found.broken:
            print("留痕账核对通过。")
    if found.broken:
        print(f"留痕账被动过：{found.broken}", file=sys.stderr)
        return 1
    return 0
