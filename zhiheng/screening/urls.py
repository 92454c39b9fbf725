from django.urls import path

from zhiheng.matters.urls import record_urls

from .views import applications, files, groups, received

urlpatterns = [
    path("", received.received_lists, name="received-lists"),
    path("applications/", applications.applications, name="applications"),
    path("applications/do/<slug:code>/", applications.act_on_many, name="applications-act"),
    path("applications/<int:pk>/", applications.application, name="application"),
    path("applications/<int:pk>/pack.docx", applications.application_pack, name="application-pack"),
    path(
        "applications/<int:pk>/papers/<slug:code>.docx",
        applications.application_paper,
        name="application-paper",
    ),
    path("applications/<int:pk>/do/<slug:code>/", applications.act, name="application-act"),
    path("applications/files/<int:act_pk>/<slug:digest>/", applications.act_file, name="application-file"),
    path("overview/", received.overview, name="screening-overview"),
    path("groups/<int:pk>/", groups.group, name="group"),
    path("groups/<int:pk>/figures/<slug:digest>.png", groups.group_figure, name="group-figure"),
    path("groups/<int:pk>/pack.<slug:form>", groups.group_pack, name="group-pack"),
    path("jobs/<int:pk>/", received.job, name="list-job"),
    path("jobs/<int:pk>/feedback/", files.feedback_made, name="list-feedback-made"),
    path("<int:pk>/import/", files.files, name="list-files"),
    path("<int:pk>/import/<int:file_pk>/", files.file, name="list-file"),
    path("<int:pk>/import/<int:file_pk>/original/", files.original, name="list-file-original"),
    path("<int:pk>/import/<int:file_pk>/feedback-file/", files.feedback_file, name="list-feedback-file"),
    path("<int:pk>/feedback/", files.feedback, name="list-feedback"),
    path("<int:pk>/drawings/", files.drawing_files, name="list-drawings"),
    path("<int:pk>/results/", files.result_files, name="list-results"),
    path("<int:pk>/results/<int:file_pk>/", files.result_file, name="list-result"),
    path("<int:pk>/results/<int:file_pk>/original/", files.result_original, name="list-result-original"),
    path("<int:pk>/split/", received.split, name="list-split"),
    path("<int:pk>/runs/", groups.runs, name="list-runs"),
    path("<int:pk>/runs/<int:run_pk>/", groups.run, name="list-run"),
    path("<int:pk>/runs/<int:run_pk>/repeat/", groups.repeat, name="list-run-repeat"),
    *record_urls("screening"),
]
