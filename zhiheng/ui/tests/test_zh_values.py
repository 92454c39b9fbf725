from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from zhiheng.ui.charts import Chart, Series
from zhiheng.ui.templatetags import zh


@pytest.mark.parametrize(
    ("fen", "yuan", "wan"),
    [
        (919320000, "9,193,200.00", "919.32"),
        (0, "0.00", "0.00"),
        (None, "—", "—"),
        (500000, "5,000.00", "0.50"),
        (485000, "4,850.00", "0.49"),
        (1234567890123, "12,345,678,901.23", "1,234,567.89"),
    ],
)
def test_money_is_shown_in_yuan_and_in_ten_thousands(fen, yuan, wan):
    assert zh.yuan(fen) == yuan
    assert zh.wan(fen) == wan


def test_days_and_moments_are_shown_in_local_time():
    assert zh.day(date(2024, 3, 5)) == "2024-03-05"
    assert zh.day(None) == "—"
    assert zh.moment(datetime(2024, 3, 5, 16, 30, tzinfo=UTC)) == "2024-03-06 00:30"


def test_a_clock_says_in_words_what_its_colour_means():
    standing = SimpleNamespace(colour="red", text="超期3个工作日")
    assert zh.clock_badge(standing) == '<span class="tag tag-red">超期3个工作日</span>'
    assert "（暂按推算）" in zh.clock_badge(standing, provisional=True)


def test_the_address_is_rebuilt_with_changes_and_without_the_page():
    request = RequestFactory().get("/cases/?cause=gi&page=3&unit=500112&export=xlsx")
    shown = Template("{% query sort='-x' cause=None %}").render(Context({"request": request}))
    assert shown == "?sort=-x&amp;unit=500112"


def test_a_chart_always_offers_its_table_and_no_inline_script():
    chart = Chart(
        key="m",
        title="每月</script>案件",
        unit="件",
        labels=["1月", "2月"],
        series=[Series("商标侵权", [3, None])],
        links=["/a", "/b"],
    )
    html = Template("{% chart chart %}{% chart chart %}").render(
        Context({"chart": chart, "request": RequestFactory().get("/")})
    )
    assert html.count("vendor/echarts.") == 1
    assert "<table" in html and '<a href="/a">1月</a>' in html and "—" in html
    assert "</script>案件" not in html


def test_a_chart_of_nothing_says_so_beside_its_table():
    chart = Chart(
        key="m", title="每月", unit="件", labels=["1月", "2月"], series=[Series("商标侵权", [0, None])]
    )
    html = Template("{% chart chart %}").render(
        Context({"chart": chart, "request": RequestFactory().get("/")})
    )
    assert "没有数值，不画图" in html and "<table" in html and "echarts" not in html


def test_a_chart_with_a_series_of_the_wrong_length_is_an_error():
    with pytest.raises(ValueError, match="2 labels"):
        Chart(key="m", title="", unit="件", labels=["1月", "2月"], series=[Series("商标侵权", [3])])
