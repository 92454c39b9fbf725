"""What a run was asked to do. Every number that can change a finding is here and is recorded with the result."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TypeVar

import numpy as np

KERNEL_VERSION = "6"

Share = TypeVar("Share", float, np.ndarray)


@dataclass(frozen=True)
class Settings:
    """Thresholds and sizes of one run; equal settings and equal input give equal output.

    Lengths are characters of the normalised text, shares are fractions of 1. None of them is a probability.
    """

    name: str = "default"
    # Pairs at or above `similar` are reported and join clusters; those from `partial` on only serve the signals; skeletons
    # from `framed` on are alike, and those of pairs that come so near both thresholds that it adds up to `together`, when the
    # skeletons have come `framed_part` of theirs: strangers seldom come near both. The thresholds named in `derived` are the least ones: a list whose strangers are more
    # alike than that raises them (`strangers`), up to `most`; skeletons
    # that would need more than `framed_most` are left out.
    similar: float = 0.38
    partial: float = 0.20
    framed: float = 0.24
    together: float = 1.30
    framed_part: float = 0.40
    derived: tuple[str, ...] = ("similar", "framed")
    least: tuple[float, ...] = ()  # `similar` and `framed` before they were raised; empty until then
    # What half of the list's strangers reach in the two: no step towards a threshold.
    strangers: tuple[float, float] = (0.0, 0.0)
    most: float = 0.90
    framed_most: float = 0.70
    # What of a passage needs no edit counts in full up to the first share of edited characters, not at all from the
    # second on, in between by degrees.
    edited_full: float = 0.30
    edited_at_most: float = 0.50
    min_length: int = 8
    # Grams in more documents than this say nothing: they are the trade's stock phrases. The first share is taken whose
    # pairs with a common key stay within the budget per document, or within what any list is granted.
    dropped_shares: tuple[float, ...] = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
    dropped_floor: int = 100
    sample: int = 65_536
    budget: int = 200
    budget_least: int = 20_000_000
    # The same of the pairs whose sketches agree and that would be compared, passage by passage and some hundred times as dear, for nothing.
    compared: int = 4
    compared_least: int = 40_000
    # Candidates: `bands` keys of `rows` minimum hashes; estimated overlap below `estimate` (of letters)
    # or `frame_estimate` (of skeletons) is not compared.
    bands: int = 96
    rows: int = 2
    estimate: float = 0.10
    frame_estimate: float = 0.06
    # A bucket is compared all with all up to the first of these sizes that keeps the run within bounds, and beyond it
    # each with its next neighbours.
    bucket_all_pairs: tuple[int, ...] = (1_000, 200, 50, 10)
    bucket_neighbours: int = 4
    seed: int = 20_240_120

    def with_thresholds(self, *, similar: float | None = None, framed: float | None = None) -> Settings:
        """The settings with thresholds that somebody gave and that the list's strangers do not move. Raises ValueError in words."""
        given = {
            name: value for name, value in (("similar", similar), ("framed", framed)) if value is not None
        }
        for name, value in given.items():
            if not 0 < value <= 1:
                raise ValueError(f"{THRESHOLDS[name]}应大于 0、不超过 1，不能是 {value:g}")
        return replace(
            self,
            **given,
            partial=min(self.partial, given.get("similar", 1.0)),
            derived=tuple(name for name in self.derived if name not in given),
        )

    @property
    def framed_kept(self) -> float:
        """Likeness of skeletons from which a pair is kept, whatever its texts."""
        return self.framed - 0.25 * (self.framed - self.strangers[1])

    def nearness(self, similarity: Share, framed: Share) -> tuple[Share, Share]:
        """How far pairs have come from the list's strangers (0) to the two thresholds (1)."""
        alike, frame = self.strangers
        return (similarity - alike) / (self.similar - alike), (framed - frame) / (self.framed - frame)

    @property
    def slots(self) -> int:
        """Minimum hashes per document."""
        return self.bands * self.rows

    def to_dict(self) -> dict:
        return {"kernel": KERNEL_VERSION, **asdict(self)}

    @classmethod
    def from_dict(cls, values: dict) -> Settings:
        """Settings recorded with an earlier result. Raises ValueError when they were made by another kernel."""
        values = dict(values)
        version = values.pop("kernel", None)
        if version != KERNEL_VERSION:
            raise ValueError(
                f"这些设定由第 {version} 版内核记录，现为第 {KERNEL_VERSION} 版，结果不可比；请重新筛查"
            )
        known = set(cls.__dataclass_fields__)
        values = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
        return cls(**{key: value for key, value in values.items() if key in known})

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()[:16]

    def candidates_digest(self) -> str:
        """What an index depends on: everything but the thresholds applied after comparing."""
        return replace(
            self,
            name="",
            similar=0,
            partial=0,
            framed=0,
            together=0,
            framed_part=0,
            derived=(),
            least=(),
            strangers=(0.0, 0.0),
            most=0,
            framed_most=0,
        ).digest


SETTINGS = {
    "default": Settings(),
    "strict": Settings(name="strict", similar=0.50, framed=0.34),
    "wide": Settings(name="wide", similar=0.32, framed=0.20),
}
THRESHOLDS = {"similar": "文字重合度", "framed": "句式重合度"}
TITLES = {"strict": "从严", "default": "一般", "wide": "从宽"}
