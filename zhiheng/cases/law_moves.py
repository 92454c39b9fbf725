"""Open cases across a day on which rules on penalties change: which rules move, what each version gives, and which one applies afterwards
(行政处罚法 37: the law of the act, unless the new one is lighter). Asked before that day and after it; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import scope_codes
from zhiheng.law import FineOutcome, LawError, current_book
from zhiheng.matters.models import StepTaken

from .acts import party_kind
from .models import Case


@dataclass(frozen=True)
class Moved:
    """One rule of one case. `before`: what it gave for a decision on the day before; `after`: for one on the day the new text is in force
    (or today, when that is later). `chosen`: the rule that the file has settled on; `why_not`: why it does not reach the act."""

    rule: str
    title: str
    chosen: bool
    before: FineOutcome | None
    after: FineOutcome | None
    why_not: str = ""

    @property
    def newer(self) -> bool:
        """Whether the new text applies, because it is the lighter one."""
        return bool(
            self.after and self.before and self.after.applicable.article != self.before.applicable.article
        )


@dataclass(frozen=True)
class CaseMoves:
    case: Case
    acted: date | None
    rules: tuple[Moved, ...]


def days() -> list[date]:
    """The days on which a rule on penalties was or will be replaced, the latest first."""
    found = {
        v.effective for versions in current_book().fine_versions.values() for v in versions[1:] if not v.scope
    }
    return sorted(found, reverse=True)


def day_to_show(on: date) -> date | None:
    """The next of these days, else the latest."""
    known = days()
    ahead = [day for day in known if day >= on]
    return min(ahead) if ahead else (known[0] if known else None)


def rules_moved(day: date) -> list[str]:
    """The rules that get a new text on the day."""
    versions = current_book().fine_versions
    return [
        code for code, every in versions.items() if any(v.effective == day and not v.scope for v in every[1:])
    ]


def open_across(actor: Person, day: date) -> QuerySet[Case]:
    """Cases worked here, without a decision or another end, in whose cause a rule moves on the day and whose act may be earlier.

    An act that ended on the day or later, or began then, is under the new text alone: nothing moves for it.
    """
    moved, book = set(rules_moved(day)), current_book()
    causes = [code for code in book.causes if moved & set(book.rules_for_cause(code))]
    rows = Case.objects.visible_to(actor).filter(
        cause__in=causes, matter__isnull=False, decided_on__isnull=True, closed_on__isnull=True, outcome=""
    )
    later = Q(act_end_on__gte=day) | Q(act_end_on__isnull=True, act_on__gte=day)
    return rows.exclude(later).select_related("unit", "matter").order_by("-id")


def is_open(case: Case) -> bool:
    """As `open_across` says it, of one case."""
    return bool(case.matter_id and not case.decided_on and not case.closed_on and not case.outcome)


def moves_of(cases: Iterable[Case], day: date, on: date) -> list[CaseMoves]:
    """What moves in each of the cases."""
    cases = list(cases)
    runs = {case.matter.proceeding_id: case for case in cases}
    said: dict[int, str] = {}
    rows = StepTaken.objects.filter(proceeding__in=runs, data__has_key="rule").order_by("seq")
    for run, rule in rows.values_list("proceeding_id", "data__rule"):
        said[run] = rule or said.get(run, "")
    return [_moves(case, said.get(case.matter.proceeding_id, ""), day, on) for case in cases]


def _moves(case: Case, chosen: str, day: date, on: date) -> CaseMoves:
    acted = case.act_end_on or case.act_on
    mine = current_book().rules_for_cause(case.cause)
    codes = [code for code in rules_moved(day) if code in mine and chosen in ("", code)]
    return CaseMoves(case, acted, tuple(_moved(case, code, chosen == code, acted, day, on) for code in codes))


def _moved(case: Case, code: str, chosen: bool, acted: date | None, day: date, on: date) -> Moved:
    title = current_book().fine_versions[code][-1].title
    if acted is None:
        return Moved(code, title, chosen, None, None, "没有登记违法行为发生日，不能比较")
    if acted >= day:
        return Moved(code, title, chosen, None, None, f"违法行为终了于{acted}，适用新规定，不存在衔接")
    try:
        before, after = (
            _outcome(case, code, acted, decided) for decided in (day - timedelta(1), max(day, on))
        )
    except LawError as error:
        return Moved(code, title, chosen, None, None, str(error))
    return Moved(code, title, chosen, before, after)


def _outcome(case: Case, code: str, acted: date, decided: date) -> FineOutcome:
    return current_book().evaluate(
        code,
        acted=acted,
        decided=decided,
        party=party_kind(case.party_type),
        turnover=case.turnover_fen,
        gains=case.gains_fen,
        scope=scope_codes(case.unit),
    )
