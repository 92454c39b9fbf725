"""A lawyer from outside signs in and sees only what was sent to them, and the question only once no conflict stands against it."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.architecture.test_urls import addresses, sample
from tests.drafting import TextWorker
from tests.world import make_person
from zhiheng.accounts.rights import Role
from zhiheng.refusal import Refused
from zhiheng.registers import services
from zhiheng.registers.declaration import find
from zhiheng.reviews.models import LegalRequest

pytestmark = pytest.mark.django_db

ON = date(2024, 9, 10)


@pytest.fixture
def office(world, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    city = world.city
    world.lawyer = make_person(
        city.unit, "lvshi", "罗示例", Role.OUTSIDE_LAWYER, certificate=None, outside=True
    )
    legal, lawyers = city.legality_reviewer, find("lawyers")
    world.engaged = services.begin(
        actor=legal,
        on=ON,
        register=lawyers,
        act=lawyers.begin,
        answers={
            "name": "罗示例",
            "kind": "outside",
            "firm": "重庆示例律师事务所",
            "licence": "15001202010000001",
            "engaged_on": date(2024, 1, 2),
            "engaged_until": date(2024, 12, 31),
        },
    )
    services.take(
        actor=legal,
        on=ON,
        register=lawyers,
        record=world.engaged,
        act=lawyers.act("account"),
        answers={"account": world.lawyer},
    )
    world.request = ask(world, "合同审查")
    return world


def ask(world, subject, **more):
    requests = find("legal-opinions")
    answers = {
        "subject": subject,
        "question": "付款条款是否合法？",
        "asked_on": ON,
        "answer_by": date(2024, 9, 20),
        "parties": ["甲公司"],
        **more,
    }
    return services.begin(
        actor=world.city.legality_reviewer,
        on=answers["asked_on"],
        register=requests,
        act=requests.begin,
        answers=answers,
        parent=world.engaged,
    )


def test_every_other_page_of_the_house_is_not_there(office, signed_in):
    TextWorker(office.city).write()
    client = signed_in(office.lawyer)
    open_ = {
        "reviews/counsel/",
        "people/me/password/",
        "people/me/waits/",
        "people/sign-in/",
        "consultations/",
        "exchange/packages/",
    }
    for route, _view in addresses():
        answer = client.get(sample(route))
        if route == "" or route in open_ or route.startswith("reviews/counsel/"):
            assert answer.status_code in (200, 302, 404), route
        elif route not in ("people/sign-out/",):
            assert answer.status_code in (404, 405), (route, answer.status_code)
    assert client.get("/").headers["Location"] == reverse("counsel")


def test_the_question_is_shown_once_no_conflict_stands_against_it(office, signed_in):
    requests = find("legal-opinions")
    services.attach(
        actor=office.city.legality_reviewer,
        on=ON,
        register=requests,
        record=office.request,
        label="咨询材料",
        files=[("合同.txt", BytesIO("合同全文".encode()))],
    )
    client = signed_in(office.lawyer)
    page = reverse("counsel-request", args=[office.request.pk])
    assert "付款条款" not in client.get(page).content.decode()
    assert (
        client.post(reverse("counsel-answer", args=[office.request.pk]), {"opinion": "合法。"}).status_code
        == 422
    )
    assert (
        client.post(reverse("counsel-conflict", args=[office.request.pk]), {"conflict": "none"}).status_code
        == 302
    )
    body = client.get(page).content.decode()
    assert "付款条款" in body and "合同.txt" in body
    answer = client.post(
        reverse("counsel-answer", args=[office.request.pk]), {"opinion": "合法，建议明确期限。"}
    )
    assert answer.status_code == 302
    kept = LegalRequest.objects.get()
    assert (kept.answered_on, kept.opinion) == (ON, "合法，建议明确期限。")


def test_a_conflict_sends_the_request_back_and_shows_nothing(office, signed_in):
    client = signed_in(office.lawyer)
    address = reverse("counsel-conflict", args=[office.request.pk])
    assert client.post(address, {"conflict": "found"}).status_code == 422
    assert client.post(address, {"conflict": "found", "conflict_note": "为甲公司的顾问"}).status_code == 302
    assert "付款条款" not in client.get(reverse("counsel-request", args=[office.request.pk])).content.decode()
    assert (
        client.post(reverse("counsel-answer", args=[office.request.pk]), {"opinion": "合法。"}).status_code
        == 422
    )


def test_another_lawyers_request_is_not_there(office, signed_in):
    other = make_person(
        office.city.unit, "lvshi2", "钱示例", Role.OUTSIDE_LAWYER, certificate=None, outside=True
    )
    assert signed_in(other).get(reverse("counsel-request", args=[office.request.pk])).status_code == 404


def test_an_account_that_sees_the_office_is_no_outside_lawyers(office):
    lawyers = find("lawyers")
    with pytest.raises(Refused, match="不是外部人员"):
        services.take(
            actor=office.city.legality_reviewer,
            on=ON,
            register=lawyers,
            record=office.engaged,
            act=lawyers.act("account"),
            answers={"account": office.city.handler},
        )


def test_a_lawyer_is_asked_only_while_engaged(office):
    with pytest.raises(Refused, match="聘期已于2024-12-31届满"):
        ask(office, "新的事项", asked_on=date(2025, 1, 6), answer_by=date(2025, 1, 16))
