"""Law publicity of the demonstration year: 31 bases of the first batch, and activities that come to the published reach.

Pure and deterministic. What the published report names is there by its own name; districts' events and the bases are invented.
"""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from .year import YEAR, units

OFFICE = "500000"
BASES = 31
REACH = 10_268_431  # 覆盖社会公众超过1000万人次
VISITORS, OPEN_DAYS = 65_237, 10  # 每日吸引超6500人次观展
_NAMED_ON = dt.date(YEAR, 11, 15)

_ORGANS = (
    ("school", ("实验小学", "第一中学", "职业教育中心", "科技创新学校")),
    ("enterprise", ("仪器仪表公司", "老字号食品公司", "装备制造公司")),
    ("venue", ("科技馆", "图书馆", "青少年活动中心")),
    ("park", ("高新技术产业园", "文化创意园")),
)
_INTO = {"学生": "school", "企业": "firm", "社会公众": "community"}
_EVENTS = (
    (
        "campaign",
        "知识产权宣传周广场咨询",
        "社会公众",
        (dt.date(YEAR, 4, 20), dt.date(YEAR, 4, 26)),
        (300, 2600),
    ),
    ("lecture", "知识产权进校园宣讲", "学生", (dt.date(YEAR, 5, 6), dt.date(YEAR, 12, 4)), (80, 420)),
    ("lecture", "商标品牌进企业培训", "企业", (dt.date(YEAR, 3, 1), dt.date(YEAR, 11, 29)), (40, 160)),
)


def bases() -> list[dict[str, Any]]:
    """Answers of 命名基地, by district, `unit` as its code."""
    rng = Random(YEAR)
    districts = [unit for unit in units() if unit["parent"]]
    found = []
    for number in range(BASES):
        unit = districts[number % len(districts)]
        kind, organs = _ORGANS[number % len(_ORGANS)]
        place = unit["short_name"].removesuffix("局")
        organ = f"{place}{rng.choice(organs)}"
        found.append(
            {
                "name": f"{organ}知识产权文化教育传播基地",
                "unit": unit["code"],
                "kind": kind,
                "organ": organ,
                "batch": 1,
                "named_on": _NAMED_ON,
                "doc_no": f"渝知发〔{YEAR}〕62号",
            }
        )
    return found


def activities() -> list[dict[str, Any]]:
    """Answers of 登记活动; `unit` is the code of the unit that held it. The last one fills the year's reach up."""
    rng = Random(YEAR + 1)
    found = [*_of_the_office(), *_of_the_districts(rng)]
    platform = {"kind": "media", "reach_rule": "platform", "audience": "社会公众"}
    rest = REACH - sum(a["reach"] for a in found)
    tea_house, talks = rest // 2, rest // 4
    for name, place, first, last, reach in (
        ("“山城知识产权茶社”多媒体品牌", "微信、视频号、电台", (3, 1), (12, 20), tea_house),
        ("市区两级“局长谈”系列微视频", "视频号、微博", (4, 20), (10, 31), talks),
        ("知识产权公益宣传片", "商圈户外LED大屏、视频号", (4, 26), (12, 31), rest - tea_house - talks),
    ):
        days = {"held_on": dt.date(YEAR, *first), "ended_on": dt.date(YEAR, *last)}
        found.append({"unit": OFFICE, "name": name, "place": place, "reach": reach, **days, **platform})
    return found


def _of_the_office() -> list[dict[str, Any]]:
    def event(name, kind, first, last, reach, **more):
        days = {"held_on": dt.date(YEAR, *first), "ended_on": dt.date(YEAR, *last)}
        return {
            "unit": OFFICE,
            "name": name,
            "kind": kind,
            "reach": reach,
            "reach_rule": "counted",
            **days,
            **more,
        }

    return [
        event(
            "《专利法》《专利法实施细则》普法宣传活动", "campaign", (3, 28), (3, 28), 620,
            organisers=["国家知识产权局条法司"], audience="企业、代理机构",
        ),
        event("全国知识产权宣传周重庆分会场系列活动", "campaign", (4, 20), (4, 26), 18_400, audience="社会公众"),
        event(
            "知识产权转化运用成果展", "exhibition", (4, 20), (4, 30), VISITORS,
            organisers=["重庆科技馆"], place="重庆科技馆", audience="社会公众", open_days=OPEN_DAYS,
            reach_rule="signed", cost_fen=38_600_000,
        ),
        event(
            "首届知识产权明月湖论坛", "forum", (9, 12), (9, 13), 480, organisers=["重庆两江新区管委会", "西南政法大学"],
            place="两江新区明月湖", audience="高校、企业、代理机构", reach_rule="signed", cost_fen=26_500_000,
        ),
        event("2023年重庆市知识产权保护状况新闻发布会", "press", (4, 24), (4, 24), 46, reach_rule="signed"),
    ]  # fmt: skip


def _of_the_districts(rng: Random) -> list[dict[str, Any]]:
    found = []
    for unit in units():
        if not unit["parent"]:
            continue
        place = unit["short_name"].removesuffix("局")
        for kind, name, audience, (first, last), (least, most) in _EVENTS:
            if rng.random() < 0.25:
                continue
            held = first if kind == "campaign" else first + dt.timedelta(rng.randrange((last - first).days))
            found.append(
                {
                    "unit": unit["code"],
                    "name": f"{place}{name}",
                    "kind": kind,
                    "held_on": held,
                    "ended_on": last if kind == "campaign" else held,
                    "audience": audience,
                    "into": _INTO.get(audience, ""),
                    "reach": rng.randrange(least, most),
                    "reach_rule": "counted" if kind == "campaign" else "signed",
                }
            )
    return found
