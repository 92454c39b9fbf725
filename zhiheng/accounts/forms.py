"""Forms of sign-in, passwords, people, roles and certificates."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from zhiheng.ui.forms import DayField, Form

from .rights import role_choices

PASSWORD_HELP = "至少 8 个字符，不能全是数字，不能是常见密码。"


def _password(label: str, *, help_text: str = "", current: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password" if current else "new-password"}),
    )


class SignInForm(Form, AuthenticationForm):
    columns = 1
    error_messages = {
        "invalid_login": "登录名或密码不对，请核对后重新输入（密码区分大小写）。",
        "inactive": "这个登录名已停用。请联系本单位管理员。",
    }


class PasswordForm(Form, PasswordChangeForm):
    columns = 1
    error_messages = {
        "password_incorrect": "现在的密码不对，请重新输入。",
        "password_mismatch": "两次输入的新密码不一样，请重新输入。",
    }
    old_password = _password("现在的密码", current=True)
    new_password1 = _password("新密码", help_text=PASSWORD_HELP)
    new_password2 = _password("再输一次新密码")

    def clean_new_password1(self) -> str:
        new = self.cleaned_data["new_password1"]
        if new == self.cleaned_data.get("old_password"):
            raise forms.ValidationError("新密码与现在的密码相同，请另设一个。")
        return new


class NewPasswordForm(Form):
    """A password that an administrator sets for somebody else."""

    columns = 1
    password = _password("新密码", help_text=PASSWORD_HELP + "请当面告知本人；本人登录后须先修改密码。")


class PersonForm(Form):
    name = forms.CharField(label="姓名", max_length=40)
    phone = forms.CharField(label="电话", max_length=30, required=False)
    law_qualified = forms.BooleanField(
        label="具有法律职业资格", required=False, help_text="初次从事法制审核的人员应当取得（行政处罚法 58）"
    )


class NewPersonForm(PersonForm):
    username = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._-]{2,39}$",
        label="登录名",
        help_text="3–40 个英文字母、数字、点、横线",
        error_messages={"invalid": "登录名只能用英文字母、数字、点和横线，3–40 个字符，以字母或数字开头。"},
    )
    unit = forms.ChoiceField(label="单位")
    password = _password("初始密码", help_text=PASSWORD_HELP + "请当面告知本人；本人首次登录后须先修改密码。")
    outside = forms.BooleanField(
        label="外部人员", required=False, help_text="外聘律师等：登录后只能查阅送给本人的材料；登记后不能更改"
    )
    field_order = ("name", "username", "unit", "phone", "password", "law_qualified", "outside")

    def __init__(self, *args, units, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", "请选择"), *units]


class RoleForm(Form):
    role = forms.ChoiceField(label="角色", choices=lambda: [("", "请选择"), *role_choices()])
    since = DayField(label="任职起日")


class ConfirmForm(Form):
    """What the second person says of an account or a role that one administrator asked for."""

    columns = 1
    verdict = forms.ChoiceField(
        label="核实结果",
        choices=(("yes", "属实，同意"), ("no", "不予核实")),
        widget=forms.RadioSelect,
        help_text="请先当面或者打电话向本人核实",
    )
    reason = forms.CharField(label="说明", max_length=120, required=False, help_text="不予核实的须写明原因")


class EndRoleForm(Form):
    columns = 1
    until = DayField(label="任职止日", help_text="当日仍在任，次日起不再享有该角色")


class CertificateForm(Form):
    number = forms.CharField(label="证号", max_length=30)
    valid_from = DayField(label="有效期起")
    valid_to = DayField(label="有效期止")


class RevokeCertificateForm(Form):
    columns = 1
    reason = forms.CharField(label="事由", max_length=120, help_text="例：调离执法岗位、被吊销")


class DelegationForm(Form):
    """Who acts in which of one's roles while one is away."""

    role = forms.ChoiceField(label="委托代行的角色")
    deputy = forms.ChoiceField(label="代行人", help_text="本单位的在用人员")
    since = DayField(label="起日")
    until = DayField(label="止日", help_text="当日仍由其代行")
    reason = forms.CharField(label="事由", max_length=120, help_text="例：年休假、出差学习")

    def __init__(self, *args, roles, people, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", "请选择"), *roles]
        self.fields["deputy"].choices = [("", "请选择"), *people]
