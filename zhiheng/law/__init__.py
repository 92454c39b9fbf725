"""The law: a book of dated data (``book/``) and a small pure engine that says which step, which day, which fine, and why.

No Django, no clock: days are passed in. Start with :func:`current_book`.
"""

from .calendar import WorkCalendar
from .citations import Citation, Instrument, cite
from .clocks import (
    Clock,
    Due,
    Extension,
    Length,
    Pause,
    Standing,
    TraceLine,
    colour_limits,
    due,
    standing,
    sweep,
)
from .errors import BookError, Fault, LawError
from .lawbook import Book, Cause, Hearing, Limitation, SeizurePower, current_book
from .loader import load_book, read_procedure
from .matter import ClockRun, Event, Fact, MeasureRun, Offer, OrderError, Refusal, Run
from .penalties import FineOutcome, FineRule, VersionFine
from .procedure import Field, Guard, Procedure, Role, State, Step

__all__ = [
    "Book",
    "BookError",
    "Cause",
    "Citation",
    "Clock",
    "ClockRun",
    "Due",
    "Event",
    "Extension",
    "Fact",
    "Fault",
    "Field",
    "FineOutcome",
    "FineRule",
    "Guard",
    "Hearing",
    "Instrument",
    "LawError",
    "Length",
    "Limitation",
    "MeasureRun",
    "Offer",
    "OrderError",
    "Pause",
    "Procedure",
    "Refusal",
    "Role",
    "Run",
    "SeizurePower",
    "Standing",
    "State",
    "Step",
    "TraceLine",
    "VersionFine",
    "WorkCalendar",
    "cite",
    "colour_limits",
    "current_book",
    "due",
    "load_book",
    "read_procedure",
    "standing",
    "sweep",
]
