"""The demonstration's other records, year by year, each with the acts that people took: pure, deterministic, and invented throughout.

`of_year(year)` gives them in the order in which they are entered. For 2024 it gives only what the published report does not speak of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from .plans import districts
from .year import LAST_DAY, YEAR

OFFICE = "500000"
SICHUAN = "四川省知识产权服务促进中心"


@dataclass(frozen=True)
class Taken:
    """An act on a record: by whom (the ending of the sign-in name), of which unit, on which day."""

    code: str
    on: dt.date
    answers: dict[str, Any]
    by: str = "planner"
    unit: str = OFFICE


@dataclass(frozen=True)
class Entered:
    """A record as somebody began it, and what was done to it. `key` names it for those below it; `unit` in the answers is a code."""

    kind: str
    on: dt.date
    answers: dict[str, Any]
    by: str = "planner"
    unit: str = OFFICE
    key: str = ""
    parent: str = ""
    acts: tuple[Taken, ...] = ()


@cache
def written() -> dict[str, Any]:
    """around.yaml."""
    return yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def totals(year: int) -> dict[str, int]:
    """What the invented year comes to; only of the years around the published one."""
    return written()["years"][year]


def of_year(year: int) -> list[Entered]:
    """Everything of a year, in its order."""
    maker = _Maker(year)
    found = [*maker.study(), *maker.services(), *maker.supervised()]
    if year != YEAR:
        found += [
            *maker.plan(),
            *maker.publicity(),
            *maker.rules(),
            *maker.actions(),
            *maker.typical(),
            *maker.letters(),
        ]
        found += maker.problems()
    return [*found, *maker.staff(), *maker.duties(), *maker.materials()]


@dataclass
class _Maker:
    year: int
    rng: Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = Random(self.year * 7)

    def day(self, month: int, day: int = 15) -> dt.date:
        return dt.date(self.year, month, day)

    def entered(self, day: dt.date) -> dt.date:
        """When something of that day was registered: then, or what is older than the year at its beginning."""
        return max(day, self.day(1, 10))

    @property
    def words(self) -> dict[str, Any]:
        return written()

    @property
    def totals(self) -> dict[str, int]:
        return totals(self.year)

    # ------------------------------------------------------------------------------------------------ every year

    def study(self) -> Iterator[Entered]:
        for topic, kind, month, expected in self.words["study"]:
            on = self.day(month, 8 + self.year % 5)
            attended = expected - self.rng.randrange(1, 4)
            answers = {
                "topic": topic,
                "kind": kind,
                "held_on": on,
                "expected": expected,
                "attended": attended,
            }
            yield Entered("study-sessions", on, answers | {"minutes": f"学习《{topic}》，结合工作讨论。"})
        on, expected = self.day(10, 24), 96
        sat = expected - self.rng.randrange(0, 3)
        answers = {"name": f"{self.year}年度学法用法考试", "held_on": on, "expected": expected}
        done = Taken("report", on + dt.timedelta(3), {"sat": sat, "passed": sat - self.rng.randrange(0, 2)})
        yield Entered("exams", on, answers, acts=(done,))

    def services(self) -> Iterator[Entered]:
        for number, (name, kind, granted, users) in enumerate(self.words["indications"]):
            # What was granted before the first of the years is entered with it.
            if granted.year != self.year and not (granted.year < 2023 and self.year == 2023):
                continue
            key = f"gi-{number}"
            unit = districts()[number * 4 % 41]["code"]
            given = {"name": name, "kind": kind, "granted_on": granted, "holder": f"{name}协会"}
            yield Entered("indications", self.entered(granted), given, by="handler", unit=unit, key=key)
            for user in range(users):
                since = max(granted + dt.timedelta(120 + user * 90), granted)
                firm = {"firm": f"{name}{'甲乙丙丁'[user]}合作社", "since": since}
                yield Entered(
                    "indication-users", self.entered(since), firm, by="handler", unit=unit, parent=key
                )
        for name, kind, opened in self.words["points"]:
            if opened.year == self.year or (opened.year < 2023 and self.year == 2023):
                given = {"name": name, "kind": kind, "organ": "示例依托单位", "opened_on": opened}
                yield Entered("service-points", self.entered(opened), given, by="handler")
        for number, (country, matter, saved) in enumerate(self.words["overseas"]):
            on = self.day(2 + 3 * number, 11)
            given = {
                "firm": f"重庆示例{'甲乙丙'[number]}{self.year % 100}科技有限公司",
                "country": country,
                "matter": matter,
                "asked_on": on,
            }
            acts = [
                Taken(
                    "guide",
                    on + dt.timedelta(9),
                    {"guided_on": on + dt.timedelta(9), "guidance": "提供应对方案和律师名录。"},
                    by="handler",
                )
            ]
            if saved:
                closed = on + dt.timedelta(140)
                said = {"closed_on": closed, "saved_fen": saved * (self.year - 2020) // 4}
                acts.append(Taken("close", closed, said, by="handler"))
            yield Entered("overseas-cases", on, given, by="handler", acts=tuple(acts))
        yield from self._patents()

    def _patents(self) -> Iterator[Entered]:
        title = self.words["licences"][self.year % 3]
        on, key = self.day(4, 9), f"licence-{self.year}"
        patent = {
            "patent_no": f"ZL{self.year - 2}10{self.year}01.{self.year % 10}",
            "title": title,
            "holder": "示例大学",
            "funded": True,
        }
        yield Entered(
            "open-licences", on, patent | {"declared_on": on, "fee": "每年1万元"}, by="handler", key=key
        )
        used = {
            "licensee": "重庆示例制造有限公司",
            "concluded_on": on + dt.timedelta(60),
            "fee_fen": 1_000_000,
        }
        yield Entered("licences", on + dt.timedelta(60), used, by="handler", parent=key)
        title, begun = self.words["navigation"][self.year % 3], self.day(3, 4)
        ended = self.day(11, 26)
        given = {
            "title": f"{title}（{self.year}）",
            "kind": "industry",
            "organ": "示例研究院",
            "begun_on": begun,
            "due_on": self.day(12, 20),
        }
        done = Taken("accept", ended, {"accepted_on": ended, "results": ["专利导航报告"]}, by="handler")
        yield Entered("navigation-projects", begun, given, by="handler", acts=(done,))

    def supervised(self) -> Iterator[Entered]:
        for number, (name, level, end) in enumerate(self.words["supervised"][self.year]):
            unit = districts()[(number * 11 + self.year) % 41]["code"]
            on = self.day(4 + 2 * number, 18)
            given = {
                "name": name,
                "unit": unit,
                "level": level,
                "supervised_on": on,
                "grounds": "涉案面广，社会关注",
                "report_by": on + dt.timedelta(240),
            }
            told = on + dt.timedelta(45)
            acts = [
                Taken(
                    "report",
                    told,
                    {"reported_on": told, "progress": "已立案，正在核查上下线。"},
                    by="handler",
                    unit=unit,
                )
            ]
            if end == "closed":
                closed = on + dt.timedelta(170)
                acts.append(
                    Taken("close", closed, {"closed_on": closed, "result": "作出行政处罚决定并公示。"})
                )
            yield Entered("supervised-cases", on, given, acts=tuple(acts))

    def staff(self) -> Iterator[Entered]:
        """Who is qualified as what, and the posts for legal work: one is vacant, one held without what it takes."""
        if self.year != 2023:
            return
        for person, kind, number, got_on in self.words["qualifications"]:
            given = {"person": person, "kind": kind, "number": number, "got_on": got_on}
            yield Entered("qualifications", self.day(1, 10), given)
        for post, required, holder in self.words["posts"]:
            given = {"post": post, "set_on": self.day(1, 10), "required": required}
            given |= {"holder": holder, "filled_on": self.day(1, 10)} if holder else {}
            yield Entered("legal-posts", self.day(1, 10), given)

    def duties(self) -> Iterator[Entered]:
        for title, audience, owner, month in self.words["duties"]:
            listed, due = self.day(2, 20), self.day(month, 28)
            given = {"title": title, "year": self.year, "listed_on": listed, "instruments": [title]}
            given |= {"audience": audience, "owner": owner, "timing": f"{month}月", "due_on": due}
            done = Taken("do", due, {"done_on": due, "done_how": "已组织宣讲。"})
            yield Entered("duties", listed, given, acts=(done,) if month < 12 else ())
        days = {"held_on": self.day(4, 20), "ended_on": self.day(4, 26)}
        given = {"name": f"{self.year}年宣传周户外屏幕投放", "kind": "screen", "screens": 36, "reach": 0}
        yield Entered("activities", days["ended_on"], given | days | {"reach_rule": "estimated"})

    def materials(self) -> Iterator[Entered]:
        """What the year's report may be written from: highlights entered in the year, and what two districts were asked for."""
        for title, part, month, text in self.words["highlights"]:
            on = self.day(month, 20)
            given = {"title": title, "happened_on": on, "part": part, "text": text, "origin": "工作简报"}
            yield Entered("highlights", on, given)
        asked, due = self.day(12, 2), self.day(12, 20)
        for number, (title, part, said) in enumerate(self.words["contributions"]):
            unit = districts()[number * 7 % 41]["code"]
            given = {"title": title, "unit": unit, "year": self.year, "part": part}
            given |= {"asked": "写一个做法，两百字以内", "asked_on": asked, "due_on": due}
            sent = Taken("send", due, {"said": said}, by="handler", unit=unit)
            yield Entered("contributions", asked, given, acts=(sent,) if said else ())

    # ------------------------------------------------------------------------------------------------ the years around

    def plan(self) -> Iterator[Entered]:
        issued, ends = self.day(3, 12), self.day(12, 31)
        title = f"{self.year}年重庆市知识产权行政保护工作实施方案"
        given = {
            "title": title,
            "kind": "protection",
            "year": self.year,
            "number": f"渝知发〔{self.year}〕9号",
            "issued_on": issued,
            "ends_on": ends,
        }
        yield Entered("plans", issued, given, key="plan")
        for seq, aspect in enumerate(self.words["aspects"][: self.totals["aspects"]], start=1):
            yield Entered(
                "plan-aspects", issued, {"seq": seq, "title": aspect}, key=f"aspect-{seq - 1}", parent="plan"
            )
        for number, told in enumerate(self.words["tasks"][: self.totals["tasks"]], start=1):
            yield from self._task(number, told, issued)
        for kind, (name, tasks) in self.words["other_plans"].items():
            given = {
                "title": f"{self.year}{name}", "kind": kind, "year": self.year, "issued_on": issued, "ends_on": ends,
                "partners": [SICHUAN] if kind == "cooperation" else [],
            }  # fmt: skip
            yield Entered("plans", issued, given, key=kind)
            aspect = {"seq": 1, "title": "重点任务"}
            yield Entered("plan-aspects", issued, aspect, key=f"{kind}-aspect", parent=kind)
            for seq, task in enumerate(tasks, start=1):
                done = self.day(11, 10 + seq)
                given = {
                    "seq": seq, "title": task, "lead": "保护处", "due_words": "11月底前", "rhythm": "once", "due_on": self.day(11, 30),
                }  # fmt: skip
                end = Taken("finish", done, {"done_on": done, "done_how": "已完成。"})
                yield Entered("plan-tasks", issued, given, parent=f"{kind}-aspect", acts=(end,))

    def _task(self, number: int, told: list, issued: dt.date) -> Iterator[Entered]:
        aspect, title, lead, due, figure = told
        key, due_on = f"task-{number}", self.day(min(12, 5 + number % 8), 28)
        given = {
            "seq": number, "title": title, "lead": lead, "due_words": due, "rhythm": "once", "due_on": due_on, "figure": figure,
        }  # fmt: skip
        # One of the last plan is still under way at the year's end.
        done = due_on - dt.timedelta(self.rng.randrange(2, 12))
        finish = Taken("finish", done, {"done_on": done, "done_how": "已完成。"})
        acts = () if number == 4 and self.year == LAST_DAY.year else (finish,)
        yield Entered("plan-tasks", issued, given, key=key, parent=f"aspect-{aspect}", acts=acts)
        if figure != "enf.tm.n":
            return
        for place, unit in enumerate(districts()[: self.totals["handed"]]):
            handed, by = issued + dt.timedelta(7), self.day(12, 10)
            returned = by - dt.timedelta(place % 6)
            said = {"returned_on": returned, "result": "done", "said": "已按要求组织实施。"}
            back = Taken("return", returned, said, unit=unit["code"])
            given = {"unit": unit["code"], "handed_on": handed, "due_on": by}
            yield Entered("plan-shares", handed, given, parent=key, acts=(back,))

    def problems(self) -> Iterator[Entered]:
        """Found at the year's end; those of 2023 were taken into the next plan and closed within it."""
        found, after = self.day(12, 20), self.year + 1
        planned, closed, due = dt.date(after, 3, 15), dt.date(after, 12, 10), dt.date(after, 12, 31)
        taken_up = self.year < YEAR
        plan = {"plan_title": f"{after}年重庆市知识产权行政保护工作实施方案", "planned_on": planned}
        ends = {"closed_on": closed, "closed_how": "已按措施整改到位。"}
        for number, title in enumerate(self.words["problems"][self.year]):
            key = f"problem-{number}"
            given = {
                "title": title, "year": self.year, "found_on": found, "cause": "投入和机制还不到位。", "owner": "法规处", "due_on": due,
            }  # fmt: skip
            acts = (Taken("close", closed, ends),) if taken_up and number < 2 else ()
            yield Entered("problems", found, given, key=key, acts=acts)
            measure = {"title": f"针对{title}制定措施并落实", "set_on": found, "owner": "法规处"}
            acts = (Taken("plan", planned, plan),) if taken_up else ()
            yield Entered("remedies", found, measure, parent=key, acts=acts)

    def publicity(self) -> Iterator[Entered]:
        held = [self._exhibition(), *self._events(), *self._rounds()]
        yield from held
        # What is put out by the media fills the year up.
        begun, ended = self.day(2, 1), self.day(12, 20)
        rest = {
            "name": f"{self.year}年新媒体普法作品", "kind": "media", "held_on": begun, "ended_on": ended, "place": "微信、视频号",
            "reach": self.totals["reach"] - sum(one.answers["reach"] for one in held), "reach_rule": "platform",
            "audience": "社会公众",
        }  # fmt: skip
        yield Entered("activities", ended, rest)
        yield from self._bases()

    def _exhibition(self) -> Entered:
        days, begun = self.totals["open_days"], self.day(4, 20)
        ended = begun + dt.timedelta(days - 1)
        given = {
            "name": f"{self.year}年知识产权转化运用成果展", "kind": "exhibition", "held_on": begun, "ended_on": ended, "open_days": days,
            "place": "重庆科技馆", "reach": self.totals["visitors"], "reach_rule": "signed",
        }  # fmt: skip
        return Entered("activities", ended, given)

    def _events(self) -> Iterator[Entered]:
        for name, kind, first, last, reach, rule, audience in self.words["events"]:
            ended = self.day(*last)
            given = {
                "name": f"{self.year}{name}", "kind": kind, "held_on": self.day(*first), "ended_on": ended, "reach": reach, "reach_rule": rule,
            }  # fmt: skip
            yield Entered("activities", ended, given | ({"audience": audience} if audience else {}))

    def _rounds(self) -> Iterator[Entered]:
        for unit in districts():
            place = unit["short_name"].removesuffix("局")
            for name, kind, into, audience, least, most in self.words["rounds"]:
                if self.rng.random() < 0.45:
                    continue
                held = self.day(4, 20) + dt.timedelta(self.rng.randrange(200))
                given = {
                    "name": f"{place}{name}", "kind": kind, "into": into, "held_on": held, "ended_on": held, "audience": audience,
                    "reach": self.rng.randrange(least, most), "reach_rule": "signed",
                }  # fmt: skip
                yield Entered("activities", held, given, unit=unit["code"])

    def _bases(self) -> Iterator[Entered]:
        for number in range(self.totals["bases"]):
            unit, named = districts()[(number * 2 + 9) % 41], self.day(11, 12)
            kind, place = self.words["base_organs"][number % 3]
            organ = f"{unit['short_name'].removesuffix('局')}{place}"
            given = {
                "name": f"{organ}知识产权文化教育传播基地", "unit": unit["code"], "kind": kind, "organ": organ,
                "batch": self.totals["batch"], "named_on": named, "doc_no": f"渝知发〔{self.year}〕58号",
            }  # fmt: skip
            yield Entered("bases", named, given)

    def rules(self) -> Iterator[Entered]:
        yield from self._documents()
        yield from self._projects()

    def _documents(self) -> Iterator[Entered]:
        for number, (title, category) in enumerate(
            self.words["documents"][: self.totals["documents"]], start=1
        ):
            issued, whole = self.day(2 + 2 * number, 12), f"重庆市{title}（{self.year}年）"
            given = {
                "title": whole, "category": category, "number": f"渝知规〔{self.year}〕{number}号", "issued_on": issued,
                "published_on": issued + dt.timedelta(4), "published_at": "重庆市知识产权局网站",
                "effective_on": issued + dt.timedelta(30), "expires_on": issued.replace(year=self.year + 5),
                "basis": ["行政处罚法 39"], "case_kinds": 1 if number <= self.totals["case_kinds"] else None,
            }  # fmt: skip
            yield Entered("documents", issued, given, by="handler")
            on = issued - dt.timedelta(18)
            checked = {
                "subject": whole, "kind": "legality", "text_kind": "normative", "drafted_by": "法规处", "seq": 1,
                "reviewer": f"{OFFICE}.legal", "reviewed_on": on, "verdict": "agree", "opinion": "合法。",
            }  # fmt: skip
            yield Entered("text-reviews", on, checked, by="legal")

    def _projects(self) -> Iterator[Entered]:
        entered = self.day(1, 20)
        for number, (title, plan_class, stages) in enumerate(self.words["projects"][self.year]):
            key = f"project-{number}"
            given = {
                "title": title, "kind": "regulation", "plan_class": plan_class, "plan_year": self.year, "entered_on": entered,
            }  # fmt: skip
            yield Entered("legislation", entered, given, key=key)
            for place, stage in enumerate(stages):
                on = self.day(3 + 2 * place + number, 26)
                yield Entered("legislation-stages", on, {"stage": stage, "reached_on": on}, parent=key)

    def actions(self) -> Iterator[Entered]:
        for number, (name, first, last) in enumerate(self.words["actions"][self.year]):
            begins, ends, key = self.day(first, 6), self.day(last, 28), f"action-{number}"
            joint = "川渝" in name
            given = {
                "name": name,
                "begins_on": begins,
                "ends_on": ends,
                "cross_region": joint,
                "partners": [SICHUAN] if joint else [],
            }
            summed = Taken("sum_up", ends, {"summed_on": ends, "summary": "行动按期完成。"})
            agencies = "代理" in name
            units = (
                [OFFICE]
                if agencies
                else [u["code"] for u in self.rng.sample(districts(), self.totals["districts"])]
            )
            yield Entered("special-actions", begins, given, key=key)
            for unit in units:
                yield from self._part(unit, key, begins, (ends - begins).days, agencies)
            yield Entered("special-actions", ends, {}, key=key, acts=(summed,))

    def _part(self, unit: str, action: str, begins: dt.date, days: int, agencies: bool) -> Iterator[Entered]:
        key, many = f"{action}-{unit}", 8 if agencies else 4
        items = ["代理机构主体资格"] if agencies else ["注册商标使用", "专利标注"]
        given = {"unit": unit, "assigned_on": begins, "planned": many, "items": items}
        yield Entered("action-parts", begins, given, key=key, parent=action)
        # Without a draw: these were visited one by one, on reports and by rounds.
        for number in range(many):
            on = begins + dt.timedelta(8 + self.rng.randrange(days - 20))
            subject = f"{'示例' if agencies else '示例巡查'}{unit[-3:]}{'甲乙丙丁戊己庚辛'[number]}{'代理事务所' if agencies else '商行'}"
            found = self.rng.random() < 0.25
            visit = {
                "subject": subject, "subject_kind": "agency" if agencies else "firm", "visited_on": on, "items": items,
                "officers": ["张检查", "王检查"], "outcome": "found" if found else "clean",
            }  # fmt: skip
            here = f"{key}-{number}"
            yield Entered("inspections", on, visit, by="handler", unit=unit, key=here, parent=key)
            if found:
                fault = {
                    "found_on": on,
                    "what": f"{items[0]}不规范",
                    "disposal": "talk" if agencies else "on_the_spot",
                }
                yield Entered("found-faults", on, fault, by="handler", unit=unit, parent=here)

    def typical(self) -> Iterator[Entered]:
        for name, kind, level in self.words["typical"][self.year]:
            on, chosen = self.day(2, 18), self.day(4, 26)
            given = {"name": name, "kind": kind, "case_year": self.year - 1, "nominated_on": on}
            clear = Taken("clear", on + dt.timedelta(5), {"cleared_on": on + dt.timedelta(5)}, by="handler")
            issuer = "国家知识产权局" if level == "national" else "重庆市知识产权局"
            said = {
                "selected_on": chosen,
                "level": level,
                "issuer": issuer,
                "list_name": f"{self.year - 1}年度知识产权行政保护典型案例",
            }
            yield Entered(
                "typical-cases",
                on,
                given,
                by="handler",
                acts=(clear, Taken("select", chosen, said, by="handler")),
            )

    def letters(self) -> Iterator[Entered]:
        for number, (subject, kind) in enumerate(self.words["letters"]):
            on = self.day(3 + 3 * number, 12)
            head = "川知函" if kind.endswith("_in") else "渝知函"
            given = {
                "subject": subject,
                "kind": kind,
                "partner": SICHUAN,
                "number": f"{head}〔{self.year}〕{number + 5}号",
                "sent_on": on,
            }
            back = on + dt.timedelta(21)
            answered = Taken("reply", back, {"replied_on": back, "reply": "已核实办理。"}, by="handler")
            yield Entered(
                "letters", on, given | {"reply_by": on + dt.timedelta(30)}, by="handler", acts=(answered,)
            )
