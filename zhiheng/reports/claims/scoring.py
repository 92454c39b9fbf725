"""How well a reader reads: precision and recall over passages with known claims, by phenomenon."""

import html
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from .sources import read_bytes

Found = dict[str, Any]  # at least value, unit, scale; also qualifier, comparison, period, indicator_id
Grid = list[list[str]]  # rows of cells; "<" joins a cell to the one on its left, "^" to the one above
_MARKED = {"period": "p", "indicator_id": "i"}  # fields that the gold names only for some claims

# Thousands of lines: libyaml reads them in a tenth of the time.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Score:
    """Counts over passages. `right` agree in (value, unit, scale); of those, the fields counted in `agree`.

    A field that the gold does not name for every claim is counted in `asked` where it does.
    """

    gold: int = 0
    found: int = 0
    right: int = 0
    agree: Counter = field(default_factory=Counter)
    asked: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 1.0

    def share(self, name: str) -> float:
        asked = self.asked[name] if name in _MARKED else self.right
        return self.agree[name] / asked if asked else 1.0

    def add(self, other: "Score") -> None:
        self.gold += other.gold
        self.found += other.found
        self.right += other.right
        self.agree += other.agree
        self.asked += other.asked
        self.wrong += other.wrong


def load_passages(folder: Path) -> list[dict[str, Any]]:
    """The passages of all YAML files in `folder`: {"id", "tests", "text", "claims": [gold claim]}.

    A passage that is a `grid` is read as a web page.
    """
    passages = []
    for path in sorted(folder.glob("*.yaml")):
        for row in yaml.load(path.read_text("utf-8"), _Loader):
            claims = [_gold(*claim) for claim in row["claims"]]
            if "grid" in row:
                row["text"] = read_bytes(as_page(row["grid"]))
            passages.append(row | {"claims": claims, "file": path.stem})
    return passages


def as_page(grid: Grid) -> bytes:
    """A web page with the table."""
    rows = []
    for r, row in enumerate(grid):
        cells = []
        for c, cell in enumerate(row):
            if cell in ("<", "^"):
                continue
            wide, high = joined(grid, r, c)
            span = "".join(f' {name}="{n}"' for name, n in (("colspan", wide), ("rowspan", high)) if n > 1)
            cells.append(f"<td{span}>{html.escape(cell)}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<html><body><table>{''.join(rows)}</table></body></html>".encode()


def joined(grid: Grid, r: int, c: int) -> tuple[int, int]:
    """How many columns and rows the cell at row `r`, column `c` covers."""
    wide = high = 1
    while c + wide < len(grid[r]) and grid[r][c + wide] == "<":
        wide += 1
    while r + high < len(grid) and grid[r + high][c] == "^":
        high += 1
    return wide, high


def _gold(value, unit, scale, more=None) -> dict[str, Any]:
    more = more or {}
    comparison = more.get("c")
    return {
        "value": value,
        "unit": unit,
        "scale": scale,
        "qualifier": more.get("q"),
        "comparison": {"kind": comparison[0], "value": comparison[1], "unit": comparison[2]}
        if comparison
        else None,
        "more": more,
    }


def score(
    read: Callable[[str], list[Found]], passages: Iterable[dict[str, Any]]
) -> tuple[Score, dict[str, Score]]:
    """Score of `read` over `passages`: the whole, and per phenomenon named in a passage's `tests`."""
    whole, by_test = Score(), {}
    for passage in passages:
        one = score_passage(read(passage["text"]), passage["claims"], passage["id"])
        whole.add(one)
        for name in passage["tests"]:
            by_test.setdefault(name, Score()).add(one)
    return whole, dict(sorted(by_test.items()))


def score_passage(found: list[Found], gold: list[dict[str, Any]], name: str = "") -> Score:
    """One passage: claims are paired in order of appearance where value, unit and scale agree."""
    result = Score(len(gold), len(found))
    open_ = list(enumerate(found))
    for want in gold:
        hit = next((i for i, (_, got) in enumerate(open_) if _key(got) == _key(want)), None)
        if hit is None:
            result.wrong.append(f"{name}: missed {_key(want)}")
            continue
        _, got = open_.pop(hit)
        result.right += 1
        for part in ("qualifier", "comparison"):
            if got.get(part) == want[part]:
                result.agree[part] += 1
            else:
                result.wrong.append(
                    f"{name}: {_key(want)} {part} {got.get(part)!r} instead of {want[part]!r}"
                )
        for part, short in _MARKED.items():
            if short not in want["more"]:
                continue
            result.asked[part] += 1
            if got.get(part) == want["more"][short]:
                result.agree[part] += 1
            else:
                result.wrong.append(
                    f"{name}: {_key(want)} {part} {got.get(part)!r} instead of {want['more'][short]!r}"
                )
    result.wrong += [f"{name}: too much {_key(got)}" for _, got in open_]
    return result


def _key(claim: Found) -> tuple:
    scale = Decimal(str(claim["scale"]))
    return (
        Decimal(str(claim["value"])).normalize(),
        claim["unit"],
        scale.quantize(Decimal("0.000001")).normalize(),
    )
