"""Every page asks the database at most twelve times, at any length of what it shows: the whole address table is walked, with
every kind of matter and of record, once with one row of everything and once with sixty more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date, timedelta

import pytest
from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.architecture.test_urls import addresses
from tests.casework import ANSWERS, Worker
from tests.drafting import CONSULTED, DRAFT, TextWorker
from tests.publishing import published
from tests.records import rows
from tests.world import make_person, sign_in
from zhiheng.accounts.models import Confirmation
from zhiheng.accounts.rights import Role
from zhiheng.audit.models import Entry
from zhiheng.cases.models import Case, LedgerImport
from zhiheng.documents.models import Evidence, Paper
from zhiheng.enforcement.models import FoundFault, Letter, UnitLetter
from zhiheng.exchange.models import Incoming, Outgoing, Partner
from zhiheng.figures.models import FrozenFigure, Snapshot
from zhiheng.figures.registry import registered as figures
from zhiheng.jobs.models import Job
from zhiheng.law import Kind, current_book
from zhiheng.law.kinds import Door
from zhiheng.matters import readings
from zhiheng.matters import services as matters
from zhiheng.matters.models import Matter, Proposal
from zhiheng.matters.pages import TABS
from zhiheng.plans.models import Plan, Task
from zhiheng.registers.declaration import Register
from zhiheng.registers.declaration import registered as registers
from zhiheng.registers.models import Attachment, RecordImport
from zhiheng.reports import releasing
from zhiheng.reports.claims import read as claims_of
from zhiheng.reports.models import (
    Contribution,
    HeldText,
    Highlight,
    ManualFigure,
    PhraseVariant,
    ReceivedReturn,
    Release,
    ReleaseState,
)
from zhiheng.reports.periods import Period
from zhiheng.reports.received import RECEIVED as REPORTED
from zhiheng.reviews.models import CaseDraw, LegalRequest
from zhiheng.rulemaking import drafting
from zhiheng.rulemaking.background import GROUP
from zhiheng.rulemaking.models import Project
from zhiheng.screening import running
from zhiheng.screening.models import (
    Application,
    ApplicationAct,
    DrawingFile,
    Group,
    ReceivedList,
    ResultFile,
    Run,
)
from zhiheng.screening.tests.received import RECEIVED, as_csv, of, received_and_split, register, row, take_in
from zhiheng.workbench.exports import EXPORT

pytestmark = pytest.mark.django_db

LIMIT, ROWS = 12, 60
# Addresses that show no page: files that are fetched, what is only sent, papers of received lists, which have none.
NO_PAGE = re.compile(
    r"/(docx|json|pdf|open-data|explanation|steps/<slug:code>/preview|open/<str:kind>/<slug:door>/preview|xlsx|file|withdraw|remind|revoke|drafts|template\.xlsx"
    r"|rejects|thumbnail|package|receipt|import/read|confirm|answer|check|files|active|original|feedback-file|repeat|pack\.docx|pack\.<slug:form>|draft|hold|take-in/<slug:kind>/<int:number>|sign-out|bind|supplement)/?$"
    r"|<slug:(which|digest|part)>|papers/<slug:code>\.docx$|^screening/jobs/<int:pk>/feedback/$|^screening/<int:pk>/papers/|scans/<int:scan_pk>/$|files/<int:file_pk>/$|papers/<int:paper_pk>/$|^demonstration-day/$|roles/<int:grant_pk>/end/$"
)
TEXT = "江州市知识产权局2024年法治建设情况\n2024年，全市查处商标侵权案件{}件，案值{}.5万元。\n"


@pytest.fixture(autouse=True)
def readings_are_counted_apart(monkeypatch):
    """The first page of a file leaves a reading: one statement in ten minutes (`test_readings_are_kept_and_sealed`), whichever page
    happens to be opened first."""
    monkeypatch.setattr(readings, "note", lambda **_: None)


def more_of_everything(world, many: int) -> None:
    """So many more rows of whatever a page lists."""
    unit, planner = world.a.unit, world.city.planner
    rows(
        Case, many, unit=unit, title=lambda n: f"第{n}案", party_name=lambda n: f"某{n}商行", party_type="organisation",
        cause="other", state="ledger_closed", decided_on=date(2024, 3, 4),
    )  # fmt: skip
    added = [make_person(unit, f"duo-{many}-{number}", f"人{number}", Role.HANDLER) for number in range(many)]
    rows(
        Confirmation,
        many,
        person=lambda n: added[n % many],
        asked_by=world.a.admin,
        role=Role.LEADER,
        since=date(2024, 1, 1),
    )
    draft_with_comments(world, many)
    for kind in (*current_book().kinds_of("case"), *current_book().kinds_of("text")):
        for door in kind.doors:
            for number in range(max(many // 12, 1)):
                begin(world, kind, door, f"{kind.title}{door.title}{many}-{number}")
    for number in range(max(many // 12, 1)):
        work = Worker(world.a)
        work.register(title=f"提请的案件{many}-{number}")
        work.step("start_verification")
        work.step("record_inspection")
        work.propose("file_case")
    for one in registers():
        above = {one.parent: _parent(one)} if one.parent else {}
        number = {
            "number": lambda n: n,
            "first": lambda n: date(1990 + n, 1, 1),
            "last": lambda n: date(1990 + n, 1, 2),
        }
        year = {
            "year": lambda n: 1900 + n,
            "reached_on": lambda n: date(2024, 1, 1) + timedelta(n),
            "reported_on": lambda n: date(2024, 1, 1) + timedelta(n),
            "reviewer": planner,
            "partner": _another_partner if one.code in ("outgoing", "incoming") else (lambda n: f"对方{n}"),
            "account": world.a.handler,
            "ended_how": "",
            "sender": world.city.unit,
        }
        made = rows(one.model, many, unit=unit, **above, **(number if one.code == "returns" else {}), **year)
        kind = one.label
        for attached in made[:1] * many:
            rows(Attachment, 1, kind=kind, record_id=attached.pk, added_by=world.a.handler)
        rows(RecordImport, many, kind=one.label, unit=unit, made_by=planner, taken_on=date(2024, 3, 4))
    TextWorker(world.a, title=f"已经审查的文件{many}").to_fair()
    rows(LedgerImport, many, unit=unit, made_by=planner)
    rows(Snapshot, many, unit=world.city.unit, published_by=planner)
    texts = rows(
        HeldText, many, unit=world.city.unit, made_by=planner, year=2024, text=lambda n: TEXT.format(n, n)
    )
    rows(PhraseVariant, many, unit=world.city.unit, made_by=planner, text=texts[0])
    rows(Job, many, made_by=planner, kind="ledger")
    rows(
        Job, many, made_by=world.a.handler, kind=EXPORT, title="导出表格", asked={"address": "/cases/?q=商行"}
    )
    more_of_filings(world, many)
    rows(Job, many, made_by=world.city.auditor, kind="verify")
    published(world.city, 2024, on=date(2025, 1, 6), though_empty=True)
    draft_of_a_report(world, many)


def draft_of_a_report(world, many: int) -> None:
    """The draft of a year's report with so much more written into it of all that a draft is written from, and waiting beside it."""
    unit, planner, on, day = world.city.unit, world.city.planner, date(2024, 1, 6), date(2023, 5, 4)
    draft = Release.objects.filter(state=ReleaseState.DRAFTED).first()
    draft = draft or releasing.begin(actor=planner, period=Period(2023), on=on)
    told = {"part": "行政保护", "taken_into": lambda n: draft.pk if n % 2 else None}
    number = lambda n: f"发布典型案例{n + 7}件。"  # noqa: E731
    written = rows(Highlight, 2 * many, unit=unit, happened_on=day, text=number, origin_no=None, **told)
    for other in (world.a.unit, world.b.unit):
        written += rows(
            Contribution, 2 * many, unit=other, year=2023, span="", said=number, sent_on=on, **told
        )
    entered = rows(ManualFigure, many, unit=unit, first=day, last=day, value="12", measure="场")
    held = ReceivedReturn.objects.filter(unit=unit, last=date(2023, 12, 31)).values_list(
        "indicator", flat=True
    )
    told_already, plain = set(held), [code for code, one in REPORTED.items() if one.id == code]
    received = [one for one in plain if not REPORTED[one].measure.money and one not in told_already][:many]
    left = iter(received)
    rows(
        ReceivedReturn, len(received), unit=unit, first=date(2023, 1, 1), last=date(2023, 12, 31), number=41,
        indicator=lambda _: next(left),
    )  # fmt: skip
    for one in (*written, *entered, *ReceivedReturn.objects.all())[::2]:
        rows(Attachment, 1, kind=one._meta.label_lower, record_id=one.pk, added_by=planner)
    lines = [
        "{unit}情况如下。", "# 主要工作", "## 行政保护",
        *(one.text if isinstance(one, Highlight) else one.said for one in written if one.taken_into),
        *(f"开展培训{{{one.place}}}场。" for one in ManualFigure.objects.filter(unit=unit, last=day)),
        *(f"另有{{{code}}}{REPORTED[code].unit}。" for code in received),
    ]  # fmt: skip
    releasing.reword(actor=planner, release=draft, on=on, title="文稿", wording="\n".join(lines))


def _another_partner(number: int) -> Partner:
    """Each package of a letter goes to another partner."""
    return Partner.objects.order_by("pk")[number]


def _parent(one: Register):
    """The record above: the same for all, unless a unit has one record below each."""
    above = one.parent_register.model.objects.order_by("pk")
    if set(one.key) <= {one.parent, "unit"}:
        held = list(above)
        return lambda n: held[n]
    return above.first()


def more_of_filings(world, many: int) -> None:
    """So many more lists, and applications of one of them, screened."""
    received = ReceivedList.objects.first()
    if received is None:
        received = received_and_split(world)
        running.run(actor=world.city.handler, received=received, on=RECEIVED, asked={})
        matters.add_evidence(
            actor=world.city.handler,
            record=received,
            on=RECEIVED,
            name="来函",
            kind="documentary",
            source="来函",
            proves="名单来源",
            collected_on=RECEIVED,
        )
        rows(Paper, 1, folder=received.matter.folder, made_by=world.city.handler)
        job = Job(
            kind="list-screening",
            made_by=world.city.handler,
            asked={"list": received.pk},
            title="筛查",
            made_at=timezone.now(),
        )
        job.save()
    rows(ResultFile, max(many // 4, 1), received=received, made_by=world.city.handler)
    rows(DrawingFile, max(many // 4, 1), received=received, made_by=world.city.handler)
    for number in range(max(many // 12, 1)):
        other = register(world, title=f"另一份名单{many}-{number}")
        said = {"data": {"reason": "重复登记"}, "on": RECEIVED}
        matters.take_step(actor=world.city.handler, record=other, step="end_list", **said)
    take_in(world, received, as_csv([row(n) for n in range(1000, 1000 + many)]), f"更多{many}.csv")
    remind = {
        "act": "remind",
        "by": world.city.handler,
        "on": date(2024, 3, 4),
        "data": lambda n: {"text": "催办"},
        "stage": "assigned",
    }
    rows(ApplicationAct, many, application=of(received, 1), **remind)


def draft_with_comments(world, many: int) -> None:
    """A draft before the public, with so many comments and as many versions."""
    work = TextWorker(world.a, title=f"征求意见的文件{many}")
    for number in range(many):
        work.write(f"{DRAFT}\n第六条 第{number}稿。\n")
    work.take("consult", CONSULTED)
    for number in range(many):
        work.comment(f"{number * 7919}：第四条的期限不合适。", provision="第四条", address=f"10.0.{number}.1")
    rows(
        Job, many, made_by=work.handler, kind=GROUP, title="归并相近意见", asked={"project": work.project.pk}
    )
    stopping = TextWorker(world.a, title=f"提请终止的文件{many}")
    given = {"actor": stopping.handler, "record": stopping.project, "on": CONSULTED}
    matters.add_evidence(
        **given,
        name="调研报告",
        kind="documentary",
        source="本局",
        proves="没有制定的必要",
        collected_on=CONSULTED,
    )
    matters.take_step(**given, step="stop_drafting", data={"reason": "没有制定的必要。"})


def begin(world, kind: Kind, door: Door, title: str) -> None:
    """A matter of the kind through one of its doors; what the cast has no answer for is answered after the field's type."""
    version = current_book().procedure_versions[door.procedure][-1]
    work = Worker(world.a, max(date(2024, 3, 4), version.effective))
    step = version.steps[door.step]
    given = {"title": title}
    for code in (*step.asks, *step.may_ask):
        field = version.field_of(step.code, code)
        if code == "cause":
            given[code] = kind.causes[0]
        elif field.type == "choice" and code not in ANSWERS:
            given[code] = next(iter(dict(field.choices)))
        elif code in step.asks and code not in work.data(step):
            given[code] = work.on if field.type == "date" else field.title
    work.register(door.procedure, kind=kind.code, **given)


def values(world) -> dict[str, list[dict]]:
    """What stands in the addresses that name something: route → the arguments, one for each thing of its kind."""
    book = current_book()
    worked = [
        Case.objects.filter(kind=kind.code, matter__isnull=False).last() for kind in book.kinds_of("case")
    ]
    waiting = Proposal.objects.filter(proceeding__matter__kind="penalty").last()
    its_case = Case.objects.get(matter=waiting.proceeding.matter_id)
    found = [*worked, its_case, Case.objects.filter(matter=None).first()]
    held = list(HeldText.objects.order_by("pk"))
    snapshot = Snapshot.objects.filter(figures__isnull=False).first()
    told = {
        "audit/<int:seq>/": [{"seq": Entry.objects.order_by("seq").last().seq}],
        "law/procedures/<str:code>/": [{"code": code} for code in book.procedure_versions],
        "law/articles/": [{"?q": "商标法 57"}],
        "law/penalties/<slug:code>/": [{"code": next(iter(book.fine_versions))}],
        "law/instruments/<slug:code>/": [{"code": code} for code in book.instruments],
        "law/instruments/<slug:code>/changes/": [{"code": code} for code in book.instruments],
        "law/instruments/<slug:code>/touched/<str:number>/": touched(book),
        "law/calendars/<int:year>/": [{"year": 2024}],
        "law/forms/<slug:code>/": [{"code": next(iter(book.form_versions))}],
        "law/deadline/<str:code>/<slug:clock>/": [
            {"code": code, "clock": next(iter(versions[-1].clocks))} for code, versions in book.procedure_versions.items()
        ],
        "cases/ledgers/jobs/<int:pk>/": [{"pk": Job.objects.filter(kind="ledger").first().pk}],
        "exports/<int:pk>/": [{"pk": Job.objects.filter(kind=EXPORT).first().pk}],
        "audit/checks/<int:pk>/": [{"pk": Job.objects.filter(kind="verify").first().pk}],
        "cases/ledgers/<int:pk>/": [{"pk": LedgerImport.objects.first().pk}],
        "cases/<int:pk>/": [{"pk": case.pk, "?tab": tab} for case in found for tab, _ in TABS],
        "cases/<int:pk>/discretion/": [{"pk": case.pk} for case in worked],
        "cases/<int:pk>/file-review/": [{"pk": case.pk} for case in worked],
        "cases/<int:pk>/relations/": [{"pk": case.pk} for case in worked],
        "cases/draws/<int:pk>/": [{"pk": CaseDraw.objects.order_by("pk").first().pk}],
        "cases/<int:pk>/evidence/<int:evidence_pk>/": [
            {"pk": its_case.pk, "evidence_pk": Evidence.objects.filter(folder=its_case.matter.folder).first().pk}
        ],
        "cases/<int:pk>/steps/<slug:code>/": [
            {"pk": case.pk, "code": code} for case in (*worked, its_case) for code in steps_here(case)
        ],
        "cases/<int:pk>/steps/<slug:code>/parties/": [
            {"pk": case.pk, "code": code, "?q": "重庆"} for case in (*worked, its_case) for code in steps_here(case)
        ],
        "cases/<int:pk>/proposals/<int:proposal_pk>/": [{"pk": its_case.pk, "proposal_pk": waiting.pk}],
        "cases/<int:pk>/proposals/<int:proposal_pk>/countersign/": [
            {"pk": its_case.pk, "proposal_pk": waiting.pk}
        ],
        "cases/<int:pk>/proposals/<int:proposal_pk>/preview/": [{"pk": its_case.pk, "proposal_pk": waiting.pk}],
        "cases/<int:pk>/officers/": [{"pk": case.pk} for case in worked],
        "cases/<int:pk>/protected/": [{"pk": case.pk} for case in worked],
        "cases/<int:pk>/papers/<int:paper_pk>/scan/": [
            {"pk": its_case.pk, "paper_pk": its_case.matter.folder.papers.first().pk}
        ],
        "cases/<int:pk>/evidence/new/": [{"pk": its_case.pk}],
        "cases/<int:pk>/evidence/<int:evidence_pk>/exclude/": [
            {"pk": its_case.pk, "evidence_pk": Evidence.objects.filter(folder=its_case.matter.folder).first().pk}
        ],
        "matters/<int:pk>/": [{"pk": Matter.objects.last().pk}],
        "matters/adoption/<str:code>/<str:effective>/": [
            {"code": code, "effective": str(versions[-1].effective)} for code, versions in book.procedure_versions.items()
        ],
        "matters/open/<str:kind>/<slug:door>/": [
            {"kind": kind.code, "door": door.step} for kind in book.kinds.values() for door in kind.doors
        ],
        "matters/open/<str:kind>/<slug:door>/parties/": [
            {"kind": kind.code, "door": door.step, "?q": "重庆"} for kind in book.kinds.values() for door in kind.doors
        ],
        "reports/reconcile/variants/<int:pk>/": [{"pk": PhraseVariant.objects.first().pk}],
        "reports/reconcile/<int:pk>/": [{"pk": held[0].pk}],
        "reports/reconcile/<int:pk>/claims/<int:start>/": [{"pk": held[0].pk, "start": claims_of(held[0].text).claims[0].start}],
        "reports/reconcile/<int:pk>/against/<int:other_pk>/": [{"pk": held[0].pk, "other_pk": held[-1].pk}],
        "reports/snapshots/<int:pk>/": [{"pk": snapshot.pk}],
        "reports/snapshots/<int:pk>/figures/<path:figure_id>/": [
            {"pk": frozen.snapshot_id, "figure_id": frozen.figure} for frozen in FrozenFigure.objects.all()
        ],
        "reports/<period:period>/": [{"period": 2024}, {"period": "2024h1"}, {"period": "2024q3"}],
        "reports/<period:period>/overview/": [{"period": 2024}, {"period": "2024q3"}],
        "reports/<period:period>/return/": [{"period": 2024}],
        "reports/<period:period>/figures/<str:figure_id>/": [{"period": 2024, "figure_id": one.id} for one in figures()],
        "reports/releases/<int:pk>/": [{"pk": one.pk} for one in Release.objects.all()],
        "reports/releases/<int:pk>/words/": [{"pk": Release.objects.first().pk}],
        "people/<int:pk>/": [{"pk": world.a.handler.pk}],
        "people/confirmations/<int:pk>/": [{"pk": Confirmation.objects.order_by("pk").first().pk}],
    }  # fmt: skip
    told["people/<int:pk>/certificates/<int:certificate_pk>/revoke/"] = [
        {"pk": world.a.handler.pk, "certificate_pk": world.a.handler.certificates.get().pk}
    ]
    told |= of_texts()
    for page in ("board", "timeline", "remedies"):
        told[f"plans/<int:pk>/{page}/"] = [{"pk": Plan.objects.order_by("pk").first().pk}]
    told["exchange/outgoing/<int:pk>/again/"] = [{"pk": Outgoing.objects.order_by("pk").first().pk}]
    told["exchange/incoming/<int:pk>/take-in/"] = [{"pk": Incoming.objects.order_by("pk").first().pk}]
    told["inspections/faults/<int:pk>/case/"] = [{"pk": FoundFault.objects.order_by("pk").first().pk}]
    told["inspections/unit-letters/<int:pk>/case/"] = [{"pk": UnitLetter.objects.order_by("pk").first().pk}]
    told["inspections/letters/<int:pk>/case/"] = [{"pk": Letter.objects.order_by("pk").first().pk}]
    told["reports/<period:period>/districts/"] = [{"period": 2024}]
    told["plans/tasks/<int:pk>/hand-down/"] = [{"pk": Task.objects.order_by("pk").first().pk}]
    for page in ("change/", "password/", "roles/new/", "certificates/new/"):
        told[f"people/<int:pk>/{page}"] = told["people/<int:pk>/"]
    return told | of_registers() | of_filings()


def of_filings() -> dict[str, list[dict]]:
    """Received lists and their applications."""
    received, one = ReceivedList.objects.first(), Application.objects.filter(groups__gt=0).first()
    here, application = {"pk": received.pk}, "screening/applications/<int:pk>/"
    file, run = {**here, "file_pk": received.files.first().pk}, {**here, "run_pk": Run.objects.first().pk}
    waiting = Proposal.objects.filter(step="end_list").last()
    ending = ReceivedList.objects.get(matter=waiting.proceeding.matter_id)
    told = {
        f"screening/<int:pk>/{page}": [here]
        for page in (
            "import/", "feedback/", "split/", "runs/", "drawings/", "results/", "officers/", "evidence/new/", "protected/",
        )
    }  # fmt: skip
    told["screening/<int:pk>/"] = [{**here, "?tab": tab} for tab, _ in TABS]
    return told | {
        "screening/<int:pk>/import/<int:file_pk>/": [file],
        "screening/<int:pk>/results/<int:file_pk>/": [{**here, "file_pk": received.result_files.first().pk}],
        "screening/<int:pk>/papers/<int:paper_pk>/scan/": [
            {**here, "paper_pk": Paper.objects.filter(folder=received.matter.folder).first().pk}
        ],
        "screening/<int:pk>/proposals/<int:proposal_pk>/": [{"pk": ending.pk, "proposal_pk": waiting.pk}],
        "screening/<int:pk>/proposals/<int:proposal_pk>/countersign/": [
            {"pk": ending.pk, "proposal_pk": waiting.pk}
        ],
        "screening/<int:pk>/proposals/<int:proposal_pk>/preview/": [
            {"pk": ending.pk, "proposal_pk": waiting.pk}
        ],
        "screening/<int:pk>/evidence/<int:evidence_pk>/": [
            {**here, "evidence_pk": Evidence.objects.get(folder=received.matter.folder).pk}
        ],
        "screening/<int:pk>/evidence/<int:evidence_pk>/exclude/": [
            {**here, "evidence_pk": Evidence.objects.get(folder=received.matter.folder).pk}
        ],
        "screening/<int:pk>/runs/<int:run_pk>/": [run],
        "screening/<int:pk>/steps/<slug:code>/": [{**here, "code": code} for code in steps_here(received)],
        "screening/<int:pk>/steps/<slug:code>/parties/": [
            {**here, "code": code} for code in steps_here(received)
        ],
        "screening/groups/<int:pk>/": [{"pk": Group.objects.order_by("number").first().pk}],
        "screening/jobs/<int:pk>/": [{"pk": Job.objects.filter(kind="list-screening").last().pk}],
        application: [{"pk": one.pk}],
        f"{application}do/<slug:code>/": [{"pk": one.pk, "code": "remind"}],
        "screening/applications/do/<slug:code>/": [{"code": code} for code in ("remind", "contact")],
    }


def of_texts() -> dict[str, list[dict]]:
    """The pages of texts being made, of one before the public and of one of each kind; and of lawyers, whom nobody asked here."""
    before = Project.objects.filter(comment_groups__isnull=False).last()
    made = [Project.objects.filter(kind=kind.code).last() for kind in current_book().kinds_of("text")]
    group, comment = before.comment_groups.first(), before.comments.first()
    waiting = Proposal.objects.filter(step="stop_drafting").last()
    stopping = Project.objects.get(matter=waiting.proceeding.matter_id)
    proposal = {"pk": stopping.pk, "proposal_pk": waiting.pk}
    evidence = Evidence.objects.filter(folder=stopping.matter.folder).first()
    asked = LegalRequest.objects.first()
    paper = Paper.objects.filter(form="TXT-FCR").last()
    reviewed = Project.objects.get(matter__folder=paper.folder_id)
    article = drafting.read(drafting.latest(before)).articles()[0].id
    one = "rulemaking/<int:pk>/"
    told = {
        one: [{"pk": text.pk, "?tab": tab} for text in (*made, before) for tab, _ in TABS],
        f"{one}steps/<slug:code>/": [
            {"pk": text.pk, "code": code} for text in (*made, before) for code in steps_here(text)
        ],
        f"{one}steps/<slug:code>/parties/": [
            {"pk": text.pk, "code": code} for text in (*made, before) for code in steps_here(text)
        ],
        f"{one}proposals/<int:proposal_pk>/": [proposal],
        f"{one}proposals/<int:proposal_pk>/countersign/": [proposal],
        f"{one}proposals/<int:proposal_pk>/preview/": [proposal],
        f"{one}evidence/<int:evidence_pk>/": [{"pk": stopping.pk, "evidence_pk": evidence.pk}],
        f"{one}evidence/<int:evidence_pk>/exclude/": [{"pk": stopping.pk, "evidence_pk": evidence.pk}],
        "reviews/counsel/<int:pk>/": [{"pk": asked.pk}],
        "reviews/counsel/<int:pk>/conflict/": [{"pk": asked.pk}],
        f"{one}papers/<int:paper_pk>/scan/": [{"pk": reviewed.pk, "paper_pk": paper.pk}],
        f"{one}officers/": [{"pk": before.pk}],
        f"{one}protected/": [{"pk": before.pk}],
        f"{one}evidence/new/": [{"pk": before.pk}],
        f"{one}text/": [{"pk": before.pk}, {"pk": made[0].pk}],
        f"{one}text/write/": [{"pk": before.pk}],
        f"{one}text/articles/<slug:provision>/": [{"pk": before.pk, "provision": article}],
        f"{one}text/notes/<slug:provision>/": [{"pk": before.pk, "provision": article}],
        f"{one}text/<int:seq>/changes/": [{"pk": before.pk, "seq": 1}],
        f"{one}text/<int:seq>/decision/": [{"pk": before.pk, "seq": 1}],
        f"{one}text/follow/": [{"pk": before.pk}],
        f"{one}text/explanation/": [{"pk": before.pk}],
        f"{one}comments/": [{"pk": before.pk}],
        f"{one}comments/group/": [{"pk": before.pk}],
        f"{one}comments/group/<int:job_pk>/": [
            {"pk": job.asked["project"], "job_pk": job.pk} for job in Job.objects.filter(kind=GROUP)[:1]
        ],
        f"{one}comments/all/": [{"pk": before.pk}],
        f"{one}comments/table/": [{"pk": before.pk}],
        f"{one}comments/unit/": [{"pk": before.pk}],
        f"{one}comments/unit/file/": [{"pk": before.pk}],
        f"{one}comments/many/": [{"pk": before.pk}],
        f"{one}comments/groups/<int:group_pk>/": [{"pk": before.pk, "group_pk": group.pk}],
        f"{one}comments/groups/<int:group_pk>/join/": [{"pk": before.pk, "group_pk": group.pk}],
        f"{one}comments/<int:comment_pk>/apart/": [{"pk": before.pk, "comment_pk": comment.pk}],
        f"{one}comments/<int:comment_pk>/moderate/": [{"pk": before.pk, "comment_pk": comment.pk}],
        "consultations/<int:pk>/": [{"pk": before.pk}],
    }
    return told


def touched(book) -> list[dict[str, str]]:
    """Of each version of an instrument the article that the book leans on most."""
    found: dict[tuple[str, str], Counter] = {}
    for cited in book.cited:
        for one in cited.citations:
            version = (one.instrument.code, str(one.instrument.effective))
            found.setdefault(version, Counter())[one.number] += 1
    return [
        {"code": code, "number": numbers.most_common(1)[0][0], "?version": day}
        for (code, day), numbers in found.items()
    ]


def of_registers() -> dict[str, list[dict]]:
    kind = "registers/<slug:group>/<slug:kind>/"
    told: dict[str, list[dict]] = {}

    def add(route: str, **arguments) -> None:
        told.setdefault(route, []).append(arguments)

    for one in registers():
        here = {"group": one.group, "kind": one.code}
        record = one.model.objects.order_by("pk").first()
        add("registers/<slug:group>/", group=one.group)
        add(kind, **here)
        if one.parent and one.begin.by_hand:
            add(
                f"{kind}in/<int:parent>/do/<slug:code>/",
                **here,
                parent=getattr(record, one.parent).pk,
                code=one.begin.code,
            )
        elif one.begin.by_hand:
            add(f"{kind}do/<slug:code>/", **here, code=one.begin.code)
        if one.begin.by_hand:
            add(f"{kind}import/", **here)
        add(f"{kind}import/<int:pk>/", **here, pk=RecordImport.objects.filter(kind=one.label).first().pk)
        add(f"{kind}<int:pk>/", **here, pk=record.pk)
        for act in (*(act.code for act in one.acts if not act.begins and act.by_hand), "correct", "void"):
            add(f"{kind}<int:pk>/do/<slug:code>/", **here, pk=record.pk, code=act)
        file = Attachment.objects.filter(kind=one.label, record_id=record.pk).first()
        if one.attachments:
            add(f"{kind}<int:pk>/files/<int:file_pk>/set-aside/", **here, pk=record.pk, file_pk=file.pk)
    return told


def steps_here(case: Case) -> list[str]:
    from zhiheng.matters.engine import Standing

    standing = Standing.of(case.matter.proceeding, timezone.localdate())
    return [step.code for step in standing.procedure.steps_from(standing.run.state)]


def pages(world) -> Iterator[tuple[str, str]]:
    """(route, address) of every page."""
    known = values(world)
    for route, _ in addresses():
        if NO_PAGE.search(route):
            continue
        for arguments in known.get(route, [{}] if "<" not in route else []):
            query = "".join(f"{name}={value}" for name, value in arguments.items() if name.startswith("?"))
            address = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route).format(**arguments)
            yield route, f"/{address}{query}"


def asked(client: Client, address: str) -> int | None:
    """How often the page asks the database; None when it is not for this person."""
    reset_queries()  # the log forgets after some thousands, and would count too few
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    if answer.status_code not in {200, 302} or (answer.status_code == 302 and "sign-in" in answer.url):
        return None
    return len(captured.captured_queries)


def walked(world, reads: dict[str, int], only: Collection[str] = ()) -> dict[str, int]:
    """Every page, or those → how often it asked whoever it is for; opened anew where that is too often, in case it read what is read
    once a process. `reads`: route → who of the cast read a page of it last, and is asked first; filled here."""
    cast = (
        world.a.handler,
        world.city.planner,
        world.a.unit_head,
        world.city.admin,
        world.city.auditor,
        world.a.leader,
        world.city.handler,
    )
    clients = [sign_in(Client(), person) for person in cast]
    found = {}
    for route, address in pages(world):
        if only and address not in only:
            continue
        found[address] = -1
        for who in sorted(range(len(clients)), key=lambda one: one != reads.get(route)):
            if (number := asked(clients[who], address)) is not None:
                reads[route] = who
                found[address] = asked(clients[who], address) if number > LIMIT else number
                break
    return found


def with_sixty(world, reads: dict[str, int], only: Collection[str] = ()) -> dict[str, int]:
    """The walk with sixty more of everything, which are gone after it."""
    with transaction.atomic():
        more_of_everything(world, ROWS)
        found = walked(world, reads, only)
        transaction.set_rollback(True)
    return found


def test_every_page_of_the_address_table_asks_at_most_twelve_times_with_one_row_and_with_sixty(world):
    more_of_everything(world, 1)
    reached = {route for route, _ in pages(world)}
    wanting = [route for route, _ in addresses() if not NO_PAGE.search(route) and route not in reached]
    assert not wanting, f"say in `values` what stands in {wanting}, or in NO_PAGE that it shows none"
    reads: dict[str, int] = {}
    many = with_sixty(world, reads)
    few = walked(world, reads)  # by now what is read once a process has been read

    def grown(many: dict[str, int]) -> dict[str, tuple[int, int]]:
        return {a: (few[a], many[a]) for a in few.keys() & many.keys() if many[a] > few[a] + 2}

    if once := grown(many):  # and was not for these
        many |= with_sixty(world, reads, once)
    assert not [address for found in (few, many) for address, number in found.items() if number < 0], (
        "shown to nobody"
    )
    over = {address: number for found in (few, many) for address, number in found.items() if number > LIMIT}
    assert not over, "\n".join(f"{number} {address}" for address, number in over.items())
    assert not grown(many), f"grows with what it shows: {grown(many)}"


def test_a_case_asks_as_often_after_forty_steps_as_after_four(world):
    work = Worker(world.a).to_filed()
    work.step("record_questioning")
    client = sign_in(Client(), world.a.handler)

    def numbers() -> dict[str, int]:
        pages_of_it = [*(f"?tab={tab}" for tab, _ in TABS), "steps/close_investigation/"]
        return {page: asked(client, f"/cases/{work.case.pk}/{page}") for page in pages_of_it}

    numbers()
    few = numbers()
    for n in range(36):
        work.wait(1).step(("record_questioning", "record_inspection", "extract_evidence")[n % 3])
    assert numbers() == few
    assert max(few.values()) <= LIMIT, few
