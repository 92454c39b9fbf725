"""Regulations nobody has made: a small one to read, and any number of others with edits, for Hypothesis."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from zhiheng.rulemaking.texts import Kind, Provision, Text
from zhiheng.rulemaking.texts.model import assign_ids

TEAHOUSES = """# 江州市茶馆管理条例

2019年3月1日 江州市第七届人民代表大会常务委员会第九次会议通过

2022年5月20日 江州市第八届人民代表大会常务委员会第二次会议第一次修正

<!-- INFO END -->

## 第一章 总则

第一条 为了方便市民喝茶，规范茶馆经营，制定本条例。

第二条 本市茶馆的开办和管理，适用本条例。

船上的茶馆不适用本条例。

第三条 茶馆应当清洁、安静、价格公道。

## 第二章 开办

第四条 开办茶馆应当具备下列条件：

（一）有固定的房屋；

（二）有合格的饮用水；

（三）有不少于十张的桌子：

1.方桌；

2.圆桌。

第五条 开办茶馆的，应当向所在地街道办事处报告，并提交本条例第四条第（二）项规定的水质证明。

街道办事处应当自收到前款规定的报告之日起五日内回复。

第六条 街道办事处不得以本条例第四条、第五条第一款规定以外的理由拒绝。

## 第三章 附则

第七条 违反本条例第三条至第五条规定的，由街道办事处劝告。

第八条 本条例自2019年6月1日起施行。
"""


def teahouses() -> Text:
    return parse_markdown(TEAHOUSES)


def parse_markdown(words: str) -> Text:
    from zhiheng.rulemaking.texts import read_bytes

    return read_bytes(words.encode(), "条例.md")


# --- any number of others ----------------------------------------------------------------------------------------------

_WORDS = [
    "茶馆",
    "街道办事处",
    "经营者",
    "市民",
    "应当",
    "可以",
    "不得",
    "及时",
    "向",
    "报告",
    "检查",
    "清洁",
    "记录",
    "价格",
    "公示",
    "桌椅",
    "饮用水",
    "在",
    "五日内",
    "有关",
    "情况",
    "以及",
    "或者",
    "的",
    "对",
    "进行",
    "登记",
    "“老字号”",
    "《茶谱》",
    "并",
    "保存",
    "三年",
]

sentence = st.lists(st.sampled_from(_WORDS), min_size=4, max_size=14).map(lambda words: "".join(words) + "。")
_clause = st.lists(st.sampled_from(_WORDS), min_size=2, max_size=6).map("".join)


@st.composite
def paragraph(draw) -> Provision:
    """A 款, one in four with items."""
    if draw(st.integers(0, 3)):
        cited = draw(
            st.sampled_from(
                ["", "", "", "依照本条例第二条的规定，", "除前款规定外，", "符合第一条第一款规定的，"]
            )
        )
        return Provision(Kind.PARAGRAPH, cited + draw(sentence))
    clauses = draw(st.lists(_clause, min_size=2, max_size=5))
    items = [
        Provision(Kind.ITEM, clause + ("。" if n == len(clauses) else "；"), (n, 0), "（一）")
        for n, clause in enumerate(clauses, 1)
    ]
    return Provision(Kind.PARAGRAPH, draw(_clause) + "：", children=items)


@st.composite
def article(draw) -> Provision:
    return Provision(
        Kind.ARTICLE, number=(1, 0), children=draw(st.lists(paragraph(), min_size=1, max_size=3))
    )


@st.composite
def regulations(draw, *, least: int = 2, most: int = 12) -> Text:
    """A regulation of a few articles, in chapters or without, or a notice of points; perhaps with preamble, signature, appendix."""
    articles = draw(st.lists(article(), min_size=least, max_size=most))
    points = draw(st.integers(0, 3)) == 0
    text = Text(f"江州市{draw(st.sampled_from(['茶馆', '渡口', '灯会']))}管理条例")
    if points:
        for one in articles:
            one.kind, one.mark = Kind.POINT, "一、"
        text.body = list(articles)
    elif draw(st.booleans()):
        cuts = draw(st.lists(st.integers(1, len(articles)), max_size=2, unique=True))
        edges = sorted({0, *cuts} - {len(articles)})
        for n, (start, end) in enumerate(zip(edges, [*edges[1:], len(articles)], strict=True), 1):
            text.body.append(Provision(Kind.CHAPTER, f"第{n}部分事项", (n, 0), children=articles[start:end]))
    else:
        text.body = list(articles)
    if draw(st.booleans()):
        text.body.insert(0, Provision(Kind.PREAMBLE, draw(sentence)))
    if draw(st.integers(0, 3)) == 0:
        text.body += [Provision(Kind.SIGNATURE, "江州市商务局"), Provision(Kind.SIGNATURE, "2024年3月5日")]
    if draw(st.integers(0, 3)) == 0:
        lines = [Provision(Kind.LINE, line) for line in draw(st.lists(sentence, min_size=1, max_size=2))]
        text.body.append(Provision(Kind.APPENDIX, "附件1", children=lines))
    return numbered(text)


def numbered(text: Text) -> Text:
    """The articles numbered through."""
    for n, one in enumerate(text.articles(), 1):
        one.number = (n, 0)
    for provision in text.walk():
        provision.id = ""
    assign_ids(text)
    return text


_ANY_WORD = re.compile("|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)))


def repeating(text: Text, words: int) -> Text:
    """The text said in so few words that its articles are hard to tell apart."""
    for provision in text.walk():
        provision.text = _ANY_WORD.sub(lambda found: _WORDS[_WORDS.index(found[0]) % words], provision.text)
    return numbered(text)


_EDITS = (
    "words",
    "words",
    "add",
    "drop",
    "move",
    "paragraph",
    "cut",
    "item",
    "rename",
    "merge",
    "split",
    "preamble",
    "appendix",
)


@st.composite
def edited(draw, text: Text) -> Text:
    """The text after one to six changes: words, paragraphs, items, articles, places, chapter names."""
    new = text.copy()
    for _ in range(draw(st.integers(1, 6))):
        articles = new.articles()
        one = articles[draw(st.integers(0, len(articles) - 1))]
        match draw(st.sampled_from(_EDITS)):
            case "words":
                at = one.children[draw(st.integers(0, len(one.children) - 1))]
                at.text = at.text[:-1] + draw(_clause) + at.text[-1:]
            case "add":
                home = _home(new, one)
                home.insert(_position(home, one) + draw(st.integers(0, 1)), _like(one, draw(article())))
            case "drop" if len(articles) > 2 and _articles_in(_home(new, one)) > 1:
                _remove(_home(new, one), one)
            case "move" if _articles_in(_home(new, one)) > 1:
                _remove(_home(new, one), one)
                other = draw(st.sampled_from(new.articles()))
                home = _home(new, other)
                home.insert(_position(home, other), one)
            case "paragraph":
                one.children.insert(draw(st.integers(0, len(one.children))), draw(paragraph()))
            case "cut" if len(one.children) > 1:
                one.children.pop(draw(st.integers(0, len(one.children) - 1)))
            case "item":
                for at in one.children:
                    if at.children:
                        at.children.insert(
                            draw(st.integers(0, len(at.children) - 1)),
                            Provision(Kind.ITEM, draw(_clause) + "；", (1, 0), "（一）"),
                        )
                        for n, item in enumerate(at.children, 1):
                            item.number = (n, 0)
            case "preamble":
                new.body = [p for p in new.body if p.kind is not Kind.PREAMBLE]
                if draw(st.booleans()):
                    new.body.insert(0, Provision(Kind.PREAMBLE, draw(sentence)))
            case "appendix":
                new.body = [p for p in new.body if p.kind is not Kind.APPENDIX]
                if draw(st.booleans()):
                    new.body.append(
                        Provision(Kind.APPENDIX, "附件1", children=[Provision(Kind.LINE, draw(sentence))])
                    )
            case "rename":
                for heading in new.body:
                    if heading.kind is Kind.CHAPTER:
                        heading.text = draw(_clause).strip("“”《》")
                        break
            case "merge":
                home = _home(new, one)
                at = _position(home, one)
                if at + 1 < len(home) and home[at + 1].kind is one.kind:
                    one.children += home.pop(at + 1).children
            case "split" if len(one.children) > 1:
                home = _home(new, one)
                rest = _like(one, Provision(Kind.ARTICLE, number=(1, 0), children=one.children[1:]))
                one.children = one.children[:1]
                home.insert(_position(home, one) + 1, rest)
    return numbered(new)


def _home(text: Text, article: Provision) -> list[Provision]:
    for home in [text.body, *(p.children for p in text.walk() if p.kind is Kind.CHAPTER)]:
        if any(p is article for p in home):
            return home
    raise AssertionError("not in the text")


def _like(other: Provision, article: Provision) -> Provision:
    """An article as a point, where the text is made of points."""
    article.kind, article.mark = other.kind, other.mark
    return article


def _articles_in(home: list[Provision]) -> int:
    return sum(p.kind in (Kind.ARTICLE, Kind.POINT) for p in home)


def _position(home: list[Provision], article: Provision) -> int:
    return next(n for n, p in enumerate(home) if p is article)


def _remove(home: list[Provision], article: Provision) -> None:
    home[:] = [p for p in home if p is not article]
