"""What every page carries: it is never kept by a browser, and the access log learns who asked for it. What no text may hold is refused."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from .edge import PERSON

_LARGEST_KEY = 2**63 - 1  # a database takes no larger number, and would raise an error of its own


class PagesMiddleware:
    """Inside the authentication middleware; `request.user` may never have been asked for, and then nobody is named."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if _holds_nul(request):
            return _refused()
        response = self.get_response(request)
        # Pages of a case must not come back with the browser's "back" on a shared computer after signing out.
        response.headers.setdefault("Cache-Control", "no-store")
        person = getattr(request, "_cached_user", None)
        if person is not None and person.is_authenticated:
            request.environ[PERSON] = person.get_username()
        return response

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        """A number in the address larger than any key names nothing. Fields of a form are read only once it is clear that the form is
        one of our own pages (CSRF)."""
        if any(isinstance(number, int) and number > _LARGEST_KEY for number in kwargs.values()):
            raise Http404("没有这一页。")
        if request.method != "POST":
            return None
        sent = request.POST.lists()
        return (
            _refused() if any("\x00" in text for name, values in sent for text in (name, *values)) else None
        )


def _holds_nul(request) -> bool:
    """A NUL in address, query or cookies. PostgreSQL takes none in any text, so that each would be an error of ours somewhere."""
    query = request.META.get("QUERY_STRING", "")
    return (
        "\x00" in request.path_info
        or "%00" in query
        or any("\x00" in one for one in request.COOKIES.values())
    )


def _refused() -> HttpResponse:
    # Plain words: a page would ask who the visitor is.
    words = "请求中有不能接受的字符（NUL），没有办理。请返回，删去后重试。"
    return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")
