"""A procedure changes while matters run: which move, when, with which dates; and a running matter never breaks."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.casework import Worker
from zhiheng.audit.models import Entry
from zhiheng.law import current_book
from zhiheng.matters import adoption, selectors
from zhiheng.matters.engine import Standing
from zhiheng.matters.tests.books import book_of, write
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db

NEW = date(2024, 6, 1)


def text(transition: str, **lines: str) -> str:
    from zhiheng.matters.tests.books import ordinary

    changed = ordinary(
        **({"transition: filed_from": f"transition: {transition}"} if transition != "filed_from" else {})
    )
    for old, new in lines.items():
        assert old in changed, old
        changed = changed.replace(old, new)
    return changed


@pytest.fixture
def work(world):
    """A case filed on 7 March: ninety days to decide it."""
    return Worker(world.a).to_filed()


def newer(tmp_path, transition: str, **lines: str):
    """The book with a version of 1 June in which a case has sixty days."""
    lines = {
        "case:           {title: 办案, length: 90 日": "case:           {title: 办案, length: 60 日"
    } | lines
    files = {f"procedures/penalty.ordinary/{NEW}.yaml": text(transition, **lines)}
    return book_of(write(tmp_path, files))


def version():
    return current_book().procedure_versions["penalty.ordinary"][-1]


def due(work, clock: str = "case"):
    return work.case.matter.proceeding.clocks.get(clock=clock, stopped_on__isnull=True).due_on


def test_a_version_for_matters_filed_from_its_day_moves_none_that_runs(world, work, tmp_path):
    with newer(tmp_path, "filed_from"):
        [move] = adoption.moves(world.city.leader, version(), NEW)
        assert move.stays == adoption.MOVES["filed_from"] and due(work) == date(2024, 6, 5)
        with pytest.raises(Refused, match="没有需要转到"):
            adoption.adopt(actor=world.city.leader, version=version(), on=NEW, reason="局务会决定")
        later = Worker(world.a, on=NEW)
        later.register(title="新案")
        assert later.case.matter.proceeding.version == version().sha


def test_all_open_matters_are_read_anew_and_the_page_shows_the_days_before(
    world, work, tmp_path, signed_in, monkeypatch
):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: NEW)
    with newer(tmp_path, "all_open"):
        page = signed_in(world.city.leader).get(reverse("adoption", args=["penalty.ordinary", str(NEW)]))
        words = page.content.decode()
        assert "2024-06-05" in words and "2024-05-06" in words and work.case.title in words
        assert due(work) == date(2024, 6, 5), "shown, not done"
        answer = signed_in(world.city.leader).post(
            reverse("adoption", args=["penalty.ordinary", str(NEW)]), {"reason": "局务会决定"}
        )
        assert answer.status_code == 302 and due(work) == date(2024, 5, 6)
        run = work.case.matter.proceeding
        run.refresh_from_db()
        assert run.version == version().sha and run.adopted[0]["how"] == "all_open"
        entry = Entry.objects.filter(action="采用程序版本").get()
        assert (
            entry.data["dues"] == {"办案": ["2024-06-05", "2024-05-06"]}
            and entry.data["reason"] == "局务会决定"
        )
        # And it goes on to its end under what it was moved to.
        work.on = NEW
        work.step("close_investigation")


def test_from_the_day_of_adoption_on_steps_follow_the_new_version_and_running_clocks_keep_their_length(
    world, work, tmp_path
):
    shorter = {
        "review:         {title: 审核, length: 10 工作日": "review:         {title: 审核, length: 5 工作日"
    }
    with newer(tmp_path, "event_from", **shorter):
        [move] = adoption.adopt(actor=world.city.leader, version=version(), on=NEW, reason="局务会决定")
        assert not any(d.moved for d in move.dues) and due(work) == date(2024, 6, 5)
        work.on = date(2024, 6, 3)
        work.step("record_questioning")
        work.step("close_investigation")
        work.step("submit_review")
        assert due(work, "review") == date(2024, 6, 11), (
            "five working days of the new version, 10 June a holiday"
        )
        standing = Standing.of(work.case.matter.proceeding, work.on)
        assert [s.procedure.effective for s in standing.stretches] == [date(2022, 11, 1), NEW]


def test_a_matter_whose_place_the_new_version_does_not_know_stays_and_is_named(world, work, tmp_path):
    gone = {
        "  investigating:  {title: 调查取证, kind: active}": "  looking_into:   {title: 调查取证, kind: active}"
    }
    moved = text("event_from").replace("investigating", "looking_into")
    assert gone
    files = {f"procedures/penalty.ordinary/{NEW}.yaml": moved}
    with book_of(write(tmp_path, files)):
        [move] = adoption.moves(world.city.leader, version(), NEW)
        assert "没有状态“调查取证”" in move.stays
        with pytest.raises(Refused):
            adoption.adopt(actor=world.city.leader, version=version(), on=NEW, reason="局务会决定")
        assert work.case.matter.proceeding.version != version().sha


def test_only_the_office_adopts_and_a_neighbour_sees_none_of_it(world, work, tmp_path):
    with newer(tmp_path, "all_open"):
        for person in (world.a.leader, world.a.handler, world.city.handler):
            with pytest.raises(Refused, match="市局"):
                adoption.adopt(actor=person, version=version(), on=NEW, reason="x")
        assert list(adoption.candidates(world.b.leader, version())) == []
        with pytest.raises(Refused, match="还不能采用"):
            adoption.adopt(actor=world.city.leader, version=version(), on=date(2024, 5, 1), reason="x")


def test_a_running_matter_goes_on_whatever_becomes_of_the_book(world, work, tmp_path, signed_in):
    """Its guards, fields, forms and the file itself are changed; the matter keeps its bundle and runs to its end."""
    packaged = tmp_path / "book"
    import shutil

    from zhiheng.law import lawbook, load_book
    from zhiheng.matters.tests.books import PACKAGED, _forget

    shutil.copytree(PACKAGED, packaged)
    file = packaged / "procedures/penalty.ordinary/2022-11-01.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("punishable, ", ""), encoding="utf-8")
    guards = packaged / "guards.yaml"
    lines = guards.read_text(encoding="utf-8")
    start = lines.index("punishable:")
    guards.write_text(lines[:start] + lines[lines.index("within_limitation:") :], encoding="utf-8")
    form = packaged / "forms/SAMR-35/2021-07-21.yaml"
    form.write_text(
        form.read_text(encoding="utf-8").replace("调查终结报告", "结案调查报告"), encoding="utf-8"
    )
    before = list(lawbook._current)
    try:
        lawbook._current[:] = [load_book([packaged])]
        _forget()
        assert adoption.check_kept() == []
        standing = selectors.standing_for(work.case, work.on)
        assert "punishable" in standing.procedure.guards
        assert standing.procedure.sha not in {p.sha for p in current_book().procedures()}
        client = signed_in(world.a.handler)
        for address in (f"/cases/{work.case.pk}/", "/", "/clocks/", "/cases/"):
            assert client.get(address).status_code == 200
        work.wait(5).step("record_questioning")
        work.wait(20).step("close_investigation")
        assert work.case.matter.folder.papers.get(form="SAMR-35").title.endswith("的调查终结报告")
    finally:
        lawbook._current[:] = before
        _forget()


def test_a_kept_bundle_that_cannot_be_read_is_named(work):
    from zhiheng.matters import engine
    from zhiheng.matters.models import ProcedureVersion, Proceeding

    ProcedureVersion.objects.create(sha="f" * 64, code="penalty.ordinary", effective=NEW, text="code: x\n")
    Proceeding.objects.update(version="f" * 64)
    engine.procedure_of.cache_clear()
    [fault] = adoption.check_kept()
    assert "1 个" in fault and "ffffffffffff" in fault
