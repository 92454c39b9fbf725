"""The `verify_audit` command."""

from __future__ import annotations

import argparse
import json
import sys


def add_parsers(subparsers) -> None:
    parser = subparsers.add_parser("verify_audit", help="核对留痕账，以及账上所说与现有记录是否一致")
    parser.add_argument(
        "--head", default="", metavar="HASH", help="报告上所印或另处留存的末条摘要：账里必须有它"
    )
    parser.add_argument("--format", choices=("table", "json"), default="table", help="输出形式")
    parser.set_defaults(run=_verify_audit, django=True)


def _verify_audit(arguments: argparse.Namespace) -> int:
    """0 when everything holds, 1 with every fault named when something does not."""
    from .verification import verify

    found = verify(known_head=arguments.head.strip().lower())
    if arguments.format == "json":
        answer = {
            "ok": found.ok,
            "entries": found.entries,
            "head": found.head,
            "faults": list(found.faults),
            "more_faults": found.more,
            "unchecked": list(found.unchecked),
        }
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        print(f"完好条数：{found.entries}")
        print(f"末条摘要（SM3）：{found.head}")
        for words in found.unchecked:
            print(f"未能核对：{words}")
        if found.ok:
            print("留痕账核对通过，账上所说与现有记录一致。")
    for fault in found.faults:
        print(f"被动过：{fault}", file=sys.stderr)
    if found.more:
        print(f"另有 {found.more} 处。", file=sys.stderr)
    return 0 if found.ok else 1
