"""Pages of applications: the list, one of them, what is done about one or several, papers and packs."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from zhiheng.documents.downloads import DOCX, as_download, kept_file
from zhiheng.refusal import Refused
from zhiheng.ui.days import today
from zhiheng.ui.lists import Action
from zhiheng.ui.pages import form_page, sent, ticked

from .. import notices, packs, pages, selectors, services
from ..declared import acts
from ..forms import act_form
from ..lists import APPLICATIONS
from ..words import STATEMENT
from .addressed import application_at


@require_GET
def applications(request):
    rows = selectors.applications_for(request.user)
    found = APPLICATIONS.read(request, rows)
    if sheet := found.sheet():
        return sheet
    context = {
        "title": "非正常专利申请",
        "tabs": pages.tabs("applications", request.user),
        "batches": [
            (act, number, f"{reverse('applications-act', args=[act.code])}?{request.GET.urlencode()}")
            for act, number in pages.batches(request.user, today(), found.filtered)
        ],
    }
    return render(request, "screening/list.html", {"listing": found, **context})


@require_GET
def application(request, pk):
    one = application_at(request, pk)
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
                *(
                    Action(title, reverse("application-paper", args=[pk, code]), icon="download")
                    for code, title in notices.printed(request.user, today())
                ),
            ],
            **page,
        },
    )


@require_GET
def application_pack(request, pk):
    one = application_at(request, pk)
    page = pages.application_page(request.user, one, today())
    made = packs.application_docx(
        one, selectors.history_of(one), page["groups"], request.user.unit.name, today()
    )
    return as_download(made, f"核查材料-{one.number}.docx", DOCX)


@require_GET
def application_paper(request, pk, code):
    one = application_at(request, pk)
    if code not in dict(notices.printed(request.user, today())):
        raise Http404("没有这种文书。")
    name, made = notices.by_hand(actor=request.user, code=code, application=one, on=today())
    return as_download(made, name, DOCX)


@require_GET
def act_file(request, act_pk, digest):
    kept = selectors.file_for(request.user, act_pk, digest)
    return kept_file(request, kept["digest"], kept["name"])


@require_http_methods(["GET", "POST"])
def act(request, pk, code):
    one = application_at(request, pk)
    declared = acts().get(code)
    if declared is None:
        raise Http404("没有这个事项。")
    why = selectors.refusal(request.user, declared, one, today())
    if why and request.method == "GET":
        messages.error(request, f"{declared.title}：{why}。")
        return redirect("application", pk)
    return form_page(
        request,
        act_form(
            declared,
            pages.units_of(request.user),
            **(sent(request) or {"initial": {"reply_by": one.reply_by or one.received.feedback_due}}),
        ),
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
    chosen = ticked(request)

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
