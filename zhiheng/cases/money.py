"""What is owed on each decision of a case: ordered, reduced since, paid, paid back, and what late payment adds. Amounts in fen.

The decision in force says what is ordered (`decisions.reflect` keeps the case's copy), the steps say what was paid and by when it was due.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from zhiheng.law import ClockRun, Event, Fact, current_book
from zhiheng.matters.delivery import addressee_of
from zhiheng.matters.engine import Standing
from zhiheng.matters.facts import Situation, of_the_step
from zhiheng.matters.succession import Names
from zhiheng.refusal import Reason

from .decisions import in_force, lines_of_numbers
from .models import Case

_PAYS = ("record_payment", "collect_on_spot", "record_payment_further", "auction_seized")
_SURCHARGES = ("impose_surcharge", "impose_surcharge_further")
_REDUCES = "reduce_surcharge"  # 行政强制法 42: by agreement
_DEFERS = ("grant_deferral", "grant_deferral_further", "grant_deferral_on")
_PAY, _PAY_FURTHER, _FURTHER = "pay", "pay_further", "further"
_PAY_EACH, _BEARS = (
    "pay_each",
    "bears",
)  # the time of a party other than the principal one, from when it was served


@dataclass(frozen=True)
class Bearer:
    """What one party bears of the decisions in force, and what came in from it. ``surcharge``: as imposed, as far as it stands: with the
    fine reduced its cap is (行政处罚法 72: never more than the fine)."""

    name: str
    principal: bool
    fine: int
    gains: int
    surcharge: int
    paid: int

    @property
    def owed(self) -> int:
        """What it still has to pay; negative: what is to be paid back."""
        return self.fine + self.gains + self.surcharge - self.paid


def bearers(case: Case, standing: Standing | None, line: str = "") -> tuple[Bearer, ...]:
    """The parties that bear the decisions in force on a line (see :attr:`Standing.lines`), the principal one first."""
    fines: dict[str, int] = {case.party_name: 0}
    gains: dict[str, int] = {case.party_name: 0}
    lines, called = lines_of_numbers(case, standing), Names(standing, case.kind)
    for decision in in_force(case):
        if lines.get(decision.number, "") != line:
            continue
        shares = list(decision.shares.all())
        for share in shares:
            name = case.party_name if share.principal else called(share.party_name)
            fines[name] = fines.get(name, 0) + share.fine_fen
            gains[name] = gains.get(name, 0) + share.confiscated_gains_fen
        if not shares:
            fines[case.party_name] += decision.fine_fen or 0
            gains[case.party_name] += decision.confiscated_gains_fen or 0
        elif line and not any(share.principal for share in shares):  # a decision on another party alone
            fines.pop(case.party_name, None)
            gains.pop(case.party_name, None)
    # The columns of the case hold the sums where there is one party and one decision; else the steps tell whose they are.
    alone = len(fines) == 1 and not (standing and standing.lines)
    imposed = {case.party_name: case.surcharge_fen or 0} if alone else _surcharges(case, standing, line)
    return tuple(
        Bearer(
            name=name,
            principal=name == case.party_name,
            fine=fine,
            gains=gains[name],
            surcharge=min(imposed.get(name, 0), fine),
            paid=(case.paid_fen or 0)
            if alone
            else _paid_by(case, standing, name, line, only=len(fines) == 1),
        )
        for name, fine in fines.items()
    )


def bearer(case: Case, standing: Standing | None, payer: str, line: str = "") -> Bearer | None:
    """The party that a payment names (the principal one, if none is named), by whatever name it bore; None when nobody of that name
    bears anything."""
    found, payer = bearers(case, standing, line), Names(standing, case.kind)(payer)
    return next(
        (one for one in found if one.name == payer or (not payer and (one.principal or len(found) == 1))),
        None,
    )


def _of_line(standing: Standing | None, line: str) -> list[Event]:
    """The steps that are about a line's decision, in order."""
    events = standing.events if standing else ()
    return [event for seq, event in enumerate(events, start=1) if standing.line_of(seq) == line]


def _surcharges(case: Case, standing: Standing | None, line: str) -> dict[str, int]:
    """Party → surcharge imposed last."""
    for event in reversed(_of_line(standing, line)):
        if event.step in (*_SURCHARGES, _REDUCES):
            rows = event.data.get("surcharge_of") or ()
            whole = event.data.get("reduced_surcharge" if event.step == _REDUCES else "surcharge")
            called = Names(standing, case.kind)
            each = {called(row["party"]): int(row["amount"]) for row in rows}
            return each or {case.party_name: int(whole or 0)}
    return {}


def _paid_by(case: Case, standing: Standing | None, who: str, line: str, *, only: bool) -> int:
    """What a party paid and did not get back, under whatever name. `only`: nobody else bears anything on the line."""
    total, called = 0, Names(standing, case.kind)
    for event in _of_line(standing, line):
        if called(event.data.get("payer") or (who if only else case.party_name)) == who:
            total += int(event.data.get("paid") or 0) - int(event.data.get("refunded") or 0)
    return total


def still_to_pay(case: Case, standing: Standing | None, line: str = "") -> int:
    """What the parties still have to pay together: fines, confiscated gains and surcharge, less what came in from each. What one paid
    too much makes up for nothing that another owes."""
    return sum(max(0, one.owed) for one in bearers(case, standing, line))


def paid_off(s: Situation) -> str:
    """Whether with this payment nothing of the decision is left to be paid or done: then nobody is late with it, and no court is asked."""
    left = still_to_pay(s.record, s.standing, s.line) - int(s.data.get("paid") or 0)
    more = s.value("other_duties") or (not s.line and s.standing.run.open_measures("correction"))
    return "part" if left > 0 or more else "all"


def fine_of(case: Case, standing: Standing | None, line: str = "") -> int:
    """The fines of a line's decision together."""
    return sum(one.fine for one in bearers(case, standing, line))


@dataclass(frozen=True)
class Account:
    """The fine of a party as it falls due and is paid. ``excluded``: days of review and suit, ``[from, to)`` (行政处罚法 73)."""

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


def account_of(case: Case, standing: Standing, who: Bearer, line: str = "") -> Account | None:
    """What a party owes as it falls due; None until the time for payment began to run."""
    own = None if line or who.principal else _own_time(case, standing, who.name)
    pay = own or standing.run.clocks.get(_PAY_FURTHER + line.removeprefix(_FURTHER) if line else _PAY)
    if pay is None:
        return None
    granted = _deferral(case, standing, who, line)
    # A deferral granted to another party moves no day of this one.
    run = pay if own or granted is not None else replace(pay, extensions=())
    due_on = standing.procedure.due(run, standing.run).due
    if due_on is None:
        return None
    paid = tuple(_paid(case, standing, who, line))
    excluded = tuple(_remedies(standing, line))
    if own:
        theirs = remedies_of_party(standing, _BEARS + own.key[len(_PAY_EACH) :])
        excluded += tuple((began, ended or standing.on) for began, ended in theirs)
    return Account(who.fine, _dues(granted or (), who.fine, due_on), paid, excluded)


def _own_time(case: Case, standing: Standing, who: str) -> ClockRun | None:
    """The time for payment of a further party, which runs from the day the decision was served on it (行政处罚法 67(3)); None while
    nothing says when that was."""
    found = None
    for one in standing.run.measures.values():
        if one.measure == _BEARS and addressee_of(case, standing.events[one.opened_at].data) == who:
            found = standing.run.clocks.get(_PAY_EACH + one.ref[len(_BEARS) :])
    return found


def accounts(case: Case, standing: Standing | None, line: str = "") -> dict[str, Account]:
    """Party → its account, once the time for payment runs."""
    found = {
        one.name: account_of(case, standing, one, line)
        for one in bearers(case, standing, line)
        if standing is not None
    }
    return {name: account for name, account in found.items() if account is not None}


def _deferral(case: Case, standing: Standing, who: Bearer, line: str) -> list[Mapping[str, Any]] | None:
    """The rows of the instalments granted last to a party, none where the whole was deferred; None where nothing was granted to it."""
    called = Names(standing, case.kind)
    for event in reversed(_of_line(standing, line)):
        if event.step not in _DEFERS:
            continue
        rows = [row for row in event.data.get("instalments") or () if isinstance(row, Mapping)]
        named = event.data.get("payer") or event.data.get("addressee") or ""
        if any(row.get("payer") for row in rows):
            mine = [row for row in rows if called(row.get("payer") or named or case.party_name) == who.name]
            if mine:
                return mine
        elif not named or called(named) == who.name:
            return rows
    return None


def _dues(rows: Sequence[Mapping[str, Any]], fine: int, due_on: date) -> tuple[tuple[date, int], ...]:
    """The instalments, counted from the end where the fine was reduced since; else the whole fine on one day."""
    parts = sorted((row["due_on"], int(row["amount"])) for row in rows)
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


def _paid(case: Case, standing: Standing, who: Bearer, line: str) -> Iterator[tuple[date, int]]:
    alone, called = len(bearers(case, standing, line)) == 1, Names(standing, case.kind)
    for event in _of_line(standing, line):
        said = event.data
        if event.step in _PAYS and (alone or called(said.get("payer") or case.party_name) == who.name):
            yield (
                said.get("paid_on") or event.on,
                int(said.get("paid") or 0) - int(said.get("paid_gains") or 0),
            )


# During a review or suit no surcharge is counted (行政处罚法 73(3)), nor while enforcement, which it is part of, is stayed (行政强制法 12,
# 39). Measure → the field with the day from which.
_HELD_BACK = {"remedy": "accepted_on", "stay": "stayed_on"}


def _remedies(standing: Standing, line: str) -> Iterator[tuple[date, date]]:
    """From the day a review or suit about a line's decision was accepted, or its enforcement stayed, to the day that ended, whenever
    either was registered."""
    if line:
        yield from ((began, ended or standing.on) for began, ended in remedies_of_line(standing, line))
        return
    events = standing.events
    for one in standing.run.measures.values():
        if one.measure not in _HELD_BACK:
            continue
        began = events[one.opened_at].data.get(_HELD_BACK[one.measure]) or one.opened_on
        if one.closed_on is None:
            yield began, standing.on
            continue
        ends = [
            event.data.get("ended_on") or event.on
            for event in events[one.opened_at + 1 :]
            if standing.procedure.steps[event.step].closes == one.measure and event.on == one.closed_on
        ]
        yield began, ends[0] if ends else one.closed_on


def remedies_of_line(standing: Standing, line: str) -> list[tuple[date, date | None]]:
    """Reviews and suits about a further decision, one after the other: from when until when; None while one is pending."""
    found: list[tuple[date, date | None]] = []
    for seq, event in enumerate(standing.events, start=1):
        if standing.line_of(seq) != line:
            continue
        if event.step == "start_remedy_further":
            found.append((event.data.get("accepted_on") or event.on, None))
        elif event.step == "end_remedy_further" and found:
            found[-1] = (found[-1][0], event.data.get("ended_on") or event.on)
    return found


def surcharge_so_far(s: Situation) -> int | None:
    """加处罚款 up to the day, as 行政处罚法 72 and 73 count it; None where there is none."""
    return sum(account.surcharge(s.on) for account in accounts(s.record, s.standing, s.line).values()) or None


@of_the_step
def payment_overdue(s: Situation) -> bool | Fact:
    """Something of a fine was due before today and is not paid: the whole, or an instalment (行政处罚法 66, 72)."""
    found = accounts(s.record, s.standing, s.line)
    late = [account for account in found.values() if account.overdue(s.on)]
    if late:
        return True
    ahead = [day for account in found.values() for day, amount in account.dues if day >= s.on and amount]
    if ahead:
        return Fact(False, why=f"缴款期限至{min(ahead)}，尚未届满")
    return Fact(False, why="没有逾期未缴的罚款" if found else "缴款期限尚未起算")


@of_the_step
def paid_in_full(s: Situation) -> bool | Fact:
    """Every party paid what it bears; what one paid too much makes up for nothing that another owes."""
    settled = _settled(s)
    unpaid = [
        one for one in bearers(s.record, s.standing, s.line) if one.owed > 0 and one.name not in settled
    ]
    return Fact(False, unpaid=_amounts(unpaid)) if unpaid else True


def _settled(s: Situation) -> set[str]:
    """Further parties whose share was brought to an end: performed, or not enforced any more (程序规定 77)."""
    if s.standing is None or s.line:
        return set()
    events, run = s.standing.events, s.standing.run
    ended = [m for m in run.measures.values() if m.measure == _BEARS and not m.open]
    return {addressee_of(s.record, events[m.opened_at].data) for m in ended}


@of_the_step
def overpaid_refunded(s: Situation) -> bool | Fact:
    """What came in beyond what is owed, once a decision was changed or revoked, goes back to who paid it (行政复议法 72(2))."""
    over = [one for one in bearers(s.record, s.standing, s.line) if one.owed < 0]
    return Fact(False, overpaid=_amounts(over)) if over else True


def _amounts(parties: Sequence[Bearer]) -> str:
    return "、".join(("" if one.principal else one.name) + f"{abs(one.owed) / 100:,.2f}元" for one in parties)


def remedies_of_party(standing: Standing, ref: str) -> list[tuple[date, date | None]]:
    """Reviews and suits of a further party (the measure of its share), one after the other: from when until when; None while pending."""
    found: list[tuple[date, date | None]] = []
    for event, about in zip(standing.events, standing.refs, strict=True):
        if about != ref:
            continue
        if event.step == "start_remedy_of":
            found.append((event.data.get("accepted_on") or event.on, None))
        elif event.step == "end_remedy_of" and found:
            found[-1] = (found[-1][0], event.data.get("ended_on") or event.on)
    return found


def _theirs(s: Situation) -> str:
    """The share that a step is about: the one its ref names, else the only one that is open."""
    open_now = s.standing.run.open_measures(_BEARS) if s.standing else []
    return s.ref or (open_now[0].ref if len(open_now) == 1 else "")


def _their_remedy(s: Situation) -> tuple[bool, str]:
    """Whether a remedy of the party that the step is about is pending, and who that is."""
    ref = _theirs(s)
    share = s.standing.run.measures.get(ref) if ref else None
    if share is None:
        return False, ""
    found = remedies_of_party(s.standing, ref)
    who = addressee_of(s.record, s.standing.events[share.opened_at].data)
    return bool(found) and found[-1][1] is None, who


@of_the_step
def no_remedy_of_theirs(s: Situation) -> bool | Fact:
    """行政处罚法 73, 行政强制法 53: what one party has not settled keeps nobody from being called, and nobody but that one."""
    pending, who = _their_remedy(s)
    return Fact(False, who=who) if pending else True


@of_the_step
def remedy_of_theirs(s: Situation) -> bool | Fact:
    pending, who = _their_remedy(s)
    return True if pending else Fact(False, who=who)


def _pending(s: Situation) -> bool:
    found = remedies_of_line(s.standing, s.line) if s.standing and s.line else []
    return bool(found) and found[-1][1] is None


@of_the_step
def no_remedy_pending(s: Situation) -> bool:
    """行政处罚法 73(3): while a review or suit about the decision runs no surcharge is counted; nothing is enforced before it ends
    (行政强制法 53)."""
    return not _pending(s)


@of_the_step
def remedy_pending(s: Situation) -> bool:
    return not s.line or _pending(s)


def deferral_is_of_the_party(s: Situation) -> Iterator[Reason]:
    """A deferral is granted to whom it was asked by (行政处罚法 66(2)): what concerns further parties alone moves no day of the principal
    one, and is written to them."""
    data = s.data
    if "deferred_until" not in s.step.asks or "payer" not in s.step.fields or s.record.pk is None:
        return
    rows = [row for row in data.get("instalments") or () if isinstance(row, Mapping)]
    whose = {row.get("payer") or data.get("payer") or "" for row in rows}
    whose = whose or {data.get("payer") or ""}
    parties = bearers(s.record, s.standing, s.line)
    served = [m for m in s.standing.run.measures.values() if m.measure == _BEARS and m.open]
    if served and len(parties) > 1 and not whose & {"", s.record.party_name}:
        yield Reason(
            f"只准予{'、'.join(sorted(whose))}延期、分期，不改变{s.record.party_name}的缴款期限",
            "行政处罚法第66条",
            "请用“准予其他当事人延期、分期缴纳”",
            field="payer",
        )
