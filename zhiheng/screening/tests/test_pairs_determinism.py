import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.screening.engine.clusters import clusters
from zhiheng.screening.engine.normalise import normalise
from zhiheng.screening.engine.pairs import find_pairs
from zhiheng.screening.engine.settings import Settings
from zhiheng.screening.tests.texts import PARTS, abstracts, edited

SETTINGS = Settings(similar=0.61)  # these texts are cut from ten patterns: their strangers reach .45


def found(texts: dict[str, str], workers: int = 1, **options) -> dict[tuple[str, str], float]:
    ids = list(texts)
    pairs, _, _ = find_pairs(normalise(list(texts.values())), ids, SETTINGS, workers=workers, **options)
    return {
        tuple(sorted((ids[a], ids[b]))): s
        for a, b, s in zip(pairs.first, pairs.second, pairs.similarity, strict=True)
        if s >= SETTINGS.similar
    }


@pytest.fixture(scope="module")
def planted() -> tuple[dict[str, str], set[tuple[str, str]]]:
    texts = {f"A{n:04d}": text for n, text in enumerate(abstracts(400))}
    truth = set()
    for n in range(60):
        texts[f"B{n:04d}"] = edited(texts[f"A{n:04d}"], (0.05, 0.1, 0.15)[n % 3], seed=n)
        truth.add((f"A{n:04d}", f"B{n:04d}"))
    return texts, truth


@pytest.fixture(scope="module")
def alone(planted) -> dict[tuple[str, str], float]:
    """The pairs as one worker finds them."""
    return found(planted[0])


def test_planted_copies_are_found_and_nothing_else(planted, alone):
    assert set(alone) == planted[1]


def test_rows_in_another_order_give_the_same_pairs(planted, alone):
    texts, _ = planted
    names = list(texts)
    random.Random(9).shuffle(names)
    assert found({name: texts[name] for name in names}) == alone


@pytest.mark.parametrize("workers", [2, 3, 7])
def test_any_number_of_workers_gives_the_same_pairs(planted, alone, workers):
    assert found(planted[0], workers) == alone


@given(st.text(min_size=1, max_size=300))
@settings(max_examples=examples(20), deadline=None)
def test_another_document_changes_no_similarity(planted, text):
    texts, _ = planted
    small = dict(list(texts.items())[:40] + list(texts.items())[600:640])
    before, after = found(small), found({**small, "新": text})
    assert {pair: s for pair, s in after.items() if "新" not in pair} == before


@pytest.mark.parametrize(("copies", "share"), [(150, 0.03), (400, 0.05), (90, 0.10)])
def test_a_burst_from_one_template_does_not_make_its_words_stock_phrases(copies, share):
    texts = {f"A{n:04d}": text for n, text in enumerate(abstracts(400))}
    template = abstracts(1, seed=77)[0]
    burst = {f"T{n:04d}": edited(template, share, seed=n) for n in range(copies)}
    pairs = found({**texts, **burst})
    assert sum(a in burst and b in burst for a, b in pairs) >= 0.98 * copies * (copies - 1) / 2


def test_identical_texts_are_one_chain_not_all_pairs():
    text = abstracts(1)[0]
    texts = {f"{n:05d}": text for n in range(50_000)}
    pairs, _, group = find_pairs(normalise(list(texts.values())), list(texts), SETTINGS, workers=2)
    labels, chain = clusters(len(texts), pairs.first, pairs.second, pairs.similarity)
    assert len(group) == 1
    assert len(pairs) == 49_999 and chain.all() and not labels.any()


def test_nearly_identical_texts_do_not_explode_the_pairs():
    text = abstracts(1)[0]
    # Each with each would be more than what one run hands on.
    texts = {f"{n:05d}": f"{text}编号为第{n:05d}号。" for n in range(1_500)}
    pairs, _, _ = find_pairs(normalise(list(texts.values())), list(texts), SETTINGS, workers=2)
    labels, _ = clusters(len(texts), pairs.first, pairs.second, pairs.similarity)
    assert len(pairs) <= 500_000
    assert not labels.any()


def test_ten_megabytes_of_one_character_pass():
    texts = {"甲": "水" * 10_000_000, "乙": "水" * 9_000_000, "丙": abstracts(1)[0]}
    assert found(texts) == {("乙", "甲"): pytest.approx(1, abs=1e-3)}


def test_short_texts_are_left_out_and_none_is_no_error():
    assert found({}) == {}
    assert found({"甲": "水", "乙": "水", "丙": ""}) == {}


def test_a_piece_of_a_text_is_similar_by_the_share_it_has():
    rng = random.Random(4)
    sentences = ["".join(rng.choices(PARTS, k=8)) + "。" for _ in range(10)]
    pairs, _, _ = find_pairs(normalise(["".join(sentences), "".join(sentences[:6])]), ["a", "b"], SETTINGS)
    assert pairs.similarity[0] == pytest.approx(2 * 6 / (6 + 10), abs=0.03)
