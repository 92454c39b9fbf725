from django.urls import path

from . import views

urlpatterns = [
    path("packages/", views.receive, name="exchange-receive"),
    path("key/", views.key, name="exchange-key"),
    path("read/", views.read, name="exchange-read"),
    path("outgoing/<int:pk>/package/", views.package, name="exchange-package"),
    path("outgoing/<int:pk>/again/", views.again, name="exchange-again"),
    path("incoming/<int:pk>/take-in/", views.take_in, name="exchange-take-in"),
    path("incoming/<int:pk>/package/", views.received, name="exchange-received"),
    path("incoming/<int:pk>/receipt/", views.receipt, name="exchange-receipt"),
]
