"""The kinds of records of study, declared."""

from django.db.models import Q

from zhiheng.accounts.rights import Right
from zhiheng.figures.measures import Total
from zhiheng.figures.registry import Figure
from zhiheng.registers.declaration import Act, Begin, Register, State, register

from .models import SessionKind, StudySession

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

from . import exams, posts  # noqa: E402,F401 - declared behind the sessions
