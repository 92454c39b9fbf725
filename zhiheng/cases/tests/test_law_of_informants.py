"""Who informed stays secret (投诉举报处理暂行办法 33): in no paper, list, search, entry of the ledger; read for a purpose, on the record."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.apps import apps

from tests.casework import Worker
from zhiheng.audit.models import Entry
from zhiheng.documents import services as documents
from zhiheng.files.word import read_docx
from zhiheng.matters import protection
from zhiheng.matters.models import ProtectedAnswer
from zhiheng.matters.preview import sheets
from zhiheng.matters.selectors import standing_for
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db
NAME, PHONE = "钱举报", "13900001234"
SAID = {"informant": NAME, "informant_phone": PHONE}


@pytest.fixture
def work(world):
    work = Worker(world.a)
    work.register(**SAID)
    work.step("start_verification")
    work.step("record_inspection")
    return work


def read(work, actor, purpose="告知举报人处理结果"):
    return protection.read(actor=actor, record=work.case, on=work.on, purpose=purpose)


def test_no_table_and_no_paper_holds_the_name(work):
    work.step("file_case", named_informant=True)
    for model in apps.get_models():
        for row in model.objects.values():
            text = str(row)
            assert NAME not in text and PHONE not in text, model
    papers = list(work.case.matter.folder.papers.all())
    assert "SAMR-01" in {paper.form for paper in papers}
    for paper in papers:
        text = str(read_docx(documents.read(paper.digest)))
        assert NAME not in text and PHONE not in text, paper.title


def test_the_officers_and_the_reviewers_read_it_and_every_reading_is_recorded(work, world):
    before = Entry.objects.count()
    assert dict(read(work, world.a.handler)) == {"提供人": NAME, "提供人联系方式": PHONE}
    assert dict(read(work, world.a.reviewer))["提供人"] == NAME
    first, second = Entry.objects.order_by("seq")[before:]
    assert first.action == second.action == "查阅举报人信息"
    assert (first.actor_name, second.actor_name) == (world.a.handler.name, world.a.reviewer.name)
    assert first.data["purpose"] == "告知举报人处理结果" and NAME not in str(first.data)


@pytest.mark.parametrize("who", ["unit_head", "leader"])
def test_nobody_else_reads_it(work, world, who):
    with pytest.raises(Refused, match=r"只有本案承办人和本单位审核人员.*投诉举报处理暂行办法第33条"):
        read(work, getattr(world.a, who))
    with pytest.raises(Refused):
        read(work, world.b.handler)


def test_a_reading_without_a_purpose_is_refused(work, world):
    with pytest.raises(Refused, match="事由"):
        read(work, world.a.handler, " ")


def test_a_file_without_an_informant_says_so(world):
    work = Worker(world.a)
    work.register(informant=None, informant_phone=None)
    with pytest.raises(Refused, match="没有登记举报人"):
        read(work, world.a.handler)


def test_a_row_moved_to_another_matter_or_changed_does_not_open(work, world):
    other = Worker(world.a)
    other.register(title="另一案", informant=None, informant_phone=None)
    rows = ProtectedAnswer.objects.filter(matter=work.case.matter)
    rows.update(matter=other.case.matter)
    with pytest.raises(Refused, match="被改过"):
        read(other, world.a.handler)
    rows = ProtectedAnswer.objects.filter(matter=other.case.matter)
    rows.update(sealed="gAAAAA")
    with pytest.raises(Refused, match="密钥不符"):
        read(other, world.a.handler)


def test_a_new_key_goes_before_the_old_one(work, world, settings):
    settings.PROTECTED_KEYS = [Fernet.generate_key().decode(), *settings.PROTECTED_KEYS]
    assert dict(read(work, world.a.handler))["提供人"] == NAME
    settings.PROTECTED_KEYS = settings.PROTECTED_KEYS[:1]
    with pytest.raises(Refused, match="protected-key"):
        read(work, world.a.handler)


def test_the_page_shows_it_after_the_purpose_alone(work, world, client):
    address = f"/cases/{work.case.pk}/protected/"
    client.force_login(world.a.handler)
    timeline = client.get(f"/cases/{work.case.pk}/?tab=timeline").content.decode()
    assert NAME not in timeline and "（保密）" in timeline and address in timeline
    assert NAME not in client.get(address).content.decode()
    assert client.post(address, {"purpose": ""}).status_code == 422
    shown = client.post(address, {"purpose": "告知处理结果"})
    assert NAME in shown.content.decode() and "no-store" in shown["Cache-Control"]
    client.force_login(world.a.unit_head)
    assert client.get(address).status_code == 404
    assert address not in client.get(f"/cases/{work.case.pk}/?tab=timeline").content.decode()


def test_a_lead_that_came_without_a_name_is_opened_all_the_same(world):
    work = Worker(world.a)
    work.register(source="report", informant="匿名", informant_phone=None)
    assert dict(read(work, world.a.handler)) == {"提供人": "匿名"}


def test_a_paper_shown_before_it_is_made_does_not_name_the_informant(work, world):
    standing = standing_for(work.case, work.on)
    step = standing.procedure.steps["register_lead"]
    shown = sheets(work.case, step, work.data(step, **SAID), world.a.handler, standing)
    text = "".join(sheet.html for sheet in shown)
    assert "案件来源登记表" in text and protection.MARK in text
    assert NAME not in text and PHONE not in text
