"""Reads what the words of a form are made of: its fields, the texts with their placeholders, conditions. Every mistake is kept as a
fault that names file, line, key and mend; `parser` reads the layout around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from .model import (
    FILTERS,
    TYPES,
    Choose,
    Condition,
    Fault,
    Field,
    Fill,
    Passage,
    Text,
)

Path_ = tuple[str | int, ...]
Where = Callable[[Path_], str]
_FIELD_KEYS = {"title", "type", "from", "required", "by_hand", "choices", "items", "page", "help", "cites"}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PASSAGE = re.compile(r"\[([^\[\]]*)\]")


def _words(choices: object) -> tuple[tuple[str, str], ...]:
    """What may be chosen, as code and word; of a vocabulary that is only named, nothing yet."""
    return tuple((str(k), str(v)) for k, v in choices.items()) if isinstance(choices, Mapping) else ()


# What every form may print of a party in any role.
_OF_A_PARTY = {
    "name": "名称或者姓名",
    "type": "类型",
    "id_no": "统一社会信用代码或者证件号码",
    "legal_rep": "法定代表人、负责人或者经营者",
    "address": "住所或者住址",
    "phone": "联系电话",
    "agent": "代理人",
    "names": "（几人的逐一列明）",
}


def _of_participants(recipients: Mapping, own: Mapping) -> dict[str, dict]:
    found = {}
    for role, word in recipients.items():
        title = word["title"] if isinstance(word, Mapping) else word.title
        for attribute, words in _OF_A_PARTY.items():
            if f"{role}.{attribute}" in own:
                continue
            found[f"{role}.{attribute}"] = {
                "title": f"{title}{words}",
                "page": "当事人信息",
                "required": attribute == "name",
            }
    return found


class Wording:
    """The fields a form uses and the words it puts them into. `faults` are all mistakes found so far; `kept`: see `parser.parse_form`."""

    kept = False

    def __init__(
        self,
        raw: Mapping,
        where: Where,
        fields: Mapping,
        shared: Mapping,
        roles: Mapping,
        recipients: Mapping,
    ) -> None:
        self.raw, self.where = raw, where
        self.shared, self.roles, self.recipients = shared, roles, recipients
        self.faults: list[Fault] = []
        self.known: dict[str, Field] = {}
        self.used: dict[str, Field] = {}
        self.scope: dict[str, Field] = {}  # columns of the list at hand
        self.guarded: set[str] = set()  # fields a surrounding condition has already found filled
        self.in_cell = False
        self.declared = set(raw.get("fields") or ()) if isinstance(raw, Mapping) else set()
        self.vocabulary = [
            (raw.get("fields") or {}) if isinstance(raw, Mapping) else {},
            self.shared["context"],
            fields,
            _of_participants(recipients, shared["context"]),
        ]

    # ---- faults

    def fault(self, path: Path_, problem: str, mend: str) -> None:
        self.faults.append(Fault(self.where(path), ".".join(map(str, path)) or "（文件）", problem, mend))

    def reads_badly(self, path: Path_, problem: str, mend: str) -> None:
        """A fault of how the paper reads, which no machine stumbles over: of a form that is kept as it was it is none."""
        if not self.kept:
            self.fault(path, problem, mend)

    def keys(self, raw: Mapping, allowed: set[str], path: Path_) -> None:
        for key in raw:
            if key not in allowed:
                self.fault((*path, key), f"不认识的键“{key}”", f"可用的键：{'、'.join(sorted(allowed))}")

    def one_of(self, raw: Mapping, key: str, allowed: Sequence[str] | Mapping[str, str]) -> str:
        value = raw.get(key)
        if value not in allowed:
            problem = f"缺少 {key}" if value is None else f"“{value}”不是 {key} 的可用值"
            self.fault((key,), problem, f"可用：{'、'.join(allowed)}")
            return next(iter(allowed))
        return value

    # ---- fields

    def field(self, code: str, path: Path_) -> Field:
        """The field ``code``: the form's own entry completes what the context and the book's fields say of it."""
        if code not in self.known:
            entries = [source[code] for source in self.vocabulary if code in source]
            if not entries:
                self.fault(
                    path, f"不认识的字段“{code}”", "请在 fields 中说明它的名称和来源，或者改正字段代码"
                )
                entries = [{"title": code}]
            self.known[code] = self.entry(code, entries)
        found = self.known[code]
        self.used.setdefault(code, found)
        return found

    def entry(self, code: str, entries: Sequence[Mapping]) -> Field:
        path = ("fields", code)
        merged: dict = {}
        for entry in reversed(entries):
            if not isinstance(entry, Mapping):
                self.fault(path, "字段的说明不是一组键值", "请写作 {title: 名称, required: true}")
                continue
            merged |= entry
        if isinstance(own := self.vocabulary[0].get(code), Mapping):
            self.keys(own, _FIELD_KEYS, path)
        kind = merged.get("type", "text")
        if kind not in TYPES:
            self.fault((*path, "type"), f"不认识的字段类型“{kind}”", f"可用：{'、'.join(TYPES)}")
        # The cells of a list are those of the book's field; a form may print more of them under names of its own.
        items = merged.get("items") or merged.get("columns") or {}
        return Field(
            code=code,
            title=str(merged.get("title", code)),
            type=kind,
            source=tuple(str(merged.get("from", code)).split(".")),
            required=bool(merged.get("required", True)),
            by_hand=bool(merged.get("by_hand", False)),
            choices=_words(merged.get("choices")),
            items=tuple(
                Field(
                    name.rstrip("?"),
                    str(label["title"] if isinstance(label, Mapping) else label),
                    type=str(label.get("type", "text")) if isinstance(label, Mapping) else "text",
                    required=not name.endswith("?"),
                    choices=_words(label.get("choices")) if isinstance(label, Mapping) else (),
                    source=(name.rstrip("?"),),
                )
                for name, label in items.items()
            ),
            page=str(merged.get("page", "")),
            help=str(merged.get("help", "")),
            cites=bool(merged.get("cites", False)),
        )

    def list_field(self, raw: Mapping, path: Path_) -> Field:
        found = self.field(str(raw.get("of", "")), (*path, "of"))
        if found.type not in ("list", "longtext", "persons", "choices"):
            self.fault((*path, "of"), f"“{found.title}”不是列表", "请改用列表字段，或者改写为 text")
        return found

    @contextmanager
    def items_of(self, field: Field) -> Iterator[None]:
        """Inside, a fill-in may name a column of ``field``; a list of plain values has the one column ``text``."""
        before, self.scope = (
            self.scope,
            {column.code: column for column in field.items or (Field("text", field.title),)},
        )
        yield
        self.scope = before

    # ---- text

    def text(self, raw: object, path: Path_) -> Text:
        if not isinstance(raw, str | int):
            self.fault(path, "此处应为文字", "请写一段文字，用引号括起")
            return ()
        parts: list = []
        last = 0
        raw = str(raw)
        for match in _PASSAGE.finditer(raw):
            parts += self.plain(raw[last : match.start()], path, optional=False)
            inner = self.plain(match[1], path, optional=True)
            if not any(isinstance(part, Fill) for part in inner):
                self.fault(path, f"可选段“{match[0]}”里没有填空", "方括号内须有填空；书名号、文号请用〔〕")
            parts.append(Passage(tuple(inner)))
            last = match.end()
        parts += self.plain(raw[last:], path, optional=False)
        return tuple(parts)

    def plain(self, raw: str, path: Path_, *, optional: bool) -> list[str | Fill | Choose]:
        parts: list[str | Fill | Choose] = []
        last = 0
        for match in _PLACEHOLDER.finditer(raw):
            if match.start() > last:
                parts.append(raw[last : match.start()])
            parts += self.placeholder(match[1].strip(), path, optional=optional)
            last = match.end()
        rest = raw[last:]
        if set(rest) & set("{}[]"):
            self.fault(
                path, f"“{rest}”里的括号没有配对", "花括号用于填空，方括号用于可选段，须成对出现，且不能嵌套"
            )
        return parts + ([rest] if rest else [])

    def placeholder(self, raw: str, path: Path_, *, optional: bool) -> Sequence[str | Fill | Choose]:
        if "?" in raw:
            test, _, wording = raw.partition("?")
            then, colon, otherwise = wording.partition(":")
            if not colon:
                self.fault(path, f"二选一“{{{raw}}}”缺少另一种写法", "请写作 {条件?甲:乙}")
            return [Choose(self.condition(test, path), then, otherwise)]
        code, _, filter_ = raw.partition("|")
        if filter_ and filter_ not in FILTERS:
            self.fault(path, f"不认识的写法“{filter_}”", f"可用：{'、'.join(FILTERS)}")
        if code in self.scope:
            found = self.scope[code]
            if not found.required and not optional and not self.in_cell:
                self.fault(path, f"“{found.title}”可以不填，句子会留下空缺", "请用方括号括起这一段")
            return [Fill(found, filter_, item=True)]
        if code in self.shared["texts"]:
            return self.plain(self.shared["texts"][code], path, optional=optional)
        found = self.field(code, path)
        holes = not found.required and not found.by_hand and not optional and not self.in_cell
        if holes and code not in self.guarded:
            self.fault(
                path, f"“{found.title}”可以不填，句子会留下空缺", "请用方括号括起这一段，或者放入 when"
            )
        return [Fill(found, filter_)]

    def condition(self, raw: str, path: Path_) -> Condition:
        raw = raw.strip()
        negated = raw.startswith("not ") or "!=" in raw
        code, equals, values = raw.removeprefix("not ").replace("!=", "=").partition("=")
        found = self.scope.get(code.strip()) or self.field(code.strip(), path)
        chosen = tuple(value.strip() for value in values.split(",")) if equals else None
        known = dict(found.choices)
        for value in chosen or ():
            if known and value not in known:
                self.fault(path, f"“{found.title}”没有选项“{value}”", f"可用：{'、'.join(known)}")
        return Condition(found, chosen, negated)
