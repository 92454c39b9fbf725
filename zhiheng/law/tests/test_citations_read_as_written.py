"""A reference is read in every form it is written in: the book's own, that of papers, that of officers; and says the same."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.law import current_book
from zhiheng.law.citations import Citation, Named, in_full, read_references

CITED = [one for cited in current_book().cited for one in cited.citations]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("专利法 65", [Named("专利法", "", "65")]),
        ("《专利法》第六十五条", [Named("专利法", "", "65")]),
        ("行政处罚法第三十四条", [Named("行政处罚法", "", "34")]),
        ("专利法", [Named("专利法")]),
        ("专利法 65、66", [Named("专利法", "", "65"), Named("专利法", "", "66")]),
        (
            "《商标法》第六十条第二款、第六十一条",
            [Named("商标法", "", "60", (2,)), Named("商标法", "", "61")],
        ),
        ("商标法@2019-11-01 60(2)", [Named("商标法", "2019-11-01", "60", (2,))]),
        ("《专利法》第二十条之一第（三）项", [Named("专利法", "", "20之一", (1, 3))]),
        ("《重庆市行政规范性文件管理办法》（渝府令第329号）", [Named("重庆市行政规范性文件管理办法")]),
        ("", []),
    ],
)
def test_a_basis_is_read_as_officers_write_it(line, expected):
    assert read_references(line) == expected


@given(st.sampled_from(CITED))
def test_what_papers_print_of_a_citation_is_read_as_that_citation(one: Citation):
    (read,) = read_references(one.formal)
    assert (read.name, read.number, read.parts) == (one.instrument.title, one.number, one.parts)
    short = f"{one.instrument.short} {one.number}" + "".join(f"({part})" for part in one.parts)
    (again,) = read_references(short)
    assert (again.name, again.number, again.parts) == (one.instrument.short, one.number, one.parts)


@given(st.text(alphabet="《》第条款项一二百之（）()@0123456789 专利法、，", max_size=40))
def test_any_words_are_read_without_a_fault(words):
    for one in read_references(words):
        assert one.name


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("商标法第五十七条第三项", "《中华人民共和国商标法》第五十七条第三项"),
        (
            "《商标法》第六十条第二款、专利法第65条",
            "《中华人民共和国商标法》第六十条第二款、《中华人民共和国专利法》第65条",
        ),
        ("依据商标法实施条例第七十八条", "依据《中华人民共和国商标法实施条例》第七十八条"),
        ("《中华人民共和国商标法》第五十七条、第六十条", "《中华人民共和国商标法》第五十七条、第六十条"),
        ("某省商标法第一条", "某省商标法第一条"),
        ("商标法", "商标法"),
        ("无", "无"),
    ],
)
def test_what_an_officer_typed_is_printed_by_the_full_titles(typed, printed):
    assert in_full(typed, current_book().instruments, date(2024, 5, 1)) == printed


def test_every_article_of_the_book_is_written_alike_from_its_short_and_its_formal_name():
    instruments, wrong = current_book().instruments, []
    for cited in {(one.instrument.effective, one.formal): one for one in CITED}.values():
        short = cited.formal.replace(f"《{cited.instrument.title}》", cited.instrument.short)
        wrong += [
            (written, read)
            for written in (cited.formal, short)
            if (read := in_full(written, instruments, cited.instrument.effective)) != cited.formal
        ]
    assert wrong == []
