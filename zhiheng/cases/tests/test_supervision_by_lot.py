"""Closed cases are drawn by lot: nobody picks, anybody can draw the same again, what was reviewed is not drawn, the draw is on the record."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiheng.audit.models import Entry
from zhiheng.cases import supervision
from zhiheng.cases.models import Case
from zhiheng.refusal import Refused
from zhiheng.registers.declaration import find
from zhiheng.registers.services import begin

pytestmark = pytest.mark.django_db

ON = date(2025, 1, 20)
POINTS = ("competence", "facts", "law", "discretion", "procedure", "papers", "execution")


@pytest.fixture
def closed(world):
    return [
        Case.objects.create(
            unit=world.a.unit, kind="penalty", title=f"第{n}件案件", state="archived", doc_no=f"渝北市监处罚〔2024〕{n}号",
            cause="trademark_infringement", party_type="person", decided_on=date(2024, 5, 1), closed_on=date(2024, 6, 1),
        )
        for n in range(100, 112)
    ]  # fmt: skip


def draw(world, seed: str = "甲", many: int = 4, actor=None, year: int = 2024) -> list[str]:
    drawn = supervision.draw(actor=actor or world.a.reviewer, year=year, many=many, seed=seed, on=ON)
    return [case.doc_no for case in drawn.cases]


def test_the_same_lot_draws_the_same_and_another_another(world, closed):
    assert draw(world) == draw(world) and len(draw(world)) == 4
    assert {tuple(draw(world, seed=str(n))) for n in range(6)} != {tuple(draw(world))}
    assert len(draw(world, many=200)) == 12
    entry = Entry.objects.filter(action="抽取监督审查案件").first()
    assert entry.data["of"] == 12 and len(entry.data["cases"]) == 4 and entry.data["seed"] == "甲"


def test_what_was_reviewed_and_what_is_open_or_of_others_is_not_drawn(world, closed):
    Case.objects.filter(pk=closed[0].pk).update(closed_on=None)
    register = find("case-reviews")
    begin(
        actor=world.a.reviewer, on=ON, register=register, act=register.begin,
        answers={"subject": "某案", "number": closed[1].doc_no, "case_unit": "甲局", "reviewer": world.a.reviewer, "reviewed_on": ON}
        | dict.fromkeys(POINTS, "good"),
    )  # fmt: skip
    found = draw(world, many=200)
    assert len(found) == 10 and closed[1].doc_no not in found
    with pytest.raises(Refused, match="没有已结案"):
        draw(world, year=2019)
    with pytest.raises(Refused, match="审核人员"):
        draw(world, actor=world.a.handler)
    assert not supervision.pool(world.b.handler, 2024, ON).exists()


def test_it_is_drawn_on_the_page(world, closed, signed_in, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    client, page = signed_in(world.a.reviewer), reverse("case-sample")
    assert page in client.get(reverse("cases")).content.decode()
    assert page not in signed_in(world.a.handler).get(reverse("cases")).content.decode()
    client = signed_in(world.a.reviewer)
    body = client.post(page, {"year": 2024, "many": 3, "seed": "乙"}).content.decode()
    assert sum(case.title in body for case in closed) == 3 and "登记案件审查" in body
    assert client.post(page, {"year": 2019, "many": 3, "seed": "乙"}).status_code == 422
