"""Rules made and reviewed in the demonstration year: what the published report names is there by its own name, the rest is invented.

Pure and deterministic. Six enforcement documents (procedures for three kinds of case, a set of 84 forms), two measures in support of a
regulation, seventeen texts reviewed, seven cases reviewed, three projects of legislation, the lawyers and what they were asked.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from zhiheng.law import current_book

from .year import YEAR

_PLACE = "重庆市知识产权局网站"
_PATENT = ["专利法 65", "专利法 66"]


def _day(month: int, day: int) -> dt.date:
    return dt.date(YEAR, month, day)


# Title, category, day of issue, kinds of case with a procedure, kinds of forms, whether it touches business operators.
_DOCUMENTS: tuple[tuple[str, str, dt.date, int | None, int | None, bool], ...] = (
    ("重庆市知识产权局专利代理行政处罚办理规程", "enforcement", _day(3, 15), 1, None, False),
    ("重庆市专利侵权纠纷行政裁决办理规程", "enforcement", _day(4, 18), 1, None, False),
    ("重庆市专利纠纷行政调解办理规程", "enforcement", _day(4, 18), 1, None, False),
    ("重庆市知识产权局行政执法案件审核规定", "enforcement", _day(6, 6), None, None, False),
    ("重庆市知识产权行政处罚文书格式范本", "enforcement", _day(7, 12), None, 84, False),
    ("重庆市知识产权行政执法公示规定", "enforcement", _day(9, 20), None, None, False),
    ("重庆市专利公开实施办法", "supporting", _day(5, 24), None, None, True),
    ("重庆市专利导航管理办法", "supporting", _day(8, 16), None, None, True),
)


def _printed() -> list[str]:
    """The forms of the set of 84 that the law book prints: 56 of the State Administration's catalogue, the others after them. What the
    book prints beside the set (PEN-01 and on) is none of it."""
    parts = (code.partition("-") for code in current_book().form_versions)
    return sorted(
        f"{series}-{number}"
        for series, _, number in parts
        if series == "SAMR" or (series == "PEN" and int(number) > 56)
    )


def documents() -> list[dict[str, Any]]:
    """Answers of 登记规范性文件."""
    ordered = sorted(_DOCUMENTS, key=lambda one: one[2])
    return [
        {
            "title": title,
            "category": category,
            "number": f"渝知规〔{YEAR}〕{number}号",
            "issued_on": issued,
            "published_on": issued + dt.timedelta(5),
            "published_at": _PLACE,
            "effective_on": issued + dt.timedelta(30),
            "expires_on": dt.date(YEAR + 5, issued.month, issued.day),
            "basis": _PATENT if "专利" in title else ["行政处罚法 39"],
            "case_kinds": kinds,
            "template_forms": forms,
            "form_codes": _printed() if forms else [],
        }
        for number, (title, category, issued, kinds, forms, _) in enumerate(ordered, start=1)
    ]


# Further texts reviewed: title, kind of text, day, whether for fair competition as well.
_REVIEWED: tuple[tuple[str, str, dt.date, bool], ...] = (
    (f"{YEAR}年重庆市知识产权行政保护工作实施方案", "policy", _day(3, 5), False),
    (f"{YEAR}年川渝知识产权合作重点工作任务", "policy", _day(3, 20), True),
    (f"{YEAR}年知识产权普法计划", "policy", _day(2, 26), False),
    ("重庆市知识产权保护和促进条例（部门送审稿）", "legislation", _day(10, 17), True),
    ("重庆市专利转化运用专项行动实施方案", "policy", _day(4, 9), True),
    ("重庆市知识产权文化教育传播基地管理办法", "policy", _day(10, 30), False),
    ("重庆市地理标志运用促进项目管理办法", "policy", _day(6, 25), True),
    ("知识产权公共服务平台建设合同", "contract", _day(7, 30), False),
    ("知识产权司法保护与行政执法协作备忘录", "other", _day(11, 14), False),
)


def reviews() -> list[dict[str, Any]]:
    """Answers of 登记文件审查: each text once for legality, some also for fair competition, one returned before it passed."""
    texts = [
        *(
            (title, "normative", issued - dt.timedelta(20), fair)
            for title, _, issued, _, _, fair in _DOCUMENTS
        ),
        *_REVIEWED,
    ]
    found: list[dict[str, Any]] = []
    for place, (title, kind, on, fair) in enumerate(texts):
        shared = {"subject": title, "text_kind": kind, "drafted_by": "法规处" if place % 3 else "保护处"}
        if fair:
            found.append(
                shared
                | {"kind": "fair_competition", "seq": 1, "reviewed_on": on, "verdict": "agree"}
                | {"opinion": "逐项审查，没有排除、限制竞争的内容。"}
            )
        returned = place == 6
        if returned:
            found.append(
                shared
                | {"kind": "legality", "seq": 1, "reviewed_on": on + dt.timedelta(1), "verdict": "correct"}
                | {"opinion": "第四条的期限与上位法不一致，请修改后再送。"}
            )
        found.append(
            shared
            | {"kind": "legality", "seq": 1 + returned, "reviewed_on": on + dt.timedelta(2 + 5 * returned)}
            | {"verdict": "agree", "opinion": "主体、权限、内容、程序合法。"}
        )
    return found


CASE_REVIEWS = 7
"""Closed cases that the office reviewed in the year: drawn from those of its units (`reviewing`)."""


def projects() -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Projects of legislation with the stages they reached: answers of 登记立法项目 and 登记进度."""

    def project(title: str, plan_class: str, next_step: str, *stages: tuple[str, dt.date, str]):
        answers = {
            "title": title,
            "kind": "regulation",
            "plan_class": plan_class,
            "plan_year": YEAR,
            "entered_on": _day(1, 15),
            "necessity": "现行规定不能满足知识产权保护的需要。",
            "next_step": next_step,
            "next_by": dt.date(YEAR + 1, 6, 30),
        }
        return answers, [{"stage": s, "reached_on": on, "what": what} for s, on, what in stages]

    return [
        project(
            "重庆市知识产权保护和促进条例",
            "reserve",
            "争取列入下一年度立法计划审议项目",
            ("drafted", _day(11, 8), "完成部门立法起草阶段相关任务"),
        ),
        project(
            "重庆市地理标志条例",
            "research",
            "组织调研，起草初稿",
            ("started", _day(6, 18), "启动立法制定工作"),
        ),
        project(
            "重庆市商标条例",
            "research",
            "形成可行性研究报告",
            ("feasibility", _day(9, 10), "开展立法可行性研究"),
        ),
    ]


def lawyers() -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Lawyers with what they were asked: answers of 登记聘任, and of 咨询律师, 核查, 答复, 采纳 in one."""

    def asked(subject: str, month: int, used: str, how: str = "") -> dict[str, Any]:
        on = _day(month, 4)
        return {
            "ask": {
                "subject": subject,
                "question": f"请就《{subject}》的合法性提出意见。",
                "asked_on": on,
                "answer_by": on + dt.timedelta(15),
            },
            "clear": {"conflict": "none"},
            "answer": {"answered_on": on + dt.timedelta(9), "opinion": "总体合法，个别条文建议修改。"},
            "use": {"used": used, "used_how": how},
        }

    return [
        (
            {
                "name": "罗示例",
                "kind": "outside",
                "firm": "重庆示例律师事务所",
                "licence": "15001202010000001",
                "engaged_on": _day(1, 2),
                "engaged_until": _day(12, 31),
                "contract_no": f"渝知合同〔{YEAR}〕3号",
                "fee_fen": 8_000_000,
            },
            [
                asked("重庆市专利公开实施办法", 4, "full"),
                asked("知识产权公共服务平台建设合同", 7, "part", "付款条款另行协商。"),
                asked("重庆市知识产权保护和促进条例（部门送审稿）", 9, "full"),
            ],
        ),
        (
            {
                "name": "唐公职",
                "kind": "public",
                "licence": "15001201810000002",
                "engaged_on": dt.date(YEAR - 2, 3, 1),
            },
            [asked("重庆市知识产权局行政执法案件审核规定", 5, "full")],
        ),
    ]


@cache
def draft() -> dict[str, Any]:
    """rules.yaml: a document being drafted, its text, the steps it took, what people said about it."""
    return yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def comments() -> list[dict[str, Any]]:
    """What people said about the draft by the year's end; near-equal ones several times."""
    begun = draft()["steps"][-1]["day"]
    return [
        {
            "provision": said["provision"],
            "words": said["words"] + "！" * n,
            "on": begun + dt.timedelta(1 + 2 * n),
        }
        for said in draft()["said"]
        for n in range(said["times"])
    ]
