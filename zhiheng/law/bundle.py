"""What a running matter is pinned to: a procedure with the guards, fields, pauses, roles, instruments and forms it names, by hash.

A correction of any of them is another hash; matters that run go on under the bundle they were opened under, kept as text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

import yaml

from .procedure import Procedure

if TYPE_CHECKING:
    from .schema import Schema

_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def bundled(procedure: Procedure, raw: Mapping, schema: Schema) -> Procedure:
    """The procedure narrowed to what it names, with its bundle and the bundle's hash.

    ``raw``: the procedure's file as read; ``schema``: the vocabularies as read.
    """
    steps = procedure.steps.values()
    issued = tuple(dict.fromkeys(code for step in steps for code in step.issues))
    forms = {code: procedure.forms[code] for code in issued if code in procedure.forms}
    fields = _fields(procedure, forms, schema.raw["fields"])
    guards = {name for step in steps for name in step.needs}
    pauses = {p for step in steps for p in (step.pauses, step.resumes, step.continues_reason) if p}
    pauses |= {p for clock in procedure.clocks.values() for p in clock.pauses}
    bundle = {
        "code": procedure.code,
        "effective": procedure.effective,
        "procedure": raw,
        "fields": _taken(schema.raw["fields"], fields),
        "guards": _taken(schema.raw["guards"], guards),
        "pauses": _taken(schema.raw["pauses"], pauses),
        "roles": schema.raw["roles"],
        "forms": [
            {"code": code, "effective": form.effective, "scope": form.scope, "form": schema.raw_forms[form.digest][0],
             "shared": form.scope}
            for code, versions in forms.items()
            for form in versions
        ],
        "shared": {form.scope: schema.raw_forms[form.digest][1] for versions in forms.values() for form in versions},
    }  # fmt: skip
    return replace(
        procedure,
        sha=digest(bundle),
        guards=MappingProxyType({k: v for k, v in procedure.guards.items() if k in guards}),
        fields=MappingProxyType({k: v for k, v in procedure.fields.items() if k in fields}),
        forms=MappingProxyType(forms),
        bundle=bundle,
    )


def _taken(raw: Mapping, names: set[str]) -> dict:
    return {code: value for code, value in raw.items() if code in names}


def _fields(procedure: Procedure, forms: Mapping[str, tuple], raw: Mapping) -> set[str]:
    """Fields of the book that the steps ask, inherit or steer by, that the papers print, and that those name in turn."""

    def named() -> Iterator[str]:
        for step in procedure.steps.values():
            yield from (*step.asks, *step.may_ask, *step.inherits, *step.wording)
        for fact in procedure.named.values():
            yield fact.field
        for versions in forms.values():
            for form in versions:
                yield from (field.code for field in form.fields)

    found = {code for code in named() if code in raw}
    return found | {procedure.fields[code].after for code in found if procedure.fields[code].after}


def digest(bundle: Mapping) -> str:
    """Hash of the content: comments, order of keys and spacing do not count."""
    canonical = json.dumps(bundle, ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def as_text(bundle: Mapping) -> str:
    return yaml.dump(_plain(bundle), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=160)


def _plain(value: object) -> object:
    """Fresh containers: the dumper would write shared ones as anchors."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | date) or value is None else str(value)
