"""A form sent when its session had ended, or from before its person signed in anew: nothing is done, and after signing in everything
stands in it again, files too, with no script at work."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.casework import Worker
from tests.test_every_form_keeps_what_is_typed import ON, PNG, WORDS, addresses, house, person
from tests.world import PASSWORD, sign_in
from zhiheng.accounts.background import forget_ended_sessions
from zhiheng.matters.models import Draft, StepTaken

__all__ = ["house"]  # a fixture

pytestmark = pytest.mark.django_db


class Hidden(HTMLParser):
    """The hidden fields of a page, by name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        told = dict(attrs)
        if tag == "input" and told.get("type") == "hidden":
            self.fields[told["name"]] = told.get("value", "")


def hidden(answer) -> dict[str, str]:
    return Hidden(answer.content.decode()).fields


def end_sessions(ago=timedelta(hours=1)) -> None:
    Session.objects.update(expire_date=timezone.now() - ago)


def sign_in_with(client, answer, who, password=PASSWORD):
    """Fill in the page where one signs in, with everything it carries."""
    return client.post("/people/sign-in/", {**hidden(answer), "username": who.username, "password": password})


@pytest.fixture
def work(world, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    work = Worker(world.a, on=ON)
    work.register()
    work.step("start_verification")
    return work


@pytest.fixture
def inspection(work) -> str:
    return f"/cases/{work.case.pk}/steps/record_inspection/"


def test_every_form_comes_back_filled_in_after_signing_in(world, house):
    lost = []
    for whose, address, typed, name in addresses(house):
        who = person(world, whose)
        client = sign_in(Client(), who)
        kept = "data-draft" in client.get(address).content.decode()
        end_sessions()
        answer = client.post(address, typed)
        if WORDS in answer.content.decode() or answer.status_code != 403:
            lost.append(f"{address}: answered {answer.status_code}, not with the page where one signs in")
            continue
        gone = sign_in_with(client, answer, who)
        if gone.status_code != 302 or gone.url != address:
            lost.append(f"{address}: led to {gone.get('Location')}")
            continue
        again = client.get(address)
        if kept and WORDS not in str(again.context["form"][name].value()):
            lost.append(f"{address}: what was typed is gone")
        if "没有办理" not in again.content.decode():
            lost.append(f"{address}: nobody says that nothing was done")
    assert not lost, "\n".join(lost)


def test_files_sent_in_vain_are_taken_with_the_form_in_the_end(work, inspection):
    client = sign_in(Client(), work.cast.handler)
    end_sessions()
    answer = client.post(
        inspection, {"findings": WORDS, "attachments": SimpleUploadedFile("现场照片.png", PNG)}
    )
    assert "没有留下" not in answer.content.decode()
    sign_in_with(client, answer, work.cast.handler)
    page = client.get(inspection).content.decode()
    assert WORDS in page and "现场照片.png（已上传）" in page
    assert not StepTaken.objects.filter(step="record_inspection").exists()
    # It lies with its page now, as any draft does, and nothing waits any more.
    assert [one.files["attachments"][0]["name"] for one in Draft.objects.all()] == ["现场照片.png"]


def test_files_join_those_that_were_kept_before(work, inspection):
    client = sign_in(Client(), work.cast.handler)
    first = client.post(inspection, {"attachments": SimpleUploadedFile("一.png", PNG)})
    assert first.status_code == 422
    end_sessions()
    answer = client.post(inspection, {"attachments": SimpleUploadedFile("二.png", PNG + b"2")})
    sign_in_with(client, answer, work.cast.handler)
    page = client.get(inspection).content.decode()
    assert "一.png（已上传）" in page and "二.png（已上传）" in page


@pytest.mark.parametrize("how", ["signed out", "long ago", "password changed", "left the office"])
def test_of_whom_nobody_can_tell_no_file_is_kept_and_that_is_said(work, inspection, how):
    who = work.cast.handler
    client = sign_in(Client(), who)
    end_sessions(timedelta(days=2) if how == "long ago" else timedelta(hours=1))
    if how == "signed out":
        Session.objects.all().delete()
    elif how == "password changed":
        who.set_password("ein-anderes-wort")
        who.save()
    elif how == "left the office":
        who.is_active = False
        who.save()
    answer = client.post(
        inspection, {"findings": WORDS, "attachments": SimpleUploadedFile("现场照片.png", PNG)}
    )
    assert "“现场照片.png”没有留下" in answer.content.decode()
    deputy = work.cast.handler if how in {"signed out", "long ago"} else None
    if deputy:
        sign_in_with(client, answer, deputy)
        page = client.get(inspection).content.decode()
        assert WORDS in page and "请重新选择" in page and "（已上传）" not in page


def test_what_somebody_else_typed_is_not_handed_over(work, inspection):
    client = sign_in(Client(), work.cast.handler)
    end_sessions()
    answer = client.post(inspection, {"findings": WORDS})
    sign_in_with(client, answer, work.cast.co_handler)
    page = client.get(inspection).content.decode()
    assert WORDS not in page and "填写的是另一位" in page
    assert not Draft.objects.exists()


def test_a_mistyped_password_loses_nothing_either(work, inspection):
    client = sign_in(Client(), work.cast.handler)
    end_sessions()
    answer = client.post(inspection, {"findings": WORDS})
    again = sign_in_with(client, answer, work.cast.handler, password="falsch")
    assert again.status_code == 200
    sign_in_with(client, again, work.cast.handler)
    assert WORDS in client.get(inspection).content.decode()


def test_it_stands_in_the_form_it_was_sent_from_and_in_no_other(work, inspection):
    client = sign_in(Client(), work.cast.handler)
    end_sessions()
    # A preview is asked for at an address of its own; the browser says which page it came from.
    answer = client.post(
        inspection.replace("record_inspection/", "record_inspection/preview/"),
        {"findings": WORDS},
        headers={"referer": f"http://testserver{inspection}"},
    )
    assert sign_in_with(client, answer, work.cast.handler).url == inspection
    assert WORDS not in client.get(f"/cases/{work.case.pk}/steps/record_questioning/").content.decode()
    assert WORDS in client.get(inspection).content.decode()
    assert client.get(inspection).context["typing"].draft.version == 1


def test_what_a_browser_says_it_carries_is_believed_only_with_our_signature(work, inspection):
    client = sign_in(Client(), work.cast.handler)
    end_sessions()
    answer = client.post(inspection, {"findings": WORDS})
    forged = hidden(answer)["unsent"][:-2] + "AA"
    client.post(
        "/people/sign-in/",
        {"unsent": forged, "username": work.cast.handler.username, "password": PASSWORD, "next": inspection},
    )
    assert WORDS not in client.get(inspection).content.decode()


@pytest.mark.parametrize("referer", ["https://elsewhere.example/cases/1/", "//elsewhere.example/"])
def test_nobody_is_led_to_another_site(work, inspection, referer):
    client = sign_in(Client(), work.cast.handler)
    end_sessions()
    answer = client.post(inspection, {"findings": WORDS}, headers={"referer": referer})
    assert hidden(answer)["next"] == inspection


def test_a_password_is_never_carried(world):
    client = sign_in(Client(), world.a.handler)
    end_sessions()
    answer = client.post(
        "/people/me/password/", {"old_password": "geheim", "new_password1": "geheim2", "new_password2": "x"}
    )
    assert answer.status_code == 302 and answer.url.startswith("/people/sign-in/")


def test_a_window_from_before_one_signed_in_anew_keeps_what_it_sent(work, inspection):
    who = work.cast.handler
    client = Client(enforce_csrf_checks=True)
    client.get("/people/sign-in/")  # where the browser got its token
    sign_in(client, who)
    typed = {
        "findings": WORDS,
        "csrfmiddlewaretoken": "x" * 64,
        "attachments": SimpleUploadedFile("照.png", PNG),
    }
    here = {"origin": "http://testserver", "referer": f"http://testserver{inspection}"}
    answer = client.post(inspection, typed, headers=here)
    assert answer.status_code == 302 and answer.url == inspection
    page = client.get(inspection).content.decode()
    assert WORDS in page and "照.png（已上传）" in page and "没有办理" in page
    assert not StepTaken.objects.filter(step="record_inspection").exists()


@pytest.mark.parametrize("headers", [{"origin": "https://elsewhere.example"}, {}])
def test_no_other_site_puts_words_into_a_form(work, inspection, headers):
    client = Client(enforce_csrf_checks=True)
    client.get("/people/sign-in/")
    sign_in(client, work.cast.handler)
    answer = client.post(inspection, {"findings": WORDS, "csrfmiddlewaretoken": "x" * 64}, headers=headers)
    assert answer.status_code == 403
    assert not Draft.objects.exists()


def test_rows_of_ended_sessions_stay_a_day_and_no_longer(world):
    sign_in(Client(), world.a.handler)
    end_sessions(timedelta(hours=23))
    forget_ended_sessions(timezone.now())
    assert Session.objects.count() == 1
    end_sessions(timedelta(hours=25))
    forget_ended_sessions(timezone.now())
    assert not Session.objects.exists()
