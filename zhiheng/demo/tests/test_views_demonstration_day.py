"""In a demonstration the days can be turned on; anywhere else there is no such thing."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.world import sign_in

pytestmark = pytest.mark.django_db
TURN = "/demonstration-day/"


@pytest.fixture
def demonstration(settings):
    settings.DEMO_DATE = date(2024, 12, 31)


def test_without_the_setting_the_day_is_today_and_cannot_be_turned(world, signed_in):
    client = signed_in(world.a.handler)
    page = client.get(reverse("home"))
    assert page.context["today"] == timezone.localdate()
    assert "示范数据" not in page.content.decode()
    assert client.post(TURN, {"by": "7"}).status_code == 404


def test_each_visitor_turns_days_of_their_own(world, signed_in, demonstration):
    mine, other = signed_in(world.a.handler), signed_in(world.b.handler)
    answer = mine.post(TURN, {"by": "7", "back": "/cases/"})
    assert answer.url == "/cases/"
    page = mine.get(reverse("home"))
    assert page.context["today"] == date(2025, 1, 7)
    assert "今天是 <b>2025-01-07</b>" in page.content.decode()
    assert other.get(reverse("home")).context["today"] == date(2024, 12, 31)


def test_a_day_before_the_demonstration_or_no_day_at_all_is_refused_in_words(world, signed_in, demonstration):
    client = signed_in(world.a.handler)
    for typed, words in (("2024-01-01", "不能早于 2024-12-31"), ("明天", "不是日期")):
        page = client.post(TURN, {"day": typed}, follow=True)
        assert words in page.content.decode()
        assert page.context["today"] == date(2024, 12, 31)


def test_the_way_back_never_leaves_the_site(world, signed_in, demonstration):
    assert signed_in(world.a.handler).post(TURN, {"by": "1", "back": "https://example.org/"}).url == reverse(
        "home"
    )


def test_the_day_stays_with_the_browser_when_another_account_signs_in(world, client, demonstration):
    sign_in(client, world.a.handler).post(TURN, {"by": "30"})
    client.post(reverse("logout"))
    sign_in(client, world.a.unit_head)
    assert client.get(reverse("home")).context["today"] == date(2025, 1, 30)


def test_a_day_that_somebody_wrote_into_the_cookie_is_not_believed(world, client, demonstration):
    sign_in(client, world.a.handler)
    client.cookies["demonstration-day"] = "2099-01-01"
    assert client.get(reverse("home")).context["today"] == date(2024, 12, 31)
