"""Rules, kinds, amounts and grounds of a penalty: what the law forbids is refused with its article, what it allows stays open."""

from datetime import date

import pytest

from .plays import Play

pytestmark = pytest.mark.rehearsal


@pytest.fixture
def play(stage):
    def begin(**changes) -> Play:
        return Play(stage, **changes)

    return begin


COMPANY = {"party_type": "organisation", "party_name": "示例公司"}
HEAVY = {"fine": 90_000, "confiscated_goods_value": 450_000, "turnover": 460_000}
SIGN = {
    "cause": "special_sign",
    "law_basis": "特殊标志管理条例",
    "turnover": None,
    "confiscated_goods_value": 900,
}
AGENT = {"cause": "trademark_agency", "law_basis": "商标法第六十八条第一款", "turnover": None, "confiscated_goods": None,
         "confiscated_goods_value": None, **COMPANY}  # fmt: skip


def test_goods_worth_the_threshold_call_for_the_hearing_right(play):
    play(**COMPANY, **HEAVY).to("give_notice").refused("hearing_right_told", "450,000", "听证办法5")


def test_told_of_the_hearing_right_the_same_notice_goes_out_and_the_party_is_heard(play):
    case = play(**COMPANY, **HEAVY).to("serve_notice", give_notice={"hearing_right": True})
    case.step("request_hearing", hearing_request="要求听证").open()


def test_goods_below_the_threshold_need_no_hearing_right(play):
    play(**COMPANY, **HEAVY | {"confiscated_goods_value": 99_999.99}).to("give_notice").open()


def test_goods_of_unknown_value_may_reach_the_threshold(play):
    play(confiscated_goods_value=None).to("give_notice").refused("hearing_right_told", "价值")


def test_goods_of_unknown_value_cannot_where_the_whole_turnover_does_not(play):
    play(confiscated_goods_value=None, turnover=9_000, case_value=9_000, fine=2_000).to("give_notice").open()


def test_a_special_sign_without_gains_is_fined_by_its_own_rule(play):
    sign = {**SIGN, "rule": "SM-INF", "fine": 240_000}
    play(**sign).to("give_notice", give_notice={"hearing_right": True}).refused(
        "amount_in_range", "10,000元", "特殊标志管理条例16"
    )
    play(**{**sign, "fine": 9_999}).to("give_notice").open()


def test_where_a_cause_has_several_rules_one_is_chosen(play):
    case = play(**{**SIGN, "fine": 5_000})
    case.to("give_notice").refused("rule_chosen", "SM-INF", "OLY-INF")


def test_the_rule_may_be_chosen_by_naming_its_article(play):
    play(**{**SIGN, "fine": 5_000, "law_basis": "特殊标志管理条例第十六条"}).to("give_notice").open()


def test_turnover_of_thirty_thousand_allows_ten_thousand_for_goods_that_need_registration(play):
    must = {"cause": "trademark_other", "law_basis": "商标法第五十一条", "rule": "TM-MUSTREG", "turnover": 30_000,
            "penalty_kinds": ["fine"], "confiscated_goods": None, "confiscated_goods_value": None}  # fmt: skip
    told = {"hearing_right": True}
    play(**must, fine=100_000).to("give_notice", give_notice=told).refused("amount_in_range", "10,000元")
    play(**must, fine=10_000).to("give_notice", give_notice=told).open()


def test_a_mandatory_fine_is_not_left_out(play):
    agent = {**AGENT, "rule": "TM-AGENT"}
    play(**agent, penalty_kinds=["warning"], fine=None).to("give_notice").refused(
        "kinds_of_the_rule", "罚款", "商标法68"
    )
    play(**agent, penalty_kinds=["warning", "fine"], fine=20_000).to("give_notice").open()


def test_infringing_goods_are_confiscated_unless_it_is_said_why_there_are_none(play):
    bare = {"penalty_kinds": ["fine"], "confiscated_goods": None, "confiscated_goods_value": None}
    play(**bare).to("give_notice").refused("kinds_of_the_rule", "没收非法财物", "商标法60")
    play(**bare, nothing_to_confiscate="service").to("give_notice").open()


def test_a_kind_that_the_rule_does_not_give_has_no_basis(play):
    more = {"penalty_kinds": ["fine", "confiscate_goods", "stop_business"]}
    told = {"hearing_right": True}
    play(**more).to("give_notice", give_notice=told).refused("kinds_of_the_rule", "没有规定")
    play(**more, outside_basis="反不正当竞争法第二十三条").to("give_notice", give_notice=told).open()


def test_words_about_mitigation_open_nothing(play):
    agent = {**AGENT, "rule": "TM-AGENT", "penalty_kinds": ["warning", "fine"], "fine": 6_000}
    play(**agent, discretion="当事人没有减轻处罚的情形").to("give_notice").refused(
        "amount_in_range", "低于下限"
    )
    play(**agent, discretion="依法减轻处罚").to("give_notice").refused("amount_in_range", "减轻")


def test_a_ground_with_evidence_opens_mitigation_and_one_without_does_not(play):
    agent = {**AGENT, "rule": "TM-AGENT", "penalty_kinds": ["warning", "fine"], "fine": 6_000}
    grounds = {"lighter_grounds": ["remedied"]}
    play(**agent, **grounds).to("give_notice").refused("grounds_evidenced", "行政处罚法32")
    strange = {**grounds, "grounds_evidence": [{"name": "不存在的材料"}]}
    play(**agent, **strange).to("give_notice").refused("grounds_evidence", "不存在的材料")
    play(**agent, **grounds, grounds_evidence=[{"name": "现场笔录"}]).to("give_notice").open()


def test_mitigation_never_goes_above_the_range(play):
    grounds = {"lighter_grounds": ["merit"], "grounds_evidence": [{"name": "现场笔录"}]}
    told = {"hearing_right": True}
    play(**grounds, fine=250_001).to("give_notice", give_notice=told).refused("amount_in_range", "250,000元")


def test_one_act_under_two_rules_takes_the_higher_fine(play):
    lower = {"cause": "trademark_other", "law_basis": "商标法第五十二条", "rule": "TM-FALSEREG", "also_breached": ["TM-INF"],
             "penalty_kinds": ["fine"], "confiscated_goods": None, "confiscated_goods_value": None, "fine": 5_000}  # fmt: skip
    play(**lower).to("give_notice").refused("higher_rule", "行政处罚法29", "250,000元")
    higher = {"rule": "TM-INF", "also_breached": ["TM-FALSEREG"]}
    play(**higher).to("give_notice").open()


TWO_ACTS = [
    {
        "what": "销售侵权商品",
        "rule": "TM-INF",
        "from_on": "2025-01-06",
        "turnover": 20_000,
        "goods_value": 8_400,
        "fine": 8_000,
    },
    {
        "what": "冒充注册商标",
        "rule": "TM-FALSEREG",
        "from_on": "2025-02-06",
        "turnover": 12_000,
        "fine": 1_000,
    },
]


def test_several_acts_are_fined_one_by_one_and_together(play):
    play(acts=TWO_ACTS, fine=9_000).to("serve_decision").open()


def test_no_act_is_fined_beyond_its_own_rule_though_the_sum_would_fit(play):
    beyond = [TWO_ACTS[0] | {"fine": 0.01}, TWO_ACTS[1] | {"fine": 10_000.01}]
    told = {"hearing_right": True}
    play(acts=beyond, fine=10_000.02).to("give_notice", give_notice=told).refused(
        "amount_in_range", "10,000元", "商标法52"
    )


def test_fines_of_the_acts_add_up(play):
    play(acts=TWO_ACTS, fine=9_500).to("give_notice").refused("fine", "9,000.00", "9,500.00")


def test_an_act_beyond_limitation_is_not_punished_beside_one_within(play):
    old = [TWO_ACTS[0] | {"from_on": "2022-12-01", "to_on": "2023-03-02"}, TWO_ACTS[1]]
    play(acts=old, fine=9_000).to("give_notice").refused("within_limitation", "行政处罚法36")


def test_five_years_of_limitation_are_reached_where_life_and_health_were_harmed(play):
    old = {"act_on": "2021-08-02"}
    play(**old).to("file_case").refused("within_limitation", "2年")
    play(**old).to("file_case", file_case={"grave_harm": "life"}).open()
    play(act_on="2020-03-02").to("file_case", file_case={"grave_harm": "life"}).refused(
        "within_limitation", "5年"
    )


UNFILED = {"cause": "trademark_agency", "rule": "TM-AGENT-UNFILED", "law_basis": "商标法第六十七条第三款", "act_on": "2027-01-06",
           "penalty_kinds": ["fine"], "turnover": None, "confiscated_goods": None, "confiscated_goods_value": None,
           "fine": 12_000, **COMPANY}  # fmt: skip


def test_failing_to_correct_is_punished_only_after_an_order_ran_out(play):
    case = play(opened=date(2027, 3, 1), **UNFILED).to("file_case", record_inspection=_IN_2027)
    case.to("give_notice").refused("correction_overdue", "没有责令改正")


def test_an_order_still_running_is_no_failure_to_correct(play):
    case = play(opened=date(2027, 3, 1), **UNFILED).to("file_case", record_inspection=_IN_2027)
    case.step("order_correction", law_breached="商标法第六十七条", correction_mode="by_date", correction_content="备案",
              correction_by="2027-06-30", facts="未备案")  # fmt: skip
    case.to("give_notice").refused("correction_overdue", "尚未届满")


def test_after_an_order_that_ran_out_it_is(play):
    case = play(opened=date(2027, 3, 1), **UNFILED).to("file_case", record_inspection=_IN_2027)
    case.step("order_correction", law_breached="商标法第六十七条", correction_mode="by_date", correction_content="备案",
              correction_by="2027-03-10", facts="未备案")  # fmt: skip
    case.to("give_notice").open()


_IN_2027 = {"inspected_from": "2027-03-03 09:30", "inspected_to": "2027-03-03 10:30"}

PATENT = {"cause": "patent_counterfeiting", "law_basis": "专利法第六十八条", "illegal_gains": 3_000, "turnover": None,
          "confiscated_goods": None, "confiscated_goods_value": None, "penalty_kinds": ["fine", "confiscate_gains"]}  # fmt: skip


def test_gains_are_confiscated_as_found(play):
    play(**PATENT, confiscated_gains=2_000).to("give_notice").refused(
        "gains_as_found", "3,000.00", "行政处罚法28"
    )
    play(**PATENT, confiscated_gains=3_000.01).to("give_notice").refused("gains_as_found")
    play(**PATENT, confiscated_gains=3_000).to("give_notice").open()


def test_what_is_paid_back_by_law_is_not_confiscated(play):
    play(**PATENT, refunded_gains=1_000, confiscated_gains=2_000).to("give_notice").open()


def test_gains_that_must_be_confiscated_are_not_left_out(play):
    play(**PATENT | {"penalty_kinds": ["fine"]}).to("give_notice").refused(
        "kinds_of_the_rule", "没收违法所得", "专利法68"
    )


# ---- after the notice


def test_a_kind_heavier_than_told_is_refused_and_a_lighter_one_is_not(play):
    outside = {"outside_basis": "反不正当竞争法第二十三条"}
    case = play(**outside).to("deliberate")
    case.to("decide_penalty", decide_penalty={"penalty_kinds": ["fine", "confiscate_goods", "stop_business"]})
    case.refused("not_heavier_for_defence", "责令停产停业", "行政处罚法45")
    lighter = {"penalty_kinds": ["criticism", "confiscate_goods"], "fine": None, **outside}
    play().to("deliberate").to("decide_penalty", decide_penalty=lighter).open()


@pytest.mark.parametrize("more", [{"fine": 9_000.01}, {"confiscated_goods_value": 8_400.01}])
def test_nothing_is_greater_than_told_by_a_cent(play, more):
    play().to("decide_penalty", decide_penalty=more).refused("not_heavier_for_defence")


def test_less_than_told_stays_open(play):
    play().to("decide_penalty", decide_penalty={"fine": 5_000, "confiscated_goods_value": 8_000}).open()


def test_a_rule_that_was_not_told_is_not_decided_by(play):
    other = {"cause": "trademark_other", "penalty_kinds": ["fine"], "confiscated_goods": None, "confiscated_goods_value": None,
             "fine": 5_000, "law_basis": "商标法第五十一条、第五十二条"}  # fmt: skip
    case = play(**other).to("deliberate", give_notice={"rule": "TM-FALSEREG"})
    case.to("decide_penalty", decide_penalty={"rule": "TM-MUSTREG"}).refused(
        "facts_as_told", "TM-MUSTREG", "行政处罚法44"
    )


def test_facts_found_after_the_notice_are_told_anew(play):
    case = play().to("deliberate").step("return_from_deliberation", reason="补充调查")
    case.reached = 4
    case.to("pass_review").step("propose_other_outcome", outcome_proposed="no_penalty", reason="改变意见")
    case.reached = 10
    case.to("decide_penalty").refused("notice_served", "没有重新告知", "行政处罚法44")


def test_told_anew_and_served_the_new_facts_are_decided(play):
    case = play().to("deliberate").step("return_from_deliberation", reason="补充调查")
    case.reached = 4
    case.to("serve_decision").open()


def test_a_million_without_a_hearing_is_decided_by_the_heads_together(play):
    big = {**COMPANY, "turnover": 400_000, "fine": 1_000_000}
    told = {"hearing_right": True}
    play(**big).to("decide_penalty", give_notice=told).refused(
        "collectively_discussed", "1,000,000元", "行政处罚法57"
    )
    case = play(**big).to("deliberate", give_notice=told)
    case.step("discuss_collectively", discussed_on="2025-04-13", present="各负责人", chair_of_meeting="甲", minutes="一致同意",
              conclusion="同意")  # fmt: skip
    case.to("decide_penalty").open()


def test_a_complex_case_goes_to_legality_review(play):
    complex_ = {"review_reasons": ["complex"]}
    play().to("submit_review", submit_review=complex_).refused(
        "review_kind_right", "法制审核", "行政处罚法58"
    )
    play().to("submit_review", submit_review=complex_ | {"review_kind": "legality"}).open()


def test_conduct_of_which_the_book_holds_no_older_text_is_not_called_unpunished(play):
    early = {**UNFILED, "act_on": "2022-11-01"}
    case = play(opened=date(2027, 3, 1), **early).to(
        "file_case", record_inspection=_IN_2027, file_case={"grave_harm": "finance"}
    )
    case.to("give_notice").refused("rule_chosen", "法规库未载")


def test_outlays_are_deducted_only_since_a_rule_allows_it_and_add_up(play):
    outlays = [{"what": "代缴的官费", "amount": 1_000, "proof": "收据"}]
    gains = {"gross_gains": 4_000, "deductions": outlays, "confiscated_gains": 3_000}
    play(**PATENT, **gains).to("give_notice").refused("deductions", "取得的款项", "行政处罚法第28条")
    later = {"opened": date(2026, 4, 6), "act_on": "2026-01-06"}
    case = play(**later, **PATENT, **gains | {"gross_gains": 4_500}).to(
        "give_notice", record_inspection=_IN_2026
    )
    case.refused("illegal_gains", "4,500.00", "行政处罚法第28条")
    play(**later, **PATENT, **gains).to("give_notice", record_inspection=_IN_2026).open()


_IN_2026 = {"inspected_from": "2026-04-08 09:30", "inspected_to": "2026-04-08 10:30"}


def test_goods_under_the_olympic_regulation_are_seized_and_under_the_signs_regulation_not(play):
    seize = {"seizure_kind": "detain", "reason": "防止转移", "place": "示例商行", "keeping_place": "本局库房",
             "items": [{"name": "侵权商品"}]}  # fmt: skip
    sign = {"cause": "special_sign"}
    play(**sign).to("file_case", file_case={"rule": "OLY-INF"}).step("seize", **seize).open()
    play(**sign).to("file_case", file_case={"rule": "SM-INF"}).step("seize", **seize).refused("seizure_power")


def decided(stage, **changes) -> Play:
    return Play(stage).to("decide_penalty", decide_penalty=changes)


@pytest.mark.parametrize(
    "changed,named",
    [
        ({"facts": "当事人销售侵犯“示例牌”注册商标专用权的商品400件。"}, "400件"),
        ({"law_breached": "商标法第五十七条第二项"}, "第五十七条第二项"),
        ({"law_basis": "商标法第六十条第二款、第六十八条第一款"}, "第六十八条第一款"),
        ({"turnover": 40_000}, "40,000.00元"),
    ],
)
def test_what_goes_beyond_the_notice_is_told_anew(stage, changed, named):
    decided(stage, **changed).refused("facts_as_told", named, "行政处罚法44", "重新告知")
    decided(stage, **changed, departure="系告知书笔误，未增加当事人的责任").open()


@pytest.mark.parametrize(
    "changed",
    [
        {"facts": "经复核，采纳部分申辩：当事人销售侵权商品20件，2025年1月6日起经营。"},
        {"law_breached": "《中华人民共和国商标法》第五十七条第三项"},
        {"law_breached": "商标法第五十七条"},
        {"turnover": 30_000, "fine": 8_000},
    ],
)
def test_what_is_less_or_worded_otherwise_is_decided_on_the_notice(stage, changed):
    decided(stage, **changed).open()


def test_goods_that_are_held_are_not_said_to_be_sold(stage):
    def held() -> Play:
        items = [{"name": "侵权商品", "quantity": "120", "unit": "件"}]
        return (
            Play(stage)
            .to("file_case")
            .step(
                "seize",
                1,
                seizure_kind="detain",
                reason="涉嫌侵权",
                place="店内",
                keeping_place="本局库房",
                items=items,
            )
        )

    sold = {"penalty_kinds": ["fine"], "confiscated_goods": None, "confiscated_goods_value": None,
            "proposed_penalty": ["罚款"], "nothing_to_confiscate": "sold"}  # fmt: skip
    held().to("give_notice", both=sold).refused("nothing_to_confiscate", "侵权商品", "行政处罚法第40条")
    lifted = (
        held()
        .to("close_investigation")
        .step("lift_seizure", 0, lift_ground="unrelated", reason="经查不是侵权商品")
    )
    lifted.to("give_notice", both=sold).open()
    held().to("give_notice").open()


def test_a_kind_that_no_rule_gives_is_called_by_its_name(stage):
    told = Play(stage).to(
        "give_notice",
        both={"penalty_kinds": ["fine", "confiscate_goods", "stop_business"], "hearing_right": True},
    )
    assert "stop_business" not in told.refused("kinds_of_the_rule", "责令停产停业")["reason"]


def test_the_papers_say_everything_a_further_party_bears(stage):
    company = {"cause": "trademark_agency", "law_basis": "商标法第六十八条第一款", "turnover": None, "confiscated_goods": None,
               "confiscated_goods_value": None, "party_type": "organisation", "party_name": "示例代理公司", "rule": "TM-AGENT",
               "penalty_kinds": ["warning", "fine"], "fine": 20_000,
               "sanctions": [{"party": "王某", "rule": "TM-AGENT", "fine": 5_000, "other": "warning"}]}  # fmt: skip
    case = Play(stage, **company).to("file_case")
    case.step("add_party", 0, joined_role="responsible", joined_name="王某", joined_type="person")
    text = case.to("give_notice").open()["text"]["SAMR-37"]
    assert "王某：依据《中华人民共和国商标法》第六十八条第一款，警告" in text and "5,000" in text.replace(
        "伍仟", "5,000"
    )


@pytest.mark.parametrize(
    "text,named",
    [
        (["罚款90000元"], "90,000.00元"),
        (["罚款9万元"], "90,000.00元"),
        (["罚款人民币玖万元整"], "90,000.00元"),
        (["罚款九万元"], "90,000.00元"),
        (["没收违法所得伍佰元整", "罚款"], "没收违法所得500.00元"),
        (["罚款", "责令停产停业"], "责令停产停业"),
    ],
)
def test_the_text_of_the_penalty_orders_no_more_than_its_fields(stage, text, named):
    told = Play(stage).to("give_notice", both={"proposed_penalty": text})
    told.refused("proposed_penalty", named, "行政处罚法第59条")


@pytest.mark.parametrize(
    "text",
    [
        ["罚款9000元", "没收侵权商品30件"],
        ["罚款人民币9,000元"],
        ["罚款0.9万元"],
        ["警告以外，罚款"],
        ["罚款玖仟元整"],
        ["罚款九千元"],
    ],
)
def test_a_text_that_agrees_with_its_fields_is_told(stage, text):
    Play(stage).to("give_notice", both={"proposed_penalty": text}).open()


def test_the_basis_names_the_article_of_the_rule(stage):
    told = Play(stage, law_basis="商标法第五十二条", rule="TM-INF").to("give_notice")
    told.refused("rule_chosen", "第五十二条", "商标法60(2)")
    Play(stage, law_basis="《中华人民共和国商标法》第六十条第二款", rule="TM-INF").to("give_notice").open()


def test_infringing_goods_are_not_sold_under_a_law_that_has_them_destroyed(stage):
    def disposed(way: str) -> Play:
        case = Play(stage).to("serve_decision")
        return case.step(
            "dispose_goods", goods_disposal=way, items=[{"name": "侵权商品"}], disposed_on=case.on
        )

    disposed("auction").refused("goods_disposal", "应当销毁", "行政处罚法第74条")
    disposed("destroy").open()


@pytest.mark.parametrize(
    "ground,changes,words",
    [
        ("limitation", {}, "没有超过追责时效"),
        ("capacity", {"party_type": "organisation", "party_name": "示例公司"}, "法人或者其他组织"),
        (
            "lawful_source",
            {"cause": "trademark_agency", "party_type": "organisation"},
            "没有不知情销售者",
        ),
    ],
)
def test_a_ground_that_the_record_excludes_is_no_ground(stage, ground, changes, words):
    case = Play(stage, **changes).to("pass_review")
    case.step("propose_other_outcome", outcome_proposed="no_penalty", reason="不予处罚")
    case.step("decide_no_penalty", no_penalty_ground=ground, facts="事实", evidence=[{"name": "现场笔录"}], reason="理由",
              education="教育")  # fmt: skip
    case.refused("no_penalty_ground", words)


def test_a_seller_who_did_not_know_is_exempted_where_the_rule_says_so(stage):
    case = Play(stage).to("pass_review")
    case.step("propose_other_outcome", outcome_proposed="no_penalty", reason="不予处罚")
    case.step("decide_no_penalty", no_penalty_ground="lawful_source", facts="事实", evidence=[{"name": "现场笔录"}], reason="理由",
              education="教育").open()  # fmt: skip
