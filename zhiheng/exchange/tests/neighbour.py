"""Another province's installation as tests need it: a key of its own, packages signed with it, letters of ours to send to it."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from functools import partial

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests import records
from zhiheng.exchange import keys, packages
from zhiheng.registers import services
from zhiheng.registers.declaration import find

KEY = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
ON = date(2024, 6, 3)
AT = datetime(2024, 6, 3, 2, tzinfo=UTC)
PHOTO = packages.File("现场.png", "证据材料", b"\x89PNG\r\n\x1a\n" + bytes(40))
NOTE = packages.File("说明.txt", "函件", "销往重庆的侵权榨菜。".encode())


def content(**changed) -> packages.Content:
    said = {
        "id": "0" * 31 + "1",
        "kind": packages.LETTER,
        "sender": "四川省知识产权服务促进中心",
        "to": keys.own_public(),
        "made_at": "2024-06-03",
        "subject": "侵权榨菜线索",
        "letter_kind": "lead_out",
        "number": "川知函〔2024〕7号",
        "sent_on": "2024-06-03",
        "reply_by": "2024-07-03",
        "summary": "在成都查获的侵权榨菜系从涪陵购进，请核查。",
    }
    return packages.Content(**said | changed)


def package(*files: packages.File, key: Ed25519PrivateKey = KEY, **changed) -> bytes:
    return packages.seal(key, content(**changed), files or (PHOTO, NOTE))


begin = partial(records.begin, on=ON)


def know(world, key: str = packages.public_key(KEY), address: str = "", name: str = "四川省局"):
    """The other installation among the office's partners."""
    said = {"name": name, "address": address, "key": key, "since": ON}
    return begin(world.city.unit_head, "partners", said)


def write(world, kind: str = "lead_out", number: str = "渝知函〔2024〕3号"):
    """A letter of ours, with evidence."""
    said = {"subject": "假冒专利电器线索", "kind": kind, "partner": "四川省局", "number": number}
    letter = begin(world.city.handler, "letters", said | {"sent_on": ON})
    register = find("letters")
    files = [(PHOTO.name, io.BytesIO(PHOTO.data))]
    services.attach(
        actor=world.city.handler, on=ON, register=register, record=letter, label=PHOTO.label, files=files
    )
    return letter


def send(world, letter, partner, **changed):
    said = {"partner": partner, "summary": "请协助核实生产企业。", "made_on": ON} | changed
    return begin(world.city.handler, "outgoing", said, letter)


def receipt_for(data: bytes, key: Ed25519PrivateKey = KEY, **changed) -> bytes:
    """What the other side signs about a package of ours."""
    opened = packages.open_package(data, own=packages.public_key(KEY), knows=lambda _: True)
    said = {
        "package": opened.content.id,
        "sender": opened.key,
        "whole": packages.digest(data),
        "name": "四川省局",
        "at": AT,
    }
    return packages.receipt(key, **said | changed)
