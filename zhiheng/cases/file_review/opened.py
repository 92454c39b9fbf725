"""The file of a case as the checks look at it, each part read once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db.models import Count, Exists, OuterRef, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce

from zhiheng.accounts.models import Certificate
from zhiheng.documents.models import Archive, Evidence, Paper
from zhiheng.documents.selectors import evidence_in
from zhiheng.law import Event, Kind, current_book
from zhiheng.matters.archive import Stock
from zhiheng.matters.delivery import Delivery, papers_by_step
from zhiheng.matters.engine import Standing, procedure_at
from zhiheng.matters.facts import Situation
from zhiheng.matters.models import Officer, Proposal, ProposalState, StepTaken

from .. import history
from ..models import Case


@dataclass(frozen=True)
class OpenedFile:
    """A case with its run. Steps are numbered from 1, as everywhere."""

    case: Case
    standing: Standing
    steps: tuple[StepTaken, ...]
    """The rows of the run in their order, each with who took it and how often such a step was `agreed` to (`bound`: see there)."""

    @classmethod
    def of(cls, case: Case, on: date) -> OpenedFile:
        """The file of a case that was worked here, on a day."""
        proceeding = case.matter.proceeding
        agreed = Proposal.objects.filter(
            proceeding=OuterRef("proceeding"), step=OuterRef("step"), state=ProposalState.APPROVED
        )
        many = agreed.order_by().values("step").annotate(many=Count("pk")).values("many")
        rows = proceeding.steps.select_related("taken_by").order_by("seq")
        steps = tuple(
            rows.annotate(
                agreed=Coalesce(Subquery(many), 0),
                bound=Exists(Archive.objects.filter(folder=case.matter.folder)),
            )
        )
        history.read_whole(case)  # the conditions of one step after another ask for it
        return cls(case, Standing.of(proceeding, on, steps), steps)

    @property
    def on(self) -> date:
        return self.standing.on

    @property
    def events(self) -> tuple[Event, ...]:
        return self.standing.events

    @cached_property
    def kind(self) -> Kind:
        return current_book().kind(self.case.kind)

    @cached_property
    def stock(self) -> Stock:
        return Stock(self.case, self.standing)

    @property
    def papers(self) -> list[Paper]:
        return self.stock.papers

    @property
    def deliveries(self) -> list[Delivery]:
        return self.stock.deliveries

    @cached_property
    def made(self) -> dict[int, list[Paper]]:
        """The papers that each step made."""
        found: dict[int, list[Paper]] = defaultdict(list)
        for seq, paper in papers_by_step(self.papers, self.standing):
            found[seq].append(paper)
        return found

    @cached_property
    def rows(self) -> dict[int, StepTaken]:
        return {row.seq: row for row in self.steps}

    @cached_property
    def evidence(self) -> list[Evidence]:
        return list(evidence_in(self.case.matter.folder, usable_only=True))

    @cached_property
    def officers(self) -> list[Officer]:
        prefetch_related_objects(
            [self.case], "matter__officers__person"
        )  # asks nothing where a page has them
        return list(self.case.matter.officers.all())

    @cached_property
    def certificates(self) -> list[Certificate]:
        return list(Certificate.objects.filter(person__in=[one.person_id for one in self.officers]))

    @property
    def agreed(self) -> dict[str, int]:
        """How often each of the steps taken was agreed to."""
        return {row.step: row.agreed for row in self.steps}

    @property
    def bound(self) -> bool:
        """Whether the file was put together when it was archived."""
        return any(row.bound for row in self.steps)

    @property
    def closed(self) -> bool:
        return bool(self.case.closed_on or self.case.archived_on)

    def step(self, seq: int):
        return self.standing.step_at(seq)

    def taken(self, *codes: str) -> list[int]:
        """The numbers of the steps of these codes, in order."""
        return [seq for seq, event in enumerate(self.events, start=1) if event.step in codes]

    def at(self, seq: int) -> Situation:
        """What a guard may look at of a step as it was taken: the matter as it stood before it."""
        event, step = self.events[seq - 1], self.step(seq)
        before = self._before(seq)
        return Situation(
            record=self.case,
            on=event.on,
            actor=self.rows[seq].taken_by,
            step=step,
            data=event.data,
            standing=before,
            ref=event.ref,
        )

    def _before(self, seq: int) -> Standing:
        kept = self.__dict__.setdefault("_standings", {})
        if seq not in kept:
            event = self.events[seq - 1]
            procedure = procedure_at(self.standing.stretches, seq)
            stretches = (
                tuple(s for s in self.standing.stretches if s.procedure is procedure)
                or self.standing.stretches
            )
            kept[seq] = replace(
                self.standing, stretches=stretches[:1], events=self.events[: seq - 1], on=event.on
            )
        return kept[seq]
