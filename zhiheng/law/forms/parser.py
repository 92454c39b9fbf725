"""Reads forms from the book's YAML, refusing every mistake with words naming file, line, key and mend."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from .model import (
    COLUMNS,
    CONFIDENCE,
    KINDS,
    NUMBERING,
    Block,
    Cell,
    Clause,
    Column,
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
    When,
)
from .wording import Path_, Where, Wording

_IN_YUAN = re.compile("[（(]元[）)]")


def _says_yuan(part: object) -> bool:
    """Whether a part of a text prints an amount with its unit."""
    if isinstance(part, Passage):
        return any(_says_yuan(one) for one in part.parts)
    return isinstance(part, Fill) and part.field.type == "money" and part.filter in ("", "yuan", "amount")


def _is_digits(part: object) -> bool:
    """Whether a text that begins with this part begins with a figure."""
    if isinstance(part, Passage):
        return bool(part.parts) and _is_digits(part.parts[0])
    return (
        isinstance(part, Fill)
        and part.field.type in ("date", "datetime", "integer", "money")
        and part.filter != "amount"
    )


BOOK = Path(__file__).parent.parent / "book"
_KEYS = {
    "title", "kind", "number", "sealed", "served_to", "legal_basis", "confidence", "note", "fields", "layout", "footer",
    "code", "effective", "transition", "scope",
}  # fmt: skip


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
    kept: bool = False,
) -> Form:
    """Read one form from its YAML mapping.

    ``where`` turns a key path such as ``("layout", 3, "text")`` into "file:line"; ``fields`` are the raw entries of
    ``book/fields.yaml``, ``shared`` those of ``forms/shared.yaml``, ``roles`` and ``recipients`` the vocabularies that opinions and
    ``served_to`` may name (each the packaged one if omitted). ``scope``: the unit whose set the form belongs to, where its file
    does not say so itself. ``kept``: its words were proven when a matter began under them, and stay as they are: what is asked of
    how a paper reads since then is not asked of it. Raises :class:`FormError` naming every fault found: unknown
    keys and blocks, fill-ins of unknown fields, optional fields that could leave a hole in a sentence, fields declared
    but never printed.
    """
    given = (fields, shared, roles, recipients)
    packaged = ("fields.yaml", "forms/shared.yaml", "roles.yaml", "participants.yaml")
    vocabularies = (
        one if one is not None else _packaged(name) for one, name in zip(given, packaged, strict=True)
    )
    parser = _Parser(raw, where, *vocabularies)
    parser.kept = kept
    return parser.form(code, effective, scope)


@lru_cache
def _packaged(name: str) -> Mapping:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((BOOK / name).read_text(encoding="utf-8"), loader)


class _Parser(Wording):
    """Reads a form: its head, its layout block by block."""

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

    def block_tied(self, raw: object, path: Path_) -> Paragraph:
        return self.block_text(raw, path, "tied")

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
        if number == "1." and texts and texts[0] and _is_digits(texts[0][0]):
            self.reads_badly(path, "编号后紧接数字，读作一个数", "请用编号（1），或者在前面加字")
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
                if _IN_YUAN.search(title) and any(_says_yuan(part) for part in text):
                    self.reads_badly(at, "栏目已写明单位，每格又印一遍“元”", "请把填空写作 {…|figures}")
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
