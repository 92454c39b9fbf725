"""Causes of action, and who has the power over them."""

from __future__ import annotations

from dataclasses import dataclass

from .citations import Citation

# The kinds of units between which the law divides powers, from the province down.
UNIT_KINDS = ("office", "district", "county", "zone")


@dataclass(frozen=True)
class HeldBy:
    """Who has the power over a cause by the law itself: which kinds of units (:data:`UNIT_KINDS`), what the law calls them, the article;
    ``delegable``: whether another unit may have it by delegation."""

    units: tuple[str, ...]
    title: str
    article: Citation
    delegable: bool = True


@dataclass(frozen=True)
class Cause:
    """A cause of action (案由): its fine rules, why not all of them give the power to seize, the standards (codes of limits) from
    which such an act is suspected to be a crime, and who has the power over it where not every unit has. ``second``: rules of other
    laws under which it may be punished, where its own text has none: one of them must be chosen."""

    code: str
    title: str
    rules: tuple[str, ...]
    second: tuple[str, ...] = ()
    no_seizure: str = ""
    no_rules: str = ""
    crimes: tuple[str, ...] = ()
    held_by: HeldBy | None = None

    @property
    def usable(self) -> tuple[str, ...]:
        """Every rule that a case of the cause may be decided under."""
        return (*self.rules, *self.second)
