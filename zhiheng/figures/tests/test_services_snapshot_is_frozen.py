"""A published snapshot keeps its rows, is anchored in the ledger, and a later check names what changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.decided import decided
from zhiheng.accounts.models import Person, RoleGrant, Unit
from zhiheng.accounts.rights import Role
from zhiheng.audit.models import Entry
from zhiheng.audit.services import verify
from zhiheng.cases.models import Case, Decision
from zhiheng.figures import selectors
from zhiheng.figures.models import FrozenFigure, Snapshot
from zhiheng.figures.registry import registered
from zhiheng.figures.services import freeze
from zhiheng.refusal import Refused

ON = date(2025, 1, 20)


def make_unit(code: str, parent: Unit | None = None) -> Unit:
    path = f"{parent.path if parent else '/'}{code}/"
    return Unit.objects.create(
        code=code, name=f"单位{code}", short_name=f"简称{code}", kind="office", parent=parent, path=path
    )


def make_case(unit: Unit, title: str, forfeit: int | None, cause: str = "trademark_infringement") -> Decision:
    case = Case.objects.create(
        unit=unit,
        cause=cause,
        title=title,
        party_name="某商行",
        party_type="individual_business",
        decided_on=date(2024, 5, 6),
        case_value_fen=123_45,
        forfeit_fen=forfeit,
    )
    return decided([case])[0]


@pytest.fixture
def office(db):
    return make_unit("500000")


@pytest.fixture
def planner(office):
    person = Person.objects.create_person("planner", None, name="统计员", unit=office)
    RoleGrant.objects.create(person=person, role=Role.PLANNER, since=date(2020, 1, 1))
    return person


@pytest.fixture
def cases(office):
    district = make_unit("500101", office)
    return [make_case(district, "甲案", 1), make_case(district, "乙案", None), make_case(office, "丙案", 500)]


@pytest.fixture
def snapshot(planner, office, cases):
    return freeze(
        actor=planner,
        on=ON,
        unit=office,
        scope=selectors.year_of(office, 2024),
        figures=registered(),
        title="2024年法治建设情况",
        text="正文",
    )


def test_every_number_is_kept_with_its_rows_to_the_fen(snapshot, cases, office):
    fines = snapshot.figures.get(figure="enf.tm.fine")
    assert fines.rows == [[cases[0].pk, 1], [cases[1].pk, None], [cases[2].pk, 500]]
    assert fines.value == Decimal("0.000501")
    # What nobody recorded is not frozen as nought.
    year = selectors.compute(selectors.year_of(office, 2024))
    recorded = {figure for figure, one in year.items() if one.value is not None}
    assert recorded < {figure.id for figure in registered()}
    assert set(snapshot.figures.values_list("figure", flat=True)) == recorded


def test_publishing_leaves_an_entry_that_holds_the_digest(snapshot):
    entry = Entry.objects.get(action="发布年度报告")
    assert entry.data["digest"] == snapshot.digest
    assert snapshot.ledger_head == entry.hash == verify().head


def test_nothing_changed_means_the_check_says_so(snapshot):
    result = selectors.check(Snapshot.objects.get())
    assert result.unchanged and result.intact
    assert all(f.published == f.today for f in result.figures)


def test_a_changed_a_removed_and_a_new_record_are_each_named(snapshot, cases, office):
    Decision.objects.filter(pk=cases[0].pk).update(forfeit_fen=7_00)
    Decision.objects.filter(pk=cases[2].pk).update(decided_on=date(2025, 1, 2))
    make_case(office, "丁案", 9_00)
    result = selectors.check(snapshot)
    fines = next(f for f in result.figures if f.figure == "enf.tm.fine")
    assert not result.unchanged and result.intact and fines.sound
    assert {(c.name, c.what, c.was, c.now) for c in fines.changes} == {
        ("甲案", "金额改变", "0.01元", "7.00元"),
        ("丙案", "不再计入", "5.00元", "—"),
        ("丁案", "新计入", "—", "9.00元"),
    }
    counted = next(f for f in result.figures if f.figure == "enf.tm.n")
    assert (counted.published, counted.today) == (3, 3)
    assert {c.name for c in counted.changes} == {"丙案", "丁案"}


def test_a_later_rename_does_not_change_what_was_published(snapshot, cases, office):
    Case.objects.filter(pk=cases[0].case_id).update(title="改名案", party_name="新当事人")
    Decision.objects.filter(pk=cases[1].pk).update(number="渝知罚〔2024〕9号")
    Unit.objects.filter(pk=office.pk).update(name="改了名的局")
    Person.objects.update(name="改了名的人")
    kept = Snapshot.objects.get()
    (records,) = [one for one in kept.records.all() if one.kind == "cases.decision"]
    assert records.columns == ["案件名称", "当事人", "文号"]
    assert records.rows[str(cases[0].pk)] == ["甲案", "某商行", ""]
    assert (kept.unit_name, kept.published_by_name) == ("单位500000", "统计员")
    result = selectors.check(kept)
    assert result.intact and not result.unchanged
    assert {(one.column, one.was, one.now) for one in result.renamed} == {
        ("案件名称", "甲案", "改名案"),
        ("当事人", "某商行", "新当事人"),
        ("文号", "", "渝知罚〔2024〕9号"),
    }


def test_a_record_that_is_gone_is_named_as_it_was_published(snapshot, cases):
    cases[2].delete()
    (change,) = next(f for f in selectors.check(snapshot).figures if f.figure == "enf.tm.n").changes
    assert change.name == "丙案，某商行（记录已不存在）" and change.what == "不再计入"


def test_names_changed_in_the_snapshot_itself_are_noticed(snapshot):
    records = snapshot.records.get(kind="cases.decision")
    records.rows = {pk: ["别的案", *rest] for pk, (_, *rest) in records.rows.items()}
    records.save()
    assert not selectors.check(Snapshot.objects.get()).intact


def test_a_snapshot_from_before_names_were_kept_still_holds(snapshot):
    """Its digest was made without them."""
    snapshot.records.all().delete()
    snapshot.figures.update(of="")
    Snapshot.objects.update(unit_name="", published_by_name="")
    older = Snapshot.objects.get()
    digest = selectors.content_digest(older, older.figures.all(), older.records.all())
    assert digest == selectors.content_digest(older, older.figures.all())
    assert not selectors.check(older).renamed


def test_a_tampered_snapshot_is_noticed_even_when_the_digest_is_recomputed(snapshot):
    figure = FrozenFigure.objects.get(figure="enf.tm.n")
    FrozenFigure.objects.filter(pk=figure.pk).update(value=4)
    result = selectors.check(snapshot)
    assert not result.intact
    assert not next(f for f in result.figures if f.figure == "enf.tm.n").sound
    # Whoever owns the database makes the digest anew over all that stands there now; the ledger still holds the old one.
    figures, records = list(snapshot.figures.order_by("id")), list(snapshot.records.order_by("kind"))
    snapshot.digest = selectors.content_digest(snapshot, figures, records)
    snapshot.save()
    assert not selectors.check(snapshot).intact


def test_without_the_right_nothing_is_published(office, cases):
    clerk = Person.objects.create_person("clerk", None, name="经办人", unit=office)
    with pytest.raises(Refused, match="没有发布年度报告的权限"):
        freeze(
            actor=clerk,
            on=ON,
            unit=office,
            scope=selectors.year_of(office, 2024),
            figures=registered(),
            title="t",
            text="",
        )
    assert not Snapshot.objects.exists() and not Entry.objects.exists()


def test_a_district_cannot_publish_the_whole_city(office, cases):
    district = Unit.objects.get(code="500101")
    planner = Person.objects.create_person("d", None, name="区统计员", unit=district)
    RoleGrant.objects.create(person=planner, role=Role.PLANNER, since=date(2020, 1, 1))
    with pytest.raises(Refused, match="只能发布本单位"):
        freeze(
            actor=planner,
            on=ON,
            unit=office,
            scope=selectors.year_of(office, 2024),
            figures=registered(),
            title="t",
            text="",
        )
