"""The list of people, and what a certificate's validity says today."""

from __future__ import annotations

from datetime import date

from django.utils.html import format_html

from zhiheng.ui.days import today
from zhiheng.ui.lists import Choice, Column, List, Text, To, Unit

from . import selectors
from .models import Confirmation, Person
from .rights import role_choices, role_titles

# Renewal takes the provincial justice department some weeks.
WARN_DAYS = 60


def certificate_words(valid_to: date | None, on: date) -> tuple[str, str]:
    """(colour, words) for the last day of a certificate."""
    if valid_to is None:
        return "plain", "无执法证"
    left = (valid_to - on).days
    if left < 0:
        return "red", f"已过期{-left}天"
    if left <= WARN_DAYS:
        return "amber", f"还有{left}天到期" if left else "今日到期"
    return "green", "有效"


def certificate_tag(valid_to: date | None, on: date, revoked_on: date | None = None) -> str:
    if revoked_on is not None and revoked_on <= on:
        return format_html('<span class="tag tag-red">{}收回</span>', f"{revoked_on:%Y-%m-%d}")
    return format_html('<span class="tag tag-{}">{}</span>', *certificate_words(valid_to, on))


def _roles(person: Person) -> str:
    return role_titles(grant.role for grant in person.held)


def _today() -> date:
    return today()


PEOPLE = List(
    name="人员",
    noun="人",
    columns=[
        Column("姓名", "name", kind="code", link=To("person")),
        Column("登录名", "username", kind="code", sort="username"),
        Column("单位", "unit.short_name", kind="code", sort="unit__code"),
        Column("现任角色", _roles, kind="wide"),
        Column("电话", "phone", kind="code"),
        Column("执法证有效期止", "certificate_to", kind="day", sort="certificate_to"),
        Column(
            "执法证",
            lambda p: certificate_words(p.certificate_to, _today())[1],
            kind="tag",
            render=lambda p: certificate_tag(p.certificate_to, _today()),
        ),
        Column("状态", lambda p: ("待核实" if p.rests else "在用") if p.is_active else "停用", kind="tag"),
    ],
    filters=[
        Text("q", "查找", ("name", "username", "phone"), hint="姓名、登录名、电话"),
        Unit(lambda request: selectors.unit_choices(request.user)),
        Choice(
            "role",
            "角色",
            lambda request: role_choices(),
            lambda rows, role: selectors.holding(rows, role, _today()),
        ),
        Choice(
            "certificate",
            "执法证",
            (("valid", "有效"), ("soon", f"{WARN_DAYS}天内到期"), ("expired", "已过期"), ("none", "没有")),
            lambda rows, state: selectors.by_certificate(rows, state, _today(), WARN_DAYS),
        ),
        Choice(
            "active",
            "状态",
            (("1", "在用"), ("0", "停用")),
            lambda rows, value: rows.filter(is_active=value == "1"),
        ),
    ],
    order=("unit__code", "username"),
    empty="还没有人员。请用“新增人员”登记。",
)


def _asked(one: Confirmation) -> str:
    return f"授予{one.get_role_display()}（{one.since:%Y-%m-%d} 起）" if one.role else "账号（他人设的密码）"


def _decided(one: Confirmation) -> str:
    if one.decided_on is None:
        return "待核实"
    return "已核实" if one.agreed else "不予核实"


CONFIRMATIONS = List(
    name="核实",
    noun="项",
    columns=[
        Column("人员", "person.name", kind="code", link=To("confirmation")),
        Column("单位", "person.unit.short_name", kind="code"),
        Column("提请事项", _asked, kind="wide"),
        Column("提请人", "asked_by.name", kind="code"),
        Column("提请日期", "asked_on", kind="day"),
        Column("状态", _decided, kind="tag"),
        Column("核实人", "decided_by.name", kind="code"),
        Column("核实日期", "decided_on", kind="day"),
    ],
    filters=[
        Text("q", "查找", ("person__name", "person__username"), hint="姓名、登录名"),
        Unit(lambda request: selectors.unit_choices(request.user), by="person__unit__code"),
        Choice(
            "open",
            "状态",
            (("1", "待核实"), ("0", "已办")),
            lambda rows, value: rows.filter(decided_on__isnull=value == "1"),
        ),
    ],
    order=("-pk",),
    empty="没有待核实的账号和任职，近来也没有办过。",
)
