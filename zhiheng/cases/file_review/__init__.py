"""案卷评查: every item by which the file of a case is reviewed, answered from the records where they can answer, with where it is mended.

The items are data (``items.yaml``); how one is answered is a function of :mod:`.checks`. What the records cannot say is left to a person and
is never counted as met. Of one file nothing is stored: it is asked as it is now. The files of a draw are gone through by a job, which keeps the
gist of each (:mod:`zhiheng.cases.background`).
"""

from .scoring import Finding, Item, Review, items, review_of

__all__ = ["Finding", "Item", "Review", "items", "review_of"]
