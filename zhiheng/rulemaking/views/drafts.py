"""The list of texts being made, and the draft's text: written, changed an article at a time, compared."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from zhiheng.accounts import selectors as accounts
from zhiheng.accounts.rights import Right
from zhiheng.documents import services as documents
from zhiheng.documents.downloads import DOCX, as_download
from zhiheng.matters import readings
from zhiheng.matters.pages import doors
from zhiheng.matters.selectors import record_for, records_for
from zhiheng.registers.declaration import groups
from zhiheng.ui.days import today
from zhiheng.ui.lists import Action
from zhiheng.ui.pages import form_page, sent

from .. import comments, drafting, explanation, higher_law, pages
from ..family import TEXT
from ..forms import (
    DecisionForm,
    IssuerForm,
    NoteForm,
    ProvisionForm,
    WholeTextForm,
)
from ..lists import PROJECTS
from ..texts import compare, to_docx, to_markdown
from ..texts.difference import body_of, table_docx


@require_GET
def rulemaking(request):
    actor, on = request.user, today()
    kinds = next((kinds for group, kinds in groups() if group == "rulemaking"), [])
    actions = doors(actor, TEXT.kinds, on) if accounts.may(actor, Right.WORK_CASE, on) else []
    actions.append(Action("上位法变动", reverse("higher-law"), icon="alert-triangle"))
    actions += [Action(kind.title, kind.url("records"), icon=kind.icon) for kind in kinds]
    return PROJECTS.respond(request, records_for(actor, TEXT, on), title="立法与文件", actions=actions)


@require_GET
def higher_law_moved(request):
    """Documents in force and drafts whose higher law has a newer version since they were made or last looked at."""
    return render(
        request,
        "rulemaking/higher_law.html",
        {
            "title": "上位法变动",
            "subtitle": "制定依据有新版本施行、须清理的文件和草案",
            "crumbs": [("立法与文件", reverse("rulemaking"))],
            "moved": higher_law.moved(request.user, today()),
        },
    )


def open_project(request, pk: int):
    project = record_for(request.user, TEXT, pk, today())
    readings.note(actor=request.user, record=project, at=timezone.now())
    crumbs = [
        ("立法与文件", reverse("rulemaking")),
        (TEXT.number(project) or project.title, reverse("text", args=[pk])),
    ]
    return project, crumbs


# --- the text ----------------------------------------------------------------------------------------------------------


@require_GET
def draft_text(request, pk: int):
    project, crumbs = open_project(request, pk)
    asked = request.GET.get("version", "")
    version = pages.version_of(project, asked) if asked else drafting.latest(project)
    if version is not None:
        version.project = project
    reason = drafting.may_write(request.user, project)
    actions = []
    if not reason:
        actions.append(
            Action("写入全文", reverse("draft-write", args=[pk]), icon="pencil", primary=version is None)
        )
        actions.append(Action("按修改决定修改", reverse("draft-follow", args=[pk]), icon="pencil"))
    elif version is not None and comments.reviews_now(request.user, project, today()):
        actions.append(Action("标注修改意见", reverse("draft-unit-comment", args=[pk]), icon="pencil"))
        actions.append(Action("上传审核修改稿", reverse("draft-unit-file", args=[pk]), icon="upload"))
    if version is not None:
        seq = version.seq
        actions += [
            Action("下载 Word", reverse("draft-docx", args=[pk, seq]), icon="download"),
            Action("修改对照表", reverse("draft-changes", args=[pk, seq]), icon="list-details"),
            Action("起草说明", reverse("draft-explanation", args=[pk]), icon="download"),
        ]
    context = pages.text_page(project, version)
    return render(
        request,
        "rulemaking/text.html",
        {
            "title": "草案文本",
            "subtitle": project.title,
            "crumbs": crumbs,
            "actions": actions,
            "record": project,
            "may_write": not reason and context.get("current"),
            "reason": reason,
            **context,
        },
    )


@require_http_methods(["GET", "POST"])
def draft_write(request, pk: int):
    project, crumbs = open_project(request, pk)
    back = reverse("draft-text", args=[pk])
    now = drafting.latest(project)
    sha = now.sha if now else ""
    form = WholeTextForm(**sent(request), initial={"words": now.words if now else "", "seen": sha})

    def act(data):
        form.data = form.data.copy()
        form.data["seen"] = sha  # refused once because the text went on, it may be sent again
        given = {
            "actor": request.user,
            "project": project,
            "on": today(),
            "note": data["note"],
            "seen": data["seen"] if "seen" in request.POST else None,
        }
        if file := documents.sent_upload(data["file"]):
            return drafting.take_file(data=file.read(), name=file.name, **given)
        return drafting.write_text(words=data["words"], **given), []

    return form_page(
        request,
        form,
        act,
        done=lambda made: f"已存为第{made[0].seq}稿。" + _told(made[1]),
        to=back,
        title="写入草案全文",
        crumbs=[*crumbs, ("草案文本", back)],
        back=back,
        submit="保存为新的一稿",
        intro="保存以后成为新的一稿，原来各稿都在。送审以后再改的，须按新的文本重新送审。",
    )


_FEW = 6  # of what a file holds beside the text, so much is told at once


def _told(told: list[str]) -> str:
    if not told:
        return ""
    more = f"；另有{len(told) - _FEW}处" if len(told) > _FEW else ""
    return "请对照文件核对：" + "；".join(one[:80] for one in told[:_FEW]) + more + "。"


@require_http_methods(["GET", "POST"])
def draft_provision(request, pk: int, provision: str):
    """One article: change it, put one behind it, or delete it. Works with the keyboard and without script."""
    project, crumbs = open_project(request, pk)
    back = reverse("draft-text", args=[pk])
    version = pages.version_of(project, "")
    initial = {"seen": version.sha}
    label, beside = "条文", {}
    if request.method == "GET" or request.POST.get("seen") == version.sha:
        article = pages.article_of(drafting.read(version), provision)
        label = article.label
        said, more = pages.of_article(project, version, provision)
        beside = {"said": said, "more": more, "places": pages.places_of(version, article)}
        initial |= {"words": body_of(article), **version.notes.get(provision, {})}
        initial |= pages.proposal_for(project, version, request.GET.get("comment", ""), initial)
    form = ProvisionForm(**sent(request), initial=initial)

    def act(data):
        return drafting.change_provision(
            actor=request.user, project=project, on=today(), provision=provision, **data
        )

    return form_page(
        request,
        form,
        act,
        done=lambda made: (
            f"已存为第{made[0].seq}稿。" + ("引用须人工核对：" + "；".join(made[1]) if made[1] else "")
        ),
        to=f"{back}#{provision}",
        template="rulemaking/provision.html",
        title=f"修改{label}",
        subtitle=project.title,
        crumbs=[*crumbs, ("草案文本", back)],
        back=back,
        record=project,
        **beside,
    )


@require_http_methods(["GET", "POST"])
def draft_note(request, pk: int, provision: str):
    """Why an article, or a 款 or 项 of one, is as it is, and where it comes from."""
    project, crumbs = open_project(request, pk)
    text = reverse("draft-text", args=[pk])
    version = pages.version_of(project, "")
    initial = {"seen": version.sha}
    name, words, back = "条文", "", text
    if request.method == "GET" or request.POST.get("seen") == version.sha:
        article, name, words = pages.place_of(version, provision)
        back = reverse("draft-provision", args=[pk, article.id])
        initial |= version.notes.get(provision, {})
    return form_page(
        request,
        NoteForm(**sent(request), initial=initial),
        lambda data: drafting.note(
            actor=request.user, project=project, on=today(), provision=provision, **data
        ),
        done=lambda made: f"已存为第{made.seq}稿，文字没有变动。",
        to=back,
        title=f"{name}的理由和依据",
        subtitle=project.title,
        crumbs=[*crumbs, ("草案文本", text)],
        back=back,
        intro=words,
    )


@require_GET
def draft_docx(request, pk: int, seq: int):
    project, _crumbs = open_project(request, pk)
    version = pages.version_of(project, str(seq))
    text = drafting.read(version)
    if request.GET.get("format") == "md":
        return as_download(to_markdown(text).encode(), f"{project.title}（第{seq}稿）.md", "text/markdown")
    return as_download(to_docx(text, on=version.on), f"{project.title}（第{seq}稿）.docx", DOCX)


@require_GET
def draft_changes(request, pk: int, seq: int):
    """修改对照表: a version beside another one, or beside the law in force; as a page and as a Word file."""
    project, crumbs = open_project(request, pk)
    version = pages.version_of(project, str(seq))
    new = drafting.read(version)
    bases, usual = pages.bases_for(project, version, today())
    asked = request.GET.get("base") or usual
    old, name = pages.base_of(project, asked, version)
    reasons = drafting.reasons_by_article(version)
    if request.GET.get("format") == "docx":
        data = table_docx(compare(old, new), reasons, on=version.on)
        return as_download(data, f"{project.title}修改对照表.docx", DOCX)
    here = reverse("draft-changes", args=[pk, seq])
    decision = f"{reverse('draft-decision', args=[pk, seq])}?base={quote(asked)}"
    return render(
        request,
        "rulemaking/changes.html",
        {
            "title": "修改对照表",
            "subtitle": f"{project.title}：{name}与第{seq}稿",
            "crumbs": [*crumbs, ("草案文本", reverse("draft-text", args=[pk]))],
            "actions": [
                Action("下载 Word", f"{here}?format=docx&base={quote(asked)}", icon="download"),
                Action("写成修改决定", decision, icon="file-text"),
            ],
            "rows": list(pages.changes_between(old, new, reasons)),
            "bases": bases,
            "asked": asked,
        },
    )


@require_GET
def draft_decision(request, pk: int, seq: int):
    """修改决定: what makes the chosen text into this version, in the customary wording; to read, and as a Word file."""
    project, crumbs = open_project(request, pk)
    version = pages.version_of(project, str(seq))
    asked = request.GET.get("base", "")
    old, name = pages.base_of(project, asked, version)
    form = IssuerForm(request.GET)
    issuer = form.cleaned_data["issuer"] if form.is_valid() else ""
    decision, why_not = pages.decision_between(old, drafting.read(version), issuer)
    if decision is not None and request.GET.get("format") == "docx":
        return as_download(to_docx(decision, on=version.on), f"{decision.title}.docx", DOCX)
    more = {"base": asked, "issuer": issuer, "format": "docx"}
    here = f"{reverse('draft-decision', args=[pk, seq])}?{urlencode(more)}"
    return render(
        request,
        "rulemaking/decision.html",
        {
            "title": "修改决定",
            "subtitle": f"{project.title}：由{name}改为第{seq}稿",
            "crumbs": [*crumbs, ("草案文本", reverse("draft-text", args=[pk]))],
            "actions": [Action("下载 Word", here, icon="download")] if decision else [],
            "form": form,
            "asked": asked,
            "decision": decision,
            "lines": pages.lines_of(decision) if decision else [],
            "why_not": why_not,
        },
    )


@require_http_methods(["GET", "POST"])
def draft_follow(request, pk: int):
    """Read an amending decision and make the draft as it says."""
    project, crumbs = open_project(request, pk)
    back = reverse("draft-text", args=[pk])

    def act(data):
        chosen, file = data["base"], documents.sent_upload(data["file"])
        return drafting.follow_decision(
            actor=request.user,
            project=project,
            on=today(),
            words=data["words"],
            data=file.read() if file else b"",
            name=file.name if file else "",
            base=None if chosen == pages.DRAFT else pages.law_of(chosen),
            note=data["note"],
        )

    return form_page(
        request,
        DecisionForm(**sent(request), bases=pages.amendable(project)),
        act,
        done=lambda made: (
            f"已存为第{made[0].seq}稿：{made[0].note}。"
            + ("引用须人工核对：" + "；".join(made[1]) if made[1] else "")
        ),
        to=back,
        title="按修改决定修改",
        subtitle=project.title,
        crumbs=[*crumbs, ("草案文本", back)],
        back=back,
        submit="修改",
        intro="逐项读出修改决定并改入文本，条文序号和引用随之调整，结果存为新的一稿。有一项对不上的，全部不改，并逐项说明。",
    )


@require_GET
def draft_explanation(request, pk: int):
    """起草说明, put together from the record, as a Word file to be worked on."""
    project, _crumbs = open_project(request, pk)
    data = explanation.docx(project, today())
    return as_download(data, f"{project.title}起草说明.docx", DOCX)
