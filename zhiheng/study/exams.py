"""Exams in the law, declared."""

from __future__ import annotations

from django.db.models import Q

from zhiheng.accounts.rights import Right
from zhiheng.figures.measures import Ratio, Total
from zhiheng.figures.registry import Figure, Records
from zhiheng.registers.declaration import Act, Begin, Register, State, register

from .models import Exam


def _exam_figures(exams: Records) -> tuple[Figure, ...]:
    rule = "已登记结果的考试，按考试日期计入"
    given = {"of": exams, "only": Q(sat__isnull=False), "silent": True}
    expected = Figure("trn.exam.expected", "应考人数", "人次", rule, measure=Total("expected"), **given)
    sat = Figure("trn.exam.sat", "参考人数", "人次", rule, measure=Total("sat"), **given)
    passed = Figure("trn.exam.passed", "合格人数", "人次", rule, measure=Total("passed"), **given)
    return (
        Figure(
            "trn.exam",
            "学法考试参考率",
            "%",
            f"参考人数除以应考人数；{rule}",
            measure=Ratio(sat, expected),
            silent=True,
        ),
        Figure(
            "trn.exam.rate",
            "学法考试合格率",
            "%",
            f"合格人数除以参考人数；{rule}",
            measure=Ratio(passed, sat),
            silent=True,
        ),
    )


register(
    Register(
        code="exams",
        model=Exam,
        noun="次",
        icon="circle-check",
        right=Right.KEEP_STUDY,
        day="held_on",
        shows="name unit held_on expected sat passed state",
        finds="name",
        states=(
            State("planned", "未举行", lambda on: Q(held_on__gt=on), "blue"),
            State("open", "待补登", Q(sat__isnull=True), "amber"),
            State("done", "已完成", Q(), "green"),
        ),
        acts=(
            Begin("hold", "登记考试", "name held_on expected sat? passed?"),
            Act("report", "补登结果", "sat passed", states="open"),
        ),
        attachments="成绩单 试卷 其他",
        figures=_exam_figures,
    )
)
