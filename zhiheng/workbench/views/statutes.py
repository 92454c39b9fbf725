"""Looking things up in the law: an instrument with the words of its articles, search, and taking in texts."""

from __future__ import annotations

from datetime import date

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may_in, who_may
from zhiheng.documents import services as documents
from zhiheng.law import current_book
from zhiheng.rulemaking import selectors as texts
from zhiheng.rulemaking import services
from zhiheng.rulemaking.higher_law import resting_on
from zhiheng.rulemaking.pages import changes_between
from zhiheng.ui.days import today
from zhiheng.ui.lists import Action
from zhiheng.ui.pages import form_page, sent

from .. import articles, lawpages, library
from ..forms import LawTextForm


def _crumbs(*more):
    return [("法规库", reverse("law")), *more]


def _may_take_in(request) -> bool:
    return may_in(request.user, Right.KEEP_LAW_TEXTS, request.user.unit_id, today())


@require_GET
def instrument(request, code: str):
    book = current_book()
    versions = book.instruments.get(code)
    if not versions:
        raise Http404("法规库没有这部法规。")
    try:
        on = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        on = today()
    shown = lawpages.chosen(versions, on, request.GET.get("version", ""))
    uses = library.with_texts(library.uses_of(book, shown), resting_on(request.user, shown))
    read = texts.text_of(shown)
    kept = texts.texts_taken_in().get((code, str(shown.effective)))
    divisions = library.divisions_of(read[0], uses) if read else []
    return render(
        request,
        "workbench/law_instrument.html",
        {
            "title": shown.title,
            "subtitle": f"{shown.version_title or '现收版本'}，{shown.effective:%Y-%m-%d} 起施行",
            "crumbs": _crumbs(),
            "actions": [
                *(
                    [
                        Action(
                            "比上一版本的变动",
                            f"{reverse('law-changes', args=[code])}?version={shown.effective}",
                            icon="list-details",
                        )
                    ]
                    if shown != versions[0]
                    else []
                ),
                *([Action("导入原文", reverse("law-texts"), icon="upload")] if _may_take_in(request) else []),
            ],
            "instrument": shown,
            "versions": versions,
            "kept": kept,
            "held_against": book.checked["texts"].get(f"{shown.short}@{shown.effective}"),
            "dated": book.has_dated_text(shown),
            "divisions": divisions,
            "bare": [] if read else library.bare_articles(uses),
            "unplaced": library.bare_articles(
                {n: u for n, u in uses.items() if read and read[1].provision(n) is None}
            ),
            "trust": lawpages.Trust.of(shown.confidence),
            "who": who_may(Right.KEEP_LAW_TEXTS),
        },
    )


@require_GET
def changes(request, code: str):
    """What a version of an instrument changed in the one before it, article by article, where the words of both were taken in."""
    book = current_book()
    versions = book.instruments.get(code)
    if not versions:
        raise Http404("法规库没有这部法规。")
    shown = lawpages.chosen(versions, today(), request.GET.get("version", ""))
    place = versions.index(shown)
    before = versions[place - 1] if place else None
    old, new = (texts.text_of(one) if one else None for one in (before, shown))
    address = f"{reverse('law-instrument', args=[code])}?version={shown.effective:%Y-%m-%d}"
    return render(
        request,
        "workbench/law_changes.html",
        {
            "title": "版本之间的变动",
            "subtitle": f"{before.label if before else '没有更早的版本'} → {shown.label}（{shown.effective:%Y-%m-%d} 起施行）",
            "crumbs": _crumbs((shown.title, address)),
            "rows": list(changes_between(old[0], new[0])) if old and new else [],
            "missing": [one.label for one, read in ((before, old), (shown, new)) if one and not read],
            "alone": before is None,
            "who": who_may(Right.KEEP_LAW_TEXTS),
        },
    )


@require_GET
def touched(request, code: str, number: str):
    """If this article changes: what of the book, of the office's texts and of its open matters leans on it."""
    book = current_book()
    versions = book.instruments.get(code)
    if not versions:
        raise Http404("法规库没有这部法规。")
    shown = lawpages.chosen(versions, today(), request.GET.get("version", ""))
    found = library.touched(request.user, book, shown, number)
    read = texts.text_of(shown)
    if not found.many and (read is None or read[1].provision(number) is None):
        raise Http404("法规库没有引用这一条。")
    address = f"{reverse('law-instrument', args=[code])}?version={shown.effective:%Y-%m-%d}"
    return render(
        request,
        "workbench/law_touched.html",
        {
            "title": f"{shown.label}第{number}条如果修改",
            "subtitle": f"{found.many} 处须核对",
            "crumbs": _crumbs((shown.title, address)),
            "found": found,
            "number": number,
            "address": f"{address}#a{number}",
        },
    )


@require_GET
def search(request):
    query = request.GET.get("q", "").strip()[:100]
    found = library.search(query)
    return render(
        request,
        "workbench/law_search.html",
        {
            "title": "法规库查找",
            "subtitle": f"“{query}”找到 {len(found)} 处" if query else "输入要查的字词，几个字词之间空一格",
            "crumbs": _crumbs(),
            "query": query,
            "found": found,
            "most": library.MOST if len(found) == library.MOST else 0,
        },
    )


@require_GET
def pick(request):
    """A part of a page: articles for a few words, to be picked into a field that names its legal basis."""
    query = request.GET.get("q", "").strip()[:100]
    try:
        on = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        on = today()
    found = articles.citable(query, on)
    return render(
        request, "workbench/law_articles.html", {"found": found, "query": query, "most": articles.MOST}
    )


def _taken_in(actor, file):
    return services.take_in_text(actor=actor, on=today(), data=file.read(), name=file.name)


@require_http_methods(["GET", "POST"])
def take_in(request):
    """Which versions have their text, and taking in one more."""
    book, kept = current_book(), texts.texts_taken_in()
    rows = [
        (one, kept.get((one.code, str(one.effective))))
        for versions in book.instruments.values()
        for one in reversed(versions)
    ]
    return form_page(
        request,
        LawTextForm(**sent(request)),
        lambda values: _taken_in(request.user, documents.sent_upload(values["file"])),
        done=lambda made: f"已导入：{made}。",
        to=lambda made: (
            f"{reverse('law-instrument', args=[made.instrument])}?version={made.effective:%Y-%m-%d}"
        ),
        template="workbench/law_texts.html",
        title="法规原文",
        subtitle=f"法规库所引的 {len(rows)} 个版本，已有原文 {sum(1 for _, text in rows if text)} 个",
        crumbs=_crumbs(),
        back=reverse("law"),
        submit="导入",
        rows=rows,
        may_take_in=_may_take_in(request),
        who=who_may(Right.KEEP_LAW_TEXTS),
    )
