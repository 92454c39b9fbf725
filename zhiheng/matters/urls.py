"""Addresses of matters. A family includes `record_urls(code)` below its own first part: every page of its records under one name."""

from django.urls import path

from .views import files, previews, proposals, records, steps

urlpatterns = [
    path("<int:pk>/", records.matter, name="matter"),
    path("adoption/<str:code>/<str:effective>/", records.adoption, name="adoption"),
    path("drafts/", steps.draft, name="draft"),
    path("opinions/", proposals.opinions, name="opinions"),
    path("open/<str:kind>/<slug:door>/", steps.open_matter, name="matter-open"),
    path("open/<str:kind>/<slug:door>/parties/", steps.door_parties, name="matter-open-parties"),
    path("open/<str:kind>/<slug:door>/preview/", previews.door_preview, name="matter-open-preview"),
]


def record_urls(family: str) -> list:
    """The pages of one family's records; the record's page bears the code, the others begin with it: `case`, `case-step` …"""
    pages = (
        ("<int:pk>/", records.record, ""),
        ("<int:pk>/steps/<slug:code>/", steps.step, "step"),
        ("<int:pk>/steps/<slug:code>/parties/", steps.step_parties, "step-parties"),
        ("<int:pk>/steps/<slug:code>/preview/", previews.step_preview, "step-preview"),
        ("<int:pk>/proposals/<int:proposal_pk>/preview/", previews.proposal_preview, "proposal-preview"),
        ("<int:pk>/proposals/<int:proposal_pk>/", proposals.proposal, "proposal"),
        ("<int:pk>/proposals/<int:proposal_pk>/withdraw/", proposals.withdraw, "withdraw"),
        ("<int:pk>/proposals/<int:proposal_pk>/countersign/", proposals.countersign, "countersign"),
        ("<int:pk>/protected/", records.protected, "protected"),
        ("<int:pk>/turns/<int:turn_pk>/remind/", proposals.remind, "remind"),
        ("<int:pk>/officers/", records.officers, "officers"),
        ("<int:pk>/evidence/new/", files.evidence_new, "evidence-new"),
        ("<int:pk>/evidence/<int:evidence_pk>/", files.evidence_item, "evidence"),
        ("<int:pk>/evidence/<int:evidence_pk>/thumbnail/", files.evidence_thumbnail, "evidence-thumbnail"),
        ("<int:pk>/evidence/<int:evidence_pk>/file/", files.evidence_file, "evidence-file"),
        ("<int:pk>/evidence/<int:evidence_pk>/exclude/", files.evidence_exclude, "evidence-exclude"),
        ("<int:pk>/papers/<int:paper_pk>/", files.paper_file, "paper"),
        ("<int:pk>/papers/<int:paper_pk>/scan/", files.scan_new, "scan-new"),
        ("<int:pk>/scans/<int:scan_pk>/", files.scan_file, "scan"),
        ("<int:pk>/archive/supplement/", files.archive_supplement, "archive-supplement"),
        ("<int:pk>/archive/<int:seq>/bind/", files.archive_bind, "archive-bind"),
        ("<int:pk>/archive/<int:seq>/<slug:part>/", files.archive_file, "archive"),
        ("<int:pk>/runs/<int:run_pk>/<int:seq>/<slug:digest>/", files.attachment, "attachment"),
    )
    return [
        path(address, view, {"family": family}, name=f"{family}-{name}" if name else family)
        for address, view, name in pages
    ]
