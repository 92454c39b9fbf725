import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiheng.screening.engine.normalise import COMMA, LETTER, STOP, Texts, normalise


def codes(text: str) -> list[int]:
    return normalise([text])[0].tolist()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("一種裝置", "一种装置"),
        ("ＡＢＣ１２３", "abc123"),
        ("长 度\u3000为\t5㎜", "长度为5mm"),
        ("甲，乙。", "甲,乙"),
        ("甲；；。乙", "甲。乙"),
        ("e\u0301", "é"),
        ("⑤", "5"),
        ("豈", "岂"),
    ],
)
def test_what_reads_the_same_has_the_same_codes(one, other):
    assert codes(one) == codes(other)


def test_clauses_and_sentences_end_differently():
    assert [code for code in codes("甲，乙。丙") if code < LETTER] == [COMMA, STOP]


def test_rare_characters_are_kept():
    assert len(codes("𠮷野")) == 2


@given(st.lists(st.text(), max_size=6))
@settings(deadline=None)
def test_texts_do_not_change_by_standing_beside_others(texts):
    together = normalise(texts)
    assert [together[row].tolist() for row in range(len(texts))] == [codes(text) for text in texts]


@given(st.text())
@settings(deadline=None)
def test_folding_twice_changes_nothing(text):
    once = normalise([text])[0]
    again = normalise(["".join({COMMA: "，", STOP: "。"}.get(int(c), chr(c)) for c in once)])[0]
    if not (once >= 0xE000).any():  # rare characters share private codes
        assert np.array_equal(once, again)


@given(st.lists(st.text(alphabet="甲乙丙。，", max_size=9), min_size=1, max_size=6), st.data())
@settings(deadline=None)
def test_taken_gives_the_named_rows(texts, data):
    rows = data.draw(st.permutations(range(len(texts))))
    whole = normalise(texts)
    taken = whole.taken(np.array(rows))
    assert [taken[i].tolist() for i in range(len(rows))] == [whole[row].tolist() for row in rows]
    assert len(Texts.concatenated([whole, whole])) == 2 * len(texts)
