"""What is owed on a case: ordered, reduced since, paid, paid back, and what late payment adds. Amounts in fen.

The decision in force says what is ordered (`decisions.reflect` keeps the case's copy), the steps say what was paid and by when it was due.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhiheng.law import Fact, current_book
from zhiheng.matters.engine import Standing
from zhiheng.matters.facts import Situation, provides

from .models import Case
from .rows import day_of

_PAYS = ("record_payment", "collect_on_spot")


def surcharge_due(case: Case) -> int:
    """The surcharge imposed, as far as it still stands: with the decision revoked it falls away, with the fine reduced its cap does
    (行政处罚法 72: never more than the fine)."""
    return min(case.surcharge_fen or 0, case.fine_fen or 0)


def owed(case: Case) -> int:
    """What the parties still have to pay: fines, confiscated gains and surcharge, less what came in. Negative: what is to be paid back."""
    return (case.forfeit_fen or 0) + surcharge_due(case) - (case.paid_fen or 0)


@dataclass(frozen=True)
class Account:
    """The fine of a case as it falls due and is paid. ``excluded``: days of review and suit, ``[from, to)`` (行政处罚法 73)."""

    fine: int
    dues: Sequence[tuple[date, int]]
    paid: Sequence[tuple[date, int]]
    excluded: Sequence[tuple[date, date]]

    def unpaid(self, on: date) -> int:
        """What of the fine is not paid on a day."""
        return max(0, self.fine - sum(amount for day, amount in self.paid if day <= on))

    def overdue(self, on: date) -> int:
        """What of the fine should have been paid before a day and was not."""
        due = sum(amount for day, amount in self.dues if day < on)
        return max(0, due - sum(amount for day, amount in self.paid if day <= on))

    def began(self, on: date) -> bool:
        """Whether anything was due before a day."""
        return bool(self.dues) and self.dues[0][0] < on

    def surcharge(self, on: date) -> int:
        """加处罚款 up to and including a day (行政处罚法 72)."""
        if not self.dues or not self.fine:
            return 0
        first = self.dues[0]
        return current_book().surcharge(
            self.fine, first[0], on, self.excluded, instalments=self.dues, paid=self.paid
        )


def account_of(case: Case, standing: Standing) -> Account | None:
    """None until the time for payment began to run."""
    pay = standing.run.clocks.get("pay")
    due_on = standing.procedure.due(pay, standing.run).due if pay else None
    if due_on is None:
        return None
    fine = case.fine_fen or 0
    return Account(fine, _dues(standing, fine, due_on), tuple(_paid(standing)), tuple(_remedies(standing)))


def _dues(standing: Standing, fine: int, due_on: date) -> tuple[tuple[date, int], ...]:
    """The instalments granted last, counted from the end where the fine was reduced since; else the whole fine on one day."""
    rows = standing.value("instalments", "grant_deferral") or ()
    parts = sorted((day_of(row["due_on"]), int(row["amount"])) for row in rows if isinstance(row, dict))
    paid_before = fine - sum(amount for _, amount in parts)
    if not parts:
        return ((due_on, fine),)
    if paid_before > 0:  # paid when they were granted
        return ((due_on, 0), (parts[0][0], parts[0][1] + paid_before), *parts[1:])
    kept: list[tuple[date, int]] = []
    for day, amount in parts:
        part = min(amount, fine - sum(a for _, a in kept))
        kept += [(day, part)] if part > 0 else []
    return tuple(kept) or ((due_on, fine),)


def _paid(standing: Standing):
    for event in standing.events:
        said = event.data
        if event.step in _PAYS:
            yield (
                said.get("paid_on") or event.on,
                int(said.get("paid") or 0) - int(said.get("paid_gains") or 0),
            )


def paid_by(standing: Standing, who: str, principal: str) -> int:
    """What a party (the principal one, if none is named) paid and did not get back."""
    total = 0
    for event in standing.events:
        said = event.data
        payer = said.get("payer") or ""
        if ("" if payer == principal else payer) == who:
            total += int(said.get("paid") or 0) - int(said.get("refunded") or 0)
    return total


def _remedies(standing: Standing):
    """From the day a review or suit was accepted to the day it ended, whenever either was registered."""
    events = standing.events
    for one in standing.run.measures.values():
        if one.measure != "remedy":
            continue
        began = events[one.opened_at].data.get("accepted_on") or one.opened_on
        if one.closed_on is None:
            yield began, standing.on
            continue
        ends = [
            event.data.get("ended_on") or event.on
            for event in events[one.opened_at + 1 :]
            if standing.procedure.steps[event.step].closes == "remedy" and event.on == one.closed_on
        ]
        yield began, ends[0] if ends else one.closed_on


def surcharge_so_far(s: Situation) -> int | None:
    """加处罚款 up to the day, as 行政处罚法 72 and 73 count it; None where there is none."""
    account = account_of(s.record, s.standing) if s.standing else None
    return (account.surcharge(s.on) or None) if account else None


@provides
def paid_in_full(s: Situation) -> bool | Fact:
    unpaid = owed(s.record)
    return True if unpaid <= 0 else Fact(False, unpaid=f"{unpaid / 100:,.2f}元")


@provides
def overpaid_refunded(s: Situation) -> bool | Fact:
    """What came in beyond what is owed, once a decision was changed or revoked, goes back (行政复议法 72(2))."""
    over = -owed(s.record)
    return True if over <= 0 else Fact(False, overpaid=f"{over / 100:,.2f}元")
