"""The pages of received lists: who may open them, what they ask of the database, what they never say."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiheng.audit.models import Entry
from zhiheng.screening import running
from zhiheng.screening.models import Application, ApplicationAct, Group
from zhiheng.screening.tests.received import (
    RECEIVED,
    as_csv,
    do,
    number,
    of,
    received_and_split,
    register,
    row,
    rows_of_two,
    withdrawn,
)

MOST = 12


@pytest.fixture
def listed(world, monkeypatch):
    from django.utils import timezone

    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: RECEIVED)
    received = received_and_split(world)
    running.run(actor=world.city.handler, received=received, on=RECEIVED, asked={"setting": "default"})
    return received


def addresses(received) -> dict[str, str]:
    group = Group.objects.order_by("number").first()
    file = received.files.get()
    one = of(received, 1)
    run = received.runs.get()
    return {
        "lists": "/screening/",
        "list": f"/screening/{received.pk}/",
        "files": f"/screening/{received.pk}/import/",
        "file": f"/screening/{received.pk}/import/{file.pk}/",
        "split": f"/screening/{received.pk}/split/",
        "runs": f"/screening/{received.pk}/runs/",
        "run": f"/screening/{received.pk}/runs/{run.pk}/",
        "feedback": f"/screening/{received.pk}/feedback/",
        "results": f"/screening/{received.pk}/results/",
        "drawings": f"/screening/{received.pk}/drawings/",
        "group": f"/screening/groups/{group.pk}/",
        "applications": "/screening/applications/",
        "application": f"/screening/applications/{one.pk}/",
        "act": f"/screening/applications/{one.pk}/do/remind/",
        "many": "/screening/applications/do/remind/",
        "overview": "/screening/overview/",
    }


def test_every_page_opens_with_few_queries(world, signed_in, listed):
    visitor = signed_in(world.city.handler)
    for name, address in addresses(listed).items():
        visitor.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = visitor.get(address)
        assert answer.status_code == 200, (name, answer.status_code)
        assert len(asked) <= MOST, (name, len(asked), "\n".join(q["sql"][:200] for q in asked))


def test_queries_do_not_grow_with_the_list(world, signed_in, listed):
    visitor = signed_in(world.city.handler)
    counted = {}
    for extra in (0, 40):
        if extra:
            from zhiheng.screening.tests.received import take_in

            take_in(world, listed, as_csv([row(n) for n in range(100, 100 + extra)]), "更多.csv")
        for address in ("/screening/applications/", f"/screening/{listed.pk}/split/", "/screening/overview/"):
            with CaptureQueriesContext(connection) as asked:
                visitor.get(address)
            counted.setdefault(address, []).append(len(asked))
    assert all(few == many for few, many in counted.values()), counted


def test_a_district_finds_its_own_applications_and_a_neighbour_nothing_of_them(world, signed_in, listed):
    one = of(listed, 1)
    mine, neighbour = signed_in(world.a.handler), signed_in(world.b.handler)
    assert number(1) in mine.get("/screening/applications/").content.decode()
    assert number(1) not in neighbour.get("/screening/applications/").content.decode()
    for address in (
        f"/screening/applications/{one.pk}/", f"/screening/applications/{one.pk}/pack.docx", f"/screening/applications/{one.pk}/do/contact/",
    ):  # fmt: skip
        assert mine.get(address).status_code == 200, address
        before = Entry.objects.count()
        for method in ("get", "post"):
            answer = getattr(neighbour, method)(address)
            assert answer.status_code in (404, 405), (method, address, answer.status_code)
    for who in (mine, neighbour):
        for name in ("list", "files", "file", "split", "runs", "run", "feedback", "results", "drawings"):
            assert who.get(addresses(listed)[name]).status_code == 404, name
    assert Entry.objects.count() == before


def test_a_score_is_never_called_a_probability(world, signed_in, listed):
    visitor = signed_in(world.city.handler)
    for name, address in addresses(listed).items():
        text = visitor.get(address).content.decode()
        for words in re.findall(r"[^，。；<>]*(?:概率|几率|可能性)[^，。；<>]*", text):
            assert "不是" in words, (name, words)


def test_the_office_never_says_that_it_determines(world, signed_in, listed):
    visitor = signed_in(world.city.handler)
    for name, address in addresses(listed).items():
        text = visitor.get(address).content.decode()
        for words in re.findall(r"[^，。；：<>]*认定[^，。；<>]*", text):
            assert "国家知识产权局" in words or "不作" in words or "不是" in words, (name, words)


def test_a_group_shows_texts_side_by_side_and_what_fills_one_frame(world, signed_in, listed):
    group = Group.objects.order_by("number").first()
    text = signed_in(world.city.handler).get(f"/screening/groups/{group.pk}/").content.decode()
    assert "谁提交的" in text and "文字对照" in text and "<mark>" in text and "线索和依据" in text
    assert "局令第77号第三条" in text and 'href="#members"' in text
    sifted = (
        signed_in(world.city.handler).get(f"/screening/groups/{group.pk}/?q={number(2)}").content.decode()
    )
    table = sifted.partition('id="group-members"')[2]
    assert number(2) in table and number(3) not in table


def test_a_group_is_found_once_however_many_of_its_members_are(world, signed_in, listed):
    run = listed.runs.get()
    text = signed_in(world.city.handler).get(f"/screening/{listed.pk}/runs/{run.pk}/?q=壳").content.decode()
    assert "共 1 组" in text
    assert re.search(
        r"第三条第（[一二三四五六七八]）(?:、（[一二三四五六七八]）)*项", text
    )  # as one cites it


def test_a_district_reads_no_name_of_another_districts_applicant_in_a_group(world, signed_in, listed):
    group = Group.objects.order_by("number").first()
    text = signed_in(world.b.handler).get(f"/screening/groups/{group.pk}/").content.decode()
    others = Application.objects.filter(memberships__group=group).exclude(unit=world.b.unit)
    assert others.exists()
    for one in others:
        assert one.applicant not in text and one.number not in text


def test_packs_are_files_of_the_group_and_the_application(world, signed_in, listed):
    group = Group.objects.order_by("number").first()
    visitor = signed_in(world.city.handler)
    for form, magic in (("docx", b"PK"), ("xlsx", b"PK")):
        answer = visitor.get(f"/screening/groups/{group.pk}/pack.{form}")
        assert answer.status_code == 200 and b"".join(answer.streaming_content).startswith(magic)
    assert visitor.get(f"/screening/groups/{group.pk}/pack.pdf").status_code == 404


def test_a_file_is_tried_then_confirmed_on_its_page(world, signed_in, monkeypatch):
    from django.utils import timezone

    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: RECEIVED)
    received, visitor = register(world), signed_in(world.city.handler)
    sent = {"file": SimpleUploadedFile("名单.csv", as_csv(rows_of_two()))}
    page = visitor.post(f"/screening/{received.pk}/import/", sent, follow=True)
    assert "认出的列" in page.content.decode() and "申请人地址" in page.content.decode()
    assert not Application.objects.exists()
    page = visitor.post(page.request["PATH_INFO"], follow=True)
    assert "已导入 10 件申请" in page.content.decode()
    assert Application.objects.count() == 10


def test_several_are_done_together_only_where_each_was_ticked(world, signed_in, listed):
    one, other = of(listed, 1), of(listed, 2)
    visitor = signed_in(world.a.handler)
    address = "/screening/applications/do/contact/"
    said = {"method": "phone", "reached": "yes", "content": "告知期限"}
    assert visitor.post(address, said).status_code == 422
    assert not ApplicationAct.objects.exists()
    visitor.post(address, {**said, "looked": [one.pk, other.pk]})
    assert ApplicationAct.objects.filter(act="contact").count() == 2
    # The office's and the neighbour's are not among them, whatever is sent.
    stranger = Application.objects.exclude(unit=world.a.unit).first()
    assert visitor.post(address, {**said, "looked": [stranger.pk]}).status_code == 422


def test_the_words_of_an_opinion_are_refused_at_their_field(world, signed_in, listed):
    one = of(listed, 1)
    withdrawn(world, one)
    page = signed_in(world.a.handler).post(
        f"/screening/applications/{one.pk}/do/opine/", {"view": "withdrawn", "text": "应认定为非正常"}
    )
    assert page.status_code == 422 and "不能写“认定”" in page.content.decode()
    do(world.a.handler, [one], "opine", view="withdrawn", text="已撤回")
    page = signed_in(world.a.handler).get(f"/screening/applications/{one.pk}/do/agree/", follow=True)
    assert "须由第二人复核" in page.content.decode()
