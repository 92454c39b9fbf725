"""A closed case in the browser: what its file lacks, how it is put together, bound, fetched and supplemented."""

from __future__ import annotations

from pathlib import Path

from tests.casework import Worker
from zhiheng.documents.tests.test_binding_writes_volumes import png


def test_a_closed_case_is_bound_fetched_and_supplemented(page, world, days, tmp_path):
    work = Worker(world.a, on=days.day)
    work.to_decided()
    days.day = work.on
    page.sign_in(world.a.handler)
    address = f"/cases/{work.case.pk}/?tab=archive"
    page.open(address)
    page.get_by_text("尚未送达当事人的文书").wait_for()
    page.shots("archive-wanting")
    for step, wait in (("serve_decision", 2), ("publish_decision", 3), ("record_payment", 2)):
        work.wait(wait).step(step)
    for step in ("dispose_goods", "complete_performance", "close_case", "archive_case"):
        work.step(step)
    days.day = work.on
    page.open(address)
    page.follow(page.get_by_role("button", name="装订成册"))
    page.shots("archive-bound")
    for name, begins in (("下载 PDF", b"%PDF"), ("下载压缩包", b"PK")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert Path(download.value.path()).read_bytes().startswith(begins)

    page.open(f"/cases/{work.case.pk}/?tab=papers")
    page.shots("papers-scans")
    page.follow(page.get_by_role("link", name="上传签章扫描件：行政处罚决定书"))
    page.shots("scan-upload")
    picture = tmp_path / "决定书.png"
    picture.write_bytes(png())
    page.locator("main input[type=file]").set_input_files(picture)
    page.follow(page.locator("main form .btn-primary").last)
    page.open(address)
    page.follow(page.get_by_role("button", name="立补充卷"))
    page.get_by_role("heading", name="补充卷1").wait_for()
    page.shots("archive-supplement")


def test_a_head_sees_who_read_which_case(page, world, days):
    work = Worker(world.a, on=days.day)
    work.to_filed()
    days.day = work.on
    for person in (world.city.chief, world.a.unit_head):
        page.context.clear_cookies()
        page.sign_in(person)
        page.open(f"/cases/{work.case.pk}/?tab=history")
    page.follow(page.get_by_role("navigation").get_by_role("link", name="查阅记录").first)
    page.get_by_text(world.city.chief.name).first.wait_for()
    page.shots("readings")
