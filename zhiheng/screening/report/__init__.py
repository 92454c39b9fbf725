"""Findings as files: `result.json`, the pairs as Parquet when they are many, and one page to read."""

from .files import write
from .page import page

__all__ = ["page", "write"]
