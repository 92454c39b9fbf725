"""The acts about an application, as `acts.yaml` declares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DISTRICT, CITY = "district", "city"


@dataclass(frozen=True)
class Asked:
    """One answer of an act. `type`: text, longtext, date, money, choice, files, unit. `ahead`: a date that may lie ahead; `made`: not
    asked, the service gives it."""

    code: str
    title: str
    type: str
    choices: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False
    help: str = ""
    default: str = ""
    ahead: bool = False
    made: bool = False


@dataclass(frozen=True)
class Act:
    """See the head of `acts.yaml`."""

    code: str
    title: str
    side: str
    sources: tuple[str, ...]
    fields: tuple[Asked, ...]
    article: str
    to: str = ""
    intro: str = ""
    verdict: str = ""
    returns: str = ""
    after: str = ""
    plain: bool = False
    second: bool = False
    each: bool = False
    measure: bool = False
    after_due: bool = False
    after_contact: bool = False
    issues: tuple[str, ...] = ()
    prints: tuple[str, ...] = ()
    columns: Mapping[str, Any] = field(default_factory=dict)
    fits: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)

    def asked(self, code: str) -> Asked | None:
        return next((one for one in self.fields if one.code == code), None)


@cache
def acts() -> dict[str, Act]:
    """Every act by its code, in the order of the file. Raises ValueError, naming the act, when the file is faulty."""
    told = yaml.safe_load(Path(__file__).with_name("acts.yaml").read_text("utf-8"))
    return {code: _act(code, dict(one)) for code, one in told.items()}


def _act(code: str, told: dict[str, Any]) -> Act:
    fields = tuple(_asked(code, name, dict(one)) for name, one in told.pop("fields").items())
    known = {one.code for one in fields} | {"day", "actor"}
    columns = told.pop("columns", {})
    for column, value in columns.items():
        names = [str(name) for name in (value if isinstance(value, dict) else [value])]
        if wrong := [name for name in names if not name.startswith("=") and name not in known]:
            raise ValueError(
                f"acts.yaml {code}: {column} is written from {wrong}, which the act does not ask"
            )
    try:
        return Act(
            code=code, fields=fields, sources=tuple(told.pop("from")), columns=columns,
            article=str(told.pop("article")), issues=tuple(told.pop("issues", ())),
            prints=tuple(told.pop("prints", ())), **told,
        )  # fmt: skip
    except TypeError as error:
        raise ValueError(f"acts.yaml {code}: {error}") from error


def _asked(act: str, name: str, told: dict[str, Any]) -> Asked:
    if told.get("type") not in {"text", "longtext", "date", "money", "choice", "files", "unit"}:
        raise ValueError(f"acts.yaml {act}: {name} has no known type")
    return Asked(code=name, **told)


def words_of(code: str, value: str) -> str:
    """What a coded answer is called, whichever act asks for it: "" for none."""
    for act in acts().values():
        asked = act.asked(code)
        if asked and value in asked.choices:
            return asked.choices[value]
    return value
