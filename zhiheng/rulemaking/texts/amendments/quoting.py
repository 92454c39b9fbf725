"""Quoted provisions in a decision: “…” over several paragraphs, quotes inside quotes.

Written, every paragraph opens with “, only the last closes with ”, and quotes inside change level (“甲” becomes ‘甲’). Words whose
own quotes do not pair are set between 『 and 』 instead. Read, also the manner without an opening quote on each paragraph.
"""

from __future__ import annotations

import re

_SWAP = str.maketrans("“”‘’", "‘’“”")


def paired(text: str) -> bool:
    """Whether the quotes in ``text`` pair, the double ones outside, none of the single ones on the outer level."""
    stack: list[str] = []
    for character in text:
        if character in "“‘":
            if character == "‘" and not stack:
                return False
            if len(stack) >= 2 or (stack and stack[-1] == character):
                return False
            stack.append(character)
        elif character in "”’" and (not stack or stack.pop() != ("“" if character == "”" else "‘")):
            return False
    return not stack


def quote(lines: list[str] | tuple[str, ...]) -> list[str]:
    """Paragraphs as a decision quotes them, one string each."""
    if all(paired(line) and not re.match("[『』]", line) for line in lines) and lines:
        quoted = ["“" + line.translate(_SWAP) for line in lines]
        quoted[-1] += "”"
        return quoted
    quoted = [line.replace("』", "』』") for line in lines] or [""]
    quoted[0] = "『" + quoted[0]
    quoted[-1] += "』"
    return quoted


def unswap(text: str) -> str:
    """Quotes of a quoted provision at their own level again."""
    out: list[str] = []
    depth = raw = 0
    for character in text:
        if depth == 0 and character in "“”":
            raw += 1 if character == "“" else -1
        if raw > 0:
            out.append(character)
        elif character == "‘" and depth == 0:
            depth = 1
            out.append("“")
        elif character == "’" and depth == 1:
            depth = 0
            out.append("”")
        elif depth and character in "“”":
            out.append(character.translate(_SWAP))
        else:
            out.append(character)
    return "".join(out)


def straight_to_curly(lines: list[str]) -> list[str]:
    """Typewriter quotes as Chinese ones, where the text has no Chinese ones at all."""
    if any("“" in line or "”" in line for line in lines) or not any('"' in line for line in lines):
        return lines
    curly = []
    for line in lines:
        pieces, opening = [], True
        for n, character in enumerate(line):
            if character == '"':
                opening = True if n == 0 else opening
                pieces.append("“" if opening else "”")
                opening = not opening
            else:
                pieces.append(character)
        curly.append("".join(pieces))
    return curly
