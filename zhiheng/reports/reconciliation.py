"""A published text held against the records: each claim with its figure, the rows behind it, and what came of it.

相符 is earned: a claim is compared only when every word around its number was placed (`claims.placing`). Else the record is
offered beside it, with the words that stand in the way, and a person decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from zhiheng.accounts.models import Unit
from zhiheng.figures import selectors as figures
from zhiheng.figures.registry import Figure, Scope, find
from zhiheng.figures.selectors import Value
from zhiheng.registers.models import Record

from .claims import (
    STATUS_WORDS,
    Called,
    Claim,
    First,
    House,
    Indicator,
    Placement,
    Placer,
    Unread,
    Vague,
    Variant,
    Verdict,
    called,
    compare,
    load_indicators,
    match,
    undecided,
)
from .readings import reading_of
from .received import told_for

# Words by which an office speaks of itself without the bureaus below it.
_ITSELF = re.compile(r"本级|局机关|机关本部|局本部")
# Whose records a claim is held against: those its words speak of, or for all claims the same.
SCOPES = {"said": "按原文所说", "all": "全部所属单位", "own": "只算本级"}
# 万州区 and 广州市 do not end with their 州.
_AREA = re.compile("(?:.+?自治县|.+?(?:新区|经开区|高新区|开发区)|.{1,8}?(?:[省市区县旗盟]|州(?![区县市])))")
_OFFICE = re.compile("(?:市场监督管理局|知识产权局)$")
_BODIES = {
    "市场监督管理局": (
        "市场监督管理局",
        "市场监管局",
        "市场监管部门",
        "市场监督管理部门",
        "市场监管系统",
        "市场监管执法部门",
    ),
    "知识产权局": (
        "知识产权局",
        "知识产权部门",
        "知识产权管理部门",
        "知识产权系统",
        "知识产权执法部门",
        "知识产权行政执法部门",
        "知识产权行政管理部门",
        "知识产权行政部门",
    ),
}
_OTHER_MEASURE = {
    "stock": "这是截至某日的累计数，本系统只有期内数，不能相比",
    "rate": "这是平均数或每日数，不能与期内合计数相比",
    "ratio": "这是比率，不能与合计数相比",
    "rank": "这是名次，不能与合计数相比",
}


@dataclass(frozen=True)
class Item:
    """One claim and what came of it; `figure`, `scope` and `value` are set when the records could answer.

    `values` are those whose sum was compared (商标侵权和假冒专利案件共709件), `value` the first of them. `own`: it was held
    against the records of the unit itself, without those below it; `scope_why` says why, or why not ("" where the unit
    has none below it). `placement` says how the claim was understood.
    """

    claim: Claim
    verdict: Verdict
    figure: Figure | None = None
    scope: Scope | None = None
    values: tuple[Value, ...] = ()
    own: bool = False
    scope_why: str = ""
    placement: Placement | None = None

    @property
    def value(self) -> Value | None:
        return self.values[0] if self.values else None

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
            "figures": [value.figure.id for value in self.values],
            "understood": [facet.to_dict() for facet in self.placement.facets] if self.placement else [],
            "unplaced": list(self.placement.unplaced) if self.placement else [],
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
    unread: tuple[Unread, ...] = ()
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
    if item.status == "open":
        return 1
    if any(flag["kind"] != "target" for flag in item.claim.flags):
        return 1
    return 2 if item.undecided else 3 if item.status == "not_recorded" else 4


def hold(
    unit: Unit, text: str, year: int, variants: Sequence[Variant] = (), scope: str = "said"
) -> Reconciliation:
    """Read the claims of `text` and hold each against the records of the unit with all below it.

    A claim about another period than `year` is held against that period, one about the office itself (局机关, 本级)
    against the unit's own records, one about a district against the district's, unless `scope` (see SCOPES) says otherwise
    for all of them. What the words exclude (another office, a plan, another counting rule, a rate) is not comparable; what
    they leave open is left to a person. A period without a single record is not recorded. `variants` are mappings that
    people made.
    """
    answer = cache(lambda scope: figures.compute(scope))
    reading = reading_of(text, year)
    records = figures.year_of(unit, year)
    has_below = len(records.unit_ids) > 1
    match(reading.claims, variants=variants)
    kept = [indicator for indicator in load_indicators() if _recorded(indicator.id, answer(records))]

    @cache
    def names(indicator_id: str) -> Sequence[Called]:
        return _names_of(indicator_id, _recorded(indicator_id, answer(records)), records)

    placer = Placer(reading, _house(unit), year, kept, variants, names)
    items = tuple(
        _hold(claim, placer, unit, records, answer, scope if has_below else "") for claim in reading.claims
    )
    return Reconciliation(
        unit,
        year,
        text,
        items,
        reading.publisher or "",
        tuple(reading.firsts),
        tuple(reading.vague),
        reading.unread,
        reading.complete,
        scope,
        has_below,
    )


# Of more records than these none is told by its name in a report of the year.
_NAMED = 2000


def _names_of(indicator_id: str, figure: Figure | None, scope: Scope) -> tuple[Called, ...]:
    """What the records behind a figure are called, where they have names: what is kept in registers has, what cases are has not."""
    if figure is None or not issubclass(figure.parts[0].of.rows().model, Record):
        return ()
    of = figure.parts[0].of
    found = figures.rows(figure.parts[0], scope).order_by("pk").values_list("pk", *of.find)
    told = list(found[: _NAMED + 1]) if of.find else []
    if len(told) > _NAMED:
        return ()
    return tuple(
        called(indicator_id, (of.kind, pk), str(name or ""), (str(one) for one in beside if one))
        for pk, name, *beside in told
    )


def _of_the_named(
    claim: Claim, placement: Placement, figure: Figure, scope: Scope, verdict: Verdict
) -> Verdict:
    """The claim held once more, against the records alone that the sentence names: what it says is borne out, or contradicted, only
    where it is so either way."""
    of = figure.parts[0].of
    ids = [pk for kind, pk in placement.named if kind == of.kind]
    again = compare(claim, figures.among(figure, scope, ids).base)
    said = f"只算前面说到的{len(ids)}{of.noun}，{again.words}"
    if again.status == verdict.status and len(ids) == len(placement.named) and len(placement.figures) < 2:
        return replace(verdict, words=f"{verdict.words}；{said}")
    words = f"还不能确定：说的是全部，还是前面说到的；请人看一看。按全部，{verdict.words}；{said}"
    return Verdict("open", verdict.recorded, verdict.difference, words)


@cache
def _indicators() -> Mapping[str, Indicator]:
    return {indicator.id: indicator for indicator in load_indicators()}


def _told_in(indicator_id: str, claim: Claim) -> str:
    """The figure that answers a number in the claim's unit: 24项 and 6个方面 are two figures of one indicator."""
    indicator = _indicators().get(indicator_id)
    return indicator.figure_for(claim) if indicator else indicator_id


def _recorded(indicator_id: str, values: Mapping[str, Value], claim: Claim | None = None) -> Figure | None:
    """The figure of an indicator, unless nobody recorded or reported anything of it in the year. `claim` says in which unit."""
    answer = told_for(_told_in(indicator_id, claim) if claim else indicator_id, values)
    return answer.figure if answer else None


def _hold(claim: Claim, placer: Placer, unit: Unit, records: Scope, answer, whose: str) -> Item:
    """`records`: those of the unit and the year; they are the same units' for any other period."""
    figure = _recorded(claim.indicator_id, answer(records), claim) if claim.indicator_id else None
    if figure is None:
        return _without_figure(claim, placer, records, answer, unit, whose)
    kept = _measure_of(figure)
    up_to = claim.measure == "stock" and claim.as_of is not None
    # 截至6月底，查办300件: what was done in the year up to that day
    so_far = up_to and claim.verb is not None and kept == "flow"
    placement = placer.place(claim)
    words = _OTHER_MEASURE.get(claim.measure) if claim.measure != kept and not so_far else None
    if kept == "stock" and claim.measure != kept:
        words = "这是期内数，本系统的这项指标是截至某日的存量，不能相比"
    if words and not (kept == "flow" and _through(claim)):
        return Item(claim, Verdict("not_comparable", None, None, words), figure, placement=placement)
    if placement.excludes:
        words = "；".join(placement.excludes)
        return Item(claim, Verdict("not_comparable", None, None, words), figure, placement=placement)
    return _answered(claim, figure, placement, unit, records, answer, whose, so_far)


def _without_figure(claim: Claim, placer: Placer, records: Scope, answer, unit: Unit, whose: str) -> Item:
    """The words alone named no indicator. Where every one of them is placed, they name it (其中渝北区41件), or several
    whose sum the number is (商标侵权610件、假冒专利99件，共709件)."""
    verdict = compare(claim, None)
    decided = any(step["rule"] == "人工确认" for step in claim.why)
    if (claim.measure != "flow" and not _through(claim)) or claim.indicator_id or decided:
        return Item(claim, verdict)
    placement = placer.place(claim)
    if not placement.placed or not placement.figures:
        return Item(claim, verdict, placement=placement if placement.figures else None)
    indicator_id = placement.figures[0]
    figure = _recorded(indicator_id, answer(records), claim) or find(_told_in(indicator_id, claim))
    if len(placement.figures) == 1:
        claim.indicator_id, claim.indicator = indicator_id, placer.kept[indicator_id].name_for(claim.unit)
    return _answered(claim, figure, placement, unit, records, answer, whose, False)


def _answered(
    claim: Claim,
    figure: Figure,
    placement: Placement,
    unit: Unit,
    records: Scope,
    answer,
    whose: str,
    so_far: bool,
) -> Item:
    """The claim beside the records of the units and days it is understood to speak of."""
    if placement.first is None:
        words = f"所说的期间“{claim.period}”不是年、季或月，无法按期核对"
        return Item(claim, Verdict("not_comparable", None, None, words), figure, placement=placement)
    own, why = _whose(claim, whose, placement)
    whole = replace(records, first=placement.first, last=placement.last)
    scope = _units(whole, unit, placement, own, whose)
    values = answer(scope)
    recorded_as = {name: _recorded(name, answer(records), claim) for name in placement.figures}
    names = tuple(found.id if found else _told_in(name, claim) for name, found in recorded_as.items()) or (
        figure.id,
    )
    if placement.whose == "below" and all(values[n].rows == answer(whole)[n].rows for n in names):
        scope, values = whole, answer(whole)  # the unit itself has none: one list shows them all
    if not any(value.rows for value in values.values()):
        period = placement.facets[2].meaning
        words = f"{unit.name}{'本级' if own else ''}在{period}的期间内没有任何记录，无法核对"
        verdict = Verdict("not_recorded", None, None, words)
        return Item(claim, verdict, figure, own=own, scope_why=why, placement=placement)
    chosen = tuple(values[name] for name in names)
    if any(value.base is None for value in chosen):
        verdict = Verdict("not_recorded", None, None, "这项指标在这个范围和期间内没有结果，无法核对")
        return Item(claim, verdict, figure, own=own, scope_why=why, placement=placement)
    recorded = sum((value.base for value in chosen), Decimal(0))
    indicated = claim if claim.indicator_id else replace(claim, indicator_id=figure.id)
    verdict = compare(indicated, recorded)
    if len(chosen) > 1:
        titles = "、".join(value.figure.title for value in chosen)
        verdict = replace(verdict, words=f"按{titles}之和核对，{verdict.words}")
    if so_far:
        verdict = _so_far(claim, verdict)
    if placement.named and verdict.status in ("matches", "differs"):
        verdict = _of_the_named(indicated, placement, chosen[0].figure, scope, verdict)
    if placement.unplaced and verdict.status in ("matches", "differs"):
        words = (
            f"还不能确定：{'、'.join(placement.unplaced)}；请人看一看。如果说的就是这项指标，{verdict.words}"
        )
        verdict = Verdict("open", verdict.recorded, verdict.difference, words)
    return Item(claim, verdict, figure, scope, chosen, own, why, placement)


def _through(claim: Claim) -> bool:
    """全年累计查办610件: counted through the year, and no stock; the placement asks for the time it began."""
    return claim.measure == "stock" and any(
        step["rule"] == "存量" and step["words"] in ("累计", "总量", "总数达") for step in claim.why
    )


def _units(scope: Scope, unit: Unit, placement: Placement, own: bool, whose: str) -> Scope:
    """The scope narrowed to the units the claim speaks of."""
    if own:
        return scope.at(unit.pk)
    if whose == "all" or placement.whose in ("all", "own"):
        return scope
    ids = (
        tuple(i for i in scope.unit_ids if i != unit.pk)
        if placement.whose == "below"
        else tuple(i for i in scope.unit_ids if i in placement.whose)
    )
    return replace(scope, unit_ids=ids, whole=False)


def _house(unit: Unit) -> House:
    """The unit and those below it under the names a text may give them."""
    below = Unit.objects.filter(path__startswith=unit.path).exclude(pk=unit.pk).select_related("parent")
    above = Unit.objects.filter(code__in=unit.line).exclude(pk=unit.pk)
    names = {}
    for one in below:
        for name in _names(one, unit):
            names.setdefault(name, one.pk)
    places = _places(unit)
    bodies = {
        body
        for name in [unit.name, *(b.name for b in below)]
        if (m := _OFFICE.search(name))
        for body in _BODIES[m[0]]
    }
    return House(
        unit.name,
        tuple({unit.short_name, *_own_words(unit)}),
        tuple(places),
        names,
        tuple(sorted(bodies)),
        tuple(n for a in above for n in (a.name, a.short_name, *_places(a)) if n not in unit.name),
    )


def _places(unit: Unit) -> list[str]:
    """重庆市, 重庆, 全市, 我市, 本市."""
    area = _AREA.match(_bare(unit))
    if area is None:
        return []
    name, kind = area[0], area[0][-1]
    stem = name[:-1]
    said = [name, *(f"{word}{kind}" for word in ("全", "我", "本"))]
    said += [stem] if len(stem) > 1 else []
    said += [f"{word}{kind}{body}" for word in ("全", "我") for body in ("知识产权系统", "市场监管系统")]
    return said


def _bare(unit: Unit) -> str:
    """The unit's name without that of the unit above: 渝北区市场监督管理局."""
    if unit.parent is None:
        return unit.name
    above = _AREA.match(unit.parent.name)
    return unit.name.removeprefix(above[0]).removeprefix(above[0][:-1]) if above else unit.name


def place_of(unit: Unit) -> str:
    """What its area is called, without that of the unit above: 渝北区, 两江新区."""
    bare = _bare(unit)
    area = _AREA.match(bare)
    return area[0] if area else unit.short_name.removesuffix("局")


def _own_words(unit: Unit) -> list[str]:
    kind = {"office": "市"}.get(unit.kind, "区")
    area = _AREA.match(_bare(unit))
    kind = area[0][-1] if area else kind
    return [
        "我局",
        "本局",
        f"{kind}局",
        f"{kind}级",
        f"{kind}知识产权局",
        f"{kind}市场监管局",
        f"{kind}市场监督管理局",
    ]


def _names(unit: Unit, above: Unit) -> list[str]:
    """What a text may call a unit below: 重庆市渝北区市场监督管理局, 渝北区局, 渝北区, 渝北."""
    bare = _bare(unit)
    area = _AREA.match(bare)
    place = area[0] if area else bare
    short = unit.short_name.removesuffix("局")
    prefix = (_AREA.match(above.name) or [""])[0]
    said = [unit.name, bare, unit.short_name, place, short, prefix + place, prefix + short]
    said += [one[:-1] for one in (place, short) if len(one) > 2 and one[-1] in "区县市"]
    return [one for one in dict.fromkeys(said) if len(one) > 1]


def _so_far(claim: Claim, verdict: Verdict) -> Verdict:
    """A number up to a day was held against the year's up to that day. One that goes back further cannot be contradicted
    by it: 累计 may count from any day."""
    since = f"按{claim.as_of.year}年1月1日至{claim.as_of.month}月{claim.as_of.day}日核对，"
    if verdict.status != "differs" or "累计" not in claim.context:
        return replace(verdict, words=since + verdict.words)
    words = f"{since}{verdict.words}；“累计”从哪天起算原文没有写明，不能断定"
    return Verdict("not_recorded", verdict.recorded, verdict.difference, words)


def _whose(claim: Claim, chosen: str, placement: Placement) -> tuple[bool, str]:
    """Whether only the unit's own records count, and why; `chosen` is one of SCOPES, "" where there is nothing to choose."""
    if not chosen:
        return False, ""
    said = placement.facets[0].words
    itself = _ITSELF.search(claim.context)
    if chosen == "own":
        return True, "页面上选定只算本级"
    if chosen == "all":
        return False, "页面上选定全部所属单位" + (f"；原文说的是“{itself[0]}”" if itself else "")
    if placement.whose == "own":
        return True, f"原文说的是“{said}”"
    if placement.whose == "all":
        return False, "原文没有说只是本级"
    return False, f"原文说的是“{said}”"


def _measure_of(figure: Figure) -> str:
    """How a figure measures, in the reader's terms; "flow" is a number of the period."""
    if len(figure.parts) > 1:
        # So many for each one of something else (人次 a day) is a rate as reports speak of it, a share is not.
        return "ratio" if figure.unit == "%" else "rate"
    return "stock" if figure.stock else "rate" if figure.per_day else "flow"
