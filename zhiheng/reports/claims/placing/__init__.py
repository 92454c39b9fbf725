"""What a claim must say before its number is held against the records: whose cases, of what time, counted how, and of what.

A claim is *placed* when every word around its number has a known meaning and the meanings agree; the default is "not
placed". A word that excludes the comparison (another office, a plan, another counting rule) is told as the reason, a word
that is not known is named, and a person decides. Words and their meanings are data: `words/placing.yaml`, the units'
names, the nouns and acts of the indicators.
"""

from .conclusion import FACETS, Facet, Placement
from .lexicon import House
from .named import Called, called
from .placer import Placer

__all__ = ["FACETS", "Called", "Facet", "House", "Placement", "Placer", "called"]
