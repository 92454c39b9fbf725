"""Spreadsheets opened as sheets of cells, with what number formats, styles and encodings say of them."""

from .formats import Section, number_format, shown, shows_no_day
from .opening import open_spreadsheet
from .sheets import InMemory, Refused, Sheet, as_text

__all__ = [
    "InMemory",
    "Refused",
    "Section",
    "Sheet",
    "as_text",
    "number_format",
    "open_spreadsheet",
    "shown",
    "shows_no_day",
]
