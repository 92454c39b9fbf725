"""What the pages of the reconciliation desk show: a text with its claims in colour, one claim opened, two texts side by side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may
from zhiheng.figures.selectors import Value

from . import selectors
from .claims import MEASURES, OUTCOME_WORDS, Claim, Pair
from .lists import month_key
from .models import HeldText
from .pages import figure_url
from .reconciliation import SCOPES, Item, Reconciliation

# More claims than any report makes; the rest is in the downloads.
_SHOWN = 1500
_TONES = {
    "matches": "green",
    "differs": "red",
    "open": "blue",
    "not_comparable": "",
    "not_recorded": "amber",
    "no_figure": "",
}
_OUTCOME_TONES = {"differs": "red", "precision": "amber", "same": "green"}


@dataclass(frozen=True)
class Row:
    """A claim as the pages show it; `url` opens it. `recorded` are the values it was held against, each with the address
    of the records behind it ("" where no list shows exactly those)."""

    number: int
    item: Item
    tone: str
    url: str
    recorded: tuple[tuple[Value, str], ...]

    @property
    def notes(self) -> list[str]:
        return [
            self.item.undecided or self.item.verdict.words,
            *(flag["words"] for flag in self.item.claim.flags),
        ]


@dataclass(frozen=True)
class Stretch:
    """A piece of the text; `row` is set where it is a claim."""

    text: str
    row: Row | None = None


def text_page(
    actor: Person,
    text: HeldText,
    held: Reconciliation,
    chosen: Item | None = None,
    on: date | None = None,
) -> dict:
    """The text cut at its claims and the claims as a table; `chosen` is the claim that is opened beside it."""
    codes = dict(Unit.objects.filter(pk__in=actor.unit_ids).values_list("pk", "code"))
    query = "" if held.scope == "said" else f"?scope={held.scope}"
    rows = [
        Row(
            number,
            item,
            "blue" if item.undecided else _TONES[item.status],
            reverse("claim", args=[text.pk, item.claim.start]) + query,
            tuple((value, _rows_url(actor, codes, item, value)) for value in item.values),
        )
        for number, item in enumerate(held.items, 1)
        if number <= _SHOWN or item is chosen
    ]
    page = {
        "text": text,
        "held": held,
        "rows": rows,
        "more": len(held.items) - len(rows),
        "stretches": _stretches(held.text, rows),
        "counts": [
            (words, number, "blue" if words == "指标待定" else _TONES[status])
            for status, words, number in held.counts
        ],
        "query": query,
        "scopes": [
            (words, "" if key == "said" else f"?scope={key}", key == held.scope)
            for key, words in SCOPES.items()
            if held.has_below
        ],
        "here": reverse("claim", args=[text.pk, chosen.claim.start])
        if chosen
        else reverse("reconciled", args=[text.pk]),
        "companions": selectors.companions_of(actor, text)[:20],
    }
    if chosen is not None:
        page["opened"] = _opened(next(row for row in rows if row.item is chosen), text)
        page["may_decide"] = may(actor, Right.PUBLISH_REPORT, on)
    return page


def _stretches(text: str, rows: list[Row]) -> list[Stretch]:
    stretches, at = [], 0
    for row in rows:
        claim = row.item.claim
        # A claim inside another one keeps its row in the table.
        if claim.start >= at:
            stretches += [Stretch(text[at : claim.start]), Stretch(text[claim.start : claim.end], row)]
            at = claim.end
    return [*stretches, Stretch(text[at:])]


def _rows_url(actor: Person, codes: dict[int, str], item: Item, value: Value) -> str:
    """The records behind a value: its own period, and of the units below the actor's only the one it speaks of."""
    narrowed = {"month": month_key(item.scope.first, item.scope.last)}
    units = item.scope.unit_ids
    if units != actor.unit_ids:
        one = item.own or len(units) == 1
        top = item.placement is None or item.placement.whose in ("all", "own")
        if not one and not top:
            return ""  # several units: no list shows them together
        narrowed["unit"] = codes.get(units[0], "")
    return figure_url(value.figure, item.scope.first.year, **narrowed)


def _opened(row: Row, text: HeldText) -> dict:
    """Everything there is to say about one claim: what it was held against, and why."""
    item, claim = row.item, row.item.claim
    facts = [
        ("计量", f"{claim.unit or '没有单位'}，{MEASURES[claim.measure]}"),
        ("所指", claim.topic),
        ("主体", claim.subject),
        ("期间", claim.period),
        ("截至", claim.as_of.isoformat() if claim.as_of else None),
        ("说法", {"≥": "至少", "≤": "至多", "≈": "约数"}.get(claim.approx or "")),
        ("比较", "；".join(_comparison(c) for c in claim.comparisons)),
    ]
    facets = item.placement.facets if item.placement else ()
    below = item.scope is not None and len(item.scope.unit_ids) > 1
    scope = text.unit.name + ("本级" if item.own else "及所属单位" if below else "")
    if facets and item.placement.whose not in ("all", "own"):
        scope = facets[0].meaning
    indicator = selectors.indicator(claim.indicator_id) if claim.indicator_id else None
    return {
        "row": row,
        "sentence": _around(text.text, claim),
        "facts": [(name, words) for name, words in facts if words],
        "understood": facets,
        "scope": scope,
        "counts": item.figure.counts if item.figure else indicator.counts if indicator else "",
        "best": claim.candidates[0] if claim.candidates else None,
    }


def _comparison(comparison) -> str:
    return f"{comparison.words or comparison.kind}{comparison.value}{comparison.unit}"


def _around(text: str, claim: Claim) -> tuple[str, str, str]:
    """The claim within its sentence: before, itself, after."""
    start = max((text.rfind(mark, 0, claim.start) for mark in "。！？\n"), default=-1) + 1
    ends = [found for mark in "。！？\n" if (found := text.find(mark, claim.end)) >= 0]
    end = min(ends, default=len(text) - 1) + 1
    start, end = max(start, claim.start - 120), min(end, claim.end + 120)
    return text[start : claim.start].lstrip(), text[claim.start : claim.end], text[claim.end : end].rstrip()


@dataclass(frozen=True)
class Beside:
    """One fact told by both texts, with the places where each tells it."""

    pair: Pair
    outcome: str
    tone: str
    first_url: str
    second_url: str


def against_page(actor: Person, pk: int, other_pk: int) -> dict:
    """Two kept texts of one year side by side: what they tell differently, then more exactly, then alike."""
    first, second = selectors.text_for(actor, pk), selectors.text_for(actor, other_pk)
    found = selectors.pairing_of(first, second)

    def url(text: HeldText, claim: Claim) -> str:
        return reverse("claim", args=[text.pk, claim.start])

    order = list(OUTCOME_WORDS)
    beside = [
        Beside(
            one,
            OUTCOME_WORDS[one.outcome],
            _OUTCOME_TONES[one.outcome],
            url(first, one.first),
            url(second, one.second),
        )
        for one in sorted(found.pairs, key=lambda p: order.index(p.outcome))
    ]
    number = Counter(one.outcome for one in found.pairs)
    return {
        "first": first,
        "second": second,
        "first_url": reverse("reconciled", args=[first.pk]),
        "second_url": reverse("reconciled", args=[second.pk]),
        "beside": beside,
        "counts": [(words, number[key], _OUTCOME_TONES[key]) for key, words in OUTCOME_WORDS.items()],
        "alone": [
            (first, [(claim, url(first, claim)) for claim in found.only_first]),
            (second, [(claim, url(second, claim)) for claim in found.only_second]),
        ],
        "other_year": first.year != second.year,
    }


def variant_page(actor: Person, pk: int, on: date) -> dict:
    """One decision on words, with whether the person may take it back."""
    variant = selectors.variant_for(actor, pk)
    indicator = selectors.indicator(variant.indicator_id)
    return {
        "variant": variant,
        "indicator": indicator,
        "text_url": reverse("reconciled", args=[variant.text_id])
        if variant.text.unit_id in actor.unit_ids
        else "",
        "may_withdraw": variant.withdrawn_on is None
        and variant.unit_id in actor.unit_ids
        and may(actor, Right.PUBLISH_REPORT, on),
    }
