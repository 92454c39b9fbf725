"""The items of a notice and a decision are written from the kinds and amounts that the step states; nobody types them beside."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.casework import Worker
from zhiheng import numbers
from zhiheng.cases import orders
from zhiheng.documents.services import read
from zhiheng.files.word import read_docx
from zhiheng.law import current_book
from zhiheng.matters.engine import Standing
from zhiheng.matters.forms import Asking, step_form
from zhiheng.refusal import Refused

TITLES = current_book().fields["penalty_kinds"].choices
AMOUNT = st.integers(min_value=1, max_value=10**13)


@given(
    kinds=st.sets(st.sampled_from(sorted(TITLES)), min_size=1),
    fine=AMOUNT,
    gains=AMOUNT,
    goods=st.sampled_from(["", "侵权商品120件。", "没收侵权商品120件"]),
)
def test_each_kind_is_one_item_and_each_amount_reads_back_to_the_fen(kinds, fine, gains, goods):
    data = {
        "penalty_kinds": sorted(kinds),
        "fine": fine,
        "confiscated_gains": gains,
        "confiscated_goods": goods,
    }
    items = orders.items_of(TITLES, data)
    assert len(items) == len(kinds)
    assert [next(k for k, t in TITLES.items() if item.startswith(t[:2])) for item in items]
    stated = {"fine": fine, "confiscate_gains": gains}
    for kind, amount in stated.items():
        mine = [item for item in items if item.startswith(TITLES[kind])]
        if kind in kinds:
            words = mine[0].removeprefix(TITLES[kind]).removeprefix("人民币").partition("（")[0]
            assert numbers.read_money(words).fen == amount
    assert not [item for item in items if "没收没收" in item or item.endswith("。")]
    told = {name: value for name, value in data.items() if TITLES and name in ("fine", "confiscated_gains")}
    used = {"fine": "fine" in kinds, "confiscated_gains": "confiscate_gains" in kinds}
    apart = orders.apart({**{n: v for n, v in told.items() if used[n]}, orders.ITEMS: items})
    assert apart == {}


@pytest.mark.django_db
def test_a_notice_without_typed_items_prints_them_once_with_capitals(world):
    work = Worker(world.a).to_filed()
    work.wait(5).step("record_questioning")
    work.wait(20).step("close_investigation")
    work.wait(1).step("submit_review")
    work.wait(3).step("pass_review")
    taken = work.step("give_notice", proposed_penalty=[])
    assert taken.data["proposed_penalty"] == [
        "罚款人民币玖仟元整（9,000.00元）",
        "没收侵犯“示例牌”注册商标专用权的商品30件",
    ]
    paper = work.case.matter.folder.papers.get(form="SAMR-37")
    text = read_docx(read(paper.digest)).text()
    assert text.count("玖仟元整") == 1 and "其中，罚款" not in text
    # The decision begins anew from its own amounts, not from last month's words.
    work.wait(1).step("serve_notice")
    work.wait(12).step("deliberate")
    asked = Asking(
        kind=current_book().kind("penalty"), procedure=Standing.of(work.case.matter.proceeding, work.on).procedure,
        step=Standing.of(work.case.matter.proceeding, work.on).procedure.steps["decide_penalty"], actor=world.a.handler,
        on=work.on, record=work.case, standing=Standing.of(work.case.matter.proceeding, work.on),
    )  # fmt: skip
    form = step_form(asked)
    assert not form["proposed_penalty"].value()
    assert form["fine"].value() == "9000.00" and form.fields["proposed_penalty"].required is False
    work.wait(1).step("decide_penalty", fine=8_000_00, proposed_penalty=[])
    decided = work.case.matter.folder.papers.get(form="SAMR-45")
    assert "捌仟元整" in (words := read_docx(read(decided.digest)).text()) and "玖仟元整" not in words


@pytest.mark.django_db
@pytest.mark.parametrize("text", [["罚款12000元"], ["罚款500元"]])
def test_words_that_state_another_fine_are_refused(world, text):
    work = Worker(world.a).to_filed()
    work.wait(5).step("record_questioning")
    work.wait(20).step("close_investigation")
    work.wait(1).step("submit_review")
    work.wait(3).step("pass_review")
    with pytest.raises(Refused, match="罚款"):
        work.step("give_notice", proposed_penalty=[*text, "没收侵权商品"])


@pytest.mark.django_db
def test_forms_begin_with_what_the_record_knows(world):
    work = Worker(world.a, on=date(2024, 3, 4))
    work.to_noticed()

    def begins(step: str) -> dict:
        standing = Standing.of(work.case.matter.proceeding, work.on)
        asked = Asking(
            current_book().kind("penalty"), standing.procedure, standing.procedure.steps[step], world.a.handler, work.on,
            work.case, standing,
        )  # fmt: skip
        form = step_form(asked)
        return {name: form[name].value() for name in form.fields}

    served = begins("serve_notice_again")
    assert (served["receiver"], served["service_method"]) == ("李示例", "direct")
    assert served["served_place"] == work.case.party_address
    hearing = begins("schedule_hearing")
    assert (hearing["hearing_chair_name"], hearing["hearing_public"]) == ("吕平章", True)
    assert begins("appoint_hearing_chair")["hearing_chair_name"] == "吕平章"
    assert begins("record_questioning")["person_questioned"] == "李示例"
    assert begins("discuss_collectively")["chair_of_meeting"] == "何以正"
    assert begins("decide_penalty")["penalty_kinds"] == ["fine", "confiscate_goods"]
    assert begins("publish_decision")["published_at"] == "国家企业信用信息公示系统"
    assert begins("start_public_notice")["published_at"] in (None, "")
    work.wait(12).step("deliberate")
    work.wait(1).step("decide_penalty")
    work.step("serve_decision")
    assert begins("dispose_goods")["goods_disposal"] == "destroy"
    work.step("record_payment")
    work.step("dispose_goods")
    work.step("complete_performance")
    assert begins("close_case")["closing_ground"] == "performed"


@pytest.mark.django_db
def test_goods_preserved_as_evidence_are_not_typed_again_when_they_are_seized(world):
    work = Worker(world.a).to_filed()
    work.step("preserve_evidence")
    standing = Standing.of(work.case.matter.proceeding, work.on)
    asked = Asking(
        current_book().kind("penalty"), standing.procedure, standing.procedure.steps["seize"], world.a.handler, work.on,
        work.case, standing,
    )  # fmt: skip
    assert "侵权商品｜示例牌｜120｜件" in step_form(asked)["items"].value()
    # Once they are seized the form of a second seizure begins empty.
    work.step("lift_preservation", preserve_outcome="seize")
    work.step("seize")
    standing = Standing.of(work.case.matter.proceeding, work.on)
    asked = Asking(
        current_book().kind("penalty"), standing.procedure, standing.procedure.steps["seize"], world.a.handler, work.on,
        work.case, standing,
    )  # fmt: skip
    assert not step_form(asked)["items"].value()


def test_an_amount_that_is_the_end_of_another_is_still_printed():
    stated = {
        "fine": 5_000_000,
        "confiscated_gains": 15_000_000,
        "proposed_penalty": ["没收违法所得人民币壹拾伍万元整"],
    }
    assert orders.apart(stated) == {"fine_apart": 5_000_000}
