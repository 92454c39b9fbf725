"""The ledger: entries follow one another, the database refuses changes, and verify names the first broken one."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.audit import heads, selectors, services, verification
from zhiheng.audit.models import Entry

DAY = date(2024, 6, 3)


def write(world, action, **data):
    with transaction.atomic():
        return services.record(actor=world.a.handler, on=DAY, action=action, subject=world.a.unit, data=data)


@pytest.fixture
def tamper():
    """Change the table as only the database's owner can: with the triggers out of the way."""

    def run(sql: str, parameters=()):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
                cursor.execute(sql, parameters)
                cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")
            else:
                cursor.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name='audit_entry'"
                )
                triggers = cursor.fetchall()
                for name, _ in triggers:
                    cursor.execute(f"DROP TRIGGER {name}")
                cursor.execute(sql, parameters)
                for _, create in triggers:
                    cursor.execute(create)

    return run


def test_each_entry_carries_the_hash_of_the_one_before(world):
    first, second = write(world, "立案"), write(world, "结案")
    assert first.prev_hash == services.GENESIS
    assert second.prev_hash == first.hash
    assert (first.seq, second.seq) == (1, 2)
    assert services.verify() == services.Verification(2, second.hash)


def test_a_name_is_kept_up_to_two_hundred_characters(world):
    for length in (101, 200, 250):
        with transaction.atomic():
            entry = services.record(
                actor=None, on=DAY, action="立案", subject=world.a.unit, name="长" * length
            )
        entry.refresh_from_db()
        assert entry.subject_name == "长" * min(length, 200)
    assert services.verify().broken == ""


@given(
    st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=8) | st.none(), max_size=6),
    st.randoms(),
)
def test_contents_that_are_equal_have_one_spelling_whatever_order_their_keys_came_in(contents, chance):
    keys = list(contents)
    chance.shuffle(keys)
    shuffled = {key: contents[key] for key in keys}
    assert services.canonical({"甲": shuffled, "乙": 1}) == services.canonical({"乙": 1, "甲": contents})


def test_the_head_is_the_last_entrys_hash_and_zeros_before_the_first(world):
    assert selectors.head() == "0" * 64
    write(world, "甲")
    last = write(world, "乙")
    assert selectors.head() == last.hash


def test_an_empty_ledger_holds(db):
    assert services.verify() == services.Verification(0, services.GENESIS)


def test_names_are_copied_so_that_the_entry_outlives_its_people(world):
    entry = write(world, "立案")
    world.a.handler.name = "改名"
    world.a.handler.save()
    entry.refresh_from_db()
    assert (entry.actor_name, entry.unit_name) == ("朱文渊", "重庆市渝北区市场监督管理局")
    assert services.verify().broken == ""


@pytest.mark.parametrize(
    "sql", ["UPDATE audit_entry SET action = '改'", "DELETE FROM audit_entry"], ids=["update", "delete"]
)
def test_the_database_refuses_to_change_or_remove_an_entry(world, sql):
    write(world, "立案")
    with pytest.raises(DatabaseError, match="只增不改"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Entry.objects.get().action == "立案"


def test_verify_names_the_entry_whose_content_was_changed(world, tamper):
    for action in ("立案", "告知", "决定"):
        write(world, action)
    tamper("UPDATE audit_entry SET action = '不予处罚' WHERE seq = 2")
    found = services.verify()
    assert found.entries == 1
    assert "第 2 条" in found.broken and "内容被改过" in found.broken and "不予处罚" in found.broken


OTHER = {
    "DateTimeField": "2024-06-03 01:02:03+00:00",
    "DateField": "2024-06-04",
    "JSONField": '{"forged": true}',
    "BigIntegerField": 987_654,
    "CharField": "改",
}


@pytest.mark.parametrize(
    "field",
    [f for f in Entry._meta.concrete_fields if f.name not in {"id", "seq", "prev_hash", "hash"}],
    ids=lambda field: field.name,
)
def test_no_column_of_an_entry_can_be_changed_unnoticed(world, tamper, field):
    for action in ("立案", "告知", "决定"):
        write(world, action)
    tamper(f'UPDATE audit_entry SET "{field.column}" = %s WHERE seq = 2', [OTHER[field.get_internal_type()]])
    found = services.verify()
    assert found.entries == 1 and "第 2 条" in found.broken


def test_verify_names_the_gap_a_removed_entry_leaves(world, tamper):
    for action in ("立案", "告知", "决定"):
        write(world, action)
    tamper("DELETE FROM audit_entry WHERE seq = 2")
    assert "缺少第 2 条" in services.verify().broken


def test_verify_notices_a_changed_entry_with_its_hash_recomputed(world, tamper):
    for action in ("立案", "告知", "决定"):
        write(world, action)
    forged = Entry.objects.get(seq=2)
    forged.action = "不予处罚"
    tamper(
        "UPDATE audit_entry SET action = %s, hash = %s WHERE seq = 2",
        ["不予处罚", services._chain(forged.prev_hash, forged)],
    )
    found = services.verify()
    assert found.entries == 2
    assert "第 3 条" in found.broken and "接不上" in found.broken


def test_a_rolled_back_change_leaves_no_entry(world):
    with pytest.raises(RuntimeError), transaction.atomic():
        write(world, "立案")
        raise RuntimeError
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_an_error():
    from tests.world import build

    world = build()
    with pytest.raises(transaction.TransactionManagementError):
        services.record(actor=world.a.handler, on=DAY, action="立案", subject=world.a.unit)


def test_dates_decimals_sets_and_records_are_kept_readably(world):
    from decimal import Decimal

    entry = write(world, "立案", on=DAY, sum=Decimal("1.20"), causes={"乙", "甲"}, unit=world.a.unit)
    entry.refresh_from_db()
    assert entry.data == {
        "on": "2024-06-03",
        "sum": "1.20",
        "causes": sorted({"乙", "甲"}),
        "unit": world.a.unit.pk,
    }
    assert services.verify().broken == ""


def test_a_person_sees_the_entries_of_their_own_units_only(world):
    from zhiheng.audit.selectors import entries_visible_to

    write(world, "立案")
    with transaction.atomic():
        services.record(actor=None, on=DAY, action="登录失败", subject=world.a.unit)
    assert [e.action for e in entries_visible_to(world.a.admin)] == ["立案"]
    assert not entries_visible_to(world.b.leader).exists()
    assert entries_visible_to(world.city.auditor).count() == 2


@pytest.mark.parametrize("cut", [1, 2])
def test_entries_cut_off_the_end_are_missed_by_the_heads_kept_outside(
    world, tamper, cut, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        for action in ("甲", "乙", "丙"):
            write(world, action)
    tamper("DELETE FROM audit_entry WHERE seq > %s", [3 - cut])
    assert services.verify().broken == ""
    assert any(f"末尾至少少了 {cut} 条" in fault for fault in verification.verify().faults)


@pytest.mark.parametrize("left", ["", "2", "2 ", "2 ab", "2 " + "a" * 64])
def test_a_head_cut_off_by_a_power_cut_spoils_no_later_one(world, left, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        write(world, "甲")
    whole = heads.path().read_text()
    heads.path().write_text(whole + left)
    with django_capture_on_commit_callbacks(execute=True):
        write(world, "乙")
    assert [seq for seq, _ in heads.known()] == [1, 2]
    assert not [fault for fault in verification.verify().faults if "摘要" in fault]


def test_heads_are_written_where_they_may_not_be_read(world, monkeypatch, django_capture_on_commit_callbacks):
    def closed(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        patch.setattr(heads.Path, "open", closed)
        write(world, "甲")
        write(world, "乙")
    assert [seq for seq, _ in heads.known()] == [1, 2]
