"""What everybody may see and do without signing in: drafts open for comment, a comment, the answers. Light pages, asked of nobody else."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from zhiheng.refusal import Refused
from zhiheng.ui.days import today
from zhiheng.ui.lists import asked_page
from zhiheng.ui.pages import sent

from . import comments, drafting, pages
from .forms import CommentForm

_SHOWN = 50


@login_not_required
@require_GET
def drafts(request):
    on = today()
    return render(
        request,
        "rulemaking/public_drafts.html",
        {
            "title": "意见征集",
            "open": comments.open_drafts(on)[:_SHOWN],
            "ended": comments.ended_drafts(on)[:_SHOWN],
        },
    )


@login_not_required
@require_http_methods(["GET", "POST"])
def draft(request, pk: int):
    on = today()
    project = comments.public_draft(pk, on)
    version = comments.text_in_public(project)
    lines, labels = [], []
    if version is not None:
        version.project = project
        text = drafting.read(version)
        lines, labels = pages.lines_of(text), pages.labels_of(text)
    page = asked_page(request)
    said, many = comments.said_in_public(project, (page - 1) * _SHOWN, _SHOWN)
    about = request.GET.get("about", "")
    form = CommentForm(
        **sent(request), provisions=labels, initial={"provision": about if about in labels else ""}
    )
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                comments.comment(
                    project=project,
                    on=on,
                    at=timezone.now(),
                    address=request.META.get("REMOTE_ADDR", ""),
                    **form.cleaned_data,
                )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "已收到您的意见，谢谢。意见经审看后公开，截止后统一答复。")
            # Its own place on the page: a browser would else go on to that of the form, past what is told above.
            return redirect(f"{reverse('public-draft', args=[pk])}#main")
    return render(
        request,
        "rulemaking/public_draft.html",
        {
            "title": f"{project.title}（征求意见稿）",
            "record": project,
            "lines": lines,
            "note": comments.said_with_the_draft(project, on),
            "form": form,
            "open": project.takes_comments(on),
            "said": said,
            "many": many,
            "before": page - 1,
            "after": page + 1 if page * _SHOWN < many else 0,
        },
        status=422 if form.errors else 200,
    )
