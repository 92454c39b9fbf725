"""Screening a list: groups with their ground and evidence, the same again from its record, and who sees what of them."""

from __future__ import annotations

import re
from random import Random

import pytest

from zhiheng.refusal import Refused
from zhiheng.screening import background, pages, running, selectors
from zhiheng.screening.models import Application, Group, documents_of
from zhiheng.screening.tests.received import IN_A, IN_B, RECEIVED, of, received_and_split, row, rows_of_two
from zhiheng.screening.tests.texts import abstract, edited

GROUND = re.compile(r"局令第77号第三条第（[一二三四五六七八]）项")


def screened(world, rows=None):
    received = received_and_split(world, rows)
    return received, running.run(
        actor=world.city.handler, received=received, on=RECEIVED, asked={"setting": "default"}
    )


@pytest.fixture
def found(world):
    return screened(world)


def test_what_hangs_together_is_one_group_and_strangers_are_in_none(world, found):
    received, run = found
    group = Group.objects.get(run=run, number=1)
    assert {m.application_id for m in group.members.all()} >= {of(received, n).pk for n in range(1, 7)}
    assert group.kind_count >= 2 and group.kinds[0] == "文字"
    assert of(received, 1).groups == 1
    ranked = Group.objects.filter(run=run).order_by("number").values_list("kind_count", "score")
    assert list(ranked) == sorted(ranked, reverse=True)


def test_notes_of_a_run_speak_the_readers_language(found):
    assert not [note for note in found[1].notes if re.search("[a-z]{3,}", note)]


def test_every_finding_has_its_ground_and_its_evidence(found):
    for group in Group.objects.filter(run=found[1]):
        assert group.data["signals"]
        for signal in group.data["signals"]:
            assert signal["evidence"] and all(one["words"] for one in signal["evidence"])
            assert signal["grounds"] and all(GROUND.fullmatch(one["article"]) for one in signal["grounds"])


def test_a_run_done_again_from_its_record_finds_the_same(world, found):
    received, run = found
    again = running.run(
        actor=world.city.handler, received=received, on=RECEIVED, asked={"setting": "wide"}, repeats=run
    )
    assert running.equal(again) is True and running.equal(run) is None
    assert again.settings == run.settings and not again.groups.exists()


def test_a_list_that_changed_is_told_when_a_run_is_done_again(world, found):
    received, run = found
    Application.objects.filter(pk=of(received, 8).pk).update(texts={"abstract": abstract(Random(500))})
    again = running.run(actor=world.city.handler, received=received, on=RECEIVED, asked={}, repeats=run)
    assert running.equal(again) is False


def test_a_district_sees_of_a_group_what_is_about_its_own_applications(world, found):
    _, run = found
    group = Group.objects.get(run=run, number=1)
    whole = pages.group_page(world.city.handler, group)
    mine = pages.group_page(world.a.handler, selectors.group_for(world.a.handler, group.pk))
    assert len(whole["members"]) == group.size and whole["hidden"] == 0
    assert {one.unit_id for one in mine["members"]} == {world.a.unit.pk}
    assert mine["hidden"] == group.size - len(mine["members"]) > 0
    others = {one.number for one in whole["members"]} - {one.number for one in mine["members"]}
    names = {one.applicant for one in whole["members"] if one.number in others}
    told = str(
        {key: mine[key] for key in ("facts", "signals", "comparisons", "tables", "speaks_for", "applicants")}
    )
    assert not any(number in told for number in others) and not any(name in told for name in names)


def test_a_group_keeps_every_one_of_its_applications_however_many(world):
    """The record of a run names the first two hundred of a group; its members, and who is shown what of it, are all."""
    source, size, theirs = abstract(Random(3)), 260, 15
    rows = [
        row(
            n,
            address=IN_B if n <= theirs else IN_A,
            text=edited(source, 0.02, n),
            applicant=f"示例{n % 20}公司",
        )
        for n in range(1, size + 1)
    ]
    received, run = screened(world, rows[::-1])
    group = Group.objects.get(run=run, number=1)
    assert group.size == size == group.members.count() == received.applications.filter(groups=1).count()
    assert len(group.data["dossier"]["documents"]) < size
    whole = pages.group_page(world.city.handler, group)
    told = dict(whole["facts"])
    assert told["件数"] == f"{size} 件" and told["申请人"].endswith("等 20 个") and whole["number"] == size
    counted = dict(pages._counted_here(whole["members"])["applicants"][0])
    assert {name: n for name, n, _ in whole["applicants"]}.items() <= counted.items()
    # The last of them are another bureau's: it finds the group, and whoever sees a part is told nothing about all of it.
    for cast, number_of_theirs in ((world.a, size - theirs), (world.b, theirs)):
        mine = pages.group_page(cast.handler, selectors.group_for(cast.handler, group.pk))
        assert (mine["number"], mine["hidden"]) == (number_of_theirs, size - number_of_theirs)
        assert {one.unit_id for one in mine["members"]} == {cast.unit.pk} and not mine["speaks_for"]
        assert all(
            Application.objects.filter(number__in=documents_of(signal), unit=cast.unit).count()
            == len(documents_of(signal))
            for signal in mine["signals"]
        )
    of_all = next(one for one in whole["signals"] if one["document_count"] == size)
    assert len(documents_of(of_all)) == size


def test_a_bureau_without_an_application_in_it_does_not_find_the_group(world):
    source = abstract(Random(3))
    rows = [row(n, address=IN_A, text=edited(source, 0.02, n)) for n in range(1, 5)]
    _, run = screened(world, rows)
    group = Group.objects.get(run=run, number=1)
    assert selectors.group_for(world.a.handler, group.pk) == group
    from django.http import Http404

    with pytest.raises(Http404):
        selectors.group_for(world.b.handler, group.pk)


def test_a_list_without_texts_is_told_and_leaves_nothing(world):
    rows = [row(n, text=" ", 发明名称="") for n in range(1, 4)]
    received = received_and_split(world, rows)
    with pytest.raises(Refused, match=r"没有一件申请有文字|没有一行能读"):
        running.run(actor=world.city.handler, received=received, on=RECEIVED, asked={})
    assert not received.runs.exists()


def test_the_job_screens_and_tells_how_far_it_is(world):
    from django.utils import timezone

    from zhiheng.jobs import services as jobs

    received = received_and_split(world, rows_of_two())
    asked = {
        "list": received.pk,
        "on": RECEIVED.isoformat(),
        "setting": "default",
        "similar": None,
        "limits": None,
    }
    job = jobs.ask(
        made_by=world.city.handler, kind=background.SCREEN, title="筛查", asked=asked, at=timezone.now()
    )

    class Watch(jobs.Watch):
        said, result = [], None

        def stage(self, words):
            self.said.append(words)

        def done(self, result):
            self.result = result

    watch = Watch()
    jobs.kind_named(job.kind)(job, watch)
    assert received.runs.get().pk == watch.result["run"]
    assert len(watch.said) >= 3
