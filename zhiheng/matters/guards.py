"""Facts that the law asks for in any kind of matter: papers handed over and served, and who decides on recusal.

As in the families' guards: before a form is filled (`s.data is None`) a guard about its content answers True and is asked again later.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from zhiheng import canonical
from zhiheng.accounts.rights import Role
from zhiheng.accounts.selectors import roles_of
from zhiheng.accounts.words import title_of
from zhiheng.law import Fact

from .delivery import addressee_of, announced, deliveries
from .engine import decode, procedure_of
from .facts import Situation, or_attested, provides
from .family import family_of
from .models import Matter, StepTaken
from .powers import power_over
from .recusal import decider_of

_BY_OTHERS = {"direct": "直接", "post": "邮寄", "entrusted": "委托", "forwarded": "转交"}
_ADDRESS_STEP = "confirm_address"


def papers_handed_over(s: Situation) -> bool | Fact:
    """The step's own papers reach their addressees with it, as the officer's tick says, or are left to be served later."""
    if s.data.get("serve_later"):
        return True
    return Fact(False, papers="、".join(f"《{title}》" for title in _titles(s)))


def _titles(s: Situation) -> list[str]:
    return [s.procedure.form(code, s.on, s.scope).title for code in s.step.delivers or s.step.issues]


@or_attested
def handed_over(s: Situation) -> bool | Fact:
    return papers_handed_over(s)


@or_attested
def told_in_writing(s: Situation) -> bool | Fact:
    return papers_handed_over(s)


@provides
def announced_thirty_days(s: Situation) -> bool | Fact:
    """程序规定 82(5): served by announcement once thirty days after it was published are over; the last of them rolls as every period
    does (80)."""
    if s.data is None or s.data.get("service_method") != "public_notice":
        return True
    found = announced(s.standing)
    if found is None:
        return Fact(False, why="没有登记发布公告的日期和位置")
    published, last = found
    written = [
        d.paper.on
        for d in deliveries(s.record, s.standing)
        if d.due
        and (
            d.paper.form in s.step.serves
            or s.data.get(s.step.serves_chosen) in (d.paper.number, d.paper.form)
        )
    ]
    if written and published < max(written):
        return Fact(False, why=f"公告于{published}发布，早于文书作出之日{max(written)}")
    served = s.data.get("served_on") or s.on
    if served < last or s.on <= last:
        return Fact(False, why=f"公告于{published}发布，公告期至{last}届满，送达日期不得早于届满之日")
    return True


def _served_on(s: Situation):
    return s.data.get("served_on") or s.on


def _confirmation(s: Situation):
    """What the addressee last confirmed of its address by the day of service, None when nothing."""
    who = addressee_of(s.record, s.data)
    for event in reversed(s.standing.events if s.standing else ()):
        said = event.data
        if event.step != _ADDRESS_STEP or addressee_of(s.record, said, "confirming_party") != who:
            continue
        if (said.get("confirmed_on") or event.on) <= _served_on(s):
            return said
    return None


def confirmed_before(matters: Collection[int]) -> dict[str, tuple[date, str]]:
    """Party (by the one spelling of its name) → day and address of the last confirmation it signed in any of these matters."""
    rows = StepTaken.objects.filter(proceeding__matter__in=matters, step=_ADDRESS_STEP)
    found: dict[str, tuple[date, str]] = {}
    for row in rows.select_related("proceeding__matter").order_by("id"):
        data = decode(procedure_of(row.proceeding.version), row.step, row.data)
        who = str(data.get("confirming_party") or "").strip() or _principal_of(row.proceeding.matter)
        if who and data.get("service_address"):
            found[canonical.key(who)] = (data.get("confirmed_on") or row.on, data["service_address"])
    return found


def _principal_of(matter: Matter) -> str:
    family = family_of(matter.kind)
    column = family.principal.get("name")
    record = family.model.objects.filter(pk=matter.record_id).first() if column else None
    return getattr(record, column) or "" if record else ""


def _confirmed_here(s: Situation) -> bool:
    """A confirmation that the service itself tells of, signed no later than it."""
    signed = s.data.get("address_confirmed_on")
    return bool(signed) and signed <= _served_on(s)


@provides
def electronic_service_agreed(s: Situation) -> bool | Fact:
    """程序规定 82(3), 行政处罚法 61: by electronic means only with the addressee's consent, given in a signed confirmation of the address
    no later than the service. An address alone is no consent."""
    if s.data is None or s.data.get("service_method") != "electronic":
        return True
    if s.data.get("agrees_electronic") and _confirmed_here(s):
        return True
    said = _confirmation(s)
    if said is None:
        return Fact(False, why="案卷中没有送达之日以前签订的确认书")
    if not said.get("agrees_electronic"):
        return Fact(False, why="送达地址确认书没有同意电子送达")
    # It is served when it arrives in the addressee's own system: one that was named, or that the service itself names.
    if said.get("electronic_address") or any(s.data.get(field) for field in _WHERE_IT_ARRIVED):
        return True
    return Fact(False, why="送达地址确认书没有写明接收电子送达的号码、邮箱或者账号")


_WHERE_IT_ARRIVED = ("served_place", "receiver", "attachments")


@or_attested
def electronic_service_recorded(s: Situation) -> bool:
    """程序规定 82(3): what is sent by electronic means is recorded by picture, screenshot, sound or film."""
    if s.data is None or s.data.get("service_method") != "electronic":
        return True
    return any(s.data.get(field) for field in ("recording_note", "attachments"))


@provides
def left_before_witness(s: Situation) -> bool | Fact:
    """程序规定 82(2): left at the addressee's place before a witness, or with the act recorded by picture or film."""
    if s.data is None or s.data.get("service_method") != "left":
        return True
    return any(s.data.get(field) for field in ("witness", "recording_note", "attachments"))


@provides
def receipt_came_back(s: Situation) -> bool | Fact:
    """程序规定 82(1), 82(4), 83(2): who took it signs for it, and the day on the receipt counts; returned mail counts only at an address
    that the addressee had confirmed, and so does what was left there because nobody took it."""
    if s.data is None or (how := _BY_OTHERS.get(s.data.get("service_method"))) is None:
        return True
    if s.data.get("mail_returned"):
        if _confirmed_here(s) or _confirmation(s) is not None:
            return True
        return Fact(False, why="文书被退回，受送达人在退回之日以前没有签署送达地址确认书")
    if any(s.data.get(field) for field in ("receiver", "post_no", "attachments")):
        return True
    if s.data["service_method"] != "direct":
        return Fact(False, why=f"{how}送达没有登记签收人、邮件号，也没有上传回执")
    if _confirmed_here(s) or _confirmation(s) is not None:
        return True  # left at the address that the addressee confirmed
    return Fact(False, why="直接送达没有登记签收人，也没有上传送达回证")


@provides
def power_held(s: Situation) -> bool | Fact:
    """行政处罚法 22, 24, 专利法实施细则 95: the unit has the power over the cause by the law, or by a document that delegates it, on the day."""
    cause = s.cause
    power = power_over(s.record.unit, cause, s.on)
    if power.held:
        return True
    return Fact(False, unit=s.record.unit.name, cause=title_of("causes", cause), why=power.why, who=power.who)


@provides
def papers_served(s: Situation) -> bool | Fact:
    """Everything that had to reach a party has reached it."""
    waiting = [d for d in deliveries(s.record, s.standing) if d.due] if s.standing else []
    if not waiting:
        return True
    principal = addressee_of(s.record, {})
    shown = "、".join(
        f"《{d.paper.title}》{d.paper.number}" + (f"（送{d.addressee}）" if d.addressee != principal else "")
        for d in waiting
    )
    return Fact(False, papers=shown)


@provides
def recusal_decider_right(s: Situation) -> bool | Fact:
    """程序规定 4: the leaders together decide about the chief, the chief about other leaders, a leader about everybody else; and
    nobody about themselves."""
    if s.standing is None:
        return True
    about = [str((s.data or {}).get("recusal_of") or "").strip()]
    if not about[0]:
        opened = [
            s.standing.events[m.opened_at]
            for m in s.standing.run.open_measures("recusal")
            if m.opened_at >= 0
        ]
        about = [str(event.data.get("recusal_of") or "").strip() for event in opened]
    held = roles_of(s.actor, s.on)
    for name in filter(None, about):
        if s.actor.name == name:
            return Fact(False, why=f"{name}不能决定自己的回避")
        wanted = decider_of(s.record, name, s.on)
        if not held & _MAY_DECIDE[wanted]:
            return Fact(False, why=f"{name}的回避须由{_IN_WORDS[wanted]}决定")
    return True


_MAY_DECIDE = {
    Role.LEADER: {Role.LEADER, Role.CHIEF},
    Role.CHIEF: {Role.CHIEF},
    Role.COLLECTIVE: {Role.COLLECTIVE},
}
_IN_WORDS = {Role.LEADER: "部门负责人", Role.CHIEF: "主要负责人", Role.COLLECTIVE: "负责人集体讨论"}
