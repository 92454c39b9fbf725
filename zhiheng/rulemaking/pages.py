"""What the pages of drafts show: articles with what may be done to them, versions, differences, comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import Http404

from . import drafting
from .models import Comment, Project, StatuteText, TextVersion
from .texts import Kind, Provision, Text, compare, read_bytes, write_decision
from .texts.difference import WORDS, Change, body_of
from .texts.model import ARTICLES, DIVISIONS
from .texts.words import Edit, difference


@dataclass(frozen=True)
class Line:
    """One line of a text as the page shows it: a division's heading, or an article with its paragraphs."""

    id: str
    label: str
    paragraphs: list[str]
    heading: bool
    comments: int = 0
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def editable(self) -> bool:
        return not self.heading and bool(self.label)


def lines_of(
    text: Text, comments: dict[str, int] | None = None, notes: Mapping[str, Mapping[str, str]] = {}
) -> list[Line]:
    """The text from top to bottom. `comments`: how many there are, by an article's label; `notes`: what is said of articles, by
    their ids."""
    found: list[Line] = []
    inside: set[int] = set()
    for one in text.walk():
        if id(one) in inside:
            continue
        if one.kind in DIVISIONS:
            found.append(Line(one.id, one.label, [one.text], True))
        elif one.kind in ARTICLES:
            inside |= {id(below) for below in one.walk()}
            number = (comments or {}).get(one.label, 0)
            said = notes.get(one.id, {})
            told = tuple((title, said[name]) for name, title in drafting.NOTES.items() if said.get(name))
            own = one.id if one.kind is Kind.ARTICLE else ""
            found.append(Line(own, one.label, one.lines, False, number, told))
        else:
            found.append(Line("", "", [one.label + one.text], False))
    return found


def labels_of(text: Text) -> list[str]:
    """What one may comment on: the articles by their labels."""
    return [article.label for article in text.articles()]


def article_of(text: Text, provision: str) -> Provision:
    for one in text.walk():
        if one.id == provision and one.kind is Kind.ARTICLE:
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


def comment_counts(project: Project) -> dict[str, int]:
    rows = Comment.objects.filter(project=project).exclude(state="hidden").values("provision")
    return {row["provision"]: row["many"] for row in rows.annotate(many=Count("id"))}


def text_page(project: Project, version: TextVersion | None) -> dict[str, Any]:
    if version is None:
        return {"version": None, "lines": [], "versions": []}
    text = drafting.read(version)
    versions = list(project.versions.defer("words").select_related("made_by").order_by("-seq")[:50])
    return {
        "version": version,
        "name": text.title,
        "lines": lines_of(text, comment_counts(project), version.notes),
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


def changes_between(old: Text, new: Text, notes: Mapping[str, Mapping[str, str]] = {}) -> Iterator[Row]:
    """`notes`: what is said of the articles of the new text, by their labels (`drafting.NOTES`)."""
    for change in compare(old, new).changes:
        if change.kind == "unchanged":
            continue
        said = notes.get(change.new[0].label, {}) if change.new else {}
        yield Row(_named(change), WORDS[change.kind], change.edits, change.edits, said.get("why", ""))


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


def bases_for(project: Project) -> list[tuple[str, str]]:
    """What one may compare a draft with."""
    versions = project.versions.defer("words").order_by("-seq").values_list("seq", "on")[:50]
    return [
        *((str(seq), f"第{seq}稿（{on}）") for seq, on in versions),
        *((f"{_LAW}{one.pk}", str(one)) for one in _laws()),
    ]


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
    moved = project.comment_sha and version.sha != project.comment_sha
    note = f"按{said.name}的意见" + ("；所引条文序号依征求意见稿，须核对" if moved else "")
    return {"words": drafting.without_label(said.proposed), "source": source[:400], "note": note}


@dataclass(frozen=True)
class Said:
    """A comment as the page of its group shows it: what it wants changed as stretches against the text that was put to people, and the
    article of the draft as it is now, by its id, where that may be changed so."""

    comment: Comment
    edits: list[Edit]
    article: str


def suggestions(project: Project, said: Sequence[Comment]) -> list[Said]:
    """Each comment with what it proposes for its provision. The texts are read once, and only where something is proposed."""
    if not any(one.proposed for one in said):
        return [Said(one, [], "") for one in said]
    version = project.versions.filter(Q(sha=project.comment_sha)).first() or drafting.latest(project)
    now = drafting.latest(project)
    if version is None or now is None:
        return [Said(one, [], "") for one in said]
    version.project = now.project = project
    was = {article.label: article for article in drafting.read(version).articles()}
    ids = drafting.continued(version, now)

    def told(one: Comment) -> Said:
        article = was.get(one.provision)
        if not one.proposed:
            return Said(one, [], "")
        edits = difference(body_of(article) if article else "", drafting.without_label(one.proposed))
        return Said(one, edits, ids.get(article.id, "") if article else "")

    return [told(one) for one in said]
