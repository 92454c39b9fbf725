"""What the record of the whole office says of a party: earlier penalties, and cases about the same act.

Asked across all units, because repetition and double punishment are the office's business (行政处罚法 29, 33; 商标法 60(2)); answered with a
number only: what another unit's case is about stays with those who may see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from zhiheng.law import Fact
from zhiheng.law.clocks import add_months
from zhiheng.matters.facts import Situation, provides

from .acts import acts_of, last_day, measured, sanctions_of
from .models import Case

_SHOWN = 100  # of a party with more cases the latest are looked at for the head of a page
# Outcomes after which nothing was done about the act here.
_NOTHING_DONE = ("not_filed", "transferred", "terminated", "withdrawn", "elsewhere")


def called(case: Case) -> str:
    """The number of a case, for those who may not see it as well: its number and nothing else."""
    return case.doc_no_printed or case.doc_no or case.case_no or case.lead_no or f"系统编号{case.pk}"


_NO_NUMBER = ("", "无", "待核")
# All that is ever asked or said of another case.
_TOLD = ("doc_no_printed", "doc_no", "case_no", "lead_no", "decided_on", "act_on", "act_end_on", "outcome")


def _others_of_party(case: Case) -> QuerySet[Case]:
    """Other cases of the office with the same party and cause: by the party's number where both have one. A name alone is enough within
    the unit, and of organisations, whose names are registered; two shops or persons of one name elsewhere are two."""
    known = Q(unit=case.unit_id) | Q(party_type="organisation")
    found = Case.objects.order_by().filter(known, party_name=case.party_name)
    if case.party_id not in _NO_NUMBER:
        # Each by its own index: an OR of the two would be looked for among all cases of the cause.
        numbered = Case.objects.order_by().filter(party_id=case.party_id)
        found = found.filter(party_id__in=_NO_NUMBER).values("pk").union(numbered.values("pk"))
    return Case.objects.filter(pk__in=found.values("pk"), cause=case.cause).exclude(pk=case.pk).only(*_TOLD)


def earlier_penalty(case: Case, *, until: date, since: date | None = None) -> Case | None:
    """The latest penalty in force of the same party in the same cause, decided in these days."""
    found = _others_of_party(case).filter(outcome="penalty", decided_on__lte=until)
    if since is not None:
        found = found.filter(decided_on__gte=since)
    return found.order_by("-decided_on").first()


def same_act(case: Case, first: date, last: date) -> QuerySet[Case]:
    """Other cases of the office about an act of the same party in the same days and cause."""
    return (
        _others_of_party(case)
        .filter(act_on__isnull=False, act_on__lte=last)
        .annotate(act_last=Coalesce(F("act_end_on"), F("act_on")))
        .filter(act_last__gte=first)
        .exclude(outcome__in=_NOTHING_DONE)
    )


def told(case: Case) -> Iterator[tuple[str, str]]:
    """Lines for the head of a case's page: what the office's record says of this party and act."""
    if case.act_on is None or case.matter_id is None or case.closed_on is not None:
        return
    first, last = case.act_on, case.act_end_on or case.act_on
    others = list(_others_of_party(case).order_by("-id")[:_SHOWN])
    twins = [
        other
        for other in others
        if other.act_on and other.act_on <= last and (other.act_end_on or other.act_on) >= first
        if other.outcome not in _NOTHING_DONE
    ]
    if twins:
        numbers = "、".join(map(called, twins[:3]))
        yield "同一当事人同期案件", f"{numbers}；同一违法行为不得两次罚款（行政处罚法29）"
    before = [
        other
        for other in others
        if other.outcome == "penalty" and other.decided_on and other.decided_on <= last
    ]
    if before:
        latest = max(before, key=lambda other: other.decided_on)
        yield "同类处罚记录", f"{called(latest)}（{latest.decided_on:%Y-%m-%d}）"


@provides
def not_fined_before(s: Situation) -> bool | Fact:
    """No other case of the office fined the party for the same act (行政处罚法 29(1))."""
    fined = any(one.fine for one in sanctions_of(s))
    last = last_day(s)
    if s.data is None or not fined or last is None or s.value("distinct_act"):
        return True
    first = s.value("act_on") or s.record.act_on or last
    other = same_act(s.record, first, last).filter(outcome="penalty", fine_fen__gt=0).order_by("-id").first()
    return True if other is None else Fact(False, number=called(other))


@provides
def repeat_regarded(s: Situation) -> bool | Fact:
    """Where the rule punishes a repetition within so many years more heavily, a penalty in the office's record is taken up as such."""
    if s.data is None or "repeat" in (s.value("heavier_grounds") or ()):
        return True
    for one in measured(s):
        rule = one.outcome.applicable.rule if one.outcome else None
        if rule is None or not rule.repeat_years:
            continue
        first = s.value("act_on") or s.record.act_on or min(act.acted for act in acts_of(s))
        since = add_months(first, -12 * rule.repeat_years)
        before = earlier_penalty(s.record, until=first, since=since)
        if before is not None:
            return Fact(
                False, number=called(before), years=rule.repeat_years, article=one.outcome.applicable.article
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
    if ground == "first" and (before := earlier_penalty(s.record, until=s.on)) is not None:
        return Fact(False, why=f"当事人有同类违法记录（{called(before)}），不属于初次违法")
    return True
