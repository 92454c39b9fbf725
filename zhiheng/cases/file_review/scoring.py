"""The items of the review, the answer of each for one file, and the score that the rule makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.urls import reverse

from ..models import Case
from .checks import CHECKS, Doubt
from .opened import OpenedFile

FULL = Decimal(100)
_TABS = {"papers": "文书", "evidence": "证据", "timeline": "经过", "archive": "案卷"}
_PAGES = {"case-officers": "承办人"}


@dataclass(frozen=True)
class Item:
    """One item. `points` 0: told, and takes none; `part`: the records answer only part of it; `check` "": only a person can."""

    code: str
    title: str
    veto: bool
    points: Decimal = Decimal(0)
    most: Decimal | None = None
    check: str = ""
    asks: Any = None
    when: Mapping[str, Any] = field(default_factory=dict)
    part: bool = False
    article: str = ""
    heal: Mapping[str, str] = field(default_factory=dict)

    def applies(self, file: OpenedFile) -> bool:
        """To this procedure and outcome, and, where it is about a step, once that was taken."""
        asked = {name: [value] if isinstance(value, str) else value for name, value in self.when.items()}
        if "procedure" in asked and file.standing.procedure.code not in asked["procedure"]:
            return False
        if "outcome" in asked and file.case.outcome not in asked["outcome"]:
            return False
        return "step" not in asked or bool(file.taken(*asked["step"]))


@dataclass(frozen=True)
class Finding:
    """What became of an item: `failed` with its `faults`, `human` (a person has to look, at the `doubts` first), `met`, or `none`: it does
    not apply to the file. `lost`: points; `url` and `where`: the page that mends it."""

    item: Item
    state: str
    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    lost: Decimal = Decimal(0)
    url: str = ""
    where: str = ""


@dataclass(frozen=True)
class Review:
    """The review of one file. `score`: what the deductions that the records prove leave of a hundred; a person's come on top."""

    findings: tuple[Finding, ...]

    @property
    def failed(self) -> bool:
        """Whether a veto fails the file."""
        return any(one.state == "failed" and one.item.veto for one in self.findings)

    @property
    def lost(self) -> Decimal:
        return sum((one.lost for one in self.findings), Decimal(0))

    @property
    def score(self) -> Decimal:
        return max(Decimal(0), FULL - self.lost)

    @property
    def faults(self) -> int:
        return sum(len(one.faults) for one in self.findings)

    @property
    def open(self) -> int:
        """How many items are left to a person."""
        return sum(one.state == "human" for one in self.findings)

    def of(self, *states: str) -> list[Finding]:
        return [one for one in self.findings if one.state in states]

    @property
    def gist(self) -> dict[str, Any]:
        """What is kept of a review that was made with many others, as JSON: `faults` by the code of the item."""
        return {
            "failed": self.failed,
            "score": str(self.score),
            "open": self.open,
            "faults": {one.item.code: len(one.faults) for one in self.of("failed")},
        }


@cache
def items() -> tuple[Item, ...]:
    """items.yaml, the vetoes first."""
    told = yaml.safe_load(Path(__file__).with_name("items.yaml").read_text(encoding="utf-8"))
    found = []
    for part, veto in (("veto", True), ("deductions", False)):
        for code, given in told[part].items():
            amounts = {name: Decimal(str(given.pop(name))) for name in ("points", "most") if name in given}
            found.append(Item(code=code, veto=veto, **given, **amounts))
    return tuple(found)


def review_of(case: Case, on: date) -> Review | None:
    """The review of the file of a case as it stands; None for one that came in by ledger, whose file is elsewhere."""
    if case.matter_id is None:
        return None
    file = OpenedFile.of(case, on)
    return Review(tuple(_finding(file, item) for item in items()))


def _finding(file: OpenedFile, item: Item) -> Finding:
    if not item.applies(file):
        return Finding(item, "none")
    if not item.check:
        return Finding(item, "human")
    told = list(dict.fromkeys(CHECKS[item.check](file, item.asks)))
    faults = tuple(one for one in told if not isinstance(one, Doubt))
    doubts = tuple(one.words for one in told if isinstance(one, Doubt))
    lost = item.points * len(faults)
    url, where = _heal(file, item) if told else ("", "")
    state = "failed" if faults else "human" if doubts or item.part else "met"
    return Finding(item, state, faults, doubts, min(lost, item.most) if item.most else lost, url, where)


def _heal(file: OpenedFile, item: Item) -> tuple[str, str]:
    """The page that mends what is wrong: a step of the procedure, a tab of the case, or a page of its own."""
    if page := item.heal.get("page"):
        return reverse(page, args=[file.case.pk]), _PAGES[page]
    if (code := item.heal.get("step")) and code in file.standing.procedure.steps:
        return reverse("case-step", args=[file.case.pk, code]), file.standing.procedure.steps[code].title
    tab = item.heal.get("tab") or "timeline"
    return f"{reverse('case', args=[file.case.pk])}?tab={tab}", _TABS[tab]
