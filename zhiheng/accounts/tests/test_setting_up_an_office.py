"""The first day of an installation: units from a table, the first administrator, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may
from zhiheng.accounts.setting_up import create_first_administrator, create_units, read_units
from zhiheng.audit.models import Entry
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db
ON = date(2026, 1, 5)
HEADER = "code,name,short_name,kind,parent,number_prefix,phone\n"


@pytest.fixture
def table(tmp_path):
    def write(body: str):
        path = tmp_path / "units.csv"
        path.write_text(HEADER + body, encoding="utf-8-sig")
        return read_units(path)

    return write


def test_units_come_from_a_table_and_the_first_administrator_may_add_people(table):
    units = create_units(
        rows=table("51,某省知识产权局,省局,office,,某知,\n5101,某市局,市局,district,51,某市监,1\n"), on=ON
    )
    assert units["5101"].path == "51/5101/" and units["5101"].phone == "1"
    admin = create_first_administrator(username="guanli", name="管理员", password="yi-ge-hao-mima", on=ON)
    assert may(admin, Right.MANAGE_PEOPLE, ON) and admin.check_password("yi-ge-hao-mima")
    assert [e.action for e in Entry.objects.order_by("seq")] == ["建立单位", "建立首位管理员"]
    with pytest.raises(Refused, match="已经有人员"):
        create_first_administrator(username="another", name="另一人", password="x" * 12, on=ON)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("51,某局,省局,office,,某知,\n52,某局二,省局二,district,99,某,\n", "第 3 行：上级 99 不在表中"),
        ("51,某局,省局,office,,某知,\n51,某局二,二局,district,51,某,\n", "第 3 行：代码 51 已有单位"),
        ("51,某局,省局,ministry,,某知,\n", "类别“ministry”不可用"),
        ("51,某局,省局,office,,,\n", "第 2 行缺少 number_prefix"),
        ("51,某局,省局,office,,某知,\n52,某局二,二局,office,,某,\n", "已有一个最上级单位"),
        ("51,某局,省局,office,,某知,\n52,某局,二局,district,51,某,\n", "名称或简称与已有单位重复"),
        ("", "表中没有单位"),
    ],
)  # fmt: skip
def test_a_faulty_table_is_refused_by_row_and_nothing_is_created(table, body, words):
    with pytest.raises(Refused, match=words):
        create_units(rows=table(body), on=ON)
    assert not Unit.objects.exists() and not Person.objects.exists()


def test_a_table_without_its_columns_is_refused_naming_them(tmp_path):
    path = tmp_path / "units.csv"
    path.write_text("code,name\n1,2\n", encoding="utf-8")
    with pytest.raises(Refused, match="short_name"):
        read_units(path)
