"""Files of a list: read in, drawings, results of the national office, the file that goes back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhiheng.documents import services as documents
from zhiheng.documents.downloads import as_download, kept_file
from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import Job, JobState
from zhiheng.refusal import Refused
from zhiheng.ui.days import today
from zhiheng.ui.forms import Form
from zhiheng.ui.pages import form_page, sent

from .. import background, importing, pages, results, selectors, services
from .. import feedback as feedbacks
from ..declared import acts
from ..forms import DrawingsForm, FileForm, MeaningsForm, ResultFileForm
from ..models import ListFile, ResultFile
from .addressed import list_at, put_on_table


def _at(made, page: str) -> str:
    """Where a file that was read at once stands, or the job that reads it."""
    if isinstance(made, Job):
        return reverse("list-job", args=[made.pk])
    return reverse(page, args=[made.received_id, made.pk])


@require_http_methods(["GET", "POST"])
def files(request, pk):
    received = list_at(request, pk)

    def try_file(answers):
        upload = documents.sent_upload(answers["file"])
        if upload.size <= importing.LARGE:
            return importing.try_file(
                actor=request.user, received=received, data=upload.read(), name=upload.name, on=today()
            )
        kept = documents.store(upload.read())
        return put_on_table(
            request, background.TRY, upload.name, {"list": pk, "file": kept, "name": upload.name}
        )

    return form_page(
        request,
        FileForm(**sent(request)),
        try_file,
        done="",
        to=lambda made: _at(made, "list-file"),
        template="screening/files.html",
        title="导入名单",
        subtitle=received.title,
        intro="先试导入，不写入任何申请：说明认出和没有认出的列、重复的申请号和不能导入的行；看过再确认。同一件申请只计一次。",
        submit="试导入",
        crumbs=pages.crumbs(received),
        back=reverse("screening", args=[pk]),
        files=received.files.all(),
    )


@require_http_methods(["GET", "POST"])
def file(request, pk, file_pk):
    received = list_at(request, pk)
    found = selectors.list_file_for(received, file_pk)

    def confirm(_):
        if "discard" in request.POST:
            services.discard_file(actor=request.user, file=found, on=today())
            return None
        if found.rows > background.MANY:
            return put_on_table(request, background.TAKE, found.name, {"list": pk, "file": file_pk})
        return importing.take_over(actor=request.user, file=found, on=today())

    return form_page(
        request,
        Form(**sent(request)),
        confirm,
        done=lambda made: f"已导入 {made.taken} 件申请。" if isinstance(made, ListFile) else "",
        to=lambda made: _at(made, "list-file") if made else reverse("list-files", args=[pk]),
        template="screening/file.html",
        title=found.name,
        subtitle=received.title,
        crumbs=[*pages.crumbs(received), ("导入名单", reverse("list-files", args=[pk]))],
        received=received,
        **pages.file_page(found),
    )


@require_GET
def original(request, pk, file_pk):
    found = selectors.list_file_for(list_at(request, pk), file_pk)
    return kept_file(request, found.digest, found.name)


@require_http_methods(["GET", "POST"])
def drawing_files(request, pk):
    """Drawings that came with the list; the next screening compares them."""
    received = list_at(request, pk)

    def take_in(answers):
        selectors.refuse_stranger(request.user, received, today())
        upload = documents.sent_upload(answers["file"])
        asked = {"list": pk, "file": documents.store(upload.read()), "name": upload.name}
        return put_on_table(request, background.DRAWINGS, upload.name, asked)

    return form_page(
        request,
        DrawingsForm(**sent(request)),
        take_in,
        done="",
        to=lambda made: reverse("list-job", args=[made.pk]),
        template="screening/drawings.html",
        title="附图",
        subtitle=received.title,
        intro="每幅附图算出一个指纹（裁去白边，缩放、换格式不影响），下一次筛查一并比对不同申请的附图；原文件留存。",
        submit="读入附图",
        crumbs=pages.crumbs(received),
        back=reverse("screening", args=[pk]),
        files=selectors.drawings_of(received),
    )


@require_http_methods(["GET", "POST"])
def result_files(request, pk):
    """What the national office sends back: a file read without registering anything."""
    received = list_at(request, pk)

    def try_file(answers):
        upload = documents.sent_upload(answers["file"])
        said = {"paper": answers["paper"], "result_on": answers["result_on"]}
        if upload.size <= importing.LARGE:
            return results.try_file(
                actor=request.user,
                received=received,
                data=upload.read(),
                name=upload.name,
                on=today(),
                **said,
            )
        asked = {
            "list": pk, "file": documents.store(upload.read()), "name": upload.name, "paper": said["paper"],
            "result_on": said["result_on"].isoformat() if said["result_on"] else "",
        }  # fmt: skip
        return put_on_table(request, background.TRY_RESULTS, upload.name, asked)

    return form_page(
        request,
        ResultFileForm(**sent(request)),
        try_file,
        done="",
        to=lambda made: _at(made, "list-result"),
        template="screening/results.html",
        title="国家知识产权局结果",
        subtitle=received.title,
        intro="先试读，不登记任何结果：说明每种写法认作什么结果、名单中没有的申请号、与已登记结果不同的行；看过再登记。没有认出的写法和代码由您说明。",
        submit="试读",
        crumbs=pages.crumbs(received),
        back=reverse("screening", args=[pk]),
        files=received.result_files.all(),
        left=received.rows - selectors.waiting(received, "resulted"),
    )


@require_http_methods(["GET", "POST"])
def result_file(request, pk, file_pk):
    received = list_at(request, pk)
    found = selectors.result_file_for(received, file_pk)
    form = MeaningsForm(
        unknown=() if found.taken_on else pages.unknown_words(found),
        differing=0 if found.taken_on else pages.differing(found),
        choices=acts()["result"].asked("result").choices,
        **sent(request),
    )

    def confirm(answers):
        if "discard" in request.POST:
            results.discard(actor=request.user, file=found, on=today())
            return None
        said = {"meanings": form.meanings(), "overwrite": answers.get("overwrite", False)}
        if found.rows > background.MANY:
            return put_on_table(
                request, background.TAKE_RESULTS, found.name, {"list": pk, "file": file_pk, **said}
            )
        return results.take_over(actor=request.user, file=found, on=today(), **said)

    return form_page(
        request,
        form,
        confirm,
        done=lambda made: f"已登记 {made.taken} 件结果。" if isinstance(made, ResultFile) else "",
        to=lambda made: _at(made, "list-result") if made else reverse("list-results", args=[pk]),
        template="screening/result.html",
        title=found.name,
        subtitle=received.title,
        crumbs=[*pages.crumbs(received), ("国家知识产权局结果", reverse("list-results", args=[pk]))],
        received=received,
        **pages.results_page(found),
    )


@require_GET
def result_original(request, pk, file_pk):
    found = selectors.result_file_for(list_at(request, pk), file_pk)
    return kept_file(request, found.digest, found.name)


@require_GET
def feedback(request, pk):
    received = list_at(request, pk)
    return render(
        request,
        "screening/feedback.html",
        {
            "title": "反馈文件",
            "subtitle": received.title,
            "crumbs": pages.crumbs(received),
            "received": received,
            "files": [one for one in received.files.all() if one.taken_on],
            "table": selectors.split_table(received),
            "left": received.rows - selectors.waiting(received, "checked", "resulted"),
            "made": selectors.made_by_jobs(request.user, received, background.FEEDBACK),
        },
    )


@require_POST
def feedback_file(request, pk, file_pk):
    received = list_at(request, pk)
    found = selectors.list_file_for(received, file_pk)
    try:
        if found.rows > background.MANY:
            asked = put_on_table(
                request, background.FEEDBACK, f"反馈文件：{found.name}", {"list": pk, "file": file_pk}
            )
            return redirect("list-job", asked.pk)
        made = feedbacks.feedback_file(actor=request.user, received=received, file=found, on=today())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("list-feedback", pk)
    return as_download(made, f"反馈-{found.name}")


@require_GET
def feedback_made(request, pk):
    """A filled-in file that a job has made."""
    found = jobs.asked_by(request.user, pk, background.FEEDBACK)
    if found.state != JobState.DONE:
        raise Http404("文件还没有做好。")
    return kept_file(request, found.result["feedback"], found.result["name"])
