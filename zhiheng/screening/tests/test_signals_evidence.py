import random

import pytest

from zhiheng.screening.engine.normalise import normalise
from zhiheng.screening.engine.reading import FIELDS, Rejections
from zhiheng.screening.engine.run import Documents, Screening, screen
from zhiheng.screening.engine.settings import Settings
from zhiheng.screening.engine.signals.dates import day_of
from zhiheng.screening.tests.texts import PARTS, abstracts


def found(texts: list[str], **fields: list[str]) -> Screening:
    columns = {name: fields.get(name, [""] * len(texts)) for name in FIELDS}
    ids = [f"{number:04d}" for number in range(len(texts))]
    return screen(Documents(ids, normalise(texts), columns, Rejections(), []), Settings(), workers=1)


def kinds(screening: Screening) -> dict[str, list]:
    made: dict[str, list] = {}
    for one in screening.signals:
        made.setdefault(one.kind, []).append(one)
    return made


def test_score_is_the_sum_of_named_evidence():
    one = abstracts(1)[0]
    for signal in found([one, one], applicant=["甲", "乙"], filed_on=["2024-01-02", "2024年1月5日"]).signals:
        steps = signal.waterfall()
        assert steps[0]["from"] == 0 and steps[-1]["to"] == signal.score
        assert all(step["to"] - step["from"] == step["points"] for step in steps)
        assert all(step["name"] and step["words"] for step in steps)
    assert {step["name"] for step in steps} >= {"文字重合", "全文相同", "申请人不同", "申请日集中"}


def test_only_changed_figures_are_parameter_substitution():
    one = "所述板的厚度为25毫米，孔径为13毫米，" + abstracts(1)[0]
    signals = kinds(found([one, one.replace("25", "40").replace("13", "87")]))
    assert set(signals) == {"parameters"} and signals["parameters"][0].grounds == (1, 2)


def sentences(count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choices(PARTS, k=8)) + "。" for _ in range(count)]


def test_a_text_put_together_from_two_others_is_a_combination():
    one, other = sentences(16, 2), sentences(16, 3)
    signals = kinds(found(["".join(one), "".join(other), "".join(one[:6] + other[4:10])]))
    assert [signal.documents for signal in signals["combination"]] == [[2, 0, 1]]
    assert signals["combination"][0].grounds == (1, 2)


def test_a_text_that_shares_a_part_with_one_other_is_no_combination():
    one, other = sentences(12, 2), sentences(12, 3)
    assert "combination" not in kinds(
        found(["".join(one), "".join(other), "".join(one[:6] + sentences(6, 4))])
    )
    # Two sources that share the very part are one source.
    assert "combination" not in kinds(
        found(
            ["".join(one[:5] + other[:7]), "".join(one[:5] + other[7:]), "".join(one[:5] + sentences(7, 5))]
        )
    )


def test_changed_words_are_no_parameter_substitution():
    one = "所述板的厚度为25毫米，孔径为13毫米，" + abstracts(1)[0]
    assert set(kinds(found([one, one.replace("25", "40").replace("孔径", "轴距")]))) == {"identical"}


def test_strangers_in_one_field_give_no_signal_from_their_texts():
    texts = abstracts(160, seed=8)
    signals = kinds(
        found(texts, applicant=["甲"] * 160, filed_on=[f"2024-03-{1 + n % 28:02d}" for n in range(160)])
    )
    assert not {"identical", "parameters", "combination", "splitting", "skeleton"} & signals.keys()


def test_a_steady_filer_and_one_without_dates_are_no_burst():
    texts = abstracts(40)
    days = [f"{2023 + n // 12}-{1 + n % 12:02d}-{1 + n % 28:02d}" for n in range(20)] + [""] * 20
    assert "burst" not in kinds(found(texts, applicant=["乙"] * 20 + ["丙"] * 20, filed_on=days))


def test_a_busy_agency_is_measured_by_its_own_pace():
    days = [f"2024-{1 + n // 24:02d}-{1 + n % 24:02d}" for n in range(200)]  # about seven a week, all year
    assert "burst" not in kinds(found(abstracts(200), agency=["某代理"] * 200, filed_on=days))


def test_an_inventor_of_many_classes_over_years_or_of_one_class_in_days_is_usual():
    quick = ["A01B 1/00", "A01C 1/00", "A01D 1/00"]
    slow = ["A01B 1/00", "H04L 9/00", "C07D 1/00"]
    signals = kinds(
        found(
            abstracts(6),
            inventor=["张三"] * 3 + ["李四"] * 3,
            ipc=quick + slow,
            filed_on=["2024-05-01"] * 3 + ["2022-05-01", "2023-05-01", "2024-05-01"],
        )
    )
    assert "inventor" not in signals


def test_one_applicant_with_many_filings_or_two_who_share_is_no_shared_identity():
    signals = kinds(
        found(
            abstracts(8),
            applicant=["甲公司"] * 6 + ["乙公司", "丙公司"],
            phone=["13900001111"] * 6 + ["13900002222"] * 2,
            address=["人民路1号"] * 6 + ["人民路10号", "人民路11号"],
        )
    )
    assert "identity" not in signals


def test_filings_without_stated_staff_or_capital_say_nothing_about_capacity():
    assert "capacity" not in kinds(found(abstracts(30), applicant=["甲"] * 30, filed_on=["2024-01-01"] * 30))


def test_a_burst_is_measured_against_ones_own_history():
    texts = abstracts(40)
    busy = [f"2024-03-{1 + n % 5:02d}" for n in range(14)]
    rare = [f"{2020 + n % 4}-{1 + n % 12:02d}-11" for n in range(6)]
    steady = [f"2024-{1 + n % 12:02d}-{1 + n:02d}" for n in range(20)]
    signals = kinds(found(texts, applicant=["甲"] * 20 + ["乙"] * 20, filed_on=busy + rare + steady))
    assert [(one.subject, len(one.documents)) for one in signals["burst"]] == [("甲", 14)]
    assert signals["burst"][0].evidence[0].threshold == 10


def test_an_inventor_in_distant_classes_within_days():
    signals = kinds(
        found(
            abstracts(5),
            inventor=["张三;李四", "张三", "张三", "李四", "李四"],
            ipc=["A01B 1/00", "H04L 9/00", "C07D 1/00", "A01B 1/00", "A01C 1/00"],
            filed_on=["2024-05-01"] * 5,
        )
    )
    assert [one.subject for one in signals["inventor"]] == ["张三"]


def test_several_applicants_behind_one_address_phone_and_mailbox():
    signals = kinds(
        found(
            abstracts(4),
            applicant=["甲公司", "乙公司", "丙公司", "丁公司"],
            address=[
                "重庆市渝中区人民路１号 3楼",
                "渝中区人民路1号3层",
                "重庆渝中区人民路1号3F"[:-1],
                "别处",
            ],
            phone=["+86 13900001111", "139-0000-1111", "１３９００００１１１１", "139****1111"],
            email=["A@x.cn", "a@x.cn", "a@X.cn ", "b@x.cn"],
        )
    )
    titles = {one.title: one.documents for one in signals["identity"]}
    assert titles["共用电话"] == titles["共用邮箱"] == [0, 1, 2]


def test_more_filings_than_staff_and_capital_bear():
    signals = kinds(
        found(
            abstracts(30),
            applicant=["小厂"] * 15 + ["大厂"] * 15,
            filed_on=[f"2024-{1 + n % 12:02d}-03" for n in range(30)],
            staff=["3人"] * 15 + ["500"] * 15,
            capital=["10万元"] * 15 + ["1.2亿元"] * 15,
        )
    )
    assert [(one.subject, len(one.evidence)) for one in signals["capacity"]] == [("小厂", 2)]


def test_slices_of_one_solution_by_one_applicant():
    rng = random.Random(6)
    shared = ["".join(rng.choices(PARTS, k=8)) + "。" for _ in range(4)]
    texts = ["".join(shared + ["".join(rng.choices(PARTS, k=8)) + "。" for _ in range(6)]) for _ in range(4)]
    signals = kinds(found(texts, applicant=["甲"] * 4, filed_on=["2024-01-01"] * 4))
    assert signals["splitting"][0].documents == [0, 1, 2, 3]
    assert "splitting" not in kinds(found(texts, applicant=list("甲乙丙丁"), filed_on=["2024-01-01"] * 4))
    years = [f"{year}-01-01" for year in range(2020, 2024)]
    assert "splitting" not in kinds(found(texts, applicant=["甲"] * 4, filed_on=years))


@pytest.mark.parametrize(
    "cell", ["2024-03-05", "2024.3.5", "20240305", "2024年3月5日", "2024/03/05 00:00", "45356"]
)
def test_days_are_read_as_lists_write_them(cell):
    assert day_of(cell).isoformat() == "2024-03-05"


@pytest.mark.parametrize("cell", ["", "不详", "2024-13-45", "20241345"])
def test_what_is_no_day_is_none(cell):
    assert day_of(cell) is None
