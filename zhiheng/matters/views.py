"""Pages of matters: parse, one service or selector, render. The same for every family and kind; `family` comes with the address."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhiheng.documents import services as documents
from zhiheng.documents.downloads import kept_file
from zhiheng.law import LawError, current_book
from zhiheng.ui.days import today
from zhiheng.ui.pages import act_page, form_page, sent

from . import adoption as adopting
from . import pages, protection, selectors, services
from .family import family_named, family_of
from .forms import (
    AdoptionForm,
    EvidenceForm,
    ExcludeEvidenceForm,
    OpinionForm,
    PurposeForm,
    officers_form,
    parts_of,
    step_data,
    step_form,
)
from .models import StepTaken

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _family_crumb(family) -> tuple[str, str]:
    return family.title, reverse(family.list_page)


def _crumbs(record) -> list[tuple[str, str]]:
    family = family_of(record.kind)
    return [_family_crumb(family), (family.number(record) or record.title, pages.record_url(record))]


def _found(request, family: str, pk: int):
    return selectors.record_for(request.user, family_named(family), pk, today())


def _with_files(data: dict) -> dict:
    """Uploads kept under their digest; the step remembers name, digest and size."""
    return {
        code: [documents.keep_upload(file_name=value.name, file=value, field=code)]
        if hasattr(value, "chunks")
        else value
        for code, value in data.items()
    }


@require_http_methods(["GET", "POST"])
def open_matter(request, kind, door):
    """A way in: the form of a beginning step."""
    try:
        what = current_book().kind(kind)
    except LawError as error:
        raise Http404(str(error)) from error
    family = family_of(what)
    asked = pages.door_page(request.user, what, door, today())
    form = step_form(asked, **sent(request))
    entrance = next(d for d in what.doors if d.step == door)
    return form_page(
        request,
        form,
        lambda _: services.open_matter(
            actor=request.user, on=asked.on, kind=kind, door=door, data=_with_files(step_data(form))
        ),
        done=lambda record: f"已登记：{family.number(record) or record.title}。",
        to=pages.record_url,
        template="matters/step.html",
        title=entrance.title
        if len(what.doors) == 1 or what.doors[0] is entrance
        else f"{entrance.title}（{asked.procedure.title}）",
        crumbs=[_family_crumb(family)],
        parts=parts_of(form),
        step=asked.step,
        article=pages.articles(asked.step.article),
        back=reverse(family.list_page),
        submit="登记",
    )


@require_GET
def matter(request, pk):
    """A matter by its own number: on to its record's page, or to one of its proposals, whichever family keeps it."""
    found = selectors.matter_for(request.user, pk, today())
    code, proposal = family_of(found.kind).code, request.GET.get("proposal", "")
    if proposal.isdecimal() and len(proposal) < 18:
        return redirect(f"{code}-proposal", found.record_id, int(proposal))
    return redirect(code, found.record_id)


@require_http_methods(["GET", "POST"])
def adoption(request, code, effective):
    """What it would change if the open matters went over to a version of their procedure, and the act of adopting it."""
    version = pages.version_named(code, effective)
    page = pages.adoption_page(request.user, version, today())
    return form_page(
        request,
        AdoptionForm(**sent(request)),
        lambda values: adopting.adopt(
            actor=request.user, version=version, on=today(), reason=values["reason"]
        ),
        done=lambda done: f"已采用：{sum(not m.stays for m in done)} 件在办事项转到本版本。",
        to=reverse("adoption", args=[code, effective]),
        template="matters/adoption.html",
        back=f"{reverse('law')}procedures/{code}/?version={effective}",
        submit="采用",
        crumbs=[("法规库", reverse("law"))],
        **page,
    )


@require_GET
def record(request, family, pk):
    found = _found(request, family, pk)
    page = pages.matter_page(request.user, found, today(), request.GET.get("tab", ""))
    crumbs = [_family_crumb(page["family"])]
    return render(request, "matters/matter.html", {"crumbs": crumbs, "title": found.title, **page})


@require_http_methods(["GET", "POST"])
def step(request, family, pk, code):
    found = _found(request, family, pk)
    asked = pages.asking(request.user, found, code, today())
    page = pages.step_page(asked, request.GET.get("ref", request.POST.get("ref", "")))
    form = step_form(asked, **sent(request))
    seen = request.POST.get("seen", "")
    return form_page(
        request,
        form,
        lambda _: services.take_step(
            actor=request.user,
            record=found,
            step=code,
            data=_with_files(step_data(form)),
            on=asked.on,
            ref=request.POST.get("ref", ""),
            seen=int(seen) if seen.isdecimal() else None,
        ),
        done=lambda result: pages.what_happened(result, asked.step),
        to=pages.record_url(found),
        template="matters/step.html",
        title=asked.step.title,
        subtitle=found.title,
        crumbs=_crumbs(found),
        parts=parts_of(form),
        back=pages.record_url(found),
        submit="提请审批" if asked.step.approve else "办理",
        **page,
    )


@require_http_methods(["GET", "POST"])
def proposal(request, family, pk, proposal_pk):
    found = _found(request, family, pk)
    waiting = selectors.proposal_for(found, proposal_pk)
    on, agrees = today(), request.POST.get("verdict") == "agree"
    page = pages.proposal_page(request.user, found, waiting, on)
    page["title"] = f"审批：{page['step'].title}"
    return form_page(
        request,
        OpinionForm(**sent(request)),
        lambda values: services.give_opinion(
            actor=request.user, record=found, proposal=waiting, agrees=agrees, text=values["text"], on=on
        ),
        done=lambda result: (
            "已退回提请人。"
            if not agrees
            else "已批准，步骤生效。"
            if isinstance(result, StepTaken)
            else "已签署，转下一审批人。"
        ),
        to=pages.record_url(found),
        template="matters/proposal.html",
        subtitle=found.title,
        crumbs=_crumbs(found),
        back=pages.record_url(found),
        **page,
    )


@require_POST
def withdraw(request, family, pk, proposal_pk):
    found = _found(request, family, pk)
    waiting = selectors.proposal_for(found, proposal_pk)
    return act_page(
        request,
        lambda: services.withdraw_proposal(actor=request.user, record=found, proposal=waiting, on=today()),
        done="已撤回。",
        to=pages.record_url(found),
    )


@require_http_methods(["GET", "POST"])
@never_cache
def protected(request, family, pk):
    """Who informed: shown once for a stated purpose, on the record; no address keeps it."""
    found = _found(request, family, pk)
    if not protection.may_read(request.user, found, today()):
        raise Http404("没有可以查阅的保密信息。")
    around = {
        "title": "查阅举报人信息",
        "subtitle": found.title,
        "crumbs": _crumbs(found),
        "back": pages.record_url(found) + "?tab=timeline",
    }

    def show(values):
        told = protection.read(actor=request.user, record=found, on=today(), purpose=values["purpose"])
        return render(request, "matters/protected.html", {"told": told, **around})

    return form_page(
        request,
        PurposeForm(**sent(request)),
        show,
        done="",
        to="",
        intro="举报人的姓名和联系方式加密保存，不进入文书、清单和检索。每次查阅的人、时间和事由都记入留痕账。",
        submit="查阅",
        **around,
    )


@require_http_methods(["GET", "POST"])
def officers(request, family, pk):
    found = _found(request, family, pk)
    standing = selectors.standing_for(found, today())
    if standing is None:
        raise Http404("本案由台账导入，没有在本系统办理的程序。")
    asked = pages.asking(request.user, found, next(iter(standing.procedure.steps)), today())

    def assign(values):
        lead = int(values["lead"])
        people = selectors.people_by_id([lead, *(p for p in values["handlers"] if p != lead)])
        services.assign_officers(actor=request.user, record=found, people=people, on=today())

    return form_page(
        request,
        officers_form(asked, data=request.POST or None),
        assign,
        done="已指派承办人。",
        to=pages.record_url(found),
        title="指派承办人",
        subtitle=found.title,
        crumbs=_crumbs(found),
        intro="两名以上具有行政执法资格的人员（行政处罚法第42条、程序规定第19条）。",
        back=pages.record_url(found),
    )


@require_http_methods(["GET", "POST"])
def evidence_new(request, family, pk):
    found, on = _found(request, family, pk), today()
    back = pages.record_url(found) + "?tab=evidence"

    def add(values):
        file = values.pop("file")
        services.add_evidence(
            actor=request.user, record=found, on=on, file=file, file_name=file.name if file else "", **values
        )
        return values["name"]

    return form_page(
        request,
        EvidenceForm(**sent(request), initial={"collected_on": on}),
        add,
        done=lambda name: f"已登记证据：{name}。",
        to=back,
        title="登记证据",
        subtitle=found.title,
        crumbs=_crumbs(found),
        submit="登记",
        back=back,
    )


@require_http_methods(["GET", "POST"])
def evidence_exclude(request, family, pk, evidence_pk):
    found = _found(request, family, pk)
    item = selectors.evidence_for(found, evidence_pk)
    back = pages.record_url(found) + "?tab=evidence"
    return form_page(
        request,
        ExcludeEvidenceForm(**sent(request)),
        lambda values: services.exclude_evidence(
            actor=request.user, record=found, evidence=item, on=today(), reason=values["reason"]
        ),
        done=f"已排除证据：{item.name}。",
        to=back,
        title=f"排除证据：{item.name}",
        subtitle=found.title,
        crumbs=_crumbs(found),
        intro="以非法手段取得的证据，不得作为认定案件事实的根据（行政处罚法第46条）。"
        "排除后证据仍留在案卷中并注明理由，但不再列入文书；排除不能撤销。",
        submit="排除",
        back=back,
    )


@require_GET
def evidence_file(request, family, pk, evidence_pk):
    item = selectors.evidence_for(_found(request, family, pk), evidence_pk)
    if not item.digest:
        raise Http404("这项证据没有文件。")
    return kept_file(request, item.digest, item.file_name)


@require_GET
def paper_file(request, family, pk, paper_pk):
    paper = selectors.paper_for(_found(request, family, pk), paper_pk)
    return kept_file(request, paper.digest, f"{paper.title}{paper.number}.docx", DOCX)


@require_GET
def attachment(request, family, pk, run_pk, seq, digest):
    """A file handed in with a step."""
    kept = selectors.attachment_for(_found(request, family, pk), run_pk, seq, digest)
    return kept_file(request, kept["digest"], kept["name"])
