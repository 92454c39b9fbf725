"""Nobody works under a password that somebody else knows, nor under one that somebody else set and nobody vouched for."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

# Where everybody may go, whatever their account waits for: to the page that changes the password, in and out.
OPEN = frozenset({"password_change", "login", "logout"})
WAITS = "account-waits"


class OwnPasswordMiddleware:
    """Until a password given by somebody else is changed, every page leads to the one that changes it; until a second person has
    confirmed that the account is in its owner's hands, to the one that says so. Asks nothing of the database."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        person, name = request.user, request.resolver_match.url_name
        if not person.is_authenticated or name in OPEN or not getattr(view, "login_required", True):
            return None
        if person.must_change_password:
            return _gone(request, "password_change")
        if person.rests and name != WAITS:
            return _gone(request, WAITS)
        return None


def _gone(request, page: str) -> HttpResponse:
    if "HX-Request" in request.headers:  # a part of a page is asked for: the whole page has to go there
        return HttpResponse(headers={"HX-Redirect": reverse(page)})
    return redirect(page)
