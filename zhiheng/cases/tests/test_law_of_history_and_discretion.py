"""What the whole office's record says of a party, and where a fine belongs within its range."""

from datetime import date

import pytest

from tests.casework import Worker
from zhiheng.cases.models import Case
from zhiheng.matters.tests.books import book_of, write
from zhiheng.refusal import Refused

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
