from django.urls import path

from . import services, views

urlpatterns = [
    path("", views.cases, name="cases"),
    path("new/", views.lead_new, name="lead-new"),
    path("on-spot/", views.lead_new, {"procedure": services.SIMPLE}, name="on-spot-new"),
    path("<int:pk>/", views.case, name="case"),
    path("<int:pk>/steps/<slug:code>/", views.step, name="case-step"),
    path("<int:pk>/proposals/<int:proposal_pk>/", views.proposal, name="case-proposal"),
    path("<int:pk>/proposals/<int:proposal_pk>/withdraw/", views.withdraw, name="case-withdraw"),
    path("<int:pk>/officers/", views.officers, name="case-officers"),
    path("<int:pk>/evidence/new/", views.evidence_new, name="case-evidence-new"),
    path("<int:pk>/evidence/<int:evidence_pk>/file/", views.evidence_file, name="case-evidence-file"),
    path(
        "<int:pk>/evidence/<int:evidence_pk>/exclude/", views.evidence_exclude, name="case-evidence-exclude"
    ),
    path("<int:pk>/papers/<int:paper_pk>/", views.paper_file, name="case-paper"),
    path("<int:pk>/steps/<int:seq>/files/<slug:digest>/", views.attachment, name="case-attachment"),
    path("ledgers/", views.ledger_imports, name="ledger_imports"),
    path("ledgers/new/", views.ledger_new, name="ledger_new"),
    path("ledgers/confirm/", views.ledger_confirm, name="ledger_confirm"),
    path("ledgers/answer/", views.ledger_answer, name="ledger_answer"),
    path("ledgers/trial/rejects/", views.ledger_trial_rejects, name="ledger_trial_rejects"),
    path("ledgers/<int:pk>/", views.ledger_import, name="ledger_import"),
    path("ledgers/<int:pk>/<slug:which>/", views.ledger_file, name="ledger_file"),
]
