"""Penalties: what a rule lets or makes an office impose in a given version, and which version applies (从旧兼从轻, 行政处罚法 37).

All amounts are integers of fen (分). The rules themselves are data under ``book/penalties``; this module reads ranges, compares
versions and says what is wrong with a penalty somebody proposes (:meth:`FineOutcome.objections`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import floor

from .citations import Citation
from .errors import LawError, NotInBook

PARTIES = {"person": "自然人", "organisation": "法人或者其他组织"}
SEVERITIES = {"normal": "一般情节", "serious": "情节严重"}
BASES = {"turnover": "违法经营额", "gains": "违法所得"}
# The kinds of 行政处罚法 9 that rules of this field name, beside the fine; the codes are those of the field ``penalty_kinds``.
KINDS = {
    "warning": "警告",
    "criticism": "通报批评",
    "confiscate_gains": "没收违法所得",
    "confiscate_goods": "没收非法财物",
    "revoke_licence": "吊销许可证件",
}
# The others of 行政处罚法 9, which no rule of this field gives: an objection calls them by their names.
_OTHER_KINDS = {
    "fine": "罚款",
    "suspend_licence": "暂扣许可证件",
    "downgrade": "降低资质等级",
    "restrict": "限制开展生产经营活动",
    "stop_business": "责令停产停业",
    "close_down": "责令关闭",
    "bar": "限制从业",
}
CONFISCATIONS = ("confiscate_gains", "confiscate_goods")


def yuan(fen: int) -> str:
    """Amount for a message: 250,000元, 49,999.99元."""
    whole, cents = divmod(fen, 100)
    return f"{whole:,}.{cents:02d}元" if cents else f"{whole:,}元"


@dataclass(frozen=True)
class Bounds:
    """A condition on an amount, with the operators as the text has them: ≥ at_least, > above, < below, ≤ at_most (fen).
    ``or_none``: also when there is no amount or it cannot be established."""

    at_least: int | None = None
    above: int | None = None
    below: int | None = None
    at_most: int | None = None
    or_none: bool = False

    def holds(self, amount: int | None) -> bool:
        if amount is None:
            return self.or_none
        return (
            (self.at_least is None or amount >= self.at_least)
            and (self.above is None or amount > self.above)
            and (self.below is None or amount < self.below)
            and (self.at_most is None or amount <= self.at_most)
        )


@dataclass(frozen=True)
class Range:
    """One range of a rule: for which party, severity and base amount, and how much (fen, multiples or percent of the base).
    ``cap``: what multiples may not exceed (fen). ``no_fine`` says why there is no fine at all."""

    party: str = ""
    severity: str = ""
    turnover: Bounds | None = None
    gains: Bounds | None = None
    min: int | None = None
    max: int | None = None
    fixed: int | None = None
    min_times: int | None = None
    max_times: int | None = None
    max_percent: int | None = None
    cap: int | None = None
    no_fine: str = ""

    def fits(self, party: str, severity: str, turnover: int | None, gains: int | None) -> bool:
        return (
            self.party in ("", party)
            and self.severity in ("", severity)
            and (self.turnover is None or self.turnover.holds(turnover))
            and (self.gains is None or self.gains.holds(gains))
        )

    def amounts(self, base: int | None) -> tuple[int, int]:
        """Least and greatest fine in fen for this base amount."""
        if self.no_fine:
            return 0, 0
        if self.fixed is not None:
            return self.fixed, self.fixed
        least = self.min if self.min is not None else (self.min_times or 0) * (base or 0)
        if self.max_times is not None:
            most = self.max_times * (base or 0)
            return least, most if self.cap is None else min(most, self.cap)
        if self.max_percent is not None:
            return least, floor(Fraction(base or 0) * self.max_percent / 100)
        return least, self.max


@dataclass(frozen=True)
class Decider:
    """Who alone may decide: level province or county, the organ's title, the article."""

    level: str
    title: str
    article: Citation


@dataclass(frozen=True)
class Demand:
    """An order that must have run out before the fine may be imposed: 责令限期改正, unmet 逾期不改正."""

    order: str
    unmet: str

    def __str__(self) -> str:
        return f"{self.order}，{self.unmet}"


@dataclass(frozen=True)
class Ground:
    """An article and what it says, where a rule leans on another provision. ``level``: whose power it is, where not every office's:
    ``city``, that of a city divided into districts or above."""

    article: Citation
    words: str
    level: str = ""


@dataclass(frozen=True)
class FineRule:
    """One version of one rule.

    ``fine``: may, must or none. ``kinds``: other penalties of the same article, must or may, by party where the text differs;
    ``serious_kinds``: those that come on top where the case is serious.
    ``orders``: what is ordered together with the penalty. ``after``: orders that must have run out first, in their order.
    ``goods``: what the article confiscates, in its words; ``destroy``: and has destroyed. ``unaware_seller``: what becomes of a
    seller who did not know and names the source. ``seizure``: the power to seal or seize in such a case. ``repeat_years``: a second act within so many years is punished more heavily.
    ``new``: the older text that shows conduct before ``effective`` was not punishable; without it earlier conduct is simply not
    in the book. ``subject``: who alone can commit the act. ``signs``: what alone it
    protects, codes of the field ``protected_sign``.
    """

    code: str
    title: str
    effective: date
    article: Citation
    confidence: str
    fine: str
    base: str
    ranges: tuple[Range, ...]
    kinds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    serious_kinds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    new: Ground | None = None
    repealed: bool = False
    after: tuple[Demand, ...] = ()
    orders: tuple[str, ...] = ()
    goods: str = ""
    destroy: bool = False
    unaware_seller: Ground | None = None
    seizure: Ground | None = None
    repeat_years: int = 0
    aggravated: str = ""
    serious: str = ""
    decides: Decider | None = None
    parties: tuple[str, ...] = ()
    subject: str = ""
    signs: tuple[str, ...] = ()
    subsidiary_to: tuple[str, ...] = ()
    note: str = ""
    scope: str = ""

    def range_for(self, party: str, severity: str, turnover: int | None, gains: int | None) -> Range | None:
        return next((r for r in self.ranges if r.fits(party, severity, turnover, gains)), None)

    def has_levels(self) -> bool:
        return bool(self.serious_kinds) or any(r.severity for r in self.ranges)


@dataclass(frozen=True)
class VersionFine:
    """What one version of the rule gives for the case at hand (fen). ``valid_from`` and ``rule`` None: the conduct was not
    punishable. ``kinds``: penalties beside the fine, each must or may for this party."""

    valid_from: date | None
    article: str
    min: int
    max: int
    mandatory: bool
    kinds: tuple[tuple[str, str], ...] = ()
    note: str = ""
    confidence: str = "verified"
    rule: FineRule | None = None

    def weight(self) -> tuple[int, int, bool, int]:
        """Order of harshness: greatest fine, least fine, whether a fine must be imposed, then the other kinds of penalty."""
        return (self.max, self.min, self.mandatory, sum(2 if how == "must" else 1 for _, how in self.kinds))

    @property
    def must(self) -> frozenset[str]:
        """Kinds that must be imposed, the fine among them; confiscations only where there is something to confiscate."""
        fine = {"fine"} if self.mandatory else set()
        return frozenset(fine | {kind for kind, how in self.kinds if how == "must"})

    @property
    def may(self) -> frozenset[str]:
        """Kinds that may be imposed or left out, the fine among them."""
        fine = {"fine"} if self.max and not self.mandatory else set()
        return frozenset(fine | {kind for kind, how in self.kinds if how == "may"})

    @property
    def after(self) -> tuple[Demand, ...]:
        return self.rule.after if self.rule else ()

    @property
    def words(self) -> str:
        if self.valid_from is None:
            return "不予处罚"
        if self.max == 0:
            return "不处罚款"
        verb = "应当处" if self.mandatory else "可以处"
        if self.min == self.max:
            return f"{verb}{yuan(self.max)}罚款"
        return (
            f"{verb}{yuan(self.min)}以上{yuan(self.max)}以下罚款"
            if self.min
            else f"{verb}{yuan(self.max)}以下罚款"
        )


@dataclass(frozen=True)
class Objection:
    """Why a proposed penalty does not stand under the rule. ``code``: not_punishable, order_first, kind_missing, kind_unknown,
    fine_above or fine_below."""

    code: str
    words: str
    article: str

    def __str__(self) -> str:
        return f"{self.words}（{self.article}）"


@dataclass(frozen=True)
class FineOutcome:
    """Both versions, the one that applies, why, and whether the hearing right must be told when the fine reaches its maximum."""

    rule: str
    title: str
    versions: tuple[VersionFine, ...]
    applicable: VersionFine
    why: str
    hearing_required: bool
    citations: tuple[str, ...]

    @property
    def words(self) -> str:
        return self.applicable.words

    def contains(self, fine: int) -> bool:
        """Whether a fine (fen) lies within the applicable range; no fine at all is within it unless the rule makes one mandatory."""
        if fine == 0:
            return not self.applicable.mandatory
        return self.applicable.min <= fine <= self.applicable.max

    def objections(
        self,
        *,
        kinds: Collection[str],
        fine: int = 0,
        gains: int = 0,
        goods: bool = False,
        orders_ran_out: bool = False,
        mitigated: bool = False,
    ) -> tuple[Objection, ...]:
        """What is wrong with a penalty proposed under this rule; empty when it may be imposed.

        ``kinds``: codes of the field ``penalty_kinds``, the fine among them. ``fine``, ``gains`` in fen. ``goods``: whether there
        are things the article confiscates. ``orders_ran_out``: the orders of :attr:`VersionFine.after` were made and not obeyed.
        ``mitigated``: a ground of 减轻处罚 is established (行政处罚法 32): it reaches below the range, and drops a fine or warning
        that would be due, never a confiscation.
        """
        return tuple(self._objections(set(kinds), fine, gains, goods, orders_ran_out, mitigated))

    def _objections(
        self, kinds: set[str], fine: int, gains: int, goods: bool, orders_ran_out: bool, mitigated: bool
    ) -> Iterator[Objection]:
        applies = self.applicable
        if fine:
            kinds = kinds | {"fine"}
        if applies.rule is None:
            if kinds:
                yield Objection("not_punishable", self.why, "行政处罚法37")
            return
        titles = _OTHER_KINDS | KINDS
        if applies.after and kinds and not orders_ran_out:
            yield Objection(
                "order_first", f"须先{'；再'.join(map(str, applies.after))}，才可以处罚", applies.article
            )
        there = {"confiscate_gains": gains > 0, "confiscate_goods": goods}
        for kind in sorted(applies.must - kinds):
            if there.get(kind, not mitigated):
                yield Objection("kind_missing", f"应当给予“{titles[kind]}”，未列入", applies.article)
        able = applies.must | applies.may | ({"confiscate_gains"} if gains else set())  # 行政处罚法 28(1)
        for kind in sorted(kinds - able):
            yield Objection(
                "kind_unknown", f"本条没有规定“{titles.get(kind, kind)}”，不得给予", applies.article
            )
        if "fine" not in able:
            return
        if fine > applies.max:
            yield Objection("fine_above", f"罚款{yuan(fine)}高于上限：{self.words}", applies.article)
        elif "fine" in kinds and fine < applies.min and not mitigated:
            yield Objection(
                "fine_below", f"罚款{yuan(fine)}低于下限：{self.words}；没有减轻处罚的情形", applies.article
            )


def higher_fine(outcomes: Iterable[FineOutcome]) -> FineOutcome | None:
    """One act under several rules is fined under the one with the higher fine (行政处罚法 29); None of none."""
    return max(outcomes, key=lambda one: (one.applicable.max, one.applicable.min), default=None)


def read_version(
    rule: FineRule, party: str, severity: str, turnover: int | None, gains: int | None
) -> VersionFine:
    """What one version gives. Raises :class:`LawError` when the rule does not reach this party."""
    if rule.parties and party not in rule.parties:
        raise LawError(
            f"{rule.code}“{rule.title}”只适用于{'、'.join(PARTIES[p] for p in rule.parties)}，不适用于{PARTIES[party]}（{rule.article}）"
        )
    found = rule.range_for(party, severity, turnover, gains)
    if found is None and severity == "serious" and not rule.has_levels():
        found = rule.range_for(party, "", turnover, gains)
    if found is None:
        raise LawError(
            f"{rule.code}“{rule.title}”没有适用于{PARTIES[party]}、{SEVERITIES[severity]}的档次（{rule.article}）"
        )
    base = {"turnover": turnover, "gains": gains}.get(rule.base)
    least, most = found.amounts(base)
    notes = [found.no_fine, rule.note]
    if rule.after:
        notes.insert(0, f"须先{'；再'.join(map(str, rule.after))}")
    return VersionFine(
        valid_from=rule.effective,
        article=str(rule.article),
        min=least,
        max=most,
        mandatory=rule.fine == "must" and not found.no_fine,
        kinds=tuple(
            (kind, how[party])
            for kinds in (rule.kinds, rule.serious_kinds if severity == "serious" else {})
            for kind, how in kinds.items()
            if party in how
        ),
        note="；".join(filter(None, notes)),
        confidence=rule.confidence,
        rule=rule,
    )


NOT_PUNISHABLE = VersionFine(None, "", 0, 0, False, note="行为时本条尚未规定处罚")


def compare(
    versions: Sequence[FineRule],
    *,
    acted: date,
    decided: date,
    party: str,
    severity: str = "normal",
    turnover: int | None = None,
    gains: int | None = None,
) -> tuple[tuple[VersionFine, ...], VersionFine, str]:
    """Read the law of the act and of the decision, take the lighter (行政处罚法 37), and say why in Chinese."""
    if decided < acted:
        raise LawError(f"决定日{decided}早于违法行为日{acted}，请核对")
    old = _version_on(versions, acted, must_exist=False)
    new = _version_on(versions, decided, must_exist=True)

    def read(rule):
        return read_version(rule, party, severity, turnover, gains)

    if old is None:
        first = versions[0]
        current = NOT_PUNISHABLE if new.repealed else read(new)
        why = (
            f"违法行为发生在{acted}，{first.article}自{first.effective}起才规定该项处罚，此前{first.new.words}"
            f"（{first.new.article}）；实施行政处罚适用违法行为发生时的规定，不予处罚（行政处罚法37）"
        )
        return (current,), NOT_PUNISHABLE, why
    if old.repealed:
        raise LawError(f"{old.code}“{old.title}”已于{old.effective}废止，{acted}的行为不能适用")
    then = read(old)
    if new is old:
        return (then,), then, f"行为时和决定时都适用{_name(old)}，{then.words}"
    if new.repealed:
        return (
            (then,),
            NOT_PUNISHABLE,
            f"行为时{_name(old)}规定处罚，决定时该规定已废止，从旧兼从轻，不予处罚（行政处罚法37）",
        )
    now = read(new)
    if now.weight() < then.weight():
        why = (
            f"行为时{_name(old)}：{then.words}；决定时{_name(new)}：{now.words}。"
            f"{_difference(then, now)}，新规定处罚较轻，适用新规定（行政处罚法37，从旧兼从轻）"
        )
        return (then, now), now, why
    same = "两者相同" if now.weight() == then.weight() else f"{_difference(now, then)}，新规定不轻于旧规定"
    why = f"行为时{_name(old)}：{then.words}；决定时{_name(new)}：{now.words}。{same}，适用违法行为发生时的规定（行政处罚法37）"
    return (then, now), then, why


def _name(rule: FineRule) -> str:
    return f"{rule.article.instrument.label}第{rule.article.number}条"


def _difference(harsher: VersionFine, lighter: VersionFine) -> str:
    if harsher.max != lighter.max:
        return f"罚款上限{yuan(harsher.max)}与{yuan(lighter.max)}不同"
    if harsher.min != lighter.min:
        return f"罚款上限相同，下限{yuan(harsher.min)}与{yuan(lighter.min)}不同"
    if harsher.mandatory != lighter.mandatory:
        return "罚款幅度相同，一为应当处罚款，一为可以处罚款"
    extra = [KINDS[k] for k, _ in harsher.kinds if k not in dict(lighter.kinds)] or [
        KINDS[k] for k, _ in harsher.kinds
    ]
    return f"罚款相同，一方另有{'、'.join(extra)}"


def _version_on(versions: Sequence[FineRule], on: date, *, must_exist: bool) -> FineRule | None:
    """The version in force; None for conduct before a newly made rule. Raises when the book does not reach back that far."""
    found = None
    for version in versions:
        if version.effective <= on:
            found = version
    if found is not None:
        return found
    first = versions[0]
    if first.new and not must_exist:
        return None
    if first.new:
        raise LawError(
            f"{first.code}“{first.title}”自{first.effective}起施行（{first.article}），{on}尚不能适用"
        )
    raise NotInBook(
        f"法规库未载{first.code}“{first.title}”在{on}的规定，最早的版本自{first.effective}起；"
        "从旧兼从轻须两个版本都有，请由法制机构核对当时的规定（行政处罚法37）"
    )


def surcharge(
    dues: Sequence[tuple[date, int]],
    until: date,
    *,
    percent_per_day: int = 3,
    cap_percent: int = 100,
    excluded: Sequence[tuple[date, date]] = (),
    paid: Sequence[tuple[date, int]] = (),
) -> int:
    """Extra fine in fen for late payment (行政处罚法 72): percent per day on what is due and unpaid, up to and including ``until``, at
    most the cap over the whole fine.

    ``dues``: parts of the fine with the last day for each (one part, or instalments). ``paid``: payments towards the fine; what is paid
    on a day counts from the next. ``excluded``: half-open day spans ``[from, to)`` of review or litigation (行政处罚法 73).
    """
    whole = sum(amount for _, amount in dues)
    first = min(day for day, _ in dues)
    late = set(range(first.toordinal() + 1, until.toordinal() + 1))
    for begin, end in excluded:
        late.difference_update(range(begin.toordinal(), end.toordinal()))
    unpaid = (
        max(
            0,
            sum(amount for day, amount in dues if day.toordinal() < one)
            - sum(amount for day, amount in paid if day.toordinal() < one),
        )
        for one in late
    )
    return min(sum(unpaid) * percent_per_day // 100, whole * cap_percent // 100)
