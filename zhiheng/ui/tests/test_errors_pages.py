from __future__ import annotations

import pytest
from django.template import loader
from django.test import Client


def test_an_unknown_address_is_a_404_page_with_a_way_out(world, signed_in):
    answer = signed_in(world.a.handler).get("/nowhere/")
    assert answer.status_code == 404
    assert "不在您的查阅范围内" in answer.content.decode()


def test_a_visitor_is_led_to_sign_in_and_back(db, client):
    answer = client.get("/people/?q=1")
    assert answer.status_code == 302
    assert answer.url == "/people/sign-in/?next=/people/%3Fq%3D1"


def test_an_outdated_form_is_refused_in_words(world):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/people/sign-in/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "Cookie" in answer.content.decode()


def test_too_much_form_data_ends_in_the_413_page(world, signed_in, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = signed_in(world.a.handler).post("/people/me/password/", {"old_password": "a" * 2000})
    assert answer.status_code == 413
    assert "提交的内容太大" in answer.content.decode()


def test_what_two_did_at_the_same_moment_is_told_as_such(world, signed_in, monkeypatch):
    """Both looked before either wrote: the table takes the second one not, and nobody is shown an error of ours."""
    from zhiheng.accounts import services
    from zhiheng.accounts.models import Person

    class Unseen:
        def exists(self):
            return False

    monkeypatch.setattr(services.Person.objects, "filter", lambda **_: Unseen(), raising=False)
    client = signed_in(world.a.admin)
    client.raise_request_exception = False
    name = world.b.leader.username
    sent = {"name": "新人", "username": name, "unit": "500112", "password": "yi-ge-mima-1"}
    answer = client.post("/people/new/", sent)
    assert answer.status_code == 409 and "没有重复办理" in answer.content.decode()
    monkeypatch.undo()
    assert Person.objects.filter(username=name).count() == 1


@pytest.mark.parametrize("status", ["400", "409", "500", "503"])
def test_the_barest_pages_render_without_a_request(status):
    assert "知衡" in loader.get_template(f"{status}.html").render()


def test_no_page_loads_anything_from_elsewhere(world, signed_in):
    page = signed_in(world.a.handler).get("/")
    assert "http://" not in page.content.decode() and "https://" not in page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"]
