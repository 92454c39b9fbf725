"""What somebody typed into the form of a step and did not send: kept by the server, for one person and one place.

A draft is nobody's act and leaves no entry. It is put back into the form when its person comes again, and dropped when the step is
taken or sent up. `version` tells two windows apart: one that saves over what the other saved is told, and decides.
Fields that the law book calls `protected` are kept encrypted, as they are beside the matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.datastructures import MultiValueDict

from zhiheng.accounts.models import Person
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.jobs.services import daily
from zhiheng.law import current_book
from zhiheng.refusal import Refused
from zhiheng.ui.drafts import keep_with
from zhiheng.ui.templatetags.zh import moment

from . import protection
from .family import family_of
from .models import Draft, MatterRecord

KEPT_FOR = timedelta(days=60)
LONGEST = 400_000  # bytes of what is typed into one form
MOST = 300  # drafts of one person: nobody has so many forms open, and nobody fills the disk with them
_PLACE = re.compile(r"[\w.+#/-]{1,160}")


class Elsewhere(Refused):
    """Another window of the same person saved the same form since this one was opened; `draft` is what it saved."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        super().__init__(
            Refused.because(
                f"本表在另一窗口于 {moment(draft.saved_at)} 存有更新的草稿，本窗口的内容没有存",
                way_out="请在那个窗口继续；要以本窗口为准的，点“以本窗口为准”",
            ).reasons
        )


def place_of_step(record: MatterRecord, step: str, ref: str = "") -> str:
    return place(family_of(record.kind).code, record.pk, step, ref)


def place(family: str, pk: int, step: str, ref: str = "") -> str:
    return f"{family}/{pk}/{step}/{ref}"


def place_of_door(kind: str, door: str) -> str:
    return f"+{kind}/{door}"


def draft_of(person: Person, place: str, *, pk: int | None = None) -> Draft | None:
    """The draft of a place, or the one of this key where it is known already."""
    return Draft.objects.filter(person=person, **({"pk": pk} if pk else {"place": place})).first()


@transaction.atomic
def save(
    *,
    person: Person,
    place: str,
    typed: Mapping[str, Sequence[str]],
    at: datetime,
    version: int | None = None,
    files: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> Draft:
    """Keep what was typed. `version` is the one this window knows (0: none, None: whatever there is); `files`, when given, replace
    those kept. Raises Elsewhere when the draft moved on under another window, Refused when it is too long."""
    if not _PLACE.fullmatch(place):
        raise Refused.because("草稿没有存下：位置不对", way_out="请重新打开本页")
    data = {
        name: [protection.sealed(0, name, one) for one in values] if _is_protected(name) else list(values)
        for name, values in typed.items()
    }
    if len(audit.canonical(data)) > LONGEST:
        raise Refused.because("内容过长，草稿没有存下", way_out="请尽快提交，或者把长材料作为附件上传")
    # The person's own row is the lock: of two windows that save at once, the second sees what the first saved.
    Person.objects.select_for_update().only("pk").get(pk=person.pk)
    found = Draft.objects.filter(person=person, place=place).first()
    if found is None:
        if Draft.objects.filter(person=person).count() >= MOST:
            raise Refused.because(
                f"您已有 {MOST} 份草稿，这份没有存下", way_out="请先提交或者放弃一些；没有提交的表不受影响"
            )
        return Draft.objects.create(
            person=person, place=place, data=data, files=dict(files or {}), saved_at=at
        )
    if version is not None and version != found.version:
        raise Elsewhere(found)
    found.data, found.saved_at = data, at
    if files is not None:
        found.files = dict(files)
    found.version += 1
    found.save()
    return found


def drop(*, person: Person, place: str) -> None:
    """The step was taken, or its person does not want the draft."""
    Draft.objects.filter(person=person, place=place).delete()


def typed_in(post: Any) -> dict[str, list[str]]:
    """What a sent form holds, without what is the page's own."""
    return {name: values for name, values in post.lists() if name not in _OF_THE_PAGE}


# Names that no field of a form bears: `place` and `version` are fields of steps.
_OF_THE_PAGE = frozenset({"csrfmiddlewaretoken", "draft-place", "draft-version", "ref", "onward", "verdict"})


def _is_protected(name: str) -> bool:
    field = current_book().fields.get(name)
    return field is not None and field.protected


def as_sent(draft: Draft) -> MultiValueDict:
    """The draft as a form takes what was sent."""
    return MultiValueDict(
        {
            name: [protection.opened(one, 0, name) for one in values] if _is_protected(name) else values
            for name, values in draft.data.items()
        }
    )


@daily
def forget_old(at: datetime) -> None:
    Draft.objects.filter(saved_at__lt=at - KEPT_FOR).delete()


class _Keeper:
    """Drafts for every page of the house (`ui.drafts`)."""

    address = "draft"

    @staticmethod
    def find(person: Person, place: str, pk: int | None) -> Draft | None:
        return draft_of(person, place, pk=pk)

    @staticmethod
    def save(
        person: Person, place: str, post: Any, at: datetime, files: Mapping[str, Sequence[Mapping[str, Any]]]
    ) -> Draft:
        return save(person=person, place=place, typed=typed_in(post), at=at, files=files)

    @staticmethod
    def drop(person: Person, place: str) -> None:
        drop(person=person, place=place)

    as_sent = staticmethod(as_sent)

    @staticmethod
    def keep_upload(upload: Any, field: str) -> dict[str, Any]:
        return documents.keep_upload(file_name=upload.name, file=upload, field=field, only_read=True)


keep_with(_Keeper())
