"""Somebody from outside (an engaged lawyer) opens the pages made for them, and no other: everything else is not there."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from .own_password import OPEN, WAITS

# Where an account of one's own leads is open to people from outside too.
_OPEN = {*OPEN, WAITS}
_homes: list[str] = []


def opens_to_outsiders(*names: str) -> None:
    """Called by the package that has pages for people from outside: names of their addresses, the first is where they begin."""
    _OPEN.update(names)
    _homes.append(names[0])


class OutsideMiddleware:
    """Behind the authentication: asks nothing of the database."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        person = request.user
        if not person.is_authenticated or not person.outside:
            return None
        name = request.resolver_match.url_name
        if name == "home" and _homes:
            return redirect(_homes[0])
        if name in _OPEN or not getattr(view, "login_required", True):
            return None
        raise Http404("没有这一页，或者它没有送给您。")
