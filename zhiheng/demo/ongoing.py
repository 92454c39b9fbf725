"""Cases under way at the end of the demonstration year, as steps of the ordinary procedure to be played in order.

Before a decision any cause may occur; decided cases are of a cause outside the published totals, so that playing them
leaves the year's figures as they are.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from .amounts import YUAN
from .year import YEAR, CaseMaker, OpenCase, Step, shape

_END = dt.date(YEAR, 12, 31)
# Stages at which cases stand, with the number of such cases among 60 and how many working days the last step lies back.
_STAGES = (
    ("lead", 6, (1, 9)),
    ("verifying", 7, (1, 8)),
    ("investigating", 17, (2, 40)),
    ("investigated", 4, (1, 6)),
    ("reviewing", 5, (1, 8)),
    ("proposed", 3, (1, 4)),
    ("noticing", 3, (1, 3)),
    ("noticed", 4, (1, 4)),
    ("deliberating", 3, (1, 3)),
    ("decided", 3, (1, 5)),
    ("served", 5, (2, 8)),
)
_AFTER_DECISION = {"decided", "served"}
_LATE_EVERY = 5  # every fifth case before its decision has run out of time


def open_cases(maker: CaseMaker) -> tuple[OpenCase, ...]:
    """The open cases; their number is shape.yaml's `open_cases`, spread over the stages."""
    stages = [(stage, back) for stage, number, back in _STAGES for _ in range(number)]
    wanted = shape()["open_cases"]
    stages = (stages * (wanted // len(stages) + 1))[:wanted]
    return tuple(_open_case(maker, stage, back, number) for number, (stage, back) in enumerate(stages))


def _open_case(maker: CaseMaker, stage: str, back: tuple[int, int], number: int) -> OpenCase:
    rng = maker.rng
    unit = maker.unit()
    cause = "trademark_infringement" if rng.random() < 0.75 else "patent_counterfeiting"
    if stage in _AFTER_DECISION:
        cause = "trademark_other"
    patent = cause == "patent_counterfeiting"
    party = maker.party(unit, companies=0.2, goods=shape()["patent_goods"] if patent else None)
    script = _Script(maker, unit, cause, party)
    script.write(stage)
    late = number % _LATE_EVERY == 2 and stage in (
        "lead",
        "verifying",
        "investigating",
        "investigated",
        "reviewing",
    )
    # The script is laid out forwards from an arbitrary day, then moved so that its last step lies where it should.
    behind = rng.randint(*back)
    if late:
        behind = rng.randint(70, 95) if stage in ("investigating", "investigated") else rng.randint(22, 35)
    steps = script.placed(behind)
    return OpenCase(unit["code"], cause, party.name, steps, late)


@dataclass(frozen=True)
class _At:
    """The day of the step, or an hour on it, until the days are known."""

    hour: int | None = None
    minute: int = 0

    def on(self, day: dt.date) -> dt.date | dt.datetime:
        return day if self.hour is None else dt.datetime(day.year, day.month, day.day, self.hour, self.minute)


_TODAY = _At()


class _Script:
    """Writes the steps of one case with the working days between them."""

    def __init__(self, maker: CaseMaker, unit: dict[str, str], cause: str, party):
        self.maker, self.unit, self.cause, self.party = maker, unit, cause, party
        self.mark = maker.mark()
        self.value = maker.rng.randrange(200, 9_000, 10) * YUAN
        self.fine = maker.rng.randrange(500, 4_500, 100) * YUAN
        self.steps: list[
            tuple[int, str, dict[str, Any]]
        ] = []  # working days after the step before, code, data

    def write(self, stage: str) -> None:
        chapters = (
            (self._lead, ("lead",)),
            (self._verification, ("verifying",)),
            (self._investigation, ("investigating",)),
            (self._findings, ("investigated",)),
            (self._review, ("reviewing",)),
            (self._approval, ("proposed",)),
            (self._notice, ("noticing",)),
            (self._service_of_notice, ("noticed",)),
            (self._deliberation, ("deliberating",)),
            (self._decision, ("decided",)),
            (self._service, ("served",)),
        )
        for chapter, reached in chapters:
            chapter()
            if stage in reached:
                return

    def placed(self, behind: int) -> tuple[Step, ...]:
        """The steps on working days, the last one `behind` working days before the year's end."""
        calendar = self.maker.calendar
        total = sum(gap for gap, _, _ in self.steps)
        day = _END
        for _ in range(total + behind):
            day -= dt.timedelta(1)
            while not calendar.is_workday(day):
                day -= dt.timedelta(1)
        placed = []
        for gap, code, data in self.steps:
            day = calendar.add_workdays(day, gap) if gap else day
            placed.append(
                Step(
                    day,
                    code,
                    {
                        name: value.on(day) if isinstance(value, _At) else value
                        for name, value in data.items()
                    },
                )
            )
        return tuple(placed)

    def _add(self, gap: int, code: str, **data: Any) -> None:
        self.steps.append((gap, code, data))

    @property
    def _offence(self) -> str:
        if self.cause == "patent_counterfeiting":
            return f"假冒专利（{self.party.goods}）"
        if self.cause == "trademark_other":
            return f"将未注册商标“{self.mark}”冒充注册商标使用"
        return f"销售侵犯“{self.mark}”注册商标专用权的{self.party.goods}"

    @property
    def _law(self) -> tuple[str, str]:
        return {
            "trademark_infringement": ("商标法第五十七条第三项", "商标法第六十条第二款"),
            "patent_counterfeiting": ("专利法第六十八条", "专利法第六十八条"),
            "trademark_other": ("商标法第五十二条", "商标法第五十二条"),
        }[self.cause]

    def _lead(self) -> None:
        rng = self.maker.rng
        self._add(
            0, "register_lead", received_on=_TODAY, source=self.maker.pick(shape()["sources"]), cause=self.cause,
            title=f"{self.party.name}涉嫌{self._offence}案", lead_content=f"反映{self.party.name}涉嫌{self._offence}。",
            party_name=self.party.name, party_type=self.party.kind, party_id_no=self.party.identity,
            party_address=f"{self.unit['name'].removesuffix('市场监督管理局')}示例路{rng.randint(1, 200)}号",
        )  # fmt: skip

    def _verification(self) -> None:
        self._add(1, "start_verification", verification_plan="两名承办人到现场核查")
        self._add(1, "record_inspection", inspected_from=_At(9, 30), inspected_to=_At(10, 40), place=f"{self.party.name}经营场所",
                  findings=f"现场陈列待售{self.party.goods}若干，当事人未能当场提供合法来源证明。", onsite_person=self.party.operator)  # fmt: skip

    def _investigation(self) -> None:
        rng = self.maker.rng
        breached, _ = self._law
        self._add(
            rng.randint(1, 9), "file_case", title=f"{self.party.name}涉嫌{self._offence}案", cause=self.cause,
            party_name=self.party.name, party_type=self.party.kind, party_legal_rep=self.party.operator, act_on=_TODAY,
            law_breached=breached, verification_result="经核查，有证据初步证明存在违法行为。",
        )  # fmt: skip
        self._add(1, "record_questioning", questioned_from=_At(14, 30), questioned_to=_At(15, 20), place="本局询问室",
                  person_questioned=self.party.operator or self.party.name, qa=[{"q": "货从哪里来？", "a": "上门推销的人送来的，没有票据。"}])  # fmt: skip
        self._add(2, "extract_evidence", evidence_name=f"{self.party.goods}照片", evidence_source="现场拍摄",
                  evidence_proves="当事人经营场所存放涉案商品", extraction_method="photo")  # fmt: skip

    def _substance(self) -> dict[str, Any]:
        breached, basis = self._law
        return {
            "facts": f"当事人{self._offence}，货值{self.value // YUAN}元。",
            "evidence": [
                {"name": "现场笔录", "source": "本局制作", "proves": "现场存放涉案商品"},
                {"name": "询问笔录", "source": "本局制作", "proves": "进货与销售情况"},
            ],
            "law_breached": breached,
            "law_basis": basis,
            "discretion": "当事人系初次违法，能够如实陈述，涉案金额较小，从轻处罚。",
        }

    def _findings(self) -> None:
        more = {"turnover": self.value} if self.cause != "patent_counterfeiting" else {}
        self._add(self.maker.rng.randint(8, 25), "close_investigation", **self._substance(), case_value=self.value,
                  value_method="marked", proposal=f"建议责令立即停止违法行为，罚款{self.fine // YUAN}元", **more)  # fmt: skip

    def _review(self) -> None:
        self._add(1, "submit_review", review_kind="case")

    def _approval(self) -> None:
        self._add(
            self.maker.rng.randint(2, 6),
            "pass_review",
            review_opinion="事实清楚、证据充分、程序合法、适用依据正确，同意。",
        )

    def _penalty(self) -> dict[str, Any]:
        return {
            "penalty_kinds": ["fine"],
            "proposed_penalty": [f"罚款{self.fine // YUAN}元"],
            "fine": self.fine,
        }

    def _notice(self) -> None:
        self._add(2, "give_notice", **self._substance(), **self._penalty(), hearing_right=False)

    def _service_of_notice(self) -> None:
        self._add(
            1,
            "serve_notice",
            served_on=_TODAY,
            service_method="direct",
            receiver=self.party.operator or self.party.name,
        )

    def _deliberation(self) -> None:
        self._add(7, "deliberate", defence_opinion="当事人在期限内未提出陈述申辩。")

    def _decision(self) -> None:
        self._add(2, "decide_penalty", **self._substance(), **self._penalty(), case_value=self.value, value_method="marked",
                  turnover=self.value)  # fmt: skip

    def _service(self) -> None:
        self._add(
            1,
            "serve_decision",
            served_on=_TODAY,
            service_method="direct",
            receiver=self.party.operator or self.party.name,
        )
