"""The cases that the demonstration works step by step have parties, acts, goods, money and service as the law knows them."""

import pytest

from zhiheng.cases import acts
from zhiheng.cases.decisions import made_on
from zhiheng.cases.money import bearers, still_to_pay
from zhiheng.demo import loading
from zhiheng.demo.year import YEAR, demonstration_year, units
from zhiheng.law import current_book
from zhiheng.matters import goods
from zhiheng.matters.delivery import deliveries
from zhiheng.matters.facts import Situation
from zhiheng.matters.selectors import standing_for

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def year():
    return demonstration_year(current_book())


@pytest.fixture
def cast():
    made = loading.create_units(rows=map(loading._unit_row, units()), on=loading.BEGUN_ON)
    loading._people(made)
    return loading._cast()


def played(open_case, cast):
    """The case as its officers work it to where it stands, and how it stands then."""
    from zhiheng.cases.models import Case

    loading._play(open_case, cast[open_case.unit])
    case = Case.objects.latest("pk")
    return case, standing_for(case, (*open_case.steps, *open_case.ending)[-1].on)


def test_a_decided_case_has_two_parties_two_acts_and_each_is_told_served_and_pays(year, cast):
    decided = [one for one in year.open if one.decided]
    assert len(decided) == 8
    # Two of them pay by instalments; every third is enough to see.
    for one in sorted(decided, key=lambda one: -len(one.steps))[::3]:
        case, standing = played(one, cast)
        (decision,) = made_on(case)
        shares = {share.party_name: share for share in decision.shares.all()}
        joint = next(party for party in case.matter.parties.all() if party.role == "joint")
        assert shares.keys() == {case.party_name, joint.name} and joint.name != case.party_name
        assert decision.fine_fen == case.fine_fen == sum(share.fine_fen for share in shares.values())
        step = standing.procedure.steps["decide_penalty"]
        told = next(event for event in standing.events if event.step == "decide_penalty")
        asked = Situation(record=case, on=told.on, actor=None, step=step, standing=standing, data=told.data)
        counted = [found for found in acts.measured(asked) if found.sanction.principal]
        assert len(counted) == 2 and all(found.act.rule == "TM-FALSEREG" for found in counted)
        assert sum(found.fine for found in counted) == shares[case.party_name].fine_fen
        reached = {(d.paper.form, d.addressee): d for d in deliveries(case, standing)}
        for form in ("SAMR-37", "SAMR-45"):
            for who in shares:
                assert reached[form, who].service is not None, (form, who)
        assert not any(d.due for d in reached.values())
        assert case.paid_fen == case.fine_fen and still_to_pay(case, standing) == 0
        assert all(bearer.owed == 0 for bearer in bearers(case, standing))
        (preserved,) = goods.ledger_of(standing)
        assert preserved.row["price"] and preserved.row["owner"] == case.party_name
        assert preserved.state == goods.RETURNED and not preserved.is_open
        assert case.closed_on.year == YEAR + 1
    assert sum(any(step.code == "grant_deferral" for step in one.steps) for one in decided) == 2


def test_goods_seized_in_a_case_under_way_are_in_its_ledger_with_value_and_owner(year, cast):
    one = next(o for o in year.open if any(step.code == "seize" for step in o.steps))
    case, standing = played(one, cast)
    (held,) = [line for line in goods.ledger_of(standing) if line.is_open]
    assert held.row["price"] and held.row["owner"] == case.party_name
    assert goods.value_of([held]) > 0
    assert {party.role for party in case.matter.parties.all()} == {"right_holder"}
