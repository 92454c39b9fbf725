"""Reads over matters. The actor comes first; "absent" and "not yours" are the same Http404."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from django.db.models import (
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.http import Http404

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Role
from zhiheng.accounts.scoping import runs_the_system
from zhiheng.accounts.selectors import duty_roles, holds_certificate, note_certificate, roles_of
from zhiheng.documents.models import Archive, Evidence, Paper, Scan
from zhiheng.law import Offer, current_book
from zhiheng.statements import Once

from .engine import Standing
from .facts import Situation, facts_for
from .family import Family, family_named, family_of
from .models import (
    ClockState,
    Draft,
    Matter,
    MatterRecord,
    Officer,
    Opinion,
    Party,
    Proceeding,
    Proposal,
    ProposalState,
    Reminder,
    StepTaken,
    Turn,
    TurnKind,
)

# Who finds that evidence was unlawfully obtained: those who collected it, and those who examine the file.
_MAY_EXCLUDE = frozenset({Role.UNIT_HEAD, Role.CASE_REVIEWER, Role.LEGALITY_REVIEWER})


def hidden_kinds(actor: Person, on: date) -> list[str]:
    """Kinds of matters that only some roles see (`seen_by`), of which the actor holds none."""
    held = roles_of(actor, on)
    return [k.code for k in current_book().kinds.values() if k.seen_by and not held & set(k.seen_by)]


def _unless_barred(actor: Person, rows: QuerySet) -> QuerySet:
    """The rows, none of them for who runs the system: for content that is not reached through a unit."""
    return rows.none() if runs_the_system(actor) else rows


def records_for(actor: Person, family: Family, on: date) -> QuerySet:
    """Every record of the family that the actor may see."""
    return _seen_by(actor, family.model.objects.visible_to(actor), on)


def _seen_by(actor: Person, rows: QuerySet, on: date) -> QuerySet:
    if hidden := hidden_kinds(actor, on):
        rows = rows.exclude(kind__in=hidden)
    # Whatever the table: a list shows what opens.
    return _unless_barred(actor, rows).select_related("unit", "matter__proceeding")


def record_for(
    actor: Person, family: Family, pk: int, on: date, *, form_of: tuple[str, str, str] | None = None
) -> MatterRecord:
    """The one door to a record and its matter. `form_of`: step, ref and place of a form that is to be shown; the record then
    bears `draft_id`, `last_proposal` and `came_back` (the last proposal of the step that was returned or withdrawn), so that
    whether there is something to put back is not asked for by itself."""
    beside = {}
    if form_of is not None:
        step, ref, place = form_of
        drafts = Draft.objects.filter(person=actor, place=place).values("id")
        proposals = Proposal.objects.filter(
            proceeding=OuterRef("matter__proceeding"), step=step, ref=ref
        ).order_by("-id")
        back = proposals.filter(state__in=(ProposalState.RETURNED, ProposalState.WITHDRAWN))
        beside = {
            "draft_id": Subquery(drafts[:1]),
            "last_proposal": Subquery(proposals.values("id")[:1]),
            "came_back": Subquery(back.values("id")[:1]),
        }
    if runs_the_system(actor):
        rows = []
    elif beside:
        rows = _in_sight(family.code, tuple(hidden_kinds(actor, on)), actor.unit.path, pk).annotate(**beside)[
            :1
        ]
    else:
        rows = _IN_SIGHT(actor.unit.path, pk, apart=(family.code, tuple(hidden_kinds(actor, on))))
    found = next(iter(rows), None)
    if found is None:
        raise Http404(f"没有这个{family.title}，或者它不属于您的单位。")
    if found.matter_id:  # what came by ledger has none
        officers = Officer.objects.select_related("person").annotate(certified=holds_certificate(on))
        prefetch_related_objects([found], Prefetch("matter__officers", officers))
        for officer in found.matter.officers.all():
            note_certificate(officer.person, on, officer.certified)
    return found


def _in_sight(family: str, hidden: tuple[str, ...], path: str, pk: int) -> QuerySet:
    """One record of a family, by its number, for somebody of a unit who does not see some kinds."""
    from .origins import with_origins  # which reads matters through here

    rows = family_named(family).model.objects.filter(unit__path__startswith=path, pk=pk)
    rows = with_origins(rows, family_named(family), path)
    rows = rows.exclude(kind__in=hidden) if hidden else rows
    return rows.select_related("unit", "matter__proceeding", "matter__folder", "matter__unit").order_by()


_IN_SIGHT = Once(_in_sight)


def matter_for(actor: Person, pk: int, on: date) -> Matter:
    found = (
        Matter.objects.visible_to(actor)
        .exclude(kind__in=hidden_kinds(actor, on))
        .select_related("unit", "proceeding")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404("没有这个事项，或者它不属于您的单位。")
    return found


def paper_for(record: MatterRecord, paper_pk: int) -> Paper:
    """A paper of a record that was reached through its door."""
    found = Paper.objects.filter(pk=paper_pk, folder_id=_folder_of(record)).first()
    if found is None:
        raise Http404("案卷中没有这份文书。")
    return found


def scan_for(record: MatterRecord, scan_pk: int) -> Scan:
    found = Scan.objects.filter(pk=scan_pk, paper__folder_id=_folder_of(record)).first()
    if found is None:
        raise Http404("案卷中没有这份扫描件。")
    return found


def archive_for(record: MatterRecord, seq: int) -> Archive:
    """The file of a record that was reached through its door, or one of its supplements."""
    rows = Archive.objects.select_related("folder", "responsible")
    found = rows.filter(folder_id=_folder_of(record), seq=seq).first()
    if found is None:
        raise Http404("这件事项没有这一卷。")
    return found


def _folder_of(record: MatterRecord) -> int | None:
    """Key of the record's folder; None, in which nothing lies, for what came from a ledger."""
    return record.matter.folder_id if record.matter_id else None


def evidence_for(record: MatterRecord, evidence_pk: int) -> Evidence:
    found = None
    if record.matter_id:
        found = Evidence.objects.filter(pk=evidence_pk, folder_id=record.matter.folder_id).first()
    if found is None:
        raise Http404("案卷中没有这项证据。")
    return found


def attachment_for(record: MatterRecord, run_pk: int, seq: int, digest: str) -> dict:
    """A file handed in with a step of one of the matter's runs: {"name", "digest", "size"}."""
    run = record.matter.runs.filter(pk=run_pk).first() if record.matter_id else None
    row = run.steps.filter(seq=seq).first() if run else None
    for value in row.data.values() if row else ():
        for kept in value if isinstance(value, list) else ():
            if isinstance(kept, dict) and kept.get("digest") == digest:
                return kept
    raise Http404("这一步骤没有这个附件。")


def proposal_for(record: MatterRecord, proposal_pk: int) -> Proposal:
    of_it = Proposal.objects.filter(proceeding__matter_id=record.matter_id or 0)
    found = of_it.select_related("proposed_by", "proceeding__unit").filter(pk=proposal_pk).first()
    if found is None:
        raise Http404(f"{current_book().kind(record.kind).this}没有这项提请。")
    return found


def may_exclude_evidence(actor: Person, record: MatterRecord, on: date) -> bool:
    """Whether the actor is one of the matter's officers, or heads or reviews in the unit that works it."""
    if getattr(record, family_of(record.kind).closed):
        return False
    if any(o.person_id == actor.pk and o.until is None for o in record.matter.officers.all()):
        return True
    return actor.unit_id == record.unit_id and not _MAY_EXCLUDE.isdisjoint(roles_of(actor, on))


def standing_for(record: MatterRecord, on: date, steps: Iterable[StepTaken] | None = None) -> Standing | None:
    """How the record's run stands on the day; `steps`: those of all runs of the matter (`steps_of`), where they are at hand."""
    if not record.matter_id:
        return None
    run = record.matter.proceeding
    mine = None if steps is None else [row for row in steps if row.proceeding_id == run.pk]
    return Standing.of(run, on, mine)


def offers_for(actor: Person, record: MatterRecord, standing: Standing) -> Iterator[tuple[str, Offer]]:
    """Every step of the matter's present state as the law answers it today, guards asked with the facts of the rows. A step about one
    of several open measures is answered for each of them, by its ref ("" where there is no choice)."""
    known: dict = {}
    for step in standing.procedure.concerned(standing.run):
        refs = [m.ref for m in standing.run.open_measures(step.acts_on)] if step.acts_on else []
        for ref in refs if len(refs) > 1 else ("",):
            situation = Situation(
                record=record, on=standing.on, actor=actor, step=step, standing=standing, ref=ref
            )
            known |= facts_for(situation, known)
            yield ref, standing.offer(step.code, known, ref)


@lru_cache(maxsize=32)
def _titles(procedures: tuple[str, ...]) -> dict[str, str]:
    return {
        code: state.title
        for version in current_book().procedures()
        if version.code in procedures
        for code, state in version.states.items()
    }


def state_titles(family: Family) -> dict[str, str]:
    """State code → title, over all procedures of the family's kinds, for lists and filters."""
    procedures = tuple(dict.fromkeys(code for kind in family.kinds for code in kind.procedures))
    return {**family.state_words, **_titles(procedures)}


def state_title(record: MatterRecord) -> str:
    """The state in the words of the record's own kind; a state only ledgers know stands in the family's words."""
    book = current_book()
    own = book.kinds[record.kind].procedures if record.kind in book.kinds else ()
    if len(own) > 1 and record.matter_id:
        own = (record.matter.proceeding.procedure,)
    if known := _titles(own).get(record.state):
        return known
    family = family_of(record.kind)
    return family.state_words.get(record.state) or state_titles(family).get(record.state, record.state)


def matter_state(matter: Matter) -> str:
    """The state of a matter in words."""
    return _titles((matter.proceeding.procedure,)).get(matter.proceeding.state, matter.proceeding.state)


def people_by_id(ids: list[int]) -> list[Person]:
    """People in the order asked for. People are readable by everyone signed in."""
    found = Person.objects.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def names_of(ids: Iterable[int], record: MatterRecord | None = None) -> dict[int, str]:
    """Names by key, read once; those of the record's own officers are at hand already."""
    known = (
        {o.person_id: o.person.name for o in record.matter.officers.all()} if record and record.matter else {}
    )
    if unknown := [pk for pk in ids if pk not in known]:
        known |= dict(Person.objects.filter(pk__in=unknown).values_list("pk", "name"))
    return known


# ------------------------------------------------------------------ work in hand


def in_hand(actor: Person, on: date) -> QuerySet[Turn]:
    """Whatever waits for this person: steps of matters they work, steps and opinions of the roles they hold or act in, what came
    back to them. What they may not do (approve what they proposed, signed already or work themselves) is not theirs."""
    return _unless_barred(actor, _in_hand(*_duties(actor, on), actor.pk, actor.unit_id))


def moves_in_hand(actor: Person, on: date) -> list[tuple[int, str, date | None]] | None:
    """Key, kind and due day of whatever waits for this person, what is due first before what has waited longest; by a statement that
    is put together once. None where it is more than `AT_HAND`, which only the database counts."""
    if runs_the_system(actor):
        return []
    found = _MOVES(actor.pk, actor.unit_id, apart=_duties(actor, on))
    return found if len(found) <= AT_HAND else None


AT_HAND = 2_000
"""Moves of one person that are read at once by their keys."""


def _duties(actor: Person, on: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Roles whose turns are the actor's, and kinds of matters the actor does not see."""
    return tuple(sorted(duty_roles(actor, on))), tuple(hidden_kinds(actor, on))


def _in_hand(roles: tuple[str, ...], hidden: tuple[str, ...], person: int, unit: int) -> QuerySet[Turn]:
    ours = Q(person__isnull=True, unit_id=unit, role__in=roles)
    working = Officer.objects.filter(
        matter=OuterRef("proceeding__matter"), person_id=person, until__isnull=True
    )
    signed = Opinion.objects.filter(proposal=OuterRef("proposal"), person_id=person)
    rows = Turn.objects.filter(person_id=person)
    if roles:
        ours &= ~Q(role__in=_NOT_BY_OFFICERS) | ~Exists(working)
        ours &= ~Q(kind=TurnKind.OPINION) | (
            ~Q(proposal__proposed_by_id=person) & ~Exists(signed) & ~Exists(working)
        )
        # By their keys: what is one's own anyway is not joined to proposals and officers, however much it is.
        rows = Turn.objects.filter(Q(person_id=person) | Q(pk__in=Turn.objects.filter(ours).values("pk")))
    return rows.exclude(proceeding__matter__kind__in=hidden) if hidden else rows


def _moves(roles: tuple[str, ...], hidden: tuple[str, ...], person: int, unit: int) -> QuerySet:
    rows = _in_hand(roles, hidden, person, unit)
    rows = rows.order_by(F("due_on").asc(nulls_last=True), "since", "-pk")
    return rows.values_list("pk", "kind", "due_on")[: AT_HAND + 1]


_MOVES = Once(_moves)


def with_what_they_are_about(rows: QuerySet[Turn] | None = None) -> QuerySet[Turn]:
    """These turns, or any, with matter, unit, proposer and the day of the last reminder, for the page that shows them: counting needs
    none of it."""
    reminders = Reminder.objects.filter(
        proceeding=OuterRef("proceeding"),
        step=OuterRef("step"),
        role=OuterRef("role"),
        on__gte=OuterRef("since"),
    ).order_by("-id")
    rows = Turn.objects.all() if rows is None else rows
    return rows.select_related("proceeding__matter", "proceeding__unit", "proposal__proposed_by").annotate(
        reminded_on=Subquery(reminders.values("on")[:1])
    )


# Roles whose guards keep a matter's own officers out (审核、听证主持).
_NOT_BY_OFFICERS = frozenset({Role.CASE_REVIEWER, Role.LEGALITY_REVIEWER, Role.HEARING_CHAIR})


def opinions_awaited(actor: Person, on: date) -> QuerySet[Turn]:
    """Of what waits for this person, what is to be approved."""
    return in_hand(actor, on).filter(kind=TurnKind.OPINION)


def next_opinion(actor: Person, on: date, after: int = 0) -> Turn | None:
    """The proposal to be signed after this one, in the order they were made."""
    waiting = with_what_they_are_about(opinions_awaited(actor, on)).order_by("proposal_id")
    return waiting.filter(proposal_id__gt=after).first()


def in_hand_of(matter: Matter) -> list[Turn]:
    """Whose move it is in a matter: what its page says, and of a proposal that came back by whom, when and why."""
    reminders = Reminder.objects.filter(
        proceeding=OuterRef("proceeding"), step=OuterRef("step"), on__gte=OuterRef("since")
    )
    rows = Turn.objects.filter(proceeding=matter.proceeding_id).select_related(
        "person", "proposal__proposed_by"
    )
    back = Opinion.objects.filter(proposal=OuterRef("proposal"), agrees=False).order_by("-id")
    said = {"by": "person__name", "for": "for_person__name", "on": "on", "why": "text"}
    rows = rows.annotate(
        reminded=Exists(reminders),
        **{f"returned_{name}": Subquery(back.values(column)[:1]) for name, column in said.items()},
    )
    return list(rows.order_by(F("due_on").asc(nulls_last=True), "since", "id"))


def turn_of(matter: Matter, pk: int) -> Turn | None:
    return Turn.objects.filter(proceeding__matter=matter, pk=pk).select_related("person", "proposal").first()


def reminders_of(proceeding: Proceeding) -> list[Reminder]:
    return list(proceeding.reminders.select_related("sent_by", "person").order_by("-id")[:20])


def proposed_by(actor: Person, on: date) -> QuerySet[Proposal]:
    """What the person sent up, whatever became of it."""
    rows = _unless_barred(actor, Proposal.objects.filter(proposed_by=actor))
    return rows.select_related("proceeding__matter").prefetch_related(
        "opinions__person", "opinions__for_person"
    )


def with_workload(people: QuerySet[Person], on: date) -> QuerySet[Person]:
    """Each person with how many open matters they are in charge of (`in_charge`) and work on beside somebody (`beside`), how much waits
    for them (`waiting`, of it `late`), and how many steps they took this year (`taken`). Numbers, and nothing of the matters."""

    def many(rows: QuerySet, by: str) -> Coalesce:
        counted = (
            rows.filter(**{by: OuterRef("pk")}).order_by().values(by).annotate(n=Count("pk")).values("n")
        )
        return Coalesce(Subquery(counted), 0)

    # Of a matter that is over nobody has a turn.
    going_on = Officer.objects.filter(until__isnull=True).filter(
        Exists(Turn.objects.filter(proceeding__matter=OuterRef("matter")))
    )
    turns = Turn.objects.filter(person__isnull=False)
    taken = StepTaken.objects.filter(on__range=(date(on.year, 1, 1), on))
    return people.annotate(
        in_charge=many(going_on.filter(lead=True), "person"),
        beside=many(going_on.filter(lead=False), "person"),
        waiting=many(turns, "person"),
        late=many(turns.filter(due_on__lt=on), "person"),
        taken=many(taken, "taken_by"),
    )


def steps_by(actor: Person, on: date) -> QuerySet[StepTaken]:
    """Steps the person took."""
    rows = _unless_barred(actor, StepTaken.objects.filter(taken_by=actor))
    return rows.select_related("proceeding__matter")


def opinions_by(actor: Person, on: date) -> QuerySet[Opinion]:
    """What the person signed, for themselves or for another."""
    rows = _unless_barred(actor, Opinion.objects.filter(person=actor))
    return rows.select_related("proposal__proceeding__matter", "for_person")


def came_back(record: MatterRecord) -> Proposal | None:
    """Of a record reached for a form (`record_for`): the last proposal of its step, where it was returned or withdrawn."""
    if record.came_back is None or record.came_back != record.last_proposal:
        return None
    return Proposal.objects.select_related("proposed_by").get(pk=record.came_back)


def steps_of(matter: Matter) -> QuerySet[StepTaken]:
    """Every step of every run of the matter, in order, with its run and who took it."""
    found = StepTaken.objects.filter(proceeding__matter=matter).select_related("taken_by", "proceeding")
    return found.order_by("proceeding_id", "seq")


def officers_of(matter: Matter) -> list[Officer]:
    """Who works the matter now, the leading one first; each with its person."""
    at_hand = "officers" in getattr(matter, "_prefetched_objects_cache", {})
    rows = matter.officers.all() if at_hand else matter.officers.select_related("person")
    return sorted((o for o in rows if o.until is None), key=lambda o: (not o.lead, o.since, o.pk))


def works_on(actor: Person, record: MatterRecord) -> bool:
    """Whether somebody is an officer of a matter now."""
    return record.matter.officers.filter(person=actor, until__isnull=True).exists()


def parties_of(record: MatterRecord, role: str) -> list[Party]:
    """The parties of a role in order. The parties of a matter are read once, however many roles are asked for."""
    if not record.matter_id:
        return []
    prefetch_related_objects([record.matter], "parties")
    found = (party for party in record.matter.parties.all() if party.role == role)
    return sorted(found, key=lambda party: party.seq)


def clocks_of(proceeding: Proceeding) -> list[ClockState]:
    """The clocks of a run as they are kept, those that run first."""
    return in_order(proceeding.clocks.order_by("id"))


def in_order(clocks: Iterable[ClockState]) -> list[ClockState]:
    """Those that run before those that stopped, each by the day on which they are due."""
    return sorted(
        clocks, key=lambda one: (one.stopped_on or date.min, one.due_on or date.max, one.started_on)
    )


def running_clocks(actor: Person, on: date) -> QuerySet[ClockState]:
    """Clocks that ask for somebody's work, of everything the actor may see, soonest first; those standing still come last.

    Periods of others that simply run out (`late: waive`: 陈述申辩, 救济期限, 公示期限) are nobody's late work and stay on the
    matter's own page.
    """
    return _unless_barred(actor, clocks_running(tuple(hidden_kinds(actor, on)), *actor.unit_ids))


def clocks_running(hidden: tuple[str, ...], *units: int) -> QuerySet[ClockState]:
    """The same in these units, for somebody who does not see some kinds and may read matters."""
    rows = (
        ClockState.objects.filter(stopped_on__isnull=True, proceeding__unit_id__in=units)
        .exclude(late="waive")
        .filter(Q(due_on__isnull=False) | Q(paused_since__isnull=False))
    )
    if hidden:
        rows = rows.exclude(proceeding__matter__kind__in=hidden)
    return rows.select_related("proceeding__matter", "proceeding__unit").order_by(
        F("due_on").asc(nulls_last=True), "id"
    )


def recent_matters(actor: Person, on: date, number: int) -> list[Matter]:
    """The latest matters the actor took a step in, so many of them, with the moment of that step."""
    if runs_the_system(actor):
        return []
    units = () if actor.sees_every_unit else actor.unit_ids
    return _RECENT(actor.pk, *units, apart=(number, tuple(hidden_kinds(actor, on)), actor.sees_every_unit))


def _recent(number: int, hidden: tuple[str, ...], everywhere: bool, person: int, *units: int) -> QuerySet:
    mine = Q(runs__steps__taken_by=person)
    # Said first, so that the index of who took which step is walked and not every matter there is.
    worked = StepTaken.objects.filter(taken_by=person).values("proceeding__matter_id")
    return (
        Matter.objects.of_units(None if everywhere else units)
        .filter(pk__in=worked)
        .filter(mine)
        .exclude(kind__in=hidden)
        .annotate(worked_at=Max("runs__steps__at", filter=mine))
        .select_related("proceeding", "unit")
        .order_by("-worked_at")[:number]
    )


_RECENT = Once(_recent)
