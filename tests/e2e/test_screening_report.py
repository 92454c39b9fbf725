"""The report opened in Debian's Chromium, as an officer would: from the disk, without a network."""

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import PICTURES, SHOTS
from zhiheng.screening.tests.test_commands_screen import screen
from zhiheng.screening.tests.test_skeleton_frames import strangers
from zhiheng.screening.tests.texts import edited

HOSTILE = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>"


@pytest.fixture(params=[1440, 360])
def opened(browser, request):
    """`opened(path)`: the page at one of two widths; what it must not do is told at the end."""
    page = browser.new_page(viewport={"width": request.param, "height": 900})
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
    page.on("request", lambda one: one.url.startswith("file:") or problems.append(one.url))

    def show(path: Path, name: str):
        page.goto(path.as_uri())
        if PICTURES:
            SHOTS.mkdir(exist_ok=True)
            page.screenshot(path=SHOTS / f"{name}-{request.param}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= request.param
        return page

    yield show
    page.close()
    assert problems == []


def listed(folder: Path, rows: list[dict]) -> Path:
    (folder / "list.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    screen(folder / "list.jsonl", "-o", folder / "out")
    return folder / "out" / "report.html"


def test_it_shows_clusters_differences_and_waterfall(opened, tmp_path):
    one, other = strangers(2)
    texts = {"A1": one, "A2": edited(one, 0.1), "A3": one.replace("的", "之"), "B1": other}
    rows = [
        {"id": name, "text": text, "applicant": f"申请人{name}", "title": f"装置{name}"}
        for name, text in texts.items()
    ]
    page = opened(listed(tmp_path, rows), "screening")
    assert page.get_by_role("heading", name="第 1 组 · 3 件").is_visible()
    assert page.get_by_role("link", name="第 1 组").first.is_visible()
    page.get_by_role("searchbox").fill("申请人A2")
    assert page.get_by_role("status").inner_text() == "符合的 1 组"
    page.get_by_role("searchbox").fill("没有这个人")
    assert page.get_by_role("heading", name="第 1 组 · 3 件").is_hidden()
    page.get_by_role("searchbox").fill("")
    page.get_by_label("证据种类").select_option("电话")
    assert page.get_by_role("status").inner_text() == "符合的 0 组"
    page.get_by_label("证据种类").select_option("")
    assert page.locator("mark").first.is_visible()
    assert page.get_by_text("装置A1 · 申请人A1").first.is_visible()
    waterfall = page.get_by_role("img").first
    assert waterfall.get_attribute("aria-label").startswith("线索点数")
    assert waterfall.bounding_box()["height"] > 60
    page.get_by_text("文字怎样连成一组").click()
    assert page.get_by_role("cell", name="A1").first.is_visible()


def test_names_without_end_many_members_and_hostile_text(opened, tmp_path):
    one, other = strangers(2)
    rows = [{"id": f"2024{n:07d}", "text": edited(one, 0.03, n), "applicant": "某" * 200} for n in range(300)]
    rows += [{"id": "A" * 300 + str(n), "text": HOSTILE + other + str(n), "title": HOSTILE} for n in range(2)]
    rows += [{"id": HOSTILE, "text": ""}]
    page = opened(listed(tmp_path, rows), "screening-odd")
    assert page.get_by_text("共 300 件，以上是前 30 件，此处列出 200 件").first.is_visible()
    assert page.get_by_text("onerror=alert(1)").first.is_visible()  # as words, not as an image
    assert page.locator("img").count() == 0 and page.locator("script").count() == 1


def test_nothing_found_is_said(opened, tmp_path):
    rows = [{"id": str(n), "text": text} for n, text in enumerate(strangers(3))]
    page = opened(listed(tmp_path, rows), "screening-none")
    assert page.get_by_text("没有发现达到相似度的申请，也没有其他线索").is_visible()
