"""A database as the first installations have it, brought to today's shape: nothing of the year is lost."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from zhiheng.law import current_book

BEFORE = [("cases", "0004_partial_indexes"), ("proceedings", "0002_proposals_per_measure"), ("accounts", "0002_must_change_password")]  # fmt: skip
ON = date(2024, 4, 1)
_OLD = "old"


@pytest.fixture
def old(django_db_blocker):
    """An empty database in memory that stands at the first shape; `migrate` brings it to today's."""
    connections.settings[_OLD] = connections.settings["default"] | {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {},
    }
    with django_db_blocker.unblock():
        connection = connections[_OLD]
        executor = MigrationExecutor(connection)
        apps = executor.migrate(BEFORE).apps

        def migrate():
            forward = MigrationExecutor(connection)
            leaves = forward.loader.graph.leaf_nodes()
            # Whatever other tests have left there: a migration reads and writes the database it is run on, and no other.
            with connections["default"].execute_wrapper(refuse):
                forward.migrate(leaves)
            # Read anew: models that a migration has held on the way lose their relations to tables that move.
            return forward.loader.project_state(leaves).apps

        yield SimpleNamespace(apps=apps, migrate=migrate)
        connection.close()
    del connections[_OLD]
    del connections.settings[_OLD]


def refuse(execute, sql, params, many, context):
    raise AssertionError(f"a migration of another database asks the default one: {sql}")


def model(apps, label: str, name: str):
    return apps.get_model(label, name).objects.using(_OLD)


@pytest.fixture
def people(old):
    unit = model(old.apps, "accounts", "Unit").create(
        code="500000", name="市局", short_name="市局", kind="office", path="500000/", number_prefix="渝知"
    )
    officers = [
        model(old.apps, "accounts", "Person").create(
            username=f"p{n}", name=f"承办{n}", unit=unit, password="x"
        )
        for n in range(2)
    ]
    return unit, officers


def worked(old, unit, officers, procedure: str, steps: list[tuple[str, str, dict]], *, before=None, **case):
    """A case with a run, as the services of then wrote it: pinned to the text of its procedure alone."""
    sha = procedure.ljust(64, "0")
    model(old.apps, "proceedings", "ProcedureVersion").get_or_create(
        sha=sha, defaults={"code": procedure, "effective": date(2022, 11, 1), "text": "title: 旧文本"}
    )
    run = model(old.apps, "proceedings", "Proceeding").create(
        unit=unit, procedure=procedure, version=sha, title=case["title"], state=steps[-1][1], opened_on=ON
    )
    for seq, (step, state, data) in enumerate(steps, start=1):
        model(old.apps, "proceedings", "StepTaken").create(
            proceeding=run, seq=seq, step=step, on=ON, data=data, state=state, taken_by=officers[0]
        )
    folder = model(old.apps, "documents", "Folder").create(unit=unit, title=case["title"])
    made = model(old.apps, "cases", "Case").create(
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
        model(old.apps, "cases", "CaseOfficer").create(case=made, person=person, lead=not place, since=ON)
    return made


def test_a_worked_case_keeps_its_runs_folder_officers_and_surcharge_and_runs_on_under_the_book(old, people):
    unit, officers = people
    spot = model(old.apps, "proceedings", "Proceeding").create(
        unit=unit,
        procedure="penalty.simple",
        version="s" * 64,
        title="案",
        state="to_ordinary",
        opened_on=date(2024, 3, 1),
    )
    model(old.apps, "proceedings", "ProcedureVersion").create(
        sha="s" * 64, code="penalty.simple", effective=date(2022, 11, 1), text="title: 旧文本"
    )
    steps = [("register_lead", "lead", {}), ("impose_surcharge", "served", {"surcharge": 12_00})]
    case = worked(
        old, unit, officers, "penalty.ordinary", steps, before=spot, title="案", lead_no="渝知案源〔2024〕1号"
    )
    apps = old.migrate()
    now = model(apps, "cases", "Case").select_related("matter__proceeding", "matter__folder").get(pk=case.pk)
    assert (now.kind, now.surcharge_fen, now.lead_no) == ("penalty", 12_00, case.lead_no)
    assert now.matter.folder_id == case.folder_id and now.matter.record_id == case.pk
    assert now.matter.opened_on == date(2024, 3, 1)
    assert [r.procedure for r in now.matter.runs.order_by("id")] == ["penalty.simple", "penalty.ordinary"]
    assert now.matter.proceeding.procedure == "penalty.ordinary"
    assert [(o.person_id, o.lead) for o in now.matter.officers.order_by("id")] == [
        (officers[0].pk, True),
        (officers[1].pk, False),
    ]
    pinned = {v.sha: v for v in model(apps, "proceedings", "ProcedureVersion")}
    book = {p.sha for p in current_book().procedures()}
    assert set(pinned) == {r.version for r in now.matter.runs.all()} <= book
    assert all("fields:" in version.text for version in pinned.values())


def test_each_decided_case_gets_its_decision_under_its_own_number_and_a_revoked_one_ends(old, people):
    unit, officers = people
    revoked = worked(
        old, unit, officers, "penalty.ordinary",
        [("decide_penalty", "decided", {}), ("change_decision", "served", {"changed_by": "渝府复〔2024〕1号", "change_result": "撤销原处罚决定"})],
        title="被撤销的案件", decided_on=ON, forfeit_fen=9_000_00, outcome="penalty", doc_no="渝知罚〔2024〕1号",
    )  # fmt: skip
    recused = worked(
        old,
        unit,
        officers,
        "penalty.ordinary",
        [("decide_recusal", "investigating", {})],
        title="回避",
        decided_on=ON,
    )
    ledger = model(old.apps, "cases", "Case").create(
        unit=unit, cause="patent_dispute", title="台账案", party_name="某", party_type="person",
        decided_on=date(2024, 5, 6), forfeit_fen=7_00, doc_no="渝1号", outcome="withdrawn",
    )  # fmt: skip
    apps = old.migrate()
    decisions = {d.case_id: d for d in model(apps, "cases", "Decision")}
    assert set(decisions) == {revoked.pk, ledger.pk}
    mine = decisions[ledger.pk]
    assert (mine.pk, mine.number, mine.forfeit_fen, mine.kind) == (ledger.pk, "渝1号", 7_00, "withdrawn")
    ended = decisions[revoked.pk]
    assert (ended.changed_how, ended.ended_on, ended.changed_by) == ("revoked", ON, "渝府复〔2024〕1号")
    cases = {c.pk: c for c in model(apps, "cases", "Case")}
    assert cases[revoked.pk].outcome == "withdrawn" and cases[recused.pk].decided_on is None
    assert cases[ledger.pk].kind == "adjudication.patent" and cases[ledger.pk].matter_id is None
    after = model(apps, "cases", "Decision").create(
        case_id=recused.pk, unit_id=unit.pk, cause="gi", decided_on=ON
    )
    assert after.pk > max(d.pk for d in decisions.values())


def test_a_run_whose_law_file_is_gone_stops_the_migration_in_words(old, people):
    unit, officers = people
    worked(old, unit, officers, "penalty.vanished", [("register_lead", "lead", {})], title="案")
    with pytest.raises(RuntimeError, match=r"penalty\.vanished（2022-11-01）不在法规库中"):
        old.migrate()
