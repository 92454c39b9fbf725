"""The comments on a draft, as their officers work them."""

from __future__ import annotations

from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from zhiheng.documents import services as documents
from zhiheng.documents.downloads import DOCX, as_download
from zhiheng.ui.days import today
from zhiheng.ui.forms import Form
from zhiheng.ui.lists import Action, asked_page
from zhiheng.ui.pages import act_page, form_page, job_page, sent, ticked

from .. import background, comments, drafting, grouping, pages
from ..forms import (
    AnswerForm,
    JoinForm,
    ManyForm,
    ModerationForm,
    UnitCommentForm,
    UnitFileForm,
)
from ..lists import COMMENTS, GROUPS
from .drafts import open_project


@require_GET
def draft_comments(request, pk: int):
    project, crumbs = open_project(request, pk)
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
    project, crumbs = open_project(request, pk)
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
    project, crumbs = open_project(request, pk)
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
    project, crumbs = open_project(request, pk)
    return COMMENTS.respond(
        request,
        comments.comments_of(project),
        title="逐条意见",
        subtitle=project.title,
        crumbs=[*crumbs, ("征求意见", reverse("draft-comments", args=[pk]))],
    )


@require_GET
def adoption_table(request, pk: int):
    project, _crumbs = open_project(request, pk)
    return as_download(comments.table_docx(project, today()), f"{project.title}意见采纳情况表.docx", DOCX)


@require_http_methods(["GET", "POST"])
def unit_comment(request, pk: int):
    project, crumbs = open_project(request, pk)
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
    project, crumbs = open_project(request, pk)
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
    project, crumbs = open_project(request, pk)
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
    project, crumbs = open_project(request, pk)
    group = comments.group_of(project, group_pk)
    back = reverse("draft-comments", args=[pk])
    rows, page = group.comments.order_by("id"), asked_page(request)
    first = (page - 1) * _SHOWN
    listed = list(rows[first : first + _SHOWN + 1])
    shown = pages.suggestions(project, listed[:_SHOWN])
    many = rows.count() if first or len(listed) > _SHOWN else len(listed)
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
        began=comments.begun_by(group) if many > 1 and not group.answer else None,
        many=many,
        first=first,
        before=page - 1,
        after=page + 1 if len(listed) > _SHOWN else 0,
    )


_SHOWN = 50  # comments of a group on one page


@require_http_methods(["GET", "POST"])
def comment_join(request, pk: int, group_pk: int):
    project, crumbs = open_project(request, pk)
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
    project, crumbs = open_project(request, pk)
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
    project, crumbs = open_project(request, pk)
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
