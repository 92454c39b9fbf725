"""Long lists as sheets, made beside the web server: whoever asked goes on with other work and fetches the file later.

A list exports itself while it is short (`ui.lists`). A longer one is asked for by its address: the job shows that address to
the same view as the same person, so that what is written is what the page holds, under the rights of that moment.
"""

from __future__ import annotations

import io
import os
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from zhiheng.accounts.models import Person
from zhiheng.audit.handing_out import ROWS
from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import Job, JobState
from zhiheng.refusal import Refused
from zhiheng.ui import days
from zhiheng.ui.lists import BESIDE

EXPORT = "export"
KEPT = timedelta(days=7)
AT_ONCE = 3
"""Exports one person may have under way."""
_SHOWN = 20


def ask(*, actor: Person, address: str, on: date, at: datetime) -> Job:
    """Put the export of the list at `address` (path and query of this site) on the table; the one under way if there is one.

    Raises Refused for an address that is no page of this site, and when too many of the person's exports are under way.
    """
    path, query = parts(address)
    under_way = Job.objects.filter(
        kind=EXPORT, made_by=actor.pk, state__in=(JobState.WAITING, JobState.RUNNING)
    )
    for job in under_way:
        if job.asked["address"] == f"{path}?{query}":
            return job
    if len(under_way) >= AT_ONCE:
        raise Refused.because(
            f"您已有 {AT_ONCE} 项导出在办理", way_out="请等其中一项完成，或者停止一项，再导出这份表格"
        )
    asked = {"address": f"{path}?{query}", "on": on.isoformat()}
    return jobs.ask(made_by=actor, kind=EXPORT, title="导出表格", asked=asked, at=at)


def recent(actor: Person) -> list[Job]:
    """The person's latest exports, the newest first."""
    return list(Job.objects.filter(kind=EXPORT, made_by=actor.pk).order_by("-id")[:_SHOWN])


def file_of(job: Job) -> Path | None:
    """The finished sheet; None once it has been cleared away."""
    path = _folder() / f"{job.pk}.xlsx"
    return path if job.state == JobState.DONE and path.is_file() else None


@jobs.kind(EXPORT)
def export(job: Job, watch: jobs.Watch) -> None:
    """`job.asked`: address, on."""
    response = _shown(job, watch)
    # Not closed here: closing an answer closes the database's connection as at the end of a request. The process ends with the job.
    rows = getattr(response, ROWS, None)
    if response.status_code != 200 or rows is None:
        raise Refused.because(
            "这个地址现在不是可以导出的表格", way_out="请回到列表页，按页面提示缩小范围后再导出"
        )
    watch.stage("保存文件")
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=folder, suffix=".part")  # readable by this user alone
    with os.fdopen(handle, "wb") as file:
        for piece in response.streaming_content:
            file.write(piece)
        size = file.tell()
    Path(made).replace(folder / f"{job.pk}.xlsx")
    with transaction.atomic():
        watch.done({"rows": rows, "name": response.filename, "size": size})


@jobs.daily
def clear_away(at: datetime) -> None:
    """Sheets older than a week, and what a process that was killed left of one."""
    for path in _folder().glob("*.*"):
        if path.stat().st_mtime < (at - KEPT).timestamp():
            path.unlink(missing_ok=True)


def _shown(job: Job, watch: jobs.Watch) -> HttpResponseBase:
    """What the view at the address answers to the person who asked."""
    path, query = parts(job.asked["address"])
    request = WSGIRequest(
        {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost",
         "SERVER_PORT": "80", "wsgi.input": io.BytesIO()}
    )  # fmt: skip
    request.user = job.made_by
    request.session = {}
    setattr(request, BESIDE, lambda rows: watch.stage(f"已写 {rows:,} 行"))
    found = resolve(path)
    with days.on(date.fromisoformat(job.asked["on"])):
        try:
            return found.func(request, *found.args, **found.kwargs)
        except (Http404, PermissionDenied) as error:
            raise Refused.because(
                f"您现在不能查看这份表格（{error or '没有权限'}）", way_out="请向本单位管理员核对您的角色"
            ) from None


def parts(address: str) -> tuple[str, str]:
    """Path and query of an address of this site; the query says that the list is exported, and asks for no single page."""
    parts = urlsplit(address)
    query = QueryDict(parts.query, mutable=True)
    query["export"] = "xlsx"
    query.pop("page", None)
    try:
        if parts.scheme or parts.netloc:
            raise Resolver404
        resolve(parts.path)
    except Resolver404:
        raise Refused.because("要导出的地址不是本系统的页面", way_out="请从列表页点“导出表格”") from None
    return parts.path, query.urlencode()


def _folder() -> Path:
    return Path(settings.FILES_DIR) / "exports"
