"""Pages of received lists and their applications: parse, one service or selector, render."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may
from zhiheng.documents import services as documents
from zhiheng.documents.downloads import as_download, kept_file
from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import JobState
from zhiheng.matters import readings
from zhiheng.matters.pages import doors
from zhiheng.refusal import Refused
from zhiheng.ui.days import today
from zhiheng.ui.forms import Form
from zhiheng.ui.lists import Action
from zhiheng.ui.pages import act_page, form_page, sent

from . import background, importing, notices, packs, pages, results, running, selectors, services
from . import feedback as feedbacks
from .declared import acts
from .family import SCREENING
from .forms import DrawingsForm, FileForm, HandForm, MeaningsForm, ResultFileForm, ScreenForm, act_form
from .lists import APPLICATIONS, GROUPS, LISTS
from .words import STATEMENT

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _list(request, pk):
    return _noted(request, selectors.list_for(request.user, SCREENING, pk, today()))


def _application(request, pk):
    return _noted(request, selectors.application_for(request.user, pk))


def _noted(request, record):
    """The record, about to be shown to the reader."""
    readings.note(actor=request.user, record=record, at=timezone.now())
    return record


@require_GET
def received_lists(request):
    if request.user.unit.parent_id is not None:
        return redirect("applications")
    actions = (
        doors(request.user, SCREENING.kinds, today()) if may(request.user, Right.WORK_CASE, today()) else []
    )
    return LISTS.respond(
        request,
        selectors.lists_for(request.user, SCREENING, today()),
        template="screening/list.html",
        title="专项筛查",
        tabs=pages.tabs("received-lists", request.user),
        actions=actions,
    )


# ---------------------------------------------------------------------------------------------------- applications


@require_GET
def applications(request):
    rows = selectors.applications_for(request.user)
    found = APPLICATIONS.read(request, rows)
    context = {
        "title": "非正常专利申请",
        "tabs": pages.tabs("applications", request.user),
        "batches": [
            (act, number, f"{reverse('applications-act', args=[act.code])}?{request.GET.urlencode()}")
            for act, number in pages.batches(request.user, today(), found.filtered)
        ],
    }
    if request.GET.get("export") == "xlsx" and not found.too_many:
        return found.xlsx()
    return render(request, "screening/list.html", {"listing": found, **context})


@require_GET
def application(request, pk):
    one = _application(request, pk)
    page = pages.application_page(request.user, one, today())
    return render(
        request,
        "screening/application.html",
        {
            "title": one.title or one.number,
            "crumbs": [("申请", reverse("applications")), page["family"]],
            "statement": STATEMENT,
            "actions": [
                Action("核查材料", reverse("application-pack", args=[pk]), icon="download"),
                Action("核查笔录", reverse("application-paper", args=[pk, "ABN-05"]), icon="download"),
                Action("情况说明样表", reverse("application-paper", args=[pk, "ABN-04"]), icon="download"),
            ],
            **page,
        },
    )


@require_GET
def application_pack(request, pk):
    one = _application(request, pk)
    page = pages.application_page(request.user, one, today())
    made = packs.application_docx(
        one, selectors.history_of(one), page["groups"], request.user.unit.name, today()
    )
    return as_download(made, f"核查材料-{one.number}.docx", DOCX)


@require_GET
def application_paper(request, pk, code):
    one = selectors.application_for(request.user, pk)
    if code not in notices.BY_HAND:
        raise Http404("没有这种文书。")
    name, made = notices.by_hand(actor=request.user, code=code, application=one, on=today())
    return as_download(made, name, DOCX)


@require_GET
def act_file(request, act_pk, digest):
    kept = selectors.file_for(request.user, act_pk, digest)
    return kept_file(request, kept["digest"], kept["name"])


@require_http_methods(["GET", "POST"])
def act(request, pk, code):
    one = _application(request, pk)
    declared = acts().get(code)
    if declared is None:
        raise Http404("没有这个事项。")
    why = selectors.refusal(request.user, declared, one, today())
    if why and request.method == "GET":
        messages.error(request, f"{declared.title}：{why}。")
        return redirect("application", pk)
    return form_page(
        request,
        act_form(declared, pages.units_of(request.user), **sent(request)),
        lambda answers: _take(request, declared, [pk], answers),
        done=f"已{declared.title.removeprefix('登记')}登记。"
        if declared.title.startswith("登记")
        else f"已{declared.title}。",
        to=reverse("application", args=[pk]),
        title=declared.title,
        subtitle=str(one),
        intro=f"{declared.intro}（{_basis(declared)}）",
        submit=declared.title,
        crumbs=[("申请", reverse("applications")), (one.number, reverse("application", args=[pk]))],
        back=reverse("application", args=[pk]),
    )


def _basis(declared) -> str:
    return declared.article if "法" in declared.article else f"规范申请专利行为的规定{declared.article}"


def _take(request, declared, applications, answers):
    take = notices.issue if declared.issues else services.take
    return take(
        actor=request.user, on=today(), applications=applications, act=declared.code, answers=_kept(answers)
    )


def _kept(answers):
    """Uploads kept under their digest before anything is written of them."""
    if answers.get("files"):
        answers = answers | {"files": services.keep_files(answers["files"])}
    return answers


@require_http_methods(["GET", "POST"])
def act_on_many(request, code):
    """The same about several: each is shown with what there is to know, and each has its own tick."""
    declared = acts().get(code)
    if declared is None or not declared.each:
        raise Http404("这一事项须逐件办理。")
    rows = APPLICATIONS.read(request, selectors.applications_for(request.user)).filtered
    chosen = [int(pk) for pk in request.POST.getlist("looked") if pk.isdecimal() and len(pk) < 18]

    def take(answers):
        if not chosen:
            raise Refused.because("没有勾选申请", way_out="请逐件看过，勾选要办理的申请")
        return _take(request, declared, chosen, answers)

    back = f"{reverse('applications')}?{request.GET.urlencode()}"
    return form_page(
        request,
        act_form(declared, pages.units_of(request.user), **sent(request)),
        take,
        done=lambda made: f"{declared.title}：已办理 {len(made)} 件。",
        to=back,
        template="screening/many.html",
        title=f"成批{declared.title}",
        intro=declared.intro,
        submit=f"{declared.title}（所勾选的）",
        crumbs=[("申请", reverse("applications"))],
        back=back,
        chosen=chosen,
        **pages.many_page(request.user, declared, rows),
    )


# ---------------------------------------------------------------------------------------------------- files


@require_http_methods(["GET", "POST"])
def files(request, pk):
    received = _list(request, pk)

    def try_file(answers):
        upload = documents.sent_upload(answers["file"])
        if upload.size <= importing.LARGE:
            return importing.try_file(
                actor=request.user, received=received, data=upload.read(), name=upload.name, on=today()
            )
        kept = documents.store(upload.read())
        return _ask(request, background.TRY, upload.name, {"list": pk, "file": kept, "name": upload.name})

    return form_page(
        request,
        FileForm(**sent(request)),
        try_file,
        done="",
        to=lambda made: (
            reverse("list-file", args=[pk, made.pk])
            if hasattr(made, "taken_on")
            else reverse("list-job", args=[made.pk])
        ),
        template="screening/files.html",
        title="导入名单",
        subtitle=received.title,
        intro="先试导入，不写入任何申请：说明认出和没有认出的列、重复的申请号和不能导入的行；看过再确认。同一件申请只计一次。",
        submit="试导入",
        crumbs=pages.crumbs(received),
        back=reverse("screening", args=[pk]),
        files=received.files.all(),
    )


def _ask(request, kind, title, asked):
    return jobs.ask(
        made_by=request.user,
        kind=kind,
        title=title,
        asked={**asked, "on": today().isoformat()},
        at=timezone.now(),
    )


@require_http_methods(["GET", "POST"])
def file(request, pk, file_pk):
    received = _list(request, pk)
    found = selectors.list_file_for(received, file_pk)

    def confirm(_):
        if "discard" in request.POST:
            services.discard_file(actor=request.user, file=found, on=today())
            return None
        if found.rows > background.MANY:
            return _ask(request, background.TAKE, found.name, {"list": pk, "file": file_pk})
        return importing.take_over(actor=request.user, file=found, on=today())

    def to(made):
        if made is None:
            return reverse("list-files", args=[pk])
        return (
            reverse("list-file", args=[pk, file_pk])
            if hasattr(made, "taken_on")
            else reverse("list-job", args=[made.pk])
        )

    return form_page(
        request,
        Form(**sent(request)),
        confirm,
        done=lambda made: f"已导入 {made.taken} 件申请。" if hasattr(made, "taken_on") else "",
        to=to,
        template="screening/file.html",
        title=found.name,
        subtitle=received.title,
        crumbs=[*pages.crumbs(received), ("导入名单", reverse("list-files", args=[pk]))],
        received=received,
        **pages.file_page(found),
    )


@require_GET
def original(request, pk, file_pk):
    found = selectors.list_file_for(_list(request, pk), file_pk)
    return kept_file(request, found.digest, found.name)


@require_http_methods(["GET", "POST"])
def drawing_files(request, pk):
    """Drawings that came with the list; the next screening compares them."""
    received = _list(request, pk)

    def take_in(answers):
        services.refuse_stranger(request.user, received, today())
        kept = documents.store(answers["file"].read())
        name = answers["file"].name
        return _ask(request, background.DRAWINGS, name, {"list": pk, "file": kept, "name": name})

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
        files=received.drawing_files.all(),
    )


@require_http_methods(["GET", "POST"])
def result_files(request, pk):
    """What the national office sends back: a file read without registering anything."""
    received = _list(request, pk)

    def try_file(answers):
        upload, said = answers["file"], {"paper": answers["paper"], "result_on": answers["result_on"]}
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
        return _ask(request, background.TRY_RESULTS, upload.name, asked)

    return form_page(
        request,
        ResultFileForm(**sent(request)),
        try_file,
        done="",
        to=lambda made: (
            reverse("list-result", args=[pk, made.pk])
            if hasattr(made, "taken_on")
            else reverse("list-job", args=[made.pk])
        ),
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
    received = _list(request, pk)
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
            return _ask(request, background.TAKE_RESULTS, found.name, {"list": pk, "file": file_pk, **said})
        return results.take_over(actor=request.user, file=found, on=today(), **said)

    def to(made):
        if made is None:
            return reverse("list-results", args=[pk])
        return (
            reverse("list-result", args=[pk, file_pk])
            if hasattr(made, "taken_on")
            else reverse("list-job", args=[made.pk])
        )

    return form_page(
        request,
        form,
        confirm,
        done=lambda made: f"已登记 {made.taken} 件结果。" if hasattr(made, "taken_on") else "",
        to=to,
        template="screening/result.html",
        title=found.name,
        subtitle=received.title,
        crumbs=[*pages.crumbs(received), ("国家知识产权局结果", reverse("list-results", args=[pk]))],
        received=received,
        **pages.results_page(found),
    )


@require_GET
def result_original(request, pk, file_pk):
    found = selectors.result_file_for(_list(request, pk), file_pk)
    return kept_file(request, found.digest, found.name)


@require_http_methods(["GET", "POST"])
def job(request, pk):
    """How far long work is; in the end what came of it. A POST stops it."""
    found = selectors.job_for(request.user, pk, background.KINDS)
    if request.method == "POST":
        jobs.cancel(job=found, at=timezone.now())
        return redirect("list-job", pk)
    if found.state == JobState.DONE:
        for key, name in (("drawings", "list-drawings"), ("feedback", "list-feedback")):
            if key in found.result:
                return redirect(name, found.asked["list"])
        names = {"run": "list-run", "file": "list-file", "results": "list-result"}
        key = next(key for key in names if key in found.result)
        return redirect(names[key], found.asked["list"], found.result[key])
    answer = render(
        request,
        "screening/job.html",
        {
            "title": found.title,
            "crumbs": pages.crumbs(),
            "job": found,
            "back": reverse("screening", args=[found.asked["list"]]),
        },
    )
    if found.is_open:
        answer["Refresh"] = "2"
    return answer


# ---------------------------------------------------------------------------------------------------- split


@require_http_methods(["GET", "POST"])
def split(request, pk):
    """By address as far as it tells; what is left, by hand."""
    received = _list(request, pk)
    undecided = list(selectors.undecided(received)[: pages.MANY])
    units = [(code, name) for code, name in pages.units_of(request.user)]
    form = HandForm(**sent(request), units=units)
    if request.method == "POST" and "by_address" in request.POST:
        return act_page(
            request,
            lambda: services.split(actor=request.user, received=received, on=today()),
            done=lambda counts: f"已分派 {sum(counts.values()) - counts['']} 件，{counts['']} 件须人工指定。",
            to=reverse("list-split", args=[pk]),
        )
    chosen = [int(one) for one in request.POST.getlist("looked") if one.isdecimal() and len(one) < 18]

    def by_hand(answers):
        if not chosen:
            raise Refused.because("没有勾选申请", way_out="请勾选要分派的申请")
        return services.take(actor=request.user, on=today(), applications=chosen, act="move", answers=answers)

    return form_page(
        request,
        form,
        by_hand,
        done=lambda made: f"已分派 {len(made)} 件。",
        to=reverse("list-split", args=[pk]),
        template="screening/split.html",
        title="分派区县",
        subtitle=received.title,
        crumbs=pages.crumbs(received),
        received=received,
        table=selectors.split_table(received),
        undecided=undecided,
        left=selectors.waiting(received, "received"),
        chosen=chosen,
    )


# ---------------------------------------------------------------------------------------------------- screening


@require_http_methods(["GET", "POST"])
def runs(request, pk):
    received = _list(request, pk)

    others = selectors.has_earlier(received)
    form = ScreenForm(**(sent(request) or {"initial": {"setting": "default", "earlier": others}}))

    def ask(_):
        if received.unit_id != request.user.unit_id or not may(request.user, Right.VERIFY_FILINGS, today()):
            raise Refused.because("名单由登记它的单位筛查")
        asked = form.asked()
        return selectors.open_job(received, background.SCREEN) or _ask(
            request, background.SCREEN, f"筛查：{received.title}", {"list": pk, **asked}
        )

    return form_page(
        request,
        form,
        ask,
        done="",
        to=lambda job: reverse("list-job", args=[job.pk]),
        template="screening/runs.html",
        title="筛查",
        subtitle=received.title,
        intro="比对名单中的文字和申请情况，把有关联的申请并成组，按独立的证据种类排序。筛查在后台进行，可以离开本页；参数和结果一并留存，可以重做核对。",
        submit="开始筛查",
        crumbs=pages.crumbs(received),
        back=reverse("screening", args=[pk]),
        runs=[(one, running.equal(one)) for one in selectors.runs_of(received)],
        received=received,
    )


@require_GET
def run(request, pk, run_pk):
    received = _list(request, pk)
    found = selectors.run_for(received, run_pk)
    first = found.repeats or found
    return GROUPS.respond(
        request,
        selectors.groups_of_run(request.user, first),
        template="screening/run.html",
        title="线索组",
        subtitle=received.title,
        crumbs=[*pages.crumbs(received), ("筛查", reverse("list-runs", args=[pk]))],
        run=found,
        equal=running.equal(found),
        received=received,
        statement=STATEMENT,
        asked=pages.run_page(found),
    )


@require_POST
def repeat(request, pk, run_pk):
    received = _list(request, pk)
    found = selectors.run_for(received, run_pk)
    made = _ask(
        request,
        background.SCREEN,
        f"重做筛查：{received.title}",
        {"list": pk, **found.asked, "repeats": (found.repeats or found).pk},
    )
    return redirect("list-job", made.pk)


@require_GET
def group(request, pk):
    found = selectors.group_for(request.user, pk)
    _noted(request, found.run.received)
    page = pages.group_page(request.user, found)
    words = request.GET.get("q", "").strip()[:100]
    received = found.run.received
    crumbs = [("申请", reverse("applications"))]
    if received.unit_id in request.user.unit_ids:
        crumbs = [*pages.crumbs(received), ("线索组", reverse("list-run", args=[received.pk, found.run_id]))]
    return render(
        request,
        "screening/group.html",
        {
            "title": f"第{found.number}组　{page['applicants'][0][0] if page['applicants'] else ''}",
            "subtitle": received.title,
            "crumbs": crumbs,
            "statement": STATEMENT,
            "actions": [
                Action("证据材料（docx）", reverse("group-pack", args=[pk, "docx"]), icon="download"),
                Action("证据材料（xlsx）", reverse("group-pack", args=[pk, "xlsx"]), icon="download"),
            ],
            "words": words,
            "listed": pages.sifted(page["members"], words),
            **page,
        },
    )


@require_GET
def group_pack(request, pk, form):
    if form not in ("docx", "xlsx"):
        raise Http404("没有这种材料。")
    found = selectors.group_for(request.user, pk)
    _noted(request, found.run.received)
    page = pages.group_page(request.user, found)
    name = f"第{page['group'].number}组证据材料.{form}"
    if form == "xlsx":
        return as_download(packs.group_xlsx(page), name, XLSX)
    return as_download(packs.group_docx(page, request.user.unit.name, today()), name, DOCX)


# ---------------------------------------------------------------------------------------------------- feedback, figures


@require_GET
def feedback(request, pk):
    received = _list(request, pk)
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
    received = _list(request, pk)
    found = selectors.list_file_for(received, file_pk)
    if found.rows > background.MANY:
        asked = _ask(request, background.FEEDBACK, f"反馈文件：{found.name}", {"list": pk, "file": file_pk})
        return redirect("list-job", asked.pk)
    try:
        made = feedbacks.feedback_file(actor=request.user, received=received, file=found, on=today())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("list-feedback", pk)
    return as_download(made, f"反馈-{found.name}")


@require_GET
def feedback_made(request, pk):
    """A filled-in file that a job has made."""
    found = selectors.job_for(request.user, pk, (background.FEEDBACK,))
    if found.state != JobState.DONE:
        raise Http404("文件还没有做好。")
    return kept_file(request, found.result["feedback"], found.result["name"])


@require_GET
def overview(request):
    """The figures by list, district, agency or IPC: each number opens to its applications."""
    by = request.GET.get("by", "unit")
    if by not in selectors.DIMENSIONS:
        raise Http404("没有这种分列。")
    years = selectors.years(request.user)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else (years[0] if years else today().year)
    rows = selectors.overview(request.user, year, by)
    return render(
        request,
        "screening/overview.html",
        {
            "title": "非正常专利申请情况",
            "tabs": pages.tabs("screening-overview", request.user),
            "by": by,
            "dimensions": [(code, title) for code, (title, *_) in selectors.DIMENSIONS.items()],
            "years": years,
            "year": year,
            "table": pages.linked_rows(rows, by, year),
            "heading": selectors.DIMENSIONS[by][0],
            "total": selectors.totals(rows),
            "chart": pages.overview_chart(rows, by, year),
            "of_year": pages.of_year(year),
        },
    )
