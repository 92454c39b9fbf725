"""The office takes in the words of the law: who may, what is refused, what stays on record."""

from datetime import date

import pytest

from zhiheng.audit.models import Entry
from zhiheng.law import current_book
from zhiheng.refusal import Refused
from zhiheng.rulemaking import selectors, services
from zhiheng.rulemaking.models import StatuteText

ON = date(2024, 6, 3)
TEXT = """# 中华人民共和国行政处罚法

2021年1月22日 第十三届全国人民代表大会常务委员会第二十五次会议修订

<!-- INFO END -->

## 第一章 总则
第一条 第一条的文字。
第二条 甲款，十五日。
乙款：
（一）甲项；
（二）乙项。
第三条 本法自2021年7月15日起施行。
""".encode()
NAME = "行政处罚法(2021-01-22).md"


def take(actor, data=TEXT, name=NAME):
    return services.take_in_text(actor=actor, on=ON, data=data, name=name)


def test_the_office_takes_in_a_text_as_the_version_it_is_and_reads_it_back(world):
    kept = take(world.city.planner)
    instrument = current_book().instrument("行政处罚法")
    assert (kept.instrument, kept.effective) == (instrument.code, instrument.effective)
    _, text = selectors.text_of(instrument)
    assert text.provision("2", (2, 2)) == "（二）乙项。"
    entry = Entry.objects.latest("seq")
    assert (entry.action, entry.data["articles"]) == ("导入法规原文", 3)


def test_taken_in_again_the_text_is_replaced_and_the_earlier_hash_stays_on_record(world):
    first = take(world.city.planner).sha256
    take(world.city.planner, TEXT.replace("十五日".encode(), "二十日".encode()))
    assert StatuteText.objects.count() == 1
    assert Entry.objects.latest("seq").data["before"] == first


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (TEXT.replace("行政处罚法".encode(), "天气预报法".encode()), "天气预报法.md", "不是法规库所引的"),
        (TEXT.replace(b"2021", b"1996"), "行政处罚法(1996-03-17).md", "不是法规库所引的"),
        (b"%PDF-1.7", "行政处罚法.docx", "PDF"),
        (b"", "空.md", "没有文字"),
    ],
    ids=["another law", "another version", "not a text", "empty"],
)
def test_what_is_no_text_of_the_book_is_refused_in_words_and_nothing_is_kept(world, data, name, words):
    with pytest.raises(Refused, match=words):
        take(world.city.planner, data, name)
    assert not StatuteText.objects.exists()


def test_a_district_does_not_take_in_texts_for_everybody(world):
    with pytest.raises(Refused) as refused:
        take(world.a.handler)
    assert "市局" in str(refused.value)
    assert not StatuteText.objects.exists()
