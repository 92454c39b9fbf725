"""A decision cut into its sentences, with the quoted provisions taken out.

In a sentence each quotation is one private character; ``Segment.quotes`` holds the paragraphs it stands for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..model import Text
from ..numbering import NUMERAL, read_mark
from .quoting import straight_to_curly, unswap

MARK = 0xE000
"""Quotation n of a segment is the character MARK + n."""

_INSTRUCTION = re.compile(
    rf"(?:[一二三四五六七八九十百零]{{1,7}}、|\d{{1,3}}[.．、]|[（(]{NUMERAL}[）)])?\s*(?:将|把|对|删[去除]|在|增加|原第|条文|条款|本决定|本修正案|根据本|此外|修改|名称|标题|题注|引言|附件|目录"
    rf"|第{NUMERAL}[条款项章节编](?:之[一二三四五六七八九十]+)?(?! |\u3000)[^“]{{0,60}}(?:修改|改为|作为|增加|删)|《[^》]+》)"
)
_NUMBERED = re.compile(r"[一二三四五六七八九十百零]{1,7}、")
_END = re.compile(r"[。；;，,、]?$")


@dataclass
class Segment:
    """One paragraph of orders. ``label`` is its number (三、 or 2.), ``text`` the words without it."""

    label: str
    text: str
    quotes: list[list[str]] = field(default_factory=list)

    @property
    def said(self) -> str:
        """The words with the beginnings of what they quote."""

        def short(match: re.Match) -> str:
            lines = self.quotes[ord(match[0]) - MARK]
            words = lines[0] if lines else ""
            return f"“{words[:24]}…”" if len(words) > 24 or len(lines) > 1 else f"“{words}”"

        return self.label + re.sub(f"[{chr(MARK)}-{chr(MARK + 999)}]", short, self.text)


def lines_of(text: Text) -> list[str]:
    """The paragraphs of a decision as they stand."""
    from ..export import GAP, lines

    return [words.replace(GAP, " ") for _, _, words in lines(text.body)]


def segments(lines: list[str]) -> list[Segment]:
    """Cut the paragraphs of a decision into orders and quotations."""
    lines = straight_to_curly(lines)
    found: list[Segment] = []
    at = 0
    while at < len(lines):
        segment, at = _segment(lines, at)
        found.append(segment)
    return found


def _segment(lines: list[str], at: int) -> tuple[Segment, int]:
    line = lines[at]
    mark = read_mark(line)
    label = mark[0] if mark else ""
    segment = Segment(label, "")
    rest = line[len(label) :].strip()
    while True:
        opening = re.search("[“『]", rest)
        if not opening:
            segment.text += rest
            if not _announces(segment.text) or at + 1 >= len(lines):
                return segment, at + 1
            if lines[at + 1][0] in "“『":
                at += 1
                rest = lines[at]
                continue
            paragraphs, at = _unquoted(lines, at + 1)
            if paragraphs:
                segment.text += _mark(segment, paragraphs)
            return segment, at
        segment.text += rest[: opening.start()]
        paragraphs, rest, at = _quotation(lines, at, rest[opening.start() :])
        segment.text += _mark(segment, paragraphs)
        if _END.fullmatch(rest):
            while at + 1 < len(lines) and lines[at + 1].startswith("“"):
                more, rest, at = _quotation(lines, at + 1, lines[at + 1])
                segment.quotes[-1] += more
        if not rest:
            return segment, at + 1


def _announces(text: str) -> bool:
    """Whether words call for a quotation: 修改为：, 作为第二款："""
    return (
        bool(re.search(r"(?:修改为|改为|作为\S{2,40}|增加\S{2,60}|如下)\s*[：:]$", text))
        and "作如下修改" not in text[-12:]
    )


def _mark(segment: Segment, paragraphs: list[str]) -> str:
    segment.quotes.append(paragraphs)
    return chr(MARK + len(segment.quotes) - 1)


def _close(text: str, depth: int) -> int:
    """Where the quotation that ``depth`` quotes are open of is closed in ``text``; -1 if it is not."""
    for n, character in enumerate(text):
        if character == "“":
            depth += 1
        elif character == "”":
            depth -= 1
            if depth == 0:
                return n
    return -1


def _quotation(lines: list[str], at: int, rest: str) -> tuple[list[str], str, int]:
    """Read a quotation that ``rest`` begins with: its paragraphs, what follows it on its last line, that line's position."""
    if rest[0] == "『":
        return _corner(lines, at, rest[1:])
    first = rest[1:]
    end = _close(first, 1)
    if end >= 0:
        return [unswap(first[:end])], first[end + 1 :].strip(), at
    following = lines[at + 1] if at + 1 < len(lines) else ""
    if following.startswith("“"):
        return _each_opened(lines, at, first)
    return _opened_once(lines, at, first)


def _corner(lines: list[str], at: int, rest: str) -> tuple[list[str], str, int]:
    paragraphs = []
    while True:
        end = re.search("(?<!』)』(?:』』)*(?!』)", rest)
        if end:
            paragraphs.append(rest[: end.end() - 1].replace("』』", "』"))
            return paragraphs, rest[end.end() :].strip(), at
        paragraphs.append(rest.replace("』』", "』"))
        at += 1
        if at >= len(lines):
            return paragraphs, "", at - 1
        rest = lines[at]


def _each_opened(lines: list[str], at: int, first: str) -> tuple[list[str], str, int]:
    """Every paragraph opens with “; the last closes."""
    paragraphs = [first]
    while at + 1 < len(lines) and lines[at + 1].startswith("“"):
        at += 1
        paragraphs.append(lines[at][1:])
    # paragraphs without an opening quote may follow, up to the one that closes
    if _close(paragraphs[-1], 1) < 0:
        ahead = at + 1
        while ahead < len(lines) and not _NUMBERED.match(lines[ahead]) and _close(lines[ahead], 1) < 0:
            ahead += 1
        if ahead < len(lines) and not _NUMBERED.match(lines[ahead]) and not paragraphs[-1].endswith("”"):
            paragraphs += lines[at + 1 : ahead + 1]
            at = ahead
    last = paragraphs.pop()
    end = _close(last, 1)
    if end < 0 and last.rstrip("。；").endswith("”"):
        end = last.rstrip("。；").rindex("”")
    rest = last[end + 1 :].strip() if end >= 0 else ""
    paragraphs.append(last[:end] if end >= 0 else last)
    # a paragraph that closes its own quotation before the last does not carry the mark on
    paragraphs = [
        p[:-1] if n < len(paragraphs) - 1 and _close(p, 1) == len(p) - 1 else p
        for n, p in enumerate(paragraphs)
    ]
    return [unswap(p) for p in paragraphs], rest, at


def _opened_once(lines: list[str], at: int, first: str) -> tuple[list[str], str, int]:
    """Only the first paragraph opens; the quotation ends where its quotes pair, or before the next order."""
    depth = 1 + first.count("“") - first.count("”")
    paragraphs = [first]
    balanced: tuple[list[str], str, int] | None = None
    ahead = at
    while ahead + 1 < len(lines):
        ahead += 1
        line = lines[ahead]
        end = _close(line, depth)
        next_line = lines[ahead + 1] if ahead + 1 < len(lines) else ""
        ends_order = not next_line or _INSTRUCTION.match(next_line)
        if end >= 0:
            found = ([*paragraphs, line[:end]], line[end + 1 :].strip(), ahead)
            if _END.fullmatch(found[1]) and ends_order:
                return [unswap(p) for p in found[0]], "", ahead
            balanced = balanced or found
            depth = 1
        elif re.search("”[。；]?$", line) and ends_order:
            return [unswap(p) for p in [*paragraphs, line.rstrip("。；")[:-1]]], "", ahead
        else:
            depth += line.count("“") - line.count("”")
        paragraphs.append(line)
    if balanced:
        return [unswap(p) for p in balanced[0]], balanced[1], balanced[2]
    return [unswap(first)], "", at


def _unquoted(lines: list[str], at: int) -> tuple[list[str], int]:
    """A provision given without any quotes after 修改为：, up to the next order."""
    paragraphs = []
    while at < len(lines) and not _INSTRUCTION.match(lines[at]) and not _NUMBERED.match(lines[at]):
        paragraphs.append(lines[at])
        at += 1
    return paragraphs, at
