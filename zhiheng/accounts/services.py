"""What users do with people: sign in and out, change a password, add people, roles and certificates."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from zhiheng.audit import services as audit

from .models import Person


@transaction.atomic
def record_sign_in(*, actor: Person, on: date, address: str) -> None:
    """Write down that somebody signed in, and from which network address."""
    audit.record(actor=actor, on=on, action="登录", subject=actor, data={"address": address})


@transaction.atomic
def record_sign_out(*, actor: Person, on: date) -> None:
    audit.record(actor=actor, on=on, action="退出登录", subject=actor)


@transaction.atomic
def record_failed_sign_in(*, username: str, on: date, address: str, locked: bool) -> None:
    """Write down a failed attempt. The name typed may belong to nobody; the password typed is never kept."""
    person = Person.objects.filter(username=username).first()
    audit.record(
        actor=None,
        on=on,
        action="登录失败，暂停登录" if locked else "登录失败",
        subject=person or Person(pk=0),
        name=str(person or username or "（空）"),
        data={"username": username[:150], "address": address},
    )


@transaction.atomic
def change_password(*, actor: Person, on: date, password: str) -> None:
    """Give the actor a new password, which the caller has had validated."""
    actor.set_password(password)
    actor.save(update_fields=["password"])
    audit.record(actor=actor, on=on, action="修改密码", subject=actor)
