"""Innocent filers are not named, guilty ones once, and what speaks for them stands beside."""

import random

import pytest

from zhiheng.screening.engine.signals.oddities import oddities_of
from zhiheng.screening.tests.test_signals_evidence import found, kinds
from zhiheng.screening.tests.test_skeleton_frames import strangers, templates
from zhiheng.screening.tests.texts import edited, filled

SECTIONS = ["A01B 1/00", "B23K 9/00", "C07D 1/00", "E04B 1/00", "F16H 1/00", "G06F 9/00", "H04L 9/00"]
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静强磊军洋勇"


def honest_world(filings: int, companies: int, seed: int = 1) -> dict[str, list[str]]:
    """Companies with people of common names, a few filings each over a year, addresses and phones of their own."""
    rng = random.Random(seed)
    staff = [
        [rng.choice(SURNAMES) + rng.choice(GIVEN) + rng.choice(GIVEN) for _ in range(4)]
        for _ in range(companies)
    ]
    fields: dict[str, list[str]] = {name: [] for name in ("applicant", "inventor", "agency", "filed_on", "ipc", "address", "phone")}  # fmt: skip
    for n in range(filings):
        company = n % companies
        fields["applicant"].append(f"第{company}机电有限公司")
        fields["inventor"].append("；".join(rng.sample(staff[company], 2)))
        fields["agency"].append(f"第{company % 12}专利代理事务所")
        fields["filed_on"].append(f"2024-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}")
        fields["ipc"].append(rng.choice(SECTIONS[company % 5 : company % 5 + 2]))
        fields["address"].append(f"重庆市渝北区第{company}大道{company + 1}号{rng.randint(1, 3)}楼")
        fields["phone"].append(f"023{60000000 + company}")
    return fields


def test_honest_companies_with_common_names_are_not_named():
    fields = honest_world(600, 150)
    assert not kinds(found(["空白的一段文字" + str(n) for n in range(600)], **fields)).keys() - {"parameters"}


def test_a_university_is_not_suspected_for_its_many_teachers_and_its_december():
    rng = random.Random(4)
    count = 700
    fields = {
        "applicant": ["某某大学"] * count,
        "inventor": ["；".join(rng.choice(SURNAMES) + rng.choice(GIVEN) + rng.choice(GIVEN) for _ in range(3)) for _ in range(count)],
        "filed_on": [f"2024-{rng.choice([*range(1, 13), 12, 12, 12]):02d}-{rng.randint(1, 28):02d}" for _ in range(count)],
        "ipc": [rng.choice(SECTIONS) for _ in range(count)],
        "address": ["重庆市沙坪坝区大学城路1号"] * count,
        "phone": ["02365100000"] * count,
        "staff": ["3000人"] * count,
    }  # fmt: skip
    texts = [f"第{n}件：{filled('所述{}与{}连接', n)}" for n in range(count)]
    assert not kinds(found(texts, **fields)).keys() & {"burst", "inventor", "identity", "capacity", "series"}


def test_an_agency_s_own_phone_is_no_shared_phone():
    clients = 60
    fields = {
        "applicant": [f"客户{n}公司" for n in range(clients)], "agency": ["甲代理所"] * clients, "phone": ["02367891234"] * clients,
    }  # fmt: skip
    assert "identity" not in kinds(found(strangers(clients), **fields))
    # The phone of shells that use an agency with other clients besides is theirs.
    fields["phone"] = ["02367891234"] * 6 + [f"0236888{n:04d}" for n in range(clients - 6)]
    assert [one.title for one in kinds(found(strangers(clients), **fields))["identity"]] == ["共用电话"]


def test_a_hidden_inventor_is_nobody():
    count = 60
    fields = {
        "applicant": [f"公司{n}" for n in range(count)], "inventor": ["请求不公布姓名"] * count,
        "filed_on": ["2024-03-01"] * count, "ipc": [SECTIONS[n % 7] for n in range(count)],
    }  # fmt: skip
    assert not kinds(found(strangers(count), **fields))


def test_one_fact_is_said_once():
    fields = {
        "applicant": ["甲公司"] * 12, "inventor": ["张三"] * 12, "agency": ["乙所"] * 12, "phone": ["02367891234"] * 12,
        "address": ["渝中区人民路1号3楼"] * 12, "filed_on": ["2024-03-01"] * 12,
    }  # fmt: skip
    (burst,) = kinds(found(strangers(12), **fields))["burst"]
    also = next(one for one in burst.evidence if one.name == "同一事实")
    assert burst.subject == "甲公司" and "张三" in also.words and "02367891234" in also.words


def test_a_single_day_and_a_slow_series_are_seen():
    nine = found(strangers(9), applicant=["甲公司"] * 9, filed_on=["2024-03-01"] * 9)
    assert [one.title for one in kinds(nine)["burst"]] == ["单日集中提交（申请人）"]
    frame = templates(1, 7)[0]
    days = [f"2024-{1 + n // 10:02d}-{1 + 2 * (n % 10):02d}" for n in range(40)]
    slow = found([filled(frame, n) for n in range(40)], applicant=["乙公司"] * 40, filed_on=days)
    assert kinds(slow)["series"][0].subject == "乙公司"
    own = found(strangers(40), applicant=["乙公司"] * 40, filed_on=days)
    assert "series" not in kinds(own)


def test_shells_behind_one_inventor_address_and_phone_are_linked_by_all_three():
    fields = {
        "applicant": [f"壳公司{n}" for n in range(6)], "inventor": ["钱七"] * 6, "phone": ["02367891234"] * 6,
        "address": ["渝中区人民路1号3楼"] * 6,
    }  # fmt: skip
    titles = {one.title for one in kinds(found(strangers(6), **fields))["identity"]}
    assert titles == {"共用地址", "共用电话", "共用发明人"}


def test_a_street_number_of_a_tower_is_no_shared_address_until_many_share_it():
    many = {"applicant": [f"公司{n}" for n in range(7)], "address": ["渝中区人民路1号"] * 7}
    assert "identity" not in kinds(found(strangers(7), **many))
    many = {"applicant": [f"公司{n}" for n in range(9)], "address": ["渝中区人民路1号"] * 9}
    (shared,) = kinds(found(strangers(9), **many))["identity"]
    assert any("写字楼" in one for one in shared.speaks_for)


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("kind", ["发明", "实用新型"]),
        ("parent", ["", "0000"]),
        ("priority", ["0001", ""]),
        ("same_day", ["0001", "0000"]),
    ],
)
def test_declared_kin_of_one_applicant_is_no_suspicion(kind, cells):
    text = strangers(1)[0]
    texts = [text, edited(text, 0.05)]
    fields = {"applicant": ["甲公司"] * 2, "filed_on": ["2024-03-01"] * 2, kind: cells}
    assert "identical" not in kinds(found(texts, **fields))
    others = fields | {"applicant": ["甲公司", "乙公司"]}
    assert "identical" in kinds(found(texts, **others))


def test_what_speaks_for_the_applicant_stands_beside_the_suspicion():
    text = strangers(1)[0]
    fields = {"applicant": ["甲公司"] * 3, "staff": ["800人"] * 3, "priority": ["CN202310000001.1", "", ""]}
    (signal,) = kinds(found([text, edited(text, 0.05, 1), edited(text, 0.05, 2)], **fields))["identical"]
    assert any("800人" in one for one in signal.speaks_for) and any(
        "同一申请人" in one for one in signal.speaks_for
    )
    assert any("优先权" in one for one in signal.speaks_for)


def test_applicants_in_another_order_are_no_other_applicants():
    text = strangers(1)[0]
    (signal,) = kinds(found([text, text], applicant=["甲公司;乙公司", "乙公司；甲公司"]))["identical"]
    assert "申请人不同" not in {one.name for one in signal.evidence}


def test_a_stated_range_of_staff_and_foreign_capital_speak_for_the_applicant():
    fields = {"applicant": ["甲公司"] * 20, "filed_on": [f"2024-{1 + n % 12:02d}-03" for n in range(20)]}
    assert "capacity" not in kinds(
        found(strangers(20), **fields, staff=["1-49人"] * 20, capital=["500万美元"] * 20)
    )
    poor = kinds(found(strangers(20), **fields, staff=["少于5人"] * 20, capital=["人民币叁万元"] * 20))
    assert [one.name for one in poor["capacity"][0].evidence] == ["与人数不符", "与资本不符"]


def test_filings_off_the_stated_line_of_business():
    fields = {"applicant": ["甲公司"] * 8, "ipc": ["H04L 9/00", "C07D 1/00"] * 4}
    signals = kinds(found(strangers(8), **fields, business=["餐饮服务；食品销售"] * 8))
    assert signals["business"][0].grounds == (5,)
    assert "business" not in kinds(found(strangers(8), **fields, business=["软件开发；化工产品制造"] * 8))
    assert "business" not in kinds(found(strangers(8), **fields))


@pytest.mark.parametrize(
    "text",
    [
        "调节pH值为15后保温",
        "冷却至-300℃",
        "所得产品纯度达到120%",
        "提高了传动效率，结构简单。降低了传动效率，成本低。",
        "所述滚筒与支架固定连接，" * 12,
    ],
)
def test_figures_and_effects_that_cannot_be_are_told(text):
    assert oddities_of(text, 6)


@pytest.mark.parametrize(
    "text",
    [
        "调节pH值为6-8",
        "液氮温度为-196℃",
        "合格率高达99.5%",
        "效率提高120%",
        "提高了产品的质量，降低了产品的成本",
        "避免提高成本，降低成本",
    ],
)
def test_what_may_be_is_not(text):
    assert not oddities_of(text, 6)
