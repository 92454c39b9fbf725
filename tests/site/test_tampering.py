"""Somebody who owns the database and can take its triggers away: whatever they change, `verify_audit` finds it.

One office with a case worked to its decision, an imported ledger, evidence with a file and a published report is built
once. Each tampering is carried out on it, verified, and taken back.
"""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from tests.site.office import ON
from zhiheng.accounts.rights import Role
from zhiheng.audit import guards, heads, services, verification
from zhiheng.audit.models import Entry
from zhiheng.cases.models import Case
from zhiheng.documents import services as documents

pytestmark = pytest.mark.django_db


@pytest.fixture
def tamper(office):
    """The office, for one test; everything done to its database is taken back with the test's own transaction."""
    return SimpleNamespace(office=office)


def sql(statement: str, *parameters) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        assert cursor.rowcount != 0, f"nothing was touched by: {statement}"


class unguarded:
    """The ledger's table with its triggers out of the way, which are put back as if nothing had been."""

    def __enter__(self):
        self._each("DROP TRIGGER {name}", "ALTER TABLE audit_entry DISABLE TRIGGER USER")

    def __exit__(self, *error):
        if error == (None, None, None):
            self._each("{statement}", "ALTER TABLE audit_entry ENABLE TRIGGER USER")

    def _each(self, sqlite: str, postgres: str) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(postgres)
                return
            for name, statement in guards.SQLITE.items():
                cursor.execute(sqlite.format(name=name, statement=statement))


def ledger(statement: str, *parameters):
    def act(office):
        with unguarded():
            sql(statement, *parameters)

    return act


def rows(statement: str, *parameters):
    return lambda office: sql(statement, *parameters)


def rechain(first: int):
    """Recompute every hash from this entry on, as somebody who knows how would."""
    before = Entry.objects.filter(seq=first - 1).values_list("hash", flat=True).first() or services.GENESIS
    for entry in Entry.objects.filter(seq__gte=first).order_by("seq"):
        entry.prev_hash, entry.hash = before, services._chain(before, entry)
        sql("UPDATE audit_entry SET prev_hash = %s, hash = %s WHERE seq = %s", before, entry.hash, entry.seq)
        before = entry.hash


def edit_and_rechain(office):
    with unguarded():
        sql("UPDATE audit_entry SET subject_name = '别人' WHERE seq = 3")
        rechain(3)


def remake(office):
    with unguarded():
        sql("DELETE FROM audit_entry WHERE seq > 2")
        sql("UPDATE audit_entry SET actor_name = '他人' WHERE seq = 1")
        rechain(1)


def remove_and_close_the_gap(office):
    with unguarded():
        last = Entry.objects.count()
        sql("DELETE FROM audit_entry WHERE seq = 4")
        for seq in range(5, last + 1):
            sql("UPDATE audit_entry SET seq = %s, id = id - 1 WHERE seq = %s", seq - 1, seq)
        rechain(4)


def insert_between(office):
    with unguarded():
        for seq in range(Entry.objects.count(), 4, -1):
            sql("UPDATE audit_entry SET seq = seq + 1, id = id + 1 WHERE seq = %s", seq)
        source = Entry.objects.get(seq=4)
        source.pk, source.seq, source.action, source.hash = source.pk + 1, 5, "同意：结案", "f" * 64
        source.save(force_insert=True)
        rechain(5)


def swap(office):
    with unguarded():
        for old, new in ((6, 9_000_000), (7, 6), (9_000_000, 7)):
            sql("UPDATE audit_entry SET seq = %s WHERE seq = %s", new, old)


def say_a_key_twice(office):
    entry = Entry.objects.exclude(data={}).order_by("seq").last()
    text = json.dumps(entry.data)
    with unguarded():
        first = next(iter(entry.data))
        sql("UPDATE audit_entry SET data = %s WHERE seq = %s", f'{{"{first}": "假", {text[1:]}', entry.seq)


def drop_a_guard(office):
    name = "audit_entry_append_only" if connection.vendor == "postgresql" else "audit_entry_no_delete"
    with connection.cursor() as cursor:
        cursor.execute(
            f"DROP TRIGGER {name}" + (" ON audit_entry" if connection.vendor == "postgresql" else "")
        )


def weaken_a_guard(office):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
            )
        else:
            cursor.execute("DROP TRIGGER audit_entry_no_update")
            cursor.execute(
                "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT 1; END"
            )


def swallow(table: str):
    """A trigger that lets a row's act go through and the row vanish."""

    def act(office):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
                )
                cursor.execute(
                    f"CREATE TRIGGER swallow BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION swallow()"
                )
            else:
                cursor.execute(
                    f"CREATE TRIGGER swallow BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END"
                )

    return act


def hide_rows(office):
    """A view in place of a table, which shows what somebody likes; on PostgreSQL rows can be hidden by a policy."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE cases_case ENABLE ROW LEVEL SECURITY")
        else:
            cursor.execute("CREATE VIEW cases_shown AS SELECT * FROM cases_case WHERE fine_fen < 100")


def removed_with_its_steps():
    """A whole worked case with everything that hangs on it, as somebody would who knows the tables."""
    case = Case.objects.filter(fine_fen=900000).get()
    matter = case.matter_id
    runs = "(SELECT id FROM proceedings_proceeding WHERE matter_id = %s)"
    for table in ("opinion", "proposal"):
        inner = f"proposal_id IN (SELECT id FROM proceedings_proposal WHERE proceeding_id IN {runs})"
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM proceedings_{table} WHERE "
                + (inner if table == "opinion" else f"proceeding_id IN {runs}"),
                [matter],
            )
    sql(f"DELETE FROM proceedings_steptaken WHERE proceeding_id IN {runs}", matter)


LAST = "(SELECT m FROM (SELECT MAX(seq) AS m FROM audit_entry) AS t)"
OF_THE_LEDGER = {
    **{
        f"{column} changed": ledger(f"UPDATE audit_entry SET {column} = %s WHERE seq = 5", value)
        for column, value in {
            "action": "不予处罚",
            "actor_name": "他人",
            "actor_id": 999,
            "unit_id": 999,
            "unit_name": "他局",
            "subject_kind": "cases.other",
            "subject_id": "999",
            "subject_name": "他案",
            "hash": "0" * 64,
            "prev_hash": "1" * 64,
            "data": '{"fine": 1}',
        }.items()
    },
    "day changed": ledger('UPDATE audit_entry SET "on" = %s WHERE seq = 5', "2020-01-01"),
    "moment changed": ledger("UPDATE audit_entry SET at = %s WHERE seq = 5", "2020-01-01 00:00:00"),
    "two swapped": swap,
    "first removed": ledger("DELETE FROM audit_entry WHERE seq = 1"),
    "one removed": ledger("DELETE FROM audit_entry WHERE seq = 5"),
    "last removed": ledger(f"DELETE FROM audit_entry WHERE seq = {LAST}"),
    "last ten removed": ledger(f"DELETE FROM audit_entry WHERE seq > {LAST} - 10"),
    "all removed": ledger("DELETE FROM audit_entry"),
    "edited and chained again to the end": edit_and_rechain,
    "one removed and chained again to the end": remove_and_close_the_gap,
    "one put between and chained again": insert_between,
    "made anew, shorter": remake,
    "row number of the last changed": ledger(f"UPDATE audit_entry SET id = id + 1000 WHERE seq = {LAST}"),
    "row number of one changed": ledger("UPDATE audit_entry SET id = id + 100000 WHERE seq = 5"),
    "a guard dropped": drop_a_guard,
    "a guard made harmless": weaken_a_guard,
    "entries swallowed by a trigger": swallow("audit_entry"),
    "rows of another table swallowed": swallow("documents_paper"),
    "rows hidden": hide_rows,
}
if connection.vendor == "sqlite":  # jsonb keeps one value of a key, so there is nothing to change
    OF_THE_LEDGER["a key said twice"] = say_a_key_twice

TAKEN = "(SELECT id FROM proceedings_steptaken ORDER BY id DESC LIMIT 1)"
OF_THE_RECORDS = {
    "fine": rows("UPDATE cases_case SET fine_fen = 100, forfeit_fen = 100 WHERE fine_fen = 900000"),
    "party": rows("UPDATE cases_case SET party_name = '别家' WHERE matter_id IS NOT NULL"),
    "state of a case": rows("UPDATE cases_case SET state = 'archived' WHERE fine_fen = 900000"),
    "paid": rows("UPDATE cases_case SET paid_fen = 900000 WHERE fine_fen = 900000"),
    "fine of an imported case": rows("UPDATE cases_case SET fine_fen = 1 WHERE party_name = '绿野商行'"),
    "fine of a corrected case": rows("UPDATE cases_case SET fine_fen = 100000 WHERE party_name = '青禾商行'"),
    "fine of a decision": rows(
        "UPDATE cases_decision SET fine_fen = 1, forfeit_fen = 1 WHERE fine_fen = 900000"
    ),
    "fine of an imported decision": rows("UPDATE cases_decision SET fine_fen = 1 WHERE fine_fen = 200000"),
    "decision revoked": rows(
        "UPDATE cases_decision SET changed_how = 'revoked', changed_on = '2024-12-01', changed_by = '判决', "
        "ended_on = '2024-12-01' WHERE fine_fen = 900000"
    ),
    "unit of an imported case": rows(
        "UPDATE cases_case SET unit_id = (SELECT id FROM accounts_unit WHERE code = '500103') WHERE party_name = '绿野商行'"
    ),
    "imported case removed": lambda office: (
        sql("DELETE FROM cases_decision WHERE fine_fen = 200000"),
        sql("DELETE FROM cases_case WHERE party_name = '绿野商行'"),
    ),
    "step's answers": rows(f"UPDATE proceedings_steptaken SET data = '{{}}' WHERE id = {TAKEN}"),
    "step's day": rows(f"UPDATE proceedings_steptaken SET \"on\" = '2020-01-01' WHERE id = {TAKEN}"),
    "step's person": rows(
        f"UPDATE proceedings_steptaken SET taken_by_id = (SELECT MIN(id) FROM accounts_person) WHERE id = {TAKEN}"
    ),
    "worked case removed": lambda office: removed_with_its_steps(),
    "law it is pinned to": rows("UPDATE proceedings_procedureversion SET text = '{}'"),
    "step removed": rows(f"DELETE FROM proceedings_steptaken WHERE id = {TAKEN}"),
    "run's state": rows("UPDATE proceedings_proceeding SET state = 'archived'"),
    "opinion turned": rows("UPDATE proceedings_opinion SET agrees = NOT agrees"),
    "opinion's person": rows(
        "UPDATE proceedings_opinion SET person_id = (SELECT MIN(id) FROM accounts_person WHERE id <> person_id)"
    ),
    "opinion removed": rows(
        "DELETE FROM proceedings_opinion WHERE id = (SELECT MIN(id) FROM proceedings_opinion)"
    ),
    "opinion forged": rows(
        'INSERT INTO proceedings_opinion (proposal_id, role, person_id, "on", agrees, text) SELECT proposal_id, role, '
        "person_id, \"on\", agrees, '补签' FROM proceedings_opinion LIMIT 1"
    ),
    "proposal's answers": rows("UPDATE proceedings_proposal SET data = '{}'"),
    "proposal's outcome": rows("UPDATE proceedings_proposal SET state = 'returned'"),
    "work taken off a list": rows("DELETE FROM proceedings_turn WHERE step = 'publish_decision'"),
    "work put on another's list": rows(
        "UPDATE proceedings_turn SET person_id = (SELECT id FROM accounts_person WHERE username = 'yi-chengban') "
        "WHERE person_id IS NOT NULL"
    ),
    "work due later": rows("UPDATE proceedings_turn SET due_on = '2030-01-01' WHERE due_on IS NOT NULL"),
    "clock moved": rows("UPDATE proceedings_clockstate SET due_on = '2030-01-01'"),
    "clock removed": rows("DELETE FROM proceedings_clockstate WHERE key IS NOT NULL"),
    "role given": rows(
        "INSERT INTO accounts_rolegrant (person_id, role, since) SELECT id, 'admin', '2020-01-01' FROM accounts_person "
        "WHERE username = 'jia-chengban'"
    ),
    "role back-dated": rows("UPDATE accounts_rolegrant SET since = '2019-01-01' WHERE role = 'leader'"),
    "role removed": rows("DELETE FROM accounts_rolegrant WHERE role = 'auditor'"),
    "password": rows("UPDATE accounts_person SET password = 'argon2$x' WHERE username = 'shi-guanli'"),
    "person's unit": rows(
        "UPDATE accounts_person SET unit_id = (SELECT id FROM accounts_unit WHERE code = '500000') WHERE username = 'jia-chengban'"
    ),
    "person made": rows(
        "INSERT INTO accounts_person (password, username, name, unit_id, phone, law_qualified, outside, is_active, must_change_password, rests) "
        "SELECT password, 'forged', '影子', unit_id, '', law_qualified, outside, is_active, must_change_password, rests FROM accounts_person LIMIT 1"
    ),
    "certificate": rows(
        "UPDATE accounts_certificate SET valid_to = '2040-01-01' WHERE valid_to = '2023-12-31'"
    ),
    "paper's digest": rows("UPDATE documents_paper SET digest = %s", "a" * 64),
    "paper's content": rows("UPDATE documents_paper SET data = '{}'"),
    "paper's number": rows(
        "UPDATE documents_paper SET number = '渝知罚〔2024〕99号' WHERE number LIKE %s", "%罚〔%"
    ),
    "paper removed": rows("DELETE FROM documents_paper WHERE id = (SELECT MAX(id) FROM documents_paper)"),
    "evidence removed": rows("DELETE FROM documents_evidence WHERE name = '进货单'"),
    "evidence's meaning": rows("UPDATE documents_evidence SET proves = '无关' WHERE name = '进货单'"),
    "evidence excluded": rows("UPDATE documents_evidence SET excluded_reason = '非法' WHERE name = '进货单'"),
    "series of papers": rows("UPDATE documents_numberseries SET last = last + 1 WHERE code = '罚'"),
    "series of filings": rows("UPDATE documents_numberseries SET last = last - 1 WHERE code = '立'"),
    "import's count": rows("UPDATE cases_ledgerimport SET imported = imported + 1"),
    "import's file": rows("UPDATE cases_ledgerimport SET file_digest = %s", "b" * 64),
    "snapshot's text": rows("UPDATE figures_snapshot SET text = '一切都好'"),
    "snapshot's digest": rows("UPDATE figures_snapshot SET digest = %s", "c" * 64),
    "snapshot's publisher": rows(
        "UPDATE figures_snapshot SET published_by_id = (SELECT id FROM accounts_person WHERE username = 'shi-juzhang')"
    ),
    "snapshot's head": rows("UPDATE figures_snapshot SET ledger_head = %s", "d" * 64),
    "snapshot's figure": rows("UPDATE figures_frozenfigure SET value = value + 1"),
    "snapshot's names": rows("UPDATE figures_frozenrecords SET rows = '{}'"),
    "snapshot's names removed": rows("DELETE FROM figures_frozenrecords WHERE rows IS NOT NULL"),
    "snapshot's unit": rows("UPDATE figures_snapshot SET unit_name = '别局'"),
    "unit made": rows(
        "INSERT INTO accounts_unit (code, name, short_name, kind, parent_id, path, number_prefix, address, phone, "
        "review_organ, court, bank, pay_code) SELECT '500199', '影子局', '影子', kind, id, '500000/500199/', '', '', '', "
        "'', '', '', '' FROM accounts_unit WHERE parent_id IS NULL"
    ),
    "where fines are paid": rows(
        "UPDATE accounts_unit SET bank = '别家银行', pay_code = '1' WHERE code = '500112'"
    ),
    "unit moved under another": rows(
        "UPDATE accounts_unit SET path = '500000/500112/500103/' WHERE code = '500103'"
    ),
    "a level of approval passed over": rows(
        "UPDATE proceedings_proposal SET next_role = 'chief' WHERE state = 'pending'"
    ),
    "proposal laid into another case": rows(
        "UPDATE proceedings_proposal SET proceeding_id = (SELECT MIN(id) FROM proceedings_proceeding) WHERE state = 'pending'"
    ),
    "unit a decision is counted for": rows(
        "UPDATE cases_decision SET unit_id = (SELECT id FROM accounts_unit WHERE code = '500103') WHERE fine_fen = 900000"
    ),
    "evidence laid into another case": rows(
        "UPDATE documents_evidence SET folder_id = (SELECT MAX(id) FROM documents_folder) WHERE name = '进货单'"
    ),
    "paper laid into another case": rows(
        "UPDATE documents_paper SET folder_id = (SELECT MAX(id) FROM documents_folder) WHERE number LIKE %s",
        "%罚〔%",
    ),
    "informant removed": rows("DELETE FROM proceedings_protectedanswer WHERE field = 'informant'"),
    "informant changed": rows("UPDATE proceedings_protectedanswer SET sealed = 'gAAAAA'"),
    "file of a record removed": rows("DELETE FROM registers_attachment WHERE set_aside_on IS NULL"),
    "file of a record taken back into use": rows(
        "UPDATE registers_attachment SET set_aside_on = NULL, set_aside_because = '' WHERE set_aside_on IS NOT NULL"
    ),
    "table of records changed": rows("UPDATE registers_recordimport SET rejected = rejected + 1"),
    "published text changed": rows("UPDATE reports_heldtext SET text = '一切相符'"),
    "meaning of a phrase": rows(
        "UPDATE reports_phrasevariant SET indicator_id = 'enf.tm.n' WHERE withdrawn_on IS NULL"
    ),
    "withdrawn phrase in force again": rows(
        "UPDATE reports_phrasevariant SET withdrawn_on = NULL, withdrawn_by_id = NULL, withdrawn_because = '' "
        "WHERE withdrawn_on IS NOT NULL"
    ),
    "delegation lengthened": rows("UPDATE accounts_delegation SET until = '2030-01-01'"),
    "delegation forged": rows(
        "INSERT INTO accounts_delegation (giver_id, deputy_id, role, since, until, reason) SELECT giver_id, deputy_id, 'leader', "
        "since, until, reason FROM accounts_delegation"
    ),
}


def test_an_office_nobody_touched_holds(tamper):
    found = verification.verify()
    assert found.faults == ()
    assert found.unchecked == ()
    assert found.entries == Entry.objects.count() > 20
    assert found.head == Entry.objects.order_by("seq").last().hash


@pytest.mark.parametrize("what", OF_THE_LEDGER)
def test_a_ledger_that_was_tampered_with_is_found_out(tamper, what):
    OF_THE_LEDGER[what](tamper.office)
    assert not verification.verify().ok


@pytest.mark.parametrize("what", OF_THE_RECORDS)
def test_a_record_changed_behind_the_ledger_is_found_out(tamper, what):
    OF_THE_RECORDS[what](tamper.office)
    found = verification.verify()
    assert found.faults
    # The ledger itself holds: it is what the records are measured by.
    assert found.entries == Entry.objects.count()


@pytest.mark.parametrize("what", ["changed", "emptied", "removed"])
def test_a_stored_file_that_changed_is_found_out(tamper, what):
    path = documents.path_of(tamper.office.case.matter.folder.evidence.exclude(digest="").first().digest)
    kept = path.read_bytes()
    try:
        if what == "removed":
            path.unlink()
        else:
            path.write_bytes(b"" if what == "emptied" else kept + b" ")
        assert any("进货单" in fault for fault in verification.verify().faults)
    finally:
        path.write_bytes(kept)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1 " + "e" * 64 + " 2025-01-01", "两个不同"),
        ("99999 " + "e" * 64 + " x", "少了"),
        ("nonsense", "读不出来"),
    ],
)
def test_heads_that_disagree_are_told(tamper, line, words):
    kept = heads.path().read_text()
    try:
        heads.path().write_text(kept + line + "\n")
        assert any(words in fault for fault in verification.verify().faults)
    finally:
        heads.path().write_text(kept)


def test_a_known_head_must_be_in_the_ledger(tamper):
    printed = Entry.objects.get(seq=7).hash
    assert verification.verify(known_head=printed).ok
    with unguarded():
        sql("DELETE FROM audit_entry WHERE seq > 6")
    assert any(printed in fault for fault in verification.verify(known_head=printed).faults)


def test_a_role_the_ledger_was_made_to_tell_of_is_missed_in_the_records(tamper):
    """An entry added at the end with a right hash is a lie the records do not bear out."""
    services.record(
        actor=tamper.office.world.city.admin,
        on=ON,
        action="授予角色",
        subject=tamper.office.world.a.handler,
        data={"role": Role.LEADER, "since": "2024-01-01"},
    )
    assert any("角色" in fault for fault in verification.verify().faults)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'x'",
        "DELETE FROM audit_entry",
        "INSERT INTO audit_entry SELECT * FROM audit_entry WHERE seq = 3",
        "TRUNCATE audit_entry"
        if connection.vendor == "postgresql"
        else "REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE seq = 3",
    ],
)
def test_the_table_refuses_what_is_not_the_next_entry(tamper, statement):
    with pytest.raises(DatabaseError, match=r"只增不改|violates|UNIQUE"), transaction.atomic():
        sql(statement)
    assert verification.verify().ok


def test_verifying_changes_nothing(tamper):
    before = [
        Case.objects.count(),
        Entry.objects.count(),
        list(tamper.office.case.matter.proceeding.clocks.values_list("pk")),
    ]
    verification.verify()
    assert before[:2] == [Case.objects.count(), Entry.objects.count()]
    assert before[2] == list(tamper.office.case.matter.proceeding.clocks.values_list("pk"))


def test_the_tamperings_are_as_many_as_were_promised():
    assert len(OF_THE_LEDGER) >= 29 and len(OF_THE_RECORDS) >= 13 + 10 + 14
