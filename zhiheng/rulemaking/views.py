"""Texts being made: their list, the draft's text, comments on it. A project's own pages are those of every matter (`matters.views`)."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.shortcuts import redirect, render
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
from zhiheng.ui.forms import Form
from zhiheng.ui.lists import Action, asked_page
from zhiheng.ui.pages import act_page, form_page, job_page, sent, ticked

from . import background, comments, drafting, explanation, grouping, higher_law, pages
from .family import TEXT
from .forms import (
    AnswerForm,
    DecisionForm,
    IssuerForm,
    JoinForm,
    ManyForm,
    ModerationForm,
    NoteForm,
    ProvisionForm,
    UnitCommentForm,
    UnitFileForm,
    WholeTextForm,
)
from .lists import COMMENTS, GROUPS, PROJECTS
from .texts import compare, to_docx, to_markdown
from .texts.difference import body_of, table_docx


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


def _found(request, pk: int):
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
    project, crumbs = _found(request, pk)
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
    project, crumbs = _found(request, pk)
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
    project, crumbs = _found(request, pk)
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
    project, crumbs = _found(request, pk)
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
    project, _crumbs = _found(request, pk)
    version = pages.version_of(project, str(seq))
    text = drafting.read(version)
    if request.GET.get("format") == "md":
        return as_download(to_markdown(text).encode(), f"{project.title}（第{seq}稿）.md", "text/markdown")
    return as_download(to_docx(text, on=version.on), f"{project.title}（第{seq}稿）.docx", DOCX)


@require_GET
def draft_changes(request, pk: int, seq: int):
    """修改对照表: a version beside another one, or beside the law in force; as a page and as a Word file."""
    project, crumbs = _found(request, pk)
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
    project, crumbs = _found(request, pk)
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
    project, crumbs = _found(request, pk)
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
    project, _crumbs = _found(request, pk)
    data = explanation.docx(project, today())
    return as_download(data, f"{project.title}起草说明.docx", DOCX)


# --- comments ----------------------------------------------------------------------------------------------------------


@require_GET
def draft_comments(request, pk: int):
    project, crumbs = _found(request, pk)
    actions = [
        Action("登记单位意见", reverse("draft-unit-comment", args=[pk]), icon="plus", primary=True),
        Action("上传单位修改稿", reverse("draft-unit-file", args=[pk]), icon="upload"),
        Action("成批审看和答复", reverse("draft-comments-many", args=[pk]), icon="circle-check"),
        Action("逐条意见", reverse("draft-comment-list", args=[pk]), icon="list-details"),
        Action("意见采纳情况表", reverse("draft-adoption-table", args=[pk]), icon="download"),
        Action("归并相近意见", reverse("draft-comments-group", args=[pk]), icon="refresh"),
    ]
    if project.takes_comments(today()):
        actions.append(Action("公开征求意见页", reverse("public-draft", args=[pk]), icon="external-link"))
    return GROUPS.respond(
        request,
        comments.groups_of(project),
        title="征求意见",
        subtitle=project.title,
        crumbs=crumbs,
        actions=actions,
        intro="相同的意见收到时自动归为一组，相近的用“归并相近意见”归为一组；一组一次答复，不公开的意见不计入。",
    )


@require_http_methods(["GET", "POST"])
def comments_group(request, pk: int):
    """Join what says nearly the same: at once, or by a job where it is much; one under way is shown and not begun again."""
    project, crumbs = _found(request, pk)
    back = reverse("draft-comments", args=[pk])
    given = {"actor": request.user, "project": project, "on": today()}

    def act(data):
        if grouping.open_groups(project).count() < grouping.MANY:
            return grouping.group_alike(**given)
        job = background.ask_to_group(**given, at=timezone.now())
        return redirect("draft-comments-grouping", pk, job.pk)

    return form_page(
        request,
        Form(**sent(request)),
        act,
        done=lambda made: f"比较了{made.groups}组，把{made.joined}组并入相近的组。",
        to=back,
        title="归并相近意见",
        crumbs=[*crumbs, ("征求意见", back)],
        back=back,
        submit="归并",
        intro=grouping.INTRO,
    )


@require_http_methods(["GET", "POST"])
def comments_grouping(request, pk: int, job_pk: int):
    """How far a grouping is, and in the end what came of it. A POST stops it."""
    project, crumbs = _found(request, pk)
    back = reverse("draft-comments", args=[pk])
    job = background.grouping_of(project, job_pk)
    if request.method == "POST":
        return act_page(
            request,
            lambda: background.stop_grouping(actor=request.user, project=project, job=job, at=timezone.now()),
            done="",
            to=reverse("draft-comments-grouping", args=[pk, job_pk]),
        )
    return job_page(
        request,
        "rulemaking/grouping.html",
        job,
        crumbs=[*crumbs, ("征求意见", back)],
        back=back,
        record=project,
        may_stop=comments.works_on(request.user, project),
    )


@require_GET
def draft_comment_list(request, pk: int):
    project, crumbs = _found(request, pk)
    return COMMENTS.respond(
        request,
        comments.comments_of(project),
        title="逐条意见",
        subtitle=project.title,
        crumbs=[*crumbs, ("征求意见", reverse("draft-comments", args=[pk]))],
    )


@require_GET
def adoption_table(request, pk: int):
    project, _crumbs = _found(request, pk)
    return as_download(comments.table_docx(project, today()), f"{project.title}意见采纳情况表.docx", DOCX)


@require_http_methods(["GET", "POST"])
def unit_comment(request, pk: int):
    project, crumbs = _found(request, pk)
    back = reverse("draft-comments", args=[pk])
    version, reviews = comments.asked_about(request.user, project, today())
    labels = pages.labels_of(drafting.read(version)) if version else []
    initial = {"name": f"审核人员{request.user.name}"} if reviews else {}
    return form_page(
        request,
        UnitCommentForm(**sent(request), provisions=labels, initial=initial),
        lambda data: comments.enter_for_unit(actor=request.user, project=project, on=today(), **data),
        done="已登记。",
        to=back,
        title="标注修改意见" if reviews else "登记单位意见",
        crumbs=[*crumbs, ("征求意见", back)],
        back=back,
    )


@require_http_methods(["GET", "POST"])
def unit_file(request, pk: int):
    """The draft as a consulted unit sent it back: its changes and its comments are taken down one by one."""
    project, crumbs = _found(request, pk)
    back = reverse("draft-comments", args=[pk])
    version, reviews = comments.asked_about(request.user, project, today())
    initial = {"name": f"审核人员{request.user.name}"} if reviews else {}

    def act(data):
        file = documents.sent_upload(data["file"])
        return comments.enter_file(
            actor=request.user, project=project, on=today(), name=data["name"], data=file.read(), file_name=file.name
        )  # fmt: skip

    return form_page(
        request,
        UnitFileForm(**sent(request), initial=initial),
        act,
        done=lambda made: (
            f"已登记{len(made)}条意见，其中{sum(bool(one.proposed) for one in made)}条建议了条文。"
        ),
        to=back,
        title="上传审核修改稿" if reviews else "上传单位修改稿",
        subtitle=project.title,
        crumbs=[*crumbs, ("征求意见", back)],
        back=back,
        submit="读出意见并登记",
        intro=(f"与第{version.seq}稿逐条对照：" if version else "")
        + "修改的每一条登记为一条建议，批注登记为一条意见；意见表一行登记为一条意见。修订按全部接受以后的文字读。",
    )


@require_http_methods(["GET", "POST"])
def comments_many(request, pk: int):
    """Several groups at once, each looked at and ticked: what waits is shown to everybody, or all are given one answer."""
    project, crumbs = _found(request, pk)
    back = reverse("draft-comments", args=[pk])
    read = GROUPS.read(request, comments.groups_of(project))
    chosen = ticked(request)
    given = {"actor": request.user, "project": project, "groups": chosen, "on": today()}

    def act(data):
        if data["act"] != "answer":
            many = comments.moderate_all(**given, state=data["act"], because=data["because"])
            return f"已处理{many}条意见。"
        return f"已答复{comments.answer_all(**given, answer=data['answer'], why=data['why'])}组。"

    rows, number = pages.groups_to_work(read.filtered)
    here = f"{reverse('draft-comments-many', args=[pk])}?{request.GET.urlencode()}"
    return form_page(
        request,
        ManyForm(**sent(request)),
        act,
        done=lambda words: words,
        to=here,
        template="rulemaking/many.html",
        title="成批审看和答复",
        subtitle=project.title,
        crumbs=[*crumbs, ("征求意见", back)],
        back=back,
        submit="办理所勾选的",
        chosen=chosen,
        record=project,
        rows=rows,
        number=number,
    )


@require_http_methods(["GET", "POST"])
def comment_group(request, pk: int, group_pk: int):
    """One group: what was said, and its answer."""
    project, crumbs = _found(request, pk)
    group = comments.group_of(project, group_pk)
    back = reverse("draft-comments", args=[pk])
    rows, page = group.comments.order_by("id"), asked_page(request)
    first = (page - 1) * _SHOWN
    shown, many = pages.suggestions(project, rows[first : first + _SHOWN]), rows.count()
    writes = not drafting.may_write(request.user, project)
    return form_page(
        request,
        AnswerForm(**sent(request), initial={"gist": group.gist, "answer": group.answer, "why": group.why}),
        lambda data: comments.answer(
            actor=request.user,
            project=project,
            on=today(),
            group=comments.group_of(project, group_pk),
            **data,
        ),
        done="已答复。",
        to=back,
        template="rulemaking/group.html",
        title=f"意见分组（{group.provision or '全文'}）",
        subtitle=project.title,
        crumbs=[*crumbs, ("征求意见", back)],
        back=back,
        submit="答复",
        record=project,
        group=group,
        shown=shown,
        writes=writes,
        began=comments.begun_by(group),
        many=many,
        first=first,
        before=page - 1,
        after=page + 1 if first + _SHOWN < many else 0,
    )


_SHOWN = 50  # comments of a group on one page


@require_http_methods(["GET", "POST"])
def comment_join(request, pk: int, group_pk: int):
    project, crumbs = _found(request, pk)
    group = comments.group_of(project, group_pk)
    back = reverse("draft-comment-group", args=[pk, group_pk])
    return form_page(
        request,
        JoinForm(**sent(request), groups=comments.joinable(group)),
        lambda data: comments.join(
            actor=request.user, project=project, on=today(), group=group, into=data["into"]
        ),
        done="已合并。",
        to=reverse("draft-comments", args=[pk]),
        title="并入其他分组",
        crumbs=[*crumbs, ("征求意见", reverse("draft-comments", args=[pk]))],
        back=back,
        intro=group.gist,
    )


@require_http_methods(["GET", "POST"])
def comment_apart(request, pk: int, comment_pk: int):
    """A comment that was grouped with what it does not say is taken out of its group."""
    project, crumbs = _found(request, pk)
    found = comments.comment_of(project, comment_pk)
    back = reverse("draft-comment-group", args=[pk, found.group_id])
    return form_page(
        request,
        Form(**sent(request)),
        lambda data: comments.set_apart(actor=request.user, project=project, on=today(), comment=found),
        done="已移出，单独成为一组。",
        to=lambda made: reverse("draft-comment-group", args=[pk, made.pk]),
        title="移出本组",
        crumbs=[*crumbs, ("征求意见", reverse("draft-comments", args=[pk]))],
        back=back,
        submit="移出",
        intro=f"所在分组：{found.group.gist}\n\n要移出的意见：{found.words}",
    )


@require_http_methods(["GET", "POST"])
def comment_moderate(request, pk: int, comment_pk: int):
    project, crumbs = _found(request, pk)
    found = comments.comment_of(project, comment_pk)
    back = reverse("draft-comment-group", args=[pk, found.group_id])
    initial = {
        "state": found.state if found.state != "waiting" else "shown",
        "because": found.hidden_because,
    }
    return form_page(
        request,
        ModerationForm(**sent(request), initial=initial),
        lambda data: comments.moderate(
            actor=request.user, project=project, comment=found, on=today(), **data
        ),
        done="已处理。",
        to=back,
        title="审看意见",
        crumbs=[*crumbs, ("征求意见", reverse("draft-comments", args=[pk]))],
        back=back,
        intro=found.words,
    )
