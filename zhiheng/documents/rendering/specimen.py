"""样张: what fills a form of the book where no case does. One invented case (``specimen.yaml``) for what it knows, and for every other field
a value of its type, so that each paper can be looked at as it will be printed; the same form gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from zhiheng.law.forms import Field, Form

_FEN, _MANY = 123_45, 3
# A paper that names a claimant is one of a dispute, and is filled as such.
_DISPUTE, _CLAIMANT = "dispute", "claimant"


@cache
def _case() -> Mapping[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"), loader)


def context(form: Form) -> dict[str, Any]:
    """What the specimen of a form is rendered from."""
    known = {name: dict(value) if isinstance(value, dict) else value for name, value in _case().items()}
    dispute = known.pop(_DISPUTE)
    if any(field.source[0] == _CLAIMANT for field in form.fields):
        known |= {
            name: known[name] | value if isinstance(value, dict) else value for name, value in dispute.items()
        }
    for field in form.fields:
        if field.by_hand:
            continue
        at, *rest = field.source
        if not rest:
            known.setdefault(field.code, _value(field))
        elif isinstance(known.setdefault(at, {}), dict):
            known[at].setdefault(rest[-1], _value(field))
    return known


def _value(field: Field) -> Any:
    on: date = _case()["on"]
    if field.type == "list":
        return [{item.code: _value(item) for item in field.items}] if field.items else [field.title]
    if field.type in ("choice", "choices"):
        codes = [code for code, _ in field.choices] or [field.title]
        return codes[:1] if field.type == "choices" else codes[0]
    return {
        "date": on,
        "datetime": datetime(on.year, on.month, on.day, 9, 30),
        "money": _FEN,
        "integer": _MANY,
        "bool": True,
        "persons": _case()["handlers"],
        "longtext": f"（{field.title}）",
    }.get(field.type, f"（{field.title}）")
