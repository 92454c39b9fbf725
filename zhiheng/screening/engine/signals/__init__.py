"""Named evidence over a screened list. Each signal says in Chinese what was seen and which ground of art. 3 it may suggest.

A signal is a suggestion to look: a local office reports clues and never determines abnormality (令77 art. 5, 11). Its
score is the sum of its named evidence in points, not a probability.
"""

from ..limits import Limits
from .drawings import drawing_signals
from .facts import Facts
from .filings import filing_signals
from .oddities import odd_signals
from .signal import Evidence, Signal, ground
from .similar import similar_signals

__all__ = [
    "Evidence",
    "Facts",
    "Limits",
    "Signal",
    "drawing_signals",
    "filing_signals",
    "ground",
    "odd_signals",
    "similar_signals",
]
