"""Every field of every step of every procedure, the optional ones and those that only its papers ask too, is filled once: it is sent, kept,
read again, shown to who approves, printed, and filled in anew when it comes back."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.casework import Worker
from tests.every_field import fill_send_and_read, sent
from zhiheng.law import current_book
from zhiheng.matters import services
from zhiheng.matters.facts import ATTESTED
from zhiheng.matters.forms import step_form
from zhiheng.matters.models import StepTaken
from zhiheng.matters.pages import door_page

pytestmark = pytest.mark.django_db

ON = date(2026, 4, 6)
DISPUTE = {
    "source": "request", "cause": "patent_dispute", "claimant_name": "示例公司", "claimant_type": "organisation",
    "claimant_address": "重庆市测试路1号", "patent_no": "ZL201910000000.1", "patent_name": "一种阀门", "patent_type": "utility",
    "relief": "责令停止制造、销售。", "party_name": "样品公司", "party_type": "organisation",
}  # fmt: skip
MEDIATED = DISPUTE | {"cause": "patent_title"}
AGENCY = {
    "source": "inspection", "cause": "trademark_agency_check", "party_name": "某商标代理公司", "party_type": "organisation",
    "check_mode": "targeted",
}  # fmt: skip
# What the door of each kind of case is told, beside what is always told.
TOLD = {"adjudication.patent": DISPUTE, "mediation.patent": MEDIATED, "agency": AGENCY}


@pytest.fixture
def at(world, monkeypatch):
    """A matter under a procedure with one item of evidence and one preserved thing in its file."""
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)

    def begin(procedure: str):
        work = Worker(world.a, on=ON)
        kind = next(k for k in current_book().kinds.values() if procedure in k.procedures)
        work.register(
            procedure,
            kind=kind.code,
            **TOLD.get(kind.code, {"act_on": ON, "act_end_on": ON}),
        )
        services.add_evidence(
            actor=world.a.handler, record=work.case, on=ON, name="进货单", kind="documentary", source="当事人提供",
            proves="进货数量", collected_on=ON,
        )  # fmt: skip
        return work

    begin.leader = world.a.leader
    return begin


# Kinds of other families begin where their own tests begin them.
KINDS = {kind.code: kind for kind in current_book().kinds_of("case")}


@pytest.mark.parametrize("procedure", sorted({code for kind in KINDS.values() for code in kind.procedures}))
def test_a_step_with_every_field_filled_is_kept_shown_printed_and_filled_in_again(at, signed_in, procedure):
    work, client, faults = at(procedure), signed_in(at.leader), []
    for step in current_book().procedure_versions[procedure][-1].steps.values():
        if not step.begins:
            try:
                fill_send_and_read(work.case, work.cast.handler, client, step.code, ON)
            except AssertionError as fault:
                faults.append(f"{step.code}: {str(fault)[:600]}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_field_of_every_door_is_taken_in_and_on_the_page_of_the_matter(
    world, signed_in, monkeypatch, kind
):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    what = current_book().kind(kind)
    for door in what.doors:
        asked = door_page(world.a.handler, what, door.step, ON)
        form = step_form(asked)
        posted, files = sent(form)
        if "handlers" in posted:  # those whose certificates hold
            posted.setlist("handlers", [str(world.a.handler.pk), str(world.a.co_handler.pk)])
        client = signed_in(world.a.handler)
        drawn = client.post(reverse("matter-open-preview", args=[kind, door.step]), dict(posted.lists()))
        assert drawn.status_code == 200
        assert "草稿" in drawn.content.decode() or not asked.step.issues
        answer = client.post(
            reverse("matter-open", args=[kind, door.step]), {**dict(posted.lists()), **dict(files.lists())}
        )
        assert answer.status_code == 302, answer.context["form"].errors
        taken = StepTaken.objects.latest("pk")
        assert {n for n in form.fields if not n.startswith(ATTESTED)} <= set(taken.data)
        for tab in ("work", "papers", "timeline", "history"):
            page = client.get(answer.url + f"?tab={tab}")
            assert page.status_code == 200
            assert (
                taken.step != "register_lead"
                or tab != "timeline"
                or "如实填写的一句话" in page.content.decode()
            )
