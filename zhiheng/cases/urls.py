from django.urls import path

from zhiheng.matters.urls import record_urls

from . import views

urlpatterns = [
    path("", views.cases, name="cases"),
    path("ledgers/", views.ledger_imports, name="ledger_imports"),
    path("ledgers/new/", views.ledger_new, name="ledger_new"),
    path("ledgers/confirm/", views.ledger_confirm, name="ledger_confirm"),
    path("ledgers/answer/", views.ledger_answer, name="ledger_answer"),
    path("ledgers/trial/rejects/", views.ledger_trial_rejects, name="ledger_trial_rejects"),
    path("ledgers/jobs/<int:pk>/", views.ledger_job, name="ledger_job"),
    path("ledgers/<int:pk>/", views.ledger_import, name="ledger_import"),
    path("ledgers/<int:pk>/<slug:which>/", views.ledger_file, name="ledger_file"),
    path("<int:pk>/discretion/", views.discretion, name="case-discretion"),
    path("law-moves/", views.law_changes, name="law-moves"),
    path("<int:pk>/file-review/", views.file_review, name="case-file-review"),
    path("draws/<int:pk>/", views.draw_check, name="case-draw-check"),
    path("<int:pk>/relations/", views.relations, name="case-relations"),
    *record_urls("case"),
]
