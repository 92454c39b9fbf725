"""A list of abnormal applications through the house: list, split, screening, group, two opinions, the office's check, the feedback file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import expect

from zhiheng.jobs import services as jobs
from zhiheng.jobs.worker import carry_out
from zhiheng.screening.models import Application, Group, ReceivedList, Stage
from zhiheng.screening.tests.received import HEADINGS, IN_A, as_csv, number, row, rows_of_two


def field(page, name: str, words: str) -> None:
    page.locator(f"main [name={name}]").fill(words)


def choose(page, name: str, words: str) -> None:
    page.locator(f"main [name={name}]").select_option(label=words)


def submit(page, name: str) -> None:
    page.follow(page.get_by_role("main").get_by_role("button", name=name, exact=True))


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_from_the_received_list_to_the_feedback_file(page, world, days, tmp_path):
    sent = as_csv([*rows_of_two(), row(11, address="重庆市平安街1号")])
    path = tmp_path / "第一批名单.csv"
    path.write_bytes(sent)

    # The office registers the letter and reads the list in.
    page.sign_in(world.city.handler)
    page.open("/screening/")
    page.shots("lists-empty")
    page.follow(page.get_by_role("main").get_by_role("link", name="登记名单"))
    field(page, "title", "2024年第一批非正常专利申请名单")
    choose(page, "source", "上级交办")
    field(page, "sender_body", "国家知识产权局")
    field(page, "letter_no", "国知函〔2024〕1号")
    field(page, "letter_on", "2024-03-01")
    field(page, "feedback_due", "2024-03-29")
    submit(page, "登记")
    received = ReceivedList.objects.get()
    page.shots("list-registered")
    page.follow(page.get_by_role("main").get_by_role("link", name="导入名单"))
    page.get_by_label("名单文件").set_input_files(path)
    submit(page, "试导入")
    expect(page.locator(".counts")).to_contain_text("11将导入")
    page.shots("list-trial")
    assert not Application.objects.exists()
    submit(page, "确认导入")
    assert Application.objects.count() == 11

    # Split: ten by address, one by hand.
    page.open(f"/screening/{received.pk}/split/")
    submit(page, "按地址分派")
    expect(page.get_by_role("status").first).to_contain_text("已分派 10 件，1 件须人工指定")
    page.shots("list-split")
    page.get_by_label(f"选 {number(11)}").check()
    choose(page, "unit", "渝北区局")
    field(page, "why", "电话核实")
    submit(page, "分派所选的")
    assert not Application.objects.filter(stage=Stage.RECEIVED).exists()

    # Screening beside the server.
    page.open(f"/screening/{received.pk}/runs/")
    page.get_by_text("各项线索的门槛").click()
    page.shots("list-runs")
    field(page, "limit_burst_filings", "5")
    submit(page, "开始筛查")
    expect(page.get_by_role("main")).to_contain_text("等待")
    page.shot("list-job")
    carry_out(job=jobs.claim(at=timezone.now()))
    page.open(f"/screening/{received.pk}/runs/")
    page.follow(page.get_by_role("main").get_by_role("link", name="2024-03-04 筛查"))
    page.get_by_text("参数和摘要").click()
    expect(page.get_by_role("main")).to_contain_text("5（默认 10）")
    page.shots("groups")
    page.follow(page.locator("#listing tbody a").first)
    group = Group.objects.get(number=1)
    expect(page.get_by_role("heading", name="谁提交的")).to_be_visible()
    page.evaluate("document.querySelectorAll('main details').forEach(e => { e.open = true })")
    page.shots("group")
    page.locator("#within").fill(number(2))
    page.follow(page.locator("#members").get_by_role("button", name="筛选"))
    expect(page.locator("#group-members tbody tr")).to_have_count(1)

    # The district: contact, withdrawal, an opinion, and a second one.
    one = Application.objects.get(number=number(1))
    assert one.address == IN_A and group.members.filter(application=one).exists()
    page.context.clear_cookies()
    page.sign_in(world.a.handler)
    page.open("/screening/applications/")
    page.shots("applications")
    page.follow(page.get_by_role("link", name=number(1)))
    page.shots("application")
    page.follow(page.get_by_role("link", name="制发核查通知"))
    field(page, "reply_by", "2024-03-20")
    submit(page, "制发核查通知")
    expect(page.locator("#history")).to_contain_text("非正常专利申请核查通知书-")
    page.shots("application-notified")
    page.follow(page.get_by_role("link", name="登记联系"))
    choose(page, "method", "电话")
    choose(page, "reached", "联系到")
    field(page, "content", "告知名单所列情形、答复期限")
    submit(page, "登记联系")
    page.follow(page.get_by_role("link", name="登记主动撤回"))
    field(page, "withdrawn_on", "2024-03-04")
    field(page, "voucher", "受理通知1号")
    submit(page, "登记主动撤回")
    page.follow(page.get_by_role("link", name="提出区县意见"))
    choose(page, "view", "已主动撤回，可以销号")
    field(page, "text", "应当认定为非正常申请")
    page.get_by_role("main").get_by_role("button", name="提出区县意见").click()
    expect(page.get_by_role("main")).to_contain_text("不能写“认定”")
    page.shots("opinion-refused")
    field(page, "text", "申请人已办理撤回，凭证在卷")
    submit(page, "提出区县意见")
    page.context.clear_cookies()
    page.sign_in(world.a.co_handler)
    page.open(f"/screening/applications/{one.pk}/")
    page.follow(page.get_by_role("link", name="复核区县意见"))
    choose(page, "verdict", "同意")
    field(page, "text", "材料齐全")
    submit(page, "复核区县意见")

    # The office checks and takes the file.
    page.context.clear_cookies()
    page.sign_in(world.city.handler)
    page.open("/screening/applications/do/check/")
    page.shots("applications-together")
    page.get_by_label(f"已看过 {number(1)}").check()
    choose(page, "verdict", "同意")
    field(page, "text", "同意报送")
    submit(page, "市局复核（所勾选的）")
    one.refresh_from_db()
    assert one.stage == Stage.CHECKED
    page.open("/screening/overview/")
    page.shots("screening-overview")
    page.open(f"/screening/{received.pk}/feedback/")
    page.shots("list-feedback")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载反馈文件").click()
    before, after = table(sent), table(Path(download.value.path()).read_bytes())
    assert before[0] == after[0] and len(before) == len(after)
    told = {HEADINGS.index("核查人"): world.a.handler.name, HEADINGS.index("核查结果"): "主动撤回"}
    for was, now in zip(before[1:], after[1:], strict=True):
        for place, (old, new) in enumerate(zip(was, now, strict=True)):
            expected = told.get(place, old) if now[HEADINGS.index("申请号")] == number(1) else old
            assert new == expected, (place, old, new)

    # What the national office decided comes back as a file, with a code of its own.
    told = tmp_path / "结果.csv"
    told.write_bytes(as_csv([[number(1), "N0"], [number(99), "驳回"]], ("申请号", "处理结果")))
    page.open(f"/screening/{received.pk}/results/")
    page.get_by_label("结果文件").set_input_files(told)
    field(page, "paper", "国知函〔2024〕2号")
    field(page, "result_on", "2024-03-04")
    page.shots("list-results")
    submit(page, "试读")
    expect(page.get_by_role("main")).to_contain_text("这份名单中没有这件申请")
    choose(page, "word_0", "已撤回")
    page.shots("list-result-trial")
    submit(page, "登记结果")
    one.refresh_from_db()
    assert (one.stage, one.result) == (Stage.RESULTED, "withdrawn")
    page.shots("list-result")
    page.open(f"/screening/{received.pk}/drawings/")
    page.shots("list-drawings")
