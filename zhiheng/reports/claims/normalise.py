"""Make damaged text readable without losing the way back.

Published reports reach the reader as pasted web pages, converted Word files and scanned pages. `normalise` evens out
what carries no meaning — full-width digits, entities, Word's leftovers, stray spaces, wrapped lines — and keeps a map,
so that every place in the clean text can be pointed at in the original.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from zhiheng.canonical import FULL_WIDTH

from . import script
from .words import words

_SAME_LENGTH = str.maketrans(
    {
        **{chr(wide): chr(plain) for wide, plain in FULL_WIDTH.items()},
        **dict.fromkeys("\u3000\xa0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f", " "),
        **dict.fromkeys("—–‐‑‒―−－", "-"),
        **dict.fromkeys("～〜∼", "~"),
        **dict.fromkeys("﹒．", "."),
        **dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n"),
        "，": "，",  # kept: it ends a clause (the range above would make it ASCII)
        "；": "；",
        "：": "：",
        "（": "（",
        "）": "）",
        "！": "！",
        "？": "？",
        "﹪": "%",
        # tables drawn with lines
        **dict.fromkeys(
            "│┃┆┇┊┋┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛├┝┞┟┠┡┢┣┤┥┦┧┨┩┪┫┬┭┮┯┰┱┲┳┴┵┶┷┸┹┺┻┼┽┾┿╀╁╂╃╄╅╆╇╈╉╊╋║╔╗╚╝╠╣╦╩╬", "|"
        ),
        **dict.fromkeys("─━┄┅┈┉═", "-"),
        "○": "〇",
        "◯": "〇",
        **script.TABLE,
    }
)
_EVEN = {chr(odd): even for odd, even in _SAME_LENGTH.items() if chr(odd) != even}
_ODD = re.compile("[" + "".join(map(re.escape, sorted(_EVEN))) + "]")
# 1，408件: a full-width comma between the digits of one number; a new clause would not start with three bare digits
_WIDE_THOUSANDS = re.compile(
    r"(?<![0-9０-９.．])([0-9０-９]{1,3})( ?)，( ?)(?=[0-9０-９]{3}(?![0-9０-９])(?:，[0-9０-９]{3}|[.．][0-9０-９]|[\u4e00-\u9fff]))"
)
# 1，099 as a cell of its own
_WIDE_CELL = re.compile(
    r"(?<=[\t|]) ?[0-9０-９]{1,3}(?:[,，][0-9０-９]{3})+(?:[.．][0-9０-９]+)?(?= ?(?:[\t|\n]|\Z))"
)
_ASCII_PUNCTUATION = re.compile(
    r"[,;:()!?](?:(?<=,)(?:(?<![0-9],)|(?! {0,2}[0-9])|(?= [0-9])(?! [0-9]{3}(?![0-9])))|(?<!,)(?![0-9]*//))"
)
_TO_CHINESE = {",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "!": "！", "?": "？"}
NOTE_MARK = r"\[[0-9]{1,2}\]|[①-⑳]|[¹²³⁰⁴-⁹]{1,2}"
_DEBRIS = re.compile(
    r"\[bookmark:[^\]\n]{0,80}\]|</?[a-zA-Z][^<>\n]{0,200}>|[\u200b-\u200f\u2060\ufeff\u00ad]"
    r"|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});"
    # the mark of a note between a number and its unit: 610①件, 610[1]件
    rf"|(?<=[0-9０-９])(?:{NOTE_MARK})(?=\s?[万亿千百]?[件个起宗家户名人次项份篇吨台批场期元])"
)
_HAN_YEAR = re.compile("[一二][〇零九][〇零一二三四五六七八九]{2}(?=年)")  # 二〇二四年
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_HAN = "\u3400-\u9fff"
_COMMA_HEAD = re.compile("[^0-9,，。；\t|][^,，。；\t|]{0,23}(?:,[^0-9,，。；\t|][^,，。；\t|]{0,23})+")
_COMMA_ROW = re.compile(r"[^,，。；\t|]{1,24}(?:, ?(?:[-+]?[0-9]+(?:\.[0-9]+)?%?|[-/]?))+")
_ITEM = re.compile("[：:].*[0-9]")
_SPACES = re.compile(
    rf"(?<=[{_HAN}，。；：、（）“”《》%+]) {{1,3}}(?=[{_HAN}0-9，。；：、（）“”《》+.%])"
    rf"|(?<=[0-9]) {{1,3}}(?=[{_HAN}，。；：、（）%])"
    r"|(?<=[0-9]) (?=[0-9]{1,3}(?![0-9])(?:[.,] {0,2}[0-9]| ?[0-9%\u3400-\u9fff]|\n *[件个人万亿宗起家户名次]))"
    r"|(?<=[0-9]) {1,2}(?=[.,] ?[0-9])|(?<=[0-9][.,]) {1,2}(?=[0-9])"
)
_CELLS = re.compile(r" {2,}")
_BARE_CELL = re.compile(r"[-+]?[0-9][0-9,.]*%?")
_LONGEST_CELL = 24
_NO_CELL = re.compile("[，。；！？：《》]")
_IN_BRACKETS = re.compile("（[^（）]{0,20}）")
_UNIT_IN_HEAD = re.compile("（(?:单位：)?[\u4e00-\u9fff%]{1,4}）$")
_BARE_HEADS = {"信息内容"}
_LABELS = 3  # words before the numbers of a row: number, name, unit
_PAIR = re.compile(rf" *[{_HAN}（）]{{2,20}} +[0-9][0-9,.]*%? *")
_WRAPPED = re.compile(rf"[{_HAN}0-9，、（“《%‰]")
_COUNT_FOLLOWS = re.compile(rf"[0-9][0-9.,]*[余多]?[{_HAN}%]")
_PAGE_NUMBER = re.compile("- ?[0-9]{1,4} ?-")
_CUT = re.compile(rf"[{_HAN}] ?[0-9]{{1,4}}[.]$")
_CONTINUES = re.compile(
    rf"(?![一二三四五六七八九十]{{1,3}}(?:、|是)|（[一二三四五六七八九十]|[0-9]{{1,2}}[.、])[{_HAN}0-9，。；、）”》%]"
)


@dataclass(frozen=True, slots=True)
class Shift:
    """A piecewise map from places in a rewritten text back to the text it was made from."""

    new: tuple[int, ...]
    old: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """A table pasted one cell to a line: the lines of its head, then rows of `labels` words and then numbers."""

    head: tuple[tuple[int, int], ...]
    rows: tuple[tuple[tuple[int, int], ...], ...]
    labels: int

    @property
    def span(self) -> tuple[int, int]:
        return (self.head or self.rows[0])[0][0], self.rows[-1][-1][1]


@dataclass(frozen=True, slots=True)
class Normalised:
    """The clean text; `tables` are the (start, end) spans of lines laid out in columns, `stacks` those of tables that
    lost their columns: every cell on a line of its own."""

    text: str
    original: str
    shifts: tuple[Shift, ...]
    tables: tuple[tuple[int, int], ...]
    stacks: tuple["Stack", ...] = ()

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text that became [start, end) of the clean text."""
        last = end - 1
        for shift in reversed(self.shifts):
            new = shift.new
            i = bisect_right(new, start) - 1
            moved = shift.old[i] - new[i]
            start += moved
            if i + 1 < len(new) and new[i + 1] <= last:
                i = bisect_right(new, last) - 1
                moved = shift.old[i] - new[i]
            last += moved
        return start, max(start, last + 1) if end else start


def normalise(original: str) -> Normalised:
    """Clean `original`; time and memory are linear in its length."""
    text = _WIDE_THOUSANDS.sub(r"\1,\2\3", original) if "，" in original else original
    if "，" in text:
        text = _WIDE_CELL.sub(lambda m: m[0].replace("，", ","), text)
    text = _ODD.sub(_evened, text)
    text, debris = _rewrite(text, _debris(text))
    text = _HAN_YEAR.sub(lambda m: m[0].translate(_DIGITS), text)
    text = _cells_apart(text)
    text = _ASCII_PUNCTUATION.sub(lambda m: _TO_CHINESE[m[0]], text)
    text, layout = _rewrite(text, _layout(text))
    tables = tuple(_tables(text))
    shifts = tuple(shift for shift in (debris, layout) if len(shift.new) > 1)
    return Normalised(text, original, shifts, tables, tuple(_stacks(text, {a for a, _ in tables})))


def _cells_apart(text: str) -> str:
    """Rows with commas between the cells get tabs; bars between the items of a line (立案：128件|结案：121件) end clauses. Every
    character keeps its place."""
    if "," not in text and "|" not in text:
        return text
    lines = text.split("\n")
    commas = head = 0  # so many in the row of names above, and where that stands
    for i, line in enumerate(lines):
        found = line.count(",")
        if found and found == commas and _COMMA_ROW.fullmatch(line):
            lines[head] = lines[head].replace(",", "\t")
            lines[i] = line.replace(",", "\t")
        elif found or "单位" not in line or len(line) > _LONGEST_CELL:
            commas, head = found if found and _COMMA_HEAD.fullmatch(line) else 0, i
        if "|" in line and all(not piece.strip() or _ITEM.search(piece) for piece in line.split("|")):
            lines[i] = line.replace("|", "；")
    return "\n".join(lines)


def _evened(m: re.Match) -> str:
    return _EVEN[m[0]]


def is_tabular(line: str) -> bool:
    """Whether a line is a row of cells rather than prose."""
    if "\t" in line or line.count("|") >= 2:
        return True
    if "  " in line and len(_CELLS.findall(line.strip())) >= 2 and "。" not in line:
        return True
    if " " not in line:
        return False
    cells = line.split()
    if not {"年", "月", "日"}.isdisjoint(cells):
        return False  # a date whose digits stand apart
    bare = sum(1 for cell in cells if _BARE_CELL.fullmatch(cell))
    return len(cells) >= 3 and bare >= 2 and bare * 2 >= len(cells) and not re.search("[，。；]", line)


def _tabular(lines: list[str]) -> list[bool]:
    """Which lines are rows: by themselves; a name and a number, several in succession; a head above as many cells."""
    rows = [is_tabular(line) for line in lines]
    pairs = [not row and _PAIR.fullmatch(line) is not None for row, line in zip(rows, lines, strict=True)]
    beside = [False, *pairs, False]
    for i, paired in enumerate(pairs):
        rows[i] |= paired and (beside[i] or beside[i + 2])
    for i in range(len(lines) - 1):
        if rows[i + 1] and not rows[i] and " " in lines[i] and not re.search("[，。；]", lines[i]):
            rows[i] = len(lines[i].split()) == len(lines[i + 1].split()) > 1
    return rows


def _debris(text: str) -> list[tuple[int, int, str]]:
    edits = []
    for m in _DEBRIS.finditer(text):
        new = html.unescape(m[0]) if m[0][0] == "&" else ""
        if new == m[0]:
            continue
        edits.append((m.start(), m.end(), new.translate(_SAME_LENGTH)))
    return edits


def _layout(text: str) -> list[tuple[int, int, str]]:
    """Spaces that split words or numbers, and line ends in the middle of a sentence."""
    edits: list[tuple[int, int, str]] = []
    start = 0
    previous = ""
    flowing = False  # whether the line before went on with the one before it: a paragraph of short lines
    lines = text.split("\n")
    for line, tabular in zip(lines, _tabular(lines), strict=True):
        body = line.strip()
        if previous and not tabular and _PAGE_NUMBER.fullmatch(body):
            edits.append((start - 1, start + len(line), ""))  # a page ends in the middle of the text
            start += len(line) + 1
            continue
        joined = (
            bool(start and body and previous)
            and not tabular
            and _is_wrapped(previous, body, flowing)
            and _CONTINUES.match(body) is not None
        )
        if joined:
            cut = start - 1
            while edits and edits[-1][0] >= cut:
                edits.pop()
            if edits and edits[-1][1] == cut:
                cut = edits.pop()[0]  # a page number stood between
            edits.append((cut, start + len(line) - len(line.lstrip()), ""))
        if " " in line and not tabular:
            skip = edits[-1][1] if edits else 0
            edits.extend(
                (m.start(), m.end(), "")
                # what stands behind the line's end decides about a space before it
                for m in _SPACES.finditer(text, max(start, skip), start + len(line) + 2)
            )
        if body or not flowing:
            of_cells = joined and _BARE_CELL.fullmatch(previous) is not None and body in words().units
            flowing = joined and not of_cells
            previous = "" if tabular or of_cells else body  # 610, 件: the next cell is another thing's
        start += len(line) + 1
    return edits


def _is_wrapped(line: str, following: str, flowing: bool = False) -> bool:
    """Whether the sentence goes on with `following`; a number is not cut off from its decimals or its unit."""
    if not _WRAPPED.match(line[-1]):
        return line[-1] == "." and bool(_CUT.search(line)) and following[0].isdigit()
    if _BARE_CELL.fullmatch(line) and following in words().units:
        return True  # 40, 件 on lines of their own
    if line[-1].isdigit() and following[0] in "年月日%‰" and not _BARE_CELL.fullmatch(line):
        return True
    prose = any(mark in line for mark in "，。；")
    return (
        line[-1] in "，、"
        or (line[-1].isdigit() and "，" in line)
        or (
            line[-1].isdigit()
            and following[0] in "件个人万亿宗起家户名次元项"
            and re.search("[，。；]", following)
        )
        or (len(line) >= 18 and prose)
        or (line[-1] in "%‰" and len(line) > 8 and following[0] in "提增上下降升的，、；。")
        or ("，" in line and _COUNT_FOLLOWS.match(following) is not None)
        or (len(line) >= 10 and "，" in line and any(mark in following for mark in "，。；"))
        or (flowing and line[-1] not in "。；：！？")
    )


def _rewrite(text: str, edits: list[tuple[int, int, str]]) -> tuple[str, Shift]:
    if not edits:
        return text, Shift((0,), (0,))
    pieces: list[str] = []
    new, old = [0], [0]
    at = length = 0
    for start, end, replacement in edits:
        pieces.append(text[at:start])
        length += start - at
        if replacement:
            pieces.append(replacement)
            new.append(length)
            old.append(start)
            length += len(replacement)
        new.append(length)
        old.append(end)
        at = end
    pieces.append(text[at:])
    return "".join(pieces), Shift(tuple(new), tuple(old))


def _tables(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    lines = text.split("\n")
    for line, tabular in zip(lines, _tabular(lines), strict=True):
        if tabular:
            yield start, start + len(line)
        start += len(line) + 1


def _stacks(text: str, tabular: set[int]) -> Iterator[Stack]:
    """Runs of short lines without punctuation in which words and bare numbers take turns in a fixed rhythm."""
    run: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        cell = line.strip(" |\t")  # “1204 |”: a web page's column rule stays behind the cell
        if cell:
            at = start + line.index(cell[0])
            bare = _IN_BRACKETS.sub("", cell) if "（" in cell else cell
            if len(bare) <= _LONGEST_CELL and start not in tabular and not _NO_CELL.search(bare):
                run.append((at, at + len(cell)))
            else:
                yield from _stacked(text, run)
                run = []
        start += len(line) + 1
    yield from _stacked(text, run)


def _stacked(text: str, run: list[tuple[int, int]]) -> Iterator[Stack]:
    kinds = [_BARE_CELL.fullmatch(text, *cell) is not None or text[slice(*cell)] in "-/" for cell in run]
    lengths = [len(list(same)) for _, same in groupby(kinds)]
    turn = start = 0
    if kinds and kinds[0]:
        turn, start = 1, lengths[0]
    # `turn` counts runs of words; behind each stands a run of numbers
    while turn + 2 < len(lengths):
        head, (numbers, labels) = lengths[turn], lengths[turn + 1 : turn + 3]
        rows = 1
        while lengths[turn + 2 * rows : turn + 2 * rows + 2] == [labels, numbers]:
            rows += 1
        if rows > 1 and labels <= min(head, _LABELS):
            first, width = start + head - labels, labels + numbers
            cells = [tuple(run[i : i + width]) for i in range(first, first + rows * width, width)]
            yield Stack(tuple(run[start:first]), tuple(cells), labels)
        else:
            rows = 1
            yield from _single(text, run[start : start + head + numbers], head)
        start += sum(lengths[turn : turn + 2 * rows])
        turn += 2 * rows
    if turn + 1 < len(lengths):
        yield from _single(text, run[start : start + lengths[turn] + lengths[turn + 1]], lengths[turn])


def _single(text: str, cells: list[tuple[int, int]], head: int) -> Iterator[Stack]:
    """One row of numbers under lines of words; only where the words name a unit or are known to be a head."""
    titles = [text[slice(*cell)] for cell in cells[:head]]
    if any(_UNIT_IN_HEAD.search(title) or title in _BARE_HEADS for title in titles):
        yield Stack(tuple(cells[:head]), (tuple(cells[head:]),), 0)
