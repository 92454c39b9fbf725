"""What the national office decided is read from its file: a trial first, nothing guessed, nothing lost, and the ledger holds it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from zhiheng.documents import services as documents
from zhiheng.refusal import Refused
from zhiheng.screening import results, services
from zhiheng.screening.models import Application, ApplicationAct, ResultFile, Stage
from zhiheng.screening.tests.received import (
    AFTER,
    RECEIVED,
    agreed,
    as_csv,
    do,
    faults_of_filings,
    number,
    of,
    received_and_split,
    register,
    row,
    take_in,
)

HEADINGS = ("序号", "专利申请号", "处理结果", "发文日", "文号", "备注")
PAPER = "国知函〔2024〕9号"


def said(n: int, result: str, day: str = "2024-03-20", paper: str = "") -> list[str]:
    return [str(n), number(n), result, day, paper, ""]


def tried(world, received, rows, name="结果.csv", on=AFTER, result_on=None) -> ResultFile:
    return results.try_file(
        actor=world.city.handler,
        received=received,
        data=as_csv(rows, HEADINGS),
        name=name,
        paper=PAPER,
        result_on=result_on,
        on=on,
    )


def taken(world, file, meanings=None, overwrite=False, on=AFTER) -> ResultFile:
    return results.take_over(
        actor=world.city.handler, file=file, meanings=meanings or {}, overwrite=overwrite, on=on
    )


@pytest.fixture
def checked(world):
    """Six applications of one district, five of them checked by the office."""
    received = received_and_split(world, [row(n) for n in range(1, 7)])
    for n in range(1, 6):
        agreed(world, of(received, n))
    do(world.city.handler, [of(received, n) for n in range(1, 6)], "check", verdict="agree", text="同意")
    return received


def whys(file) -> dict[int, str]:
    return {one["row"]: one["why"] for one in file.told}


def test_a_trial_registers_nothing_and_keeps_the_file(world, checked):
    rows = [said(1, "主动撤回"), said(2, "视为撤回")]
    file = tried(world, checked, rows)
    assert (file.taken, file.rejected, file.repeated) == (2, 0, 0)
    assert file.unknown == ["序号", "备注"]
    assert documents.read(file.digest) == as_csv(rows, HEADINGS)
    assert not ApplicationAct.objects.filter(act="result").exists()
    assert not Application.objects.exclude(result="").exists()


def test_each_row_becomes_a_result_of_its_application(world, checked):
    file = taken(
        world,
        tried(world, checked, [said(1, "主动撤回", paper="国知撤1号"), said(2, "驳回", "2024年3月21日")]),
    )
    one, two = of(checked, 1), of(checked, 2)
    assert (one.stage, one.result, one.result_on) == (Stage.RESULTED, "withdrawn", date(2024, 3, 20))
    assert (two.result, two.result_on) == ("refused", date(2024, 3, 21))
    assert [act.data["paper"] for act in file.acts.order_by("application_id")] == ["国知撤1号", PAPER]
    assert of(checked, 3).stage == Stage.CHECKED
    assert not faults_of_filings()


def test_every_row_that_is_not_registered_says_why(world, checked):
    take_in(world, register(world, title="第二批"), as_csv([row(50)]))
    rows = [
        said(90, "驳回"), said(50, "驳回"), ["7", "2.02E+12", "驳回", "", "", ""], ["8", "", "驳回", "", "", ""], said(1, ""),
        said(6, "驳回"), said(2, "驳回", "2024-13-40"), said(3, "驳回", "2030-01-01"), said(4, "主动撤回"), said(4, "已撤回"), said(5, "N0"),
    ]  # fmt: skip
    file = tried(world, checked, rows)
    told = whys(file)
    assert "这份名单中没有这件申请" in told[2] and "第二批" not in told[2]
    assert "它在“第二批”中" in told[3]
    assert "科学记数" in told[4] and "没有申请号" in told[5] and "没有写结果" in told[6]
    assert "经市局复核后" in told[7] and "读不出" in told[8] and "晚于今天" in told[9]
    assert "与第10行相同" in told[11] and "还不知道" in told[12]
    assert (file.taken, file.repeated, file.rejected) == (1, 1, 9)
    assert file.rows == file.taken + file.repeated + file.rejected


def test_one_application_with_two_results_is_registered_with_neither(world, checked):
    file = taken(world, tried(world, checked, [said(1, "驳回"), said(1, "主动撤回"), said(2, "驳回")]))
    assert file.taken == 1 and of(checked, 1).result == ""
    assert all("几种结果" in whys(file)[row] for row in (2, 3))


def test_a_word_or_code_nobody_knows_is_asked_and_the_answer_is_kept(world, checked):
    rows = [said(1, "N0"), said(2, "N0"), said(3, "R1"), said(4, "驳回")]
    file = tried(world, checked, rows)
    assert file.words["N0"] == {"result": "", "rows": 2} and file.taken == 1
    with pytest.raises(Refused, match="“N0”没有对应"):
        taken(world, file, {"N0": "nothing"})
    file = taken(world, file, {"N0": "normal"})
    assert file.taken == 3 and of(checked, 1).result == "normal" and of(checked, 3).result == ""
    assert file.words["N0"]["result"] == "normal" and "还不知道" in whys(file)[4]
    assert not faults_of_filings()


def test_what_differs_from_the_registered_result_waits_for_a_decision(world, checked):
    do(
        world.city.handler,
        [of(checked, 1)],
        "result",
        on=AFTER,
        result="withdrawn",
        result_on=RECEIVED,
        paper="甲",
    )
    rows = [said(1, "驳回"), said(2, "驳回")]
    file = tried(world, checked, rows)
    assert "与已登记的不同：原为 2024-03-04 已撤回" in whys(file)[2]
    kept = taken(world, file)
    assert kept.taken == 1 and of(checked, 1).result == "withdrawn"
    file = taken(world, tried(world, checked, rows), overwrite=True)
    assert (file.taken, file.repeated) == (1, 1) and of(checked, 1).result == "refused"
    history = of(checked, 1).acts.filter(act="result").values_list("data__result", flat=True)
    assert list(history) == ["withdrawn", "refused"]
    assert not faults_of_filings()


def test_a_result_that_the_districts_opinion_did_not_expect_is_registered_and_told(world, checked):
    file = taken(world, tried(world, checked, [said(1, "恢复正常审查")]))
    assert file.taken == 1 and of(checked, 1).result == "normal"
    assert "区县意见是“已主动撤回，可以销号”" in whys(file)[2]


def test_the_day_of_the_letter_counts_where_a_row_names_none(world, checked):
    rows = [said(1, "驳回", ""), said(2, "驳回", "2024-03-22")]
    assert "没有写结果日期" in whys(tried(world, checked, rows))[2]
    taken(world, tried(world, checked, rows, result_on=date(2024, 3, 25)))
    assert (of(checked, 1).result_on, of(checked, 2).result_on) == (date(2024, 3, 25), date(2024, 3, 22))


def test_the_same_file_twice_changes_nothing(world, checked):
    rows = [said(1, "驳回"), said(2, "主动撤回")]
    taken(world, tried(world, checked, rows))
    again = taken(world, tried(world, checked, rows))
    assert (again.taken, again.repeated) == (0, 2)
    assert ApplicationAct.objects.filter(act="result").count() == 2


@pytest.mark.parametrize(
    ("headings", "why"),
    [(("名称", "处理结果"), "没有认出“申请号”列"), (("申请号", "意见"), "没有认出写结果的列")],
)
def test_a_file_that_is_no_result_is_told_and_leaves_nothing(world, checked, headings, why):
    with pytest.raises(Refused, match=why):
        results.try_file(
            actor=world.city.handler, received=checked, data=as_csv([[number(1), "驳回"]], headings), name="x.csv", paper=PAPER,
            result_on=None, on=AFTER,
        )  # fmt: skip
    assert not ResultFile.objects.exists()


def test_a_column_of_remarks_is_not_taken_for_results(world, checked):
    rows = [said(n, f"第{n}件的具体情况各不相同") for n in range(1, 260)]
    with pytest.raises(Refused, match="种不同的写法"):
        tried(world, checked, rows)


def test_only_the_office_reads_results_and_a_district_sees_no_page_of_them(world, signed_in, checked):
    with pytest.raises(Refused, match="由登记它的单位办理"):
        results.try_file(
            actor=world.a.handler,
            received=checked,
            data=b"x",
            name="x.csv",
            paper=PAPER,
            result_on=None,
            on=AFTER,
        )
    file = tried(world, checked, [said(1, "驳回")])
    for address in ("results/", f"results/{file.pk}/", f"results/{file.pk}/original/"):
        assert signed_in(world.a.handler).get(f"/screening/{checked.pk}/{address}").status_code == 404


def test_what_was_registered_from_a_file_is_held_by_the_ledger(world, checked):
    file = taken(world, tried(world, checked, [said(1, "驳回"), said(2, "驳回")]))
    act = file.acts.first()
    ApplicationAct.objects.filter(pk=act.pk).update(data={**act.data, "result": "normal"})
    assert any("结果文件" in one or "登记的结果" in one for one in faults_of_filings())
    ApplicationAct.objects.filter(pk=act.pk).update(data=act.data)
    assert not faults_of_filings()
    ResultFile.objects.filter(pk=file.pk).update(overwrites=True)
    assert any("被改过" in one for one in faults_of_filings())


def test_a_trial_nobody_wants_is_forgotten(world, checked):
    file = tried(world, checked, [said(1, "驳回")])
    results.discard(actor=world.city.handler, file=file, on=AFTER)
    assert not ResultFile.objects.exists()
    done = taken(world, tried(world, checked, [said(1, "驳回")]))
    with pytest.raises(Refused, match="不能放弃"):
        results.discard(actor=world.city.handler, file=done, on=AFTER)


def test_on_its_pages_a_file_is_tried_then_registered(world, signed_in, checked, monkeypatch):
    from django.utils import timezone

    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: AFTER)
    visitor = signed_in(world.city.handler)
    sent = {
        "file": SimpleUploadedFile("结果.csv", as_csv([said(1, "N0"), said(2, "驳回")], HEADINGS)),
        "paper": PAPER,
        "result_on": "2024-03-20",
    }
    page = visitor.post(f"/screening/{checked.pk}/results/", sent, follow=True)
    address = page.request["PATH_INFO"]
    text = page.content.decode()
    assert "“N0”是" in text and "不知道" in text
    assert visitor.get(f"/screening/{checked.pk}/results/").status_code == 200
    page = visitor.post(address, {"word_0": "normal"}, follow=True)
    assert "已登记 2 件结果" in page.content.decode()
    assert of(checked, 1).result == "normal"
    text = visitor.get(f"/screening/applications/{of(checked, 1).pk}/").content.decode()
    assert "由结果文件“结果.csv”登记" in text


def test_the_list_is_concluded_once_every_result_is_there(world, checked):
    services.take(
        actor=world.a.handler, on=RECEIVED, applications=[of(checked, 6).pk], act="contact",
        answers={"method": "phone", "reached": "yes", "content": "x"},
    )  # fmt: skip
    file = taken(world, tried(world, checked, [said(n, "驳回") for n in range(1, 7)]))
    assert file.taken == 5 and "经市局复核后" in whys(file)[7]
