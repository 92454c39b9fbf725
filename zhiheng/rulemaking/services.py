"""Taking in the words of the law."""

from __future__ import annotations

import hashlib
from datetime import date

from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may_in, who_may
from zhiheng.audit import services as audit
from zhiheng.jobs import foreign
from zhiheng.law import current_book
from zhiheng.law.texts import match
from zhiheng.refusal import Refused

from .models import StatuteText
from .statutes import as_markdown, read_statute
from .texts import Unreadable

_LONGEST = 1_000_000  # characters; the longest code of law has a tenth of it


def take_in_text(*, actor: Person, on: date, data: bytes, name: str) -> StatuteText:
    """Keep the text in a file as that of the version of the law book it is; a text taken in before is replaced, on the record.

    Refused where the actor may not, the file cannot be read, or no version in the book is this text.
    """
    if not may_in(actor, Right.KEEP_LAW_TEXTS, actor.unit_id, on):
        raise Refused.because("法规原文由市局导入", way_out=f"请联系{who_may(Right.KEEP_LAW_TEXTS)}")
    try:
        words = foreign.read(as_markdown, data, name, raises=(Unreadable,))
    except Unreadable as error:
        raise Refused.because(str(error), field="file") from None
    if len(words) > _LONGEST:
        raise Refused.because("文件的文字超过一百万字，不像一部法规", field="file", way_out="请核对文件")
    read = read_statute(words.encode(), name)
    found = match([i for versions in current_book().instruments.values() for i in versions], [read])
    if not found:
        made = f"（{read.adopted:%Y-%m-%d}通过或者修改）" if read.adopted else ""
        raise Refused.because(
            f"《{read.title}》{made}不是法规库所引的法规或者版本，没有导入",
            field="file",
            way_out="请核对名称和修改日期；文件名可以写成“名称(公布日期).docx”",
        )
    instrument = max(found, key=lambda i: i.effective)
    with transaction.atomic():
        kept = StatuteText.objects.filter(instrument=instrument.code, effective=instrument.effective).first()
        before = kept.sha256 if kept else ""
        sha256 = hashlib.sha256(data).hexdigest()
        kept = kept or StatuteText(instrument=instrument.code, effective=instrument.effective)
        kept.title, kept.file_name, kept.sha256 = instrument.title, name[:200], sha256
        kept.words, kept.taken_in_on, kept.taken_in_by = words, on, actor
        kept.save()
        audit.record(
            actor=actor,
            on=on,
            action="导入法规原文",
            subject=kept,
            data={
                "sha256": sha256,
                "before": before,
                "articles": len(read.articles),
                "file": kept.file_name,
                "version": [kept.instrument, kept.effective],
                "content": audit.digest(words.encode()),
            },
        )
        return kept
