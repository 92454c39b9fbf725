"""Reads for the report pages and commands. A person sees the figures of their own unit and what is below it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.scoping import BARRED, MatterScopedQuerySet, runs_the_system
from zhiheng.accounts.selectors import may
from zhiheng.audit import selectors as audit
from zhiheng.documents import services as documents
from zhiheng.figures import selectors as figures
from zhiheng.figures.models import FrozenFigure, FrozenRecords, Snapshot
from zhiheng.figures.registry import Figure, Scope, find, printed
from zhiheng.statements import Once

from . import annual, reconciliation
from .claims import Indicator, Pairing, Variant, load_indicators, match, pair
from .docx import published_docx
from .models import DUTIES, HeldText, PaperKind, PhraseVariant, Release, ReleaseState
from .periods import Period
from .readings import reading_of


def root_unit() -> Unit | None:
    """The office itself, for commands that name no unit."""
    return Unit.objects.filter(parent__isnull=True).order_by("code").first()


def unit_by_code(code: str) -> Unit | None:
    return Unit.objects.filter(code=code).first()


def report_of(
    unit: Unit, period: Period, on: date, paper: str = PaperKind.ANNUAL, asker: Person | None = None
) -> annual.Report:
    return annual.compose(unit, period, on=on, ledger_head=audit.head(), paper=paper, asker=asker)


def report_for(actor: Person, period: Period, on: date, paper: str = PaperKind.ANNUAL) -> annual.Report:
    return report_of(actor.unit, period, on, paper, actor)


# ------------------------------------------------------------------ on its way to publication


def releases_for(actor: Person):
    """Reports of the actor's units on their way or published, the latest first."""
    found = Release.objects.visible_to(actor)
    return found.select_related("unit", "made_by", "reviewed_by", "signed_by", "snapshot").order_by("-id")


def release_for(actor: Person, pk: int) -> Release:
    found = releases_for(actor).filter(pk=pk).first()
    if found is None:
        raise Http404("没有这份送审稿，或者它不属于您的单位。")
    return found


def releases_awaiting(actor: Person, on: date) -> int:
    """How many reports of the actor's own unit wait for what is theirs to do: review, sign, publish, or draft anew what came back."""
    mine = [state for state, (right, _) in DUTIES.items() if may(actor, right, on)]
    if not mine:
        return 0
    rows = Release.objects.filter(unit_id=actor.unit_id, state__in=mine)
    rows = rows.exclude(state__in=(ReleaseState.REVIEW, ReleaseState.SIGN), made_by=actor)
    rows = rows.exclude(state=ReleaseState.SIGN, reviewed_by=actor)
    rows = rows.exclude(Q(state=ReleaseState.SIGNED) & (Q(signed_by=actor) | Q(reviewed_by=actor)))
    return rows.exclude(~Q(made_by=actor), state=ReleaseState.DRAFTED).count()


def open_release(unit: Unit, period: Period, paper: str = PaperKind.ANNUAL) -> Release | None:
    """The draft of this very unit that is on its way, if there is one."""
    return next(iter(_ON_ITS_WAY(unit.pk, str(period), str(paper))), None)


_ON_ITS_WAY = Once(
    lambda unit, period, paper: (
        Release.objects.filter(unit=unit, period=period, paper=paper)
        .exclude(state=ReleaseState.PUBLISHED)
        .order_by("-id")[:1]
    )
)


def report_of_release(
    release: Release, on: date, *, asker: Person | None = None, ledger_head: str = ""
) -> annual.Report:
    """What the draft says with the figures of the day. Units and the ledger's head are read unless they are at hand."""
    return annual.compose(
        release.unit,
        Period.named(release.period),
        on=on,
        ledger_head=ledger_head or audit.head(),
        asker=asker,
        title=release.title,
        words_with_places=release.wording,
        paper=release.paper,
    )


def moved_since(release: Release, report: annual.Report) -> list[tuple[str, str, str]]:
    """(figure, what was sent up, what it is now) of every figure that is not what it was when the draft was sent up; figures that came
    or went are told as 无."""
    found = []
    for figure_id in dict.fromkeys((*release.figures, *report.figures)):
        value = report.figures.get(figure_id)
        was, now = release.figures.get(figure_id), f"{value.value:.6f}" if value else None
        if was != now:
            figure = value.figure if value else find(figure_id)
            told = lambda one, figure=figure: (  # noqa: E731
                "无" if one is None else printed(Decimal(one), figure.unit, grouped=True) if figure else one
            )
            found.append((figure.title if figure else figure_id, told(was), told(now)))
    return found


def variants_for(unit: Unit) -> list[Variant]:
    """What the unit and those above it said of the words of reports, the unit's own first."""
    return [
        Variant(
            row.words,
            row.measure_word or None,
            row.indicator_id or None,
            row.about,
            f"{row.made_by.name}于{row.on}确认",
        )
        for row in PhraseVariant.objects.holding_for(unit).select_related("made_by")
    ]


def reconciliation_of(unit: Unit, text: str, year: int, scope: str = "said") -> reconciliation.Reconciliation:
    """The text held against the records of the unit with all below it, or of itself; see reconciliation.SCOPES."""
    return reconciliation.hold(unit, text, year, variants_for(unit), scope)


def pairing(first: str, second: str, year: int, variants: Sequence[Variant]) -> Pairing:
    """Two texts about the year side by side."""
    readings = [reading_of(text, year) for text in (first, second)]
    for reading in readings:
        match(reading.claims, variants=variants)
    return pair(*readings)


def pairing_of(first: HeldText, second: HeldText) -> Pairing:
    return pairing(first.text, second.text, first.year, variants_for(first.unit))


def texts_visible_to(actor: Person):
    return HeldText.objects.visible_to(actor).select_related("unit", "made_by").defer("text")


def text_for(actor: Person, pk: int) -> HeldText:
    found = HeldText.objects.visible_to(actor).select_related("unit", "made_by").filter(pk=pk).first()
    if found is None:
        raise Http404("没有这份核对文本，或者它不属于您的单位。")
    return found


def claim_for(
    actor: Person, pk: int, start: int, scope: str = "said"
) -> tuple[HeldText, reconciliation.Reconciliation, reconciliation.Item]:
    """One claim of a kept text, by where it begins."""
    text = text_for(actor, pk)
    held = reconciliation_of(text.unit, text.text, text.year, scope)
    item = held.item_at(start)
    if item is None:
        raise Http404("文中这个位置没有读出的数字。")
    return text, held, item


def companions_of(actor: Person, text: HeldText):
    """Other texts of the same year it can be laid beside."""
    return texts_visible_to(actor).filter(year=text.year).exclude(pk=text.pk)


def variants_visible_to(actor: Person):
    """What the actor's unit, those above and those below it decided about words."""
    return PhraseVariant.objects.filter(
        Q(unit_id__in=actor.unit_ids) | Q(unit__code__in=actor.unit.line)
    ).select_related("unit", "made_by", "withdrawn_by", "text")


def variant_for(actor: Person, pk: int) -> PhraseVariant:
    found = variants_visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise Http404("没有这条说法，或者它不属于您的单位。")
    return found


def indicator(indicator_id: str) -> Indicator | None:
    return next((one for one in load_indicators() if one.id == indicator_id), None)


def figure_or_404(figure_id: str) -> Figure:
    figure = find(figure_id)
    if figure is None:
        raise Http404(f"没有编号为“{figure_id}”的指标，或者它还没有登记。")
    return figure


def scope_for(actor: Person, period: Period, on: date) -> Scope:
    """What the person's report of the period covers, asked on a day: their unit with all below it."""
    return figures.scope_of(actor.unit, period.first, period.last, on, actor)


def refuse_rows(actor: Person, kind: str) -> None:
    """Numbers are everybody's; the records behind them are not for who runs the system, where they are content of matters. `kind`:
    the label of the records' model; of what was frozen before it was kept, nothing is known and nothing is shown."""
    if not runs_the_system(actor):
        return
    if not kind or isinstance(apps.get_model(kind).objects.all(), MatterScopedQuerySet):
        raise PermissionDenied(f"{BARRED}；数字见年度报告，组成它的记录由办案和统计人员查阅。")


def rows_of(figure: Figure, scope: Scope):
    """The figure's rows with what their list shows of other tables."""
    found = figures.rows(figure, scope)
    return found.select_related(*figure.of.related) if figure.of.related else found


def all_snapshots():
    """Every published snapshot, for commands, which see all units."""
    return Snapshot.objects.select_related("unit", "published_by")


def snapshots_for(actor: Person, period: Period | None = None):
    """Published snapshots (of a period) that the person may see, newest first."""
    found = figures.snapshots_visible_to(actor)
    return found if period is None else found.filter(first=period.first, last=period.last)


def snapshot_for(actor: Person, pk: int) -> Snapshot:
    found = figures.snapshots_visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise Http404("没有这份发布快照，或者它不属于您的单位。")
    return found


def issued_docx(snapshot: Snapshot) -> bytes:
    """The Word file as it was issued, byte for byte; laid out anew for what was published before files were kept. Raises Refused when
    the file kept is gone or was changed."""
    release = getattr(snapshot, "release", None)
    return documents.read(release.issued) if release and release.issued else published_docx(snapshot)


def frozen_figure(snapshot: Snapshot, figure_id: str) -> tuple[FrozenFigure, FrozenRecords | None]:
    """One number of a snapshot, and what its rows were called."""
    figure = snapshot.figures.filter(figure=figure_id).first()
    if figure is None:
        raise Http404("这份发布快照里没有这项指标。")
    return figure, snapshot.records.filter(kind=figure.of).first()
