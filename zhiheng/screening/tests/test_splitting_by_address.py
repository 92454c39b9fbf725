"""Districts by the applicant's address: told where it tells, left to a person where it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.accounts.models import Unit
from zhiheng.screening.splitting import Place, district_of, places

UNITS = [
    Unit(pk=1, code="500000", name="重庆市知识产权局", short_name="市局"),
    Unit(pk=2, code="500112", name="重庆市渝北区市场监督管理局", short_name="渝北区局", parent_id=1),
    Unit(pk=3, code="500103", name="重庆市渝中区市场监督管理局", short_name="渝中区局", parent_id=1),
    Unit(
        pk=4, code="500240", name="重庆市石柱土家族自治县市场监督管理局", short_name="石柱县局", parent_id=1
    ),
]
OWN, KNOWN = places(UNITS)


def test_bureaus_are_known_by_their_places():
    assert OWN == "重庆市"
    assert KNOWN[0] == Place(2, "500112", ("渝北区",))
    assert "石柱土家族自治县" in KNOWN[2].names


@pytest.mark.parametrize(
    ("address", "district", "unit"),
    [
        ("重庆市渝北区龙山街道1号", "", 2),
        ("401120 重庆 渝北区 龙山街道1号", "", 2),
        ("中国重庆市渝中区文明巷8号", "", 3),
        ("渝中区文明巷8号", "", 3),
        ("重庆市石柱土家族自治县南宾街道", "", 4),
        ("平安街3号", "渝北区", 2),
        ("重庆市渝北区渝中区路口", "", None),
        ("重庆市平安街3号", "", None),
        ("四川省成都市渝北区路1号", "", None),
        ("", "", None),
    ],
)
def test_an_address_tells_its_district_or_is_left_to_a_person(address, district, unit):
    decided = district_of(address, district, OWN, KNOWN)
    assert decided.unit == unit and decided.why


@given(
    road=st.text(alphabet="平安文明创新滨江示范学府0123456789号栋楼室", max_size=20),
    unit=st.sampled_from([2, 3]),
)
def test_what_follows_the_district_does_not_matter(road, unit):
    name = next(place.names[0] for place in KNOWN if place.unit == unit)
    assert district_of(f"重庆市{name}{road}", "", OWN, KNOWN).unit == unit


@given(st.text(max_size=40))
def test_no_address_is_given_to_a_district_it_does_not_name(address):
    decided = district_of(address, "", OWN, KNOWN)
    if decided.unit is not None:
        names = next(place.names for place in KNOWN if place.unit == decided.unit)
        assert any(name in address.replace(" ", "") for name in names)
