"""What can go wrong with the book or with a question put to it, in words for the screen."""

from __future__ import annotations

from dataclasses import dataclass


class LawError(ValueError):
    """A question the book cannot answer as put: unknown code, date out of range, pause not allowed. The text is for users."""


class NotInBook(LawError):
    """The book holds no version for the day asked about: not an answer, a gap that a lawyer has to fill."""


@dataclass(frozen=True)
class Fault:
    """One fault of a book file: where it is, what is wrong, how to mend it."""

    file: str
    line: int
    key: str
    problem: str
    mend: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where} {self.key or '（全文）'}：{self.problem}。{self.mend}"


class BookError(LawError):
    """The book cannot be used. ``faults`` lists every fault found, not only the first."""

    def __init__(self, faults: list[Fault] | tuple[Fault, ...]):
        self.faults = tuple(faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(f"法规库有{len(self.faults)}处错误，未载入：\n{lines}")
