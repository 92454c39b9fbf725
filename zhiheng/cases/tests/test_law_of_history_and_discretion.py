"""What the whole office's record says of a party, and where a fine belongs within its range."""

from datetime import date

import pytest

from tests.casework import Worker
from zhiheng.cases.history import Who, record_of
from zhiheng.cases.models import Case
from zhiheng.matters.tests.books import book_of, write
from zhiheng.refusal import Refused

from .plays import Play

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(world):
    return Worker(world.a)


def elsewhere(world, case: Case, **other) -> Case:
    """A closed case of the same party at another bureau, which those of this one may not see."""
    values = {
        "unit": world.b.unit, "cause": case.cause, "title": "别局的案件", "party_name": "改名前的商行", "party_type": case.party_type,
        "party_id": case.party_id, "outcome": "penalty", "decided_on": date(2022, 5, 6), "doc_no_printed": "测试罚〔2022〕7号",
        "fine_fen": 500_00, "state": "ledger_closed",
    }  # fmt: skip
    return Case.objects.create(**(values | other))


def to_noticing(work) -> Worker:
    work.to_filed()
    for step in ("record_questioning", "close_investigation", "submit_review", "pass_review"):
        work.wait(2).step(step)
    return work


def test_a_repetition_within_five_years_anywhere_in_the_office_is_taken_up(work, world):
    to_noticing(work)
    elsewhere(world, work.case)
    with pytest.raises(Refused, match=r"5年内有同类处罚记录（测试罚〔2022〕7号）.*商标法60\(2\)") as told:
        work.step("give_notice")
    assert "别局" not in str(told.value) and world.b.unit.short_name not in str(told.value)
    work.step("give_notice", heavier_grounds=["repeat"], grounds_evidence=[{"name": "现场笔录"}])


@pytest.mark.parametrize(
    "other",
    [{"decided_on": date(2019, 1, 4)}, {"cause": "patent_counterfeiting"}, {"outcome": "no_penalty"}, {"party_id": "另一号码"}],
    ids=["older", "another cause", "no penalty", "another party"],
)  # fmt: skip
def test_what_is_no_repetition_does_not_stop_the_notice(work, world, other):
    to_noticing(work)
    elsewhere(world, work.case, **other)
    work.step("give_notice")


def test_the_first_offence_is_asked_of_the_whole_office(work, world):
    work.to_noticed()
    elsewhere(world, work.case, decided_on=date(2010, 1, 4))
    work.wait(12).step("deliberate")
    with pytest.raises(Refused, match=r"测试罚〔2022〕7号.*不属于初次违法") as told:
        work.step("decide_no_penalty", no_penalty_ground="first")
    assert world.b.unit.short_name not in str(told.value)


def test_the_same_act_is_not_fined_twice(work, world):
    work.to_noticed()
    elsewhere(world, work.case, act_on=date(2024, 2, 1), decided_on=date(2024, 3, 5))
    work.wait(12).step("deliberate")
    with pytest.raises(Refused, match=r"测试罚〔2022〕7号.*两次以上罚款.*行政处罚法29"):
        work.step("decide_penalty", distinct_act=None)
    work.step("decide_penalty", distinct_act="该案查处的是另一批商品")


@pytest.mark.parametrize(
    "other", [{"act_on": date(2024, 3, 2)}, {"act_on": None}, {"fine_fen": None}, {"outcome": "transferred"}]
)
def test_another_act_or_one_without_a_fine_stops_nothing(work, world, other):
    work.to_noticed()
    elsewhere(world, work.case, **{"act_on": date(2024, 2, 1), "decided_on": date(2024, 3, 5)} | other)
    work.wait(12).step("deliberate")
    work.step("decide_penalty", distinct_act=None)


ACTS = [
    {
        "what": "销售甲商品",
        "rule": "TM-INF",
        "from_on": "2025-01-06",
        "to_on": "2025-01-20",
        "turnover": 32_000,
        "fine": 4_000,
    },
    {
        "what": "冒充注册商标",
        "rule": "TM-FALSEREG",
        "from_on": "2024-11-03",
        "to_on": "2024-11-05",
        "turnover": 60_000,
        "fine": 5_000,
    },
]


def several(world, **changes) -> Play:
    return Play(world.a.unit.code, acts=ACTS, **changes)


def past(world, **values) -> Case:
    """A case that came in by another bureau's ledger, of the party of the plays."""
    return Case.objects.create(**{
        "unit": world.b.unit, "title": "别局的案件", "party_name": "改名前的商行", "party_type": "individual_business",
        "party_id": "92500112MA0000000N", "outcome": "penalty", "decided_on": date(2024, 12, 6), "doc_no_printed": "测试罚〔2024〕8号",
        "fine_fen": 500_00, "state": "ledger_closed", "cause": "trademark_other", "act_on": date(2024, 11, 4),
    } | values)  # fmt: skip


def test_the_second_act_of_a_case_is_not_fined_twice_either(world):
    past(world)
    told = several(world).to("decide_penalty")
    told.refused("not_fined_before", "测试罚〔2024〕8号", "行政处罚法29")
    several(world).to("decide_penalty", decide_penalty={"distinct_act": "另一种商品"}).open()


def test_what_was_fined_elsewhere_in_other_days_or_for_another_cause_stops_no_act(world):
    past(world, act_on=date(2024, 11, 6))
    past(world, cause="patent_counterfeiting", doc_no_printed="测试罚〔2024〕9号")
    several(world).to("decide_penalty").open()


def test_the_second_act_of_an_earlier_case_counts_as_well(world):
    """The earlier case is worked here: its acts stand in its steps, its columns tell the first alone."""
    earlier = Worker(world.b).to_filed()
    rows = [
        {"what": "第一项", "rule": "TM-INF", "from_on": "2024-01-05", "fine": 100},
        {
            "what": "第二项",
            "rule": "TM-FALSEREG",
            "from_on": "2023-10-01",
            "to_on": "2023-10-09",
            "fine": 100,
        },
    ]
    earlier.wait(2).step("record_questioning")
    earlier.wait(2).step("close_investigation", acts=rows)
    case = earlier.case
    who = Who(case.party_name, case.party_type, case.party_id, world.a.unit.pk)
    (known,) = record_of(Case(pk=0), who, {"trademark_other"})
    assert [(act.first, act.last) for act in known.acts] == [
        (date(2024, 1, 5), date(2024, 1, 5)),
        (date(2023, 10, 1), date(2023, 10, 9)),
    ]
    assert known.causes == {"trademark_infringement", "trademark_other"}
    assert known.punished_on is None and not record_of(Case(pk=0), who, {"gi"})


JOINED = {"joined_role": "joint", "joined_name": "示例批发部", "joined_type": "individual_business",
          "joined_id_no": "92500113MA0000005L"}  # fmt: skip
TOGETHER = [{"party": "示例批发部", "rule": "TM-INF", "fine": 3_000, "goods_value": 1_000}]


def with_other(world, row=TOGETHER[0]) -> Play:
    return Play(world.a.unit.code, sanctions=[row]).to("file_case").step("add_party", **JOINED)


def test_a_repetition_by_a_further_party_is_taken_up_for_that_party_alone(world):
    past(
        world,
        cause="trademark_infringement",
        party_id=JOINED["joined_id_no"],
        act_on=date(2022, 1, 4),
        decided_on=date(2022, 3, 1),
    )
    with_other(world).to("give_notice").refused("repeat_regarded", "示例批发部5年内", "测试罚〔2024〕8号")
    play = with_other(world, TOGETHER[0] | {"heavier": "repeat"})
    play.to("give_notice", both={"grounds_evidence": [{"name": "现场笔录"}]}).open()


def test_a_further_party_is_not_fined_twice_for_the_act(world):
    past(
        world,
        cause="trademark_infringement",
        party_id=JOINED["joined_id_no"],
        act_on=date(2025, 1, 6),
        decided_on=date(2025, 2, 1),
    )
    heavier = TOGETHER[0] | {"heavier": "repeat"}
    play = with_other(world, heavier).to("deliberate", both={"grounds_evidence": [{"name": "现场笔录"}]})
    play.to("decide_penalty", both={"grounds_evidence": [{"name": "现场笔录"}]})
    play.refused("not_fined_before", "示例批发部同期", "行政处罚法29")


def test_a_penalty_on_a_further_party_of_an_earlier_case_is_on_its_record_and_not_on_the_others(world):
    work = Worker(world.a).to_filed()
    work.step("add_party", **JOINED)
    for step in ("record_questioning", "close_investigation", "submit_review", "pass_review"):
        work.wait(2).step(step)
    rows = [TOGETHER[0] | {"fine": 300_000, "goods_value": 100_000}]
    goods_alone = {"fine": None, "penalty_kinds": ["confiscate_goods"], "sanctions": rows}
    work.step("give_notice", **goods_alone)
    work.step("serve_notice")
    work.step("serve_notice_on", addressee="示例批发部")
    work.wait(12).step("deliberate")
    work.step("decide_penalty", **goods_alone)
    other = Who("示例批发部", "individual_business", JOINED["joined_id_no"], world.b.unit.pk)
    (known,) = record_of(Case(pk=0), other, {"trademark_infringement"})
    assert known.punished_on == work.on and known.fined
    case = work.case
    principal = Who(case.party_name, case.party_type, case.party_id, world.b.unit.pk)
    (known,) = record_of(Case(pk=0), principal, {"trademark_infringement"})
    assert known.punished_on == work.on and not known.fined


def test_the_page_of_a_case_tells_of_another_about_the_same_act_by_its_number_alone(work, world, client):
    work.to_filed()
    elsewhere(world, work.case, act_on=date(2024, 2, 1), outcome="", decided_on=None, fine_fen=None)
    client.force_login(world.a.handler)
    page = client.get(f"/cases/{work.case.pk}/").content.decode()
    assert "同一当事人同期案件" in page and "测试罚〔2022〕7号" in page and "别局的案件" not in page


BENCHMARK = """
title: 示例区商标侵权裁量基准
scope: "{unit}"
instrument: 行政处罚法@2021-07-15
article: 34
confidence: verified
source: 示例区市场监督管理局文件
rules: [TM-INF]
bands:
  - {{degree: lighter, turnover: {{below: 50000}}, min: 0, max: 5000, when: 有从轻情节}}
  - {{degree: normal, turnover: {{below: 50000}}, min: 5000, max: 20000}}
  - {{degree: heavier, turnover: {{below: 50000}}, min: 20000, max: 250000}}
"""


@pytest.fixture
def benchmark(work, tmp_path):
    files = {"benchmarks/local/2023-01-01.yaml": BENCHMARK.format(unit=work.cast.unit.code)}
    with book_of(write(tmp_path, files)):
        yield


def test_leaving_the_band_of_the_offices_own_benchmark_needs_a_reason(benchmark, work):
    to_noticing(work)
    with pytest.raises(
        Refused, match=r"罚款4,999.00元不在一般（5,000.00元至20,000.00元）.*示例区.*行政处罚法34"
    ):
        work.step("give_notice", fine=4_999_00)
    with pytest.raises(Refused, match="不在一般"):
        work.step("give_notice", fine=20_000_01, hearing_right=True)
    work.step("give_notice", fine=4_999_00, band_left="当事人家庭困难")


def test_within_the_band_that_the_grounds_point_to_none_is_needed(benchmark, work):
    to_noticing(work)
    lighter = {"lighter_grounds": ["remedied"], "grounds_evidence": [{"name": "现场笔录"}]}
    with pytest.raises(Refused, match=r"不在从轻.*主动消除"):
        work.step("give_notice", fine=5_000_01, **lighter)
    work.step("give_notice", fine=5_000_00, **lighter)


def test_the_national_frame_was_not_checked_and_stops_nothing(work):
    to_noticing(work)
    work.step("give_notice", fine=1_000_00)


def test_the_page_shows_range_bands_and_similar_cases(work, world, client):
    to_noticing(work)
    near = elsewhere(
        world,
        work.case,
        unit=work.case.unit,
        title="近似案件",
        party_id="x",
        party_name="另一商行",
        case_value_fen=30_000_00,
    )
    far = elsewhere(
        world,
        work.case,
        unit=work.case.unit,
        title="悬殊案件",
        party_id="y",
        party_name="第三商行",
        case_value_fen=3_000_00,
    )
    hidden = elsewhere(world, work.case, title="看不见的案件", case_value_fen=30_000_00)
    client.force_login(world.a.handler)
    page = client.get(f"/cases/{work.case.pk}/discretion/").content.decode()
    assert "可以处250,000元以下罚款" in page and "从轻" in page and "75,000.00" in page and "只作参考" in page
    assert near.title in page and far.title not in page and hidden.title not in page
    client.force_login(world.b.handler)
    assert client.get(f"/cases/{work.case.pk}/discretion/").status_code == 404
