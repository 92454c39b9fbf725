"""What headings, notes and the sentences around say of a number: they hold where its own sentence says nothing else."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace

from ..words import word_list
from .lexicon import (
    BREAK,
    COMPARES,
    EARLIER,
    IN_HEADING,
    QUOTED,
    Frame,
    Lexicon,
    before_thing,
    elsewhere,
    excluding,
    leading_tokens,
    shaped,
    without_numbers,
)

_SENTENCE = re.compile(r"[。！？\n]")
_NUMBERING = (
    (1, re.compile("第[一二三四五六七八九十]+(?:部分|章|篇)|附件|附表|附[：:0-9一二三四五]")),
    (2, re.compile("[一二三四五六七八九十]{1,3}、")),
    (3, re.compile("（[一二三四五六七八九十]{1,3}）")),
    (4, re.compile("[0-9]{1,2}[.、]")),
    (5, re.compile("（[0-9]{1,2}）")),
)
_WITH = re.compile("联合|会同|与|配合|向|协同")
_AHEAD = frozenset({"下一步", "明年", "来年", "今后", "未来"})
# 以上为推算数。 says what the number before is
_SAYS_WHAT = re.compile(
    "(?:以上|上述|前述|这些|该|此|这)(?:数据?|数字|各项|统计)?(?:为|系|均|是|属|不|未|仅|只|来自|由|按)"
)
_NOTE = re.compile("(?:注|说明|备注|编者按|来源)[：:]")


class Surroundings:
    """The sentences and headings of one text, read with the lexicon for the report of `year`."""

    def __init__(self, text: str, lexicon: Lexicon, year: int):
        self.text, self.lexicon, self.year = text, lexicon, year
        self.ends = [m.start() for m in _SENTENCE.finditer(text)]
        self.headings = self._headings()
        self.notes = self._doubtful_notes()

    def sentence(self, place: int) -> int:
        return bisect_left(self.ends, place)

    def bounds(self, sentence: int) -> tuple[int, int]:
        start = self.ends[sentence - 1] + 1 if sentence else 0
        return start, self.ends[sentence] if sentence < len(self.ends) else len(self.text)

    def before(self, start: int) -> Frame:
        """What headings and the sentences before in the paragraph leave open."""
        frame = Frame(doubts=list(self.notes))
        paragraph = self.text.rfind("\n", 0, start) + 1
        for heading in self._headings_above(paragraph):
            self._heading(heading, frame)
        first = self.sentence(paragraph) if paragraph < start else None
        if first is not None:
            last = self.sentence(max(paragraph, start - 1))
            for sentence in range(max(first, last - 12), last + 1):
                a, b = self.bounds(sentence)
                if b <= start - 1 + 1 and a < start:
                    self._said_before(a, b, frame)
        return frame

    def _said_before(self, a: int, b: int, frame: Frame) -> None:
        for at, cut in _clauses(self.text, a, b):
            text = QUOTED.sub("", self.text[at:cut]).strip()
            if not text or COMPARES.match(text):
                continue
            tokens, unknown = self.lexicon.tokens(text)
            if _WITH.match(text):
                continue  # who helped, not of whom the talk is
            for token in before_thing(leading_tokens(text, tokens)):
                if token.kind == "scope" and token.value not in ("all", "below"):
                    frame.doubts.append(f"前文说到“{token.words}”")
                elif token.kind == "scope":
                    frame.doubts = [d for d in frame.doubts if not d.startswith("前文说到")]
                elif token.kind in ("place", "body_other"):
                    frame.doubts.append(f"前文说到“{token.words}”")
                elif token.kind == "period" and not token.value.is_year(self.year):
                    frame.doubts.append(f"{EARLIER}“{token.words}”")
                elif token.words in _AHEAD:
                    frame.tokens.append(token)
            if unknown and text.startswith(unknown[0]) and (found := shaped(unknown[0])):
                frame.doubts.append(f"前文说到“{found}”")

    def _headings(self) -> list[tuple[int, int, str]]:
        """(place, level, words) of lines that are no sentences; the title is not among them."""
        found, at, first = [], 0, True
        for line in self.text.split("\n"):
            bare = line.strip().lstrip("#").strip()
            if bare:
                numbered = next((level for level, pattern in _NUMBERING if pattern.match(bare)), None)
                words_ = bare
                if numbered is not None and "。" in bare[:40]:
                    words_ = bare[: bare.index("。")]  # （三）依法履行职责。印发…
                elif len(bare) > 40 or re.search("[。；]$|[，；]", bare):
                    words_ = ""
                if words_ and not first and "\t" not in line and "|" not in line:
                    found.append((at, numbered or 6, words_))
                first = False
            at += len(line) + 1
        return found

    def _headings_above(self, paragraph: int) -> list[str]:
        """The chain of headings a paragraph stands under; its own begins it."""
        chain: dict[int, str] = {}
        i = bisect_right(self.headings, (paragraph, 9, "")) - 1
        lowest = 9
        steps = 0
        while i >= 0 and steps < 400 and lowest > 1:
            _, level, said = self.headings[i]
            if level < lowest:
                chain[level] = said
                lowest = level
            i, steps = i - 1, steps + 1
        return list(chain.values())

    def heading_of(self, start: int) -> str:
        """The heading that the sentence's paragraph begins with, or that stands in the line right above it; "" where there is none."""
        paragraph = self.text.rfind("\n", 0, start) + 1
        i = bisect_right(self.headings, (paragraph, 9, "")) - 1
        if i < 0 or "\n" in self.text[self.headings[i][0] : paragraph].strip():
            return ""
        return _without_numbering(self.headings[i][2])

    def _heading(self, heading: str, frame: Frame) -> None:
        text = QUOTED.sub("", _without_numbering(heading))
        tokens, unknown = self.lexicon.tokens(text)
        for token in tokens:
            if (token.kind == "scope" and token.value != "all") or (
                token.kind == "period" and not token.value.is_year(self.year)
            ):
                frame.doubts.append(f"标题说的是“{token.words}”")
            elif token.kind in ("place", "body_other") or (
                token.kind == "modality" and token.value == "计划或目标" and token.words not in ("要", "需")
            ):
                frame.tokens.append(replace(token, words=f"{IN_HEADING}“{token.words}”"))
        for shape in unknown:
            if found := shaped(shape):
                frame.doubts.append(f"标题说的是“{found}”")
        if found := re.search(word_list("placing")["relaying"], text):
            frame.doubts.append(f"标题说的是“{found[0]}”")

    def behind(self, end: int) -> str:
        """“以上为四川省数据。” behind the sentence takes the number back."""
        if end >= len(self.text):
            return ""
        a, b = self.bounds(self.sentence(end + 1))
        text = self.text[a:b].strip()
        if re.match("(?:注[：:]|（?注|以上|上述|前述|这些|这[是系为]|该数|此数|其中数据|数据)", text):
            tokens, unknown = self.lexicon.tokens(without_numbers(text))
            if (
                excluding(tokens)
                or elsewhere(self.lexicon.tokens(text)[0], self.year)
                or any(shaped(w) for w in unknown)
                or (unknown and _SAYS_WHAT.match(text))
                or re.search("含|除|误|不实", text)
            ):
                return f"后面说的“{text[:20]}”"
        return ""

    def _doubtful_notes(self) -> list[str]:
        found = []
        for line in self.text.split("\n"):
            if _NOTE.match(line.strip()):
                tokens, unknown = self.lexicon.tokens(without_numbers(line.strip()[:200]))
                if any(t.kind in ("place", "body_other") for t in tokens) or any(map(shaped, unknown)):
                    found.append(f"附注“{line.strip()[:20]}”")
        return found[:3]


def _without_numbering(heading: str) -> str:
    for _, pattern in _NUMBERING:
        heading = pattern.sub("", heading, count=1) if pattern.match(heading) else heading
    return heading


def _clauses(text: str, a: int, b: int) -> Iterator[tuple[int, int]]:
    at = a
    for m in BREAK.finditer(text, a, b):
        yield at, m.start()
        at = m.end()
    yield at, b
