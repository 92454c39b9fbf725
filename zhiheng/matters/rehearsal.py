"""A rehearsal: a matter run through its steps, with papers and clocks, leaving nothing behind.

Lawyers try a local rule with it before it is adopted; examples and tests are written in it. It uses the very services that officers
use, inside a transaction that is never committed, with files in a folder that is thrown away. Where there is no installation, or the
unit is not in it, it works in a database of its own in memory.

A file is ``{kind, unit, steps: [{step, on, by, answers, approve, ref}]}``, the door first. ``by`` and ``approve`` name roles (a person
of that role is made up, with a valid certificate) or accounts of the installation; without ``approve`` everybody whom the law asks
agrees on the same day, with ``[]`` nobody has yet; without ``by`` the first role whose person the law does not object to. Amounts are in yuan. What the officer attests is ticked unless ``unticked`` names it.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.utils import OperationalError, ProgrammingError

from zhiheng.accounts.models import Certificate, Person, RoleGrant, Unit, UnitKind
from zhiheng.accounts.rights import Role, role_title
from zhiheng.accounts.selectors import scope_codes
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.documents.models import Paper
from zhiheng.files.word import read_docx
from zhiheng.law import LawError, Procedure, Step, current_book
from zhiheng.law.source import Source
from zhiheng.refusal import Refused
from zhiheng.statements import Once

from . import selectors, services
from .engine import Standing
from .facts import ATTESTED, OF_THE_TAKER, attested_guards
from .family import family_of
from .models import MatterRecord, Proposal, ProposalState, StepTaken

_EVER = (date(1990, 1, 1), date(2099, 12, 31))
_STEP_KEYS = {"step", "on", "by", "answers", "approve", "ref", "unticked"}


class Unreadable(ValueError):
    """The file is no rehearsal; the message names place and mend."""


@dataclass
class _Cast:
    """Who plays: made-up people of the unit by role, and accounts of the installation."""

    unit: Unit
    made: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        if name in self.made:
            return self.made[name]
        role = re.sub(r"\d+$", "", name)
        if role in current_book().roles:
            return self._made_up(name, role)
        found = Person.objects.select_related("unit").filter(username=name).first()
        if found is None:
            known = "、".join(current_book().roles)
            raise Unreadable(f"“{name}”既不是角色，也不是本系统的账号；角色：{known}")
        return found

    def _made_up(self, name: str, role: str) -> Person:
        number = len(self.made) + 1
        person = Person.objects.create(
            username=f"rehearsal-{number}",
            name=f"{role_title(role)}（演练{number}）",
            unit=self.unit,
            law_qualified=True,
        )
        RoleGrant.objects.create(person=person, role=role, since=_EVER[0])
        if role in (Role.HANDLER, Role.HEARING_CHAIR):
            Certificate.objects.create(
                person=person, number=f"演练{number:08d}", valid_from=_EVER[0], valid_to=_EVER[1]
            )
        self.made[name] = person
        return person

    @property
    def officers(self) -> list[Person]:
        return [self.person(Role.HANDLER), self.person(f"{Role.HANDLER}2")]


def rehearse(text: str, name: str) -> list[dict[str, Any]]:
    """What becomes of each step, in order; nothing is left behind. `name`: how messages call the file.

    Raises :class:`Unreadable` when the file cannot be played, LawError for kinds and units the book does not know.
    """
    source = Source.of_text(text, name)
    if source.faults:
        raise Unreadable("\n".join(map(str, source.faults)))
    script = checked(source.data, name, source.where)
    with _nothing_stays(str(script["unit"])) as unit:
        play = Play(script["kind"], unit)
        told = [play.take(entry) for entry in script["steps"]]
        return [one | {"text": dict(one["text"])} for one in told]


def checked(script: Any, name: str, where: Callable[[tuple], str] = lambda at: f"{at}") -> Mapping[str, Any]:
    """The script, if it can be played. `where`: how messages call a place in it, given the keys that lead there."""
    if not isinstance(script, dict) or set(script) != {"kind", "unit", "steps"}:
        raise Unreadable(f"{name} 应当写明 kind、unit、steps 三项")
    steps = script["steps"]
    if not isinstance(steps, list) or not steps:
        raise Unreadable(f"{where(('steps',))}：steps 应当是步骤的列表，首个是入口")
    for index, step in enumerate(steps):
        at = where(("steps", index))
        if not isinstance(step, dict) or not isinstance(step.get("step"), str):
            raise Unreadable(f"{at}：每一步应当写明 step 和 on")
        if unknown := set(step) - _STEP_KEYS:
            raise Unreadable(
                f"{at}：不认识的键“{'、'.join(map(str, unknown))}”；可用：{'、'.join(sorted(_STEP_KEYS))}"
            )
        if "on" in step and (not isinstance(step["on"], date) or isinstance(step["on"], datetime)):
            raise Unreadable(f"{at}：on 应当是日期，例如 2025-03-03")
    if "on" not in steps[0]:
        raise Unreadable(f"{where(('steps', 0))}：首个步骤应当写明 on")
    return script


# ------------------------------------------------------------------ nothing stays


@contextmanager
def _nothing_stays(code: str):
    """The unit to play in, inside a transaction that is undone; files go to a folder that is removed."""
    kept = settings.FILES_DIR
    with tempfile.TemporaryDirectory() as directory:
        settings.FILES_DIR = Path(directory)
        try:
            if _installed(code):
                with transaction.atomic():
                    yield Unit.objects.get(code=code)
                    transaction.set_rollback(True)
            else:
                with _database_in_memory(), transaction.atomic():
                    yield _made_up_unit(code)
                    transaction.set_rollback(True)
        finally:
            settings.FILES_DIR = kept


def _installed(code: str) -> bool:
    connection = connections["default"]
    database = connection.settings_dict
    if (
        connection.vendor == "sqlite"
        and not Path(str(database["NAME"])).exists()
        and "memory"
        not in str(database["NAME"])  # as SQLite spells it: ":memory:", or "mode=memory" in an address
    ):
        return False  # asking would make the file
    try:
        return Unit.objects.filter(code=code).exists()
    except (OperationalError, ProgrammingError):
        return False  # no tables yet: nothing is installed here


@contextmanager
def _database_in_memory():
    """A database of its own while the rehearsal lasts: SQLite in memory, with all tables."""
    from django.core.management import call_command

    kept = connections.settings["default"]
    installed = connections["default"]
    installed.close()
    own = {**kept, "ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": {}}
    connections.settings["default"] = own
    del connections["default"]
    try:
        call_command("migrate", verbosity=0, interactive=False)
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = kept
        connections["default"] = installed


def _made_up_unit(code: str) -> Unit:
    """A unit of this code; a district stands below its province's office (GB/T 2260: the first two digits)."""
    root_code = f"{code[:2]}0000"
    root = None
    if code != root_code:
        root = _unit(root_code, None)
    return _unit(code, root)


def _unit(code: str, parent: Unit | None) -> Unit:
    return Unit.objects.create(
        code=code,
        name=f"{code}{'市场监督管理局' if parent else '知识产权局'}",
        short_name=code,
        kind=UnitKind.DISTRICT if parent else UnitKind.OFFICE,
        parent=parent,
        path=f"{parent.path if parent else ''}{code}/",
        number_prefix="演练",
        address="演练路1号",
        phone="000-00000000",
        review_organ="本级人民政府",
        court="有管辖权的人民法院",
        bank="代收银行",
        pay_code="0",
    )


# ------------------------------------------------------------------ the play


_PAPERS = Once(lambda folder: Paper.objects.filter(folder=folder).order_by("id"))
_RECORD = Once(
    lambda model, pk: model.objects.select_related("unit", "matter__proceeding", "matter__folder").filter(
        pk=pk
    )
)


class Play:
    """One matter of the kind, played at the unit step by step inside the caller's transaction."""

    def __init__(self, kind: str, unit: Unit) -> None:
        self.kind = current_book().kind(kind)
        self.family = family_of(self.kind)
        self.cast = _Cast(unit)
        self.record: MatterRecord | None = None
        self.turned_away = ""  # the door that was refused
        self.on: date | None = None

    def take(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """What becomes of one step of a script."""
        self.on = entry.get("on", self.on)
        before = self._columns()
        papers = {paper.pk for paper in self._papers()}
        told: dict[str, Any] = {"step": entry["step"], "on": str(self.on), "taken": False, "refused": []}
        known = dict(self.cast.made)
        try:
            with transaction.atomic():
                result = self._take(entry)
            told["taken"] = isinstance(result, StepTaken)
            if isinstance(result, Proposal):
                told["waits_for"] = result.next_role or result.state
        except Refused as refused:
            self.cast.made = known  # whoever came in with a refused step left with it
            told["refused"] = [
                {"guard": r.guard or r.field, "reason": r.text, "article": r.article, "way_out": r.way_out}
                for r in refused.reasons
            ]
        except LawError as error:
            self.cast.made = known
            told["refused"] = [{"guard": "", "reason": str(error), "article": "", "way_out": ""}]
        return told | self._afterwards(before, papers)

    def _take(self, entry: Mapping[str, Any]) -> StepTaken | Proposal | None:
        if self.record is None:
            return self._begin(entry)
        standing = selectors.standing_for(self.record, self.on)
        step = standing.procedure.steps.get(entry["step"])
        data = self._answers(standing.procedure, step, entry) if step else {}
        named = entry.get("by")
        result = self._taken_by([named] if named else list(step.by) if step else [Role.HANDLER], entry, data)
        for name in entry.get("approve", step.approve if step else ()):
            if not isinstance(result, Proposal) or result.state != ProposalState.PENDING:
                break
            result = services.give_opinion(
                actor=self.cast.person(name),
                record=self.record,
                proposal=result,
                agrees=True,
                text="同意",
                on=self.on,
            )
        return result

    def _taken_by(
        self, roles: list[str], entry: Mapping[str, Any], data: Mapping[str, Any]
    ) -> StepTaken | Proposal:
        """The step, taken by the first of the roles; by a later one where only the person is what the law objects to."""
        known = dict(self.cast.made)
        try:
            with transaction.atomic():
                return services.take_step(
                    actor=self.cast.person(roles[0]),
                    record=self.record,
                    step=entry["step"],
                    data=data,
                    on=self.on,
                    ref=str(entry.get("ref", "")),
                )
        except Refused as refused:
            if len(roles) == 1 or any(reason.guard not in OF_THE_TAKER for reason in refused.reasons):
                raise
            self.cast.made = known
        return self._taken_by(roles[1:], entry, data)

    def _begin(self, entry: Mapping[str, Any]) -> StepTaken:
        door = next((d for d in self.kind.doors if d.step == entry["step"]), None)
        if door is None and self.turned_away:
            raise Refused.because(
                f"入口“{self.turned_away}”被拒绝，事项没有登记，后面的步骤没有演练",
                way_out="请先按拒绝理由改正入口步骤",
            )
        if door is None:
            known = "、".join(d.step for d in self.kind.doors)
            raise Unreadable(f"“{self.kind.title}”没有入口“{entry['step']}”；可用：{known}")
        self.turned_away = door.step  # until it has let the matter in
        version = current_book().procedure(door.procedure, self.on, scope_codes(self.cast.unit))
        actor = self.cast.person(entry.get("by", Role.HANDLER))
        data = self._answers(version, version.steps[door.step], entry)
        record = services.open_matter(actor=actor, on=self.on, kind=self.kind.code, door=door.step, data=data)
        services.assign_officers(
            actor=self.cast.officers[0], record=record, people=self.cast.officers, on=self.on
        )
        self.record = record
        return record.matter.proceeding.steps.get(seq=1)

    # ---- answers

    def _answers(self, procedure: Procedure, step: Step, entry: Mapping[str, Any]) -> dict[str, Any]:
        given = dict(entry.get("answers") or {})
        data = {}
        for code, value in given.items():
            if code == ATTESTED:
                data[ATTESTED] = list(value or ())
                continue
            found = procedure.field_of(step.code, code)
            if found is None:
                raise Refused.because(
                    f"“{step.title}”没有字段“{code}”",
                    way_out=f"可填：{'、'.join(step.fields)}",
                    field=code,
                )
            if value is not None:
                data[code] = self._value(found, value)
        for code in step.asks:
            if code not in given and procedure.fields[code].type == "persons":
                data[code] = [p.pk for p in self.cast.officers]
        if ticks := [name for name in attested_guards(step) if name not in (entry.get("unticked") or ())]:
            data.setdefault(ATTESTED, ticks)
        return data

    def _value(self, found, value: Any) -> Any:
        """What a lawyer writes, as a page would send it: yuan become fen, names people and files, one thing a list of one. The
        service reads it as it reads every other."""
        kind = found.type
        if kind == "money":
            return _fen(found, value)
        if kind == "persons":
            return [self.cast.person(str(name)).pk for name in _list(value)]
        if kind == "file":
            return [self._file(str(name)) for name in _list(value)]
        if kind == "list":
            return [self._row(found, row) for row in _list(value)]
        return list(_list(value)) if kind == "choices" else value

    def _row(self, found, row: Any) -> Any:
        columns = getattr(found, "columns", None) or getattr(found, "items", ())
        if not columns:
            return row
        if not isinstance(row, dict):
            return {columns[0].code: row}
        money = {column.code: column for column in columns if getattr(column, "type", "text") == "money"}
        return {
            code: _fen(money[code], cell) if code in money and cell not in (None, "") else cell
            for code, cell in row.items()
        }

    @staticmethod
    def _file(name: str) -> dict[str, Any]:
        data = f"演练材料：{name}".encode()
        return {"name": name, "digest": documents.store(data), "size": len(data)}

    # ---- what is told

    def _columns(self) -> dict[str, Any]:
        if self.record is None:
            return {}
        self.record = _RECORD.get(self.record.pk, apart=(type(self.record),))
        return {
            name: getattr(self.record, name) for name in self.family.columns if not name.endswith("matter")
        }

    def _papers(self) -> list[Paper]:
        return _PAPERS(self.record.matter.folder_id) if self.record else []

    def _afterwards(self, before: Mapping[str, Any], papers: set[int]) -> dict[str, Any]:
        now = self._columns()
        if self.record is None:
            return {"state": "", "clocks": [], "records": {}, "papers": [], "text": {}}
        standing = Standing.of(self.record.matter.proceeding, self.on)
        made = [paper for paper in self._papers() if paper.pk not in papers]
        blank = (None, "", {}, 0)
        return {
            "state": standing.run.state,
            "clocks": [
                {
                    "clock": row.key,
                    "due": str(row.due_on) if row.due_on else None,
                    "provisional": row.provisional,
                    "state": "stopped" if row.stopped_on else "paused" if row.paused_since else "running",
                }
                for row in selectors.clocks_of(self.record.matter.proceeding)
            ],
            "records": audit.plain(
                {
                    name: value
                    for name, value in now.items()
                    if value != before.get(name)
                    and not (name not in before and value in blank)
                    and name not in ("id", "unit")
                }
            ),
            "papers": [{"form": paper.form, "number": paper.number} for paper in made],
            "text": _Texts({paper.form: documents.read(paper.digest) for paper in made}),
        }


class _Texts(Mapping[str, str]):
    """What the papers of a step say, by their forms: each is read when it is first asked for."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files, self._read = files, {}

    def __getitem__(self, form: str) -> str:
        if form not in self._read:
            self._read[form] = read_docx(self._files[form]).text()
        return self._read[form]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _fen(found, value: Any) -> int:
    try:
        fen = Decimal(str(value)) * 100
    except InvalidOperation:
        raise Unreadable(f"“{found.title}”的金额“{value}”不是数字，请以元为单位书写") from None
    if fen != fen.to_integral_value():
        raise Unreadable(f"“{found.title}”的金额“{value}”不足一分的部分请先约定如何取舍")
    return int(fen)


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]
