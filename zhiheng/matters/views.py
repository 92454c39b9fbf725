"""Pages of matters: parse, one service or selector, render. The same for every family and kind; `family` comes with the address."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhiheng.accounts.selectors import scope_codes
from zhiheng.documents import archives
from zhiheng.documents import services as documents
from zhiheng.documents.downloads import kept_archive, kept_file
from zhiheng.jobs import services as jobs
from zhiheng.law import LawError, current_book
from zhiheng.refusal import Refused
from zhiheng.ui.days import today
from zhiheng.ui.drafts import Typing
from zhiheng.ui.pages import act_page, form_page, sent

from . import (
    address_book,
    approvals,
    countersigns,
    drafts,
    pages,
    preview,
    protection,
    readings,
    selectors,
    services,
)
from . import adoption as adopting
from .engine import Standing, decode
from .family import family_named, family_of
from .forms import (
    AdoptionForm,
    AskCountersignForm,
    CountersignForm,
    EvidenceForm,
    ExcludeEvidenceForm,
    OpinionForm,
    PurposeForm,
    ScanForm,
    officers_form,
    parts_of,
    proposed_before,
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
    found = selectors.record_for(request.user, family_named(family), pk, today())
    readings.note(actor=request.user, record=found, at=timezone.now())
    return found


def _with_files(data: dict) -> dict:
    """Uploads kept under their digest; the step remembers name, digest and size of each."""
    return {
        code: [_kept(one, code) for one in value] if _holds_uploads(value) else value
        for code, value in data.items()
    }


def _holds_uploads(value) -> bool:
    return isinstance(value, list) and any(hasattr(one, "chunks") for one in value)


def _kept(upload, field: str) -> dict:
    if not hasattr(upload, "chunks"):
        return upload
    upload.seek(0)
    return documents.keep_upload(file_name=upload.name, file=upload, field=field)


def _count(sent: str) -> int | None:
    """A number that a page of ours put into an address or a hidden field; None where somebody else wrote there."""
    return int(sent) if sent.isdecimal() and len(sent) < 10 else None


def _agrees(verdict: str) -> bool:
    """Which of the two buttons was pressed: what is neither decides nothing."""
    if verdict not in ("agree", "return"):
        raise Refused.because("没有选择同意还是退回", way_out="请点“同意”或者“退回”")
    return verdict == "agree"


@require_http_methods(["GET", "POST"])
def open_matter(request, kind, door):
    """A way in: the form of a beginning step."""
    try:
        what = current_book().kind(kind)
    except LawError as error:
        raise Http404(str(error)) from error
    family = family_of(what)
    typing = Typing(request, drafts.place_of_door(kind, door))
    asked = replace(pages.door_page(request.user, what, door, today()), kept=typing.kept)
    form = step_form(asked, **sent(request))
    typing.restore(form)
    _take_over(request, form, asked)
    entrance = next(d for d in what.doors if d.step == door)
    return form_page(
        request,
        form,
        lambda _: services.open_matter(
            actor=request.user, on=asked.on, kind=kind, door=door, data=_with_files(step_data(form))
        ),
        typing=typing,
        done=lambda record: f"已登记：{family.number(record) or record.title}。",
        to=lambda record: _onward(request, record),
        template="matters/step.html",
        title=entrance.title
        if len(what.doors) == 1 or what.doors[0] is entrance
        else f"{entrance.title}（{asked.procedure.title}）",
        crumbs=[_family_crumb(family)],
        parts=parts_of(form),
        step=asked.step,
        article=pages.articles(asked.step.article),
        papers=[
            asked.procedure.form(one, asked.on, scope_codes(request.user.unit)).title
            for one in asked.step.issues
        ],
        preview=reverse("matter-open-preview", args=[kind, door]),
        parties=reverse("matter-open-parties", args=[kind, door])
        if address_book.places(what, asked.step)
        else "",
        back=reverse(family.list_page),
        submit="登记",
    )


def _take_over(request, form, asked) -> None:
    """What the address book says of the party that was chosen for one of the step's places, before what was typed of it."""
    key = request.GET.get("party", "")
    entry = address_book.chosen(request.user, key, asked.on) if key else None
    wanted = request.GET.get("as", "")
    place = next((p for p in address_book.places(asked.kind, asked.step) if p.role == wanted), None)
    if entry and place and not form.is_bound:
        form.initial = {**form.initial, **address_book.answers(entry, place)}


@require_GET
def door_parties(request, kind, door):
    """Parties of the own unit, to be taken over into the form of a door."""
    try:
        what = current_book().kind(kind)
    except LawError as error:
        raise Http404(str(error)) from error
    asked = pages.door_page(request.user, what, door, today())
    back = reverse("matter-open", args=[kind, door])
    return _parties(request, asked, back, [_family_crumb(family_of(what))])


@require_GET
def step_parties(request, family, pk, code):
    """Parties of the own unit, to be taken over into the form of a step."""
    found = _found(request, family, pk)
    asked = pages.asking(request.user, found, code, today(), request.GET.get("ref", ""))
    return _parties(request, asked, reverse(f"{family}-step", args=[pk, code]), _crumbs(found))


def _parties(request, asked, back, crumbs):
    places = address_book.places(asked.kind, asked.step)
    if not places:
        return redirect(back)  # the step names nobody
    typed = request.GET.get("q", "")
    context = {
        "title": "从已有当事人选取",
        "subtitle": asked.step.title,
        "crumbs": [*crumbs, (asked.step.title, back)],
        "places": places,
        "typed": typed,
        "entries": address_book.search(request.user, typed, asked.on),
        "most": address_book.MOST,
        "back": back,
        "types": {code: word.title for code, word in current_book().party_types.items()},
    }
    return render(request, "matters/parties.html", context)


def _onward(request, record) -> str:
    """Where one goes after a step: to the matter, or straight to the step that is one's own next, if that was asked for."""
    following = approvals.next_of(request.user, record, today()) if "onward" in request.POST else ""
    return following or pages.record_url(record)


@require_POST
def door_preview(request, kind, door):
    """The papers of a beginning step as they would be printed with what stands in its form."""
    try:
        what = current_book().kind(kind)
    except LawError as error:
        raise Http404(str(error)) from error
    asked = pages.door_page(request.user, what, door, today())
    blank = family_of(what).model(unit=request.user.unit, kind=what.code)
    return _previewed(request, asked, blank, Standing.blank(asked.procedure, asked.on))


@require_GET
def matter(request, pk):
    """A matter by its own number: on to its record's page, whichever family keeps it."""
    found = selectors.matter_for(request.user, pk, today())
    return redirect(family_of(found.kind).code, found.record_id)


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
    ref = request.POST.get("ref", "") or request.GET.get("ref", "")
    place = drafts.place(family, pk, code, ref)
    found = selectors.record_for(request.user, family_named(family), pk, today(), form_of=(code, ref, place))
    readings.note(actor=request.user, record=found, at=timezone.now())
    asked = pages.asking(request.user, found, code, today(), ref)
    page = pages.step_page(asked)
    typing = Typing(request, place, known=found.draft_id)
    back = page["back_again"]
    form = step_form(replace(asked, kept=typing.kept or (back.files if back else {})), **sent(request))
    if back and not form.is_bound:
        form.initial = proposed_before(form, back.values)
    typing.restore(form)
    _take_over(request, form, asked)
    return form_page(
        request,
        form,
        lambda _: services.take_step(
            actor=request.user,
            record=found,
            step=code,
            data=_with_files(step_data(form)),
            on=asked.on,
            ref=ref,
            seen=_count(request.POST.get("seen", "")),
        ),
        done=lambda result: pages.what_happened(result, asked.step),
        to=lambda result: (
            _onward(request, found) if isinstance(result, StepTaken) else pages.record_url(found)
        ),
        typing=typing,
        template="matters/step.html",
        title=asked.step.title,
        subtitle="，".join(filter(None, (found.title, page["about"]))),
        crumbs=_crumbs(found),
        parts=parts_of(form),
        back=pages.record_url(found),
        preview=reverse(f"{page['family_code']}-step-preview", args=[found.pk, code]),
        parties=reverse(f"{page['family_code']}-step-parties", args=[found.pk, code])
        if address_book.places(asked.kind, asked.step)
        else "",
        submit="提请审批" if asked.step.approve else "办理",
        **page,
    )


@require_POST
def step_preview(request, family, pk, code):
    """The papers of a step as they would be printed with what stands in its form: a page, or the part of one."""
    found = _found(request, family, pk)
    asked = pages.asking(request.user, found, code, today(), request.POST.get("ref", ""))
    return _previewed(request, asked, found, asked.standing)


def _previewed(request, asked, found, standing):
    form = step_form(asked, data=request.POST)
    form.is_valid()
    answers = {name: value for name, value in step_data(form).items() if not _holds_uploads(value)}
    made = preview.sheets(found, asked.step, answers, request.user, standing, ref=asked.ref)
    return _sheets(request, made, found, asked.step.title)


@require_GET
def proposal_preview(request, family, pk, proposal_pk):
    """The papers of a proposed step, with the opinions signed so far."""
    found = _found(request, family, pk)
    waiting = selectors.proposal_for(found, proposal_pk)
    asked = pages.asking(request.user, found, waiting.step, today(), waiting.ref)
    answers = decode(asked.procedure, waiting.step, waiting.data)
    made = preview.sheets(
        found, asked.step, answers, request.user, asked.standing, proposal=waiting, ref=waiting.ref
    )
    return _sheets(request, made, found, asked.step.title)


def _sheets(request, made, found, title):
    part = request.headers.get("X-Part") or request.htmx
    context = {
        "sheets": made,
        "title": f"预览：{title}",
        "subtitle": found.title,
        "crumbs": _crumbs(found) if found.pk else [_family_crumb(family_of(found.kind))],
        "back": pages.record_url(found) if found.pk else reverse(family_of(found.kind).list_page),
    }
    return render(request, "matters/sheets.html" if part else "matters/preview.html", context)


@require_POST
def draft(request):
    """What stands in a form just now, kept (by its script, every few seconds) or thrown away (by a button)."""
    place, version = request.POST.get("draft-place", ""), request.POST.get("draft-version", "")
    if "discard" in request.POST:
        drafts.drop(person=request.user, place=place)
        messages.success(request, "已放弃草稿。")
        back = request.POST.get("back", "")
        safe = url_has_allowed_host_and_scheme(back, None) and back.startswith("/")
        return redirect(back if safe else "home")
    try:
        kept = drafts.save(
            person=request.user,
            place=place,
            typed=drafts.typed_in(request.POST),
            at=timezone.now(),
            version=_count(version),
        )
    except drafts.Elsewhere as other:
        return JsonResponse({"words": str(other), "version": other.draft.version}, status=409)
    except Refused as refused:
        return JsonResponse({"words": str(refused)}, status=422)
    return JsonResponse(
        {"words": f"草稿已存 {timezone.localtime(kept.saved_at):%H:%M}", "version": kept.version}
    )


@require_http_methods(["GET", "POST"])
def proposal(request, family, pk, proposal_pk):
    found = _found(request, family, pk)
    waiting = selectors.proposal_for(found, proposal_pk)
    on = today()
    page = approvals.proposal_page(request.user, found, waiting, on)
    page["title"] = f"审批：{page['step'].title}"
    # One after the other: who signs goes on to the next that waits.
    in_row = "row" in request.GET
    following = f"{reverse('opinions')}?after={waiting.pk}"
    return form_page(
        request,
        OpinionForm(**sent(request)),
        lambda values: services.give_opinion(
            actor=request.user,
            record=found,
            proposal=waiting,
            agrees=_agrees(request.POST.get("verdict", "")),
            text=values["text"],
            on=on,
        ),
        done=lambda result: (
            "已退回提请人。"
            if request.POST["verdict"] == "return"
            else "已批准，步骤生效。"
            if isinstance(result, StepTaken)
            else "已签署，转下一审批人。"
        ),
        to=following if in_row else pages.record_url(found),
        template="matters/proposal.html",
        subtitle=found.title,
        crumbs=_crumbs(found),
        back=pages.record_url(found),
        following=following if in_row else "",
        **page,
    )


@require_GET
def opinions(request):
    """The next proposal that waits for the reader's opinion: each is looked at on its own page, one after the other."""
    after = _count(request.GET.get("after", "")) or 0
    turn = selectors.next_opinion(request.user, today(), after)
    if turn is None:
        messages.info(request, "没有别的等待您签署意见的事项了。")
        return redirect("work")
    return redirect(f"{approvals.turn_url(turn)}?row=1")


@require_POST
def remind(request, family, pk, turn_pk):
    found = _found(request, family, pk)
    turn = selectors.turn_of(found.matter, turn_pk) if found.matter_id else None
    if turn is None:
        messages.info(request, "这一步已经办理，无须催办。")
        return redirect(pages.record_url(found))
    return act_page(
        request,
        lambda: services.remind(
            actor=request.user, record=found, turn=turn, on=today(), text=request.POST.get("text", "")
        ),
        done=f"已催办：{turn.title}。",
        to=pages.record_url(found),
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
def countersign(request, family, pk, proposal_pk):
    """Ask somebody to countersign a proposal; or, for who was asked, say it or hand it on."""
    found = _found(request, family, pk)
    waiting = selectors.proposal_for(found, proposal_pk)
    actor, on = request.user, today()
    asked = countersigns.asked_of(actor, waiting)
    people = countersigns.may_be_asked(found, waiting)
    about = {"actor": actor, "record": found, "on": on}

    def say(values):
        if values["verdict"] == "handed":
            return countersigns.hand_on(asked=asked, person=values["person"], why=values["text"], **about)
        agrees = values["verdict"] == "agrees"
        return countersigns.give(asked=asked, agrees=agrees, text=values["text"], **about)

    if asked is not None:
        form, act, done = CountersignForm(**sent(request), people=people), say, "已会签。"
        title, intro = "会签", f"{asked.asked_by.name}请您会签。{asked.why}"
    else:
        form, done = AskCountersignForm(**sent(request), people=people), "已请会签。"
        title, intro = "请人会签", "会签意见供审批人参考；会签没有签署以前不能批准，可以退回。"

        def act(values):
            return countersigns.ask(proposal=waiting, **values, **about)

    return form_page(
        request,
        form,
        act,
        done=done,
        to=pages.record_url(found, "proposal", waiting.pk),
        title=title,
        subtitle=found.title,
        intro=intro,
        crumbs=_crumbs(found),
        back=pages.record_url(found, "proposal", waiting.pk),
        submit=title,
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
    standing, asked_kind = selectors.standing_for(found, today()), current_book().kind(found.kind)
    if standing is None:
        raise Http404(f"{asked_kind.this}由台账导入，没有在本系统办理的程序。")
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
        intro=f"两名以上具有行政执法资格的人员（{asked_kind.certified}、{asked_kind.basis.get('officers', '')}）。"
        if asked_kind.certified
        else "两名以上人员，其中一人主办。",
        back=pages.record_url(found),
    )


@require_http_methods(["GET", "POST"])
def evidence_new(request, family, pk):
    found, on = _found(request, family, pk), today()
    back = pages.record_url(found) + "?tab=evidence"
    typing = Typing(request, drafts.place_of_step(found, "+evidence"))
    form = EvidenceForm(**sent(request), initial={"collected_on": on})
    form.fields["file"].keep(typing.kept.get("file", ()))
    typing.restore(form)

    def add(values):
        file = documents.sent_upload(values.pop("file"))
        services.add_evidence(
            actor=request.user, record=found, on=on, file=file, file_name=file.name if file else "", **values
        )
        return values["name"]

    return form_page(
        request,
        form,
        add,
        typing=typing,
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
    basis = current_book().kind(found.kind).basis.get("evidence", "")
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
        intro=f"以非法手段取得的证据，不得作为认定案件事实的根据{basis and f'（{basis}）'}。"
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


@require_http_methods(["GET", "POST"])
def scan_new(request, family, pk, paper_pk):
    found = _found(request, family, pk)
    paper = selectors.paper_for(found, paper_pk)
    back = pages.record_url(found) + "?tab=papers"

    def add(values):
        file = values["file"][0]
        services.add_scan(
            actor=request.user, record=found, paper=paper, on=today(), file=file, file_name=file.name
        )

    return form_page(
        request,
        ScanForm(**sent(request)),
        add,
        done=f"已上传《{paper.title}》的签章扫描件。",
        to=back,
        title=f"上传签章扫描件：{paper.title}",
        subtitle=f"{found.title}，{paper.number or paper.on}",
        crumbs=_crumbs(found),
        intro="签字、盖章后的文书扫描成 pdf、jpg 或者 png 上传。再次上传的取代前一份，前一份留存备查。",
        submit="上传",
        back=back,
    )


@require_GET
def scan_file(request, family, pk, scan_pk):
    scan = selectors.scan_for(_found(request, family, pk), scan_pk)
    return kept_file(request, scan.digest, scan.file_name)


@require_POST
def archive_bind(request, family, pk, seq):
    """Bind a file: at once, or by the process beside the server where its evidence is large."""
    found = _found(request, family, pk)
    filed = selectors.archive_for(found, seq)
    back = pages.record_url(found) + "?tab=archive"
    if archives.size_of(filed) > archives.LARGE:
        jobs.ask(
            made_by=request.user,
            kind=archives.JOB,
            title=f"装订{found.title}",
            asked={"archive": filed.pk},
            at=timezone.now(),
        )
        messages.info(request, "材料较大，正在后台装订，几分钟后刷新本页即可下载。")
        return redirect(back)
    return act_page(request, lambda: archives.bind(archive=filed), done=f"{filed}已装订，可以下载。", to=back)


@require_POST
def archive_supplement(request, family, pk):
    found = _found(request, family, pk)
    return act_page(
        request,
        lambda: services.file_supplement(actor=request.user, record=found, on=today()),
        done=lambda filed: f"已立{filed}。",
        to=pages.record_url(found) + "?tab=archive",
    )


@require_GET
def archive_file(request, family, pk, seq, part):
    """The PDF (`pdf`) or the whole package (`zip`) of a bound file, held against its digest before any of it is sent."""
    found = _found(request, family, pk)
    filed = selectors.archive_for(found, seq)
    if part not in ("pdf", "zip") or not filed.bound:
        raise Http404("这一卷还没有装订。")
    return kept_archive(request, filed, f"{found.title}{filed}.{part}")


@require_GET
def attachment(request, family, pk, run_pk, seq, digest):
    """A file handed in with a step."""
    kept = selectors.attachment_for(_found(request, family, pk), run_pk, seq, digest)
    return kept_file(request, kept["digest"], kept["name"])
