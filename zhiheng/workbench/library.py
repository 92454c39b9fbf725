"""The law library as something to look things up in: what of the book leans on which article, contents, search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.db.models import Count
from django.urls import reverse

from zhiheng.accounts.models import Person
from zhiheng.law import Book, Instrument, current_book
from zhiheng.law.texts import Cited
from zhiheng.matters.family import Family, families
from zhiheng.rulemaking import selectors as texts
from zhiheng.rulemaking.higher_law import Rests, resting_on
from zhiheng.rulemaking.texts import Kind, Provision, Text

from .lawpages import limit_words


@dataclass(frozen=True)
class Use:
    """Something of the book that leans on an article: what kind of thing, its title, its numbers, where it is shown, whether its
    numbers were found in the words of the law."""

    kind: str
    title: str
    value: str
    url: str
    text_checked: bool


@dataclass(frozen=True)
class Line:
    """A paragraph or an item of an article, with the anchor of its paragraph."""

    anchor: str
    words: str
    item: bool


@dataclass(frozen=True)
class Article:
    number: str
    label: str
    lines: tuple[Line, ...]
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class Division:
    """A chapter or section with the articles that stand directly under it; ``depth`` 0 is the outermost."""

    anchor: str
    title: str
    depth: int
    articles: tuple[Article, ...]


# ---------------------------------------------------------------------------------------------------------------- uses


def uses_of(book: Book, instrument: Instrument) -> dict[str, tuple[Use, ...]]:
    """What of the book leans on each article of this version, by the article's number."""
    found: dict[str, list[Use]] = {}
    for cited in book.cited:
        numbers = {c.number for c in cited.citations if c.instrument == instrument}
        for number in numbers:
            found.setdefault(number, []).append(_use(book, cited))
    return {number: tuple(dict.fromkeys(uses)) for number, uses in found.items()}


def with_texts(
    uses: dict[str, tuple[Use, ...]], resting: dict[str, list[Rests]]
) -> dict[str, tuple[Use, ...]]:
    """The same with the documents and drafts of the office that name an article as their basis."""
    found = dict(uses)
    for number, texts_there in resting.items():
        if number:
            more = tuple(Use(one.kind, one.title, "", one.url, False) for one in texts_there)
            found[number] = (*found.get(number, ()), *more)
    return found


def _use(book: Book, cited: Cited) -> Use:
    file, _, path = cited.place.partition("#")
    kind, title, value, url = _shown(book, file.removesuffix(".yaml").split("/"), path.split("."), cited)
    return Use(kind, title, value, url, cited.place in book.values_checked)


def _shown(book: Book, file: list[str], path: list[str], cited: Cited) -> tuple[str, str, str, str]:
    """(kind, title, value, address) of a place; a place nobody reckoned with is shown by its name in the book."""
    if path == ["words"] and len(file) == 1:
        return "说明", {"guards": "条件的用语", "causes": "案由的说明"}.get(file[0], "数据中的说明"), "", ""
    match file:
        case ["penalties", code, day]:
            rule = next(r for r in book.fine_versions[code] if str(r.effective) == day)
            return "罚则", f"{rule.title}（{code}）", "", reverse("law-fine-rule", args=[code])
        case ["limits", code, day]:
            limit = next(one for one in book.limit_versions[code] if str(one.effective) == day)
            return "标准", limit.title, limit_words(limit), f"{reverse('law')}#limits"
        case ["procedures", code, day] if path[0] in ("clocks", "steps"):
            procedure = next(p for p in book.procedure_versions[code] if str(p.effective) == day)
            address = f"{reverse('law-procedure', args=[code])}?version={day}"
            if path[0] == "clocks":
                clock = procedure.clocks[path[1]]
                return "期限", f"{procedure.title}·{clock.title}", str(clock.length or "由文书确定"), address
            return "步骤", f"{procedure.title}·{procedure.steps[path[1]].title}", "", address
        case ["procedures", code, day] if path[0] == "measures":
            procedure = next(p for p in book.procedure_versions[code] if str(p.effective) == day)
            address = f"{reverse('law-procedure', args=[code])}?version={day}"
            return "措施", f"{procedure.title}·{procedure.measures[path[1]].title}", "", address
        case ["forms", code, _]:
            title = book.form_versions[code][-1].title
            return "文书", f"{title}（{code}）", "", reverse("law-form", args=[code])
        case ["benchmarks", code, day]:
            benchmark = next(one for one in book.benchmark_versions[code] if str(one.effective) == day)
            return "裁量基准", benchmark.title, "", f"{reverse('law')}#benchmarks"
        case ["guards"]:
            return "条件", book.guards[path[0]].asks, "", ""
        case ["fields"]:
            return "填写项", book.fields[path[0]].title, "", ""
        case ["instruments", _, day]:
            what = "哪些期限是工作日" if path[0] == "workdays" else "末日顺延"
            return "期日", f"{_named(book, file[1], day)}：{what}", "", ""
    return "其他", cited.title or cited.place, "", ""


def _named(book: Book, code: str, day: str) -> str:
    return next((i.label for i in book.instruments[code] if str(i.effective) == day), code)


@dataclass(frozen=True)
class Touched:
    """What is to be looked at when an article changes: uses by their kind, and open matters: (what, how many, address)."""

    groups: tuple[tuple[str, tuple[Use, ...]], ...]
    matters: tuple[tuple[str, int, str], ...]

    @property
    def many(self) -> int:
        return sum(len(uses) for _, uses in self.groups) + sum(many for _, many, _ in self.matters)


def touched(actor: Person, book: Book, instrument: Instrument, number: str) -> Touched:
    """Everything that leans on an article of this version: the book, documents and drafts the actor sees, and the open matters that
    run under a procedure, or are about a cause, whose steps, clocks or fine rules name it."""
    uses = with_texts(uses_of(book, instrument), resting_on(actor, instrument)).get(number, ())
    groups: dict[str, list[Use]] = {}
    for use in uses:
        groups.setdefault(use.kind, []).append(use)
    here = [
        cited.place.partition("#")[0].split("/")
        for cited in book.cited
        if any(c.instrument == instrument and c.number == number for c in cited.citations)
    ]
    named = {part: {file[1] for file in here if file[0] == part and len(file) == 3} for part in _OPEN_BY}
    rules = set(named["penalties"])
    for code, versions in book.benchmark_versions.items():
        if code in named["benchmarks"]:
            rules |= {rule for one in versions for rule in one.rules}
    causes = {code for code, cause in book.causes.items() if rules & set(cause.rules)}
    found = [
        row for family in families() for row in _open_matters(actor, family, named["procedures"], causes)
    ]
    return Touched(tuple((kind, tuple(ones)) for kind, ones in groups.items()), tuple(found))


_OPEN_BY = ("procedures", "penalties", "benchmarks")


def _open_matters(
    actor: Person, family: Family, procedures: set[str], causes: set[str]
) -> Iterator[tuple[str, int, str]]:
    """Open matters of a family by kind of procedure, and by cause where it has causes."""
    rows = family.model.objects.visible_to(actor).filter(matter__isnull=False)
    rows = rows.filter(**{f"{family.closed}__isnull": True}).order_by()
    address = reverse(family.list_page)
    if procedures:
        under = rows.filter(matter__proceeding__procedure__in=procedures)
        for code, many in under.values_list("kind").annotate(Count("pk")):
            yield f"进行中的{current_book().kind(code).title}", many, f"{address}?kind={code}"
    if causes and "cause" in family.columns:
        for code, many in rows.filter(cause__in=causes).values_list("cause").annotate(Count("pk")):
            title = current_book().causes[code].title
            yield f"进行中的{title}{family.title}", many, f"{address}?cause={code}"


# ---------------------------------------------------------------------------------------------------------------- contents


def divisions_of(text: Text, uses: dict[str, tuple[Use, ...]]) -> list[Division]:
    """The text for reading: chapters in order, each with its articles and what of the book leans on them."""
    found: list[Division] = []

    def walk(provisions: list[Provision], title: str, depth: int) -> None:
        articles = [_article(p, uses) for p in provisions if p.kind in (Kind.ARTICLE, Kind.POINT)]
        if articles or title:
            found.append(Division(f"d{len(found) + 1}", title, depth, tuple(articles)))
        for one in provisions:
            if one.kind in (Kind.PART, Kind.SUBPART, Kind.CHAPTER, Kind.SECTION, Kind.HEADING):
                walk(one.children, f"{one.label} {one.text}".strip(), depth + 1 if title else 0)

    walk(text.body, "", 0)
    return found


def _article(article: Provision, uses: dict[str, tuple[Use, ...]]) -> Article:
    number, sub = article.number
    key = f"{number}之{'一二三四五六七八九'[sub - 1]}" if sub else str(number)
    lines: list[Line] = []
    for n, paragraph in enumerate(article.children, 1):
        anchor = f"a{key}-{n}"
        lines.append(Line(anchor, paragraph.text, False))
        lines += [Line("", line, True) for child in paragraph.children for line in child.lines]
    return Article(key, article.label, tuple(lines), uses.get(key, ()))


def bare_articles(uses: dict[str, tuple[Use, ...]]) -> list[Article]:
    """Where the office has not taken in the text: the articles the book names, without their words."""

    def order(number: str) -> tuple[int, str]:
        head, _, tail = number.partition("之")
        return int(head), tail

    return [Article(number, f"第{number}条", (), uses[number]) for number in sorted(uses, key=order)]


# ---------------------------------------------------------------------------------------------------------------- search


@dataclass(frozen=True)
class Hit:
    kind: str
    title: str
    words: str
    url: str


@cache
def _entries() -> tuple[Hit, ...]:
    """Everything of the book that has a page or a line on one, with the words it is searched by."""
    return tuple(_of_book(current_book()))


def _of_book(book: Book) -> Iterator[Hit]:
    for versions in book.fine_versions.values():
        rule = versions[-1]
        words = f"{rule.code} {rule.article.formal} {rule.subject} {rule.goods} {rule.note}"
        yield Hit("罚则", rule.title, words, reverse("law-fine-rule", args=[rule.code]))
    for procedure in book.procedures():
        address = f"{reverse('law-procedure', args=[procedure.code])}?version={procedure.effective}"
        yield Hit("程序", procedure.title, procedure.instrument.title, address)
        for clock in procedure.clocks.values():
            words = f"{procedure.title} {clock.length or '由文书确定'} {clock.basis}"
            yield Hit("期限", clock.title, words, reverse("law-deadline", args=[procedure.code, clock.code]))
        for step in procedure.steps.values():
            words = f"{procedure.title} {'、'.join(map(str, step.article))}"
            yield Hit("步骤", step.title, words, address)
    for guard in book.guards.values():
        articles = "、".join(map(str, guard.article))
        yield Hit("条件", guard.asks, f"{guard.way_out} {articles}", "")
    for versions in book.form_versions.values():
        form = versions[-1]
        words = f"{form.code} {'、'.join(form.legal_basis)}"
        yield Hit("文书", form.title, words, reverse("law-form", args=[form.code]))
    for versions in book.limit_versions.values():
        limit = versions[-1]
        yield Hit("标准", limit.title, f"{limit_words(limit)} {limit.article}", f"{reverse('law')}#limits")
    for versions in book.instruments.values():
        for one in versions:
            address = f"{reverse('law-instrument', args=[one.code])}?version={one.effective}"
            yield Hit("法规", f"{one.title} {one.version_title}".strip(), f"{one.short} {one.order}", address)


MOST = 100


def search(query: str) -> list[Hit]:
    """What holds every word of the query, in titles first, then in other words, then in the words of the law taken in; at most
    :data:`MOST`."""
    words = [word.lower() for word in query.split()]
    if not words:
        return []

    def held(text: str) -> bool:
        return all(word in text.lower() for word in words)

    entries = _entries()
    found = [hit for hit in entries if held(hit.title)]
    found += [hit for hit in entries if hit not in found and held(f"{hit.kind} {hit.title} {hit.words}")]
    for hit in _in_texts(words):
        if len(found) >= MOST:
            break
        found.append(hit)
    return found[:MOST]


def _in_texts(words: list[str]) -> Iterator[Hit]:
    book = current_book()
    for code, day, statute in texts.every_text():
        name = _named(book, code, day)
        address = f"{reverse('law-instrument', args=[code])}?version={day}"
        for number, paragraphs in statute.articles.items():
            whole = "\n".join(p.whole for p in paragraphs)
            here = [word for word in words if word in whole.lower()]
            if here and all(word in here or word in name.lower() for word in words):
                yield Hit("条文", f"{name}第{number}条", _excerpt(whole, here), f"{address}#a{number}")


def _excerpt(whole: str, words: list[str]) -> str:
    flat = whole.replace("\n", " ")
    at = min((p for word in words if (p := flat.lower().find(word)) >= 0), default=0)
    start = max(0, at - 30)
    return f"{'…' if start else ''}{flat[start : start + 110]}{'…' if start + 110 < len(flat) else ''}"
