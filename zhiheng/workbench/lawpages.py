"""The law book laid out for reading: what its pages show, put together from `zhiheng.law` and nothing else."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from zhiheng.law import (
    Book,
    Citation,
    Clock,
    Due,
    Extension,
    LawError,
    Length,
    Pause,
    Procedure,
    Step,
    TraceLine,
    cite,
    current_book,
    due,
)
from zhiheng.law.clocks import DAY, LATE
from zhiheng.law.commands import find_clock
from zhiheng.law.penalties import BASES, KINDS, PARTIES, SEVERITIES, FineRule, Ground, Range, yuan
from zhiheng.law.steps import BACK
from zhiheng.matters.templatetags.law import law_links

CONFIDENCE = {"verified": "已核实", "secondary": "转引", "unconfirmed": "未核实"}
_CONFIDENCE_TAGS = {"verified": "green", "secondary": "plain", "unconfirmed": "amber"}
TRANSITIONS = {
    "filed_from": "施行之日起立案的适用",
    "event_from": "施行之日起发生的步骤适用",
    "all_open": "施行之日起全部在办的适用",
}


@dataclass(frozen=True)
class Trust:
    """How well a value of the book has been checked, as words and a colour."""

    words: str
    colour: str

    @classmethod
    def of(cls, confidence: str, text_checked: bool = False) -> Trust:
        """``text_checked``: articles and numbers were found in the words of the law, which says more than anybody's word."""
        if text_checked:
            return cls("据原文核对", "green")
        return cls(CONFIDENCE.get(confidence, confidence), _CONFIDENCE_TAGS.get(confidence, "plain"))


@dataclass(frozen=True)
class ClockLine:
    code: str
    title: str
    length: str
    article: str
    pauses: str
    late: str
    trust: Trust


@dataclass(frozen=True)
class StepLine:
    title: str
    to: str
    by: str
    approve: str
    needs: tuple[str, ...]
    forms: tuple[tuple[str, str], ...]
    effects: tuple[str, ...]
    article: str
    trust: Trust


@dataclass(frozen=True)
class Place:
    """A state of the procedure with the steps that may be taken there."""

    code: str
    title: str
    kind: str
    steps: tuple[StepLine, ...]
    leads_to: tuple[tuple[str, str, str], ...] = ()
    """(code, title, kind) of the states that its own steps lead to, in the book's order."""


def versions_of(book: Book, code: str) -> tuple[Procedure, ...]:
    try:
        return book.procedure_versions[code]
    except KeyError:
        raise Http404("法规库没有这个程序。") from None


def chosen(versions, on: date, asked: str):
    """The version asked for by its effective day, else the one in force, else the first."""
    for version in versions:
        if str(version.effective) == asked:
            return version
    return next((v for v in reversed(versions) if v.effective <= on), versions[0])


def clock_line(clock: Clock) -> ClockLine:
    length = "由文书确定" if clock.length is None else str(clock.length)
    if clock.length and clock.length.because:
        length += f"（原文“{clock.length.written}”，按{clock.length.because}为工作日）"
    return ClockLine(
        clock.code,
        clock.title,
        length,
        cite(clock.article),
        "、".join(clock.pause_titles.get(code, code) for code in clock.pauses),
        LATE.get(clock.late, clock.late),
        Trust.of(clock.confidence),
    )


def _effects(procedure: Procedure, step: Step) -> tuple[str, ...]:
    """What a step does to clocks and measures, in words."""

    def title(code: str) -> str:
        return f"“{procedure.clocks[code].title}”"

    found = [f"起算{title(start.clock)}" for start in step.starts]
    found += [f"停止{title(code)}" for code in step.stops]
    if step.extends:
        found.append(f"延长{title(step.extends.clock)}")
    if step.pauses:
        found.append("期限暂停计算")
    if step.resumes:
        found.append("期限恢复计算")
    if step.opens:
        found.append(f"开始{procedure.measures[step.opens].title}")
    if step.closes:
        found.append(f"结束{procedure.measures[step.closes].title}")
    return tuple(found)


def _goes_to(procedure: Procedure, step: Step) -> str:
    if step.to == BACK:
        return "此前所处阶段"
    return procedure.states[step.to].title if step.to else ""


def step_line(book: Book, procedure: Procedure, step: Step) -> StepLine:
    def role(code: str) -> str:
        return procedure.roles[code].title if code in procedure.roles else code

    return StepLine(
        title=step.title,
        to=_goes_to(procedure, step),
        by="、".join(map(role, step.by)),
        approve=" → ".join(map(role, step.approve)),
        needs=tuple(procedure.guards[name].asks for name in step.needs),
        forms=tuple(
            (code, book.form_versions[code][-1].title) for code in step.issues if code in book.form_versions
        ),
        effects=_effects(procedure, step),
        article=cite(step.article),
        trust=Trust.of(step.confidence),
    )


def places(book: Book, procedure: Procedure) -> list[Place]:
    """States in the book's order, each with its own steps; steps allowed everywhere come once, at the end."""
    found = []
    begins = tuple(step_line(book, procedure, s) for s in procedure.steps.values() if s.begins)
    if begins:
        found.append(Place("begin", "开始", "active", begins))
    for state in procedure.states.values():
        own = tuple(
            step_line(book, procedure, s) for s in procedure.steps.values() if state.code in s.sources
        )
        leaving = (s for s in procedure.steps.values() if state.code in s.sources)
        reached = frozenset().union(*map(procedure.targets, leaving)) - {state.code}
        onward = tuple((to.code, to.title, to.kind) for to in procedure.states.values() if to.code in reached)
        found.append(Place(state.code, state.title, state.kind, own, onward))
    anywhere = tuple(step_line(book, procedure, s) for s in procedure.steps.values() if s.any_open)
    if anywhere:
        found.append(Place("any", "案件未办结前随时", "active", anywhere))
    return found


# ---------------------------------------------------------------------------------------------------------- fines


def _bounds(name: str, bounds) -> str:
    parts = []
    for value, words in (
        (bounds.at_least, "{}以上"),
        (bounds.above, "超过{}"),
        (bounds.below, "不足{}"),
        (bounds.at_most, "{}以下"),
    ):
        if value is not None:
            parts.append(words.format(yuan(value)))
    return f"{name}{'、'.join(parts)}" + ("，或者没有、无法计算" if bounds.or_none else "")


def range_words(rule: FineRule, one: Range) -> tuple[str, str]:
    """(when, how much) of one range of a rule."""
    when = [PARTIES[one.party]] if one.party else []
    if one.severity:
        when.append(SEVERITIES[one.severity])
    if one.turnover:
        when.append(_bounds("违法经营额", one.turnover))
    if one.gains:
        when.append(_bounds("违法所得", one.gains))
    base = BASES.get(rule.base, "")
    if one.no_fine:
        much = f"不处罚款（{one.no_fine}）"
    elif one.fixed is not None:
        much = yuan(one.fixed)
    else:
        least = yuan(one.min) if one.min else f"{base}{one.min_times}倍" if one.min_times else ""
        most = (
            f"{base}{one.max_times}倍"
            if one.max_times is not None
            else f"{base}的{one.max_percent}%"
            if one.max_percent is not None
            else yuan(one.max)
        )
        if one.cap is not None:
            most += f"（最高不超过{yuan(one.cap)}）"
        much = f"{least}以上{most}以下" if least else f"{most}以下"
    return "，".join(when) or "一律", much


@dataclass(frozen=True)
class FineColumn:
    """One version of a rule, for the table that sets versions side by side."""

    effective: date
    article: str
    citation: Citation
    manner: str
    ranges: tuple[tuple[str, str], ...]
    kinds: str
    conditions: str
    decides: str
    note: str
    trust: Trust


def fine_columns(versions: tuple[FineRule, ...]) -> list[FineColumn]:
    manners = {"may": "可以处罚款", "must": "应当处罚款", "none": "不处罚款"}
    columns = []
    for rule in versions:
        kinds = [
            f"{'应当' if 'must' in how.values() else '可以'}{KINDS.get(kind, kind)}"
            for kind, how in rule.kinds.items()
        ]
        kinds += [
            f"情节严重的{'应当' if 'must' in how.values() else '可以'}{KINDS.get(kind, kind)}"
            for kind, how in rule.serious_kinds.items()
        ]
        columns.append(
            FineColumn(
                effective=rule.effective,
                article=rule.article.formal,
                citation=rule.article,
                manner="已废止" if rule.repealed else manners.get(rule.fine, rule.fine),
                ranges=tuple(range_words(rule, one) for one in rule.ranges),
                kinds="；".join(kinds),
                conditions=rule_conditions(rule),
                decides=format_html("{}（{}）", rule.decides.title, law_links(rule.decides.article))
                if rule.decides
                else "",
                note=rule.note,
                trust=Trust.of(
                    rule.confidence,
                    current_book().is_text_checked("penalties", rule.code, rule.effective),
                ),
            )
        )
    return columns


def rule_conditions(rule: FineRule) -> SafeString:
    """What a rule asks for or brings besides its penalties, in words; articles lead to their own versions."""

    def leaning(what: str, ground: Ground) -> SafeString:
        return format_html("{}{}（{}）", what, ground.words, law_links(ground.article))

    found: list[str] = [f"行为主体：{rule.subject}"] if rule.subject else []
    found += [f"须先{demand}" for demand in rule.after]
    found += [f"同时{order}" for order in rule.orders]
    if rule.goods:
        found.append(f"没收{'、销毁' if rule.destroy else ''}：{rule.goods}")
    for what, ground in (("", rule.seizure), ("销售者：", rule.unaware_seller), ("此前：", rule.new)):
        if ground:
            found.append(leaning(what, ground))
    found += filter(None, [rule.aggravated, rule.serious])
    return format_html_join("；", "{}", ((words,) for words in found))


_LIMIT_AMOUNTS = {
    "turnover": "非法经营数额",
    "sales": "销售金额",
    "gains": "违法所得",
    "goods_value": "货值金额",
    "loss": "直接经济损失",
}
_LIMIT_UNITS = {
    "pieces": "标识{:,}件",
    "years": "{}年",
    "grave_years": "涉及生命健康安全、金融安全且有危害后果的{}年",
}
_LIMIT_PERCENTS = {"percent_per_day": "每日{}%", "cap_percent": "不超过罚款数额的{}%"}


def limit_words(limit) -> str:
    """The values of a threshold or period, in words."""
    found = []
    for key, value in limit.values.items():
        if key in PARTIES:
            found.append(f"{PARTIES[key]}{value:,}元")
        elif key in _LIMIT_AMOUNTS:
            found.append(f"{_LIMIT_AMOUNTS[key]}{value:,}元")
        else:
            found.append((_LIMIT_UNITS | _LIMIT_PERCENTS).get(key, key + " {}").format(value))
    return "；".join(found)


# ---------------------------------------------------------------------------------------------------------- calendars


@dataclass(frozen=True)
class DayCell:
    day: date
    kind: str  # work | rest | holiday | makeup
    name: str


def year_months(book: Book, year: int) -> list[tuple[str, list[list[DayCell | None]]]]:
    """Twelve months, each as weeks from Monday; None pads the first and last week."""
    names, makeup = book.calendar.names, book.calendar.makeup

    def cell(day: date) -> DayCell:
        ordinal = day.toordinal()
        if ordinal in makeup:
            return DayCell(day, "makeup", "调休上班")
        if ordinal in names:
            return DayCell(day, "holiday", names[ordinal])
        return DayCell(day, "rest" if day.weekday() > 4 else "work", "")

    return [
        (
            f"{month}月",
            [
                [cell(date(year, month, number)) if number else None for number in week]
                for week in months.monthcalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]


# ---------------------------------------------------------------------------------------------------------- calculators


def extending_steps(procedure: Procedure, clock: Clock) -> list[Step]:
    return [s for s in procedure.steps.values() if s.extends and s.extends.clock == clock.code]


def extension(step: Step, clock: Clock, *, days: int | None, until: date | None) -> Extension:
    """What this step adds. Raises LawError in words when the law needs a number or day that was not given, or allows less."""
    extends, article = step.extends, cite(step.article)
    if extends.until:
        if until is None:
            raise LawError(f"“{step.title}”须填写延长后的届满日（{article}）")
        return Extension(until=until, article=article, title=step.title)
    default = extends.default()
    if days is None:
        if default is None:
            raise LawError(f"“{step.title}”须填写确定的天数（{article}）")
        return Extension(default, article=article, title=step.title)
    most = extends.length or extends.up_to
    if most is not None and days > most.number:
        raise LawError(f"“{step.title}”不得超过{most}，现为{days}（{article}）")
    return Extension(
        Length(days, clock.length.unit if clock.length else DAY), article=article, title=step.title
    )


def deadline(
    book: Book,
    name: str,
    start: date,
    pauses: list[Pause],
    extensions: list[Extension],
    due_set: date | None,
) -> tuple[Due, list[TraceLine]]:
    """The due day of `procedure/clock` and its reasons, by the engine and the choice of version that the command uses."""
    procedure, clock, reasons = find_clock(book, name, start)
    if clock.follows:
        first = procedure.clock(clock.follows[0])
        before = due(first, start, book.calendar)
        words = f"自“{first.title}”届满日{before.due}起算（自{start}起）"
        reasons.append(TraceLine("follows", before.due, "", words))
        start = before.due
    procedure.refuse_beyond_total(extensions)
    found = due(clock, start, book.calendar, pauses, extensions, due_set)
    return found, [*reasons, *found.trace]
