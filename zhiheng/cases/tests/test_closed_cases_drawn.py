"""Closed cases are drawn to be looked at again: nobody picks, anybody can draw the same again, what was reviewed is not drawn, and what was
drawn leads to its review."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.casework import Worker
from tests.world import make_person
from zhiheng.accounts.rights import Role
from zhiheng.audit.verification import verify
from zhiheng.cases.models import Case
from zhiheng.drawing import draw as drawn_of
from zhiheng.refusal import Refused
from zhiheng.registers.declaration import find
from zhiheng.registers.services import begin, correct
from zhiheng.reviews.models import CaseDraw
from zhiheng.reviews.registers import POINTS

pytestmark = pytest.mark.django_db

ON = date(2025, 1, 20)


@pytest.fixture
def closed(world):
    return [
        Case.objects.create(
            unit=world.a.unit, kind="penalty", title=f"第{n}件案件", state="archived", doc_no=f"渝北市监处罚〔2024〕{n}号",
            cause="trademark_infringement", party_type="person", decided_on=date(2024, 5, 1), closed_on=date(2024, 6, 1),
        )
        for n in range(100, 112)
    ]  # fmt: skip


def draw(actor, name: str = "2024年度第一次", many: int = 4, year: int = 2024) -> CaseDraw:
    register = find("case-draws")
    answers = {
        "name": name, "drawn_on": ON, "closed_from": date(year, 1, 1), "closed_until": date(year, 12, 31), "many": many,
    }  # fmt: skip
    return begin(actor=actor, on=ON, register=register, act=register.begin, answers=answers)


def review(actor, case: Case, **more):
    register = find("case-reviews")
    answers = {
        "subject": case.title, "number": case.doc_no, "case_unit": case.unit.short_name, "reviewer": actor, "reviewed_on": ON,
    } | dict.fromkeys(POINTS, "good")  # fmt: skip
    return begin(actor=actor, on=ON, register=register, act=register.begin, answers=answers | more)


def numbers(draw: CaseDraw) -> list[str]:
    return [key.partition("：")[2] for key in draw.drawn]


def test_a_draw_can_be_repeated_from_its_record_and_another_is_another(world, closed):
    first = draw(world.a.reviewer)
    assert len(first.pool) == 12 and len(set(first.drawn)) == 4 and set(first.drawn) <= set(first.pool)
    assert drawn_of(reversed(first.pool), 4, first.seed, "案件") == first.drawn
    others = [draw(world.a.reviewer, name=f"第{n}次") for n in range(6)]
    assert len({one.seed for one in others}) == 6 and {tuple(one.drawn) for one in others} != {
        tuple(first.drawn)
    }
    register = find("case-draws")
    with pytest.raises(Refused, match="与抽取结果不符"):
        correct(
            actor=world.a.reviewer, on=ON, register=register, record=first, answers={"many": 5}, why="多抽一件"
        )  # fmt: skip


def test_what_was_reviewed_and_what_is_open_or_of_others_is_not_drawn(world, closed):
    Case.objects.filter(pk=closed[0].pk).update(closed_on=None)
    review(world.a.reviewer, closed[1])
    with pytest.raises(Refused, match="抽不出11件"):
        draw(world.a.reviewer, many=11)
    found = numbers(draw(world.a.reviewer, many=10))
    assert set(found) == {case.doc_no for case in closed[2:]}
    with pytest.raises(Refused, match="没有办结而没有审查过的案件"):
        draw(world.a.reviewer, name="去年", year=2019)
    with pytest.raises(Refused, match="还没有到"):
        draw(world.a.reviewer, name="今年", year=2025)
    with pytest.raises(Refused):
        draw(world.a.handler, name="承办人")
    with pytest.raises(Refused, match="没有办结"):
        draw(make_person(world.b.unit, "neighbour", "邻审核", Role.CASE_REVIEWER), name="邻区")


def test_a_review_that_names_a_draw_is_of_a_case_that_was_drawn(world, closed):
    made = draw(world.a.reviewer)
    in_it = next(case for case in closed if case.doc_no in numbers(made))
    out_of_it = next(case for case in closed if case.doc_no not in numbers(made))
    with pytest.raises(Refused, match="不在2024年度第一次抽中的案件里"):
        review(world.a.reviewer, out_of_it, draw_name=made.name)
    with pytest.raises(Refused, match="没有“第九次”这一批抽查"):
        review(world.a.reviewer, in_it, draw_name="第九次")
    kept = review(world.a.reviewer, in_it, draw_name=made.name)
    ((title, rows),) = find("case-draws").leads(world.a.reviewer, made)
    assert title == "抽中的案件（4件，已审查1件）" and len(rows) == 4
    told = dict(rows)
    reviewed = next(words for words in told if in_it.doc_no in words)
    assert reviewed.endswith("（已审查）") and told[reviewed] == find("case-reviews").url("record", kept.pk)
    waiting = [address for words, address in rows if "待审查" in words]
    assert len(waiting) == 3 and all(address.startswith("/cases/") for address in waiting)
    assert [fault for fault in verify().faults if "抽查" in fault or "审查" in fault] == []


def test_nobody_reviews_a_case_they_worked_on(world):
    work = Worker(world.a, on=date(2024, 3, 1))
    work.register()
    Case.objects.filter(pk=work.case.pk).update(doc_no="渝北市监处罚〔2024〕1号", closed_on=date(2024, 6, 1))
    case = Case.objects.get(pk=work.case.pk)
    review(world.a.reviewer, case)
    with pytest.raises(Refused, match="办理过本案"):
        review(world.a.reviewer, case, reviewer=world.a.handler, reviewed_on=date(2025, 1, 19))


def test_it_is_drawn_on_the_page_and_the_page_leads_to_what_was_drawn(world, closed, signed_in, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    client, register = signed_in(world.a.reviewer), find("case-draws")
    assert register.url("records") in client.get(reverse("cases")).content.decode()
    assert register.url("records") not in signed_in(world.a.handler).get(reverse("cases")).content.decode()
    client = signed_in(world.a.reviewer)
    answers = {
        "name": "第一次",
        "drawn_on": "2025-01-20",
        "closed_from": "2024-01-01",
        "closed_until": "2024-12-31",
    }
    page = register.url("record-begin", "draw")
    assert client.post(page, answers | {"many": 3}).status_code == 302
    made = CaseDraw.objects.get()
    body = client.get(register.url("record", made.pk)).content.decode()
    assert all(number in body for number in numbers(made)) and "已审查0件" in body and made.seed in body
    refused = client.post(page, answers | {"name": "第二次", "many": 99})
    assert refused.status_code == 422 and "抽不出99件" in refused.content.decode()
