"""Reads the case ledgers (案件台账) that bureaus keep in Excel and csv files. Pure Python: no database, no Django."""

from .reading import DEFAULT_LIMIT, read_ledger, row_key
from .rejects import write_rejects
from .rows import AMOUNT_FIELDS, DATE_FIELDS, FIELDS, Column, Ledger, Rejection, Remark, Row, Rows
from .sheets import Refused

__all__ = [
    "AMOUNT_FIELDS",
    "DATE_FIELDS",
    "DEFAULT_LIMIT",
    "FIELDS",
    "Column",
    "Ledger",
    "Refused",
    "Rejection",
    "Remark",
    "Row",
    "Rows",
    "read_ledger",
    "row_key",
    "write_rejects",
]
