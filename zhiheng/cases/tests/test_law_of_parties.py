"""Who is punished: age, identity, several parties."""

from datetime import date

import pytest

from tests.casework import Worker
from zhiheng.cases.models import Case
from zhiheng.cases.parties import ADDRESS_BOOK, age_on, born_by, confirmed_address, from_address_book
from zhiheng.matters.facts import Situation
from zhiheng.matters.replays import Records
from zhiheng.matters.selectors import standing_for

from .plays import Play

PERSON = {"party_type": "person", "party_name": "张某"}
GROUNDS = {"lighter_grounds": ["minor"], "grounds_evidence": [{"name": "现场笔录"}]}


@pytest.fixture
def play(stage):
    def begin(**changes) -> Play:
        return Play(stage, **changes)

    return begin


def born(day: str) -> dict:
    return {"file_case": {"party_birth_on": day}}


def test_under_fourteen_at_the_act_nobody_is_punished(play):
    play(**PERSON).to("give_notice", **born("2011-01-07")).refused("party_of_age", "13周岁", "行政处罚法30")
    case = play(**PERSON).to("pass_review", **born("2011-01-07"))
    case.step("propose_other_outcome", outcome_proposed="no_penalty", reason="不满十四周岁")
    case.step("decide_no_penalty", no_penalty_ground="capacity", facts="事实", evidence=[{"name": "现场笔录"}], reason="不满十四周岁",
              education="责令监护人管教").open()  # fmt: skip


def test_from_fourteen_to_eighteen_the_penalty_is_lighter(play):
    play(**PERSON).to("give_notice", **born("2011-01-06")).refused("party_of_age", "14周岁", "从轻或者减轻")
    play(**PERSON, **GROUNDS).to("give_notice", **born("2011-01-06")).open()
    play(**PERSON).to("give_notice", **born("2007-01-06")).open()


def test_the_identity_number_tells_the_day_of_birth(play):
    young = {"party_id_no": "500112201001010017"}
    case = play(**PERSON).to("give_notice", register_lead=young, file_case=young)
    case.refused("party_of_age", "15周岁")
    assert born_by("500112201001010017") == date(2010, 1, 1)
    assert born_by("92500112MA0000000N") is None
    assert age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age_on(date(2008, 2, 29), date(2026, 3, 1)) == 18


@pytest.mark.parametrize(
    "wrong",
    [
        "92500112MA00000000",
        "500112199001010018",
        "５００1121990＊＊＊＊0017",
        "不知道",
        "1",
        "12345",
        "0000000000",
        "abcdefgh",
    ],
)
def test_a_number_with_a_wrong_check_sign_is_refused(play, wrong):
    play(party_id_no=wrong).to("register_lead").refused("party_id_no", "校验位")


@pytest.mark.parametrize(
    "right",
    [
        "92500112MA0000000N",
        "500112199001010017",
        "无",
        "待核",
        "500112600123456",
        "E12345678",
        "5001121234567",
    ],
)
def test_a_right_number_an_older_one_and_none_said_openly_pass(play, right):
    play(party_id_no=right).to("register_lead").open()


OTHER = [{"party": "王某", "rule": "TM-AGENT", "fine": 8_000, "other": "warning"}]
AGENT = {"cause": "trademark_agency", "law_basis": "商标法第六十八条第一款", "turnover": None, "confiscated_goods": None,
         "confiscated_goods_value": None, "party_type": "organisation", "party_name": "示例代理公司", "rule": "TM-AGENT",
         "penalty_kinds": ["warning", "fine"], "fine": 20_000}  # fmt: skip
JOINED = {
    "joined_role": "responsible",
    "joined_name": "王某",
    "joined_type": "person",
    "joined_id_no": "500112199001010017",
}


def test_a_responsible_person_is_punished_beside_the_organisation(play):
    case = play(**AGENT, sanctions=OTHER).to("file_case").step("add_party", **JOINED)
    decided = case.to("decide_penalty").open()
    assert decided["records"]["forfeit_fen"] == 28_000_00
    assert "王某" in decided["text"]["SAMR-45"] and "8,000" in decided["text"]["SAMR-45"]


YOUNG = JOINED | {"joined_id_no": "500112200801010010", "joined_name": "赵某"}


def test_what_lightens_one_party_is_its_own_ground(play):
    """A responsible person of seventeen beside the organisation: the ground is chosen in that person's row."""
    row = OTHER[0] | {"party": "赵某"}

    def told(row, **answers):
        case = play(**AGENT, sanctions=[row], **answers).to("file_case").step("add_party", **YOUNG)
        return case.to("give_notice")

    told(row).refused("party_of_age", "赵某违法时17周岁", "从轻或者减轻", "行政处罚法30")
    told(row, **GROUNDS).refused("party_of_age", "赵某违法时17周岁")
    told(row | {"lighter": "minor"}).refused("grounds_evidenced", "行政处罚法32")
    told(row | {"lighter": "minor"}, grounds_evidence=[{"name": "现场笔录"}]).open()


def test_mitigation_of_one_party_does_not_reach_below_the_range_of_another(play):
    row = OTHER[0] | {"fine": 1_000, "lighter": "merit"}
    proof = {"grounds_evidence": [{"name": "现场笔录"}]}

    def told(row, **answers):
        case = play(**AGENT | answers, sanctions=[row], **proof).to("file_case").step("add_party", **JOINED)
        return case.to("give_notice")

    told(row).open()
    told(row, fine=9_000).refused("amount_in_range", "10,000元")
    told(OTHER[0] | {"fine": 1_000}, lighter_grounds=["merit"]).refused("amount_in_range", "5,000元")


@pytest.mark.parametrize("capacity,open_to_a_penalty", [("none", False), ("impaired", True), ("full", True)])
def test_who_could_not_tell_what_they_did_is_not_punished(play, capacity, open_to_a_penalty):
    told = play(**PERSON).to("give_notice", file_case={"party_capacity": capacity})
    told.open() if open_to_a_penalty else told.refused("party_of_age", "不能辨认", "行政处罚法31")
    case = (
        play(**AGENT, sanctions=OTHER)
        .to("file_case")
        .step("add_party", **JOINED | {"joined_capacity": capacity})
    )
    told = case.to("give_notice")
    told.open() if open_to_a_penalty else told.refused("party_of_age", "王某违法时不能辨认", "行政处罚法31")


def test_nobody_is_punished_who_takes_no_part_in_the_case(play):
    play(**AGENT, sanctions=OTHER).to("give_notice").refused("others_joined", "王某")


def test_each_party_has_its_own_range(play):
    over = [OTHER[0] | {"fine": 50_000.01}]
    case = play(**AGENT, sanctions=over).to("file_case").step("add_party", **JOINED)
    case.to("give_notice", give_notice={"hearing_right": True}).refused("amount_in_range", "50,000元")


def test_each_party_has_its_own_hearing_threshold(play):
    heard = [OTHER[0] | {"fine": 10_000}]
    case = play(**AGENT, sanctions=heard).to("file_case").step("add_party", **JOINED)
    case.to("give_notice").refused("hearing_right_told", "自然人", "10,000元")


def test_a_party_that_was_not_told_is_not_punished(play):
    case = play(**AGENT).to("file_case").step("add_party", **JOINED)
    case.to("decide_penalty", decide_penalty={"sanctions": OTHER}).refused(
        "not_heavier_for_defence", "王某", "未告知"
    )


def test_a_right_holder_is_not_one_who_may_be_punished(play):
    case = (
        play(**AGENT, sanctions=OTHER)
        .to("file_case")
        .step("add_party", **JOINED | {"joined_role": "right_holder"})
    )
    case.to("give_notice").refused("others_joined")


def test_the_address_confirmed_last_is_where_papers_reach_the_party(world):
    work = Worker(world.a).to_filed()
    said = {"service_address": "一路1号", "agrees_electronic": True, "electronic_address": "a@example.org"}
    work.step("confirm_address", confirmed_on=work.on, **said)
    found = confirmed_address(standing_for(work.case, work.on))
    assert (found.address, found.electronic) == ("一路1号", "a@example.org")
    work.wait(3).step(
        "confirm_address", confirmed_on=work.on, service_address="二路2号", agrees_electronic=False
    )
    found = confirmed_address(standing_for(work.case, work.on))
    assert (found.address, found.electronic) == ("二路2号", "")
    assert confirmed_address(standing_for(work.case, work.on), "另一当事人") is None


def test_the_address_book_knows_a_party_of_an_earlier_case(world):
    earlier = Worker(world.a)
    earlier.register(title="前一案")
    later = Worker(world.a)
    bare = dict.fromkeys(("party_id_no", "party_address", "party_phone"))
    case = later.register(
        title="后一案", **{**bare, "party_id_no": "", "party_address": "", "party_phone": ""}
    )
    standing = standing_for(case, later.on)
    step = standing.procedure.steps["file_case"]
    asked = Situation(record=case, on=later.on, actor=world.a.handler, step=step, standing=standing)
    for field in ("party_id_no", "party_address", "party_phone"):
        column = ADDRESS_BOOK[field]
        assert from_address_book(field)(asked) == getattr(Case.objects.get(title="前一案"), column) != ""


def test_the_address_book_is_the_units_own_and_knows_who_took_part_beside_another(world):
    """Another unit's case says nothing here, whoever may see both; an identifier nobody checked is not handed on."""
    elsewhere = Worker(world.b)
    elsewhere.register(title="别处的案件")
    beside = Worker(world.a).to_filed()
    beside.step("add_party", joined_role="joint", joined_name="乙公司", joined_type="organisation", joined_id_no="待核", joined_address="五路5号")  # fmt: skip
    bare = dict.fromkeys(("party_id_no", "party_address", "party_phone"), "")

    def known(title: str, **party) -> tuple:
        later = Worker(world.a)
        case = later.register(title=title, **bare | party)
        standing = standing_for(case, later.on)
        step = standing.procedure.steps["file_case"]
        asked = Situation(record=case, on=later.on, actor=world.city.handler, step=step, standing=standing)
        return tuple(from_address_book(field)(asked) for field in ("party_id_no", "party_address"))

    assert known("后一案", party_name="乙公司", party_type="organisation") == (None, "五路5号")
    Case.objects.filter(unit=world.a.unit, party_name="示例区某某商行").update(party_name="改名商行")
    assert known("再一案", party_name="示例区某某商行") == (None, None)


def test_each_party_pays_its_own_share(play):
    def served():
        return play(**AGENT, sanctions=OTHER).to("file_case").step("add_party", **JOINED).to("serve_decision")

    pay = {"paid_on": "2025-04-20", "receipt_no": "1", "payment_channel": "bank"}
    served().step("record_payment", 9, paid=8_000.01, payer="王某", **pay).refused(
        "paid", "8,000.00", "行政处罚法第67条"
    )
    served().step("record_payment", 9, paid=20_000.01, **pay).refused("paid", "20,000.00")
    served().step("record_payment", 9, paid=1, payer="路人", **pay).refused("payer", "示例代理公司、王某")
    case = (
        served()
        .step("record_payment", 9, paid=8_000, payer="王某", **pay)
        .step("record_payment", 0, paid=20_000, **pay)
    )
    case.step("complete_performance", performed_on="2025-04-24").open()


def test_parties_that_no_step_speaks_of_are_found_by_the_verification(world):
    work = Worker(world.a).to_filed()
    joined = {"joined_role": "joint", "joined_name": "李某", "joined_type": "person", "joined_phone": "1"}
    work.step("add_party", **joined)
    work.step("add_party", **joined | {"joined_phone": "2", "joined_birth_on": date(1990, 1, 1)})
    (party,) = work.case.matter.parties.all()
    assert (party.seq, party.phone, party.birth_on) == (1, "2", date(1990, 1, 1))
    assert not list(Records().close())
    party.phone = "3"
    party.save()
    assert any("参加人" in words for words in Records().close())
