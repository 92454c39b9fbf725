"""Read an amending decision: each sentence as an :class:`Instruction`, what is not understood named with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..model import Text
from ..numbering import CN, NUMERAL, Number, value
from .addressing import Unclear, chain, number_of, places_named, unit_of
from .instructions import (
    Address,
    Append,
    Decision,
    Delete,
    Heading,
    Insert,
    Instruction,
    Move,
    Note,
    Order,
    Renumber,
    Replace,
    Structure,
    Words,
)
from .segments import MARK, Segment, lines_of, segments

_Q = f"[{chr(MARK)}-{chr(MARK + 999)}]"
_ALL = re.compile(
    rf"(?:本(?:法|条例|办法|规定|解释|细则|规则)|全文|条文|各条款?|(?:条例|办法|规定|法律|文件))(?:全文)?(?:中|里|内)?(?:的)?(?={_Q})"
)
_LEAD = re.compile(
    r"^(?:并|同时|此外|另外|另|再|相应地?|其中的?|一是|二是|三是|将|把|对|在|于|原来?的?|该条(?:例|规定)?(?:中|的)?|该款(?:中|的)?|\s)+(?=\S)"
)
_CHANGE = r"(?:修改为|改为|修订为|修改成|改成|表述为|调整为|替换为|变更为)"
_INTO = r"(?:改为|作为|调整为|变更为|改作|移作|移至|列为|顺延为)"
_COUNT = rf"[{CN}\d]{{1,3}}"
_INSERT = re.compile(
    rf"^(?:中|里)?(?:的?(?P<side>之?后|之?前))?(?:分别)?增[加写]规?定?(?P<count>{_COUNT})?个?(?P<unit>分编|[编章节条款项目])(?:内容)?(?P<rest>.*)$"
)
_NOTE = re.compile(
    r"自.{1,40}(?:起)?(?:施行|实施|生效|执行)|重新公布|重新发布|作相应(?:的)?修改|同时废止|予以公布|现予|之日起|由.{2,20}负责解释|报.{2,30}备案|此决定|会议(?:决定|通过|讨论)|决定[：:]$|等\S{1,6}[件部].{0,8}(?:修改|修正)|收悉|如下$|如下[：:]|作[出如]?(?:如下|以下)(?:补充)?(?:修改|修正|补充)"
)
_ORDER = re.compile(
    r"(?:条文|条款|条|款|项|章节|章|节|序号|顺序|编号|引用).{0,16}(?:顺序|序号|编号|引用).{0,12}(?:调整|顺延|变动|修改|排列)|(?:依次|依序|相应)(?:顺延|调整)|条文.{0,8}(?:顺序|序号)"
)
_STRUCTURE = re.compile(rf"^(?:将)?章节(?:设置)?调整为[：:]?(?P<quote>{_Q})$")
_TITLES = r"《[^》]+》(?:[、和]《[^》]+》)*"
_REPEALED = re.compile(rf"^(?:废止{_TITLES}|将?{_TITLES}(?:予以|宣布)?(?:废止|失效))[。；]?$")
"""废止《江州市渡口条例》: a whole text, not a place in one."""
_QUOTES = rf"{_Q}(?:[、和及]?{_Q})*"
_AT_THE_END = re.compile(
    rf"^的?(?:末尾|最后|句末|结尾)处?(?:增加|加上|增写)(?:规定|一句|一段)?(?P<new>{_Q})$"
)
_GONE = re.compile(r"^(?:予以)?(?:删[去除]|废止)(?:该[条款项])?(?P<what>第.+)?$")
_PLAIN_HEAD = re.compile(
    r"^(?:修改|对|将)?(?P<title>《.+》)(?:的)?(?:修改|作[出如]?(?:如下|以下)?(?:修改|修正)|修改如下)?[：:]?$"
)


_NAMED = re.compile(
    r"^(?:将|对|在|删[去除]|废止|修改)?(?P<title>《[^》]+》)(?:的|中)?(?=第|名称|标题|引言|题注|附|目录)"
)
_ELIDED = re.compile(
    rf"第(?P<first>[（(]?{NUMERAL}[）)]?)(?P<more>(?:[、和][（(]?{NUMERAL}[）)]?)+)(?P<unit>[条款项])"
)
_NO_Q = f"[^{chr(MARK)}-{chr(MARK + 999)}，]"
_PART_OF_SHARED = re.compile(rf"({_NO_Q}+{_Q}(?:、{_Q})*)(?:、|和|以及|$)")
_SHARED = re.compile(
    rf"^(?P<out>删[去除])?(?P<parts>(?:第{_NO_Q}+{_Q}(?:、{_Q})*[、和])+第{_NO_Q}+{_Q}(?:、{_Q})*)"
    rf"(?P<verb>(?:均|都|统一|分别)?{_CHANGE}{_Q}|(?:均|都)?删[去除])?$"
)
"""将第十条中的“甲”、第十一条中的“乙”修改为“丙”: several places, each with its words, one verb."""


def _spelled_out(match: re.Match) -> str:
    """第（一）、（二）项 as 第（一）项、第（二）项."""
    numbers = [match["first"], *re.findall(rf"[（(]?{NUMERAL}[）)]?", match["more"])]
    return "、".join(f"第{number}{match['unit']}" for number in numbers)


@dataclass
class _Pending:
    """An insertion announced (增加一条，作为第十一条) whose words are still to come."""

    unit: str
    count: int
    within: Address
    after: Address | None = None
    numbers: list[Number] = field(default_factory=list)
    replaces: tuple[Address, ...] = ()
    """第八条分为两条: the article the new ones take the place of."""


def read_decision(text: Text) -> Decision:
    """Read a decision from its text. Nothing is guessed: a sentence is either understood or in ``unread``."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: Text) -> None:
        self.decision = Decision(text.title)
        self.lines = lines_of(text)
        self.target = ""
        self.focus: list[Address] = []
        self.pending: _Pending | None = None
        self.found: list[Instruction] = []

    def read(self) -> Decision:
        for segment in segments(self.lines):
            if segment.label:
                self.focus, self.pending = [], None
            self._segment(segment)
        self.decision.targets = list(
            dict.fromkeys(one.target for one in self.decision.instructions if one.target)
        )
        return self.decision

    def _segment(self, segment: Segment) -> None:
        text = segment.text.strip()
        head = _PLAIN_HEAD.match(text)
        if head and not re.search(_Q, text):
            self.target = _title(head["title"])
            return
        self.found = []
        if repealed := _REPEALED.match(text):
            for title in re.findall(r"《[^》]+》", repealed[0]):
                whole = Delete((Address(part="全文"),), said=segment.said, target=_title(title))
                self.decision.instructions.append(whole)
            return
        closing = "根据本决定" in text and not segment.quotes
        try:
            if (
                not segment.quotes
                and _NOTE.search(text)
                and not re.search(
                    rf"第{NUMERAL}[条款项]|增加|删[去除]", re.sub(r"《[^》]*》|（[^）]*）", "", text)
                )
            ):
                self._introduced(text)
                self.found.append(Order() if _ORDER.search(text) else Note())
            elif match := _STRUCTURE.match(text.rstrip("。；")):
                self.found.append(Structure(tuple(self._quote(segment, match["quote"]))))
            else:
                self._sentences(segment, text)
            if self.pending is not None and self.pending.numbers == [] and not self.found:
                raise Unclear("没有写出增加的内容")
        except Unclear as reason:
            self.decision.unread.append((segment.said, str(reason)))
            self.pending = None
            return
        for one in self.found:
            object.__setattr__(one, "said", segment.said)
            object.__setattr__(one, "target", "" if closing else self.target)
            self.decision.instructions.append(one)

    def _introduced(self, text: str) -> None:
        """对《甲条例》作如下修改："""
        if match := re.search(r"(《.+》)[^《》]{0,6}(?:作[出]?(?:如下|以下)|修改如下)", text):
            self.target = _title(match[1])

    def _quote(self, segment: Segment, mark: str) -> list[str]:
        return segment.quotes[ord(mark) - MARK]

    def _quotes(self, marks: str) -> list[str]:
        """The lines of one quotation, or of several behind each other."""
        return [line for mark in re.findall(_Q, marks) for line in self._quote(self.segment, mark)]

    # --- sentences -----------------------------------------------------------------------------------------------------

    def _sentences(self, segment: Segment, text: str) -> None:
        self.segment = segment
        if named := _NAMED.match(
            text
        ):  # 删去《江州市渡口条例》第三条: each point of such a decision names its text
            self.target = _title(named["title"])
        text = _ELIDED.sub(_spelled_out, text)
        text = re.sub(
            rf"(?<={_Q})(?=原?第|增加[{CN}]|[将在并]|删[去除](?:[^。，；]{{0,12}}第|其))", "。", text
        )
        text = re.sub(
            rf"(?:(?<=为{_Q})|(?<=加{_Q}))、(?={_Q}(?:修改为|改为|删[去除]|后增加|前增加))", "，", text
        )
        purpose = re.match(
            rf"^(?:为了?|根据|按照|鉴于|经)[^。；{chr(MARK)}-{chr(MARK + 999)}]*?，(?=(?:决定)?(?:将|对|在|删|增加|修改))",
            text,
        )
        text = text[purpose.end() :] if purpose else text
        for sentence in re.split(r"[。；;\n]", text):
            pieces = [piece for piece in re.split(r"[，,]", sentence) if piece.strip()]
            n = 0
            while n < len(pieces):
                piece = pieces[n].strip().strip("：:").strip()
                n += 1
                if piece:
                    self._piece(piece)
        if self.pending is not None and self.pending.numbers:
            pending, self.pending = self.pending, None
            raise Unclear(f"没有写出增加的第{len(pending.numbers)}{pending.unit}的内容")

    def _piece(self, piece: str) -> None:
        piece = re.sub(rf"[：:](?={_Q})", "", piece)
        if (
            not re.search(_Q, piece)
            and _ORDER.search(piece)
            and not re.search(rf"第{NUMERAL}[条款项章节]", piece)
        ):
            self.found.append(Order())
            return
        if (
            not re.search(_Q, piece)
            and _NOTE.search(piece)
            and not re.search(rf"第{NUMERAL}[条款项]|增加|删[去除]|修改为", piece)
        ):
            self._introduced(piece)
            self.found.append(Note())
            return
        rest = _LEAD.sub("", piece)
        if rest in ("此外", "同时", "另外", "并"):
            return
        if shared := _SHARED.match(rest):
            for part in _PART_OF_SHARED.findall(shared["parts"]):
                self._piece(f"{shared['out'] or ''}{part}{shared['verb'] or ''}")
            return
        if match := re.match(rf"^增加(?P<at>第{NUMERAL}条(?:之[{CN}]+)?)(?P<quote>{_Q})$", rest):
            at, _, _ = places_named(match["at"], [])
            lines = tuple(self._quote(self.segment, match["quote"]))
            self.found.append(Insert("条", Address(), (at[0].article,), lines))
            return
        if match := re.match(
            rf"^(?:修改后的?)?(?P<at>第[^前]+)之?前增加一?[章节编]?(?:章名|节名|编名|标题)为?[：:]?(?P<quote>{_Q})$",
            rest,
        ):
            addresses, left, _ = places_named(match["at"], self.focus)
            if len(addresses) != 1 or left or not addresses[0].article:
                raise Unclear(f"不明白“{match['at']}”")
            self.found.append(Heading(self._one(match["quote"]), addresses[0].article))
            return
        if match := re.match(r"^(?:删[去除]|废止)(?:的)?(?P<what>.*)$", rest):
            self._delete(match["what"])
            return
        if self._again(rest):
            return
        addresses, rest, said = self._places(rest)
        if addresses:
            self.focus = addresses
        self._verb(rest.strip(), said, piece)

    def _again(self, rest: str) -> bool:
        """What continues an announced insertion: 作为第十一条“…”, or its words alone."""
        pending = self.pending
        if pending is None:
            return False
        if match := re.match(
            rf"^(?:分别)?作?为(?P<to>第[^{chr(MARK)}-{chr(MARK + 999)}]*)(?P<quote>{_QUOTES})?$", rest
        ):
            addresses, left, _ = places_named(match["to"], self.focus)
            if not addresses or left.strip():
                raise Unclear(f"不明白“作为{match['to']}”")
            pending.numbers = [number_of(address, pending.unit) for address in addresses]
            if (
                pending.unit == "项"
                and addresses[0].article is None
                and addresses[0].paragraph
                and not pending.within.paragraph
            ):
                pending.within = pending.within.at(paragraph=addresses[0].paragraph)
            if match["quote"]:
                self._insert(self._quotes(match["quote"]))
            return True
        if match := re.match(rf"^(?:内容为|规定|即|章名为|节名为|编名为)?(?P<quote>{_QUOTES})$", rest):
            self._insert(self._quotes(match["quote"]))
            return True
        if pending.replaces and (match := re.match(rf"^{_CHANGE}(?P<quote>{_Q})$", rest)):
            self._insert(self._quote(self.segment, match["quote"]))
            return True
        if re.match(rf"^(?:该[条款]|本[条款])?{_CHANGE}{_Q}$", rest) and pending.within.article:
            # 增加一款作为第二款，将该条修改为：“…” — the whole article is given
            self.pending = None
            self.focus = [pending.within.of_article()]
        return False

    def _insert(self, lines: list[str]) -> None:
        pending, self.pending = self.pending, None
        if pending.replaces:
            self.found.append(Delete(pending.replaces))
        self.found.append(
            Insert(pending.unit, pending.within, tuple(pending.numbers), tuple(lines), pending.after)
        )

    def _delete(self, what: str) -> None:
        match = re.match(
            rf"^(?P<where>.*?)(?:中|里)?的?(?P<quotes>{_Q}(?:、?{_Q})*)(?:字样|一词|等字样)?$", what
        )
        if match:
            where = self._where(match["where"])
            self.found.append(
                Words(where, tuple((self._one(q), "") for q in re.findall(_Q, match["quotes"])))
            )
            return
        addresses, rest, _ = self._places(what)
        if not addresses or rest.strip("的内容"):
            raise Unclear(f"不明白要删去什么：“{what}”")
        self.focus = addresses
        self.found.append(Delete(tuple(addresses)))

    def _places(self, words: str) -> tuple[list[Address], str, str]:
        """The places words begin with; 第二款 alone counts in the article spoken of, if that is one."""
        found = places_named(words, self.focus)
        articles = {address.article for address in self.focus}
        if found[0] and len(articles) > 1 and re.match(rf"第[（(]?{NUMERAL}[）)]?[款项目]", found[2]):
            raise Unclear(f"“{found[2]}”没有写明是哪一条的")
        return found

    def _where(self, words: str) -> tuple[Address, ...]:
        words = words.strip()
        if not words or words in ("其中", "该条", "该款", "该项"):
            if not self.focus:
                raise Unclear("没有写明在哪一条")
            return tuple(self.focus)
        if _ALL.match(words + chr(MARK)):
            return (Address(part="全文"),)
        addresses, rest, _ = self._places(words)
        if not addresses or rest.strip() not in ("", "中", "的", "中的"):
            raise Unclear(f"不明白位置“{words}”")
        self.focus = addresses
        return tuple(addresses)

    def _one(self, mark: str) -> str:
        lines = self._quote(self.segment, mark)
        if len(lines) != 1:
            raise Unclear("替换的文字不止一段")
        return lines[0]

    def _verb(self, rest: str, said: str, piece: str) -> None:
        whole = re.match(rf"^(?:的?内容)?(?:全文)?(?:{_CHANGE}|修改如下|修改)(?P<quote>{_Q})$", rest)
        if whole:
            if not self.focus:
                raise Unclear("没有写明修改哪一条")
            self._replace(self._quote(self.segment, whole["quote"]))
            return
        if match := re.match(r"^移至(?P<to>第\S+[编章节])$", rest):
            to, left = chain(match["to"], Address())
            if not self.focus or not self.focus[0].article or to is None or left:
                raise Unclear(f"不明白移到哪里：“{match['to']}”")
            self.found.append(Move(tuple(self.focus), to))
            return
        if match := re.match(
            rf"^(?:依次|分别)?{_INTO}(?P<to>(?:原|第).+?)(?P<more>(?:{_CHANGE}|并修改为|并改为)?{_Q})?(?:之?后|之?前)?$",
            rest,
        ):
            self._renumber(match["to"])
            if match["more"]:
                self._replace(self._quote(self.segment, match["more"][-1]))
            return
        if match := re.match(r"^合并(?:为)?(?:一[条款])?$", rest):
            if len(self.focus) < 2:
                raise Unclear("合并没有写明哪几条")
            self.found.append(Delete(tuple(self.focus[1:])))
            self.focus = self.focus[:1]
            return
        if match := re.match(rf"^(?:{_CHANGE}|分为|拆分为)(?P<count>{_COUNT})(?P<unit>[条款])$", rest):
            if len(self.focus) != 1 or unit_of(self.focus[0]) != match["unit"]:
                raise Unclear(f"不明白“{rest}”")
            within = Address() if match["unit"] == "条" else self.focus[0].of_article()
            count = value(match["count"]) or 1
            self.pending = _Pending(match["unit"], count, within, replaces=tuple(self.focus))
            return
        if match := _INSERT.match(rest):
            self._announce(match)
            return
        if match := _AT_THE_END.match(rest):
            if len(self.focus) != 1:
                raise Unclear("没有写明在哪一条的末尾增加")
            self.found.append(Append(self.focus[0], self._one(match["new"])))
            return
        if self._words(rest):
            return
        if re.fullmatch(r"(?:修改|作(?:如下|出)修改|修改如下|有关规定修改|中|的)?", rest) and said:
            return
        if said and (match := _GONE.match(rest)):
            if match["what"]:  # 第二条删去第二款
                self._delete(match["what"])
            else:
                self.found.append(Delete(tuple(self.focus)))
            return
        raise Unclear(f"不明白“{re.sub(_Q, '“…”', piece)}”")

    def _replace(self, lines: list[str]) -> None:
        self.found.append(Replace(tuple(self.focus), tuple(lines)))

    def _renumber(self, to: str) -> None:
        addresses, left, _ = places_named(to, self.focus)
        if not self.focus or not addresses or left.strip():
            raise Unclear(f"不明白改为“{to}”")
        unit = unit_of(self.focus[0])
        numbers = [number_of(address, unit) for address in addresses]
        if len(numbers) != len(self.focus):
            raise Unclear(f"改动前{len(self.focus)}处，改动后{len(numbers)}处，数目不同")
        self.found.append(Renumber(tuple(self.focus), tuple(numbers)))

    def _announce(self, match: re.Match) -> None:
        unit, count = match["unit"], value(match["count"] or "一") or 1
        at = self.focus[0] if self.focus else Address()
        after = at if match["side"] and match["side"].endswith("后") else None
        within = at
        if unit == "条":
            within = Address(division=at.division) if at.division and not after else Address()
        elif unit == "款":
            if not at.article:
                raise Unclear("增加一款，没有写明在哪一条")
            within = at.of_article()
        elif unit == "项":
            if not at.article:
                raise Unclear("增加一项，没有写明在哪一条")
            within = at.at(item=None, subitem=None)
        elif unit in ("章", "节", "编", "分编"):
            within = Address(division=at.division)
        else:
            raise Unclear("增加目，请写成整项修改")
        self.pending = _Pending(unit, count, within, after)
        rest = match["rest"].strip().lstrip("：:")
        if rest and not self._again(rest):
            if quoted := re.match(rf"^(?P<quote>{_Q})作为(?P<to>.+)$", rest):
                self._again("作为" + quoted["to"])
                self._insert(self._quote(self.segment, quoted["quote"]))
                return
            raise Unclear(f"不明白“增加{unit}”后面的“{re.sub(_Q, '“…”', rest)}”")

    def _words(self, rest: str) -> bool:
        """“甲”修改为“乙”, “甲”后增加“乙”, “甲”删去, in whatever was named before."""
        rest = re.sub(r"^(?:中|里|句|内容)?的?", "", rest)
        if match := _ALL.match(rest):
            self.focus, rest = [Address(part="全文")], rest[match.end() :]
        if match := re.match(
            rf"^(?P<old>{_Q}(?:[、和及]?{_Q})*)(?:字样|一词|的表述|等)?(?:均|都|统一|分别|相应)*{_CHANGE}(?P<new>{_Q}(?:[、和及]?{_Q})*)$",
            rest,
        ):
            old, new = re.findall(_Q, match["old"]), re.findall(_Q, match["new"])
            if len(new) == 1:
                new = new * len(old)
            if len(old) != len(new):
                raise Unclear(f"改前{len(old)}处文字，改后{len(new)}处，数目不同")
            pairs = tuple((self._one(a), self._one(b)) for a, b in zip(old, new, strict=True))
        elif match := re.match(
            rf"^(?P<old>{_Q}(?:[、和及]?{_Q})*)(?:字样|一词|等)?(?:予以|均)?删[去除]$", rest
        ) or re.match(rf"^删[去除](?P<old>{_Q}(?:[、和及]?{_Q})*)$", rest):
            pairs = tuple((self._one(q), "") for q in re.findall(_Q, match["old"]))
        elif match := re.match(
            rf"^(?P<old>{_Q})(?:之)?(?P<side>后|前)面?(?:面)?(?:增加|加上|增写|增加规定)(?P<new>{_Q})$", rest
        ):
            old, new = self._one(match["old"]), self._one(match["new"])
            pairs = ((old, old + new if match["side"] == "后" else new + old),)
        else:
            return False
        where = self.focus
        if not where and re.search("统一|全部", rest):
            where = [Address(part="全文")]
        if not where and all(re.match(r"第\S+[章节编]|[一二三四五六七八九十]+、", old) for old, _ in pairs):
            where = [Address(part="全文")]
        if not where:
            raise Unclear("没有写明在哪一条")
        self.found.append(Words(tuple(where), pairs))
        return True


def _title(words: str) -> str:
    return words.removeprefix("《").removesuffix("》").replace("〈", "《").replace("〉", "》")
