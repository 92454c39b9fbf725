"""The work on a list: imported once, split, looked into by two people of the district, checked by the office, sent back."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from zhiheng.audit.models import Entry
from zhiheng.audit.verification import verify
from zhiheng.documents import services as documents
from zhiheng.matters import services as matters
from zhiheng.refusal import Refused
from zhiheng.screening import feedback, importing, services
from zhiheng.screening.models import Application, ApplicationAct, Stage
from zhiheng.screening.tests.received import (
    AFTER,
    HEADINGS,
    RECEIVED,
    agreed,
    as_csv,
    do,
    number,
    of,
    received_and_split,
    register,
    row,
    rows_of_two,
    take_in,
    withdrawn,
)

# ---- import


def test_a_list_imported_twice_counts_once_however_its_numbers_are_written(world):
    received = register(world)
    take_in(world, received, as_csv(rows_of_two()))
    again = [[*r[:1], f"CN{r[1].replace('.', '')}", *r[2:]] for r in rows_of_two()] + [row(11)]
    file = take_in(world, received, as_csv(again), "又一次.csv")
    received.refresh_from_db()
    assert (file.taken, file.repeated) == (1, 10)
    assert received.rows == Application.objects.filter(received=received).count() == 11


def test_a_trial_writes_no_application_and_tells_every_row_it_would_not_take(world):
    received = register(world)
    rows = [row(1), row(1), row(2, 申请号="2.02E+12"), row(3, 申请号="")]
    file = importing.try_file(
        actor=world.city.handler, received=received, data=as_csv(rows), name="名单.csv", on=RECEIVED
    )
    assert (file.taken, file.repeated, file.rejected) == (1, 1, 2)
    assert [one["row"] for one in file.told] == [3, 4, 5]
    assert not Application.objects.exists()
    assert documents.read(file.digest) == as_csv(rows)
    services.discard_file(actor=world.city.handler, file=file, on=RECEIVED)
    assert not received.files.exists()


def test_an_application_on_another_list_is_told(world):
    take_in(world, register(world), as_csv([row(1)]))
    file = take_in(world, register(world, title="第二批"), as_csv([row(1), row(2)]))
    assert "也在其他名单中" in file.notes[0] and number(1) in file.notes[0]


def test_a_list_too_large_for_the_machine_is_told_in_words(world, monkeypatch):
    from zhiheng.jobs import foreign

    def too_much(*args, **kwargs):
        raise foreign._refused("读这个文件要用的内存超过 1536 MB", "file")

    monkeypatch.setattr(foreign, "read", too_much)
    with pytest.raises(Refused, match="内存超过"):
        take_in(world, register(world), as_csv([row(1)]))
    assert not Application.objects.exists()


def test_only_the_office_registers_lists_and_reads_them_in(world):
    with pytest.raises(Refused, match="由市局接收"):
        matters.open_matter(
            actor=world.a.handler, on=RECEIVED, kind="abnormal",
            data={"received_on": RECEIVED, "source": "assigned", "title": "x", "sender_body": "国", "letter_no": "1", "letter_on": RECEIVED,
                  "feedback_due": AFTER},
        )  # fmt: skip
    received = register(world)
    with pytest.raises(Refused, match="由登记它的单位办理"):
        importing.try_file(
            actor=world.a.handler, received=received, data=as_csv([row(1)]), name="名单.csv", on=RECEIVED
        )


# ---- split


def test_applications_go_to_the_district_of_their_address_and_the_rest_waits_for_a_person(world):
    rows = [row(1), row(2, address="重庆市渝中区文明巷1号"), row(3, address="重庆市平安街1号")]
    received = received_and_split(world, rows)
    assert of(received, 1).unit == world.a.unit and of(received, 2).unit == world.b.unit
    left = of(received, 3)
    assert (left.unit, left.stage, left.split_by) == (world.city.unit, Stage.RECEIVED, "地址没有写明区县")
    do(world.city.handler, [left], "move", unit="500103", why="电话核实")
    left.refresh_from_db()
    assert (left.unit, left.stage) == (world.b.unit, Stage.ASSIGNED)


def test_the_list_is_sent_on_only_when_every_application_has_a_district(world):
    received = received_and_split(world, [row(1), row(2, address="")])
    with pytest.raises(Refused, match="还有1件申请没有分到区县"):
        matters.take_step(
            actor=world.city.handler,
            record=received,
            step="split_list",
            data={"district_due": AFTER},
            on=RECEIVED,
        )


# ---- verification


def test_a_neighbour_can_do_nothing_about_an_application(world):
    received = received_and_split(world)
    before = Entry.objects.count()
    for who in (world.b.handler, world.b.unit_head):
        with pytest.raises(Refused, match="不属于您的单位"):
            do(who, [of(received, 1)], "contact", method="phone", reached="yes", content="x")
    assert Entry.objects.count() == before


def test_the_office_does_not_do_the_districts_part(world):
    received = received_and_split(world)
    with pytest.raises(Refused, match="由渝北区局办理"):
        do(world.city.handler, [of(received, 1)], "contact", method="phone", reached="yes", content="x")


@pytest.mark.parametrize("text", ["认定为非正常", "应当认 定", "认　定", "经审查，认定属实"])
def test_a_district_never_says_what_only_the_national_office_says(world, text):
    received = received_and_split(world)
    one = of(received, 1)
    withdrawn(world, one)
    with pytest.raises(Refused, match="不能写“认定”"):
        do(world.a.handler, [one], "opine", view="withdrawn", text=text)
    assert not ApplicationAct.objects.filter(act="opine").exists()


def test_an_opinion_needs_a_second_person(world):
    received = received_and_split(world)
    one = of(received, 1)
    withdrawn(world, one)
    do(world.a.handler, [one], "opine", view="withdrawn", text="已经撤回")
    with pytest.raises(Refused, match="须由第二人复核"):
        do(world.a.handler, [one], "agree", verdict="agree", text="同意")
    do(world.a.co_handler, [one], "agree", verdict="return", text="请补凭证")
    one.refresh_from_db()
    assert (one.stage, one.view, one.opined_by) == (Stage.ANSWERED, "", None)


def test_an_opinion_fits_how_it_ended_with_the_applicant(world):
    received = received_and_split(world)
    one = of(received, 1)
    withdrawn(world, one)
    with pytest.raises(Refused, match="核查结果是“主动撤回”"):
        do(world.a.handler, [one], "opine", view="cleared", text="说明可信")


def test_silence_counts_only_after_the_day_the_letter_names(world):
    received = received_and_split(world)
    one = of(received, 1)
    with pytest.raises(Refused, match="还没有届满"):
        do(world.a.handler, [one], "silent", on=received.feedback_due, content="没有回音")
    do(world.a.handler, [one], "silent", on=received.feedback_due + timedelta(days=1), content="没有回音")
    one.refresh_from_db()
    assert (one.answer, one.stage) == ("unanswered", Stage.ANSWERED)


def test_nobody_is_unreachable_who_was_not_tried(world):
    received = received_and_split(world)
    one = of(received, 1)
    do(world.a.handler, [one], "contact", method="phone", reached="yes", content="接通")
    with pytest.raises(Refused, match="没有登记过没有联系上的联系"):
        do(world.a.handler, [one], "unreachable", why="unreachable", content="无")
    do(world.a.handler, [one], "contact", method="site", reached="no", content="查无此人")
    do(world.a.handler, [one], "unreachable", why="elsewhere", content="已迁走")
    one.refresh_from_db()
    assert one.answer == "elsewhere"


def test_what_cannot_be_done_to_one_of_several_is_done_to_none(world):
    received = received_and_split(world)
    one, other = of(received, 1), of(received, 2)
    withdrawn(world, one)
    with pytest.raises(Refused, match=number(2)):
        do(world.a.handler, [one, other], "opine", view="withdrawn", text="已经撤回")
    one.refresh_from_db()
    assert one.stage == Stage.ANSWERED
    with pytest.raises(Refused, match="逐件办理"):
        do(world.a.handler, [one, other], "explain", explained_on=RECEIVED, project="x", content="y")


# ---- back to the national office


def worked(world):
    """A list of two whose applications are checked."""
    received = received_and_split(world, [row(1), row(2, address="重庆市渝中区文明巷1号")])
    matters.assign_officers(
        actor=world.city.unit_head,
        record=received,
        people=[world.city.handler, world.city.second_handler],
        on=RECEIVED,
    )
    received.refresh_from_db()
    matters.take_step(
        actor=world.city.handler,
        record=received,
        step="split_list",
        data={"district_due": AFTER},
        on=RECEIVED,
    )
    agreed(world, of(received, 1))
    agreed(world, of(received, 2), world.b)
    do(world.city.handler, [of(received, 1), of(received, 2)], "check", verdict="agree", text="同意报送")
    return received


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_feedback_file_is_the_received_one_with_the_answers_written_in(world):
    received = worked(world)
    file = received.files.get()
    made = feedback.feedback_file(actor=world.city.handler, received=received, file=file, on=RECEIVED)
    before, after = cells(documents.read(file.digest)), cells(made)
    assert before[0] == after[0] == list(HEADINGS)
    told = [HEADINGS.index("核查人"), HEADINGS.index("核查结果")]
    for was, now in zip(before[1:], after[1:], strict=True):
        assert [cell for n, cell in enumerate(was) if n not in told] == [
            cell for n, cell in enumerate(now) if n not in told
        ]
    assert [[now[n] for n in told] for now in after[1:]] == [["朱文渊", "主动撤回"], ["孔邻里", "主动撤回"]]


def sent_back(world, received, **changed):
    counts = {
        "rows_total": 2,
        "rows_withdrawn": 2,
        "rows_explained": 0,
        "rows_unanswered": 0,
        "rows_unreachable": 0,
    }
    proposal = matters.take_step(
        actor=world.city.handler,
        record=received,
        step="send_feedback",
        data={**counts, **changed},
        on=RECEIVED,
    )
    for who in (world.city.unit_head, world.city.leader):
        done = matters.give_opinion(
            actor=who, record=received, proposal=proposal, agrees=True, text="同意", on=RECEIVED
        )
    return done


def test_the_report_says_no_other_number_than_the_applications_do(world):
    received = worked(world)
    with pytest.raises(Refused, match="主动撤回应为2"):
        sent_back(world, received, rows_withdrawn=1)
    sent_back(world, received)
    received.refresh_from_db()
    assert received.state == "fed_back" and received.fed_back_on == RECEIVED
    assert received.matter.folder.papers.filter(form="ABN-01").count() == 1


def test_results_measures_and_recovery_each_say_who_why_and_on_what(world):
    received = worked(world)
    sent_back(world, received)
    one, other = of(received, 1), of(received, 2)
    with pytest.raises(Refused, match="还有2件申请没有登记国家知识产权局的处理结果"):
        matters.take_step(actor=world.city.handler, record=received, step="conclude_list", data={}, on=AFTER)
    do(
        world.city.handler,
        [one, other],
        "result",
        on=AFTER,
        result="withdrawn",
        result_on=AFTER,
        paper="通报1号",
    )
    with pytest.raises(Refused) as refused:
        do(world.city.handler, [one], "measure", on=AFTER, measure="no_subsidy", target="applicant")
    missing = {reason.field for reason in refused.value.reasons}
    assert {"decided_by", "basis", "evidence", "heard"} <= missing
    with pytest.raises(Refused, match="还没有“登记处理措施”"):
        do(world.city.handler, [one], "recover", on=AFTER, amount=100, recovered_on=AFTER, voucher="1")
    do(
        world.city.handler, [one], "measure", on=AFTER, measure="no_subsidy", target="applicant", decided_by="区科技局", decided_on=AFTER,
        basis="令77第九条", evidence="发放清单", heard="no", heard_why="申请人已书面承诺退回", amount=5000,
    )  # fmt: skip
    do(world.city.handler, [one], "recover", on=AFTER, amount=3000, recovered_on=AFTER, voucher="1")
    do(world.city.handler, [one], "recover", on=AFTER, amount=2000, recovered_on=AFTER, voucher="2")
    one.refresh_from_db()
    assert one.recovered_fen == 5000
    matters.take_step(actor=world.city.handler, record=received, step="conclude_list", data={}, on=AFTER)


def test_a_penalty_case_is_linked_by_its_number_and_only_one_that_is_there(world):
    from tests.casework import Worker

    received = worked(world)
    one = of(received, 1)
    with pytest.raises(Refused, match="没有这个编号的案件"):
        do(world.city.handler, [one], "link", on=AFTER, case_no="渝知罚〔2024〕9号", why="违反细则第十一条")
    case = Worker(world.a).to_filed().case
    do(world.city.handler, [one], "link", on=AFTER, case_no=case.case_no, why="违反细则第十一条")
    assert one.acts.get(act="link").matter_id == case.matter_id


# ---- the ledger


def test_the_ledger_holds_and_tells_of_every_row_that_was_touched(world):
    from tests.world import tell_of

    tell_of(world)
    received = worked(world)
    assert verify().ok, verify().faults
    ApplicationAct.objects.filter(act="opine").update(data={"view": "cleared", "text": "改过"})
    Application.objects.filter(pk=of(received, 2).pk).update(applicant="别人")
    told = " ".join(verify().faults)
    assert "提出区县意见" in told and "核查记录与账上不符" in told and "导入的申请与账上不符" in told
