"""What was decided on a case, and what became of it. The only writer of decisions and of the case's copy of them.

`made_by` and `undone_by` are what a step of a matter that decides, or undoes a decision, means for the rows: they are called inside its
transaction and under its ledger entry. Every change ends with `reflect`, so that the case's list and page say what its decisions say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from zhiheng import canonical
from zhiheng.documents.models import Paper
from zhiheng.law import Step, current_book
from zhiheng.matters.delivery import folder_papers, named_in, papers_by_step
from zhiheng.matters.engine import Standing
from zhiheng.matters.models import StepTaken
from zhiheng.matters.powers import delegated
from zhiheng.refusal import Refused
from zhiheng.statements import at_hand, read_ahead, with_related

from .ledger_table import UNDECIDED, indexes_built_at_the_end
from .models import USUAL_KIND, Case, DecidedBy, Decision, DecisionChange, LedgerImport, Share, kind_of

# What stands as the paper that revoked a decision of which only the ledger's status column tells.
_LEDGER = "台账状态"
_PENALTY = "penalty"
# The outcome of a case of whose decisions none is in force.
FALLEN = "withdrawn"
# Statuses under which a decision that came in before stands no longer.
TAKEN_BACK = {"revoked", *UNDECIDED}


def issue(
    *,
    case: Case,
    kind: str,
    on: date,
    fine: int | None = None,
    confiscated_gains: int | None = None,
    number: str = "",
    adds_value: int | None = None,
) -> Decision:
    """A decision made on a day, amounts in fen, None where it orders none.

    The value of the case is counted with its first decision; one made beside a decision in force brings what it adds to it
    (`adds_value`), so that no value is counted twice. After one that was revoked it is the decision made anew in its place. The case must be saved; its columns are set, and
    the caller saves it.
    """
    ended = case.decisions.filter(ended_on__isnull=False).order_by("ended_on", "id").last()
    remade = None if ended is None or Decision.objects.filter(replaces=ended).exists() else ended
    amounts = [amount for amount in (fine, confiscated_gains) if amount is not None]
    decision = Decision.objects.create(
        case=case,
        unit_id=case.unit_id,
        cause=case.cause,
        kind=kind,
        number=number,
        number_printed=number,
        decided_on=on,
        case_value_fen=adds_value if case.decisions.in_force().exists() else case.case_value_fen,
        fine_fen=fine,
        confiscated_gains_fen=confiscated_gains,
        forfeit_fen=sum(amounts) if amounts or kind == _PENALTY else None,
        power=DecidedBy.DELEGATED if delegated(case.unit, case.cause, on) else DecidedBy.OWN,
        replaces=remade,
    )
    reflect(case)
    return decision


def made_by(case: Case, taken: StepTaken, step: Step, data: Mapping[str, Any]) -> None:
    """The decision a step makes (`decides`), with the amounts it ordered and the number of the paper it was made by."""
    decision = issue(
        case=case,
        kind=step.decides,
        on=taken.on,
        number=case.doc_no,
        adds_value=data.get("further_value"),
        **ordered(data),
    )
    shares = shares_in(case, data)
    for share in shares:
        share.decision = decision
    Share.objects.bulk_create(shares)


def shares_in(case: Case, data: Mapping[str, Any]) -> list[Share]:
    """What each party bears by a step that decides on several, none where it is on the principal party alone. Not saved."""
    others = data.get("sanctions") or ()
    alone = named_in(data)
    if not others and alone in ("", case.party_name):
        return []
    own = Share(
        party_name=alone or case.party_name,
        principal=alone in ("", case.party_name),
        rule=data.get("rule") or "",
        fine_fen=data.get("fine") or 0,
        confiscated_gains_fen=data.get("confiscated_gains") or 0,
    )
    return [own, *map(_share, others)]


def ordered(data: Mapping[str, Any]) -> dict[str, int | None]:
    """What a step orders all parties together to pay, None where it orders none of it: for the principal party in plain fields, for
    others in the rows of ``sanctions``."""
    rows = data.get("sanctions") or ()
    found = {}
    for name, column in (("fine", "fine"), ("confiscated_gains", "gains")):
        amounts = [data.get(name), *(row.get(column) or None for row in rows)]
        known = [amount for amount in amounts if amount is not None]
        found[name] = sum(known) if known else None
    return found


def _share(row: Mapping[str, Any]) -> Share:
    return Share(
        party_name=row["party"],
        rule=row.get("rule") or "",
        fine_fen=row.get("fine") or 0,
        confiscated_gains_fen=row.get("gains") or 0,
        other=row.get("other") or "",
    )


def undone_by(case: Case, taken: StepTaken, step: Step, data: Mapping[str, Any]) -> None:
    """What a step (`undoes`) says a paper did to the decision in force."""
    if not data.get(step.undoes):
        return
    _forget(case)
    standing = Standing.of(taken.proceeding, taken.on)
    if (decision := meant(case, data, standing, standing.line_of(taken.seq))) is not None:
        undo(case=case, decision=decision, taken_on=taken.on, data=data)


def made_on(case: Case) -> list[Decision]:
    """The decisions of a case with their shares in the order they were made, read once however many ask, until one is made or undone; a
    case that was never decided is not asked for them."""
    if case.pk is None or case.decided_on is None:
        return []
    read([case])
    return sorted(case.decisions.all(), key=lambda made: (made.decided_on, made.pk))


def read(cases: Iterable[Case]) -> None:
    """The decisions of all these cases and the shares of each, by one question, unless they are at hand."""
    asked = {case.pk: case for case in cases if "decisions" not in at_hand(case)}
    found: dict[int, list[Decision]] = {pk: [] for pk in asked}
    for decision in with_related(Decision.objects.filter(case__in=asked), "shares") if asked else ():
        decision.case = asked[decision.case_id]
        found[decision.case_id].append(decision)
    for pk, case in asked.items():
        read_ahead(case, "decisions", found[pk])


def in_force(case: Case) -> list[Decision]:
    """Those of :func:`made_on` that are in force, as far as is known."""
    return [decision for decision in made_on(case) if decision.ended_on is None]


def _forget(case: Case) -> None:
    """What :func:`made_on` read is read anew by whoever asks next."""
    at_hand(case).pop("decisions", None)


def latest(case: Case) -> Decision | None:
    """The decision in force that was made last, which is the one a remedy is about."""
    return next(reversed(in_force(case)), None)


def lines_of_numbers(
    case: Case, standing: Standing | None, made: Sequence[Paper] | None = None
) -> dict[str, str]:
    """Number → line of every decision made beside the main line (see :attr:`Standing.lines`). Asked once of a standing, as soon as each of
    these decisions has its paper: a paper that was made keeps its number. `made`: the papers of the case where they are at hand."""
    if standing is None or not standing.lines:
        return {}
    if _NUMBERS not in standing.__dict__:
        found = {
            paper.number: standing.line_of(seq)
            for seq, paper in papers_by_step(folder_papers(case) if made is None else made, standing)
            if paper.number and standing.line_of(seq) and standing.step_at(seq).decides
        }
        if standing.lines - set(found.values()):
            return found
        standing.__dict__[_NUMBERS] = found
    return standing.__dict__[_NUMBERS]


_NUMBERS = "_numbers_of_decisions"


def by_line(
    case: Case, standing: Standing | None, made: Sequence[Paper] | None = None
) -> dict[str, Decision]:
    """The decisions in force, each by its line: "" for the one on the main line, which is the one made last where several stand there."""
    lines = lines_of_numbers(case, standing, made)
    return {lines.get(decision.number, ""): decision for decision in in_force(case)}


def meant(
    case: Case, data: Mapping[str, Any], standing: Standing | None = None, line: str = ""
) -> Decision | None:
    """The decision in force that a step speaks of: the one whose number it names; else that of its line, if it is taken on one; else
    the one made last."""
    number = data.get("changed_decision") or ""
    if not number:
        return by_line(case, standing).get(line) if line else latest(case)
    return next((made for made in in_force(case) if same_number(number, made)), None)


def same_number(written: str, decision: Decision) -> bool:
    """Whether a number as somebody wrote it is the decision's."""
    return canonical.document_number(written)[0] == canonical.document_number(decision.number)[0]


def end(*, case: Case, decision: Decision, how: str, on: date, by: str) -> Decision:
    """Record what review, a court or the office itself did to a decision: revoked, held invalid, held unlawful.

    `on` is the day of the paper `by`. What is held unlawful without being revoked stays in force (行政诉讼法 74).
    """
    _end(decision, how, on, by)
    reflect(case)
    return decision


def _end(decision: Decision, how: str, on: date, by: str) -> None:
    if decision.ended_on is not None:
        raise Refused.because(
            f"决定{decision.number_printed}已于{decision.ended_on}{decision.get_changed_how_display()}，不再有效"
        )
    if on < (begun := decision.since or decision.decided_on):
        what = "决定日期" if begun == decision.decided_on else "上一次变更日期"
        raise Refused.because(
            f"变更、撤销日期{on}早于{what}{begun}",
            way_out="请核对文书日期",
            field="changed_on",
        )
    decision.changed_how, decision.changed_on, decision.changed_by = how, on, by
    decision.ended_on = None if how == DecisionChange.UNLAWFUL else on
    decision.save(update_fields=["changed_how", "changed_on", "changed_by", "ended_on"])


def new_shares(shares: Iterable[Share], rows: Iterable[Mapping[str, Any]]) -> list[Share]:
    """What each party bears of a changed decision: as the rows say, and what it bore where no row names it. Not saved."""
    named = {row["party"]: row for row in rows}
    return [
        Share(
            party_name=share.party_name,
            principal=share.principal,
            rule=share.rule,
            fine_fen=_or(named.get(share.party_name, {}).get("fine"), share.fine_fen),
            confiscated_gains_fen=_or(
                named.get(share.party_name, {}).get("gains"), share.confiscated_gains_fen
            ),
            other=share.other,
        )
        for share in shares
    ]


def _or(stated: Any, before: int) -> int:
    return before if stated in (None, "") else int(stated)


def change(
    *,
    case: Case,
    decision: Decision,
    on: date,
    by: str,
    fine: int | None,
    confiscated_gains: int | None,
    shares: Sequence[Mapping[str, Any]] = (),
) -> Decision:
    """The decision with other amounts from a day on (变更): the one before ends, number and day stay (行政诉讼法 77). ``shares``: what
    each party bears now where there are several; who is not named bears what it bore."""
    _end(decision, DecisionChange.CHANGED, on, by)
    changed = Decision.objects.create(
        case=case,
        unit_id=decision.unit_id,
        cause=decision.cause,
        kind=decision.kind,
        number=decision.number,
        number_printed=decision.number_printed,
        decided_on=decision.decided_on,
        since=on,
        case_value_fen=decision.case_value_fen,
        fine_fen=fine,
        confiscated_gains_fen=confiscated_gains,
        forfeit_fen=(fine or 0) + (confiscated_gains or 0) if decision.kind == _PENALTY else None,
        power=decision.power,
        replaces=decision,
    )
    before = list(decision.shares.order_by("id"))
    if len(before) == 1 and not shares:  # a decision on one further party alone
        shares = [{"party": before[0].party_name, "fine": fine, "gains": confiscated_gains}]
    carried = new_shares(before, shares)
    for share in carried:
        share.decision = changed
    Share.objects.bulk_create(carried)
    reflect(case)
    return changed


def undo(*, case: Case, decision: Decision, taken_on: date, data: Mapping[str, Any]) -> None:
    """What a step says a paper did to the decision: its fields change_kind, changed_by, changed_on, changed_fine and
    changed_confiscated_gains. Steps that ask for less leave the kind to the result of the remedy, or to the words of change_result."""
    how = data.get("change_kind") or _HOW_OF_RESULT.get(data.get("remedy_result"), "")
    if not how and "remedy_result" not in data:
        how = how_in_words(data.get("change_result") or "")
    on, by = data.get("changed_on") or data.get("ended_on") or taken_on, data["changed_by"]
    amounts = {name: data.get(f"changed_{name}") for name in ("fine", "confiscated_gains")}
    if data.get("remedy_result") == "settled" and any(amount is not None for amount in amounts.values()):
        how = (
            DecisionChange.CHANGED
        )  # a settlement before the review organ or the court lowers what is owed (行政复议法 73)
    if how == DecisionChange.CHANGED:
        if any(amount is not None for amount in amounts.values()) or decision.kind != _PENALTY:
            change(
                case=case, decision=decision, on=on, by=by, **amounts, shares=data.get("changed_shares") or ()
            )
    elif how:
        end(case=case, decision=decision, how=how, on=on, by=by)


_HOW_OF_RESULT = {how: how for how in DecisionChange.values}


def how_in_words(result: str) -> str:
    """What an account of a changed decision says became of it; "" when it does not say."""
    for word, how in (
        ("变更", DecisionChange.CHANGED),
        ("撤销", DecisionChange.REVOKED),
        ("无效", DecisionChange.INVALID),
        ("确认违法", DecisionChange.UNLAWFUL),
    ):
        if word in result:
            return how.value
    return ""


def reflect(case: Case) -> None:
    """Set the case's copy: number and day of the decision made last, of those in force where there are any, and the
    amounts of all in force together. Once none is in force no amount is left, and the outcome says so."""
    _forget(case)
    made = list(Decision.objects.filter(case=case).order_by("decided_on", "id"))
    if not made:
        return
    standing = [decision for decision in made if decision.ended_on is None]
    last = (standing or made)[-1]
    case.decided_on = last.decided_on
    case.doc_no, case.doc_no_printed = last.number, last.number_printed
    for name in ("fine_fen", "confiscated_gains_fen", "forfeit_fen"):
        stated = [amount for decision in standing if (amount := getattr(decision, name)) is not None]
        setattr(case, name, sum(stated) if stated else None)
    if not standing:
        case.outcome = FALLEN


# ---- ledgers: one decision for each row that states a day of decision, written with the rows

_COPIED = (
    "unit_id",
    "cause",
    "decided_on",
    "case_value_fen",
    "fine_fen",
    "confiscated_gains_fen",
    "forfeit_fen",
)


def kinds_of_decision() -> frozenset[str]:
    """Outcomes that a decision makes. One that none makes (移送, 不予立案) is no kind of decision."""
    return frozenset(code for code, word in current_book().outcomes.items() if word.decides)


def take_over(record: LedgerImport, statuses: dict[str, str]) -> None:
    """Give the rows of an import their decisions: new ones theirs, changed ones what the ledger now states.

    `statuses` are the statuses that rows state, by row key. A row whose decision is said to be revoked counts no longer,
    from the day it was closed, or else from the day of the import: the ledger tells no other.
    """
    made = ", ".join(f"'{code}'" for code in sorted(kinds_of_decision()))
    kind = f"CASE WHEN c.outcome IN ({made}) THEN c.outcome ELSE '' END"
    copied = ", ".join(f"{name} = c.{name}" for name in _COPIED)
    columns = ", ".join(_COPIED)
    values = ", ".join(f"c.{name}" for name in _COPIED)
    written = record.imported + record.changed
    with indexes_built_at_the_end("cases_decision", written), connection.cursor() as cursor:
        if record.changed:
            cursor.execute(
                f"UPDATE cases_decision SET {copied}, number = c.doc_no, number_printed = c.doc_no_printed, kind = {kind} "
                "FROM cases_case c "
                "WHERE c.id = cases_decision.case_id AND c.ledger_id = %s AND c.decided_on IS NOT NULL",
                [record.pk],
            )
        cursor.execute(
            f"INSERT INTO cases_decision (case_id, number, number_printed, kind, changed_how, changed_by, {columns}) "
            f"SELECT c.id, c.doc_no, c.doc_no_printed, {kind}, '', '', {values} FROM cases_case c "
            "WHERE c.ledger_id = %s AND c.decided_on IS NOT NULL "
            + (
                "AND NOT EXISTS (SELECT 1 FROM cases_decision d WHERE d.case_id = c.id)"
                if record.changed
                else ""
            ),
            [record.pk],
        )
    _revoke_by_status(record, statuses)


def _revoke_by_status(record: LedgerImport, statuses: dict[str, str]) -> None:
    mine = Decision.objects.filter(case__ledger=record).select_related("case")
    # Of decisions just made none was revoked before.
    for decision in mine.filter(changed_by=_LEDGER) if record.changed else ():
        if statuses.get(decision.case.ledger_key, "revoked") not in TAKEN_BACK:
            decision.changed_how, decision.changed_by = "", ""
            decision.changed_on = decision.ended_on = None
            decision.save()
    revoked = [key for key, status in statuses.items() if status in TAKEN_BACK]
    # 撤销 without a paper that was made is the end of a filing or a request, not of a decision.
    made = mine.filter(changed_how="").exclude(number="", forfeit_fen__isnull=True)
    for start in range(0, len(revoked), 500):
        batch = revoked[start : start + 500]
        for decision in made.filter(case__ledger_key__in=batch):
            if kind_of(decision.cause) != USUAL_KIND:
                continue  # a request that was taken back is an end of its own
            day = max(decision.case.closed_on or record.on, decision.decided_on)
            decision.kind = _PENALTY
            decision.changed_how, decision.changed_by = DecisionChange.REVOKED, _LEDGER
            decision.changed_on = decision.ended_on = day
            decision.save()
