from django.urls import path

from . import views

urlpatterns = [
    path("", views.people, name="people"),
    path("new/", views.person_new, name="person-new"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/change/", views.person_change, name="person-change"),
    path("<int:pk>/password/", views.person_password, name="person-password"),
    path("<int:pk>/active/", views.person_active, name="person-active"),
    path("<int:pk>/roles/new/", views.role_new, name="person-role-new"),
    path("<int:pk>/roles/<int:grant_pk>/end/", views.role_end, name="person-role-end"),
    path("<int:pk>/certificates/new/", views.certificate_new, name="person-certificate-new"),
    path(
        "<int:pk>/certificates/<int:certificate_pk>/revoke/",
        views.certificate_revoke,
        name="person-certificate-revoke",
    ),
    path("confirmations/", views.confirmations, name="confirmations"),
    path("confirmations/<int:pk>/", views.confirmation, name="confirmation"),
    path("me/", views.me, name="me"),
    path("me/waits/", views.account_waits, name="account-waits"),
    path("me/delegations/new/", views.delegation_new, name="delegation-new"),
    path("me/delegations/<int:pk>/revoke/", views.delegation_revoke, name="delegation-revoke"),
    path("me/password/", views.PasswordChange.as_view(), name="password_change"),
    path("sign-in/", views.SignIn.as_view(), name="login"),
    path("sign-out/", views.SignOut.as_view(), name="logout"),
]
