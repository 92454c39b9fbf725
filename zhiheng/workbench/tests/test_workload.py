"""Who works on how much: numbers for those who lead, of their own unit and those below it."""

from __future__ import annotations

import pytest

from tests.casework import Worker
from zhiheng.accounts.selectors import people_list
from zhiheng.matters.selectors import with_workload

pytestmark = pytest.mark.django_db


def test_open_matters_turns_and_steps_are_counted_for_each_officer(world):
    work = Worker(world.a).to_filed()
    people = with_workload(people_list(world.a.unit_head, work.on), work.on)
    found = {person.username: person for person in people}
    handler, beside = found[world.a.handler.username], found[world.a.co_handler.username]
    assert (handler.in_charge, handler.beside) == (1, 0) and handler.taken >= 3 and handler.waiting >= 1
    assert (beside.in_charge, beside.beside) == (0, 1)
    assert found[world.a.leader.username].in_charge == 0
    assert world.b.handler.username not in found


def test_the_page_is_for_those_who_lead_and_shows_certificates_that_end(world, signed_in):
    Worker(world.a).to_filed()
    page = signed_in(world.a.unit_head).get("/workload/")
    assert page.status_code == 200 and "已过期" in page.content.decode()
    only = signed_in(world.a.unit_head).get("/workload/?certificate=expired").content.decode()
    assert world.a.expired.name in only and world.a.handler.name not in only
    assert signed_in(world.a.handler).get("/workload/").status_code == 403
    assert "人员工作量" not in signed_in(world.a.handler).get("/").content.decode()
