"""A record changed behind the ledger is found out; one worked by its acts holds, whatever was done to it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from tests.world import tell_of
from zhiheng.audit.verification import verify
from zhiheng.outreach.models import Activity
from zhiheng.outreach.tests.publicity import hold_activity
from zhiheng.registers import services
from zhiheng.registers.declaration import of_model

ON = date(2024, 6, 3)


@pytest.fixture
def held(world):
    tell_of(world)
    register = of_model(Activity)
    first, second = (hold_activity(world.a.handler, name) for name in ("进校园", "进企业"))
    services.correct(
        actor=world.a.handler, on=ON, register=register, record=first, answers={"name": "进社区"}, why="写错"
    )
    services.void(actor=world.a.handler, on=ON, register=register, record=second, why="重复登记")
    return Activity.objects.get(pk=first.pk)


def test_records_worked_by_their_acts_hold(held):
    assert verify().faults == ()


@pytest.mark.parametrize(
    "change",
    [
        "SET name = '别的活动' WHERE id = {id}",
        "SET version = version + 1 WHERE id = {id}",
        "SET voided_on = '2024-06-04', voided_because = 'x' WHERE id = {id}",
        "SET voided_on = NULL, voided_because = '' WHERE id <> {id}",
    ],
)
def test_a_record_changed_behind_the_ledger_is_found_out(held, change):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Activity._meta.db_table} {change.format(id=held.pk)}")
        assert cursor.rowcount == 1
    assert any("被改过" in fault for fault in verify().faults)


def test_a_record_that_is_gone_or_was_never_entered_is_found_out(held):
    held.pk, held.name = None, "影子活动"
    held.save(force_insert=True)
    assert any("直接写进数据库" in fault for fault in verify().faults)
    Activity.objects.all().delete()
    assert sum("不见了" in fault for fault in verify().faults) == 2
