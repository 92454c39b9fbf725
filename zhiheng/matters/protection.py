"""Answers that stay secret: who informed, and how to reach them (投诉举报处理暂行办法 33).

The book marks a field `protected`. What is answered there never enters the steps, the ledger of acts, a paper, a list or an index: in its
place stands :data:`MARK`. The answer itself lies encrypted beside the matter, under keys that are not in the database. It is read by those
who work the matter and by the unit's reviewers, for a purpose they state, and every reading is an entry of the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Role
from zhiheng.accounts.selectors import roles_of
from zhiheng.audit import services as audit
from zhiheng.law import Procedure, current_book
from zhiheng.refusal import Refused

from .models import Matter, MatterRecord, ProtectedAnswer

MARK = "（保密）"
_REVIEWERS = frozenset({Role.CASE_REVIEWER, Role.LEGALITY_REVIEWER})
_BASIS = "投诉举报处理暂行办法第33条"


def taken_out(
    procedure: Procedure, step: str, data: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers with a mark for each that is protected, and the protected ones by field."""
    hidden = {
        code: str(value)
        for code, value in data.items()
        if value not in (None, "", MARK)
        and (field := procedure.field_of(step, code)) is not None
        and getattr(field, "protected", False)
    }
    return {**data, **dict.fromkeys(hidden, MARK)}, hidden


def keep(*, actor: Person, matter: Matter, answers: Mapping[str, str], on: date) -> None:
    """Keep protected answers of a step; the caller's transaction and ledger entry are those of the step."""
    ProtectedAnswer.objects.bulk_create(
        ProtectedAnswer(
            matter=matter, field=field, on=on, kept_by=actor, sealed=sealed(matter.pk, field, value)
        )
        for field, value in answers.items()
    )


def holds(matter: Matter) -> bool:
    return ProtectedAnswer.objects.filter(matter=matter).exists()


def may_read(actor: Person, record: MatterRecord, on: date) -> bool:
    """The officers of the matter, and the reviewers of its unit; nobody else, whatever else they may see."""
    if not record.matter_id:
        return False
    if any(o.person_id == actor.pk for o in record.matter.officers.all() if o.until is None):
        return True
    return actor.unit_id == record.unit_id and bool(roles_of(actor, on) & _REVIEWERS)


@transaction.atomic
def read(*, actor: Person, record: MatterRecord, on: date, purpose: str) -> list[tuple[str, str]]:
    """Title and answer of everything protected in the matter, the latest of each; the reading and its purpose go on the record, what was
    read does not."""
    if not may_read(actor, record, on):
        raise Refused.because(
            "举报人信息只有本案承办人和本单位审核人员可以查阅", article=_BASIS, way_out="请由承办人办理"
        )
    if not purpose.strip():
        raise Refused.because(
            "没有写明查阅的事由", article=_BASIS, way_out="请写明，例如“告知举报人处理结果”", field="purpose"
        )
    latest = {row.field: row for row in ProtectedAnswer.objects.filter(matter=record.matter).order_by("id")}
    fields = current_book().fields
    found = [(fields[code].title if code in fields else code, _opened(row)) for code, row in latest.items()]
    if not found:
        raise Refused.because("本案没有登记举报人", way_out="请查看案源登记")
    audit.record(
        actor=actor,
        on=on,
        action="查阅举报人信息",
        subject=record,
        data={"fields": [title for title, _ in found], "purpose": purpose.strip()},
    )
    return found


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.PROTECTED_KEYS])


def sealed(matter: int, field: str, value: str) -> str:
    """Bound to its place: a row put beside another matter does not open there."""
    return _keys().encrypt(json.dumps([matter, field, value]).encode()).decode()


def _opened(row: ProtectedAnswer) -> str:
    return opened(row.sealed, row.matter_id, row.field)


def opened(text: str, of: int, named: str) -> str:
    """What `sealed` made of a value of this matter (0: of none yet) and field."""
    try:
        matter, field, value = json.loads(_keys().decrypt(text.encode()))
    except InvalidToken as error:
        raise Refused.because(
            "举报人信息不能读出：密钥不符，或者内容被改过",
            way_out="请管理员恢复数据目录中的 protected-key（更换过密钥的，旧密钥也要保留）",
        ) from error
    if (matter, field) != (of, named):
        raise Refused.because("举报人信息与事项不符：被改过", way_out="请管理员核对留痕账和备份")
    return value
