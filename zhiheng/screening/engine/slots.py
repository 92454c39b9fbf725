"""What several applications put into the places of one drafting frame: position → what stands there in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

import numpy as np

from .normalise import COMMA, LETTER, STOP, Texts, code_of
from .skeleton import SLOT, lexicon, skeleton_places

_MOST = 600  # words and slots of one text that are lined up
_SPOKEN = 10  # characters of the frame shown beside a slot
_CELL = 40


@dataclass(frozen=True)
class Slot:
    """One place of the frame. before, after: the frame around it, as the first application writes it; cells: what each
    application has there, None where its frame goes another way."""

    before: str
    after: str
    cells: tuple[str | None, ...]

    @property
    def differs(self) -> bool:
        return len({cell for cell in self.cells if cell is not None}) > 1


def slot_table(texts: Sequence[str], most: int = 24) -> list[Slot]:
    """The places of the first text's frame that at least one other shares, with what each text puts there.

    Places filled differently come first in their order, at most `most` in all; a text as received is shown as received.
    """
    if len(texts) < 2:
        return []
    words, spans = zip(*(_words(text) for text in texts), strict=True)
    slots: list[Slot] = []
    lined = [_lined(words[0], other) for other in words[1:]]
    for place, word in enumerate(words[0]):
        if word != SLOT:
            continue
        cells: list[str | None] = [_piece(texts[0], spans[0][place])]
        for number, places in enumerate(lined, 1):
            there = places.get(place)
            cells.append(None if there is None else _piece(texts[number], spans[number][there]))
        if any(cell is not None for cell in cells[1:]):
            begin, end = spans[0][place]
            before = texts[0][spans[0][max(0, place - 3)][0] : begin][-_SPOKEN:]
            after = texts[0][end : spans[0][min(len(words[0]) - 1, place + 3)][1]][:_SPOKEN]
            slots.append(Slot(before, after, tuple(cells)))
    chosen = {id(slot) for slot in [*filter(lambda slot: slot.differs, slots), *slots][:most]}
    return [slot for slot in slots if id(slot) in chosen]


def _piece(text: str, span: tuple[int, int]) -> str:
    piece = text[span[0] : span[1]].strip("，。；：、,;: \n")
    return piece if len(piece) <= _CELL else piece[:_CELL] + "…"


@lru_cache(maxsize=512)
def _words(text: str) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    """Numbers of words and slots of a text as received, and where each stands in it."""
    codes, places = [], []
    for place, character in enumerate(text):
        code = code_of(character)
        if code >= LETTER or code in (COMMA, STOP):
            codes.append(code)
            places.append(place)
    made = Texts(np.array(codes, np.uint16), np.array([0, len(codes)], np.int64))
    numbers, begins = skeleton_places(made)
    numbers, begins = numbers[:_MOST], begins[: _MOST + 1]
    ends = [*begins[1:], len(codes)]
    spans = [
        (places[begin], places[end - 1] + 1)
        for begin, end in zip(begins[: len(numbers)], ends[: len(numbers)], strict=True)
    ]
    return tuple(numbers), tuple(spans)


def _lined(one: Sequence[int], other: Sequence[int]) -> dict[int, int]:
    """Slots of one that lie between the same frame words in the other."""
    found: dict[int, int] = {}
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for block in matcher.get_matching_blocks():
        if block.size >= 3:  # a slot between two words, or two slots around one
            for step in range(block.size):
                if one[block.a + step] == SLOT:
                    found[block.a + step] = block.b + step
    return found


def frame_words(text: str) -> list[str]:
    """The skeleton of a text in words, slots as ＿＿."""
    numbers, _ = _words(text)
    words = lexicon().words
    return ["＿＿" if number == SLOT else words[number - SLOT - 1] for number in numbers]
