from django.urls import path

from . import views

urlpatterns = [
    path("<slug:group>/", views.group, name="records-group"),
    path("<slug:group>/<slug:kind>/", views.records, name="records"),
    path("<slug:group>/<slug:kind>/do/<slug:code>/", views.begin, name="record-begin"),
    path("<slug:group>/<slug:kind>/in/<int:parent>/do/<slug:code>/", views.begin, name="record-begin-in"),
    path("<slug:group>/<slug:kind>/import/", views.import_new, name="record-import-new"),
    path(
        "<slug:group>/<slug:kind>/import/template.xlsx", views.import_template, name="record-import-template"
    ),
    path("<slug:group>/<slug:kind>/import/<int:pk>/", views.import_one, name="record-import"),
    path(
        "<slug:group>/<slug:kind>/import/<int:pk>/<slug:which>/", views.import_file, name="record-import-file"
    ),
    path("<slug:group>/<slug:kind>/<int:pk>/", views.record, name="record"),
    path("<slug:group>/<slug:kind>/<int:pk>/do/<slug:code>/", views.act, name="record-act"),
    path("<slug:group>/<slug:kind>/<int:pk>/files/", views.attach, name="record-attach"),
    path("<slug:group>/<slug:kind>/<int:pk>/files/<int:file_pk>/", views.file, name="record-file"),
    path(
        "<slug:group>/<slug:kind>/<int:pk>/files/<int:file_pk>/set-aside/",
        views.set_aside,
        name="record-file-set-aside",
    ),
]
