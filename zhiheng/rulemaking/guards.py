"""What the law asks of a text before a step, answered from its versions, its comments and the reviews that were given.

A review counts for one text, by its hash: a draft that was changed since has not been reviewed. Before a form is filled
(`s.data is None`) a guard about its content answers True and is asked again later.
"""

from __future__ import annotations

from datetime import timedelta

from zhiheng.law import Event, Fact
from zhiheng.matters.facts import Situation, of_the_step, provides

from .models import OPEN_TO_ALL, Comment, Moderation, TextVersion

LEAST_DAYS = 30  # 优化营商环境条例 62(2), 规章程序条例 15(2): generally no fewer
_APPLIES, _NONE = "applies", "none"


def current(s: Situation) -> TextVersion | None:
    """The draft's text as it is now."""
    return s.remembered("text", lambda s: _latest(s.record))


def _latest(record) -> TextVersion | None:
    return record.versions.order_by("-seq").first() if record.pk else None


def _given(s: Situation, kind: str) -> Event | None:
    """The last opinion of a kind of review."""
    steps = [step.code for step in s.procedure.steps.values() if step.reviews == kind] if s.procedure else []
    return s.last(*steps)


def sent_text(s: Situation) -> str:
    """Of a step that gives an opinion: the text that was sent for it, by its hash; "" for any other step."""
    if not s.step.reviews or not s.standing:
        return ""
    asked = [step.code for step in s.procedure.steps.values() if step.to in s.step.sources]
    event = s.last(*asked)
    return str(event.data.get("text_sha") or "") if event else ""


def _reviewed(s: Situation, kind: str) -> bool | Fact:
    if s.standing is None:
        return True
    event, version = _given(s, kind), current(s)
    if event is None:
        return Fact(False, why="还没有审查意见")
    said = {**s.procedure.steps[event.step].says, **event.data}
    if said.get("review_verdict") != "agree":
        return Fact(False, why=f"{event.on}的结论不是同意")
    if version is None or said.get("text_sha") != version.sha:
        seq = version.seq if version else 0
        return Fact(False, why=f"{event.on}审查以后草案改过（现为第{seq}稿），须按新的文本重新送审")
    return True


@of_the_step
def legality_passed(s: Situation) -> bool | Fact:
    """优化营商环境条例 63(2): the text as it is now was found lawful."""
    return _reviewed(s, "legality")


@of_the_step
def fair_reviewed(s: Situation) -> bool | Fact:
    """公平竞争审查条例 18: no issue without the review, where the text touches what operators do."""
    if s.record.touches_business == _NONE:
        return True
    return _reviewed(s, "fair_competition")


@provides
def business_touched(s: Situation) -> bool | Fact:
    return s.record.touches_business != _NONE


@of_the_step
def draft_written(s: Situation) -> bool | Fact:
    return current(s) is not None


@provides
def normative_text(s: Situation) -> bool | Fact:
    return s.data is None or s.data.get("is_normative") == _APPLIES


@of_the_step
def reviewer_not_drafter(s: Situation) -> bool | Fact:
    """Whoever works the matter, or wrote any version of its text, drafts it."""
    if s.actor in s.officers:
        return Fact(False, who=s.actor.name)
    if s.record.pk and s.record.versions.filter(made_by=s.actor).exists():
        return Fact(False, who=s.actor.name)
    return True


@of_the_step
def comment_long_enough(s: Situation) -> bool | Fact:
    """优化营商环境条例 62(2): generally no fewer than thirty days; fewer with a reason. The first day does not count."""
    if s.data is None or s.data.get("comment_short"):
        return True
    first, last = s.data.get("comment_from"), s.data.get("comment_until")
    if not first or not last:
        return True
    if s.record.open_to_all == OPEN_TO_ALL:
        first = max(first, s.on)  # nobody read it here before it was opened
    return True if last >= first + timedelta(LEAST_DAYS) else Fact(False, days=(last - first).days)


@of_the_step
def draft_explained(s: Situation) -> bool | Fact:
    """规章程序条例 15: the draft of a rule is put to the public with its explanation, but for what must be kept secret."""
    if s.data is None or s.record.open_to_all != OPEN_TO_ALL or s.data.get("comment_note"):
        return True
    return Fact(False)


@of_the_step
def comments_answered(s: Situation) -> bool | Fact:
    if not s.record.pk:
        return True
    waiting = Comment.objects.filter(project=s.record, group__answer="").exclude(state=Moderation.HIDDEN)
    return True if not (open_ := waiting.count()) else Fact(False, open=open_)


@of_the_step
def hearing_announced(s: Situation) -> bool | Fact:
    """规章程序条例 16, 重庆市地方立法条例 13(2): where a hearing is due it was held. How long before it is announced is a clock's business."""
    if s.standing is None or s.value("hearing_due") != _APPLIES:
        return True
    held = [step.code for step in s.procedure.steps.values() if "hearing_held_on" in step.fields]
    return True if s.taken(*held) else Fact(False, why="没有听证会的记录")


@of_the_step
def hearing_told_in_time(s: Situation) -> bool | Fact:
    """规章程序条例 16(2): the hearing is announced thirty days before it is held, whenever it is entered here."""
    told, held = s.value("hearing_told_on"), (s.data or {}).get("hearing_held_on")
    if not told or not held or held >= told + timedelta(LEAST_DAYS):
        return True
    return Fact(False, told=told, held=held, days=(held - told).days)


@of_the_step
def effective_after_public(s: Situation) -> bool | Fact:
    """优化营商环境条例 64(2), 立法法 on publication: nothing takes effect before it is public."""
    data = s.data or {}
    public, effective = data.get("made_public_on"), data.get("effective_on") or s.record.effective_on
    if not public or not effective or effective >= public:
        return True
    return Fact(False, effective=effective, public=public)


@of_the_step
def meeting_after_review(s: Situation) -> bool | Fact:
    """国办发〔2018〕37号: what was not reviewed is not put before the meeting; a meeting held before the opinion deliberated nothing."""
    meeting, event = (s.data or {}).get("meeting_on"), _given(s, "legality") if s.standing else None
    if not meeting or event is None or meeting >= event.on:
        return True
    return Fact(False, meeting=meeting, reviewed=event.on)


@of_the_step
def public_after_signing(s: Situation) -> bool | Fact:
    public, signed = (s.data or {}).get("made_public_on"), s.record.signed_on
    return True if not public or not signed or public >= signed else Fact(False, public=public, signed=signed)


@of_the_step
def effective_late_enough(s: Situation) -> bool | Fact:
    """规章程序条例 32: thirty days after publication, the day of publication not counted; sooner in the cases it names, with the reason."""
    data = s.data or {}
    public, effective = data.get("made_public_on"), data.get("effective_on")
    if not public or not effective or data.get("effective_soon"):
        return True
    days = (effective - public).days
    return True if days > LEAST_DAYS else Fact(False, days=days)


@of_the_step
def session_days_left(s: Situation) -> bool | Fact:
    """重庆市地方立法条例 31: thirty days before the session."""
    if s.data is None or not s.data.get("session_on"):
        return True
    session = s.data["session_on"]
    return True if s.on + timedelta(LEAST_DAYS) <= session else Fact(False, session=session)
