"""Every measure, over records that are no cases, equals what plain Python makes of the same rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.accounts.models import Person, RoleGrant, Unit
from zhiheng.accounts.rights import Role
from zhiheng.cases.models import LedgerImport
from zhiheng.figures import selectors
from zhiheng.figures.measures import Distinct, First, Money, Ratio, Total
from zhiheng.figures.models import Snapshot
from zhiheng.figures.registry import Figure, Records, Scope
from zhiheng.figures.services import freeze
from zhiheng.ui.lists import Column

pytestmark = pytest.mark.django_db

# Ledgers read in stand for activities (a day, a number of people, a place), roles held for bases (since, until).
ACTIVITIES = Records(
    name="活动",
    noun="场次",
    rows=LedgerImport.objects.all,
    day="on",
    columns=lambda: (Column("名称", "file_name"), Column("日期", "on", kind="day")),
    find=("file_name",),
    related=("unit",),
)
BASES = Records(
    name="基地",
    noun="家",
    rows=RoleGrant.objects.all,
    day="since",
    until="until",
    unit="person__unit",
    columns=lambda: (Column("名称", "person.name"),),
)

EVENTS = Figure("t.events", "活动场次", "场次", "每次计一场", of=ACTIVITIES)
REACH = Figure("t.reach", "覆盖人次", "人次", "各场之和", of=ACTIVITIES, measure=Total("imported"))
PLACES = Figure("t.places", "活动地点数", "处", "不重复计", of=ACTIVITIES, measure=Distinct("rejects_digest"))
PLACES_OF_TWO = Figure(
    "t.places.two", "两类活动地点数", "处", "两类都办过的地点只计一处",
    of=ACTIVITIES, where={"file_name": ("甲", "乙")}, measure=Distinct("rejects_digest"),
)  # fmt: skip
BIG_HERE = Figure(
    "t.big",
    "大型活动场次",
    "场次",
    "两个条件",
    of=ACTIVITIES,
    where={"file_name": ("甲", "乙"), "changed": (0,)},
    only=Q(imported__gte=100),
)
DAILY = Figure(
    "t.daily", "日均人次", "人次", "按天平均", of=ACTIVITIES, measure=Total("imported"), per_day=True
)
SHARE = Figure("t.share", "大型活动占比", "%", "大型活动除以全部活动", measure=Ratio(BIG_HERE, EVENTS))
FIRSTS = Figure("t.first", "首次举办", "项", "每类的第一场", of=ACTIVITIES, measure=First(per="file_name"))
BATCH = Figure("t.batch", "首批活动", "场次", "头一天的各场", of=ACTIVITIES, measure=First(batch=True))
NAMED = Figure("t.named", "当年命名基地", "家", "按命名日", of=BASES)
STANDING = Figure("t.standing", "现有基地", "家", "年末仍有效", of=BASES, stock=True)
ALL = (EVENTS, REACH, PLACES, PLACES_OF_TWO, BIG_HERE, DAILY, SHARE, FIRSTS, BATCH, NAMED, STANDING)

days = st.dates(date(2023, 11, 1), date(2025, 2, 10))
activities = st.lists(
    st.tuples(
        st.integers(0, 1),
        days,
        st.sampled_from("甲乙丙"),
        st.integers(0, 300),
        st.sampled_from(("", "一", "二", "三")),
        st.integers(0, 1),
    ),
    max_size=20,
)
bases = st.lists(st.tuples(st.integers(0, 1), days, st.none() | st.integers(0, 400)), max_size=12)


@pytest.fixture(autouse=True)
def units(db):
    office = Unit.objects.create(code="1", name="市局", short_name="市局", kind="office", path="/1/")
    district = Unit.objects.create(
        code="2", name="区局", short_name="区局", kind="district", parent=office, path="/1/2/"
    )
    for unit in (office, district):
        Person.objects.create_person(f"p{unit.code}", None, name="某人", unit=unit)
    return office, district


def load(drawn, held) -> list[Unit]:
    units = list(Unit.objects.order_by("code"))
    people = list(Person.objects.order_by("username"))
    LedgerImport.objects.all().delete()
    RoleGrant.objects.all().delete()
    LedgerImport.objects.bulk_create(
        LedgerImport(
            unit=units[at],
            made_by=people[0],
            on=day,
            file_name=name,
            rows=0,
            unchanged=0,
            rejected=0,
            imported=people_reached,
            rejects_digest=place,
            changed=changed,
        )
        for at, day, name, people_reached, place, changed in drawn
    )
    for at, since, lasts in held:
        until = None if lasts is None else date.fromordinal(since.toordinal() + lasts)
        role = Role.HANDLER
        # One open role of a kind per person is all the table allows.
        if until is None:
            person = Person.objects.create_person(
                f"q{Person.objects.count()}", None, name="某人", unit=units[at]
            )
        else:
            person = people[at]
        RoleGrant.objects.create(person=person, role=role, since=since, until=until)
    return units


def expected(drawn, held, mine: set[int], scope: Scope) -> dict[str, Decimal | None]:
    ours = [(n, a) for n, a in enumerate(drawn) if a[0] in mine]
    kept = [a for _, a in ours if scope.first <= a[1] <= scope.last]
    big = [a for a in kept if a[2] in "甲乙" and a[5] == 0 and a[3] >= 100]
    first_of = {}
    for _, a in sorted(ours, key=lambda one: (one[1][1], one[0])):
        first_of.setdefault(a[2], a[1])
    first_day = min((a[1] for _, a in ours), default=None)
    named = [h for h in held if h[0] in mine and scope.first <= h[1] <= scope.last]
    standing = [
        h
        for h in held
        if h[0] in mine
        and h[1] <= scope.end
        and (h[2] is None or h[1].toordinal() + h[2] > scope.end.toordinal())
    ]
    six = Decimal("0.000001")
    return {
        "t.events": Decimal(len(kept)),
        "t.reach": Decimal(sum(a[3] for a in kept)),
        "t.places": Decimal(len({a[4] for a in kept} - {""})),
        "t.places.two": Decimal(len({a[4] for a in kept if a[2] in "甲乙"} - {""})),
        "t.big": Decimal(len(big)),
        "t.daily": (Decimal(sum(a[3] for a in kept)) / scope.days).quantize(six, "ROUND_HALF_UP"),
        "t.share": (Decimal(len(big)) / len(kept) * 100).quantize(six, "ROUND_HALF_UP") if kept else None,
        "t.first": Decimal(sum(scope.first <= day <= scope.last for day in first_of.values())),
        "t.batch": Decimal(sum(a[1] == first_day for a in kept)),
        "t.named": Decimal(len(named)),
        "t.standing": Decimal(len(standing)),
    }


@settings(max_examples=examples(60), deadline=None)
@given(activities, bases, st.integers(0, 1), st.none() | st.dates(date(2024, 1, 1), date(2024, 12, 31)))
def test_every_measure_equals_plain_counting(drawn, held, which, on):
    units = load(drawn, held)
    mine = {0, 1} if which == 0 else {1}
    scope = selectors.year_of(units[which], 2024, on)
    answered = selectors.compute(scope, ALL)
    assert {key: value.value for key, value in answered.items()} == expected(drawn, held, mine, scope)


# An example compares every figure in each of its months or units: some hundred numbers.
@settings(max_examples=examples(15), deadline=None)
@given(activities, bases, st.integers(0, 1), st.sampled_from(("month", "unit")))
def test_each_part_of_a_breakdown_is_the_figure_over_that_part(drawn, held, which, by):
    units = load(drawn, held)
    scope = selectors.year_of(units[which], 2024)
    answered = selectors.compute(scope, ALL)
    for figure in ALL:
        parts = selectors.breakdown(figure, scope, by)
        for part in parts:
            alone = selectors.compute(part.scope, [figure])[figure.id]
            assert (alone.value, alone.rows) == (part.value.value, part.value.rows), (figure.id, part.key)
        if by in figure.adds_up and not figure.per_day:
            assert sum(part.value.value for part in parts) == answered[figure.id].value, figure.id


@settings(max_examples=examples(40), deadline=None)
@given(activities, bases)
def test_what_the_rows_add_makes_the_number_again(drawn, held):
    units = load(drawn, held)
    scope = selectors.year_of(units[0], 2024)
    answered = selectors.compute(scope, ALL)
    for figure in ALL:
        for part in figure.parts:
            adds = selectors.contributions(part, scope)
            assert [pk for pk, _ in adds] == list(
                selectors.rows(part, scope).order_by("pk").values_list("pk", flat=True)
            )
        if len(figure.parts) == 1:
            total = selectors.total_of(figure.measure.kind, (add for _, add in adds))
            assert figure.shown(total, scope.days) == answered[figure.id].value


def test_a_year_is_all_its_days_and_no_other(units):
    around = ((2023, 12, 31), (2024, 1, 1), (2024, 12, 31), (2025, 1, 1))
    load([(0, date(*day), "甲", 10**n, "一", 0) for n, day in enumerate(around)], [])
    assert selectors.compute(selectors.year_of(units[0], 2024), [REACH])["t.reach"].value == 110


def counted(figure: Figure, unit: Unit, on: date | None = None) -> int:
    return int(selectors.compute(selectors.year_of(unit, 2024, on), [figure])[figure.id].value)


@pytest.mark.parametrize(
    ("since", "lasts", "stands"),
    [
        (date(2024, 12, 31), None, True),
        (date(2025, 1, 1), None, False),
        (date(2024, 1, 1), 365, False),  # the first day on which it no longer stands is the last of the year
        (date(2024, 1, 1), 366, True),
    ],
)
def test_what_stands_at_a_years_end_began_by_then_and_has_not_ended_by_then(units, since, lasts, stands):
    load([], [(0, since, lasts)])
    assert counted(STANDING, units[0]) == stands


def test_what_is_void_counts_up_to_the_day_before_and_what_counts_later_from_its_day_on(units):
    the_day = date(2024, 6, 1)
    load([], [(0, date(2024, 3, 1), the_day.toordinal() - date(2024, 3, 1).toordinal())])
    columns = {
        "name": "任职",
        "noun": "项",
        "rows": RoleGrant.objects.all,
        "day": "since",
        "columns": BASES.columns,
    }
    void = Figure("t.void", "未撤销", "项", "", of=Records(**columns, unit="person__unit", void="until"))
    later = Figure("t.later", "变更后", "项", "", of=Records(**columns, unit="person__unit", since="until"))
    asked = (date(2024, 5, 31), the_day, date(2024, 6, 2), None)
    assert [counted(void, units[0], on) for on in asked] == [1, 0, 0, 0]
    assert [counted(later, units[0], on) for on in asked] == [0, 1, 1, 1]


def test_of_two_on_one_day_the_one_recorded_first_is_the_first(units):
    first, last = date(2024, 3, 1), date(2024, 9, 1)
    load([(0, day, "甲", 0, "", 0) for day in (last, first, first)], [])
    scope = selectors.year_of(units[0], 2024)
    found = selectors.rows(FIRSTS, scope)
    assert [row.pk for row in found] == [LedgerImport.objects.filter(on=first).order_by("pk").first().pk]


def test_a_snapshot_of_every_measure_is_sound_and_names_what_changed(units):
    office = units[0]
    planner = Person.objects.create_person("planner", None, name="统计员", unit=office)
    load(
        [(0, date(2024, 3, 1), "甲", 150, "一", 0), (1, date(2024, 5, 1), "乙", 40, "二", 0)],
        [(0, date(2020, 1, 1), None)],
    )
    RoleGrant.objects.create(person=planner, role=Role.PLANNER, since=date(2020, 1, 1))
    scope = selectors.year_of(office, 2024)
    snapshot = freeze(
        actor=planner, on=date(2025, 1, 9), unit=office, scope=scope, figures=ALL, title="年报", text="正文"
    )
    from zhiheng.figures import registry

    for figure in ALL:
        registry.register(figure)
    try:
        result = selectors.check(Snapshot.objects.get())
        assert result.unchanged
        kept = {one.figure for one in result.figures}
        assert {"t.share", "t.share/numerator", "t.share/denominator"} <= kept
        LedgerImport.objects.filter(file_name="甲").update(imported=90, rejects_digest="二")
        by_id = {one.figure: one for one in selectors.check(snapshot).figures}
    finally:
        for figure in ALL:
            del registry._figures[figure.id]
    assert all(one.sound for one in by_id.values())
    assert [(c.what, c.was, c.now) for c in by_id["t.reach"].changes] == [("数目改变", "150", "90")]
    assert [(c.what, c.was, c.now) for c in by_id["t.places"].changes] == [("内容改变", "一", "二")]
    assert by_id["t.places"].today == 1 and by_id["t.places"].published == 2
    assert by_id["t.share"].published == 50 and by_id["t.share"].today == 0
    assert [c.what for c in by_id["t.share/numerator"].changes] == ["不再计入"]


def test_figures_over_one_kind_of_record_share_their_queries(units):
    scope = selectors.year_of(units[0], 2024)
    plain = [
        Figure(f"t.many{n}", "指标", "场次", "口径", of=ACTIVITIES, where={"file_name": ("甲", "乙")})
        for n in range(12)
    ]
    with CaptureQueriesContext(connection) as made:
        selectors.compute(scope, plain)
    assert len(made) == 1
    drawn = [
        (0, date(2023, 12, 31), "甲", 150, "一", 0),
        (1, date(2024, 3, 1), "乙", 120, "二", 0),
        (0, date(2024, 3, 1), "丙", 500, "二", 1),
        (0, date(2025, 1, 1), "甲", 100, "", 0),
    ]
    load(drawn, [])
    chosen = (date(2024, 3, 1), date(2025, 1, 1))
    asked = (*ALL, Figure("t.days", "两天的活动", "场次", "指定的两天", of=ACTIVITIES, where={"on": chosen}))
    years = [selectors.year_of(units[0], year) for year in range(2020, 2026)]
    with CaptureQueriesContext(connection) as made:
        each = selectors.compute_each(years, asked)
    # One for all that are told apart by texts or not at all; one for what a number tells apart, one for what a day does.
    assert len(made) == 3
    assert [one["t.days"].value for one in each] == [0, 0, 0, 0, 2, 1]
    assert [one["t.big"].value for one in each] == [0, 0, 0, 1, 1, 1]
    assert [{id: v.value for id, v in one.items()} for one in each] == [
        {id: v.value for id, v in selectors.compute(scope, asked).items()} for scope in years
    ]


def test_a_silent_figure_without_a_row_has_no_answer_instead_of_nought(units):
    silent = Figure("t.silent", "外部数字", "件", "报来的数", of=ACTIVITIES, silent=True)
    scope = selectors.year_of(units[0], 2024)
    assert selectors.compute(scope, [silent])["t.silent"].value is None
    load([(0, date(2024, 3, 1), "甲", 0, "", 0)], [])
    assert selectors.compute(scope, [silent])["t.silent"].value == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"of": ACTIVITIES, "unit": "万元"},
        {"of": ACTIVITIES, "unit": "人次", "measure": Money("imported")},
        {"of": ACTIVITIES, "unit": "%", "measure": Ratio(BIG_HERE, EVENTS)},
        {"unit": "件"},
        {"of": ACTIVITIES, "unit": "件", "stock": True},
        {"of": BASES, "unit": "家", "stock": True, "per_day": True},
        {"of": ACTIVITIES, "unit": "件", "by": ("week",)},
    ],
)
def test_a_figure_that_could_not_be_answered_cannot_be_declared(wrong):
    with pytest.raises(ValueError, match=r"指标 t\.wrong"):
        Figure("t.wrong", "指标", counts="口径", **wrong)
