"""The workbench's counts are the rows behind them, and a neighbour's are not among them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.casework import Worker
from zhiheng.law import current_book, standing
from zhiheng.matters import selectors as matters
from zhiheng.matters import services
from zhiheng.matters.engine import procedure_of
from zhiheng.statements import Once
from zhiheng.workbench import selectors
from zhiheng.workbench.lists import WORK

ON = date(2024, 9, 2)


@pytest.fixture
def three_cases(world):
    """Leads verified from long ago, lately, and today: their verification clocks are late, near and in time."""
    for days in (60, 19, 1):
        worker = Worker(world.a, on=ON - timedelta(days=days))
        worker.register(title=f"{days}天前登记的案件")
        worker.step("start_verification")
    return world


def propose(worker: Worker, code: str):
    step = procedure_of(worker.case.matter.proceeding.version).steps[code]
    return services.take_step(
        actor=worker.cast.handler, record=worker.case, step=code, data=worker.data(step), on=worker.on
    )


def test_each_count_is_its_rows_and_the_colours_are_those_of_single_clocks(three_cases):
    actor = three_cases.a.handler
    counts = selectors.count_clocks(actor, ON)
    ours = selectors.clocks(actor, ON).filter(late__in=selectors.OURS)
    rows = selectors.own_clocks(actor, ON, ours.count())
    assert rows == list(ours) and selectors.own_clocks(actor, ON, 1) == rows[:1]
    calendar = current_book().calendar
    for colour in ("red", "amber", "green", "grey"):
        filtered = ours.filter(selectors.colour_is(colour, ON))
        assert getattr(counts, colour) == filtered.count()
        assert {r.pk for r in filtered} == {
            r.pk for r in rows if standing(r.due_on, ON, calendar).colour == colour
        }
    assert counts.red >= 1 and counts.amber >= 1 and counts.green >= 1


def test_a_neighbour_sees_none_of_it_and_the_office_sees_all(three_cases):
    assert not selectors.clocks(three_cases.b.handler, ON).exists()
    assert (
        selectors.clocks(three_cases.city.leader, ON).count()
        == selectors.clocks(three_cases.a.handler, ON).count()
    )
    # The office supervises: what obliges a bureau, and is late there, shows on the office's workbench too.
    office, bureau = (
        selectors.own_clocks(cast, ON, 12) for cast in (three_cases.city.leader, three_cases.a.handler)
    )
    assert office == bureau != []


def test_an_approval_waits_for_the_holder_of_the_next_role_only(world):
    worker = Worker(world.a, on=ON)
    worker.register()
    worker.step("start_verification")
    worker.wait(1).step("record_inspection")
    proposal = propose(worker, "file_case")
    waiting_for = {
        person.name
        for person in vars(world.a).values()
        if hasattr(person, "username") and selectors.approvals(person, worker.on).exists()
    }
    holders = {
        person.name
        for person in vars(world.a).values()
        if hasattr(person, "username") and person.grants.filter(role=proposal.next_role).exists()
    }
    assert waiting_for == holders
    assert not selectors.approvals(world.b.unit_head, worker.on).exists()
    assert not selectors.approvals(world.b.leader, worker.on).exists()


def test_recent_cases_are_those_i_took_a_step_in_latest_first(three_cases):
    actor = three_cases.a.handler
    titles = [case.title for case in selectors.recent(actor, ON, 12)]
    assert titles == ["1天前登记的案件", "19天前登记的案件", "60天前登记的案件"]
    assert [case.title for case in selectors.recent(actor, ON, 1)] == titles[:1]
    assert selectors.recent(three_cases.b.handler, ON, 12) == []
    assert selectors.recent(three_cases.a.leader, ON, 12) == []


def test_the_workbench_page_costs_few_queries(three_cases, signed_in, django_assert_max_num_queries):
    client = signed_in(three_cases.a.handler)
    client.get("/")
    with django_assert_max_num_queries(14):
        page = client.get("/").content.decode()
    assert "60天前登记的案件" in page


def test_a_row_that_waits_for_an_opinion_leads_to_where_it_is_given(world, signed_in):
    worker = Worker(world.a, on=ON)
    worker.register()
    worker.step("start_verification")
    worker.step("record_inspection")
    proposal = propose(worker, "file_case")
    client = signed_in(world.a.unit_head)
    address = f"/cases/{worker.case.pk}/proposals/{proposal.pk}/"
    assert address in client.get("/").content.decode()
    assert address in client.get("/work/?kind=opinion").content.decode()
    assert client.get(address).status_code == 200
    assert client.get(f"/matters/{worker.case.matter_id}/").url == f"/cases/{worker.case.pk}/"
    assert signed_in(world.b.unit_head).get(address).status_code == 404


@pytest.fixture
def busy(world):
    """Five cases in hand of one handler, due on different days and on none, and one opinion their head owes."""
    for days in (60, 40, 20, 10, 1):
        worker = Worker(world.a, on=ON - timedelta(days=days))
        worker.register(title=f"{days}天前登记的案件")
        worker.step("start_verification")
        if days in {20, 1}:
            worker.step("record_inspection")
    propose(worker, "file_case")
    return world


@pytest.mark.parametrize("many", [False, True], ids=["by their keys", "by the database"])
def test_work_in_hand_is_listed_counted_and_filtered_alike_however_much_it_is(
    busy, signed_in, monkeypatch, many
):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    if many:
        monkeypatch.setattr(matters, "_MOVES", Once(matters._moves))
        monkeypatch.setattr(matters, "AT_HAND", 1)
    for actor in (busy.a.handler, busy.a.unit_head, busy.b.unit_head):
        rows = matters.in_hand(actor, ON)
        waiting = selectors.work(actor, ON)
        assert ("keys" in waiting.listed) == (not many or rows.count() <= 1)
        calendar = current_book().calendar
        assert waiting.all == rows.count()
        assert waiting.opinions == rows.filter(kind="opinion").count()
        assert waiting.returned == rows.filter(kind="returned").count()
        assert waiting.late == sum(
            row.due_on is not None and standing(row.due_on, ON, calendar).colour == "red" for row in rows
        )
        client = signed_in(actor)
        for query in ("", "?kind=step", "?kind=opinion", "?colour=red", "?sort=due_on", "?sort=-since"):
            listing = client.get(f"/work/{query}").context["listing"]
            plain = WORK.read(listing.request, matters.with_what_they_are_about(rows))
            assert [one.pk for one in listing.rows] == [one.pk for one in plain.rows], query
            assert listing.total == plain.total == len(plain.rows)


def test_one_looks_through_all_that_waits_once(busy, signed_in):
    """However a page of it is shown, counted and led on, what waits is looked for by one statement."""
    client = signed_in(busy.a.handler)
    client.get("/work/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/work/")
    looked = [one["sql"] for one in asked.captured_queries if 'FROM "proceedings_turn"' in one["sql"]]
    assert len(looked) == 2
    assert sum('"person_id" = ' in sql and "ORDER BY" in sql for sql in looked) == 1
