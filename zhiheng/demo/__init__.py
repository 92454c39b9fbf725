"""The demonstration: a year 2024 of invented records, its loading, its command, and the bar that turns its day on.

Everything here only serves the demonstration; without this package the system is whole. The year itself (:mod:`.year`,
:mod:`.amounts`, :mod:`.ongoing`, :mod:`.publicity`, :mod:`.ledgers`) is pure data drawn from a seed: units, cases, ledgers as
districts would keep them. :mod:`.loading` brings it in by the system's own doors, as officers would.

May touch every package below it, through their services and commands; nothing but the address table and the command line
may import it.
"""
