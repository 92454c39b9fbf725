"""Rehearsals played one after another: what a script begins with in common with the one before it is not played again."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from tests.world import build
from zhiheng.accounts.models import Person, Unit
from zhiheng.matters.models import MatterRecord
from zhiheng.matters.rehearsal import Play, checked


@dataclass(frozen=True)
class _Taken:
    """A step that stands: what came of it, and what to go back to when it is taken off."""

    entry: Mapping[str, Any]
    told: Mapping[str, Any]
    savepoint: str
    made: dict[str, Person]
    record: MatterRecord | None
    turned_away: str
    on: date | None


class Stage:
    """`play` gives what `rehearse` gives. Each step stands on a savepoint of its own inside the transaction the stage is set
    up in; steps the next script does not begin with are rolled back, down to the last they share.

    A step that is shared was played from the same rows by the same answers: playing it again would come to the same.
    """

    def __init__(self, unit: Unit, folder: Path) -> None:
        self.unit, self._folder = unit, folder
        self._where = ""
        self._play: Play | None = None
        self._standing: list[_Taken] = []

    def play(
        self, kind: str, steps: Sequence[Mapping[str, Any]], *, office: bool = False
    ) -> list[Mapping[str, Any]]:
        """What becomes of each step, in order; at the bureau, or at the office above it."""
        unit = self.unit.parent if office else self.unit
        checked({"kind": kind, "unit": unit.code, "steps": list(steps)}, "情景")
        where = f"{unit.code} {kind}"
        self._back_to(self._shared(where, steps))
        if self._play is None:
            self._where, self._play = where, Play(kind, unit)
        kept, settings.FILES_DIR = settings.FILES_DIR, self._folder
        try:
            for entry in steps[len(self._standing) :]:
                self._take(self._play, entry)
        except BaseException:
            self._back_to(0)  # nobody plays on from what could not be played
            raise
        finally:
            settings.FILES_DIR = kept
        return [one.told for one in self._standing]

    @property
    def record(self) -> MatterRecord:
        """The record of the matter that stands."""
        return self._play.record

    @property
    def on(self) -> date:
        """The day of the step that was taken last."""
        return self._play.on

    @contextmanager
    def looking_on(self) -> Iterator[Callable[[str], Person]]:
        """For who looks at what stands and leaves nothing behind: gives who plays a role."""
        made = dict(self._play.cast.made)
        with _undone():
            yield self._play.cast.person
        self._play.cast.made = made

    def _shared(self, where: str, steps: Sequence[Mapping[str, Any]]) -> int:
        """How many steps that stand are those the script begins with."""
        if where != self._where:
            return 0
        shared = 0
        for one, entry in zip(self._standing, steps, strict=False):
            if one.entry != entry:
                break
            shared += 1
        return shared

    def _back_to(self, many: int) -> None:
        """As it was when so many steps stood."""
        taken_off = self._standing[many:]
        self._standing = self._standing[:many]
        if taken_off:
            first = taken_off[0]
            transaction.savepoint_rollback(first.savepoint)
            self._play.cast.made = first.made
            self._play.record, self._play.turned_away, self._play.on = (
                first.record,
                first.turned_away,
                first.on,
            )
        if not self._standing:
            self._play = None

    def _take(self, play: Play, entry: Mapping[str, Any]) -> None:
        # People carry what was read of them: whoever goes on from here knows what was known here.
        made = {name: copy.copy(person) for name, person in play.cast.made.items()}
        before = (made, play.record, play.turned_away, play.on)
        savepoint = transaction.savepoint()
        try:
            told = play.take(copy.deepcopy(entry))
        except BaseException:
            transaction.savepoint_rollback(savepoint)
            raise
        self._standing.append(_Taken(copy.deepcopy(entry), told, savepoint, *before))


class Stages:
    """The stage of this process: set up when a test asks for it, struck before the first that does not."""

    def __init__(self, unblock: Callable[[], AbstractContextManager], folder: Path) -> None:
        self._unblock, self._folder = unblock, folder
        self._standing = ExitStack()
        self._stage: Stage | None = None

    def stage(self) -> Stage:
        if self._stage is None:
            self._standing.enter_context(self._unblock())
            self._standing.enter_context(_undone())
            self._stage = Stage(build().a.unit, self._folder)
        return self._stage

    def strike(self) -> None:
        self._stage = None
        self._standing.close()


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
