"""Reads forms from the book's YAML, refusing every mistake with words naming file, line, key and mend."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from .model import (
    COLUMNS,
    CONFIDENCE,
    FILTERS,
    KINDS,
    NUMBERING,
    TYPES,
    Block,
    Cell,
    Choose,
    Clause,
    Column,
    Condition,
    Fault,
    Field,
    Fill,
    Form,
    FormError,
    Grid,
    Group,
    Head,
    Listing,
    Opinion,
    PageBreak,
    Paragraph,
    Passage,
    Receipt,
    Row,
    Seal,
    Sign,
    Table,
    Text,
    When,
)

BOOK = Path(__file__).parent.parent / "book"
Path_ = tuple[str | int, ...]
Where = Callable[[Path_], str]
_KEYS = {
    "title", "kind", "number", "sealed", "served_to", "legal_basis", "confidence", "note", "fields", "layout", "footer",
    "code", "effective", "transition", "scope",
}  # fmt: skip


def _words(choices: object) -> tuple[tuple[str, str], ...]:
    """What may be chosen, as code and word; of a vocabulary that is only named, nothing yet."""
    return tuple((str(k), str(v)) for k, v in choices.items()) if isinstance(choices, Mapping) else ()


_FIELD_KEYS = {"title", "type", "from", "required", "by_hand", "choices", "items", "page", "help"}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PASSAGE = re.compile(r"\[([^\[\]]*)\]")
_ROW_KEYS = {"h", "spans", "whole", "group", "rows", "when", "use"}


def parse_form(
    raw: Mapping,
    where: Where,
    *,
    code: str = "",
    effective: date | None = None,
    fields: Mapping | None = None,
    shared: Mapping | None = None,
    roles: Mapping | None = None,
    recipients: Mapping | None = None,
    scope: str = "",
) -> Form:
    """Read one form from its YAML mapping.

    ``where`` turns a key path such as ``("layout", 3, "text")`` into "file:line"; ``fields`` are the raw entries of
    ``book/fields.yaml``, ``shared`` those of ``forms/shared.yaml``, ``roles`` and ``recipients`` the vocabularies that opinions and
    ``served_to`` may name (each the packaged one if omitted). ``scope``: the unit whose set the form belongs to, where its file
    does not say so itself. Raises :class:`FormError` naming every fault found: unknown
    keys and blocks, fill-ins of unknown fields, optional fields that could leave a hole in a sentence, fields declared
    but never printed.
    """
    given = (fields, shared, roles, recipients)
    packaged = ("fields.yaml", "forms/shared.yaml", "roles.yaml", "participants.yaml")
    vocabularies = (
        one if one is not None else _packaged(name) for one, name in zip(given, packaged, strict=True)
    )
    return _Parser(raw, where, *vocabularies).form(code, effective, scope)


@lru_cache
def _packaged(name: str) -> Mapping:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((BOOK / name).read_text(encoding="utf-8"), loader)


# What every form may print of a party in any role.
_OF_A_PARTY = {
    "name": "名称或者姓名",
    "type": "类型",
    "id_no": "统一社会信用代码或者证件号码",
    "legal_rep": "法定代表人、负责人或者经营者",
    "address": "住所或者住址",
    "phone": "联系电话",
    "agent": "代理人",
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


class _Parser:
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

    def form(self, code: str, effective: date | None, scope: str = "") -> Form:
        raw = self.raw
        if not isinstance(raw, Mapping):
            self.fault((), "文件内容不是一组键值", "请按“键: 值”的格式书写")
            raise FormError(self.faults)
        self.keys(raw, _KEYS, ())
        kind = self.one_of(raw, "kind", KINDS)
        number = raw.get("number")
        if number is not None and (not isinstance(number, Mapping) or set(number) != {"code"}):
            self.fault(
                ("number",), "文书编号的写法不对", "请写作 number: {code: 文书代字}，例如 {code: 罚告}"
            )
            number = None
        served = raw.get("served_to", "")
        if served and served not in self.recipients:
            self.fault(("served_to",), f"不认识的送达对象“{served}”", f"可用：{'、'.join(self.recipients)}")
        title = raw.get("title") or ""
        if not title:
            self.fault((), "缺少 title", "请写文书名称")
        basis = raw.get("legal_basis")
        if not isinstance(basis, Sequence) or isinstance(basis, str) or not basis:
            self.fault(("legal_basis",), "缺少制作依据", "请逐条列明法律、法规、规章及条款")
            basis = ()
        self.title = str(title)
        self.kind, self.numbered = kind, number is not None
        layout = self.blocks(raw.get("layout"), ("layout",))
        if not layout:
            self.fault(("layout",), "没有版面内容", "请在 layout 中逐块写明")
        footer = self.text(raw.get("footer", ""), ("footer",)) if raw.get("footer") else ()
        for unused in sorted(self.declared - set(self.used)):
            self.fault(
                ("fields", unused), f"字段“{unused}”没有在版面中使用", "请在 layout 中填入，或者删去该字段"
            )
        form = Form(
            code=code or str(raw.get("code", "")),
            title=self.title,
            kind=kind,
            effective=effective or raw.get("effective"),
            numbered=self.numbered,
            number_code=str(number["code"]) if number else "",
            sealed=bool(raw.get("sealed", kind == "external")),
            served_to=served if served in self.recipients else "",
            legal_basis=tuple(map(str, basis)),
            confidence=self.one_of(raw, "confidence", CONFIDENCE),
            note=str(raw.get("note", "")),
            footer=footer,
            layout=layout,
            fields=tuple(self.used.values()),
            digest=self.digest(),
            scope=scope or str(raw.get("scope", "") or ""),
        )
        if self.faults:
            raise FormError(self.faults)
        return form

    def digest(self) -> str:
        whole = json.dumps([self.raw, self.shared], sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(whole.encode()).hexdigest()

    # ---- faults

    def fault(self, path: Path_, problem: str, mend: str) -> None:
        self.faults.append(Fault(self.where(path), ".".join(map(str, path)) or "（文件）", problem, mend))

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

    # ---- blocks

    def blocks(self, raw: object, path: Path_) -> tuple[Block, ...]:
        """A list of blocks; a bare text is one paragraph, a mapping is one block."""
        if raw is None:
            return ()
        if isinstance(raw, str) and path[:1] == ("layout",) and len(path) == 2:
            return self.named(raw, path)
        if isinstance(raw, str | int):
            return (Paragraph(self.text(raw, path), "line" if self.in_cell else "text"),)
        if isinstance(raw, Mapping):
            return self.block(raw, path)
        found: list[Block] = []
        for index, one in enumerate(raw):
            at = (*path, index)
            found += (
                self.named(one, at) if isinstance(one, str) and one in self.bare else self.blocks(one, at)
            )
        return tuple(found)

    @property
    def bare(self) -> set[str]:
        return {"head", "seal", "blank", "break", *self.shared["blocks"]}

    def named(self, name: str, path: Path_) -> tuple[Block, ...]:
        if name == "head":
            return (self.head({}, path),)
        if name == "seal":
            return (Seal(self.field("office.seal_name", path), self.field("on", path)),)
        if name == "blank":
            return (Paragraph(("（以下空白）",), "blank"),)
        if name == "break":
            return (PageBreak(),)
        if name in self.shared["blocks"]:
            return self.blocks(self.shared["blocks"][name], path)
        self.fault(path, f"不认识的块“{name}”", f"可用：{'、'.join(sorted(self.bare))}")
        return ()

    def block(self, raw: Mapping, path: Path_) -> tuple[Block, ...]:
        if len(raw) != 1:
            self.fault(path, f"一块只能有一个键，这里有：{'、'.join(map(str, raw))}", "请拆成几块")
            return ()
        [(kind, body)] = raw.items()
        reader = getattr(self, f"block_{kind}", None)
        if reader is None:
            kinds = [name[6:] for name in dir(self) if name.startswith("block_")]
            self.fault((*path, kind), f"不认识的块“{kind}”", f"可用：{'、'.join(kinds)}")
            return ()
        found = reader(body, (*path, kind))
        return found if isinstance(found, tuple) else (found,)

    def mapping(self, raw: object, allowed: set[str], path: Path_) -> Mapping:
        if not isinstance(raw, Mapping):
            self.fault(path, "此处应为一组键值", f"可用的键：{'、'.join(sorted(allowed))}")
            return {}
        self.keys(raw, allowed, path)
        return raw

    def head(self, raw: object, path: Path_) -> Head:
        raw = self.mapping(raw, {"title", "agency", "number", "addressee", "left", "right"}, path)
        agency = raw.get("agency", self.kind in ("external", "record", "list"))
        number = raw.get("number", self.numbered)
        agency = self.field("office.name", path) if agency else None
        number = self.field("number", path) if number else None
        parts = {
            key: self.text(raw[key], (*path, key)) for key in ("addressee", "left", "right") if key in raw
        }
        return Head(self.text(raw.get("title", self.title), (*path, "title")), agency, number, **parts)

    block_head = head

    def block_text(self, raw: object, path: Path_, role: str = "text") -> Paragraph:
        return Paragraph(self.text(raw, path), role)

    def block_line(self, raw: object, path: Path_) -> Paragraph:
        return self.block_text(raw, path, "line")

    def block_note(self, raw: object, path: Path_) -> Paragraph:
        return self.block_text(raw, path, "note")

    def block_copies(self, raw: object, path: Path_) -> Paragraph:
        return self.block_text(raw, path, "copies")

    def block_center(self, raw: object, path: Path_) -> Paragraph:
        return self.block_text(raw, path, "center")

    def block_heading(self, raw: object, path: Path_) -> Paragraph:
        level = (
            "h1"
            if re.match("[一二三四五六七八九十]+、", str(raw))
            else "h2"
            if str(raw).startswith("（")
            else "h3"
        )
        return self.block_text(raw, path, level)

    def block_list(self, raw: object, path: Path_) -> Listing:
        raw = self.mapping(raw, {"of", "item", "number", "empty"}, path)
        of = self.list_field(raw, path)
        number = raw.get("number", "1.")
        if number not in NUMBERING:
            self.fault(
                (*path, "number"), f"不认识的编号“{number}”", f"可用：{'、'.join(NUMBERING)}；不编号写空引号"
            )
        item = raw.get("item", "{text}")
        with self.items_of(of):
            texts = tuple(
                self.text(one, (*path, "item")) for one in ([item] if isinstance(item, str) else item)
            )
        if not of.required and "empty" not in raw and of.code not in self.guarded:
            self.fault(path, f"“{of.title}”可以为空，为空时不知印什么", "请写 empty，或者放入 when")
        return Listing(of, texts, number, str(raw.get("empty", "")))

    def block_table(self, raw: object, path: Path_) -> Table:
        raw = self.mapping(raw, {"of", "columns", "numbered", "rows"}, path)
        of = self.list_field(raw, path)
        columns = []
        before, self.in_cell = self.in_cell, True
        with self.items_of(of):
            for title, value in (raw.get("columns") or {}).items():
                at = (*path, "columns", title)
                value = value if isinstance(value, Mapping) else {"value": value}
                self.keys(value, {"value", "width", "align"}, at)
                text = self.text(value.get("value", ""), at)
                columns.append(Column(title, text, value.get("width", 1), value.get("align", "left")))
        self.in_cell = before
        if not columns:
            self.fault(path, "表格没有列", "请在 columns 中写明栏目")
        return Table(of, tuple(columns), bool(raw.get("numbered", True)), int(raw.get("rows", 0)))

    def block_when(self, raw: object, path: Path_, read: Callable | None = None) -> When:
        read = read or self.blocks
        branches = []
        before = set(self.guarded)
        if not isinstance(raw, Mapping) or not raw:
            self.fault(path, "when 须写明条件", "请写作 when: {条件: 内容, else: 其他情形的内容}")
            return When(())
        for index, (test, body) in enumerate(raw.items()):
            at = (*path, test)
            if test == "else":
                if index != len(raw) - 1:
                    self.fault(at, "else 之后的条件永远轮不到", "请把 else 放在最后")
                branches.append((None, read(body, at)))
                continue
            condition = self.condition(test, at)
            if not condition.negated:
                self.guarded.add(condition.field.code)
            branches.append((condition, read(body, at)))
            self.guarded = set(before) | (
                {condition.field.code} if condition.negated and condition.values is None else set()
            )
        self.guarded = before
        return When(tuple(branches))

    def block_opinion(self, raw: object, path: Path_) -> Opinion:
        roles = [raw] if isinstance(raw, str) else list(raw or ())
        for role in roles:
            if role not in self.roles:
                self.fault(path, f"不认识的角色“{role}”", f"可用：{'、'.join(self.roles)}")
        return Opinion(tuple(roles))

    def block_sign(self, raw: object, path: Path_) -> Sign:
        dated = True
        if isinstance(raw, Mapping):
            raw = self.mapping(raw, {"labels", "dated"}, path)
            raw, dated = raw.get("labels"), bool(raw.get("dated", True))
        labels = [raw] if isinstance(raw, str) else list(raw or ())
        return Sign(tuple(self.text(label, path) for label in labels), dated)

    def block_clause(self, raw: object, path: Path_) -> tuple[Block, ...]:
        versions = self.shared["clauses"].get(raw)
        if versions is None:
            self.fault(path, f"不认识的条款“{raw}”", f"可用：{'、'.join(self.shared['clauses'])}")
            return ()
        self.field("on", path)
        return (Clause(str(raw), tuple((one["from"], self.blocks(one["text"], path)) for one in versions)),)

    def block_receipt(self, raw: object, path: Path_) -> Receipt:
        return Receipt(self.blocks(raw, path))

    def block_use(self, raw: object, path: Path_) -> tuple[Block, ...]:
        return self.named(str(raw), path)

    # ---- grids

    def block_grid(self, raw: object, path: Path_) -> Grid:
        before, self.in_cell = self.in_cell, True
        rows = self.rows(raw, path)
        self.in_cell = before
        return Grid(rows)

    def rows(self, raw: object, path: Path_, width: int = COLUMNS) -> tuple[Row | Group | When, ...]:
        if isinstance(raw, Mapping):
            raw = [raw]
        if not isinstance(raw, Sequence) or isinstance(raw, str):
            self.fault(path, "表格须逐行书写", "请写作 - {栏目: 内容}")
            return ()
        found: list = []
        for index, one in enumerate(raw):
            at = (*path, index)
            if not isinstance(one, Mapping):
                self.fault(at, "表格的一行须是一组键值", "请写作 {栏目: 内容}")
            elif "when" in one:
                self.keys(one, {"when"}, at)
                found.append(
                    self.block_when(one["when"], (*at, "when"), lambda body, p: self.rows(body, p, width))
                )
            elif "use" in one:
                self.keys(one, {"use"}, at)
                rows = self.shared["rows"].get(one["use"])
                if rows is None:
                    self.fault(
                        (*at, "use"), f"不认识的行组“{one['use']}”", f"可用：{'、'.join(self.shared['rows'])}"
                    )
                found += self.rows(rows or [], (*at, "use"), width)
            elif "group" in one:
                self.keys(one, {"group", "rows"}, at)
                found.append(Group(str(one["group"]), self.rows(one.get("rows"), (*at, "rows"), width - 2)))
            else:
                found.append(self.row(one, at, width))
        return tuple(found)

    def row(self, raw: Mapping, path: Path_, width: int) -> Row:
        height = raw.get("h", 8)
        if "whole" in raw:
            self.keys(raw, {"whole", "h"}, path)
            return Row((Cell(self.blocks(raw["whole"], (*path, "whole")), width),), height)
        pairs = [(key, value) for key, value in raw.items() if key not in _ROW_KEYS]
        spans = raw.get("spans") or _spans(len(pairs), width)
        if len(spans) != 2 * len(pairs) or sum(spans) != width:
            self.fault(path, f"各格所占列数 {list(spans)} 与栏目数或总列数 {width} 不符", "请改正 spans")
            return Row((), height)
        cells: list[Cell] = []
        for index, (label, value) in enumerate(pairs):
            cells.append(Cell((Paragraph((str(label),), "label"),), spans[2 * index], label=True))
            cells.append(Cell(self.blocks(value, (*path, label)), spans[2 * index + 1]))
        return Row(tuple(cells), height)


def _spans(pairs: int, width: int) -> tuple[int, ...]:
    """A label takes 4 columns; what is left is shared by the values, the last one taking the remainder."""
    if not pairs:
        return ()
    value = (width - 4 * pairs) // pairs
    spans = [4, value] * pairs
    spans[-1] += width - sum(spans)
    return tuple(spans)
