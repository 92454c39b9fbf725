"""What the words around a number come to: whose, when, counted how, and of what — or why that cannot be said."""

import re
from dataclasses import dataclass, replace
from datetime import date

from ..claim import Claim, Reading
from ..matching import Indicator
from ..periods import Period, period_words, periods
from .lexicon import (
    EARLIER,
    IN_HEADING,
    JOINTLY,
    MENTIONED,
    REASONS,
    Frame,
    House,
    Lexicon,
    Thing,
    Token,
    acts_of,
)

# The facets every claim is asked for, in the order they are shown.
FACETS = ("范围", "主体", "期间", "口径", "语气", "部分", "对象")


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
    named: tuple[object, ...] = ()  # the keys of records named before the number, which may be of these alone

    @property
    def placed(self) -> bool:
        return not self.excludes and not self.unplaced


class Conclusions:
    """Concludes for the claims of one reading; `done` are the placements found so far, by the identity of the claim."""

    def __init__(
        self, reading: Reading, house: House, year: int, kept: dict[str, Indicator], lexicon: Lexicon
    ):
        self.text, self.reading, self.house, self.year = reading.source.text, reading, house, year
        self.kept, self.lexicon = kept, lexicon
        self.done: dict[int, Placement] = {}
        self.title = _title(self.text)

    def conclude(self, claim: Claim, frame: Frame, thing: Thing, alone: bool, told: list) -> Placement:
        dated = any(t.kind == "period" and t.value.names_year for t in frame.tokens)
        doubts = [d for d in frame.doubts if not (dated and d.startswith(EARLIER))]
        unplaced = list(dict.fromkeys([*doubts, *frame.topics, *thing.doubts]))
        excludes: list[str] = []
        facets: dict[str, Facet] = {}

        figures = self._figures(claim, thing, alone, told, unplaced)
        frame = self._under_its_heading(frame, figures)
        tokens = [*frame.tokens, *thing.tokens]
        whose, facets["范围"], facets["主体"] = self._whose(frame, thing, unplaced, excludes)
        rough = self.lexicon.known.get(claim.approx_word or "")
        if rough and rough.kind == "modality" and rough.value != "增减数":
            tokens.append(rough)  # 预计610件: the word went with the number; 多 in 600多件 only rounds it
        span, facets["期间"] = self._when(claim, frame, figures, unplaced, excludes)
        known = [(name, record.key) for name, record in frame.named if record.indicator in figures]
        strange = {name for name, _ in frame.named} - {name for name, _ in known}
        unplaced += [f"前面说到“{name}”" for name in sorted(strange)]
        facets["口径"] = self._rule(thing, figures, claim, unplaced, excludes)
        names = "、".join(self.kept[f].name_for(claim.unit) for f in figures)
        said = "、".join(dict.fromkeys(t.words for t in thing.tokens if t.kind in ("object", "attr")))
        facets["对象"] = Facet("对象", said, names or "没有归到一项指标", bool(figures))
        if figures and not any(self.kept[f].exact_acts for f in figures):
            unplaced = [d for d in unplaced if not d.startswith((JOINTLY, MENTIONED))]
        if claim.measure in ("rate", "ratio"):
            tokens = [t for t in tokens if t.value != "平均或比率"]
        for kind, name, fine in (
            ("modality", "语气", "已发生的合计数"),
            ("part", "部分", "全部，没有限定"),
        ):
            found = [t for t in tokens if t.kind == kind]
            excludes += [REASONS[kind].format(value=f"{t.value}（“{t.words.strip('“”')}”）") for t in found]
            facets[name] = Facet(
                name,
                "、".join(t.words for t in found),
                "、".join(dict.fromkeys(str(t.value) for t in found)) or fine,
                not found,
            )
        if claim.flags and any(f["kind"] == "target" for f in claim.flags) and not excludes:
            excludes.append(REASONS["modality"].format(value="计划或目标"))
        shown = [facets[name] for name in FACETS]
        shown += [Facet("还不能确定的", word, "请人确认", False) for word in dict.fromkeys(unplaced)]
        return Placement(
            tuple(shown),
            tuple(figures),
            whose,
            span[0] if span else None,
            span[1] if span else None,
            tuple(dict.fromkeys(excludes)),
            tuple(dict.fromkeys(unplaced)),
            tuple(dict.fromkeys(key for _, key in known)),
        )

    def _under_its_heading(self, frame: Frame, figures: list[str]) -> Frame:
        """The frame without words of a heading that only names what these indicators are about: 区域协作 over 区域合作任务4项."""
        about = "".join(word for f in figures for word in (self.kept[f].section, *self.kept[f].exact))
        said = lambda token: token.words.startswith(IN_HEADING) and _bare(token.words) in about  # noqa: E731
        return replace(frame, tokens=[t for t in frame.tokens if not figures or not said(t)])

    def _whose(self, frame: Frame, thing: Thing, unplaced: list[str], excludes: list[str]):
        house, publisher = self.house, self.reading.publisher
        said = [t for t in frame.tokens if t.kind == "scope"]
        bodies = [t for t in frame.tokens if t.kind == "body"]
        for token in [*frame.tokens, *thing.tokens]:
            if token.kind in ("place", "body_other"):
                excludes.append(REASONS[token.kind].format(value=f"{token.value}（{_quoted(token.words)}）"))
        keys = tuple(dict.fromkeys(t.value[1] for t in said if isinstance(t.value, tuple)))
        simple = {t.value for t in said if isinstance(t.value, str)}
        words_said = "、".join(dict.fromkeys(t.words for t in said))
        if {"own", "below"} <= simple:  # 本级及区县
            simple = {"all"}
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

    def _when(self, claim: Claim, frame: Frame, figures: list[str], unplaced: list[str], excludes: list[str]):
        said = [t for t in frame.tokens if t.kind == "period"]
        words_said = "、".join(dict.fromkeys(t.words for t in said))
        title = self._title_year()
        summed = (
            # 查办总量610件: of what is counted by the year, a total is that of the year
            (
                claim.measure == "stock"
                and not (claim.as_of is None and (claim.verb or self._by_year(figures)))
            )
            or any(t.words == "累计" for t in said)
        ) and not any(t.value.names_year or t.value.part for t in said if not t.words.startswith("截"))
        if claim.measure == "stock" and claim.as_of is not None and not any(t.value.open for t in said):
            # Up to June it is the year so far; up to the year's end it would be said of the whole year.
            ends = (claim.as_of.month, claim.as_of.day) == (12, 31)
            if ends and summed and any(t.words == "累计" for t in said):
                unplaced.append("“累计”从哪天起算")
            span = (date(claim.as_of.year, 1, 1), claim.as_of)
            return span, Facet("期间", claim.period or "", f"{span[0]}至{span[1]}")
        times = [t.value for t in said]
        part = self._title_part()
        if part is not None and not any(one.part for one in times):
            if times:
                unplaced.append(f"标题写的是{part.words}")
            elif claim.period in (None, str(part.year)):
                times = [part]
        found = period_words(times, claim.period, self.year)
        if found is None:
            shown = words_said or claim.period or ""
            excludes.append(f"所说的期间“{shown}”不是一个年度之内的期间，无法按期核对")
            return None, Facet("期间", shown, "无法按期核对", False)
        span, sure = found
        until = next((t.words for t in said if t.words.startswith("截")), "")
        if not sure or (until and claim.as_of is None):
            unplaced.append(f"“{until or words_said}”")
        if not said and title is not None and title != self.year and span[0].year == self.year:
            unplaced.append(f"标题写的是{title}年，核对的是{self.year}年")
        if summed:
            unplaced.append("“累计”从哪天起算")
        shown = f"{span[0].year}年" if span == (date(span[0].year, 1, 1), date(span[0].year, 12, 31)) else (
            f"{span[0]}至{span[1]}"
        )  # fmt: skip
        return span, Facet("期间", words_said, shown, sure)

    def _by_year(self, figures: list[str]) -> bool:
        return bool(figures) and all(self.kept[f].exact and self.kept[f].measure != "stock" for f in figures)

    def _title_year(self) -> int | None:
        found = re.search(r"((?:19|20)[0-9]{2})年", self.title)
        return int(found[1]) if found else None

    def _title_part(self) -> Period | None:
        """The part of a year that the title says the text is about: 2024年上半年."""
        said = [one for _, found in periods(self.title) for one in found if one.year is not None and one.part]
        return said[0] if len(said) == 1 and said[0].part != "全年" else None

    def _figures(self, claim: Claim, thing: Thing, alone: bool, told: list, unplaced: list[str]) -> list[str]:
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
        if not objects and (counted := self.lexicon.known.get((claim.unit or "").lstrip("个"))):
            objects = [counted] if counted.kind == "object" else []  # 部署6个方面
            alone = alone and not objects
        meant = self.kept.get(claim.indicator_id or "")
        if (
            not objects
            and meant
            and (claim.unit or "").startswith("个")
            and claim.unit in (meant.figures or {})
        ):
            # The unit says what is counted, and no other indicator counts in it: 6个方面.
            objects, alone = [Token("object", claim.unit, (meant.id,))], False
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
            ids = [
                i
                for i in token.value
                if i in self.kept and self._fits(self.kept[i], claim, attrs, token.words)
            ]
            acts = thing.of("act")
            if len(ids) > 1 and acts:
                ids = [i for i in ids if any(t.words in acts_of(self.kept[i]) for t in acts)] or ids
            if len(ids) > 1:
                ids = [i for i in ids if i == claim.indicator_id]
            if len(ids) != 1:
                unplaced.append(f"“{token.words}”属于哪项指标")
                return []
            found.append(ids[0])
        found = list(dict.fromkeys(found))
        if len(found) == 1 and not thing.listed and claim.indicator_id not in (None, found[0]):
            unplaced.append(f"“{self.kept[found[0]].name}”还是“{claim.indicator}”")
        return found

    def _at(self, place: int) -> Claim | None:
        claims = self.reading.claims
        return claims[place] if 0 <= place < len(claims) else None

    def _own_acts(self, claim: Claim) -> list[Token]:
        start = max(self.text.rfind(mark, 0, claim.number[0]) for mark in "，；：。\n") + 1
        tokens, _ = self.lexicon.tokens(self.text[start : claim.number[0]])
        return [t for t in tokens if t.kind in ("act", "rule")]

    def _other_time_or_place(self, claim: Claim, other: Claim, told: list) -> bool:
        frames = {id(c): f for c, f, *_ in told}
        a, b = frames.get(id(claim)), frames.get(id(other))
        key = lambda f: [t.words for t in f.tokens if t.kind in ("scope", "period")] if f else []  # noqa: E731
        return key(a) != key(b)

    def _fits(self, indicator: Indicator, claim: Claim, attrs: list[Token], said: str) -> bool:
        if not indicator.counts_in(claim):
            return False
        told = {t.words for t in attrs}
        if indicator.attr and not indicator.exact and any(a in said for a in indicator.attr):
            return True
        if indicator.attr:
            return bool(told) and told <= set(indicator.exact_attr or indicator.attr)
        return not told

    def _rule(
        self, thing: Thing, figures: list[str], claim: Claim, unplaced: list[str], excludes: list[str]
    ) -> Facet:
        acts = [t for t in thing.tokens if t.kind in ("act", "rule")]
        said = "、".join(dict.fromkeys(t.words for t in acts))
        known = [self.kept[f] for f in figures]
        # an indicator without acts of its own is told with any; another counting rule it is nevertheless
        other = [
            t
            for t in acts
            if any(t.words not in acts_of(i) and (acts_of(i) or t.kind == "rule") for i in known)
        ]
        for token in other:
            kind = token.value if token.kind == "rule" else f"“{token.words}”的数"
            excludes.append(REASONS["rule"].format(value=f"{kind}（“{token.words}”）"))
        named = [t.words for t in thing.tokens if t.kind == "object"]
        needs = [
            i
            for i in known
            if acts_of(i) and not i.attr and not any(act in word for word in named for act in acts_of(i))
        ]
        if not acts and needs:
            unplaced.append("没有写明是查办、立案还是受理")
            return Facet("口径", "", "没有写明", False)
        counts = known[0].name_for(claim.unit) if known else ""
        if other:
            return Facet("口径", said, "与指标的口径不同", False)
        return Facet("口径", said, counts or "没有归到一项指标", bool(known))


def nothing(why: str) -> Placement:
    return Placement((Facet("还不能确定的", why, "请人确认", False),), (), "all", None, None, (), (why,))


def _title(text: str) -> str:
    """The title of a text, which may be broken after the name of the office; "" where it begins with a sentence."""
    said = ""
    for line in [line.strip() for line in text[:400].split("\n") if line.strip()][:2]:
        if "。" in line or "，" in line:
            break
        said += line
        if re.search("(?:19|20)[0-9]{2}年", said):
            break
    return said


def _bare(said: str) -> str:
    return said.removeprefix(IN_HEADING).strip("“”")


def _quoted(said: str) -> str:
    return said if "“" in said else f"“{said}”"
