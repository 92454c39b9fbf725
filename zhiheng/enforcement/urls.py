from django.urls import path

from . import views

urlpatterns = [
    path("faults/<int:pk>/case/", views.case_of_fault, name="found-fault-case"),
    path("letters/<int:pk>/case/", views.case_of_letter, name="letter-case"),
    path("unit-letters/<int:pk>/case/", views.case_of_unit_letter, name="unit-letter-case"),
]
