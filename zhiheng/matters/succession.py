"""Who stands in a party's place: the names it bore before, and the one it bears now.

Derived from the recorded steps, as clocks and services are. A step that states another name of the principal party, or that joins somebody
in the place of a party (``joins: {replaces: field}``), makes one name out of both: what was served on the old name, paid in it or ordered
against it stays done, paid and ordered, and what is still to be done concerns the new one.
"""

from __future__ import annotations

from collections.abc import Mapping

from zhiheng.law import Kind, Step, current_book

from .engine import Standing, procedure_at
from .family import family_of

REPLACES = "replaces"  # the key of a step's `joins` that names the field with the party whose place is taken


def names_of(kind: Kind) -> dict[str, tuple[str, ...]]:
    """Where the kind keeps the name of a party → the fields of steps in which it is stated: of the principal party, and of those whose
    facts the kind keeps in another role."""
    column = family_of(kind).principal.get("name")
    found: dict[str, tuple[str, ...]] = {}
    for field, target in kind.keeps.items():
        if (column and target == column) or target.partition(".")[2] == "name":
            found[target] = (*found.get(target, ()), field)
    return found


class Names:
    """Earlier name → present name, of every party of a matter. `names(who)` is `who` where nothing changed."""

    def __init__(self, standing: Standing | None, kind: str) -> None:
        self._now: dict[str, str] = {}
        if standing is None:
            return
        fields, stands = names_of(current_book().kind(kind)), {}
        for seq, event in enumerate(standing.events, start=1):
            step = procedure_at(standing.stretches, seq).steps[event.step]
            for target, stated in fields.items():
                for field in stated:
                    if said := str(event.data.get(field) or "").strip():
                        self._became(stands.get(target, ""), said)
                        stands[target] = said
            self._became(*replaced(step, event.data))

    def _became(self, before: str, now: str) -> None:
        if not before or not now or before == now:
            return
        self._now = {old: now if new == before else new for old, new in self._now.items()} | {before: now}
        self._now.pop(now, None)

    def __call__(self, who: str) -> str:
        return self._now.get(who, who)


def replaced(step: Step, data: Mapping[str, object]) -> tuple[str, str]:
    """The party whose place somebody takes by a step, and who that is; empty words where the step replaces nobody."""
    field = step.joins.get(REPLACES)
    if not field:
        return "", ""
    return str(data.get(field) or "").strip(), str(data.get(step.joins["name"]) or "").strip()
