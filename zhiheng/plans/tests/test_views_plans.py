"""The pages of plans: read a file, see the board and the timeline, hand down, take up measures."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.world import sign_in
from zhiheng.plans.models import Plan, Share, Task

from .papers import in_prose
from .plans import begin, task

TODAY = date(2024, 7, 1)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: TODAY)


def test_a_file_is_shown_as_read_before_anything_is_written(world, client):
    client = sign_in(client, world.city.planner)
    answer = client.post("/plans/import/", {"file": SimpleUploadedFile("方案.docx", in_prose())})
    assert answer.status_code == 302 and not Plan.objects.exists()
    shown = client.get(answer.url)
    words = shown.content.decode()
    assert shown.status_code == 200 and "印发办理规程" in words and "总体要求" in words
    assert not Plan.objects.exists()
    said = {"kind": "protection", "year": "2024", "issued_on": "2024-03-15", "ends_on": ""}
    made = client.post(answer.url, said)
    assert made.status_code == 302 and made.url.endswith("/board/")
    assert (Plan.objects.count(), Task.objects.count()) == (1, 3)


def test_a_file_of_somebody_else_is_not_there(world, client):
    sign_in(client, world.city.planner)
    address = client.post("/plans/import/", {"file": SimpleUploadedFile("方案.docx", in_prose())}).url
    assert sign_in(client, world.city.handler).get(address).status_code == 404
    assert client.get("/plans/import/read/?file=made-up").status_code == 302
    assert sign_in(client, world.city.auditor).get("/plans/import/").status_code == 403


def test_what_is_no_plan_is_said_at_the_field(world, client):
    client = sign_in(client, world.city.planner)
    answer = client.post("/plans/import/", {"file": SimpleUploadedFile("方案.docx", in_prose(aspects=()))})
    assert answer.status_code == 422 and "没有读到任务" in answer.content.decode()


@pytest.mark.parametrize("page", ["board", "timeline"])
def test_board_and_timeline_show_every_task_with_its_standing(world, client, page):
    late = task(world, due_on=date(2024, 6, 30), title="逾期的任务")
    task(world, late.aspect, title="进行中的任务", seq=2)
    client = sign_in(client, world.city.planner)
    words = client.get(f"/plans/{late.aspect.plan_id}/{page}/").content.decode()
    assert "逾期的任务" in words and "进行中的任务" in words and "tag-red" in words
    assert "style=" not in words.partition("<main")[2]
    assert sign_in(client, world.a.handler).get(f"/plans/{late.aspect.plan_id}/{page}/").status_code == 404


def test_an_empty_plan_has_both_pages(world, client):
    from .plans import plan

    made = plan(world)
    client = sign_in(client, world.city.planner)
    for page in ("board", "timeline"):
        assert "还没有任务" in client.get(f"/plans/{made.pk}/{page}/").content.decode()


def test_the_record_leads_to_the_pages_that_are_for_the_reader(world, client):
    made = task(world)
    plan_page, task_page = (
        f"/registers/plans/plans/{made.aspect.plan_id}/",
        f"/registers/plans/plan-tasks/{made.pk}/",
    )
    planner = sign_in(client, world.city.planner)
    assert f"/plans/{made.aspect.plan_id}/board/" in planner.get(plan_page).content.decode()
    assert "hand-down" in planner.get(task_page).content.decode()
    assert "hand-down" not in sign_in(client, world.city.handler).get(task_page).content.decode()


def test_a_task_is_handed_down_to_the_units_chosen(world, client):
    made = task(world)
    client = sign_in(client, world.city.planner)
    chosen = {"units": [world.a.unit.code, world.b.unit.code], "asked": "报数据", "due_on": "2024-11-30"}
    answer = client.post(f"/plans/tasks/{made.pk}/hand-down/", chosen)
    assert answer.status_code == 302
    assert {s.unit.short_name for s in Share.objects.all()} == {"渝北区局", "渝中区局"}
    home = sign_in(client, world.a.handler).get("/").content.decode()
    assert "待报送的分工" in home


def test_measures_are_taken_up_into_a_plan(world, client):
    planner = world.city.planner
    problem = begin(
        planner,
        "problems",
        {"title": "不足", "year": 2023, "found_on": date(2023, 12, 20), "owner": "法规处"},
    )
    remedy = begin(planner, "remedies", {"title": "加强学习", "set_on": date(2023, 12, 20)}, problem)
    aspect = task(world).aspect
    client = sign_in(client, planner)
    address = f"/plans/{aspect.plan_id}/remedies/"
    assert "加强学习（不足）" in client.get(address).content.decode()
    answer = client.post(address, {"remedies": [str(remedy.pk)], "aspect": str(aspect.pk)})
    assert answer.status_code == 302 and Task.objects.filter(title="加强学习", problem="不足").exists()
