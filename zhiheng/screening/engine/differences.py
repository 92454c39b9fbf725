"""What two original texts share and where they differ, sentence by sentence, for a reader's eyes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from .normalise import normalise

_SENTENCE = re.compile(r"[^，。；：、！？,;:!?\n]+[，。；：、！？,;:!?\n]*")
_LENGTH = 8  # clauses are joined up to here, as in comparing
_MOST = 400  # sentences shown of one text


@dataclass(frozen=True)
class Passage:
    """A piece of text A and its counterpart in B. pieces_a, pieces_b: (text, differs) in order. `other`: number of B's
    sentence, None when there is no counterpart; `moved`: it stands before its predecessor's counterpart."""

    pieces_a: tuple[tuple[str, bool], ...]
    pieces_b: tuple[tuple[str, bool], ...]
    moved: bool


@lru_cache(maxsize=512)
def side_by_side(a: str, b: str) -> list[Passage]:
    """Sentences of A with their counterparts, then what only B has. Texts beyond 400 sentences are cut there."""
    sentences_a, sentences_b = _sentences(a)[:_MOST], _sentences(b)[:_MOST]
    folded_a, folded_b = _folded(sentences_a), _folded(sentences_b)
    grams: dict[str, list[int]] = {}
    for number, text in enumerate(folded_b):
        for gram in {text[i : i + 2] for i in range(len(text) - 1)}:
            grams.setdefault(gram, []).append(number)
    free = set(range(len(sentences_b)))
    passages, last = [], -1
    for sentence, folded in zip(sentences_a, folded_a, strict=True):
        votes = Counter(
            n
            for gram in {folded[i : i + 2] for i in range(len(folded) - 1)}
            for n in grams.get(gram, ())
            if n in free
        )
        best = None
        for number, _ in sorted(votes.items(), key=lambda item: (-item[1], item[0]))[:3]:
            if folded == folded_b[number]:
                best = (1.0, number)
                break
            ratio = SequenceMatcher(None, folded, folded_b[number], autojunk=False).ratio()
            if ratio >= 0.5 and (best is None or ratio > best[0]):
                best = (ratio, number)
        if best is None:
            passages.append(Passage(((sentence, True),), (), False))
            continue
        number = best[1]
        free.discard(number)
        pieces = _pieces(sentence, sentences_b[number], equal=best[0] == 1.0)
        passages.append(Passage(*pieces, moved=number < last))
        last = number
    passages += [Passage((), ((sentences_b[number], True),), False) for number in sorted(free)]
    return passages


def differing_words(passages: list[Passage], most: int = 12) -> list[tuple[str, str]]:
    """Pairs of words in which matched sentences differ, A's and B's, as they first occur."""
    found: dict[tuple[str, str], None] = {}
    for passage in passages:
        if passage.pieces_a and passage.pieces_b:
            ours = [text for text, differs in passage.pieces_a if differs]
            theirs = [text for text, differs in passage.pieces_b if differs]
            for pair in zip(ours, theirs, strict=False):
                found.setdefault(pair)
    return list(found)[:most]


def _sentences(text: str) -> list[str]:
    joined: list[str] = []
    for piece in _SENTENCE.findall(text):
        if joined and len(joined[-1]) < _LENGTH and joined[-1][-1] in "，、：,:":
            joined[-1] += piece
        else:
            joined.append(piece)
    return [piece[start : start + 300] for piece in joined for start in range(0, len(piece), 300)]


def _folded(sentences: list[str]) -> list[str]:
    texts = normalise(sentences)
    return ["".join(map(chr, texts[number])) for number in range(len(texts))]


def _pieces(a: str, b: str, equal: bool) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    if equal:
        return ((a, False),), ((b, False),)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            left.append((a[a1:a2], False))
            right.append((b[b1:b2], False))
        else:
            # An empty counterpart is kept, so that the n-th difference of both sides belong together.
            left.append((a[a1:a2], True))
            right.append((b[b1:b2], True))
    return tuple(left), tuple(right)
