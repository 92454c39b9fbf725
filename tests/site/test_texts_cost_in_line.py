"""What reads free text while somebody waits for a page takes work in line with its length, whatever signs it is made of."""

from __future__ import annotations

import pytest

from tests.growth import growth
from zhiheng import canonical
from zhiheng.law.citations import read_references
from zhiheng.matters.templatetags.law import law_links
from zhiheng.numbers import read
from zhiheng.rulemaking import alike
from zhiheng.screening.engine.addresses import address_of
from zhiheng.ui.forms import plain

# A case's words may be this long and more; sixteen times as much is what one form takes.
SHORT, TIMES = 1_500, 16
READERS = {
    "key": canonical.key,
    "code": canonical.code,
    "one_line": canonical.one_line,
    "nested_quotes": canonical.nested_quotes,
    "document_number": canonical.document_number,
    "application_number": canonical.application_number,
    "references": read_references,
    "law_links": law_links,
    "plain": plain,
    "number": read,
    "likeness": alike.likeness_key,
    "sense": alike.sense,
    "address": address_of,
}
UNITS = (
    "第", "《", "“", "”", "（", "(1)", "一", "9", "9,", " ", "\u200b", "渝〔2024〕", "第百百条", "商标法第", "重庆市", "路1号", "之一", "a\n", "CN2023", "\u3000，",
)  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_a_text_of_the_worst_signs_is_read_in_line(name):
    reader = READERS[name]
    reader = getattr(reader, "__wrapped__", reader)  # what is kept for the next time is no work

    def work(times: int) -> None:
        for unit in UNITS:
            for text in (unit * times, f"商标法{unit * times}", f"{unit * times}条"):
                try:
                    reader(text)
                except (ValueError, KeyError):
                    continue  # told, not wondered at

    assert growth(work, SHORT // 8, SHORT // 8 * TIMES, runs=2) < TIMES * 5


@pytest.mark.parametrize(
    "words",
    [
        "商标法第百百条",
        "行政处罚法第十十条之一",
        "专利法第零条",
        "商标法第一百零条第款",
        "商标法 99999999999999999999",
    ],
)
def test_an_article_that_is_no_number_is_words(words):
    assert str(law_links(f"依据{words}的规定")).replace("</a>", "").endswith("的规定")
    read_references(words)
