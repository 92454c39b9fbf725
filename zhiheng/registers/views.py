"""The pages of every kind of record: parse, one service or selector, render."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from zhiheng.documents import services as documents
from zhiheng.documents.downloads import XLSX, as_download, kept_file
from zhiheng.ui.days import today
from zhiheng.ui.forms import Form
from zhiheng.ui.pages import form_page, sent

from . import importing, pages, selectors, services, tables
from .declaration import CORRECT, VOID
from .forms import SEEN, WHY, AttachForm, ReasonForm, TableForm, act_form, correction_form
from .lists import imports_list, records_list


def _found(request, one, pk, on):
    """The record, about to be shown to the reader."""
    found = selectors.record_for(request.user, one, pk, on)
    if one.noted is not None:
        one.noted(request.user, found, timezone.now())
    return found


@require_GET
def group(request, group):
    return redirect(selectors.group_for(group)[0].url("records"))


@require_GET
def records(request, group, kind):
    one, on = selectors.register_for(group, kind), today()
    actions = pages.list_actions(request.user, one, on)
    listed = records_list(
        one,
        on,
        whole=request.GET.get("export") == "xlsx",
        begins=selectors.may_begin(request.user, one, request.user.unit_id, on),
    )
    return listed.respond(
        request,
        selectors.records_for(request.user, one, on),
        template="registers/records.html",
        title=one.title,
        tabs=pages.tabs(one),
        actions=actions,
    )


@require_GET
def record(request, group, kind, pk):
    one, on = selectors.register_for(group, kind), today()
    found = _found(request, one, pk, on)
    page = pages.record_page(request.user, one, found, on)
    crumbs = pages.crumbs(one, request.user, found)[:-1]
    return render(request, "registers/record.html", {"title": str(found), "crumbs": crumbs, **page})


@require_http_methods(["GET", "POST"])
def begin(request, group, kind, code, parent=None):
    one, on = selectors.register_for(group, kind), today()
    act = one.act(code)
    if act is None or not act.begins or not act.by_hand or bool(one.parent) != (parent is not None):
        raise Http404("没有这个事项。")
    above = selectors.record_for(request.user, one.parent_register, parent, on) if parent else None
    form = act_form(one, act, actor=request.user, on=on, parent=above, **sent(request))
    return form_page(
        request,
        form,
        lambda answers: services.begin(
            actor=request.user, on=on, register=one, act=act, answers=answers, parent=above
        ),
        done=lambda made: f"{act.title}：{made}。",
        to=lambda made: one.url("record", made.pk),
        title=act.title,
        subtitle=str(above) if above else "",
        intro=act.intro,
        submit=act.title,
        crumbs=pages.crumbs(one.parent_register, request.user, above)
        if above
        else pages.crumbs(one, request.user),
        back=one.parent_register.url("record", above.pk) if above else one.url("records"),
    )


@require_http_methods(["GET", "POST"])
def act(request, group, kind, pk, code):
    one, on = selectors.register_for(group, kind), today()
    found = _found(request, one, pk, on)
    if code == CORRECT:
        return _correct(request, one, found, on)
    if code == VOID:
        return _void(request, one, found, on)
    declared = one.act(code)
    if declared is None or declared.begins or not declared.by_hand:
        raise Http404("没有这个事项。")
    form = act_form(one, declared, actor=request.user, on=on, record=found, **sent(request))

    def take(answers):
        return services.take(
            actor=request.user,
            on=on,
            register=one,
            record=found,
            act=declared,
            seen=answers.pop(SEEN),
            answers=answers,
        )

    return _act_page(request, one, found, form, take, declared.title, declared.intro)


def _correct(request, one, found, on):
    form = correction_form(one, found, actor=request.user, **sent(request))

    def correct(answers):
        return services.correct(
            actor=request.user,
            on=on,
            register=one,
            record=found,
            why=answers.pop(WHY),
            seen=answers.pop(SEEN),
            answers=answers,
        )

    intro = "只改写错的项目。原来的内容、更正人、日期和理由都留在这条记录上；事情本身有了变化的，请用相应的事项登记。"
    return _act_page(request, one, found, form, correct, "更正", intro)


def _void(request, one, found, on):
    form = ReasonForm("作废理由", **sent(request), record=found)

    def void(answers):
        return services.void(
            actor=request.user, on=on, register=one, record=found, why=answers[WHY], seen=answers[SEEN]
        )

    intro = "用于误登、重登的记录。作废后不再列出、不计入任何数字，但仍可按“已作废”查到；作废不能撤销。"
    return _act_page(request, one, found, form, void, "作废", intro)


def _act_page(request, one, found, form: Form, take, title, intro):
    def knowingly(answers):
        try:
            return take(answers)
        except services.Changed as changed:
            # The person has now been told what changed; sending again says that they know.
            form.data = form.data.copy()
            form.data[SEEN] = changed.version
            raise

    return form_page(
        request,
        form,
        knowingly,
        done=f"已{title}。" if title in {"更正", "作废"} else f"{title}：已记录。",
        to=one.url("record", found.pk),
        title=title,
        subtitle=str(found),
        intro=intro,
        submit=title,
        crumbs=pages.crumbs(one, request.user, found),
        back=one.url("record", found.pk),
    )


# ---------------------------------------------------------------------------------------------------- files


@require_http_methods(["GET", "POST"])
def attach(request, group, kind, pk):
    one, on = selectors.register_for(group, kind), today()
    found = _found(request, one, pk, on)
    if not one.attachments:
        raise Http404("这种记录不收附件。")
    return form_page(
        request,
        AttachForm(one, **sent(request)),
        lambda answers: services.attach(
            actor=request.user,
            on=on,
            register=one,
            record=found,
            label=answers["label"],
            files=[(file.name, file) for file in (documents.sent_upload([one]) for one in answers["files"])],
        ),
        done=lambda made: f"已添加 {len(made)} 个附件。",
        to=one.url("record", pk) + "#files",
        title="添加附件",
        subtitle=str(found),
        submit="添加",
        crumbs=pages.crumbs(one, request.user, found),
        back=one.url("record", pk) + "#files",
    )


@require_http_methods(["GET", "POST"])
def set_aside(request, group, kind, pk, file_pk):
    one, on = selectors.register_for(group, kind), today()
    found = _found(request, one, pk, on)
    attachment = selectors.attachment_for(request.user, one, pk, file_pk, on)
    return form_page(
        request,
        ReasonForm("撤下理由", **sent(request)),
        lambda answers: services.set_aside(
            actor=request.user, on=on, register=one, record=found, attachment=attachment, why=answers[WHY]
        ),
        done=f"已撤下：{attachment.file_name}。",
        to=one.url("record", pk) + "#files",
        title=f"撤下附件：{attachment.file_name}",
        subtitle=str(found),
        intro="撤下的附件仍留在记录上，注明理由，可以下载。",
        submit="撤下",
        crumbs=pages.crumbs(one, request.user, found),
        back=one.url("record", pk) + "#files",
    )


@require_GET
def file(request, group, kind, pk, file_pk):
    one = selectors.register_for(group, kind)
    _found(request, one, pk, today())
    found = selectors.attachment_for(request.user, one, pk, file_pk, today())
    return kept_file(request, found.digest, found.file_name)


# ---------------------------------------------------------------------------------------------------- tables


@require_http_methods(["GET", "POST"])
def import_new(request, group, kind):
    """A table is tried at once; its own page then says what it would do."""
    one, on = selectors.tabled_for(group, kind), today()
    listing = imports_list(one).read(request, selectors.imports_for(request.user, one))

    def try_table(answers):
        upload = documents.sent_upload(answers["file"])
        made, _ = importing.try_table(
            actor=request.user, on=on, register=one, file=upload, file_name=upload.name
        )
        return made

    return form_page(
        request,
        TableForm(**sent(request)),
        try_table,
        done="",
        to=lambda made: one.url("record-import", made.pk),
        template="registers/import_new.html",
        title=f"导入{one.title}",
        intro="先试导入，不写入任何记录；看过结果再确认。读不准的行会连同原因退回，改好后可再次导入，已导入的行不会重复。",
        submit="试导入",
        crumbs=pages.crumbs(one, request.user),
        back=one.url("records"),
        template_url=one.url("record-import-template"),
        listing=listing,
    )


@require_GET
def import_template(request, group, kind):
    one = selectors.tabled_for(group, kind)
    return as_download(tables.template(one, request.user), f"{one.title}登记表模板.xlsx", XLSX)


@require_http_methods(["GET", "POST"])
def import_one(request, group, kind, pk):
    one, on = selectors.register_for(group, kind), today()
    made = selectors.import_for(request.user, one, pk)
    if made.taken_on:
        context = {"title": made.file_name, "crumbs": pages.import_crumbs(one), **pages.done_page(one, made)}
        return render(request, "registers/import_done.html", context)
    form = Form(**sent(request))
    trial = (
        None
        if request.method == "POST"
        else importing.trial_of(actor=request.user, on=on, register=one, made=made)
    )
    return form_page(
        request,
        form,
        lambda answers: importing.take_over(actor=request.user, on=on, register=one, made=made),
        done=lambda result: (
            f"已导入：新增 {result.created}，更正 {result.changed}，退回 {len(result.rejected)}。"
        ),
        to=one.url("record-import", pk),
        template="registers/import_trial.html",
        title=f"试导入：{made.file_name}",
        crumbs=pages.import_crumbs(one),
        made=made,
        rejects_url=one.url("record-import-file", pk, "rejects"),
        again_url=one.url("record-import-new"),
        **(pages.trial_page(one, trial) if trial else {"register": one}),
    )


@require_GET
def import_file(request, group, kind, pk, which):
    """The table as it came, or the rows that were handed back."""
    one = selectors.register_for(group, kind)
    made = selectors.import_for(request.user, one, pk)
    stem = made.file_name.rpartition(".")[0] or made.file_name
    if which == "original":
        return kept_file(request, made.file_digest, made.file_name)
    if which != "rejects":
        raise Http404("没有这个文件。")
    if made.rejects_digest:
        return kept_file(request, made.rejects_digest, f"退回表-{stem}.xlsx")
    trial = None
    if not made.taken_on:
        trial = importing.trial_of(actor=request.user, on=today(), register=one, made=made)
    if not trial or not trial.rejected:
        raise Http404("没有退回的行。")
    return as_download(tables.write_rejects(trial.rejected), f"退回表-{stem}.xlsx", XLSX)
