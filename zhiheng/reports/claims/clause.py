"""One clause around a number, taken apart: its verb, the thing counted before or after the number, who did it.

Chinese report prose puts the thing before the number （查办案件610件） or after it （命名31家基地）; which of the two it is decides
where the claim's own words begin and end. Nothing here looks outside the clause and its sentence.
"""

import re
from dataclasses import dataclass

from .words import Words, words

BREAKS = "，；：（）。！？\n\t|"
CLAUSE_BREAK = re.compile(f"[{BREAKS}]")
_AFTER = 40  # a noun after the number is no longer than this
_BEFORE = 100
_STOP_AFTER = re.compile(r"[，；：（）。！？\n\t|、“”《]")
_LEADING = re.compile(
    r"^(?:[、，“”》\s了]|其中|同时|并且|并|还|也|另|另外|此外|全年|今年|当年|年内|以及|和|与|及|[一二三四五六七八九十]是"
    r"|截[至止]到?[^，。；：]{1,14}?[底末日前]|(?:19|20)[0-9]{2}年度?|[-·*•]|（?[一二三四五六七八九十0-9]{1,2}[、）.])+"
)
_LEADS = frozenset(
    "、，“”》了其同并还也另此全今当年以和与及一二三四五六七八九十截12-·*•（0123456789"
)  # its first characters
_ADVERBS = re.compile(r"(?:共计|共|累计|依法|新|成功|先后|分别|已|再|又|联合|统一|集中)+$")
_QUANTITY_ADVERB = re.compile(r"(?:共计|共|累计|合计|总计|新)$")
_NOMINAL_ENDS = ("量", "数", "率", "额", "值")
_VERB_IN_NOUN = {"立", "注册", "申请", "授权", "登记"}
_NEW_MATTER = re.compile(
    r"\s*(?:同比|环比|较|比|与|居|位居|位列|列|排|占|增|分别|的\b|、|和|及|并|以上|其中|包括|为|入选|获|达)"
)
_COUNTED = re.compile(r"[0-9,.]+[\u4e00-\u9fff]{1,3}")
_AND = ("、", "和", "与", "及", "并")
_ACTED_ON = re.compile(r"(?:案件?|纠纷|申请|投诉|举报|事项|线索|信访件)$")
_SHARED = re.compile(r"^(?:的|[\u4e00-\u9fff]{1,8}(?:、|和|与|及|的))$")
_TRAILS = "和与及的、"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ORGAN = re.compile(
    r"(?:全[市省国区县州系]统?|我[市省局区县]|本[市局]|[\u4e00-\u9fff]{1,14}?"
    r"(?:局|厅|法院|检察院|检察机关|公安机关|部门|中心|协会|系统|海关|机构)|公安机关|检察机关|法院|海关)(?=$|共|累计|依法|全年|新|成功)"
)
_ORGAN_HINT = re.compile("[局厅院关门心会统构全我本]")  # one of these is in every name that _ORGAN finds
_RECIPIENT = ("向", "对", "与", "被", "获", "报", "给", "送", "为")
_PARTNER_END = re.compile(r"首次|共同|应对|[，。；、“《0-9]")


@dataclass(frozen=True, slots=True)
class Clause:
    """`lead` the words from the clause's start to the number, `before`/`after` the noun on either side of it (after: only
    where it is what is counted), `start`/`end` the claim's own words in the text."""

    lead: str
    verb: str | None
    verb_at: int
    before: str
    after: str
    start: int
    end: int


def understand(
    text: str, left: int, lead_end: int, number: int, end: int, following: int, glued: bool
) -> Clause:
    """Take the clause apart that starts at `left`, has its number (with approximation) at [`number`, `end`) and its next
    number at `following`; `lead_end` is before `number` where words of change stand between; `glued`: the number follows
    the one before directly (2件3人)."""
    w = words()
    lead = text[left:lead_end]
    bare = without_fillers(lead)
    verb = None if bare[-1:] in _NOMINAL_ENDS else _verb(lead, w)
    before = strip(without_fillers(lead[_acts_end(lead, verb, w) :]) if verb else bare)
    if verb and not before:
        before = strip(_ADVERBS.sub("", _object(lead[: verb.start()])))  # 商标案件分别受理和审结8件
    shared = _SHARED.match(before) if before else None
    if shared:
        before = ""  # 29家单位和35名个人: what stands before belongs to the number before it
    limit = min(len(text), end + _AFTER, following)
    stop = _STOP_AFTER.search(text, end, limit)
    after_end = stop.start() if stop else limit
    if after_end > end and text[after_end - 1] in _TRAILS:
        after_end -= 2 if text.startswith("以及", after_end - 2) and after_end - 2 >= end else 1
    after = text[end:after_end].strip() if after_end > end else ""
    if len(after) < 2 or _NEW_MATTER.match(after):
        after, after_end = "", end
    enumerated = bool(shared) or "、" in before
    start, stop_at = None, end
    if after and (not before or enumerated):
        stop_at = after_end
        if enumerated or glued or following == end:
            start = number
    if not before and (glued or following == end) and (after or _head_follows(text, following)):
        start, stop_at = number, after_end  # 6个方面24项重点任务: the verb belongs to the pair
    if start is None and shared:
        start = number
    if start is None:
        start = left + _own_start(lead, verb, w)
    return Clause(
        lead,
        verb[0] if verb else None,
        left + (verb.start() if verb else len(lead)),
        before,
        after,
        start,
        stop_at,
    )


def one_counts(clause: Clause) -> bool:
    """Whether 一 is a number here （入选典型案例一件） and no article （建立一套机制）."""
    if clause.verb is None:
        return False
    if clause.before and not clause.after:
        return True
    return words().family[clause.verb] == "found" and not clause.before


def doer(
    text: str, left: int, at: int, sentence: int, publisher: str | None, led: bool, acts: bool = True
) -> str | None:
    """Who did it, where the clause or its sentence (from `sentence` on) names somebody beside the publisher.

    `acts`: a verb stands at `at`; otherwise the number does. `led`: a word like 指导 or 联合 stands near before it.
    """
    w = words()
    lead = strip_lead(text[left:at])
    own = w.leading.match(lead) if led else None
    found = w.leading.search(text, left, at) if own else None
    if found is None and led:
        for m in w.leading.finditer(text, max(sentence, at - _BEFORE), at):
            if m.start() == sentence or text[m.start() - 1] in BREAKS:
                found = m
                break
    if found is not None:
        rest = text[found.end() : min(len(text), found.end() + 30)]
        ends = [m.start() for m in (_PARTNER_END.search(rest), w.verb.search(rest)) if m]
        partner = rest[: min(ends)] if ends else ""
        if 2 <= len(partner) <= 20:
            base = publisher or ""
            if w.leading_kind[found[0]] == "指导":
                return f"{base}指导{partner}"
            return f"{base}(联合{partner})" if base else f"联合{partner}"
    organ = _ORGAN.search(lead) if _ORGAN_HINT.search(lead) else None
    if organ is None or organ[0].startswith(_RECIPIENT) or (organ.end() == len(lead) and not acts):
        return None  # 向公安机关移送: they only received; 快速维权中心7家: they are what is counted
    return publisher if publisher and publisher.endswith(organ[0].lstrip("我本")) else organ[0]


def strip_lead(phrase: str) -> str:
    """The phrase without bullets, conjunctions and words of time before it."""
    phrase = phrase.strip()
    if not phrase or phrase[0] not in _LEADS:
        return phrase
    m = _LEADING.match(phrase)
    return phrase[m.end() :] if m else phrase


def strip(phrase: str) -> str:
    """The phrase without what may stand before it and without fillers (共, 达到) after it."""
    phrase = strip_lead(phrase)
    return words().fillers.sub("", phrase).strip() if phrase[-1:] in words().filler_ends else phrase.strip()


def without_fillers(phrase: str) -> str:
    """The phrase without the fillers, rates and 首批 that may stand between a noun and its number."""
    w = words()
    phrase = phrase.strip()
    while phrase and phrase[-1] in w.filler_ends:
        m = w.fillers.search(phrase) or w.first_in_value.search(phrase)
        if m is None:
            m = last(w.rate, phrase)
            if m is None or m.end() != len(phrase):
                return phrase
        phrase = phrase[: m.start()]
    return phrase


def last(pattern: re.Pattern, phrase: str) -> re.Match | None:
    """The last match of `pattern` in `phrase`."""
    found = None
    for m in pattern.finditer(phrase):
        found = m
    return found


def _verb(lead: str, w: Words) -> re.Match | None:
    m = w.verb.search(lead)
    while m is not None:
        if not _is_noun(lead, m, w):
            return m
        m = w.verb.search(lead, m.start() + 1)
    return None


def _is_noun(lead: str, m: re.Match, w: Words) -> bool:
    """注册商标, 申请量, 发布会, 并处罚金: a verb as part of a noun."""
    own, before = w.noun_own.get(m[0]), w.noun_before.get(m[0])
    if w.noun_after.match(lead, m.end()) or (own and own.match(lead, m.end())):
        return True
    if before and before.search(lead, 0, m.start()):
        return True
    # as a verb it stands first or after an adverb
    return m[0] in _VERB_IN_NOUN and m.start() > 0 and not _ADVERBS.search(lead[: m.start()])


def _acts_end(lead: str, verb: re.Match, w: Words) -> int:
    """Where the acts end that begin with `verb`: 受理和审结, 制定、修订出台."""
    at = verb.end()
    while lead[at : at + 1] in _AND:
        m = w.verb.match(lead, at + 1)
        if m is None or _is_noun(lead, m, w):
            break
        at = m.end()
    return at


def _object(lead: str) -> str:
    """What stands before its verb and was acted on; not who acted."""
    bare = _ADVERBS.sub("", strip_lead(lead))
    return bare if _ACTED_ON.search(bare) else ""


def _own_start(lead: str, verb: re.Match | None, w: Words) -> int:
    """Where in the lead the claim's own words begin: at the verb, with the adverbs of quantity and of rate before it."""
    if verb is None:
        skipped = _LEADING.match(lead)
        return skipped.end() if skipped else len(lead) - len(lead.lstrip())
    at = verb.start()
    while True:
        m = _QUANTITY_ADVERB.search(lead[:at])
        if m is None:
            m = last(w.rate, lead[:at])
            if m is None or m.end() != at:
                return at
        at = m.start()


def _head_follows(text: str, at: int) -> bool:
    m = _COUNTED.match(text, at)
    return m is not None and bool(_HAN.match(text, m.end()))
