from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from zhiheng.law import current_book
from zhiheng.ui import unsent
from zhiheng.ui.days import today
from zhiheng.ui.lists import Action
from zhiheng.ui.pages import act_page, form_page, sent

from . import selectors, services, signing_in
from .forms import (
    CertificateForm,
    ConfirmForm,
    DelegationForm,
    EndRoleForm,
    NewPasswordForm,
    NewPersonForm,
    PasswordForm,
    PersonForm,
    RevokeCertificateForm,
    RoleForm,
    SignInForm,
)
from .lists import CONFIRMATIONS, PEOPLE, certificate_tag
from .models import Confirmation
from .rights import role_title


def _address(request) -> str:
    return request.META.get("REMOTE_ADDR", "")


def _paused(request, pause: signing_in.Pause, username: str):
    answer = render(request, "ui/locked.html", {"pause": pause, "username": username}, status=429)
    answer["Retry-After"] = str(max(1, int((pause.until - timezone.now()).total_seconds())))
    return answer


class SignIn(auth.LoginView):
    form_class = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True
    extra_context = {"title": "登录"}

    def post(self, request, *args, **kwargs):
        username = request.POST.get("username", "")
        pause = signing_in.pause(username=username, address=_address(request), at=timezone.now())
        return self._wait(pause) if pause else super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        found = unsent.opened(self.request.POST.get(unsent.FIELD, ""))
        return super().get_context_data(unsent=found, **kwargs)

    def form_valid(self, form):
        response = super().form_valid(form)
        # What a form had sent after its session ended stands in its page again, where `next` leads.
        if found := unsent.opened(self.request.POST.get(unsent.FIELD, "")):
            unsent.lay_down(self.request, found)
        services.record_sign_in(
            actor=self.request.user, on=today(), address=_address(self.request), at=timezone.now()
        )
        return response

    def form_invalid(self, form):
        if form.non_field_errors():
            pause = signing_in.failed(
                username=form.data.get("username", ""),
                address=_address(self.request),
                at=timezone.now(),
                on=today(),
            )
            if pause:
                return self._wait(pause)
        return super().form_invalid(form)

    def _wait(self, pause: signing_in.Pause):
        return _paused(self.request, pause, self.request.POST.get("username", ""))


def sign_in_again(request, found: unsent.Unsent):
    """The answer to a form whose session has ended: where one signs in, carrying what it sent."""
    page = {**SignIn.extra_context, "form": SignInForm(request), "next": found.page, "unsent": found}
    return render(request, SignIn.template_name, page, status=403)


class SignOut(auth.LogoutView):
    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            services.record_sign_out(actor=request.user, on=today())
        return super().post(request, *args, **kwargs)


class PasswordChange(FormView):
    form_class = PasswordForm
    template_name = "ui/form_page.html"
    extra_context = {"title": "修改密码", "submit": "修改密码"}

    def get_context_data(self, **kwargs):
        if self.request.user.must_change_password:
            kwargs["intro"] = "您现在的密码是别人为您设的。请先换成只有您自己知道的密码，再开始工作。"
        else:
            kwargs["back"] = reverse("home")
        return super().get_context_data(**kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def post(self, request, *args, **kwargs):
        """The present password is asked for here too: guessed at an unlocked screen it counts as guessed at the door."""
        pause = signing_in.pause(**self._trying())
        return (
            _paused(request, pause, request.user.username)
            if pause
            else super().post(request, *args, **kwargs)
        )

    def _trying(self) -> dict:
        username = self.request.user.username
        return {"username": username, "address": _address(self.request), "at": timezone.now()}

    def form_invalid(self, form):
        if form.has_error("old_password", "password_incorrect"):
            pause = signing_in.failed(**self._trying(), on=today())
            if pause:
                return _paused(self.request, pause, self.request.user.username)
        return super().form_invalid(form)

    def form_valid(self, form):
        services.change_password(
            actor=self.request.user, on=today(), password=form.cleaned_data["new_password1"]
        )
        update_session_auth_hash(self.request, self.request.user)
        messages.success(self.request, "密码已修改，下次登录请用新密码。")
        return redirect("home")


def _person(actor, pk: int):
    """A person of the actor's unit or one below it: phones, roles and certificates of others are nobody's business."""
    found = selectors.person_by_id(pk)
    if found is None or found.unit_id not in actor.unit_ids:
        raise Http404("没有这个人员，或者不属于您的单位。")
    return found


def _crumbs(person=None) -> list[tuple[str, str]]:
    trail = [("人员", reverse("people"))]
    return [*trail, (person.name, reverse("person", args=[person.pk]))] if person else trail


def people(request):
    on = today()
    refusal = services.refusal_to_manage(request.user, request.user.unit, on)
    return PEOPLE.respond(
        request,
        selectors.people_list(request.user, on),
        title="人员",
        actions=[
            *_waiting_to_be_confirmed(request.user, on),
            *([] if refusal else [Action("新增人员", reverse("person-new"), icon="plus", primary=True)]),
        ],
    )


def _waiting_to_be_confirmed(actor, on) -> list[Action]:
    if not selectors.may_confirm(actor, on):
        return []
    waiting = selectors.count_confirmations(actor, on)
    return [Action(f"待核实 {waiting}" if waiting else "核实", reverse("confirmations"), icon="circle-check")]


def confirmations(request):
    """Accounts and roles that one administrator asked for: what waits for a second person, and what was decided lately."""
    on = today()
    if not selectors.may_confirm(request.user, on):
        raise Http404("账号和任职由管理员和负责人核实。")
    return CONFIRMATIONS.respond(
        request, selectors.confirmations(request.user, on), title="核实账号和任职", crumbs=_crumbs()
    )


def confirmation(request, pk: int):
    actor, on = request.user, today()
    found = selectors.confirmation_of(actor, pk, on)
    if found is None:
        raise Http404("没有这项核实，或者它不属于您的单位。")
    person = found.person
    return form_page(
        request,
        ConfirmForm(**sent(request)),
        lambda said: services.confirm(
            actor=actor, on=on, confirmation=found, agreed=said["verdict"] == "yes", reason=said["reason"]
        ),
        done=lambda one: "已核实。" if one.agreed else "已登记不予核实。",
        to=reverse("confirmations"),
        template="accounts/confirmation.html",
        title=f"核实：{person.name}",
        subtitle=person.unit.name,
        intro="管理员新增账号、重设密码、授予角色，都要由第二人核实后才生效，防止有人自设账号、冒用他人账号办事。",
        submit="确定",
        crumbs=[*_crumbs(), ("核实", reverse("confirmations"))],
        back=reverse("confirmations"),
        one=found,
        refusal=selectors.refusal_to_confirm(actor, found, on) if found.decided_on is None else "",
    )


def account_waits(request):
    """Where everybody is led whose password somebody else set, until a second person has vouched for the account."""
    actor = request.user
    if not actor.rests:
        return redirect("home")
    context = {"title": "账号待核实", **selectors.why_it_rests(actor, today())}
    return render(request, "accounts/waits.html", context)


def me(request):
    return person(request, request.user.pk)


def person(request, pk: int):
    on = today()
    shown = _person(request.user, pk)
    return render(
        request,
        "accounts/person.html",
        {
            "title": shown.name,
            "subtitle": shown.unit.name,
            "crumbs": _crumbs(),
            "person": shown,
            "grants": selectors.grants_of(shown),
            "certificates": [
                (certificate, certificate_tag(certificate.valid_to, on, certificate.revoked_on))
                for certificate in selectors.certificates_of(shown)
            ],
            "waiting": selectors.waiting_for_a_second(shown),
            "may_confirm": selectors.may_confirm(request.user, on),
            "refusal": services.refusal_to_manage(request.user, shown.unit, on),
            "delegations": [(one, one.ended_by(on)) for one in selectors.delegations_of(shown)],
            "may_delegate": shown.pk == request.user.pk and bool(_delegable(shown, on)),
        },
    )


def _delegable(person, on) -> list[tuple[str, str]]:
    roles = current_book().roles
    return [
        (role, role_title(role))
        for role in sorted(selectors.roles_of(person, on))
        if role in roles and roles[role].works and role not in services.NOT_HANDED_OVER
    ]


def delegation_new(request):
    actor, on = request.user, today()
    people = {str(one.pk): one for one in selectors.colleagues_of(actor)}
    form = DelegationForm(
        request.POST or None,
        roles=_delegable(actor, on),
        people=[(pk, one.name) for pk, one in people.items()],
        initial={"since": on},
    )
    return form_page(
        request,
        form,
        lambda data: services.delegate(actor=actor, on=on, **(data | {"deputy": people[data["deputy"]]})),
        done=lambda made: f"已委托{made.deputy.name}代行{made.get_role_display()}。",
        to=reverse("me"),
        title="委托代行",
        intro="离岗期间由本单位他人代行您的角色：代行人签署的意见写明“代”您，您随时可以收回。"
        "承办工作、集体讨论和管理权限不能委托。",
        submit="委托",
        crumbs=[("我的任职与执法证", reverse("me"))],
        back=reverse("me"),
    )


@require_POST
def delegation_revoke(request, pk: int):
    found = selectors.delegation_of(request.user, pk)
    if found is None:
        raise Http404("没有这项代行。")
    return act_page(
        request,
        lambda: services.revoke_delegation(actor=request.user, on=today(), delegation=found),
        done="已收回代行。",
        to=reverse("me"),
    )


def person_new(request):
    units = {unit.code: unit for unit in selectors.units_visible_to(request.user)}
    form = NewPersonForm(
        request.POST or None,
        units=selectors.unit_choices(request.user),
        initial={"unit": request.user.unit.code},
    )

    def act(data):
        return services.add_person(actor=request.user, on=today(), **(data | {"unit": units[data["unit"]]}))

    return form_page(
        request,
        form,
        act,
        done=lambda made: (
            "人员已新增。请接着授予角色，办案人员还要登记执法证。"
            + ("账号和角色须由第二人核实后才能使用。" if made.rests else "")
        ),
        to=lambda made: reverse("person", args=[made.pk]),
        title="新增人员",
        crumbs=_crumbs(),
        back=reverse("people"),
    )


def _about(
    request,
    pk: int,
    form_kind,
    service,
    *,
    title: str,
    done: str | Callable[[Any], str],
    initial=None,
    **fixed,
):
    """A form page about one person that calls one service and goes back to the person."""
    shown = _person(request.user, pk)
    back = reverse("person", args=[pk])
    return form_page(
        request,
        form_kind(request.POST or None, initial=initial(shown) if initial else None),
        lambda data: service(actor=request.user, on=today(), person=shown, **fixed, **data),
        done=done,
        to=back,
        title=f"{title}：{shown.name}",
        crumbs=_crumbs(shown),
        back=back,
    )


def person_change(request, pk: int):
    return _about(
        request,
        pk,
        PersonForm,
        services.change_person,
        title="修改人员信息",
        done="人员信息已修改。",
        initial=lambda shown: {
            "name": shown.name,
            "phone": shown.phone,
            "law_qualified": shown.law_qualified,
        },
    )


def person_password(request, pk: int):
    return _about(
        request,
        pk,
        NewPasswordForm,
        services.reset_password,
        title="重设密码",
        done=lambda shown: (
            "密码已重设。" + ("账号暂停使用，由第二人核实是本人后恢复。" if shown.rests else "")
        ),
    )


def role_new(request, pk: int):
    return _about(
        request,
        pk,
        RoleForm,
        services.grant_role,
        title="授予角色",
        done=lambda made: (
            "已提请授予角色，由第二人核实后生效。" if isinstance(made, Confirmation) else "角色已授予。"
        ),
        initial=lambda shown: {"since": today()},
    )


def certificate_new(request, pk: int):
    return _about(
        request, pk, CertificateForm, services.add_certificate, title="登记执法证", done="执法证已登记。"
    )


def certificate_revoke(request, pk: int, certificate_pk: int):
    shown = _person(request.user, pk)
    certificate = selectors.certificate_of(shown, certificate_pk)
    if certificate is None:
        raise Http404("没有这本执法证。")
    back = reverse("person", args=[pk])
    return form_page(
        request,
        RevokeCertificateForm(request.POST or None),
        lambda data: services.revoke_certificate(
            actor=request.user, on=today(), certificate=certificate, **data
        ),
        done="执法证已收回，自今日起不再有效。",
        to=back,
        title=f"收回执法证：{shown.name}",
        intro=f"证号 {certificate.number}，有效期至 {certificate.valid_to:%Y-%m-%d}。收回当日起，持证人不得再从事执法活动，收回不能撤销。",
        submit="收回",
        crumbs=_crumbs(shown),
        back=back,
    )


def role_end(request, pk: int, grant_pk: int):
    shown = _person(request.user, pk)
    grant = selectors.grant_of(shown, grant_pk)
    if grant is None:
        raise Http404("没有这项任职。")
    back = reverse("person", args=[pk])
    return form_page(
        request,
        EndRoleForm(request.POST or None, initial={"until": today()}),
        lambda data: services.end_role(actor=request.user, on=today(), grant=grant, **data),
        done="任职已结束。",
        to=back,
        title=f"结束任职：{shown.name}",
        intro=f"{grant.get_role_display()}，{grant.since:%Y-%m-%d} 起",
        submit="结束任职",
        crumbs=_crumbs(shown),
        back=back,
    )


@require_POST
def person_active(request, pk: int):
    shown = _person(request.user, pk)
    active = request.POST.get("active") == "1"
    return act_page(
        request,
        lambda: services.set_active(actor=request.user, on=today(), person=shown, active=active),
        done=f"{shown.name}已{'恢复使用' if active else '停用'}。",
        to=reverse("person", args=[pk]),
    )
