"""From lines to provisions.

Every line becomes part of the text; nothing is dropped but spacing, the markup of the source and page furniture that
:mod:`sources` has named. What a line is depends on how it begins and on what has been read so far: 第八条 begins an article
when it is the next one, and cites one when it is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .model import DIVISIONS, Kind, Provision, Text, assign_ids
from .numbering import CN, NUMERAL, Number, article_label, family, read_mark, value, write_mark


@dataclass(frozen=True)
class Line:
    """One line of a source. ``role`` is what the source says it is: title, history, heading, body, or nothing."""

    text: str
    role: str = ""


_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
_SPACES = re.compile(r"[\s\u3000\xa0]+")
_TIGHT = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")

_DIVISION = re.compile(rf"第\s*({NUMERAL})\s*(分编|编|章|节)(?!的|规定|第|[、，。；至和或])\s*(.*)$")
_ARTICLE = re.compile(
    rf"第\s*([{CN}\d０-９][{CN}\d０-９－\-—–]{{0,9}}?|[－\-—–]|(?:[{CN}] ){{1,8}}[{CN}])\s*条(?:\s*之\s*([{CN}]{{1,3}}))?(?P<gap>(?:[、.．。](?!第))?[\s:：]*)(?=(?P<next>.?))"
)
_CITES = re.compile(
    r"第|规定|所|的|、|至|和|与|或|及|以|之|中|前|后|关于|或者|以及|情形|行为|但书|列|一款|处罚|执行|适用|改|修|原|增|删"
)
_UNNUMBERED = re.compile(r"第\s*[×XxＸ_＿?？]{0,4}\s*条(?:之[×XxＸ_＿])?[\s:：]+(?=\S)")
"""第 条 ……: an article whose number somebody left for later."""
_LETTERHEAD = re.compile(
    r"(?!.*(?:关于|规范性|废止|修改))[\u4e00-\u9fff、 ]{2,40}文 ?件$|[\u4e00-\u9fff（）()]{1,14}[〔\[(（【]\d{4}[〕\])）】] ?第? ?\d{1,5} ?号(?: .{0,20})?$"
    r"|签发人[：:].{0,20}$|[特加平] ?急$|(?:绝密|机密|秘密)(?:★.{0,10})?$"
)
"""What is printed above the title of an official document: whose paper it is, its number, its urgency."""
_TAIL = re.compile(
    r"[（(]?此件[^。]{0,16}[）)]?$|抄 ?送[：:].*$|.{2,30} ?\d{4}年\d{1,2}月\d{1,2}日 ?印发$"
    r"|[（(]?(?:公开属性|信息公开选项|公开方式)[：:].{0,12}$|[（(]?联系人[：:].*$"
)
"""What is printed under the day: 此件公开发布, 抄送, 印发."""
_PAGE = re.compile(r"[-—－–·] ?\d{1,4} ?[-—－–·]$|第 ?\d{1,4} ?页(?:[，,/ ]?共 ?\d{1,4} ?页)?$")
_APPENDIX = re.compile(
    rf"附(?:件|表|图|录)?\s*{NUMERAL}?\s*(?:$|[：:](?P<name>[^。]{{0,80}})$|\s+[^。，；]{{1,60}}$)"
)
_DATE = re.compile(r"(?:\d{4}|[一二三四五六七八九〇○零]{4})年\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})月")
_HISTORY = re.compile(
    rf"[（(]?\s*(?:根据)?\s*{_DATE.pattern}.{{0,300}}?(?:通过|公布|发布|批准|修[正订]|施行|令|决定|印发|废止|备案)|法释〔"
)
_STATUS = re.compile(
    r"[（(] ?(?:公开)?(?:征求意见|送审|讨论|审议|表决|报批|代拟|修[订改正])?(?:稿|草案|修改稿|草案修改稿|试行|暂行) ?[）)]$"
)
"""（征求意见稿）: how far the text is, on a line of its own under the title."""
_DATE_LINE = re.compile(rf"[（(]?{_DATE.pattern}\s*(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})日[）)]?$")
_TITLE_END = re.compile(
    r"(?:法|条例|办法|规定|规则|解释|细则|决定|决议|通知|意见|批复|答复|命令|令|准则|章程|制度|公告|方案|程序|标准|指南|指引|目录|修正案)"
    r"(?:\s*[（(][^）)]{1,12}[）)])*$"
)


def clean(text: str) -> str:
    """A line without invisible characters and with single ordinary spaces."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def parse(source: str | list[Line], *, title: str = "") -> Text:
    """Read a text: pasted words, or the lines of a file. ``title`` is used where the source has none."""
    if isinstance(source, str):
        source = [Line(line) for line in source.splitlines()]
    lines = [Line(words, line.role) for line in source if (words := clean(line.text))]
    pages = [line.text for line in lines if _PAGE.match(line.text)]
    lines = unwrapped([line for line in lines if not _PAGE.match(line.text)])
    reader = _Reader(title)
    reader.text.unread += [f"页码“{words}”没有读入" for words in pages[:_DOUBTS]]
    reader.read(lines)
    assign_ids(reader.text)
    return reader.text


_STOP = "。；：:;！？”）)"
_ENDS = _STOP + "…—|．.!?』」】〕］]〉》"
_OUTLINE = re.compile(r"\d+(?:[.．]\d+)+[.．、\s]*(?=\D)")
_QUOTED = "“‘「『"
_NARROWEST = 20  # signs of a line that a page broke, where there are few to tell it by
_DOUBTS = 20  # more are not told one by one


def unwrapped(lines: list[Line]) -> list[Line]:
    """Lines that a page's width broke in the middle of a sentence (copied out of a PDF) put together again.

    Only where that happened throughout: more than a third of the longer lines end without a stop, and they are about as long
    as each other (many of them roughly, a few of them to the sign). Where they are few, a run of lines that never comes to a stop is
    a list, of names say, and stays one.
    """
    longer = [line.text for line in lines if len(line.text) >= 12 and not line.role]
    broken = [words for words in longer if words[-1] not in _STOP]
    width = (
        sorted(map(len, broken))[len(broken) // 2] if len(broken) >= 8 else max(map(len, broken), default=0)
    )
    few = len(broken) < 8
    if few:
        broken = [words for words in broken if len(words) >= width - 2]
    if len(broken) < 2 or len(broken) * 3 < len(longer) or (few and width < _NARROWEST):
        return lines
    found: list[Line] = []
    run: list[Line] = []

    def close(following: Line | None) -> None:
        ended = run and (
            not few or run[-1].text[-1] in _STOP or (following is not None and _labelled(following.text))
        )
        found.extend([Line("".join(one.text for one in run))] if len(run) > 1 and ended else run)
        run.clear()

    for line in lines:
        if not (run and _goes_on(run, line, width)) or (few and line.text[0] in _QUOTED):
            close(line)
        run.append(line)
    close(None)
    return found


def _goes_on(run: list[Line], line: Line, width: int) -> bool:
    """Whether a line is the rest of the sentence that the run before it did not end."""
    last = run[-1]
    return (
        not last.role
        and not line.role
        and last.text[-1] not in _STOP
        and len(last.text) >= width - 4
        and sum(len(one.text) for one in run) < 4000
        and not (_HISTORY.match("".join(one.text for one in run)) and _DATE.match(line.text))
        and not _labelled(line.text)
    )


def _labelled(words: str) -> bool:
    return bool(
        _DIVISION.match(words) or _ARTICLE.match(words) or _UNNUMBERED.match(words) or read_mark(words)
    )


def contents_of_article(lines: list[str], *, points: bool = False) -> list[Provision]:
    """The paragraphs of one article from its lines; the first line carries no label. Used for quoted provisions."""
    article = Provision(Kind.ARTICLE, number=(1, 0))
    reader = _Reader("")
    reader.with_articles = not points
    reader.article = article
    for n, line in enumerate(words for line in lines if (words := clean(line))):
        if n == 0 and not read_mark(line):
            reader.paragraph(line)
        else:
            reader.below_article(line)
    return article.children


def _is_article(provision: Provision | None) -> bool:
    return provision is not None and provision.kind is Kind.ARTICLE


@dataclass
class _Reader:
    title: str
    text: Text = field(init=False)
    divisions: list[Provision] = field(default_factory=list)
    article: Provision | None = None
    items: list[tuple[str, Provision]] = field(default_factory=list)
    """The open items of the paragraph being read: family of their mark, the item; outermost first."""
    expected: Number = (1, 0)
    last_article: Number = (0, 0)
    with_articles: bool = True
    appendix: Provision | None = None

    def __post_init__(self) -> None:
        self.text = Text(self.title)

    # --- the whole ---------------------------------------------------------------------------------------------------

    def read(self, lines: list[Line]) -> None:
        lines = self._front(lines)
        labelled = [m for line in lines if (m := _ARTICLE.match(line.text))]
        certain = [m for m in labelled if m["gap"] or not _CITES.match(m.string[m.end() :])]
        self.with_articles = len(certain) > 1 or any(m["gap"] for m in certain)
        contents = {id(line) for line in self._contents(lines)}
        lines, signature = self._signature(lines)
        begun = False
        for position, line in enumerate(lines):
            following = lines[position + 1].text if position + 1 < len(lines) else ""
            if id(line) in contents:
                self.text.body.append(Provision(Kind.CONTENTS, line.text))
            else:
                begun = self._line(line, following, begun)
        if not begun:
            # a reply or an order in plain paragraphs: they are its provisions, not an introduction to any
            for provision in self.text.body:
                if provision.kind is Kind.PREAMBLE:
                    provision.kind = Kind.PARAGRAPH
        if signature:
            at = next(
                (n for n, p in enumerate(self.text.body) if p.kind is Kind.APPENDIX), len(self.text.body)
            )
            self.text.body[at:at] = signature

    def _front(self, lines: list[Line]) -> list[Line]:
        """Take title and history lines off the top."""
        rest, above = list(lines), self._letterhead(lines)
        rest = rest[len(above) :]
        marked = [line for line in rest if line.role == "title"]
        if marked:
            self.text.title = _TIGHT.sub("", "".join(line.text for line in marked))
            rest = [line for line in rest if line.role != "title"]
        elif rest and not self.text.title:
            taken: list[str] = []
            while rest and len(taken) < 4:
                words = rest[0].text
                if (
                    self._begins(words)
                    or _HISTORY.match(words)
                    or words[-1] in "。：:；，|"
                    or len(words) > 60
                ):
                    break
                if taken and read_mark(words):
                    break
                if words.replace(" ", "") == "目录" or (taken and _TITLE_END.search("".join(taken))):
                    break
                taken.append(words)
                rest.pop(0)
            self.text.title = _TIGHT.sub("", "".join(taken))
        if rest and self.text.title and _STATUS.match(rest[0].text):
            self.text.title += _TIGHT.sub("", rest.pop(0).text)
        history = [line.text for line in rest if line.role == "history"]
        rest = [line for line in rest if line.role != "history"]
        if not history:
            open_bracket = False
            while rest and (open_bracket or _HISTORY.match(rest[0].text)):
                words = rest[0].text
                if self._begins(words) or rest[0].role == "heading" or len(words) > 1500:
                    break
                if not open_bracket and words[-1] in "：:":
                    break
                history.append(words)
                rest.pop(0)
                opened = sum(words.count(b) for b in "（(") - sum(words.count(b) for b in "）)")
                open_bracket = open_bracket + opened > 0
        self.text.history = above + history
        return rest

    @staticmethod
    def _letterhead(lines: list[Line]) -> list[str]:
        """What stands above the title of an official document, where a title follows."""
        above = 0
        while (
            above < min(len(lines) - 1, 5) and not lines[above].role and _LETTERHEAD.match(lines[above].text)
        ):
            above += 1
        follows = lines[above].text if above < len(lines) else ""
        return [line.text for line in lines[:above]] if above and len(follows) > 4 else []

    def _contents(self, lines: list[Line]) -> list[Line]:
        """The lines of a table of contents: those under 目录, or three and more headings in a row that come again further down."""
        body = next((n for n, line in enumerate(lines) if _ARTICLE.match(line.text)), 0)
        words = [re.sub(r"[\s.…·\d]+$", "", line.text).replace(" ", "") for line in lines]
        last = {one: n for n, one in enumerate(words)}
        start = next((n for n in range(body) if words[n] in ("目录", "目次")), None)
        if start is not None:
            end = start + 1
            while end < body and words[end] not in words[start + 1 : end]:
                end += 1
            return lines[start:end]
        start = next((n for n in range(body) if last[words[n]] > n), body)
        end = start
        while end < body and last[words[end]] > end and words[end] not in words[start:end]:
            end += 1
        run = all(_DIVISION.match(words[n]) or read_mark(words[n]) for n in range(start, end))
        run = run and not any(_DIVISION.match(one) for one in words[:start])
        return lines[start:end] if run and end - start >= 3 else []

    def _signature(self, lines: list[Line]) -> tuple[list[Line], list[Provision]]:
        """Names and day under the text: a date alone on its line, up to four short lines before it, what is printed under it, and the
        list of annexes above them."""
        end = next((n for n, line in enumerate(lines) if n and _APPENDIX.match(line.text)), len(lines))
        if listed := self._listed(lines, end):
            signs = end + 1
            while read_mark(lines[signs].text):
                signs += 1
            annexes = [Provision(Kind.LINE, line.text) for line in lines[end + 1 : signs]]
            closing = [Provision(Kind.SIGNATURE, line.text) for line in lines[signs:listed]]
            listing = Provision(Kind.APPENDIX, lines[end].text, children=annexes)
            return lines[:end] + lines[listed:], [listing, *closing]
        day = end
        while day > 2 and end - day < 5 and _TAIL.match(lines[day - 1].text):
            day -= 1
        if day < 2 or not _DATE_LINE.match(lines[day - 1].text):
            return lines, []
        start = day - 1
        while start > 1 and day - start < 5 and len(lines[start - 1].text) <= 30:
            words = lines[start - 1].text
            if (
                words[-1] in "。：:；，！"
                or self._begins(words)
                or read_mark(words)
                or lines[start - 1].role == "heading"
            ):
                break
            start -= 1
        closing = [Provision(Kind.SIGNATURE, line.text) for line in lines[start:end]]
        return lines[:start] + lines[end:], closing

    @staticmethod
    def _listed(lines: list[Line], at: int) -> int:
        """附件：1.申请表, 2.流程图, and then who signs and when: where that ends; 0 where the annex itself begins at `at`."""
        if at + 1 >= len(lines) or re.fullmatch(rf"附件\s*{NUMERAL}?", lines[at].text):
            return 0
        if re.fullmatch(r"附件[：:]", lines[at].text) and not read_mark(lines[at + 1].text):
            return 0
        if not lines[at].text.startswith("附件"):
            return 0
        day = next((n for n in range(at + 1, min(at + 20, len(lines))) if _DATE_LINE.match(lines[n].text)), 0)
        between = [line.text for line in lines[at:day]]
        if day < at + 2 or any(len(words) > 60 or words[-1] in "。；，" for words in between):
            return 0
        if read_mark(between[-1]) or _ARTICLE.match(between[-1]) or _APPENDIX.match(between[-1]):
            return 0
        end = day + 1
        while end < len(lines) and _TAIL.match(lines[end].text):
            end += 1
        return end

    @staticmethod
    def _begins(words: str) -> bool:
        return bool(_DIVISION.match(words) or _ARTICLE.match(words))

    # --- one line ----------------------------------------------------------------------------------------------------

    def _line(self, line: Line, following: str, begun: bool) -> bool:
        words = line.text
        heading = line.role == "heading"
        if begun and self._appendix(words):
            return True
        if self.appendix is not None:
            self.appendix.children.append(Provision(Kind.LINE, words))
            return True
        if self._division(words, heading) or self._article(words) or self._heading(words, heading, following):
            return True
        if self._heading_goes_on(words, following):
            return True
        if not begun and not (read_mark(words) and not self.with_articles):
            self.text.body.append(Provision(Kind.PREAMBLE, words))
            return False
        self.below_article(words)
        return True

    def _appendix(self, words: str) -> bool:
        match = _APPENDIX.match(words)
        if not match or words.startswith("附则"):
            return False
        self.appendix = Provision(Kind.APPENDIX, words)
        self.text.body.append(self.appendix)
        return True

    def _place(self, provision: Provision, *, level: int | None = None) -> None:
        """Hang a division or an article under the innermost open division that is above it."""
        if level is not None:
            while self.divisions and DIVISIONS.index(self.divisions[-1].kind) >= level:
                self.divisions.pop()
        (self.divisions[-1].children if self.divisions else self.text.body).append(provision)
        if level is not None:
            self.divisions.append(provision)
            self.article = None
        self.items = []

    def _division(self, words: str, heading: bool) -> bool:
        match = _DIVISION.match(words)
        if not match or (n := value(match[1])) is None:
            return False
        name = match[3]
        if not heading and (
            len(name) > 40 or (name and name[-1] in "。；，：:、") or (name and "，" in name)
        ):
            return False
        kind = {"编": Kind.PART, "分编": Kind.SUBPART, "章": Kind.CHAPTER, "节": Kind.SECTION}[match[2]]
        label = words[: match.start(3)].strip()
        provision = Provision(kind, _TIGHT.sub("", name), (n, 0))
        if label.replace(" ", "") != provision.label:
            provision.written = label
        self._place(provision, level=DIVISIONS.index(kind))
        return True

    def _heading(self, words: str, heading: bool, following: str) -> bool:
        """一、管辖 over articles, or any other heading the source marks as one."""
        mark = read_mark(words)
        if heading and not mark and (len(words) > 40 or words[-1] in "。；：:，"):
            return False
        if heading and not mark:
            self._place(Provision(Kind.HEADING, words), level=DIVISIONS.index(Kind.HEADING))
            return True
        if not mark or not self.with_articles or mark[2] != "一、":
            return False
        name = words[len(mark[0]) :].strip()
        if not heading and (
            len(name) > 30 or not name or name[-1] in "。；，：:" or not _ARTICLE.match(following)
        ):
            return False
        self._place(Provision(Kind.HEADING, name, mark[1], mark[2]), level=DIVISIONS.index(Kind.HEADING))
        return True

    def _heading_goes_on(self, words: str, following: str) -> bool:
        """The second line of a long heading: short, without a stop, between the heading and its first article."""
        if self.article is not None or not self.divisions or self.divisions[-1].children:
            return False
        heading = self.divisions[-1]
        if len(words) > 25 or words[-1] in "。；：:，" or read_mark(words) or not self._begins(following):
            return False
        if not heading.text or re.search(r"(?:则|责任)$", heading.text):
            return False
        heading.text += _TIGHT.sub("", words)
        return True

    def _article(self, words: str) -> bool:
        match = _ARTICLE.match(words)
        if not match:
            return self._unnumbered(words)
        n = value(re.sub(r"[－\-—–]", "一", match[1]).replace(" ", ""))
        sub = (value(match[2]) if match[2] else 0) or 0
        if n is None:
            return False
        number = (n, sub)
        due = number == (self.last_article[0] + 1, 0) or number == (
            self.last_article[0],
            self.last_article[1] + 1,
        )
        after = words[match.end() :]
        cites = not match["gap"] and after and (not due or _CITES.match(after))
        if cites or (
            match["gap"] and not due and n <= self.last_article[0] and _CITES.match(after) and not sub
        ):
            if number > self.last_article != (0, 0) and not _CITES.match(after):
                self.text.doubts.append(
                    f"以“{words[:12]}”开头的一段没有读作一条：{article_label(self.last_article)}之后序号不连续"
                )
            return False
        if not due and self.last_article != (0, 0):
            if number <= self.last_article:
                self.text.doubts.append(
                    f"{article_label(self.last_article)}之后又是{article_label(number)}，序号重复或者倒退"
                )
            elif number[0] > self.last_article[0] + 1:
                self.text.doubts.append(
                    f"{article_label(self.last_article)}之后是{article_label(number)}，序号不连续"
                )
        self.article = Provision(Kind.ARTICLE, number=number)
        label = words[: match.end()].rstrip(" :：")
        if label.replace(" ", "") != self.article.label:
            self.article.written = label
        self._place(self.article)
        self.last_article = number
        self._first_words(after)
        return True

    def _first_words(self, words: str) -> None:
        """What stands behind an article's label on its line."""
        mark = read_mark(words)
        if mark and mark[1] == (1, 0):
            self.paragraph("")
            self.below_article(words)
        elif words:
            self.paragraph(words)

    def _unnumbered(self, words: str) -> bool:
        """An article without its number takes the next one; the label stays as it is written, and a person is told."""
        match = _UNNUMBERED.match(words)
        if not match or _CITES.match(words[match.end() :]):
            return False
        number = (self.last_article[0] + 1, 0)
        written = match[0].rstrip(" :：")
        self.article = Provision(Kind.ARTICLE, number=number, written=written)
        self.text.doubts.append(f"“{words[:12]}”没有写条的序号，按顺序读作{article_label(number)}")
        self._place(self.article)
        self.last_article = number
        self._first_words(words[match.end() :])
        return True

    # --- inside an article -------------------------------------------------------------------------------------------

    def below_article(self, words: str) -> None:
        """A line that is no heading and no article: an item, a point, or a further paragraph."""
        mark = read_mark(words)
        if mark and self._point(mark, words):
            return
        if mark and self._item(mark, words):
            return
        self.paragraph(words)

    def _holder(self) -> list[Provision]:
        if self.article is not None:
            return self.article.children
        return self.divisions[-1].children if self.divisions else self.text.body

    def paragraph(self, words: str) -> None:
        self._doubt(words)
        self._holder().append(Provision(Kind.PARAGRAPH, words))
        self.items = []

    def _doubt(self, words: str) -> None:
        """What a person must look at: a numbering that is not that of laws; a sentence without an end, which may go on in the next
        line of the source."""
        if _OUTLINE.match(words):
            doubt = f"“{words[:12]}”是分级数字编号，按原文读作段落，没有分条"
        elif _is_article(self.article) and len(words) >= 4 and words[-1] not in _ENDS:
            doubt = f"{self.article.label}中“…{words[-10:]}”没有句末标点，请核对是不是断行"
        else:
            return
        if len(self.text.doubts) < _DOUBTS:
            self.text.doubts.append(doubt)

    def _point(self, mark: tuple[str, Number, str], words: str) -> bool:
        if self.with_articles or mark[2] != "一、":
            return False
        self.article = Provision(Kind.POINT, number=mark[1], mark=mark[2])
        if mark[0] != self.article.label:
            self.article.written = mark[0]
        self._place(self.article)
        rest = words[len(mark[0]) :].strip()
        if rest:
            self.paragraph(rest)
        return True

    def _item(self, mark: tuple[str, Number, str], words: str) -> bool:
        label, number, first = mark
        item = Provision(Kind.ITEM, words[len(label) :].strip(), number, first)
        if label != write_mark(number, first):
            item.written = label
        kin = family(first)
        holder = self._holder()
        if not self.items and number[0] > 1:
            self._continue_list(holder, kin, number)
        families = [one for one, _ in self.items]
        if kin in families:
            del self.items[families.index(kin) :]
        if self.items:
            parent = self.items[-1][1].children
        elif holder and holder[-1].kind is Kind.PARAGRAPH:
            parent = holder[-1].children
        else:
            parent = holder
        parent.append(item)
        self.items.append((kin, item))
        return True

    def _continue_list(self, holder: list[Provision], kin: str, number: Number) -> None:
        """An item of several lines: what looked like new paragraphs after （二） belongs to it, now that （三） follows."""
        start = len(holder)
        while start > 0 and holder[start - 1].kind is Kind.PARAGRAPH and not holder[start - 1].children:
            start -= 1
        if start == 0 or start == len(holder) or holder[start - 1].kind is not Kind.PARAGRAPH:
            return
        trail: list[tuple[str, Provision]] = []
        below = holder[start - 1].children
        while below and below[-1].kind is Kind.ITEM:
            trail.append((family(below[-1].mark), below[-1]))
            below = below[-1].children
        for depth, (one, item) in enumerate(trail):
            if one == kin and item.number[0] == number[0] - 1:
                trail[-1][1].children.extend(holder[start:])
                del holder[start:]
                self.items = trail[: depth + 1]
                return
