"""Files on their way to a browser."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, HttpResponse
from django.shortcuts import render

from zhiheng.refusal import Refused

from . import services

BINARY = "application/octet-stream"


def kept_file(request, digest: str, name: str, content_type: str = BINARY) -> HttpResponse:
    """A kept file under its name, or the page that says it is gone (409)."""
    try:
        data = services.read(digest)
    except Refused as refused:
        context = {"name": name, "reasons": refused.reasons}
        return render(request, "documents/file_lost.html", context, status=409)
    return as_download(data, name, content_type)


def as_download(data: bytes, name: str, content_type: str = BINARY) -> FileResponse:
    # Always a download: what was handed in is never run or shown inside our own pages.
    return FileResponse(BytesIO(data), as_attachment=True, filename=name, content_type=content_type)
