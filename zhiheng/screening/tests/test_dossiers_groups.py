"""What hangs together is one dossier, ranked by the kinds of evidence that meet in it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from zhiheng.screening.engine.dossiers import KINDS, dossiers
from zhiheng.screening.engine.reading import FIELDS
from zhiheng.screening.engine.signals import Evidence, Facts, Limits, Signal
from zhiheng.screening.tests.test_signals_evidence import found
from zhiheng.screening.tests.test_skeleton_frames import strangers, templates
from zhiheng.screening.tests.texts import edited, filled

_SIGNALS = [
    ("identical", "内容明显相同"), ("skeleton", "句式骨架相同、名词替换"), ("identity", "共用电话"), ("identity", "共用地址"), ("burst", "集中提交"),
]  # fmt: skip


def facts(count: int) -> Facts:
    fields = {name: [""] * count for name in FIELDS} | {"applicant": [f"公司{n}" for n in range(count)]}
    return Facts(fields, [f"{n:04d}" for n in range(count)], Limits())


@st.composite
def signals(draw):
    made = []
    for kind, title in draw(st.lists(st.sampled_from(_SIGNALS), max_size=8)):
        documents = draw(st.lists(st.integers(0, 19), min_size=2, max_size=5, unique=True))
        made.append(
            Signal(kind, title, documents, (1,), [Evidence("甲", "乙", 1, None, draw(st.integers(1, 60)))])
        )
    return made


@given(signals())
@settings(deadline=None)
def test_every_application_of_a_signal_is_in_exactly_one_dossier_with_it(made):
    found = dossiers(made, [], facts(20))
    held = [number for one in found for number in one.documents]
    assert len(held) == len(set(held)) and set(held) == {n for one in made for n in one.documents}
    assert sorted(number for one in found for number in one.signals) == list(range(len(made)))
    for one in found:
        assert all(set(made[number].documents) <= set(one.documents) for number in one.signals)


@given(signals())
@settings(deadline=None)
def test_more_kinds_of_evidence_stand_before_fewer(made):
    found = dossiers(made, [], facts(20))
    assert [len(one.kinds) for one in found] == sorted((len(one.kinds) for one in found), reverse=True)
    assert all(set(one.kinds) <= set(KINDS) and one.kinds for one in found)


def test_a_mill_that_shares_everything_is_one_dossier_before_an_honest_series():
    frame = templates(1, 77)[0]
    mill = [filled(frame, n) for n in range(12)]
    base = strangers(1, seed=42)[0]
    series = [edited(base, 0.04, n) for n in range(20)]
    other = strangers(60)
    fields = {
        "applicant": [f"壳公司{n % 4}" for n in range(12)] + ["家电公司"] * 20 + [f"公司{n}" for n in range(60)],
        "inventor": ["钱七"] * 12 + [""] * 80,
        "phone": ["02368001234"] * 12 + ["02367000000"] * 20 + [""] * 60,
        "address": ["渝中区人民路1号3楼"] * 12 + [""] * 80,
        "agency": ["甲所"] * 12 + ["乙所"] * 80,
        "filed_on": [f"2024-03-{1 + n % 5:02d}" for n in range(12)] + [f"{2000 + n}-01-01" for n in range(20)] + [""] * 60,
    }  # fmt: skip
    first, second = found(mill + series + other, **fields).dossiers
    assert first.documents == list(range(12)) and {"句式", "人员", "地址", "电话", "时间", "代理"} <= set(
        first.kinds
    )
    assert second.documents == list(range(12, 32)) and second.kinds == ["文字"]
    assert first.score > second.score and ("钱七", 12) in first.inventors
    assert any("同一申请人" in words for words in second.speaks_for)
    assert not any("同一申请人" in words for words in first.speaks_for)


def test_the_run_tells_the_dossiers_from_every_side():
    from zhiheng.screening.report.files import summary

    text = strangers(1)[0]
    screening = found(
        [text, edited(text, 0.05), *strangers(3, seed=8)],
        applicant=["甲公司", "乙公司", "丙", "丁", "戊"],
        agency=["某所"] * 5,
    )
    result = summary(screening, {})
    (dossier,) = result["dossiers"]
    assert dossier["documents"] == ["0000", "0001"] and dossier["kinds"] == ["文字"]
    assert [row[0] for row in result["views"]["applicants"]] == ["乙公司", "甲公司"]
    assert result["views"]["agencies"] == [["某所", 5, 2, [1]]]
    assert [row[0] for row in result["views"]["applications"]] == ["0000", "0001"]
