"""How well a reader reads: precision and recall over passages with known claims, by phenomenon."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

Found = dict[str, Any]  # at least value, unit, scale; also qualifier, comparison


@dataclass(slots=True)
class Score:
    """Counts over passages. `right` agree in (value, unit, scale); of those, the fields counted in `agree`."""

    gold: int = 0
    found: int = 0
    right: int = 0
    agree: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 1.0

    def share(self, name: str) -> float:
        return self.agree[name] / self.right if self.right else 1.0

    def add(self, other: "Score") -> None:
        self.gold += other.gold
        self.found += other.found
        self.right += other.right
        self.agree += other.agree
        self.wrong += other.wrong


def load_passages(folder: Path) -> list[dict[str, Any]]:
    """The passages of all YAML files in `folder`: {"id", "tests", "text", "claims": [gold claim]}."""
    passages = []
    for path in sorted(folder.glob("*.yaml")):
        for row in yaml.safe_load(path.read_text("utf-8")):
            claims = [_gold(*claim) for claim in row["claims"]]
            passages.append(row | {"claims": claims, "file": path.stem})
    return passages


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
    result.wrong += [f"{name}: too much {_key(got)}" for _, got in open_]
    return result


def _key(claim: Found) -> tuple:
    scale = Decimal(str(claim["scale"]))
    return (
        Decimal(str(claim["value"])).normalize(),
        claim["unit"],
        scale.quantize(Decimal("0.000001")).normalize(),
    )
