"""What the pages of drafts show: articles with what may be done to them, versions, differences, comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404

from zhiheng.law import Step
from zhiheng.matters.engine import Standing

from . import drafting
from .models import Comment, CommentGroup, Moderation, Project, StatuteText, TextVersion
from .texts import Provision, Text, compare, read_bytes, write_decision
from .texts.difference import WORDS, Change, body_of
from .texts.model import ARTICLES, DIVISIONS, places
from .texts.words import Edit, difference


@dataclass
class Opinions:
    """How many comments there are on an article, how many of them propose words for it; and its label in the text they speak of."""

    many: int = 0
    proposed: int = 0
    label: str = ""


@dataclass(frozen=True)
class Line:
    """One line of a text as the page shows it: a division's heading, or an article with its paragraphs."""

    id: str
    label: str
    paragraphs: list[str]
    heading: bool
    opinions: Opinions | None = None
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def editable(self) -> bool:
        return not self.heading and bool(self.label)


def lines_of(
    text: Text,
    opinions: Mapping[str, Opinions] = {},
    notes: Mapping[str, Mapping[str, str]] = {},
) -> list[Line]:
    """The text from top to bottom. `opinions` and `notes` by the ids of articles; notes also by those of what is in them."""
    found: list[Line] = []
    inside: set[int] = set()
    for one in text.walk():
        if id(one) in inside:
            continue
        if one.kind in DIVISIONS:
            found.append(Line(one.id, one.label, [one.text], True))
        elif one.kind in ARTICLES:
            inside |= {id(below) for below in one.walk()}
            told = tuple(_notes_of(one, notes)) if notes else ()
            found.append(Line(one.id, one.label, one.lines, False, opinions.get(one.id), told))
        else:
            found.append(Line("", "", [one.label + one.text], False))
    return found


def _notes_of(article: Provision, notes: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """What is said of an article, then of what is in it with its place: (理由, …), (第二款的理由, …)."""
    for one, name in places(article):
        where = name.removeprefix(article.label)
        for code, title in drafting.NOTES.items():
            if words := notes.get(one.id, {}).get(code):
                yield f"{where}的{title}" if where else title, words


def labels_of(text: Text) -> list[str]:
    """What one may comment on: the articles by their labels."""
    return [article.label for article in text.articles()]


def article_of(text: Text, provision: str) -> Provision:
    for one in text.articles():
        if one.id == provision:
            return one
    raise Http404("草案中没有这一条，可能已经改过。请回到草案文本再选。")


def version_of(project: Project, seq: str) -> TextVersion:
    """The version asked for, else the latest. 404 where there is none."""
    versions = project.versions.select_related("made_by")
    if seq.isdecimal() and len(seq) < 8:
        found = versions.filter(seq=int(seq)).first()
    else:
        found = versions.order_by("-seq").first()
    if found is None:
        raise Http404("没有这一稿草案文本。")
    found.project = project
    return found


def _texts_spoken_of(project: Project, shas: Iterable[str]) -> dict[str, TextVersion]:
    """The versions that comments speak of, by their hashes. What came before the hash was kept ("") spoke of the text put to the public."""
    wanted = {sha or project.comment_sha for sha in shas}
    found: dict[str, TextVersion] = {}
    for one in project.versions.filter(sha__in=wanted).order_by("seq"):
        one.project = project
        found.setdefault(one.sha, one)
    return {sha: found[key] for sha in shas if (key := sha or project.comment_sha) in found}


_Spoken = Mapping[str, Mapping[str, tuple[Provision, str]]]


def _articles_spoken_of(project: Project, version: TextVersion, shas: Iterable[str]) -> _Spoken:
    """The articles that comments speak of, by the hash of the text and the label they have there: each as it stands there, with the id
    of the one that continues it in a version, "" where none does. A text that is not there any more is taken to be the version."""
    shas = set(shas)
    if not shas:
        return {}
    texts, now = _texts_spoken_of(project, shas), drafting.read(version)
    found: dict[str, dict[str, tuple[Provision, str]]] = {}
    for sha in shas:
        spoken = texts.get(sha, version)
        was = now if spoken.sha == version.sha else drafting.read(spoken)
        ids = drafting.continued(was, now)
        found[sha] = {one.label: (one, ids.get(one.id, "")) for one in was.articles()}
    return found


def _on_articles(project: Project) -> QuerySet[Comment]:
    """The comments on articles, those kept from everybody left out."""
    return Comment.objects.filter(project=project).exclude(state=Moderation.HIDDEN).exclude(provision="")


def opinions_by_article(project: Project, version: TextVersion) -> dict[str, Opinions]:
    """What was said of each article of a version, by its id: comments follow their article from the text they speak of."""
    rows = list(
        _on_articles(project)
        .values_list("text_sha", "provision")
        .annotate(many=Count("id"), proposing=Count("id", filter=~Q(proposed="")))
        .order_by("text_sha", "provision")
    )
    spoken = _articles_spoken_of(project, version, (sha for sha, *_ in rows))
    found: dict[str, Opinions] = {}
    for sha, label, many, proposing in rows:
        _, own = spoken[sha].get(label, (None, ""))
        if own:
            one = found.setdefault(own, Opinions(label=label))
            one.many += many
            one.proposed += proposing
    return found


def text_page(project: Project, version: TextVersion | None) -> dict[str, Any]:
    if version is None:
        return {"version": None, "lines": [], "versions": []}
    text = drafting.read(version)
    versions = list(project.versions.defer("words").select_related("made_by").order_by("-seq")[:50])
    return {
        "version": version,
        "name": text.title,
        "lines": lines_of(text, opinions_by_article(project, version), version.notes),
        "doubts": text.doubts,
        "versions": versions,
        "current": bool(versions) and versions[0].seq == version.seq,
    }


@dataclass(frozen=True)
class Row:
    """A row of the table of changes: what happened, the old and the new words in stretches."""

    label: str
    what: str
    old: list[Edit]
    new: list[Edit]
    why: str = ""


def changes_between(old: Text, new: Text, reasons: Mapping[str, str] = {}) -> Iterator[Row]:
    """`reasons`: why articles of the new text are so, by their labels."""
    for change in compare(old, new).changes:
        if change.kind == "unchanged":
            continue
        why = reasons.get(change.new[0].label, "") if change.new else ""
        yield Row(_named(change), WORDS[change.kind], change.edits, change.edits, why)


def _named(change: Change) -> str:
    if change.part:
        return change.part
    old = change.old[0].label if change.old else ""
    new = change.new[0].label if change.new else ""
    return f"{old} → {new}" if old and new and old != new else new or old


DRAFT, _LAW = "draft", "law:"


def law_of(asked: str) -> StatuteText:
    """The law in force named `law:` and its number."""
    number = asked.removeprefix(_LAW)
    known = asked.startswith(_LAW) and number.isdecimal() and len(number) < 10
    kept = StatuteText.objects.filter(pk=int(number)).first() if known else None
    if kept is None:
        raise Http404("没有这部法规的原文。")
    return kept


def amendable(project: Project) -> list[tuple[str, str]]:
    """What an amending decision may be carried out on: the draft as it is, or a law in force."""
    last = project.versions.order_by("-seq").values_list("seq", flat=True).first()
    draft = [(DRAFT, f"草案第{last}稿")] if last else []
    return [*draft, *((f"{_LAW}{one.pk}", str(one)) for one in _laws())]


def decision_between(old: Text, new: Text, issuer: str) -> tuple[Text | None, str]:
    """The amending decision, or why there is none."""
    try:
        return write_decision(old, new, issuer=issuer), ""
    except ValueError as error:
        return None, str(error)


def _laws():
    return StatuteText.objects.defer("words").order_by("title", "-effective")


def base_of(project: Project, asked: str, version: TextVersion) -> tuple[Text, str]:
    """What a version is compared with: another version of the draft (its number), or a law in force (`law:` and its number)."""
    if asked.startswith(_LAW):
        kept = law_of(asked)
        return read_bytes(kept.words.encode(), kept.title), str(kept)
    other = version_of(project, asked or str(max(1, version.seq - 1)))
    return drafting.read(other), f"第{other.seq}稿"


def _steps_about(project: Project, on: date) -> Iterator[tuple[str, Step]]:
    """The steps taken that were about a text, each with its hash, in their order."""
    if project.matter_id is None:
        return
    standing = Standing.of(project.matter.proceeding, on)
    for seq, event in enumerate(standing.events, start=1):
        if sha := event.data.get("text_sha"):
            yield sha, standing.step_at(seq)


def bases_for(project: Project, version: TextVersion, on: date) -> tuple[list[tuple[str, str]], str]:
    """What one may compare a draft with, each version with what was done about it; and what one wants first: what was reviewed last before
    this version, so that a draft that comes back shows what was changed since, else the version before."""
    done: dict[str, list[str]] = {}
    reviewed = ""
    for sha, step in _steps_about(project, on):
        done.setdefault(sha, []).append(step.title)
        reviewed = sha if step.reviews and sha != version.sha else reviewed
    rows = list(project.versions.order_by("-seq").values_list("seq", "on", "sha")[:50])
    earlier = [str(seq) for seq, _, sha in rows if sha == reviewed and seq < version.seq]
    usual = earlier[0] if earlier else str(max(1, version.seq - 1))
    named = ((str(seq), "，".join((str(day), *dict.fromkeys(done.get(sha, ()))))) for seq, day, sha in rows)
    bases = [(code, f"第{code}稿（{said}）") for code, said in named]
    return [*bases, *((f"{_LAW}{one.pk}", str(one)) for one in _laws())], usual


def proposal_for(
    project: Project, version: TextVersion, asked: str, now: Mapping[str, str]
) -> dict[str, str]:
    """What a consulted unit proposes for an article, as the page of the article begins with it; nothing where none is asked for. It was
    said of the text put to people: where the draft moved on, the numbers it cites are those of that text."""
    known = asked.isdecimal() and len(asked) < 18
    said = (
        Comment.objects.filter(project=project, pk=int(asked)).exclude(proposed="").first() if known else None
    )
    if said is None:
        return {}
    source = "；".join(filter(None, (now.get("source", ""), f"{said.name}{said.on}意见")))
    about = said.text_sha or project.comment_sha
    moved = about and version.sha != about
    note = f"按{said.name}的意见" + ("；所引条文序号依征求意见稿，须核对" if moved else "")
    return {"words": drafting.without_label(said.proposed), "source": source[:400], "note": note}


@dataclass(frozen=True)
class Said:
    """A comment as pages show it: what it wants changed as stretches against the text it speaks of, and the article of the draft as it is
    now, by its id, where that may be changed so."""

    comment: Comment
    edits: list[Edit]
    article: str


def suggestions(project: Project, said: Sequence[Comment]) -> list[Said]:
    """Each comment with what it proposes for its provision. Each text spoken of is read once, and only where something is proposed."""
    now = drafting.latest(project)
    if now is None or not any(one.proposed for one in said):
        return [Said(one, [], "") for one in said]
    now.project = project
    spoken = _articles_spoken_of(project, now, (one.text_sha for one in said if one.proposed))
    return [_told(one, spoken) for one in said]


def _told(one: Comment, spoken: _Spoken) -> Said:
    if not one.proposed:
        return Said(one, [], "")
    article, now = spoken[one.text_sha].get(one.provision, (None, ""))
    edits = difference(body_of(article) if article else "", drafting.without_label(one.proposed))
    return Said(one, edits, now)


_MOST = 50  # suggestions on one article's page; the list of comments has all


def of_article(project: Project, version: TextVersion, provision: str) -> tuple[list[Said], int]:
    """What was said of an article of the latest version: the suggestions and opinions of units, the open ones first; and how many
    comments there are besides."""
    rows = _on_articles(project)
    spoken = _articles_spoken_of(project, version, rows.values_list("text_sha", flat=True).distinct())
    here = Q(pk__in=())
    for sha, articles in spoken.items():
        labels = [label for label, (_, now) in articles.items() if now == provision]
        here |= Q(text_sha=sha, provision__in=labels)
    said = rows.filter(here)
    by_units = said.filter(by_unit=True).select_related("group").order_by("group__answer", "id")
    shown = [_told(one, spoken) for one in by_units[:_MOST]]
    return shown, said.count() - len(shown)


@dataclass(frozen=True)
class Place:
    """A 款 or 项 of an article as the article's page lists it, with what is said of it."""

    id: str
    name: str
    words: str
    why: str
    source: str


def places_of(version: TextVersion, article: Provision) -> list[Place]:
    def told(one: Provision, name: str) -> Place:
        said = version.notes.get(one.id, {})
        return Place(one.id, name, one.label + one.text, said.get("why", ""), said.get("source", ""))

    return [told(one, name) for one, name in places(article) if one is not article]


def place_of(version: TextVersion, provision: str) -> tuple[Provision, str, str]:
    """The article in which a provision stands, the provision's name, and its words. 404 where the draft has none."""
    for article in drafting.read(version).articles():
        for one, name in places(article):
            if one.id == provision:
                return article, name, body_of(article) if one is article else one.label + one.text
    raise Http404("草案中没有这一处，可能已经改过。请回到草案文本再选。")


_AT_ONCE = 100  # groups on the page that works several


def groups_to_work(rows: QuerySet[CommentGroup]) -> tuple[list[CommentGroup], int]:
    """The groups that still want something, an answer or a look, the largest first, and how many there are."""
    # Whether one waits is asked of the index, not counted over all comments: the number is told without counting any of them.
    waits = Comment.objects.filter(group=OuterRef("pk"), state=Moderation.WAITING)
    wanting = rows.filter(Q(answer="") | Exists(waits))
    return list(wanting.order_by("-many", "id")[:_AT_ONCE]), wanting.count()
