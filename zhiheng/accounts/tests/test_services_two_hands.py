"""What makes an account act takes two: nobody makes or takes over an account to act through it, an administrator neither."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.world import give_role, make_person, sign_in, tell_of
from zhiheng.accounts import selectors, services
from zhiheng.accounts.models import Confirmation, Person, RoleGrant
from zhiheng.accounts.rights import Role
from zhiheng.audit.models import Entry
from zhiheng.audit.verification import verify
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db

ON = date(2024, 6, 3)
SECRET, OWN = "yi-ge-mima-1", "zi-ji-de-mima-2"
WAITS = "/people/me/waits/"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)


def again(person: Person) -> Person:
    return Person.objects.select_related("unit").get(pk=person.pk)


def puppet_of(admin: Person) -> Person:
    return services.add_person(
        actor=admin, on=ON, unit=admin.unit, username="mu-ou", name="木偶", password=SECRET
    )


def entered(username: str, password: str) -> Client:
    """Signed in by hand, with the first password changed, as whoever set it can do."""
    client = Client()
    client.post("/people/sign-in/", {"username": username, "password": password})
    client.post(
        "/people/me/password/",
        {"old_password": password, "new_password1": OWN, "new_password2": OWN},
    )
    return client


def decide(second: Person, person: Person, *, role: str = "", agreed: bool = True, reason: str = ""):
    one = person.confirmations.get(role=role, decided_on=None)
    return services.confirm(actor=again(second), on=ON, confirmation=one, agreed=agreed, reason=reason)


@pytest.mark.parametrize("who", ["city", "a"])
def test_a_puppet_made_by_an_administrator_opens_nothing_and_holds_no_role(world, who):
    """The administrator of a unit and of the whole: adds somebody who is nobody, gives them a role, signs in as them."""
    admin = getattr(world, who).admin
    puppet = puppet_of(admin)
    for role in (Role.HANDLER, Role.LEADER, Role.UNIT_ADMIN):
        services.grant_role(actor=admin, on=ON, person=puppet, role=role, since=date(2020, 1, 1))
    client = entered("mu-ou", SECRET)
    assert client.session["_auth_user_id"] == str(puppet.pk)
    for page in (
        "/",
        "/cases/",
        "/people/",
        "/search/?q=x",
        "/people/confirmations/",
        "/reports/2024/",
    ):
        assert client.get(page).url == WAITS, page
        assert client.post(page, {"verdict": "yes"}).url == WAITS, page
    assert client.get("/cases/", headers={"HX-Request": "true"})["HX-Redirect"] == WAITS
    assert not selectors.acting_roles(again(puppet), ON)
    assert not RoleGrant.objects.filter(person=puppet).exists()
    words = client.get(WAITS).content.decode()
    assert (
        admin.name in words
        and "可以核实的人" in words
        and admin.name not in words.partition("可以核实的人")[2]
    )


def test_whoever_resets_a_password_does_not_act_through_the_account(world):
    """The head's password is set anew by the administrator, who signs in with it: nothing opens until a second one has asked the head."""
    services.reset_password(actor=world.a.admin, on=ON, person=world.a.leader, password=SECRET)
    client = entered(world.a.leader.username, SECRET)
    assert client.get("/work/").url == WAITS
    with pytest.raises(Refused, match="您自己提请的"):
        decide(world.a.admin, world.a.leader)
    decide(world.a.unit_head, world.a.leader)
    assert client.get("/work/").status_code == 200
    assert client.get(WAITS).url == "/"


def test_a_lawyer_from_outside_is_told_what_the_account_waits_for(world):
    """They see no page of the house but their own; where their own account leads is one of these."""
    lawyer = services.add_person(
        actor=world.a.admin,
        on=ON,
        unit=world.a.unit,
        username="lv-shi",
        name="律师",
        password=SECRET,
        outside=True,
    )
    client = entered("lv-shi", SECRET)
    assert client.get("/").url == WAITS
    assert world.a.leader.name in client.get(WAITS).content.decode()
    decide(world.a.leader, lawyer)
    assert client.get(WAITS, follow=True).status_code == 200


def test_ones_own_password_needs_nobody(world):
    services.reset_password(actor=world.a.admin, on=ON, person=world.a.admin, password=SECRET)
    assert not again(world.a.admin).rests and not Confirmation.objects.exists()


def test_who_sets_the_password_last_is_who_must_not_confirm(world):
    other = make_person(world.a.unit, "jia-guanli2", "另管理", Role.UNIT_ADMIN, certificate=None)
    puppet = puppet_of(world.a.admin)
    services.reset_password(actor=other, on=ON, person=puppet, password=SECRET)
    assert Confirmation.objects.get(person=puppet).asked_by == other
    with pytest.raises(Refused, match="您自己提请的"):
        decide(other, puppet)
    decide(world.a.admin, puppet)
    assert not again(puppet).rests


def test_nobody_confirms_themselves_nor_a_neighbour_nor_without_an_office_to_do_so(world):
    puppet = puppet_of(world.a.admin)
    services.grant_role(actor=world.a.admin, on=ON, person=world.a.unit_head, role=Role.LEADER, since=ON)
    with pytest.raises(Refused, match="自己的账号和任职"):
        decide(world.a.unit_head, world.a.unit_head, role=Role.LEADER)
    for second in (
        world.b.leader,
        world.b.unit_head,
        world.a.handler,
        world.a.reviewer,
        world.city.auditor,
        puppet,
    ):
        with pytest.raises(Refused):
            decide(second, puppet)
    assert again(puppet).rests


def test_a_role_is_held_from_its_day_once_confirmed_and_the_entries_name_both(world):
    asked = services.grant_role(
        actor=world.a.admin, on=ON, person=world.a.handler, role=Role.UNIT_HEAD, since=ON
    )
    assert isinstance(asked, Confirmation) and Role.UNIT_HEAD not in selectors.roles_of(
        again(world.a.handler), ON
    )
    with pytest.raises(Refused, match="正等待核实"):
        services.grant_role(
            actor=world.city.admin, on=ON, person=world.a.handler, role=Role.UNIT_HEAD, since=ON
        )
    decide(world.a.leader, world.a.handler, role=Role.UNIT_HEAD)
    assert Role.UNIT_HEAD in selectors.roles_of(again(world.a.handler), ON)
    told = [
        (entry.action, entry.actor_name, entry.data.get("asked_by"))
        for entry in Entry.objects.order_by("seq")
    ]
    assert told == [
        ("提请授予角色", world.a.admin.name, None),
        ("授予角色", world.a.leader.name, world.a.admin.username),
    ]
    with pytest.raises(Refused, match="已经核实过"):
        services.confirm(actor=world.city.chief, on=ON, confirmation=asked, agreed=True)


def test_what_is_not_confirmed_stays_as_it_is_with_the_reason(world):
    puppet = puppet_of(world.a.admin)
    with pytest.raises(Refused, match="原因"):
        decide(world.a.leader, puppet, agreed=False)
    decide(world.a.leader, puppet, agreed=False, reason="本单位没有这个人")
    assert again(puppet).rests
    words = entered("mu-ou", SECRET).get(WAITS).content.decode()
    assert "本单位没有这个人" in words
    assert Entry.objects.order_by("-seq").first().action in {"登录", "修改密码"}
    assert Entry.objects.filter(action="不予核实", subject_id=str(puppet.pk)).exists()


def test_the_office_is_told_what_a_district_decides_by_itself(world):
    puppet = puppet_of(world.a.admin)
    chief, neighbour = sign_in(Client(), world.city.chief), sign_in(Client(), world.b.leader)
    assert "待核实账号和任职" in chief.get("/").content.decode()
    assert "待核实账号和任职" not in neighbour.get("/").content.decode()
    one = Confirmation.objects.get()
    page = f"/people/confirmations/{one.pk}/"
    assert neighbour.get(page).status_code == neighbour.post(page, {"verdict": "yes"}).status_code == 404
    own = sign_in(Client(), world.a.leader)
    assert own.post(page, {"verdict": "yes", "reason": ""}).status_code == 302
    listed = chief.get("/people/confirmations/").content.decode()
    assert puppet.name in listed and world.a.admin.name in listed and world.a.leader.name in listed
    assert "待核实账号和任职" not in chief.get("/").content.decode()
    assert world.a.leader.name in chief.get(page).content.decode()
    assert sign_in(Client(), world.a.handler).get("/people/confirmations/").status_code == 404


def test_who_begins_alone_acts_alone_and_every_entry_says_so(world):
    """A new office has nobody to ask: its first administrator adds a head, and from then on asks the head."""
    Person.objects.exclude(pk=world.city.admin.pk).update(is_active=False)
    head = services.add_person(
        actor=world.city.admin,
        on=ON,
        unit=world.city.unit,
        username="shou-zhang",
        name="首长",
        password=SECRET,
    )
    grant = services.grant_role(actor=world.city.admin, on=ON, person=head, role=Role.CHIEF, since=ON)
    assert isinstance(grant, RoleGrant) and not again(head).rests
    assert [entry.data.get("alone") for entry in Entry.objects.order_by("seq")] == [True, True]
    services.change_password(actor=again(head), on=ON, password=OWN)
    later = services.grant_role(actor=world.city.admin, on=ON, person=head, role=Role.PLANNER, since=ON)
    assert isinstance(later, RoleGrant)  # the only other one is whom it is about
    second = services.add_person(
        actor=world.city.admin, on=ON, unit=world.city.unit, username="er-hao", name="二号", password=SECRET
    )
    assert again(second).rests


def test_the_ledger_is_held_against_every_confirmation(world):
    tell_of(world)
    puppet = puppet_of(world.a.admin)
    give_role(world.a.admin, world.a.leader, world.a.handler, Role.UNIT_HEAD, on=ON)
    services.reset_password(actor=world.a.admin, on=ON, person=world.a.co_handler, password=SECRET)
    decide(world.city.unit_head, world.a.co_handler)

    def faults() -> list[str]:
        return [str(one) for one in verify().faults if "核实" in str(one) or "木偶" in str(one)]

    assert not faults()
    Person.objects.filter(pk=puppet.pk).update(rests=False)
    assert any("木偶" in one and "待核实" in one for one in faults())
    Person.objects.filter(pk=puppet.pk).update(rests=True)
    Confirmation.objects.filter(person=world.a.co_handler).update(decided_by=world.city.leader)
    assert any("被改过" in one for one in faults())
    Confirmation.objects.filter(person=puppet).delete()
    assert any("不见了" in one for one in faults())


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["add", "reset", "grant", "confirm", "change"]),
        st.integers(0, 20),
        st.integers(0, 20),
        st.sampled_from([Role.HANDLER, Role.UNIT_HEAD, Role.LEADER, Role.UNIT_ADMIN, Role.ADMIN]),
    ),
    max_size=14,
)


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_one_administrator_does_in_whatever_order_no_other_account_opens_to_them(world, acts):
    """Everything that one person can send, under their own account and every account whose password they set last."""
    from django.db import transaction

    admin = world.a.admin
    with transaction.atomic():
        held = {admin.pk}
        before = set(RoleGrant.objects.values_list("pk", flat=True))
        for number, (act, first, second, role) in enumerate(acts):
            people = list(Person.objects.select_related("unit").filter(unit=world.a.unit).order_by("pk"))
            hands = [
                one for one in people if one.pk in held and not one.rests and not one.must_change_password
            ]
            actor, person = hands[first % len(hands)], people[second % len(people)]
            try:
                with transaction.atomic():
                    if act == "add":
                        made = services.add_person(
                            actor=actor,
                            on=ON,
                            unit=world.a.unit,
                            username=f"mu-ou-{number}",
                            name="木偶",
                            password=SECRET,
                        )
                        held.add(made.pk)
                    elif act == "reset":
                        services.reset_password(actor=actor, on=ON, person=person, password=SECRET)
                        held.add(person.pk)
                    elif act == "grant":
                        services.grant_role(actor=actor, on=ON, person=person, role=role, since=ON)
                    elif act == "confirm":
                        one = Confirmation.objects.filter(decided_on=None).order_by("pk")[second % 5]
                        services.confirm(actor=actor, on=ON, confirmation=one, agreed=True)
                    elif person.pk in held:
                        services.change_password(actor=person, on=ON, password=OWN)
            except (Refused, IndexError):
                pass
        opened = Person.objects.filter(pk__in=held, rests=False).exclude(pk=admin.pk)
        assert not opened.exists()
        assert set(RoleGrant.objects.values_list("pk", flat=True)) == before
        transaction.set_rollback(True)
