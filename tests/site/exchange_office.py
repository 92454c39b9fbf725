"""The other office of the exchange: what its people do in an installation of its own, run as a process on its data directory.

python -m tests.site.exchange_office WHAT [JSON]        prints JSON
"""

from __future__ import annotations

import json
import sys
from datetime import date


def _office():
    from zhiheng.accounts.models import Person

    admin = Person.objects.get(username="admin")
    people = {p.username: p for p in Person.objects.exclude(pk=admin.pk)}
    return admin, people


def begin(on: date, *, key: str, address: str) -> dict:
    """People, the partner; the key of this installation."""
    from tests import records
    from zhiheng.accounts import services as accounts
    from zhiheng.accounts.rights import Role
    from zhiheng.exchange import keys

    admin, _ = _office()
    made = {}
    for username, name, role in (
        ("shu-chuzhang", "蜀处长", Role.UNIT_HEAD),
        ("shu-chengban", "蜀承办", Role.HANDLER),
        ("shu-jihua", "蜀计划", Role.PLANNER),
    ):
        made[username] = accounts.add_person(
            actor=admin,
            on=on,
            unit=admin.unit,
            username=username,
            name=name,
            password="chuan-yu-2024",
            phone="",
        )
        accounts.grant_role(actor=admin, on=on, person=made[username], role=role, since=on)
    said = {"name": "重庆市知识产权局", "address": address, "key": key, "since": on}
    records.begin(made["shu-chuzhang"], "partners", said, on=on)
    return {"key": keys.own_public()}


def answer(on: date) -> dict:
    """Register what came, reply to it, send the reply and carry it there."""
    from django.utils import timezone

    from tests import records
    from zhiheng.exchange import services as exchange
    from zhiheng.exchange.delivery import deliver
    from zhiheng.exchange.models import Incoming, Outgoing
    from zhiheng.registers import selectors
    from zhiheng.registers.declaration import find

    _, people = _office()
    handler = people["shu-chengban"]
    came = Incoming.objects.get()
    exchange.take_in(actor=handler, on=on, incoming=came)
    came.refresh_from_db()
    letter = came.letter
    files = [f.digest for f in selectors.attachments_of(find("letters"), letter)]
    reply = {"replied_on": on, "reply": "已核查，生产企业属实，另案处理。"}
    records.take(handler, "letters", letter, "reply", reply, on=on)
    made = records.begin(handler, "outgoing", {"partner": came.partner, "made_on": on}, letter, on=on)
    exchange.wait_for_delivery(at=timezone.now())
    arrived = deliver(outgoing=made, at=timezone.now())
    trouble = Outgoing.objects.get(pk=made.pk).trouble
    return {
        "files": files,
        "kind": letter.kind,
        "number": letter.number,
        "arrived": arrived,
        "trouble": trouble,
    }


def count(on: date) -> dict:
    """How often it came, and what the ledger says was done."""
    from zhiheng.audit.models import Entry
    from zhiheng.exchange.models import Incoming

    return {
        "incoming": Incoming.objects.count(),
        "actions": list(Entry.objects.values_list("action", flat=True)),
    }


if __name__ == "__main__":
    import django

    django.setup()
    from django.utils import timezone

    does = {"begin": begin, "answer": answer, "count": count}[sys.argv[1]]
    given = json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    print(json.dumps(does(timezone.localdate(), **given), ensure_ascii=False))
