"""Whatever is done to records in whatever order: the ledger holds, nothing is lost, and lists and numbers agree."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.audit.models import Entry
from zhiheng.audit.services import verify
from zhiheng.figures.registry import find as figure
from zhiheng.figures.selectors import compute, rows, scope_of
from zhiheng.outreach.models import EducationBase
from zhiheng.refusal import Refused
from zhiheng.registers import fields, selectors, services
from zhiheng.registers.declaration import find
from zhiheng.registers.lists import records_list
from zhiheng.registers.replays import Records

FIRST = date(2024, 1, 1)
NAMES = ("甲基地", "乙基地", "丙基地")
ACTS = ("name", "withdraw", "correct", "void")

steps = st.lists(
    st.tuples(
        st.sampled_from(ACTS),
        st.sampled_from(NAMES),
        st.integers(0, 200),  # days after the first of January
        st.integers(0, 3),  # which of the cast
        st.sampled_from([{"batch": 2}, {"organ": "新中学"}, {"named_on": FIRST}, {"name": "丁基地"}, {}]),
    ),
    max_size=12,
)


def act(world, step) -> None:
    """One thing a person tries; refusals are part of life."""
    what, name, days, who, more = step
    bases, on = find("bases"), FIRST + timedelta(days)
    actor = (world.city.planner, world.city.leader, world.a.unit_head, world.city.handler)[who]
    if what == "name":
        answers = {
            "name": name, "unit": (world.a, world.b)[days % 2].unit, "kind": "school",
            "organ": "某中学", "batch": 1, "named_on": on,
        }  # fmt: skip
        services.begin(actor=actor, on=on, register=bases, act=bases.begin, answers=answers)
        return
    record = EducationBase.objects.filter(name=name).order_by("-pk").first()
    if record is None:
        return
    given_ = {"actor": actor, "on": on, "register": bases, "record": record}
    if what == "withdraw":
        answers = {"withdrawn_on": on, "withdrawn_because": "关闭"}
        services.take(**given_, act=bases.act("withdraw"), answers=answers)
    elif what == "correct":
        services.correct(**given_, answers=more, why="核对")
    else:
        services.void(**given_, why="重登")


def listed(actor, on: date, **query) -> int:
    request = RequestFactory().get("/", query)
    request.user = actor
    one = find("bases")
    return records_list(one, on).read(request, selectors.records_for(actor, one, on)).total


@pytest.mark.django_db
@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps)
def test_random_acts_leave_a_whole_ledger_and_numbers_that_are_their_lists(world, drawn):
    EducationBase.objects.all().delete()
    before = Entry.objects.count()
    done = 0
    for step in drawn:
        held = list(EducationBase.objects.order_by("pk").values())
        try:
            act(world, step)
        except Refused:
            assert list(EducationBase.objects.order_by("pk").values()) == held, "a refusal wrote something"
        else:
            done += held != list(EducationBase.objects.order_by("pk").values())
    assert Entry.objects.count() == before + done, "one entry for each change, none without one"
    assert not verify().broken
    one = find("bases")
    for record in EducationBase.objects.all():
        assert replayed(one, record) == {
            f.name: fields.plain(f, value)
            for f in one.facts
            if (value := getattr(record, f.name)) not in (None, "") and f.name != "unit"
        }
    kept = Records()
    ids = [str(pk) for pk in EducationBase.objects.values_list("pk", flat=True)]  # each example begins anew
    entries = Entry.objects.filter(subject_kind=one.label, subject_id__in=ids).order_by("seq")
    assert not [*kept.hold(list(entries)), *kept.close()]
    on = FIRST + timedelta(400)
    for unit, reader in ((world.city.unit, world.city.planner), (world.a.unit, world.a.leader)):
        scope = scope_of(unit, FIRST, date(2024, 12, 31))
        named, standing = figure("pub.base"), figure("pub.base.standing")
        value = compute(scope, [named, standing])
        assert rows(named, scope).count() == value[named.id].rows == listed(reader, on)
        assert (
            rows(standing, scope).count() == value[standing.id].rows == listed(reader, on, state="in_force")
        )
    voided = EducationBase.objects.filter(voided_on__isnull=False).count()
    assert listed(world.city.planner, on, state="voided") == voided
    assert EducationBase.objects.count() == voided + sum(
        listed(world.city.planner, on, state=s.code) for s in one.states
    )


def replayed(one, record) -> dict:
    """The record as its ledger entries alone tell it: nothing is lost by a correction."""
    told: dict = {}
    for entry in reversed(selectors.history(record)):
        for name, said in entry.data.items():
            if name in {f.name for f in one.facts} and name != "unit":
                changed = isinstance(said, dict) and said.keys() == {"from", "to"}
                assert not changed or said["from"] == told.get(name), "the old value was the one that stood"
                told[name] = said["to"] if changed else said
    return told
