"""Who manages people keeps out of what people then do: each rule attacked with the fixed cast, in services and on pages."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from zhiheng.accounts import services
from zhiheng.accounts.models import Certificate, RoleGrant
from zhiheng.accounts.rights import Role
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db

ON = date(2024, 6, 3)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)


@pytest.mark.parametrize("who", ["city", "a"])
def test_nobody_grants_themselves_a_role_or_a_certificate(world, signed_in, who):
    admin = getattr(world, who).admin
    before = RoleGrant.objects.count(), Certificate.objects.count()
    with pytest.raises(Refused, match="不能给自己授予角色"):
        services.grant_role(actor=admin, on=ON, person=admin, role=Role.HANDLER, since=ON)
    with pytest.raises(Refused, match="不能给自己登记执法证"):
        services.add_certificate(
            actor=admin, on=ON, person=admin, number="ZH-1", valid_from=ON, valid_to=date(2030, 1, 1)
        )
    client = signed_in(admin)
    role = {"role": Role.LEADER, "since": "2024-06-03"}
    paper = {"number": "ZH-1", "valid_from": "2024-06-03", "valid_to": "2030-01-01"}
    assert client.post(f"/people/{admin.pk}/roles/new/", role).status_code == 422
    assert client.post(f"/people/{admin.pk}/certificates/new/", paper).status_code == 422
    assert (RoleGrant.objects.count(), Certificate.objects.count()) == before


def test_a_unit_administrator_cannot_touch_a_system_administrator(world, signed_in):
    city, own = world.city, world.a.admin
    RoleGrant.objects.create(person=city.planner, role=Role.UNIT_ADMIN, since=date(2020, 1, 1))
    system, actor = city.admin, type(city.planner).objects.get(pk=city.planner.pk)
    grant = system.grants.get(role=Role.ADMIN)
    acts = (
        lambda who: services.reset_password(actor=who, on=ON, person=system, password="ling-yi-ge-mima-2"),
        lambda who: services.set_active(actor=who, on=ON, person=system, active=False),
        lambda who: services.change_person(
            actor=who, on=ON, person=system, name="别人", phone="", law_qualified=False
        ),
        lambda who: services.grant_role(actor=who, on=ON, person=system, role=Role.HANDLER, since=ON),
        lambda who: services.end_role(actor=who, on=ON, grant=grant, until=ON),
        lambda who: services.add_certificate(
            actor=who, on=ON, person=system, number="ZH-2", valid_from=ON, valid_to=date(2030, 1, 1)
        ),
    )
    for act in acts:
        for who in (actor, own):
            with pytest.raises(Refused):
                act(who)
    assert signed_in(actor).post(f"/people/{system.pk}/active/", {"active": "0"}).status_code == 302
    system.refresh_from_db()
    assert system.is_active and system.grants.count() == 1
