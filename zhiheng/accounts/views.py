from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import FormView

from . import services
from .forms import PasswordForm, SignInForm


def _address(request) -> str:
    return request.META.get("REMOTE_ADDR", "")


class SignIn(auth.LoginView):
    form_class = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True
    extra_context = {"title": "登录"}

    def form_valid(self, form):
        response = super().form_valid(form)
        services.record_sign_in(
            actor=self.request.user, on=timezone.localdate(), address=_address(self.request)
        )
        return response

    def form_invalid(self, form):
        if form.non_field_errors():
            services.record_failed_sign_in(
                username=form.data.get("username", ""),
                on=timezone.localdate(),
                address=_address(self.request),
                locked=getattr(self.request, "axes_locked_out", False),
            )
        return super().form_invalid(form)


class SignOut(auth.LogoutView):
    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            services.record_sign_out(actor=request.user, on=timezone.localdate())
        return super().post(request, *args, **kwargs)


class PasswordChange(FormView):
    form_class = PasswordForm
    template_name = "ui/form_page.html"
    extra_context = {"title": "修改密码", "submit": "修改密码", "back": "/"}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form):
        services.change_password(
            actor=self.request.user, on=timezone.localdate(), password=form.cleaned_data["new_password1"]
        )
        update_session_auth_hash(self.request, self.request.user)
        messages.success(self.request, "密码已修改，下次登录请用新密码。")
        return redirect("home")
