"""The law's commands: ``deadline``, ``fines``, ``check_book``. No Django; ``python -m zhiheng.law`` runs them too.

``--format json`` prints one JSON document and nothing else. Errors go to stderr in Chinese with exit code 2.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from .citations import cite
from .clocks import DAY, Clock, Due, Extension, Length, Pause, TraceLine, due
from .errors import LawError
from .lawbook import Book, current_book
from .loader import load_book, write_checked
from .penalties import FineOutcome, VersionFine
from .procedure import Procedure
from .steps import Step
from .texts import Statute, TextCheck, check_texts

ReadTexts = Callable[[Path], tuple[list[Statute], list[str]]]
Line = Callable[[str], tuple[str, ...]]


def add_parsers(
    subparsers,
    read_texts: ReadTexts | None = None,
    start: Callable[[], None] = lambda: None,
    line: Line = lambda unit: (unit,),
) -> None:
    """Add the law's subcommands to an argparse subparsers object; each sets ``run``. ``read_texts`` reads a directory of the words
    of the law: (texts, what could not be read in words); without it ``check_book`` has no ``--texts``. ``start``: starts whoever keeps
    the matters of the book's kinds, and raises BookError for what a kind names that they do not have. ``line``: a unit's code and those of
    the units above it, tightest first, whose local rules reach it."""
    deadline = subparsers.add_parser("deadline", help="计算期限届满日，并说明理由")
    deadline.add_argument("clock", metavar="时钟", help="程序/时钟，例如 penalty.ordinary/case")
    deadline.add_argument(
        "--from", dest="start", required=True, metavar="日期", help="起算日（当日不计入），例如 2025-03-03"
    )
    deadline.add_argument(
        "--pause",
        action="append",
        default=[],
        metavar="事由:起..止",
        help="扣除的期间，例如 testing:2025-04-10..2025-04-25；止可以空着",
    )
    deadline.add_argument(
        "--extend",
        action="append",
        default=[],
        metavar="步骤[:天数]",
        help="延期步骤，例如 extend_case 或 extend_case_collectively:45",
    )
    deadline.add_argument("--due", metavar="日期", help="文书所定的届满日，用于期限由文书确定的时钟")
    deadline.add_argument("--format", choices=("table", "json"), default="table")
    deadline.set_defaults(run=lambda arguments: _guarded(_deadline, arguments))

    fines = subparsers.add_parser("fines", help="罚款幅度与从旧兼从轻")
    fines.add_argument("rule", metavar="罚则", help="罚则代码，例如 TM-INF")
    fines.add_argument(
        "--acted", required=True, metavar="日期", help="违法行为发生日；连续或者继续的填终了日"
    )
    fines.add_argument("--decided", required=True, metavar="日期", help="作出决定日")
    fines.add_argument(
        "--party", required=True, metavar="类型", help="person（自然人、个体工商户）或 organisation"
    )
    fines.add_argument("--turnover", metavar="元", help="违法经营额；没有或者无法计算的不填")
    fines.add_argument("--gains", metavar="元", help="违法所得；没有或者无法认定的不填")
    fines.add_argument("--severity", default="normal", metavar="情节", help="normal（默认）或 serious")
    fines.add_argument("--scope", metavar="单位", help="按哪个单位的地方标准，写单位代码；不写的按全国标准")
    fines.add_argument("--format", choices=("table", "json"), default="table")
    fines.set_defaults(
        run=lambda arguments: _guarded(lambda given, book: _fines(given, book, line), arguments)
    )

    check = subparsers.add_parser(
        "check_book", help="检查法规库：写法、条文、程序、罚则的档次和新旧版本、示例"
    )
    check.add_argument("--format", choices=("table", "json"), default="table")
    if read_texts is not None:
        check.add_argument(
            "--texts",
            type=Path,
            metavar="目录",
            help="法规原文（国家法律法规数据库的 docx 或者 Markdown）所在的目录，逐条核对条款项和数额",
        )
        check.add_argument("--record", action="store_true", help="把核对结果写入法规库的 checked.yaml")
    check.set_defaults(
        texts=None,
        record=False,
        run=lambda arguments: _guarded(
            lambda given, book: _check_book(given, book, read_texts, start), arguments, load_book
        ),
    )


def main(argv: list[str] | None = None) -> int:
    """``python -m zhiheng.law``: the law's commands alone."""
    parser = argparse.ArgumentParser(prog="python -m zhiheng.law", description="知衡法规库")
    add_parsers(parser.add_subparsers(dest="command", required=True, metavar="命令"))
    arguments = parser.parse_args(argv)
    return arguments.run(arguments)


def _guarded(
    run: Callable[[argparse.Namespace, Book], int],
    arguments: argparse.Namespace,
    book: Callable[[], Book] = current_book,
) -> int:
    try:
        return run(arguments, book())
    except LawError as error:
        print(error, file=sys.stderr)
        return 2


# ---------------------------------------------------------------------------------------------------------------- deadline


def _deadline(arguments: argparse.Namespace, book: Book) -> int:
    start = _day(arguments.start, "--from")
    procedure, clock, notes = find_clock(book, arguments.clock, start)
    pauses = [_pause(text, clock) for text in arguments.pause]
    extensions = _extensions(arguments.extend, procedure, clock)
    procedure.refuse_beyond_total(extensions)
    due_set = _day(arguments.due, "--due") if arguments.due else None
    if clock.follows:
        before = due(procedure.clock(clock.follows[0]), start, book.calendar)
        notes.append(
            TraceLine(
                "follows",
                before.due,
                "",
                f"自“{procedure.clock(clock.follows[0]).title}”届满日{before.due}起算（自{start}起）",
            )
        )
        start = before.due
    result = due(clock, start, book.calendar, pauses, extensions, due_set)
    lines = [*notes, *result.trace]
    if arguments.format == "json":
        print(
            _json(
                {
                    "due": str(result.due) if result.due else None,
                    "provisional": result.provisional,
                    "trace": [str(x) for x in lines],
                }
            )
        )
    else:
        print(f"{procedure.title}——{clock.title}")
        print(f"届满日：{_when(result)}")
        for line in lines:
            print(f"  · {line}")
    return 0


def _when(result: Due) -> str:
    if result.due is None:
        return "暂停计算，恢复后继续"
    return f"{result.due}（周{'一二三四五六日'[result.due.weekday()]}）" + (
        "，推算" if result.provisional else ""
    )


def find_clock(book: Book, name: str, on: date) -> tuple[Procedure, Clock, list[TraceLine]]:
    """The clock ``procedure/clock`` in the version for a matter begun ``on``; for earlier days the first version, saying so. A procedure
    may be named by its first word where no other begins with it, a clock by the name it is called elsewhere."""
    code, _, clock_code = _meant(book, name).partition("/")
    versions = [p for p in book.procedures() if p.code == code]
    if not versions or not clock_code:
        known = list(dict.fromkeys(f"{p.code}/{c}" for p in book.procedures() for c in p.clocks))
        meant = [full for full in known if full.endswith(f"/{name}")] or known
        raise LawError(f"没有时钟“{name}”；可用：{'、'.join(meant)}")
    notes: list[TraceLine] = []
    if on < versions[0].effective:
        procedure = versions[0]
        notes.append(
            TraceLine(
                "version",
                procedure.effective,
                "",
                f"{on}早于法规库最早的版本，暂按{procedure.effective}起施行的版本计算，请核对当时的规定",
            )
        )
    else:
        procedure = book.procedure(code, on)
    return procedure, procedure.clock(clock_code), notes


def _meant(book: Book, name: str) -> str:
    """The full name of a clock that was asked for by a shorter or another one."""
    every = book.procedures()
    called = {c.called: f"{p.code}/{c.code}" for p in every for c in p.clocks.values() if c.called}
    first, slash, clock_code = name.partition("/")
    begins = {p.code for p in every if p.code.partition(".")[0] == first}
    if name not in called and len(begins) == 1:
        return f"{begins.pop()}{slash}{clock_code}"
    return called.get(name, name)


def _pause(text: str, clock: Clock) -> Pause:
    reason, colon, span = text.partition(":")
    begin, dots, end = span.partition("..")
    if not colon or not dots:
        raise LawError(f"扣除期间“{text}”写法不对；请写成 事由:起..止，例如 testing:2025-04-10..2025-04-25")
    titles = clock.pause_titles
    reason = next((code for code, title in titles.items() if title == reason), reason)
    if reason not in titles:
        raise LawError(f"没有扣除事由“{reason}”；可用：{'、'.join(f'{c}（{t}）' for c, t in titles.items())}")
    return Pause(reason, _day(begin, "--pause"), _day(end, "--pause") if end else None)


def _extensions(texts: list[str], procedure: Procedure, clock: Clock) -> list[Extension]:
    found: list[Extension] = []
    taken: set[str] = set()
    for text in texts:
        code, _, given = text.partition(":")
        able = [s for s in procedure.steps.values() if s.extends and s.extends.clock == clock.code]
        step = next((s for s in able if s.code == code), None)
        if step is None:
            usable = "、".join(f"{s.code}（{s.title}）" for s in able) or "无"
            raise LawError(f"“{code}”不能延长“{clock.title}”；可用的延期步骤：{usable}")
        if step.once and code in taken:
            raise LawError(f"“{step.title}”只能办理一次（{cite(step.article)}）")
        if step.taken and step.taken not in taken:
            raise LawError(
                f"“{step.title}”须在“{procedure.step(step.taken).title}”之后；请先写 --extend {step.taken}"
            )
        taken.add(code)
        found.append(_extension(step, clock, given))
    return found


def _extension(step: Step, clock: Clock, given: str) -> Extension:
    extends, article = step.extends, cite(step.article)
    if extends.until:
        return Extension(until=_day(given, f"--extend {step.code}"), article=article, title=step.title)
    default = extends.default()
    if not given:
        if default is None:
            raise LawError(f"“{step.title}”须写明确定的天数，例如 --extend {step.code}:45（{article}）")
        return Extension(default, article=article, title=step.title)
    if not given.isdigit() or int(given) == 0:
        raise LawError(f"延长天数“{given}”不是正整数；请写成 --extend {step.code}:45")
    most = extends.length or extends.up_to
    if most is not None and int(given) > most.number:
        raise LawError(f"“{step.title}”不得超过{most}，现为{given}（{article}）")
    return Extension(
        Length(int(given), clock.length.unit if clock.length else DAY), article=article, title=step.title
    )


# ---------------------------------------------------------------------------------------------------------------- fines


def _fines(arguments: argparse.Namespace, book: Book, line: Line) -> int:
    outcome = book.evaluate(
        arguments.rule,
        acted=_day(arguments.acted, "--acted"),
        decided=_day(arguments.decided, "--decided"),
        party=arguments.party,
        turnover=_fen(arguments.turnover, "--turnover"),
        gains=_fen(arguments.gains, "--gains"),
        severity=arguments.severity,
        scope=line(arguments.scope) if arguments.scope else (),
    )
    if arguments.format == "json":
        print(
            _json(
                {
                    "versions": [_version(v) for v in outcome.versions],
                    "applicable": _version(outcome.applicable),
                    "why": outcome.why,
                    "hearing_required": outcome.hearing_required,
                    "citations": list(outcome.citations),
                }
            )
        )
    else:
        _print_fines(outcome)
    return 0


def _version(version: VersionFine) -> dict[str, object]:
    return {
        "valid_from": str(version.valid_from) if version.valid_from else None,
        "article": version.article,
        "min": _yuan(version.min),
        "max": _yuan(version.max),
        "mandatory": version.mandatory,
    }


def _print_fines(outcome: FineOutcome) -> None:
    print(f"{outcome.rule} {outcome.title}")
    for version in outcome.versions:
        mark = "→" if version == outcome.applicable else "  "
        note = f"；{version.note}" if version.note else ""
        doubt = "（数额未核实）" if version.confidence == "unconfirmed" else ""
        print(f"{mark} 自{version.valid_from}起 {version.article}：{version.words}{doubt}{note}")
    print(f"适用：{outcome.words}")
    print(f"理由：{outcome.why}")
    print(f"听证：{'达到上限时应当告知听证权利' if outcome.hearing_required else '未达到听证标准'}")
    print(f"依据：{'、'.join(outcome.citations)}")


# ---------------------------------------------------------------------------------------------------------------- check_book


def _check_book(
    arguments: argparse.Namespace, book: Book, read_texts: ReadTexts | None, start: Callable[[], None]
) -> int:
    from .examples import every_example, run_example
    from .loader import book_dirs
    from .proof import unreached, unsound_rules

    start()
    examples = every_example(book_dirs())
    faults = [*unsound_rules(book), *unreached(book, examples)]
    for example in examples:
        faults += [
            f"{example.place} {example.says}：{difference}" for difference in run_example(book, example)
        ]
    check = None
    if arguments.texts is not None:
        try:
            statutes, unreadable = read_texts(arguments.texts)
        except ValueError as error:
            raise LawError(str(error)) from None
        check = check_texts(book, statutes)
        faults += [f"{f.cited.place.partition('#')[0]}:{f.cited.line} {f.why}" for f in check.of("missing")]
        if arguments.record:
            write_checked(check)
    issued = {form for p in book.procedures() for step in p.steps.values() for form in step.issues}
    issued |= {
        form for kind in book.kinds.values() for form in kind.filing.own
    }  # covers and lists of a bound file
    summary = {
        "ok": not faults,
        "procedures": len(book.procedures()),
        "steps": sum(len(p.steps) for p in book.procedures()),
        "clocks": sum(len(p.clocks) for p in book.procedures()),
        "fine_rules": len(book.fine_rules()),
        "forms": len(book.forms()),
        "kinds": len(book.kinds),
        "issued_by_some_step": len(issued),
        "on_demand": sorted(set(book.forms()) - issued),
        "instruments": sum(len(v) for v in book.instruments.values()),
        "calendar_years": sorted(book.calendar.years),
        "examples": len(examples),
        "citations": len(book.cited),
        "text_checked": len(book.text_checked),
        "edited_since": book.edited_since(),
        "faults": faults,
        "doubts": book.doubts(),
    }
    if check is not None:
        summary["texts"] = _texts_summary(check, unreadable)
    if arguments.format == "json":
        print(_json(summary))
    else:
        years = summary["calendar_years"]
        print(
            f"程序{summary['procedures']}个版本（步骤{summary['steps']}、时钟{summary['clocks']}），罚则{summary['fine_rules']}项，"
            f"文书{summary['forms']}种，法规{summary['instruments']}个版本，日历{years[0]}—{years[-1]}年，示例{summary['examples']}个，"
            f"依据{summary['citations']}处（据原文核对{summary['text_checked']}处）"
        )
        if check is not None:
            _print_texts(summary["texts"])
        for place in summary["edited_since"]:
            print(f"  核对原文以后又有改动，须重新核对：{place}")
        for doubt in summary["doubts"]:
            print(f"  待核实：{doubt}")
        print("法规库检查通过" if not faults else f"法规库有{len(faults)}处错误：")
    for fault in faults:
        print(f"  {fault}", file=sys.stderr)
    return 0 if not faults else 2


def _texts_summary(check: TextCheck, unreadable: list[str]) -> dict[str, object]:
    dated = set(check.dated)
    return {
        "found": len(check.of("found")),
        "not_found": len(check.of("missing")),
        "no_text": len(check.of("no_text")),
        "instruments": [
            {
                "instrument": f"{instrument.label}@{instrument.effective}",
                "text": statute.name or statute.title if statute else None,
                "sha256": statute.sha256 if statute else None,
                "effective_in_text": instrument in dated,
                "found": found,
                "not_found": missing,
                "no_text": without,
            }
            for instrument, statute, found, missing, without in check.by_instrument()
        ],
        "strange": [
            f"{f.cited.place}“{f.cited.title}”与{'、'.join(str(c) for c in f.cited.citations)}没有共同的用词"
            for f in check.strange()
        ],
        "unreadable": unreadable,
    }


def _print_texts(texts: dict) -> None:
    print(f"与原文核对：找到{texts['found']}处，未找到{texts['not_found']}处，没有原文{texts['no_text']}处")
    for line in texts["instruments"]:
        text = line["text"] or "没有原文"
        day = (
            "，施行日在原文中" if line["effective_in_text"] else "，施行日不在原文中" if line["text"] else ""
        )
        print(
            f"  {line['instrument']}（{text}{day}）：找到{line['found']}，未找到{line['not_found']}，没有原文{line['no_text']}"
        )
    for strange in texts["strange"]:
        print(f"  请再看一眼：{strange}")
    for name in texts["unreadable"]:
        print(f"  读不出：{name}")


# ---------------------------------------------------------------------------------------------------------------- values


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise LawError(f"{option} 的日期“{text}”无效；请写成 2025-03-03 的形式，并确有这一天") from None


def _fen(text: str | None, option: str) -> int | None:
    """Yuan as typed → fen; None stays None."""
    if text is None:
        return None
    try:
        amount = Decimal(text.replace(",", "").replace("，", "").removesuffix("元"))
    except InvalidOperation:
        raise LawError(f"{option} 的金额“{text}”无效；请写以元为单位的数字，例如 49999.99") from None
    fen = amount * 100
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise LawError(f"{option} 的金额“{text}”无效；最多精确到分，例如 49999.99")
    if fen < 0:
        raise LawError(f"{option} 的金额“{text}”不能为负数")
    return int(fen)


def _yuan(fen: int) -> int | float:
    """Fen → yuan for JSON: a whole number where it is one."""
    return fen // 100 if fen % 100 == 0 else fen / 100


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
