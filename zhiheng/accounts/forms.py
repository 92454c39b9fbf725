"""Forms of sign-in, passwords, people, roles and certificates."""

from __future__ import annotations

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from zhiheng.ui.forms import Form


class SignInForm(Form, AuthenticationForm):
    error_messages = {
        "invalid_login": "登录名或密码不对，请核对后重新输入（密码区分大小写）。",
        "inactive": "这个登录名已停用。请联系本单位管理员。",
    }


class PasswordForm(Form, PasswordChangeForm):
    error_messages = {
        "password_incorrect": "现在的密码不对，请重新输入。",
        "password_mismatch": "两次输入的新密码不一样，请重新输入。",
    }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "现在的密码"
        self.fields["new_password1"].label = "新密码"
        self.fields["new_password1"].help_text = "至少 8 个字符，不能全是数字，不能是常见密码。"
        self.fields["new_password2"].label = "再输一次新密码"
        self.fields["new_password2"].help_text = ""
        for field in self.fields.values():
            field.wide = True
