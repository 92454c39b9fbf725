"""The `claims` command: what a text claims, as JSON for scripts or as a list for people."""

import argparse
import json
import sys
from pathlib import Path
from typing import TextIO

from . import match, read
from .sources import Unreadable, read_file


def add_parsers(subparsers) -> None:
    """Hang `claims FILE` on the program's subparsers; `run` is called with the parsed arguments."""
    parser = subparsers.add_parser("claims", help="读出一份报告中的数字")
    _arguments(parser)
    parser.set_defaults(run=run)


def main(argv: list[str] | None = None) -> int:
    """`python -m zhiheng.reports.claims FILE`"""
    parser = argparse.ArgumentParser(prog="claims", description="读出一份报告中的数字")
    _arguments(parser)
    return run(parser.parse_args(argv))


def run(args: argparse.Namespace, out: TextIO | None = None) -> int:
    """Print the claims of `args.file`; 2 when the file cannot be read."""
    out = out or sys.stdout
    try:
        text = read_file(args.file)
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    reading = read(text, year=args.year)
    claims = match(reading.claims)
    if not reading.complete:
        print("文中数字过多，不像一份报告，只读了前面的部分。请拆分后分别读取。", file=sys.stderr)
    if args.format == "json":
        json.dump([claim.to_dict() for claim in claims], out, ensure_ascii=False, indent=1)
        out.write("\n")
        return 0
    for claim in claims:
        figure = f"{claim.indicator_id} {claim.indicator}" if claim.indicator_id else _open(claim)
        note = "；".join(filter(None, [claim.qualifier, *(f["words"] for f in claim.flags)]))
        print(f"{claim.start:>6}  {claim.text}  → {figure}" + (f"（{note}）" if note else ""), file=out)
    print(f"共 {len(claims)} 处数字。", file=out)
    if reading.firsts:
        print("另有“首次”一类的说法，没有数字，需要另行举证：", file=out)
    for first in reading.firsts:
        print(f"{first.start:>6}  {first.text}", file=out)
    if reading.vague:
        print("另有没有写明数目的说法，需要补上数字：", file=out)
    for vague in reading.vague:
        print(f"{vague.start:>6}  {vague.text}", file=out)
    if reading.unread:
        print("表中还有没有读懂的数字，请人工核对：", file=out)
    for cell in reading.unread:
        print(f"{cell.start:>6}  {cell.text}", file=out)
    return 0


def _open(claim) -> str:
    if not claim.candidates:
        return "没有对应的指标"
    return "待确认：" + "、".join(f"{c['id']} {c['name']}" for c in claim.candidates[:3])


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, help="txt、docx、pdf（带文字层）、html、xlsx 或 xls 文件，不超过 5 MB"
    )
    parser.add_argument("--year", type=int, help="报告年度；不写时从标题读出")
    parser.add_argument("--format", choices=["text", "json"], default="text", help="输出形式")
