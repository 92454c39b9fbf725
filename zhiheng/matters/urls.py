"""Addresses of matters. A family includes `record_urls(code)` below its own first part: every page of its records under one name."""

from django.urls import path

from . import views

urlpatterns = [
    path("<int:pk>/", views.matter, name="matter"),
    path("adoption/<str:code>/<str:effective>/", views.adoption, name="adoption"),
    path("drafts/", views.draft, name="draft"),
    path("opinions/", views.opinions, name="opinions"),
    path("open/<str:kind>/<slug:door>/", views.open_matter, name="matter-open"),
    path("open/<str:kind>/<slug:door>/parties/", views.door_parties, name="matter-open-parties"),
    path("open/<str:kind>/<slug:door>/preview/", views.door_preview, name="matter-open-preview"),
]


def record_urls(family: str) -> list:
    """The pages of one family's records; the record's page bears the code, the others begin with it: `case`, `case-step` …"""
    pages = (
        ("<int:pk>/", views.record, ""),
        ("<int:pk>/steps/<slug:code>/", views.step, "step"),
        ("<int:pk>/steps/<slug:code>/parties/", views.step_parties, "step-parties"),
        ("<int:pk>/steps/<slug:code>/preview/", views.step_preview, "step-preview"),
        ("<int:pk>/proposals/<int:proposal_pk>/preview/", views.proposal_preview, "proposal-preview"),
        ("<int:pk>/proposals/<int:proposal_pk>/", views.proposal, "proposal"),
        ("<int:pk>/proposals/<int:proposal_pk>/withdraw/", views.withdraw, "withdraw"),
        ("<int:pk>/proposals/<int:proposal_pk>/countersign/", views.countersign, "countersign"),
        ("<int:pk>/protected/", views.protected, "protected"),
        ("<int:pk>/turns/<int:turn_pk>/remind/", views.remind, "remind"),
        ("<int:pk>/officers/", views.officers, "officers"),
        ("<int:pk>/evidence/new/", views.evidence_new, "evidence-new"),
        ("<int:pk>/evidence/<int:evidence_pk>/file/", views.evidence_file, "evidence-file"),
        ("<int:pk>/evidence/<int:evidence_pk>/exclude/", views.evidence_exclude, "evidence-exclude"),
        ("<int:pk>/papers/<int:paper_pk>/", views.paper_file, "paper"),
        ("<int:pk>/papers/<int:paper_pk>/scan/", views.scan_new, "scan-new"),
        ("<int:pk>/scans/<int:scan_pk>/", views.scan_file, "scan"),
        ("<int:pk>/archive/supplement/", views.archive_supplement, "archive-supplement"),
        ("<int:pk>/archive/<int:seq>/bind/", views.archive_bind, "archive-bind"),
        ("<int:pk>/archive/<int:seq>/<slug:part>/", views.archive_file, "archive"),
        ("<int:pk>/runs/<int:run_pk>/<int:seq>/<slug:digest>/", views.attachment, "attachment"),
    )
    return [
        path(address, view, {"family": family}, name=f"{family}-{name}" if name else family)
        for address, view, name in pages
    ]
