"""Numbers and amounts of money as Chinese papers write them: the one reader and the one writer of the house.

Pure Python below everything else: no Django, no law. A reader here never decides between two readings: what can be read
two ways comes back with both, and the caller hands it back to a person.
"""

from .money import FEN, Money, read_money
from .reading import Number, Numeral, read, scan
from .writing import LIMIT, LIMIT_FEN, amount, capitals, chinese, figures, say

__all__ = [
    "FEN",
    "LIMIT",
    "LIMIT_FEN",
    "Money",
    "Number",
    "Numeral",
    "amount",
    "capitals",
    "chinese",
    "figures",
    "read",
    "read_money",
    "say",
    "scan",
]
