"""Whatever column of a matter, its runs, its officers or its record is changed outside the services, the ledger of acts tells."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, models, transaction

from tests.casework import Worker
from tests.world import tell_of
from zhiheng.accounts.models import Certificate
from zhiheng.audit import services
from zhiheng.audit.verification import first_fault, verify
from zhiheng.cases.models import Case
from zhiheng.matters.models import Matter, Officer, Party, Proceeding, Turn

pytestmark = pytest.mark.django_db

# The moment of registering a step is the clock's, not the law's; a record's own id is what everything else names it by.
_NOT_SAID = {"id"}


def other(row: models.Model, column: models.Field):
    """A value that the row does not have in the column."""
    value = getattr(row, column.attname)
    if isinstance(column, models.BooleanField):
        return not value
    if isinstance(column, models.DateField):
        return (value or date(2024, 1, 1)) - timedelta(days=1)
    if isinstance(column, models.JSONField):
        return [{"version": "x", "until": 1, "how": "event_from", "on": "2024-01-01"}]
    if isinstance(column, models.IntegerField | models.ForeignKey):
        return (value or 0) + 1
    return ("别" + (value or ""))[: column.max_length]


def tampered(row: models.Model) -> list[str]:
    """Columns whose change `verify` does not find."""
    missed = []
    for column in row._meta.concrete_fields:
        if column.name in _NOT_SAID:
            continue
        try:
            with transaction.atomic():
                type(row)._base_manager.filter(pk=row.pk).update(**{column.attname: other(row, column)})
                found = first_fault()
                transaction.set_rollback(True)
        except (IntegrityError, LookupError):
            continue  # the database itself keeps it from being written
        if not found:
            missed.append(f"{type(row).__name__}.{column.name}")
    return missed


@pytest.fixture
def worked(world):
    tell_of(world)
    work = Worker(world.a).to_decided()
    work.wait(2).step("serve_decision")
    work.step("add_party", joined_role="right_holder", joined_name="某权利人", joined_type="organisation")
    return work.case


def test_a_matter_worked_by_its_services_holds(worked):
    found = verify()
    assert found.faults == () and not found.unchecked


@pytest.mark.parametrize("model", [Matter, Proceeding, Officer, Party, Case, Turn])
def test_a_change_of_any_column_is_found_out(worked, model):
    rows = {
        Matter: worked.matter,
        Proceeding: worked.matter.proceeding,
        Officer: worked.matter.officers.first(),
        Party: worked.matter.parties.first(),
        Case: worked,
        Turn: Turn.objects.first(),
    }
    assert tampered(rows[model]) == []


def test_work_that_is_taken_off_every_list_is_missed(worked):
    assert Turn.objects.filter(step="publish_decision").delete()[0]
    assert any("待办少了" in fault for fault in verify().faults)


def test_work_in_hand_holds_however_many_days_later_it_is_looked_at(worked, world):
    """Facts of the outside move on while nobody acts: that is no tampering."""
    worked.matter.proceeding.refresh_from_db()
    Certificate.objects.filter(person=world.a.handler).update(valid_to=date(2024, 1, 2))
    with transaction.atomic():
        services.record(actor=None, on=date(2026, 6, 1), action="演练", subject=world.a.unit)
    assert [f for f in verify().faults if "待办" in f] == []


def test_whoever_steps_back_is_off_the_matter_on_the_record(world):
    tell_of(world)
    work = Worker(world.a).to_filed()
    work.step("apply_for_recusal", recusal_of=world.a.handler.name)
    work.wait(1).step("decide_recusal", recusal_granted=True, recusal_of=world.a.handler.name)
    assert world.a.handler.pk not in [o.person_id for o in work.case.matter.officers.filter(until=None)]
    assert verify().faults == ()
    work.case.matter.officers.filter(person=world.a.handler).update(until=None)
    assert any("承办人" in fault for fault in verify().faults)
