"""No input is lost: kept while it is typed, put back after a return or a withdrawal, two windows told, files kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.casework import Worker
from zhiheng.documents import services as documents
from zhiheng.law import current_book
from zhiheng.matters import drafts, services
from zhiheng.matters.models import Draft, StepTaken

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"photo" * 20


@pytest.fixture
def work(world, monkeypatch):
    work = Worker(world.a)
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: work.on)
    work.register()
    work.step("start_verification")
    return work


@pytest.fixture
def client(work, signed_in):
    return signed_in(work.cast.handler)


def page(work, step: str) -> str:
    return f"/cases/{work.case.pk}/steps/{step}/"


def keep(client, work, step, version=0, **typed):
    place = drafts.place_of_step(work.case, step)
    return client.post("/matters/drafts/", {"draft-place": place, "draft-version": version, **typed})


def test_what_was_typed_stands_in_the_form_when_its_person_comes_again(client, work, signed_in):
    kept = keep(client, work, "record_inspection", findings="货架上有商品一百二十件")
    assert kept.status_code == 200 and kept.json()["version"] == 1
    # As after a lost session: signed in anew, the page is opened again.
    again = signed_in(work.cast.handler).get(page(work, "record_inspection")).content.decode()
    assert "货架上有商品一百二十件" in again and "已恢复您" in again
    # Nobody else sees it, and it is thrown away when it is not wanted.
    assert (
        "一百二十件"
        not in signed_in(work.cast.co_handler).get(page(work, "record_inspection")).content.decode()
    )
    mine = signed_in(work.cast.handler)
    mine.post(
        "/matters/drafts/",
        {"draft-place": drafts.place_of_step(work.case, "record_inspection"), "discard": "1"},
    )
    assert not Draft.objects.exists()
    assert "一百二十件" not in mine.get(page(work, "record_inspection")).content.decode()


def test_a_second_window_is_told_and_nothing_of_the_first_is_written_over(client, work):
    assert keep(client, work, "record_inspection", findings="第一窗口").json()["version"] == 1
    told = keep(client, work, "record_inspection", version=0, findings="第二窗口")
    assert told.status_code == 409 and "另一窗口" in told.json()["words"]
    assert Draft.objects.get().data["findings"] == ["第一窗口"]
    # Who decides for this window says so with the version it was told.
    assert (
        keep(
            client, work, "record_inspection", version=told.json()["version"], findings="第二窗口"
        ).status_code
        == 200
    )
    assert Draft.objects.get().data["findings"] == ["第二窗口"]


def test_a_step_that_is_taken_leaves_no_draft(client, work):
    keep(client, work, "record_inspection", findings="半句")
    work.step("record_inspection")
    assert not Draft.objects.exists()


def test_protected_answers_lie_encrypted_in_drafts_and_come_back(client, work):
    place = drafts.place_of_door("penalty", "register_lead")
    client.post(
        "/matters/drafts/",
        {"draft-place": place, "draft-version": 0, "informant": "举报人甲", "title": "某案"},
    )
    kept = Draft.objects.get().data
    assert kept["title"] == ["某案"] and "举报人甲" not in str(kept)
    assert 'value="举报人甲"' in client.get("/matters/open/penalty/register_lead/").content.decode()


def test_files_stay_with_a_form_that_comes_back_and_need_not_be_chosen_again(client, work):
    sent = {
        "evidence_name": "",
        "attachments": [SimpleUploadedFile("现场照片.png", PNG), SimpleUploadedFile("货架.png", PNG + b"2")],
    }
    answer = client.post(page(work, "extract_evidence"), sent)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "现场照片.png（已上传）" in shown and "货架.png（已上传）" in shown
    kept = Draft.objects.get().files["attachments"]
    assert [documents.read(one["digest"]) for one in kept] == [PNG, PNG + b"2"]
    # The page opened anew has them as well.
    assert "现场照片.png（已上传）" in client.get(page(work, "extract_evidence")).content.decode()
    # Sent again with one of them ticked and one more: those are the step's.
    form = filled(client, work, "extract_evidence")
    form |= {
        "attachments-kept": [kept[0]["digest"]],
        "attachments": [SimpleUploadedFile("门头.png", PNG + b"3")],
    }
    answer = client.post(page(work, "extract_evidence"), form)
    assert answer.status_code == 302, errors(answer)
    taken = StepTaken.objects.get(step="extract_evidence")
    assert [one["name"] for one in taken.data["attachments"]] == ["现场照片.png", "门头.png"]


def filled(client, work, step: str) -> dict:
    """The step's form as an officer fills it, as the browser sends it."""
    from zhiheng.law import current_book

    data = work.data(current_book().procedure("penalty.ordinary", work.on).steps[step])
    sent = {}
    for name, value in data.items():
        if name == "attested":
            sent |= {f"attested-{guard}": "on" for guard in value}
        elif name == "handlers":
            sent[name] = [str(pk) for pk in value]
        elif isinstance(value, list) and value and "q" in value[0]:
            sent[name] = "\n".join(f"问：{row['q']}\n答：{row['a']}" for row in value)
        elif not isinstance(value, list):
            sent[name] = value
    return sent


def errors(answer) -> list[str]:
    return [line for line in answer.content.decode().splitlines() if "<li><a href" in line]


@pytest.mark.parametrize("how", ["returned", "withdrawn"])
def test_after_a_return_or_a_withdrawal_the_form_says_again_what_was_proposed(client, work, how):
    work.step("record_inspection")
    proposal = work.propose("file_case")
    said = proposal.data
    if how == "returned":
        services.give_opinion(
            actor=work.cast.unit_head,
            record=work.case,
            proposal=proposal,
            agrees=False,
            text="请写明线索来源",
            on=work.on,
        )
    else:
        services.withdraw_proposal(actor=work.cast.handler, record=work.case, proposal=proposal, on=work.on)
    shown = client.get(page(work, "file_case")).content.decode()
    assert "上次填写的内容已填回" in shown
    assert ("请写明线索来源" in shown) == (how == "returned")
    for name, value in said.items():
        if isinstance(value, str) and len(value) > 3 and name != "cause":
            assert value in shown, name
    case_page = client.get(f"/cases/{work.case.pk}/").content.decode()
    assert ("请写明线索来源" in case_page) == (how == "returned")
    # What is typed since then goes before it.
    keep(client, work, "file_case", verification_result="另写的核查结果")
    assert Draft.objects.count() == 1


def test_old_drafts_are_forgotten(client, work):
    keep(client, work, "record_inspection", findings="半句")
    drafts.forget_old(timezone.now())
    assert Draft.objects.count() == 1
    drafts.forget_old(timezone.now() + drafts.KEPT_FOR + timedelta(days=1))
    assert not Draft.objects.exists()


def test_a_draft_too_long_or_nowhere_is_refused_in_words(client, work):
    told = keep(client, work, "record_inspection", findings="长" * drafts.LONGEST)
    assert told.status_code == 422 and "过长" in told.json()["words"]
    nowhere = client.post("/matters/drafts/", {"draft-place": "../x y", "draft-version": 0, "a": "b"})
    assert nowhere.status_code == 422


def test_a_field_that_bears_a_name_the_page_might_want_is_kept_too(client, work):
    """地点 is called `place`: what a draft needs for itself must not take its name, nor that of any other field of the book."""
    keep(client, work, "record_inspection", place="某路1号")
    assert client.get(page(work, "record_inspection")).context["form"]["place"].value() == "某路1号"
    book = current_book()
    names = {
        *book.fields,
        *(f.code for forms in book.form_versions.values() for form in forms for f in form.fields),
    }
    assert not names & drafts._OF_THE_PAGE
