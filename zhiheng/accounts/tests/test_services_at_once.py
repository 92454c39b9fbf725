"""Two administrators at the same moment: one asks, the other is told; a second person confirms once. Threads need a real server."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection

from tests.world import build
from zhiheng.accounts import services
from zhiheng.accounts.models import Confirmation, Person, RoleGrant
from zhiheng.accounts.rights import Role
from zhiheng.audit import services as audit
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db(transaction=True)
ON = date(2024, 6, 3)


@pytest.fixture
def cast():
    if connection.vendor == "sqlite":
        pytest.skip("threads share SQLite's memory database")
    return build()


def at_once(*acts) -> tuple[int, list[str]]:
    """How many of the acts were done, and what the others were told; what a table alone kept out counts as told."""
    ready, done, told = Barrier(len(acts)), [], []

    def run(act):
        try:
            ready.wait()
            done.append(act())
        except Refused as refused:
            told.append(str(refused))
        except IntegrityError:
            told.append("409")
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return len(done), told


def test_a_role_is_asked_for_once_and_confirmed_once(cast):
    given = {"on": ON, "person": cast.a.handler, "role": Role.UNIT_HEAD, "since": ON}
    asked = [
        lambda who=who: services.grant_role(actor=who, **given) for who in (cast.a.admin, cast.city.admin)
    ]
    done, told = at_once(*asked)
    assert done == 1 and "正等待核实" in told[0]
    one = Confirmation.objects.get()
    seconds = (cast.a.leader, cast.a.unit_head, cast.city.chief)
    decided = [
        lambda who=who: services.confirm(actor=who, on=ON, confirmation=one, agreed=True) for who in seconds
    ]
    done, told = at_once(*decided)
    assert done == 1 and all("已经核实过" in words for words in told)
    assert RoleGrant.objects.filter(person=cast.a.handler, role=Role.UNIT_HEAD).count() == 1
    assert audit.verify().broken == ""


def test_a_name_is_given_once(cast):
    fields = {
        "on": ON,
        "unit": cast.a.unit,
        "username": "tong-ming",
        "name": "同名",
        "password": "yi-ge-mima-1",
    }
    done, told = at_once(*[lambda: services.add_person(actor=cast.a.admin, **fields)] * 3)
    assert done == 1 and len(told) == 2
    assert Person.objects.filter(username="tong-ming").count() == 1
    assert audit.verify().broken == ""
