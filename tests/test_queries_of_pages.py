"""What a page asks the database does not grow with what it shows: a list of three or of sixty, a case of a day or a year."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.casework import Worker
from tests.world import make_person, sign_in
from zhiheng.accounts.rights import Role
from zhiheng.cases.models import Case

pytestmark = pytest.mark.django_db

LISTS = {
    "/cases/": "handler",
    "/cases/?q=商行": "handler",
    "/cases/?sort=-decided_on&page=2": "handler",
    "/cases/ledgers/": "planner",
    "/people/": "admin",
    "/audit/": "auditor",
    "/clocks/": "handler",
    "/approvals/": "leader",
    "/": "handler",
}


def person(world, role: str):
    return getattr(world.a, role, None) or getattr(world.city, role)


def more_of_everything(world, many: int) -> None:
    """So many more cases from ledgers, cases being worked with a proposal waiting, people, and entries of the ledger."""
    for n in range(many):
        Case.objects.create(
            unit=world.a.unit, title=f"案件{n}", party_name=f"某{n}商行", party_type="organisation", cause="other",
            state="ledger_closed", decided_on="2024-03-04",
        )  # fmt: skip
        make_person(world.a.unit, f"duo-{many}-{n}", f"人{n}", Role.HANDLER)
    for n in range(many // 4):
        work = Worker(world.a)
        work.register(title=f"办理中的案件{many}-{n}", party_name=f"当事人{many}{n}")
        work.step("start_verification")
        work.step("record_inspection")
        work.propose("file_case")


def queries(who, address: str) -> int:
    client = sign_in(Client(), who)
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200, address
    return len(asked.captured_queries)


def test_a_list_asks_at_most_twelve_times_at_any_length(world):
    more_of_everything(world, 4)
    few = {address: queries(person(world, role), address) for address, role in LISTS.items()}
    more_of_everything(world, 60)
    many = {address: queries(person(world, role), address) for address, role in LISTS.items()}
    assert many == few, "grows with the list"
    assert max(many.values()) <= 12, many


def test_the_page_of_a_case_asks_as_often_after_forty_steps_as_after_four(world):
    work = Worker(world.a).to_filed()
    work.step("record_questioning")

    def asked() -> dict[str, int]:
        return {
            tab: queries(world.a.handler, f"/cases/{work.case.pk}/?tab={tab}")
            for tab in ("work", "papers", "evidence", "timeline", "history")
        }

    few = asked()
    for n in range(36):
        work.wait(1).step(("record_questioning", "record_inspection", "extract_evidence")[n % 3])
    assert asked() == few
    assert max(few.values()) <= 14
