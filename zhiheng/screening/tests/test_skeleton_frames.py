"""Drafting frames: one template filled twice is seen, strangers and stock phrases are not, and the places are shown."""

import random
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.screening.engine.normalise import normalise
from zhiheng.screening.engine.settings import Settings
from zhiheng.screening.engine.skeleton import SLOT, frame_similarity, lexicon, runs, skeletons
from zhiheng.screening.engine.slots import frame_words, slot_table
from zhiheng.screening.tests.test_signals_evidence import found, kinds
from zhiheng.screening.tests.texts import filled, template

ANY = st.text(alphabet="所述固定连接有板轴阀泵通过的与，。ab1２ ", max_size=120)


def alike(a: str, b: str) -> float:
    texts = normalise([a, b])
    made = runs(skeletons(texts, np.arange(2)))
    return float(frame_similarity(made, np.array([0]), np.array([1]))[0])


def templates(count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [template(rng) for _ in range(count)]


def strangers(count: int, seed: int = 5) -> list[str]:
    return [filled(frame, number) for number, frame in enumerate(templates(count, seed))]


@given(ANY, ANY)
@settings(deadline=None)
def test_likeness_is_the_same_both_ways_and_between_0_and_1(a, b):
    assert 0 <= alike(a, b) == alike(b, a) <= 1


@given(st.integers(0, 10_000), st.integers(0, 10_000))
@settings(max_examples=examples(30), deadline=None)
def test_what_is_put_into_the_places_does_not_change_the_frame(one, other):
    frame = templates(1, 3)[0]
    assert frame_words(filled(frame, one)) == frame_words(filled(frame, other))
    assert alike(filled(frame, one), filled(frame, other)) == alike(filled(frame, 1), filled(frame, 1))


def test_numbers_punctuation_width_and_script_belong_to_no_frame():
    one = "所述传动轴的一端与12毫米的阀体固定连接，并通过导线与控制器电连接。"
    other = "所述傳動軸的一端與３４０毫米的閥體、泵體固定連接并通過導線與控制器電連接；"
    assert frame_words(one) == frame_words(other)


@given(st.lists(ANY, max_size=5))
@settings(deadline=None)
def test_a_skeleton_has_no_two_slots_in_a_row_and_only_known_words(texts):
    made = skeletons(normalise(texts), np.arange(len(texts)))
    for row in range(len(texts)):
        numbers = made[row].tolist()
        assert all(SLOT <= number <= SLOT + len(lexicon().words) for number in numbers)
        assert not any(a == b == SLOT for a, b in pairwise(numbers))


def test_a_family_with_every_term_replaced_is_one_signal_with_its_ground():
    frame = templates(1, 9)[0]
    family = [filled(frame, 100 + number) for number in range(4)]
    signals = kinds(found(family + strangers(60), applicant=[f"公司{n}" for n in range(64)]))
    (skeleton,) = signals["skeleton"]
    assert sorted(skeleton.documents) == [0, 1, 2, 3] and skeleton.grounds == (2,)
    assert {"句式骨架相同", "名词替换", "申请人不同"} <= {one.name for one in skeleton.evidence}


def test_strangers_who_share_an_opening_and_a_closing_are_no_family():
    """The honest boilerplate of one agency: a sentence at the beginning and one at the end of every text."""
    opening = "本发明公开了一种{}，涉及{}技术领域，包括{}和{}，"
    closing = "。本发明结构简单，使用方便，成本低，具有良好的{}，适用于{}。"
    texts = [
        filled(opening, number) + text + filled(closing, number) for number, text in enumerate(strangers(60))
    ]
    assert "skeleton" not in kinds(found(texts))


def test_another_document_changes_no_finding():
    texts = [filled(frame, number) for number in range(2) for frame in templates(20, 4)]

    def told(texts: list[str]) -> dict:
        screening = found(texts)
        pairs = screening.pairs.where(np.concatenate([screening.alike, screening.framed]))
        rows = zip(pairs.first.tolist(), pairs.second.tolist(), pairs.framed, pairs.similarity, strict=True)
        return {(a, b): (f, s) for a, b, f, s in rows if b < 40}

    assert len(told(texts)) == 20
    assert told([*texts, strangers(1, seed=99)[0]]) == told(texts)


def test_a_list_of_one_frame_for_all_says_nothing_from_frames():
    """Sentences cut from the same ten patterns in any order: the list's own strangers are alike."""
    rng = random.Random(2)
    patterns = [template(rng, 1) for _ in range(10)]
    texts = [
        "".join(filled(one, rng.randrange(10**6)) for one in rng.sample(patterns, 6)) for _ in range(120)
    ]
    screening = found(texts)
    assert screening.strangers["framed"].demanded > Settings().framed
    assert "skeleton" not in kinds(screening)


def test_the_places_show_what_each_application_put_there():
    one = "所述滚筒的一端与电机固定连接，并通过皮带与支架转动连接。"
    other = "所述料斗的一端与气缸固定连接，并通过皮带与底座转动连接。"
    cells = [slot.cells for slot in slot_table([one, other])]
    assert ("滚筒", "料斗") in cells and ("电机", "气缸") in cells and ("支架", "底座") in cells
    assert [slot.differs for slot in slot_table([one, other])].count(False) == 1


@given(st.lists(ANY, min_size=2, max_size=4))
@settings(deadline=None)
def test_a_slot_table_has_a_cell_for_every_text_and_cells_are_cut_from_the_texts(texts):
    for slot in slot_table(texts):
        assert len(slot.cells) == len(texts)
        assert all(cell is None or cell in text for cell, text in zip(slot.cells, texts, strict=True))
