from django.urls import path, register_converter
from django.urls.converters import IntConverter

from . import views


class Year(IntConverter):
    regex = "(?:19|20|21)[0-9]{2}"


register_converter(Year, "year")

urlpatterns = [
    path("", views.reports, name="reports"),
    path("reconcile/", views.reconcile, name="reconcile"),
    path("snapshots/<int:pk>/", views.snapshot, name="report-snapshot"),
    path("<year:year>/", views.report, name="report"),
    path("<year:year>/docx/", views.report_docx, name="report-docx"),
    path("<year:year>/json/", views.report_json, name="report-json"),
    path("<year:year>/publish/", views.publish, name="report-publish"),
    path("<year:year>/figures/<str:figure_id>/", views.figure, name="report-figure"),
]
