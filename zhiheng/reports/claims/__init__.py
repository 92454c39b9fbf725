"""Reads the quantitative claims out of a published report. Pure Python, no Django.

`read_claims(text)` finds them, `match(claims, indicators)` says which indicator each one states, `compare(claim, recorded)`
holds one against the records. `read(text)` gives the whole reading, `read_file(path)` takes txt, docx, pdf, html, xlsx.
"""

from .claim import Claim, Comparison, First, Reading, Unread, Vague
from .matching import MEASURES, Indicator, Variant, is_attribute, load_indicators, match, phrase, undecided
from .pairing import OUTCOME_WORDS, Pair, Pairing, pair
from .placing import FACETS, Called, Facet, House, Placement, Placer, called
from .reader import read, read_claims
from .sources import Unreadable, read_file
from .verdict import STATUS_WORDS, Verdict, compare

__all__ = [
    "FACETS",
    "MEASURES",
    "OUTCOME_WORDS",
    "STATUS_WORDS",
    "Called",
    "Claim",
    "Comparison",
    "Facet",
    "First",
    "House",
    "Indicator",
    "Pair",
    "Pairing",
    "Placement",
    "Placer",
    "Reading",
    "Unread",
    "Unreadable",
    "Vague",
    "Variant",
    "Verdict",
    "called",
    "compare",
    "is_attribute",
    "load_indicators",
    "match",
    "pair",
    "phrase",
    "read",
    "read_claims",
    "read_file",
    "undecided",
]
