"""The walk over a sentence: which words stand before which number, and what later numbers inherit from earlier ones."""

import re
from collections.abc import Callable, Iterable, Sequence

from ..claim import Claim, Reading
from ..matching import Indicator, Variant
from ..normalise import NOTE_MARK
from ..periods import Period
from ..words import word_list, words
from .behind import against_us, said_of_all, settle, spoken_of, takes_back, without_us
from .beside import (
    bound_by,
    dealt_out,
    members,
    named_short,
    noun_behind,
    only_joined,
    own_partner,
    some_units,
    without_members,
    without_own_partners,
)
from .conclusion import Conclusions, Placement, nothing
from .earlier import named_anew, named_since, several_told
from .lexicon import (
    BREAK,
    COMPARES,
    EXCLUDES,
    JOINTLY,
    MARKS,
    MENTIONED,
    QUOTED,
    Frame,
    House,
    Lexicon,
    Thing,
    Token,
    before_thing,
    elsewhere,
    excluding,
    glued,
    leading_tokens,
    shaped,
    without_numbers,
)
from .named import Called, take_names
from .prefaces import LONGEST_SCENE, NAME, TO_WHOM, Prefaces
from .surroundings import Surroundings

# What a change looks like when its number is taken away: 同比增长8.3%, 由2023年的580件增加到
_CHANGE = re.compile(
    r"(?:同比|环比|[较比与](?:上年|去年|前年|(?:19|20)[0-9]{2}年)(?:同期)?(?:相比)?)"
    r"[^，。；、0-9]{0,8}(?:[0-9,.]+\s*(?:%|‰|个?百分点|[万亿]?[\u4e00-\u9fff])|持平)"
    r"|(?:稳居|位居|位列|居|列|排名?)(?:全国|中?西部|东部|中部|西南|西北|同类城市|副省级城市)(?:各省市?)?[^，。；、0-9]{0,2}"
    r"(?:前列|首位|前茅|上游|第[一二三四五六七八九十0-9]{1,3}位?)"
    r"|[由从](?:(?:19|20)[0-9]{2}年|上年|去年)?的?[0-9,.]+[万亿]?[件起宗元][\u4e00-\u9fff]{0,3}?[增升提上减下降][\u4e00-\u9fff]{0,2}[到至为]"
)
_PART_OF = re.compile("其中")
_ENUMERATES = re.compile("[一二三四五六七八九十]{1,3}|[0-9]{1,2}")
# 1.查办…；2.查处…; 二是查处…
_NUMBERED = re.compile(
    r"\s*(?:[0-9]{1,2}[.．、](?![0-9])|[一二三四五六七八九十]{1,3}、|[一二三四五六七八九十]是|(?:工作)?(?:成效|亮点|成果|举措)[一二三四五六七八九十]$)"
)
# 610件的区县: the number tells of the noun behind it, unless that is what was counted, or praise
_PRAISES = re.compile("的(?:好|优异|骄人|亮眼|历史)*(?:成绩|佳绩|成果|成效|规模|水平|数量|总量|案件)")
_NOTE_MARKS = "①②③④⑤⑥⑦⑧⑨⑩*※"
_MARKED = re.compile(f"[0-9０-９]({NOTE_MARK})")
_WHOSE = re.compile("[、，；：（）。\\s]*其(?![中他它余])")
_RECALLS = re.compile(
    "有效(?=案件|件|数)|实有|真实|准确|应为|实为|更正|误|不是|并非|而非|(?:调整|修正|改|核定|核减|重新认定)[成为至]"
)
_OF_FRAME = ("scope", "body", "period", "place", "body_other")  # whose and of what time
_EXCEPT = re.compile("除|不含|不包括|不计|未含|剔除|扣除")
# 与2023年相比，… before anything was told: what comes is set beside it, and is of its own time.
_BESIDE = re.compile(
    "(?:与|同|较|比|相比|相较)(?:于|[^，。；0-9]{0,2})?(?:上年|去年|前年|往年|(?:19|20)[0-9]{2}年)(?:度|同期)?(?:相比|比较|相较|而言)?$"
)
# 2024年是…的关键一年
_YEAR_IS = re.compile("((?:19|20)[0-9]{2})年(?:度)?[是为系][^，。；]{1,30}年$")
# 依照商标法, 根据《专利法》及其实施细则: under which law, and no word of the thing
_LAW = re.compile(
    "(?:依照|依据|根据|按照|适用)(?:“|《[^》]*》|[\u4e00-\u9fff]{1,12}?(?:法|条例|细则|办法)(?![院庭律人官]))"
    "(?:及其实施(?:条例|细则))?(?:等(?:法律)?(?:法规)?)?(?:的?(?:有关|相关)?规定)?"
)
_IN = re.compile("(?:^|(?<=[年度市局内]))在(?!办|查(?![办处])|审|诉)")
# 查办情况（2024年）：
_COLON = re.compile("(?:（[^（），。；0-9]{0,4}[0-9年月日上下半]{0,12}）)?：")
_DONE_TO = re.compile("[对将把](?!标)")
_SUMMED = re.compile("合计|总计|共|两项|三项|总[额金]|一起")
_INCLUDES = re.compile("(?:已|内)?(?:包?含|包括)(?!外)")
_TITLED = re.compile("《[^《》]*》")
# 查办量略有回落，为610件: how it went, before the number it came to
_GOES_ON = re.compile("，(?:共?为|达到?|至)[0-9]")
_TREND = re.compile(
    "(?:略有|略微|有所|较快|较大|稳步|大幅|小幅|明显|持续|基本|总体|快速|平稳|进一步|稳中有)*"
    "(?:回落|增长|上升|下降|回升|攀升|走高|走低|提高|减少|增加|升|降|持平)$"
)
_FURTHER = re.compile("另(?![外案])")
_TOGETHER = re.compile("联合|会同")


_UNTIL = re.compile("截[至止]到?(?!(?:本|当)?年[底末]|12月(?:31日|[底末]))")


def _within(said: Period, anew: Sequence[Period]) -> bool:
    """Whether what was said before is a stretch of the whole year that the clause now names (截至9月30日，2024年…), or the year that
    it is a part of (去年成绩突出，全年…)."""
    if said.names_year and not any(one.names_year or one.open or one.same for one in anew):
        return True
    stretch = said.part not in ("", "全年") or _UNTIL.match(said.words)
    return (
        bool(stretch)
        and not said.names_year
        and all(one.year and not one.part and not one.open for one in anew)
    )


class Placer:
    """Places the claims of one reading against one house.

    `kept` are the indicators that have records; `variants` what people said that words state; `called` tells what the records of
    an indicator are called. Work grows with the length of the paragraphs that hold claims of kept indicators.
    """

    def __init__(
        self,
        reading: Reading,
        house: House,
        year: int,
        kept: Iterable[Indicator],
        variants: Sequence[Variant] = (),
        called: Callable[[str], Sequence[Called]] = lambda indicator_id: (),
    ):
        self.called = called
        self.text, self.year = reading.source.text, year
        self.kept = {indicator.id: indicator for indicator in kept}
        self.lexicon = Lexicon(house, self.kept.values(), variants)
        self.leads = self.lexicon.with_leads()
        self.doing = self.lexicon.with_leads("does")
        self.prefaces = Prefaces(self.lexicon, self.leads, year)
        self.around = Surroundings(self.text, self.lexicon, year)
        self.conclusions = Conclusions(reading, house, year, self.kept, self.lexicon)
        self.by_sentence: dict[int, list[Claim]] = {}
        for claim in reading.claims:
            if not claim.in_table:
                self.by_sentence.setdefault(self.around.sentence(claim.number[0]), []).append(claim)

    def place(self, claim: Claim) -> Placement:
        """How `claim`, one of the reading's, is understood."""
        if id(claim) not in self.conclusions.done:
            if claim.in_table:
                self.conclusions.done[id(claim)] = self._table_cell(claim)
            else:
                self._read_sentence(self.around.sentence(claim.number[0]))
        return self.conclusions.done[id(claim)]

    # -- the sentence ------------------------------------------------------------------------------------------------

    def _read_sentence(self, sentence: int) -> None:
        start, end = self.around.bounds(sentence)
        claims = sorted(self.by_sentence.get(sentence, ()), key=lambda c: c.number)
        frame = self.around.before(start)
        thing = self._under_heading(start)
        told: list[tuple[Claim, Frame, Thing, bool]] = []
        kept = dict.fromkeys(c.indicator_id for c in claims if c.indicator_id in self.kept)
        at = start
        cuts = [m.start() for m in BREAK.finditer(self.text, start, end)] + [end]
        waiting = list(claims)
        outside: tuple[Frame, Thing | None] | None = None
        for cut in cuts:
            if self.text[at - 1 : at] == "（" and told and outside is None:
                outside, outside_at = (frame.copy(), thing), at
            inside = []
            while waiting and waiting[0].number[0] < cut:
                inside.append(waiting.pop(0))
            if not inside:
                thing = self._plain(at, cut, frame, thing, told, kept)
            elif at <= inside[0].number[0]:
                thing = self._with_numbers(at, cut, inside, frame, thing, told)
            if self.text[cut : cut + 1] == "）" and outside is not None:
                if told and told[-1][0].number[0] > outside_at:
                    frame, thing = (
                        outside  # 610件（上年625件），罚没…: what a bracket counts, holds within it
                    )
                outside = None
            at = max(cut + 1, inside[-1].number[1] if inside else 0)
        after = self.around.behind(end)
        if self.text.startswith("？", end):
            after = "这句话是问句"
        for claim, its_frame, its_thing, alone in told:
            if after:
                its_thing.doubts.append(after)
            self.conclusions.done[id(claim)] = self.conclusions.conclude(
                claim, its_frame, its_thing, alone, told
            )
        for claim in claims:
            if id(claim) not in self.conclusions.done:
                self.conclusions.done[id(claim)] = nothing(f"“{claim.text}”的上下文没有读通")

    def _under_heading(self, start: int) -> Thing | None:
        """（一）商标侵权。查办610件: the one thing that the heading right above names, and nothing else with it."""
        tokens, unknown = self.leads.tokens(self.around.heading_of(start))
        objects = [t for t in tokens if t.kind == "object"]
        aside = excluding(tokens) or elsewhere(tokens, self.year) or any(t.kind == "attr" for t in tokens)
        return None if unknown or aside or len(objects) != 1 else Thing(objects, [])

    def _plain(
        self, at: int, cut: int, frame: Frame, thing: Thing | None, told: list, kept: Iterable[str]
    ) -> Thing | None:
        """A clause without a claim: what it sets for those after it, or takes back from those before."""
        raw = self.text[at:cut] if told else self._without_names(self.text[at:cut], frame, kept)
        text = _CHANGE.sub("", QUOTED.sub("", raw)).strip()
        text = text[numbered.end() :] if (numbered := _NUMBERED.match(text)) else text
        text = text if told else without_own_partners(self.lexicon, text)
        if _GOES_ON.match(self.text, cut):
            text = _TREND.sub("", text)
        opened = self.text[at - 1 : at]
        if not text:
            return thing
        if opened == "（" and told and at - 1 <= max(told[-1][0].number[1], told[-1][0].span[1]):
            self._bracket_behind(text, cut, told)
            return thing
        if COMPARES.match(text) and told:
            if against_us(self.lexicon, text):
                told[-1][2].doubts.append(f"后面说的“{text[:16]}”")
            return thing
        if not told and _BESIDE.match(text):
            return thing
        if not told and ((year_is := _YEAR_IS.match(text)) and int(year_is[1]) == self.year):
            frame.tokens += [
                t for t in self.lexicon.tokens(text[: year_is.end(1) + 1])[0] if t.kind == "period"
            ]
            return thing
        if not told and re.match(word_list("placing")["creed"], self.prefaces.without_us(text)):
            return thing
        if opened == "（" and _ENUMERATES.fullmatch(text):
            return thing
        tokens, unknown = self.lexicon.tokens(text)
        if not told:
            tokens = self._outside_known_words(text, tokens)
        leading = leading_tokens(text, tokens)
        own_work = self.prefaces.own_work(text)
        narrows = (
            unknown
            or self.prefaces.cooperates(text)
            or NAME.search(raw)
            or any(t.kind == "part" or t.value in ("刑事数", "否定") for t in tokens)
        )
        strange = not told and narrows and (not own_work or NAME.search(_TITLED.sub("", raw)))
        if opened == "（" and (unknown or excluding(tokens)) and text not in words().units:
            frame.doubts.append(f"括号里的“{text[:LONGEST_SCENE]}”")  # 专利侵权纠纷（外观设计）207件
            return thing
        scene = self.prefaces.sets_scene(text, unknown) and not own_work
        if strange or _EXCEPT.match(text) or scene:
            only_topic = (
                not scene and not _EXCEPT.match(text) and self.prefaces.only_a_topic(raw, text, tokens)
            )
            (frame.topics if only_topic else frame.doubts).append(f"前面说到“{text[:LONGEST_SCENE]}”")
        if told:
            text = without_us(self.lexicon, text)
            if why := takes_back(text, tokens, unknown, self.year, told[-1][2]):
                for _, _, its, _ in spoken_of(text, told):
                    its.doubts.append(why)
            else:
                settle(text, tokens, told)
        if relayed := re.search(word_list("placing")["relayed"], raw):
            frame.doubts.append(f"“{relayed[0]}”是转述")
        spoken = TO_WHOM.match(text) is not None
        if _TOGETHER.match(text) and not own_partner(self.lexicon, text):
            frame.doubts.append(f"{JOINTLY}：“{text[:16]}”")
            spoken = False
            tokens = [t for t in tokens if t.words not in ("联合", "会同")]
        opening = before_thing(leading)
        for i, token in enumerate(tokens):
            at_head, at_end = token in leading, i == len(tokens) - 1
            if token.kind == "period" and token not in opening and not token.value.is_year(self.year):
                frame.doubts.append(f"{MENTIONED}“{token.words}”")  # 召开2023年…发布会
                continue
            if (
                token.kind == "place"
                and token.value in ("国家", "上级的全部范围")
                and self.prefaces.supported(text)
            ):
                continue  # 在国家知识产权局的指导支持下
            if token.kind == "body_other" and not told and self.prefaces.cooperates(text):
                continue
            if token.kind in ("place", "body_other") and not (at_head or spoken or told or own_work):
                frame.doubts.append(f"前面说到“{token.words}”")  # 学习某地做法, 全市各法院
            if token.kind in ("scope", "body", "period") and (not unknown or at_head):
                frame.tokens.append(token)
            elif (token.kind == "scope" and token.value != "all") or elsewhere([token], self.year):
                frame.doubts.append(f"前面说到“{token.words}”")
            elif (
                (token.kind in ("place", "body_other") and (at_head or spoken))
                or (
                    token.kind == "modality"
                    and token.value in ("计划或目标", "假设")
                    and (at_head or at_end)
                    and not own_work  # 严格落实各项要求 plans nothing
                )
                or (token.kind == "part" and not own_work and (spoken or re.match("[对围聚结通其]", text)))
            ):
                frame.tokens.append(token)
        for word in self.leads.tokens(text)[1]:
            found = shaped(word, "time") or (
                shaped(word) if spoken or text.startswith(word) or text.startswith("我") else ""
            )
            if found:
                frame.doubts.append(f"前面说到“{found}”")
        untimed = text.replace("实际行动", "")
        for token in tokens:
            if token.kind == "period":
                untimed = untimed.replace(token.words, "", 1)
        if re.search("行动|专项|期间|活动", untimed) and not re.search(
            word_list("placing")["by_all_means"], text
        ):
            frame.doubts.append(f"前面说到“{text[-14:]}”，不知数字是不是只算其中的")
        if any(t.kind == "object" for t in tokens):
            done_to = _DONE_TO.search(text, 0, next(t.at for t in tokens if t.kind == "object"))
            return Thing(
                [
                    t
                    for t in tokens
                    if t.kind not in ("neutral", "scope", "body", "period")
                    # …工作稳步推进: an act of going about it, not of counting
                    and not (t.kind == "act" and self.leads.known[t.words].kind == "neutral")
                ],
                [f"“{word}”" for word in self._beside_the_thing(text, tokens)],
                heads="done" if done_to else "",
            )
        acts = [t for t in tokens if t.kind == "act" or (t.kind == "rule" and text.endswith("案件中"))]
        if acts and _COLON.match(self.text, cut) and not unknown:
            return Thing(acts, [], heads="act")  # 查办案件情况：…
        if acts and not told and text.endswith("案件中") and own_work:
            return Thing(acts, [], heads="act")  # 查办的侵权案件中，商标侵权案件610件
        attrs = [t for t in tokens if t.kind == "attr"]
        if attrs and not unknown and not excluding(tokens):
            if thing is None:
                return Thing(attrs, [], heads="attr")  # 罚没金额方面，商标侵权案件…
            return Thing([*thing.of("object"), *attrs], thing.doubts)  # …610件，罚没金额同比增长7.5%，达到…
        return thing

    def _outside_known_words(self, text: str, tokens: list[Token]) -> list[Token]:
        """The tokens without those that are a piece of a longer word of an office's own work: 政府 of 法治政府."""
        spans = [(t.at, t.at + len(t.words)) for t in self.leads.tokens(text)[0] if t.kind == "neutral"]
        inside = lambda t: any(a <= t.at and t.at + len(t.words) <= b for a, b in spans)  # noqa: E731
        return [t for t in tokens if t.kind not in EXCLUDES or not inside(t)]

    def _without_names(self, raw: str, frame: Frame, kept: Iterable[str]) -> str:
        """A clause before the first number without the names of records of the `kept` indicators: such a name is read as that record,
        and as no words."""
        if not NAME.search(raw) and not self.leads.tokens(QUOTED.sub("", raw))[1]:
            return raw
        records = [record for indicator_id in kept for record in self.called(indicator_id)]
        raw, named = take_names(raw, records)
        frame.named += named
        tokens, left = self.leads.tokens(QUOTED.sub("", raw))
        if named and (left or any(t.kind == "object" for t in tokens)):
            # …展和商标节: more than the record
            frame.doubts.append(f"前面说到“{raw.strip()[:LONGEST_SCENE]}”")
        return raw

    def _bracket_behind(self, text: str, cut: int, told: list) -> None:
        """What a bracket without a claim says of the number right before it: 610件（2024年全市查办数）."""
        if COMPARES.match(text) or _PART_OF.match(text):
            return
        tokens, unknown = self.lexicon.tokens(without_numbers(text))
        claim, frame, its, alone = told[-1]
        if not (unknown or excluding(tokens) or elsewhere(tokens, self.year)):
            if alone and (objects := [t for t in tokens if t.kind == "object"]):
                its.tokens = [*(t for t in its.tokens if t.kind != "object"), *objects]
                told[-1] = (
                    claim,
                    frame,
                    its,
                    False,
                )  # 罚没485.99万元（商标侵权案件）、8.54万元（假冒专利案件）
            frame.tokens += [t for t in tokens if t.kind in ("scope", "period")]
            if not its.of("act"):
                its.tokens += [t for t in tokens if t.kind == "act"]
            return
        framing, left = self.lexicon.tokens(text)
        of_the_next = (
            self.text.startswith("：", cut) and not left and all(t.kind in _OF_FRAME for t in framing)
        )
        if not of_the_next:  # 610件（2023年：563件）: of the number in the bracket
            its.doubts.append(f"括号里的“{text}”")

    def _beside_the_thing(self, text: str, tokens: list[Token]) -> list[str]:
        """What nobody can place in a clause that names a thing. Behind the thing it may say how the office goes about it:
        对商标侵权行为保持高压态势; before it every word can make it another one."""
        spans = [(t.at, t.at + len(t.words)) for t in self.leads.tokens(text)[0] if t.kind == "neutral"]
        things = [(t.at, t.at + len(t.words)) for t in tokens if t.kind == "object"]
        if all(any(a <= at and end <= b for a, b in spans) for at, end in things):
            return self.leads.tokens(re.sub(_IN, "", text))[
                1
            ]  # 强化商标专用权保护: within a longer word of the work
        last = max(end for _, end in things)
        before = re.sub(_IN, "", text[:last])
        return [
            *(self.leads if before.startswith("以") else self.doing).tokens(before)[1],
            *self.leads.tokens(text[last:].removeprefix("领域").removesuffix("中"))[1],
        ]

    def _with_numbers(
        self, at: int, cut: int, claims: list[Claim], frame: Frame, thing: Thing | None, told: list
    ) -> Thing | None:
        """A clause with claims: what stands before each number, and behind it."""
        if told and _RECALLS.search(self.text, at, claims[0].number[0]):
            told[-1][2].doubts.append(f"后面说的“{self.text[at : claims[0].number[1]].strip()}”")
        if told and (why := said_of_all(self.lexicon, self.text[at:cut].strip(), self.year)):
            for _, _, its, _ in told:
                its.doubts.append(why)
        if told and self.text[at - 1 : at] == "（" and claims[0].base_unit == told[-1][0].base_unit:
            since, _ = self.lexicon.tokens(self.text[told[-1][0].number[1] : at - 1])
            tokens, _ = self.lexicon.tokens(self.text[at : claims[0].number[0]])
            same = not any(t.kind in ("object", "attr", "act", "rule") for t in [*since, *tokens])
            if same and not self._contains(at, cut, tokens) and not elsewhere(tokens, self.year):
                told[-1][2].doubts.append(f"括号里的“{self.text[at:cut][:16]}”")  # 610件（年报数为601件）
        zones, start = [], at
        for i, claim in enumerate(claims):
            stop = claims[i + 1].number[0] if i + 1 < len(claims) else cut
            last = i + 1 == len(claims) or self.text.startswith("的", claim.number[1])
            behind_end = stop if last else min(max(claim.span[1], claim.number[1]), stop)
            if not i and (numbered := _NUMBERED.match(self.text, start, claim.number[0])):
                start = numbered.end()
            if not last:
                before = self.text[start : claim.number[0]]
                noun = noun_behind(self.lexicon, before, self.text[claim.number[1] : stop])
                behind_end = max(behind_end, claim.number[1] + noun)
            zones.append((self.text[start : claim.number[0]], self.text[claim.number[1] : behind_end]))
            start = max(behind_end, claim.number[1])
        lists = members(self.lexicon, zones, claims)
        if lists is None:
            before_list = [its.of("object") for _, _, its, _ in told]
            since = thing.of("object") if thing is not None and thing.claim is None else []
            lists = dealt_out(self.lexicon, zones, claims, before_list, since)
        self._of_what_time(self.text[at:cut].strip(), claims, frame, told)
        for i, (claim, (before, behind)) in enumerate(zip(claims, zones, strict=True)):
            if told and i and _RECALLS.search(before):
                told[-1][2].doubts.append(f"后面说的“{before.strip()}”")
            named = without_members(before, claim)
            named = without_own_partners(
                self.lexicon, _LAW.sub(self._of_a_law, _CHANGE.sub("", QUOTED.sub("“", named)))
            )
            tokens, unknown = self.lexicon.tokens(named)
            if (said_in := named.find("在")) >= 0 and any(
                t.at == said_in + 1 and t.kind in ("scope", "period") for t in tokens
            ):
                unknown = [w for w in unknown if w != "在"]  # 在全市范围内
            things = [*(thing.of("object") if thing else ()), *(t for t in tokens if t.kind == "object")]
            unknown = [w for w in unknown if not named_short(self.lexicon, w, things)]
            adjoining = i and claims[i - 1].number[1] == claim.number[0] - len(before)
            alike = len({c.base_unit for c in claims}) == 1 and not any(
                MARKS.sub("", z[1]) for z in zones[:-1]
            )
            if lists is None and alike and only_joined(zones):
                unknown.append(f"{claims[0].said}、{claims[1].said}")  # which number is of which
            if _SUMMED.search(before) and several_told(claim, tokens, told):
                unknown.append(claim.text)  # 合计罚没494.53万元: of which of the things told
            if adjoining and (some := some_units(self.conclusions.house, claims[i - 1], tokens)):
                unknown.append(some.strip("“”"))
                frame.doubts.append(some)
            if _FURTHER.search(before) and not named_anew(tokens, told):
                unknown.append("另")
            if not told and _WHOSE.match(before):
                unknown.append("其")  # 兄弟单位成绩突出。其全年查办…
            unknown += [name[0] for name in NAME.finditer(before)]  # “某某”商标侵权案件
            if lists is not None:
                tokens, unknown = lists[i], (unknown if i == 0 else [])
            rest = _CHANGE.sub("", QUOTED.sub("“", behind))
            beside = self.lexicon.tokens(rest)[0]
            unknown_behind = self.leads.tokens(rest)[1]
            if i and (bound := bound_by(self.text, claims[i - 1], claim)):
                unknown.append(bound)
                told[-1][2].doubts.append(f"“{bound}”")
            part = _PART_OF.search(before) is not None
            times = [t for t in [*tokens, *beside] if t.kind == "period"]
            if part and told and any(not t.value.is_year(self.year) for t in times):
                told[-1][2].doubts.append(f"后面说的“{self.text[at : claim.number[1]].strip()[:24]}”")
            lead = before_thing(tokens)
            own = [t for t in [*tokens, *beside] if t.kind not in ("neutral", "scope", "body", "period")]
            framing = [t for t in [*tokens, *beside] if t.kind in ("scope", "body", "period")]
            fresh = [t for t in framing if t.kind == "scope"]
            if fresh and all(t.value in ("all", "below") for t in fresh):
                frame.topics = []
            if fresh:
                frame.tokens = [t for t in frame.tokens if t.kind not in ("scope", "body")]
            anew = [t.value for t in framing if t.kind == "period" and t.words != "累计"]
            if anew:
                frame.tokens = [
                    t for t in frame.tokens if t.kind != "period" or (not told and _within(t.value, anew))
                ]
            frame.tokens += framing
            frame.tokens += [t for t in lead if t.kind in ("place", "body_other", "modality") and t in own]
            own = [t for t in own if t not in frame.tokens]
            doubts = [f"“{word}”" for word in [*unknown, *unknown_behind, *glued(tokens), *glued(beside)]]
            if i and lists is None and any(t.kind == "object" and t.at == 0 for t in tokens):
                doubts.append(f"“{claims[i - 1].said}”的限定")  # 案值五万元以上商标侵权案件610件
            doubts += self._footnote(claim)
            if behind.startswith("的") and not _PRAISES.match(behind):
                first = next((t for t in beside if t.words != "的"), None)
                if first is None or first.kind != "object":
                    doubts.append(f"“{claim.said}{behind.strip()[:12]}”")
            alone = not any(t.kind in ("object", "attr") for t in own) and not named_since(thing, told)
            now = Thing(own, doubts, claim, listed=lists is not None)
            if thing is not None:
                now = self._carried(now, thing, claim, part)
            counted = next((t for t in beside if t.at == 0), None)
            if counted is not None and counted.kind == "scope":
                frame.doubts.append(f"“{claim.said}”")  # 十余个区县查办…: which ones is not said
            its = frame.copy()
            told.append((claim, its, now, alone))
            if not now.of("object"):  # 累计投入…人次，查办…: the sum is that of what was put in
                frame.tokens = [t for t in frame.tokens if t.words != "累计"]
            thing = now
            frame.doubts += [d for d in doubts if self._stands_before_act(d, before, lead)]
        self._shared_act(claims, zones, told)
        return thing

    def _contains(self, at: int, cut: int, tokens: list[Token]) -> bool:
        """610件（其中网络案件156件）, 610件（含简易程序30件）: whether a bracket tells a part of what was counted."""
        if _PART_OF.search(self.text, at, cut):
            return True
        own = all(t.kind in ("part", "neutral") for t in tokens) and any(t.kind == "part" for t in tokens)
        return own and _INCLUDES.match(self.text, at) is not None

    def _shared_act(self, claims: list[Claim], zones: list[tuple[str, str]], told: list) -> None:
        """610件商标侵权案件、99件假冒专利案件被依法查处: what was done stands behind the last."""
        if len(claims) < 2 or _PART_OF.search(zones[-1][0]):
            return
        acts = [t for t in self.lexicon.tokens(zones[-1][1])[0] if t.kind in ("act", "rule")]
        here = told[-len(claims) :]
        if acts and not any(its.of("act") or its.of("rule") for _, _, its, _ in here[:-1]):
            for _, _, its, _ in here[:-1]:
                its.tokens += acts

    def _of_a_law(self, law: re.Match) -> str:
        """The name of a law says nothing of the number, unless it is that of another place."""
        tokens, unknown = self.lexicon.tokens(law[0])
        elsewhere_ = any(t.kind in ("place", "body_other") for t in tokens) or any(map(shaped, unknown))
        return law[0] if elsewhere_ else ""

    def _of_what_time(self, said: str, claims: list[Claim], frame: Frame, told: list) -> None:
        """今年头三个季度，… before a number and 用时十年 behind it are of that number, and no facts of their own."""
        tokens, unknown = self.lexicon.tokens(without_numbers(said))
        if any(t.kind in ("object", "act", "attr", "rule") for t in tokens):
            return
        if not told:
            if unknown and not self.prefaces.own_work(said):
                bare = without_numbers(said)
                topic = self.prefaces.only_a_topic(bare, bare, tokens)
                (frame.topics if topic else frame.doubts).append(f"前面说到“{said[:LONGEST_SCENE]}”")
        elif all(c.measure_unit and c.measure_unit.kind == "time" for c in claims):
            told[-1][2].doubts.append(f"后面说的“{said[:LONGEST_SCENE]}”")

    def _footnote(self, claim: Claim) -> list[str]:
        """610件①, and below: ①仅统计主城区. What a note says of the number it is for, nobody can place."""
        if mark := _MARKED.search(claim.text):
            return [f"数字带有注码“{mark[1]}”"]
        mark = self.text[claim.number[1] : claim.number[1] + 1]
        at = self.text.find(f"\n{mark}", claim.number[1]) if mark and mark in _NOTE_MARKS else -1
        return [] if at < 0 else [f"脚注“{self.text[at + 2 : at + 26].split(chr(10))[0]}”"]

    def _stands_before_act(self, doubt: str, before: str, lead: list[Token]) -> bool:
        """Whether an unknown word stands before the act: it then holds for all that follows in the sentence."""
        word = doubt.strip("“”")
        acts = [before.find(t.words) for t in self.lexicon.tokens(before)[0] if t.kind in ("act", "object")]
        return bool(acts) and before.find(word) < min(acts)

    def _carried(self, now: Thing, thing: Thing, claim: Claim, part: bool) -> Thing:
        """A claim that leaves its object, or its act, to what was said before."""
        tokens = list(now.tokens)
        has = {t.kind for t in tokens}
        doubts = list(now.doubts)
        carried = []
        if "object" not in has:
            carried += thing.of("object")
        heads = thing.heads
        if (
            heads == "attr"
            and "attr" not in has
            and "object" in has
            and self._told_in(thing.of("attr"), claim)
        ):
            carried += thing.of("attr")
        elif heads == "attr" and "attr" in has:
            heads = ""
        elif (
            thing.claim is None
            and not has & {"object", "attr", "act"}
            and self._told_in(thing.of("attr"), claim)
        ):
            carried += thing.of("attr")  # 商标侵权案件罚没金额稳步增长，达到…
        told = thing.claim is not None or heads == "act"
        if "act" not in has and "rule" not in has and (told or "object" not in has):
            carried += [t for t in thing.tokens if t.kind in ("act", "rule")]
        elif not told and "object" not in has and heads != "done":
            carried += [
                t for t in thing.tokens if t.kind in ("act", "rule")
            ]  # 商标侵权案件听证方面，…: part of the noun
        if part or "object" not in has:
            carried += [t for t in thing.tokens if t.kind in ("part", "modality", "place", "body_other")]
            doubts += [d for d in thing.doubts if d not in doubts]
        return Thing([*carried, *tokens], doubts, claim, heads, now.listed)

    def _told_in(self, attrs: list[Token], claim: Claim) -> bool:
        """Whether what these attributes tell is told in the claim's unit."""
        said = {t.words for t in attrs}
        return any(
            not said.isdisjoint(i.exact_attr or i.attr) and i.counts_in(claim) for i in self.kept.values()
        )

    def _table_cell(self, claim: Claim) -> Placement:
        """A cell says what its row and column say; the lines above say the rest."""
        frame = self.around.before(self.text.rfind("\n", 0, claim.number[0]) + 1)
        head = re.sub(r"（[^（）]*）|[0-9一二三四五六七八九十]+、", "", claim.head)
        caption = re.sub(
            r"（[^（）]*）|^表 ?[0-9一二三四五六七八九十]+",
            "",
            claim.context.removeprefix(claim.head).strip(),
        )
        thing = Thing([], [], claim)
        caption = without_numbers(caption.split("；")[0])
        caption = re.sub("|".join(word_list("placing")["tables"]), "，", caption)
        for said, strict in ((caption, False), (head, True)):
            tokens, unknown = self.lexicon.tokens(QUOTED.sub("", said))
            if not strict and claim.period:  # its year and part are in the claim's own
                tokens = [t for t in tokens if t.kind != "period" or t.value.open or t.value.same]
            frame.tokens += [t for t in tokens if t.kind in _OF_FRAME]
            own = [t for t in tokens if t.kind != "neutral" and t.kind not in _OF_FRAME]
            if strict or any(t.kind in EXCLUDES for t in own) or any(t.kind == "act" for t in own):
                thing.tokens += own
            if strict:
                thing.doubts += [f"“{word}”" for word in unknown]
            else:
                thing.doubts += [f"表题中的“{w}”" for w in unknown]
        return self.conclusions.conclude(claim, frame, thing, False, [])
