"""Two versions of a text side by side: provision first, then words; and the table an office hands in with a draft (修改对照表)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from zhiheng.documents.rendering import wordml as w
from zhiheng.documents.rendering.docx import pack

from .alignment import align, align_articles
from .model import ARTICLES, DIVISIONS, Kind, Provision, Text, fingerprint
from .numbering import NUMERAL, Number, value
from .words import Edit, difference

WORDS = {
    "unchanged": "未改",
    "renumbered": "仅序号变动",
    "changed": "修改",
    "moved": "移动位置",
    "added": "新增",
    "deleted": "删去",
    "split": "由原条文拆分",
    "merged": "并入其他条文",
}


@dataclass
class Change:
    """What happened to one provision. ``kind`` is a key of :data:`WORDS`; ``old`` and ``new`` hold what stood and stands there (an
    article split off names the article it comes from in ``old``). ``edits`` are the words, line breaks as line breaks."""

    kind: str
    old: list[Provision] = field(default_factory=list)
    new: list[Provision] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    part: str = ""
    """Name of a part that is no provision: 名称, 题注, 引言, 署名, 附件1."""


@dataclass
class Comparison:
    old: Text
    new: Text
    changes: list[Change]

    def counts(self) -> dict[str, int]:
        return {kind: n for kind in WORDS if (n := sum(change.kind == kind for change in self.changes))}


def shown(provision: Provision) -> str:
    """An article as it is printed, its label before its first paragraph."""
    lines = list(provision.lines)
    if provision.kind in ARTICLES:
        gap = "\u3000" if provision.kind is Kind.ARTICLE else ""
        lines = [f"{provision.label}{gap}{lines[0] if lines else ''}".rstrip("\u3000"), *lines[1:]]
    elif provision.kind in DIVISIONS:
        lines = [f"{provision.label}\u3000{provision.text}".strip("\u3000")]
    return "\n".join(lines)


def body_of(provision: Provision) -> str:
    return provision.text if provision.kind in DIVISIONS else "\n".join(provision.lines)


def compare(old: Text, new: Text) -> Comparison:
    """Everything that differs, in the order of the new text; what was deleted stands where it stood."""
    changes = _parts(old, new)
    changes += _divisions(old, new)
    was, now = old.articles(), new.articles()
    alignment = align_articles(old, new)
    numbers = {was[i].number: now[j].number for i, j in alignment.pairs}
    rows: list[tuple[float, int, Change]] = []
    for i, j in alignment.pairs:
        a, b = was[i], now[j]
        before, after = body_of(a), body_of(b)
        if fingerprint(before) == fingerprint(after) and _follows(before, after, numbers):
            kind = (
                "moved"
                if (i, j) in alignment.moved
                else "unchanged"
                if a.number == b.number and before == after
                else "renumbered"
            )
            kind = "changed" if kind == "unchanged" and before != after else kind
        else:
            kind = "moved" if (i, j) in alignment.moved else "changed"
        rows.append((j, 1, Change(kind, [a], [b], difference(before, after))))
    partner = dict(alignment.pairs)
    for j, b in enumerate(now):
        if j not in {j for _, j in alignment.pairs}:
            source = alignment.split.get(j)
            kind = "added" if source is None else "split"
            rows.append(
                (j, 1, Change(kind, [] if source is None else [was[source]], [b], [("~", "", body_of(b))]))
            )
    for i, a in enumerate(was):
        if i not in partner:
            at = next((partner[k] + 0.5 for k in range(i - 1, -1, -1) if k in partner), -0.5)
            target = alignment.merged.get(i)
            kind = "deleted" if target is None else "merged"
            rows.append(
                (at, i, Change(kind, [a], [] if target is None else [now[target]], [("~", body_of(a), "")]))
            )
    changes += [row[2] for row in sorted(rows, key=lambda row: row[:2])]
    return Comparison(old, new, changes)


_CITED = re.compile(rf"第({NUMERAL})条(?:之({NUMERAL}))?")


def _follows(before: str, after: str, numbers: Mapping[Number, Number]) -> bool:
    """Whether the articles that words cite are those they cited before, under their new numbers or still under the old ones; anything
    else is a change of the words, though only a number differs."""

    def cited(words: str) -> list[Number]:
        return [(value(n) or 0, value(sub) or 0 if sub else 0) for n, sub in _CITED.findall(words)]

    if before == after:
        return True
    was, now = cited(before), cited(after)
    return len(was) == len(now) and all(b in (a, numbers.get(a, a)) for a, b in zip(was, now, strict=True))


def part_lines(text: Text) -> dict[str, list[str]]:
    """What is not articles or headings, by name: 名称, 题注, 引言, 目录, 正文 (paragraphs outside any article), 署名, 附件…."""
    from .model import appendix_name

    parts: dict[str, list[str]] = {"名称": [text.title]}
    names = {Kind.PREAMBLE: "引言", Kind.CONTENTS: "目录", Kind.SIGNATURE: "署名"}
    if text.history:
        parts["题注"] = list(text.history)
    for provision in text.body:
        if name := names.get(provision.kind):
            parts.setdefault(name, []).append(provision.text)
        elif provision.kind is Kind.APPENDIX:
            name = appendix_name(provision)
            while name in parts:
                name += "（续）"
            parts[name] = [line for one in provision.walk() for line in [one.text]]
    loose = [
        line
        for holder in _holders(text)
        for p in holder
        if p.kind in (Kind.PARAGRAPH, Kind.ITEM)
        for line in p.lines
    ]
    if loose:
        parts["正文"] = loose
    return parts


def _holders(text: Text) -> list[list[Provision]]:
    return [text.body, *(p.children for p in text.walk() if p.kind in DIVISIONS)]


def _parts(old: Text, new: Text) -> list[Change]:
    was, now = part_lines(old), part_lines(new)
    changes = []
    for name in [*was, *(name for name in now if name not in was)]:
        before, after = "\n".join(was.get(name, [])), "\n".join(now.get(name, []))
        if before != after:
            kind = "added" if name not in was else "deleted" if name not in now else "changed"
            changes.append(Change(kind, edits=difference(before, after), part=name))
    return changes


def _divisions(old: Text, new: Text) -> list[Change]:
    was = [p for p in old.walk() if p.kind in DIVISIONS]
    now = [p for p in new.walk() if p.kind in DIVISIONS]
    pairs = align([p.kind + p.text for p in was], [p.kind + p.text for p in now]).pairs
    left, right = dict(pairs), {j: i for i, j in pairs}
    changes = []
    for j, b in enumerate(now):
        if j not in right:
            changes.append(Change("added", [], [b], [("~", "", b.text)]))
        elif (a := was[right[j]]).text != b.text:
            changes.append(Change("changed", [a], [b], difference(a.text, b.text)))
        elif a.number != b.number:
            changes.append(Change("renumbered", [a], [b], difference(a.text, b.text)))
    changes += [Change("deleted", [a], [], [("~", a.text, "")]) for i, a in enumerate(was) if i not in left]
    return changes


def carry_ids(old: Text, new: Text) -> None:
    """Give the provisions of ``new`` the ids of those of ``old`` that they continue, changed or not."""
    was, now = old.articles(), new.articles()
    pairs = [(was[i], now[j]) for i, j in align_articles(old, new).pairs]
    for a, b in list(pairs):
        below_a, below_b = list(a.walk())[1:], list(b.walk())[1:]
        found = align([fingerprint(p.text) for p in below_a], [fingerprint(p.text) for p in below_b]).pairs
        pairs += [(below_a[i], below_b[j]) for i, j in found if below_a[i].kind is below_b[j].kind]
    divisions_a = [p for p in old.walk() if p.kind in DIVISIONS]
    divisions_b = [p for p in new.walk() if p.kind in DIVISIONS]
    found = align([p.kind + p.text for p in divisions_a], [p.kind + p.text for p in divisions_b]).pairs
    pairs += [(divisions_a[i], divisions_b[j]) for i, j in found]
    continued = {id(b): a.id for a, b in pairs if a.id}
    given = set(continued.values())
    for provision in new.walk():
        if id(provision) in continued:
            provision.id = continued[id(provision)]
        elif provision.id in given:
            provision.id = ""
    from .model import assign_ids

    assign_ids(new)


# --- the table ---------------------------------------------------------------------------------------------------------


def table_docx(
    comparison: Comparison, reasons: dict[str, str] | None = None, *, on: date = date(2000, 1, 1)
) -> bytes:
    """The 修改对照表 as a Word file: old, new, why. What is struck out is underlined on the left, what is new bold on the right.

    ``reasons`` gives the third column by the article's label (第五条, the new one, or the old one of what is deleted); without one
    it says what kind of change it is. Provisions that did not change are left out.
    """
    reasons = reasons or {}
    old, new = comparison.old, comparison.new
    columns = w.share((5, 5, 3))
    rows = [w.header_row(columns, ("原条文", "修改后条文", "修改理由"))]
    for change in comparison.changes:
        if change.kind == "unchanged":
            continue
        named = (change.new or change.old) if change.kind != "merged" else change.old
        label = named[0].label if named else change.part
        why = reasons.get(label, WORDS[change.kind] + _into(change))
        cells = (_cell(change, 1, columns[0]), _cell(change, 2, columns[1]), _why(why, columns[2]))
        rows.append(w.row_open(7, splits=True) + "".join(cells) + "</w:tr>")
    name = (
        f"《{new.title}》修改对照表" if old.title == new.title else f"《{old.title}》与《{new.title}》对照表"
    )
    note = "注：左栏加下划线的是删去的文字，右栏加粗的是增加的文字；没有变动的条文未列入。"
    body = (
        w.paragraph(w.TITLE, name)
        + w.table_open(columns)
        + "".join(rows)
        + "</w:tbl>"
        + w.paragraph(w.NOTE, note)
    )
    return pack(body, title=name, author="", on=on)


def _into(change: Change) -> str:
    if change.kind == "split" and change.old:
        return f"（{change.old[0].label}）"
    if change.kind == "merged" and change.new:
        return f"（{change.new[0].label}）"
    if change.kind in ("moved", "renumbered") and change.old and change.new:
        return f"（{change.old[0].label}改为{change.new[0].label}）"
    return ""


def _why(text: str, width: int) -> str:
    return f"{w.cell_open(width, align='top')}{w.paragraph(w.FINE, text)}</w:tc>"


def _cell(change: Change, side: int, width: int) -> str:
    holders = change.old if side == 1 else change.new
    label = holders[0].label if holders and not change.part else f"（{change.part}）" if change.part else ""
    if (change.kind == "split" and side == 1) or (change.kind == "merged" and side == 2):
        return f"{w.cell_open(width, align='top')}{w.paragraph(w.FINE, f'（见{label}）')}</w:tc>"
    lines: list[list[str]] = [[]]
    for tag, was, now in change.edits:
        for n, piece in enumerate((was if side == 1 else now).split("\n")):
            if n:
                lines.append([])
            if piece:
                mark = tag == "~"
                lines[-1].append(
                    w.run(piece, size=10.5, bold=mark and side == 2, underline=mark and side == 1)
                )
    if not any(lines):
        return f"{w.cell_open(width, align='top')}{w.paragraph(w.FINE, '')}</w:tc>"
    if label:
        lines[0].insert(0, w.run(f"{label}\u3000", w.HEI, size=10.5))
    paragraphs = "".join(f"{w.FINE.paragraph_open()}{''.join(runs)}</w:p>" for runs in lines if runs)
    return f"{w.cell_open(width, align='top')}{paragraphs}</w:tc>"
