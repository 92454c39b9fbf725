"""相符 is said only where every word around the number was placed: who, when, counted how, and of what."""

from __future__ import annotations

from datetime import date

import pytest

from tests.decided import decided
from tests.prepared import prepared
from zhiheng.cases.models import Case
from zhiheng.reports.claims.tests.sentences import (
    TITLE,
    WRITTEN,
    WRITTEN_OF_OTHERS,
    alterations,
    paraphrases,
)
from zhiheng.reports.claims.tests.sentences_of_another_hand import OF_OTHERS, TRUE
from zhiheng.reports.reconciliation import hold


@prepared
def record_the_sentences(world) -> None:
    """Their year: 610 trademark cases (569 and 41), 99 patent counterfeiting, 207 disputes, all below the city."""

    def of(unit, cause, count, value=None, forfeit=None):
        """The sums in fen are shared out, the rest with the last."""
        return [
            Case(
                unit=unit, cause=cause, title=f"{cause}案{n}", party_name="某商行", party_type="individual_business",
                decided_on=date(2024, 1 + n % 12, 11),
                case_value_fen=value and value // count + (value % count) * (n == 0),
                forfeit_fen=forfeit and forfeit // count + (forfeit % count) * (n == 0),
            )
            for n in range(count)
        ]  # fmt: skip

    made = Case.objects.bulk_create(
        [
            *of(world.a.unit, "trademark_infringement", 569, 878_32_00_00, 445_99_00_00),
            *of(world.b.unit, "trademark_infringement", 41, 41_00_00_00, 40_00_00_00),
            *of(world.a.unit, "patent_counterfeiting", 99, 11_54_00_00, 8_54_00_00),
            *of(world.b.unit, "patent_dispute", 207),
        ]
    )
    decided(made)


@pytest.fixture
def records(world):
    record_the_sentences(world)
    return world


def _held(world, text: str, title: str = TITLE):
    return hold(world.city.unit, title + text, 2024).items


def _status(world, text: str, said: str = "", title: str = TITLE) -> str:
    """What became of the claim in whose words `said` stands."""
    [status] = {item.status for item in _held(world, text, title) if said in item.claim.text}
    return status


@pytest.mark.parametrize(
    "said",
    [
        "四川省知识产权局查办商标侵权案件610件", "全国查办商标侵权案件610件", "川渝两地共查办商标侵权案件610件",
        "公安机关查办商标侵权案件610件", "重庆海关查办商标侵权案件610件", "2022年指导区县查办商标侵权案件610件",
        "上半年指导区县查办商标侵权案件610件", "近三年指导区县查办商标侵权案件610件", "上年同期查办商标侵权案件610件",
        "2025年拟查办商标侵权案件610件", "计划全年查办商标侵权案件610件", "全年查办商标侵权案件增加610件",
        "商标侵权案件不立案610件", "尚未办结商标侵权案件610件", "商标侵权案件立案610件", "受理商标侵权投诉610件",
        "撤销商标侵权案件610件", "查办网络商标侵权案件610件", "查办涉外商标侵权案件610件", "查办商标侵权案件涉及商品610件",
        "查办商标违法案件610件", "商标侵权案件罚款61万元", "查办商标侵权等案件610件", "另查办商标侵权案件610件",
    ],
)  # fmt: skip
def test_what_is_said_of_something_else_is_never_borne_out(records, said):
    assert "matches" not in {item.status for item in _held(records, f"2024年，{said}。")}
    assert "matches" not in {item.status for item in _held(records, f"{said}。")}


def test_a_word_that_nobody_can_place_is_named_and_the_record_offered(records):
    [item] = _held(records, "2024年，查办缥缈商标侵权案件610件。")
    assert item.status == "open" and item.placement.unplaced == ("“缥缈”",)
    assert "还不能确定：“缥缈”；请人看一看" in item.verdict.words and item.to_dict()["recorded"] == 610
    told = item.to_dict()
    assert told["unplaced"] == ["“缥缈”"]
    assert [one["facet"] for one in told["understood"]][:7] == [
        "范围",
        "主体",
        "期间",
        "口径",
        "语气",
        "部分",
        "对象",
    ]
    assert {one["facet"] for one in told["understood"] if not one["placed"]} == {"还不能确定的"}


def test_a_district_is_held_against_its_own_records(records):
    district = records.b.unit.short_name.removesuffix("局")
    text = f"2024年，{district}查办商标侵权案件41件，案值41万元。"
    assert [item.status for item in _held(records, text)] == ["matches", "matches"]
    assert _status(records, f"2024年，{district}查办商标侵权案件610件。") == "differs"
    assert _status(records, f"全市查办商标侵权案件610件，其中{district}41件。", "41") == "matches"
    # The district's own report says so in its title.
    assert (
        _status(records, "查办商标侵权案件41件。", title=f"{records.b.unit.name}2024年工作情况\n")
        == "matches"
    )


def test_a_sum_of_two_figures_is_held_against_both(records):
    text = "2024年，查办商标侵权610件、假冒专利案件99件，共709件。"
    assert [item.status for item in _held(records, text)] == ["matches"] * 3
    assert _status(records, "全年查办商标侵权和假冒专利案件709件。") == "matches"
    assert _status(records, "全年查办商标侵权和假冒专利案件710件。") == "differs"


def test_a_list_is_held_member_by_member(records):
    text = "全年商标侵权、假冒专利案件分别查办610件、99件。"
    assert [item.status for item in _held(records, text)] == ["matches", "matches"]
    turned = "全年商标侵权、假冒专利案件分别查办99件、610件。"
    assert [item.status for item in _held(records, turned)] == ["differs", "differs"]


def test_a_title_of_another_office_or_year_holds_for_the_whole_text(records):
    said = "查办商标侵权案件610件。"
    assert _status(records, said, title="四川省知识产权局2024年工作总结\n") == "not_comparable"
    assert _status(records, said, title="重庆市知识产权局2023年工作总结\n") == "open"
    assert _status(records, said, title="") == "matches"


def test_altered_sentences_are_not_borne_out_and_paraphrases_are(records, monkeypatch):
    true = [(_statuses(records, text, n), text) for _, text, n in paraphrases(120)]
    assert sum(status == "matches" for status, _ in true) >= 0.9 * len(true), [
        t for t in true if t[0] != "matches"
    ]
    altered = [(_statuses(records, text, n), kind, text) for kind, text, n in alterations(200)]
    assert sum(status == "matches" for status, *_ in altered) <= 0.005 * len(altered), [
        a for a in altered if a[0] == "matches"
    ]


def test_written_sentences_are_borne_out_where_they_are_true_and_never_where_they_speak_of_others(records):
    true = [(text, claims, _borne_out(records, text)) for text, claims in (*WRITTEN, *TRUE)]
    assert sum(min(found, claims) for _, claims, found in true) >= 0.9 * sum(
        claims for _, claims, _ in true
    ), true
    assert [text for text in (*WRITTEN_OF_OTHERS, *OF_OTHERS) if _borne_out(records, text)] == []


def _borne_out(world, text: str) -> int:
    return sum(item.status == "matches" for item in _held(world, text))


def _statuses(world, text: str, number: str) -> str:
    found = [item for item in hold(world.city.unit, text, 2024).items if number in item.claim.text]
    return found[0].status if found else "unread"
