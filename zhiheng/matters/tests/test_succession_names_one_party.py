"""Several names of one party are one: whatever was done under an earlier one concerns who bears the present one."""

from __future__ import annotations

import string
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.law import Event, current_book
from zhiheng.matters.engine import Standing, Stretch
from zhiheng.matters.models import Proceeding
from zhiheng.matters.succession import Names

ON = date(2025, 3, 3)
PROCEDURE = current_book().procedure("penalty.ordinary", ON)
NAMES = st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=3)


def standing(*events: Event) -> Standing:
    return Standing(Proceeding(), (Stretch(PROCEDURE, 0),), events, ON)


def called(name: str, step: str = "succeed_debtor") -> Event:
    return Event(ON, step, {"party_name": name})


@settings(max_examples=examples(200))
@given(names=st.lists(NAMES, min_size=1, max_size=6))
def test_every_name_the_principal_party_bore_leads_to_the_last(names):
    now = Names(standing(*map(called, names)), "penalty")
    assert {now(name) for name in names} == {names[-1]}
    assert now("somebody else") == "somebody else"


def test_who_takes_a_joint_partys_place_bears_what_it_bore_and_nobody_elses():
    joined = Event(ON, "add_party", {"joined_role": "joint", "joined_name": "丙"})
    heir = Event(
        ON, "succeed_other_debtor", {"succeeded": "丙", "joined_role": "joint", "joined_name": "丙之子"}
    )
    now = Names(standing(called("甲"), joined, heir, called("乙")), "penalty")
    assert (now("丙"), now("甲"), now("乙"), now("丁")) == ("丙之子", "乙", "乙", "丁")


def test_a_party_that_merely_joins_takes_nobodys_place():
    joined = [Event(ON, "add_party", {"joined_role": "joint", "joined_name": name}) for name in ("丙", "丁")]
    now = Names(standing(called("甲"), *joined), "penalty")
    assert [now(name) for name in ("甲", "丙", "丁")] == ["甲", "丙", "丁"]


def test_where_nothing_was_recorded_everybody_is_called_what_they_are():
    assert Names(None, "penalty")("甲") == "甲"
