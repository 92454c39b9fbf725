"""Report pages: parse, one service or selector, render."""

from __future__ import annotations

import io

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may, may_in, who_may
from zhiheng.documents.downloads import DOCX, PDF, XLSX
from zhiheng.documents.rendering.typeset import write_paper
from zhiheng.figures.models import Snapshot
from zhiheng.jobs import foreign
from zhiheng.refusal import Refused
from zhiheng.registers import selectors as records
from zhiheng.registers.declaration import of_model
from zhiheng.ui.days import today
from zhiheng.ui.lists import Action
from zhiheng.ui.pages import act_page, form_page, sent

from . import (
    desk,
    districts,
    docx,
    highlights,
    open_data,
    pages,
    releasing,
    selectors,
    services,
    statistics,
    verifying,
    xlsx,
)
from . import overview as charts
from .commands import report_dict
from .forms import (
    AskForm,
    MappingForm,
    ProposeForm,
    ReconcileForm,
    ReleaseForm,
    VerifyForm,
    WithdrawForm,
    WordsForm,
)
from .lists import TEXTS, VARIANTS
from .models import CaseMark, Contribution, Highlight, PaperKind, ReceivedReturn, ReleaseState
from .periods import Period
from .reconciliation import SCOPES


def _today():
    return today()


def _crumbs(*more):
    return [("报告", reverse("reports")), *more]


def _report_of(period):
    return period.words, reverse("report", args=[period])


def _file(data: bytes, name: str, kind: str = DOCX) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(data, content_type=kind, headers=headers)


@require_GET
def reports(request):
    page = pages.years_page(request.user, _today(), request.GET.get("group", ""))
    actions = [
        *_of_districts(request.user, page["years"]),
        Action("核对已发布的报告", reverse("reconcile"), icon="scale"),
        Action("核验报告", reverse("verify-report"), icon="shield-check"),
        Action("外部统计", of_model(ReceivedReturn).url("records"), icon="list-details"),
        Action("亮点", of_model(Highlight).url("records"), icon="flag"),
        Action("区县供稿", of_model(Contribution).url("records"), icon="send"),
    ]
    return render(
        request,
        "reports/years.html",
        {"title": "年度报告", "subtitle": request.user.unit.name, "actions": actions, **page},
    )


def _of_districts(actor, years) -> list[Action]:
    if actor.unit.parent_id or not years:
        return []
    return [Action("区县对比", reverse("report-districts", args=[years[0]]), icon="list-details")]


@require_GET
def report(request, period):
    page = pages.report_page(
        request.user, period, _today(), request.GET.get("figure", ""), _paper(request.GET)
    )
    context = {"title": page["report"].title, "crumbs": _crumbs(), "period": period, **page}
    return render(request, "reports/report.html", context)


@require_GET
def districts_table(request, period):
    """Districts beside each other; amounts fined without any order."""
    by = request.GET.get("by", "")
    rows, told = districts.rows(request.user, period, _today(), by), districts.table()
    without: dict[str, list[str]] = {}
    for column in told.columns:
        if column.why:
            without.setdefault(column.why, []).append(column.figure.title)
    context = {
        "title": "区县对比",
        "subtitle": request.user.unit.name,
        "crumbs": _crumbs(_report_of(period)),
        "period": period,
        "groups": told.groups,
        "columns": told.columns,
        "rows": rows,
        "by": by,
        "unranked": list(without.items()),
        "article": told.article,
    }
    return render(request, "reports/districts.html", context)


@require_GET
def statistical_return(request, period):
    """The return of the period as it is sent up, each cell with its rows."""
    filled = statistics.filled_in(request.user, period, _today())
    if request.GET.get("export") == "xlsx":
        return _file(xlsx.return_xlsx(filled), f"{filled.unit.name}{period.words}{filled.title}.xlsx", XLSX)
    context = {
        "title": filled.title,
        "subtitle": f"{filled.unit.name}，{period.first:%Y-%m-%d}至{period.last:%Y-%m-%d}",
        "crumbs": _crumbs(_report_of(period)),
        "actions": [
            Action("导出 xlsx", "?export=xlsx", icon="download"),
            Action("案件统计项目", of_model(CaseMark).url("records"), icon="list-details"),
        ],
        "period": period,
        "filled": filled,
    }
    return render(request, "reports/return.html", context)


@require_GET
def public_data(request, period):
    """The period's figures for the public, in one zip."""
    written = selectors.report_for(request.user, period, _today())
    return _file(
        open_data.package(written, _today()),
        f"{written.unit.name}{period.words}开放数据.zip",
        "application/zip",
    )


@require_GET
def overview(request, period):
    """The year in charts; the same on a screen on the wall."""
    page = charts.page(request.user, period, _today(), request.GET.get("figure", ""))
    context = {
        "title": f"{period.words}概览",
        "subtitle": request.user.unit.name,
        "crumbs": _crumbs(_report_of(period)),
        "period": period,
        **page,
    }
    return render(request, "reports/overview.html", context)


def _paper(asked) -> str:
    chosen = asked.get("paper", "")
    return chosen if chosen in PaperKind else PaperKind.ANNUAL


@require_GET
def report_docx(request, period):
    written = selectors.report_for(request.user, period, _today(), _paper(request.GET))
    return _file(docx.report_docx(written, _today()), f"{written.title}（草稿）.docx")


@require_GET
def report_json(request, period):
    written = selectors.report_for(request.user, period, _today())
    return JsonResponse(
        report_dict(written),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": content_disposition_header(True, f"{written.title}.json")},
    )


@require_GET
def figure(request, period, figure_id):
    found = statistics.cells().get(figure_id) or selectors.figure_or_404(figure_id)
    page = pages.open_figure(request, request.user, found, period, _today())
    if sheet := page.listing.sheet():
        return sheet
    context = {
        "title": found.title,
        "subtitle": f"{request.user.unit.name}，{period.words}",
        "crumbs": _crumbs(_report_of(period)),
        "period": period,
        **page.context(),
    }
    return render(request, "reports/figure.html", context)


# ---------------------------------------------------------------------------------------------------- on its way


@require_POST
def draft(request, period):
    """Begin the draft that is to be published."""
    try:
        made = releasing.begin(actor=request.user, period=period, on=_today(), paper=_paper(request.POST))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("report", period)
    messages.success(request, "已起草。请看过文稿，需要时修改，再送审。")
    return redirect("report-release", made.pk)


@require_http_methods(["GET", "POST"])
def release(request, pk):
    """A draft on its way: what it says, who moves it on, and their form."""
    found, on = selectors.release_for(request.user, pk), _today()
    page = pages.release_page(request.user, found, on)

    def move(values):
        verdict = request.POST.get("verdict", "")
        known = {"actor": request.user, "release": found, "on": on}
        if verdict == "send":
            return releasing.send_up(**known, though_empty=values["empty"])
        if verdict == "publish":
            return releasing.publish(**known)
        if verdict == "back":
            return releasing.take_back(**known, because=values["text"])
        act = releasing.review if found.state == ReleaseState.REVIEW else releasing.sign
        if verdict not in ("agree", "return"):
            raise Refused.because("没有选择意见", way_out="请点“同意”或者“退回”")
        return act(**known, agrees=verdict == "agree", text=values["text"])

    return form_page(
        request,
        ReleaseForm(**sent(request)),
        move,
        done=lambda made: (
            "已发布。数字和组成它们的每一件记录已经冻结，摘要已记入留痕账。"
            if isinstance(made, Snapshot)
            else f"已办理，现在{made.get_state_display()}。"
        ),
        to=lambda made: (
            reverse("report-snapshot", args=[made.pk])
            if isinstance(made, Snapshot)
            else reverse("report-release", args=[pk])
        ),
        template="reports/release.html",
        title=found.title,
        subtitle=f"送审稿，{found.get_state_display()}",
        crumbs=_crumbs(_report_of(page["period"])),
        **page,
    )


@require_http_methods(["GET", "POST"])
def release_words(request, pk):
    """The words of a draft, as they are edited."""
    found = selectors.release_for(request.user, pk)
    return form_page(
        request,
        WordsForm(**sent(request), initial={"title": found.title, "wording": found.wording}),
        lambda values: releasing.reword(
            actor=request.user,
            release=found,
            on=_today(),
            title=values["title"],
            wording=values["wording"],
        ),
        done="文稿已保存。",
        to=reverse("report-release", args=[pk]),
        title="修改文稿",
        subtitle=found.title,
        intro="一级标题以 # 开头，二级标题以 ## 开头，其余每行一段。{enf.tm.n} 这样的位置由系统填数，{pub.reach>} 写成“超过1000万”，{enf.tm.n=} 写成“同比增长12.3%”；"
        "可用的指标编号见报告页的指标表。自己写的数字系统不能替您核对，送审前请用“核对文中数字”。",
        crumbs=_crumbs((found.title, reverse("report-release", args=[pk]))),
        back=reverse("report-release", args=[pk]),
    )


@require_POST
def release_take_in(request, pk, kind, number):
    """Write one highlight or contribution into a draft."""
    found, on = selectors.release_for(request.user, pk), _today()
    material = records.record_for(request.user, records.register_for("reports", kind), number, on)
    return act_page(
        request,
        lambda: releasing.take_in(actor=request.user, release=found, on=on, material=material),
        done=f"已写入“{material.part}”。",
        to=reverse("report-release", args=[pk]),
    )


@require_http_methods(["GET", "POST"])
def propose_highlights(request):
    """What the records of a year offer as highlights, to be chosen."""
    register, on = of_model(Highlight), _today()
    if not may(request.user, Right.KEEP_HIGHLIGHTS, on):
        raise PermissionDenied(f"由{who_may(Right.KEEP_HIGHLIGHTS)}办理。")
    asked = request.GET.get("year", "")
    year = int(asked) if asked in {str(on.year), str(on.year - 1)} else on.year
    offered = {one.key: one for one in highlights.proposed(request.user, Period(year), on)}
    return form_page(
        request,
        ProposeForm(offered.values(), **sent(request)),
        lambda values: highlights.propose(
            actor=request.user, on=on, chosen=[offered[key] for key in values["chosen"]]
        ),
        done=lambda made: f"已登记 {len(made)} 条亮点，可以逐条更正文字。",
        to=register.url("records"),
        keeps=False,
        template="reports/highlights.html",
        title="从记录提出亮点",
        subtitle=f"{year}年",
        intro="勾选要写进报告的，登记以后可以更正文字。提出过的不再列出。"
        if offered
        else f"{year}年没有可以提出的记录。",
        submit="登记为亮点",
        years=[(one, one == year) for one in (on.year, on.year - 1)],
        crumbs=[(register.title, register.url("records"))],
        back=register.url("records"),
    )


@require_http_methods(["GET", "POST"])
def ask_districts(request):
    """Ask several districts for a part of the report at once."""
    register, on = of_model(Contribution), _today()
    if not may_in(request.user, Right.HAND_DOWN, request.user.unit_id, on):
        raise PermissionDenied(f"由{who_may(Right.HAND_DOWN)}办理。")
    units = {unit.code: unit for unit in highlights.districts(request.user)}
    return form_page(
        request,
        AskForm(units.values(), **sent(request), initial={"year": on.year - (on.month < 7)}),
        lambda values: highlights.ask(
            actor=request.user,
            on=on,
            units=[units[code] for code in values["units"]],
            period=Period(values["year"], values["span"]),
            title=values["title"],
            part=values["part"],
            asked=values["asked"],
            due_on=values["due_on"],
        ),
        done=lambda made: f"已向 {len(made)} 个单位约稿。",
        to=register.url("records"),
        title="向多个区县约稿",
        intro="各单位在工作台看到待供稿，写好后由您选用或者退回。",
        submit="约稿",
        crumbs=[(register.title, register.url("records"))],
        back=register.url("records"),
    )


@require_GET
def release_docx(request, pk):
    found = selectors.release_for(request.user, pk)
    written = selectors.report_of_release(found, _today())
    return _file(docx.report_docx(written, _today()), f"{found.title}（送审稿）.docx")


@require_POST
def release_hold(request, pk):
    """Hold the words of a draft against the records, as any text that comes in: what somebody typed beside the figures is read, too."""
    found = selectors.release_for(request.user, pk)
    written = selectors.report_of_release(found, _today())
    try:
        held = services.hold_text(
            actor=request.user,
            on=_today(),
            year=written.period.year,
            text=written.text,
            source=f"送审稿：{found.title}",
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("report-release", pk)
    return redirect("reconciled", held.pk)


# ---------------------------------------------------------------------------------------------------- published


@require_GET
def snapshot(request, pk):
    page = pages.snapshot_page(request.user, pk, _today() if "check" in request.GET else None)
    found = page["snapshot"]
    context = {
        "title": found.title,
        "subtitle": "已发布的快照",
        "crumbs": _crumbs(_report_of(page["period"])),
        **page,
    }
    return render(request, "reports/snapshot.html", context)


def _issued(request, pk, name: str, kind: str, make=None):
    """The file that was issued, or what is made of it; a file that is gone is said on the snapshot's page."""
    found = selectors.snapshot_for(request.user, pk)
    try:
        data = selectors.issued_docx(found)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("report-snapshot", pk)
    if make is not None:
        made = io.BytesIO()
        foreign.write(make, data, found.title, to=made)
        data = made.getvalue()
    return _file(data, f"{found.title}（{found.published_on:%Y-%m-%d}发布）.{name}", kind)


@require_GET
def snapshot_docx(request, pk):
    return _issued(request, pk, "docx", DOCX)


@require_GET
def snapshot_pdf(request, pk):
    return _issued(request, pk, "pdf", PDF, write_paper)


@require_http_methods(["GET", "POST"])
def verify(request):
    """Whether a file or pasted words are a published report, and what has changed since behind it."""
    about = {"title": "核验报告", "crumbs": _crumbs()}

    def held(told):
        selectors.refuse_rows(request.user, "")  # it names records of every kind
        found = verifying.verify(told["text"], selectors.snapshots_for(request.user), _today())
        said = {"form": VerifyForm(), "found": found, "check": found.check, "snapshot": found.snapshot}
        return render(request, "reports/verify.html", {**about, **said})

    return form_page(
        request,
        VerifyForm(**sent(request)),
        held,
        done="",
        to=reverse("verify-report"),
        template="reports/verify.html",
        **about,
    )


@require_GET
def snapshot_figure(request, pk, figure_id):
    page = pages.frozen_page(request.user, pk, figure_id)
    found = page["snapshot"]
    if request.GET.get("export") == "xlsx":
        return _file(xlsx.frozen_xlsx(page), f"{found.title}-{page['figure'].title}.xlsx", XLSX)
    context = {
        "title": page["figure"].title,
        "subtitle": f"{found.title}，{found.published_on}发布",
        "crumbs": _crumbs((found.title, reverse("report-snapshot", args=[pk]))),
        **page,
    }
    return render(request, "reports/frozen.html", context)


@require_http_methods(["GET", "POST"])
def reconcile(request):
    form = ReconcileForm(request.POST or None, request.FILES or None, initial={"year": _today().year - 1})
    listing = TEXTS.read(request, selectors.texts_visible_to(request.user))
    if sheet := listing.sheet():
        return sheet
    return form_page(
        request,
        form,
        lambda data: services.hold_text(
            actor=request.user,
            on=_today(),
            year=data["year"],
            text=data["text"],
            source=data["source"],
            data=data["data"],
        ),
        done="文本已保存，核对结果如下。",
        to=lambda held: reverse("reconciled", args=[held.pk]),
        template="reports/reconcile.html",
        title="核对已发布的报告",
        crumbs=_crumbs(),
        actions=[Action("已确认的说法", reverse("variants"), icon="list-details")],
        listing=listing,
    )


def _desk_crumbs(*more):
    return _crumbs(("核对已发布的报告", reverse("reconcile")), *more)


def _scope(request) -> str:
    chosen = request.GET.get("scope", "")
    return chosen if chosen in SCOPES else "said"


def _held(request, pk):
    text = selectors.text_for(request.user, pk)
    return text, selectors.reconciliation_of(text.unit, text.text, text.year, _scope(request))


@require_GET
def reconciled(request, pk):
    page = desk.text_page(request.user, *_held(request, pk))
    context = {"title": page["text"].title, "crumbs": _desk_crumbs(), **page}
    return render(request, "reports/reconciled.html", context)


@require_http_methods(["GET", "POST"])
def claim(request, pk, start):
    text, held, item = selectors.claim_for(request.user, pk, start, _scope(request))
    page = desk.text_page(request.user, text, held, item, _today())
    form = MappingForm(request.POST or None, claim=item.claim)
    return form_page(
        request,
        form,
        lambda data: services.correct_mapping(
            actor=request.user,
            on=_today(),
            text=text,
            claim=item.claim,
            indicator_id=data["indicator"],
            words=data["words"],
            about=data["about"],
            note=data["note"],
        ),
        done="已确认，并已按此重新核对。以后的文本也照此办理。",
        to=reverse("claim", args=[pk, start]) + page["query"] + "#claim",
        template="reports/reconciled.html",
        keeps=False,
        title=text.title,
        crumbs=_desk_crumbs(),
        **page,
    )


@require_GET
def reconciled_docx(request, pk):
    text, held = _held(request, pk)
    return _file(docx.doubts_docx(held, _today(), text.source), f"{text.year}年报告数字核对疑点清单.docx")


@require_GET
def reconciled_xlsx(request, pk):
    text, held = _held(request, pk)
    return _file(xlsx.doubts_xlsx(held, text.source), f"{text.year}年报告数字核对疑点清单.xlsx", XLSX)


@require_GET
def reconciled_json(request, pk):
    text, held = _held(request, pk)
    return JsonResponse(
        [item.to_dict() for item in held.items],
        safe=False,
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": content_disposition_header(True, f"{text.title}-核对.json")},
    )


@require_GET
def against(request, pk, other_pk):
    page = desk.against_page(request.user, pk, other_pk)
    context = {
        "title": "两份文本对照",
        "crumbs": _desk_crumbs((page["first"].title, page["first_url"])),
        **page,
    }
    return render(request, "reports/against.html", context)


@require_GET
def variants(request):
    return VARIANTS.respond(
        request,
        selectors.variants_visible_to(request.user),
        title="已确认的说法",
        crumbs=_desk_crumbs(),
        intro="报告里的说法对应哪项指标，由人确认过的记在这里；以后核对的文本照此办理。上级的确认对下级同样有效。",
    )


@require_http_methods(["GET", "POST"])
def variant(request, pk):
    page = desk.variant_page(request.user, pk, _today())
    return form_page(
        request,
        WithdrawForm(request.POST or None),
        lambda data: services.withdraw_variant(
            actor=request.user, on=_today(), variant=page["variant"], because=data["because"]
        ),
        done="已撤回。以后的文本不再照此办理。",
        to=reverse("variants"),
        template="reports/variant.html",
        title=str(page["variant"]),
        crumbs=_desk_crumbs(("已确认的说法", reverse("variants"))),
        **page,
    )
