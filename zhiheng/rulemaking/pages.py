"""What the pages of drafts show: articles with what may be done to them, versions, differences, comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import Http404

from . import drafting
from .models import Comment, Project, StatuteText, TextVersion
from .texts import Kind, Provision, Text, compare, read_bytes
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

    @property
    def editable(self) -> bool:
        return not self.heading and bool(self.label)


def lines_of(text: Text, comments: dict[str, int] | None = None) -> list[Line]:
    """The text from top to bottom. `comments`: how many there are, by an article's label."""
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
            found.append(
                Line(one.id if one.kind is Kind.ARTICLE else "", one.label, one.lines, False, number)
            )
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
        "lines": lines_of(text, comment_counts(project)),
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


def changes_between(old: Text, new: Text) -> Iterator[Row]:
    for change in compare(old, new).changes:
        if change.kind == "unchanged":
            continue
        yield Row(_named(change), WORDS[change.kind], change.edits, change.edits)


def _named(change: Change) -> str:
    if change.part:
        return change.part
    old = change.old[0].label if change.old else ""
    new = change.new[0].label if change.new else ""
    return f"{old} → {new}" if old and new and old != new else new or old


def base_of(project: Project, asked: str, version: TextVersion) -> tuple[Text, str]:
    """What a version is compared with: another version of the draft (its number), or a law in force (`law:` and its number)."""
    if asked.startswith("law:") and asked[4:].isdecimal() and len(asked) < 14:
        kept = StatuteText.objects.filter(pk=int(asked[4:])).first()
        if kept is None:
            raise Http404("没有这部法规的原文。")
        return read_bytes(kept.words.encode(), kept.title), str(kept)
    other = version_of(project, asked or str(max(1, version.seq - 1)))
    return drafting.read(other), f"第{other.seq}稿"


def bases_for(project: Project) -> list[tuple[str, str]]:
    """What one may compare a draft with."""
    versions = project.versions.defer("words").order_by("-seq").values_list("seq", "on")[:50]
    laws = StatuteText.objects.defer("words").order_by("title", "-effective")
    return [
        *((str(seq), f"第{seq}稿（{on}）") for seq, on in versions),
        *((f"law:{one.pk}", str(one)) for one in laws),
    ]


def suggested(project: Project, comment: Comment) -> list[Edit]:
    """What a consulted unit wants changed in a provision, as stretches against the text that was put to it."""
    if not comment.proposed:
        return []
    version = project.versions.filter(Q(sha=project.comment_sha)).first() or drafting.latest(project)
    if version is None:
        return []
    version.project = project
    article = next((a for a in drafting.read(version).articles() if a.label == comment.provision), None)
    was = body_of(article) if article else ""
    return difference(was, "\n".join(comment.proposed.splitlines()))
