"""The list of cases and the pages of the ledger import: parse, one service or selector, render. A case's own pages are those of
every matter (`matters.views`)."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhiheng.accounts import selectors as accounts
from zhiheng.accounts.rights import Right
from zhiheng.documents import services as documents
from zhiheng.documents.downloads import as_download, kept_file
from zhiheng.jobs import foreign
from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import JobState
from zhiheng.matters import readings
from zhiheng.matters.pages import doors
from zhiheng.matters.selectors import record_for, records_for
from zhiheng.refusal import Refused
from zhiheng.registers import selectors as records
from zhiheng.registers.declaration import find
from zhiheng.ui.days import today
from zhiheng.ui.lists import Action, asked_page
from zhiheng.ui.pages import act_page, form_page, job_page, sent

from . import background, importing, law_moves, pages, selectors
from .family import CASE
from .forms import LedgerForm
from .lists import CASES, IMPORTS

_LEDGER = "ledger"  # salt of the token that carries a dry run to its confirmation


@require_GET
def cases(request):
    actions = []
    if accounts.may(request.user, Right.WORK_CASE, today()):
        actions = doors(request.user, CASE.kinds, today())
    if accounts.may(request.user, Right.KEEP_REVIEWS, today()):
        actions.append(Action("案件抽查", find("case-draws").url("records"), icon="scale"))
    actions.append(Action("新旧规定衔接", reverse("law-moves"), icon="scale"))
    return CASES.respond(request, records_for(request.user, CASE, today()), title="案件", actions=actions)


@require_GET
def discretion(request, pk):
    """Where the fine lies within its range, which band the grounds point to, and how similar cases were decided."""
    record = record_for(request.user, CASE, pk, today())
    readings.note(actor=request.user, record=record, at=timezone.now())
    context = {
        "title": "裁量参考",
        "crumbs": [("案件", reverse("cases")), (record.title, reverse("case", args=[pk]))],
        **pages.discretion_page(request.user, record, today()),
    }
    return render(request, "cases/discretion.html", context)


@require_GET
def relations(request, pk):
    """Letters between units, supervision, cases of the same party and similar ones."""
    record = record_for(request.user, CASE, pk, today())
    readings.note(actor=request.user, record=record, at=timezone.now())
    context = {
        "title": "往来与类案",
        "crumbs": [("案件", reverse("cases")), (record.title, reverse("case", args=[pk]))],
        **pages.relations_page(request.user, record, today()),
    }
    return render(request, "cases/relations.html", context)


@require_GET
def file_review(request, pk):
    """案卷评查 of one file: the items, what the records answer, and where it is mended."""
    record = record_for(request.user, CASE, pk, today())
    readings.note(actor=request.user, record=record, at=timezone.now())
    context = {
        "title": "案卷评查",
        "crumbs": [("案件", reverse("cases")), (record.title, reverse("case", args=[pk]))],
        **pages.file_review_page(record, today()),
    }
    return render(request, "cases/file_review.html", context)


@require_http_methods(["GET", "POST"])
def draw_check(request, pk):
    """案卷评查 of the files of a draw, file by file, as it was last made. A POST asks for it; while one is under way, ends it."""
    register = find("case-draws")
    draw = records.record_for(request.user, register, pk, today())
    asked, done = background.reviews_of(draw)
    if request.method == "POST":
        now = timezone.now()
        if "stop" in request.POST and asked is not None:
            jobs.cancel(job=jobs.asked_by(request.user, asked.pk, background.DRAW), at=now)
            return redirect("case-draw-check", pk)
        return act_page(
            request,
            lambda: background.ask_to_review(actor=request.user, draw=draw, on=today(), at=now),
            done="已提交评查。",
            to=reverse("case-draw-check", args=[pk]),
        )
    readings.note(actor=request.user, record=draw, at=timezone.now())
    context = {
        "crumbs": [(register.title, register.url("records")), (draw.name, register.url("record", pk))],
        "done": done,
        **pages.draw_page(request.user, draw, done.result if done else {}, asked_page(request)),
    }
    if asked is None or asked.state == JobState.DONE:
        return render(request, "cases/draw_check.html", context | {"title": f"自动评查：{draw.name}"})
    return job_page(request, "cases/draw_check.html", asked, **context)


@require_GET
def law_changes(request):
    """Open cases across a day on which rules on penalties change, each with what moves."""
    known = law_moves.days()
    asked = next((day for day in known if str(day) == request.GET.get("on")), law_moves.day_to_show(today()))
    context = {
        "title": "新旧规定衔接",
        "crumbs": [("案件", reverse("cases"))],
        "days": known,
        "day": asked,
        **(pages.law_moves_page(request.user, asked, today()) if asked else {}),
    }
    return render(request, "cases/law_moves.html", context)


@require_GET
def ledger_imports(request):
    actions = []
    if accounts.may(request.user, Right.IMPORT_LEDGER, today()):
        actions = [Action("导入台账", reverse("ledger_new"), icon="upload", primary=True)]
    return IMPORTS.respond(request, selectors.imports_for(request.user), title="台账导入", actions=actions)


@require_http_methods(["GET", "POST"])
def ledger_new(request):
    """First a dry run that shows what would happen, then, confirmed, the import of the very same file."""
    form = LedgerForm(**sent(request), units=accounts.unit_choices(request.user))
    return form_page(
        request,
        form,
        lambda values: _try_ledger(request, values),
        done="",
        to="",
        title="导入台账",
        crumbs=[("台账导入", reverse("ledger_imports"))],
        submit="试导入",
        back=reverse("ledger_imports"),
        intro="先试导入，不写入任何数据；看过结果再确认。读不准的行会连同原因退回，改好后可再次导入，已导入的行不会重复。",
    )


def _try_ledger(request, values):
    upload = documents.sent_upload(values["file"])
    with pages.upload_on_disk(upload) as path:
        # The dry run's number: whatever page or answer leads to its confirmation, it is confirmed once.
        asked = {"trial": secrets.token_hex(16), "name": upload.name, "answers": {}}
        asked |= {"year": values.get("year"), "unit": values.get("unit")}
        if upload.size > background.LARGE:
            asked |= {"file": importing.keep_for_confirmation(path), "by": request.user.pk}
            return _as_job(request, asked, dry_run=True)
        result = _import_ledger(request, path, asked, dry_run=True)
        asked |= {"file": importing.keep_for_confirmation(path), "by": request.user.pk}
        return _dry_run_page(request, asked, pages.ledger_result(result))


def _as_job(request, asked, *, dry_run):
    """A large ledger is read beside the web server; its officer sees how far it is and may stop it."""
    job = jobs.ask(
        made_by=request.user,
        kind=background.LEDGER,
        title=asked["name"],
        asked={**asked, "large": True, "dry_run": dry_run, "on": today().isoformat()},
        at=timezone.now(),
    )
    return redirect("ledger_job", job.pk)


@require_http_methods(["GET", "POST"])
def ledger_job(request, pk):
    """How far a large ledger is; in the end what came of it. A POST stops it."""
    job = jobs.asked_by(request.user, pk, "ledger")
    if request.method == "POST":
        jobs.cancel(job=job, at=timezone.now())
        return redirect("ledger_job", pk)
    if job.state == JobState.DONE and not job.asked["dry_run"]:
        return redirect("ledger_import", job.result["record"])
    if job.state == JobState.DONE:
        try:
            page = background.page_of(job)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("ledger_new")
        taken, _ = background.taking_in(job.asked)
        if taken is not None:
            messages.info(request, "这次试导入已经确认，下面是导入的情况。")
            return redirect("ledger_job", taken.pk)
        asked = {k: v for k, v in job.asked.items() if k not in {"dry_run", "on"}}
        return _dry_run_page(request, asked | {"rejects": job.result.get("rejects", "")}, page)
    return job_page(request, "cases/ledger_job.html", job, crumbs=[("台账导入", reverse("ledger_imports"))])


def _dry_run_page(request, asked, page):
    return render(
        request,
        "cases/ledger_dry_run.html",
        {
            "title": "导入台账",
            "crumbs": [("台账导入", reverse("ledger_imports"))],
            "token": signing.dumps(asked, salt=_LEDGER),
            "file_name": asked["name"],
            **page,
        },
    )


@require_POST
def ledger_answer(request):
    """What the officer chose for the columns that the dry run asked about; then the dry run again. What was answered stays when that
    is refused."""
    asked = None
    try:
        asked = _asked(request, request.POST)
        asked["answers"] |= pages.ledger_answers(request.POST)
        if asked.get("large"):
            return _as_job(request, asked, dry_run=True)
        result = _import_ledger(request, importing.kept_file(asked["file"]), asked, dry_run=True)
    except Refused as refused:
        return _again(request, asked, refused)
    return _dry_run_page(request, asked, pages.ledger_result(result))


def _again(request, asked, refused):
    """Why a dry run or an import was refused, with the file and every answer kept to try again; a new upload where nothing is left."""
    messages.error(request, str(refused))
    if asked is None:
        return redirect("ledger_new")
    context = {
        "title": "导入台账",
        "subtitle": f"{asked['name']}：没有写入任何数据",
        "crumbs": [("台账导入", reverse("ledger_imports"))],
        "token": signing.dumps(asked, salt=_LEDGER),
        "answered": len(asked["answers"]),
    }
    return render(request, "cases/ledger_again.html", context, status=422)


@require_POST
def ledger_confirm(request):
    """Take over what the dry run showed."""
    asked = None
    try:
        asked = _asked(request, request.POST)
        # A large one whose import was stopped or refused may be confirmed again, under the next number.
        _, before = background.taking_in(asked) if asked.get("large") else (None, 0)
        with importing.confirmed_once(f"{asked['trial']} {before}"):
            if asked.get("large"):
                return _as_job(request, asked, dry_run=False)
            result = _import_ledger(request, importing.kept_file(asked["file"]), asked, dry_run=False)
    except Refused as refused:
        return _again(request, asked, refused)
    messages.success(
        request,
        # What was handed back is said on the page, with what to do about it.
        f"已导入 {result.imported} 行，更新 {result.changed} 行。",
    )
    return redirect("ledger_import", result.record.pk)


@require_GET
def ledger_trial_rejects(request):
    """The rows a dry run would hand back, to be mended before anything is taken over."""
    try:
        asked = _asked(request, request.GET)
        if asked.get("rejects"):
            kept = importing.kept_file(asked["rejects"]).read_bytes()
            return as_download(kept, _rejects_name(asked["name"]))
        result = _import_ledger(request, importing.kept_file(asked["file"]), asked, dry_run=True)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("ledger_new")
    if not result.rejects:
        raise Http404("没有退回的行。")
    return as_download(result.rejects, _rejects_name(asked["name"]))


def _asked(request, data):
    """What was uploaded for the dry run that the request speaks of. Raises Refused when its time is over."""
    try:
        asked = signing.loads(data.get("token", ""), salt=_LEDGER, max_age=importing.KEPT_SECONDS)
    except signing.BadSignature as stale:
        raise Refused.because("试导入已过期", way_out="请重新上传文件") from stale
    if "trial" not in asked:  # of a version before this one
        raise Refused.because("试导入已过期", way_out="请重新上传文件")
    if asked["by"] != request.user.pk:
        raise PermissionDenied("这份文件是他人上传的，请由上传人确认，或自行上传。")
    return asked


def _import_ledger(request, path, asked, *, dry_run):
    return importing.import_ledger(
        actor=request.user,
        path=path,
        file_name=asked["name"],
        on=today(),
        unit=importing.unit_by_code(asked["unit"]) if asked["unit"] else None,
        year=asked["year"],
        answers=asked["answers"],
        dry_run=dry_run,
        limits=foreign.TABLE,
    )


@require_GET
def ledger_import(request, pk):
    record = selectors.import_for(request.user, pk)
    return render(
        request,
        "cases/ledger_import.html",
        {
            "title": record.file_name,
            "crumbs": [("台账导入", reverse("ledger_imports"))],
            "actions": pages.ledger_actions(record),
            "record": record,
        },
    )


@require_GET
def ledger_file(request, pk, which):
    """The file as it came, or the rejected rows with their reasons."""
    record = selectors.import_for(request.user, pk)
    if which == "rejects":
        if not record.rejects_digest:
            raise Http404("这次导入没有退回的行。")
        return kept_file(request, record.rejects_digest, _rejects_name(record.file_name))
    if which != "original":
        raise Http404("没有这个文件。")
    return kept_file(request, record.file_digest, record.file_name)


def _rejects_name(file_name: str) -> str:
    return f"退回表-{file_name.rpartition('.')[0] or file_name}.xlsx"
