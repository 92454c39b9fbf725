"""Uploads are refused while they stream in, before anything is parsed, and in words at the field that sent them."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.urls import Resolver404, resolve


def megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.0f} MB"


class OversizedFile(UploadedFile):
    """Stands in for a file that was too large: it has a name and no content.

    `ui.forms.UploadField` refuses it in words at the field. Reading it anywhere else ends in the 413 page.
    """

    def __init__(self, name: str, content_type: str | None, limit: int) -> None:
        super().__init__(file=None, name=name, content_type=content_type, size=limit + 1)
        self.limit = limit

    def _refuse(self, *args, **kwargs):
        raise RequestDataTooBig(f"文件“{self.name}”超过 {megabytes(self.limit)}，没有接收。")

    read = chunks = open = multiple_chunks = _refuse

    def close(self) -> None:
        """Nothing is held."""


def takes_up_to(limit: str):
    """For a view: its address takes uploads up to the setting of this name. Every other one takes `UPLOAD_LIMIT_BYTES`."""

    def named(view):
        view.upload_limit = limit
        return view

    return named


def limit_of(path: str) -> int:
    """Bytes that may be sent to an address: asked by the server before a body comes, and before the middleware reads a form."""
    try:
        view = resolve(path).func
    except Resolver404:
        view = None
    return getattr(settings, getattr(view, "upload_limit", "UPLOAD_LIMIT_BYTES"))


class LimitHandler(FileUploadHandler):
    """First in FILE_UPLOAD_HANDLERS: drops everything past the limit, counted over all files of one request."""

    def __init__(self, request=None) -> None:
        super().__init__(request)
        self.received, self.limit = 0, limit_of(request.path_info if request is not None else "")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        # None: no later handler sees the chunk, so nothing more is kept in memory or on disk.
        return raw_data if self.received <= self.limit else None

    def file_complete(self, file_size: int) -> OversizedFile | None:
        if self.received > self.limit:
            return OversizedFile(self.file_name, self.content_type, self.limit)
        return None
