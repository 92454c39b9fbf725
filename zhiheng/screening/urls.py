from django.urls import path

from zhiheng.matters.urls import record_urls

from . import views

urlpatterns = [
    path("", views.received_lists, name="received-lists"),
    path("applications/", views.applications, name="applications"),
    path("applications/do/<slug:code>/", views.act_on_many, name="applications-act"),
    path("applications/<int:pk>/", views.application, name="application"),
    path("applications/<int:pk>/pack.docx", views.application_pack, name="application-pack"),
    path("applications/<int:pk>/papers/<slug:code>.docx", views.application_paper, name="application-paper"),
    path("applications/<int:pk>/do/<slug:code>/", views.act, name="application-act"),
    path("applications/files/<int:act_pk>/<slug:digest>/", views.act_file, name="application-file"),
    path("overview/", views.overview, name="screening-overview"),
    path("groups/<int:pk>/", views.group, name="group"),
    path("groups/<int:pk>/pack.<slug:form>", views.group_pack, name="group-pack"),
    path("jobs/<int:pk>/", views.job, name="list-job"),
    path("jobs/<int:pk>/feedback/", views.feedback_made, name="list-feedback-made"),
    path("<int:pk>/import/", views.files, name="list-files"),
    path("<int:pk>/import/<int:file_pk>/", views.file, name="list-file"),
    path("<int:pk>/import/<int:file_pk>/original/", views.original, name="list-file-original"),
    path("<int:pk>/import/<int:file_pk>/feedback-file/", views.feedback_file, name="list-feedback-file"),
    path("<int:pk>/feedback/", views.feedback, name="list-feedback"),
    path("<int:pk>/drawings/", views.drawing_files, name="list-drawings"),
    path("<int:pk>/results/", views.result_files, name="list-results"),
    path("<int:pk>/results/<int:file_pk>/", views.result_file, name="list-result"),
    path("<int:pk>/results/<int:file_pk>/original/", views.result_original, name="list-result-original"),
    path("<int:pk>/split/", views.split, name="list-split"),
    path("<int:pk>/runs/", views.runs, name="list-runs"),
    path("<int:pk>/runs/<int:run_pk>/", views.run, name="list-run"),
    path("<int:pk>/runs/<int:run_pk>/repeat/", views.repeat, name="list-run-repeat"),
    *record_urls("screening"),
]
