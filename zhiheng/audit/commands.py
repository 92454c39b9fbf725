"""`zhiheng verify_audit`: is the ledger's chain whole?"""

from __future__ import annotations

import argparse
import json


def add_parsers(subparsers) -> None:
    parser = subparsers.add_parser("verify_audit", help="校验留痕账，逐条核对哈希链")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=_verify, django=True)


def _verify(arguments: argparse.Namespace) -> int:
    from . import services

    found = services.verify()
    if arguments.format == "json":
        print(
            json.dumps(
                {
                    "ok": not found.broken,
                    "entries": found.entries,
                    "head": found.head,
                    "broken": found.broken or None,
                },
                ensure_ascii=False,
            )
        )
    elif found.broken:
        print(f"留痕账断裂：{found.broken}\n此前 {found.entries} 条完好，最后一条的摘要为 {found.head}。")
    else:
        print(f"留痕账完好：共 {found.entries} 条，首摘要 {found.head}。")
    return 1 if found.broken else 0
