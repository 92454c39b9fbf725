"""Legal texts as provisions: reading, comparing, amending. Pure: no database, no web.

>>> text = read_file(Path("条例.docx"))            # a Text: title, history, 编章节条款项目
>>> references(text)                               # every cross-reference, and whether it points at something
>>> compare(old, new)                              # provision first, then words
>>> decision = write_decision(old, new)            # the 修改决定 in the customary wording, itself a Text
>>> apply_decision(old, decision).text == new      # read and carried out, or refused in words
"""

from .amendments import Refusal, Unfit, apply_decision, read_decision, write_decision
from .difference import Comparison, carry_ids, compare
from .export import to_docx, to_markdown
from .model import Kind, Provision, Text
from .reading import parse
from .references import Reference, references
from .sources import Unreadable, read_bytes, read_file

__all__ = [
    "Comparison", "Kind", "Provision", "Reference", "Refusal", "Text", "Unfit", "Unreadable", "apply_decision", "carry_ids",
    "compare", "parse", "read_bytes", "read_decision", "read_file", "references", "to_docx", "to_markdown", "write_decision",
]  # fmt: skip
