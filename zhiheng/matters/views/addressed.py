"""What the pages of matters share: the record of an address, the way back from its pages, what was sent."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from zhiheng.documents import services as documents
from zhiheng.ui.days import today

from .. import pages, readings, selectors
from ..family import family_named, family_of


def family_crumb(family) -> tuple[str, str]:
    return family.title, reverse(family.list_page)


def crumbs_of(record) -> list[tuple[str, str]]:
    family = family_of(record.kind)
    return [family_crumb(family), (family.number(record) or record.title, pages.record_url(record))]


def record_at(request, family: str, pk: int):
    found = selectors.record_for(request.user, family_named(family), pk, today())
    readings.note(actor=request.user, record=found, at=timezone.now())
    return found


def with_files(data: dict) -> dict:
    """Uploads kept under their digest; the step remembers name, digest and size of each."""
    return {
        code: [_kept(one, code) for one in value] if holds_uploads(value) else value
        for code, value in data.items()
    }


def holds_uploads(value) -> bool:
    return isinstance(value, list) and any(hasattr(one, "chunks") for one in value)


def _kept(upload, field: str) -> dict:
    if not hasattr(upload, "chunks"):
        return upload
    upload.seek(0)
    return documents.keep_upload(file_name=upload.name, file=upload, field=field)


def count_of(sent: str) -> int | None:
    """A number that a page of ours put into an address or a hidden field; None where somebody else wrote there."""
    return int(sent) if sent.isdecimal() and len(sent) < 10 else None
