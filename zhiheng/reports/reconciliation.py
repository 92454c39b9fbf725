"""A published text held against the records: each claim with its figure, the rows behind it, and what came of it."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from zhiheng.accounts.models import Unit
from zhiheng.figures import selectors as figures
from zhiheng.figures.registry import Figure, Scope, find
from zhiheng.figures.selectors import Value

from .claims import STATUS_WORDS, Claim, First, Vague, Variant, Verdict, compare, match, read, undecided

_PERIOD = re.compile(
    r"((?:19|20)\d{2})年?(上半年|下半年|第[一二三四1-4]季度|前[一二三]季度|(\d{1,2})[-~至](\d{1,2})月|(\d{1,2})月)?"
)
# Words by which an office speaks of itself without the bureaus below it.
_ITSELF = re.compile(r"本级|局机关|机关本部|局本部")
# Whose records a claim is held against: those its words speak of, or for all claims the same.
SCOPES = {"said": "按原文所说", "all": "全部所属单位", "own": "只算本级"}
_DIGIT = {"一": 1, "二": 2, "三": 3, "四": 4}
_OTHER_MEASURE = {
    "stock": "这是截至某日的累计数，本系统只有期内数，不能相比",
    "rate": "这是平均数或每日数，不能与期内合计数相比",
    "ratio": "这是比率，不能与合计数相比",
    "rank": "这是名次，不能与合计数相比",
}


@dataclass(frozen=True)
class Item:
    """One claim and what came of it; `figure`, `scope` and `value` are set when the records could answer.

    `own`: it was held against the records of the unit itself, without those below it; `scope_why` says why, or why not
    ("" where the unit has none below it).
    """

    claim: Claim
    verdict: Verdict
    figure: Figure | None = None
    scope: Scope | None = None
    value: Value | None = None
    own: bool = False
    scope_why: str = ""

    @property
    def status(self) -> str:
        return self.verdict.status

    @property
    def undecided(self) -> str:
        """Why none of the candidates was taken; somebody has to choose."""
        return undecided(self.claim)

    @property
    def status_words(self) -> str:
        return "指标待定" if self.undecided else STATUS_WORDS[self.verdict.status]

    def to_dict(self) -> dict:
        """The claim with status, recorded value in the claim's base units (元, single things) and the figure's id."""
        held = self.verdict.to_dict()
        return {
            **self.claim.to_dict(),
            "status": held["status"],
            "recorded": held["recorded"],
            "figure": self.figure.id if self.figure else None,
            "difference": held["difference"],
            "words": held["words"],
        }


@dataclass(frozen=True)
class Reconciliation:
    unit: Unit
    year: int
    text: str
    items: tuple[Item, ...]
    publisher: str = ""
    firsts: tuple[First, ...] = ()
    vague: tuple[Vague, ...] = ()
    complete: bool = True
    scope: str = "said"
    has_below: bool = False

    @property
    def scope_words(self) -> str:
        """Whose records, for the head of a page or a list."""
        if not self.has_below:
            return self.unit.name
        return {
            "said": f"{self.unit.name}及所属单位（原文说明为本级的，只算本级）",
            "all": f"{self.unit.name}及所属单位",
            "own": f"{self.unit.name}本级",
        }[self.scope]

    @property
    def foreign(self) -> bool:
        """The text says that another office published it: its numbers need not be this unit's."""
        return (
            bool(self.publisher)
            and self.publisher not in self.unit.name
            and self.unit.name not in self.publisher
        )

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """(status, its words, how many), in the order of STATUS_WORDS; what is still to be mapped stands apart."""
        found = Counter(item.status for item in self.items if not item.undecided)
        counts = [(status, words, found[status]) for status, words in STATUS_WORDS.items()]
        open_ = sum(1 for item in self.items if item.undecided)
        return [*counts[:-1], ("no_figure", "指标待定", open_), counts[-1]] if open_ else counts

    def item_at(self, start: int) -> Item | None:
        """The claim that begins at `start` of the text."""
        return next((item for item in self.items if item.claim.start == start), None)

    @property
    def doubts(self) -> tuple[tuple[int, Item], ...]:
        """What somebody has to look at, with its number in the text: everything that is not borne out, or looks odd in
        itself; what contradicts the records first, then what contradicts itself, then what could not be held against them."""
        found = [
            (number, item)
            for number, item in enumerate(self.items, 1)
            if item.status != "matches" or item.claim.flags
        ]
        return tuple(sorted(found, key=_urgency))


def _urgency(numbered: tuple[int, Item]) -> int:
    item = numbered[1]
    if item.status == "differs":
        return 0
    if any(flag["kind"] != "target" for flag in item.claim.flags):
        return 1
    return 2 if item.undecided else 3 if item.status == "not_recorded" else 4


def hold(
    unit: Unit, text: str, year: int, variants: Sequence[Variant] = (), scope: str = "said"
) -> Reconciliation:
    """Read the claims of `text` and hold each against the records of the unit with all below it.

    A claim about another period than `year` is held against that period, one about the office itself (局机关, 本级)
    against the unit's own records, unless `scope` (see SCOPES) says otherwise for all of them. Claims whose measure the records do not keep (stocks, rates) and periods without a
    single record come out as not recorded, with the reason in words. `variants` are mappings that people made.
    """
    answer = cache(lambda scope: figures.compute(scope))
    reading = read(text, year=year)
    records = figures.year_of(unit, year)
    has_below = len(records.unit_ids) > 1
    items = tuple(
        _hold(claim, unit, records, answer, scope if has_below else "")
        for claim in match(reading.claims, variants=variants)
    )
    return Reconciliation(
        unit,
        year,
        text,
        items,
        reading.publisher or "",
        tuple(reading.firsts),
        tuple(reading.vague),
        reading.complete,
        scope,
        has_below,
    )


def _hold(claim: Claim, unit: Unit, records: Scope, answer, whose: str) -> Item:
    """`records`: those of the unit and the year; they are the same units' for any other period."""
    year = records.first.year
    figure = find(claim.indicator_id) if claim.indicator_id else None
    if figure is None:
        return Item(claim, compare(claim, None))
    kept = _measure_of(figure)
    up_to = claim.measure == "stock" and claim.as_of is not None
    # 截至6月底，查办300件: what was done in the year up to that day
    so_far = up_to and claim.verb is not None and kept == "flow"
    if not so_far and claim.measure != kept and (words := _OTHER_MEASURE.get(claim.measure)):
        return Item(claim, Verdict("not_recorded", None, None, words), figure)
    if kept == "stock" and claim.measure != kept:
        words = "这是期内数，本系统的这项指标是截至某日的存量，不能相比"
        return Item(claim, Verdict("not_recorded", None, None, words), figure)
    span = (
        (date(claim.as_of.year, 1, 1), claim.as_of)
        if so_far or (up_to and kept == "stock")
        else _span(claim.period, year)
    )
    if span is None:
        words = f"所说的期间“{claim.period}”不是年、季或月，无法按期核对"
        return Item(claim, Verdict("not_recorded", None, None, words), figure)
    scope = replace(records, first=span[0], last=span[1])
    own, why = _whose(claim, whose)
    if own:
        scope = scope.at(unit.pk)
    values = answer(scope)
    if not any(value.rows for value in values.values()):
        words = f"{unit.name}{'本级' if own else ''}在{claim.period or year}的期间内没有任何记录，无法核对"
        return Item(claim, Verdict("not_recorded", None, None, words), figure, own=own, scope_why=why)
    value = values[figure.id]
    verdict = compare(claim, value.base)
    if so_far:
        verdict = _so_far(claim, verdict)
    return Item(claim, verdict, figure, scope, value, own, why)


def _so_far(claim: Claim, verdict: Verdict) -> Verdict:
    """A number up to a day was held against the year's up to that day. One that goes back further cannot be contradicted
    by it: 累计 may count from any day."""
    since = f"按{claim.as_of.year}年1月1日至{claim.as_of.month}月{claim.as_of.day}日核对，"
    if verdict.status != "differs" or "累计" not in claim.context:
        return replace(verdict, words=since + verdict.words)
    words = f"{since}{verdict.words}；“累计”从哪天起算原文没有写明，不能断定"
    return Verdict("not_recorded", verdict.recorded, verdict.difference, words)


def _whose(claim: Claim, chosen: str) -> tuple[bool, str]:
    """Whether only the unit's own records count, and why; `chosen` is one of SCOPES, "" where there is nothing to choose."""
    if not chosen:
        return False, ""
    itself = _ITSELF.search(claim.context)
    if chosen == "own":
        return True, "页面上选定只算本级"
    if chosen == "all":
        return False, "页面上选定全部所属单位" + (f"；原文说的是“{itself[0]}”" if itself else "")
    return (True, f"原文说的是“{itself[0]}”") if itself else (False, "原文没有说只是本级")


def _measure_of(figure: Figure) -> str:
    """How a figure measures, in the reader's terms; "flow" is a number of the period."""
    if len(figure.parts) > 1:
        return "ratio"
    return "stock" if figure.stock else "rate" if figure.per_day else "flow"


def _span(period: str | None, year: int) -> tuple[date, date] | None:
    """First and last day of a period as the reader labels it: 2024, 2024年上半年, 2024年第一季度, 2024年1-6月."""
    found = _PERIOD.fullmatch(period or str(year))
    if found is None:
        return None
    said, part = int(found[1]), found[2]
    if part is None:
        first, last = 1, 12
    elif part.endswith("半年"):
        first, last = (1, 6) if part[0] == "上" else (7, 12)
    elif part.endswith("季度"):
        quarter = _DIGIT.get(part[1]) or int(part[1])
        first, last = (1 if part[0] == "前" else 3 * quarter - 2), 3 * quarter
    else:
        first, last = (int(found[3]), int(found[4])) if found[3] else (int(found[5]),) * 2
    if not 1 <= first <= last <= 12:
        return None
    return date(said, first, 1), date(said, last, monthrange(said, last)[1])
