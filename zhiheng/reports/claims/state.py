"""What one clause of a sentence leaves to the next: its numbers, its subject, the total whose parts follow."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(slots=True)
class State:
    """What a later clause may inherit."""

    sentence: int = -1
    start: int = 0  # where the sentence begins
    paragraph_topic: str = ""
    subject: str | None = None
    planned: int = -1  # where a word of planning began that rules the rest of the sentence
    claims: list[int] = field(default_factory=list)  # of this sentence, places in the result
    total: int | None = None
    total_verb: str | None = None
    part_sought: bool = False  # 其中案件24件、金额3926万元: the first has no whole, the second may
    total_until: int = -1  # parts named in brackets end with them
    parts: Decimal = Decimal(0)
    lone_growth: int | None = None
    growth_end: int = -1
    base_figure: tuple[Decimal, Decimal] | None = None  # what that figure was, and its quantum
    base: str = ""  # 比2021年: said before a figure that a change starts from
    growth_kind: str = ""
    growth_words: str = ""
    growth_way: str = ""
    lone_run: int = 0  # so many changes still follow, each a claim of its own
    growth_down: bool = False
    growth_targets: list[int] = field(default_factory=list)
