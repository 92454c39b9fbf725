"""Spellings of one thing have one canonical form; different things keep different ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng import canonical

ZERO_WIDTH = "\u200b\ufeff\u200e\u2060\xad\u202c\ufe0f"
FULL = str.maketrans("0123456789()[]-.X", "０１２３４５６７８９（）［］－．Ｘ")
YEARS = str.maketrans("0123456789", "〇一二三四五六七八九")
BODIES = st.sampled_from(["渝渝北市监处罚", "渝涪陵市监处罚字", "渝知管罚字", "津市监执罚", "博市监行处字"])
SPELLINGS = [
    lambda body, year, serial: f"{body}〔{year}〕{serial}号",
    lambda body, year, serial: f"{body}[{year}] 0{serial} 号",
    lambda body, year, serial: f"{body}【{year}】第{serial}号",
    lambda body, year, serial: f"{body}（{year}）{serial}号",
    lambda body, year, serial: f"{body}〔 {year} 〕{serial}",
    lambda body, year, serial: f"\ufeff{body}〔{year}〕{serial}号\u200b",
    lambda body, year, serial: f"'{body}〔{year}〕{serial}号",
    lambda body, year, serial: f"行政处罚决定书{body}〔{year}〕{serial}号",
    lambda body, year, serial: f"文号：{body}〔{year}〕{serial}号。",
    lambda body, year, serial: f"{body}〔{str(year).translate(YEARS)}〕{serial}号",
    lambda body, year, serial: f"{body}〔{year}〕{serial}号".translate(FULL),
    lambda body, year, serial: f'="{body}〔{year}〕{serial}号"',
    lambda body, year, serial: f"{body}{year}〕{serial}号",
]


@given(BODIES, st.integers(2000, 2059), st.integers(1, 99_999), st.sampled_from(SPELLINGS))
def test_every_spelling_of_a_document_number_has_one_form(body, year, serial, spelling):
    assert canonical.document_number(spelling(body, year, serial)) == (f"{body}〔{year}〕{serial}号", True)


@given(BODIES, st.integers(2000, 2059), st.integers(1, 99_999))
def test_the_canonical_form_is_its_own_canonical_form(body, year, serial):
    number = f"{body}〔{year}〕{serial}号"
    assert canonical.document_number(number) == (number, True)
    assert canonical.is_document_number(number)


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("渝市监处罚〔2024〕951号之一", "渝市监处罚〔2024〕951-1号"),
        ("渝市监处罚〔2024〕951之十二号", "渝市监处罚〔2024〕951-12号"),
        ("渝市监处罚〔2024〕951-1号", "渝市监处罚〔2024〕951-1号"),
        ("渝市监处罚〔2024〕951—01号", "渝市监处罚〔2024〕951-1号"),
        ("渝市监处罚〔2024〕951a号", "渝市监处罚〔2024〕951A号"),
        ("渝市监处罚〔二○二四〕3号", "渝市监处罚〔2024〕3号"),
        ("渝市监处罚〔二O二四〕3号", "渝市监处罚〔2024〕3号"),
    ],
)
def test_parts_of_a_number_and_spellings_of_its_year_are_kept_in_one_form(printed, number):
    assert canonical.document_number(printed) == (number, True)


@pytest.mark.parametrize(
    "printed",
    ["", "无", "2024-1", "〔2024〕5号", "渝市监处罚2024年5号", "渝市监处罚〔2024〕", "渝市监处罚〔2024〕0号"],
)
def test_what_is_no_document_number_says_so(printed):
    assert not canonical.document_number(printed)[1]


def test_two_numbers_of_one_body_stay_two():
    first, second = (
        canonical.document_number(f"渝市监处罚〔2024〕{serial}号")[0] for serial in ("951", "951-1")
    )
    assert first != second


@pytest.mark.parametrize("printed", ["202410000001.X", "CN202410000001.X", "ZL202410000001.X", "202410000001X", "zl 2024 1000 0001.x", "２０２４１００００００１．Ｘ", "202410000001", "\u200b202410000001.X", "专利号：ZL202410000001.X", "'202410000001.X"])  # fmt: skip
def test_every_spelling_of_an_application_number_has_one_form(printed):
    assert canonical.application_number(printed) == "202410000001.X"


def test_a_check_digit_is_never_corrected_and_other_texts_stay_themselves():
    assert canonical.application_number("202410000001.3") == "202410000001.3"
    assert canonical.application_number("98123456.7") == "98123456.7"
    assert canonical.application_number("案卷 甲-1") == "案卷甲1"
    assert canonical.application_number("CN115000000A") == "CN115000000A"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ｑ记ＡＢＣ副食店", "q记abc副食店"),
        ("春 风\u3000副食店\u200b", "春风副食店"),
        ("某某（重庆）有限公司", "某某(重庆)有限公司"),
        ("某某〔重庆〕有限公司", "某某【重庆】有限公司"),
        ("“好友”商行", '"好友"商行'),
        ("⽅正商行", "方正商行"),
        ("甲\n店", "甲店"),
        ("解放路１２－３号", "解放路12—3号"),
    ],
)
def test_spellings_of_one_name_or_address_have_one_key(one, other):
    assert canonical.key(one) == canonical.key(other)


def test_different_names_keep_different_keys():
    assert len({canonical.key(name) for name in ("春风店", "春风1店", "春风二店", "秋风店")}) == 4


@given(st.text(max_size=20), st.lists(st.tuples(st.integers(0, 20), st.sampled_from(ZERO_WIDTH)), max_size=5))
def test_invisible_characters_never_make_a_difference(text, inserted):
    with_them = text
    for place, char in inserted:
        with_them = with_them[:place] + char + with_them[place:]
    assert canonical.visible(with_them) == canonical.visible(text)


@given(st.text(max_size=30))
def test_the_canonical_forms_of_canonical_forms_are_themselves(text):
    for form in (
        canonical.visible,
        canonical.one_line,
        canonical.key,
        canonical.code,
        canonical.application_number,
    ):
        assert form(form(text)) == form(text)


@pytest.mark.parametrize("printed", ["91500112MA5U7K8L0X", "91500112ma5u7k8l0x", "９１５００１１２MA5U7K8L0X", "91500112 MA5U 7K8L 0X", "'91500112MA5U7K8L0X", "91500112-MA5U7K8L0X\u200b"])  # fmt: skip
def test_every_spelling_of_a_code_has_one_form(printed):
    assert canonical.code(printed) == "91500112MA5U7K8L0X"


_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _by_definition(text: str) -> bool:
    """GB 32100 and GB 11643 sign by sign."""
    if set(text) <= set(_SIGNS):
        total = sum(_SIGNS.index(sign) * (3**place % 31) for place, sign in enumerate(text[:17]))
        if _SIGNS[-total % 31] == text[17]:
            return True
    if text[:17].isdecimal() and text[0] != "0" and text[17] in "0123456789X":
        return (
            "10X98765432"[sum(int(sign) * 2 ** (17 - place) for place, sign in enumerate(text[:17])) % 11]
            == text[17]
        )
    return False


@given(
    st.lists(
        st.one_of(
            st.text(alphabet=_SIGNS, min_size=18, max_size=18),
            st.text(alphabet="0123456789IOZ", min_size=18, max_size=18),
            st.text(alphabet="0123456789", min_size=17, max_size=17).map(lambda start: start + "X"),
        ),
        max_size=40,
    ),
    st.text(alphabet="123456789", min_size=17, max_size=17),
)
def test_a_column_of_codes_is_checked_as_each_of_them_is(codes, start):
    codes += [start + sign for sign in "0123456789XY"]  # among these are right ones
    found = canonical.check_signs_right(codes)
    assert found == [_by_definition(code) for code in codes]
    assert found == [canonical.is_credit_code(code) or canonical.is_identity_number(code) for code in codes]
    assert any(found)


def test_check_signs_tell_true_codes_from_mistyped_ones():
    assert canonical.is_identity_number("11010519491231002X")
    assert not canonical.is_identity_number("110105194912310021")
    assert canonical.is_credit_code("91350100M000100Y43")
    assert not canonical.is_credit_code("91350100M000100Y44")


@given(st.text("“”甲，", max_size=30))
def test_quotation_marks_within_others_alternate_and_every_other_sign_stays(text):
    made, depth = canonical.nested_quotes(text), 0
    assert canonical.nested_quotes(made).translate(str.maketrans("‘’", "“”")) == text
    depths = [text[: n + 1].count("“") - text[: n + 1].count("”") for n in range(len(text))]
    if min(depths, default=0) < 0 or text.count("“") != text.count("”"):
        assert made == text  # they do not pair: nobody can say what is within what
        return
    for sign, was in zip(made, text, strict=True):
        depth -= was == "”"
        assert sign == was if was not in "“”" else sign in ("“”" if depth % 2 == 0 else "‘’")
        depth += was == "“"


def test_quotation_marks_in_three_levels():
    assert canonical.nested_quotes("“一“二“三”二”一”和“四”") == "“一‘二“三”二’一”和“四”"
