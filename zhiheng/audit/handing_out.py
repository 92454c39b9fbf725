"""What leaves the house is written down: every file somebody fetches, a list as a table, a paper, evidence, a report.

A page that is looked at leaves its line in the access log, with who, when and which. A file can be carried away, so it
leaves an entry in the ledger of acts, written before the file is given. Where the entry cannot be written, nothing is given.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from django.db import transaction
from django.http import HttpResponse

from zhiheng.ui.days import today

from . import services

ROWS = "zhiheng_rows"
"""Attribute of a response that is a list: how many rows it has."""
ADDRESS = "zhiheng_address"
"""Attribute of a response that was made before it is fetched: path and query of the page whose content it holds."""
SUBJECT = "zhiheng_subject"
"""Attribute of a response: the record whose file it is, where the record's own history tells who fetched it."""
_UNSAID = frozenset({"token", "csrfmiddlewaretoken", "password"})


class HandingOutMiddleware:
    """Inside the authentication middleware. Whatever is sent as an attachment counts, whichever view made it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request) -> HttpResponse:
        response = self.get_response(request)
        disposition = response.headers.get("Content-Disposition", "")
        if response.status_code != 200 or not disposition.startswith("attachment"):
            return response
        person = request.user
        if not person.is_authenticated:
            return response
        address = getattr(response, ADDRESS, request.get_full_path())
        path, _, query = address.partition("?")
        asked = {key: value for key, value in parse_qsl(query) if key not in _UNSAID}
        data = {"address": path[:300], "request": request.META.get("zhiheng.request_id", "")}
        if asked:
            data["asked"] = {key[:40]: value[:200] for key, value in list(asked.items())[:20]}
        if (rows := getattr(response, ROWS, None)) is not None:
            data["rows"] = rows
        try:
            with transaction.atomic():
                services.record(
                    actor=person,
                    on=today(),
                    action="下载文件",
                    subject=getattr(response, SUBJECT, person),
                    name=_name(response),
                    data=data,
                )
        except BaseException:
            response.close()
            raise
        return response


def _name(response: HttpResponse) -> str:
    """The file's name as the browser is told it."""
    from email.message import Message

    head = Message()
    head["Content-Disposition"] = response.headers["Content-Disposition"]
    name = head.get_filename("")
    return "".join(sign for sign in name if sign.isprintable())[:200] or "（未命名）"
