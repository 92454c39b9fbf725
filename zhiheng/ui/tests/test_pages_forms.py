"""What every page with a form does, whatever it is about."""

from __future__ import annotations

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import RequestFactory

from zhiheng.refusal import Reason, Refused
from zhiheng.ui.forms import Form, MoneyField, UploadField
from zhiheng.ui.pages import act_page, form_page, sent


class PaymentForm(Form):
    paid = MoneyField(label="缴款金额")
    receipt = UploadField(label="票据", required=False)


@pytest.fixture
def visit(world, rf: RequestFactory):
    """`visit(act, data)` sends the form, `visit(act)` opens the page: the request and the answer."""

    def open_or_send(act, data=None, form=PaymentForm, **more):
        request = rf.get("/pay/") if data is None else rf.post("/pay/", data)
        request.user = world.a.handler
        request._messages = CookieStorage(request)
        context = {"done": "已登记。", "to": "/paid/", "title": "登记缴款"} | more
        return request, form_page(request, form(**sent(request)), act, **context)

    return open_or_send


def words(request) -> list[str]:
    return [str(message) for message in get_messages(request)]


def never(data):
    raise AssertionError("nothing was sent")


def test_an_opened_page_acts_on_nothing_and_complains_of_nothing(visit):
    request, answer = visit(never, back="/case/", intro="按票据填写。", submit="登记")
    page = answer.content.decode()
    assert answer.status_code == 200 and "data-focus" not in page and not words(request)
    assert "按票据填写。" in page and ">登记</button>" in page and 'href="/case/">取消' in page


def test_what_was_sent_goes_to_one_service_and_its_result_into_the_words_and_the_way(visit):
    request, answer = visit(
        lambda data: data["paid"],
        {"paid": "12.50"},
        done=lambda fen: f"已登记 {fen} 分。",
        to=lambda fen: f"/paid/{fen}/",
    )
    assert (answer.status_code, answer.url) == (302, "/paid/1250/")
    assert words(request) == ["已登记 1250 分。"]


def test_an_upload_reaches_the_service(visit):
    file = SimpleUploadedFile("票据.pdf", b"%PDF-1.4 receipt")
    _, answer = visit(
        lambda data: data["receipt"].name, {"paid": "1", "receipt": file}, to=lambda name: f"/{len(name)}/"
    )
    assert answer.url == "/6/"
    assert "multipart/form-data" in visit(never)[1].content.decode()


def test_a_mistake_is_422_with_the_focus_on_the_summary_and_the_input_kept(visit):
    request, answer = visit(never, {"paid": "若干元"})
    page = answer.content.decode()
    assert answer.status_code == 422 and not words(request)
    assert "data-focus" in page and 'value="若干元"' in page and 'href="#id_paid"' in page


def test_a_refusal_stands_at_its_field_with_the_article_and_what_belongs_to_no_field_above(visit):
    def act(data):
        raise Refused(
            [
                Reason("超过应缴余额", article="行政处罚法第67条", field="paid"),
                Reason("本案已归档", field="nowhere"),
            ]
        )

    _, answer = visit(act, {"paid": "8"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.index('id="id_paid_error"') < page.index("超过应缴余额", page.index('id="id_paid_error"'))
    assert "行政处罚法第67条" in page and page.index("本案已归档") < page.index("id_paid_error")


def test_a_service_may_answer_with_a_page_of_its_own(visit):
    request, answer = visit(lambda data: HttpResponse("试导入的结果"), {"paid": "1"})
    assert answer.content.decode() == "试导入的结果" and not words(request)


def test_a_question_without_fields_is_answered_by_its_button(visit):
    asked = []
    assert visit(never, form=Form)[1].status_code == 200
    assert visit(lambda data: asked.append(data), {}, form=Form)[1].status_code == 302
    assert asked == [{}]


def test_nothing_is_said_when_there_are_no_words(visit):
    request, _ = visit(lambda data: None, {"paid": "1"}, done="")
    assert words(request) == []


def test_a_button_says_what_happened_or_why_not(world, rf):
    request = rf.post("/withdraw/")
    request.user, request._messages = world.a.handler, CookieStorage(request)

    def refuse():
        raise Refused.because("已有人签署意见", way_out="请等待审批结果")

    assert act_page(request, lambda: 3, done=lambda n: f"撤回 {n} 项。", to="/").url == "/"
    assert act_page(request, refuse, done="已撤回。", to="/").url == "/"
    first, second = words(request)
    assert first == "撤回 3 项。" and "已有人签署意见" in second and "请等待审批结果" in second


def test_a_form_that_is_not_sent_is_not_bound(rf):
    class Any(forms.Form):
        name = forms.CharField(required=False)

    assert not Any(**sent(rf.get("/"))).is_bound
    assert Any(**sent(rf.post("/"))).is_bound, "an empty form that was sent has been sent"
