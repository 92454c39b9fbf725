"""The loaded law book: one immutable object that answers which version, which fine, which limit, who may decide."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType

from . import crimes, penalties
from .benchmarks import Benchmark
from .calendar import WorkCalendar
from .causes import Cause
from .citations import Citation, Instrument, cite
from .clocks import add_months
from .crimes import CrimeSuspicion
from .errors import LawError, NotInBook
from .kinds import Kind
from .penalties import FineOutcome, FineRule, yuan
from .procedure import Procedure
from .steps import Field, Guard, Role, Word
from .texts import Cited, place_of


@dataclass(frozen=True)
class Limit:
    """A threshold or period in one version; ``values`` in yuan, years or percent as the file has them. ``lower``: the values under one of
    the circumstances ``lower_if`` (``several`` marks or patents, a ``repeat`` within ``repeat_years``)."""

    code: str
    title: str
    effective: date
    article: Citation
    confidence: str
    values: Mapping[str, int]
    kinds: tuple[str, ...] = ()
    note: str = ""
    scope: str = ""
    lower: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    lower_if: tuple[str, ...] = ()
    repeat_years: int = 0


@dataclass(frozen=True)
class Hearing:
    """Whether the party must be told of its right to a hearing, and why (or why not)."""

    required: bool
    why: str
    article: str


@dataclass(frozen=True)
class Limitation:
    """How long an act may be punished: the last day, the years, the article."""

    from_day: date
    until: date
    years: int
    article: str


@dataclass(frozen=True)
class SeizurePower:
    """``words``: whether the article says 可以 or 予以; ``level``: whose power it is (:class:`Ground`)."""

    granted: bool
    why: str
    article: str = ""
    words: str = ""
    level: str = ""


@dataclass(frozen=True)
class RuleChoice:
    """A rule of a cause as a case may choose it: which version of it applies, or why it does not (``outcome`` None)."""

    code: str
    title: str
    outcome: FineOutcome | None
    why_not: str = ""


@dataclass(frozen=True)
class Incompetence:
    """A rule that another level of authority must decide."""

    rule: str
    by: str
    article: str


@dataclass(frozen=True, eq=False)
class Book:
    """Everything under ``book/``, tied together. Amounts in arguments and answers are integers of fen (分).

    ``*_versions`` map a code to its versions in order of effective date (within a scope). Built by :func:`zhiheng.law.load_book`.
    """

    instruments: Mapping[str, tuple[Instrument, ...]]
    calendar: WorkCalendar
    pauses: Mapping[str, str]
    roles: Mapping[str, Role]
    guards: Mapping[str, Guard]
    fields: Mapping[str, Field]
    causes: Mapping[str, Cause]
    fine_versions: Mapping[str, tuple[FineRule, ...]]
    limit_versions: Mapping[str, tuple[Limit, ...]]
    benchmark_versions: Mapping[str, tuple[Benchmark, ...]]
    procedure_versions: Mapping[str, tuple[Procedure, ...]]
    form_versions: Mapping[str, tuple]
    sources: Mapping[str, Word]
    party_types: Mapping[str, Word]
    outcomes: Mapping[str, Word]
    evidence_kinds: Mapping[str, Word]
    participants: Mapping[str, Word]
    kinds: Mapping[str, Kind]
    checked: Mapping[str, Mapping] = field(default_factory=lambda: {"texts": {}, "places": {}})
    leaning: Callable[[], tuple[Cited, ...]] = tuple

    # ------------------------------------------------------------------ versions

    def procedure(self, code: str, on: date, scope: Sequence[str] = ()) -> Procedure:
        """The version for a matter filed ``on``. ``scope``: unit codes, tightest first; a local version wins over the national one
        and names itself in ``Procedure.scope``."""
        return self._version("程序", self.procedure_versions, code, on, scope)

    def procedure_in_force(self, code: str, on: date, scope: Sequence[str] = ()) -> Procedure | None:
        """As :meth:`procedure`; None where there is no version for that day."""
        try:
            return self.procedure(code, on, scope)
        except LawError:
            return None

    def procedure_by_hash(self, sha: str) -> Procedure:
        """The version a running matter is pinned to."""
        try:
            return self._by_hash[sha]
        except KeyError:
            raise LawError(
                f"法规库没有指纹为{sha[:12]}…的程序版本；请把该版本的文件放回 procedures 目录，或者用保存的文本恢复"
            ) from None

    @cached_property
    def _by_hash(self) -> Mapping[str, Procedure]:
        return {p.sha: p for versions in self.procedure_versions.values() for p in versions}

    def procedures(self) -> list[Procedure]:
        """Every version of every procedure."""
        return [p for versions in self.procedure_versions.values() for p in versions]

    def form(self, code: str, on: date, scope: Sequence[str] = ()):
        """The version of a form in force on a day; an office's own set wins over everybody's."""
        return self._version("文书", self.form_versions, code, on, scope)

    def kind(self, code: str) -> Kind:
        return self._named("事项种类", self.kinds, code)

    def kinds_of(self, family: str) -> list[Kind]:
        """The kinds whose records a family keeps, in the book's order."""
        return [kind for kind in self.kinds.values() if kind.family == family]

    def kind_of_cause(self, family: str, cause: str) -> Kind | None:
        """The kind that a matter of this cause belongs to: a ledger tells the cause, not the kind."""
        return next((kind for kind in self.kinds_of(family) if cause in kind.causes), None)

    def role_title(self, code: str) -> str:
        return self.roles[code].title if code in self.roles else code

    def forms(self) -> list[str]:
        return list(self.form_versions)

    def limit(self, code: str, on: date, scope: Sequence[str] = ()) -> Limit:
        return self._version("标准", self.limit_versions, code, on, scope)

    def fine_rules(self) -> list[str]:
        return list(self.fine_versions)

    def fine(self, rule: str, on: date, scope: Sequence[str] = ()) -> FineRule:
        return self._version("罚则", self.fine_versions, rule, on, scope)

    def guard(self, name: str) -> Guard:
        return self._named("条件", self.guards, name)

    def field(self, code: str) -> Field:
        return self._named("字段", self.fields, code)

    def cause(self, code: str) -> Cause:
        return self._named("案由", self.causes, code)

    def instrument(self, code: str, on: date | None = None) -> Instrument:
        """By code or by name (行政处罚法); the version in force ``on``, else the latest."""
        for versions in self.instruments.values():
            if code in (versions[0].code, versions[-1].short, versions[-1].title):
                in_force = [i for i in versions if on is None or i.effective <= on]
                if in_force:
                    return in_force[-1]
        shorts = "、".join(v[-1].short for v in self.instruments.values())
        raise LawError(f"法规库没有“{code}”{f'在{on}的版本' if on else ''}；现有：{shorts}")

    @staticmethod
    def _named(what: str, mapping: Mapping, name: str):
        try:
            return mapping[name]
        except KeyError:
            raise LawError(f"法规库没有{what}“{name}”；可用：{'、'.join(mapping)}") from None

    def _version(self, what: str, versions: Mapping[str, tuple], code: str, on: date, scope: Sequence[str]):
        candidates = self._named(what, versions, code)
        for place in (*scope, ""):
            in_force = [v for v in candidates if getattr(v, "scope", "") == place and v.effective <= on]
            if in_force and not getattr(in_force[-1], "repealed", False):
                return in_force[-1]
        national = [v for v in candidates if not getattr(v, "scope", "")]
        if national and national[0].effective > on:
            raise NotInBook(f"{what}“{code}”最早的版本自{national[0].effective}起施行，{on}没有可用的版本")
        raise LawError(f"{what}“{code}”在{on}已经废止，请选用其他{what}")

    # ------------------------------------------------------------------ fines

    def evaluate(
        self,
        rule: str,
        *,
        acted: date,
        decided: date,
        party: str,
        turnover: int | None = None,
        gains: int | None = None,
        severity: str = "normal",
        scope: Sequence[str] = (),
    ) -> FineOutcome:
        """What a rule allows for an act that ended ``acted``, decided ``decided``: both versions, the lighter one, why.

        ``party``: person or organisation (an individual business counts as a person); ``turnover``, ``gains`` in fen, None when there
        is none or it cannot be established. Raises :class:`LawError` in words for unknown codes, dates and amounts.
        """
        party = _party(party)
        if severity not in penalties.SEVERITIES:
            raise LawError(f"情节“{severity}”不可用；可用：{'、'.join(penalties.SEVERITIES)}")
        for name, amount in (("违法经营额", turnover), ("违法所得", gains)):
            if amount is not None and amount < 0:
                raise LawError(f"{name}不能为负数：{yuan(amount)}")
        versions = self._named("罚则", self.fine_versions, rule)
        for place in (*scope, ""):
            here = [v for v in versions if v.scope == place]
            if here:
                break
        every, applicable, why = penalties.compare(
            here, acted=acted, decided=decided, party=party, severity=severity, turnover=turnover, gains=gains
        )
        confiscated = gains or 0 if dict(applicable.kinds).get("confiscate_gains") else 0
        hearing = self.hearing(
            party=party, fine=applicable.max, confiscated=confiscated, on=decided, scope=scope
        )
        if hearing.required:
            why += f"。按上限计，{hearing.why}，应当告知听证权利"
        cited = [v.article for v in every if v.article] + ["行政处罚法37"]
        if hearing.required:
            cited.append(hearing.article)
        return FineOutcome(
            rule, here[-1].title, every, applicable, why, hearing.required, tuple(dict.fromkeys(cited))
        )

    def fine_range(
        self,
        *,
        cause: str,
        acted: date,
        decided: date,
        party: str,
        turnover: int | None = None,
        gains: int | None = None,
        severity: str | None = None,
        scope: Sequence[str] = (),
    ) -> list[FineOutcome]:
        """The outcomes of every rule of a cause that reaches this party and these days; without ``severity``, of every level.
        Empty: the cause has no rule that applies."""
        found: list[FineOutcome] = []
        for rule in self.cause(cause).rules:
            for level in [severity] if severity else self.severities(rule):
                try:
                    outcome = self.evaluate(
                        rule,
                        acted=acted,
                        decided=decided,
                        party=party,
                        turnover=turnover,
                        gains=gains,
                        severity=level,
                        scope=scope,
                    )
                except LawError:
                    continue  # a rule for other parties or other years is no range of this matter
                if outcome.applicable.valid_from is not None and outcome not in found:
                    found.append(outcome)
        return found

    def rule_choices(
        self,
        *,
        cause: str,
        acted: date,
        decided: date,
        party: str,
        turnover: int | None = None,
        gains: int | None = None,
        severity: str = "normal",
        scope: Sequence[str] = (),
    ) -> list[RuleChoice]:
        """Every rule of the cause for one act that ended ``acted``: what it allows in the version that applies, or why it cannot be
        chosen. Amounts in fen."""
        found = []
        for code in self.cause(cause).usable:
            title = self.fine_versions[code][-1].title
            try:
                outcome = self.evaluate(
                    code,
                    acted=acted,
                    decided=decided,
                    party=party,
                    turnover=turnover,
                    gains=gains,
                    severity=severity,
                    scope=scope,
                )
            except LawError as refusal:
                found.append(RuleChoice(code, title, None, str(refusal)))
            else:
                found.append(RuleChoice(code, outcome.title, outcome))
        return found

    def severities(self, rule: str) -> tuple[str, ...]:
        """The levels that some version of the rule tells apart; ``normal`` alone where none does."""
        versions = self._named("罚则", self.fine_versions, rule)
        return tuple(penalties.SEVERITIES) if any(v.has_levels() for v in versions) else ("normal",)

    def rules_for_cause(self, cause: str) -> tuple[str, ...]:
        return self.cause(cause).usable

    def seizure_power(self, cause: str, on: date | None = None, rule: str = "") -> SeizurePower:
        """Whether a law or regulation lets goods be sealed or seized for this rule of the cause on a day; without ``rule``, for
        whichever rule the case will turn out to be under. With article and words, or the reason why not."""
        entry = self.cause(cause)
        grounds = []
        for code in [rule] if rule else entry.rules:
            versions = self._named("罚则", self.fine_versions, code)
            in_force = [v for v in versions if not v.scope and (on is None or v.effective <= on)]
            grounds.append(in_force[-1].seizure if in_force else None)
        if grounds and all(grounds):
            one = grounds[-1]
            return SeizurePower(True, one.article.formal, str(one.article), one.words, one.level)
        return SeizurePower(False, entry.no_seizure or f"{entry.title}在{on}没有查封、扣押的依据")

    def competence(self, cause: str, *, provincial: bool, on: date | None = None) -> Incompetence | None:
        """None when an office of this level may decide the cause; else the rule that reserves it to the province."""
        if provincial:
            return None
        rules = [self.fine_versions[code][-1] for code in self.cause(cause).rules]
        reserved = [r for r in rules if r.decides and r.decides.level == "province"]
        if not reserved or len(reserved) < len(rules):
            return None
        first = reserved[0]
        return Incompetence(self.cause(cause).title, first.decides.title, str(first.decides.article))

    # ------------------------------------------------------------------ thresholds and periods

    def hearing(
        self,
        *,
        party: str,
        on: date,
        fine: int = 0,
        confiscated: int = 0,
        kinds: Sequence[str] = (),
        scope: Sequence[str] = (),
        standard: str = "hearing",
    ) -> Hearing:
        """Whether the hearing right must be told (听证办法 5); with ``standard`` ``collective``, whether the heads decide together. Fine and confiscation (gains plus goods) are tested separately, in fen;
        ``kinds`` as in the field ``penalty_kinds``. A provincial figure under ``scope`` replaces the national one."""
        limit = self.limit(standard, on, scope)
        party = _party(party)
        threshold = limit.values[party] * 100
        article = str(limit.article)
        local = f"（按{limit.scope}的标准）" if limit.scope else ""
        heavy = [k for k in kinds if k in limit.kinds]
        if heavy:
            titles = self.fields["penalty_kinds"].choices
            return Hearing(True, f"拟给予{'、'.join(titles.get(k, k) for k in heavy)}", article)
        who = penalties.PARTIES[party]
        if fine >= threshold:
            return Hearing(True, f"对{who}罚款{yuan(fine)}，达到{yuan(threshold)}{local}", article)
        if confiscated >= threshold:
            return Hearing(True, f"对{who}没收{yuan(confiscated)}，达到{yuan(threshold)}{local}", article)
        return Hearing(
            False,
            f"对{who}罚款{yuan(fine)}、没收{yuan(confiscated)}，均未达到{yuan(threshold)}{local}",
            article,
        )

    def limits_of_crimes(self, cause: str, on: date) -> list[Limit]:
        """The standards of prosecution of a cause's crimes that the book has for a day."""
        found = (self.limit_versions.get(code, ()) for code in self.cause(cause).crimes)
        return [versions[-1] for every in found if (versions := [v for v in every if v.effective <= on])]

    def crime_suspicions(
        self, cause: str, on: date, amounts: Mapping[str, int], circumstances: Collection[str] = ()
    ) -> list[CrimeSuspicion]:
        """The standards of prosecution that acts of this cause reach on a day (移送规定 3). ``amounts``: ``turnover``, ``gains``,
        ``sales``, ``goods_value``, ``loss`` in fen, ``pieces`` and of those ``pieces_unsold`` (labels that others made) in number; what is
        not known is left out. ``circumstances``: ``several`` marks or patents, a ``repeat``, under which some standards are lower."""
        return crimes.reached(self.limits_of_crimes(cause, on), amounts, circumstances)

    def on_spot_limit(self, party: str, on: date | None = None) -> int:
        """Greatest fine in fen that may be imposed on the spot (行政处罚法 51)."""
        return self._latest("on-spot", on).values[_party(party)] * 100

    def on_spot_collection_limit(self, on: date | None = None) -> int:
        """Greatest fine in fen that may be collected on the spot as a matter of course (行政处罚法 68)."""
        return self._latest("on-spot-collection", on).values["person"] * 100

    def limitation(self, act_end: date, *, grave: bool = False) -> Limitation:
        """Until when an act may be punished (行政处罚法 36): two years from its end, five where life, health or financial safety is
        concerned and harm was done (``grave``)."""
        limit = self._latest("limitation", None)
        years = limit.values["grave_years" if grave else "years"]
        return Limitation(act_end, add_months(act_end, 12 * years), years, str(limit.article))

    def untold_remedy(self, known: date, decided: date) -> date:
        """The last day to challenge a decision whose party was not told how: counted from the day it knew what was decided, and from the
        day it was decided (行政复议法 20(3), 行诉解释 64, 行政诉讼法 46(2))."""
        years = self._latest("untold-remedy", None).values
        return min(
            add_months(known, 12 * years["years"]), add_months(decided, 12 * years["in_any_case_years"])
        )

    def surcharge(
        self,
        fine: int,
        due_on: date,
        until: date,
        excluded: Sequence[tuple[date, date]] = (),
        *,
        instalments: Sequence[tuple[date, int]] = (),
        paid: Sequence[tuple[date, int]] = (),
    ) -> int:
        """Extra fine in fen for late payment up to and including ``until`` (行政处罚法 72, 73), on what is due and unpaid.

        ``instalments``: last days and amounts, where the fine may be paid in parts; ``paid``: payments towards the fine; ``excluded``:
        spans ``[from, to)`` of review or litigation."""
        values = self._latest("surcharge", None).values
        return penalties.surcharge(
            instalments or [(due_on, fine)],
            until,
            percent_per_day=values["percent_per_day"],
            cap_percent=values["cap_percent"],
            excluded=excluded,
            paid=paid,
        )

    def _latest(self, code: str, on: date | None) -> Limit:
        return self.limit(code, on) if on else self.limit_versions[code][-1]

    # ------------------------------------------------------------------ what still needs a lawyer

    @cached_property
    def cited(self) -> tuple[Cited, ...]:
        """Every place of the book that names articles, with the numbers it takes from them."""
        return self.leaning()

    @cached_property
    def text_checked(self) -> frozenset[str]:
        """The places whose articles and numbers were found in the words of the law and were not edited since (``checked.yaml``)."""
        kept = self.checked["places"]
        return frozenset(c.place for c in self.cited if kept.get(c.place) == c.digest)

    def is_text_checked(self, kind: str, code: str, effective: date | None = None, *path: str) -> bool:
        """Whether a place was: ``("penalties", "TM-INF", 2019-11-01)``, ``("procedures", "penalty.simple", 2022-11-01, "clocks", "pay")``,
        ``("guards", "punishable")``."""
        file = f"{kind}/{code}/{effective}.yaml" if effective else f"{kind}.yaml"
        return place_of(file, (*path,) if effective else (code, *path)) in self.text_checked

    @cached_property
    def values_checked(self) -> frozenset[str]:
        """The places of :attr:`text_checked` that take numbers from their articles: those were found too."""
        return frozenset(c.place for c in self.cited if c.quantities) & self.text_checked

    def _doubtful(self, confidence: str, kind: str, code: str, effective: date, *path: str) -> bool:
        """Not verified, and no number of it found in the text since: that an article exists settles nothing about what is made of it."""
        place = place_of(f"{kind}/{code}/{effective}.yaml", path)
        return confidence in ("secondary", "unconfirmed") and place not in self.values_checked

    def edited_since(self) -> list[str]:
        """Places that were found in the words of the law once and read differently now."""
        return sorted(
            c.place for c in self.cited if self.checked["places"].get(c.place) not in (None, c.digest)
        )

    def has_dated_text(self, instrument: Instrument) -> bool:
        """Whether the text that the version was held against names its day of coming into force itself."""
        kept = self.checked["texts"].get(f"{instrument.short}@{instrument.effective}")
        return bool(kept and kept["dated"])

    def doubts(self) -> list[str]:
        """Values that nobody held against the official text, in words: they warn, they never block."""
        words = {"secondary": "转引", "unconfirmed": "未核实"}
        found = [
            f"法规 {i.label}（{i.effective}）{words[i.confidence]}：{i.note or '名称、施行日'}"
            for versions in self.instruments.values()
            for i in versions
            if i.confidence in words and not self.has_dated_text(i)
        ]
        found += [
            f"罚则 {r.code}（{r.effective}）{words[r.confidence]}：{cite((r.article,))}"
            for versions in self.fine_versions.values()
            for r in versions
            if self._doubtful(r.confidence, "penalties", r.code, r.effective)
        ]
        for procedure in self.procedures():
            for part, kind, entries in (
                ("steps", "步骤", procedure.steps),
                ("clocks", "时钟", procedure.clocks),
            ):
                found += [
                    f"{procedure.title}的{kind}“{e.title}”{words[e.confidence]}：{cite(e.article)}"
                    for e in entries.values()
                    if self._doubtful(
                        e.confidence, "procedures", procedure.code, procedure.effective, part, e.code
                    )
                ]
        found += [
            f"{one.title}（{one.effective}）{words[one.confidence]}：{one.article}"
            for kind, found_of in (("limits", self.limit_versions), ("benchmarks", self.benchmark_versions))
            for versions in found_of.values()
            for one in versions
            if self._doubtful(one.confidence, kind, one.code, one.effective)
        ]
        found += [
            f"文书 {f.code} {f.title}{words[f.confidence]}：{f.note or '版面'}"
            for versions in self.form_versions.values()
            for f in versions
            if f.confidence in words
        ]
        found += [
            f"{y.year}年工作日历的通知文号{words[y.notice_confidence]}"
            for y in self.calendar.years.values()
            if y.notice_confidence in words
        ]
        return found


def _party(party: str) -> str:
    """person or organisation. An individual business (个体工商户) is tested as a person: the lower thresholds protect it."""
    if party == "individual_business":
        return "person"
    if party not in penalties.PARTIES:
        raise LawError(
            f"当事人类型“{party}”不可用；可用：person（自然人、个体工商户）、organisation（法人或者其他组织）"
        )
    return party


_lock = threading.Lock()
_current: list[Book] = []


def current_book() -> Book:
    """The book this process works with: read once, on first use, by one thread."""
    if not _current:
        with _lock:
            if not _current:
                from .loader import load_book

                _current.append(load_book())
    return _current[0]
