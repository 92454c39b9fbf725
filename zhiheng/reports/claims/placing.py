"""What a claim must say before its number is held against the records: whose cases, of what time, counted how, and of what.

A claim is *placed* when every word around its number has a known meaning and the meanings agree; the default is "not
placed". A word that excludes the comparison (another office, a plan, another counting rule) is told as the reason, a word
that is not known is named, and a person decides. Words and their meanings are data: `words/placing.yaml`, the units'
names, the nouns and acts of the indicators.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import pairwise

from .claim import Claim, Reading
from .matching import Indicator, Variant
from .periods import period_words, periods
from .words import word_list, words

_SENTENCE = re.compile(r"[。！？\n]")
_BREAK = re.compile(r"[，；：（）]")
_QUOTED = re.compile("《[^《》]{0,120}》|“[^“”，。；]{0,40}”")
_MARKS = re.compile(r"[、，；：（）。\s“”《》\-—·*•.|]")
_HAN = re.compile(r"[\u4e00-\u9fffA-Za-z]")
# What a change looks like when its number is taken away: 同比增长8.3%, 由2023年的580件增加到
_CHANGE = re.compile(
    r"(?:同比|环比|[较比与](?:上年|去年|前年|(?:19|20)[0-9]{2}年)(?:同期)?(?:相比)?)"
    r"[^，。；、0-9]{0,8}(?:[0-9,.]+\s*(?:%|‰|个?百分点|[万亿]?[\u4e00-\u9fff])|持平)"
    r"|[由从](?:(?:19|20)[0-9]{2}年|上年|去年)?的?[0-9,.]+[万亿]?[件起宗元][\u4e00-\u9fff]{0,3}?[增升提上减下降][\u4e00-\u9fff]{0,2}[到至为]"
)
_COMPARES = re.compile(
    r"(?:同比|环比|增长|下降|上升|减少|增加|增幅|降幅|占|居|位居|位列|列|排|[较比]|与[^，。；]{1,12}相比|翻)"
)
_PART_OF = re.compile("其中")
_RECALLS = re.compile("应为|实为|更正|误|不是|并非|而非")
_TO_WHOM = re.compile("据|在|与|会同|联合|以|按|由|向|从|针对|为|根据|受|经|跟|同|替|代")
_APART = re.compile("分别|各自")
_LIST = re.compile("[、和与及]|以及")
_NUMBERING = (
    (1, re.compile("第[一二三四五六七八九十]+(?:部分|章|篇)|附件|附表|附[：:0-9一二三四五]")),
    (2, re.compile("[一二三四五六七八九十]{1,3}、")),
    (3, re.compile("（[一二三四五六七八九十]{1,3}）")),
    (4, re.compile("[0-9]{1,2}[.、]")),
    (5, re.compile("（[0-9]{1,2}）")),
)
_NOTE = re.compile("(?:注|说明|备注|编者按|来源)[：:]")
_JOINED = re.compile("[、和与及]|以及|并")
_EARLIER = "前文的时间"  # begins a doubt that a time of the sentence's own settles

# The facets every claim is asked for, in the order they are shown.
FACETS = ("范围", "主体", "期间", "口径", "语气", "部分", "对象")


@dataclass(frozen=True, slots=True)
class House:
    """Whose records there are: the names a text may call the unit by (`places`: those of its area, 重庆市), and those of
    the units below it, each with its key. `bodies` are what such offices are called behind a place (知识产权局)."""

    name: str
    names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    below: Mapping[str, object] = field(default_factory=dict)
    bodies: tuple[str, ...] = ()
    above: tuple[str, ...] = ()  # the names of units above it


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing that had to be accounted for: the `words` of the text ("" where it says nothing), what they are
    understood as, and whether that settles it."""

    name: str
    words: str
    meaning: str
    placed: bool = True

    def to_dict(self) -> dict:
        return {"facet": self.name, "words": self.words, "understood": self.meaning, "placed": self.placed}


@dataclass(frozen=True, slots=True)
class Placement:
    """How a claim is understood. `figures` are the indicators its number is the sum of. `whose`: "all", "own", "below",
    or the keys of the units. `excludes` says why it cannot be compared; `unplaced` are the words nobody can place, each
    with what is unclear about it."""

    facets: tuple[Facet, ...]
    figures: tuple[str, ...]
    whose: str | tuple[object, ...]
    first: date | None
    last: date | None
    excludes: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()

    @property
    def placed(self) -> bool:
        return not self.excludes and not self.unplaced


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # neutral, scope, body, object, attr, act, period, or a reason that excludes: rule, modality, part, place
    words: str
    value: object = None
    at: int = 0


@dataclass(slots=True)
class _Frame:
    """What holds for the rest of a sentence: whose cases, of what time, and what stands in the way."""

    tokens: list[_Token] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def copy(self) -> "_Frame":
        return _Frame(list(self.tokens), list(self.doubts))


@dataclass(slots=True)
class _Thing:
    """What the talk is of: the objects, acts and attributes named, what else stood beside them, and the claim that told
    them (None: a clause without a number)."""

    tokens: list[_Token]
    doubts: list[str]
    claim: Claim | None = None

    def of(self, kind: str) -> list[_Token]:
        return [t for t in self.tokens if t.kind == kind]


_EXCLUDES = ("rule", "modality", "part", "place", "body_other")
_REASONS = {
    "rule": "这是{value}，与指标的口径不同",
    "modality": "这是{value}，不是期内已发生的合计数",
    "part": "这里说的是{value}，不是指标的全部",
    "place": "这里说的是{value}，不在这些记录的范围内",
    "body_other": "这里说的是{value}，不是这些记录的主体",
}


class Placer:
    """Places the claims of one reading against one house.

    `kept` are the indicators that have records; `variants` what people said that words state. Work grows with the length
    of the paragraphs that hold claims of kept indicators.
    """

    def __init__(
        self,
        reading: Reading,
        house: House,
        year: int,
        kept: Iterable[Indicator],
        variants: Sequence[Variant] = (),
    ):
        self.text, self.house, self.year, self.reading = reading.source.text, house, year, reading
        self.kept = {indicator.id: indicator for indicator in kept}
        self.variants = variants
        self.lexicon = _lexicon(house, tuple(self.kept.values()), tuple(variants))
        self.longest = max(map(len, self.lexicon))
        self.ends = [m.start() for m in _SENTENCE.finditer(self.text)]
        self.by_sentence: dict[int, list[Claim]] = {}
        for claim in reading.claims:
            if not claim.in_table:
                self.by_sentence.setdefault(self._sentence(claim.number[0]), []).append(claim)
        self.done: dict[int, Placement] = {}
        self.read_sentences: set[int] = set()
        self.headings = self._headings()
        self.notes = self._doubtful_notes()

    def place(self, claim: Claim) -> Placement:
        """How `claim`, one of the reading's, is understood."""
        if id(claim) not in self.done:
            if claim.in_table:
                self.done[id(claim)] = self._table_cell(claim)
            else:
                self._read_sentence(self._sentence(claim.number[0]))
        return self.done[id(claim)]

    # -- the sentence ------------------------------------------------------------------------------------------------

    def _sentence(self, place: int) -> int:
        return bisect_left(self.ends, place)

    def _bounds(self, sentence: int) -> tuple[int, int]:
        start = self.ends[sentence - 1] + 1 if sentence else 0
        return start, self.ends[sentence] if sentence < len(self.ends) else len(self.text)

    def _read_sentence(self, sentence: int) -> None:
        start, end = self._bounds(sentence)
        claims = sorted(self.by_sentence.get(sentence, ()), key=lambda c: c.number)
        frame = self._before(start)
        thing: _Thing | None = None
        told: list[tuple[Claim, _Frame, _Thing, bool]] = []
        at = start
        cuts = [m.start() for m in _BREAK.finditer(self.text, start, end)] + [end]
        waiting = list(claims)
        for cut in cuts:
            inside = []
            while waiting and waiting[0].number[0] < cut:
                inside.append(waiting.pop(0))
            if not inside:
                thing = self._plain(at, cut, frame, thing, told)
            elif at < inside[0].number[0]:
                thing = self._with_numbers(at, cut, inside, frame, thing, told)
            at = max(cut + 1, inside[-1].number[1] if inside else 0)
        after = self._sentence_behind(end)
        for claim, its_frame, its_thing, alone in told:
            if after:
                its_thing.doubts.append(after)
            self.done[id(claim)] = self._conclude(claim, its_frame, its_thing, alone, told)
        for claim in claims:
            if id(claim) not in self.done:
                self.done[id(claim)] = _nothing(f"“{claim.text}”的上下文没有读通")

    def _plain(self, at: int, cut: int, frame: _Frame, thing: _Thing | None, told: list) -> _Thing | None:
        """A clause without a claim: what it sets for those after it, or takes back from those before."""
        text = _QUOTED.sub("", self.text[at:cut]).strip()
        opened = self.text[at - 1 : at]
        if not text:
            return thing
        behind = told[-1][0] if told else None
        adjoining = behind is not None and at - 1 - max(behind.number[1], behind.span[1]) <= 0
        if opened == "（" and adjoining:
            if not _COMPARES.match(text) and not _PART_OF.match(text):
                tokens, unknown = self._tokens(_without_numbers(text))
                told[-1][2].doubts += [f"括号里的“{text}”"] if unknown or _excluding(tokens) else []
            return thing
        if _COMPARES.match(text) and told:
            return thing
        tokens, unknown = self._tokens(text)
        leading = _leading(text, tokens)
        if told and (why := self._takes_back(text, tokens, unknown)):
            told[-1][2].doubts.append(why)
        if relayed := re.search(word_list("placing")["relayed"], text):
            frame.doubts.append(f"“{relayed[0]}”是转述")
        spoken = _TO_WHOM.match(text) is not None
        for i, token in enumerate(tokens):
            at_head, at_end = token in leading, i == len(tokens) - 1
            if token.kind in ("scope", "body", "period") and (not unknown or at_head):
                frame.tokens.append(token)
            elif (token.kind == "scope" and token.value != "all") or token.kind == "period":
                frame.doubts.append(f"前面说到“{token.words}”")
            elif (
                (token.kind in ("place", "body_other") and (at_head or spoken))
                or (
                    token.kind == "modality" and token.value in ("计划或目标", "假设") and (at_head or at_end)
                )
                or (token.kind == "part" and (spoken or re.match("[对围聚结通其]", text)))
            ):
                frame.tokens.append(token)
        for word in unknown:
            found = _shaped(word, "time") or (
                _shaped(word) if spoken or text.startswith(word) or text.startswith("我") else ""
            )
            if found:
                frame.doubts.append(f"前面说到“{found}”")
        if re.search("行动|专项|期间|活动", text):
            frame.doubts.append(f"前面说到“{text[-14:]}”，不知数字是不是只算其中的")
        if any(t.kind == "object" for t in tokens):
            return _Thing(
                [t for t in tokens if t.kind not in ("neutral", "scope", "body", "period")],
                [f"“{word}”" for word in unknown],
            )
        return thing

    def _takes_back(self, text: str, tokens: list[_Token], unknown: list[str]) -> str:
        """What a clause behind a number says of it that could make it another one; "" where it does not."""
        behind = re.match(f"(?:{word_list('placing')['behind']})", text)
        led = behind or any(
            t.kind in ("place", "body_other", "part")
            or (t.kind == "modality" and t.value != "增减数")
            or (t.kind == "scope" and t.value != "all")
            or (t.kind == "period" and not t.value.is_year(self.year))
            for t in tokens
        )
        return f"后面说的“{text[:16]}”" if led or any(_shaped(w, "time") for w in unknown) else ""

    def _with_numbers(
        self, at: int, cut: int, claims: list[Claim], frame: _Frame, thing: _Thing | None, told: list
    ) -> _Thing | None:
        """A clause with claims: what stands before each number, and behind it."""
        if told and _RECALLS.search(self.text, at, claims[0].number[0]):
            told[-1][2].doubts.append(f"后面说的“{self.text[at : claims[0].number[1]].strip()}”")
        zones, start = [], at
        for i, claim in enumerate(claims):
            stop = claims[i + 1].number[0] if i + 1 < len(claims) else cut
            behind_end = stop if i + 1 == len(claims) else min(max(claim.span[1], claim.number[1]), stop)
            zones.append((self.text[start : claim.number[0]], self.text[claim.number[1] : behind_end]))
            start = max(behind_end, claim.number[1])
        lists = self._members(zones, claims)
        for i, (claim, (before, behind)) in enumerate(zip(claims, zones, strict=True)):
            tokens, unknown = self._tokens(_CHANGE.sub("", _QUOTED.sub("“", before)))
            if lists is not None:
                tokens, unknown = lists[i], (unknown if i == 0 else [])
            beside, unknown_behind = self._tokens(_CHANGE.sub("", _QUOTED.sub("“", behind)))
            part = _PART_OF.search(before) is not None
            lead = _before_thing(tokens)
            own = [t for t in [*tokens, *beside] if t.kind not in ("neutral", "scope", "body", "period")]
            framing = [t for t in [*tokens, *beside] if t.kind in ("scope", "body", "period")]
            fresh = [t for t in framing if t.kind == "scope"]
            if fresh:
                frame.tokens = [t for t in frame.tokens if t.kind not in ("scope", "body")]
            if any(t.kind == "period" for t in framing):
                frame.tokens = [t for t in frame.tokens if t.kind != "period"]
            frame.tokens += framing
            frame.tokens += [t for t in lead if t.kind in ("place", "body_other", "modality") and t in own]
            own = [t for t in own if t not in frame.tokens]
            doubts = [f"“{word}”" for word in [*unknown, *unknown_behind, *_glued(tokens), *_glued(beside)]]
            alone = not any(t.kind in ("object", "attr") for t in own)
            now = _Thing(own, doubts, claim)
            if thing is not None:
                now = self._carried(now, thing, claim, part)
            its = frame.copy()
            told.append((claim, its, now, alone))
            thing = now
            frame.doubts += [d for d in doubts if self._stands_before_act(d, before, lead)]
        return thing

    def _stands_before_act(self, doubt: str, before: str, lead: list[_Token]) -> bool:
        """Whether an unknown word stands before the act: it then holds for all that follows in the sentence."""
        word = doubt.strip("“”")
        acts = [before.find(t.words) for t in self._tokens(before)[0] if t.kind in ("act", "object")]
        return bool(acts) and before.find(word) < min(acts)

    def _carried(self, now: _Thing, thing: _Thing, claim: Claim, part: bool) -> _Thing:
        """A claim that leaves its object, or its act, to what was said before."""
        tokens = list(now.tokens)
        has = {t.kind for t in tokens}
        doubts = list(now.doubts)
        carried = []
        if "object" not in has:
            carried += thing.of("object")
        if "act" not in has and "rule" not in has and (thing.claim is not None or "object" not in has):
            carried += [t for t in thing.tokens if t.kind in ("act", "rule")]
        elif thing.claim is None and "object" not in has:
            carried += [
                t for t in thing.tokens if t.kind in ("act", "rule")
            ]  # 商标侵权案件听证方面，…: part of the noun
        if part or "object" not in has:
            carried += [t for t in thing.tokens if t.kind in ("part", "modality", "place", "body_other")]
            doubts += [d for d in thing.doubts if d not in doubts]
        return _Thing([*carried, *tokens], doubts, claim)

    def _members(self, zones: list[tuple[str, str]], claims: list[Claim]) -> list[list[_Token]] | None:
        """商标侵权、假冒专利案件分别为610件、99件: the words of each member; None where it is no such list."""
        before = zones[0][0]
        if len(claims) < 2 or not _APART.search(before):
            return None
        if any(_MARKS.sub("", z[0]) not in ("", "和", "与", "及", "以及") for z in zones[1:]):
            return None
        tokens, _ = self._tokens(_QUOTED.sub("“", before))
        several = {
            kind: [t for t in tokens if t.kind == kind]
            for kind in ("object", "scope", "act", "period", "rule")
        }
        acts = [t for t in tokens if t.kind in ("act", "rule")]
        several["act"], several["rule"] = acts, []
        several = {kind: ts for kind, ts in several.items() if len(ts) > 1}
        if len(several) != 1:
            return None
        ((_, members),) = several.items()
        if len(members) != len(claims):
            return None
        return [[t for t in tokens if t is member or t not in members] for member in members]

    # -- what holds from before ---------------------------------------------------------------------------------------

    def _before(self, start: int) -> _Frame:
        """What headings and the sentences before in the paragraph leave open."""
        frame = _Frame(doubts=list(self.notes))
        paragraph = self.text.rfind("\n", 0, start) + 1
        for heading in self._headings_above(paragraph):
            self._heading(heading, frame)
        first = self._sentence(paragraph) if paragraph < start else None
        if first is not None:
            last = self._sentence(max(paragraph, start - 1))
            for sentence in range(max(first, last - 12), last + 1):
                a, b = self._bounds(sentence)
                if b <= start - 1 + 1 and a < start:
                    self._said_before(a, b, frame)
        return frame

    def _said_before(self, a: int, b: int, frame: _Frame) -> None:
        for at, cut in _clauses(self.text, a, b):
            text = _QUOTED.sub("", self.text[at:cut]).strip()
            if not text or _COMPARES.match(text):
                continue
            tokens, unknown = self._tokens(text)
            leading = _leading(text, tokens)
            for token in leading:
                if token.kind == "scope" and token.value not in ("all", "below"):
                    frame.doubts.append(f"前文说到“{token.words}”")
                elif token.kind == "scope":
                    frame.doubts = [d for d in frame.doubts if not d.startswith("前文说到")]
                elif token.kind in ("place", "body_other"):
                    frame.doubts.append(f"前文说到“{token.words}”")
                elif token.kind == "period" and not token.value.is_year(self.year):
                    frame.doubts.append(f"{_EARLIER}“{token.words}”")
                elif token.kind == "modality" and token.value == "计划或目标":
                    frame.tokens.append(token)
            if unknown and text.startswith(unknown[0]) and (found := _shaped(unknown[0])):
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

    def _heading(self, heading: str, frame: _Frame) -> None:
        text = heading
        for _, pattern in _NUMBERING:
            text = pattern.sub("", text, count=1) if pattern.match(text) else text
        text = _QUOTED.sub("", text)
        tokens, unknown = self._tokens(text)
        for token in tokens:
            if (token.kind == "scope" and token.value != "all") or (
                token.kind == "period" and not token.value.is_year(self.year)
            ):
                frame.doubts.append(f"标题说的是“{token.words}”")
            elif token.kind in ("place", "body_other") or (
                token.kind == "modality" and token.value == "计划或目标" and token.words not in ("要", "需")
            ):
                frame.tokens.append(replace(token, words=f"标题中的“{token.words}”"))
        for shape in unknown:
            if found := _shaped(shape):
                frame.doubts.append(f"标题说的是“{found}”")

    def _sentence_behind(self, end: int) -> str:
        """“以上为四川省数据。” behind the sentence takes the number back."""
        if end >= len(self.text):
            return ""
        a, b = self._bounds(self._sentence(end + 1))
        text = self.text[a:b].strip()
        if re.match("(?:注[：:]|（?注|以上|上述|前述|这些|该数|此数|其中数据|数据)", text):
            tokens, unknown = self._tokens(_without_numbers(text))
            if (
                _excluding(tokens)
                or any(t.kind == "scope" and t.value != "all" for t in tokens)
                or any(t.kind == "period" and not t.value.is_year(self.year) for t in tokens)
                or any(_shaped(w) for w in unknown)
                or re.search("含|除|误|不实", text)
            ):
                return f"后面说的“{text[:20]}”"
        return ""

    def _doubtful_notes(self) -> list[str]:
        found = []
        for line in self.text.split("\n"):
            if _NOTE.match(line.strip()):
                tokens, unknown = self._tokens(_without_numbers(line.strip()[:200]))
                if any(t.kind in ("place", "body_other") for t in tokens) or any(map(_shaped, unknown)):
                    found.append(f"附注“{line.strip()[:20]}”")
        return found[:3]

    # -- tables ------------------------------------------------------------------------------------------------------

    def _table_cell(self, claim: Claim) -> Placement:
        """A cell says what its row and column say; the lines above say the rest."""
        frame = self._before(self.text.rfind("\n", 0, claim.number[0]) + 1)
        head = re.sub(r"（[^（）]*）|[0-9一二三四五六七八九十]+、", "", claim.head)
        caption = re.sub(
            r"（[^（）]*）|^表[0-9一二三四五六七八九十]+", "", claim.context.removeprefix(claim.head)
        )
        thing = _Thing([], [], claim)
        for said, strict in ((caption, False), (head, True)):
            tokens, unknown = self._tokens(_QUOTED.sub("", said))
            frame.tokens += [t for t in tokens if t.kind in ("scope", "body", "period")]
            own = [t for t in tokens if t.kind not in ("neutral", "scope", "body", "period")]
            if strict or any(t.kind in _EXCLUDES for t in own) or any(t.kind == "act" for t in own):
                thing.tokens += own
            if strict:
                thing.doubts += [f"“{word}”" for word in unknown]
            else:
                thing.doubts += [f"表题中的“{s}”" for w in unknown if (s := _shaped(w))]
        return self._conclude(claim, frame, thing, False, [])

    # -- the conclusion ----------------------------------------------------------------------------------------------

    def _conclude(self, claim: Claim, frame: _Frame, thing: _Thing, alone: bool, told: list) -> Placement:
        tokens = [*frame.tokens, *thing.tokens]
        dated = any(t.kind == "period" and t.value.names_year for t in frame.tokens)
        doubts = [d for d in frame.doubts if not (dated and d.startswith(_EARLIER))]
        unplaced = list(dict.fromkeys([*doubts, *thing.doubts]))
        excludes: list[str] = []
        facets: dict[str, Facet] = {}

        whose, facets["范围"], facets["主体"] = self._whose(frame, unplaced, excludes)
        span, facets["期间"] = self._when(claim, frame, unplaced, excludes)
        figures = self._figures(claim, thing, alone, told, unplaced)
        facets["口径"] = self._rule(thing, figures, claim, unplaced, excludes)
        names = "、".join(self.kept[f].name_for(claim.unit) for f in figures)
        said = "、".join(dict.fromkeys(t.words for t in thing.tokens if t.kind in ("object", "attr")))
        facets["对象"] = Facet("对象", said, names or "没有归到一项指标", bool(figures))
        for kind, name, fine in (
            ("modality", "语气", "已发生的合计数"),
            ("part", "部分", "全部，没有限定"),
        ):
            found = [t for t in tokens if t.kind == kind]
            excludes += [_REASONS[kind].format(value=f"{t.value}（“{t.words.strip('“”')}”）") for t in found]
            facets[name] = Facet(
                name,
                "、".join(t.words for t in found),
                "、".join(dict.fromkeys(str(t.value) for t in found)) or fine,
                not found,
            )
        if claim.flags and any(f["kind"] == "target" for f in claim.flags) and not excludes:
            excludes.append(_REASONS["modality"].format(value="计划或目标"))
        shown = [facets[name] for name in FACETS]
        shown += [Facet("未能归位的词", word, "请人确认", False) for word in dict.fromkeys(unplaced)]
        return Placement(
            tuple(shown),
            tuple(figures),
            whose,
            span[0] if span else None,
            span[1] if span else None,
            tuple(dict.fromkeys(excludes)),
            tuple(dict.fromkeys(unplaced)),
        )

    def _whose(self, frame: _Frame, unplaced: list[str], excludes: list[str]):
        house, publisher = self.house, self.reading.publisher
        said = [t for t in frame.tokens if t.kind == "scope"]
        bodies = [t for t in frame.tokens if t.kind == "body"]
        for token in frame.tokens:
            if token.kind in ("place", "body_other"):
                excludes.append(_REASONS[token.kind].format(value=f"{token.value}（{_quote(token.words)}）"))
        keys = tuple(dict.fromkeys(t.value[1] for t in said if isinstance(t.value, tuple)))
        simple = {t.value for t in said if isinstance(t.value, str)}
        words_said = "、".join(dict.fromkeys(t.words for t in said))
        whose: str | tuple = "all"
        if keys and "own" in simple:
            unplaced.append(f"“{words_said}”")
        if keys:
            whose = keys
            meaning = words_said
            if len(keys) > 1:
                meaning = f"{words_said}，合起来"
        elif "own" in simple:
            whose, meaning = "own", f"{house.name}本级"
        elif "below" in simple:
            whose, meaning = ("below", f"{house.name}所属单位") if house.below else ("all", house.name)
            if not house.below:
                unplaced.append(f"“{words_said}”")
        elif "all" in simple:
            meaning = f"{house.name}{'及所属单位' if house.below else ''}"
        elif publisher and publisher in house.below:
            whose = (house.below[publisher],)
            words_said, meaning = publisher, publisher
        elif publisher and not self._is_house(publisher):
            words_said, meaning = publisher, f"{publisher}，不是{house.name}"
            excludes.append(f"这份文本由{publisher}发布，不在这些记录的范围内")
        else:
            meaning = f"{house.name}{'及所属单位' if house.below else ''}（{'发布单位' if publisher else '交来核对时选定'}）"
        foreign = [t for t in frame.tokens if t.kind == "place"]
        others = [t for t in frame.tokens if t.kind == "body_other"]
        return (
            whose,
            Facet("范围", "、".join([words_said, *(t.words for t in foreign)]).strip("、"),
                  "、".join(str(t.value) for t in foreign) or meaning, not foreign and not excludes),
            Facet("主体", "、".join(dict.fromkeys(t.words for t in [*bodies, *others])),
                  "、".join(str(t.value) for t in others) or "记录所属的单位", not others),
        )  # fmt: skip

    def _is_house(self, publisher: str) -> bool:
        house = self.house
        return any(
            publisher == name or name.endswith(publisher) or publisher.endswith(name)
            for name in (house.name, *house.names)
        )

    def _when(self, claim: Claim, frame: _Frame, unplaced: list[str], excludes: list[str]):
        said = [t for t in frame.tokens if t.kind == "period"]
        words_said = "、".join(dict.fromkeys(t.words for t in said))
        title = self._title_year()
        if claim.measure == "stock" and claim.as_of is not None:
            span = (date(claim.as_of.year, 1, 1), claim.as_of)
            return span, Facet("期间", claim.period or "", f"{span[0]}至{span[1]}")
        found = period_words([t.value for t in said], claim.period, self.year)
        if found is None:
            shown = words_said or claim.period or ""
            excludes.append(f"所说的期间“{shown}”不是一个年度之内的期间，无法按期核对")
            return None, Facet("期间", shown, "无法按期核对", False)
        span, sure = found
        if not sure:
            unplaced.append(f"“{words_said}”")
        if not said and title is not None and title != self.year and span[0].year == self.year:
            unplaced.append(f"标题写的是{title}年，核对的是{self.year}年")
        if (claim.measure == "stock" or any(t.words == "累计" for t in said)) and not any(
            t.value.names_year or t.value.part for t in said
        ):
            unplaced.append("“累计”从哪天起算")
        shown = f"{span[0].year}年" if span == (date(span[0].year, 1, 1), date(span[0].year, 12, 31)) else (
            f"{span[0]}至{span[1]}"
        )  # fmt: skip
        return span, Facet("期间", words_said, shown, sure)

    def _title_year(self) -> int | None:
        title = next((line for line in self.text[:400].split("\n") if line.strip()), "")
        if "。" in title or "，" in title:
            return None
        found = re.search(r"((?:19|20)[0-9]{2})年", title)
        return int(found[1]) if found else None

    def _figures(
        self, claim: Claim, thing: _Thing, alone: bool, told: list, unplaced: list[str]
    ) -> list[str]:
        """The indicators the number is the sum of; [] with the reason in `unplaced` where they are not certain."""
        parts = [t for t in told if t[0].parts_of is not None and self._at(t[0].parts_of) is claim]
        own = [t for t in thing.tokens if t.kind == "act" or t.kind == "object"]
        if alone and len(parts) >= 2 and parts[0][0].number < claim.number:
            placements = [self.done.get(id(c)) for c, *_ in parts]
            if all(p is not None and p.placed and len(p.figures) == 1 for p in placements):
                return list(dict.fromkeys(p.figures[0] for p in placements))
            unplaced.append("合计的各项没有都归到指标")
            return []
        objects, attrs = thing.of("object"), thing.of("attr")
        if not objects:
            unplaced.append("没有写明是哪一类事项")
            return []
        if alone and not own:
            unplaced.append("没有写明是哪一类事项")
            return []
        last = next((t[0] for t in reversed(told) if t[0].number < claim.number), None)
        if alone and last is not None and not self._other_time_or_place(claim, last, told):
            acts = {t.words for t in self._own_acts(claim)}
            if not acts and last.base_unit == claim.base_unit:
                unplaced.append(f"与前面的“{last.said}”是什么关系")
        found = []
        for token in {t.words: t for t in objects}.values():
            ids = [i for i in token.value if i in self.kept and self._fits(self.kept[i], claim, attrs)]
            acts = thing.of("act")
            if len(ids) > 1 and acts:
                ids = [i for i in ids if any(t.words in _acts(self.kept[i]) for t in acts)] or ids
            if len(ids) > 1:
                ids = [i for i in ids if i == claim.indicator_id]
            if len(ids) != 1:
                unplaced.append(f"“{token.words}”属于哪项指标")
                return []
            found.append(ids[0])
        found = list(dict.fromkeys(found))
        if len(found) == 1 and claim.indicator_id not in (None, found[0]):
            unplaced.append(f"“{self.kept[found[0]].name}”还是“{claim.indicator}”")
        return found

    def _at(self, place: int) -> Claim | None:
        claims = self.reading.claims
        return claims[place] if 0 <= place < len(claims) else None

    def _own_acts(self, claim: Claim) -> list[_Token]:
        start = max(self.text.rfind(mark, 0, claim.number[0]) for mark in "，；：。\n") + 1
        tokens, _ = self._tokens(self.text[start : claim.number[0]])
        return [t for t in tokens if t.kind in ("act", "rule")]

    def _other_time_or_place(self, claim: Claim, other: Claim, told: list) -> bool:
        frames = {id(c): f for c, f, *_ in told}
        a, b = frames.get(id(claim)), frames.get(id(other))
        key = lambda f: [t.words for t in f.tokens if t.kind in ("scope", "period")] if f else []  # noqa: E731
        return key(a) != key(b)

    def _fits(self, indicator: Indicator, claim: Claim, attrs: list[_Token]) -> bool:
        if not indicator.counts_in(claim):
            return False
        told = {t.words for t in attrs}
        if indicator.attr:
            return bool(told) and told <= set(indicator.exact_attr or indicator.attr)
        return not told

    def _rule(
        self, thing: _Thing, figures: list[str], claim: Claim, unplaced: list[str], excludes: list[str]
    ) -> Facet:
        acts = [t for t in thing.tokens if t.kind in ("act", "rule")]
        said = "、".join(dict.fromkeys(t.words for t in acts))
        known = [self.kept[f] for f in figures]
        other = [t for t in acts if known and not all(t.words in _acts(i) for i in known)]
        for token in other:
            kind = token.value if token.kind == "rule" else f"“{token.words}”的数"
            excludes.append(_REASONS["rule"].format(value=f"{kind}（“{token.words}”）"))
        needs = [i for i in known if _acts(i) and not i.attr]
        if not acts and needs:
            unplaced.append("没有写明是查办、立案还是受理")
            return Facet("口径", "", "没有写明", False)
        counts = known[0].name_for(claim.unit) if known else ""
        if other:
            return Facet("口径", said, "与指标的口径不同", False)
        return Facet("口径", said, counts or "没有归到一项指标", bool(known))

    # -- words -------------------------------------------------------------------------------------------------------

    def _tokens(self, text: str) -> tuple[list[_Token], list[str]]:
        """The known words of `text` in order, and the stretches in between that no list knows.

        Of all ways to cut the text the one that leaves the fewest characters unknown, then the one with the fewest words.
        """
        text = text[-400:]
        known = dict(periods(text))
        n = len(text)
        best: list[tuple[int, int, int, _Token | None]] = [(0, 0, n, None)] * (n + 1)
        for i in range(n - 1, -1, -1):
            mark = _MARKS.match(text, i) is not None
            cost, count, _, _ = best[i + 1]
            choice = (cost + (0 if mark else 1), count + (0 if mark else 1), i + 1, None)
            for period in known.get(i, ()):
                cost, count, _, _ = best[i + len(period.words)]
                option = (cost, count + 1, i + len(period.words), _Token("period", period.words, period))
                if option[:2] < choice[:2]:
                    choice = option
            for length in range(min(self.longest, n - i), 0, -1):
                token = self.lexicon.get(text[i : i + length])
                if token is not None:
                    cost, count, _, _ = best[i + length]
                    if (cost, count + 1) < choice[:2]:
                        choice = (cost, count + 1, i + length, token)
            best[i] = choice
        tokens, unknown, at, open_ = [], [], 0, None
        while at < n:
            _, _, following, token = best[at]
            if token is None and not _MARKS.match(text, at):
                open_ = at if open_ is None else open_
            else:
                if open_ is not None:
                    unknown.append(text[open_:at])
                    open_ = None
                if token is not None:
                    tokens.append(replace(token, at=at))
            at = following
        if open_ is not None:
            unknown.append(text[open_:])
        return tokens, [w for w in unknown if w.strip()]


def _nothing(why: str) -> Placement:
    return Placement((Facet("未能归位的词", why, "请人确认", False),), (), "all", None, None, (), (why,))


def _acts(indicator: Indicator) -> frozenset[str]:
    return frozenset(indicator.exact_acts or indicator.verbs)


@cache
def _shapes() -> dict[str, re.Pattern]:
    return {kind: re.compile(pattern) for kind, pattern in word_list("placing")["shapes"].items()}


def _shaped(word: str, *kinds: str) -> str:
    """The name of a place, an organ or a time in an unknown stretch, by its shape; "" where there is none."""
    shapes = _shapes()
    return next((m[0] for kind in kinds or ("place", "organ") if (m := shapes[kind].search(word))), "")


def _quote(said: str) -> str:
    return said if "“" in said else f"“{said}”"


def _excluding(tokens: list[_Token]) -> bool:
    return any(t.kind in _EXCLUDES for t in tokens)


def _leading(text: str, tokens: list[_Token]) -> list[_Token]:
    """The tokens the text begins with, up to the first word that is not known."""
    found, at = [], 0
    for token in tokens:
        while at < len(text) and _MARKS.match(text, at):
            at += 1
        if not text.startswith(token.words, at):
            break
        found.append(token)
        at += len(token.words)
    return found


def _glued(tokens: list[_Token]) -> list[str]:
    """Two nouns without anything between them are a third one: 地理标志案件商标侵权."""
    objects = [t for t in tokens if t.kind == "object"]
    return [a.words + b.words for a, b in pairwise(objects) if a.at + len(a.words) == b.at]


def _before_thing(tokens: list[_Token]) -> list[_Token]:
    """The tokens before the first act, object or attribute."""
    first = next(
        (i for i, t in enumerate(tokens) if t.kind in ("act", "rule", "object", "attr")), len(tokens)
    )
    return tokens[:first]


def _clauses(text: str, a: int, b: int):
    at = a
    for m in _BREAK.finditer(text, a, b):
        yield at, m.start()
        at = m.end()
    yield at, b


_NUMBER = re.compile(r"[0-9][0-9,.]*[万亿]?(?:%|‰|个百分点|元|件|起|宗|人次|人|家|个|项|次)?")


def _without_numbers(text: str) -> str:
    return _NUMBER.sub("", text)


def _lexicon(house: House, kept: tuple[Indicator, ...], variants: tuple[Variant, ...]) -> dict[str, _Token]:
    data = word_list("placing")
    found: dict[str, _Token] = {}

    def add(kind: str, said: str, value: object = None) -> None:
        if said and said not in found:
            found[said] = _Token(kind, said, value)

    for name in (house.name, *house.names, *house.places):
        add("scope", name, "all")
    for name, key in house.below.items():
        add("scope", name, ("below", key))
    for value, said in data["scope"].items():
        for word in said:
            add("scope", word, value)
    for name in house.above:
        add("place", name, "上级的全部范围")
    for body in (*house.bodies, *data["bodies"]):
        add("body", body)
    objects: dict[str, list[str]] = {}
    for indicator in kept:
        for word in indicator.exact or indicator.what:
            objects.setdefault(word, []).append(indicator.id)
    for variant in variants:
        if variant.indicator_id is not None:
            objects.setdefault(variant.words, [])[:] = [variant.indicator_id]
    for word, ids in objects.items():
        add("object", word, tuple(ids))
    for indicator in kept:
        for word in indicator.exact_attr or indicator.attr:
            add("attr", word)
        for word in indicator.exact_acts or indicator.verbs:
            add("act", word)
    for said in data["neutral"].values():
        for word in said:
            add("neutral", word)
    for kind in ("rule", "modality", "part", "place"):
        for value, said in data[kind].items():
            for word in said:
                add(kind, word, value)
    for value, said in data["body"].items():
        for word in said:
            add("body_other", word, value)
    for verb in words().family:
        add("act", verb)
    return found
