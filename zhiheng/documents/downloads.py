"""Files on their way to a browser."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header

from zhiheng.refusal import Reason, Refused

from . import archives, services
from .models import Archive

BINARY = "application/octet-stream"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_AT_ONCE = 16 << 20  # bytes; what is larger goes out piece by piece


def kept_file(request, digest: str, name: str, content_type: str = BINARY) -> HttpResponse:
    """A kept file under its name, or the page that says it is gone (409)."""
    try:
        if (size := services.size_of(digest)) <= _AT_ONCE:
            return as_download(services.read(digest), name, content_type)
        services.sums(digest)
    except Refused as refused:
        context = {"name": name, "reasons": refused.reasons}
        return render(request, "documents/file_lost.html", context, status=409)
    response = StreamingHttpResponse(services.chunks(digest), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Content-Length"] = size
    return response


def kept_archive(request, archive: Archive, name: str) -> HttpResponseBase:
    """A bound file as PDF or as the whole package, by the ending of its name; the page that says what is wrong with it (409) when it
    is not what it was. Sent piece by piece."""
    whole = name.endswith(".zip")
    if fault := archives.fault(archive, whole=whole):
        reasons = [Reason(fault, way_out="请联系管理员从备份恢复，并核查留痕账")]
        return render(request, "documents/file_lost.html", {"name": name, "reasons": reasons}, status=409)
    pieces = archives.package(archive) if whole else services.chunks(archive.pdf_digest)
    response = StreamingHttpResponse(pieces, content_type="application/zip" if whole else "application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Content-Length"] = archive.zip_size if whole else archive.pdf_size
    return response


def as_download(data: bytes, name: str, content_type: str = BINARY) -> FileResponse:
    # Always a download: what was handed in is never run or shown inside our own pages.
    return FileResponse(BytesIO(data), as_attachment=True, filename=name, content_type=content_type)
