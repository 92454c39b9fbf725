"""What is proved about the book by going through every case that differs: ranges of fines without gap or overlap, both versions for
从旧兼从轻, and an example for every branch of every rule and clock.

A range's answer changes only at the amounts its conditions name, so those amounts, one fen to either side, nothing and very much are
every case there is; likewise days around the day a version begins.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from .clocks import Clock
from .errors import LawError, NotInBook
from .examples import Example, clock_asked, fine_asked, run_of
from .lawbook import Book
from .penalties import PARTIES, SEVERITIES, Bounds, FineRule, yuan
from .procedure import Procedure

_MUCH = 10**13  # fen: more than any case has
_DAY = timedelta(days=1)


def unsound_rules(book: Book) -> list[str]:
    """Faults of the fine rules, in words; empty when every case has exactly one answer."""
    return [
        fault
        for versions in book.fine_versions.values()
        for check in (_ranges, _instruments, _old_and_new)
        for fault in check(book, versions)
    ]


def _amounts(bounds: Iterable[Bounds | None]) -> list[int | None]:
    named = {
        value
        for one in bounds
        if one is not None
        for value in (one.at_least, one.above, one.below, one.at_most)
        if value is not None
    }
    near = {amount for value in named for amount in (value - 1, value, value + 1) if amount >= 0}
    return [None, *sorted(near | {0, 1, _MUCH})]


def _ranges(book: Book, versions: tuple[FineRule, ...]) -> Iterator[str]:
    """No gap and no overlap over party, severity, turnover and gains; no range upside down."""
    for rule in versions:
        if rule.repealed:
            continue
        severities = tuple(SEVERITIES) if rule.has_levels() else ("normal",)
        cases = itertools.product(
            rule.parties or tuple(PARTIES),
            severities,
            _amounts(r.turnover for r in rule.ranges),
            _amounts(r.gains for r in rule.ranges),
        )
        for party, severity, turnover, gains in cases:
            where = (
                f"罚则 {rule.code}（{rule.effective}）：{PARTIES[party]}、{SEVERITIES[severity]}、"
                f"违法经营额{'没有' if turnover is None else yuan(turnover)}、违法所得{'没有' if gains is None else yuan(gains)}"
            )
            fitting = [r for r in rule.ranges if r.fits(party, severity, turnover, gains)]
            if len(fitting) != 1:
                yield f"{where}，{'没有档次' if not fitting else f'有{len(fitting)}个档次'}（{rule.article}）"
                continue
            base = {"turnover": turnover, "gains": gains}.get(rule.base)
            least, most = fitting[0].amounts(base)
            if not 0 <= least <= most:
                yield f"{where}，下限{yuan(least)}高于上限{yuan(most)}（{rule.article}）"
            if base is None and (fitting[0].max_times or fitting[0].max_percent):
                yield f"{where}，没有基数而按倍数或者比例计算（{rule.article}）"


def _instruments(book: Book, versions: tuple[FineRule, ...]) -> Iterator[str]:
    """No day on which a rule still stands on a version of its instrument that another has replaced."""
    for rule, following in itertools.zip_longest(versions, versions[1:]):
        end = following.effective if following and following.scope == rule.scope else date.max
        own = rule.article.instrument
        later = [i for i in book.instruments[own.code] if own.effective < i.effective < end]
        if own.effective > rule.effective:
            yield f"罚则 {rule.code}（{rule.effective}）早于所引{own.label}的施行日{own.effective}"
        if later and not rule.repealed:
            yield (
                f"罚则 {rule.code}（{rule.effective}）自{later[0].effective}起仍引用{own.label}，"
                f"该日起施行{later[0].label}"
            )


def _old_and_new(book: Book, versions: tuple[FineRule, ...]) -> Iterator[str]:
    """On every pair of days around the versions' first days: both versions are compared and the lighter one applies, or the refusal
    says which is not in the book."""
    national = [v for v in versions if not v.scope]
    days = sorted({day for v in national for day in (v.effective - _DAY, v.effective, v.effective + _DAY)})
    for acted, decided in itertools.combinations_with_replacement(days, 2):
        old = next((v for v in reversed(national) if v.effective <= acted), None)
        new = next((v for v in reversed(national) if v.effective <= decided), None)
        if new is None or decided < book.limit_versions["hearing"][0].effective:
            continue  # nobody decides under a law that had not begun, or before the book's oldest hearing standard
        where = f"罚则 {new.code}，{acted}的行为{decided}决定"
        for party, severity in itertools.product(PARTIES, book.severities(new.code)):
            try:
                found = book.evaluate(
                    new.code,
                    acted=acted,
                    decided=decided,
                    party=party,
                    severity=severity,
                    turnover=_MUCH,
                    gains=_MUCH,
                )
            except NotInBook as refusal:
                if old is not None or national[0].new is not None or "法规库未载" not in str(refusal):
                    yield f"{where}：{refusal}"
                continue
            except LawError as refusal:
                reaches = [
                    v for v in (old, new) if v and (not v.parties or party in v.parties) and not v.repealed
                ]
                if len(reaches) == len([v for v in (old, new) if v]):
                    yield f"{where}：{refusal}"
                continue
            compared = [v.rule.effective for v in found.versions if v.rule]
            wanted = {v.effective for v in (old, new) if v is not None and not v.repealed}
            if set(compared) != wanted:
                yield f"{where}：只比较了{len(compared)}个版本"
            if any(found.applicable.weight() > v.weight() for v in found.versions):
                yield f"{where}：适用的不是较轻的规定"


# ---------------------------------------------------------------------------------------------------------------- examples


def unreached(book: Book, examples: Iterable[Example]) -> list[str]:
    """Branches of rules and clocks that no example reaches, in words: ranges, comparisons of versions, clocks, what they leave out,
    what extends them."""
    reached = set(itertools.chain.from_iterable(_reached(book, example) for example in examples))
    return [
        f"{branch}没有示例；请在 examples/{'fines' if branch.startswith(_FINE) else 'clocks'}/ 的文件中写一例"
        for branch in dict.fromkeys(_branches(book))
        if branch not in reached
    ]


def _branches(book: Book) -> Iterator[str]:
    for versions in book.fine_versions.values():
        national = [v for v in versions if not v.scope]
        for rule in national:
            yield from (_range(rule, n) for n in range(len(rule.ranges)))
            if rule.new:
                yield _crossing(rule.code, None, rule.effective)
        for old, new in itertools.pairwise(national):
            yield _crossing(new.code, old.effective, new.effective)
    for procedure in book.procedures():
        if procedure.scope:
            continue
        for clock in procedure.clocks.values():
            yield _clock(procedure, clock)
            yield from (_left_out(procedure, clock, reason) for reason in clock.pauses)
        for step in procedure.steps.values():
            if step.extends:
                yield _extended(procedure, procedure.clocks[step.extends.clock], step.title)


_FINE = "罚则"


def _range(rule: FineRule, n: int) -> str:
    return f"{_FINE} {rule.code}（{rule.effective}）第{n + 1}档"


def _crossing(code: str, old: date | None, new: date) -> str:
    return f"{_FINE} {code} 在{new}前后的从旧兼从轻" if old else f"{_FINE} {code} 在{new}以前的行为不予处罚"


def _clock(procedure: Procedure, clock: Clock) -> str:
    return f"时钟 {procedure.code}/{clock.code}（{clock.title}，{procedure.effective}）"


def _left_out(procedure: Procedure, clock: Clock, reason: str) -> str:
    return f"{_clock(procedure, clock)}扣除{clock.pause_titles.get(reason, reason)}"


def _extended(procedure: Procedure, clock: Clock, title: str) -> str:
    return f"{_clock(procedure, clock)}经“{title}”延长"


def _reached(book: Book, example: Example) -> Iterator[str]:
    try:
        if example.kind == "crime":
            return
        if example.kind == "fine":
            yield from _reached_by_fine(book, example)
        elif example.kind == "clock":
            procedure, clock, pauses, extensions = clock_asked(book, example.facts)
            yield from _reached_by_clock(procedure, clock, pauses, extensions)
        else:
            procedure, run = run_of(book, example.facts)
            for one in run.clocks.values():
                yield from _reached_by_clock(
                    procedure, procedure.clocks[one.clock], one.pauses, one.extensions
                )
    except LawError:
        return  # a refusal is an answer, but reaches no range and no due day


def _reached_by_clock(
    procedure: Procedure, clock: Clock, pauses: Iterable, extensions: Iterable
) -> Iterator[str]:
    yield _clock(procedure, clock)
    yield from (_left_out(procedure, clock, pause.reason) for pause in pauses)
    yield from (_extended(procedure, clock, extension.title) for extension in extensions)


def _reached_by_fine(book: Book, example: Example) -> Iterator[str]:
    asked = fine_asked(example.facts)
    outcome = book.evaluate(**asked)
    party = "person" if asked["party"] == "individual_business" else asked["party"]
    read = [version.rule for version in outcome.versions if version.rule]
    for rule in read:
        severity = asked["severity"]
        found = rule.range_for(party, severity, asked["turnover"], asked["gains"])
        if found is None:
            found = rule.range_for(party, "", asked["turnover"], asked["gains"])
        yield _range(rule, rule.ranges.index(found))
    if outcome.applicable.rule is None and read:
        yield _crossing(outcome.rule, None, read[0].effective)
    for old, new in itertools.pairwise(read):
        yield _crossing(outcome.rule, old.effective, new.effective)
