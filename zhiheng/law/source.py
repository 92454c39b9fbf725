"""Reading one YAML file of the book: values with their lines, and readers that refuse what they do not know.

:class:`Source` is a file as read; :class:`Node` walks one mapping in it, notes which keys were asked for, and reports the rest.
Faults are collected, not raised, so that one load names every mistake.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

from .errors import Fault


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Without the search for tags by path, of which the book has none: it is asked for every node of every file."""

    def resolve(self, kind, value, implicit):
        if kind is yaml.MappingNode:
            return self.DEFAULT_MAPPING_TAG
        if kind is yaml.SequenceNode:
            return self.DEFAULT_SEQUENCE_TAG
        if implicit[0]:
            for tag, pattern in self.yaml_implicit_resolvers.get(value[:1], ()):
                if pattern.match(value):
                    return tag
        return self.DEFAULT_SCALAR_TAG

    def descend_resolver(self, node, index):
        pass

    def ascend_resolver(self):
        pass


# Values of one file with every anchor written out: far more than any file of law has, far less than a machine can hold.
_LARGEST = 200_000


class _TooLarge(ValueError):
    """A file whose anchors, written out, are no text of law any more."""


_REQUIRED = object()
CONFIDENCE = ("verified", "secondary", "unconfirmed")
type_names = {
    str: "文字",
    int: "整数",
    date: "日期（如 2022-11-01）",
    bool: "true 或 false",
    list: "列表",
    dict: "键值表",
}

KeyPath = tuple[str | int, ...]


@dataclass
class Source:
    """One file: its name for messages, its values, the line of every key, its faults."""

    file: str
    data: object = None
    text: str = ""
    lines: dict[KeyPath, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    _values: int = 0

    @classmethod
    def read(cls, path: Path, shown: str) -> Source:
        """Read a file; ``shown`` is how messages name it. Broken YAML and duplicate keys become faults."""
        source = cls(shown)
        try:
            source.text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            source.fault((), f"不是 UTF-8 编码（第{error.start + 1}字节）", "请另存为 UTF-8")
            return source
        except OSError as error:
            why = "是目录，不是文件" if path.is_dir() else f"打不开（{error.strerror}）"
            source.faults.append(Fault(shown, 0, "", why, "请换成可读的 YAML 文件，或者移出法规库目录"))
            return source
        source._parse()
        return source

    @classmethod
    def of_text(cls, text: str, shown: str) -> Source:
        source = cls(shown, text=text)
        source._parse()
        return source

    def _parse(self) -> None:
        try:
            loader = _Loader(self.text)
        except yaml.YAMLError as error:  # a character no text has
            self.faults.append(
                Fault(self.file, 0, "", f"YAML 读不出来：{error}", "请删去看不见的控制字符，另存为 UTF-8")
            )
            return
        try:
            node = loader.get_single_node()
            self.data = self._build(loader, node, ()) if node is not None else None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = mark.line + 1 if mark else 0
            self.faults.append(
                Fault(
                    self.file,
                    line,
                    "",
                    f"YAML 写法有误：{error.problem}",
                    "请检查该行的缩进、冒号、引号和括号",
                )
            )
        except yaml.YAMLError as error:  # a character no text has
            self.faults.append(
                Fault(self.file, 0, "", f"YAML 读不出来：{error}", "请删去看不见的控制字符，另存为 UTF-8")
            )
        except _TooLarge:
            self.data, self.lines = None, {}
            self.faults.append(
                Fault(
                    self.file,
                    0,
                    "",
                    f"锚点（& *）展开后超过{_LARGEST}个值",
                    "请删去层层引用的锚点，直接写出内容",
                )
            )
        except RecursionError:
            self.data = None
            self.faults.append(
                Fault(self.file, 0, "", "嵌套过深，或者引用了自己", "请检查括号、缩进和 & * 引用")
            )
        finally:
            loader.dispose()

    def _build(self, loader, node, path: KeyPath) -> object:
        self._values += 1
        if self._values > _LARGEST:
            raise _TooLarge
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if isinstance(node, yaml.MappingNode):
            built: dict[object, object] = {}
            for key_node, value_node in node.value:
                key = self._key(loader, key_node, path)
                if key is None:
                    continue
                here = (*path, key)
                if key in built:
                    self.lines[here] = key_node.start_mark.line + 1
                    self.fault(here, f"键“{key}”重复", "同一处只能写一次，请删去多余的一个")
                    continue
                self.lines[here] = key_node.start_mark.line + 1
                built[key] = self._build(loader, value_node, here)
            return built
        if isinstance(node, yaml.SequenceNode):
            return [self._build(loader, item, (*path, index)) for index, item in enumerate(node.value)]
        try:
            return _scalar(loader, node)
        except (ValueError, OverflowError, yaml.YAMLError):
            self.fault(path, f"“{node.value}”不是有效的值", "日期请写作 2022-11-01 的形式，并确有这一天")
            return None

    def _key(self, loader, node, path: KeyPath) -> object:
        """A key that can be one; a fault and None for what cannot."""
        try:
            key = _scalar(loader, node) if isinstance(node, yaml.ScalarNode) else None
        except (ValueError, OverflowError, yaml.YAMLError):
            key = None
        if key is None:
            self.lines.setdefault((*path, "?"), node.start_mark.line + 1)
            self.fault((*path, "?"), "这里的键不是一个词", "键请写成一个词，后面跟冒号")
        return key

    def line(self, path: KeyPath) -> int:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def where(self, path: KeyPath = ()) -> str:
        return f"{self.file}:{self.line(path)}"

    def fault(self, path: KeyPath, problem: str, mend: str) -> None:
        self.faults.append(Fault(self.file, self.line(path), ".".join(map(str, path)), problem, mend))

    def sha(self) -> str:
        """Hash of the content: comments, order of keys and spacing do not count."""
        canonical = json.dumps(
            self.data, ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":")
        )
        return hashlib.sha256(canonical.encode()).hexdigest()


def _scalar(loader, node) -> object:
    """A scalar's value. YAML 1.1 would read on, off, yes and no as booleans; the book means the words."""
    if node.tag == "tag:yaml.org,2002:str":
        return node.value
    if node.tag == "tag:yaml.org,2002:bool" and node.value.lower() not in ("true", "false"):
        return node.value
    return loader.construct_object(node)


class Node:
    """A mapping in a source. Each reading method names the key it wants; :meth:`close` reports keys nobody asked for."""

    def __init__(self, source: Source, value: object, path: KeyPath = ()):
        self.source = source
        self.path = path
        self._asked: set[str] = set()
        if isinstance(value, dict):
            self.value: dict = value
        else:
            self.value = {}
            source.fault(path, "这里应当是键值表", "请按“键: 值”的格式书写")

    def fault(self, key: str | int | None, problem: str, mend: str) -> None:
        self.source.fault(self.path if key is None else (*self.path, key), problem, mend)

    def has(self, key: str) -> bool:
        return key in self.value

    def _get(self, key: str, kind: type, default: object) -> object:
        self._asked.add(key)
        if key not in self.value:
            if default is _REQUIRED:
                self.fault(key, f"缺少“{key}”", f"请补写 {key}: …（{type_names[kind]}）")
                return kind() if kind is not date else None
            return default
        value = self.value[key]
        right = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
        if not right:
            if value is not None or not self._already_faulted(key):
                self.fault(key, f"“{value}”不是{type_names[kind]}", f"请写成{type_names[kind]}")
            return (
                kind()
                if kind is not date and default is _REQUIRED
                else (None if default is _REQUIRED else default)
            )
        return value

    def _already_faulted(self, key: str) -> bool:
        shown = ".".join(map(str, (*self.path, key)))
        return any(f.key == shown for f in self.source.faults)

    def text(self, key: str, default: object = _REQUIRED) -> str:
        value = self._get(key, str, default)
        if default is _REQUIRED and key in self.value and isinstance(value, str) and not value.strip():
            self.fault(key, f"“{key}”是空的", "请写明内容")
        return value

    def integer(self, key: str, default: object = _REQUIRED) -> int:
        return self._get(key, int, default)

    def flag(self, key: str, default: bool = False) -> bool:
        return bool(self._get(key, bool, default))

    def day(self, key: str, default: object = _REQUIRED) -> date | None:
        return self._get(key, date, default)

    def choice(self, key: str, allowed: Iterable[str], default: object = _REQUIRED) -> str:
        value = self.text(key, default)
        allowed = tuple(allowed)
        if key in self.value and value not in allowed:
            self.fault(key, f"“{value}”不是可用的值", f"可用：{'、'.join(allowed)}")
        return value

    def confidence(self, default: object = _REQUIRED) -> str:
        return self.choice("confidence", CONFIDENCE, default)

    def names(self, key: str) -> tuple[str, ...]:
        """A list of names; a single one may stand without brackets; absent is empty."""
        self._asked.add(key)
        value = self.value.get(key)
        if value is None:
            return ()
        values = value if isinstance(value, list) else [value]
        for index, item in enumerate(values):
            if not isinstance(item, str):
                self.source.fault(
                    (*self.path, key, index), f"“{item}”不是名称", "请写名称，例如 [case, verify]"
                )
        if len(set(map(str, values))) != len(values):
            self.fault(key, "列表中有重复的名称", "请删去重复的一个")
        return tuple(str(v) for v in values)

    def raw(self, key: str, default: object = None) -> object:
        self._asked.add(key)
        return self.value.get(key, default)

    def node(self, key: str) -> Node:
        self._asked.add(key)
        return Node(self.source, self.value.get(key), (*self.path, key))

    def nodes(self, key: str, *, required: bool = True) -> Iterator[tuple[str, Node]]:
        """The entries of a mapping of mappings."""
        if key not in self.value:
            self._asked.add(key)
            if required:
                self.fault(key, f"缺少“{key}”", f"请补写 {key}")
            return
        inner = self.node(key)
        for code, value in inner.value.items():
            yield str(code), Node(self.source, value, (*inner.path, code))

    def items(self, key: str, *, required: bool = False) -> Iterator[Node]:
        """The mappings of a list."""
        value = self._get(key, list, _REQUIRED if required else [])
        for index, item in enumerate(value or []):
            yield Node(self.source, item, (*self.path, key, index))

    def close(self) -> None:
        """Report every key that nobody asked for, with the likeliest intended one."""
        for key in self.value:
            if key in self._asked:
                continue
            near = difflib.get_close_matches(str(key), sorted(self._asked), 1)
            mend = f"是否应为“{near[0]}”" if near else f"可用：{'、'.join(sorted(self._asked))}"
            self.fault(key, f"不认识的键“{key}”", mend)
