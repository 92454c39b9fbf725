from django.urls import path, register_converter

from . import views
from .periods import PARTS, Period


class PeriodConverter:
    """2024, 2024h1 for its first half, 2024q3 for a quarter."""

    regex = f"(?:19|20|21)[0-9]{{2}}(?:{'|'.join(filter(None, PARTS))})?"

    def to_python(self, value: str) -> Period:
        return Period.named(value)

    def to_url(self, value: Period | int) -> str:
        return str(value)


register_converter(PeriodConverter, "period")

urlpatterns = [
    path("", views.reports, name="reports"),
    path("reconcile/", views.reconcile, name="reconcile"),
    path("reconcile/variants/", views.variants, name="variants"),
    path("reconcile/variants/<int:pk>/", views.variant, name="variant"),
    path("reconcile/<int:pk>/", views.reconciled, name="reconciled"),
    path("reconcile/<int:pk>/claims/<int:start>/", views.claim, name="claim"),
    path("reconcile/<int:pk>/docx/", views.reconciled_docx, name="reconciled-docx"),
    path("reconcile/<int:pk>/xlsx/", views.reconciled_xlsx, name="reconciled-xlsx"),
    path("reconcile/<int:pk>/json/", views.reconciled_json, name="reconciled-json"),
    path("reconcile/<int:pk>/against/<int:other_pk>/", views.against, name="against"),
    path("releases/<int:pk>/", views.release, name="report-release"),
    path("releases/<int:pk>/words/", views.release_words, name="report-release-words"),
    path("releases/<int:pk>/docx/", views.release_docx, name="report-release-docx"),
    path(
        "releases/<int:pk>/take-in/<slug:kind>/<int:number>/",
        views.release_take_in,
        name="report-release-take-in",
    ),
    path("highlights/propose/", views.propose_highlights, name="report-highlights"),
    path("contributions/ask/", views.ask_districts, name="report-ask"),
    path("releases/<int:pk>/hold/", views.release_hold, name="report-release-hold"),
    path("snapshots/<int:pk>/", views.snapshot, name="report-snapshot"),
    path("snapshots/<int:pk>/docx/", views.snapshot_docx, name="report-snapshot-docx"),
    path("snapshots/<int:pk>/pdf/", views.snapshot_pdf, name="report-snapshot-pdf"),
    path("verify/", views.verify, name="verify-report"),
    path(
        "snapshots/<int:pk>/figures/<path:figure_id>/", views.snapshot_figure, name="report-snapshot-figure"
    ),
    path("<period:period>/", views.report, name="report"),
    path("<period:period>/return/", views.statistical_return, name="report-return"),
    path("<period:period>/overview/", views.overview, name="report-overview"),
    path("<period:period>/docx/", views.report_docx, name="report-docx"),
    path("<period:period>/districts/", views.districts_table, name="report-districts"),
    path("<period:period>/open-data/", views.public_data, name="report-open-data"),
    path("<period:period>/json/", views.report_json, name="report-json"),
    path("<period:period>/draft/", views.draft, name="report-begin"),
    path("<period:period>/figures/<str:figure_id>/", views.figure, name="report-figure"),
]
