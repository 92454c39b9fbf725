"""Whatever two parties of one decision are fined and have paid, each is called for what it owes itself, in its own name, and for no more
(行政处罚法 67, 行政强制法 35, 54)."""

from __future__ import annotations

from datetime import date

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.matters.rehearsal import rehearse

from .test_rehearsals_of_penalties import bare, read, way

pytestmark = pytest.mark.django_db

_SUMS = st.tuples(
    st.integers(1_000, 9_999), st.integers(0, 100)
)  # a fine in yuan, how many percent of it were paid


def _decided(fines: tuple[int, int]) -> list[dict]:
    """Steps from the review to both services, of the scenario that fines two, with other sums."""
    scenario = next(one for one in read("each-party-for-itself.yaml") if "催告只催告" in one["says"])
    steps = []
    for step in scenario["steps"]:
        if step["step"].startswith("demand"):
            break
        answers = dict(step.get("answers") or {})
        if "sanctions" in answers:
            answers |= {"fine": fines[0], "sanctions": [{**answers["sanctions"][0], "fine": fines[1]}]}
        steps.append({**step, "answers": answers})
    return steps


def _demand(step: str, unpaid: int, **whom) -> dict:
    return {"step": step, "on": date(2025, 5, 6), "answers": {**whom, "served_on": "2025-05-06", "service_method": "direct", "receiver": "收",
            "unpaid": unpaid}}  # fmt: skip


@settings(
    max_examples=examples(6), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ours=_SUMS, theirs=_SUMS)
def test_each_party_is_called_for_what_it_owes_itself(world, ours, theirs):
    paid = [fine * percent // 100 for fine, percent in (ours, theirs)]
    owed = [fine - part for (fine, _), part in zip((ours, theirs), paid, strict=True)]
    pays = [
        {"step": "record_payment", "on": date(2025, 4, 15), "answers": {"paid": part, "paid_on": "2025-04-15", "receipt_no": f"A{n}",
         "payment_channel": "bank", **({"payer": "丙公司"} if n else {})}}
        for n, part in enumerate(paid) if part
    ]  # fmt: skip
    calls = [
        _demand("demand_performance", owed[0] + 1),
        _demand("demand_performance_of", owed[1] + 1, addressee="丙公司"),
        _demand("demand_performance", owed[0]),
        _demand("demand_performance_of", owed[1], addressee="丙公司"),
    ]
    before = [*way("proposed"), *_decided((ours[0], theirs[0])), *pays]
    script = {"kind": "penalty", "unit": world.a.unit.code, "steps": bare([*before, *calls])}
    told = rehearse(yaml.safe_dump(script, allow_unicode=True), "情景.yaml")[len(before) :]
    assert [one["taken"] for one in told] == [False, False, True, True]
    for one, name, sum_owed in zip(told[2:], ("甲商贸有限公司", "丙公司"), owed, strict=True):
        text = one["text"]["SAMR-48"]
        assert f"{name}：" in text and f"（{sum_owed:,}.00元）" in text
