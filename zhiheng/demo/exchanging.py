"""Packages exchanged with an invented installation of the neighbouring province: one sent and signed for, two that came."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.documents import services as documents
from zhiheng.enforcement.models import Letter
from zhiheng.exchange import keys, packages, services

from .around import SICHUAN
from .entering import begin
from .year import LAST_DAY

# The invented partner's own key: it opens nothing, and signs nothing but these.
_THEIRS = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"demonstration of a partner").digest())
_YEAR = LAST_DAY.year


@transaction.atomic
def load_exchange(office: Mapping[str, Person], say: Callable[[str], None]) -> None:
    known = date(_YEAR, 1, 10)
    said = {"name": SICHUAN, "address": "", "key": packages.public_key(_THEIRS), "since": known}
    partner = begin(office["head"], "partners", known, said)
    letter = Letter.objects.filter(kind="lead_out", sent_on__year=_YEAR).order_by("pk").first()
    said = {
        "partner": partner,
        "made_on": letter.sent_on,
        "summary": "在本市查获的假冒专利商品标注的生产地址在贵省，请核查。",
    }
    sent = begin(office["handler"], "outgoing", letter.sent_on, said, letter)
    at = datetime(letter.sent_on.year, letter.sent_on.month, letter.sent_on.day, 8, tzinfo=UTC)
    data = documents.read(sent.digest)
    receipt = packages.receipt(
        _THEIRS,
        package=sent.ident,
        sender=keys.own_public(),
        whole=packages.digest(data),
        name=SICHUAN,
        at=at,
    )
    services.arrived(outgoing=sent, receipt=receipt, at=at)
    for number, (day, subject) in enumerate(
        ((date(_YEAR, 9, 2), "跨省销售侵权花椒线索"), (date(_YEAR, 12, 29), "协助核实网店经营者"))
    ):
        came = services.receive(
            data=_package(number, day, subject), at=datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        )
        if number == 0:
            services.take_in(actor=office["handler"], on=day, incoming=came)
    say("协作包 3 件")


def _package(number: int, day: date, subject: str) -> bytes:
    content = packages.Content(
        id=hashlib.sha256(subject.encode()).hexdigest()[:32],
        kind=packages.LETTER,
        sender=SICHUAN,
        to=keys.own_public(),
        made_at=day.isoformat(),
        subject=subject,
        letter_kind="assist_out" if number else "lead_out",
        number=f"川知函〔{_YEAR}〕{40 + number}号",
        sent_on=day.isoformat(),
        summary=f"{subject}：有关情况见所附材料，请核查办理。",
    )
    file = packages.File("情况说明.txt", "证据材料", f"{subject}的情况说明（示范）。".encode())
    return packages.seal(_THEIRS, content, [file])
