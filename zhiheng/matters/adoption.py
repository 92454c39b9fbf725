"""Moving running matters to another version of their procedure, as its `transition` says, and showing beforehand what that changes.

- `filed_from`: the version takes matters that begin under it; none that runs moves.
- `event_from`: what is done from the day of adoption on follows the new version; what was done before, and the clocks that it
  started, stay as they were.
- `all_open`: every open matter is read anew under the version, from its first step.

Adoption is an act: the office decides it on a day, each moved matter keeps which bundle it left and when, and the ledger says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, QuerySet

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may_in, scope_codes, who_may
from zhiheng.audit import services as audit
from zhiheng.law import LawError, Procedure, current_book
from zhiheng.refusal import Refused

from . import runs, turns
from .engine import Standing, Stretch, decode, keep, procedure_of
from .models import Proceeding

MOVES = {
    "filed_from": "只适用于施行后开始的事项，在办事项不转",
    "event_from": "采用之日起的办理适用本版本，此前的步骤和已起算的期限不变",
    "all_open": "全部在办事项自始按本版本计算",
}


@dataclass(frozen=True)
class Due:
    """A running clock on both sides of a move; None where one side has no such clock or no day."""

    title: str
    before: date | None
    after: date | None

    @property
    def moved(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Move:
    """What adoption does to one run: it moves, or stays because `stays` says why."""

    run: Proceeding
    dues: tuple[Due, ...] = ()
    stays: str = ""


def candidates(actor: Person, version: Procedure) -> QuerySet[Proceeding]:
    """Open runs of the procedure, among what the actor may see, that stand under another bundle than this version."""
    ends = {
        code
        for one in current_book().procedure_versions.get(version.code, ())
        for code, state in one.states.items()
        if state.is_end
    }
    return (
        Proceeding.objects.visible_to(actor)
        .filter(procedure=version.code, matter__proceeding=F("pk"))
        .exclude(version=version.sha)
        .exclude(state__in=ends)
        .select_related("matter", "unit")
        .order_by("pk")
    )


def moves(actor: Person, version: Procedure, on: date, limit: int | None = None) -> Iterator[Move]:
    """Each candidate with what adoption on the day would do to it; nothing is written."""
    for run in candidates(actor, version)[:limit]:
        yield _move(run, version, on)


def _move(run: Proceeding, version: Procedure, on: date) -> Move:
    try:
        meant = current_book().procedure(version.code, on, scope_codes(run.unit))
    except LawError as error:
        return Move(run, stays=str(error))
    if meant.sha != version.sha:
        return Move(run, stays=f"{run.unit.short_name}在这一天适用的是{meant.effective}起施行的另一版本")
    if version.transition == "filed_from":
        return Move(run, stays=MOVES["filed_from"])
    try:
        before, after = _clocks(Standing.of(run, on)), _clocks(_moved(run, version, on))
    except LawError as error:
        return Move(run, stays=f"按本版本不能衔接：{error}")
    titles = {key: title for clocks in (before, after) for key, (title, _) in clocks.items()}
    dues = (
        Due(title, *(c.get(key, ("", None))[1] for c in (before, after))) for key, title in titles.items()
    )
    return Move(run, tuple(dues))


def _moved(run: Proceeding, version: Procedure, on: date) -> Standing:
    """The run as it would stand under the version."""
    standing = Standing.of(run, on)
    if version.transition == "event_from":
        left = Stretch(standing.procedure, len(standing.events))
        return Standing(run, (*standing.stretches[:-1], left, Stretch(version, 0)), standing.events, on)
    events = tuple(
        type(event)(on=event.on, step=event.step, data=decode(version, event.step, event.data), ref=event.ref)
        for event in standing.events
    )
    return Standing(run, (Stretch(version, 0),), events, on)


def _clocks(standing: Standing) -> dict[str, tuple[str, date | None]]:
    """Running clocks of a standing: title and due day. Raises LawError where the steps do not fit the procedure."""
    run, procedure = standing.run, standing.procedure
    return {
        key: (procedure.law_of(clock).title, procedure.due(clock, run).due)
        for key, clock in run.clocks.items()
        if clock.running
    }


@transaction.atomic
def adopt(*, actor: Person, version: Procedure, on: date, reason: str) -> list[Move]:
    """Move every open run that the version takes; answers with all candidates and what became of them.

    Only the office decides it. A run whose steps do not fit the version stays, and is named.
    """
    if not may_in(actor, Right.ADOPT_LAW, actor.unit_id, on):
        raise Refused.because("采用程序版本须由市局决定", way_out=f"请联系{who_may(Right.ADOPT_LAW)}")
    if not reason.strip():
        raise Refused.because("请写明采用的理由或者文件", field="reason")
    if version.effective > on:
        raise Refused.because(f"该版本自{version.effective}起施行，{on}还不能采用", way_out="请在施行后办理")
    done = []
    for run in candidates(actor, version).select_for_update(of=("self",)):
        move = _move(run, version, on)
        done.append(move)
        if not move.stays:
            _carry_over(actor, move, version, on, reason)
    if not any(not move.stays for move in done):
        raise Refused.because(
            "没有需要转到该版本的在办事项",
            way_out=MOVES[version.transition] if done else "在办事项都已适用该版本",
        )
    return done


def _carry_over(actor: Person, move: Move, version: Procedure, on: date, reason: str) -> None:
    run = move.run
    keep(version)
    left = {"version": run.version, "until": run.steps.count(), "how": version.transition, "on": str(on)}
    # What was read anew from its first step has no earlier stretches any more; which bundles it left stays on record.
    earlier = (
        [e | {"how": "all_open"} for e in run.adopted] if version.transition == "all_open" else run.adopted
    )
    run.adopted, run.version = [*earlier, left], version.sha
    run.save(update_fields=["adopted", "version"])
    runs.project(proceeding=run, on=on)
    turns.rewrite_run(run=run, on=on)
    audit.record(
        actor=actor,
        on=on,
        action="采用程序版本",
        subject=run,
        data={
            "from": left["version"],
            "to": version.sha,
            "effective": version.effective,
            "transition": version.transition,
            "reason": reason.strip(),
            "dues": {due.title: [due.before, due.after] for due in move.dues if due.moved},
        },
    )


def check_kept() -> list[str]:
    """Every bundle that a run stands or stood under can still be read; what cannot, in words."""
    faults = []
    kept = {sha for shas in Proceeding.objects.values_list("version").distinct() for sha in shas}
    kept |= {
        e["version"]
        for entries in Proceeding.objects.exclude(adopted=[]).values_list("adopted", flat=True)
        for e in entries
    }
    for sha in sorted(kept):
        try:
            procedure_of(sha)
        except LawError as error:
            runs_of = Proceeding.objects.filter(version=sha).count()
            faults.append(f"{runs_of} 个在办或已办事项所依据的程序版本 {sha[:12]}… 读不出来：{error}")
    return faults
