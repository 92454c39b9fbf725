"""A password that somebody else knows is changed before anything else."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.world import PASSWORD
from zhiheng.accounts import services
from zhiheng.accounts.models import Person
from zhiheng.accounts.setting_up import create_first_administrator, create_units

pytestmark = pytest.mark.django_db
ON = date(2026, 1, 5)
GIVEN, OWN = "gei-de-mima-1", "zi-ji-de-mima-2"
CHANGE = "/people/me/password/"


def signed_in_by_hand(username, password):
    client = Client()
    answer = client.post(reverse("login"), {"username": username, "password": password}, follow=True)
    return client, answer


def change(client, old, new, again=None):
    data = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post(CHANGE, data)


@pytest.fixture
def administrator():
    row = {"code": "51", "name": "某省知识产权局", "short_name": "省局", "kind": "office", "parent": ""}
    create_units(rows=[row | {"number_prefix": "某知"}], on=ON)
    return create_first_administrator(username="guanli", name="管理员", password=GIVEN, on=ON)


def test_the_first_administrator_sees_nothing_before_the_password_is_changed(administrator):
    client, answer = signed_in_by_hand("guanli", GIVEN)
    assert answer.redirect_chain[-1][0] == CHANGE
    assert "换成只有您自己知道的密码" in answer.content.decode()
    for address in ("/", "/cases/", "/people/", "/people/new/", "/cases/ledgers/new/"):
        answer = client.get(address)
        assert (answer.status_code, answer.url) == (302, CHANGE), address
    people = Person.objects.count()
    answer = client.post(
        "/people/new/", {"name": "新人", "username": "xinren", "password": OWN, "unit": "51"}
    )
    assert (answer.url, Person.objects.count()) == (CHANGE, people)

    answer = change(client, GIVEN, OWN)
    assert answer.status_code == 302 and answer.url == "/"
    assert client.get("/").status_code == 200
    assert client.get("/people/").status_code == 200
    _, answer = signed_in_by_hand("guanli", OWN)
    assert answer.redirect_chain[-1][0] == "/"


def test_the_given_password_cannot_be_given_again(administrator):
    client, _ = signed_in_by_hand("guanli", GIVEN)
    assert "与现在的密码相同" in change(client, GIVEN, GIVEN).content.decode()
    assert "不一样" in change(client, GIVEN, OWN, OWN + "x").content.decode()
    assert "现在的密码不对" in change(client, "bie-de", OWN).content.decode()
    administrator.refresh_from_db()
    assert administrator.must_change_password
    assert client.get("/").url == CHANGE


def test_one_may_sign_out_without_changing_it_and_a_part_of_a_page_leads_there_too(administrator):
    client, _ = signed_in_by_hand("guanli", GIVEN)
    answer = client.get("/cases/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (200, CHANGE)
    assert not answer.content
    assert client.post(reverse("logout")).url == reverse("login")
    assert client.get("/").url.startswith(reverse("login"))


def test_people_added_and_passwords_reset_are_changed_at_the_next_sign_in(world):
    admin = world.a.admin
    person = services.add_person(
        actor=admin, on=ON, unit=world.a.unit, username="xin-ren", name="新人", password=GIVEN
    )
    client, answer = signed_in_by_hand("xin-ren", GIVEN)
    assert answer.redirect_chain[-1][0] == CHANGE
    change(client, GIVEN, OWN)
    asked = person.confirmations.get()
    services.confirm(actor=world.a.leader, on=ON, confirmation=asked, agreed=True)
    assert client.get("/").status_code == 200
    services.reset_password(actor=admin, on=ON, person=person, password=GIVEN)
    _, answer = signed_in_by_hand("xin-ren", GIVEN)
    assert answer.redirect_chain[-1][0] == CHANGE


def test_everybody_else_goes_to_work_at_once(world):
    client, answer = signed_in_by_hand(world.a.handler.username, PASSWORD)
    assert answer.redirect_chain[-1][0] == "/"
    assert "取消" in client.get(CHANGE).content.decode()
