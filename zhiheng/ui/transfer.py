"""Pages go over the line compressed. Files do not: they are compressed already, or compressed once when they are collected."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPagesMiddleware(GZipMiddleware):
    """Django's, for HTML alone. It lengthens each answer by chance, so that its size tells nobody what it holds."""

    def process_response(self, request, response) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
