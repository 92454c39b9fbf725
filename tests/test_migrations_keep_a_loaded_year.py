"""A database as the first installations have it, brought to today's shape: nothing of the year is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from zhiheng.law import current_book

BEFORE = [("cases", "0004_partial_indexes"), ("proceedings", "0002_proposals_per_measure"), ("accounts", "0002_must_change_password")]  # fmt: skip
ON = date(2024, 4, 1)


@contextmanager
def installation_of_then(unblock, alias: str) -> Iterator[SimpleNamespace]:
    """An empty database in memory that stands at the first shape, with an office and two officers; `migrate` brings it to today's."""
    connections.settings[alias] = connections.settings["default"] | {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {},
    }
    connection = connections[alias]

    def migrate():
        forward = MigrationExecutor(connection)
        leaves = forward.loader.graph.leaf_nodes()
        # Whatever other tests have left there: a migration reads and writes the database it is run on, and no other.
        with connections["default"].execute_wrapper(refuse):
            forward.migrate(leaves)
        # Read anew: models that a migration has held on the way lose their relations to tables that move.
        return forward.loader.project_state(leaves).apps

    try:
        with unblock():
            old = SimpleNamespace(
                apps=MigrationExecutor(connection).migrate(BEFORE).apps, alias=alias, migrate=migrate
            )
            old.unit, old.officers = people(old)
            yield old
    finally:
        connection.close()
        del connections[alias]
        del connections.settings[alias]


@pytest.fixture(scope="module")
def migrated(django_db_blocker):
    """The cases below, written as the services of then wrote them and brought to today's shape: that takes as long for one as for all."""
    with installation_of_then(django_db_blocker.unblock, "migrated") as old:
        cases = SimpleNamespace(
            worked=a_worked_case(old),
            revoked=a_revoked_case(old),
            recused=a_recused_case(old),
            ledger=a_ledger_case(old),
        )
        old.apps = old.migrate()
        yield SimpleNamespace(**vars(old), cases=cases)


def refuse(execute, sql, params, many, context):
    raise AssertionError(f"a migration of another database asks the default one: {sql}")


def model(of, label: str, name: str):
    return of.apps.get_model(label, name).objects.using(of.alias)


def people(old):
    unit = model(old, "accounts", "Unit").create(
        code="500000", name="市局", short_name="市局", kind="office", path="500000/", number_prefix="渝知"
    )
    officers = [
        model(old, "accounts", "Person").create(username=f"p{n}", name=f"承办{n}", unit=unit, password="x")
        for n in range(2)
    ]
    return unit, officers


def worked(old, procedure: str, steps: list[tuple[str, str, dict]], *, before=None, **case):
    """A case with a run, as the services of then wrote it: pinned to the text of its procedure alone."""
    unit, officers = old.unit, old.officers
    sha = procedure.ljust(64, "0")
    model(old, "proceedings", "ProcedureVersion").get_or_create(
        sha=sha, defaults={"code": procedure, "effective": date(2022, 11, 1), "text": "title: 旧文本"}
    )
    run = model(old, "proceedings", "Proceeding").create(
        unit=unit, procedure=procedure, version=sha, title=case["title"], state=steps[-1][1], opened_on=ON
    )
    for seq, (step, state, data) in enumerate(steps, start=1):
        model(old, "proceedings", "StepTaken").create(
            proceeding=run, seq=seq, step=step, on=ON, data=data, state=state, taken_by=officers[0]
        )
    folder = model(old, "documents", "Folder").create(unit=unit, title=case["title"])
    made = model(old, "cases", "Case").create(
        **{
            "unit": unit,
            "cause": "gi",
            "party_name": "某",
            "party_type": "person",
            "proceeding": run,
            "folder": folder,
        }
        | {"on_spot_proceeding": before}
        | case
    )
    for place, person in enumerate(officers):
        model(old, "cases", "CaseOfficer").create(case=made, person=person, lead=not place, since=ON)
    return made


def a_worked_case(old):
    spot = model(old, "proceedings", "Proceeding").create(
        unit=old.unit,
        procedure="penalty.simple",
        version="s" * 64,
        title="案",
        state="to_ordinary",
        opened_on=date(2024, 3, 1),
    )
    model(old, "proceedings", "ProcedureVersion").create(
        sha="s" * 64, code="penalty.simple", effective=date(2022, 11, 1), text="title: 旧文本"
    )
    steps = [("register_lead", "lead", {}), ("impose_surcharge", "served", {"surcharge": 12_00})]
    return worked(old, "penalty.ordinary", steps, before=spot, title="案", lead_no="渝知案源〔2024〕1号")


def a_revoked_case(old):
    return worked(
        old, "penalty.ordinary",
        [("decide_penalty", "decided", {}), ("change_decision", "served", {"changed_by": "渝府复〔2024〕1号", "change_result": "撤销原处罚决定"})],
        title="被撤销的案件", decided_on=ON, forfeit_fen=9_000_00, outcome="penalty", doc_no="渝知罚〔2024〕1号",
    )  # fmt: skip


def a_recused_case(old):
    return worked(
        old, "penalty.ordinary", [("decide_recusal", "investigating", {})], title="回避", decided_on=ON
    )


def a_ledger_case(old):
    return model(old, "cases", "Case").create(
        unit=old.unit, cause="patent_dispute", title="台账案", party_name="某", party_type="person",
        decided_on=date(2024, 5, 6), forfeit_fen=7_00, doc_no="渝1号", outcome="withdrawn",
    )  # fmt: skip


def test_a_worked_case_keeps_its_runs_folder_officers_and_surcharge_and_runs_on_under_the_book(migrated):
    officers, case = migrated.officers, migrated.cases.worked
    now = (
        model(migrated, "cases", "Case")
        .select_related("matter__proceeding", "matter__folder")
        .get(pk=case.pk)
    )
    assert (now.kind, now.surcharge_fen, now.lead_no) == ("penalty", 12_00, case.lead_no)
    assert now.matter.folder_id == case.folder_id and now.matter.record_id == case.pk
    assert now.matter.opened_on == date(2024, 3, 1)
    assert [r.procedure for r in now.matter.runs.order_by("id")] == ["penalty.simple", "penalty.ordinary"]
    assert now.matter.proceeding.procedure == "penalty.ordinary"
    assert [(o.person_id, o.lead) for o in now.matter.officers.order_by("id")] == [
        (officers[0].pk, True),
        (officers[1].pk, False),
    ]
    pinned = {v.sha: v for v in model(migrated, "proceedings", "ProcedureVersion")}
    book = {p.sha for p in current_book().procedures()}
    assert set(pinned) == {r.version for r in now.matter.runs.all()} <= book
    assert all("fields:" in version.text for version in pinned.values())


def test_each_decided_case_gets_its_decision_under_its_own_number_and_a_revoked_one_ends(migrated):
    revoked, recused, ledger = (getattr(migrated.cases, name) for name in ("revoked", "recused", "ledger"))
    decisions = {d.case_id: d for d in model(migrated, "cases", "Decision")}
    assert set(decisions) == {revoked.pk, ledger.pk}
    mine = decisions[ledger.pk]
    assert (mine.pk, mine.number, mine.forfeit_fen, mine.kind) == (ledger.pk, "渝1号", 7_00, "withdrawn")
    ended = decisions[revoked.pk]
    assert (ended.changed_how, ended.ended_on, ended.changed_by) == ("revoked", ON, "渝府复〔2024〕1号")
    cases = {c.pk: c for c in model(migrated, "cases", "Case")}
    assert cases[revoked.pk].outcome == "withdrawn" and cases[recused.pk].decided_on is None
    assert cases[ledger.pk].kind == "adjudication.patent" and cases[ledger.pk].matter_id is None
    after = model(migrated, "cases", "Decision").create(
        case_id=recused.pk, unit_id=migrated.unit.pk, cause="gi", decided_on=ON
    )
    assert after.pk > max(d.pk for d in decisions.values())


def test_a_run_whose_law_file_is_gone_stops_the_migration_in_words(django_db_blocker):
    with installation_of_then(django_db_blocker.unblock, "stopped") as old:
        worked(old, "penalty.vanished", [("register_lead", "lead", {})], title="案")
        with pytest.raises(RuntimeError, match=r"penalty\.vanished（2022-11-01）不在法规库中"):
            old.migrate()
