"""Handing a role over while away, on the pages."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from zhiheng.accounts import services
from zhiheng.accounts.models import Delegation, Person, RoleGrant
from zhiheng.accounts.rights import Role
from zhiheng.accounts.selectors import duty_roles

pytestmark = pytest.mark.django_db

ON = date(2024, 3, 4)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)


def test_a_head_hands_over_on_the_page_sees_it_there_and_takes_it_back(world, signed_in):
    client = signed_in(world.a.unit_head)
    given = {
        "role": Role.UNIT_HEAD,
        "deputy": world.a.reviewer.pk,
        "since": "2024-03-05",
        "until": "2024-03-08",
        "reason": "年休假",
    }
    assert client.post("/people/me/delegations/new/", given).status_code == 302
    mine = client.get("/people/me/").content.decode()
    assert "2024-03-05 至 2024-03-08" in mine and "收回" in mine
    theirs = signed_in(world.a.reviewer).get("/people/me/").content.decode()
    assert f"{world.a.unit_head.name}委托{world.a.reviewer.name}代行" in theirs
    pk = Delegation.objects.get().pk
    assert signed_in(world.a.leader).post(f"/people/me/delegations/{pk}/revoke/").status_code == 404
    signed_in(world.a.unit_head).post(f"/people/me/delegations/{pk}/revoke/")
    assert Delegation.objects.get().revoked_on == ON


def test_only_roles_that_may_be_handed_over_are_offered(world, signed_in):
    offered = signed_in(world.a.leader).get("/people/me/delegations/new/").content.decode()
    assert f'value="{Role.LEADER}"' in offered and f'value="{Role.COLLECTIVE}"' not in offered
    assert "委托代行" not in signed_in(world.a.handler).get("/people/me/").content.decode()


def test_a_role_that_its_giver_no_longer_holds_is_nobodys_to_take_over_whatever_else_the_giver_holds(world):
    giver, deputy, later = world.a.unit_head, world.a.reviewer, date(2024, 3, 7)
    RoleGrant.objects.create(person=giver, role=Role.CASE_REVIEWER, since=ON)
    services.delegate(
        actor=giver,
        on=ON,
        deputy=deputy,
        role=Role.UNIT_HEAD,
        since=ON,
        until=date(2024, 3, 8),
        reason="年休假",
    )
    assert Role.UNIT_HEAD in duty_roles(Person.objects.get(pk=deputy.pk), later)
    giver.grants.filter(role=Role.UNIT_HEAD).update(until=date(2024, 3, 6))
    assert Role.UNIT_HEAD in duty_roles(Person.objects.get(pk=deputy.pk), date(2024, 3, 6))
    assert Role.UNIT_HEAD not in duty_roles(Person.objects.get(pk=deputy.pk), later)
