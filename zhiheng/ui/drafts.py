"""What somebody types into a page and has not sent: it stays with the server, is put back when they come again, and comes back with its
files when the form is returned.

This package keeps nothing itself: an upper one says who keeps (`keep_with`). A page that asks for a password is never kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from zhiheng.refusal import Refused

from .forms import Form, UploadField, UploadsField


class Kept(Protocol):
    """A draft as a page needs it: `files` by field (dicts with at least name and digest)."""

    files: Mapping[str, Sequence[Mapping[str, Any]]]
    version: int
    saved_at: datetime


class Keeper(Protocol):
    """Whoever keeps drafts, one for a person and a place. `address`: name of the address that a page saves to by itself."""

    address: str

    def find(self, person: Any, place: str, pk: int | None) -> Kept | None: ...

    def save(self, person: Any, place: str, post: Any, at: datetime, files: Mapping[str, list]) -> Kept:
        """Keep what a form sent. Raises Refused when it is too long."""
        ...

    def drop(self, person: Any, place: str) -> None: ...

    def as_sent(self, kept: Kept) -> Any:
        """What was typed, as a form takes what was sent."""
        ...

    def keep_upload(self, upload: Any, field: str) -> dict[str, Any]:
        """Keep an uploaded file by its digest. Raises Refused for what is no file we take."""
        ...


_keepers: list[Keeper] = []


def keep_with(keeper: Keeper) -> None:
    """Called once, when the package that keeps drafts starts."""
    _keepers[:] = [keeper]


def keeper() -> Keeper | None:
    """Whoever keeps drafts here; None where nobody does."""
    return _keepers[0] if _keepers else None


# Where a form sent in vain lies until its page is opened: one for a person. The session says which page that is.
_UNSENT, _UNSENT_PAGE = "#unsent", "unsent"


def lay_down(request: HttpRequest, path: str, sent: Any, files: Mapping[str, list]) -> None:
    """Keep what the page at `path` sent in vain: the next one to open there is its person, who finds it in the form."""
    if (keeps := keeper()) is not None:
        keeps.save(request.user, _UNSENT, sent, timezone.now(), files)
        request.session[_UNSENT_PAGE] = path


def _lies_there(request: HttpRequest) -> bool:
    """Whether something lies there that was sent from the page opened now; asked once."""
    session = getattr(request, "session", None)
    if request.method != "GET" or session is None or session.get(_UNSENT_PAGE) != request.path:
        return False
    del session[_UNSENT_PAGE]
    return True


def typed_before(form: Form, sent: Any) -> dict[str, Any]:
    """What the form begins with to look as it was when `sent` (a draft) was typed, without being judged yet."""
    return {
        name: field.widget.value_from_datadict(sent, {}, name)
        for name, field in form.fields.items()
        if not isinstance(field, UploadField)
    }


def worth_keeping(form: Form) -> bool:
    """Whether anything is typed into the form that may lie with the server."""
    fields = form.fields.values()
    return any(not field.widget.is_hidden for field in fields) and not any(
        isinstance(field.widget, forms.PasswordInput) for field in fields
    )


@dataclass
class Typing:
    """What somebody types at a place. `known`: the draft's key where the page found it already, None where there is none, 0 where
    nobody asked yet."""

    request: HttpRequest
    place: str
    known: int | None = 0

    def __post_init__(self) -> None:
        self.keeper = _keepers[0]
        self.draft = None
        if self.known is not None:
            self.draft = self.keeper.find(self.request.user, self.place, self.known or None)
        if _lies_there(self.request):
            self._take_up()

    @classmethod
    def at(cls, request: HttpRequest, form: Form) -> Typing | None:
        """The typing of a page with this form at its own address; None where nothing is kept."""
        person = getattr(request, "user", None)
        if not _keepers or person is None or not person.is_authenticated or not worth_keeping(form):
            return None
        typing = cls(request, request.path[:160])
        for name, field in form.fields.items():
            if isinstance(field, UploadsField) and typing.kept.get(name):
                field.keep(typing.kept[name])
        typing.restore(form)
        return typing

    @property
    def kept(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        return self.draft.files if self.draft else {}

    @property
    def address(self) -> str:
        return reverse(self.keeper.address)

    def _take_up(self) -> None:
        """What was sent in vain from here becomes the draft of this place, with the files of both."""
        waiting = self.keeper.find(self.request.user, _UNSENT, None)
        if waiting is None:
            return
        files = {name: list(kept) for name, kept in self.kept.items()}
        for name, kept in waiting.files.items():
            known = {one["digest"] for one in files.get(name, ())}
            files.setdefault(name, []).extend(one for one in kept if one["digest"] not in known)
        sent = self.keeper.as_sent(waiting)
        self.draft = self.keeper.save(self.request.user, self.place, sent, timezone.now(), files)
        self.keeper.drop(self.request.user, _UNSENT)

    def restore(self, form: Form) -> None:
        if self.draft is not None and not form.is_bound:
            form.initial = {**form.initial, **typed_before(form, self.keeper.as_sent(self.draft))}

    def returned(self, form: Form) -> None:
        """The form goes back: what was typed and uploaded stays with the server, and the files stand in the form."""
        files: dict[str, list] = {}
        for name, field in form.fields.items():
            if not isinstance(field, UploadsField):
                continue
            posted = field.widget.value_from_datadict(form.data, form.files, name)
            known = {one["digest"]: one for one in field.kept}
            files[name] = [known[one] for one in posted if isinstance(one, str) and one in known]
            for upload in field.sent(posted):
                # What is no file we take is told at the field, and not kept.
                with suppress(Refused, ValidationError):
                    read = field.to_python(upload)
                    read.seek(0)
                    files[name].append(self.keeper.keep_upload(read, name))
            field.keep(files[name])
        try:
            self.draft = self.keeper.save(
                self.request.user,
                self.place,
                self.request.POST,
                timezone.now(),
                {name: kept for name, kept in files.items() if kept},
            )
        except Refused as refused:
            messages.warning(self.request, str(refused))

    def done(self) -> None:
        """What was typed has been taken."""
        self.keeper.drop(self.request.user, self.place)
