"""Whatever is done in whatever order: the records agree with each other, and what was refused left nothing behind."""

from contextlib import contextmanager
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.casework import SIMPLE, Worker
from tests.examples import examples
from zhiheng.audit import services as audit
from zhiheng.audit.models import Entry
from zhiheng.documents import services as documents
from zhiheng.documents.models import Evidence, NumberSeries, Paper
from zhiheng.law.steps import BACK
from zhiheng.matters import delivery, goods, selectors
from zhiheng.matters.engine import Standing
from zhiheng.matters.models import ClockState, Opinion, Proposal, StepTaken
from zhiheng.matters.runs import project
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db

CLOCK = ("key", "clock", "started_on", "stopped_on", "paused_since", "due_on", "provisional", "late", "trace")


@contextmanager
def undone():
    """Each example starts from the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything(case) -> tuple:
    case.refresh_from_db()
    rows = {f.attname: getattr(case, f.attname) for f in case._meta.concrete_fields}
    tables = (Entry, Evidence, Paper, StepTaken, Proposal, Opinion, ClockState)
    numbers = sorted(NumberSeries.objects.values_list("prefix", "code", "year", "last"))
    waiting = sorted(Proposal.objects.values_list("pk", "state", "next_role"))
    return rows, [t.objects.count() for t in tables], numbers, waiting


def attempt(work, act) -> bool:
    before = everything(work.case)
    try:
        act()
    except Refused as refused:
        assert all(reason.text for reason in refused.reasons)
        assert everything(work.case) == before
        return False
    return True


def take(work, code, ref) -> None:
    if not attempt(work, lambda: work.propose(code, ref=ref)):
        event("refused")
        return
    event(code)
    for waiting in work.case.matter.proceeding.proposals.filter(state="pending", step=code):
        while waiting.state == "pending" and attempt(work, lambda waiting=waiting: work.agree(waiting)):
            waiting.refresh_from_db()


def check(work) -> None:
    case = work.case
    case.refresh_from_db()
    standing = Standing.of(case.matter.proceeding, work.on)
    taken = list(case.matter.proceeding.steps.order_by("seq"))
    assert [row.seq for row in taken] == list(range(1, len(taken) + 1))
    for n, row in enumerate(taken, start=1):
        assert standing.procedure.replay(standing.events[:n]).state == row.state
    case.matter.proceeding.refresh_from_db()
    assert case.state == case.matter.proceeding.state == taken[-1].state

    if case.archived_on:
        assert not delivery.to_serve(case, standing)
    if case.closed_on and standing.run.state in ("closed", "archived"):
        assert not list(goods.unsettled(standing))

    before = sorted(case.matter.proceeding.clocks.values_list(*CLOCK), key=repr)
    project(proceeding=case.matter.proceeding, on=taken[-1].on)
    assert sorted(case.matter.proceeding.clocks.values_list(*CLOCK), key=repr) == before

    for paper in case.matter.folder.papers.all():
        with ZipFile(BytesIO(documents.read(paper.digest))) as file:
            assert "word/document.xml" in file.namelist()
    numbers = [p.number for p in case.matter.folder.papers.all() if p.number]
    assert len(numbers) == len(set(numbers))
    assert audit.verify().broken == ""


def ordinary(work):
    work.register()


def on_the_spot(work):
    work.register(SIMPLE)


def mediated(work):
    work.on = date(2025, 3, 3)
    work.register("mediation.patent", kind="mediation.patent", cause="patent_title", source="request")


def mediated_and_filed(work):
    mediated(work)
    work.wait(2).step("serve_invitation")
    work.wait(5).step("receive_statement")
    work.step("file_ownership", cause="patent_title")


def supervised(work):
    work.register("agency.supervision", kind="agency", cause="trademark_agency_check", source="inspection")


def patent_agency_supervised(work):
    work.register("agency.supervision", kind="agency", cause="patent_agency_check", source="inspection")
    work.wait(2).step("check_agency")


@pytest.mark.parametrize(
    ("start", "at"),
    [
        *(
            (start, "a")
            for start in (ordinary, on_the_spot, Worker.to_filed, Worker.to_noticed, Worker.to_decided)
        ),
        (mediated, "a"),
        (mediated_and_filed, "a"),
        (supervised, "a"),
        (patent_agency_supervised, "city"),
    ],
)
@settings(
    max_examples=examples(6),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    picks=st.lists(
        st.tuples(st.integers(0, 99), st.sampled_from([0, 1, 3, 8, 20, 90]), st.integers(0, 5)),
        min_size=8,
        max_size=14,
    )
)
def test_any_walk_leaves_records_that_agree(world, start, at, picks):
    with undone():
        work = Worker(getattr(world, at))
        start(work)
        for pick, days, way in picks:
            work.wait(days)
            standing = Standing.of(work.case.matter.proceeding, work.on)
            procedure = standing.procedure
            offers = [o for _, o in selectors.offers_for(work.people["handler"], work.case, standing)]
            # Mostly what is offered, mostly onward, mostly not to an end: a walk that stops at once shows little.
            allowed = [o.step for o in offers if o.allowed]
            going_on = [s for s in allowed if s.to in ("", BACK) or not procedure.states[s.to].is_end]
            onward = [s for s in going_on if s.to]
            pool = (
                [*procedure.steps.values()] if way == 0 else allowed if way == 1 else going_on if way == 2 else onward
            ) or allowed  # fmt: skip
            if not pool:
                break
            code = pool[pick % len(pool)].code
            refs = next((o.refs for o in offers if o.step.code == code), ())
            take(work, code, refs[pick % len(refs)] if len(refs) > 1 else "")
        check(work)
