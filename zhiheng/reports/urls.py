from django.urls import path, register_converter
from django.urls.converters import IntConverter

from . import views


class Year(IntConverter):
    regex = "(?:19|20|21)[0-9]{2}"


register_converter(Year, "year")

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
    path("snapshots/<int:pk>/", views.snapshot, name="report-snapshot"),
    path("snapshots/<int:pk>/docx/", views.snapshot_docx, name="report-snapshot-docx"),
    path(
        "snapshots/<int:pk>/figures/<path:figure_id>/", views.snapshot_figure, name="report-snapshot-figure"
    ),
    path("<year:year>/", views.report, name="report"),
    path("<year:year>/docx/", views.report_docx, name="report-docx"),
    path("<year:year>/json/", views.report_json, name="report-json"),
    path("<year:year>/publish/", views.publish, name="report-publish"),
    path("<year:year>/figures/<str:figure_id>/", views.figure, name="report-figure"),
]
