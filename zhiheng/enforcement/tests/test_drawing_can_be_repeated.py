"""A draw comes out the same for everybody who has its seed, and gives every name the same chance."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.drawing import draw, new_seed

NAMES = st.lists(st.text(min_size=1, max_size=6), unique=True, max_size=20)


@settings(max_examples=examples(80))
@given(NAMES, st.integers(0, 25), st.text(max_size=8), st.randoms())
def test_the_order_of_the_list_does_not_matter_and_nobody_is_drawn_twice(names, many, seed, rng):
    drawn = draw(names, many, seed, "对象")
    shuffled = list(names)
    rng.shuffle(shuffled)
    assert drawn == draw(shuffled, many, seed, "对象")
    assert len(set(drawn)) == len(drawn) == min(many, len(names)) and set(drawn) <= set(names)


@settings(max_examples=examples(40))
@given(NAMES, st.integers(1, 20), st.text(max_size=8))
def test_more_are_drawn_without_changing_who_was(names, many, seed):
    assert draw(names, many + 1, seed, "对象")[:many] == draw(names, many, seed, "对象")


def test_every_name_is_drawn_about_as_often():
    """1000 draws of 3 from 10: 300 each; six standard deviations are 87."""
    counted = Counter(name for n in range(1000) for name in draw("甲乙丙丁戊己庚辛壬癸", 3, str(n), "对象"))
    assert len(counted) == 10 and all(abs(many - 300) < 87 for many in counted.values())


def test_seeds_are_never_the_same_and_rounds_are_apart():
    assert len({new_seed() for _ in range(100)}) == 100
    names = [f"第{n}家" for n in range(50)]
    assert draw(names, 20, "种子", "对象") != draw(names, 20, "种子", "人员")
