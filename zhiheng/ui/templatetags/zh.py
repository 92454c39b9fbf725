"""How values are shown: money, days, numbers, clocks, icons, addresses. Built in to every template."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

register = template.Library()

NOTHING = "—"
_HERE = ' aria-current="page"'
_CENT = Decimal("0.01")


def safe(text: str) -> str:
    """The text as HTML. Most words and numbers of a page have nothing to escape, which is seen at once."""
    return text if text.isalnum() else escape(text)


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as 元 with separators and two digits; "—" when not recorded, which is not the same as 0.00."""
    return NOTHING if fen is None or fen == "" else f"{Decimal(fen) / 100:,.2f}"


@register.filter
def wan(fen: int | None) -> str:
    """Fen as 万元, two digits, halves away from zero as accountants round."""
    if fen is None or fen == "":
        return NOTHING
    return f"{(Decimal(fen) / 1_000_000).quantize(_CENT, ROUND_HALF_UP):,}"


@register.filter
def number(value: int | Decimal | None) -> str:
    return NOTHING if value is None or value == "" else f"{value:,}"


@register.filter
def day(value: date | None) -> str:
    """2024-03-05; "—" for none."""
    return value.strftime("%Y-%m-%d") if value else NOTHING


@register.filter
def moment(value: datetime | None) -> str:
    """2024-03-05 14:30 in local time; "—" for none."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else NOTHING


@register.filter
def full_minute(value: datetime) -> str:
    """The time of day, to the next full minute: 14:31."""
    return (timezone.localtime(value) + timedelta(minutes=1)).strftime("%H:%M")


@register.filter
def dash(value: Any) -> Any:
    """The value, or "—" where there is nothing to show."""
    return NOTHING if value is None or value == "" else value


@register.simple_tag
def clock_badge(standing, provisional: bool = False) -> SafeString:
    """How a clock stands today as a coloured badge that says in words what its colour means.

    `standing` has `colour` (red, amber, green, grey) and `text` ("超期3个工作日"), as `zhiheng.law.standing` gives it.
    """
    note = "（暂按推算）" if provisional else ""
    return format_html('<span class="tag tag-{}">{}{}</span>', standing.colour, standing.text, note)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the icons named in `ui.assets.ICONS`; always beside words, so hidden from screen readers."""
    return _drawn(static("vendor/icons.svg"), name)


@lru_cache(maxsize=256)
def _drawn(sheet: str, name: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', sheet, name)


@register.simple_tag
def navigation(entries) -> SafeString:
    """The entries of the main menu, `here` the one whose page this is."""
    sheet = static("vendor/icons.svg")
    items = "".join(
        f'<li><a href="{safe(entry["url"])}"{_HERE if entry["here"] else ""}>'
        f"{_drawn(sheet, entry['icon'])}{safe(entry['label'])}</a></li>"
        for entry in entries
    )
    return SafeString(f'<ul class="nav-work">{items}</ul>')


@register.simple_tag(takes_context=True)
def query(context, **changes: Any) -> str:
    """The present address's query with some parameters changed; None or "" removes one. Changing a filter leaves the page.

    {% query page=2 %}   {% query cause=None %}   {% query sort="-decided_on" %}
    """
    data = context["request"].GET.copy()
    if "page" not in changes:
        data.pop("page", None)
    data.pop("export", None)
    for key, value in changes.items():
        if value is None or value == "":
            data.pop(key, None)
        else:
            data[key] = value
    return "?" + urlencode(sorted(data.lists()), doseq=True)


@register.inclusion_tag("ui/chart.html", takes_context=True)
def chart(context, spec):
    """Draw a `ui.charts.Chart`, with its table beneath. Where there is nothing to draw, words say so."""
    # The scripts are asked for once per page, by the first chart drawn on it.
    first = not spec.blank and not context.render_context.get("charts", False)
    if first:
        context.render_context["charts"] = True
    return {"chart": spec, "first": first, "map_file": f"vendor/map-{spec.map}.js"}


@register.inclusion_tag("ui/listing.html", takes_context=True)
def listing(context, listing):
    """A `ui.lists.Listing` read by the view: filters, rows, pages. For a list inside another page."""
    return {"listing": listing, "request": context["request"]}


@register.filter
def cell(row: Any, column) -> SafeString | str:
    """One cell of a list, by its column's declaration."""
    return column.html(row)


@register.filter
def get(mapping, key):
    """mapping[key], or nothing."""
    return mapping.get(key) if mapping else None
