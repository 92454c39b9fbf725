"""Managing people: who may, what is refused in words, and that every change is in the ledger."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from tests.world import give_role
from zhiheng.accounts import selectors, services, signing_in
from zhiheng.accounts.models import Certificate, Person, RoleGrant
from zhiheng.accounts.rights import OF_THE_OFFICE, Right, Role, roles_with
from zhiheng.audit.models import Entry
from zhiheng.audit.services import verify
from zhiheng.refusal import Refused

ON = date(2024, 6, 3)


def last_entry() -> Entry:
    return Entry.objects.order_by("-seq").first()


def new_person(actor, unit, username="xin-ren", **changed):
    fields = {"name": "华新人", "password": "yi-ge-mima-1", "phone": "", "law_qualified": False} | changed
    return services.add_person(actor=actor, on=ON, unit=unit, username=username, **fields)


def test_a_unit_administrator_adds_a_person_who_can_sign_in(world, client):
    made = new_person(world.a.admin, world.a.unit)
    assert made.check_password("yi-ge-mima-1")
    entry = last_entry()
    assert (entry.action, entry.actor_name, entry.subject_name) == ("新增人员", "施政和", "华新人")
    assert "yi-ge-mima-1" not in str(entry.data)


@pytest.mark.parametrize("who", ["handler", "leader", "expired"])
def test_somebody_without_the_right_is_refused_in_words(world, who):
    with pytest.raises(Refused, match="管理员"):
        new_person(getattr(world.a, who), world.a.unit)
    assert not Entry.objects.exists()


def test_an_administrator_cannot_reach_a_neighbour(world):
    with pytest.raises(Refused, match="渝中区市场监督管理局不在您的管理范围内"):
        services.grant_role(actor=world.a.admin, on=ON, person=world.b.handler, role=Role.LEADER, since=ON)


def test_the_office_administrator_manages_the_bureaus_below(world):
    give_role(world.city.admin, world.city.chief, world.b.handler, Role.UNIT_ADMIN, on=ON)
    assert selectors.may(world.b.handler, Right.MANAGE_PEOPLE, ON)


def test_a_unit_administrator_cannot_make_a_system_administrator(world):
    with pytest.raises(Refused, match="系统管理员只能由系统管理员授予"):
        services.grant_role(actor=world.a.admin, on=ON, person=world.a.handler, role=Role.ADMIN, since=ON)


def test_a_user_name_is_used_once(world):
    with pytest.raises(Refused, match="已有人使用") as refused:
        new_person(world.a.admin, world.a.unit, username="yi-chengban")
    assert refused.value.reasons[0].field == "username"


def test_a_role_holds_from_its_first_to_its_last_day(world):
    grant = give_role(
        world.a.admin, world.a.leader, world.a.handler, Role.UNIT_HEAD, on=ON, since=date(2024, 7, 1)
    )
    services.end_role(actor=world.a.admin, on=ON, grant=grant, until=date(2024, 7, 31))

    def held(day):
        return Role.UNIT_HEAD in selectors.roles_of(Person.objects.get(pk=world.a.handler.pk), day)

    assert [
        held(date(2024, 6, 30)),
        held(date(2024, 7, 1)),
        held(date(2024, 7, 31)),
        held(date(2024, 8, 1)),
    ] == [
        False,
        True,
        True,
        False,
    ]


def test_a_role_held_already_is_refused_with_its_days(world):
    with pytest.raises(Refused, match="已任承办人（2020-01-01 起至今）"):
        services.grant_role(actor=world.a.admin, on=ON, person=world.a.handler, role=Role.HANDLER, since=ON)


def test_a_role_cannot_end_before_it_began_nor_twice(world):
    grant = world.a.handler.grants.get()
    with pytest.raises(Refused, match="早于任职起日"):
        services.end_role(actor=world.a.admin, on=ON, grant=grant, until=date(2019, 12, 31))
    services.end_role(actor=world.a.admin, on=ON, grant=grant, until=ON)
    with pytest.raises(Refused, match="已于 2024-06-03 结束"):
        services.end_role(actor=world.a.admin, on=ON, grant=grant, until=ON)


def test_an_administrator_cannot_shut_themselves_out(world):
    with pytest.raises(Refused, match="不能结束自己"):
        services.end_role(actor=world.a.admin, on=ON, grant=world.a.admin.grants.get(), until=ON)
    with pytest.raises(Refused, match="不能停用自己"):
        services.set_active(actor=world.a.admin, on=ON, person=world.a.admin, active=False)


def test_a_certificate_number_belongs_to_one_person(world):
    number = world.b.handler.certificates.get().number
    with pytest.raises(Refused, match="已登记在孔邻里名下"):
        services.add_certificate(
            actor=world.a.admin,
            on=ON,
            person=world.a.expired,
            number=number,
            valid_from=ON,
            valid_to=date(2029, 6, 2),
        )


def test_a_renewed_certificate_is_valid_again(world):
    assert world.a.expired.pk not in selectors.certificates_on([world.a.expired], ON)
    services.add_certificate(
        actor=world.a.admin,
        on=ON,
        person=world.a.expired,
        number="渝010001",
        valid_from=ON,
        valid_to=date(2029, 6, 2),
    )
    assert selectors.certificates_on([world.a.expired], ON)[world.a.expired.pk].number == "渝010001"
    assert last_entry().action == "登记执法证"


def test_certificate_dates_the_wrong_way_round_name_the_field(world):
    with pytest.raises(Refused) as refused:
        services.add_certificate(
            actor=world.a.admin,
            on=ON,
            person=world.a.expired,
            number="渝1",
            valid_from=ON,
            valid_to=date(2024, 1, 1),
        )
    assert refused.value.reasons[0].field == "valid_to"
    assert not Certificate.objects.filter(number="渝1").exists()


def test_a_person_put_out_of_use_cannot_sign_in(world, client):
    from tests.world import PASSWORD

    services.set_active(actor=world.a.admin, on=ON, person=world.a.handler, active=False)
    answer = client.post("/people/sign-in/", {"username": "jia-chengban", "password": PASSWORD})
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_every_service_on_people_writes_one_entry_and_the_chain_holds(world):
    admin, person = world.a.admin, world.a.handler
    services.add_person(
        actor=admin, on=ON, unit=world.a.unit, username="x-y-z", name="新人", password="yi-ge-mima-1"
    )
    services.change_person(
        actor=admin, on=ON, person=person, name="朱文远", phone="13800000000", law_qualified=True
    )
    services.reset_password(actor=admin, on=ON, person=person, password="ling-yi-ge-2")
    services.set_active(actor=admin, on=ON, person=person, active=False)
    services.set_active(actor=admin, on=ON, person=person, active=True)
    give_role(admin, world.a.leader, person, Role.PLANNER, on=ON)
    asked = person.confirmations.get(role="")
    services.confirm(actor=world.a.leader, on=ON, confirmation=asked, agreed=True)
    services.end_role(actor=admin, on=ON, grant=person.grants.get(role=Role.PLANNER), until=ON)
    services.add_certificate(
        actor=admin, on=ON, person=person, number="渝2", valid_from=ON, valid_to=date(2029, 1, 1)
    )
    services.change_password(actor=person, on=ON, password="zi-ji-gai-3")
    services.record_sign_in(actor=person, on=ON, address="127.0.0.1", at=timezone.now())
    services.record_sign_out(actor=person, on=ON)
    signing_in.failed(username="nobody", address="127.0.0.1", at=timezone.now(), on=ON)
    assert list(Entry.objects.values_list("action", flat=True)) == [
        "新增人员",
        "修改人员信息",
        "重设密码",
        "停用人员",
        "恢复使用",
        "提请授予角色",
        "授予角色",
        "核实账号",
        "结束任职",
        "登记执法证",
        "修改密码",
        "登录",
        "退出登录",
        "登录失败",
    ]
    assert Entry.objects.get(action="修改人员信息").data["name"] == {"from": "朱文渊", "to": "朱文远"}
    assert verify().broken == ""


def test_a_certificate_is_valid_from_its_first_to_its_last_day(world):
    person = world.a.expired  # 2018-01-01 to 2023-12-31
    days = (date(2017, 12, 31), date(2018, 1, 1), date(2023, 12, 31), date(2024, 1, 1))
    assert [bool(selectors.certificates_on([person], day)) for day in days] == [False, True, True, False]


def test_a_role_may_end_on_the_day_it_began(world):
    grant = give_role(world.a.admin, world.a.unit_head, world.a.leader, Role.HEARING_CHAIR, on=ON)
    services.end_role(actor=world.a.admin, on=ON, grant=grant, until=ON)
    grant.refresh_from_db()
    assert grant.until == ON


def test_only_a_system_administrator_ends_the_role_of_another(world):
    grant = RoleGrant.objects.create(person=world.a.leader, role=Role.ADMIN, since=date(2024, 1, 1))
    with pytest.raises(Refused, match="只能由系统管理员管理"):
        services.end_role(actor=world.a.admin, on=ON, grant=grant, until=ON)
    services.end_role(actor=world.city.admin, on=ON, grant=grant, until=ON)


def test_a_password_set_by_somebody_else_must_be_changed_and_an_own_one_need_not(world):
    for person, must in ((world.a.handler, True), (world.a.admin, False)):
        services.reset_password(actor=world.a.admin, on=ON, person=person, password="yi-ge-mima-2")
        assert Person.objects.get(pk=person.pk).must_change_password is must


def test_rights_are_held_over_the_own_unit_and_those_of_the_office_over_all(world):
    own, below, beside = world.city.unit.pk, world.a.unit.pk, world.b.unit.pk

    def reached(person, right) -> list[bool]:
        return [selectors.may_in(person, right, unit, ON) for unit in (own, below, beside)]

    assert reached(world.city.planner, Right.KEEP_PUBLICITY) == [True, False, False]
    assert reached(world.a.leader, Right.KEEP_PUBLICITY) == [False, True, False]
    for right in OF_THE_OFFICE:
        holders = roles_with(right)
        office, bureau = (
            [
                one
                for one in vars(cast).values()
                if isinstance(one, Person) and selectors.roles_of(one, ON) & holders
            ]
            for cast in (world.city, world.a)
        )
        assert office and all(reached(person, right) == [True] * 3 for person in office), right
        assert bureau and not any(any(reached(person, right)) for person in bureau), right
    assert {Right.NAME_BASE, Right.ADOPT_LAW} <= OF_THE_OFFICE


def test_the_head_of_the_office_may_sign_where_a_department_head_may_and_is_not_asked_first(world):
    """程序规定 60: 部门负责人 is whoever heads it; whose turn it is stays the leader's."""
    give_role(world.a.admin, world.a.unit_head, world.a.co_handler, Role.CHIEF, on=ON)
    assert {Role.CHIEF, Role.LEADER} <= selectors.acting_roles(world.a.co_handler, ON)
    assert Role.LEADER not in selectors.duty_roles(world.a.co_handler, ON)
    assert Role.LEADER not in selectors.acting_roles(world.a.unit_head, ON)
    assert selectors.acts_for(world.a.co_handler, [Role.LEADER], ON) is None
