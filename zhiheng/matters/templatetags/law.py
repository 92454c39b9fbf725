"""Articles in words become links to the law library: ``{{ refusal.article|law_links }}``."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from zhiheng.law import Citation, current_book
from zhiheng.numbers import read

register = template.Library()

_HAN = "零一二三四五六七八九十百"


@cache
def _cited() -> tuple[re.Pattern[str], dict[str, str]]:
    """The pattern of a cited article, and instrument names → code."""
    names = {
        name: versions[0].code
        for versions in current_book().instruments.values()
        for one in versions
        for name in (one.short, one.title, one.label)
    }
    ordered = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(
        rf"《?(?P<name>{ordered})》?\s*(?:(?P<number>\d+)(?P<sub>之[一二三])?(?P<parts>(?:\(\d+\))*)"
        rf"|第(?P<han>[{_HAN}]+)条(?P<hansub>之[一二三])?(?:第[{_HAN}]+款)?(?:第[（(]?[{_HAN}]+[）)]?项)?)"
    ), names


@register.filter
def law_links(words: object, on: object = None) -> SafeString:
    """Words with every article of an instrument of the book made a link to where it stands, in the version of the day ``on`` (the
    library's own choice without it); a :class:`Citation` to its own version."""
    if isinstance(words, Citation):
        return format_html('<a class="law-link" href="{}">{}</a>', address_of(words), words.formal)
    if hasattr(words, "__html__"):
        return words
    text = str(words or "")
    pattern, names = _cited()
    found, at = [], 0
    for match in pattern.finditer(text):
        said = None if match["number"] else read(match["han"])
        if not match["number"] and (said is None or not said.value):
            continue  # 第百百条: no number, and so no article
        found.append(conditional_escape(text[at : match.start()]))
        number = (
            match["number"] + (match["sub"] or "") if said is None else f"{said.value}{match['hansub'] or ''}"
        )
        found.append(
            format_html(
                '<a class="law-link" href="{}">{}</a>',
                _address(names[match["name"]], number, on),
                match.group(),
            )
        )
        at = match.end()
    found.append(conditional_escape(text[at:]))
    return mark_safe("".join(found))  # every part is escaped or built by format_html


def address_of(citation: Citation) -> str:
    version = f"?version={citation.instrument.effective}"
    return f"{_instrument(citation.instrument.code)}{version}#a{citation.number}"


def _address(code: str, number: str, on: object) -> str:
    day = f"?on={on}" if on else ""
    return f"{_instrument(code)}{day}#a{number}"


@lru_cache(maxsize=1024)
def _instrument(code: str) -> str:
    """Kept: a page of a case links a hundred articles."""
    return reverse("law-instrument", args=[code])
