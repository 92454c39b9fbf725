"""What a user does with a received list and its applications: guard, write, entry, in one transaction."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from zhiheng import canonical
from zhiheng.accounts.models import Person, Unit
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.jobs import services as jobs
from zhiheng.refusal import Reason, Refused

from . import selectors, splitting
from .declared import Act, acts
from .models import Application, ApplicationAct, ListFile, ReceivedList, Stage

# What only the national office says (令77, art. 5 to 7).
_NOT_OURS = "认定"
_BATCH = 2_000
_AT_ONCE = 10_000


def locked(received: ReceivedList) -> ReceivedList:
    return (
        ReceivedList.objects.select_for_update(of=("self",))
        .select_related("unit", "matter")
        .get(pk=received.pk)
    )


def split(
    *, actor: Person, received: ReceivedList, on: date, watch: jobs.Watch = jobs.NOBODY
) -> dict[str, int]:
    """Give every application that waits to the district of its applicant's address.

    Returns how many went to each unit's code, and under "" how many are left to a person. A long list is split by a job (`background`).
    """
    selectors.refuse_stranger(actor, received, on)
    watch.stage(f"逐件看地址：{selectors.undecided(received).count():,}件")
    with transaction.atomic():
        received = locked(received)
        selectors.refuse_stranger(actor, received, on)
        counts = _split(actor, received, on)
        watch.done({"split": counts})
    return counts


def _split(actor: Person, received: ReceivedList, on: date) -> dict[str, int]:
    own, known = splitting.places(Unit.objects.order_by("code"))
    codes = {place.unit: place.code for place in known}
    found: dict[tuple[int, str], list[int]] = {}
    left: dict[str, list[int]] = {}
    rows = selectors.undecided(received).values_list("pk", "address", "extra")
    district = next((f.columns["district"] for f in received.files.all() if "district" in f.columns), "")
    for pk, address, extra in rows.iterator(chunk_size=_BATCH):
        decided = splitting.district_of(address, extra.get(district, ""), own, known)
        if decided.unit is None:
            left.setdefault(decided.why, []).append(pk)
        else:
            found.setdefault((decided.unit, decided.why), []).append(pk)
    for (unit, why), pks in found.items():
        for start in range(0, len(pks), _AT_ONCE):
            Application.objects.filter(pk__in=pks[start : start + _AT_ONCE]).update(
                unit=unit, stage=Stage.ASSIGNED, split_by=why
            )
    for why, pks in left.items():
        for start in range(0, len(pks), _AT_ONCE):
            Application.objects.filter(pk__in=pks[start : start + _AT_ONCE]).update(split_by=why)
    counts: dict[str, int] = {}
    for (unit, _), pks in found.items():
        counts[codes[unit]] = counts.get(codes[unit], 0) + len(pks)
    counts[""] = sum(map(len, left.values()))
    lines = sorted(f"{pk} {codes[unit]}" for (unit, _), pks in found.items() for pk in pks)
    audit.record(
        actor=actor,
        on=on,
        action="按地址分派",
        subject=received,
        data={"split": sum(counts.values()) - counts[""], "digest": audit.digest("\n".join(lines).encode())},
    )
    return counts


@transaction.atomic
def take(
    *,
    actor: Person,
    on: date,
    applications: Sequence[int],
    act: str,
    answers: Mapping[str, Any],
    looked: bool = True,
) -> list[ApplicationAct]:
    """Do one thing about one application, or the same about several that were each looked at.

    `answers` by the act's field codes: text, ISO-free dates, fen, codes of choices, files as kept (`keep_upload`), the code of a unit.
    Raises Refused with every reason; then nothing was written.
    """
    declared = acts().get(act)
    if declared is None:
        raise Refused.because(f"没有“{act}”这一事项")
    wanted = set(applications)
    rows = list(
        Application.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("received__unit", "unit")
        .filter(pk__in=wanted)
        .defer("texts", "extra", "facts")
        .order_by("pk")
    )
    if not rows or len(rows) != len(wanted):
        raise Refused.because("所选申请中有的不存在，或者不属于您的单位", way_out="请回到清单重新选择")
    if len(rows) > 1 and not (declared.each and looked):
        raise Refused.because("这一事项须逐件办理" if not declared.each else "请逐件看过后再成批办理")
    given = _read(declared, answers, on)
    reasons = [
        Reason(f"{row.number}：{why}" if len(rows) > 1 else why)
        for row in rows
        if (why := _why_not(actor, declared, row, given, on))
    ]
    if reasons:
        raise Refused(tuple(reasons[:20]))
    returned = bool(declared.verdict) and given.get(declared.verdict) == "return"
    stage = declared.returns if returned else declared.to
    columns = {} if returned else _columns(declared, given, actor, on)
    if returned:
        columns = {"opined_by": None, "agreed_by": None, "view": "", "accepted": None, "checked_on": None}
    if stage:
        columns["stage"] = stage
    matter = selectors.case_numbered(actor, given["case_no"]) if "case_no" in given else None
    if "case_no" in given and matter is None:
        raise Refused.because("没有这个编号的案件", way_out="请先在“案件”登记，或者核对编号", field="case_no")
    if act == "recover":
        columns["recovered_fen"] = Coalesce(F("recovered_fen"), Value(0)) + given["amount"]
    if columns:
        Application.objects.filter(pk__in=[row.pk for row in rows]).update(**columns)
    data = audit.plain(given)
    made = ApplicationAct.objects.bulk_create(
        [
            ApplicationAct(
                application=row, act=act, on=on, by=actor, data=data, stage=stage or row.stage, matter=matter,
                amount_fen=given.get("amount"),
            )
            for row in rows
        ],
        batch_size=_BATCH,
    )  # fmt: skip
    for received in {row.received_id: row.received for row in rows}.values():
        mine = [row for row in rows if row.received_id == received.pk]
        name = mine[0].number if len(mine) == 1 else f"{received.title}：{len(mine)}件"
        audit.record(
            actor=actor,
            on=on,
            action=declared.title,
            subject=received,
            name=name,
            data={
                "act": act,
                "applications": [row.pk for row in mine],
                "answers": data,
                "stage": stage,
                "matter": matter.pk if matter else None,
            },
        )
    return made


def _read(declared: Act, answers: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The answers as they are kept, with every gap and every word that is not ours told at its field."""
    reasons, given = [], {}
    for asked in declared.fields:
        value = answers.get(asked.code)
        if value in (None, "", []):
            if not asked.optional:
                reasons.append(Reason(f"请填写{asked.title}", field=asked.code))
            continue
        if asked.choices and value not in asked.choices:
            reasons.append(Reason(f"{asked.title}没有“{value}”这一项", field=asked.code))
        if asked.type == "date" and asked.ahead and value < on:
            reasons.append(Reason(f"{asked.title} {value:%Y-%m-%d} 早于办理日期", field=asked.code))
        if asked.type == "date" and not asked.ahead and value > on:
            reasons.append(Reason(f"{asked.title} {value:%Y-%m-%d} 晚于办理日期", field=asked.code))
        if asked.type == "unit":
            unit = selectors.unit_ids().get(value)
            if unit is None:
                reasons.append(Reason("没有这个单位", field=asked.code))
        if declared.plain and asked.type in ("text", "longtext") and _NOT_OURS in _letters(value):
            reasons.append(
                Reason(
                    "意见中不能写“认定”：是否属于非正常申请由国家知识产权局认定",
                    article="规范申请专利行为的规定第五条",
                    way_out="请写核查到的事实，以及疑点是否消除",
                    field=asked.code,
                )
            )
        given[asked.code] = value
    if reasons:
        raise Refused(tuple(reasons))
    return given


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", canonical.key(text))


def _why_not(actor: Person, declared: Act, row: Application, given: Mapping[str, Any], on: date) -> str:
    if why := selectors.refusal(actor, declared, row, on):
        return why
    if declared.after_contact and not row.acts.filter(act="contact", data__reached="no").exists():
        return "还没有登记过没有联系上的联系"
    if declared.after and not row.acts.filter(act=declared.after).exists():
        return f"还没有“{acts()[declared.after].title}”"
    if declared.side == "city" and declared.verdict and actor.pk in (row.opined_by_id, row.agreed_by_id):
        return "区县意见由您签署，须由他人复核"
    for code, fits in declared.fits.items():
        if row.answer not in fits.get(given.get(code, ""), (row.answer,)):
            return f"核查结果是“{row.get_answer_display()}”，意见却是“{declared.asked(code).choices[given[code]]}”"
    return ""


def _columns(declared: Act, given: Mapping[str, Any], actor: Person, on: date) -> dict[str, Any]:
    """What the act writes into the application's columns."""
    written: dict[str, Any] = {}
    for column, source in declared.columns.items():
        if isinstance(source, dict):
            for code, values in source.items():
                written[column] = values.get(given.get(code))
            continue
        source = str(source)
        if source.startswith("="):
            field = Application._meta.get_field(column)
            written[column] = source[1:] if source[1:] or not field.null else None
        elif source in ("day", "actor"):
            written[column] = on if source == "day" else actor
        elif declared.asked(source).type == "unit":
            written[column] = selectors.unit_ids()[given[source]]
        else:
            written[column] = given.get(source)
    return written


def keep_files(files: Sequence[Any]) -> list[dict[str, Any]]:
    """Uploads kept under their digest: name, digest and size of each."""
    return [documents.keep_upload(file_name=one.name, file=one, field="files") for one in files]


@transaction.atomic
def discard_file(*, actor: Person, file: ListFile, on: date) -> None:
    """A trial that nobody wants: the file read for it is forgotten, and that is on the record."""
    received = locked(file.received)
    selectors.refuse_stranger(actor, received, on)
    if file.taken_on is not None:
        raise Refused.because("这个文件已经导入，不能放弃")
    audit.record(
        actor=actor, on=on, action="放弃试导入", subject=received, name=file.name, data={"file": file.digest}
    )
    file.delete()
