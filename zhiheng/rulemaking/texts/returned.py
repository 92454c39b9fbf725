"""A draft that came back from somebody who was asked: what they changed in it, and what they noted beside it, article by article."""

from __future__ import annotations

from dataclasses import dataclass

from zhiheng.files.word import Note

from .difference import Change, body_of, compare
from .model import ARTICLES, Text
from .opinions import opinions_in
from .sources import Unreadable, comments_by_article, read_bytes, read_opened

_LEAST = 0.5  # of the articles sent out, so many must come back, or it is another text
_NOT_OURS = ("题注", "目录", "署名")  # parts that a letter around the draft changes, and nobody means


@dataclass(frozen=True)
class Remark:
    """What somebody says of one article of the text sent out ("" for the whole), and how it should read where they wrote that."""

    article: str
    words: str
    proposed: str = ""


class AnotherText(Unreadable):
    """The file is no version of the draft."""


def read_returned(sent_out: str, data: bytes, name: str) -> list[tuple[str, str, str]]:
    """The remarks in a file, as (article, words, proposed): the draft with changes, or a table of opinions about it. ``sent_out`` is the
    text that was sent, as Markdown. Raises :class:`Unreadable`, also where the file is another text, so that nothing is made out of what
    was never meant."""
    base = read_bytes(sent_out.encode(), "征求意见稿")
    text, document = read_opened(data, name)
    try:
        found = remarks(base, text, comments_by_article(document, text) if document else ())
    except AnotherText as another:
        opinions = list(opinions_in(document, base)) if document else []
        if not opinions:
            raise Unreadable(str(another)) from None
        return opinions
    return [(one.article, one.words, one.proposed) for one in found]


def remarks(base: Text, returned: Text, notes: list[tuple[str, Note]] = ()) -> list[Remark]:
    """Every change and every comment, in the order of the text that came back. Articles and references that were only renumbered say
    nothing. Raises :class:`AnotherText` where less than half of the articles came back."""
    comparison = compare(base, returned)
    came = {change.new[0].label: change.old[0].label for change in comparison.changes if _both(change)}
    if len(came) < _LEAST * len(base.articles()):
        raise AnotherText(
            f"上传的文件不是征求意见稿的修改稿：{len(base.articles())}条中只对上{len(came)}条。"
            "请上传在征求意见稿上直接修改（可以用修订模式）的文件，或者有“条款”“修改意见”两栏的意见表；意见函请逐条登记。"
        )
    found: list[Remark] = []
    at = ""
    for change in comparison.changes:
        if _both(change):
            at = change.old[0].label
        found += _said(change, at)
    for label, note in notes:
        by = f"（批注，{note.by}）" if note.by else "（批注）"
        found.append(Remark(came.get(label, ""), note.words + by))
    return found


def _both(change: Change) -> bool:
    """Whether an article goes on from the old text into the new one."""
    return (
        not change.part and change.kind not in ("added", "split", "deleted", "merged") and _articles(change)
    )


def _articles(change: Change) -> bool:
    return any(one.kind in ARTICLES for one in (*change.old, *change.new))


def _said(change: Change, at: str) -> list[Remark]:
    if change.part:
        if change.part in _NOT_OURS:
            return []
        was = "".join(old for _, old, _ in change.edits)
        now = "".join(new for _, _, new in change.edits)
        return [Remark("", f"建议修改{change.part}，由“{was}”改为“{now}”。")]
    if not _articles(change):
        return _heading(change)
    match change.kind:
        case "unchanged" | "renumbered":
            return []
        case "added" | "split":
            where = f"在{at}后" if at else "在第一条前"
            return [Remark(at, f"建议{where}增加一条：{body_of(change.new[0])}")]
        case "deleted":
            return [Remark(change.old[0].label, "建议删去本条。")]
        case "merged":
            return [Remark(change.old[0].label, f"建议删去本条，内容并入{change.new[0].label}（修改稿）。")]
    label, words = change.old[0].label, body_of(change.new[0])
    moved = f"建议将本条移作{change.new[0].label}（修改稿）。" if change.kind == "moved" else ""
    if words == body_of(change.old[0]):
        return [Remark(label, moved)] if moved else []
    return [Remark(label, moved or "建议修改本条。", words)]


def _heading(change: Change) -> list[Remark]:
    was = change.old[0] if change.old else None
    now = change.new[0] if change.new else None
    if change.kind in ("unchanged", "renumbered", "moved"):
        return []
    if was is None:
        return [Remark("", f"建议增加{now.label}“{now.text}”。")]
    if now is None:
        return [Remark("", f"建议删去{was.label}“{was.text}”的标题。")]
    return [Remark("", f"建议将{was.label}的标题“{was.text}”改为“{now.text}”。")]
