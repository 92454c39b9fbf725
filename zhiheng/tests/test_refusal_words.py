"""A refusal is put together from its parts with one full stop between them, however each part was written."""

from __future__ import annotations

import pytest

from zhiheng.refusal import Reason, Refused


@pytest.mark.parametrize("text", ["您不能授予这个角色", "您不能授予这个角色。", "您不能授予这个角色。 "])
@pytest.mark.parametrize("way_out", ["请联系系统管理员", "请联系系统管理员。"])
def test_a_full_stop_stands_once(text, way_out):
    assert str(Reason(text, way_out=way_out)) == "您不能授予这个角色。请联系系统管理员"
    assert str(Refused.because(text)) == "您不能授予这个角色"


def test_a_name_with_quotation_marks_of_its_own_stands_between_others():
    assert (
        str(Reason("没有“示例“澜江”商行”这一项", way_out="请核对“甲“乙””"))
        == "没有“示例‘澜江’商行”这一项。请核对“甲‘乙’”"
    )
