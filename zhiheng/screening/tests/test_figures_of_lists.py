"""What counts of received lists: the same in plain Python, and open to its rows."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.figures.registry import find
from zhiheng.figures.selectors import compute, rows, year_of
from zhiheng.screening.figures import FIGURES
from zhiheng.screening.models import Application, ApplicationAct
from zhiheng.screening.tests.received import RECEIVED, as_csv, of, received_and_split, register, row, take_in

ENDS = st.sampled_from(["", "withdrawn", "explained", "unanswered", "unreachable", "elsewhere"])


@pytest.fixture
def received(world):
    return received_and_split(world, [row(n) for n in range(1, 9)])


@settings(
    max_examples=examples(30),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ends=st.lists(st.tuples(ENDS, st.sampled_from([True, False, None])), min_size=8, max_size=8))
def test_figures_are_what_the_applications_say(world, received, ends):
    for n, (answer, accepted) in enumerate(ends, 1):
        Application.objects.filter(pk=of(received, n).pk).update(answer=answer, accepted=accepted)
    found = compute(year_of(world.city.unit, 2024), list(FIGURES))
    value = {figure: float(one.value) if one.value is not None else None for figure, one in found.items()}
    withdrawn = sum(answer == "withdrawn" for answer, _ in ends)
    explained = sum(answer == "explained" for answer, _ in ends)
    accepted = sum(one is True for _, one in ends)
    assert value["abn.patent"] == 8 and value["abn.lists"] == 1
    assert (value["abn.withdrawn"], value["abn.explained"], value["abn.accepted"]) == (
        withdrawn,
        explained,
        accepted,
    )
    assert value["abn.verified"] == sum(bool(answer) for answer, _ in ends)
    assert value["abn.withdrawn.rate"] == pytest.approx(100 * withdrawn / 8)
    assert value["abn.accepted.rate"] == (pytest.approx(100 * accepted / explained) if explained else None)


def test_a_figure_opens_the_applications_it_counts(world, received):
    scope = year_of(world.city.unit, 2024)
    assert {one.number for one in rows(find("abn.patent"), scope)} == {
        one.number for one in Application.objects.filter(received=received)
    }


def test_a_district_counts_its_own_and_a_list_read_twice_counts_once(world):
    received = register(world)
    data = as_csv([row(1), row(2, address="重庆市渝中区文明巷1号")])
    take_in(world, received, data)
    take_in(world, received, data)
    from zhiheng.screening import services

    services.split(actor=world.city.handler, received=received, on=RECEIVED)
    for unit, number in ((world.city.unit, 2), (world.a.unit, 1), (world.b.unit, 1)):
        found = compute(year_of(unit, 2024), [find("abn.patent")])
        assert [one.value for one in found.values()] == [number]


def test_money_counts_on_the_day_it_was_recovered(world, received):
    one = of(received, 1)
    ApplicationAct.objects.create(
        application=one,
        act="recover",
        on=RECEIVED,
        by=world.city.handler,
        stage=one.stage,
        amount_fen=123_456_00,
    )
    found = compute(year_of(world.city.unit, 2024), [find("abn.recovered")])
    assert [str(value.text) for value in found.values()] == ["12.35"]


def test_the_sums_of_an_overview_are_of_all_its_rows_and_open_to_them(world, signed_in):
    import re

    from zhiheng.screening import selectors
    from zhiheng.screening.tests.received import withdrawn

    many = selectors.MOST_SHOWN + 5
    received = received_and_split(world, [row(n, 代理机构=f"第{n}代理") for n in range(1, many + 1)])
    withdrawn(world, of(received, 3))
    Application.objects.filter(pk=of(received, 4).pk).update(recovered_fen=100_00)
    visitor = signed_in(world.city.handler)
    text = visitor.get("/screening/overview/?by=agency&year=2024").content.decode()
    counts = text.partition('class="counts"')[2].partition("</section>")[0]
    assert f"<b>{many}</b>名单件数" in counts and f"列出件数最多的 {selectors.MOST_SHOWN} 个" in text
    for address, number in re.findall(r'<a class="count" href="([^"]+)"><b>([^<]+)</b>(?!追回)', counts):
        page = visitor.get(f"{address.replace('&amp;', '&')}").content.decode()
        shown = re.search(r"共 ([\d,]+) 件", page)
        assert (shown[1] if shown else "0") == number, address
    assert "共 1 件" in visitor.get("/screening/applications/?recovered=yes").content.decode()
