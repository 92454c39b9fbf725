"""What a decision replaces besides articles: title, history, preamble, contents, signature, appendices."""

from __future__ import annotations

import re

from ..model import Kind, Provision, Text, appendix_name
from ..numbering import NUMERAL
from ..reading import clean
from .locating import Misfit


def replace_parts(text: Text, parts: dict[str, list[str] | None]) -> None:
    """Put what a decision gives for 名称, 题注, 引言, 目录, 署名 and the appendices; None takes a part away."""
    for name, lines in parts.items():
        words = [clean(line) for line in lines or []]
        if name == "名称":
            if lines is None:
                raise Misfit("名称不能删去")
            text.title = "".join(words)
        elif name == "题注":
            text.history = words
        elif name in ("引言", "目录", "署名"):
            kind = {"引言": Kind.PREAMBLE, "目录": Kind.CONTENTS, "署名": Kind.SIGNATURE}[name]
            _swap(text, kind, [Provision(kind, line) for line in words])
        else:
            _appendix(text, name, words)


def _swap(text: Text, kind: Kind, fresh: list[Provision]) -> None:
    body = text.body
    at = next((n for n, p in enumerate(body) if p.kind is kind), None)
    if at is None:
        at = sum(p.kind is Kind.CONTENTS for p in body) if kind is Kind.PREAMBLE else 0
        if kind is Kind.SIGNATURE:
            at = next((n for n, p in enumerate(body) if p.kind is Kind.APPENDIX), len(body))
    kept = [p for p in body if p.kind is not kind]
    text.body = [*kept[:at], *fresh, *kept[at:]]


def _appendix(text: Text, name: str, words: list[str]) -> None:
    body = text.body
    at = next((n for n, p in enumerate(body) if p.kind is Kind.APPENDIX and appendix_name(p) == name), None)
    if not words:
        if at is None:
            raise Misfit(f"原文没有“{name}”")
        del body[at]
        return
    named = re.match(rf"附(?:件|表|图|录)?\s*{NUMERAL}?", words[0])
    has_head = bool(named) and named[0].replace(" ", "") == name
    head = words[0] if has_head else body[at].text if at is not None else name
    appendix = Provision(
        Kind.APPENDIX, head, children=[Provision(Kind.LINE, line) for line in words[has_head:]]
    )
    if at is None:
        body.append(appendix)
    else:
        appendix.id = body[at].id
        body[at] = appendix


# --- references -------------------------------------------------------------------------------------------------------
