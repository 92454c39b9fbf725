"""Reads the quantitative claims out of a published report. Pure Python, no Django.

`read_claims(text)` finds them, `match(claims, indicators)` says which indicator each one states, `compare(claim, recorded)`
holds one against the records. `read(text)` gives the whole reading, `read_file(path)` takes txt, docx, pdf, html, xlsx.
"""

from .claim import Claim, Comparison, First, Reading
from .matching import Indicator, Variant, load_indicators, match
from .reader import read, read_claims
from .sources import Unreadable, read_file
from .verdict import STATUS_WORDS, Verdict, compare

__all__ = [
    "STATUS_WORDS",
    "Claim",
    "Comparison",
    "First",
    "Indicator",
    "Reading",
    "Unreadable",
    "Variant",
    "Verdict",
    "compare",
    "load_indicators",
    "match",
    "read",
    "read_claims",
    "read_file",
]
