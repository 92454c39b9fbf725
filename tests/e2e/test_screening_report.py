"""The report opened in Debian's Chromium, as an officer would: from the disk, without a network."""

import json

from zhiheng.screening.tests.test_commands_screen import screen
from zhiheng.screening.tests.texts import abstracts, edited


def test_the_report_opens_alone_and_shows_clusters_differences_and_waterfall(browser, tmp_path):
    one, other = abstracts(2)
    texts = {"A1": one, "A2": edited(one, 0.1), "A3": one.replace("所述", "上述"), "B1": other}
    rows = [{"id": name, "text": text, "applicant": f"申请人{name}"} for name, text in texts.items()]
    (tmp_path / "list.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    screen(tmp_path / "list.jsonl", "-o", tmp_path / "out")
    for width in (1366, 360):
        page = browser.new_page(viewport={"width": width, "height": 900})
        problems: list[str] = []
        page.on("console", lambda message, to=problems: to.append(message.text))
        page.on(
            "request",
            lambda request, to=problems: request.url.startswith("http") and to.append(request.url),
        )
        page.goto((tmp_path / "out" / "report.html").as_uri())
        assert page.get_by_role("heading", name="第 1 组 · 3 件").is_visible()
        assert page.locator("mark").first.is_visible()
        assert page.get_by_role("img").first.get_attribute("aria-label").startswith("线索点数")
        page.get_by_text("怎样连成一组").click()
        assert page.get_by_role("cell", name="A1").first.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert problems == []
        page.close()
