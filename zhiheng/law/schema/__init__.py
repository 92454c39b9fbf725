"""What a file of each kind must hold: one method a kind turns its node into its object, reporting every fault with line and mend."""

from .fines import Fines
from .kinds import Kinds
from .procedures import Procedures
from .vocabulary import Vocabularies


class Schema(Vocabularies, Fines, Procedures, Kinds):
    """The kinds of the book."""


__all__ = ["Schema"]
