"""A decision counts up to the day before its end, and its total is all that it orders."""

from datetime import timedelta

import pytest

from tests.casework import Worker
from zhiheng.cases import decisions
from zhiheng.cases.models import Decision

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world):
    return Worker(world.a).to_decided().case


def in_force(case, on) -> list[int]:
    return list(Decision.objects.in_force(on).filter(case=case).values_list("forfeit_fen", flat=True))


def test_a_revoked_decision_counts_up_to_the_day_before_and_not_on_the_day(case):
    decision = decisions.latest(case)
    day = decision.decided_on + timedelta(days=40)
    decisions.end(case=case, decision=decision, how="revoked", on=day, by="渝府复〔2024〕8号")
    assert in_force(case, day - timedelta(days=1)) == [decision.forfeit_fen]
    assert in_force(case, day) == in_force(case, day + timedelta(days=1)) == []


def test_a_changed_decision_gives_way_to_the_changed_one_on_the_day_with_the_sum_of_its_amounts(case):
    decision = decisions.latest(case)
    day = decision.decided_on + timedelta(days=40)
    decisions.change(
        case=case, decision=decision, on=day, by="渝府复〔2024〕9号", fine=1_000_01, confiscated_gains=500_02
    )
    assert in_force(case, day - timedelta(days=1)) == [decision.forfeit_fen]
    assert in_force(case, day) == [1_500_03]
    assert case.forfeit_fen == 1_500_03
