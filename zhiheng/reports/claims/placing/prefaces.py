"""Clauses before the first number of a sentence: which of them say nothing of it, which tell what it is about, and which leave a
doubt whose or of what time it is. Their words are data (`words/placing.yaml`); here stands how such clauses are built."""

import re
from functools import cache

from ..words import word_list
from .lexicon import (
    QUOTED,
    Lexicon,
    Token,
    elsewhere,
    excluding,
    leading_tokens,
    shaped,
)

# A clause that says when or where what follows took place: 机构改革前，在某市场，历史上，两年间，
_SCENE = re.compile(
    "^(?:在|于|当|每|自)|(?:前|后|间|内|外|时|以来|为止|期|[年月日天季]|[年月季][初末底]|之际|历史上)$"
)
_SUPPORTED = re.compile(
    "(?:领导|指导|支持|部署|推动|带动|关心|努力|配合|统筹|参与)下$|基础上$|努力$"
    "|^(?:受到|得到|获得|赢得)[^，。；]*(?:肯定|好评|认可|点赞|赞誉|表扬|称赞)$"
)
LONGEST_SCENE = 16
_MANNERS = "|".join([*word_list("placing")["manners"], *word_list("placing")["neutral"]["idioms"]])
# “零容忍”, “严、大、快、同” are manners; every other word in quotation marks may be the name of an action.
NAME = re.compile(
    f"“(?!(?:{_MANNERS}|[量质数增降升提双齐稳优减]{{4}})(?:、(?:{_MANNERS}))*”)[^“”，。；]{{0,40}}”"
)
TO_WHOM = re.compile("据|在|与|会同|联合|以|按|由|向|从|针对|为|根据|受|经|跟|同|替|代")
# How many characters that nobody knows such a clause may hold: 专利保护再|添硕果, 加大行政裁决|供给
_MOST_UNKNOWN = 8


@cache
def _deeds() -> tuple[frozenset[str], frozenset[str]]:
    """The verbs of an office's work, and the adverbs that may stand before them."""
    said = word_list("placing")
    verbs = {*said["leads"]["does"], *said["neutral"]["support"], *said["neutral"]["domain"]}
    deeds = {word for word in verbs.difference(said["no_verbs"]) if len(word) > 1}
    return frozenset(deeds), frozenset(said["neutral"]["adverbs"])


@cache
def _institutions() -> tuple[str, ...]:
    return tuple(word_list("placing")["institutions"])


class Prefaces:
    """Reads such clauses with the lexicon of one text, for the report of `year`; in `leads` the words of an office's own work, too,
    say nothing of a number."""

    def __init__(self, lexicon: Lexicon, leads: Lexicon, year: int):
        self.lexicon, self.leads, self.year = lexicon, leads, year

    def own_work(self, text: str) -> bool:
        """Whether a clause tells what the office itself does, in words that say nothing of the number: all of them known, or
        built so that the others cannot."""
        if _SUPPORTED.search(text) or any(
            re.search(word_list("placing")[name], text) for name in ("by_all_means", "fulfilled", "musings")
        ):
            return True
        if self.asks(text):
            return False
        manner = re.sub(word_list("placing")["manner"], "", re.sub("^[为在](?!于)", "", text))
        tokens, unknown = self.leads.tokens(manner)
        told, _ = self.lexicon.tokens(text)
        elsewhere_ = any(shaped(w) or shaped(w, "trade") for w in unknown) or (
            unknown and re.search(word_list("placing")["entities"], text)
        )
        if any(t.kind == "object" for t in told) and not excluding(told) and not elsewhere_:
            return True  # 下放专利侵权纠纷行政裁决权限，…: its words stay with the thing it names
        plans = any(t.kind == "modality" and t.value in ("计划或目标", "假设") for t in tokens)
        aside = any(
            t.kind in ("part", "place", "body_other") or t.value in ("刑事数", "否定") for t in tokens
        )
        return not plans and not aside and (not unknown or self._says_nothing(manner))

    def without_us(self, text: str) -> str:
        """The clause without a subject that is the office and all its units: 全市知识产权系统|认真贯彻…"""
        if not self.lexicon.tokens(text)[0]:
            return text
        begun = _of_us(leading_tokens(text, self.leads.tokens(text)[0]))
        return text[begun[0].at :] if begun else text

    def supported(self, text: str) -> bool:
        """在国家知识产权局指导下: with whose help it was done."""
        return _SUPPORTED.search(text) is not None

    def cooperates(self, text: str) -> bool:
        """加强与公安、海关等部门协作: with whom the office works, and no case of theirs."""
        return re.fullmatch(word_list("placing")["cooperates"], self.without_us(text)) is not None

    def asks(self, text: str) -> bool:
        """上级要求，…: what is asked for, and not what was done."""
        said = word_list("placing")
        return bool(re.search(said["asked"], text)) and not re.search(said["carried_out"], text)

    def only_a_topic(self, raw: str, text: str, tokens: list[Token]) -> bool:
        """Whether a clause before the number, whatever its words, speaks of no other time, place, office, part, action or
        source, and neither plans nor denies: it begins with a verb of the office's work and says what that was for."""
        if self.cooperates(text):
            return True
        told, unknown = self.leads.tokens(text)
        manner = _deeds()[1]
        first = next((t for t in _of_us(leading_tokens(text, told)) if t.words not in manner), None)
        if first is None or first.words not in _deeds()[0]:
            return False
        return not (
            NAME.search(raw)
            or any(shaped(w, "trade") for w in unknown)
            or self._of_others(text, tokens, unknown)
            or any(t.kind == "period" for t in tokens)
            or TO_WHOM.match(text)
        )

    def sets_scene(self, text: str, unknown: list[str]) -> bool:
        """Whether a clause says of what time or place the next ones speak, in words that nobody can place."""
        if not unknown or len(text) > LONGEST_SCENE or not _SCENE.search(text) or _SUPPORTED.search(text):
            return False
        bare = re.sub("^[在于]|[上中里]$", "", text)
        return bool(self.lexicon.tokens(bare)[1])

    def _of_others(self, text: str, tokens: list[Token], unknown: list[str]) -> bool:
        """Whether a clause may speak of another time, place, office or part, plans, denies, or gives somebody's word."""
        said = word_list("placing")
        return bool(
            re.search(said["sources"], text)
            or re.search(said["grounds"], text)
            or self.asks(text)
            or excluding([t for t in tokens if t.value != "增减数"])
            or elsewhere(tokens, self.year)
            or any(shaped(w) or shaped(w, "time") for w in unknown)
        )

    def _says_nothing(self, text: str) -> bool:
        """Whether a clause with words that are not known says nothing of the cases counted, as it is built: it does something for
        means or manners (健全跨部门协作|机制) or tells in few words how the work went (行政保护力度|空前), and holds no word that
        narrows, no time, place, office, part, trade or source.
        """
        told, unknown = self.leads.tokens(text)
        said = word_list("placing")
        if QUOTED.search(text) or re.search(said["narrowing"], text) or TO_WHOM.match(text):
            return False
        if _SCENE.search(text) or self._of_others(text, told, unknown):
            return False
        if any(shaped(word, "trade") for word in unknown):
            return False
        if re.match("[让使](?!用)", text):
            return True  # 让侵权者付出沉重代价: what it was good for
        leading = [t for t in leading_tokens(text, told) if t.kind != "period"]
        first = next((t for t in _of_us(leading) if t.words not in _deeds()[1]), None)
        if first is not None and first.words in _deeds()[0]:
            if text.rstrip("、").endswith(_institutions()):
                return not self._narrows_the_work(text, unknown)
            if first.words in said["spirited"] and sum(map(len, unknown)) <= _MOST_UNKNOWN:
                return True  # 捍卫法律尊严
        return not re.search(said["entities"], text) and self._tells_how_it_went(text, told, leading)

    def _narrows_the_work(self, text: str, unknown: list[str]) -> bool:
        """加强外商投资|文件合法性审查力度: whether words that nobody knows stand before the name of something that is counted."""
        counted = [
            t.at for t in self.lexicon.tokens(text)[0] if t.kind in ("act", "rule", "object", "attr") and t.at
        ]
        return bool(counted) and any(text.find(word) < max(counted) for word in unknown)

    def _tells_how_it_went(self, text: str, told: list[Token], leading: list[Token]) -> bool:
        """行政保护力度|空前, 专利保护再|添硕果: the work or its means, all in known words, and then few others."""
        known = "".join(t.words for t in leading)
        rest = sum(len(w) for w in self.leads.tokens(text)[1])
        if not leading or rest > _MOST_UNKNOWN:
            return False
        subject = leading[1:] if leading[0].kind == "scope" else leading
        if leading[0].kind == "scope" and leading[0].value not in ("all", "below"):
            return False
        if subject and re.match(word_list("placing")["own_subjects"], text[subject[0].at : len(known)]):
            return True
        return any(t.words.endswith(_institutions()) for t in subject) and subject[0].words not in _deeds()[0]


def _of_us(leading: list[Token]) -> list[Token]:
    """The tokens a clause begins with, without a subject that is the office and all its units: 全市知识产权部门|健全…"""
    if not leading or leading[0].kind != "scope" or leading[0].value not in ("all", "below"):
        return leading
    verbs = _deeds()[0].difference(word_list("placing")["neutral"]["domain"])
    return next((leading[i:] for i, token in enumerate(leading) if token.words in verbs), [])
