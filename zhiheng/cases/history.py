"""What the record of the whole office says of a party: earlier penalties, and cases about the same act.

Asked across all units, because repetition and double punishment are the office's business (行政处罚法 29, 33; 商标法 60(2)); answered with a
number only: what another unit's case is about stays with those who may see it. Every act of every case counts, and every party that may
be punished: the principal one, those jointly liable, those responsible within an organisation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from zhiheng.law import Fact, current_book, values
from zhiheng.law.clocks import add_months
from zhiheng.matters.engine import Standing, procedure_at
from zhiheng.matters.facts import Situation, provides
from zhiheng.matters.models import Party, StepTaken
from zhiheng.statements import at_hand

from .acts import Measured, Sanction, acts_of, last_day, measured, party_of
from .decisions import in_force, read
from .models import Case, Share
from .parties import AGE_OF_PUNISHMENT, age_of_principal

_SHOWN = 100  # of a party with more cases the latest are looked at for the head of a page
# Outcomes after which nothing was done about the act here.
_NOTHING_DONE = ("not_filed", "transferred", "terminated", "withdrawn", "elsewhere")
# Further parties that may be punished.
PUNISHED = ("joint", "responsible")


def called(case: Case) -> str:
    """The number of a case, for those who may not see it as well: its number and nothing else."""
    return case.doc_no_printed or case.doc_no or case.case_no or case.lead_no or f"系统编号{case.pk}"


# All that is ever asked or said of another case.
_TOLD = ("doc_no_printed", "doc_no", "case_no", "lead_no", "decided_on", "act_on", "act_end_on", "outcome", "cause",
         "fine_fen", "party_name", "party_id", "matter", "turnover_fen", "gains_fen", "value_method")  # fmt: skip


_NO_NUMBER = ("", "无", "待核")


@dataclass(frozen=True)
class Who:
    """A party as the record is asked for it; ``unit``: of the case that asks."""

    name: str
    type: str
    number: str
    unit: int

    @property
    def numbered(self) -> bool:
        return self.number not in _NO_NUMBER

    def is_principal_of(self, case: Case) -> bool:
        """Among the cases that were looked up: by number where both have one, else by name."""
        both = self.numbered and case.party_id not in _NO_NUMBER
        return self.number == case.party_id if both else self.name == case.party_name


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


_HELD = "record of the parties"
_WHOLE = "record of the parties is wanted whole"


def read_whole(case: Case) -> None:
    """Whoever asks for the record of a party of this case from now on reads that of all its parties, once: for what asks for it by one
    cause and party after another."""
    at_hand(case)[_WHOLE] = True


def record_of(case: Case, who: Who, causes: Collection[str]) -> tuple[Known, ...]:
    """What the office knows of a party in acts that may go by these causes, the case itself left out; the latest first."""
    at_once = at_hand(case)
    if _WHOLE in at_once and who not in at_once.get(_HELD, {}):
        parties = _parties(case)
        at_once[_HELD] = _known(list(_cases_of([*parties]).exclude(pk=case.pk)), [*parties], case)
    held = at_once.get(_HELD, {}).get(who)
    if held is not None:
        return tuple(one for one in held if one.causes & frozenset(causes))
    # Of a case worked here acts of other causes may stand in its steps; a ledger's row has the one it states.
    of_causes = Q(cause__in=causes) | Q(matter__isnull=False)
    rows = list(_cases_of([who]).filter(of_causes).exclude(pk=case.pk))
    known = _known(rows, [who])[who]
    return tuple(one for one in known if one.causes & frozenset(causes))


def _cases_of(parties: Sequence[Who]) -> QuerySet[Case]:
    """Cases in which one of these is the principal party, or a further one that may be punished. By the party's number where both have
    one; a name alone is enough within the unit, and of organisations, whose names are registered: two shops or persons of one name
    elsewhere are two. Each by its own index: an OR of them would be looked for among all cases. `joined_0`, `joined_1`, … of a case: under
    which name the party of that place is a further one in it."""
    found: list[QuerySet] = []
    names: dict[str, Subquery] = {}
    for place, who in enumerate(parties):
        named = Q(party_name=who.name) & (Q(unit=who.unit) | Q(party_type="organisation"))
        joined = Q(name=who.name) & (Q(matter__unit=who.unit) | Q(type="organisation"))
        if who.numbered:
            found.append(Case.objects.order_by().filter(party_id=who.number).values("pk"))
            named &= Q(party_id__in=_NO_NUMBER)
            joined = (joined & Q(id_no__in=_NO_NUMBER)) | Q(id_no=who.number)
        further = Party.objects.filter(joined, role__in=PUNISHED)
        matters = further.values("matter")
        names[f"joined_{place}"] = Subquery(
            further.filter(matter=OuterRef("matter")).order_by("pk").values("name")[:1]
        )
        found.append(Case.objects.order_by().filter(named).values("pk"))
        found.append(Case.objects.order_by().filter(matter__in=matters).values("pk"))
    first, *others = found
    acts = StepTaken.objects.filter(proceeding__matter=OuterRef("matter"), data__has_key="acts")
    acts = acts.exclude(data__acts=[]).order_by("-proceeding_id", "-seq").values("data")[:1]
    told = Case.objects.filter(pk__in=first.union(*others).values("pk")).annotate(
        told_acts=Subquery(acts), **names
    )
    return told.only(*_TOLD).order_by("-id")


def _acts(case: Case, rows: Iterable[Any]) -> tuple[Conduct, ...]:
    """The acts of a case: those its steps told last one by one, else the one that its columns tell."""
    own = Conduct(frozenset({case.cause}), case.act_on, case.act_end_on or case.act_on)
    rows = values.kept(current_book().fields["acts"], list(rows))  # as another case's step keeps them
    return tuple(_conduct(row, case.cause) for row in rows if isinstance(row, Mapping)) or (own,)


def _conduct(row: Mapping[str, Any], cause: str) -> Conduct:
    first = row.get("from_on") or None
    return Conduct(causes_of(row.get("rule") or "", cause), first, row.get("to_on") or first)


def causes_of(rule: str, cause: str) -> frozenset[str]:
    """The causes a rule belongs to; the case's own where no rule was chosen."""
    mine = frozenset(code for code, one in current_book().causes.items() if rule in one.rules)
    return mine or frozenset({cause})


def _known(rows: Sequence[Case], parties: Sequence[Who], *beside: Case) -> dict[Who, list[Known]]:
    """What each case holds of each of the parties. `beside`: cases whose decisions are wanted next, read with those of the rows."""
    read(row for row in (*beside, *rows) if row.matter_id and row.decided_on)
    told: dict[Who, list[Known]] = {who: [] for who in parties}
    for row in rows:
        acts = _acts(row, (row.told_acts or {}).get("acts", ()))
        shares = [s for d in in_force(row) for s in d.shares.all()] if row.matter_id else []
        for place, who in enumerate(parties):
            if who.is_principal_of(row):
                mine = [one for one in shares if one.principal]
            elif name := getattr(row, f"joined_{place}"):
                mine = [one for one in shares if one.party_name == name]
            else:
                continue
            told[who].append(_one_known(row, acts, mine, alone=who.is_principal_of(row)))
    return told


def _one_known(row: Case, acts: tuple[Conduct, ...], shares: Collection[Share], *, alone: bool) -> Known:
    """`alone`: a decision that has no shares is the whole of this party."""
    if shares or not alone:
        days = [one.decision.decided_on for one in shares]
        return Known(row, acts, max(days, default=None), any(one.fine_fen for one in shares))
    punished = row.outcome == "penalty"
    return Known(row, acts, row.decided_on if punished else None, punished and bool(row.fine_fen))


# ---------------------------------------------------------------- the parties and acts of the case that asks


def principal_of(case: Case) -> Who:
    """The principal party of a case, as the record is asked for it."""
    return Who(case.party_name, case.party_type, case.party_id, case.unit_id)


def _party(case: Case, party: Party) -> Who:
    return Who(party.name, party.type, party.id_no, case.unit_id)


def _who(s: Situation, sanction: Sanction) -> Who | None:
    if sanction.principal:
        return principal_of(s.record)
    joined = party_of(s, sanction.who)
    return _party(s.record, joined) if joined else None


def _act(s: Situation, one: Measured) -> Conduct:
    """The act as the record of others is held against it."""
    rule = one.act.rule if one.act.what or not one.sanction.principal else ""
    return Conduct(causes_of(rule, s.cause), one.act.began, one.act.acted)


def _record(s: Situation, sanction: Sanction, causes: frozenset[str]) -> tuple[Known, ...]:
    """Asked once for each party: several guards want it."""
    who = _who(s, sanction)
    if who is None:
        return ()
    return s.remembered(f"record of {who} in {sorted(causes)}", lambda s: record_of(s.record, who, causes))


def _parties(case: Case) -> dict[Who, str]:
    """Those who may be punished in a case, each with its name; "" for the principal one."""
    others = [party for party in case.matter.parties.all() if party.role in PUNISHED]
    return {principal_of(case): "", **{_party(case, party): party.name for party in others}}


def told(case: Case, standing: Standing | None) -> Iterator[tuple[str, str]]:
    """Lines for the head of a case's page: what the office's record says of its parties and acts."""
    if case.act_on is None or standing is None or case.closed_on is not None:
        return
    acts = _acts(case, standing.value("acts") or ())
    parties = _parties(case)
    rows = list(_cases_of([*parties]).exclude(pk=case.pk)[:_SHOWN])
    causes = frozenset().union(*(act.causes for act in acts))
    last = max((act.last for act in acts if act.last), default=case.act_on)
    held = _known(rows, [*parties], case)
    if len(rows) < _SHOWN:
        at_hand(case)[_HELD] = held  # all there is: whoever asks of this page asks no more
    for who, name in parties.items():
        known = [one for one in held[who] if one.causes & causes]
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
    standing = in_force(s.record)
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


def _ground_excluded(s: Situation, ground: str) -> str:
    """Why what is on record excludes a ground for no penalty; "" where nothing does."""
    if ground == "capacity" and s.record.party_type not in ("person", "individual_business"):
        return "当事人是法人或者其他组织，不适用责任能力的规定"
    if ground == "capacity":
        age = age_of_principal(s)
        if age is not None and age >= AGE_OF_PUNISHMENT and s.value("party_capacity") != "none":
            return f"当事人违法时{age}周岁，没有登记违法时不能辨认或者不能控制自己行为"
    if ground == "limitation":
        found = s.record.lead_on or s.on
        ends = [act.acted for act in acts_of(s)]
        limits = [current_book().limitation(end, grave=bool(s.value("grave_harm"))) for end in ends]
        if last_day(s) and all(found <= limit.until for limit in limits):
            until = max(limit.until for limit in limits)
            return f"发现线索之日{found}没有超过追责时效（至{until}）"
    if ground == "lawful_source":
        book = current_book()
        chosen = [one.outcome.applicable.rule for one in measured(s) if one.outcome]
        every = [v for code in book.rules_for_cause(s.record.cause) for v in book.fine_versions[code]]
        rules = chosen or every
        if rules and not any(rule and rule.unaware_seller for rule in rules):
            return "适用的罚则没有不知情销售者免予处罚的规定"
    return ""


@provides
def no_penalty_ground(s: Situation) -> bool | Fact:
    """A ground of 行政处罚法 33 or 57 was chosen; 首违不罚 is open to those alone of whom the office's record knows no penalty."""
    if s.data is None:
        return True
    ground = s.value("no_penalty_ground")
    if not ground:
        return Fact(False, why="未选择情形")
    if ground != "first":
        why = _ground_excluded(s, ground)
        return Fact(False, why=why) if why else True
    causes = frozenset().union(*(_act(s, one).causes for one in measured(s)))
    joined = s.record.matter.parties.all() if s.record.matter_id else ()
    others = [(party.name, _party(s.record, party)) for party in joined if party.role in PUNISHED]
    for name, who in (("当事人", principal_of(s.record)), *others):
        for known in record_of(s.record, who, causes):
            if known.punished_on and known.punished_on <= s.on:
                why = f"{name}有同类违法记录（{called(known.case)}），不属于初次违法"
                return Fact(False, why=why)
    return True
