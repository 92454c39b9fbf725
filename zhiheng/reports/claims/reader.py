"""The grammar around a number: what is counted, by whom, when, compared with what, as a part of what.

The text is walked once, sentence by sentence. Each number finds its clause; the clause's words decide whether it is a
value, a comparison that belongs to the value before it, or a rank; what a clause leaves unsaid (the thing whose 案值 this
is, the year, the office) is carried from before. Every lookback is bounded, so the time is linear in the text.
"""

import gc
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice

from .asides import firsts, vague
from .changes import change, change_name, doubled, falls, grown_from, rank, turned
from .claim import Claim, Reading, Unread
from .clause import CLAUSE_BREAK, doer, one_counts, strip, strip_lead, understand
from .describing import describe_measure, describe_period, describe_topic
from .flags import flag
from .lists import distribute
from .normalise import Normalised, normalise
from .parts import relate
from .quantities import LIMIT, Quantity, quantities
from .script import TRADITIONAL, as_written
from .state import State
from .tables import ROWS, Listing, listings, prose, read_tables
from .timeline import Timeline
from .words import Words, words

_TELLS = re.compile("也|均|继续|保持|实现|增长|增幅|增速|涨幅|下降|降幅|上升|快速|大幅|稳步")
_SHORT_NAME = re.compile("（[A-Za-z]{1,12}）")
_JOINS = ("", "、", "和", "与", "及", "以及")
_YEAR_BESIDE = re.compile("((?:19|20)[0-9]{2})年[的为是仅达]?$")
_THAN = re.compile(r"[较比](?:(?:20|19)[0-9]{2}年|上年|去年|前年)(?:同期|[底末初])?的?$")
_TIME = re.compile("全年|[上下]半年|季度")
_PROPORTION = re.compile("(?:所?占)?(?:比重?|比例|份额)")
_RANK_ADVERB = re.compile(r"(?:总量|数量|均|分别|继续|连续[0-9一二三四五六七八九十]+年|再次|首次|蝉联)$")
_COUNTED_IN = re.compile("(件|人|案件|案|人员|金额|户|家|次|批)数?(?:同比)?$")
_COUNTED_UNITS = {
    "件": ("件",), "案件": ("件",), "案": ("件",), "人": ("人", "名"), "人员": ("人", "名"),
    "金额": ("元",), "户": ("户",), "家": ("家",), "次": ("次", "人次"), "批": ("批", "批次"),
}  # fmt: skip
_PLANS = re.compile("计划|力争|争取|拟|确保")  # what they rule goes on to the end of the sentence
_DONE = re.compile("已|完成了|上年|去年|以来|其中")
_REACH = 100  # a clause is never read further back than this
_REMEMBERED = 48  # so many claims of one sentence can still be compared, summed up, or be a part of something


def _around(text: str, pattern: re.Pattern, anchor: str) -> Iterator[re.Match]:
    """The matches of `pattern`, each of which holds the character `anchor`; the text is looked at only around it."""
    at, done = text.find(anchor), 0
    while at >= 0:
        low, high = max(done, at - 48), at + 16
        following = text.find(anchor, at + 1)
        while 0 <= following <= high + 48:
            high, following = following + 16, text.find(anchor, following + 1)
        for m in pattern.finditer(text, low, min(high, len(text))):
            yield m
            done = m.end()
        at = following


def read(text: str, *, year: int | None = None, publisher: str | None = None) -> Reading:
    """Read every quantitative claim out of `text`.

    `year` and `publisher` are taken from the title when not given. Time is linear in the length of the text; text without
    claims gives an empty list; no input raises.
    """
    # Nothing made here refers back to itself; looking for cycles among it would be a fifth of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _Reader(normalise(text), year, publisher).read()
    finally:
        if collecting:
            gc.enable()


def read_claims(text: str) -> list[Claim]:
    """The quantitative claims of `text`, in order of appearance, not yet matched with indicators."""
    return read(text).claims


def _between(spans: Iterable[tuple[int, int]], kept: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is left of `spans` without the places `kept`, both in order."""
    i = 0
    for start, end in spans:
        at = start
        while i < len(kept) and kept[i][0] < end:
            yield at, kept[i][0]
            at, i = kept[i][1], i + 1
        yield at, end


class _Reader:
    def __init__(self, source: Normalised, year: int | None, publisher: str | None):
        self.source, self.text = source, source.text
        self.time = Timeline(self.text, year)
        self.publisher = publisher or self.time.publisher
        self.words: Words = words()
        # the characters of traditional script that the text uses
        self.foreign = "".join(TRADITIONAL & set(source.original))
        # 生产总值（GDP）: a short name in brackets does not end a clause
        within = {at for m in _SHORT_NAME.finditer(self.text) for at in (m.start(), m.end() - 1)}
        breaks = [m.start() for m in CLAUSE_BREAK.finditer(self.text)]
        self.breaks = [at for at in breaks if at not in within] if within else breaks
        self.leads = [m.start() for m in self.words.leading.finditer(self.text)]
        self.result: list[Claim] = []
        self.dropped: set[int] = set()

    def read(self) -> Reading:
        listed = listings(self.text, self.source.tables)
        rows = _between(self.source.tables, list(prose(self.text, self.source.tables)))
        stacks = (stack.span for stack in self.source.stacks)
        laid_out = sorted([*rows, *stacks, *(listing.span for listing in listed)])
        found = quantities(self.text, laid_out)
        events: list[tuple[int, Quantity | re.Match]] = [(q.start, q) for q in found]
        for pattern, anchor in ((self.words.rank, "第"), (self.words.doubled, "番")):
            events += [(m.start(), m) for m in _around(self.text, pattern, anchor)]
        events.sort(key=lambda e: e[0])
        state, prev_end = State(), 0
        for i, (place, event) in enumerate(events):
            sentence = self.time.sentence(place)
            if sentence != state.sentence:
                self._enter(state, sentence)
                prev_end = state.start
            following = events[i + 1][0] if i + 1 < len(events) else len(self.text)
            if isinstance(event, re.Match):
                if event.start() >= prev_end:
                    self._stands(state, event, prev_end)
                    prev_end = event.end()
                continue
            self._quantity(state, event, prev_end, following, events, i)
            prev_end = event.end
        unread = self._tables(listed)
        claims = self._finish()
        distribute(claims, self.text, self.time)
        flag(claims)
        rows = len(self.source.tables) + sum(len(stack.rows) for stack in self.source.stacks)
        complete = len(found) < LIMIT and len(claims) < LIMIT and rows <= ROWS
        return Reading(
            claims,
            firsts(self.source, self._clause),
            vague(self.source, self._clause, claims),
            self.source,
            self.time.year,
            self.publisher,
            complete,
            unread,
        )

    # -- one sentence ------------------------------------------------------------------------------------------------

    def _enter(self, state: State, sentence: int) -> None:
        start, _ = self.time.bounds(sentence, len(self.text))
        # 保留权力812项。其中，…: of the sentence right before, in the same paragraph, and of none further back
        goes_on = state.sentence == sentence - 1 and self.text[start - 1 : start] != "\n"
        if not (self.text.startswith("其中", start) and goes_on):
            state.claims = []
        state.total, state.total_until = None, -1
        if start and self.text[start - 1] == "\n":
            state.paragraph_topic = ""
        state.sentence, state.start = sentence, start
        state.lone_growth, state.growth_end = None, -1
        state.subject = None

    def _clause(self, place: int, prev_end: int) -> int:
        """Where the words begin that can belong to a number at `place`."""
        i = bisect_left(self.breaks, place)
        return max(prev_end, self.breaks[i - 1] + 1 if i else 0, place - _REACH)

    def _quantity(
        self, state: State, q: Quantity, prev_end: int, following: int, events: list, i: int
    ) -> None:
        text, w = self.text, self.words
        left = self._clause(q.start, prev_end)
        if text[left - 1 : left] == "：" and not text[left : q.start].strip("￥¥ "):
            left = self._clause(left - 1, prev_end)  # 合计罚没款：￥1,234元
        if self._continues_growth(state, q, prev_end):
            return
        if state.claims and self._is_base(state, q, left):
            return
        if state.lone_run and state.growth_end == prev_end and q.start - prev_end <= 12:
            joined = w.next_growth.fullmatch(text, prev_end, q.start)
            lone = self.result[state.claims[-1]].topic
            if joined is not None and (claim := self._value(state, q, left, following)) is not None:
                self._lone(state, claim, q, lone)
                state.lone_run -= 1
                state.growth_end = q.end
                return
        growth = to = None
        if w.growth_hint.search(text, max(left, q.start - 40), q.start):
            growth = w.growth.search(text, max(left, q.start - 40), q.start)
            to = w.change_to.search(text, max(left, q.start - 24), q.start)
        if to is not None:
            self._value(state, q, left, following, start_word=to)
            return
        if state.claims and q.measure and q.measure.word == "倍":
            times = w.times.search(text, max(left, q.start - 20), q.start)
            if times is not None:
                self._attach(state, [state.claims[-1]], times[0], q, False, times[0])
                return
        above = None
        if state.claims and q.measure and q.start - left > 3:
            last_unit = self.result[state.claims[-1]].base_unit
            if q.measure.kind == "share" or q.measure.base == last_unit:
                above = w.above.search(text, max(left, q.start - 36), q.start)
        if above is not None:
            lead = text[left : above.start()]
            head = strip(lead)
            if not head or self._same_thing(state, head, lead):
                said = above[0]
                self._attach(state, [state.claims[-1]], said, q, said.startswith("低"), said)
                return
        if growth is not None and self._is_growth(state, growth, q):
            self._growth(state, growth, q, left, following, events, i, prev_end)
            return
        self._value(state, q, left, following)

    def _is_base(self, state: State, q: Quantity, left: int) -> bool:
        """“比2021年的8215批次增加了1625批次”: the figure that a change starts from, of the same kind as the one before."""
        last_unit = self.result[state.claims[-1]].base_unit
        if q.measure is None or q.measure.base != last_unit:
            return False
        than = _THAN.search(self.text, left, q.start)
        if than is None or not self.words.changes.match(self.text, q.end):
            return False
        state.base, state.base_figure = than[0].rstrip("的"), (q.scale, q.quantum)
        return True

    # -- comparisons -------------------------------------------------------------------------------------------------

    def _is_growth(self, state: State, m: re.Match, q: Quantity) -> bool:
        share = (q.measure is not None and q.measure.kind == "share") or q.kind in ("fraction", "half")
        if m["base"] or m["dir"]:
            if m["base"] in ("年均",) and not m["dir"]:
                return False
            return share or m["dir"] is not None
        if m["only"] in ("多", "少", "增", "净增") and not share:
            return False
        if share:
            return True
        last = self.result[state.claims[-1]] if state.claims else None
        return (
            last is not None
            and last.base_unit == (q.measure.base if q.measure else None)
            and q.scale <= last.scale
        )

    def _growth(
        self,
        state: State,
        m: re.Match,
        q: Quantity,
        left: int,
        following: int,
        events: list,
        i: int,
        prev_end: int,
    ) -> None:
        kind, down = change_name(m, q, self.time, state.base)
        state.base, figure, state.base_figure = "", state.base_figure, None
        lead = self.text[left : m.start()]
        head = strip(lead)
        fresh = "" if head else self._fresh(state, prev_end, left)
        state.growth_end, state.growth_kind, state.growth_down = q.end, kind, down
        way = m["dir"] or m["only"] or ""
        state.growth_way = way if kind.endswith(way) else kind[-2:]
        state.growth_words = m[0]
        named = [one for one in re.split("、|和|与|及", re.sub("(?:分别|均)$", "", head)) if one]
        head = re.sub(r"(?:^|.*、)(?:分别|均)$", "", head)
        run = self._run(events, i)
        values = [c for c in state.claims if c not in self.dropped]
        apart = "分别" in self.text[left : m.end()]
        if apart and run > 1 and not fresh and (counted := _COUNTED_IN.search(head)):
            # 28件30人、40件43人，人数分别上升…: those counted in 人
            units = _COUNTED_UNITS[counted[1]]
            same = [c for c in values if self.result[c].base_unit in units]
            if len(same) >= run and len({self.result[c].base_unit for c in values}) > 1:
                self._to_each(state, same[-run:], kind, q, down, m)
                return
        if apart and run > 1 and len(named) == run <= len(values) and not fresh:
            # 收案9100件，结案7700件，收案、结案分别增长…: as many names as changes
            self._to_each(state, values[-run:], kind, q, down, m)
            return
        share = q.measure is not None and q.measure.base == "%"
        if share and not head and len(values) > 1 and self._is_share_of(values[-1], values[-2]):
            self._to_each(state, [values[-2]], kind, q, down, m)
            return
        if not state.claims or fresh or (head and not self._same_thing(state, head, lead)):
            claim = self._value(state, q, left, following, growth=m)
            if claim is not None:
                self._lone(state, claim, q, fresh or claim.topic)
                state.lone_growth = len(self.result) - 1
                state.growth_targets = []
                apart = "分别" in self.text[left : q.start]
                state.lone_run = self._run(events, i) - 1 if apart else 0
            return
        targets = [self._before_bracket(state.claims[-1], m.start())]
        if 1 < run <= len(values) and (
            "分别" in self.text[left : m.end()] or "分别" in self.result[values[-run]].context
        ):
            targets = values[-run:]
        state.growth_targets = targets[1:]
        self._attach(state, targets[:1], kind, q, down, m[0])
        self.result[targets[0]].comparisons[-1].base = figure

    def _before_bracket(self, place: int, at: int) -> int:
        """The claim told last; behind 128件（其中网络案件31件） that is the whole, not the part in the bracket."""
        whole = self.result[place].parts_of
        end = self.result[place].number[1]
        closed = self.text.find("）", end, min(at, end + _REACH))
        return whole if whole is not None and closed >= 0 and "（" not in self.text[end:closed] else place

    def _to_each(
        self, state: State, targets: list[int], kind: str, q: Quantity, down: bool, m: re.Match
    ) -> None:
        state.growth_targets = targets[1:]
        self._attach(state, targets[:1], kind, q, down, m[0])

    def _is_share_of(self, share: int, whole: int) -> bool:
        """占总量的57.1%，同比增长12%: the change is that of the figure whose share was told in passing."""
        told, of = self.result[share], self.result[whole]
        return (
            told.measure == "ratio"
            and of.measure != "ratio"
            and "占" in told.context
            and not told.comparisons
        )

    def _lone(self, state: State, claim: Claim, q: Quantity, topic: str) -> None:
        """A change that is told without the figure that changed is a claim of its own."""
        claim.comparisons.append(change(state.growth_kind, q, state.growth_down, state.growth_words))
        if q.measure and q.measure.kind == "share":
            claim.measure = "ratio"
        claim.topic = state.paragraph_topic = topic

    def _fresh(self, state: State, prev_end: int, left: int) -> str:
        """The thing named in a clause without a number between the last figure and a change (其中，技术类案件增幅最大，…)."""
        gap = self.text[max(prev_end, left - _REACH) : left]
        if "；" not in gap and "其中" not in gap and (state.claims or not gap.strip("，")):
            return ""
        named = re.split("[；，]", gap.rstrip("，"))[-1]
        return _TELLS.split(strip_lead(named), maxsplit=1)[0].removeprefix("其次是").removeprefix("再次是")

    def _run(self, events: list, i: int) -> int:
        """How many changes follow one another, joined by 、 or 和; 持平 is one of them."""
        n, at = 1, events[i][1].end
        for j in range(i, min(i + 12, len(events) - 1)):
            a, b = events[j][1], events[j + 1][1]
            if not isinstance(b, Quantity) or not isinstance(a, Quantity):
                break
            if b.start - a.end > 12 or not self.words.next_growth.fullmatch(self.text, a.end, b.start):
                break
            n += 1 + self.text.count("持平", a.end, b.start)
            at = b.end
        return n + bool(self.words.level.match(self.text, at))

    def _continues_growth(self, state: State, q: Quantity, prev_end: int) -> bool:
        if state.growth_end != prev_end or q.start - prev_end > 12 or not state.growth_targets:
            return False
        m = self.words.next_growth.fullmatch(self.text, prev_end, q.start)
        if m is None:
            return False
        del state.growth_targets[: self.text.count("持平", prev_end, q.start)]
        if not state.growth_targets:
            return False
        kind, down, said = state.growth_kind, state.growth_down, state.growth_words
        if m["dir"]:  # 同比分别下降5.6%、上升20%
            kind, down, said = turned(kind, state.growth_way, m["dir"], q), falls(m["dir"]), m[0]
        self._attach(state, [state.growth_targets.pop(0)], kind, q, down, said)
        state.growth_end = q.end
        return True

    def _attach(
        self, state: State, targets: list[int], kind: str, q: Quantity, down: bool, said: str
    ) -> None:
        for target in targets:
            claim = self.result[target]
            claim.comparisons.append(change(kind, q, down, said))
            claim.why.append(
                {"rule": "比较", "words": said + q.written + (q.measure.word if q.measure else "")}
            )
        state.growth_end = q.end

    def _same_thing(self, state: State, head: str, lead: str) -> bool:
        """Whether a comparison's own head only repeats what the value before it was about (授权量同比…)."""
        last = self.result[state.claims[-1]]
        spoken = _TIME.search(lead)
        if spoken and spoken[0] not in last.context:
            return False  # 四季度查办126件，…；全年案件总数翻番
        if last.measure == "ratio" and _PROPORTION.fullmatch(head):
            return True
        core = re.sub(
            r"(?:总?数量?|总量|总额|量|数|件数|金额|同时|其|总体|分别|均|增幅|增速|涨幅|增长率|降幅)$",
            "",
            head,
        )
        return len(core) <= 1 or core in last.context

    def _stands(self, state: State, m: re.Match, prev_end: int) -> None:
        """A rank or a doubling: a comparison of the value before it, else a claim of its own."""
        ranked = m.re is self.words.rank
        if ranked and self.text[m.end() : m.end() + 1] == "的":
            return  # 排名第二的国有企业: a name for it, and no rank of what was told before
        comparison = rank(m) if ranked else doubled(m)
        if comparison is None:
            return
        left = self._clause(m.start(), prev_end)
        lead = self.text[left : m.start()]
        head = strip(lead)
        if ranked:
            head = _RANK_ADVERB.sub("", head)
        why = {"rule": "位次" if ranked else "翻番", "words": m[0]}
        if state.claims and (not head or self._same_thing(state, head, lead)):
            claim = self.result[state.claims[-1]]
            claim.comparisons.append(comparison)
            claim.why.append(why)
            return
        start = left + len(lead) - len(lead.lstrip())
        claim = self._claim(
            start, m.end(), comparison.value, comparison.unit, comparison.scale, Decimal(1), None
        )
        claim.head, claim.topic, claim.number = head, head, (m.start(), m.end())
        claim.context = self.text[left : m.end()]
        claim.why.append(why)
        if ranked:
            claim.measure = "rank"
        else:
            claim.measure = "ratio"
            claim.comparisons.append(comparison)
            claim.approx, claim.approx_word = comparison.approx, m["approx"]
            state.lone_growth, state.paragraph_topic = len(self.result), head
        describe_period(claim, self.time, m.start(), "")
        claim.subject = self._subject(state, left, m.start())
        self._add(state, claim)

    # -- values ------------------------------------------------------------------------------------------------------

    def _value(
        self,
        state: State,
        q: Quantity,
        left: int,
        following: int,
        *,
        growth: re.Match | None = None,
        start_word: re.Match | None = None,
    ) -> Claim | None:
        text = self.text
        glued = bool(self.result) and left == q.start > 0 and self.result[-1].span[1] == left
        changed = start_word or growth
        lead_end = changed.start() if changed else q.start
        clause = understand(text, left, lead_end, q.start, q.end, following, glued)
        lead = clause.lead
        # 举办骨干班两期、师资班一期
        listed = bool(state.claims) and lead[:1] == "、" and clause.before and not clause.after
        if (
            q.kind == "chinese"
            and q.value == 1
            and q.measure
            and q.measure.whole
            and not (one_counts(clause) or listed)
        ):
            return None
        claim = self._claim(clause.start, clause.end, q.value, q.unit or None, q.scale, q.quantum, q.measure)
        claim.verb, claim.number = clause.verb, (q.start, q.end)
        if clause.verb is None and state.claims and lead[:1] and lead[0] in "、和及与":
            claim.verb = self.result[state.claims[-1]].verb
        claim.head = clause.before or clause.after
        claim.context = text[min(left, clause.start) : clause.end]
        if state.claims and not claim.head and clause.verb is None and lead.strip() in _JOINS:
            # 673件1394人, 8430件和8199件: both speak of one thing
            claim.context = self.result[state.claims[-1]].context[:_REACH] + claim.context
        claim.approx, claim.approx_word, claim.upper = q.approx, q.approx_word, q.upper
        claim.subject = self._subject(state, left, clause.verb_at, clause.verb is not None)
        topic = state.paragraph_topic
        state.paragraph_topic = describe_topic(claim, state.paragraph_topic)
        told = text[left : growth.start()] if growth else lead
        describe_measure(claim, q, told, text[max(left, q.start - 4) : q.start])
        describe_period(claim, self.time, q.start, told)
        if "年" in text[q.start - 3 : q.start] and (beside := _YEAR_BESIDE.search(text, left, q.start)):
            claim.period = beside[1]  # 2021年的58件, 2023年为610件
        self._explain(claim, q, clause.verb)
        if start_word is not None:
            self._from(state, claim, start_word, q, left)
        if self._is_goal(state, left, q.start):
            claim.flags.append({"kind": "target", "words": "目标或计划数，不是已发生的事实"})
        relate(text, self.result, state, claim, left, lead, clause.verb)
        low = max(0, left - _REACH)
        if claim.parts_of is not None and text.rfind("（", low, left) > text.rfind("）", low, left):
            state.paragraph_topic = topic  # after the bracket the talk is of the whole again
        if (
            state.lone_growth is not None
            and growth is None
            and not clause.before
            and clause.verb is None
            and not text[self.result[state.lone_growth].span[1] : left].strip("，")
            and (start_word is not None or re.match(r"达|至|为", strip_lead(lead)))
        ):
            lone = self.result[state.lone_growth]
            claim.comparisons = lone.comparisons + claim.comparisons
            claim.topic, claim.context, claim.head = lone.topic, lone.context + claim.context, lone.head
            self.dropped.add(state.lone_growth)
            state.claims = [c for c in state.claims if c != state.lone_growth]
        if growth is None:
            state.lone_growth = None
        self._add(state, claim)
        return claim

    def _is_goal(self, state: State, left: int, number: int) -> bool:
        """Whether a word of planning rules the number: in its clause, or as a verb in the words just before it."""
        m = self.words.goal.search(self.text, max(left - 20, state.start), number)
        if m is not None and _PLANS.search(m[0]) and self.text[m.end() : m.end() + 1] != "的":
            state.planned = m.start()
        if state.planned >= state.start and not self.text[state.planned : left].count("；"):
            return not _DONE.search(self.text, left, number)
        if m is None:
            return False
        if m.start() >= left or self.words.goal.search(self.text, left, number):
            return True
        if self.text[m.end() : m.end() + 1] == "的":
            return False
        # 12件目标，…: a noun of the number before
        told = self.result[state.claims[-1]].number[1] if state.claims else 0
        return m.start() < told or bisect_left(self.breaks, told) != bisect_left(self.breaks, m.start())

    def _script(self, start: int, end: int) -> str:
        """The characters of traditional script in a stretch of the text."""
        if not self.foreign:
            return ""
        a, b = self.source.to_original(start, end)
        return "".join(TRADITIONAL.intersection(self.source.original[a:b]))

    def _claim(self, start, end, value, unit, scale, quantum, measure) -> Claim:
        a, b = self.source.to_original(start, end)
        if unit and self.foreign:
            unit = as_written(unit, self.source.original[a:b])
        return Claim(self.source.original[a:b], a, b, (start, end), value, unit, scale, quantum, measure)

    def _add(self, state: State, claim: Claim) -> None:
        claim.sentence = state.sentence
        at = claim.span[0]
        claim.before = self.text[max(state.start, at - 120) : at]
        state.claims = [*state.claims[-_REMEMBERED:], len(self.result)]
        self.result.append(claim)

    def _subject(self, state: State, left: int, at: int, acts: bool = True) -> str | None:
        """The doer, carried to the end of the sentence; the publisher where nobody is named."""
        i = bisect_left(self.leads, at) - 1
        led = i >= 0 and self.leads[i] >= min(left, max(state.start, at - _REACH))
        state.subject = doer(self.text, left, at, state.start, self.publisher, led, acts) or state.subject
        return state.subject or self.publisher

    def _from(self, state: State, claim: Claim, to: re.Match, q: Quantity, left: int) -> None:
        """“由3.2万件增至5.1万件”: the first number is what the second is compared with."""
        text = self.text
        if not state.claims:
            return
        first = self.result[state.claims[-1]]
        gap = text[first.span[1] : to.start()]
        low = max(0, first.span[1] - _REACH)
        source = re.search(
            r"[从由][^，。；]{0,40}$", text[max(low, self._clause(first.span[1], 0)) : first.span[1]]
        )
        if any("…" in c.kind for c in first.comparisons):
            return  # 由66件增至81件，再增至97件
        if source is None or len(gap.strip("，")) > 12 or first.base_unit != claim.base_unit:
            return
        grown_from(claim, first, source[0][0], to[0])
        self.dropped.add(state.claims.pop())

    def _explain(self, claim: Claim, q: Quantity, verb: str | None) -> None:
        steps = q.why()
        if verb:
            steps.append({"rule": "动词", "words": verb})
        if q.lost_unit:
            claim.flags.append({"kind": "lost_unit", "words": f"“{claim.text}”后面没有单位，请核对原文"})
        claim.why = steps + claim.why

    def _tables(self, listed: list[Listing]) -> tuple[Unread, ...]:
        def blank(start: int, end: int) -> Claim:
            claim = self._claim(start, end, Decimal(0), None, Decimal(0), Decimal(1), None)
            claim.number = (start, end)
            claim.subject, claim.in_table, claim.sentence = self.publisher, True, -2 - len(self.result)
            return claim

        first = len(self.result)
        unread: list[Unread] = []
        self.result += islice(
            read_tables(self.source, listed, blank, self._script, self.time.year, unread), LIMIT
        )
        place = {id(claim): i for i, claim in enumerate(self.result[first:], first)}
        for claim in self.result[first:]:
            if claim.parts_of is not None:
                claim.parts_of = place.get(id(claim.parts_of))
        spans = [self.source.to_original(one.start, one.end) for one in unread[:LIMIT]]
        return tuple(Unread(self.source.original[a:b], a, b) for a, b in spans)

    # -- the whole ---------------------------------------------------------------------------------------------------

    def _finish(self) -> list[Claim]:
        keep = [i for i in range(len(self.result)) if i not in self.dropped]
        keep.sort(key=lambda i: self.result[i].span)
        place = {old: new for new, old in enumerate(keep)}
        claims = [self.result[i] for i in keep]
        for claim in claims:
            if claim.parts_of is not None:
                claim.parts_of = place.get(claim.parts_of)
        return claims
