"""The law: a book of dated data (``book/``) and a small pure engine that says which step, which day, which fine, and why.

No Django, no clock: days are passed in. Start with :func:`current_book`.
"""

from .benchmarks import Benchmark, Placed, bands_of, benchmark_for
from .calendar import WorkCalendar
from .causes import UNIT_KINDS, Cause, HeldBy
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
from .crimes import CrimeSuspicion
from .errors import BookError, Fault, LawError, NotInBook
from .kinds import Door, Filing, Kind, KindFigure, Participant
from .lawbook import (
    Book,
    Hearing,
    Limit,
    Limitation,
    RuleChoice,
    SeizurePower,
    current_book,
)
from .loader import fault_at, load_book, read_bundle
from .matter import ClockRun, Event, Fact, MeasureRun, Offer, OrderError, Refusal, Run, ref_of
from .penalties import Demand, FineOutcome, FineRule, Ground, Objection, VersionFine, higher_fine
from .procedure import Procedure
from .steps import Brings, Column, Field, GoesOn, Guard, Named, Record, Role, State, Step, Word

__all__ = [
    "UNIT_KINDS",
    "Benchmark",
    "Book",
    "BookError",
    "Brings",
    "Cause",
    "Citation",
    "Clock",
    "ClockRun",
    "Column",
    "CrimeSuspicion",
    "Demand",
    "Door",
    "Due",
    "Event",
    "Extension",
    "Fact",
    "Fault",
    "Field",
    "Filing",
    "FineOutcome",
    "FineRule",
    "GoesOn",
    "Ground",
    "Guard",
    "Hearing",
    "HeldBy",
    "Instrument",
    "Kind",
    "KindFigure",
    "LawError",
    "Length",
    "Limit",
    "Limitation",
    "MeasureRun",
    "Named",
    "NotInBook",
    "Objection",
    "Offer",
    "OrderError",
    "Participant",
    "Pause",
    "Placed",
    "Procedure",
    "Record",
    "Refusal",
    "Role",
    "RuleChoice",
    "Run",
    "SeizurePower",
    "Standing",
    "State",
    "Step",
    "TraceLine",
    "VersionFine",
    "Word",
    "WorkCalendar",
    "bands_of",
    "benchmark_for",
    "cite",
    "colour_limits",
    "current_book",
    "due",
    "fault_at",
    "higher_fine",
    "load_book",
    "read_bundle",
    "ref_of",
    "standing",
    "sweep",
]
