from django.urls import path

from . import views

urlpatterns = [
    path("<int:pk>/board/", views.board, name="plan-board"),
    path("<int:pk>/timeline/", views.timeline, name="plan-timeline"),
    path("<int:pk>/remedies/", views.remedies, name="plan-remedies"),
    path("tasks/<int:pk>/hand-down/", views.hand_down, name="plan-hand-down"),
    path("kept/", views.kept, name="plan-kept"),
    path("import/", views.import_new, name="plan-import"),
    path("import/read/", views.import_read, name="plan-import-read"),
]
