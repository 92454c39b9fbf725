"""Nobody works under a password that somebody else knows."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

# Where one may still go: to the page that changes the password, in and out.
_OPEN = frozenset({"password_change", "login", "logout"})


class OwnPasswordMiddleware:
    """Until a password given by somebody else is changed, every page leads to the one that changes it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        person = request.user
        if (
            not person.is_authenticated
            or not person.must_change_password
            or request.resolver_match.url_name in _OPEN
        ):
            return None
        if "HX-Request" in request.headers:  # a part of a page is asked for: the whole page has to go there
            return HttpResponse(headers={"HX-Redirect": reverse("password_change")})
        return redirect("password_change")
