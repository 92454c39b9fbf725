"""A package made of a letter: what is signed, with which files, and what does not fit."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from zhiheng.documents import services as documents
from zhiheng.enforcement.models import Letter, LetterKind
from zhiheng.refusal import Reason
from zhiheng.registers import selectors as records
from zhiheng.registers.declaration import find

from . import keys, packages
from .models import Incoming, Outgoing

# A letter that goes out there comes in here.
MIRROR = {
    LetterKind.LEAD_OUT: LetterKind.LEAD_IN,
    LetterKind.ASSIST_OUT: LetterKind.ASSIST_IN,
}


def kind_of(letter: Letter) -> str:
    """A letter of our own goes out as a letter; one that came is answered."""
    return packages.LETTER if letter.kind in MIRROR else packages.REPLY


def received_with(letter: Letter) -> Incoming | None:
    """The package in which a letter came, if it came in one."""
    return letter.incoming.standing().filter(kind=packages.LETTER).order_by("pk").first()


def faults(outgoing: Outgoing, on: date) -> Iterator[Reason]:
    """What does not fit; and nothing that was signed is corrected afterwards."""
    if outgoing.pk:
        signed = Outgoing.objects.values_list("partner_id", "summary", "made_on").get(pk=outgoing.pk)
        if signed != (outgoing.partner_id, outgoing.summary, outgoing.made_on):
            yield Reason("协作包已经签名，不能更正", way_out="写错的请作废，另行发送", field="summary")
        return
    partner, letter = outgoing.partner, outgoing.letter
    if partner.voided_on or (partner.ended_on and partner.ended_on <= on):
        yield Reason(f"“{partner.name}”已停用", field="partner")
    if kind_of(letter) == packages.LETTER:
        if not outgoing.summary.strip():
            yield Reason("请写明案情和请求", field="summary")
        return
    came = received_with(letter)
    if letter.replied_on is None:
        yield Reason("这份收到的函件还没有回复", way_out="请先在函件上登记回复", field="partner")
    elif came is None:
        yield Reason("这份函件不是以协作包收到的", way_out="请以公文回复", field="partner")
    elif came.partner_id != outgoing.partner_id:
        yield Reason(f"这份函件是“{came.partner.name}”发来的", way_out="请选择发来的单位", field="partner")


def sealed(outgoing: Outgoing, on: date) -> dict[str, Any]:
    """The package of a letter, signed and kept. What does not fit is told by `faults`; then nothing is made."""
    if not outgoing.letter_id or not outgoing.partner_id or next(faults(outgoing, on), None):
        return {}
    letter, kind = outgoing.letter, kind_of(outgoing.letter)
    came = received_with(letter) if kind == packages.REPLY else None
    content = packages.Content(
        id=uuid.uuid4().hex,
        kind=kind,
        sender=outgoing.unit.name,
        to=outgoing.partner.key,
        made_at=outgoing.made_on.isoformat(),
        subject=letter.subject,
        letter_kind=letter.kind,
        number=letter.number,
        sent_on=letter.sent_on.isoformat(),
        reply_by=letter.reply_by.isoformat() if letter.reply_by else "",
        case_no=letter.case_no,
        summary=outgoing.summary,
        reply=letter.reply,
        replied_on=letter.replied_on.isoformat() if letter.replied_on else "",
        answers=came.ident if came else "",
    )
    data = packages.seal(keys.own(), content, _files(letter, came))
    return {"ident": content.id, "kind": kind, "digest": documents.store(data)}


def _files(letter: Letter, came: Incoming | None) -> list[packages.File]:
    """What hangs on the letter and is in use; in a reply not what came with the letter itself."""
    brought = {f.digest for f in opened(came).files} if came else set()
    rows = records.attachments_of(find("letters"), letter).filter(set_aside_on__isnull=True)
    return [
        packages.File(row.file_name, row.label, documents.read(row.digest))
        for row in rows
        if row.digest not in brought
    ]


def opened(incoming: Incoming) -> packages.Package:
    """A package that was found true when it came, read again."""
    own = keys.own_public()
    return packages.open_package(documents.read(incoming.digest), own=own, knows=lambda key: True)
