"""Of which time a sentence speaks: the report's year, a year named at the head of a clause, a day a stock stands at."""

import re
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_YEAR = re.compile(r"((?:19|20)[0-9]{2})年")
_OWN_YEAR = re.compile(r"(?<![较比从由自到至指])((?:19|20)[0-9]{2})年")
_BARE_YEAR = re.compile(r"(?<![0-9.])(20[0-4][0-9])(?![0-9.])")  # 数说2024
_PUBLISHER = re.compile(
    r"[ \t#*]*([\u4e00-\u9fff]{2,24}?(?:局|厅|委员会|委|政府|法院|检察院|中心|办公室))(?:关于|对|发布)?[ ]?(?:19|20)[0-9]{2}年"
)
_PART = r"上半年|下半年|全年|第?[一二三四1-4]季度|前[一二三]季度|1?[0-9]月?[-~至到]1?[0-9]月|1?[0-9]月(?![0-9]{1,2}日)"
_SPAN = r"(?:近|过去|最近)[一二两三四五六七八九十几0-9]{1,2}年(?:来|间)?|[一二两三四五六七八九十0-9]{1,2}年来|多年来|历年来?"
# A time holds from where a clause begins with it; what follows may be a mark or the clause itself, but no 底 or 初.
_WHEN = re.compile(
    r"截[至止]到?(?P<asof>目前|当前|[0-9]{4}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?|上半年|第[一二三四]季度)?[底末]?"
    r"|(?:今年|去年|上年)?[0-9]{1,2}月(?:[0-9]{1,2}日)?[底末]?|今年[底末]|去年[底末]|上年[底末]|年[底末]|“?十[一二三四五]五”?(?:时期)?[底末]?)"
    r"|(?P<lead>^|[，。；：、（\n ]|(?<=[在于自])|(?<=[一二三四五六七八九十]是))"
    rf"(?:(?P<year>(?:19|20)[0-9]{{2}})(?:年度?)?(?P<month>(?<=年)1?[0-9]月)?[至到~-](?P<last>(?:19|20)[0-9]{{2}})年度?(?P<month2>1?[0-9]月)?"
    rf"|(?P<year1>(?:19|20)[0-9]{{2}})年度?(?P<part>{_PART})?份?"
    rf"|(?P<near>今年|去年|上年|本年度?)(?P<same>同期)?(?P<part2>{_PART})?份?"
    rf"|(?P<part3>{_PART})份?|(?P<span>{_SPAN})"
    r"|(?P<plan>“?十[一二三四五]五”?)(?:期间|时期|以来))(?P<since>以来)?"
    r"(?![底末初中]|[-~至到]?[0-9]{1,2}日|以?前|以?后|内|[版级])"
    r"(?P<apart>(?=[，、]|[全我本各共累查办立受新授当]|市|省|重庆|国|$))?"
    r"|(?P<end>(?<=[，。；：\n])(?:(?:(?P<y2>(?:19|20)[0-9]{2})年)?年?[底末])(?=，))",
    re.M,
)
# Where one can begin: quick to find, before the whole pattern is tried.
_MAYBE = re.compile(r"[，。；：、（\n 在于是自][0-9今去上下本近过最多历全第前一二两三四五六七八九十“年]|截")
_BRACKET = 60  # so many characters hold what stands in brackets
_SENTENCE_START = "。！？\n"
_BREAK = re.compile(r"[。！？\n]")


@dataclass(frozen=True, slots=True)
class When:
    """From `place` on, the text speaks of `label`, to the end of the paragraph, or of the sentence only when `brief`;
    over `several` years at once. `same` is 上年同期: the parts of the year told before, a year earlier. Said within a
    bracket it holds `until` the bracket ends.

    A `stock` stands at the day `as_of`, where that is known.
    """

    place: int
    label: str
    stock: bool
    as_of: date | None
    brief: bool = False
    several: bool = False
    same: bool = False
    until: int | None = None


class Timeline:
    """Every expression of time in a clean text; asked in any order, O(log n) each."""

    def __init__(self, text: str, year: int | None = None):
        head = text[:400]
        title = next((line for line in head.split("\n") if line.strip()), "")
        # 较2020年, 由2018年的: not the year the text is about
        found = _YEAR.search(title) or _OWN_YEAR.search(head) or _OWN_YEAR.search(text, 0, 20000)
        found = found or _BARE_YEAR.search(title)
        self.year = year or (int(found[1]) if found else None)
        m = _PUBLISHER.match(title)
        self.publisher = m[1] if m else None
        self.breaks = [m.start() for m in _BREAK.finditer(text)]
        self._paragraphs = [b for b in self.breaks if text[b] == "\n"]
        self._whens: list[When] = []
        self._places: list[int] = []
        spoken = self.year
        for m in _times(text):
            when = self._when(m, spoken, text)
            if when is None:
                continue
            if m["year1"] and not when.brief:
                spoken = int(m["year1"])
            self._whens.append(when)
            self._places.append(when.place)

        self.tells_same = any(when.same for when in self._whens)

    def sentence(self, place: int) -> int:
        """Number of the sentence `place` stands in."""
        return bisect_right(self.breaks, place - 1) if place else 0

    def bounds(self, sentence: int, length: int) -> tuple[int, int]:
        start = self.breaks[sentence - 1] + 1 if sentence else 0
        return start, self.breaks[sentence] if sentence < len(self.breaks) else length

    def at(self, place: int) -> When | None:
        """What time holds at `place`: an as-of day or a passing 上半年 for its sentence, a year for its paragraph."""
        i = bisect_right(self._places, place) - 1
        if i < 0:
            return None
        here = self.sentence(place)
        paragraph = bisect_right(self._paragraphs, place)
        steps = 0
        while i >= 0 and steps < 8:
            when = self._whens[i]
            if bisect_right(self._paragraphs, when.place) != paragraph:
                return None
            ended = when.until is not None and when.until <= place
            if not ended and (not (when.stock or when.brief) or self.sentence(when.place) == here):
                return when
            i, steps = i - 1, steps + 1
        return None

    def _when(self, m: re.Match, year: int | None, text: str) -> When | None:
        if m["asof"]:
            label, day = _as_of(m["asof"], year)
            return When(m.start(), "截至" + label, True, day)
        if m["end"]:
            y = int(m["y2"]) if m["y2"] else year
            return When(m.start(), f"截至{y}年底", True, date(y, 12, 31)) if y else None
        place = m.end("lead")
        # said in passing: within a sentence, or running on into the clause
        passing = m["apart"] is None or not _opens(text, place)
        until = text.find("）", place, place + _BRACKET) if text[place - 1 : place] == "（" else -1
        within = {"until": until, "brief": True} if until > 0 else {"brief": passing}
        if m["plan"] or m["span"]:
            return When(place, (m["plan"] or m["span"]).strip("“”"), False, None, several=True, **within)
        if m["last"]:
            label = f"{m['year']}年{m['month'] or ''}至{m['last']}年{m['month2'] or ''}"
            return When(place, label, False, None, several=True, **within)
        named = m["year1"]
        if m["near"] or m["part3"]:
            if not year:
                return None
            named = str(year - 1 if m["near"] in ("去年", "上年") else year)
        part = re.sub("(?<=[0-9月])[至到~](?=[0-9])", "-", m["part"] or m["part2"] or m["part3"] or "")
        if part.endswith("季度") and part[0] not in "第前":
            part = f"第{part}"
        label = f"{named}年{part}" if part and part != "全年" else named
        if m["since"]:
            label = f"{label}{'' if label[-1] == '月' or part else '年'}以来"
            return When(place, label, False, None, several=True, **within)
        # “上半年，…” without its year is said in passing.
        within["brief"] |= bool(m["part3"])
        return When(place, label, False, None, same=bool(m["same"]), **within)


def _times(text: str) -> Iterator[re.Match]:
    """Every expression of time, in order, none within another."""
    done = 0
    if m := _WHEN.match(text):
        yield m
        done = m.end()
    for maybe in _MAYBE.finditer(text):
        at = maybe.start()
        if at < done:
            continue
        # behind 在 or 是 it begins with the next character, and so it may at a line's start
        m = _WHEN.match(text, at) or _WHEN.match(text, at + 1)
        if m is not None:
            yield m
            done = m.end()


def _opens(text: str, place: int) -> bool:
    """Whether a sentence begins at `place`, but for its number (一是, （一）, 1.)."""
    before = text[max(0, place - 6) : place].rstrip(" 　")
    return not before or before[-1] in _SENTENCE_START or before[-1] in "是、）." or before[-1] == "："


def _as_of(words: str, year: int | None) -> tuple[str, date | None]:
    if words in ("目前", "当前"):
        return words, None
    for near, shift in (("今年", 0), ("去年", -1), ("上年", -1)):
        if words.startswith(near) and year:
            words = f"{year + shift}年" + words[2:]
    m = re.match(r"(?:([0-9]{4})年)?(?:([0-9]{1,2})月(?:([0-9]{1,2})日)?)?(上半年)?年?([底末])?$", words)
    if m is None:
        return words, None
    y = int(m[1]) if m[1] else year
    if y is None:
        return words, None
    month = int(m[2]) if m[2] else (6 if m[4] else 12)
    if not 1 <= month <= 12 or not 1 <= y <= 9999:
        return words, None
    last = monthrange(y, month)[1]
    day = min(int(m[3]), last) if m[3] else last
    label = words if m[1] else f"{y}年{words.removeprefix('年')}"
    return label, date(y, month, day) if day else None
