"""What the pages of a matter show, put together from selectors: headline facts, path, clocks, actions, timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Right, role_title
from zhiheng.accounts.selectors import may, may_in, scope_codes, who_may
from zhiheng.accounts.words import WordField
from zhiheng.audit.selectors import history_of
from zhiheng.documents.models import Archive, Paper
from zhiheng.documents.selectors import evidence_in, papers_with_scans
from zhiheng.law import Kind, LawError, Participant, Procedure, Step, current_book
from zhiheng.law import standing as clock_standing
from zhiheng.ui.lists import Action as Button
from zhiheng.ui.templatetags.zh import NOTHING, day, yuan

from . import adoption as adopting
from . import archive, delivery, facts, goods, protection, readings, selectors
from .approvals import came_back, moves_of
from .engine import Standing, procedure_at, stretches_of
from .family import PARTY_COLUMNS, Family, family_of
from .forms import Asking
from .models import MatterRecord, Party, Proposal, StepTaken, TurnKind
from .origins import origins_of
from .runs import clocks_in
from .services import may_assign, may_remind
from .words import answer, answers, articles, people_named, record_url

TABS = (
    ("work", "办理"), ("papers", "文书"), ("evidence", "证据"), ("goods", "物品"), ("timeline", "经过"), ("archive", "案卷"),
    ("history", "留痕"),
)  # fmt: skip


@dataclass(frozen=True)
class Stop:
    title: str
    kind: str  # done | here | next


@dataclass(frozen=True)
class Action:
    """A step as a button or as a refusal: what it is, its article, who approves, why not; `about`: which of several measures."""

    step: Step
    url: str
    article: str
    approvers: str
    reasons: tuple[str, ...]
    pending: Proposal | None = None
    about: str = ""

    @property
    def allowed(self) -> bool:
        return not self.reasons and self.pending is None


@dataclass(frozen=True)
class ClockRow:
    title: str
    started_on: date
    stopped_on: date | None
    due_on: date | None
    paused_since: date | None
    provisional: bool
    article: str
    trace: list[dict]
    colour: str
    words: str
    share: int  # how much of the time is gone, 0–100, for the bar
    hour: str  # of a clock counted in hours, the hour at which it ends
    moved: tuple[str, ...]  # pauses and extensions in words


def door_page(actor: Person, kind: Kind, step: str, on: date) -> Asking:
    """What a door asks. Raises Http404 when the kind has no such door, or no law for it on that day."""
    door = next((d for d in kind.doors if d.step == step), None)
    if door is None:
        raise Http404(f"“{kind.title}”没有这个入口。")
    try:
        version = current_book().procedure(door.procedure, on, scope_codes(actor.unit))
    except LawError as error:
        raise Http404(f"{error}。") from error
    if step not in version.steps:
        raise Http404(f"“{version.title}”在{on}的版本没有这个入口。")
    return Asking(kind, version, version.steps[step], actor, on)


def doors(actor: Person, kinds: Iterable[Kind], on: date, *, first: bool = False) -> list[Button]:
    """Every way into the kinds for which there is law on the day; `first`: only the first door of each kind."""
    book, scope = current_book(), scope_codes(actor.unit)
    open_doors = [
        (kind, door)
        for kind in kinds
        for door in (kind.doors[:1] if first else kind.doors)
        if (version := book.procedure_in_force(door.procedure, on, scope))
        and door.step in version.steps
        and not (door.office and actor.unit.parent_id)
    ]
    return [
        Button(
            door.title,
            reverse("matter-open", args=[kind.code, door.step]),
            icon="" if place else "plus",
            primary=not place,
        )
        for place, (kind, door) in enumerate(open_doors)
    ]


_SHOWN = (
    100  # of the matters that a version concerns, the first are worked out on the page; the command tells all
)


def version_named(code: str, effective: str) -> Procedure:
    """A version of a procedure by its code and day. Raises Http404 when the book has none."""
    for version in current_book().procedure_versions.get(code, ()):
        if str(version.effective) == effective:
            return version
    raise Http404("法规库没有这个程序版本。")


def adoption_page(actor: Person, version: Procedure, on: date) -> dict[str, Any]:
    """Which open matters would move to the version, with days before and after, and which stay and why."""
    found = list(adopting.moves(actor, version, on, limit=_SHOWN))
    return {
        "title": f"采用{version.title}",
        "subtitle": f"{version.instrument.title}，{version.effective:%Y-%m-%d} 起施行的版本",
        "version": version,
        "rule": adopting.MOVES[version.transition],
        "moving": [(move, reverse("matter", args=[move.run.matter_id])) for move in found if not move.stays],
        "staying": [(move, reverse("matter", args=[move.run.matter_id])) for move in found if move.stays],
        "number": adopting.candidates(actor, version).count(),
        "may": may_in(actor, Right.ADOPT_LAW, actor.unit_id, on),
        "who": who_may(Right.ADOPT_LAW),
    }


@dataclass(frozen=True)
class HeadlineFact:
    """A fact on top of the page: its title and words; `span` where it needs the whole line."""

    title: str
    words: str
    span: bool = False

    @property
    def unset(self) -> bool:
        return self.words == NOTHING


def headline(record: MatterRecord, standing: Standing | None) -> list[HeadlineFact]:
    """The facts that the record's kind puts on top: columns of the record, parties, officers, answers of steps."""
    kind, family = current_book().kind(record.kind), family_of(record.kind)
    told = []
    for codes in kind.facts:
        found = [_fact(code, kind, family, record, standing) for code in codes.split("+")]
        found = [fact for fact in found if fact is not None]
        if found:
            words = [fact.words for fact in found if fact.words]
            told.append(
                HeadlineFact(found[0].title, "，".join(words) or NOTHING, any(fact.span for fact in found))
            )
    return told + [HeadlineFact(title, words, span=True) for title, words in family.told(record, standing)]


def _fact(
    code: str, kind: Kind, family: Family, record: MatterRecord, standing: Standing | None
) -> HeadlineFact | None:
    if code == "officers":
        current = [o for o in record.matter.officers.all() if o.until is None] if record.matter_id else []
        names = "、".join(o.person.name + ("（主办）" if o.lead else "") for o in current)
        return HeadlineFact("承办人", names)
    role, _, attribute = code.partition(".")
    if role in kind.parties:
        return _party_fact(kind.parties[role], attribute, family, record)
    if code in family.columns:
        title = _number_title(kind, code) or _title(family.columns[code])
        return HeadlineFact(title, column_words(record, code))
    if standing is not None and code in standing.procedure.fields:
        field, value = standing.procedure.fields[code], standing.value(code)
        names = selectors.names_of(value) if field.type == "persons" and value else {}
        words = "" if value in (None, "", []) else str(answer(field, value, names))
        return HeadlineFact(field.title, words, span=len(words) > 40)
    return None


def _party_fact(
    party: Participant, attribute: str, family: Family, record: MatterRecord
) -> HeadlineFact | None:
    """A party's name with its type, or one of its facts: the principal's from the record, another's from its row. None where
    nobody has that role."""
    if party.principal:
        facts = {name: getattr(record, column) for name, column in family.principal.items()}
    else:
        rows = selectors.parties_of(record, party.code)
        if not rows:
            return None
        if party.many and not attribute:
            return HeadlineFact(party.title, "、".join(_with_type(row.name, row.type) for row in rows))
        facts = {name: getattr(rows[0], name) for name in PARTY_COLUMNS}
    if attribute:
        title = f"{party.title}{Party._meta.get_field(attribute).verbose_name}"
        return HeadlineFact(title, facts.get(attribute, ""))
    return HeadlineFact(party.title, _with_type(facts.get("name"), facts.get("type")))


def _with_type(name: str | None, kind: str | None) -> str:
    """“某商行（个体工商户）”; "" without a name."""
    kinds = current_book().party_types
    return f"{name}（{kinds[kind].title}）" if name and kind in kinds else name or ""


def _number_title(kind: Kind, column: str) -> str:
    """What the kind calls the number that its steps draw into the column."""
    for code in kind.procedures:
        for step in current_book().procedure_versions[code][-1].steps.values():
            for record in step.records:
                if record.column == column and record.how == "number":
                    return kind.numbers.get(record.of[0], "")
    return ""


def _title(column) -> str:
    title = str(column.verbose_name)
    return title.replace("（分）", "（元）") if column.name.endswith("_fen") else title


def column_words(record: MatterRecord, name: str) -> str:
    """A column of a record in words, "" when it holds nothing."""
    column, value = record._meta.get_field(name), getattr(record, name)
    if value in (None, ""):
        return ""
    if name.endswith("_fen"):
        return yuan(value)
    if isinstance(column, WordField) or column.choices:
        return str(getattr(record, f"get_{name}_display")())
    if isinstance(value, bool):
        return str(column.verbose_name) if value else ""
    return day(value) if isinstance(value, date) else str(value)


def matter_page(actor: Person, record: MatterRecord, on: date, tab: str) -> dict[str, Any]:
    """Everything the page of a record shows in one of its tabs; a record that came in by ledger has no run to show."""
    tab = tab if tab in dict(TABS) else "work"
    steps = list(selectors.steps_of(record.matter)) if tab == "timeline" and record.matter_id else None
    standing = selectors.standing_for(record, on, steps)
    family = family_of(record.kind)
    # What was filed, and what the ledger tells of everything done, stand for themselves.
    bare = standing is not None and tab in ("archive", "history")
    lines = goods.ledger_of(standing)
    officers = [o for o in record.matter.officers.all() if o.until is None] if record.matter_id else []
    page: dict[str, Any] = {
        "record": record,
        "family": family,
        "kind": current_book().kind(record.kind),
        "tab": tab,
        "tabs": [
            one
            for one in TABS
            if (standing or one[0] not in ("work", "timeline", "archive"))
            and (one[0] != "goods" or tab == "goods" or lines)
        ],
        "state_title": selectors.state_title(record),
        "bare": bare,
        "facts": [] if bare else headline(record, standing),
        "origins": [] if bare else origins_of(record),
        "beside": family.beside(record),
        "officers": officers,
        "may_assign": not may_assign(actor, record, on),
        "standing": standing,
    }
    if standing is None:
        return page | {"entries": list(history_of(record)) if tab == "history" else []}
    folder = record.matter.folder
    if tab == "archive":
        return page | _archive(record, standing, any(o.person_id == actor.pk for o in officers))
    if tab == "history":
        page["entries"] = list(history_of(record, record.matter.runs.all(), evidence_in(folder)))
        if may(actor, Right.SUPERVISE_READING, on):
            page["readings"] = readings.readings_of(record)[:_READINGS_SHOWN]
        return page
    page["path"] = _path(standing)
    clocks = [_clock_row(row, on) for row in selectors.in_order(clocks_in(standing))]
    page["clocks"] = [clock for clock in clocks if not clock.stopped_on]
    page["clocks_stopped"] = [clock for clock in clocks if clock.stopped_on]
    page["moves"] = moves_of(actor, record, on)
    page["may_remind"] = may_remind(actor, record, on)
    if tab == "work":
        pending = [move.turn.proposal for move in page["moves"] if move.turn.kind == TurnKind.OPINION]
        page["groups"] = _actions(actor, record, standing, pending)
    elif tab == "papers":
        page["papers"] = _papers(record, standing, papers_with_scans(folder))
        page["may_scan"] = any(o.person_id == actor.pk for o in officers)
        page["unserved"] = sum(1 for paper in page["papers"] if paper.served.startswith(_NOT_SERVED))
    elif tab == "goods":
        page["goods"] = [(line, goods.WORDS[line.state]) for line in lines]
        page["goods_value"] = goods.value_of(lines)
    elif tab == "evidence":
        page["evidence"] = list(evidence_in(folder))
        page["may_exclude"] = selectors.may_exclude_evidence(actor, record, on)
        page["may_add"] = not getattr(record, family.closed) and any(
            o.person_id == actor.pk for o in officers
        )
    elif tab == "timeline":
        page["timeline"] = _timeline(record, steps)
        if protection.may_read(actor, record, on) and protection.holds(record.matter):
            page["protected"] = record_url(record, "protected")
    return page


def _archive(record: MatterRecord, standing: Standing, works: bool) -> dict[str, Any]:
    """The tab of the file: what was filed, what would be and in which order, what it lacks."""
    stock, closed = archive.Stock(record, standing), bool(getattr(record, family_of(record.kind).closed))
    return {
        "closed": closed,
        "filed": _filed(stock.archives),
        "volumes": archive.volumes_of(stock),
        "wanting": [] if closed else archive.wanting(stock),
        "filing": current_book().kind(record.kind).filing,
        "may_file": works,
    }


def _filed(made: Iterable[Archive]) -> list[dict[str, Any]]:
    """The file and its supplements as they were put together, each item with its pages once it is bound."""
    found = []
    for one in made:
        volumes = [
            {
                "title": volume["title"],
                "groups": [
                    (g["title"], [_filed_item(one, item) for item in g["items"]]) for g in volume["groups"]
                ],
            }
            for volume in one.contents["volumes"]
        ]
        found.append({"archive": one, "volumes": volumes, "unread": len(one.pages.get("unread", {}))})
    return found


def _filed_item(one: Archive, item: Mapping[str, Any]) -> dict[str, Any]:
    first, last = one.pages.get("pages", {}).get(item["key"], (0, 0))
    pages = f"{first}-{last}" if last > first else str(first or "")
    return {**item, "on": date.fromisoformat(item["on"]), "pages": pages}


_READINGS_SHOWN = 50
_NOT_SERVED = "尚未送达"


def _papers(record: MatterRecord, standing: Standing, found: list[Paper]) -> list[Paper]:
    """The papers of the file, each with how it reached the party it is addressed to (`served`) and the scans that prove it (`proof`)."""
    told: dict[int, list[delivery.Delivery]] = {}
    for one in delivery.deliveries(record, standing, found):
        told.setdefault(one.paper.pk, []).append(one)
    for paper in found:
        mine, paper.served, paper.proof = told.get(paper.pk, []), "", []
        if not mine:
            continue
        one = mine[0]
        if len(mine) > 1 and (waiting := [d.addressee for d in mine if d.due]):
            paper.served = f"{_NOT_SERVED}：{'、'.join(waiting)}"
            continue
        if one.service is None:
            paper.served = f"无须送达（{one.excused}）" if one.excused else _NOT_SERVED
            continue
        method = standing.procedure.fields.get("service_method")
        how = (method.choices if method else {}).get(one.service.method, "当场交付")
        paper.served = " ".join(filter(None, (day(one.service.on), how, one.service.receiver)))
        paper.proof = [
            {
                "name": f["name"],
                "url": record_url(
                    record, "attachment", standing.proceeding.pk, one.service.step, f["digest"]
                ),
            }
            for f in one.service.proof
        ]
    return found


def _path(standing: Standing) -> list[Stop]:
    procedure, run = standing.procedure, standing.run
    line = list(procedure.line or procedure.states)
    if run.state not in line:
        visited = standing.visited
        last = max((i for i, s in enumerate(line) if s in visited), default=-1)
        line = [s for s in line[: last + 1] if s in visited] + [run.state]
    at = line.index(run.state)
    return [
        Stop(procedure.states[code].title, "here" if i == at else "done" if i < at else "next")
        for i, code in enumerate(line)
    ]


def _clock_row(row, on: date) -> ClockRow:
    if row.stopped_on:
        colour, words = "plain", f"{row.stopped_on:%Y-%m-%d} 停止"
        if row.due_on and row.stopped_on > row.due_on and row.late not in {"waive", "lift"}:
            colour, words = "red", f"{row.stopped_on:%Y-%m-%d} 停止，已超期"
    elif row.late in {"waive", "lift"} and row.due_on and row.due_on < on:
        # Nobody is late: a period of the party's ran out, or the measure ended itself.
        colour, words = "plain", "已期满自动解除" if row.late == "lift" else "已届满"
    else:
        stands = clock_standing(row.due_on, on, current_book().calendar)
        colour, words = stands.colour, stands.text
    until = row.stopped_on or on
    share = 0
    if row.due_on and row.due_on > row.started_on:
        share = max(0, min(100, 100 * (until - row.started_on).days // (row.due_on - row.started_on).days))
    return ClockRow(
        row.title, row.started_on, row.stopped_on, row.due_on, row.paused_since, row.provisional, row.article,
        row.trace, {"grey": "plain"}.get(colour, colour), words, share, row.due_hour,
        tuple(line["text"] for line in row.trace if line.get("kind") in {"pause", "extension"}),
    )  # fmt: skip


def _actions(
    actor: Person, record: MatterRecord, standing: Standing, waiting: list[Proposal]
) -> dict[str, list[Action]]:
    """Steps of this state in three groups: `moves` (the way on, forward first), `beside` (evidence, measures, records)
    and `others` (somebody else's to take, or about something that is not open)."""
    line = standing.procedure.line
    groups: dict[str, list[Action]] = {"moves": [], "beside": [], "others": []}
    for ref, offer in selectors.offers_for(actor, record, standing):
        step = offer.step
        why_not_me = facts.may_take(actor, record, step, standing.on)
        # Ends of measures that are not open and the like: true, but noise on the page.
        idle = any(r.guard in {"measure", "clock", "once", "order"} for r in offer.refusals) and not step.to
        url = record_url(record, "step", step.code) + (f"?{urlencode({'ref': ref})}" if ref else "")
        reasons = tuple(str(r) for r in offer.refusals) or ((why_not_me,) if why_not_me else ())
        approvers = " → ".join(role_title(r) for r in step.approve)
        pending = next((p for p in waiting if p.step == step.code and (not ref or p.ref in ("", ref))), None)
        about = _measure(standing, ref)
        action = Action(step, url, articles(step.article), approvers, reasons, pending, about)
        group = "others" if why_not_me or idle else "moves" if step.to else "beside"
        groups[group].append(action)
    here = line.index(standing.run.state) if standing.run.state in line else -1
    ahead = {state: place - here for place, state in enumerate(line) if place > here}
    groups["moves"].sort(key=lambda a: ahead.get(a.step.to, len(line)))
    groups["beside"].sort(key=lambda a: not a.allowed)
    return groups


def _measure(standing: Standing, ref: str) -> str:
    """Which of several measures a step is about, in words; "" where there is no choice."""
    measure = standing.run.measures.get(ref)
    if measure is None:
        return ""
    title = standing.procedure.measures[measure.measure].title
    return f"{title}第{ref.partition('#')[2] or 1}项，{measure.opened_on:%Y-%m-%d}"


def _timeline(record: MatterRecord, steps: Iterable[StepTaken]) -> list[dict[str, Any]]:
    """What was done, in order, over every run the matter had (当场查处 before it went over to the ordinary procedure)."""
    told = []
    rows = []
    for _, of_run in groupby(steps, key=lambda row: row.proceeding_id):
        taken = list(of_run)
        run = taken[0].proceeding
        stretches = stretches_of(run)
        rows += [(run, row, procedure_at(stretches, row.seq)) for row in taken]
    names = selectors.names_of(
        {pk for _, row, procedure in rows for pk in people_named(procedure, row.step, row.data)}, record
    )
    for run, row, procedure in rows:
        told.append(
            {
                "row": row,
                "title": procedure.steps[row.step].title,
                "state": procedure.states[row.state].title,
                "facts": answers(procedure, row.step, row.data, names),
                "files": [
                    {
                        "name": f["name"],
                        "url": record_url(record, "attachment", run.pk, row.seq, f["digest"]),
                    }
                    for f in _files(row.data)
                ],
            }
        )
    return told


def _files(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [
        item
        for value in data.values()
        if isinstance(value, list)
        for item in value
        if isinstance(item, dict) and "digest" in item
    ]


def asking(actor: Person, record: MatterRecord, code: str, on: date, ref: str = "") -> Asking:
    """What a step's page asks; `ref`: about which of several measures. Raises Http404 when the matter has no such step."""
    standing = selectors.standing_for(record, on)
    if standing is None or code not in standing.procedure.steps:
        raise Http404(f"{current_book().kind(record.kind).this}没有这个步骤。")
    kind = current_book().kind(record.kind)
    return Asking(kind, standing.procedure, standing.procedure.steps[code], actor, on, record, standing, ref)


def step_page(asked: Asking) -> dict[str, Any]:
    """What stands around the form of a step: article, refusals, approvers, papers, clocks."""
    record, standing, step, on, ref = asked.record, asked.standing, asked.step, asked.on, asked.ref
    offer = standing.offer(step.code, facts.facts_for(asked.situation), ref)
    scope = scope_codes(record.unit)
    return {
        "record": record,
        "family_code": family_of(record.kind).code,
        "step": step,
        "ref": ref,
        "about": _measure(standing, ref),
        "seen": len(standing.events),
        "article": articles(step.article),
        "refusals": offer.refusals,
        "why_not": facts.may_take(asked.actor, record, step, on),
        "approvers": [role_title(code) for code in step.approve],
        "papers": [standing.procedure.form(form, on, scope).title for form in step.issues],
        "starts": [standing.procedure.clocks[s.clock] for s in step.starts],
        "stops": [standing.procedure.clocks[c] for c in step.stops if standing.run.running(c)],
        "back_again": came_back(record, standing, step.code) if step.approve else None,
    }


def what_happened(result: StepTaken | Proposal, step: Step) -> str:
    if isinstance(result, Proposal):
        return f"“{step.title}”已提请{role_title(result.next_role)}审批。"
    papers = f"，已制作文书 {len(step.issues)} 份" if step.issues else ""
    return f"“{step.title}”已办理{papers}。"
