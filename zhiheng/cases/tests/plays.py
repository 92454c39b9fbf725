"""Cases played by `rehearse`, as lawyers write them: a lawful case by ordinary procedure, and what one changes in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import yaml

from tests.stage import Stage
from zhiheng.matters.rehearsal import rehearse

_OPENED = date(2025, 3, 3)
_FACTS = {
    "facts": "当事人销售侵犯“示例牌”注册商标专用权的商品30件。",
    "evidence": [{"name": "现场笔录", "source": "本局制作", "proves": "侵权商品的数量和标价"}],
    "law_breached": "商标法第五十七条第三项",
    "law_basis": "商标法第六十条第二款",
    "discretion": "按一般情节处罚。",
}
_PENALTY = {
    "penalty_kinds": ["fine", "confiscate_goods"],
    "proposed_penalty": ["没收侵权商品", "罚款"],
    "fine": 9000,
    "turnover": 32000,
    "confiscated_goods": "侵权商品30件",
    "confiscated_goods_value": 8400,
}
# The steps of a lawful case, with days after the step before.
_PATH: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("register_lead", 0, {"source": "right_holder", "title": "示例商行涉嫌商标侵权案", "cause": "trademark_infringement",
                          "lead_content": "权利人投诉", "party_name": "示例商行", "party_type": "individual_business",
                          "party_id_no": "92500112MA0000000N", "party_address": "示例路1号"}),
    ("start_verification", 1, {}),
    ("record_inspection", 1, {"inspected_from": "2025-03-05 09:30", "inspected_to": "2025-03-05 10:30", "place": "示例商行",
                              "findings": "发现侵权商品30件"}),
    ("file_case", 1, {"title": "示例商行涉嫌商标侵权案", "cause": "trademark_infringement", "party_name": "示例商行",
                      "party_type": "individual_business", "act_on": "2025-01-06", "law_breached": "商标法第五十七条第三项",
                      "verification_result": "有证据初步证明"}),
    ("close_investigation", 20, {**_FACTS, "proposal": "罚款并没收侵权商品", "case_value": 32000, "value_method": "marked",
                                 "turnover": 32000}),
    ("submit_review", 1, {"review_kind": "case"}),
    ("pass_review", 2, {"review_opinion": "同意"}),
    ("give_notice", 1, {**_FACTS, **_PENALTY, "hearing_right": False}),
    ("serve_notice", 1, {"service_method": "direct", "receiver": "李示例"}),
    ("deliberate", 12, {}),
    ("decide_penalty", 1, {**_FACTS, **_PENALTY, "case_value": 32000, "value_method": "marked"}),
    ("serve_decision", 2, {"service_method": "direct", "receiver": "李示例"}),
)  # fmt: skip
_DATED = {"register_lead": "received_on", "serve_notice": "served_on", "serve_decision": "served_on"}


class Play:
    """A case by ordinary procedure. `to` plays the lawful way up to a step, `step` anything further; both change answers by name (None
    leaves one out). `both` changes the notice and the decision alike. A refusal stays in `last`.

    `unit`: the code of the one where it is played, beside whatever a test has written there; or the stage, where nothing else is and
    what the case before began with in common is not played again. `office`: on the stage, the case is the office's, not a bureau's."""

    def __init__(
        self, unit: str | Stage, *, opened: date = _OPENED, office: bool = False, **everywhere: Any
    ) -> None:
        self.unit, self.on, self.everywhere, self.office = unit, opened, everywhere, office
        self.steps: list[dict[str, Any]] = []
        self.reached = 0
        self.others: list[str] = []
        self.last: dict[str, Any] = {}

    def to(self, code: str, *, both: dict[str, Any] | None = None, **changes: dict[str, Any]) -> Play:
        while self.reached < len(_PATH):
            step, days, answers = _PATH[self.reached]
            self.reached += 1
            self.on += timedelta(days)
            known = {
                k: v
                for k, v in self.everywhere.items()
                if k in answers or step in ("give_notice", "decide_penalty")
            }
            answers = {**answers, **known}
            if step in ("give_notice", "decide_penalty"):
                answers |= both or {}
            if step == "give_notice":
                self.told = both or {}
            answers |= changes.get(step, {})
            if step in _DATED:
                answers.setdefault(_DATED[step], self.on)
            self._add(step, answers)
            if step == "give_notice":
                self.others = [row["party"] for row in answers.get("sanctions") or ()]
            if step == code:
                return self
            if step == "serve_notice":  # each party that is to be punished is told
                for who in self.others:
                    told = {
                        "addressee": who,
                        "served_on": self.on,
                        "service_method": "direct",
                        "receiver": who,
                    }
                    self._add("serve_notice_on", told)
        raise LookupError(code)

    def step(
        self, code: str, days: int = 1, *, ref: str = "", approve: list | None = None, **answers: Any
    ) -> Play:
        self.on += timedelta(days)
        self._add(code, answers, ref=ref, approve=approve)
        return self

    def _add(self, code: str, answers: dict[str, Any], ref: str = "", approve: list | None = None) -> None:
        step: dict[str, Any] = {
            "step": code,
            "on": self.on,
            "answers": {k: v for k, v in answers.items() if v is not None},
        }
        if ref:
            step["ref"] = ref
        if approve is not None:
            step["approve"] = approve
        self.steps.append(step)

    def play(self) -> list[dict[str, Any]]:
        if isinstance(self.unit, Stage):
            return self.unit.play("penalty", self.steps, office=self.office)
        text = yaml.safe_dump({"kind": "penalty", "unit": self.unit, "steps": self.steps}, allow_unicode=True)
        return rehearse(text, "演练.yaml")

    def open(self) -> dict[str, Any]:
        """What the last step did; every step was taken."""
        told = self.play()
        refused = {one["step"]: one["refused"] or one.get("waits_for") for one in told if not one["taken"]}
        assert not refused, refused
        return told[-1]

    def refused(self, guard: str, *words: str) -> dict[str, Any]:
        """The refusal of the last step, for this reason; every step before it was taken."""
        told = self.play()
        early = {one["step"]: one["refused"] for one in told[:-1] if not one["taken"]}
        assert not early, early
        assert not told[-1]["taken"], f"{told[-1]['step']} was taken"
        found = [reason for reason in told[-1]["refused"] if reason["guard"] == guard]
        assert found, told[-1]["refused"]
        assert found[0]["article"] and found[0]["way_out"], found
        for word in words:
            assert word in found[0]["reason"] + found[0]["article"] + found[0]["way_out"], (word, found[0])
        return found[0]
