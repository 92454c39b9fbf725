"""A list is held against the lists before it by a kept index, and what a run was asked is set on its page and recorded."""

from __future__ import annotations

from dataclasses import fields
from random import Random

import pytest

from zhiheng.refusal import Refused
from zhiheng.screening import kept, pages, running, selectors
from zhiheng.screening.engine.limits import Limits
from zhiheng.screening.models import Application, Group
from zhiheng.screening.tests.received import (
    IN_A,
    IN_B,
    RECEIVED,
    as_csv,
    number,
    received_and_split,
    register,
    row,
    take_in,
)
from zhiheng.screening.tests.texts import abstract, edited


@pytest.fixture(autouse=True)
def own_index(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def rows_of(first: int, count: int = 8, **said) -> list[list[str]]:
    return [row(n, **said) for n in range(first, first + count)]


def screened(world, received, **asked):
    return running.run(
        actor=world.city.handler, received=received, on=RECEIVED, asked={"setting": "default", **asked}
    )


@pytest.fixture
def lists(world):
    """A list of strangers in district B, and a later one of which one application edits one of them."""
    earlier = received_and_split(world, rows_of(1, address=IN_B))
    later = register(world, title="第二批")
    copy = row(101, address=IN_A, text=edited(abstract(Random(3)), 0.03, 7), applicant="乙公司")
    take_in(world, later, as_csv([copy, *rows_of(102)]))
    from zhiheng.screening import services

    services.split(actor=world.city.handler, received=later, on=RECEIVED)
    later.refresh_from_db()
    return earlier, later


def test_what_stands_on_an_earlier_list_is_found_and_shown_beside(world, lists):
    earlier, later = lists
    alone = screened(world, later)
    run = screened(world, later, earlier=True)
    assert run.settings["others"]["lists"][0]["list"] == earlier.pk and alone.settings["others"] is None
    group = next(g for g in Group.objects.filter(run=run) if number(3) in g.data["dossier"]["others"])
    assert not any(g.data["dossier"]["others"] for g in Group.objects.filter(run=alone))
    page = pages.group_page(world.city.handler, group)
    assert [one.number for one in page["elsewhere"]] == [number(3)]
    assert number(101) in {one.number for one in page["members"]}
    shown = next(one for one in page["comparisons"] if number(3) in (one["a"], one["b"]))
    assert shown["passages"] and shown["url_a"] and shown["url_b"]
    assert "2024年第一批名单" in (shown["about_a"] + shown["about_b"])
    # The earlier list's application is in no group of its own list.
    assert Application.objects.get(received=earlier, number=number(3)).groups == 0


def test_a_district_reads_nothing_of_another_districts_earlier_application(world, lists):
    _, later = lists
    run = screened(world, later, earlier=True)
    group = next(g for g in Group.objects.filter(run=run) if g.data["dossier"]["others"])
    mine = pages.group_page(world.a.handler, selectors.group_for(world.a.handler, group.pk))
    assert not mine["elsewhere"] and number(3) not in str({k: v for k, v in mine.items() if k != "group"})
    assert group not in selectors.groups_for(world.b.handler)


def test_the_same_is_found_again_from_the_record_whatever_lists_came_since(world, lists):
    _, later = lists
    run = screened(world, later, earlier=True)
    third = register(world, title="第三批")
    take_in(world, third, as_csv([row(201, text=edited(abstract(Random(102)), 0.02, 1)), *rows_of(202)]))
    screened(world, third, earlier=True)
    again = running.run(actor=world.city.handler, received=later, on=RECEIVED, asked={}, repeats=run)
    assert running.equal(again) is True


def test_without_its_index_a_run_is_not_said_to_be_repeated(world, lists, settings, tmp_path):
    _, later = lists
    run = screened(world, later, earlier=True)
    settings.DATA_DIR = tmp_path / "elsewhere"
    with pytest.raises(Refused, match="索引已经不在"):
        running.run(actor=world.city.handler, received=later, on=RECEIVED, asked={}, repeats=run)
    assert screened(world, later, earlier=True).findings == run.findings  # made anew, it finds the same


def test_an_application_on_both_lists_is_not_held_against_itself(world):
    take_in(world, register(world), as_csv(rows_of(1)))
    again = register(world, title="又一批")
    take_in(world, again, as_csv(rows_of(1)))
    run = screened(world, again, earlier=True)
    assert run.settings["others"] and run.pairs == screened(world, again).pairs
    assert not any(g.data["dossier"]["others"] for g in Group.objects.filter(run=run))


def test_each_list_is_kept_once_and_a_longer_history_begins_a_new_index(world, tmp_path):
    received = [register(world, title=f"第{n}批") for n in range(3)]
    for place, one in enumerate(received[:2]):
        take_in(world, one, as_csv(rows_of(100 * place + 1)))
    nobody = lambda *told: None  # noqa: E731
    index, _ = kept.index_of_others(received[1], nobody)
    assert len(index) == 8
    again, recorded = kept.index_of_others(received[1], nobody)
    assert again.folder == index.folder and len(recorded["lists"]) == 1
    take_in(world, received[2], as_csv(rows_of(300, 60)))
    grown, recorded = kept.index_of_others(received[1], nobody)
    assert grown.folder != index.folder and index.folder.exists() and len(grown) == 68
    assert {one["list"] for one in recorded["lists"]} == {received[0].pk, received[2].pk}


# ---- what is asked


def test_every_limit_of_every_signal_stands_on_the_page_and_is_recorded(world, signed_in, monkeypatch):
    from django.utils import timezone

    from zhiheng.jobs import services as jobs
    from zhiheng.jobs.worker import carry_out

    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: RECEIVED)
    received = received_and_split(world, rows_of(1))
    visitor = signed_in(world.city.handler)
    address = f"/screening/{received.pk}/runs/"
    text = visitor.get(address).content.decode()
    for one in fields(Limits):
        assert f'name="limit_{one.name}"' in text and one.metadata["title"] in text, one.name
    bad = visitor.post(address, {"setting": "default", "limit_burst_days": "0", "limit_agency_share": "2"})
    assert bad.status_code == 422 and "不能小于 1" in bad.content.decode()
    said = {"setting": "wide", "framed": "0.5", "limit_burst_filings": "3", "limit_series_alike": "0.5"}
    visitor.post(address, said)
    carry_out(job=jobs.claim(at=timezone.now()))
    run = received.runs.get()
    assert run.settings["limits"]["burst_filings"] == 3 and run.settings["limits"]["series_alike"] == 0.5
    assert run.settings["framed"] == 0.5 and run.asked["limits"] == {"burst_filings": 3, "series_alike": 0.5}
    page = visitor.get(f"/screening/{received.pk}/runs/{run.pk}/").content.decode()
    assert "集中提交：几件起" in page and "3（默认 10）" in page and "0.50（指定）" in page


@pytest.mark.parametrize("name", [one.name for one in fields(Limits)])
def test_a_limit_takes_what_says_something_and_refuses_the_rest(name):
    default = getattr(Limits(), name)
    assert getattr(Limits.from_dict({name: default}), name) == default
    for wrong in (-1, "many", float("nan"), float("inf"), None):
        with pytest.raises(ValueError, match=name):
            Limits.from_dict({name: wrong})
    with pytest.raises(ValueError, match="没有叫"):
        Limits.from_dict({f"{name}_": 1})


def test_limits_of_a_record_that_are_out_of_reach_refuse_the_run(world):
    received = received_and_split(world, rows_of(1))
    with pytest.raises(Refused, match="burst_days"):
        screened(world, received, limits={"burst_days": 0})
    with pytest.raises(Refused, match="文字重合度"):
        screened(world, received, similar=1.5)
