"""The top-level handlers: what went wrong, in words, and what to do. Wired in `zhiheng.urls`."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.middleware.csrf import REASON_NO_CSRF_COOKIE, REASON_NO_REFERER
from django.shortcuts import redirect, render

from . import unsent


def bad_request(request, exception):
    """400, or 413 when the request was larger than we take. The form data is not read again."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        words = str(exception) if isinstance(exception, RequestDataTooBig) else ""
        # Django's own words are English and about settings; ours name the file.
        words = words if words.startswith("文件") else ""
        return render(request, "413.html", {"words": words}, status=413)
    return render(request, "400.html", status=400)


def not_found(request, exception):
    return render(request, "404.html", status=404)


def forbidden(request, exception=None):
    return render(request, "403.html", {"words": str(exception or "")}, status=403)


def csrf_failure(request, reason=""):
    """A page of ours from before its person signed in anew elsewhere loses nothing: what it sent stands in its form again, unsent.
    Only of our own pages, as the browser says: nobody else puts words into a form here."""
    cookies = reason in {REASON_NO_CSRF_COOKIE, REASON_NO_REFERER}
    ours = "HTTP_ORIGIN" in request.META and reason.startswith("CSRF token")
    found = unsent.of(request, request.user.pk) if ours and request.user.is_authenticated else None
    if found is not None and unsent.lay_down(request, found):
        return redirect(found.page)
    return render(request, "403_csrf.html", {"cookies": cookies}, status=403)


def server_error(request):
    """Must not fail itself: no database, no context processors. A database that is busy or away is 503, not our fault's 500; what two
    did at the same moment, and a table takes once, is 409: a service looks before it writes, but two may look at once."""
    import sys

    from django.db import IntegrityError, InterfaceError, OperationalError
    from django.http import HttpResponse
    from django.template import loader

    error = sys.exc_info()[1]
    status, headers = 500, {}
    if isinstance(error, (InterfaceError, OperationalError)):
        status, headers = 503, {"Retry-After": "10"}
    elif isinstance(error, IntegrityError) and _taken_already(error):
        status = 409
    page = loader.get_template(f"{status}.html").render(
        {"request_id": request.META.get("zhiheng.request_id")}
    )
    return HttpResponse(page, status=status, headers=headers)


def _taken_already(error) -> bool:
    """Whether a unique constraint kept the row out, as either database says it."""
    cause = error.__cause__
    return getattr(cause, "sqlstate", "") == "23505" or "UNIQUE constraint failed" in str(cause)
