"""What a form sent when nobody was signed in any more, or when its page was older than the sign-in: nothing was done, nothing is lost.

The browser carries it, signed, over the page where one signs in; afterwards it lies with the server for the one page it was sent
from, which takes it up as a draft. Works without script. Passwords are never carried, files only for whom `owner` is known.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.core import signing
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme

from zhiheng.refusal import Refused

from . import drafts
from .uploads import OversizedFile

FIELD = "unsent"
"""Name of the hidden field that carries it."""
_GOOD_FOR = 24 * 3600  # seconds between sending a form in vain and signing in again
_OF_THE_PAGE = frozenset({"csrfmiddlewaretoken", FIELD})


@dataclass(frozen=True)
class Unsent:
    """`page`: address with query the form stood on. `fields`: values by name. `files`: what was kept of uploads, by field.
    `lost`: names of uploads that were not. `owner`: key of the person whose session it was, None where nobody can tell."""

    page: str
    fields: dict[str, list[str]]
    files: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    owner: int | None = None

    @property
    def carried(self) -> str:
        """As the hidden field holds it. Signed: whoever could name any file by its digest could read it."""
        return signing.dumps(asdict(self), salt=__name__, compress=True)


def page_of(request) -> str:
    """The page a form was sent from: what the browser says, if it is one of ours, else the address it was sent to."""
    said = request.META.get("HTTP_REFERER", "")
    if said and url_has_allowed_host_and_scheme(
        said, {request.get_host()}, require_https=request.is_secure()
    ):
        parts = urlsplit(said)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path()


def of(request, owner: int | None) -> Unsent | None:
    """What this request sent in vain, or carries from an earlier one; None where nothing was typed or a password was."""
    if request.POST.get(FIELD):
        return opened(request.POST[FIELD])
    fields = {name: values for name, values in request.POST.lists() if name not in _OF_THE_PAGE}
    if any("password" in name for name in fields) or not (fields or request.FILES):
        return None
    files, lost = _kept(request.FILES, keeps=owner is not None)
    return Unsent(page_of(request), fields, files, lost, owner)


def opened(carried: str) -> Unsent | None:
    """What a hidden field carries; None where it is not ours or too old."""
    try:
        return Unsent(**signing.loads(carried, salt=__name__, max_age=_GOOD_FOR))
    except (signing.BadSignature, TypeError):
        return None


def lay_down(request, found: Unsent) -> bool:
    """Keep it for whoever is signed in now, until its page is opened, and say there what became of it: what another person had typed is
    not brought along. False where it is more than can be kept."""
    own = found.owner in (None, request.user.pk)
    try:
        if own:
            drafts.lay_down(request, urlsplit(found.page).path, MultiValueDict(found.fields), found.files)
    except Refused as refused:
        messages.warning(request, str(refused))
        return False
    messages.warning(request, _words(found, own))
    return True


def _words(found: Unsent, own: bool) -> str:
    if not own:
        return "刚才的提交没有办理：填写的是另一位，内容没有带过来。"
    lost = f"附件{'、'.join(f'“{name}”' for name in found.lost)}没有留下，请重新选择。" if found.lost else ""
    return f"登录已失效或者更换过，刚才的提交没有办理，请核对后再次提交。{lost}"


def _kept(uploads, *, keeps: bool) -> tuple[dict[str, list[dict[str, Any]]], list[str]]:
    keeper, files, lost = drafts.keeper(), {}, []
    for name, sent in uploads.lists():
        for upload in sent:
            if keeps and keeper is not None and not isinstance(upload, OversizedFile):
                with suppress(Refused):
                    files.setdefault(name, []).append(keeper.keep_upload(upload, name))
                    continue
            lost.append(upload.name)
    return files, lost
