"""Case pages: parse, one service or selector, render."""

from __future__ import annotations

from io import BytesIO

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhiheng.accounts import selectors as accounts
from zhiheng.accounts.rights import Right
from zhiheng.documents import services as documents
from zhiheng.jobs import foreign
from zhiheng.proceedings.models import StepTaken
from zhiheng.refusal import Refused
from zhiheng.ui.days import today
from zhiheng.ui.lists import Action

from . import importing, pages, selectors, services
from .forms import (
    EvidenceForm,
    ExcludeEvidenceForm,
    LedgerForm,
    OpinionForm,
    officers_form,
    parts_of,
    step_data,
    step_form,
)
from .lists import CASES, IMPORTS

CRUMB = ("案件", "/cases/")
_LEDGER = "ledger"  # salt of the token that carries a dry run to its confirmation
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _today():
    return today()


def _crumbs(case):
    return [
        CRUMB,
        (case.case_no or case.lead_no or case.doc_no or case.title, reverse("case", args=[case.pk])),
    ]


@require_GET
def cases(request):
    actions = []
    if accounts.may(request.user, Right.WORK_CASE, _today()):
        actions = [
            Action("登记案源", reverse("lead-new"), icon="plus", primary=True),
            Action("当场处罚", reverse("on-spot-new")),
        ]
    return CASES.respond(request, selectors.cases_for(request.user), title="案件", actions=actions)


@require_http_methods(["GET", "POST"])
def lead_new(request, procedure=services.ORDINARY):
    on = _today()
    begins = pages.beginning(request.user, procedure, on)
    form = step_form(
        begins, actor=request.user, on=on, data=request.POST or None, files=request.FILES or None
    )
    if request.method == "POST" and form.is_valid():
        try:
            case = services.register_lead(
                actor=request.user, on=on, data=_with_files(step_data(form)), procedure=procedure
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"已登记：{case.lead_no}。")
            return redirect("case", case.pk)
    title = "登记案源" if procedure == services.ORDINARY else "当场处罚（简易程序）"
    return render(
        request,
        "cases/step.html",
        {
            "title": title,
            "crumbs": [CRUMB],
            "form": form,
            "parts": parts_of(form),
            "step": begins,
            "back": CRUMB[1],
            "submit": "登记",
        },
    )


def _with_files(data: dict) -> dict:
    """Uploads kept under their digest; the step remembers name, digest and size."""
    return {
        code: [documents.keep_upload(file_name=value.name, file=value, field=code)]
        if hasattr(value, "chunks")
        else value
        for code, value in data.items()
    }


@require_GET
def case(request, pk):
    found = selectors.case_for(request.user, pk)
    page = pages.case_page(request.user, found, _today(), request.GET.get("tab", ""))
    return render(request, "cases/case.html", {"crumbs": [CRUMB], "title": found.title, **page})


@require_http_methods(["GET", "POST"])
def step(request, pk, code):
    on = _today()
    found = selectors.case_for(request.user, pk)
    page = pages.step_page(request.user, found, code, on, request.GET.get("ref", request.POST.get("ref", "")))
    form = step_form(
        page["step"],
        actor=request.user,
        on=on,
        case=found,
        standing=page["standing"],
        data=request.POST or None,
        files=request.FILES or None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            result = services.take_step(
                actor=request.user,
                case=found,
                step=code,
                data=_with_files(step_data(form)),
                on=on,
                ref=request.POST.get("ref", ""),
                seen=int(seen) if (seen := request.POST.get("seen", "")).isdecimal() else None,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, pages.what_happened(result, page["step"]))
            return redirect("case", pk)
    title = page["step"].title
    return render(
        request,
        "cases/step.html",
        {
            **page,
            "title": title,
            "subtitle": found.title,
            "crumbs": _crumbs(found),
            "form": form,
            "parts": parts_of(form),
            "back": reverse("case", args=[pk]),
            "submit": "提请审批" if page["step"].approve else "办理",
        },
    )


@require_http_methods(["GET", "POST"])
def proposal(request, pk, proposal_pk):
    on = _today()
    found = selectors.case_for(request.user, pk)
    waiting = selectors.proposal_for(request.user, found, proposal_pk)
    form = OpinionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agrees = request.POST.get("verdict") == "agree"
        try:
            result = services.give_opinion(
                actor=request.user,
                case=found,
                proposal=waiting,
                agrees=agrees,
                text=form.cleaned_data["text"],
                on=on,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            effective = isinstance(result, StepTaken)
            messages.success(
                request,
                "已退回提请人。"
                if not agrees
                else "已批准，步骤生效。"
                if effective
                else "已签署，转下一审批人。",
            )
            return redirect("case", pk)
    page = pages.proposal_page(request.user, found, waiting, on)
    return render(
        request,
        "cases/proposal.html",
        {
            **page,
            "title": f"审批：{page['step'].title}",
            "subtitle": found.title,
            "crumbs": _crumbs(found),
            "form": form,
        },
    )


@require_POST
def withdraw(request, pk, proposal_pk):
    found = selectors.case_for(request.user, pk)
    waiting = selectors.proposal_for(request.user, found, proposal_pk)
    try:
        services.withdraw_proposal(actor=request.user, case=found, proposal=waiting, on=_today())
        messages.success(request, "已撤回。")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("case", pk)


@require_http_methods(["GET", "POST"])
def officers(request, pk):
    on = _today()
    found = selectors.case_for(request.user, pk)
    form = officers_form(found, actor=request.user, on=on, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["handlers"]
        lead = int(form.cleaned_data["lead"])
        try:
            people = selectors.people_by_id([lead, *(p for p in chosen if p != lead)])
            services.assign_officers(actor=request.user, case=found, people=people, on=on)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "已指派承办人。")
            return redirect("case", pk)
    return render(
        request,
        "ui/form_page.html",
        {
            "title": "指派承办人",
            "subtitle": found.title,
            "crumbs": _crumbs(found),
            "intro": "两名以上具有行政执法资格的人员（行政处罚法第42条、程序规定第19条）。",
            "form": form,
            "back": reverse("case", args=[pk]),
        },
    )


@require_http_methods(["GET", "POST"])
def evidence_new(request, pk):
    on = _today()
    found = selectors.case_for(request.user, pk)
    form = EvidenceForm(request.POST or None, request.FILES or None, initial={"collected_on": on})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        file = values.pop("file")
        try:
            services.add_evidence(
                actor=request.user,
                case=found,
                on=on,
                file=file,
                file_name=file.name if file else "",
                **values,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"已登记证据：{values['name']}。")
            return redirect(reverse("case", args=[pk]) + "?tab=evidence")
    return render(
        request,
        "ui/form_page.html",
        {
            "title": "登记证据",
            "subtitle": found.title,
            "crumbs": _crumbs(found),
            "form": form,
            "submit": "登记",
            "back": reverse("case", args=[pk]) + "?tab=evidence",
        },
    )


@require_http_methods(["GET", "POST"])
def evidence_exclude(request, pk, evidence_pk):
    found = selectors.case_for(request.user, pk)
    item = selectors.evidence_for(request.user, pk, evidence_pk)
    form = ExcludeEvidenceForm(request.POST or None)
    back = reverse("case", args=[pk]) + "?tab=evidence"
    if request.method == "POST" and form.is_valid():
        try:
            services.exclude_evidence(
                actor=request.user, case=found, evidence=item, on=_today(), reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"已排除证据：{item.name}。")
            return redirect(back)
    return render(
        request,
        "ui/form_page.html",
        {
            "title": f"排除证据：{item.name}",
            "subtitle": found.title,
            "crumbs": _crumbs(found),
            "intro": "以非法手段取得的证据，不得作为认定案件事实的根据（行政处罚法第46条）。"
            "排除后证据仍留在案卷中并注明理由，但不再列入文书；排除不能撤销。",
            "form": form,
            "submit": "排除",
            "back": back,
        },
    )


@require_GET
def ledger_imports(request):
    actions = []
    if accounts.may(request.user, Right.IMPORT_LEDGER, _today()):
        actions = [Action("导入台账", reverse("ledger_new"), icon="upload", primary=True)]
    return IMPORTS.respond(request, selectors.imports_for(request.user), title="台账导入", actions=actions)


@require_http_methods(["GET", "POST"])
def ledger_new(request):
    """First a dry run that shows what would happen, then, confirmed, the import of the very same file."""
    context = {"title": "导入台账", "crumbs": [("台账导入", reverse("ledger_imports"))]}
    form = LedgerForm(request.POST or None, request.FILES or None, units=accounts.unit_choices(request.user))
    if request.method == "POST" and form.is_valid():
        upload, year, unit = (form.cleaned_data.get(name) for name in ("file", "year", "unit"))
        with pages.upload_on_disk(upload) as path:
            asked = {"name": upload.name, "year": year, "unit": unit, "answers": {}}
            try:
                result = _import_ledger(request, path, asked, dry_run=True)
            except Refused as refused:
                form.refuse(refused)
            else:
                asked |= {"file": importing.keep_for_confirmation(path), "by": request.user.pk}
                return _dry_run_page(request, asked, result)
    return render(
        request,
        "ui/form_page.html",
        {
            **context,
            "form": form,
            "submit": "试导入",
            "back": reverse("ledger_imports"),
            "intro": "先试导入，不写入任何数据；看过结果再确认。读不准的行会连同原因退回，改好后可再次导入，已导入的行不会重复。",
        },
        status=422 if form.errors else 200,
    )


def _dry_run_page(request, asked, result):
    return render(
        request,
        "cases/ledger_dry_run.html",
        {
            "title": "导入台账",
            "crumbs": [("台账导入", reverse("ledger_imports"))],
            "token": signing.dumps(asked, salt=_LEDGER),
            "file_name": asked["name"],
            **pages.ledger_result(result),
        },
    )


@require_POST
def ledger_answer(request):
    """What the officer chose for the columns that the dry run asked about; then the dry run again."""
    try:
        asked = _asked(request, request.POST)
        asked["answers"] |= pages.ledger_answers(request.POST)
        result = _import_ledger(request, importing.kept_file(asked["file"]), asked, dry_run=True)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("ledger_new")
    return _dry_run_page(request, asked, result)


@require_POST
def ledger_confirm(request):
    """Take over what the dry run showed."""
    try:
        asked = _asked(request, request.POST)
        result = _import_ledger(request, importing.kept_file(asked["file"]), asked, dry_run=False)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("ledger_new")
    messages.success(
        request,
        f"已导入 {result.imported} 行，更新 {result.changed} 行，退回 {result.rejected_rows} 行。",
    )
    return redirect("ledger_import", result.record.pk)


@require_GET
def ledger_trial_rejects(request):
    """The rows a dry run would hand back, to be mended before anything is taken over."""
    try:
        asked = _asked(request, request.GET)
        result = _import_ledger(request, importing.kept_file(asked["file"]), asked, dry_run=True)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("ledger_new")
    if not result.rejects:
        raise Http404("没有退回的行。")
    return _attachment(result.rejects, _rejects_name(asked["name"]))


def _asked(request, data):
    """What was uploaded for the dry run that the request speaks of. Raises Refused when its time is over."""
    try:
        asked = signing.loads(data.get("token", ""), salt=_LEDGER, max_age=importing.KEPT_SECONDS)
    except signing.BadSignature as stale:
        raise Refused.because("试导入已过期", way_out="请重新上传文件") from stale
    if asked["by"] != request.user.pk:
        raise PermissionDenied("这份文件是他人上传的，请由上传人确认，或自行上传。")
    return asked


def _import_ledger(request, path, asked, *, dry_run):
    return importing.import_ledger(
        actor=request.user,
        path=path,
        file_name=asked["name"],
        on=_today(),
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
        return _download(request, record.rejects_digest, _rejects_name(record.file_name))
    if which != "original":
        raise Http404("没有这个文件。")
    return _download(request, record.file_digest, record.file_name)


@require_GET
def evidence_file(request, pk, evidence_pk):
    item = selectors.evidence_for(request.user, pk, evidence_pk)
    if not item.digest:
        raise Http404("这项证据没有文件。")
    return _download(request, item.digest, item.file_name)


@require_GET
def paper_file(request, pk, paper_pk):
    paper = selectors.paper_for(request.user, pk, paper_pk)
    return _download(request, paper.digest, f"{paper.title}{paper.number}.docx", DOCX)


@require_GET
def attachment(request, pk, seq, digest):
    """A file handed in with a step."""
    kept = selectors.attachment_for(request.user, pk, seq, digest)
    return _download(request, kept["digest"], kept["name"])


def _rejects_name(file_name: str) -> str:
    return f"退回表-{file_name.rpartition('.')[0] or file_name}.xlsx"


def _download(
    request, digest: str, name: str, content_type: str = "application/octet-stream"
) -> HttpResponse:
    try:
        data = documents.read(digest)
    except Refused as refused:
        return render(request, "cases/file_lost.html", {"name": name, "reasons": refused.reasons}, status=409)
    return _attachment(data, name, content_type)


def _attachment(data: bytes, name: str, content_type: str = "application/octet-stream") -> FileResponse:
    # Always a download: evidence is never run or shown inside our own pages.
    return FileResponse(BytesIO(data), as_attachment=True, filename=name, content_type=content_type)
