"""One walk over a form: where values are looked up, and what was found wanting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from zhiheng.law import forms as f

Writer = Callable[["Scope"], str]
Piece = str | Writer
"""A stretch of finished XML, or what makes it from a scope."""


# Signs of Unicode's private area that tell, in a preview, which field a stretch of text came from; no paper ever bears them.
FROM, TEXT, END = "\ue000", "\ue001", "\ue002"


@dataclass
class Scope:
    """One walk over a form: the context, the list item at hand, and what was found wanting. `traced`: what is written says from
    which field."""

    context: Mapping
    item: Mapping | None = None
    place: tuple[str, str] = ("", "")
    missing: dict[str, tuple[f.Field, str]] = field(default_factory=dict)
    asked: dict[str, tuple[f.Field, bool]] = field(default_factory=dict)
    traced: bool = False

    def told(self, one: f.Field, text: str, item: bool = False) -> str:
        """The text, in a traced walk with the field it came from; each of its lines by itself."""
        if not self.traced or not text:
            return text
        code = f"{self.place[0].partition('.')[0]}.{one.code}" if item else ".".join(one.source) or one.code
        return "\n".join(
            f"{FROM}{code}{TEXT}{line}{END}" if line.strip() else line for line in text.split("\n")
        )

    def peek(self, one: f.Field, item: bool = False) -> object:
        """The value, or None if there is none; nothing is noted."""
        if item:
            value = (self.item or {}).get(one.code)
        else:
            value: object = self.context
            for step in one.source:
                value = value.get(step) if isinstance(value, Mapping) else None
            if value is None:
                value = self.context.get(one.code)
        return None if isinstance(value, str | list | tuple | dict) and not value else value

    def value(self, one: f.Field, item: bool = False) -> object:
        """The value to print; a required one that is absent is noted as missing."""
        value = self.peek(one, item)
        if value is None:
            self.want(one, one.required, item)
        return value

    def want(self, one: f.Field, required: bool, item: bool = False) -> None:
        if one.by_hand:
            return
        if item:
            code, title = self.place
            if required:
                self.missing[f"{code}.{one.code}"] = (one, f"{title}的{one.title}")
            return
        before = self.asked.get(one.code, (one, False))[1]
        self.asked[one.code] = (one, required or before)
        if required:
            self.missing[one.code] = (one, one.title)

    def holds(self, condition: f.Condition) -> bool:
        one = condition.field
        value = self.peek(one, self.item is not None and one.code in self.item)
        if condition.values is None:
            if value is None:
                self.want(one, one.required and one.type == "bool")
            return bool(value) != condition.negated
        if value is None:
            self.want(one, one.required)
            return condition.negated
        found = value if isinstance(value, list | tuple) else (value,)
        return any(str(each) in condition.values for each in found) != condition.negated

    def items(self, one: f.Field) -> list[Mapping]:
        """The items of a list field; plain values fill the first column, a long text gives its lines."""
        value = self.value(one)
        if value is None:
            return []
        if isinstance(value, str):
            value = [line.strip() for line in value.split("\n") if line.strip()]
        if not isinstance(value, list | tuple):
            raise TypeError(f"“{one.title}”应为列表，收到 {type(value).__name__}")
        column = one.items[0].code if one.items else "text"
        return [each if isinstance(each, Mapping) else {column: each} for each in value]
