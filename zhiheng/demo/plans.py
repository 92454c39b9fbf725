"""Plans, problems, special actions and inspections of the demonstration year: what the published report names is there by its own
name, the rest is invented.

Pure and deterministic. The protection plan has 6 aspects and 24 tasks; two tasks are handed down to every district, and some
returns are late. One special action is joint with Sichuan; inspections are drawn from invented lists.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from .year import YEAR, units

OFFICE = "500000"


@cache
def written() -> dict[str, Any]:
    """plans.yaml: plans with their aspects and tasks, problems with their measures."""
    return yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def districts() -> list[dict[str, str]]:
    return [unit for unit in units() if unit["parent"]]


def shares(task: dict[str, Any], issued_on: dt.date) -> list[dict[str, Any]]:
    """Of a task that is handed down: for each district the answers of 下达区县 and, where it returned, of 报送完成情况. A district in
    thirteen is late, and one of those was urged."""
    found = []
    for number, unit in enumerate(districts()):
        due_on = dt.date(YEAR, 12, 10)
        hand = {"unit": unit["code"], "handed_on": issued_on + dt.timedelta(7), "due_on": due_on}
        late = number % 13 == 12
        returned = {
            "returned_on": due_on - dt.timedelta(number % 9),
            "result": "done" if number % 5 else "part",
            "said": f"{unit['short_name']}：{task['title']}，已按要求组织实施。",
        }
        urged = {
            "supervised_on": dt.date(YEAR, 12, 16),
            "supervised_why": "限期报送",
            "mend_by": dt.date(YEAR, 12, 25),
        }
        found.append(
            {"hand": hand, "return": None if late else returned, "supervise": urged if late else None}
        )
    return found


# Name, first and last day, fields, joint with others, districts that take part (None: the office itself).
_ACTIONS: tuple[tuple[str, dt.date, dt.date, tuple[str, ...], tuple[str, ...], int | None], ...] = (
    (
        "“川渝地标”知识产权行政保护专项行动", dt.date(YEAR, 6, 3), dt.date(YEAR, 11, 29), ("地理标志",),
        ("四川省知识产权服务促进中心",), 12,
    ),
    ("重点商品知识产权保护专项检查", dt.date(YEAR, 3, 18), dt.date(YEAR, 10, 31), ("儿童用品", "家用电器"), (), 8),
    ("知识产权代理行业专项整治行动", dt.date(YEAR, 4, 8), dt.date(YEAR, 11, 22), ("知识产权代理",), (), None),
)  # fmt: skip
_ITEMS = ("地理标志专用标志使用", "注册商标使用", "专利标注")
_SHOPS = (
    "土特产经营部",
    "茶叶店",
    "榨菜经销部",
    "柑橘合作社",
    "超市",
    "电器行",
    "玩具店",
    "文具店",
    "百货店",
    "便民店",
)
_OFFICERS = ("张检查", "王检查", "李检查", "赵检查", "刘检查", "陈检查")


def actions() -> list[dict[str, Any]]:
    """Special actions, each with its units, their draws and inspections, as answers of the acts that record them."""
    rng = Random(YEAR + 7)
    found = []
    for name, begins, ends, fields, partners, many in _ACTIONS:
        deploy = {
            "name": name,
            "begins_on": begins,
            "ends_on": ends,
            "fields": list(fields),
            "partners": list(partners),
            "cross_region": bool(partners),
        }
        chosen = [OFFICE] if many is None else [unit["code"] for unit in rng.sample(districts(), many)]
        parts = [_part(rng, code, begins, ends, agency=many is None) for code in sorted(chosen)]
        found.append({"deploy": deploy, "parts": parts})
    return found


def _part(rng: Random, unit: str, begins: dt.date, ends: dt.date, *, agency: bool) -> dict[str, Any]:
    place = next(one["short_name"].removesuffix("局") for one in units() if one["code"] == unit)
    if agency:
        subjects = [f"重庆示例{sign}知识产权代理事务所" for sign in "甲乙丙丁戊己庚辛壬癸子丑寅卯"]
    else:
        subjects = [f"{place}示例{sign}{shop}" for shop in _SHOPS for sign in "甲乙"]
    items = ["代理机构主体资格", "代理合同和档案"] if agency else list(_ITEMS[: 2 + rng.randrange(2)])
    many = 12 if agency else 6
    draw = {
        "name": "第一批",
        "drawn_on": begins + dt.timedelta(5),
        "subjects": subjects,
        "many": many,
        "officers": list(_OFFICERS),
        "officers_many": 4,
    }
    days = (ends - begins).days - 20
    visits = [
        {
            "day": begins + dt.timedelta(10 + rng.randrange(days)),
            "found": rng.random() < 0.2,
            "disposal": rng.choice(("order", "talk") if agency else ("on_the_spot", "order", "lead")),
        }
        for _ in range(many)
    ]
    assign = {"unit": unit, "assigned_on": begins, "planned": many, "items": items}
    return {"assign": assign, "draw": draw, "visits": visits, "kind": "agency" if agency else "firm"}


def typical_cases() -> list[dict[str, Any]]:
    """The two cases in the national list of the year before, as answers of 推荐案例 and 登记入选; and one that was only nominated."""
    selected = {
        "selected_on": dt.date(YEAR, 4, 26),
        "level": "national",
        "issuer": "国家知识产权局",
        "list_name": f"国家知识产权局{YEAR - 1}年度知识产权行政保护典型案例",
    }
    named = (
        ("侵犯“超级飞侠”注册商标专用权案", "trademark", selected),
        ("侵犯“第31届世界大学生夏季运动会会徽”和“成都大运会”特殊标志专有权案", "special", selected),
        ("销售假冒专利净水器案", "patent", None),
    )
    return [
        {
            "nominate": {
                "name": name,
                "kind": kind,
                "case_year": YEAR - 1,
                "nominated_on": dt.date(YEAR, 2, 20),
            },
            "select": chosen,
        }
        for name, kind, chosen in named
    ]


def letters() -> list[dict[str, Any]]:
    """Letters between the two offices in the year; all but the last were answered."""
    found = []
    for number, (subject, kind) in enumerate(
        (
            ("跨省销售侵权榨菜线索", "lead_in"),
            ("假冒专利电器案件线索", "lead_out"),
            ("协助核实生产企业", "assist_out"),
            ("协助送达文书", "assist_in"),
        ),
        start=1,
    ):
        sent_on = dt.date(YEAR, 5 + number, 8)
        incoming = kind.endswith("_in")
        send = {
            "subject": subject,
            "kind": kind,
            "partner": "四川省知识产权服务促进中心",
            "number": f"{'川知函' if incoming else '渝知函'}〔{YEAR}〕{10 + number}号",
            "sent_on": sent_on,
            "reply_by": sent_on + dt.timedelta(30),
        }
        reply = {"replied_on": sent_on + dt.timedelta(18), "reply": "已核实办理。"}
        found.append({"send": send, "reply": None if number == 4 else reply})
    return found


def delegations() -> list[dict[str, Any]]:
    """依法下放专利侵权纠纷行政裁决权限: to eight districts; `unit` is the code."""
    return [written()["delegated"] | {"unit": unit["code"]} for unit in districts()[:8]]


# Accounts opened in the year; what was put out on the third is a series by its own name.
CHANNELS = (
    {"name": "重庆知识产权", "platform": "wechat", "opened_on": dt.date(YEAR, 1, 26)},
    {"name": "重庆知识产权", "platform": "channels", "opened_on": dt.date(YEAR, 2, 20)},
    {"name": "重庆知识产权", "platform": "weibo", "opened_on": dt.date(YEAR, 3, 6)},
)
SERIES = "知姐来啦"


def works() -> list[dict[str, Any]]:
    """Films of the series, put out a month apart on the second account."""
    return [
        {
            "title": f"知姐来啦（第{number}期）",
            "series": SERIES,
            "put_on": dt.date(YEAR, 3 + number, 15),
            "readings": 8_000 + 1_370 * number,
            "read_on": dt.date(YEAR, 12, 20),
        }
        for number in range(1, 7)
    ]
