"""What users do with people: sign in and out, change a password, add people, roles and certificates.

People are managed by the administrator of their unit or of a unit above it (Right.MANAGE_PEOPLE), and what makes an account act
takes two: an account whose password somebody else set opens nothing, and a role is not held, before a second person has confirmed it
(`confirm`). So nobody makes or takes over an account to act through it. Nothing is deleted: a role is ended, a person is put out of use.
"""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from zhiheng.audit import services as audit
from zhiheng.canonical import code
from zhiheng.law import current_book
from zhiheng.refusal import Reason, Refused

from . import selectors, signing_in
from .models import Certificate, Confirmation, Delegation, Person, RoleGrant, Unit
from .rights import Right, Role, role_title
from .selectors import may, roles_of, seconds


@transaction.atomic
def record_sign_in(*, actor: Person, on: date, address: str, at: datetime) -> None:
    """Write down that somebody signed in, from which network address, and after how many failures."""
    data: dict = {"address": address}
    if failures := signing_in.succeeded(actor=actor, address=address, at=at):
        data["failures"] = failures
    if getattr(actor, "rehashed", False):
        data |= password_kept(actor)
    audit.record(actor=actor, on=on, action="登录", subject=actor, data=data)


@transaction.atomic
def record_sign_out(*, actor: Person, on: date) -> None:
    audit.record(actor=actor, on=on, action="退出登录", subject=actor)


def password_kept(person: Person) -> dict[str, str]:
    """What an entry says of a password: a digest of its (salted, slow) hash, so that one set behind our back shows."""
    return {"password": audit.digest(person.password.encode())}


@transaction.atomic
def change_password(*, actor: Person, on: date, password: str) -> None:
    """Give the actor a new password, which the caller has had validated."""
    actor.set_password(password)
    actor.must_change_password = False
    actor.save(update_fields=["password", "must_change_password"])
    audit.record(actor=actor, on=on, action="修改密码", subject=actor, data=password_kept(actor))


def refusal_to_manage(actor: Person, unit: Unit, on: date) -> str:
    """Why the actor may not manage the people of the unit, "" when they may."""
    if not may(actor, Right.MANAGE_PEOPLE, on):
        return "人员、任职和执法证由本单位管理员或者系统管理员办理，您没有这个角色。"
    if unit.pk not in actor.unit_ids:
        return f"{unit.name}不在您的管理范围内。"
    return ""


def _guard(actor: Person, unit: Unit, on: date) -> None:
    if reason := refusal_to_manage(actor, unit, on):
        raise Refused.because(reason, way_out="请联系该单位的管理员。")


def _guard_person(actor: Person, person: Person, on: date) -> None:
    """Managing somebody: a system administrator is nobody's to manage but another system administrator's."""
    _guard(actor, person.unit, on)
    held = person.grants.filter(role=Role.ADMIN).filter(Q(until__isnull=True) | Q(until__gte=on))
    if Role.ADMIN not in roles_of(actor, on) and held.exists():
        raise Refused.because(
            f"{person.name}是系统管理员，只能由系统管理员管理", way_out="请联系系统管理员。"
        )


def _refuse_oneself(actor: Person, person: Person, what: str) -> None:
    """Nobody grants themselves what they then act by."""
    if actor.pk == person.pk:
        raise Refused.because(f"不能给自己{what}", way_out="请由另一位管理员办理。")


def _refuse_weak(password: str, person: Person) -> None:
    """The rules for passwords, which know whose it is."""
    try:
        validate_password(password, person)
    except ValidationError as weak:
        raise Refused(tuple(Reason(words, field="password") for words in weak.messages)) from weak


@transaction.atomic
def add_person(
    *,
    actor: Person,
    on: date,
    unit: Unit,
    username: str,
    name: str,
    password: str,
    phone: str = "",
    law_qualified: bool = False,
    outside: bool = False,
) -> Person:
    """Add somebody who can then sign in; `outside`: who sees only what is sent to them.

    The password is for the first time only: the person must change it, and a second person must vouch for the account (`confirm`).
    """
    _guard(actor, unit, on)
    # No second account that only looks like another one: whoever confirms it would take it for that.
    if Person.objects.filter(username__iexact=username).exists():
        raise Refused.because(
            f"登录名“{username}”已有人使用", way_out="请换一个登录名，例如加上单位简称。", field="username"
        )
    _refuse_weak(password, Person(username=username, name=name, phone=phone))
    person = Person.objects.create_person(
        username,
        password,
        name=name,
        unit=unit,
        phone=phone,
        law_qualified=law_qualified,
        outside=outside,
        must_change_password=True,
    )
    audit.record(
        actor=actor,
        on=on,
        action="新增人员",
        subject=person,
        data={
            "username": username,
            "unit": unit.code,
            "phone": phone,
            "law_qualified": law_qualified,
            "outside": outside,
            **password_kept(person),
            **_let_rest(actor, person, on),
        },
    )
    return person


@transaction.atomic
def change_person(
    *, actor: Person, on: date, person: Person, name: str, phone: str, law_qualified: bool
) -> None:
    """Correct name, telephone and legal qualification. The entry keeps what stood there before."""
    _guard_person(actor, person, on)
    new = {"name": name, "phone": phone, "law_qualified": law_qualified}
    changed = {
        key: {"from": getattr(person, key), "to": value}
        for key, value in new.items()
        if getattr(person, key) != value
    }
    if not changed:
        raise Refused.because("没有任何改动", way_out="请修改后再保存，或者取消。")
    for key, value in new.items():
        setattr(person, key, value)
    person.save(update_fields=list(new))
    audit.record(actor=actor, on=on, action="修改人员信息", subject=person, data=changed)


@transaction.atomic
def reset_password(*, actor: Person, on: date, person: Person, password: str) -> Person:
    """Give somebody who forgot theirs a new password, which they must change when they sign in.

    Whoever set it could sign in with it: until a second person has confirmed that its owner has the account, it opens nothing.
    """
    _guard_person(actor, person, on)
    _refuse_weak(password, person)
    person.set_password(password)
    person.must_change_password = person.pk != actor.pk
    person.save(update_fields=["password", "must_change_password"])
    rest = _let_rest(actor, person, on) if person.pk != actor.pk else {}
    audit.record(actor=actor, on=on, action="重设密码", subject=person, data=password_kept(person) | rest)
    return person


@transaction.atomic
def set_active(*, actor: Person, on: date, person: Person, active: bool) -> None:
    """Put a person out of use (they can no longer sign in; their records stay) or back in use."""
    _guard_person(actor, person, on)
    if person.pk == actor.pk:
        raise Refused.because("不能停用自己", way_out="请由另一位管理员办理。")
    if person.is_active == active:
        raise Refused.because(f"{person.name}已经是{'在用' if active else '停用'}状态")
    person.is_active = active
    person.save(update_fields=["is_active"])
    audit.record(actor=actor, on=on, action="恢复使用" if active else "停用人员", subject=person)


@transaction.atomic
def grant_role(
    *, actor: Person, on: date, person: Person, role: str, since: date
) -> RoleGrant | Confirmation:
    """Give a role from a day on: held once a second person has confirmed it, whose Confirmation is then handed back.

    A system administrator is made by a system administrator only, nobody by themselves. Where nobody is there yet who could confirm (an
    office that begins), the role is held at once, and the entry says that one person gave it alone.
    """
    _guard_person(actor, person, on)
    _refuse_oneself(actor, person, "授予角色")
    if role not in current_book().roles:
        raise Refused.because(f"法规库没有角色“{role}”", way_out="请从列表中选择", field="role")
    if role == Role.ADMIN and Role.ADMIN not in roles_of(actor, on):
        raise Refused.because("系统管理员只能由系统管理员授予", way_out="请联系系统管理员。", field="role")
    # The person's row is the lock: of two who ask at once, the second sees what the first asked.
    Person.objects.select_for_update(of=("self",)).only("pk").get(pk=person.pk)
    _refuse_held(person, role, since)
    if not seconds(actor, person, on).exists():
        return _grant(actor, on, person, role, since, {"alone": True})
    if waiting := person.confirmations.filter(role=role, decided_on__isnull=True).first():
        raise Refused.because(
            f"{waiting.asked_by.name}已于 {waiting.asked_on:%Y-%m-%d} 提请授予{role_title(role)}，正等待核实",
            way_out="请由第二人在“人员”的“待核实”中办理。",
            field="role",
        )
    asked = Confirmation.objects.create(person=person, role=role, since=since, asked_by=actor, asked_on=on)
    data = {"confirmation": asked.pk, "role": role, "since": since}
    audit.record(actor=actor, on=on, action="提请授予角色", subject=person, data=data)
    return asked


def _refuse_held(person: Person, role: str, since: date) -> None:
    overlapping = (
        person.grants.filter(role=role, until__isnull=True).first()
        or person.grants.filter(role=role, until__gte=since).first()
    )
    if overlapping:
        until = f"至 {overlapping.until:%Y-%m-%d}" if overlapping.until else "起至今"
        raise Refused.because(
            f"{person.name}已任{role_title(role)}（{overlapping.since:%Y-%m-%d} {until}）",
            way_out="需要重新授予的，先结束原任职，再从其后一日起授予。",
            field="role",
        )


def _grant(actor: Person, on: date, person: Person, role: str, since: date, said: dict) -> RoleGrant:
    grant = RoleGrant.objects.create(person=person, role=role, since=since)
    data = {"role": role, "since": since, **said}
    audit.record(actor=actor, on=on, action="授予角色", subject=person, data=data)
    return grant


def _let_rest(actor: Person, person: Person, on: date) -> dict:
    """The account, whose password the actor has just set, waits for a second person; what its entry says of that.

    A password set anew by another one replaces the one that was asked for: who knows it now is who must not confirm it.
    """
    if not seconds(actor, person, on).exists():
        return {"alone": True}
    person.rests = True
    person.save(update_fields=["rests"])
    asked, _ = Confirmation.objects.update_or_create(
        person=person, role="", decided_on=None, defaults={"asked_by": actor, "asked_on": on}
    )
    return {"confirmation": asked.pk}


@transaction.atomic
def confirm(
    *, actor: Person, on: date, confirmation: Confirmation, agreed: bool, reason: str = ""
) -> Confirmation:
    """Decide as the second person: an account opens again, a role is granted; or it stays as it is, and why is on the record."""
    one = (
        Confirmation.objects.select_for_update(of=("self",))
        .select_related("person__unit", "asked_by")
        .get(pk=confirmation.pk)
    )
    person = one.person
    if one.decided_on is not None:
        raise Refused.because("这一请求已经核实过")
    if why := selectors.refusal_to_confirm(actor, one, on):
        raise Refused.because(why, way_out="请由另一位管理员或者该单位、市局的负责人核实。")
    if not agreed and not reason.strip():
        raise Refused.because("请写明不予核实的原因", field="reason")
    if agreed and one.role:
        _refuse_held(person, one.role, one.since)
    one.decided_by, one.decided_on, one.agreed = actor, on, agreed
    one.reason = reason.strip()[:120]
    one.save(update_fields=["decided_by", "decided_on", "agreed", "reason"])
    said = {"confirmation": one.pk, "asked_by": one.asked_by.username, "reason": one.reason}
    if not agreed:
        audit.record(actor=actor, on=on, action="不予核实", subject=person, data=said)
    elif one.role:
        _grant(actor, on, person, one.role, one.since, said)
    else:
        Person.objects.filter(pk=person.pk).update(rests=False)
        audit.record(actor=actor, on=on, action="核实账号", subject=person, data=said)
    return one


@transaction.atomic
def end_role(*, actor: Person, on: date, grant: RoleGrant, until: date) -> None:
    """End a role with the last day it is held."""
    person = grant.person
    _guard_person(actor, person, on)
    role = grant.role
    if grant.until is not None:
        raise Refused.because(f"这项任职已于 {grant.until:%Y-%m-%d} 结束")
    if until < grant.since:
        raise Refused.because(
            f"结束日期早于任职起日 {grant.since:%Y-%m-%d}", way_out="请核对日期。", field="until"
        )
    if person.pk == actor.pk and role in {Role.ADMIN, Role.UNIT_ADMIN}:
        raise Refused.because("不能结束自己的管理员角色", way_out="请由另一位管理员办理。")
    grant.until = until
    grant.save(update_fields=["until"])
    audit.record(
        actor=actor,
        on=on,
        action="结束任职",
        subject=person,
        data={"role": role, "since": grant.since, "until": until},
    )


@transaction.atomic
def add_certificate(
    *, actor: Person, on: date, person: Person, number: str, valid_from: date, valid_to: date
) -> Certificate:
    """Register an enforcement certificate (行政执法证), a new one or a renewal.

    A number is what it says, however it was typed: full-width and half-width signs, spaces and case make no other one.
    """
    _guard_person(actor, person, on)
    _refuse_oneself(actor, person, "登记执法证")
    number = code(number)
    if valid_to < valid_from:
        raise Refused.because("有效期止早于有效期起", way_out="请核对证件上的日期。", field="valid_to")
    if holder := Certificate.objects.filter(number=number).select_related("person").first():
        raise Refused.because(
            f"证号 {number} 已登记在{holder.person.name}名下", way_out="请核对证件上的号码。", field="number"
        )
    certificate = Certificate.objects.create(
        person=person, number=number, valid_from=valid_from, valid_to=valid_to
    )
    audit.record(
        actor=actor,
        on=on,
        action="登记执法证",
        subject=person,
        data={"number": number, "valid_from": valid_from, "valid_to": valid_to},
    )
    return certificate


@transaction.atomic
def revoke_certificate(*, actor: Person, on: date, certificate: Certificate, reason: str) -> None:
    """Take a certificate back (收回、吊销): from this day on it does not hold, and what its holder is about to sign is refused."""
    person = certificate.person
    _guard_person(actor, person, on)
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if certificate.revoked_on is not None:
        raise Refused.because(f"这本执法证已于 {certificate.revoked_on:%Y-%m-%d} 收回")
    if not reason.strip():
        raise Refused.because("请写明收回或者吊销的事由", field="reason")
    certificate.revoked_on, certificate.revoked_reason = on, reason.strip()[:120]
    certificate.save(update_fields=["revoked_on", "revoked_reason"])
    audit.record(
        actor=actor,
        on=on,
        action="收回执法证",
        subject=person,
        data={"number": certificate.number, "revoked_on": on, "reason": certificate.revoked_reason},
    )


# Officers are named for each matter, and those who deliberate together do so in person: neither is handed over.
NOT_HANDED_OVER = frozenset({Role.HANDLER, Role.COLLECTIVE})


@transaction.atomic
def delegate(
    *, actor: Person, on: date, deputy: Person, role: str, since: date, until: date, reason: str
) -> Delegation:
    """Let somebody of the unit act in one of the actor's own roles while the actor is away.

    The role must be the actor's own on every day of it: what was handed to one is not handed on.
    """
    roles = current_book().roles
    if role not in roles or not roles[role].works or role in NOT_HANDED_OVER:
        raise Refused.because(
            f"“{role_title(role)}”不能委托他人代行",
            way_out="承办工作请由负责人另行指派；集体讨论由本人参加；管理权限请由管理员授予他人",
            field="role",
        )
    if since < on:
        raise Refused.because(f"起日 {since:%Y-%m-%d} 已过", way_out="代行从今天起才能办理。", field="since")
    if until < since:
        raise Refused.because("止日早于起日", way_out="请核对日期。", field="until")
    # Held behind a lock: the same days handed over by two clicks are handed over once.
    actor = Person.objects.select_for_update(of=("self",)).select_related("unit").get(pk=actor.pk)
    held = actor.grants.filter(role=role, since__lte=since)
    if not any(grant.until is None or grant.until >= until for grant in held):
        raise Refused.because(
            f"您在这些日子里不都任{role_title(role)}，不能委托",
            way_out="请核对您的任职和日期。",
            field="role",
        )
    if deputy.pk == actor.pk:
        raise Refused.because("不能委托自己", field="deputy")
    if deputy.unit_id != actor.unit_id or not deputy.is_active:
        raise Refused.because(
            f"{deputy.name}不是{actor.unit.name}在用的人员", way_out="请选择本单位的人员。", field="deputy"
        )
    if role in roles_of(deputy, since) and role in roles_of(deputy, until):
        raise Refused.because(f"{deputy.name}本来就任{role_title(role)}，无须委托", field="deputy")
    standing = actor.delegations.filter(role=role, since__lte=until, until__gte=since).select_related(
        "deputy"
    )
    for other in standing:
        if not other.ended_by(since):
            raise Refused.because(
                f"这些日子已委托{other.deputy.name}代行（{other.since:%Y-%m-%d} 至 {other.until:%Y-%m-%d}）",
                way_out="请先收回，或者另选日期。",
                field="since",
            )
    made = Delegation.objects.create(
        giver=actor, deputy=deputy, role=role, since=since, until=until, reason=reason.strip()[:120]
    )
    audit.record(
        actor=actor,
        on=on,
        action="委托代行",
        subject=actor,
        data={
            "delegation": made.pk,
            "deputy": deputy.username,
            "role": role,
            "since": since,
            "until": until,
            "reason": made.reason,
        },
    )
    return made


@transaction.atomic
def revoke_delegation(*, actor: Person, on: date, delegation: Delegation) -> None:
    """Take a delegation back: from that day on the deputy does not act any more. What was signed before stands."""
    delegation = (
        Delegation.objects.select_for_update(of=("self",)).select_related("giver").get(pk=delegation.pk)
    )
    if actor.pk != delegation.giver_id:
        raise Refused.because("代行只能由委托人收回", way_out="请联系委托人。")
    if delegation.ended_by(on):
        raise Refused.because("这项代行已经结束")
    delegation.revoked_on = on
    delegation.save(update_fields=["revoked_on"])
    audit.record(
        actor=actor,
        on=on,
        action="收回代行",
        subject=actor,
        data={"delegation": delegation.pk, "revoked_on": on},
    )
