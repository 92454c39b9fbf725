"""The case page: evidence set aside with its reason, and the columns of a ledger that this system does not know."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.casework import Worker
from zhiheng.audit.selectors import history_of
from zhiheng.audit.verification import verify
from zhiheng.cases.models import Case
from zhiheng.documents.selectors import evidence_in
from zhiheng.matters import services
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db

REASON = "现场检查只有一名执法人员"


@pytest.fixture
def work(world, monkeypatch):
    work = Worker(world.a).to_filed()
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: work.on)
    return work


@pytest.fixture
def item(work):
    services.add_evidence(
        actor=work.people["handler"],
        record=work.case,
        on=work.on,
        name="进货收据",
        kind="documentary",
        source="当事人提供",
        proves="数量和价格",
        collected_on=work.on,
    )
    return work.case.matter.folder.evidence.get(name="进货收据")


def exclude(work, item, actor, reason=REASON):
    services.exclude_evidence(actor=actor, record=work.case, evidence=item, on=work.on, reason=reason)


def address(work, item):
    return reverse("case-evidence-exclude", args=[work.case.pk, item.pk])


def tab(client, work, name):
    return client.get(reverse("case", args=[work.case.pk]), {"tab": name}).content.decode()


def test_excluded_evidence_stays_in_the_file_with_its_reason_and_is_used_no_more(work, item, signed_in):
    client = signed_in(work.people["handler"])
    assert address(work, item) in tab(client, work, "evidence")
    answer = client.post(address(work, item), {"reason": REASON}, follow=True)
    page = answer.content.decode()
    assert "已排除证据：进货收据" in page
    assert f"已排除：{REASON}" in page
    assert address(work, item) not in page
    folder = work.case.matter.folder
    assert item in evidence_in(folder)
    assert item not in evidence_in(folder, usable_only=True)
    entry = history_of(item).last()
    assert (entry.action, entry.actor_name) == ("排除证据", work.people["handler"].name)
    assert "排除证据" in tab(client, work, "history")


def test_without_a_reason_nothing_is_excluded(work, item, signed_in):
    for empty in ("", "   "):
        answer = signed_in(work.people["handler"]).post(address(work, item), {"reason": empty})
        assert "已排除证据" not in answer.content.decode()
        with pytest.raises(Refused, match="理由"):
            exclude(work, item, work.people["handler"], empty)
    item.refresh_from_db()
    assert not item.excluded_reason


@pytest.mark.parametrize("who", ["unit_head", "reviewer"])
def test_heads_and_reviewers_of_the_unit_may_exclude(work, item, world, who):
    exclude(work, item, getattr(world.a, who))
    item.refresh_from_db()
    assert item.excluded_reason == REASON


@pytest.mark.parametrize("who", ["a.expired", "a.admin", "city.unit_head", "city.auditor"])
def test_others_who_see_the_case_are_neither_offered_it_nor_allowed(work, item, world, signed_in, who):
    bureau, name = who.split(".")
    actor = getattr(getattr(world, bureau), name)
    client = signed_in(actor)
    assert address(work, item) not in tab(client, work, "evidence")
    assert "须由本案承办人" in client.post(address(work, item), {"reason": REASON}).content.decode()
    item.refresh_from_db()
    assert not item.excluded_reason


def test_excluded_once_it_is_not_excluded_again_and_an_archived_file_stays_as_it_is(work, item, world):
    exclude(work, item, world.a.unit_head)
    with pytest.raises(Refused, match="已被排除"):
        exclude(work, item, world.a.unit_head, "别的理由")
    Case.objects.filter(pk=work.case.pk).update(archived_on=work.on)
    with pytest.raises(Refused, match="已归档"):
        exclude(work, item, world.a.unit_head)
    item.refresh_from_db()
    assert item.excluded_reason == REASON


def test_columns_of_a_ledger_nobody_knows_are_folded_on_the_case_page(world, signed_in):
    case = Case.objects.create(
        unit=world.a.unit,
        title="某某商行案",
        cause="trademark_infringement",
        state="ledger_closed",
        extra={"承办人": "张某、李某", "涉外<情况>": "否"},
    )
    page = signed_in(world.a.handler).get(reverse("case", args=[case.pk])).content.decode()
    assert "台账其他栏目（2）" in page
    assert '<dt>承办人</dt><dd class="pre">张某、李某</dd>' in page
    assert "<dt>涉外&lt;情况&gt;</dt>" in page
    Case.objects.filter(pk=case.pk).update(extra={})
    assert (
        "台账其他栏目" not in signed_in(world.a.handler).get(reverse("case", args=[case.pk])).content.decode()
    )


def upload(name: str, data: bytes = b"\xff\xd8\xffphoto"):
    return SimpleUploadedFile(name, data)


def test_several_files_and_a_photo_become_an_item_each_or_none(work, signed_in):
    client, new = signed_in(work.people["handler"]), reverse("case-evidence-new", args=[work.case.pk])
    page = client.get(new).content.decode()
    assert 'capture="environment"' in page and "multiple" in page and ".heic" in page
    said = {
        "name": "货架",
        "kind": "physical",
        "source": "现场拍摄",
        "proves": "陈列",
        "collected_on": work.on,
    }
    bad = client.post(new, said | {"file": [upload("1.jpg"), upload("2.jpg", b"no picture")]})
    assert "不是它的名称所说的" in bad.content.decode()
    assert not work.case.matter.folder.evidence.filter(name__startswith="货架").exists()
    client.post(
        new,
        said
        | {
            "file": [upload("1.jpg", b"\xff\xd8\xff1"), upload("2.jpg", b"\xff\xd8\xff2")],
            "photo": [upload("3.jpg")],
        },
    )
    items = work.case.matter.folder.evidence.filter(name__startswith="货架").order_by("pk")
    assert [(one.name, one.file_name) for one in items] == [
        ("货架（1）", "1.jpg"),
        ("货架（2）", "2.jpg"),
        ("货架（3）", "3.jpg"),
    ]
    assert [one.sha256 for one in items][2] == hashlib.sha256(b"\xff\xd8\xffphoto").hexdigest()


def test_a_file_that_came_twice_is_one_item_whatever_it_is_called(work, signed_in):
    """A returned form keeps the good file; who chooses it again, or takes it by both fields, has not two of it."""
    client, new = signed_in(work.people["handler"]), reverse("case-evidence-new", args=[work.case.pk])
    said = {
        "name": "货架",
        "kind": "physical",
        "source": "现场拍摄",
        "proves": "陈列",
        "collected_on": work.on,
    }
    one = b"\xff\xd8\xff" + b"1" * 200_000
    page = client.post(new, said | {"file": [upload("1.jpg", one), upload("程序.exe")]}).content.decode()
    kept = page.partition('name="file-kept" value="')[2].partition('"')[0]
    assert kept
    again = {
        "file-kept": kept,
        "file": [upload("又一.jpg", one), upload("2.jpg", one[:-1] + b"2")],
        "photo": [upload("3.jpg", one)],
    }
    page = client.post(new, said | again, follow=True).content.decode()
    items = work.case.matter.folder.evidence.filter(name__startswith="货架").order_by("pk")
    assert [(item.name, item.file_name, item.size) for item in items] == [
        ("货架（1）", "1.jpg", len(one)),
        ("货架（2）", "2.jpg", len(one)),
    ]
    assert items[0].digest == kept and "，2个文件" in page


def test_the_page_of_an_item_has_its_digests_and_who_had_it_in_hand(work, world, signed_in):
    client = signed_in(work.people["handler"])
    said = {
        "name": "单据",
        "kind": "documentary",
        "source": "当事人",
        "proves": "价格",
        "collected_on": work.on,
    }
    client.post(
        reverse("case-evidence-new", args=[work.case.pk]), said | {"file": upload("单据.pdf", b"%PDF-1.7")}
    )
    item = work.case.matter.folder.evidence.get(name="单据")
    assert client.get(reverse("case-evidence-file", args=[work.case.pk, item.pk])).status_code == 200
    address = reverse("case-evidence", args=[work.case.pk, item.pk])
    page = client.get(address).content.decode()
    assert item.digest in page and item.sha256 in page and "登记证据" in page and "下载文件" in page
    assert [entry.action for entry in history_of(item)] == ["登记证据", "下载文件"]
    assert signed_in(world.b.handler).get(address).status_code == 404
    assert not [fault for fault in verify().faults if "证据" in fault]
    assert client.get(reverse("case-evidence-thumbnail", args=[work.case.pk, item.pk])).status_code == 404


def test_only_the_page_of_evidence_takes_what_is_larger_than_other_uploads(work, settings, signed_in):
    settings.UPLOAD_LIMIT_BYTES, settings.EVIDENCE_LIMIT_BYTES = 1000, 5000
    client = signed_in(work.people["handler"])
    new = reverse("case-evidence-new", args=[work.case.pk])
    said = {
        "name": "录像",
        "kind": "audiovisual",
        "source": "现场",
        "proves": "过程",
        "collected_on": work.on,
    }
    film = b"\0\0\0\x20ftypisom" + bytes(4000)
    client.post(new, said | {"file": upload("录像.mp4", film)})
    assert work.case.matter.folder.evidence.get(name="录像").size == len(film)
    answer = client.post(new, said | {"name": "录像二", "file": upload("录像二.mp4", film + bytes(2000))})
    assert "没有接收" in answer.content.decode()
    assert not work.case.matter.folder.evidence.filter(name="录像二").exists()
