"""Who may work and sign: certificates that expired or were taken back, officers named by the right person, recusal effective at once.
Each rule attacked in services, on pages and by what comes in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.casework import Worker
from zhiheng.accounts import services as accounts
from zhiheng.accounts.models import Certificate, Person
from zhiheng.accounts.selectors import certificates_on, is_certified
from zhiheng.audit.models import Entry
from zhiheng.audit.verification import verify
from zhiheng.matters import services
from zhiheng.matters.models import Officer, Proposal, StepTaken
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db

ARTICLE = "行政处罚法第42条"


def again(person: Person) -> Person:
    """The person as the next request reads them."""
    return Person.objects.select_related("unit").get(pk=person.pk)


def take_back(world, person: Person, on: date) -> None:
    certificate = person.certificates.get()
    accounts.revoke_certificate(
        actor=again(world.a.admin), on=on, certificate=certificate, reason="调离执法岗位"
    )


@pytest.fixture
def work(world):
    work = Worker(world.a)
    work.to_filed()
    return work


def refreshed(work) -> None:
    work.people = {role: again(person) if person else None for role, person in work.people.items()}


def test_a_certificate_taken_back_stops_the_officer_the_same_day(work, world):
    take_back(world, world.a.handler, work.on)
    refreshed(work)
    before = StepTaken.objects.count()
    with pytest.raises(Refused, match="没有有效的行政执法证") as refused:
        work.step("record_questioning")
    assert refused.value.reasons[0].article == ARTICLE
    assert StepTaken.objects.count() == before


def test_an_expired_certificate_stops_the_officer_from_the_day_after(work, world):
    Certificate.objects.filter(person=world.a.handler).update(valid_to=work.on)
    refreshed(work)
    work.step("record_questioning")
    refreshed(work)
    work.wait(1)
    with pytest.raises(Refused, match="没有有效的行政执法证"):
        work.step("record_questioning")


def test_what_lapsed_between_proposal_and_signature_stops_the_signature(world):
    work = Worker(world.a)
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    proposal = work.propose("file_case")
    take_back(world, world.a.handler, work.on)
    refreshed(work)
    proposal = Proposal.objects.get(pk=proposal.pk)
    with pytest.raises(Refused, match="没有有效的行政执法证"):
        work.agree(proposal)
    proposal.refresh_from_db()
    assert proposal.state == "pending" and not proposal.opinions.exists()
    returned = services.give_opinion(
        actor=work.people[proposal.next_role],
        record=work.case,
        proposal=proposal,
        agrees=False,
        text="请换人",
        on=work.on,
    )
    assert returned.state == "returned"


def test_the_page_says_why_and_takes_nothing(work, world, signed_in, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: work.on)
    take_back(world, world.a.handler, work.on)
    client = signed_in(again(world.a.handler))
    address = reverse("case-step", args=[work.case.pk, "record_questioning"])
    assert "没有有效的行政执法证" in client.get(address).content.decode()
    before = StepTaken.objects.count()
    assert client.post(address, {}).status_code == 422
    assert StepTaken.objects.count() == before
    assert "没有有效的行政执法证" in client.get(reverse("case", args=[work.case.pk])).content.decode()


def test_who_has_no_valid_certificate_is_not_named_an_officer(work, world, signed_in, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: work.on)
    before = list(Officer.objects.values_list("person", "until"))
    for people in ([world.a.handler, world.a.expired], [world.a.expired, world.a.handler]):
        with pytest.raises(Refused, match="没有有效的行政执法证") as refused:
            services.assign_officers(actor=world.a.unit_head, record=work.case, people=people, on=work.on)
        assert refused.value.reasons[0].article == ARTICLE
    client = signed_in(world.a.unit_head)
    sent = {"lead": world.a.handler.pk, "handlers": [world.a.handler.pk, world.a.expired.pk]}
    assert client.post(reverse("case-officers", args=[work.case.pk]), sent).status_code == 422
    assert list(Officer.objects.values_list("person", "until")) == before


@pytest.mark.parametrize("who", ["reviewer", "leader", "expired"])
def test_only_heads_name_officers_and_only_who_is_in_charge_names_helpers(work, world, who):
    person = getattr(world.a, who)
    with pytest.raises(Refused, match="指派承办人须由") as refused:
        services.assign_officers(actor=person, record=work.case, people=[person, world.a.handler], on=work.on)
    assert refused.value.reasons[0].article == "程序规定第19条"


def test_a_head_of_another_unit_names_nobody(work, world, signed_in):
    with pytest.raises(Refused, match="指派承办人须由"):
        services.assign_officers(
            actor=world.b.unit_head,
            record=work.case,
            people=[world.b.handler, world.b.co_handler],
            on=work.on,
        )
    assert signed_in(world.b.unit_head).get(reverse("case-officers", args=[work.case.pk])).status_code == 404


def test_an_officer_who_was_taken_off_takes_no_step_the_same_day(work, world):
    services.assign_officers(
        actor=world.a.unit_head, record=work.case, people=[world.a.co_handler, _third(world)], on=work.on
    )
    with pytest.raises(Refused, match="须由本案承办人办理"):
        work.step("record_questioning")


def _third(world) -> Person:
    from tests.world import make_person
    from zhiheng.accounts.rights import Role

    return make_person(world.a.unit, "qu-chengban3", "第三人", Role.HANDLER)


def test_who_stepped_back_neither_works_nor_signs_from_the_same_day(work, world):
    third = _third(world)
    services.assign_officers(
        actor=world.a.unit_head,
        record=work.case,
        people=[world.a.handler, world.a.co_handler, third],
        on=work.on,
    )
    work.step("apply_for_recusal", recusal_of=world.a.handler.name)
    work.step("decide_recusal", recusal_of=world.a.handler.name, recusal_granted=True)
    with pytest.raises(Refused) as refused:
        work.step("record_questioning")
    assert "须由本案承办人办理" in str(refused.value) or "已经回避" in str(refused.value)
    with pytest.raises(Refused, match="已经回避") as refused:
        services.assign_officers(
            actor=world.a.unit_head, record=work.case, people=[world.a.handler, third], on=work.on
        )
    assert refused.value.reasons[0].article == "行政处罚法第43条"


def test_a_certificate_is_taken_back_by_the_unit_and_never_by_a_neighbour_or_twice(world, signed_in):
    on, certificate = date(2024, 6, 3), world.a.handler.certificates.get()
    for person in (
        world.b.admin if hasattr(world.b, "admin") else world.b.unit_head,
        world.a.unit_head,
        world.a.handler,
    ):
        with pytest.raises(Refused):
            accounts.revoke_certificate(actor=person, on=on, certificate=certificate, reason="x")
    with pytest.raises(Refused, match="事由"):
        accounts.revoke_certificate(actor=world.a.admin, on=on, certificate=certificate, reason=" ")
    accounts.revoke_certificate(actor=world.a.admin, on=on, certificate=certificate, reason="吊销")
    with pytest.raises(Refused, match="已于 2024-06-03 收回"):
        accounts.revoke_certificate(actor=world.a.admin, on=on, certificate=certificate, reason="吊销")
    before, after = on - timedelta(days=1), on
    assert certificates_on([world.a.handler], before) and not certificates_on([world.a.handler], after)
    assert is_certified(again(world.a.handler), before) and not is_certified(again(world.a.handler), after)
    page = signed_in(world.a.admin).get(reverse("person", args=[world.a.handler.pk])).content.decode()
    assert "2024-06-03收回" in page and "吊销" in page


def test_pages_take_a_certificate_back(world, signed_in, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: date(2024, 6, 3))
    certificate = world.a.handler.certificates.get()
    address = reverse("person-certificate-revoke", args=[world.a.handler.pk, certificate.pk])
    assert signed_in(world.b.unit_head).post(address, {"reason": "x"}).status_code == 404
    assert signed_in(world.a.admin).post(address, {"reason": "调离"}).status_code == 302
    certificate.refresh_from_db()
    assert certificate.revoked_on == date(2024, 6, 3)
    assert Entry.objects.filter(action="收回执法证").count() == 1


def test_verification_finds_a_revocation_that_nobody_wrote_down(world):
    on, certificate = date(2024, 6, 3), world.a.co_handler.certificates.get()
    person = accounts.add_person(
        actor=world.a.admin, on=on, username="xin-ren", name="新人", unit=world.a.unit, phone="", law_qualified=False,
        password="yi-ge-xin-mima-1",
    )  # fmt: skip
    certificate = accounts.add_certificate(
        actor=world.a.admin, on=on, person=person, number="ZH-9", valid_from=on, valid_to=date(2030, 1, 1)
    )

    def told() -> list[str]:
        return [fault for fault in verify().faults if "新人" in fault]

    assert not told()
    Certificate.objects.filter(pk=certificate.pk).update(revoked_on=on)
    assert told()
    Certificate.objects.filter(pk=certificate.pk).update(revoked_on=None)
    accounts.revoke_certificate(actor=world.a.admin, on=on, certificate=certificate, reason="收回")
    assert not told()
