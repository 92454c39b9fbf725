"""One wrapper for every chart. A chart is declared as data, drawn by a static script, and always offers its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from django.utils.safestring import SafeString

from .templatetags.zh import NOTHING


@dataclass(frozen=True)
class Series:
    """`values` in the chart's unit, one per label; None where nothing is recorded."""

    name: str
    values: Sequence[float | int | None]


@dataclass(frozen=True)
class Chart:
    """`kind`: bar, line, stack (bars on top of each other), hbar (lying bars, for long names), hstack (such, one behind the other), map.

    `key` must be unique on the page. `links`, one address per label, make bars and table rows lead to their rows. Of a map `map` is
    its code in the assets, the labels are its places; those it has none for are drawn as points, `marks` (longitude, latitude).
    """

    key: str
    title: str
    unit: str
    labels: Sequence[str]
    series: Sequence[Series]
    kind: Literal["bar", "line", "stack", "hbar", "hstack", "map"] = "bar"
    label_title: str = ""
    links: Sequence[str] = ()
    digits: int = 0
    map: str = ""
    marks: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.series:
            if len(one.values) != len(self.labels):
                raise ValueError(
                    f"chart {self.key}: {one.name} has {len(one.values)} values for {len(self.labels)} labels"
                )

    @property
    def element(self) -> str:
        return f"chart-{self.key}"

    @property
    def blank(self) -> bool:
        """Whether there is nothing to draw: no value at all, or zero throughout."""
        return not any(value for one in self.series for value in one.values)

    @property
    def spec(self) -> dict:
        """What the script draws."""
        return {
            "kind": self.kind,
            "unit": self.unit,
            "digits": self.digits,
            "labels": list(self.labels),
            "links": list(self.links),
            **({"map": self.map, "marks": self.marks} if self.map else {}),
            "series": [
                {
                    "name": one.name,
                    "values": [None if v is None else round(float(v), self.digits) for v in one.values],
                }
                for one in self.series
            ],
        }

    @property
    def rows(self) -> list[tuple[str, str, list[str]]]:
        """(label, link or "", values as shown) for the table."""
        links = self.links or [""] * len(self.labels)
        return [
            (
                label,
                link,
                [
                    NOTHING if one.values[i] is None else f"{one.values[i]:,.{self.digits}f}"
                    for one in self.series
                ],
            )
            for i, (label, link) in enumerate(zip(self.labels, links, strict=True))
        ]

    @property
    def body(self) -> SafeString:
        """The rows as HTML. Put together here: a template takes longer over three dozen rows than the database over their numbers."""
        made = []
        for label, link, values in self.rows:
            head = f'<a href="{escape(link)}">{escape(label)}</a>' if link else escape(label)
            cells = "".join(f'<td class="number">{escape(value)}</td>' for value in values)
            made.append(f'<tr><th scope="row">{head}</th>{cells}</tr>\n')
        return SafeString("".join(made))
