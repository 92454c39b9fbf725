"""The demonstration year 2024: units, invented cases, and ledgers as districts would keep them. Pure data, no database."""

from .year import YEAR, DemoCase, DemoYear, OpenCase, Step, demonstration_year, units

__all__ = ["YEAR", "DemoCase", "DemoYear", "OpenCase", "Step", "demonstration_year", "units"]
