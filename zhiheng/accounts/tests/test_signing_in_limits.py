"""Guessing does not pay, a flood of guesses does not lock the office out, and the ledger does not grow with it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session

from tests.world import PASSWORD, sign_in
from zhiheng.accounts import services, signing_in
from zhiheng.accounts.models import SignInCount
from zhiheng.audit.models import Entry
from zhiheng.jobs import services as jobs
from zhiheng.refusal import Refused

AT = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
ON = date(2025, 3, 3)
pytestmark = pytest.mark.django_db


def fail(number: int, username="zhou", address="10.0.0.1", at=AT):
    pauses = [signing_in.failed(username=username, address=address, at=at, on=ON) for _ in range(number)]
    return pauses[-1]


def paused(username="zhou", address="10.0.0.1", at=AT) -> str:
    found = signing_in.pause(username=username, address=address, at=at)
    return found.kind if found else ""


def test_a_name_at_an_address_waits_after_five_failures_and_no_other_does():
    fail(4)
    assert not paused()
    fail(1)
    assert paused() == "both"
    assert not paused(address="10.0.0.2")
    assert not paused(username="wu")
    assert not paused(at=AT + signing_in.WINDOW)


def test_waiting_is_not_made_longer_by_trying_again(client, world):
    for _ in range(8):
        answer = client.post("/people/sign-in/", {"username": "jia-chengban", "password": "x"})
    assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 900
    assert SignInCount.objects.get(key__startswith="jia-chengban\n1").failures == 5


def test_many_names_from_one_address_are_stopped_and_a_name_from_many_addresses():
    for n in range(signing_in.LIMITS["address"]):
        fail(1, username=f"name{n}")
    assert paused(username="new") == "address"
    assert not paused(username="new", address="10.0.0.2")
    for n in range(signing_in.LIMITS["name"]):
        fail(1, username="chief", address=f"10.1.0.{n}")
    assert paused(username="chief", address="10.9.9.9") == "name"


def test_nobody_is_locked_out_of_their_office_by_guesses_from_elsewhere(world):
    signing_in.succeeded(actor=world.a.handler, address="10.0.0.1", at=AT - timedelta(days=3))
    for n in range(signing_in.LIMITS["name"]):
        fail(1, username="chief", address=f"203.0.113.{n}")
    assert paused(username="chief", address="198.51.100.1") == "name"
    assert not paused(username="chief", address="10.0.0.1")
    fail(signing_in.LIMITS["both"], username="chief", address="10.0.0.1")
    assert paused(username="chief", address="10.0.0.1") == "both"


def test_a_flood_from_everywhere_stops_addresses_nobody_knows_and_not_the_office(world, monkeypatch):
    monkeypatch.setitem(signing_in.LIMITS, "all", 40)
    signing_in.succeeded(actor=world.a.handler, address="10.0.0.1", at=AT - timedelta(days=3))
    for n in range(40):
        fail(1, username=f"guess{n}", address=f"172.16.0.{n}")
    assert paused(username="anybody", address="172.16.9.9") == "all"
    assert not paused(username="anybody", address="10.0.0.1")


def test_a_success_forgets_the_failures_and_the_ledger_has_their_sum(client, world):
    for _ in range(4):
        client.post("/people/sign-in/", {"username": "jia-chengban", "password": "x"})
    client.post("/people/sign-in/", {"username": "jia-chengban", "password": PASSWORD})
    assert Entry.objects.get(action="登录").data["failures"] == 4
    client.post("/people/sign-out/")
    for _ in range(4):
        assert (
            client.post("/people/sign-in/", {"username": "jia-chengban", "password": "x"}).status_code == 200
        )


def test_hundreds_of_failures_leave_a_few_entries_that_add_up():
    for n in range(300):
        signing_in.failed(username=f"name{n}", address="10.0.0.1", at=AT, on=ON)
    fail(1, at=AT + signing_in.WINDOW * 2)
    assert Entry.objects.count() < 30
    assert Entry.objects.get(action="登录失败合计").data["failures"] == 300


def test_an_old_hash_is_made_anew_at_sign_in_and_the_ledger_knows(client, world, settings):
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    from zhiheng.audit.services import digest

    person = world.a.handler
    person.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)
    person.save()
    client.post("/people/sign-in/", {"username": person.username, "password": PASSWORD})
    person.refresh_from_db()
    assert person.password.startswith("argon2$")
    assert Entry.objects.get(action="登录").data["password"] == digest(person.password.encode())


def test_a_hash_costs_little_memory_and_is_still_argon2id():
    made = signing_in.FewArgon2().encode("a-password-1", "some-salt-here")
    assert "argon2id$" in made and "m=19456,t=2,p=1" in made


def test_an_address_known_as_ours_has_its_own_limit_all_the_same(world):
    signing_in.succeeded(actor=world.a.handler, address="10.0.0.1", at=AT - timedelta(days=3))
    fail(5)
    assert paused() == "both"


@pytest.mark.parametrize(
    "password", ["jia-chengban", "jia-chengban1", "JIA-CHENGBAN", "12345678", "password"]
)
def test_a_password_like_the_name_or_like_everybodys_is_refused(password, world):
    with pytest.raises(Refused) as refused:
        services.reset_password(actor=world.a.admin, on=ON, person=world.a.handler, password=password)
    assert refused.value.reasons[0].field == "password"


@pytest.mark.parametrize("typed", ["ＴＥＳＴ9001", "test 9001", "TEST９００１"])
def test_a_certificates_number_is_the_same_however_it_is_typed(typed, world):
    days = {"valid_from": date(2024, 1, 1), "valid_to": date(2028, 1, 1)}
    services.add_certificate(actor=world.a.admin, on=ON, person=world.a.handler, number="TEST9001", **days)
    with pytest.raises(Refused, match="TEST9001 已登记"):
        services.add_certificate(actor=world.a.admin, on=ON, person=world.a.leader, number=typed, **days)


@pytest.mark.parametrize("unseen", ["\u200b", "\u202e", "\x07", "\ufeff", "\u2066"])
def test_a_name_holds_no_sign_that_nobody_sees(unseen, world, signed_in):
    fields = {"name": f"新{unseen}同志", "username": "xin", "unit": "500112", "password": "yi-ge-mima-1"}
    answer = signed_in(world.a.admin).post("/people/new/", fields)
    assert answer.status_code == 422
    assert f"U+{ord(unseen):04X}" in str(answer.context["form"].errors["name"])


def test_every_day_ended_sessions_and_old_counts_go_and_what_is_in_use_stays(client, world):
    sign_in(client, world.a.handler)
    Session.objects.create(
        session_key="ended", session_data="", expire_date=AT - timedelta(days=1, minutes=1)
    )
    old = AT - timedelta(days=2)
    for key, succeeded in (
        ("gone", None),
        ("stays", AT - timedelta(days=3)),
        ("left", AT - timedelta(days=45)),
    ):
        SignInCount.objects.create(key=key, since=old, succeeded=succeeded)
    jobs.tidy(at=AT)
    assert Session.objects.count() == 1 and client.get("/").status_code == 200
    assert list(SignInCount.objects.filter(since=old).values_list("key", flat=True)) == ["stays"]


def test_what_an_address_failed_is_told_in_sum_though_it_never_comes_back(world):
    for n in range(30):
        fail(1, username=f"zao-{n}")
    told = Entry.objects.filter(action="登录失败").count()
    assert told < 30
    jobs.tidy(at=AT + timedelta(hours=1))
    (entry,) = Entry.objects.filter(action="登录失败合计")
    assert entry.data["failures"] == 30
    jobs.tidy(at=AT + timedelta(hours=2))
    assert Entry.objects.filter(action="登录失败合计").count() == 1
    jobs.tidy(at=AT + timedelta(days=2))
    assert not SignInCount.objects.exists()
