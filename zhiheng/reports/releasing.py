"""A report on its way to publication: 起草 → 合法性审查 → 签发 → 发布.

Each is somebody else's duty, and what is published is what was signed: the words and the figures that were sent up. When records have
changed since, publishing is refused and the draft goes round again.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import may_in, who_may
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.figures.models import Snapshot
from zhiheng.figures.registry import find
from zhiheng.figures.services import freeze
from zhiheng.refusal import Reason, Refused
from zhiheng.registers import services as records
from zhiheng.registers.declaration import of_model

from . import highlights, selectors, typed
from .annual import Report, WordingError, with_paragraphs
from .docx import published_docx
from .models import DUTIES, Contribution, Highlight, PaperKind, Release, ReleaseState
from .periods import Period


@transaction.atomic
def begin(*, actor: Person, period: Period, on: date, paper: str = PaperKind.ANNUAL) -> Release:
    """Draft a paper (see PaperKind) of the actor's unit in the words of the book. One of a kind is on its way at a time."""
    _refuse_without(actor, actor.unit_id, ReleaseState.DRAFTED, on)
    if on <= period.last:
        raise Refused.because(
            f"{period.words}尚未结束，数字还会变动", way_out=f"请在{period.last:%Y-%m-%d}以后起草发布稿"
        )
    if there := selectors.open_release(actor.unit, period, paper):
        raise Refused.because(
            f"{period.words}的{PaperKind(paper).label}已经在{there.get_state_display()}",
            way_out="请打开那一份办理",
        )
    report = selectors.report_for(actor, period, on, paper)
    release = Release.objects.create(
        unit=actor.unit,
        period=str(period),
        paper=paper,
        title=report.title,
        wording=report.wording,
        made_by=actor,
        made_on=on,
    )
    return _entered(release, actor, on, "起草年度报告")


@transaction.atomic
def reword(*, actor: Person, release: Release, on: date, title: str, wording: str) -> Release:
    """Change the words of a draft. Refused once it has been sent up, and for words with a place nobody knows."""
    release = _lock(release)
    _refuse_without(actor, release.unit_id, ReleaseState.DRAFTED, on)
    _refuse_unless(release, ReleaseState.DRAFTED)
    release.title, release.wording = title.strip(), wording.strip().replace("\r\n", "\n")
    _composed(release, on)
    release.save(update_fields=["title", "wording"])
    return _entered(release, actor, on, "修改年度报告文稿")


@transaction.atomic
def take_in(*, actor: Person, release: Release, on: date, material: Highlight | Contribution) -> Release:
    """Write a highlight, or what a district contributed, at the end of its part of a draft; both then name each other."""
    release = _lock(release)
    _refuse_without(actor, release.unit_id, ReleaseState.DRAFTED, on)
    _refuse_unless(release, ReleaseState.DRAFTED)
    text = material.text if isinstance(material, Highlight) else material.said
    release.wording = with_paragraphs(release.wording, material.part, typed.paragraphs(text))
    _composed(release, on)
    register = of_model(type(material))
    records.take(
        actor=actor,
        on=on,
        register=register,
        record=material,
        act=register.act("take"),
        answers={"taken_into": release.pk, "taken_on": on},
        by_house=True,
    )
    release.save(update_fields=["wording"])
    return _entered(release, actor, on, "写入年度报告文稿")


@transaction.atomic
def send_up(*, actor: Person, release: Release, on: date, though_empty: bool = False) -> Release:
    """送审: what it says today is what is reviewed, signed and published. Who sends it up answers for the draft. A year of which nothing
    is recorded goes up only when that is meant (`though_empty`): its noughts look like findings. A number that no record answers for
    goes up only with what it rests on (`typed`)."""
    release = _lock(release)
    _refuse_without(actor, release.unit_id, ReleaseState.DRAFTED, on)
    _refuse_unless(release, ReleaseState.DRAFTED)
    report = _composed(release, on)
    if report.empty and not though_empty:
        raise Refused.because(
            f"{report.period.words}没有任何记录，发布出去的都是零",
            way_out="请先登记或导入这一期的记录；确实没有的，请勾选确认",
            field="empty",
        )
    unproven = [
        one for one in typed.typed(report, highlights.materials(release, on).written) if not one.rests_on
    ]
    if unproven:
        raise Refused([Reason(one.why_not, way_out=one.way_out) for one in unproven[:8]])
    release.text, release.figures = report.text, _figures(report)
    release.made_by, release.sent_on, release.returned = actor, on, ""
    release.state = ReleaseState.REVIEW
    release.save()
    return _entered(release, actor, on, "送审年度报告")


@transaction.atomic
def review(*, actor: Person, release: Release, on: date, agrees: bool, text: str) -> Release:
    """合法性审查: on to the leader, or back to whoever drafted it. Both need a reason in words."""
    release = _lock(release)
    _refuse_unless(release, ReleaseState.REVIEW)
    _refuse_without(actor, release.unit_id, ReleaseState.REVIEW, on)
    _refuse_same_hand(actor, release)
    if not text.strip():
        raise Refused.because("没有写审查意见", way_out="请写明审查了什么、结论是什么", field="text")
    if not agrees:
        return _returned(release, actor, on, text, "合法性审查退回年度报告")
    release.reviewed_by, release.reviewed_on, release.opinion = actor, on, text.strip()
    release.state = ReleaseState.SIGN
    release.save()
    return _entered(release, actor, on, "年度报告合法性审查")


@transaction.atomic
def sign(*, actor: Person, release: Release, on: date, agrees: bool, text: str = "") -> Release:
    """签发 by a leader, or back with the reason."""
    release = _lock(release)
    _refuse_unless(release, ReleaseState.SIGN)
    _refuse_without(actor, release.unit_id, ReleaseState.SIGN, on)
    _refuse_same_hand(actor, release)
    if not agrees:
        if not text.strip():
            raise Refused.because("没有写退回的理由", way_out="请写明需要改什么", field="text")
        return _returned(release, actor, on, text, "退回年度报告")
    release.signed_by, release.signed_on = actor, on
    release.state = ReleaseState.SIGNED
    release.save()
    return _entered(release, actor, on, "签发年度报告")


@transaction.atomic
def take_back(*, actor: Person, release: Release, on: date, because: str) -> Release:
    """Back to the draft, from wherever it is before it is published: what was reviewed and signed counts no more."""
    release = _lock(release)
    _refuse_without(actor, release.unit_id, ReleaseState.DRAFTED, on)
    if release.state in (ReleaseState.DRAFTED, ReleaseState.PUBLISHED):
        raise Refused.because(f"这份报告{release.get_state_display()}，不能收回")
    if not because.strip():
        raise Refused.because("没有写收回的原因", way_out="请写明为什么收回", field="text")
    return _returned(release, actor, on, because, "收回年度报告")


@transaction.atomic
def publish(*, actor: Person, release: Release, on: date) -> Snapshot:
    """Freeze what was signed: text, figures, the rows behind each figure and their names.

    Refused where the figures of today are not those that were signed. Who signed does not publish.
    """
    release = _lock(release)
    _refuse_unless(release, ReleaseState.SIGNED)
    _refuse_without(actor, release.unit_id, ReleaseState.SIGNED, on)
    if actor.pk in (release.signed_by_id, release.reviewed_by_id):
        raise Refused.because(
            f"{actor.name}审查或者签发了这份报告，不能自己发布", way_out="请由起草人或者其他计划统计人员发布"
        )
    report = _composed(release, on)
    moved = selectors.moved_since(release, report)
    if moved or report.text != release.text:
        told = "；".join(f"{title}送审{was}，现为{now}" for title, was, now in moved[:5])
        raise Refused.because(
            f"送审以后有{len(moved)}项数字变动：{told}" if moved else "送审以后正文有变动",
            way_out="请收回重新送审，发布的须是签发的",
        )
    snapshot = freeze(
        actor=actor,
        on=on,
        unit=release.unit,
        scope=report.scope,
        figures=[find(figure_id) for figure_id in report.figures],
        title=report.title,
        text=report.text,
    )
    # Where others may write between two reads, the text and the rows could tell different numbers.
    frozen = dict(snapshot.figures.values_list("figure", "value"))
    if any(frozen.get(figure_id) != value.value for figure_id, value in report.figures.items()):
        raise Refused.because("发布的同时有案件数据正在改动", way_out="请稍候再发布一次")
    release.snapshot, release.state = snapshot, ReleaseState.PUBLISHED
    # The very bytes, for ever: a later version of the program may lay the same words out otherwise.
    release.issued = documents.store(published_docx(snapshot))
    release.save(update_fields=["snapshot", "state", "issued"])
    _entered(release, actor, on, "年度报告稿已发布")
    return snapshot


def may_move(actor: Person, release: Release, on: date) -> str:
    """Why the reader does not move the draft on from where it is, "" when they may: the services ask the same again."""
    if release.state == ReleaseState.PUBLISHED:
        return "已经发布"
    right, duty = DUTIES[release.state]
    if not may_in(actor, right, release.unit_id, on):
        return f"{duty}由{who_may(right)}办理"
    hands = {release.made_by_id} if release.state in (ReleaseState.REVIEW, ReleaseState.SIGN) else set()
    if release.state != ReleaseState.DRAFTED:
        hands |= {release.reviewed_by_id, release.signed_by_id}
    return "起草、审查、签发须由不同的人办理" if actor.pk in hands else ""


def told(release: Release) -> dict[str, Any]:
    """Every column of the row as its entries state it; long words by their digest."""
    named = {field.name: getattr(release, field.attname) for field in Release._meta.concrete_fields}
    del named["id"]
    return named | {name: audit.digest(named[name].encode()) for name in ("wording", "text")}


def _entered(release: Release, actor: Person, on: date, action: str) -> Release:
    audit.record(actor=actor, on=on, action=action, subject=release, name=release.title, data=told(release))
    return release


def _returned(release: Release, actor: Person, on: date, text: str, action: str) -> Release:
    release.state = ReleaseState.DRAFTED
    release.reviewed_by = release.signed_by = release.reviewed_on = release.signed_on = None
    release.opinion, release.returned = "", f"{actor.name}（{on:%Y-%m-%d}）：{text.strip()}"
    release.save()
    return _entered(release, actor, on, action)


def _composed(release: Release, on: date) -> Report:
    if not release.title:
        raise Refused.because("没有写标题", field="title")
    try:
        report = selectors.report_of_release(release, on)
    except WordingError as error:
        raise Refused.because(str(error), way_out="请照说明改正", field="wording") from error
    if unknown := [one for one in report.not_recorded if one.by_hand]:
        raise Refused.because(
            f"文稿里的{'、'.join(one.title for one in unknown)}没有登记，已经作废，或者不是本单位这一期的",
            way_out="请核对编号，或先登记人工数字",
            field="wording",
        )
    return report


def _figures(report: Report) -> dict[str, str]:
    return {figure_id: f"{value.value:.6f}" for figure_id, value in report.figures.items()}


def _lock(release: Release) -> Release:
    """The draft as it is now, held until the transaction ends."""
    return Release.objects.select_for_update(of=("self",)).select_related("unit").get(pk=release.pk)


def _refuse_unless(release: Release, state: str) -> None:
    if release.state != state:
        raise Refused.because(
            f"这份报告{release.get_state_display()}，不在“{ReleaseState(state).label}”",
            way_out="请刷新后再看",
        )


def _refuse_without(actor: Person, unit_id: int, state: str, on: date) -> None:
    right, duty = DUTIES[state]
    if not may_in(actor, right, unit_id, on):
        raise Refused.because(
            f"您没有{duty}年度报告的权限", way_out=f"请由{who_may(right)}办理，或联系本单位管理员授予角色"
        )


def _refuse_same_hand(actor: Person, release: Release) -> None:
    """Nobody reviews or signs what they drafted, or signs what they reviewed."""
    if actor.pk in (release.made_by_id, release.reviewed_by_id):
        raise Refused.because("起草、审查、签发须由不同的人办理", way_out="请由其他有权人员办理")
