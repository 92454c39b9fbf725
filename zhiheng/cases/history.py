"""What the record of the whole office says of a party: earlier penalties, and cases about the same act.

Asked across all units, because repetition and double punishment are the office's business (行政处罚法 29, 33; 商标法 60(2)); answered with a
number only: what another unit's case is about stays with those who may see it. Every act of every case counts, and every party that may
be punished: the principal one, those jointly liable, those responsible within an organisation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from zhiheng.law import Fact, current_book
from zhiheng.law.clocks import add_months
from zhiheng.matters.engine import procedure_at
from zhiheng.matters.facts import Situation, provides
from zhiheng.matters.models import Party, StepTaken

from .acts import Measured, Sanction, measured, party_of
from .models import Case, Share
from .rows import day_of

_SHOWN = 100  # of a party with more cases the latest are looked at for the head of a page
# Outcomes after which nothing was done about the act here.
_NOTHING_DONE = ("not_filed", "transferred", "terminated", "withdrawn", "elsewhere")
# Further parties that may be punished.
PUNISHED = ("joint", "responsible")


def called(case: Case) -> str:
    """The number of a case, for those who may not see it as well: its number and nothing else."""
    return case.doc_no_printed or case.doc_no or case.case_no or case.lead_no or f"系统编号{case.pk}"


_NO_NUMBER = ("", "无", "待核")
# All that is ever asked or said of another case.
_TOLD = ("doc_no_printed", "doc_no", "case_no", "lead_no", "decided_on", "act_on", "act_end_on", "outcome", "cause",
         "fine_fen", "party_name", "party_id", "matter")  # fmt: skip


@dataclass(frozen=True)
class Who:
    """A party as the record is asked for it; ``unit``: of the case that asks."""

    name: str
    type: str
    number: str
    unit: int


@dataclass(frozen=True)
class Conduct:
    """One act: the causes it may go by, its first and last day (None where a ledger states none)."""

    causes: frozenset[str]
    first: date | None
    last: date | None

    def is_one_with(self, other: Conduct) -> bool:
        """Whether the two may be one act: of one cause, in days that meet."""
        if None in (self.first, self.last, other.first, other.last):
            return False
        return bool(self.causes & other.causes) and self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Known:
    """What one other case of the office holds of a party. ``punished_on``: the day of a penalty in force on this party, None where
    there is none; ``fined``: whether by a fine."""

    case: Case
    acts: tuple[Conduct, ...]
    punished_on: date | None
    fined: bool

    @property
    def causes(self) -> frozenset[str]:
        return frozenset().union(*(act.causes for act in self.acts))


def record_of(case: Case, who: Who, causes: Collection[str], *, most: int | None = None) -> tuple[Known, ...]:
    """What the office knows of a party in acts that may go by these causes, the case itself left out; the latest first."""
    joined = _joined(who)
    # Each by its own index: an OR of them would be looked for among all cases.
    first, *others = _principal(who)
    if joined:
        others.append(Case.objects.order_by().filter(matter__in=joined).values("pk"))
    found = Case.objects.filter(pk__in=(first.union(*others) if others else first).values("pk"))
    found = found.exclude(pk=case.pk)
    # Of a case worked here acts of other causes may stand in its steps; a ledger's row has the one it states.
    rows = list(
        found.filter(Q(cause__in=causes) | Q(matter__isnull=False)).only(*_TOLD).order_by("-id")[:most]
    )
    acts, shares = conducts(rows), _shares(rows)
    known = (_known(row, acts[row.pk], shares.get(row.pk, ()), joined.get(row.matter_id, "")) for row in rows)
    return tuple(one for one in known if one.causes & frozenset(causes))


def _principal(who: Who) -> list[QuerySet]:
    """Cases whose principal party this is: by the party's number where both have one. A name alone is enough within the unit, and of
    organisations, whose names are registered; two shops or persons of one name elsewhere are two."""
    known = Q(unit=who.unit) | Q(party_type="organisation")
    named = Case.objects.order_by().filter(known, party_name=who.name).values("pk")
    if who.number in _NO_NUMBER:
        return [named]
    numbered = Case.objects.order_by().filter(party_id=who.number).values("pk")
    return [named.filter(party_id__in=_NO_NUMBER), numbered]


def _joined(who: Who) -> dict[int, str]:
    """Matters in which it is a further party that may be punished, and its name there."""
    known = Q(matter__unit=who.unit) | Q(type="organisation")
    named = Q(name=who.name) & known
    if who.number not in _NO_NUMBER:
        named = (named & Q(id_no__in=_NO_NUMBER)) | Q(id_no=who.number)
    rows = Party.objects.filter(named, role__in=PUNISHED)
    return dict(rows.values_list("matter", "name"))


def conducts(cases: Iterable[Case]) -> dict[int, tuple[Conduct, ...]]:
    """Case → its acts: those its steps told last one by one, else the one that its columns tell."""
    cases = list(cases)
    told: dict[int, list[Any]] = {}
    matters = [case.matter_id for case in cases if case.matter_id]
    if matters:
        steps = StepTaken.objects.filter(proceeding__matter__in=matters, data__has_key="acts")
        for matter, data in steps.order_by("proceeding_id", "seq").values_list("proceeding__matter", "data"):
            told[matter] = data["acts"] or told.get(matter, [])
    found = {}
    for case in cases:
        own = Conduct(frozenset({case.cause}), case.act_on, case.act_end_on or case.act_on)
        rows = [row for row in told.get(case.matter_id, ()) if isinstance(row, dict)]
        found[case.pk] = tuple(_conduct(row, case.cause) for row in rows) or (own,)
    return found


def _conduct(row: dict[str, Any], cause: str) -> Conduct:
    first = day_of(row.get("from_on"))
    return Conduct(causes_of(row.get("rule") or "", cause), first, day_of(row.get("to_on")) or first)


def causes_of(rule: str, cause: str) -> frozenset[str]:
    """The causes a rule belongs to; the case's own where no rule was chosen."""
    mine = frozenset(code for code, one in current_book().causes.items() if rule in one.rules)
    return mine or frozenset({cause})


def _shares(cases: Collection[Case]) -> dict[int, list[Share]]:
    decided = [case.pk for case in cases if case.matter_id and case.decided_on]
    found: dict[int, list[Share]] = defaultdict(list)
    if decided:
        rows = Share.objects.filter(decision__case__in=decided, decision__ended_on__isnull=True)
        for share in rows.select_related("decision").order_by("id"):
            found[share.decision.case_id].append(share)
    return found


def _known(case: Case, acts: tuple[Conduct, ...], shares: Collection[Share], joined_as: str) -> Known:
    mine = [one for one in shares if (one.party_name == joined_as if joined_as else one.principal)]
    if joined_as or mine:
        days = [one.decision.decided_on for one in mine]
        return Known(case, acts, max(days, default=None), any(one.fine_fen for one in mine))
    punished = case.outcome == "penalty" and not shares
    return Known(case, acts, case.decided_on if punished else None, punished and bool(case.fine_fen))


# ---------------------------------------------------------------- the parties and acts of the case that asks


def _principal_of(case: Case) -> Who:
    return Who(case.party_name, case.party_type, case.party_id, case.unit_id)


def _party(case: Case, party: Party) -> Who:
    return Who(party.name, party.type, party.id_no, case.unit_id)


def _who(s: Situation, sanction: Sanction) -> Who | None:
    if sanction.principal:
        return _principal_of(s.record)
    joined = party_of(s, sanction.who)
    return _party(s.record, joined) if joined else None


def _act(s: Situation, one: Measured) -> Conduct:
    """The act as the record of others is held against it."""
    cause = s.value("cause") or s.record.cause
    rule = one.act.rule if one.act.what or not one.sanction.principal else ""
    return Conduct(causes_of(rule, cause), one.act.began, one.act.acted)


def _record(s: Situation, sanction: Sanction, causes: frozenset[str]) -> tuple[Known, ...]:
    """Asked once for each party: several guards want it."""
    who = _who(s, sanction)
    if who is None:
        return ()
    return s.remembered(f"record of {who} in {sorted(causes)}", lambda s: record_of(s.record, who, causes))


def told(case: Case) -> Iterator[tuple[str, str]]:
    """Lines for the head of a case's page: what the office's record says of its parties and acts."""
    if case.act_on is None or case.matter_id is None or case.closed_on is not None:
        return
    acts = conducts([case])[case.pk]
    causes = frozenset().union(*(act.causes for act in acts))
    last = max((act.last for act in acts if act.last), default=case.act_on)
    others = [party for party in case.matter.parties.all() if party.role in PUNISHED]
    for name, who in (("", _principal_of(case)), *((party.name, _party(case, party)) for party in others)):
        known = record_of(case, who, causes, most=_SHOWN)
        whose = f"（{name}）" if name else ""
        twins = [
            one.case
            for one in known
            if one.case.outcome not in _NOTHING_DONE
            and any(mine.is_one_with(theirs) for mine in acts for theirs in one.acts)
        ]
        if twins:
            numbers = "、".join(map(called, twins[:3]))
            yield f"同一当事人同期案件{whose}", f"{numbers}；同一违法行为不得两次罚款（行政处罚法29）"
        before = [one for one in known if one.punished_on and one.punished_on <= last]
        if before:
            latest = max(before, key=lambda one: one.punished_on)
            yield f"同类处罚记录{whose}", f"{called(latest.case)}（{latest.punished_on:%Y-%m-%d}）"


# ---------------------------------------------------------------- what the book asks of it


@provides
def not_fined_before(s: Situation) -> bool | Fact:
    """No other decision of the office fined a party for the same act (行政处罚法 29(1)): of another case, or of this one."""
    if s.data is None or s.value("distinct_act"):
        return True
    for one in measured(s):
        if not one.fine:
            continue
        act = _act(s, one)
        fined = (known for known in _record(s, one.sanction, act.causes) if known.fined)
        number = next((called(k.case) for k in fined if any(act.is_one_with(a) for a in k.acts)), "")
        if number := number or _fined_here(s, one):
            return Fact(False, who=_named(one.sanction), number=number)
    return True


def _named(sanction: Sanction) -> str:
    return "当事人" if sanction.principal else sanction.who


def _fined_here(s: Situation, one: Measured) -> str:
    """The number of a decision of this very case, in force, that fined the party for the act already; "" if none did."""
    if not s.step.decides or not s.standing or not s.record.pk:
        return ""
    standing = list(s.record.decisions.in_force())
    for seq, event in enumerate(s.standing.events, start=1):
        step = procedure_at(s.standing.stretches, seq).steps[event.step]
        made = next((d for d in standing if step.decides == "penalty" and d.decided_on == event.on), None)
        if made is None:
            continue
        then = replace(s, step=step, data=event.data)
        for earlier in measured(then):
            same = (earlier.sanction.who, earlier.act.what) == (one.sanction.who, one.act.what)
            if same and earlier.fine and _act(then, earlier).is_one_with(_act(s, one)):
                return made.number_printed or "本案前一决定"
    return ""


@provides
def repeat_regarded(s: Situation) -> bool | Fact:
    """Where the rule punishes a repetition within so many years more heavily, a penalty in the office's record is taken up as such, for
    the party whose repetition it is."""
    if s.data is None:
        return True
    for one in measured(s):
        rule = one.outcome.applicable.rule if one.outcome else None
        if rule is None or not rule.repeat_years or "repeat" in one.sanction.heavier:
            continue
        since = add_months(one.act.began, -12 * rule.repeat_years)
        for known in _record(s, one.sanction, _act(s, one).causes):
            if known.punished_on and since <= known.punished_on <= one.act.began:
                return Fact(
                    False,
                    who=_named(one.sanction),
                    number=called(known.case),
                    years=rule.repeat_years,
                    article=one.outcome.applicable.article,
                )
    return True


@provides
def no_penalty_ground(s: Situation) -> bool | Fact:
    """A ground of 行政处罚法 33 or 57 was chosen; 首违不罚 is open to those alone of whom the office's record knows no penalty."""
    if s.data is None:
        return True
    ground = s.value("no_penalty_ground")
    if not ground:
        return Fact(False, why="未选择情形")
    if ground != "first":
        return True
    causes = frozenset().union(*(_act(s, one).causes for one in measured(s)))
    joined = s.record.matter.parties.all() if s.record.matter_id else ()
    others = [(party.name, _party(s.record, party)) for party in joined if party.role in PUNISHED]
    for name, who in (("当事人", _principal_of(s.record)), *others):
        for known in record_of(s.record, who, causes):
            if known.punished_on and known.punished_on <= s.on:
                why = f"{name}有同类违法记录（{called(known.case)}），不属于初次违法"
                return Fact(False, why=why)
    return True
