"""Forms of the law book as data: what a paper says, which fields it needs, where they come from.

A form is text with fill-ins, alternatives, optional passages and tick boxes, laid out in a small set of blocks. This
module reads and checks that data; drawing it belongs to ``zhiheng.documents.rendering``. Pure Python.

Text grammar, used in every text of a form::

    {party.name}            the value of a field; a required field without a value fails the rendering
    {fine|amount}           the value written in another way, see FILTERS
    {hearing_public?公开:不公开}   one of two wordings, chosen by a condition
    [，证明{proves}]         an optional passage: printed only if every fill-in inside has a value

A space in the label of a grid marks where the label may break; it is never printed.

Conditions (in ``when`` and alternatives): ``code`` (has a value, is true), ``not code``, ``code=value``,
``code=value1,value2``, ``code!=value``.
"""

from .model import (
    COLUMNS,
    CONFIDENCE,
    FILTERS,
    KINDS,
    NUMBERING,
    TYPES,
    Block,
    Cell,
    Choose,
    Clause,
    Column,
    Condition,
    Fault,
    Field,
    Fill,
    Form,
    FormError,
    Grid,
    Group,
    Head,
    Listing,
    Opinion,
    PageBreak,
    Paragraph,
    Passage,
    Receipt,
    Row,
    Seal,
    Sign,
    Table,
    Text,
    When,
)
from .parser import parse_form

__all__ = [
    "COLUMNS",
    "CONFIDENCE",
    "FILTERS",
    "KINDS",
    "NUMBERING",
    "TYPES",
    "Block",
    "Cell",
    "Choose",
    "Clause",
    "Column",
    "Condition",
    "Fault",
    "Field",
    "Fill",
    "Form",
    "FormError",
    "Grid",
    "Group",
    "Head",
    "Listing",
    "Opinion",
    "PageBreak",
    "Paragraph",
    "Passage",
    "Receipt",
    "Row",
    "Seal",
    "Sign",
    "Table",
    "Text",
    "When",
    "parse_form",
]
