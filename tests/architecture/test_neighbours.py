"""Whatever belongs to one bureau is a 404 for the bureau next door, at every address and for reading and writing alike."""

from __future__ import annotations

import re

import pytest

from tests.architecture.test_urls import SAMPLES, addresses
from tests.casework import Worker
from zhiheng.audit.models import Entry
from zhiheng.cases.models import Case


def case_addresses(case: Case) -> list[str]:
    """Every address below a case, with its own steps, papers and proposals in place of the converters."""
    paper = case.matter.folder.papers.first() if case.matter.folder_id else None
    proposal = case.matter.proceeding.proposals.first()
    values = {
        "pk": case.pk,
        "code": "record_inspection",
        "paper_pk": paper.pk if paper else 1,
        "proposal_pk": proposal.pk if proposal else 1,
        "seq": 1,
    }

    def fill(match: re.Match) -> str:
        kind, name = match.group(1) or "str", match.group(2)
        return str(values.get(name, SAMPLES[kind]))

    return [
        "/" + re.sub(r"<(?:(\w+):)?(\w+)>", fill, route)
        for route, _ in addresses()
        if route.startswith("cases/<int:pk>/")
    ]


@pytest.mark.parametrize("who", ["handler", "unit_head", "leader"])
def test_a_neighbours_case_is_a_404_at_every_address(world, signed_in, who):
    case = Worker(world.a).to_filed().case
    found = case_addresses(case)
    assert len(found) > 8
    owner, neighbour = signed_in(world.a.handler), signed_in(getattr(world.b, who))
    assert owner.get(found[0]).status_code == 200
    entries = Entry.objects.count()
    for address in found:
        for method in ("get", "post"):
            answer = getattr(neighbour, method)(address)
            # 405: the address does not take this method from anybody.
            assert answer.status_code in {404, 405}, f"{method} {address} answered {answer.status_code}"
    assert Entry.objects.count() == entries


def test_a_case_is_a_404_at_every_address_for_who_runs_the_system(world, signed_in):
    case = Worker(world.a).to_filed().case
    administrator = signed_in(world.city.admin)
    for address in case_addresses(case):
        for method in ("get", "post"):
            answer = getattr(administrator, method)(address)
            assert answer.status_code in {404, 405}, f"{method} {address} answered {answer.status_code}"


def test_a_neighbours_case_is_in_no_list(world, signed_in):
    case = Worker(world.a).to_filed().case
    neighbour = signed_in(world.b.handler)
    for address in ("/", "/cases/", f"/cases/?q={case.party_name}", "/clocks/", "/approvals/"):
        page = neighbour.get(address).content.decode()
        assert case.title not in page, address
    assert case.title in signed_in(world.a.handler).get("/cases/").content.decode()
    assert case.title in signed_in(world.city.leader).get("/cases/").content.decode()
