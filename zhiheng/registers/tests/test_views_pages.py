"""The pages of records: every kind by one set of views, at a cost that does not grow with the list."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import may
from zhiheng.audit.models import Entry
from zhiheng.documents.services import path_of
from zhiheng.outreach.models import Activity, ActivityKind, EducationBase
from zhiheng.outreach.tests.publicity import hold_activity, name_base, review_base
from zhiheng.registers.declaration import registered
from zhiheng.registers.fields import title
from zhiheng.registers.models import Attachment

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
BASES, ACTIVITIES = "/registers/outreach/bases/", "/registers/outreach/activities/"


def text(response) -> str:
    return response.content.decode()


def queries(client, address) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_the_navigation_leads_to_the_kinds_of_each_package(world, signed_in):
    client = signed_in(world.a.handler)
    home = text(client.get("/"))
    assert 'href="/registers/outreach/"' in home and "普法" in home
    page = client.get("/registers/outreach/", follow=True)
    assert page.redirect_chain[-1][0] == ACTIVITIES
    tabs = text(page)
    assert f'href="{BASES}"' in tabs and "教育基地" in tabs
    assert 'href="/registers/outreach/base-reviews/"' in tabs, "records below others are listed too"
    assert client.get("/registers/nowhere/").status_code == 404
    assert client.get("/registers/outreach/nowhere/").status_code == 404
    assert client.get("/registers/nowhere/bases/").status_code == 404


def test_no_list_offers_to_begin_what_only_another_page_begins(world, signed_in):
    client, aside = signed_in(world.city.planner), 0
    for one in registered():
        others = [act for act in one.acts if act.begins and not act.by_hand]
        if one.parent or not others:
            continue
        page = text(client.get(one.url("records")))
        for act in others:
            aside += 1
            assert one.url("record-begin", act.code) not in page
            assert client.get(one.url("record-begin", act.code)).status_code == 404
    assert aside


def test_an_act_is_a_form_with_its_fields_and_comes_back_with_reasons(world, signed_in):
    client = signed_in(world.city.planner)
    page = text(client.get(f"{BASES}do/name/"))
    assert "基地名称" in page and "推荐单位" in page and "依托单位" in page
    answer = client.post(f"{BASES}do/name/", {"name": "甲基地", "unit": "500112", "batch": "一"})
    assert answer.status_code == 422
    assert "“一”不是整数" in text(answer) and 'value="甲基地"' in text(answer)
    filled = {
        "name": "甲基地",
        "unit": "500112",
        "kind": "park",
        "organ": "甲园",
        "batch": "1",
        "named_on": "2024.4.26",
    }
    answer = client.post(f"{BASES}do/name/", filled, follow=True)
    base = EducationBase.objects.get()
    assert answer.redirect_chain[-1][0] == f"{BASES}{base.pk}/"
    assert base.unit == world.a.unit and base.named_on == date(2024, 4, 26)
    answer = client.post(f"{BASES}do/name/", filled)
    assert answer.status_code == 422 and "已有同名的教育基地" in text(answer)


def test_a_neighbours_record_is_a_404_at_every_address(world, signed_in):
    base = name_base(world)
    review = review_base(world, base)
    held = hold_activity(world.a.handler)
    owner = signed_in(world.a.handler)
    owner.post(
        f"{ACTIVITIES}{held.pk}/files/", {"label": "现场照片", "files": SimpleUploadedFile("一.png", PNG)}
    )
    kept = Attachment.objects.get()
    reviews = "/registers/outreach/base-reviews/"
    addresses = [
        f"{BASES}{base.pk}/",
        f"{BASES}{base.pk}/do/withdraw/",
        f"{BASES}{base.pk}/do/correct/",
        f"{BASES}{base.pk}/do/void/",
        f"{BASES}{base.pk}/files/",
        f"{reviews}{review.pk}/",
        f"{reviews}in/{base.pk}/do/review/",
        f"{ACTIVITIES}{held.pk}/",
        f"{ACTIVITIES}{held.pk}/files/{kept.pk}/",
        f"{ACTIVITIES}{held.pk}/files/{kept.pk}/set-aside/",
    ]
    acts = Entry.objects.exclude(actor_id=world.a.handler.pk)
    entries = acts.count()
    neighbour = signed_in(world.b.handler)
    for address in addresses:
        assert owner.get(address).status_code == 200, address
        for method in ("get", "post"):
            answer = getattr(neighbour, method)(address)
            assert answer.status_code in {404, 405}, f"{method} {address}: {answer.status_code}"
    for address in (BASES, ACTIVITIES, reviews, f"{ACTIVITIES}?q=启动"):
        assert base.name not in text(neighbour.get(address)) and held.name not in text(neighbour.get(address))
    assert acts.count() == entries


def test_who_may_not_act_sees_no_button_and_is_refused_by_the_form(world, signed_in):
    base = name_base(world)
    district = signed_in(world.a.unit_head)
    page = text(district.get(f"{BASES}{base.pk}/"))
    assert "更正</a>" not in page and "登记复核</a>" not in page
    assert "现在不能办的事项（1）" in page and "由市局的" in page
    answer = district.post(
        f"{BASES}{base.pk}/do/withdraw/",
        {"withdrawn_on": "2024-06-01", "withdrawn_because": "无", "seen": "1"},
    )
    assert answer.status_code == 422 and "您不能撤销命名" in text(answer)
    assert "命名基地" not in text(district.get(BASES))


def test_two_tabs_the_second_is_told_and_keeps_what_was_typed(world, signed_in):
    base = name_base(world)
    client = signed_in(world.city.planner)
    form = {
        "name": base.name, "unit": "500112", "kind": "school", "organ": "明月湖小学", "address": "",
        "batch": "1", "named_on": "2024-04-26", "doc_no": "", "why": "核对", "seen": "1",
    }  # fmt: skip
    assert client.post(f"{BASES}{base.pk}/do/correct/", form).status_code == 302
    second = {**form, "organ": "明月湖大学", "why": "再核对"}
    answer = client.post(f"{BASES}{base.pk}/do/correct/", second)
    page = text(answer)
    assert answer.status_code == 422 and "记录有了改动" in page and "明月湖中学 → 明月湖小学" in page
    assert 'value="明月湖大学"' in page and 'name="seen" value="2"' in page
    assert client.post(f"{BASES}{base.pk}/do/correct/", {**second, "seen": "2"}).status_code == 302
    shown = text(client.get(f"{BASES}{base.pk}/"))
    assert "原为“明月湖小学”，沈计然" in shown and "原为“明月湖中学”，沈计然" in shown


def test_files_are_downloads_set_aside_with_a_reason_and_never_lost(world, signed_in):
    held = hold_activity(world.a.handler)
    client = signed_in(world.a.handler)
    page = f"{ACTIVITIES}{held.pk}/"
    two = [SimpleUploadedFile("一.png", PNG), SimpleUploadedFile("二.png", PNG + b"2")]
    assert client.post(f"{page}files/", {"label": "现场照片", "files": two}).status_code == 302
    first, second = Attachment.objects.order_by("id")
    answer = client.get(f"{page}files/{first.pk}/")
    assert (
        answer["Content-Disposition"].startswith("attachment") and b"".join(answer.streaming_content) == PNG
    )
    answer = client.post(f"{page}files/", {"label": "现场照片", "files": SimpleUploadedFile("三.png", PNG)})
    assert answer.status_code == 422 and "已经附在这条记录上" in text(answer)
    answer = client.post(f"{page}files/", {"label": "现场照片", "files": SimpleUploadedFile("坏.png", b"MZ")})
    assert answer.status_code == 422 and "PNG" in text(answer)
    assert client.post(f"{page}files/{first.pk}/set-aside/", {"why": "拍错了"}).status_code == 302
    shown = text(client.get(page))
    assert "撤下：拍错了" in shown and "二.png" in shown
    assert client.get(f"{page}files/{first.pk}/").status_code == 200
    path_of(second.digest).unlink()
    answer = client.get(f"{page}files/{second.pk}/")
    assert answer.status_code == 409 and "从备份恢复" in text(answer)
    actions = list(Entry.objects.order_by("seq").values_list("action", flat=True))
    assert [one for one in actions if one != "下载文件"] == ["登记活动", "添加附件", "添加附件", "撤下附件"]


def test_the_list_filters_searches_sorts_and_exports_every_column(world, signed_in):
    hold_activity(world.a.handler, "甲讲座", kind=ActivityKind.LECTURE, reach=50, cost_fen=1234_56)
    hold_activity(
        world.a.handler, "乙展览", kind=ActivityKind.EXHIBITION, reach=6500, organisers=["科技馆", "高校"]
    )
    hold_activity(world.b.handler, "丙论坛", kind=ActivityKind.FORUM, reach=None, reach_rule="")
    client = signed_in(world.city.planner)

    def names(query):
        page = text(client.get(f"{ACTIVITIES}{query}"))
        return [name for name in ("甲讲座", "乙展览", "丙论坛") if name in page]

    assert names("") == ["甲讲座", "乙展览", "丙论坛"]
    assert names("?q=讲座") == ["甲讲座"]
    assert names("?kind=exhibition") == ["乙展览"]
    assert names("?unit=500103") == ["丙论坛"]
    assert names("?state=open") == ["丙论坛"]
    assert names("?held_on_from=2024-05-01") == []
    shown = text(client.get(f"{ACTIVITIES}?sort=-reach"))
    assert shown.index("乙展览") < shown.index("甲讲座") < shown.index("丙论坛")
    answer = client.get(f"{ACTIVITIES}?export=xlsx&sort=-reach")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert {"活动名称", "覆盖人次", "经费（元）", "备注", "联合举办单位", "状态"} <= set(rows[0])
    first = dict(zip(rows[0], rows[1], strict=True))
    assert (
        first["活动名称"] == "乙展览"
        and first["联合举办单位"] == "科技馆；高校"
        and first["覆盖人次"] == 6500
    )
    assert dict(zip(rows[0], rows[2], strict=True))["经费（元）"] == 1234.56


def test_voided_records_are_listed_only_when_asked_for(world, signed_in):
    base = name_base(world)
    client = signed_in(world.city.planner)
    assert client.post(f"{BASES}{base.pk}/do/void/", {"why": "重登", "seen": "1"}).status_code == 302
    assert base.name not in text(client.get(BASES))
    assert base.name not in text(client.get(f"{BASES}?state=in_force"))
    assert base.name in text(client.get(f"{BASES}?state=voided"))
    assert "不计入任何数字" in text(client.get(f"{BASES}{base.pk}/"))


def test_pages_cost_the_same_few_queries_at_any_length(world, signed_in):
    client = signed_in(world.city.planner)
    base = name_base(world)
    review_base(world, base)
    addresses = [*(one.url("records") for one in registered()), f"{BASES}{base.pk}/"]
    for address in addresses:
        client.get(address)
    few = {address: queries(client, address) for address in addresses}
    template = EducationBase.objects.get()
    EducationBase.objects.bulk_create(
        EducationBase(
            unit=world.b.unit, name=f"基地{n}", kind="park", organ="园", batch=1, named_on=template.named_on
        )
        for n in range(300)
    )
    Activity.objects.bulk_create(
        Activity(
            unit=world.b.unit,
            name=f"活动{n}",
            kind="forum",
            held_on=date(2024, 5, 1),
            ended_on=date(2024, 5, 1),
        )
        for n in range(300)
    )
    for year in range(1990, 2024):
        review_base(world, base, year=year)
    for address in addresses:
        many = queries(client, address)
        print(address, few[address], many)
        assert many <= 12, f"{address}: {many} queries"
        assert many <= few[address] + 1, f"{address}: {few[address]} queries grew to {many}"


def test_the_ledger_page_leads_to_the_record_and_says_its_columns(world, signed_in):
    base = name_base(world)
    auditor = signed_in(world.city.auditor)
    assert f'href="{BASES}{base.pk}/"' in text(auditor.get("/audit/"))
    page = text(auditor.get(f"/audit/{Entry.objects.get(action='命名基地').seq}/"))
    assert "依托单位" in page and "明月湖中学" in page and "学校" in page


@pytest.mark.parametrize("one", registered(), ids=lambda one: one.code)
def test_every_kind_has_its_pages_and_an_empty_list_says_what_to_do(world, signed_in, one):
    people = [person for person in vars(world.city).values() if isinstance(person, Person)]
    client = signed_in(next(person for person in people if may(person, one.right, date(2024, 5, 8))))
    page = text(client.get(one.url("records")))
    assert (one.empty or f"还没有{one.title}。") in page
    assert ("请用右上角的按钮登记" in page) is not bool(one.parent or one.empty)
    assert "请用右上角的按钮登记" not in text(signed_in(world.city.auditor).get(one.url("records")))
    assert client.get(one.url("record-import-new")).status_code == (200 if one.begin.by_hand else 404)
    assert client.get(one.url("records") + "?export=xlsx").status_code == 200
    if not one.parent and not one.begin.by_hand:
        assert client.get(one.url("record-begin", one.begin.code)).status_code == 404
    elif not one.parent:
        form = text(client.get(one.url("record-begin", one.begin.code)))
        for name in one.begin.columns:
            assert title(one.column(name)) in form
    answer = client.get(one.url("record", 10**9))
    assert answer.status_code == 404


@pytest.mark.parametrize("seen", [None, "", "x", "9" * 5000, "-3"])
@pytest.mark.parametrize("act", ["withdraw", "correct", "void"])
def test_a_form_whose_hidden_version_is_none_tells_what_was_done_and_can_be_sent_again(
    world, signed_in, act, seen
):
    base = name_base(world)
    client = signed_in(world.city.planner)
    form = {"withdrawn_on": "2024-06-01", "withdrawn_because": "无", "why": "核对"}
    form |= {"name": base.name, "unit": "500112", "kind": base.kind, "organ": "别的", "batch": "1"}
    form |= {"named_on": "2024-04-26", "doc_no": ""}
    answer = client.post(f"{BASES}{base.pk}/do/{act}/", form if seen is None else form | {"seen": seen})
    assert answer.status_code == 422
    assert "Seen" not in text(answer) and "记录有了改动" in text(answer)
    assert f'name="seen" value="{base.version}"' in text(answer)
