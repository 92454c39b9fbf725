"""Whole applications: standing paragraphs are nobody's text, sections are compared apart, the work grows with the list."""

import json
import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.screening.engine import similarity
from zhiheng.screening.engine.boilerplate import COMMON, without_boilerplate
from zhiheng.screening.engine.normalise import normalise
from zhiheng.screening.engine.reading import originals
from zhiheng.screening.tests.test_commands_screen import screen
from zhiheng.screening.tests.test_skeleton_frames import strangers
from zhiheng.screening.tests.texts import edited

STANDING = [f"{text[:60]}。" for text in strangers(24, seed=31)]


def applications(count: int, seed: int = 1) -> list[dict]:
    """Applications of strangers, a third of each description an agency's standing paragraphs."""
    texts = strangers(14 * count, seed=seed)
    made = []
    for n in range(count):
        own = texts[14 * n : 14 * n + 14]
        standing = random.Random(n % 3).sample(STANDING, 12)
        description = "".join([*standing[:6], *own[5:], *standing[6:]])
        made.append(
            {"申请号": f"A{n:04d}", "摘要": own[0], "权利要求": "".join(own[1:5]), "说明书": description}
        )
    return made


def screened(tmp_path, rows: list[dict]) -> dict:
    path = tmp_path / "list.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return screen(path)


def test_an_agency_s_standing_paragraphs_link_nobody(tmp_path):
    result = screened(tmp_path, applications(90))
    assert result["pairs"] == [] and result["skeleton_pairs"] == []
    assert any("套话" in note for note in result["notes"])


def test_a_copied_section_is_found_and_the_three_figures_are_shown(tmp_path):
    rows = applications(60)
    rows[7]["权利要求"] = edited(rows[3]["权利要求"], 0.05)
    rows[9]["摘要"] = rows[5]["摘要"]
    result = screened(tmp_path, rows)
    figures = {tuple(pair[:2]): pair[2] for pair in result["section_figures"]}
    assert [pair[:2] for pair in result["pairs"]] == [["A0003", "A0007"], ["A0005", "A0009"]]
    claims, abstract = figures["A0003", "A0007"], figures["A0005", "A0009"]
    assert claims["权利要求"] > 0.8 and claims["摘要"] < 0.2 and claims["说明书"] < 0.2
    assert (
        abstract["摘要"] == 1.0 and result["pairs"][1][2] < 1
    )  # the section is the same, not the application


def test_the_same_application_twice_is_the_same(tmp_path):
    rows = applications(30)
    rows.append(rows[4] | {"申请号": "B0004"})
    assert screened(tmp_path, rows)["pairs"] == [["A0004", "B0004", 1.0]]


@given(st.integers(0, 30), st.lists(st.text(alphabet="甲乙丙丁，。", max_size=40), max_size=10))
@settings(deadline=None, max_examples=examples(50))
def test_only_what_many_say_is_taken_out(count, others):
    standing = "本说明书所述仅为举例之用。"
    texts = normalise([f"{standing}第{chr(0x5000 + n) * 9}件自有其文。" for n in range(count)] + others)
    left, share = without_boilerplate(texts)
    assert len(left) == len(texts) and 0 <= share <= 1
    assert (share > 0) == (count >= COMMON)
    for row in range(len(texts)):
        mine, whole = left[row].tolist(), texts[row].tolist()
        kept = iter(whole)
        assert all(code in kept for code in mine)  # in their order, nothing added


def test_another_application_takes_nothing_out_of_the_others():
    texts = [row["说明书"] for row in applications(40)]
    before, _ = without_boilerplate(normalise(texts))
    after, _ = without_boilerplate(normalise([*texts, strangers(1, seed=70)[0]]))
    assert all(np.array_equal(before[row], after[row]) for row in range(40))


def test_the_work_of_comparing_grows_with_the_list_not_with_its_square(tmp_path, monkeypatch):
    compared = []
    original = similarity.compare

    def counting(texts, first, *rest, **more):
        compared.append(len(first))
        return original(texts, first, *rest, **more)

    monkeypatch.setattr("zhiheng.screening.engine.pairs.compare", counting)
    work = []
    for count in (60, 240):
        compared.clear()
        screened(tmp_path, applications(count))
        work.append(sum(compared) + count)
    assert work[1] <= 8 * work[0]


def test_texts_are_shown_as_received(tmp_path):
    rows = applications(25)
    path = tmp_path / "list.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    _, texts = next(originals(path))
    assert texts[3] == "\n".join(rows[3][key] for key in ("摘要", "权利要求", "说明书"))
