"""`report` and `reconcile` on the command line. JSON is one document on stdout and nothing else; errors go to stderr."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path


def add_parsers(subparsers) -> None:
    report = subparsers.add_parser("report", help="编写年度报告，列出指标")
    report.add_argument(
        "year", type=_period, metavar="YEAR", help="报告年度，例如 2024；上半年写 2024h1，第一季度写 2024q1"
    )
    report.add_argument("--format", choices=["table", "json", "docx"], help="输出形式，默认为表格")
    report.add_argument("-o", "--output", type=Path, metavar="FILE", help="写入的文件")
    report.add_argument(
        "--paper",
        choices=["annual", "white_paper"],
        default="annual",
        help="annual 法治建设情况报告（默认），white_paper 知识产权保护状况白皮书",
    )
    report.add_argument("--unit", metavar="CODE", help="单位代码，默认为全市")
    report.set_defaults(run=run_report, django=True)

    public = subparsers.add_parser("open_data", help="导出一个期间的开放数据（csv、Parquet 和数据字典）")
    public.add_argument("year", type=_period, metavar="YEAR", help="年度，例如 2024；第一季度写 2024q1")
    public.add_argument("-o", "--output", type=Path, metavar="FILE", help="写入的 zip 文件")
    public.add_argument("--unit", metavar="CODE", help="单位代码，默认为全市")
    public.set_defaults(run=run_open_data, django=True)

    reconcile = subparsers.add_parser("reconcile", help="将已发布的报告与记录核对")
    reconcile.add_argument(
        "file", type=Path, metavar="FILE", help="txt、docx、pdf（带文字层）、html、xlsx 或 xls 文件"
    )
    reconcile.add_argument("--year", type=_year, required=True, metavar="Y", help="报告年度")
    reconcile.add_argument(
        "--format",
        choices=["table", "json", "docx", "xlsx"],
        help="输出形式，默认为表格；docx 和 xlsx 为疑点清单",
    )
    reconcile.add_argument("-o", "--output", type=Path, metavar="FILE", help="写入的文件")
    reconcile.add_argument("--unit", metavar="CODE", help="单位代码，默认为全市")
    reconcile.add_argument(
        "--scope",
        choices=["said", "all", "own"],
        default="said",
        help="与谁的记录核对：said 按原文所说（默认），all 全部所属单位，own 只算本级",
    )
    reconcile.add_argument(
        "--against", type=Path, metavar="FILE2", help="不核对记录，而与同一年度的另一份文本逐条对照"
    )
    reconcile.set_defaults(run=run_reconcile, django=True)

    verify = subparsers.add_parser("verify_report", help="核验一份文本是不是已发布的报告")
    verify.add_argument(
        "file", type=Path, metavar="FILE", help="txt、docx、pdf（带文字层）或 html 文件；- 为标准输入"
    )
    verify.add_argument("--format", choices=["text", "json"], default="text", help="输出形式，默认为文字")
    verify.set_defaults(run=run_verify, django=True)


def _year(text: str) -> int:
    if not text.isdecimal() or not 1990 <= int(text) <= 2199:
        raise argparse.ArgumentTypeError(f"“{text}”不是年度，请写四位数字，例如 2024")
    return int(text)


def _period(text: str) -> str:
    from .periods import PARTS

    _year(text[:4])
    if text[4:] not in PARTS:
        known = "、".join(f"{text[:4]}{part}" for part in PARTS)
        raise argparse.ArgumentTypeError(f"“{text}”不是期间，可写 {known}")
    return text


# Of records that have changed, how many are printed for a figure.
_ROWS = 20


class _Stop(Exception):
    """The command cannot go on; the message is for the screen."""


def run_report(arguments: argparse.Namespace) -> int:
    return _guarded(_report, arguments)


def run_open_data(arguments: argparse.Namespace) -> int:
    return _guarded(_open_data, arguments)


def run_reconcile(arguments: argparse.Namespace) -> int:
    return _guarded(_reconcile, arguments)


def run_verify(arguments: argparse.Namespace) -> int:
    """0 where the text is a published report word for word, 1 where it is not."""
    return _guarded(_verify, arguments)


def _guarded(work, arguments: argparse.Namespace) -> int:
    from django.db import DatabaseError

    try:
        return work(arguments) or 0
    except _Stop as stop:
        print(stop, file=sys.stderr)
        return 2
    except DatabaseError as error:
        print(
            f"数据库读不出来（{error}）。请先运行 zhiheng demo 建库，或检查 DATABASE_URL。", file=sys.stderr
        )
        return 2
    except BrokenPipeError:
        # Nobody reads on; the program's entry knows what to do.
        raise
    except OSError as error:
        print(f"不能写入“{error.filename}”（{error.strerror}）。请换一个位置。", file=sys.stderr)
        return 2


def _unit(code: str | None):
    from . import selectors

    if code:
        unit = selectors.unit_by_code(code)
        if unit is None:
            raise _Stop(f"没有代码为“{code}”的单位。请核对单位代码，例如 500103。")
        return unit
    unit = selectors.root_unit()
    if unit is None:
        raise _Stop("数据库里还没有单位。请先运行 zhiheng demo，或导入单位后再试。")
    return unit


def _format(arguments: argparse.Namespace) -> str:
    """The format asked for, else the one the file's name says, else a table."""
    ending = arguments.output.suffix.removeprefix(".").lower() if arguments.output else ""
    return arguments.format or (ending if ending in {"json", "docx", "xlsx"} else "table")


def _write_text(text: str, output: Path | None) -> None:
    if output:
        output.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


def _write_bytes(data: bytes, output: Path) -> None:
    output.write_bytes(data)
    print(f"已写入 {output}")


# The section of the book with what our own papers count beside the indicators that offices publish.
OURS = "本报告另计"


def _indicators(report) -> list[dict]:
    """Every indicator that offices publish with the figures that tell it, each by its id; `from` says whose numbers they are, or that no record
    and no return says anything: what is not said is never nought."""
    from .annual import recorded
    from .claims import load_indicators
    from .received import RECEIVED, told_for

    reported = {figure.id for figure in RECEIVED.values()}
    told_here, found = recorded(report.figures), []
    for one in load_indicators():
        if one.section == OURS:
            continue
        told = [value.figure.id for name in _told_by(one, told_here) if (value := told_for(name, told_here))]
        kinds = {"returns" if figure_id in reported else "records" for figure_id in told}
        found.append(
            {
                "id": one.id,
                "title": one.name,
                "figures": list(dict.fromkeys(told)),
                "from": "、".join(sorted(kinds)) or "not_recorded",
            }
        )
    return found


def _told_by(indicator, figures) -> list[str]:
    """Names under which figures may tell the indicator: its own, those of its other units, those of which it is made up."""
    parts = [name for name in figures if indicator.told_by and name.startswith(indicator.told_by)]
    return [indicator.id, *(indicator.figures or {}).values(), *parts]


def _not_recorded(report) -> list[dict]:
    """What the wording speaks of and every indicator of the book that nothing answers."""
    told = {missing.id: missing.title for missing in report.not_recorded}
    told |= {one["id"]: one["title"] for one in _indicators(report) if one["from"] == "not_recorded"}
    return [{"id": id_, "title": title} for id_, title in told.items()]


def report_dict(report) -> dict:
    """The report as scripts read it; `value` is in the figure's `unit`, `rows` counts the records behind it."""
    from .annual import recorded
    from .claims.claim import plain
    from .received import RECEIVED

    reported = set(RECEIVED.values())
    return {
        "year": report.period.year,
        "unit": {"code": report.unit.code, "name": report.unit.name},
        "title": report.title,
        "period": [report.scope.first.isoformat(), report.scope.last.isoformat()],
        "figures": [
            {
                "id": value.figure.id,
                "title": value.figure.title,
                "unit": value.figure.unit,
                "value": plain(value.value),
                "rows": value.rows,
                "counts": value.figure.counts,
                "from": "returns" if value.figure in reported else "records",
            }
            for value in recorded(report.figures).values()
        ],
        "indicators": _indicators(report),
        "not_recorded": _not_recorded(report),
        "text": report.text,
        "ledger_head": report.ledger_head,
    }


def _report(arguments: argparse.Namespace) -> None:
    from . import docx, selectors
    from .periods import Period

    unit, on = _unit(arguments.unit), date.today()
    report = selectors.report_of(unit, Period.named(arguments.year), on, arguments.paper)
    kind = _format(arguments)
    if kind == "json":
        _write_text(json.dumps(report_dict(report), ensure_ascii=False, indent=1), arguments.output)
    elif kind == "docx":
        _write_bytes(docx.report_docx(report, on), arguments.output or Path(f"{report.title}.docx"))
    else:
        rows = [
            (value.figure.title, value.text, value.figure.unit, str(value.rows), value.figure.id)
            for value in report.figures.values()
        ]
        lines = [report.title, *_aligned(("指标", "数值", "单位", "记录数", "编号"), rows, right={1, 3})]
        lines += report.notes
        _write_text("\n".join(lines), arguments.output)


def _open_data(arguments: argparse.Namespace) -> None:
    from . import open_data, selectors
    from .periods import Period

    unit, on = _unit(arguments.unit), date.today()
    report = selectors.report_of(unit, Period.named(arguments.year), on)
    target = arguments.output or Path(f"{unit.name}{report.period.words}开放数据.zip")
    _write_bytes(open_data.package(report, on), target)


def _reconcile(arguments: argparse.Namespace) -> None:
    from . import docx, selectors

    text = _text(arguments.file)
    if arguments.against:
        _against(arguments, text)
        return
    held = selectors.reconciliation_of(_unit(arguments.unit), text, arguments.year, arguments.scope)
    kind = _format(arguments)
    if kind == "json":
        _write_text(
            json.dumps([item.to_dict() for item in held.items], ensure_ascii=False, indent=1),
            arguments.output,
        )
    elif kind == "docx":
        target = arguments.output or Path(f"{arguments.file.stem}-疑点清单.docx")
        _write_bytes(docx.doubts_docx(held, date.today(), arguments.file.name), target)
    elif kind == "xlsx":
        from . import xlsx

        target = arguments.output or Path(f"{arguments.file.stem}-疑点清单.xlsx")
        _write_bytes(xlsx.doubts_xlsx(held, arguments.file.name), target)
    else:
        rows = [
            (
                item.status_words,
                item.claim.said,
                item.claim.indicator or "—",
                item.undecided or item.verdict.words,
            )
            for item in held.items
        ]
        counted = "，".join(f"{words} {number} 处" for _, words, number in held.counts)
        lines = _aligned(("结果", "原文", "指标", "说明"), rows)
        if held.foreign:
            lines.append(f"注意：报告的发布单位是“{held.publisher}”，核对用的是{held.unit.name}的记录。")
        _write_text("\n".join([*lines, f"共 {len(held.items)} 处数字：{counted}。"]), arguments.output)


def _verify(arguments: argparse.Namespace) -> int:
    from . import selectors
    from .verifying import verify

    text = sys.stdin.read() if str(arguments.file) == "-" else _text(arguments.file)
    found = verify(text, selectors.all_snapshots(), date.today())
    told = found.to_dict()
    if arguments.format == "json":
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return 0 if found.genuine else 1
    lines = [f"{found.words}。"]
    for one in found.differences:
        lines += [f"  发布：{one.published or '（没有）'}", f"  此件：{one.found or '（没有）'}"]
    lines += [f"  附件中不是发布的：{line}" for line in found.tables or ()]
    if found.check and not found.check.intact:
        lines.append("发布的快照与发布时记入留痕账的摘要不一致，快照被人改动过。")
    for figure in told["figures"]:
        lines.append(
            f"发布后有变动：{figure['title']}发布 {figure['published']} {figure['unit']}，"
            f"现为 {figure['today']} {figure['unit']}"
        )
        for row in figure["rows"][:_ROWS]:
            because = f"（{row['because']}）" if row["because"] else ""
            lines.append(f"  {row['what']}：{row['name']}，发布时 {row['was']}，现在 {row['now']}{because}")
        if len(figure["rows"]) > _ROWS:
            lines.append(f"  共 {len(figure['rows'])} 条记录有变动，全部见 --format json")
    if found.check and not told["figures"]:
        lines.append("发布以来，组成各项数字的记录没有变动。")
    print("\n".join(lines))
    return 0 if found.genuine else 1


def _text(file: Path) -> str:
    from .claims.sources import Unreadable, read_file

    try:
        return read_file(file)
    except Unreadable as error:
        raise _Stop(str(error)) from error


def _against(arguments: argparse.Namespace, text: str) -> None:
    """Two texts side by side; JSON: [{"fact", "outcome": differs|precision|same, "difference", "words", "first", "second"}]."""
    from . import selectors
    from .claims import OUTCOME_WORDS

    kind = _format(arguments)
    if kind in ("docx", "xlsx"):
        raise _Stop(f"两份文本对照没有 {kind} 形式。请用 --format table 或 json。")
    variants = selectors.variants_for(_unit(arguments.unit))
    found = selectors.pairing(text, _text(arguments.against), arguments.year, variants)
    if kind == "json":
        told = [pair.to_dict() for pair in found.pairs]
        _write_text(json.dumps(told, ensure_ascii=False, indent=1), arguments.output)
        return
    rows = [(OUTCOME_WORDS[p.outcome], p.fact, p.first.said, p.second.said) for p in found.pairs]
    lines = _aligned(("结果", "事项", arguments.file.name, arguments.against.name), rows)
    counted = "，".join(
        f"{words} {sum(p.outcome == key for p in found.pairs)} 处" for key, words in OUTCOME_WORDS.items()
    )
    lines.append(
        f"两份都写到的 {len(found.pairs)} 处：{counted}；"
        f"只见于前一份 {len(found.only_first)} 处，只见于后一份 {len(found.only_second)} 处。"
    )
    _write_text("\n".join(lines), arguments.output)


def _aligned(head: tuple[str, ...], rows: list[tuple[str, ...]], right: set[int] = frozenset()) -> list[str]:
    """Lines of columns that stand under each other in a terminal, where a hanzi is two wide."""
    from unicodedata import east_asian_width

    def width(text: str) -> int:
        return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)

    table = [head, *rows]
    widths = [max(width(row[i]) for row in table) for i in range(len(head))]
    lines = []
    for row in table:
        cells = []
        for i, text in enumerate(row):
            space = " " * (widths[i] - width(text))
            cells.append(space + text if i in right else text + space)
        lines.append("  ".join(cells).rstrip())
    return lines
