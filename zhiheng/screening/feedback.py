"""What goes back to the national office: the received file with the feedback written into it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.jobs import foreign
from zhiheng.jobs import services as jobs
from zhiheng.refusal import Refused

from . import tables
from .declared import words_of
from .models import Application, ApplicationAct, ListFile, ReceivedList, Stage

# What the columns are written from: acts, the latest of each.
_CONTACT, _WITHDRAW, _EXPLAIN, _OPINE = "contact", "withdraw", "explain", "opine"
_BATCH = 2_000


def words(
    applications: Iterable[Application], acts: dict[int, dict[str, ApplicationAct]]
) -> dict[str, dict[str, str]]:
    """What is written into each application's rows, by its number and by what `tables.FEEDBACK` writes."""
    made = {}
    for one in applications:
        mine = acts.get(one.pk, {})
        contact, opinion = mine.get(_CONTACT), mine.get(_OPINE)
        last = opinion or mine.get(_WITHDRAW) or mine.get(_EXPLAIN) or contact
        files = [
            kept["name"]
            for code in (_EXPLAIN, _WITHDRAW)
            if code in mine
            for kept in mine[code].data.get("files") or ()
        ]
        made[one.number] = {
            "unit": one.unit.name if one.stage != Stage.RECEIVED else "",
            "by": last.by.name if last else "",
            "on": last.on.isoformat() if last else "",
            "method": words_of("method", contact.data.get("method", "")) if contact else "",
            "reached": {True: "是", False: "否", None: ""}[one.reached],
            "answer": one.get_answer_display(),
            "withdrawn_on": one.withdrawn_on.isoformat() if one.withdrawn_on else "",
            "voucher": mine[_WITHDRAW].data.get("voucher", "")
            if _WITHDRAW in mine and one.withdrawn_on
            else "",
            "files": "、".join(files),
            "view": _view(one, opinion),
        }
    return made


def _view(one: Application, opinion: ApplicationAct | None) -> str:
    if opinion is None or not one.view:
        return ""
    return f"{words_of('view', one.view)}：{opinion.data['text']}"


def feedback_file(
    *,
    actor: Person,
    received: ReceivedList,
    file: ListFile,
    on: date,
    watch: jobs.Watch | None = None,
) -> bytes:
    """The received file filled in; that it was made, and over how many rows, is on the record. With a `watch` the file is kept for the
    job to hand out."""
    if actor.unit_id != received.unit_id:
        raise Refused.because("反馈文件由登记名单的单位制作")
    if file.taken_on is None:
        raise Refused.because("这个文件还没有导入", way_out="请先确认导入")
    applications = list(
        Application.objects.filter(received=received)
        .select_related("unit")
        .defer("texts", "extra", "facts")
        .order_by("row")
    )
    latest: dict[int, dict[str, ApplicationAct]] = {}
    acts = ApplicationAct.objects.filter(
        application__received=received, act__in=(_CONTACT, _WITHDRAW, _EXPLAIN, _OPINE)
    )
    for act in acts.select_related("by").order_by("id").iterator(chunk_size=_BATCH):
        latest.setdefault(act.application_id, {})[act.act] = act
    told = words(applications, latest)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list{Path(file.name).suffix.lower()}"
        path.write_bytes(documents.read(file.digest))
        made = foreign.read(
            tables.filled, str(path), file.layout, told, file.layout["feedback"], limits=foreign.LARGE
        )
    with transaction.atomic():
        audit.record(
            actor=actor,
            on=on,
            action="制作反馈文件",
            subject=received,
            name=file.name,
            data={"file": file.digest, "feedback": audit.digest(made), "rows": len(told)},
        )
        if watch is not None:
            watch.done({"feedback": documents.store(made), "name": f"反馈-{file.name}"})
    return made
