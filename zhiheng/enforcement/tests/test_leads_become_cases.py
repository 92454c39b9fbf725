"""What an inspection found, or another province handed over, becomes a case by one door; both records then name each other."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from django.http import Http404

from tests import records
from tests.casework import ANSWERS
from zhiheng.audit.verification import verify
from zhiheng.cases.models import Case
from zhiheng.enforcement import leads
from zhiheng.figures.registry import find as figure
from zhiheng.figures.selectors import compute, year_of
from zhiheng.matters import origins
from zhiheng.refusal import Refused
from zhiheng.registers import services
from zhiheng.registers.declaration import find

pytestmark = pytest.mark.django_db
ON = date(2024, 6, 3)


begin = partial(records.begin, on=ON)
take = partial(records.take, on=ON)


@pytest.fixture
def fault(world):
    action = begin(
        world.city.planner,
        "special-actions",
        {"name": "川渝地标专项行动", "begins_on": ON, "ends_on": ON + timedelta(90), "cross_region": True},
    )
    part = begin(world.city.planner, "action-parts", {"unit": world.a.unit, "assigned_on": ON}, action)
    visit = begin(
        world.a.handler,
        "inspections",
        {
            "subject": "示例榨菜经销部", "subject_code": "92500112MA0000000N", "subject_kind": "firm", "visited_on": ON, "items": ["商标"],
            "officers": ["甲员", "乙员"], "outcome": "found",
        },
        part,
    )  # fmt: skip
    said = {"found_on": ON, "what": "销售侵权榨菜", "disposal": "lead"}
    return begin(world.a.handler, "found-faults", said, visit)


def opened(actor, address: str, **changed):
    """The case that comes of a door with the answers its form begins with."""
    come = origins.come_from(
        actor, address.rpartition("from=")[2].replace("%3A", ":"), "penalty", "register_lead", ON
    )
    asked = {name: ANSWERS[name] for name in ("cause", "lead_content", "title", "source")}
    data = {"received_on": ON, **asked, **come.answers, **changed}
    return origins.open_matter(actor=actor, on=ON, kind="penalty", door="register_lead", data=data, come=come)


def test_the_door_begins_with_what_was_found_and_the_case_and_the_fault_name_each_other(
    world, fault, signed_in
):
    client = signed_in(world.a.handler)
    page = client.get(find("found-faults").url("record", fault.pk)).content.decode()
    door = f"/inspections/faults/{fault.pk}/case/"
    assert door in page
    answer = client.get(door)
    form = client.get(answer.url).content.decode()
    assert "示例榨菜经销部涉嫌销售侵权榨菜案" in form and "川渝地标专项行动" in form

    case = opened(world.a.handler, answer.url)
    assert (case.party_name, case.source) == ("示例榨菜经销部", "inspection")
    fault.refresh_from_db()
    assert fault.lead_no == case.lead_no != ""
    page = client.get(find("found-faults").url("record", fault.pk)).content.decode()
    assert "已成案件" in page and f"/cases/{case.pk}/" in page and door not in page
    back = find("found-faults").url("record", fault.pk)
    assert back in client.get(f"/cases/{case.pk}/").content.decode()
    services.void(actor=world.a.handler, on=ON, register=find("found-faults"), record=fault, why="重复")
    assert back not in client.get(f"/cases/{case.pk}/").content.decode()
    assert client.get(answer.url).status_code == 404  # a lead becomes one case
    neighbour = signed_in(world.b.handler)
    assert neighbour.get(find("found-faults").url("record", fault.pk)).status_code == 404
    assert not [fault for fault in verify().faults if "问题" in fault]


def test_a_case_that_is_refused_leaves_the_fault_a_lead(world, fault):
    with pytest.raises(Refused):
        opened(world.a.handler, leads.FAULTS.address(fault.pk), cause="nonsense")
    fault.refresh_from_db()
    assert fault.lead_no == "" and not Case.objects.exists()


@pytest.mark.parametrize("said", ["found-faults:0", "found-faults:x", "faults:1", "found-faults:", "x"])
def test_an_address_that_names_nothing_is_not_there(world, said):
    with pytest.raises(Http404):
        origins.come_from(world.a.handler, said, "penalty", "register_lead", ON)


def test_a_letter_that_handed_a_lead_over_becomes_a_case_once(world, signed_in):
    said = {
        "subject": "跨省销售侵权榨菜线索",
        "kind": "lead_in",
        "partner": "四川省局",
        "number": "川知函〔2024〕7号",
    }
    letter = begin(world.city.handler, "letters", said | {"sent_on": ON})
    case = opened(
        world.city.handler,
        leads.LETTERS.address(letter.pk),
        party_name="示例经营部",
        party_type="individual_business",
    )
    letter.refresh_from_db()
    assert (
        letter.case_no == case.lead_no and case.source == "transfer" and "川知函〔2024〕7号" in case.lead_text
    )
    with pytest.raises(Http404):
        origins.come_from(world.city.handler, f"letters:{letter.pk}", "penalty", "register_lead", ON)
    ours = begin(
        world.city.handler,
        "letters",
        said | {"kind": "lead_out", "number": "渝知函〔2024〕7号", "sent_on": ON},
    )
    with pytest.raises(Refused, match="只有接受外省市移送"):
        take(world.city.handler, "letters", ours, "lead", {"case_no": "某号"})


def test_a_supervised_case_is_reported_on_by_who_works_it_and_closed_by_who_watches(world):
    said = {"name": "侵权白酒案", "unit": world.a.unit, "level": "national", "supervised_on": ON}
    watched = begin(
        world.city.planner,
        "supervised-cases",
        said | {"grounds": "涉案面广", "report_by": ON + timedelta(30)},
    )
    with pytest.raises(Refused):
        take(world.b.handler, "supervised-cases", watched, "report", {"reported_on": ON, "progress": "无"})
    take(world.a.handler, "supervised-cases", watched, "report", {"reported_on": ON, "progress": "已立案。"})
    with pytest.raises(Refused, match="您不能登记办结"):
        take(world.a.handler, "supervised-cases", watched, "close", {"closed_on": ON, "result": "处罚"})
    take(
        world.city.planner,
        "supervised-cases",
        watched,
        "close",
        {"closed_on": ON, "result": "作出处罚决定。"},
    )
    found = compute(
        year_of(world.city.unit, 2024), [figure("enf.supervised"), figure("enf.supervised.closed")]
    )
    assert [value.value for value in found.values()] == [1, 1]
