"""What the ledger says of matters: every step, proposal and opinion, the clocks that follow from the steps, the matters with their
runs and officers, and the records that families keep of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from zhiheng.audit.models import Entry
from zhiheng.audit.verification import Replay, Spoken, replay
from zhiheng.law import Kind, LawError, Record, Step, current_book, read_bundle
from zhiheng.refusal import Refused

from . import protection, readings, turns
from . import runs as running
from .engine import Standing, decode, procedure_at, procedure_of, stretches_of
from .family import PARTY_COLUMNS, Family, families, family_of
from .models import (
    ClockState,
    Countersign,
    Countersigned,
    Matter,
    MatterRecord,
    Opinion,
    ProcedureVersion,
    Proceeding,
    Proposal,
    ProposalState,
    ProtectedAnswer,
    Reminder,
    StepTaken,
    Turn,
)
from .succession import REPLACES

_KIND = "proceedings.proceeding"


@replay
class Steps(Replay):
    """Steps, proposals and opinions are only ever added: each row is what one entry says, and no row is more."""

    def __init__(self) -> None:
        self._steps, self._proposals, self._opinions = Spoken(), Spoken(), Spoken()
        self._reminders = Spoken()
        self._given: dict[int, int] = defaultdict(int)
        self._ended: dict[int, set[str]] = {}
        self._days: dict[int, date] = {}

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        entries = [entry for entry in entries if entry.subject_kind == _KIND]
        runs = {int(entry.subject_id) for entry in entries}
        steps = {(s.proceeding_id, s.seq): s for s in StepTaken.objects.filter(proceeding__in=runs)}
        spoken = {e.data["proposal"] for e in entries if "proposal" in e.data}
        proposals = Proposal.objects.in_bulk(spoken)
        opinions: dict[int, list[Opinion]] = defaultdict(list)
        for opinion in Opinion.objects.filter(proposal__in=spoken).order_by("id"):
            opinions[opinion.proposal_id].append(opinion)
        for entry in entries:
            data, run = entry.data, int(entry.subject_id)
            where = f"“{entry.subject_name}”的“{entry.action}”（第 {entry.seq} 条）"
            if "seq" in data or "moved" in data:
                self._days[run] = entry.on
            if "seq" in data:
                yield from self._step(entry, steps.get((run, data["seq"])), where)
            elif "proposal" in data:
                yield from self._proposal(entry, proposals, opinions, where)
            elif "reminder" in data:
                yield from self._reminder(entry, where)

    def _step(self, entry: Entry, row: StepTaken | None, where: str) -> Iterator[str]:
        if row is None:
            yield f"{where}这一步的记录不见了。"
            return
        self._steps.add(row.pk)
        data = entry.data
        if (row.step, row.ref, row.state, row.data, row.on, row.taken_by_id, row.for_person_id) != (
            data["step"],
            data["ref"],
            data["state"],
            data["data"],
            entry.on,
            entry.actor_id,
            data.get("for"),
        ):
            yield f"{where}这一步的记录与账上不符：被改过。"

    def _reminder(self, entry: Entry, where: str) -> Iterator[str]:
        row, data = Reminder.objects.filter(pk=entry.data["reminder"]).first(), entry.data
        if row is None:
            yield f"{where}的催办记录不见了。"
            return
        self._reminders.add(row.pk)
        said = (data["step"], data["of_proposal"], data["role"], data["person"], data["text"], entry.on)
        if (row.step, row.proposal_id, row.role, row.person_id, row.text, row.on) != said:
            yield f"{where}的催办记录与账上不符：被改过。"

    def _proposal(self, entry: Entry, proposals, opinions, where: str) -> Iterator[str]:
        data, pk = entry.data, entry.data["proposal"]
        row = proposals.get(pk)
        if row is None:
            yield f"{where}所说的提请不见了。"
            return
        if "agrees" in data:
            number, self._given[pk] = self._given[pk], self._given[pk] + 1
            given = opinions[pk][number] if number < len(opinions[pk]) else None
            said = (
                data["role"],
                data["agrees"],
                (data["text"] or "同意")[:400],
                entry.on,
                entry.actor_id,
                data.get("for"),
            )
            if given is None:
                yield f"{where}这条意见不见了。"
                return
            self._opinions.add(given.pk)
            now = (given.role, given.agrees, given.text, given.on, given.person_id, given.for_person_id)
            if now != said:
                yield f"{where}这条意见与账上不符：被改过。"
            if not data["agrees"]:
                self._ended[pk] = {ProposalState.RETURNED}
        elif "step" in data:
            self._proposals.add(pk)
            said = (int(entry.subject_id), data["step"], data["ref"], data["data"], entry.on, entry.actor_id)
            now = (row.proceeding_id, row.step, row.ref, row.data, row.proposed_on, row.proposed_by_id)
            if now != said:
                yield f"{where}提请的内容与账上不符：被改过。"
        elif "state" in data:
            self._ended[pk] = {ProposalState.LAPSED}
        else:
            self._ended[pk] = {ProposalState.WITHDRAWN}

    def close(self) -> Iterator[str]:
        for kind, spoken, words in (
            (StepTaken, self._steps, "步骤"),
            (Proposal, self._proposals, "提请"),
            (Opinion, self._opinions, "审批意见"),
            (Reminder, self._reminders, "催办"),
        ):
            for pk in spoken.strangers(kind.objects.all()):
                yield f"{words}记录 {pk} 在留痕账上没有条目：是直接写进数据库的。"
        open_states = {ProposalState.PENDING, ProposalState.APPROVED}
        asked = Proposal.objects.values_list("pk", "state", "next_role", "step", "proceeding__version")
        for pk, state, role, step, version in asked.iterator():
            given = self._given.get(pk, 0)
            if state not in self._ended.get(pk, open_states):
                yield f"提请 {pk} 的状态与账上不符：被改过。"
            elif state == ProposalState.APPROVED and not given:
                yield f"提请 {pk} 记作已批准，账上没有任何意见。"
            elif state == ProposalState.PENDING and role != procedure_of(version).steps[step].approve[given]:
                yield f"提请 {pk} 轮到的角色不是程序所定的下一级：被改过。"
        for run in (
            Proceeding.objects.select_related("unit", "matter").order_by("pk").iterator(chunk_size=500)
        ):
            yield from self._derived(run)

    def _derived(self, run: Proceeding) -> Iterator[str]:
        """State and clocks follow from the steps: they are derived again as on the day they were."""
        on = self._days.get(run.pk)
        if on is None:
            yield f"程序运行“{run}”在留痕账上没有任何步骤。"
            return
        try:
            standing = Standing.of(run, on)
            clocks = running.clocks_in(standing)
        except (LawError, Refused) as error:
            yield f"程序运行“{run}”不能由账上的步骤推出：{error}"
            return
        if run.state != standing.run.state:
            yield f"程序运行“{run}”的状态与步骤推出的不一致：被改过。"
        if sorted(map(_stated, run.clocks.all())) != sorted(map(_stated, clocks)):
            yield f"“{run}”的时限与步骤推出的不一致：被改过，或放假安排公布后还没有重算（zhiheng recalculate）。"


def _stated(clock: ClockState) -> tuple:
    """What a clock says, but for how its day was counted: that is told in the words of the version that counted it."""
    days = (clock.started_on, clock.stopped_on, clock.paused_since, clock.due_on)
    named = (clock.key, clock.clock, clock.title, clock.article, clock.late)
    return *named, clock.provisional, *(str(day or "") for day in days)


@dataclass
class _Begun:
    """What the ledger says of a matter: the entry of its first run, the runs it stands and stood under, numbers, officers."""

    matter: int
    unit: int | None
    on: date
    said: Mapping[str, Any]
    proceeding: int = 0
    numbers: dict[str, str] = field(default_factory=dict)
    officers: list[tuple[int | None, bool, date, date | None]] = field(default_factory=list)

    def assign(self, people: Sequence[int], on: date) -> None:
        """As `effects._set_officers` does."""
        self.officers = [
            (one, lead and one in people, since, until) if until or one in people else (one, False, since, on)
            for one, lead, since, until in self.officers
        ]
        for order, person in enumerate(dict.fromkeys(people)):
            here = [n for n, o in enumerate(self.officers) if o[0] == person and o[3] is None]
            if here:
                one, _, since, until = self.officers[here[0]]
                self.officers[here[0]] = (one, order == 0, since, until)
            else:
                self.officers.append((person, order == 0, on, None))


@dataclass
class _Run:
    """What the ledger says of a run: where it began, under which bundle, and which it left."""

    matter: int
    unit: int | None
    on: date
    procedure: str
    version: str
    steps: int = 0
    adopted: list[dict[str, Any]] = field(default_factory=list)


@replay
class Matters(Replay):
    """Every column of a matter and of its runs, the numbers its record bears and who works it, as entries state them. Matters opened
    before their entries did are counted as unchecked."""

    def __init__(self) -> None:
        self._matters: dict[int, _Begun] = {}
        self._runs: dict[int, _Run] = {}
        self._of_record: dict[tuple[str, int], int] = {}

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            if entry.subject_kind == _KIND:
                self._run(entry, int(entry.subject_id))
            elif "people" in entry.data:
                key = entry.subject_kind, int(entry.subject_id)
                if (begun := self._matters.get(self._of_record.get(key, 0))) is not None:
                    begun.assign(entry.data["people"], entry.on)
        return iter(())

    def _run(self, entry: Entry, pk: int) -> None:
        data = entry.data
        if said := data.get("run"):
            self._runs[pk] = _Run(said["matter"], entry.unit_id, entry.on, said["procedure"], said["version"])
            label = family_of(said["kind"]).model._meta.label_lower
            self._of_record[label, said["record"]] = said["matter"]
            begun = self._matters.setdefault(
                said["matter"], _Begun(said["matter"], entry.unit_id, entry.on, said)
            )
            if not begun.officers:
                begun.officers.append((entry.actor_id, True, entry.on, None))
            begun.proceeding = pk
        run = self._runs.get(pk)
        if run is None:
            return
        if "seq" in data:
            run.steps += 1
            self._matters[run.matter].numbers |= data.get("numbers", {})
        elif "transition" in data:
            left = {
                "version": data["from"],
                "until": run.steps,
                "how": data["transition"],
                "on": str(entry.on),
            }
            if data["transition"] == "all_open":
                run.adopted = [one | {"how": "all_open"} for one in run.adopted]
            run.adopted, run.version = [*run.adopted, left], data["to"]

    def close(self) -> Iterator[str]:
        unsaid = 0
        for run in Proceeding.objects.select_related("matter").order_by("pk").iterator(chunk_size=500):
            if (said := self._runs.get(run.pk)) is None:
                unsaid += 1
                continue
            now = (run.matter_id, run.unit_id, run.opened_on, run.procedure, run.version, run.adopted)
            if now != (said.matter, said.unit, said.on, said.procedure, said.version, said.adopted):
                yield f"程序运行“{run}”的单位、日期、事项或者程序版本与账上不符：被改过。"
        there = set()
        for matter in Matter.objects.prefetch_related("folder").order_by("pk").iterator(chunk_size=200):
            there.add(matter.pk)
            if (begun := self._matters.get(matter.pk)) is not None:
                for words in self._matter(matter, begun):
                    yield f"事项“{matter}”的{words}与账上不符：被改过。"
        for pk in sorted(self._matters.keys() - there):
            yield f"事项 {pk} 不见了，账上没有删除。"
        if unsaid:
            self.unchecked = (
                f"{unsaid} 个程序运行登记时，条目还没有记明事项、卷宗和程序版本，这些栏目未核对。"
            )

    @staticmethod
    def _matter(matter: Matter, begun: _Begun) -> Iterator[str]:
        said = begun.said
        now = (matter.unit_id, matter.opened_on, matter.kind, matter.record_id, matter.folder_id)
        if now != (begun.unit, begun.on, said["kind"], said["record"], said["folder"]):
            yield "单位、日期、种类、记录或者卷宗"
        if matter.proceeding_id != begun.proceeding:
            yield "现行程序"
        record = family_of(said["kind"]).model.objects.filter(pk=said["record"]).first()
        if record is not None:  # that it is gone is told below
            if (record.unit_id, record.kind, record.matter_id) != (begun.unit, said["kind"], matter.pk):
                yield "记录的单位、种类或者事项"
            if matter.title != record.title[:200]:
                yield "名称"
            family = family_of(said["kind"])
            undrawn = _drawn(current_book().kind(said["kind"])) - set(family.derived)
            numbers = {name: family.columns[name].get_default() for name in undrawn} | begun.numbers
            for column, number in numbers.items():
                if getattr(record, column) != number:
                    yield str(record._meta.get_field(column).verbose_name)
        folder = matter.folder if matter.folder_id == said["folder"] else None
        if folder is not None and (folder.unit_id, folder.title) != (matter.unit_id, matter.title):
            yield "卷宗的单位或者名称"
        rows = matter.officers.order_by("id").values_list("person_id", "lead", "since", "until")
        if sorted(map(str, rows)) != sorted(map(str, begun.officers)):
            yield "承办人"


@replay
class Protected(Replay):
    """Answers that are kept secret: each opens under our keys at its place, was given in a step of its matter, and none is gone."""

    def close(self) -> Iterator[str]:
        given: dict[int, set[tuple[date, int]]] = defaultdict(set)
        marked: dict[int, set[str]] = defaultdict(set)
        for model, day, person in (
            (StepTaken, "on", "taken_by_id"),
            (Proposal, "proposed_on", "proposed_by_id"),
        ):
            for matter, on, who, data in model.objects.values_list(
                "proceeding__matter", day, person, "data"
            ).iterator():
                given[matter].add((on, who))
                marked[matter].update(name for name, value in data.items() if value == protection.MARK)
        for row in ProtectedAnswer.objects.select_related("matter").order_by("pk").iterator(chunk_size=500):
            marked[row.matter_id].discard(row.field)
            where = f"事项“{row.matter}”的保密信息（{row.pk}）"
            try:
                protection.opened(row.sealed, row.matter_id, row.field)
                if not row.sealed.isascii():  # signs that decoding passes over
                    yield f"{where}被改过。"
            except Refused as refused:
                why = refused.reasons[0]
                yield f"{where}：{why.text}。{why.way_out}。"
            if (row.on, row.kept_by_id) not in given[row.matter_id]:
                yield f"{where}的日期或者登记人与步骤不符：被改过。"
        for matter, names in marked.items():
            for name in sorted(names):
                yield f"事项 {matter} 的保密信息“{name}”不见了，账上没有删除。"


@replay
class Records(Replay):
    """The columns of a record are what its steps stated last; the steps are held against the ledger above."""

    def close(self) -> Iterator[str]:
        for family in families():
            worked = family.model.objects.filter(matter__isnull=False).select_related("matter__proceeding")
            for record in worked.order_by("pk").iterator(chunk_size=200):
                for words in self._record(family, record):
                    yield f"{family.title}“{record.title}”（{record.pk}）的{words}与步骤所写不符：被改过。"
        for matter in Matter.objects.order_by("pk").iterator():
            if not family_of(matter.kind).model.objects.filter(pk=matter.record_id, matter=matter).exists():
                yield f"事项“{matter}”的记录不见了，账上没有删除。"

    @staticmethod
    def _record(family: Family, record: MatterRecord) -> Iterator[str]:
        """What of the record differs from what its steps say, in words."""
        kind = current_book().kind(record.kind)
        stated, parties = _blank(family, kind), {}
        for run in record.matter.runs.order_by("id"):
            stretches = stretches_of(run)
            for row in run.steps.order_by("seq"):
                procedure = procedure_at(stretches, row.seq)
                step, data = procedure.steps[row.step], decode(procedure, row.step, row.data)
                stated |= {
                    column: data[field]
                    for field, column in kind.keeps.items()
                    if "." not in column and data.get(field) not in (None, "")
                }
                _take_part(parties, kind, step, data)
                for recorded in step.records:
                    known = (row.on, data, stated.get(recorded.column))
                    if (value := _recorded(recorded, *known)) is not _UNTOLD:
                        stated[recorded.column] = value
        for name, value in stated.items():
            if name in family.columns and name not in family.derived:
                now = getattr(record, name)
                if now != value and not (now in (None, "") and value in (None, "")):
                    yield str(family.columns[name].verbose_name)
        now = {
            (party.role, party.seq): {
                name: value for name in PARTY_COLUMNS if (value := getattr(party, name))
            }
            for party in record.matter.parties.all()
        }
        if now != parties:
            yield "参加人"
        if record.state != record.matter.proceeding.state:
            yield "状态"


def _take_part(
    parties: dict[tuple[str, int], dict[str, object]], kind: Kind, step: Step, data: Mapping[str, object]
) -> None:
    """What a step says of parties in other roles than the principal one: those the kind keeps, and one it brings in (`joins`)."""
    for code, target in kind.keeps.items():
        role, dot, attribute = target.partition(".")
        if dot and data.get(code) not in (None, ""):
            parties.setdefault((role, 1), {})[attribute] = data[code]
    facts = {name: data[field] for name, field in step.joins.items() if data.get(field) not in (None, "")}
    if not facts:
        return
    before = str(facts.pop(REPLACES, "")).strip()
    role = facts.pop("role")
    here = sorted(seq for of, seq in parties if of == role)
    wanted = before or facts["name"]
    same = next((seq for seq in here if parties[role, seq].get("name") == wanted), None)
    seq = same or (here[-1] + 1 if here else 1)
    parties.setdefault((role, seq), {}).update(facts)


# Columns of every record that are held against the matter and its runs.
_OF_THE_MATTER = frozenset({"id", "unit", "kind", "title", "state", "matter"})


def _blank(family: Family, kind: Kind) -> dict[str, object]:
    """What the columns of a record hold before any step: a column that no step wrote must still hold it. Numbers, which were drawn,
    and what the family derives are told elsewhere."""
    told_elsewhere = _OF_THE_MATTER | _drawn(kind) | set(family.derived)
    return {
        name: column.get_default() for name, column in family.columns.items() if name not in told_elsewhere
    }


def _drawn(kind: Kind) -> set[str]:
    """Columns that bear a number drawn by a step."""
    return {
        recorded.column
        for code in kind.procedures
        for version in current_book().procedure_versions[code]
        for step in version.steps.values()
        for recorded in step.records
        if recorded.how in ("number", "paper")
    }


_UNTOLD = object()


def _recorded(recorded: Record, on: date, data: Mapping[str, object], before: object) -> object:
    """What a step wrote into a column; numbers, which were drawn, and officers are told elsewhere."""
    first = data.get(recorded.of[0]) if recorded.of else None
    if recorded.column == "officers" or recorded.how in ("number", "paper"):
        return _UNTOLD
    if recorded.how == "field":
        return _UNTOLD if first in (None, "") else first
    return {
        "day": lambda: on,
        "word": lambda: recorded.of[0],
        "sum": lambda: sum(data.get(code) or 0 for code in recorded.of),
        "adds": lambda: (before or 0) + (first or 0),
        "takes": lambda: (before or 0) - (first or 0),
        "none": lambda: None,
    }[recorded.how]()


@replay
class Countersigns(Replay):
    """Who was asked to countersign, by whom and on what, and what they said: each row is what its entries say."""

    def __init__(self) -> None:
        self._asked: dict[int, tuple] = {}
        self._said: dict[int, tuple] = {}

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            if entry.subject_kind != _KIND or "countersign" not in entry.data:
                continue
            data, pk = entry.data, entry.data["countersign"]
            if "of_proposal" in data:
                self._asked[pk] = (data["of_proposal"], data["person"], entry.actor_id, entry.on, data["why"])
            else:
                self._said[pk] = (data["state"], data["text"], entry.on)
        return iter(())

    def close(self) -> Iterator[str]:
        for row in Countersign.objects.order_by("pk").iterator(chunk_size=500):
            asked = self._asked.pop(row.pk, None)
            if asked is None:
                yield f"会签 {row.pk} 在留痕账上没有条目：是直接写进数据库的。"
                continue
            said = self._said.get(row.pk, (Countersigned.ASKED, "", None))
            now = (row.proposal_id, row.person_id, row.asked_by_id, row.on, row.why)
            if now != asked or (row.state, row.text, row.said_on) != said:
                yield f"会签 {row.pk} 与账上不符：被改过。"
        for pk in self._asked:
            yield f"会签 {pk} 不见了，账上没有删除。"


@replay
class Turns(Replay):
    """Whose move it is follows from runs, clocks and proposals: nobody's work was taken off their list, or put on it, past them."""

    def __init__(self) -> None:
        self._acted: dict[int, date] = {}
        self._last: date | None = None

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            self._last = max(entry.on, self._last or entry.on)
            if entry.subject_kind == _KIND:
                self._acted[int(entry.subject_id)] = entry.on
        return iter(())

    def close(self) -> Iterator[str]:
        stray = Turn.objects.exclude(proceeding__in=turns.open_runs().values("pk"))
        for turn in stray.select_related("proceeding").order_by("pk")[:_STRAYS]:
            yield f"“{turn.proceeding}”已经没有待办，表中却有“{turn.title}”：被改过。"
        runs = turns.open_runs().select_related("matter").iterator(chunk_size=200)
        while some := list(islice(runs, 200)):
            waiting: dict[int, list[Turn]] = defaultdict(list)
            for turn in Turn.objects.filter(proceeding__in=some).order_by("pk"):
                waiting[turn.proceeding_id].append(turn)
            for run in some:
                yield from self._run(run, waiting.get(run.pk, []))

    def _run(self, run: Proceeding, waiting: list[Turn]) -> Iterator[str]:
        acted = self._acted.get(run.pk)
        found = family_of(run.matter.kind).model.objects.filter(pk=run.matter.record_id, matter=run.matter_id)
        record = found.select_related("unit", "matter__proceeding__unit").first()
        if acted is None or record is None:
            return  # told above
        try:
            for words in turns.faults_of(record, waiting, acted, self._last or acted):
                yield f"“{run}”的待办{words}：被改过。"
        except LawError as error:
            yield f"“{run}”的待办不能由程序推出：{error}"


_STRAYS = 50


@replay
class KeptLaw(Replay):
    """Every bundle of law that is kept is still what its hash says, and every run stands under one that is kept or in the book."""

    def close(self) -> Iterator[str]:
        for kept in ProcedureVersion.objects.order_by("pk").iterator(chunk_size=20):
            if not self._stands(kept):
                yield f"程序“{kept.code}”保存的版本 {kept.sha[:12]}… 与其摘要不符：被改过，按它办理的事项不能再依据它。"

    @staticmethod
    def _stands(kept: ProcedureVersion) -> bool:
        book = current_book()
        with suppress(LawError):
            if book.procedure_by_hash(kept.sha).text == kept.text:
                return True  # the book's own, word for word
        try:
            return read_bundle(book, kept.text).sha == kept.sha
        except LawError:
            return False


@replay
class Readings(Replay):
    """Days whose readings were sealed still say what they said. A day not sealed yet, and the moment itself, nobody can hold."""

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            if entry.subject_kind == "proceedings.reading" and readings.sum_of(entry.on) != entry.data:
                yield f"{entry.on:%Y-%m-%d} 的查阅记录与封存时不符（第 {entry.seq} 条）：被改过。"
