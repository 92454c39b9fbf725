"""Qualifications of staff and posts for legal work, declared."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from zhiheng.accounts.rights import Right
from zhiheng.figures.measures import Distinct
from zhiheng.figures.registry import Figure
from zhiheng.refusal import Reason
from zhiheng.registers.declaration import Act, Begin, Register, State, register

from .models import LegalPost, Qualification, QualificationKind


def _lapsed(on: date) -> Q:
    return Q(lapsed_on__lte=on)


register(
    Register(
        code="qualifications",
        model=Qualification,
        noun="件",
        icon="circle-check",
        right=Right.KEEP_STUDY,
        day="got_on",
        shows="person kind number unit got_on state",
        finds="person number",
        states=(State("lapsed", "已失效", _lapsed), State("held", "有效", Q(), "green")),
        acts=(
            Begin("get", "登记资格", "person kind number got_on note?"),
            Act("lapse", "登记失效", "lapsed_on note?", states="held"),
        ),
        past="got_on",
        until="lapsed_on",
        attachments="证书 其他",
        figures=lambda held: (
            Figure(
                id="trn.qualified",
                title="具有法律职业资格人数",
                unit="人",
                counts="期末法律职业资格有效的人员，同名的只计一人",
                of=held,
                where={"kind": (QualificationKind.LEGAL,)},
                measure=Distinct("person"),
                stock=True,
                silent=True,
            ),
        ),
    )
)


def _qualified(on: date) -> Q:
    """Whether who holds the post has what it takes."""
    held = Qualification.objects.standing().filter(
        Q(lapsed_on__isnull=True) | Q(lapsed_on__gt=on),
        unit=OuterRef("unit"),
        person=OuterRef("holder"),
        kind=OuterRef("required"),
    )
    return Q(required="") | Q(Exists(held))


def _post_faults(post: LegalPost, on: date):
    if post.filled_on and post.filled_on < post.set_on:
        yield Reason("到岗日期早于设岗日期", field="filled_on")


register(
    Register(
        code="legal-posts",
        model=LegalPost,
        noun="个",
        icon="users",
        right=Right.KEEP_STUDY,
        day="set_on",
        shows="post unit required holder filled_on state",
        finds="post holder",
        states=(
            State("closed", "已撤岗", Q(closed_on__isnull=False)),
            State("vacant", "空缺", Q(holder=""), "red"),
            State("filled", "在岗", _qualified, "green"),
            State("unqualified", "缺资格", Q(), "amber"),
        ),
        acts=(
            Begin("set", "登记岗位", "post set_on required? holder? filled_on?"),
            Act("fill", "登记到岗", "holder filled_on", states="vacant filled unqualified"),
            Act(
                "vacate",
                "登记离岗",
                "",
                states="filled unqualified",
                sets=lambda post, on: {"holder": "", "filled_on": None},
            ),
            Act("close", "撤销岗位", "closed_on", states="vacant filled unqualified"),
        ),
        check=_post_faults,
        past="filled_on",
        until="closed_on",
        attachments="任职文件 其他",
        empty="还没有登记法制岗位。登记以后，空缺和缺资格的岗位在这里一眼可见。",
        figures=lambda posts: (
            Figure(
                id="trn.posts",
                title="法制岗位数",
                unit="个",
                counts="期末没有撤销的法制岗位",
                of=posts,
                stock=True,
                silent=True,
            ),
        ),
    )
)
