"""Reads over people, units and certificates. People and units themselves are readable by everyone signed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value

from zhiheng.audit.services import digest
from zhiheng.law import current_book
from zhiheng.refusal import Refused
from zhiheng.statements import Once

from .models import Certificate, Confirmation, Delegation, Person, RoleGrant, Unit
from .rights import OF_THE_OFFICE, OF_THE_SYSTEM, Right, Role, role_titles, roles_with


def roles_of(person: Person, on: date) -> frozenset[str]:
    """Role codes the person holds on the day; of who runs the system only those of the system (`OF_THE_SYSTEM`)."""
    return _parts(person, on)[0]


def acting_roles(person: Person, on: date) -> frozenset[str]:
    """Roles in which the person takes steps and signs: their own, and those they act in for somebody who is away.

    Rights that belong to no matter (publishing, managing people) are not handed over: they ask `roles_of`. A role stands for those it
    includes (部门负责人 is whoever heads the office, 正职 too); what waits for them is told by `duty_roles`.
    """
    return _with_included(duty_roles(person, on))


def duty_roles(person: Person, on: date) -> frozenset[str]:
    """Roles whose turns wait for the person: their own and those they act in, without what these include."""
    own, handed = _parts(person, on)
    return own | handed.keys()


def is_certified(person: Person, on: date) -> bool:
    """Whether the person holds an enforcement certificate that is valid on the day."""
    _parts(person, on)
    return person._certified


def _with_included(roles: Iterable[str]) -> frozenset[str]:
    known, roles = current_book().roles, frozenset(roles)
    return roles.union(*(known[role].includes for role in roles if role in known))


def acts_for(person: Person, roles: Iterable[str], on: date) -> Person | None:
    """For whom the person acts in one of these roles; None when they hold one themselves, or none at all."""
    (own, handed), wanted = _parts(person, on), set(roles)
    if _with_included(own) & wanted:
        return None
    giver = next((pk for role, pk in handed.items() if _with_included([role]) & wanted), None)
    return Person.objects.get(pk=giver) if giver else None


def _parts(person: Person, on: date) -> tuple[frozenset[str], dict[str, int]]:
    """Own roles, and role → for whom the person acts in it while its holder is away and still holds it; whether they hold a valid
    certificate is read beside. Asked once."""
    if getattr(person, "_parts_on", None) != on:
        rows = _PARTS(person.pk, person.unit_id, on)
        person._certified = ("", person.pk) in rows
        own = frozenset(role for role, pk in rows if role and pk == person.pk)
        handed = {role: pk for role, pk in sorted(rows) if role and pk != person.pk}
        person._parts = (own & OF_THE_SYSTEM, {}) if Role.ADMIN in own else (own, handed)
        person._parts_on = on
    return person._parts


def _parts_held(person: int, unit: int, on: date) -> QuerySet:
    held = RoleGrant.objects.in_force(on).filter(person=person)
    handed = (
        Delegation.objects.filter(deputy=person, since__lte=on, until__gte=on, giver__is_active=True)
        .filter(Q(revoked_on__isnull=True) | Q(revoked_on__gt=on))
        .filter(  # of one grant, so in one call: each call asks for a grant of its own
            Q(giver__grants__until__isnull=True) | Q(giver__grants__until__gte=on),
            giver__grants__role=F("role"),
            giver__grants__since__lte=on,
            giver__unit=unit,
        )
    )
    rows = held.order_by().values_list("role", "person_id")
    certified = Certificate.objects.in_force(on).filter(person=person)
    return rows.union(
        handed.order_by().values_list("role", "giver_id"),
        certified.order_by().values_list(Value(""), "person_id"),
        all=True,
    )


_PARTS = Once(_parts_held)


def delegations_of(person: Person) -> QuerySet[Delegation]:
    """What the person handed over and what was handed to them, the latest first."""
    rows = Delegation.objects.filter(Q(giver=person) | Q(deputy=person))
    return rows.select_related("giver__unit", "deputy").order_by("-since", "-id")


def delegation_of(person: Person, pk: int) -> Delegation | None:
    return person.delegations.select_related("giver__unit", "deputy").filter(pk=pk).first()


def may(person: Person, right: Right, on: date) -> bool:
    return bool(roles_of(person, on) & roles_with(right))


def may_in(person: Person, right: Right, unit_id: int, on: date) -> bool:
    """Whether the person holds the right over the records of this unit: their own, or any for a right of the office."""
    if right in OF_THE_OFFICE:
        reaches = person.unit.parent_id is None and unit_id in person.unit_ids
    else:
        reaches = unit_id == person.unit_id
    return reaches and may(person, right, on)


def who_may(right: Right) -> str:
    """The roles with a right in words, for a refusal: 市局的计划统计人员、办案机构负责人."""
    held = roles_with(right)
    roles = role_titles(code for code in current_book().roles if code in held)
    return f"市局的{roles}" if right in OF_THE_OFFICE else f"本单位的{roles}"


def people_in(unit: Unit):
    """Active people of exactly this unit."""
    return Person.objects.filter(unit=unit, is_active=True)


def colleagues_of(person: Person) -> QuerySet[Person]:
    """Active people of the person's unit beside them."""
    return people_in(person.unit).exclude(pk=person.pk)


def people_with_role(unit: Unit, role: str, on: date):
    """Active people who hold the role in exactly this unit on the day."""
    return holding(people_in(unit), role, on)


def holders_in(unit: Unit, on: date) -> dict[str, list[tuple[int, str]]]:
    """Role → key and name of the active people who hold it in exactly this unit on the day, by one question."""
    held = RoleGrant.objects.in_force(on).filter(person__unit=unit, person__is_active=True)
    found: dict[str, list[tuple[int, str]]] = {}
    for role, pk, name in held.order_by("person_id").values_list("role", "person_id", "person__name"):
        found.setdefault(role, []).append((pk, name))
    return found


def with_certificates(people: QuerySet[Person], on: date) -> QuerySet[Person]:
    """The people with `certificate_no` and `certified_until` of the certificate valid on the day that ends last, None
    without one."""
    valid = Certificate.objects.in_force(on).filter(person=OuterRef("pk"))
    last = valid.order_by("-valid_to")
    return people.annotate(
        certificate_no=Subquery(last.values("number")[:1]),
        certified_until=Subquery(last.values("valid_to")[:1]),
    )


def certificates_on(people: Iterable[Person | int], on: date) -> dict[int, Certificate]:
    """Valid certificate of each person on the day; people without one are absent from the answer."""
    ids = [p if isinstance(p, int) else p.pk for p in people]
    valid = Certificate.objects.in_force(on).filter(person_id__in=ids).order_by("valid_to")
    return {certificate.person_id: certificate for certificate in valid}


def holds_certificate(on: date) -> Exists:
    """For rows with a `person`: whether the person holds a valid certificate on the day (`note_certificate`)."""
    return Exists(Certificate.objects.in_force(on).filter(person=OuterRef("person")))


def note_certificate(person: Person, on: date, held: bool) -> None:
    """What was read beside the person, so that `without_certificate` need not ask."""
    person.__dict__.setdefault("_certificates", {})[on] = held


def without_certificate(people: Sequence[Person], on: date) -> list[Person]:
    """Those who hold no valid certificate on the day, in the given order."""
    known = {p.pk: p.__dict__.get("_certificates", {}).get(on) for p in people}
    if unknown := [pk for pk, held in known.items() if held is None]:
        certified = certificates_on(unknown, on)
        known |= {pk: pk in certified for pk in unknown}
    return [person for person in people if not known[person.pk]]


def units_visible_to(actor: Person):
    return Unit.objects.filter(id__in=actor.unit_ids)


def scope_codes(unit: Unit) -> tuple[str, ...]:
    """Unit codes from the unit up to the root: what a local law file may be written for, tightest first."""
    return unit.line[::-1]


def person_by_id(pk: int) -> Person | None:
    return Person.objects.select_related("unit").filter(pk=pk).first()


def people_list(actor: Person, on: date):
    """The people of the actor's unit and those below it, with `certificate_to` (last day of the latest certificate) and `roles_held` on
    the day."""
    standing = Certificate.objects.filter(Q(revoked_on__isnull=True) | Q(revoked_on__gt=on))
    latest = standing.filter(person=OuterRef("pk")).order_by("-valid_to").values("valid_to")[:1]
    held = RoleGrant.objects.in_force(on)
    return (
        Person.objects.filter(unit__in=actor.unit_ids)
        .select_related("unit")
        .annotate(certificate_to=Subquery(latest))
        .prefetch_related(Prefetch("grants", held.order_by("since"), to_attr="held"))
    )


def unit_choices(actor: Person) -> list[tuple[str, str]]:
    """Code and short name of the units the actor may see, for filters and forms."""
    return actor.unit_words


def holding(people, role: str, on: date):
    """Of these people, those who hold the role on the day."""
    held = RoleGrant.objects.in_force(on).filter(role=role)
    return people.filter(pk__in=held.values("person"))


def by_certificate(people, state: str, on: date, warn_days: int):
    """Of `people_list`, those whose latest certificate is valid, soon to expire, expired, or who have none."""
    soon = on + timedelta(days=warn_days)
    return people.filter(
        {
            "valid": Q(certificate_to__gt=soon),
            "soon": Q(certificate_to__gte=on, certificate_to__lte=soon),
            "expired": Q(certificate_to__lt=on),
            "none": Q(certificate_to__isnull=True),
        }[state]
    )


def grants_of(person: Person):
    """Roles ever held, those in force first."""
    return person.grants.order_by(F("until").desc(nulls_first=True), "-since")


def grant_of(person: Person, pk: int) -> RoleGrant | None:
    return person.grants.select_related("person__unit").filter(pk=pk).first()


def certificates_of(person: Person):
    return person.certificates.order_by("-valid_to")


def certificate_of(person: Person, pk: int) -> Certificate | None:
    return person.certificates.select_related("person__unit").filter(pk=pk).first()


# Who may be the second person: who manages people, and who heads a unit and knows them.
CONFIRMING = frozenset({Role.ADMIN, Role.UNIT_ADMIN, Role.UNIT_HEAD, Role.LEADER, Role.CHIEF})


def seconds(asker: Person, person: Person, on: date) -> QuerySet[Person]:
    """Who may confirm what the asker asks for the person: in the person's unit or above it, in use, working under a password of their own."""
    held = RoleGrant.objects.in_force(on).filter(role__in=CONFIRMING)
    people = Person.objects.filter(
        unit__code__in=person.unit.line,
        is_active=True,
        outside=False,
        rests=False,
        must_change_password=False,
    )
    return people.filter(pk__in=held.values("person")).exclude(pk__in=(asker.pk, person.pk))


def may_confirm(person: Person, on: date) -> bool:
    """Whether the person may be a second one at all, for somebody in their own unit or below it."""
    return bool(roles_of(person, on) & CONFIRMING)


def confirmations(actor: Person, on: date, days: int = 90) -> QuerySet[Confirmation]:
    """What waits for a second person in the actor's unit and those below it, and what was decided in the last days: the office is told
    of whatever its districts decide among themselves."""
    rows = Confirmation.objects.select_related("person__unit", "asked_by", "decided_by")
    if not may_confirm(actor, on):
        return rows.none()
    lately = Q(decided_on__isnull=True) | Q(decided_on__gte=on - timedelta(days=days))
    return rows.filter(lately, person__unit__in=actor.unit_ids).order_by(
        F("decided_on").desc(nulls_first=True), "-pk"
    )


def count_confirmations(actor: Person, on: date) -> int:
    """How many wait that the actor may decide."""
    if not may_confirm(actor, on):
        return 0
    waiting = Confirmation.objects.filter(decided_on__isnull=True, person__unit__in=actor.unit_ids)
    return waiting.exclude(Q(asked_by=actor) | Q(person=actor)).count()


def refusal_to_confirm(actor: Person, one: Confirmation, on: date) -> str:
    """Why the actor may not confirm this, "" when they may."""
    if actor.pk == one.asked_by_id:
        return "您自己提请的，须由第二人核实"
    if actor.pk == one.person_id:
        return "不能核实自己的账号和任职"
    if one.role == Role.ADMIN and Role.ADMIN not in roles_of(actor, on) and actor.unit.parent_id is not None:
        return "系统管理员由市局核实"
    if not seconds(one.asked_by, one.person, on).filter(pk=actor.pk).exists():
        return f"{one.person.unit.name}的人员由其管理员、负责人或者市局的管理员、负责人核实"
    return ""


def waiting_for_a_second(person: Person) -> list[Confirmation]:
    """What was asked for the person and is not decided yet."""
    return list(
        person.confirmations.select_related("asked_by").filter(decided_on__isnull=True).order_by("pk")
    )


def why_it_rests(person: Person, on: date, most: int = 12) -> dict:
    """What the account waits for: the request, its last refusal, and who could confirm it."""
    of_the_account = person.confirmations.select_related("asked_by").filter(role="")
    waiting = of_the_account.filter(decided_on__isnull=True).first()
    asker = waiting.asked_by if waiting else person
    return {
        "waiting": waiting,
        "last": of_the_account.filter(agreed=False).last(),
        "seconds": seconds(asker, person, on).select_related("unit").order_by("-unit__path", "pk")[:most],
    }


def confirmation_of(actor: Person, pk: int, on: date) -> Confirmation | None:
    return confirmations(actor, on, days=36_500).filter(pk=pk).first()


class NoOfficeAccount(LookupError):
    """No one at the root office may import: the database holds no people yet."""


def office_unit() -> Unit | None:
    """The office itself, above all districts; None in an installation without any unit."""
    return Unit.objects.filter(parent__isnull=True).order_by("code").first()


def account_named(username: str) -> Person:
    """Whose act a command is to be, by the name they sign in with. Raises Refused for who could not sign in themselves."""
    found = Person.objects.select_related("unit").filter(username=username).first()
    if found is None:
        raise Refused.because(f"没有账号 {username}", way_out="请核对 --by")
    if not found.is_active:
        raise Refused.because(f"账号 {username} 已停用", way_out="请写作出决定的人现在使用的账号")
    return found


def office_account() -> Person:
    """Who commands run as: the root office's planner. What a command does is in the ledger under that name."""
    found = (
        Person.objects.filter(unit__parent__isnull=True, is_active=True, grants__role=Role.PLANNER)
        .select_related("unit")
        .order_by("id")
        .first()
    )
    if found is None:
        raise NoOfficeAccount(
            "还没有市局的计划统计人员；请先建立单位和人员，或用 zhiheng demo 载入示范年度。"
        )
    return found


def stated(person: Person) -> dict:
    """A person whole, as an entry says it who brings people in many at once, and as the ledger is held against."""
    return {
        "username": person.username,
        "name": person.name,
        "unit": person.unit.code,
        "phone": person.phone,
        "law_qualified": person.law_qualified,
        "outside": person.outside,
        "is_active": person.is_active,
        "rests": person.rests,
        "password": digest(person.password.encode()),
        "roles": sorted(
            [grant.role, grant.since.isoformat(), grant.until.isoformat() if grant.until else ""]
            for grant in person.grants.all()
        ),
        "certificates": sorted(
            [one.number, one.valid_from.isoformat(), one.valid_to.isoformat()]
            + [str(said) for said in (one.revoked_on, one.revoked_reason) if said]
            for one in person.certificates.all()
        ),
    }


def stated_unit(unit: Unit) -> dict:
    """A unit whole, as the entry says it that established it: its papers print where to pay, to sue and to ask for review."""
    columns = {field.name: getattr(unit, field.name) for field in Unit._meta.concrete_fields}
    del columns["id"]
    return columns | {"parent": unit.parent.code if unit.parent else ""}
