"""Packages sent, received, acknowledged, registered; what does not arrive is kept, said and tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.utils import timezone

from zhiheng.audit.models import Entry
from zhiheng.audit.verification import verify
from zhiheng.documents import services as documents
from zhiheng.enforcement.models import Letter
from zhiheng.exchange import background, delivery, keys, making, packages, reading, selectors, services
from zhiheng.exchange.delivery import CONTENT_TYPE, PATH, NotDelivered, deliver
from zhiheng.exchange.models import Delivery, Incoming, Outgoing
from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import Job
from zhiheng.refusal import Refused
from zhiheng.registers import selectors as records
from zhiheng.registers import services as registers
from zhiheng.registers.declaration import find

from .neighbour import AT, KEY, NOTE, ON, PHOTO, know, package, receipt_for, send, write

pytestmark = pytest.mark.django_db
THEIRS = packages.public_key(KEY)


def state(actor, kind: str, record) -> str:
    return records.record_for(actor, find(kind), record.pk, ON).state


def post(data: bytes, **more):
    return Client(enforce_csrf_checks=True).post(PATH, data, content_type=CONTENT_TYPE, **more)


# ---------------------------------------------------------------------------------------------------- what comes


def test_a_package_by_the_wire_is_signed_for_and_registered_by_a_person_with_its_evidence(world):
    know(world)
    data = package()
    answer = post(data)
    assert answer.status_code == 200
    said = packages.read_receipt(
        answer.content, own=THEIRS, key=keys.own_public(), package="0" * 31 + "1", whole=packages.digest(data)
    )
    assert said["name"] == world.city.unit.name
    came = Incoming.objects.get()
    entry = Entry.objects.get(action="收到协作包")
    assert (entry.actor_id, entry.data["digest"]) == (None, packages.digest(data))
    assert state(world.city.handler, "incoming", came) == "waiting"

    services.take_in(actor=world.city.handler, on=ON, incoming=came)
    letter = Letter.objects.get()
    assert (letter.kind, letter.number, letter.partner) == ("lead_in", "川知函〔2024〕7号", "四川省局")
    held = {f.file_name: f for f in records.attachments_of(find("letters"), letter)}
    assert {name: (f.label, f.digest) for name, f in held.items()} == {
        PHOTO.name: ("证据材料", PHOTO.digest),
        NOTE.name: ("函件", NOTE.digest),
    }
    assert state(world.city.handler, "incoming", came) == "taken"
    with pytest.raises(Refused):
        services.take_in(actor=world.city.handler, on=ON, incoming=came)
    assert Letter.objects.count() == 1


def test_the_same_package_again_changes_nothing_and_gets_the_same_receipt(world):
    know(world)
    data = package()
    first, entries = post(data), Entry.objects.count()
    again = post(data)
    assert again.content == first.content and Entry.objects.count() == entries
    other = post(package(summary="另有内容"))
    assert other.status_code == 422 and "内容与这次的不同" in other.json()["refused"]
    assert Incoming.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (lambda: package(key=Ed25519PrivateKey.from_private_bytes(b"?" * 32)), 403, "不在已知的协作对象之中"),
        (lambda: package().replace("销往".encode(), "销住".encode()), 422, "文件“说明.txt”的内容与清单"),
        (lambda: package().replace("榨菜线索".encode(), "白酒线索".encode()), 422, "签名不符"),
        (lambda: package(to=THEIRS), 422, "发给别的单位"),
        (lambda: package(letter_kind="advert"), 422, "函件类别“advert”"),
        (lambda: package(packages.File("木马.exe", "证据材料", b"MZ")), 422, "文件“木马.exe”不能接收"),
        (lambda: b"hello", 422, "不是知衡协作包"),
    ],
)
def test_what_is_not_true_is_refused_in_words_and_leaves_nothing(world, data, status, words):
    know(world)
    entries = Entry.objects.count()
    answer = post(data())
    assert answer.status_code == status and words in answer.json()["refused"]
    assert not Incoming.objects.exists() and Entry.objects.count() == entries


def test_a_partner_whose_time_is_over_is_a_stranger(world):
    partner, register = know(world), find("partners")
    registers.take(
        actor=world.city.unit_head, on=ON, register=register, record=partner, act=register.act("end"), answers={"ended_on": ON}
    )  # fmt: skip
    assert post(package()).status_code == 403


def test_the_door_takes_nothing_but_packages_and_only_by_post(world, settings, monkeypatch):
    assert Client().get(PATH).json() == {"name": world.city.unit.name, "key": keys.own_public()}
    assert Client().put(PATH).status_code == 405
    assert Client().post(PATH, {"file": "x"}).status_code == 415
    monkeypatch.setattr(reading, "MOST_BYTES", 100)
    assert post(b"x" * 101).status_code == 413


def test_only_the_house_itself_enters_what_came(world):
    register = find("incoming")
    partner = know(world)
    answers = dict.fromkeys(register.begin.columns, "x") | {
        "partner": partner, "sent_on": ON, "received_on": ON, "evidence": [], "kind": "letter"
    }  # fmt: skip
    with pytest.raises(Refused, match="由系统办理"):
        registers.begin(
            actor=world.city.handler, on=ON, register=register, act=register.begin, answers=answers
        )
    post(package())
    came = Incoming.objects.get()
    with pytest.raises(Refused, match="由系统登记"):
        registers.void(actor=world.city.handler, on=ON, register=register, record=came, why="不要了")


# ---------------------------------------------------------------------------------------------------- what goes


def test_a_letter_goes_out_with_what_hangs_on_it_and_is_delivered_once_signed_for(world):
    partner = know(world, address="http://127.0.0.1:9")
    outgoing = send(world, write(world), partner)
    data = documents.read(outgoing.digest)
    opened = packages.open_package(data, own=THEIRS, knows={keys.own_public()}.__contains__)
    assert opened.content.summary == "请协助核实生产企业。" and opened.content.letter_kind == "lead_out"
    assert [(f.name, f.label, f.data) for f in opened.files] == [(PHOTO.name, PHOTO.label, PHOTO.data)]
    assert state(world.city.handler, "outgoing", outgoing) == "waiting"
    services.wait_for_delivery(at=AT)
    sent = []

    def wire(address: str, bytes_: bytes) -> bytes:
        sent.append((address, bytes_))
        return receipt_for(bytes_)

    assert deliver(outgoing=outgoing, at=AT, send=wire)
    assert sent == [("http://127.0.0.1:9", data)]
    assert state(world.city.handler, "outgoing", outgoing) == "delivered"
    assert Entry.objects.filter(action="送达", actor_id=None).count() == 1 and not Delivery.objects.exists()
    services.arrived(outgoing=outgoing, receipt=receipt_for(data), at=AT)  # told twice
    assert Entry.objects.filter(action="送达").count() == 1


def test_what_cannot_be_reached_is_kept_said_once_and_tried_less_and_less_often(world):
    partner = know(world, address="http://127.0.0.1:9")
    outgoing = send(world, write(world), partner)
    services.wait_for_delivery(at=AT)
    services.wait_for_delivery(at=AT)
    assert Delivery.objects.count() == 1

    def wire(address: str, data: bytes) -> bytes:
        raise NotDelivered("连不上 http://127.0.0.1:9：拒绝连接")

    at, gaps = AT, []
    for _ in range(12):
        assert not deliver(outgoing=outgoing, at=at, send=wire)
        waits = Delivery.objects.get()
        gaps.append(waits.next_at - at)
        assert not selectors.due(waits.next_at - timedelta(seconds=1)).exists()
        assert selectors.due(waits.next_at).get() == outgoing
        at = waits.next_at
    assert gaps == sorted(gaps) and gaps[0] == timedelta(minutes=5) and gaps[-1] == timedelta(hours=12)
    assert state(world.city.handler, "outgoing", outgoing) == "failing"
    assert Entry.objects.filter(action="未送达").count() == 1
    # Whoever does not want to wait tries at once; once it arrives, nothing waits any more.
    services.send_again(actor=world.city.handler, on=ON, outgoing=outgoing, at=AT)
    assert selectors.due(AT).get() == outgoing
    assert deliver(outgoing=outgoing, at=AT, send=lambda _, data: receipt_for(data))
    assert state(world.city.handler, "outgoing", outgoing) == "delivered" and not selectors.due(at).exists()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda data: b"<html>ok</html>", "不是知衡协作包的回执"),
        (
            lambda data: receipt_for(data, key=Ed25519PrivateKey.from_private_bytes(b"?" * 32)),
            "不是该协作对象签的",
        ),
        (lambda data: receipt_for(data, whole=packages.digest(b"other")), "内容与发出的不同"),
        (lambda data: receipt_for(data, package="f" * 32), "另一件"),
    ],
)
def test_an_answer_that_is_no_receipt_is_no_delivery(world, answer, words):
    outgoing = send(world, write(world), know(world, address="http://127.0.0.1:9"))
    services.wait_for_delivery(at=AT)
    assert not deliver(outgoing=outgoing, at=AT, send=lambda _, data: answer(data))
    outgoing.refresh_from_db()
    assert words in outgoing.trouble and outgoing.delivered_on is None


def test_a_void_package_is_not_carried_any_further(world):
    outgoing, register = (
        send(world, write(world), know(world, address="http://127.0.0.1:9")),
        find("outgoing"),
    )
    services.wait_for_delivery(at=AT)
    registers.void(actor=world.city.handler, on=ON, register=register, record=outgoing, why="写错了")
    assert not selectors.due(AT).exists() and not selectors.not_waiting().exists()


def test_what_was_signed_is_not_corrected(world):
    outgoing, register = send(world, write(world), know(world)), find("outgoing")
    with pytest.raises(Refused, match="已经签名，不能更正"):
        registers.correct(
            actor=world.city.handler, on=ON, register=register, record=outgoing, answers={"summary": "改"}, why="改"
        )  # fmt: skip


def test_the_process_for_jobs_asks_for_one_job_and_it_carries_what_is_due(world, monkeypatch):
    outgoing = send(world, write(world), know(world, address="http://127.0.0.1:9"))
    background.ask_for_what_is_due(timezone.now())
    background.ask_for_what_is_due(timezone.now())
    job = Job.objects.get(kind=background.DELIVER)
    monkeypatch.setattr(delivery, "post", None)
    monkeypatch.setattr(
        background,
        "deliver",
        lambda outgoing, at: deliver(outgoing=outgoing, at=at, send=lambda _, d: receipt_for(d)),
    )
    background.deliver_what_is_due(job, background.jobs.NOBODY)
    assert state(world.city.handler, "outgoing", outgoing) == "delivered"
    Job.objects.all().delete()
    background.ask_for_what_is_due(timezone.now())
    assert not Job.objects.exists()


def test_packages_wait_while_the_office_has_too_many_jobs_and_nothing_ends_for_it(world):
    send(world, write(world), know(world, address="http://127.0.0.1:9"))
    for number in range(jobs.MOST):
        jobs.ask(made_by=world.city.planner, kind="ledger", title=str(number), asked={}, at=AT)
    jobs.look(at=timezone.now())
    assert not Job.objects.filter(kind=background.DELIVER).exists()
    jobs.cancel(job=Job.objects.first(), at=AT)
    jobs.look(at=timezone.now())
    assert Job.objects.filter(kind=background.DELIVER).count() == 1


# ---------------------------------------------------------------------------------------------------- there and back


def test_a_reply_goes_back_to_where_the_letter_came_from_and_nowhere_else(world):
    partner = know(world)
    other = know(world, key="b" * 64, name="贵州省局")
    post(package())
    services.take_in(actor=world.city.handler, on=ON, incoming=Incoming.objects.get())
    letter, letters = Letter.objects.get(), find("letters")
    with pytest.raises(Refused, match="还没有回复"):
        send(world, letter, partner)
    registers.take(
        actor=world.city.handler, on=ON, register=letters, record=letter, act=letters.act("reply"),
        answers={"replied_on": ON, "reply": "已立案查处。"},
    )  # fmt: skip
    letter.refresh_from_db()
    with pytest.raises(Refused, match="“四川省局”发来的"):
        send(world, letter, other)
    sent = send(world, letter, partner, summary="")
    said = packages.open_package(documents.read(sent.digest), own=THEIRS, knows=lambda _: True)
    assert (said.content.kind, said.content.answers) == ("reply", "0" * 31 + "1")
    assert (
        said.content.reply == "已立案查处。" and not said.files
    )  # what came with the letter does not go back


def test_a_reply_that_comes_is_written_on_the_letter_it_answers(world):
    partner = know(world)
    letter = write(world)
    outgoing = send(world, letter, partner)
    reply = {
        "kind": "reply",
        "answers": outgoing.ident,
        "reply": "查无此企业。",
        "replied_on": "2024-06-03",
        "id": "c" * 32,
    }
    assert post(package(NOTE, **reply)).status_code == 200
    services.take_in(actor=world.city.handler, on=ON, incoming=Incoming.objects.get())
    letter.refresh_from_db()
    assert (letter.reply, letter.replied_on) == ("查无此企业。", ON)
    assert NOTE.name in {f.file_name for f in records.attachments_of(find("letters"), letter)}


def test_a_reply_to_nothing_of_ours_is_left_to_a_person(world):
    know(world)
    post(package(NOTE, kind="reply", answers="d" * 32, reply="已办。", replied_on="2024-06-03"))
    came, register = Incoming.objects.get(), find("incoming")
    with pytest.raises(Refused, match="没有找到所回复的函件"):
        services.take_in(actor=world.city.handler, on=ON, incoming=came)
    registers.take(
        actor=world.city.handler, on=ON, register=register, record=came, act=register.act("drop"),
        answers={"dropped_on": ON, "dropped_why": "发错单位"},
    )  # fmt: skip
    assert state(world.city.handler, "incoming", came) == "dropped"


def test_as_files_it_goes_both_ways_without_a_wire(world, signed_in):
    partner = know(world)
    outgoing = send(world, write(world), partner)
    client = signed_in(world.city.handler)
    answer = client.get(f"/exchange/outgoing/{outgoing.pk}/package/")
    data = b"".join(answer.streaming_content)
    assert reading.take_file(data=receipt_for(data), at=AT) == reading.Taken("outgoing", outgoing.pk)
    assert state(world.city.handler, "outgoing", outgoing) == "delivered"
    taken = reading.take_file(data=package(), at=AT)
    assert taken == reading.take_file(data=package(), at=AT) and taken.code == "incoming"
    receipt = b"".join(client.get(f"/exchange/incoming/{taken.pk}/receipt/").streaming_content)
    assert packages.package_of_receipt(receipt) == "0" * 31 + "1"
    for data, words in ((b"{}", "不是知衡协作包"), (receipt, "没有发出过回执所说的")):
        with pytest.raises(Refused, match=words):
            reading.take_file(data=data, at=AT)


def test_a_district_sees_no_button_and_gets_no_page(world, signed_in):
    know(world)
    client = signed_in(world.a.handler)
    assert client.get("/exchange/read/").status_code == 403
    assert "/exchange/read/" not in client.get(find("incoming").url("records")).content.decode()
    assert client.get("/exchange/key/").status_code == 200


def test_the_pages_say_where_a_package_stands(world, signed_in):
    outgoing = send(world, write(world), know(world, address="http://127.0.0.1:9"))
    services.wait_for_delivery(at=AT)
    services.failed(outgoing=outgoing, why="连不上 http://127.0.0.1:9：拒绝连接", at=AT)
    client = signed_in(world.city.handler)
    page = client.get(find("outgoing").url("record", outgoing.pk)).content.decode()
    assert "未送达，将重试" in page and "拒绝连接" in page and "立即再送" in page
    assert "发送协作包" in client.get(find("letters").url("record", outgoing.letter_id)).content.decode()
    page = client.get("/exchange/key/").content.decode()
    assert keys.own_public() in page and packages.fingerprint(keys.own_public()) in page


def test_a_kept_package_that_was_changed_on_the_disk_is_told_by_the_verification(world):
    from tests.world import tell_of

    tell_of(world)
    outgoing = send(world, write(world), know(world))
    assert not [fault for fault in verify().faults if "协作包" in fault]
    path = documents.path_of(outgoing.digest)
    kept = path.read_bytes()
    try:
        path.write_bytes(kept + b" ")
        assert [fault for fault in verify().faults if "发出的协作包" in fault]
    finally:
        path.write_bytes(kept)
    assert making.kind_of(outgoing.letter) == "letter" and Outgoing.objects.count() == 1
