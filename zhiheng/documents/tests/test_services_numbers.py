"""文号: one series a year, a place and a kind of document, without gaps or repeats."""

from __future__ import annotations

from datetime import date

import pytest

from zhiheng.documents import services

pytestmark = pytest.mark.django_db


def draw(on: date, *, prefix: str = "渝知", code: str = "罚") -> str:
    return services.draw_number(prefix=prefix, code=code, on=on)


def test_a_series_begins_anew_with_the_year_and_goes_on_where_it_was_in_the_old_one():
    last_day, first_day = date(2024, 12, 31), date(2025, 1, 1)
    assert [draw(last_day), draw(last_day)] == ["渝知罚〔2024〕1号", "渝知罚〔2024〕2号"]
    assert [draw(first_day), draw(first_day)] == ["渝知罚〔2025〕1号", "渝知罚〔2025〕2号"]
    assert draw(last_day) == "渝知罚〔2024〕3号", "a paper of the old year that comes late"


def test_each_office_and_each_kind_of_document_counts_for_itself():
    on = date(2024, 5, 6)
    assert [draw(on), draw(on, prefix="渝渝北市监"), draw(on, code="罚告"), draw(on)] == [
        "渝知罚〔2024〕1号",
        "渝渝北市监罚〔2024〕1号",
        "渝知罚告〔2024〕1号",
        "渝知罚〔2024〕2号",
    ]
