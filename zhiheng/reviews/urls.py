from django.urls import path

from . import views

urlpatterns = [
    path("", views.reviews, name="reviews"),
    path("counsel/", views.counsel, name="counsel"),
    path("counsel/<int:pk>/", views.counsel_request, name="counsel-request"),
    path("counsel/<int:pk>/conflict/", views.counsel_act, {"code": "clear"}, name="counsel-conflict"),
    path("counsel/<int:pk>/answer/", views.counsel_act, {"code": "answer"}, name="counsel-answer"),
    path("counsel/<int:pk>/files/<int:file_pk>/", views.counsel_file, name="counsel-file"),
]
