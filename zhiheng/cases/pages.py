"""What the case pages show, put together from selectors: headline facts, path, clocks, actions, timeline."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Role
from zhiheng.accounts.selectors import roles_of, scope_codes
from zhiheng.audit.selectors import history_of
from zhiheng.documents.selectors import evidence_in, papers_in
from zhiheng.law import Citation, Procedure, Step, current_book
from zhiheng.law import standing as clock_standing
from zhiheng.proceedings import selectors as proceedings
from zhiheng.proceedings.engine import Standing, decode, procedure_of
from zhiheng.proceedings.models import Proposal, ProposalState, StepTaken
from zhiheng.ui.lists import Action as Link
from zhiheng.ui.templatetags.zh import day, moment, yuan

from . import facts, selectors
from .importing import Result
from .ledger import Column
from .ledger.money import name as unit_name
from .ledger_table import title_of
from .models import Case, Cause, LedgerImport, Source

TABS = (("work", "办理"), ("papers", "文书"), ("evidence", "证据"), ("timeline", "经过"), ("history", "留痕"))
# The main line drawn on top; side branches appear only when the case is on them.
_LINE = {
    "penalty.ordinary": ("lead", "verifying", "investigating", "investigated", "reviewing", "proposed", "noticing", "noticed", "deliberating", "decided", "served", "performed", "closed", "archived"),
    "penalty.simple": ("found", "told", "served", "performed", "closed", "archived"),
}  # fmt: skip


@dataclass(frozen=True)
class Stop:
    title: str
    kind: str  # done | here | next


@dataclass(frozen=True)
class Action:
    """A step as a button or as a refusal: what it is, its article, who approves, why not."""

    step: Step
    url: str
    article: str
    approvers: str
    reasons: tuple[str, ...]
    pending: Proposal | None = None

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
    moved: tuple[str, ...]  # pauses and extensions in words


def articles(citations: tuple[Citation, ...]) -> str:
    """Articles for the eye, those of one instrument together: 程序规定第18、19条；行政处罚法第42条第1款."""
    by_instrument: dict[str, list[str]] = {}
    for citation in citations:
        number = citation.number + "".join(f"（{part}）" for part in citation.parts)
        by_instrument.setdefault(citation.instrument.short, []).append(number)
    return "；".join(f"{name}第{'、'.join(numbers)}条" for name, numbers in by_instrument.items())


def beginning(actor: Person, procedure: str, on: date) -> Step:
    return next(
        step
        for step in current_book().procedure(procedure, on, scope_codes(actor.unit)).steps.values()
        if step.begins
    )


def case_page(actor: Person, case: Case, on: date, tab: str) -> dict[str, Any]:
    tab = tab if tab in dict(TABS) else "work"
    page: dict[str, Any] = {
        "case": case,
        "tab": tab,
        "tabs": TABS,
        "state_title": selectors.state_title(case),
        "officers": [o for o in case.officers.all() if o.until is None],
        "may_assign": actor.unit_id == case.unit_id and roles_of(actor, on) & {Role.UNIT_HEAD, Role.HANDLER},
    }
    if case.decided_on is not None:
        page["decisions"] = selectors.decisions_of(case)
    standing = selectors.standing_for(case, on)
    page["standing"] = standing
    if standing is not None:
        page["path"] = _path(standing)
        page["clocks"] = [_clock_row(row, on) for row in proceedings.clocks_of(case.proceeding)]
        page["proposals"] = list(proceedings.proposals_of(case.proceeding))
        page["pending"] = [
            _pending(actor, p, standing.procedure, on)
            for p in page["proposals"]
            if p.state == ProposalState.PENDING
        ]
    if tab == "work" and standing is not None:
        page["groups"] = _actions(actor, case, standing, page["proposals"])
    elif tab == "papers":
        page["papers"] = list(papers_in(case.folder)) if case.folder_id else []
    elif tab == "evidence":
        page["evidence"] = list(evidence_in(case.folder)) if case.folder_id else []
        page["may_exclude"] = selectors.may_exclude_evidence(actor, case, on)
        page["may_add"] = case.archived_on is None and any(o.person_id == actor.pk for o in page["officers"])
    elif tab == "timeline" and standing is not None:
        page["timeline"] = _timeline(case)
    elif tab == "history":
        evidence = evidence_in(case.folder) if case.folder_id else ()
        subjects = (case, case.on_spot_proceeding, case.proceeding, *evidence)
        page["entries"] = list(history_of(*filter(None, subjects)))
    return page


def _path(standing: Standing) -> list[Stop]:
    procedure, run = standing.procedure, standing.run
    line = list(_LINE.get(procedure.code, procedure.states))
    visited = {row.state for row in standing.proceeding.steps.only("state")}
    if run.state not in line:
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
        row.trace, {"grey": "plain"}.get(colour, colour), words, share,
        tuple(line["text"] for line in row.trace if line.get("kind") in {"pause", "extension"}),
    )  # fmt: skip


def _pending(actor: Person, proposal: Proposal, procedure: Procedure, on: date) -> dict[str, Any]:
    mine = (
        actor.unit_id == proposal.proceeding.unit_id
        and proposal.next_role in roles_of(actor, on)
        and actor.pk != proposal.proposed_by_id
    )
    return {
        "proposal": proposal,
        "title": procedure.steps[proposal.step].title,
        "waits_for": Role(proposal.next_role).label,
        "mine": mine,
        "own": actor.pk == proposal.proposed_by_id,
    }


def _actions(
    actor: Person, case: Case, standing: Standing, proposals: list[Proposal]
) -> dict[str, list[Action]]:
    """Steps of this state in three groups: `moves` (the way on, forward first), `beside` (evidence, measures, records)
    and `others` (somebody else's to take, or about something that is not open)."""
    waiting = {p.step: p for p in proposals if p.state == ProposalState.PENDING}
    line = _LINE.get(standing.procedure.code, ())
    groups: dict[str, list[Action]] = {"moves": [], "beside": [], "others": []}
    for offer in selectors.offers_for(actor, case, standing):
        step = offer.step
        why_not_me = facts.may_take(actor, case, step, standing.on)
        # Ends of measures that are not open and the like: true, but noise on the page.
        idle = any(r.guard in {"measure", "clock", "once", "order"} for r in offer.refusals) and not step.to
        for ref in offer.refs if len(offer.refs) > 1 else ("",):
            url = reverse("case-step", args=[case.pk, step.code]) + (
                f"?{urlencode({'ref': ref})}" if ref else ""
            )
            reasons = tuple(str(r) for r in offer.refusals) or ((why_not_me,) if why_not_me else ())
            approvers = " → ".join(Role(r).label for r in step.approve)
            action = Action(step, url, articles(step.article), approvers, reasons, waiting.get(step.code))
            group = "others" if why_not_me or idle else "moves" if step.to else "beside"
            groups[group].append(action)
    here = line.index(standing.run.state) if standing.run.state in line else -1
    groups["moves"].sort(key=lambda a: not (a.step.to in line and line.index(a.step.to) > here))
    groups["beside"].sort(key=lambda a: not a.allowed)
    return groups


def _timeline(case: Case) -> list[dict[str, Any]]:
    """What was done, in order; what was done on the spot before the case went over to the ordinary procedure comes first."""
    told = []
    for run in (case.on_spot_proceeding, case.proceeding):
        if run is None:
            continue
        procedure = procedure_of(run.version)
        told += [
            {
                "row": row,
                "title": procedure.steps[row.step].title,
                "state": procedure.states[row.state].title,
                "facts": _answers(row.data, procedure.steps[row.step], row.on),
                "files": row.data.get("attachments", []),
            }
            for row in proceedings.steps_of(run)
        ]
    return told


def _answers(data: dict, step: Step, on: date) -> list[tuple[str, Any]]:
    """A step's answers as label and words, in the order its page asks them; with those its papers asked for."""
    book = current_book()
    own = {field.code: field for form in step.issues for field in book.form(form, on).fields}
    order = {code: n for n, code in enumerate((*step.asks, *step.may_ask, *own))}
    answers = sorted(decode(book, data).items(), key=lambda answer: order.get(answer[0], len(order)))
    told = []
    for code, value in answers:
        if code == facts.ATTESTED:
            told.append(("确认", "；".join(book.guards[name].asks for name in value if name in book.guards)))
        elif field := book.fields.get(code) or own.get(code):
            told.append((field.title, _answer(field, value)))
    return told


def _answer(field, value) -> Any:
    if field.type == "money":
        return f"{yuan(value)} 元"
    if field.type == "date":
        return day(value)
    if field.type == "datetime":
        return moment(value)
    if field.type == "bool":
        return "是" if value else "否"
    if field.code == "cause":
        return Cause(value).label if value in Cause.values else value
    if field.code == "source":
        return Source(value).label if value in Source.values else value
    if field.type == "choice":
        return dict(field.choices).get(value, value)
    if field.type == "choices":
        choices = dict(field.choices)
        return "、".join(choices.get(v, v) for v in value)
    if field.type == "persons":
        return "、".join(selectors.names_of(value))
    if field.type in {"list", "file"} and isinstance(value, list):
        return "\n".join(_item(item) for item in value)
    return value


def _item(item) -> str:
    if not isinstance(item, dict):
        return str(item)
    if "q" in item:
        return f"问：{item['q']}\n答：{item['a']}"
    if "digest" in item:
        return item["name"]
    return "｜".join(str(v) for v in item.values() if v not in ("", None))


def step_page(actor: Person, case: Case, code: str, on: date, ref: str) -> dict[str, Any]:
    standing = selectors.standing_for(case, on)
    if standing is None or code not in standing.procedure.steps:
        raise Http404("本案没有这个步骤。")
    step = standing.procedure.steps[code]
    known = facts.facts_for(facts.Situation(case=case, on=on, actor=actor, step=step, standing=standing))
    offer = standing.offer(code, known, ref)
    book = current_book()
    why_not = facts.may_take(actor, case, step, on)
    return {
        "case": case,
        "standing": standing,
        "step": step,
        "ref": ref,
        "seen": len(standing.events),
        "article": articles(step.article),
        "refusals": offer.refusals,
        "why_not": why_not,
        "approvers": [Role(code).label for code in step.approve],
        "papers": [book.form(form, on).title for form in step.issues],
        "starts": [standing.procedure.clocks[s.clock] for s in step.starts],
        "stops": [standing.procedure.clocks[c] for c in step.stops if standing.run.running(c)],
    }


def proposal_page(actor: Person, case: Case, proposal: Proposal, on: date) -> dict[str, Any]:
    standing = selectors.standing_for(case, on)
    step = standing.procedure.steps[proposal.step]
    page = {
        "case": case,
        "proposal": proposal,
        "step": step,
        "article": articles(step.article),
        "told": _answers(proposal.data, step, proposal.proposed_on),
        "opinions": list(proposal.opinions.select_related("person")),
    }
    return page | (
        _pending(actor, proposal, standing.procedure, on)
        if proposal.next_role
        else {"mine": False, "own": False}
    )


@contextmanager
def upload_on_disk(upload) -> Iterator[Path]:
    """The upload as a file with its own ending, gone afterwards: the readers work on paths."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / f"upload{Path(upload.name).suffix.lower()}"
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        yield path


_SHOWN = 100  # of a long ledger the first are shown; the rejects file has all


_ANSWER = "answer:"  # before the name of a column in the form of questions


def ledger_result(result: Result) -> dict[str, Any]:
    """What a dry run found: counts, columns as understood, the first changes, reasons and remarks in words."""
    ledger = result.ledger
    return {
        "result": result,
        "rejected": ledger.rejected[:_SHOWN],
        "more_rejected": max(0, len(ledger.rejected) - _SHOWN),
        "changes": [
            (change.title, change.place, [_told(name, *values) for name, values in change.values.items()])
            for change in result.changes[:_SHOWN]
        ],
        "more_changes": max(0, len(result.changes) - _SHOWN),
        "remarks": ledger.remarks[:_SHOWN],
        "more_remarks": max(0, len(ledger.remarks) - _SHOWN),
        "notes": ledger.notes,
        "header": _header(ledger.header),
        "asks": [(f"{_ANSWER}{ask.sheet}/{ask.column}", ask) for ask in ledger.asks],
        "sums": ledger.sums,
        "unknown": list(dict.fromkeys(c.printed for c in ledger.header if c.field is None)),
        "sheets": len({column.sheet for column in ledger.header}) > 1,
    }


def ledger_answers(data: Mapping[str, str]) -> dict[str, str]:
    """The answers in a form sent from the dry run's page: "sheet/column" → choice."""
    return {
        name.removeprefix(_ANSWER): answer
        for name, answer in data.items()
        if name.startswith(_ANSWER) and answer
    }


def _header(columns: Iterable[Column]) -> list[tuple[str, str, str, str]]:
    """(header, taken as, unit, sheets) of every column once, those nobody knows first; taken as "" when unknown."""
    sheets: dict[tuple[str, str | None], list[str]] = {}
    units: dict[tuple[str, str | None], str] = {}
    for column in columns:
        unit = f"{unit_name(column.fen_per_unit)}（{column.unit_from}）" if column.fen_per_unit else ""
        units.setdefault((column.printed, column.field), unit)
        sheets.setdefault((column.printed, column.field), []).append(column.sheet)
    known = [
        (printed, field_title(name), units[printed, name], "、".join(where))
        for (printed, name), where in sheets.items()
    ]
    return sorted(known, key=lambda item: item[1] != "")


def field_title(name: str | None) -> str:
    """What a ledger's column was taken for, in the officer's words; "" for one nobody knows."""
    name = {"party_operator": "legal_rep"}.get(name, name)
    return title_of(name) if name in _CASE_COLUMNS else _OTHER_FIELDS.get(name, "")


_CASE_COLUMNS = frozenset(field.name for field in Case._meta.get_fields())
_OTHER_FIELDS = {
    "penalty_text": "处罚内容",
    "handlers": "承办人",
    "status": "状态",
    "confirmed": "以本行为准",
}


def _told(name: str, was: Any, becomes: Any) -> str:
    return f"{title_of(name)}：{_words(name, was)} → {_words(name, becomes)}"


def _words(name: str, value: Any) -> str:
    if value is None or value == "" or value == {}:
        return "（空）"
    if name.endswith("_fen"):
        return f"{yuan(value)} 元"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, dict):
        return "；".join(f"{key} {text}" for key, text in value.items())
    if name == "state":
        return selectors.state_titles().get(value, value)
    return str(dict(Case._meta.get_field(name).flatchoices).get(value, value))


def ledger_actions(record: LedgerImport) -> list[Link]:
    """What one may do with an import: mend what came back, see what came in, fetch the file."""
    actions = [Link("下载原文件", reverse("ledger_file", args=[record.pk, "original"]), icon="download")]
    if record.imported or record.changed:
        actions.append(Link("查看案件", f"{reverse('cases')}?ledger={record.pk}"))
    if record.rejects_digest:
        actions.append(
            Link(
                "下载退回表",
                reverse("ledger_file", args=[record.pk, "rejects"]),
                icon="download",
                primary=True,
            )
        )
    return actions


def what_happened(result: StepTaken | Proposal, step: Step) -> str:
    if isinstance(result, Proposal):
        return f"“{step.title}”已提请{Role(result.next_role).label}审批。"
    papers = f"，已制作文书 {len(step.issues)} 份" if step.issues else ""
    return f"“{step.title}”已办理{papers}。"
