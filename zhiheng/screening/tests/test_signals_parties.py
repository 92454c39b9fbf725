"""Parties and places as lists write them: one however it is written, and never two made into one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiheng.screening.engine.addresses import address_of
from zhiheng.screening.engine.signals.parties import applicants, capital, mailbox, most, names, phones


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("重庆市渝中区人民路１号 3楼", "渝中区人民路1号3层"),
        ("重庆市渝中区人民路1号3F", "渝中区人民路1号三楼"),
        ("湖北省武汉市洪山区珞瑜路十二号", "武汉市洪山区珞瑜路12号"),
        ("北京市海淀区中关村大街12号院5楼501", "海淀区中关村大街12号院501室"),
        ("400000 重庆市江北区建新路2号", "重庆江北区 建新路２号"),
        ("重庆市渝北区龙溪街道红锦大道2号附5号", "渝北区红锦大道2号附5号"),
        ("上海市浦东新区张江路100弄3号楼402室", "浦东新区张江路100弄3栋402"),
    ],
)
def test_one_place_written_two_ways_is_one(one, other):
    assert address_of(one).key == address_of(other).key != ""


NUMBERS = st.integers(1, 99)
PLACE = st.tuples(st.sampled_from(["栋", "号", "单元", "室"]), NUMBERS)


@given(
    st.lists(PLACE, min_size=1, max_size=4, unique_by=lambda place: place[0]),
    st.lists(PLACE, min_size=1, max_size=4, unique_by=lambda place: place[0]),
)
@settings(deadline=None)
def test_numbers_of_different_places_never_run_together(one, other):
    """11号2室, 1号12室, 1栋1号2室: equal only when every part is."""
    written = [
        "渝中区人民路" + "".join(f"{number}{unit}" for unit, number in places) for places in (one, other)
    ]
    assert (address_of(written[0]).key == address_of(written[1]).key) == (one == other)


@pytest.mark.parametrize("cell", ["别处", "重庆市", "渝中区人民路", "", "高新区"])
def test_a_place_without_a_number_is_no_identity(cell):
    assert address_of(cell).key == ""


def test_a_street_number_alone_is_not_exact():
    assert not address_of("渝中区人民路1号").exact and address_of("渝中区人民路1号5楼").exact


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("张三;李四", ("张三", "李四")),
        ("张三 李四 王小五", ("张三", "李四", "王小五")),
        ("张　三", ("张三",)),
        ("张三/李四、王五", ("张三", "李四", "王五")),
        ("John Smith; 王五", ("John Smith", "王五")),
        ("张三、李四等", ("张三", "李四")),
        ("请求不公布姓名", ()),
        ("不公告发明人;张三", ("张三",)),
        ("发明人请求不公布姓名", ()),
        ("/", ()),
    ],
)
def test_names_are_parted_and_placeholders_are_nobody(cell, expected):
    assert names(cell) == expected


def test_applicants_are_a_set():
    assert applicants("甲公司;乙公司") == applicants("乙公司；甲公司") == applicants("乙 公司、甲公司")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("+86 13900001111", ("13900001111",)),
        ("139-0000-1111", ("13900001111",)),
        ("023-60001111转801", ("2360001111",)),
        ("02360001111-801", ("2360001111",)),
        ("13900001111 13900002222", ("13900001111", "13900002222")),
        ("13900001111/023-60001111", ("13900001111", "2360001111")),
        ("139****1111", ()),
        ("00000000", ()),
        ("12345678", ()),
        ("110", ()),
    ],
)
def test_phones_are_single_numbers_without_extension(cell, expected):
    assert phones(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("1-49人", 49), ("少于50人", 50), ("三百人", 300), ("500", 500), ("", None), ("不详", None)],
)
def test_of_a_range_of_staff_the_highest_counts(cell, expected):
    assert most(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("人民币伍拾万元", 50),
        ("10万元", 10),
        ("1.2亿元", 12_000),
        ("100", 100),
        ("1000000元", 100),
        ("3,000万元", 3_000),
        ("500.000000万人民币", 500),
    ],
)
def test_capital_is_read_in_ten_thousand_yuan(cell, expected):
    assert capital(cell) == (expected, "")


def test_foreign_money_is_turned_and_not_read_as_yuan():
    value, currency = capital("500万美元")
    assert currency == "美元" and value > 3_000


def test_what_is_no_mailbox_is_none():
    assert mailbox("A@X.cn ") == mailbox("a@x.cn") != "" and mailbox("无") == ""


@given(st.text(max_size=40))
@settings(deadline=None)
def test_any_cell_is_taken(cell):
    address_of(cell), names(cell), phones(cell), most(cell), capital(cell)
