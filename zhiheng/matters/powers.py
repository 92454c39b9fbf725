"""Which unit may handle which matter: by the law itself, or by a power delegated to it from a day on by a document (权限下放).

The law book says of a cause which kinds of units have the power themselves (`held_by` in ``causes.yaml``). What was delegated is recorded
by a package above, which registers how it is asked (:func:`register`): upper packages are pulled from, never imported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from zhiheng.accounts.models import Unit
from zhiheng.law import current_book


@dataclass(frozen=True)
class Delegated:
    """A power as it was delegated: the document it rests on, and the day from which the unit has it."""

    basis: str
    since: date


@dataclass(frozen=True)
class Power:
    """By what a unit handles a matter. `own`: by the law; else `basis` is the document that delegates it. Not `held`: `why` not, and `who`
    is the unit that has the power."""

    held: bool
    own: bool = False
    basis: str = ""
    why: str = ""
    who: str = ""


Asked = Callable[[Unit, str, date], "Delegated | None"]
_registers: list[Asked] = []


def register(asked: Asked) -> Asked:
    """Called when the app that records delegations starts."""
    if asked not in _registers:
        _registers.append(asked)
    return asked


def delegated(unit: Unit, cause: str, on: date) -> Delegated | None:
    """The delegation by which the unit has the power over the cause on a day, None where there is none in force."""
    return next((found for asked in _registers if (found := asked(unit, cause, on)) is not None), None)


def power_over(unit: Unit, cause: str, on: date) -> Power:
    """By what the unit may handle matters of a cause on a day."""
    entry = current_book().causes.get(cause)
    held_by = entry.held_by if entry else None
    if held_by is None or unit.kind in held_by.units:
        return Power(True, own=True, basis=str(held_by.article) if held_by else "")
    if held_by.delegable and (found := delegated(unit, cause, on)) is not None:
        return Power(True, basis=found.basis)
    why_not = f"{on}没有下放到该单位的有效文件" if held_by.delegable else "不能下放"
    return Power(
        False,
        why=f"由{held_by.title}办理（{held_by.article}），{why_not}",
        who=_competent(unit, held_by.units) or held_by.title,
    )


def _competent(unit: Unit, kinds: tuple[str, ...]) -> str:
    """The nearest unit above that has the power itself; "" when none does."""
    above = unit.parent
    while above is not None and above.kind not in kinds:
        above = above.parent
    return above.name if above else ""
