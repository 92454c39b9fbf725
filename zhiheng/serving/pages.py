"""What every page carries: it is never kept by a browser, and the access log learns who asked for it."""

from __future__ import annotations

from .edge import PERSON


class PagesMiddleware:
    """Inside the authentication middleware; `request.user` may never have been asked for, and then nobody is named."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        # Pages of a case must not come back with the browser's "back" on a shared computer after signing out.
        response.headers.setdefault("Cache-Control", "no-store")
        person = getattr(request, "_cached_user", None)
        if person is not None and person.is_authenticated:
            request.environ[PERSON] = person.get_username()
        return response
