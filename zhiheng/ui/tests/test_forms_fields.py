"""What officers type, cleaned; and what is refused, in words."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.refusal import Reason, Refused
from zhiheng.ui import forms


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("9193200", 919320000),
        ("12,500.5", 1250050),
        ("１２，５００．５０", 1250050),
        ("¥ 300", 30000),
        ("300元", 30000),
        ("1.5万元", 1500000),
        ("0", 0),
        ("0.01", 1),
        ("三百", 30000),
        ("伍万伍仟元整", 5500000),
    ],
)
def test_money_is_typed_in_yuan_and_kept_in_fen(typed, fen):
    assert forms.MoneyField().clean(typed) == fen


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("三百整箱", "不是金额"),
        ("三四百", "确切"),
        ("5000多元", "确切"),
        ("3万2", "可以读作30,002元或32,000元"),
        ("1.234", "精确到分"),
        ("-5", "不能为负"),
        ("1e9", "不是金额"),
        ("9" * 20, "太大"),
        ("NaN", "不是金额"),
    ],
)
def test_money_that_cannot_be_read_is_refused_in_words(typed, words):
    with pytest.raises(ValidationError, match=words):
        forms.MoneyField().clean(typed)


@given(st.integers(min_value=0, max_value=10**14))
def test_money_shown_and_typed_again_is_the_same(fen):
    field = forms.MoneyField()
    assert field.clean(field.prepare_value(fen)) == fen


def test_money_not_given_is_none_and_not_zero():
    assert forms.MoneyField(required=False).clean(" ") is None


@given(
    st.dates(date(1949, 1, 1), date(2199, 12, 31)),
    st.sampled_from(
        [
            "{0:%Y-%m-%d}",
            "{0.year}.{0.month}.{0.day}",
            "{0.year}/{0.month}/{0.day}",
            "{0.year}年{0.month}月{0.day}日",
            "{0:%Y%m%d}",
            "{0.year} 年 {0.month} 月 {0.day} 日",
        ]
    ),
    st.booleans(),
)
def test_a_day_may_be_typed_in_every_usual_spelling(day, spelling, full_width):
    typed = spelling.format(day)
    if full_width:
        typed = typed.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert forms.read_day(typed) == day


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2024-02-30", "不存在"),
        ("昨天", "不是日期"),
        ("24-3-5", "不是日期"),
        ("0001-01-01", "年份不对"),
        ("2022427", "不是日期"),
    ],
)
def test_a_day_that_cannot_be_read_is_refused_in_words(typed, words):
    with pytest.raises(ValueError, match=words):
        forms.read_day(typed)


def test_a_day_outside_its_bounds_is_refused():
    with pytest.raises(ValidationError, match="晚于 2024-06-03"):
        forms.DayField(latest=date(2024, 6, 3)).clean("2024-6-4")


@pytest.mark.parametrize(
    "typed", ["2024-03-05 14:30", "2024年3月5日14时30分", "2024.3.5 14：30", "2024-03-05T14:30"]
)
def test_a_moment_is_a_day_and_a_time_in_local_time(typed):
    assert forms.MomentField().clean(typed) == datetime(
        2024, 3, 5, 14, 30, tzinfo=timezone.get_current_timezone()
    )


@pytest.mark.parametrize("typed", ["2024-03-05", "2024-03-05 25:00", "14:30"])
def test_a_moment_without_day_or_time_is_refused(typed):
    with pytest.raises(ValidationError):
        forms.MomentField().clean(typed)


def test_a_checklist_asks_for_its_least_number():
    field = forms.PersonsField(choices=[(1, "甲"), (2, "乙")], least=2)
    assert field.clean(["1", "2"]) == [1, 2]
    with pytest.raises(ValidationError, match="至少选择 2 人"):
        field.clean(["1"])


def test_lines_drop_what_is_empty():
    assert forms.LinesField().clean(" 一 \n\n二\n") == ["一", "二"]


@pytest.mark.parametrize("kind", sorted(forms.KINDS))
def test_every_kind_of_field_renders_with_label_help_and_article(kind):
    field = forms.build_field(
        kind, label="项目", required=False, help="怎么填", article="行政处罚法 42", choices={"a": "甲"}
    )
    html = str(forms.build_form({"one": field}))
    assert "项目" in html and "怎么填" in html and "（行政处罚法 42）" in html
    assert "style=" not in html and "onclick" not in html


def test_errors_stand_in_the_summary_and_at_the_field():
    form = forms.build_form(
        {
            "paid": forms.build_field("money", label="已缴金额"),
            "on": forms.build_field("date", label="缴款日期"),
        },
        {"paid": "三百整箱"},
    )
    assert not form.is_valid()
    html = str(form)
    assert "有 2 处需要改正" in html and 'href="#id_paid"' in html
    assert html.count("不是金额") == 2
    assert "请填写缴款日期。" in html
    assert 'aria-invalid="true"' in html


def test_a_refusal_goes_to_the_field_it_names_and_else_to_the_top():
    form = forms.build_form({"on": forms.build_field("date", label="日期")}, {"on": "2024-06-03"})
    assert form.is_valid()
    form.refuse(Refused([Reason("早于立案日", "程序规定 18", "请核对", field="on"), Reason("缺少协办人")]))
    assert "程序规定 18" in form.errors["on"][0]
    assert form.non_field_errors() == ["缺少协办人"]


@pytest.mark.parametrize("kind", ["text", "longtext"])
def test_a_character_nobody_sees_is_told_once_with_its_place(kind):
    form = forms.build_form({"a": forms.build_field(kind, label="甲")}, {"a": "张\x00三"})
    assert [str(error) for error in form.errors["a"]] == [
        "第2个字是看不见的字符（U+0000），多半是从别处粘贴时带来的，请删去后再交。"
    ]


def test_a_text_too_long_and_a_choice_that_is_none_are_told_in_words_of_the_house():
    fields = {
        "a": forms.build_field("text", label="甲"),
        "b": forms.build_field("choice", label="乙", choices=[("x", "某项")]),
        "c": forms.build_field("choices", label="丙", choices=[("x", "某项")]),
    }
    form = forms.build_form(fields, {"a": "字" * 201, "b": "y", "c": ["y"]})
    assert form.errors["a"] == ["最多 200 字，现在 201 字，请缩短。"]
    assert form.errors["b"] == form.errors["c"] == ["没有所选的这一项，请重新选择。"]
