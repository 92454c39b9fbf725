"""Whatever is carried out of the house as a file leaves an entry; what is looked at leaves a line with who looked."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.casework import Worker
from zhiheng.audit import services
from zhiheng.audit.models import Entry
from zhiheng.serving.edge import PERSON


def handed_out():
    return Entry.objects.filter(action="下载文件").order_by("seq")


def test_an_exported_list_is_told_with_its_rows_and_what_was_asked(world, signed_in):
    client = signed_in(world.city.planner)
    Worker(world.a).to_filed()
    assert client.get("/cases/?q=%E5%95%86&export=xlsx").status_code == 200
    (entry,) = handed_out()
    assert entry.actor_id == world.city.planner.pk and entry.subject_name.endswith(".xlsx")
    assert entry.data["address"] == "/cases/" and entry.data["rows"] >= 0
    assert entry.data["asked"] == {"q": "商", "export": "xlsx"}


def test_a_paper_and_a_report_that_are_fetched_are_told(world, signed_in):
    work = Worker(world.a).to_filed()
    client = signed_in(world.a.handler)
    paper = work.case.matter.folder.papers.first()
    address = reverse("case-paper", args=[work.case.pk, paper.pk])
    assert client.get(address).status_code == 200
    assert client.get("/reports/2024/json/").status_code == 200
    assert list(handed_out().values_list("data__address", flat=True)) == [address, "/reports/2024/json/"]


def test_a_page_that_is_looked_at_names_who_looked_and_writes_nothing(world, signed_in):
    work = Worker(world.a).to_filed()
    client, before = signed_in(world.a.handler), Entry.objects.count()
    answer = client.get(f"/cases/{work.case.pk}/")
    assert answer.wsgi_request.environ[PERSON] == world.a.handler.username
    assert Entry.objects.count() == before


def test_what_is_not_there_and_what_is_refused_is_not_told(world, signed_in):
    client = signed_in(world.b.handler)
    work = Worker(world.a).to_filed()
    paper = work.case.matter.folder.papers.first()
    assert client.get(reverse("case-paper", args=[work.case.pk, paper.pk])).status_code == 404
    assert not handed_out().exists()


def test_where_it_cannot_be_written_down_nothing_is_handed_out(world, signed_in, monkeypatch):
    def full(**data):
        raise OSError(28, "No space left on device")

    client = signed_in(world.city.planner)
    monkeypatch.setattr(services, "record", full)
    with pytest.raises(OSError, match="No space"):
        client.get("/people/?export=xlsx")
