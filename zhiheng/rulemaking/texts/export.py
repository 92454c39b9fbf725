"""A text written out again: as Markdown that reads back to the same provisions, as a Word file per GB/T 9704."""

from __future__ import annotations

from datetime import date

from zhiheng.documents.rendering import wordml as w
from zhiheng.documents.rendering.docx import pack

from .model import ARTICLES, DIVISIONS, Kind, Provision, Text

INFO_END = "<!-- INFO END -->"
GAP = "\u3000"


def lines(provisions: list[Provision], depth: int = 0) -> list[tuple[Kind, int, str]]:
    """The text line by line: what the line is, how deep its division lies, its words with their label."""
    found: list[tuple[Kind, int, str]] = []
    for provision in provisions:
        if provision.kind in DIVISIONS:
            gap = "" if provision.mark or not provision.label else GAP
            found.append((provision.kind, depth, f"{provision.label}{gap}{provision.text}".strip(GAP)))
            found += lines(provision.children, depth + 1)
        elif provision.kind in ARTICLES:
            inner = lines(provision.children, depth)
            gap = GAP if provision.kind is Kind.ARTICLE else ""
            if provision.children and provision.children[0].kind is Kind.PARAGRAPH:
                first = inner.pop(0)[2]
                if not first and inner:  # the items begin on the article's own line
                    first = inner.pop(0)[2]
            else:
                first = ""
            found.append((provision.kind, depth, f"{provision.label}{gap}{first}".rstrip(GAP)))
            found += inner
        else:
            found.append((provision.kind, depth, provision.label + provision.text))
            found += lines(provision.children, depth)
    return found


def to_markdown(text: Text) -> str:
    """Markdown in the manner of the collections of law: # title, history above a mark, ## headings, a line a paragraph."""
    return "\n\n".join([f"# {text.title}", *text.history, INFO_END, *body_lines(text)]) + "\n"


def body_lines(text: Text) -> list[str]:
    """The paragraphs below the title, headings marked with ##."""
    return [
        ("#" * (depth + 2) + f" {words}" if kind in DIVISIONS else words).replace(GAP, " ")
        for kind, depth, words in lines(text.body)
    ]


_STYLES = {
    Kind.PREAMBLE: w.BODY,
    Kind.CONTENTS: w.BODY,
    Kind.PARAGRAPH: w.BODY,
    Kind.ITEM: w.BODY,
    Kind.POINT: w.BODY,
    Kind.SIGNATURE: w.SIGNED,
    Kind.LINE: w.BODY,
}


def to_docx(text: Text, *, author: str = "", on: date = date(2000, 1, 1)) -> bytes:
    """The text as a Word file. ``on`` is the day of the metadata; no clock is read, equal texts give equal bytes."""
    parts = [w.paragraph(w.TITLE, text.title)]
    parts += [f"{w.NUMBER.paragraph_open()}{w.run(line, w.KAI)}</w:p>" for line in text.history]
    for kind, depth, words in lines(text.body):
        if kind in DIVISIONS:
            style = w.HEADING[min(depth, 2)]
            opening = style.paragraph_open(extra="").replace("</w:pPr>", '<w:jc w:val="center"/></w:pPr>')
            parts.append(f"{opening}{w.run(words, style.face)}</w:p>")
        elif kind is Kind.ARTICLE:
            label, _, rest = words.partition(GAP)
            body = w.run(label, w.HEI) + (w.run(GAP + rest) if rest else "")
            parts.append(f"{w.BODY.paragraph_open()}{body}</w:p>")
        elif kind is Kind.APPENDIX:
            parts.append(w.PAGE_BREAK + f"{w.FLUSH.paragraph_open()}{w.run(words, w.HEI)}</w:p>")
        else:
            parts.append(w.paragraph(_STYLES[kind], words))
    return pack("".join(parts), title=text.title, author=author, on=on)
