"""A kind of matter that is nowhere but on the page that tells how to add one; its files are the page's own blocks."""

import re
from pathlib import Path

KIND = "expert"
PAGE = Path(__file__).resolve().parents[3] / "docs" / "add-a-kind-of-matter.md"
_BLOCKS = dict(re.findall(r"^```yaml\n# (\S+)\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.S | re.M))
REHEARSAL = _BLOCKS.pop("rehearsal.yaml")
FILES = _BLOCKS
