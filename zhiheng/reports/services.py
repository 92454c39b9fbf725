"""What a user does at the reconciliation desk: keep a text that is held against the records, say what its words state."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may
from zhiheng.audit import services as audit
from zhiheng.refusal import Refused

from . import selectors
from .claims import Claim, is_attribute
from .models import HeldText, PhraseVariant


@transaction.atomic
def hold_text(*, actor: Person, on: date, year: int, text: str, source: str, data: bytes = b"") -> HeldText:
    """Keep a text to be held against the actor's unit's records of the year; the same file again is the same text.

    `source` is the name of the file, `data` its bytes (nothing where the text was pasted).
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise Refused.because("文中没有内容", way_out="请换一个文件，或粘贴报告正文", field="file")
    # Not a byte PostgreSQL can keep, and none that a report needs.
    text = text.replace("\0", "")
    digest = audit.digest(data or text.encode())
    held, new = HeldText.objects.get_or_create(
        unit=actor.unit,
        year=year,
        digest=digest,
        defaults={
            "title": lines[0].replace("\0", "")[:80],
            "source": source[:200],
            "text": text,
            "made_by": actor,
            "on": on,
        },
    )
    if not new:
        return held
    told = {"year": year, "digest": digest, "source": held.source, "content": audit.digest(text.encode())}
    audit.record(actor=actor, on=on, action="核对已发布的报告", subject=held, data=told)
    return held


@transaction.atomic
def correct_mapping(
    *,
    actor: Person,
    on: date,
    text: HeldText,
    claim: Claim,
    indicator_id: str,
    words: str,
    about: str = "",
    note: str = "",
) -> PhraseVariant:
    """Say which indicator the words of a claim state ("" for none that is kept), for this text and all later ones.

    Holds for the actor's unit and all below it, for claims in the same unit of measure. An earlier decision on the same
    words is withdrawn. Refused without the right to publish, for words the claim does not say, for an attribute that
    says nothing alone, and for an indicator that counts in other units.
    """
    _may_decide(actor, on)
    if text.unit_id not in actor.unit_ids:
        raise Refused.because("只能确认本单位及所属单位的文本")
    words, about = words.strip(), about.strip()
    if words not in claim.context or len(words) < 2:
        raise Refused.because(
            f"原文这一句里没有“{words}”",
            way_out=f"请从“{claim.context.strip()}”中摘取两个字以上",
            field="words",
        )
    if about and about not in claim.topic and about not in claim.context:
        raise Refused.because(f"原文没有说到“{about}”", way_out="请照原文填写，或留空", field="about")
    if is_attribute(words) and not about:
        raise Refused.because(
            f"“{words}”单独用时看不出指哪一类事项",
            way_out="请在“承前所指”中写明，例如“商标侵权案件”",
            field="about",
        )
    indicator = selectors.indicator(indicator_id) if indicator_id else None
    if indicator_id and indicator is None:
        raise Refused.because(f"没有编号为“{indicator_id}”的指标", field="indicator")
    if indicator and not indicator.counts_in(claim):
        units = "、".join(sorted(indicator.units)) or "不计数"
        raise Refused.because(
            f"“{indicator.name}”的计量单位是{units}，与原文的“{claim.unit}”不合",
            way_out="请另选指标",
            field="indicator",
        )
    same = {"unit": actor.unit, "words": words, "about": about, "measure_word": claim.unit or ""}
    for earlier in PhraseVariant.objects.in_force().filter(**same):
        if earlier.indicator_id == indicator_id:
            raise Refused.because(f"{earlier.made_by.name}已于{earlier.on}这样确认过", way_out="不必重复确认")
        withdraw_variant(actor=actor, on=on, variant=earlier, because="由新的确认代替")
    variant, new = PhraseVariant.objects.get_or_create(
        **same,
        withdrawn_on=None,
        defaults={
            "indicator_id": indicator_id,
            "note": note.strip(),
            "text": text,
            "made_by": actor,
            "on": on,
        },
    )
    if not new:
        raise Refused.because("别人刚刚确认了同一说法", way_out="请刷新页面，看过之后再定")
    audit.record(
        actor=actor,
        on=on,
        action="确认指标说法",
        subject=variant,
        name=f"“{words}”",
        data={
            "words": words,
            "about": about,
            "unit": claim.unit,
            "indicator": indicator_id,
            "note": variant.note,
            "held": text.pk,
        },
    )
    return variant


@transaction.atomic
def withdraw_variant(*, actor: Person, on: date, variant: PhraseVariant, because: str) -> None:
    """A decision on words no longer holds; it stays readable, with who withdrew it and why."""
    _may_decide(actor, on)
    because = because.strip()
    if variant.unit_id not in actor.unit_ids:
        raise Refused.because(f"这是{variant.unit.name}的确认", way_out="请与该单位联系")
    if not because:
        raise Refused.because("没有写撤回的原因", way_out="请写明为什么撤回", field="because")
    changed = PhraseVariant.objects.in_force().filter(pk=variant.pk)
    if not changed.update(withdrawn_by=actor, withdrawn_on=on, withdrawn_because=because):
        raise Refused.because("这条说法已经撤回")
    audit.record(
        actor=actor,
        on=on,
        action="撤回指标说法",
        subject=variant,
        name=f"“{variant.words}”",
        data={"because": because},
    )


def _may_decide(actor: Person, on: date) -> None:
    if not may(actor, Right.PUBLISH_REPORT, on):
        raise Refused.because(
            "您没有确认指标的权限", way_out="请由计划统计人员或机关负责人确认，或联系本单位管理员授予角色"
        )
