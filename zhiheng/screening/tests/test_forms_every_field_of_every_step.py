"""Every field of every step of a received list, the optional ones too, is filled once: sent, kept, read again, shown to who approves, printed,
and filled in anew; and its door takes in all it asks."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.every_field import fill_send_and_read, sent
from zhiheng.law import current_book
from zhiheng.matters.facts import ATTESTED
from zhiheng.matters.forms import step_form
from zhiheng.matters.models import StepTaken
from zhiheng.matters.pages import door_page

from .received import received_and_split

pytestmark = pytest.mark.django_db

ON = date(2026, 4, 6)
KIND = "abnormal"


def test_a_step_with_every_field_filled_is_kept_shown_printed_and_filled_in_again(
    world, signed_in, monkeypatch
):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    received = received_and_split(world)
    client, faults = signed_in(world.city.leader), []
    for code in current_book().kind(KIND).procedures:
        for step in current_book().procedure_versions[code][-1].steps.values():
            if step.begins:
                continue
            try:
                fill_send_and_read(received, world.city.handler, client, step.code, ON)
            except AssertionError as fault:
                faults.append(f"{step.code}: {str(fault)[:600]}")
    assert not faults, "\n".join(faults)


def test_every_field_of_the_door_is_taken_in_and_on_the_page_of_the_list(world, signed_in, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    kind = current_book().kind(KIND)
    client = signed_in(world.city.handler)
    for door in kind.doors:
        form = step_form(door_page(world.city.handler, kind, door.step, ON))
        posted, files = sent(form)
        answer = client.post(
            reverse("matter-open", args=[KIND, door.step]), {**dict(posted.lists()), **dict(files.lists())}
        )
        assert answer.status_code == 302, answer.context["form"].errors
        taken = StepTaken.objects.latest("pk")
        assert {name for name in form.fields if not name.startswith(ATTESTED)} <= set(taken.data)
        for tab in ("work", "papers", "timeline", "history"):
            page = client.get(f"{answer.url}?tab={tab}")
            assert page.status_code == 200
            assert tab != "timeline" or "如实填写的一句话" in page.content.decode()
