"""The law book as pages, and the two calculators on the engine that also runs the commands and the matters."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from zhiheng.law import LawError, cite, current_book
from zhiheng.rulemaking.higher_law import documents_with
from zhiheng.ui.days import today
from zhiheng.ui.lists import Action

from .. import lawpages
from ..forms import DeadlineForm, FineForm


def _crumbs(*more):
    return [("法规库", reverse("law")), *more]


def index(request):
    book, on = current_book(), today()
    return render(
        request,
        "workbench/law.html",
        {
            "title": "法规库",
            "subtitle": "程序、期限、罚则和文书都以带施行日期的条文数据办理；数据改动须重新核对。",
            "actions": [
                Action("期限计算", reverse("law-deadlines"), icon="calendar"),
                Action("罚款计算", reverse("law-fine"), icon="calculator"),
                Action("法规原文", reverse("law-texts"), icon="upload"),
            ],
            "procedures": [
                (p, p is lawpages.chosen(versions, on, ""), lawpages.Trust.of(p.confidence))
                for versions in book.procedure_versions.values()
                for p in reversed(versions)
            ],
            "rules": [
                (
                    versions[-1],
                    len(versions),
                    lawpages.Trust.of(
                        versions[-1].confidence,
                        book.is_text_checked("penalties", versions[-1].code, versions[-1].effective),
                    ),
                )
                for versions in book.fine_versions.values()
            ],
            "limits": [
                (limit, lawpages.Trust.of(limit.confidence), lawpages.limit_words(limit))
                for versions in book.limit_versions.values()
                for limit in versions
            ],
            "benchmarks": [
                (one, lawpages.Trust.of(one.confidence))
                for versions in book.benchmark_versions.values()
                for one in versions
            ],
            "years": sorted(book.calendar.years, reverse=True),
            "forms": [versions[-1] for versions in book.form_versions.values()],
            "instruments": [i for versions in book.instruments.values() for i in reversed(versions)],
            "doubts": book.doubts(),
        },
    )


def procedure(request, code: str):
    book = current_book()
    versions = lawpages.versions_of(book, code)
    shown = lawpages.chosen(versions, today(), request.GET.get("version", ""))
    return render(
        request,
        "workbench/law_procedure.html",
        {
            "title": shown.title,
            "subtitle": f"{shown.instrument.title}，{shown.effective:%Y-%m-%d} 起施行的版本",
            "crumbs": _crumbs(),
            "actions": [
                Action("在办事项的版本", reverse("adoption", args=[code, f"{shown.effective:%Y-%m-%d}"]))
            ],
            "procedure": shown,
            "versions": versions,
            "transition": lawpages.TRANSITIONS.get(shown.transition, shown.transition),
            "trust": lawpages.Trust.of(shown.confidence),
            "places": (places := lawpages.places(book, shown)),
            "walked": {place.code for place in places if place.steps},
            "clocks": [lawpages.clock_line(clock) for clock in shown.clocks.values()],
        },
    )


def fine_rule(request, code: str):
    versions = current_book().fine_versions.get(code)
    if not versions:
        raise Http404("法规库没有这条罚则。")
    return render(
        request,
        "workbench/law_fine_rule.html",
        {
            "title": versions[-1].title,
            "subtitle": f"罚则 {code}",
            "crumbs": _crumbs(),
            "actions": [Action("计算罚款", f"{reverse('law-fine')}?rule={code}", icon="calculator")],
            "columns": lawpages.fine_columns(versions),
        },
    )


def calendar(request, year: int):
    book = current_book()
    shown = book.calendar.years.get(year)
    if shown is None:
        raise Http404("这一年的放假安排尚未收入法规库。")
    return render(
        request,
        "workbench/law_calendar.html",
        {
            "title": f"{year}年工作日历",
            "subtitle": shown.notice,
            "crumbs": _crumbs(),
            "year": shown,
            "benchmarks": [
                (one, lawpages.Trust.of(one.confidence))
                for versions in book.benchmark_versions.values()
                for one in versions
            ],
            "years": sorted(book.calendar.years),
            "trust": lawpages.Trust.of(shown.notice_confidence),
            "months": lawpages.year_months(book, year),
        },
    )


def form(request, code: str):
    book = current_book()
    versions = book.form_versions.get(code)
    if not versions:
        raise Http404("法规库没有这份文书。")
    shown = versions[-1]
    return render(
        request,
        "workbench/law_form.html",
        {
            "title": shown.title,
            "subtitle": f"文书 {code}",
            "crumbs": _crumbs(),
            "form_": shown,
            "trust": lawpages.Trust.of(shown.confidence),
            "sets": documents_with(request.user, code),
            "issued_by": [
                (p, step) for p in book.procedures() for step in p.steps.values() if code in step.issues
            ],
        },
    )


def deadlines(request):
    book, on = current_book(), today()
    return render(
        request,
        "workbench/law_deadlines.html",
        {
            "title": "期限计算",
            "subtitle": "选择一项期限",
            "crumbs": _crumbs(),
            "procedures": [
                (shown, [lawpages.clock_line(clock) for clock in shown.clocks.values()])
                for versions in book.procedure_versions.values()
                for shown in [lawpages.chosen(versions, on, "")]
            ],
        },
    )


def deadline(request, code: str, clock: str):
    book = current_book()
    versions = lawpages.versions_of(book, code)
    shown = lawpages.chosen(versions, today(), "")
    if clock not in shown.clocks:
        raise Http404("这个程序没有这项期限。")
    the_clock = shown.clocks[clock]
    form = DeadlineForm(request.GET or None, procedure=shown, clock=the_clock)
    found, trace, refusal = None, [], ""
    if form.is_valid():
        data = form.cleaned_data
        try:
            found, trace = lawpages.deadline(
                book,
                f"{code}/{clock}",
                data["start"],
                data["pauses"],
                data["extensions"],
                data.get("due_set"),
            )
        except LawError as error:
            found, refusal = None, str(error)
    return render(
        request,
        "workbench/law_deadline.html",
        {
            "title": f"期限计算：{the_clock.title}",
            "subtitle": f"{shown.title}（{cite(the_clock.article)}）",
            "crumbs": _crumbs(("期限计算", reverse("law-deadlines"))),
            "form": form,
            "line": lawpages.clock_line(the_clock),
            "found": found,
            "trace": trace,
            "refusal": refusal,
        },
    )


def fine(request):
    book = current_book()
    asked = request.GET if set(request.GET) - {"rule"} else None
    form = FineForm(asked, book=book, initial={"rule": request.GET.get("rule", "")})
    outcome, refusal = None, ""
    if form.is_valid():
        data = dict(form.cleaned_data)
        try:
            outcome = book.evaluate(data.pop("rule"), **data)
        except LawError as error:
            refusal = str(error)
    return render(
        request,
        "workbench/law_fine.html",
        {
            "title": "罚款计算",
            "subtitle": "按违法行为时和决定时的规定分别计算，从旧兼从轻（行政处罚法 37）",
            "crumbs": _crumbs(),
            "form": form,
            "outcome": outcome,
            "refusal": refusal,
        },
    )
