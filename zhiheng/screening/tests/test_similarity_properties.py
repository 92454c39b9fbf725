import random
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.growth import growth
from zhiheng.screening.engine.normalise import normalise
from zhiheng.screening.engine.settings import Settings
from zhiheng.screening.engine.similarity import (
    DIGITS,
    LENGTH_A,
    MASS_A,
    MATCHED,
    MOVED,
    compare,
    cover,
    similarity_of,
)
from zhiheng.screening.tests.texts import PARTS, abstract, abstracts, edited

SETTINGS = Settings(similar=0.61)  # these texts are cut from ten patterns: their strangers reach .45
TEXT = st.text(alphabet="所述固定连接有板轴阀泵，。ab1２ ", min_size=1, max_size=200)


def compared(a: str, b: str) -> np.ndarray:
    return compare(normalise([a, b]), np.array([0]), np.array([1]), SETTINGS)


def similarity(a: str, b: str) -> float:
    return float(similarity_of(compared(a, b))[0])


def edit_distance_to_a_piece(pattern: str, text: str) -> int:
    """Fewest edits turning the pattern into any piece of the text, by the textbook table."""
    row = [0] * (len(text) + 1)
    for i, one in enumerate(pattern, 1):
        last, row[0] = row[0], i
        for j, other in enumerate(text, 1):
            last, row[j] = row[j], min(last + (one != other), row[j] + 1, row[j - 1] + 1)
    return min(row)


@given(TEXT, TEXT)
@settings(max_examples=examples(200), deadline=None)
def test_it_is_the_same_both_ways_and_between_0_and_1(a, b):
    assert 0 <= similarity(a, b) == similarity(b, a) <= 1


@given(
    st.text(alphabet="甲乙丙丁戊", min_size=3, max_size=64),
    st.text(alphabet="甲乙丙丁戊", min_size=3, max_size=80),
)
@settings(max_examples=examples(300), deadline=None)
def test_edits_of_a_passage_are_the_textbook_edit_distance(pattern, text):
    from zhiheng.screening.engine.similarity import _edits

    a, b = (np.array([ord(one) for one in word], np.uint16) for word in (pattern, text))
    masks = np.zeros(1 << 16, np.uint64)
    fewest, _ = _edits(a, 0, len(a), b, 0, len(b), masks)
    assert fewest == edit_distance_to_a_piece(pattern, text)
    assert not masks.any()


@given(st.lists(TEXT, min_size=2, max_size=5), st.data())
@settings(max_examples=examples(100), deadline=None)
def test_one_text_read_once_for_many_covers_of_each_what_a_comparison_says(texts, data):
    read, place = normalise(texts), st.integers(0, len(texts) - 1)
    rows = data.draw(st.lists(st.tuples(place, place), min_size=1, max_size=12))
    first, second = (np.array(column) for column in zip(*rows, strict=True))
    found = cover(read, first, read, second, SETTINGS, workers=2)
    assert (found == compare(read, first, second, SETTINGS)[:, [LENGTH_A, MASS_A]]).all()


def test_equal_texts_are_1_and_strangers_of_the_same_sentence_patterns_far_from_similar():
    texts = abstracts(40)
    assert similarity(texts[0], texts[0]) == 1
    assert max(similarity(one, other) for one, other in pairwise(texts)) < 0.75 * SETTINGS.similar


def test_texts_without_common_patterns_are_near_0():
    rng = random.Random(6)
    one, other = ("，".join("".join(rng.choices(PARTS, k=5)) for _ in range(12)) for _ in range(2))
    assert similarity(one, other) < 0.1


def test_a_clause_without_one_gram_left_is_found_behind_the_one_before():
    first, last = "支架固定在底座的左侧", "末端弹簧抵住盖板的下缘"
    whole, edited_all_over = "第二转轴贯穿该壳体", "第三转轴灌穿了壳体"
    one = "，".join([first, whole, last])
    assert compared(one, "，".join([first, edited_all_over, last]))[0, MATCHED] == 6
    assert compared(one, "，".join([first, last, edited_all_over]))[0, MATCHED] == 4


def test_order_of_sentences_does_not_matter_but_is_noticed():
    sentences = abstract(random.Random(3)).strip("。").split("。")
    turned = "。".join(reversed(sentences)) + "。"
    row = compared("。".join(sentences) + "。", turned)
    assert similarity_of(row)[0] == 1
    assert row[0, MOVED] > row[0, MATCHED] / 3  # clauses of one sentence keep their order


def test_width_and_traditional_variants_are_the_same_text():
    one = "本发明公开了一种装置，其厚度为25mm，与传动轮转动连接。"
    assert similarity(one, "本發明公開了一種裝置,其厚度為２５ＭＭ，與傳動輪轉動連接。") == 1


def test_changed_figures_are_told_from_changed_words():
    one = "所述板的厚度为25毫米，孔径为3毫米，二者固定连接并保持水平。"
    assert compared(one, one.replace("25", "40").replace("3", "18"))[0, DIGITS] == 1
    assert compared(one, one.replace("厚度", "宽度"))[0, DIGITS] == 0
    assert compared(one, one)[0, DIGITS] == 0


def test_a_fifth_of_the_characters_edited_stays_similar():
    scores = [similarity(one, edited(one, 0.2, seed)) for seed, one in enumerate(abstracts(50))]
    assert np.quantile(scores, 0.05) >= SETTINGS.similar


def test_sharing_two_sentences_in_five_is_as_much_similarity():
    rng = random.Random(5)

    def sentences(count: int) -> str:
        return "".join("".join(rng.choices(PARTS, k=8)) + "。" for _ in range(count))

    for _ in range(50):
        shared, mine, theirs = sentences(4), sentences(6), sentences(6)
        assert 0.35 < similarity(shared + mine, shared + theirs) < 0.48


def test_the_work_of_long_texts_grows_in_line_with_them():
    one, other = abstract(random.Random(1), 15), abstract(random.Random(2), 15)

    def many_pairs(times: int) -> tuple[list[str], np.ndarray]:
        """The same characters in all: 192 pairs of short texts, or fewer of longer ones."""
        return normalise([one * times, other * times]), np.zeros(192 // times, np.int64)

    # in line the ratio is 1, each character with each 64
    short, long = many_pairs(1), many_pairs(64)
    assert growth(lambda made: compare(made[0], made[1], made[1] + 1, SETTINGS), short, long) < 16


def test_stock_phrases_of_a_long_text_do_not_hide_where_its_passages_stand():
    """20,000 characters of few patterns, sentences shuffled, a third of the terms and 8 % of the characters changed."""
    from bench.applications import generate

    made = generate(48, 3, planted=0.25, related=0.25, characters=20_000, kinds=("mixed",))
    texts = dict(zip(made.ids, made.texts, strict=True))
    copies = min(similarity(texts[a], texts[b]) for a, b in made.truth)
    assert copies > SETTINGS.similar
    assert copies > max(similarity(texts[a], texts[b]) for a, b in made.related) + 0.02
