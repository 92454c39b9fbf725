from django.urls import path

from . import views

urlpatterns = [
    path("demonstration-day/", views.turn, name="demonstration-day"),
]
