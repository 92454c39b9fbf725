"""Reads the case ledgers (案件台账) that bureaus keep in Excel and csv files. Pure Python: no database, no Django."""

from zhiheng.files.spreadsheets import Refused

from .identity import row_key
from .reading import DEFAULT_LIMIT, read_ledger
from .rejects import write_rejects
from .rows import AMOUNT_FIELDS, DATE_FIELDS, FIELDS, Ask, Column, Ledger, Rejection, Remark, Row, Rows, Sum

__all__ = [
    "AMOUNT_FIELDS",
    "DATE_FIELDS",
    "DEFAULT_LIMIT",
    "FIELDS",
    "Ask",
    "Column",
    "Ledger",
    "Refused",
    "Rejection",
    "Remark",
    "Row",
    "Rows",
    "Sum",
    "read_ledger",
    "row_key",
    "write_rejects",
]
