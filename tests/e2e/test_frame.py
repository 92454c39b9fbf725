"""Sign-in, the frame around every page, and its errors, as a person meets them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.world import PASSWORD


def test_a_person_signs_in_finds_their_way_and_signs_out(page, world):
    page.open("/")
    assert "/people/sign-in/" in page.url
    page.shot("sign-in")
    page.get_by_label("登录名").fill("jia-chengban")
    page.get_by_label("密码").fill(PASSWORD)
    page.follow(page.get_by_role("button", name="登录"))
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")
    expect(page.get_by_role("banner")).to_contain_text("重庆市渝北区市场监督管理局")
    here = page.get_by_role("navigation", name="工作").locator("[aria-current]")
    expect(here).to_have_text("工作台")
    page.shot("home-empty")
    page.get_by_text("朱文渊").first.click()
    page.follow(page.get_by_role("button", name="退出登录"))
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


def test_a_wrong_password_is_answered_in_words_with_focus(page, world):
    page.open("/people/sign-in/")
    page.get_by_label("登录名").fill("jia-chengban")
    page.get_by_label("密码").fill("wrong")
    page.follow(page.get_by_role("button", name="登录"))
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("登录名或密码不对")
    expect(alert).to_be_focused()
    page.shot("sign-in-wrong")


def test_after_five_wrong_passwords_the_page_says_when_to_try_again(page, world):
    page.open("/people/sign-in/")
    for _ in range(5):
        page.get_by_label("登录名").fill("jia-chengban")
        page.get_by_label("密码").fill("wrong")
        page.follow(page.get_by_role("button", name="登录"))
    expect(page.get_by_role("heading", level=1)).to_have_text("暂停登录")
    expect(page.get_by_text("之后再试")).to_be_visible()
    page.shot("sign-in-locked")


def test_entries_follow_the_persons_rights(page, world):
    page.sign_in(world.a.handler)
    page.open("/")
    work = page.get_by_role("navigation", name="工作")
    expect(work.get_by_role("link", name="人员")).to_be_visible()
    expect(work.get_by_role("link", name="留痕账")).to_have_count(0)
    page.sign_in(world.city.auditor)
    page.open("/")
    expect(work.get_by_role("link", name="留痕账")).to_be_visible()


def test_on_a_phone_the_work_is_behind_one_button(phone, world):
    phone.sign_in(world.a.handler)
    phone.open("/")
    expect(phone.get_by_role("navigation", name="工作")).to_be_hidden()
    phone.get_by_label("菜单", exact=True).click()
    menu = phone.get_by_role("navigation", name="主菜单")
    expect(menu.get_by_role("link", name="工作台")).to_be_visible()
    phone.shot("menu")
    phone.follow(menu.get_by_role("link", name="人员"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("人员")


def test_an_unknown_address_says_what_to_do(page, phone, world):
    for visitor in (page, phone):
        visitor.sign_in(world.a.handler)
        visitor.open("/no-such-page/", status=404)
        expect(visitor.get_by_role("heading", level=1)).to_have_text("没有找到")
        visitor.shot("not-found")
    page.follow(page.get_by_role("link", name="回到工作台"))
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")


def test_a_page_can_be_used_with_the_keyboard_alone(page, world):
    page.sign_in(world.a.handler)
    page.open("/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    summary = page.locator("details.menu summary", has_text="朱文渊")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="修改密码")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="修改密码")).to_be_hidden()
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="修改密码")
    for _ in range(10):  # whatever else the menu offers
        page.keyboard.press("Tab")
        if link.evaluate("e => e === document.activeElement"):
            break
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("修改密码")


def test_a_password_change_names_each_error_at_its_field(page, phone, world):
    for visitor in (page, phone):
        visitor.sign_in(world.a.handler)
        visitor.open("/people/me/password/")
        visitor.get_by_label("现在的密码").fill("wrong")
        visitor.get_by_label("新密码", exact=False).nth(0).fill("12345678")
        visitor.follow(visitor.get_by_role("button", name="修改密码"))
        expect(visitor.get_by_role("alert")).to_be_focused()
        expect(visitor.locator("#id_old_password_error")).to_contain_text("现在的密码不对")
        visitor.shot("password-errors")


@pytest.mark.parametrize(
    "fault",
    [
        "document.querySelector('main').append(document.createElement('img'))",
        "document.querySelector('main a').textContent = ''",
        "document.querySelector('h1').style.color = '#eeeeee'",
        "document.querySelector('main a').setAttribute('aria-expended', 'true')",
        "document.querySelector('main a').setAttribute('aria-expanded', 'perhaps')",
        "document.documentElement.removeAttribute('lang')",
        "document.title = ''",
    ],
)
def test_a_fault_is_found_though_the_page_was_judged_without_it(page, world, fault):
    page.sign_in(world.a.handler)
    page.open("/")
    page.check()
    page.evaluate(fault)
    with pytest.raises(AssertionError, match="axe"):
        page.check()
