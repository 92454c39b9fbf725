"""A list: filters in the address, stable order, pages as far as there are rows, the same rows as xlsx."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from zhiheng.accounts.models import Certificate, Person, Unit
from zhiheng.audit.models import GENESIS, Entry
from zhiheng.ui.lists import Choice, Column, DateRange, List, Text, listing, ordering

# The ledger's rows serve as sample: text, a number, a day, a moment, nothing else needed.
LIST = List(
    name="样表",
    columns=[
        Column("序号", "seq", kind="number", sort="seq"),
        Column("事项", "action", kind="wide", sort="action", link=lambda e: f"/entry/{e.seq}/"),
        Column("日期", "on", kind="day", sort="on"),
        Column("时刻", "at", kind="moment"),
        Column("金额（元）", lambda e: e.seq * 100, kind="yuan"),
    ],
    filters=[
        Text("q", "查找", ("action", "subject_name")),
        Choice("kind", "类别", [("a", "甲类"), ("b", "乙类")], "subject_kind"),
        DateRange("on", "日期", "on"),
        DateRange("at", "时刻", "at", is_moment=True),
    ],
    order="-seq",
    per_page=10,
)


def entries(count: int) -> None:
    Entry.objects.bulk_create(
        Entry(
            seq=n,
            at=datetime(2024, 1, 1 + n % 28, 16, 30, tzinfo=UTC),
            on=date(2024, 1 + n % 12, 1 + n % 28),
            actor_name="甲",
            action=f"事项{n % 7}" if n != 3 else "=1+1",
            subject_kind="ab"[n % 2],
            subject_id=str(n),
            subject_name=f"对象{n}",
            data={},
            prev_hash=str(n - 1) if n > 1 else GENESIS,
            hash=str(n),
            unit_id=n % 5 or None,
        )
        for n in range(1, count + 1)
    )


def read(query: str = "", declared: List = LIST, **options):
    request = RequestFactory().get("/list/" + query)
    request.user = AnonymousUser()
    return declared.read(request, Entry.objects.all(), **options)


def test_pages_are_stable_and_cover_every_row_once(db):
    entries(45)
    seen = [row.pk for page in range(1, 6) for row in read(f"?sort=action&page={page}").rows]
    assert len(seen) == len(set(seen)) == 45
    found = read("?page=5")
    assert (found.total_words, found.page_count, found.first, found.last) == ("共 45 条", 5, 41, 45)


def test_keys_that_are_known_are_the_list_in_its_standing_order_and_nothing_else(db):
    entries(120)
    known = list(Entry.objects.order_by("-seq").values_list("pk", flat=True))[::2]
    kept = read("", keys=known)
    assert kept.total == 60 and [row.pk for row in kept.rows] == known[:10]
    assert [row.pk for row in read("?page=6", keys=known).rows] == known[50:]
    # A filter or a sort is one of these rows.
    assert [row.pk for row in read("?sort=seq", keys=known).rows] == sorted(known)[:10]
    assert [row.pk for row in read("?kind=a", keys=known).ordered] == known
    assert read("?kind=b", keys=known).total == 0
    assert read("", keys=[]).rows == [] and read("", keys=[]).total == 0
    assert list(read("?sort=seq", keys=[]).rows) == []


@pytest.mark.parametrize("page", ["0", "-3", "99", "x", "9999999999999999999999"])
def test_a_page_that_does_not_exist_shows_the_nearest(db, page):
    entries(12)
    assert read(f"?page={page}").rows


def test_conditions_combine_and_each_can_be_lifted(db):
    entries(45)
    found = read("?kind=a&on_from=2024-03-01&on_to=2024-03-31&q=%E4%BA%8B%E9%A1%B9")
    assert {row.subject_kind for row in found.rows} == {"a"}
    assert {(row.on.year, row.on.month) for row in found.rows} == {(2024, 3)}
    assert [chip["words"] for chip in found.chips] == [
        "查找：事项",
        "类别：甲类",
        "日期：2024-03-01 至 2024-03-31",
    ]
    assert "kind" not in found.chips[1]["lift"] and "on_from=2024-03-01" in found.chips[1]["lift"]


def test_a_range_includes_both_ends(db):
    entries(45)
    found = read("?on_from=2024.3.1&on_to=2024年3月31日")
    assert found.rows and all(date(2024, 3, 1) <= row.on <= date(2024, 3, 31) for row in found.rows)


def test_a_range_of_moments_is_in_local_days(db):
    entries(3)
    # 16:30 UTC on the 2nd is 00:30 on the 3rd here.
    assert [row.seq for row in read("?at_from=2024-01-03&at_to=2024-01-03").rows] == [1]


@pytest.mark.parametrize("query", ["?on_from=soon", "?kind=zzz", "?on_to=2024-13-01"])
def test_a_condition_that_cannot_be_read_says_so_and_shows_nothing(db, query):
    entries(5)
    found = read(query)
    assert found.form.errors
    assert found.rows == []


def test_an_unknown_sort_is_ignored_and_cannot_reach_other_fields(db):
    entries(5)
    assert [row.seq for row in read("?sort=hash").rows] == [5, 4, 3, 2, 1]
    assert [row.seq for row in read("?sort=seq").rows] == [1, 2, 3, 4, 5]


def test_what_is_not_recorded_stands_last_in_both_directions(world):
    Unit.objects.filter(pk=world.b.unit.pk).update(parent=None)
    declared = List(name="单位", columns=[Column("上级", "parent_id", sort="parent")], order="code")
    for sort in ("parent", "-parent"):
        request = RequestFactory().get(f"/?sort={sort}")
        rows = declared.read(request, Unit.objects.all()).rows
        assert [row.parent_id is None for row in rows] == [False, True, True]


def test_rows_are_counted_a_step_beyond_the_page_asked_for_and_every_page_can_be_reached(db, monkeypatch):
    monkeypatch.setattr(listing, "COUNT_STEP", 20)
    entries(45)
    with CaptureQueriesContext(connection) as queries:
        found = read()
        assert found.total_words == "超过 20 条"
    assert "LIMIT 21" in queries[0]["sql"]
    assert (found.page, found.page_count) == (1, 2)
    seen, page = [], 1
    while True:
        found = read(f"?page={page}")
        seen += [row.seq for row in found.rows]
        if page == found.page_count:
            break
        page += 1
    assert seen == list(range(45, 0, -1))
    assert found.total_words == "共 45 条"
    assert (read("?page=99").page, read("?page=99999999999999999999").page) == (5, 5)
    assert (read("?page=0").page, read("?page=-3").page, read("?page=x").page) == (1, 1, 1)
    assert (read(total=45).total_words, read(total=45).page_count) == ("共 45 条", 5)


@pytest.mark.parametrize("query", ["", "?page=2", "?page=2&q=a"])
def test_a_page_looks_for_its_keys_alone_and_joins_what_belongs_to_them(world, query):
    """A planner that sees the whole join may begin at its other end: with each unit all its rows, to show three."""
    columns = [Column("姓名", "name"), Column("单位", "unit.short_name")]
    people = List(
        name="人员", columns=columns, filters=[Text("q", "查找", ("username",))], order="name", per_page=3
    )
    request = RequestFactory().get("/list/" + query)
    request.user = AnonymousUser()
    with CaptureQueriesContext(connection) as queries:
        assert len(people.read(request, Person.objects.select_related("unit")).rows) == 3
    (rows,) = (query["sql"] for query in queries if "COUNT" not in query["sql"])
    joined, keys = rows.split(" IN (SELECT ")
    assert " JOIN " in joined
    assert " JOIN " not in keys and "ORDER BY" in keys and "LIMIT 3" in keys


@pytest.mark.parametrize("step", [1, 7, 10_000], ids=["walked", "walked, then sorted", "sorted"])
@pytest.mark.parametrize("query", ["", "kind=b&", "q=对象1&on_from=2024-03-01&"])
@pytest.mark.parametrize("sort", ["unit_id", "-unit_id", "on", "-on", "action", "-seq"])
def test_however_many_rows_there_are_pages_show_one_order_with_empty_values_last(
    db, monkeypatch, step, query, sort
):
    """The order of the export, whether a page was found along an index, by sorting a few rows, or both on the way."""
    monkeypatch.setattr(listing, "COUNT_STEP", step)
    monkeypatch.setattr(ordering, "is_indexed", lambda model, name: True)
    entries(64)
    declared = replace(
        LIST,
        per_page=7,
        columns=[*LIST.columns, Column("单位", "unit_id", kind="number", sort="unit_id")],
    )
    whole = [row.pk for row in read(f"?{query}sort={sort}", declared).ordered]
    last = read(f"?{query}sort={sort}&page=99", declared).page_count
    seen = [
        row.pk
        for page in range(1, last + 1)
        for row in read(f"?{query}sort={sort}&page={page}", declared).rows
    ]
    assert seen == whole and len(seen) > 7
    values = [getattr(row, sort.removeprefix("-")) for row in read(f"?{query}sort={sort}", declared).ordered]
    recorded = [value for value in values if value is not None]
    assert recorded == sorted(recorded, reverse=sort.startswith("-"))
    assert values[: len(recorded)] == recorded


def test_many_rows_are_sorted_only_by_what_has_an_index(db, monkeypatch):
    entries(64)
    offered = [bool(head["sort"]) for head in read().heads]
    assert offered == [True, True, True, False, False]
    monkeypatch.setattr(listing, "COUNT_STEP", 20)
    assert [bool(head["sort"]) for head in read().heads] == [True, False, False, False, False]
    # An address from before does not make the database sort all the same.
    assert [row.pk for row in read("?sort=action").rows] == [row.pk for row in read().rows]
    assert [row.seq for row in read("?sort=seq").rows] == list(range(1, 11))


def test_the_export_holds_the_filtered_rows_in_the_order_shown(db):
    entries(45)
    answer = read("?kind=b&sort=seq&export=xlsx&page=2").xlsx()
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = list(book["样表"].iter_rows(values_only=True))
    assert rows[0] == ("序号", "事项", "日期", "时刻", "金额（元）")
    assert [row[0] for row in rows[1:]] == list(range(1, 46, 2))
    # Text that looks like a formula stays text; days and money are real dates and numbers.
    assert rows[2][1] == "=1+1" and book["样表"].cell(3, 2).data_type == "s"
    assert rows[1][2] == datetime(2024, 2, 2) and rows[1][4] == 1.0
    assert rows[1][3] == datetime(2024, 1, 3, 0, 30)
    about = {row[0]: row[1] for row in book["说明"].iter_rows(values_only=True)}
    assert about["行数"] == "23" and about["筛选条件"] == "类别：乙类"
    assert about["名称"] == "样表" and "导出时间" in about


def test_too_many_rows_to_export_are_refused_on_the_page(db, monkeypatch):
    monkeypatch.setattr(listing, "EXPORT_CAP", 20)
    entries(45)
    assert read("?export=xlsx").too_many
    assert not read("?export=xlsx&on_from=2024-03-01&on_to=2024-03-31").too_many


def test_the_page_renders_empty_filtered_empty_and_full(world, signed_in):
    client = signed_in(world.city.admin)
    assert "没有符合条件的记录" in client.get("/people/?q=zzzz").content.decode()
    Certificate.objects.all().delete()
    assert "筛选条件有误" in client.get("/people/?unit=nowhere").content.decode()
    page = client.get("/people/?sort=-username").content.decode()
    assert 'aria-sort="descending"' in page and "style=" not in page
    answer = client.get("/people/?export=xlsx")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
