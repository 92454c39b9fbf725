"""Two installations, two databases, two processes: a case goes from one to the other over HTTP, is acknowledged, answered and answered to."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from tests.site.running import PATIENCE, command, environment, free_port, serving, set_up
from tests.world import tell_of
from zhiheng.audit.models import Entry
from zhiheng.audit.verification import verify
from zhiheng.documents import services as documents
from zhiheng.exchange import keys, services
from zhiheng.exchange.delivery import NotDelivered, deliver, post
from zhiheng.exchange.models import Incoming, Partner
from zhiheng.exchange.tests.neighbour import NOTE, PHOTO, know, send, write
from zhiheng.registers import services as registers
from zhiheng.registers.declaration import find

ROOT = Path(__file__).resolve().parents[2]


def there(data: Path, what: str, **given) -> dict:
    """Something the people of the other office do, in their own process."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.site.exchange_office", what, json.dumps(given)],
        env=environment(data, DJANGO_SETTINGS_MODULE="zhiheng.settings"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_case_goes_over_is_signed_for_answered_and_both_ledgers_say_so(
    world, live_server, settings, tmp_path
):
    settings.ALLOWED_HOSTS = ["*"]
    tell_of(world)
    data, now = tmp_path / "sichuan", timezone.now
    set_up(data)
    told = there(data, "begin", key=keys.own_public(), address=live_server.url)
    assert told["key"] != keys.own_public()

    # Nobody answers yet: the package is kept, and its page says why.
    partner = know(world, key=told["key"], address=f"http://127.0.0.1:{free_port()}")
    outgoing = send(world, write(world), partner)
    services.wait_for_delivery(at=now())
    assert not deliver(outgoing=outgoing, at=now())
    outgoing.refresh_from_db()
    assert "连不上" in outgoing.trouble and outgoing.delivery.tries == 1

    with serving(data) as (port, _):
        partners = find("partners")
        registers.correct(
            actor=world.city.unit_head,
            on=timezone.localdate(),
            register=partners,
            record=partner,
            answers={"address": f"http://127.0.0.1:{port}"},
            why="对方启用新地址",
        )
        outgoing = type(outgoing).objects.select_related("partner").get(pk=outgoing.pk)
        sealed = documents.read(outgoing.digest)
        for wrong, words in (
            (
                sealed.replace(PHOTO.data, PHOTO.data[:-1] + b"!"),
                f"文件“{PHOTO.name}”的内容与清单所列摘要不符",
            ),
            (sealed[:-3], "协作包不完整"),
        ):
            with pytest.raises(NotDelivered, match=words):
                post(outgoing.partner.address, wrong)
        assert there(data, "count")["incoming"] == 0
        assert deliver(outgoing=outgoing, at=now())
        first = post(outgoing.partner.address, sealed)
        assert post(outgoing.partner.address, sealed) == first  # replayed: the same receipt, nothing else
        assert there(data, "count")["incoming"] == 1
        answered = there(data, "answer")
    assert answered["kind"] == "lead_in" and answered["number"] == outgoing.letter.number
    assert answered["files"] == [PHOTO.digest] and answered["arrived"], answered["trouble"]

    came = Incoming.objects.get()
    assert came.answers == outgoing.ident and came.partner == Partner.objects.get()
    services.take_in(actor=world.city.handler, on=timezone.localdate(), incoming=came)
    letter = outgoing.letter
    letter.refresh_from_db()
    assert letter.reply == "已核查，生产企业属实，另案处理。" and NOTE.name not in letter.reply

    said = set(Entry.objects.values_list("action", flat=True))
    assert {"发送协作包", "未送达", "送达", "收到协作包", "登记收函", "登记回复"} <= said
    assert {"收到协作包", "登记收函", "登记回复", "发送协作包", "送达"} <= set(
        there(data, "count")["actions"]
    )
    assert verify().ok, verify().faults
    checked = command(data, "verify_audit")
    assert checked.returncode == 0, checked.stdout + checked.stderr
