"""The kinds of records of study, declared."""

from django.db.models import Q

from zhiheng.accounts.rights import Right
from zhiheng.figures.measures import Ratio, Total
from zhiheng.figures.registry import Figure, Records
from zhiheng.registers.declaration import Act, Begin, Register, State, register

from .models import Exam, SessionKind, StudySession

register(
    Register(
        code="study-sessions",  # in addresses and for programs, for ever
        model=StudySession,
        noun="次",
        icon="file-text",  # one of ICONS in zhiheng/ui/assets.py
        right=Right.KEEP_STUDY,
        day="held_on",
        shows="topic unit kind held_on expected attended state",  # columns of the list
        finds="topic",  # columns the search looks in
        states=(
            State("planned", "未举行", lambda on: Q(held_on__gt=on), "blue"),
            State("open", "待补登", Q(attended__isnull=True), "amber"),
            State("done", "已完成", Q(), "green"),
        ),
        acts=(
            Begin("hold", "登记学法", "topic kind held_on instruments? expected attended? minutes?"),
            Act("report", "补登情况", "attended minutes?", states="open"),
        ),
        attachments="签到表 学习材料 照片",
        figures=lambda sessions: (
            Figure(
                id="trn.study",
                title="集中学法次数",
                unit="次",
                counts="已补登情况的中心组学习和全员学法，按学习日期计入；业务培训另计",
                of=sessions,
                where={"kind": (SessionKind.GROUP, SessionKind.STAFF)},
                only=Q(attended__isnull=False),
                silent=True,
            ),
            Figure(
                id="trn.study.people",
                title="集中学法人次",
                unit="人次",
                counts="各次中心组学习和全员学法的实到人数之和，按学习日期计入",
                of=sessions,
                where={"kind": (SessionKind.GROUP, SessionKind.STAFF)},
                measure=Total("attended"),
                silent=True,
            ),
            Figure(
                id="trn.train",
                title="培训场次",
                unit="场",
                counts="已补登情况的业务培训，按日期计入",
                of=sessions,
                where={"kind": (SessionKind.TRAINING,)},
                only=Q(attended__isnull=False),
                silent=True,
            ),
            Figure(
                id="trn.train.people",
                title="培训人次",
                unit="人次",
                counts="各场业务培训的实到人数之和，按日期计入；同一人多次参加重复计",
                of=sessions,
                where={"kind": (SessionKind.TRAINING,)},
                measure=Total("attended"),
                silent=True,
            ),
        ),
    )
)


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
