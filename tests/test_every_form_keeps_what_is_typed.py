"""Whatever form of the house comes back, or is opened again, still holds what was typed and sent with it; a page that asks for a password
keeps nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.casework import Worker
from tests.drafting import TextWorker
from zhiheng.cases import importing
from zhiheng.matters.models import Draft
from zhiheng.outreach.tests.publicity import hold_activity
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db

ON = date(2024, 9, 2)
WORDS = "还没有想好的一句话"
PNG = b"\x89PNG\r\n\x1a\n" + b"photo" * 20


@pytest.fixture
def house(world, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    work = Worker(world.a, on=ON)
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    proposal = work.propose("file_case")
    activity = hold_activity(world.a.handler, "宣传周进校园")
    return work, proposal, activity, TextWorker(world.city, on=ON)


def addresses(house) -> list[tuple[str, str, dict, str]]:
    """(whose, address, what is sent and refused, the field whose words must stay)."""
    work, proposal, activity, draft = house
    case, record = f"/cases/{work.case.pk}", f"/registers/outreach/activities/{activity.pk}"
    return [
        ("unit_head", f"{case}/proposals/{proposal.pk}/", {"text": WORDS}, "text"),
        ("handler", f"{case}/steps/record_questioning/", {"qa": WORDS}, "qa"),
        ("handler", f"{case}/evidence/new/", {"name": WORDS}, "name"),
        ("handler", "/matters/open/penalty/register_lead/", {"lead_content": WORDS}, "lead_content"),
        ("handler", "/registers/outreach/activities/do/hold/", {"name": WORDS}, "name"),
        ("handler", f"{record}/do/correct/", {"why": WORDS, "name": ""}, "why"),
        ("city.planner", "/cases/ledgers/new/", {"year": WORDS}, "year"),
        ("city.planner", "/reports/reconcile/", {"text": WORDS, "year": "一"}, "text"),
        ("city.handler", f"/rulemaking/{draft.project.pk}/text/write/", {"note": WORDS, "words": ""}, "note"),
        ("city.admin", "/people/new/", {"name": WORDS}, "name"),
    ]


def person(world, whose: str):
    unit, _, role = whose.rpartition(".")
    return getattr(getattr(world, unit or "a"), role)


def test_what_a_form_refused_stands_there_when_it_is_opened_again(world, signed_in, house):
    lost = []
    for whose, address, typed, name in addresses(house):
        client = signed_in(person(world, whose))
        opened = client.get(address)
        if opened.status_code != 200 or (
            "data-draft" not in opened.content.decode() and "/people/" not in address
        ):
            lost.append(f"{address} {opened.status_code}: nothing is kept while it is typed")
            continue
        sent = client.post(address, typed)
        if sent.status_code != 422:
            lost.append(f"{address}: was taken ({sent.status_code})")
            continue
        if WORDS not in str(sent.context["form"][name].value()):
            lost.append(f"{address}: gone from the form that came back")
        again = signed_in(person(world, whose)).get(address)
        if "data-draft" in opened.content.decode() and WORDS not in str(again.context["form"][name].value()):
            lost.append(f"{address}: gone when it was opened again")
    assert not lost, "\n".join(lost)


def test_files_stay_with_forms_that_come_back_and_are_taken_with_them(world, signed_in, house):
    _, _, activity, _ = house
    client = signed_in(world.a.handler)
    address = f"/registers/outreach/activities/{activity.pk}/files/"
    back = client.post(address, {"label": "没有的类别", "files": SimpleUploadedFile("照片.png", PNG)})
    assert back.status_code == 422 and "照片.png（已上传）" in back.content.decode()
    form = client.get(address).context["form"]
    label = next(code for code, _ in form.fields["label"].choices if code)
    (kept,) = form.fields["files"].kept
    assert client.post(address, {"label": label, "files-kept": [kept["digest"]]}).status_code == 302
    assert "照片.png" in client.get(f"/registers/outreach/activities/{activity.pk}/").content.decode()
    assert not Draft.objects.filter(person=world.a.handler, place=address).exists()


def test_a_text_or_a_table_that_is_only_read_stays_with_its_form_as_well(world, signed_in, house):
    *_, draft = house
    lost = []
    for who, address, name, typed, file in (
        (
            world.city.handler,
            f"/rulemaking/{draft.project.pk}/text/write/",
            "file",
            {},
            ("草案.md", b"# \xff"),
        ),
        (world.city.leader, "/law/texts/", "file", {}, ("某法.md", "# 没有的法\n\n第一条 某。\n".encode())),
        (world.city.planner, "/reports/reconcile/", "file", {"year": "一"}, ("年报.html", b"<p>x</p>")),
        (world.city.planner, "/cases/ledgers/new/", "file", {"year": "一"}, ("台账.csv", b"x,y\n1,2\n")),
    ):
        client = signed_in(who)
        back = client.post(address, typed | {name: SimpleUploadedFile(*file)})
        if back.status_code != 422 or f"{file[0]}（已上传）" not in back.content.decode():
            lost.append(f"{address} {back.status_code}")
        elif f"{file[0]}（已上传）" not in client.get(address).content.decode():
            lost.append(f"{address}: gone when it was opened again")
    assert not lost, lost


def test_a_refused_dry_run_keeps_the_ledger_and_the_answers(world, signed_in, house, monkeypatch):
    client = signed_in(world.city.planner)
    ledger = "案件名称,当事人,案由,立案日期,决定日期,文号,案值,罚没金额(元),办案单位\n某案,某商行,商标侵权,2024-03-04,2024-05-06,渝北市监处罚〔2024〕1号,1000,500,渝北区局\n"
    file = SimpleUploadedFile("台账.csv", ledger.encode())
    page = client.post("/cases/ledgers/new/", {"file": file, "year": "2024"}).content.decode()
    token = page.partition('name="token" value="')[2].partition('"')[0]

    def busy(**asked):
        raise Refused.because("正在读的文件太多", way_out="请稍候再试")

    with monkeypatch.context() as while_busy:
        while_busy.setattr(importing, "import_ledger", busy)
        refused = client.post("/cases/ledgers/answer/", {"token": token, "answer": "x"})
    again = refused.content.decode()
    assert refused.status_code == 422 and "正在读的文件太多" in again and "再试导入" in again
    kept = again.partition('name="token" value="')[2].partition('"')[0]
    assert "将新增" in client.post("/cases/ledgers/answer/", {"token": kept}).content.decode()


def test_what_was_taken_leaves_no_draft_and_a_password_is_never_kept(world, signed_in, house):
    work, proposal, *_ = house
    client = signed_in(world.a.unit_head)
    address = f"/cases/{work.case.pk}/proposals/{proposal.pk}/"
    client.post(address, {"text": WORDS})
    assert Draft.objects.filter(place=address).exists()
    client.post(address, {"text": WORDS, "verdict": "agree"})
    assert not Draft.objects.filter(place=address).exists()
    page = client.get("/people/me/password/").content.decode()
    assert "data-draft" not in page
    client.post(
        "/people/me/password/", {"old_password": "geheim", "new_password1": "x", "new_password2": "y"}
    )
    assert not Draft.objects.exists()
