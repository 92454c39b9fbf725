"""The demonstration year 2024: units, invented cases, and ledgers as districts would keep them. Pure data, no database."""

from .ledgers import Dirt, SampleLedger, write_sample_ledgers
from .publicity import activities, bases
from .year import YEAR, DemoCase, DemoYear, OpenCase, Step, demonstration_year, units

__all__ = [
    "YEAR",
    "DemoCase",
    "DemoYear",
    "Dirt",
    "OpenCase",
    "SampleLedger",
    "Step",
    "activities",
    "bases",
    "demonstration_year",
    "units",
    "write_sample_ledgers",
]
