"""Who runs the system keeps accounts, machine and backups, and reads nothing of a case: on no page, in no export, preview, search,
figure or ledger, whatever other role they hold beside."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.urls import resolve, reverse
from django.utils import timezone

from tests.casework import Worker
from tests.publishing import published
from tests.world import make_person
from zhiheng.accounts.models import RoleGrant
from zhiheng.accounts.rights import Role
from zhiheng.accounts.scoping import MatterScopedQuerySet
from zhiheng.audit.models import Entry
from zhiheng.cases.models import Case, Decision, LedgerImport
from zhiheng.documents.models import Archive, Evidence, Folder, Paper
from zhiheng.matters import selectors
from zhiheng.matters.models import Matter, Proceeding, Proposal, Reading
from zhiheng.matters.urls import record_urls
from zhiheng.workbench import selectors as home
from zhiheng.workbench.ledger import _OF_MATTERS

pytestmark = pytest.mark.django_db

ON = date(2025, 1, 6)
SECRET = "绝密某某商行"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)


@pytest.fixture
def house(world):
    """A closed case, one with an opinion awaited, a row of a ledger, a published year; all of a party with a name of its own."""
    Worker(world.a).to_archived()
    waiting = Worker(world.a, on=date(2024, 8, 26))
    waiting.register(title=f"{SECRET}涉嫌假冒专利案", party_name=SECRET)
    waiting.step("start_verification")
    waiting.step("record_inspection")
    waiting.propose("file_case")
    Case.objects.update(title=f"{SECRET}案", party_name=SECRET)
    Matter.objects.update(title=f"{SECRET}案")
    Folder.objects.update(title=f"{SECRET}案")
    world.snapshot = published(world.city, 2024, on=ON, though_empty=True)
    world.case = Case.objects.filter(matter__isnull=False).order_by("pk").first()
    world.waiting = waiting.case
    return world


def administrators(house) -> list:
    """The administrator of the cast, and one who holds working roles beside: the first role decides."""
    both = make_person(
        house.a.unit,
        "qu-guanli-ban",
        "双职员",
        Role.HANDLER,
        Role.UNIT_HEAD,
        Role.AUDITOR,
        Role.PLANNER,
        Role.ADMIN,
    )
    return [house.city.admin, both]


def addresses(house):
    """Every page, file and export about a matter, and every list that could show one."""
    case, waiting = house.case, house.waiting
    proposal = Proposal.objects.get(state="pending")
    paper, evidence = Paper.objects.first(), Evidence.objects.first()
    archive = Archive.objects.first()
    own = [reverse("case", args=[one.pk]) + f"?tab={tab}" for one in (case, waiting) for tab in
           ("work", "papers", "evidence", "goods", "timeline", "archive", "history")]  # fmt: skip
    own += [
        reverse("case-step", args=[waiting.pk, "record_questioning"]),
        reverse("case-step-parties", args=[waiting.pk, "record_questioning"]),
        reverse("case-proposal", args=[waiting.pk, proposal.pk]),
        reverse("case-countersign", args=[waiting.pk, proposal.pk]),
        reverse("case-proposal-preview", args=[waiting.pk, proposal.pk]),
        reverse("case-officers", args=[case.pk]),
        reverse("case-protected", args=[case.pk]),
        reverse("case-evidence-new", args=[case.pk]),
        reverse("case-evidence", args=[case.pk, evidence.pk]),
        reverse("case-evidence-thumbnail", args=[case.pk, evidence.pk]),
        reverse("case-evidence-file", args=[case.pk, evidence.pk]),
        reverse("case-evidence-exclude", args=[case.pk, evidence.pk]),
        reverse("case-paper", args=[case.pk, paper.pk]),
        reverse("case-scan-new", args=[case.pk, paper.pk]),
        reverse("case-archive", args=[case.pk, archive.seq, "zip"]),
        reverse("case-discretion", args=[case.pk]),
        reverse("case-relations", args=[case.pk]),
        reverse("case-file-review", args=[case.pk]),
        reverse("matter", args=[case.matter_id]),
    ]
    lists = [reverse("home"), reverse("work"), reverse("work-done"), reverse("work-proposed"), reverse("work-signed"),
             reverse("clocks"), reverse("cases"), reverse("ledger_imports"), reverse("audit"), reverse("opinions"),
             reverse("reports"), reverse("report", args=[2024]), reverse("report-snapshot", args=[house.snapshot.pk])]  # fmt: skip
    figures = [
        reverse("report-figure", args=[2024, "enf.tm.n"]),
        reverse("report-snapshot-figure", args=[house.snapshot.pk, "enf.tm.n"]),
        reverse("report-snapshot", args=[house.snapshot.pk]) + "?check=1",
    ]
    return own, lists, figures


def body(answer) -> str:
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return data.decode("utf-8", "replace")


def test_no_page_of_a_matter_is_there_for_them(house, signed_in):
    own, _, _ = addresses(house)
    for admin in administrators(house):
        client = signed_in(admin)
        assert {address: client.get(address).status_code for address in own} == dict.fromkeys(own, 404)


def test_no_list_search_or_export_shows_one(house, signed_in):
    _, lists, _ = addresses(house)
    searched = [f"{reverse('cases')}?q=绝密", f"{reverse('audit')}?q=绝密"]
    for admin in administrators(house):
        client = signed_in(admin)
        for address in (*lists, *searched):
            answer = client.get(address)
            assert SECRET not in body(answer), address
        for name in ("cases", "clocks", "audit"):
            answer = client.get(reverse(name) + "?export=xlsx")
            assert SECRET.encode() not in b"".join(
                answer.streaming_content if answer.streaming else [answer.content]
            )


def test_numbers_are_there_and_the_records_behind_them_are_not(house, signed_in):
    _, _, figures = addresses(house)
    for admin in administrators(house):
        client = signed_in(admin)
        for address in figures:
            for asked in (address, f"{address}{'&' if '?' in address else '?'}export=xlsx"):
                answer = client.get(asked)
                assert answer.status_code in (403, 404) and SECRET not in body(answer), asked
    assert signed_in(house.city.planner).get(figures[0]).status_code == 200


def pressed(house) -> list[str]:
    case, waiting = house.case, house.waiting
    proposal = Proposal.objects.get(state="pending")
    return [
        reverse("case-step-preview", args=[waiting.pk, "record_questioning"]),
        reverse("case-proposal", args=[waiting.pk, proposal.pk]),
        reverse("case-withdraw", args=[waiting.pk, proposal.pk]),
        reverse("case-officers", args=[waiting.pk]),
        reverse("case-archive-supplement", args=[case.pk]),
        reverse("case-archive-bind", args=[case.pk, 1]),
    ]


def test_what_would_change_one_is_not_there_either(house, signed_in):
    asked, entries = pressed(house), Entry.objects.count()
    for admin in administrators(house):
        client = signed_in(admin)
        assert {address: client.post(address).status_code for address in asked} == dict.fromkeys(asked, 404)
    assert Entry.objects.count() == entries


def test_ledgers_are_not_theirs_to_bring_in_or_to_read(house, signed_in):
    for admin in administrators(house):
        client = signed_in(admin)
        for name in ("original", "rejects"):
            assert client.get(reverse("ledger_file", args=[1, name])).status_code == 404


def test_the_ledger_of_acts_tells_them_of_accounts_and_nothing_of_matters(house, signed_in):
    client = signed_in(house.city.admin)
    told = body(client.get(reverse("audit") + "?per_page=200"))
    assert SECRET not in told
    for label in (
        "proceedings.proceeding",
        "documents.paper",
        "documents.evidence",
        "documents.archive",
        "cases.case",
    ):
        entry = Entry.objects.filter(subject_kind=label).first()
        if entry is not None:
            assert client.get(reverse("audit-entry", args=[entry.seq])).status_code == 404, label


def test_a_role_that_ended_bars_no_more(house, signed_in):
    admin = administrators(house)[1]
    RoleGrant.objects.filter(person=admin, role=Role.ADMIN).update(until=date(2024, 12, 31))
    assert signed_in(admin).get(reverse("case", args=[house.case.pk])).status_code == 200


def test_selectors_hand_out_nothing_whoever_asks_them(house):
    for admin in administrators(house):
        for model in (Case, Decision, LedgerImport, Matter, Proceeding, Folder, Reading):
            assert (
                not model.objects.visible_to(admin).exists()
                and not model.objects.within_sight_of(admin).exists()
            ), model
        for asked in (selectors.in_hand, selectors.running_clocks, selectors.proposed_by, selectors.steps_by,
                      selectors.opinions_by):  # fmt: skip
            assert not asked(admin, ON).exists(), asked
        assert selectors.recent_matters(admin, ON, 12) == home.own_clocks(admin, ON, 12) == []
        assert home.count_clocks(admin, ON) == home.Counts(0, 0, 0, 0)


def test_every_table_with_content_of_matters_is_kept_from_them():
    """A new table of these packages that belongs to a unit is scoped as one with content of matters, or this fails."""
    for label in _OF_MATTERS:
        for model in apps.get_app_config(label).get_models():
            if any(field.name == "unit" for field in model._meta.fields) and hasattr(
                model.objects.all(), "visible_to"
            ):
                assert isinstance(model.objects.all(), MatterScopedQuerySet), model


def test_every_address_of_a_record_was_attacked(house):
    """A new page below a record's address is attacked here as well, or this fails."""
    own, _, _ = addresses(house)
    attacked = {resolve(address.split("?")[0]).url_name for address in (*own, *pressed(house))}
    # Named by keys that this house has none of; they lead through the same door.
    keyed = {"case-attachment", "case-remind", "case-scan"}
    assert {one.name for one in record_urls("case")} - attacked == keyed
