"""One fixed cast for every test: the city office, two bureaus beside each other, and who works there.

    world.city.handler, .second_handler, .unit_head, .case_reviewer, .legality_reviewer, .leader, .chief,
              .planner, .auditor, .admin
    world.a.handler, .co_handler, .unit_head, .reviewer, .leader, .admin, .expired   (区局甲)
    world.b.handler, .co_handler, .unit_head, .leader                                (区局乙, who must see nothing of 甲)

Everyone who may work a case holds a certificate valid 2020–2030, but `world.a.expired`, whose ended in 2023.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import count
from types import SimpleNamespace

from django.contrib.auth.hashers import make_password

from tests.prepared import prepared
from zhiheng.accounts.models import Certificate, Person, RoleGrant, Unit, UnitKind
from zhiheng.accounts.rights import Role

# For tests only; no installation has it.
PASSWORD = "chengshi-zhiheng-1"
SINCE = date(2020, 1, 1)
VALID = (date(2020, 1, 1), date(2030, 12, 31))
EXPIRED = (date(2018, 1, 1), date(2023, 12, 31))

# Certificates of the cast are numbered from 1 in each world, those of whoever joins it further up.
_numbers = count(1_000)


@cache
def _password_hash() -> str:
    """Hashed once: argon2 is slow on purpose."""
    return make_password(PASSWORD)


def make_unit(code: str, name: str, short_name: str, parent: Unit | None = None, **fields) -> Unit:
    return Unit.objects.create(
        **{
            "code": code,
            "name": name,
            "short_name": short_name,
            "kind": UnitKind.DISTRICT if parent else UnitKind.OFFICE,
            "parent": parent,
            "path": f"{parent.path if parent else ''}{code}/",
            "number_prefix": f"渝{short_name[:2]}市监",
            "address": f"重庆市{short_name}测试路 1 号",
            "phone": "023-00000000",
            "review_organ": "重庆市人民政府",
            "court": "重庆市测试人民法院",
            "bank": "测试银行",
            "pay_code": "50000000",
            **fields,
        }
    )


@dataclass(frozen=True)
class _Told:
    """A person not written yet, with what they hold."""

    person: Person
    roles: tuple[Role, ...]
    certificate: tuple[date, date] | None
    since: date


def _told(
    unit: Unit,
    username: str,
    name: str,
    *roles: Role,
    certificate: tuple[date, date] | None = VALID,
    since: date = SINCE,
    **fields,
) -> _Told:
    person = Person(username=username, name=name, unit=unit, password=_password_hash(), **fields)
    return _Told(person, roles, certificate, since)


def _write(told: Iterable[_Told], numbers: Iterator[int] = _numbers) -> None:
    """All of them in three statements: the cast is written anew for a thousand tests."""
    told = list(told)
    Person.objects.bulk_create(one.person for one in told)
    RoleGrant.objects.bulk_create(
        RoleGrant(person=one.person, role=role, since=one.since) for one in told for role in one.roles
    )
    Certificate.objects.bulk_create(
        Certificate(
            person=one.person,
            number=f"TEST{next(numbers):08d}",
            valid_from=one.certificate[0],
            valid_to=one.certificate[1],
        )
        for one in told
        if one.certificate
    )


def make_person(
    unit: Unit,
    username: str,
    name: str,
    *roles: Role,
    certificate: tuple[date, date] | None = VALID,
    since: date = SINCE,
    **fields,
) -> Person:
    """A person who holds the roles since a day, and a certificate for the days given (None: no certificate)."""
    told = _told(unit, username, name, *roles, certificate=certificate, since=since, **fields)
    _write([told])
    return told.person


def give_role(
    admin: Person, second: Person, person: Person, role: str, *, on: date, since: date | None = None
):
    """A role as it comes about: asked for by an administrator, confirmed by a second person. Returns the RoleGrant."""
    from zhiheng.accounts import services

    asked = services.grant_role(actor=admin, on=on, person=person, role=role, since=since or on)
    services.confirm(actor=second, on=on, confirmation=asked, agreed=True)
    return person.grants.get(role=role, since=since or on)


def sign_in(client, person: Person):
    """Sign the test client in without the sign-in page; returns the client."""
    client.force_login(person, backend="zhiheng.accounts.backend.Backend")
    return client


def build() -> SimpleNamespace:
    """Write the cast to the database and hand it back."""
    city = make_unit("500000", "重庆市知识产权局", "市知识产权局", number_prefix="渝知")
    a = make_unit("500112", "重庆市渝北区市场监督管理局", "渝北区局", city)
    b = make_unit("500103", "重庆市渝中区市场监督管理局", "渝中区局", city)
    told: list[_Told] = []

    def cast(*args, **fields) -> Person:
        told.append(_told(*args, **fields))
        return told[-1].person

    world = SimpleNamespace(
        city=SimpleNamespace(
            unit=city,
            handler=cast(city, "shi-chengban", "周承安", Role.HANDLER),
            second_handler=cast(city, "shi-chengban2", "吴协和", Role.HANDLER),
            unit_head=cast(city, "shi-chuzhang", "郑立群", Role.UNIT_HEAD),
            case_reviewer=cast(city, "shi-shenhe", "冯审言", Role.CASE_REVIEWER),
            legality_reviewer=cast(city, "shi-fazhi", "陈法度", Role.LEGALITY_REVIEWER, law_qualified=True),
            leader=cast(city, "shi-fenguan", "褚明远", Role.LEADER),
            chief=cast(city, "shi-juzhang", "卫国栋", Role.CHIEF, Role.LEADER, Role.COLLECTIVE),
            hearing_chair=cast(city, "shi-tingzheng", "蒋公正", Role.HEARING_CHAIR),
            planner=cast(city, "shi-jihua", "沈计然", Role.PLANNER, certificate=None),
            auditor=cast(city, "shi-jiandu", "韩察微", Role.AUDITOR, certificate=None),
            admin=cast(city, "shi-guanli", "杨守正", Role.ADMIN, certificate=None),
        ),
        a=SimpleNamespace(
            unit=a,
            handler=cast(a, "jia-chengban", "朱文渊", Role.HANDLER),
            co_handler=cast(a, "jia-xieban", "秦子衿", Role.HANDLER),
            unit_head=cast(a, "jia-kezhang", "尤若谷", Role.UNIT_HEAD),
            reviewer=cast(
                a, "jia-shenhe", "许慎之", Role.CASE_REVIEWER, Role.LEGALITY_REVIEWER, law_qualified=True
            ),
            leader=cast(a, "jia-juzhang", "何以正", Role.LEADER, Role.CHIEF, Role.COLLECTIVE),
            hearing_chair=cast(a, "jia-tingzheng", "吕平章", Role.HEARING_CHAIR),
            admin=cast(a, "jia-guanli", "施政和", Role.UNIT_ADMIN, certificate=None),
            expired=cast(a, "jia-guoqi", "张逾期", Role.HANDLER, certificate=EXPIRED),
        ),
        b=SimpleNamespace(
            unit=b,
            handler=cast(b, "yi-chengban", "孔邻里", Role.HANDLER),
            co_handler=cast(b, "yi-xieban", "曹乙生", Role.HANDLER),
            unit_head=cast(b, "yi-kezhang", "严邻舍", Role.UNIT_HEAD),
            leader=cast(b, "yi-juzhang", "华乙岳", Role.LEADER, Role.CHIEF),
        ),
    )
    _write(told, count(1))
    return world


@prepared
def tell_of(world: SimpleNamespace, on: date = SINCE) -> None:
    """Two entries in the ledger that say who is there, as an installation's own beginning does: then `verify_audit` holds."""
    from django.db import transaction

    from zhiheng.accounts.selectors import stated, stated_unit
    from zhiheng.audit import services as audit

    people = Person.objects.select_related("unit").prefetch_related("grants", "certificates")
    there = list(Unit.objects.select_related("parent").order_by("code"))
    units = {"units": [unit.code for unit in there], "stated": [stated_unit(unit) for unit in there]}
    with transaction.atomic():
        audit.record(actor=None, on=on, action="建立单位", subject=world.city.unit, data=units)
        listed = {"people": [stated(person) for person in people]}
        audit.record(actor=None, on=on, action="建立人员", subject=world.city.admin, data=listed)
