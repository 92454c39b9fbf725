"""Amending decisions (修改决定, 修正案): written from two versions, read, carried out on a text.

Numbers before 改为 are those of the text as it stands, numbers after 作为 and 改为 those of the text to come; articles nobody
names keep their order and close up (条文顺序作相应调整). What does not fit is refused in words, and then nothing is changed.
"""

from .applying import Outcome, Refusal, Unfit, apply_decision
from .instructions import Decision, Instruction
from .reading import read_decision
from .writing import write_decision

__all__ = [
    "Decision",
    "Instruction",
    "Outcome",
    "Refusal",
    "Unfit",
    "apply_decision",
    "read_decision",
    "write_decision",
]
