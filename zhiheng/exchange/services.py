"""What happens to packages: one comes and is acknowledged, a person registers it, one of ours arrives or does not."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import office_unit
from zhiheng.documents import services as documents
from zhiheng.enforcement.models import LetterKind
from zhiheng.refusal import Refused
from zhiheng.registers import services as records
from zhiheng.registers.declaration import find, of_model

from . import keys, making, packages, selectors
from .models import Delivery, Incoming, Outgoing

_FIRST, _LONGEST = timedelta(minutes=5), timedelta(hours=12)


@transaction.atomic
def receive(*, data: bytes, at: datetime) -> Incoming:
    """Take a package that came, by the wire or as a file, and sign for it. The same package again changes nothing.

    Raises packages.Unfit in words for what is not true, not for us, of nobody known, or another content under a known id.
    """
    on = timezone.localtime(at).date()
    known = selectors.partners_by_key(on)
    package = packages.open_package(data, own=keys.own_public(), knows=known.__contains__)
    _refuse_unknown_files(package)
    partner, content, whole = known[package.key], package.content, packages.digest(data)
    if content.kind == packages.LETTER and content.letter_kind not in making.MIRROR:
        raise packages.Unfit(f"不认识的函件类别“{content.letter_kind}”，请双方核对版本")
    before = selectors.received(partner, content.id)
    if before is not None:
        if before.digest != whole:
            raise packages.Unfit("同一编号的协作包已经收到过，内容与这次的不同")
        return before
    office = office_unit()
    receipt = packages.receipt(
        keys.own(), package=content.id, sender=package.key, whole=whole, name=office.name, at=at
    )
    register = find("incoming")
    answers = {
        "partner": partner,
        "ident": content.id,
        "kind": content.kind,
        "subject": content.subject[:200],
        "number": content.number[:80],
        "sent_on": date.fromisoformat(content.sent_on),
        "received_on": on,
        "summary": content.summary if content.kind == packages.LETTER else content.reply,
        "evidence": [_listed(one) for one in package.files],
        "answers": content.answers,
        "digest": documents.store(data, whole),
        "receipt": documents.store(receipt),
    }
    return records.begin(
        actor=None,
        on=on,
        register=register,
        act=register.begin,
        answers=answers,
        later={"unit": office},
        by_house=True,
    )


def _listed(file: packages.File) -> str:
    """A file as one line of a list says it: no sign that parts such lines."""
    return re.sub(r"[\s；;]+", " ", f"{file.name}（{file.label}，{file.digest[:12]}）").strip()[:200]


def _refuse_unknown_files(package: packages.Package) -> None:
    """What could not be filed here is refused at once, by name."""
    for one in package.files:
        try:
            documents.check_upload(one.name, one.data)
        except Refused as refused:
            raise packages.Unfit(f"文件“{one.name}”不能接收：{refused}") from None


@transaction.atomic
def take_in(*, actor: Person, on: date, incoming: Incoming) -> Incoming:
    """Register what came: a letter with its evidence, or the reply to a letter of ours. Raises Refused."""
    package, letters = making.opened(incoming), find("letters")
    content = package.content
    given = {"actor": actor, "on": on, "register": letters}
    source = f"{incoming.partner.name}的协作包 {incoming.ident}"
    if content.kind == packages.REPLY:
        sent = selectors.sent(incoming.partner, content.answers)
        if sent is None:
            raise Refused.because("没有找到所回复的函件", way_out="请与对方核对，确与本局无关的用“不予登记”")
        letter = sent.letter
        said = {"replied_on": date.fromisoformat(content.replied_on), "reply": content.reply}
        records.take(record=letter, act=letters.act("reply"), answers=said, **given)
    else:
        answers = {
            "subject": content.subject,
            "kind": making.MIRROR[LetterKind(content.letter_kind)],
            "partner": incoming.partner.name,
            "number": content.number,
            "sent_on": date.fromisoformat(content.sent_on),
            "reply_by": date.fromisoformat(content.reply_by) if content.reply_by else None,
            "case_no": content.case_no,
        }
        letter = records.begin(act=letters.begin, answers=answers, source=source, **given)
    for one in package.files:
        label = one.label if one.label in letters.attachments else letters.attachments[-1]
        file = (one.name, io.BytesIO(one.data))
        records.attach(record=letter, label=label, files=[file], **given)
    return _take(incoming, "take_in", actor=actor, on=on, letter=letter, taken_on=on)


@transaction.atomic
def arrived(*, outgoing: Outgoing, receipt: bytes, at: datetime) -> None:
    """The other side signed for it. Raises packages.Unfit for a receipt that is not theirs, or not about this package."""
    told = packages.read_receipt(
        receipt,
        own=keys.own_public(),
        key=outgoing.partner.key,
        package=outgoing.ident,
        whole=outgoing.digest,
    )
    on = timezone.localtime(at).date()
    Delivery.objects.filter(outgoing=outgoing).delete()
    if Outgoing.objects.filter(pk=outgoing.pk, delivered_on__isnull=False).exists():
        return  # told twice
    day = datetime.fromisoformat(told["at"]).date()
    kept = documents.store(receipt)
    _take(outgoing, "deliver", on=on, delivered_on=min(day, on), receipt=kept)


@transaction.atomic
def failed(*, outgoing: Outgoing, why: str, at: datetime) -> None:
    """It did not arrive: said on its page, once for each reason, and tried again later, less and less often."""
    delivery = Delivery.objects.select_for_update().filter(outgoing=outgoing).first()
    if delivery is None:
        return  # it arrived meanwhile, or was voided
    delivery.tries += 1
    delivery.next_at = at + min(_FIRST * 2 ** min(delivery.tries - 1, 10), _LONGEST)
    delivery.save()
    trouble = why[:300]
    if Outgoing.objects.get(pk=outgoing.pk).trouble != trouble:
        _take(outgoing, "fail", on=timezone.localtime(at).date(), trouble=trouble)


def wait_for_delivery(*, at: datetime) -> None:
    """Every package made since the last look waits for its first try."""
    new = selectors.not_waiting()
    Delivery.objects.bulk_create([Delivery(outgoing=one, next_at=at) for one in new], ignore_conflicts=True)


@transaction.atomic
def send_again(*, actor: Person, on: date, outgoing: Outgoing, at: datetime) -> None:
    """Try at the next look, whatever the plan was. Raises Refused for one that has arrived or was voided."""
    _take(outgoing, "again", actor=actor, on=on)
    Delivery.objects.update_or_create(outgoing=outgoing, defaults={"next_at": at})


def _take(
    record: Outgoing | Incoming, act: str, *, on: date, actor: Person | None = None, **answers: Any
) -> Any:
    """An act on a package that no form offers: of the house itself where there is no actor."""
    register = of_model(type(record))
    return records.take(
        actor=actor,
        on=on,
        register=register,
        record=record,
        act=register.act(act),
        answers=answers,
        by_house=True,
    )
