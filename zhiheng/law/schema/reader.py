"""What every reader of the book needs: citations, lengths, the vocabularies read so far."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from ..calendar import WorkCalendar
from ..causes import Cause
from ..citations import Citation, Instrument, split_reference
from ..clocks import DAY, UNITS, WORKDAY, Length
from ..errors import Fault
from ..source import Node
from ..steps import Field, Guard, Role, Word

# A longer period is a slip of the pen: none of the law is, and the calendar of working days goes no farther.
_YEARS = 30
_IN_A_YEAR = {"年": 1, "个月": 12, "小时": 24 * 365}
_LENGTH = re.compile(rf"^(\d+)\s*({'|'.join(UNITS)})$")


class Reader:
    """Vocabularies read so far are attributes, so that later files are checked against them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.kept = (
            False  # whether a bundle is read that was proven when it was kept: see `loader.read_bundle`
        )
        self.instruments: dict[str, list[Instrument]] = {}  # by short name, versions in order
        self.pauses: Mapping[str, str] = {}
        self.roles: Mapping[str, Role] = {}
        self.guards: Mapping[str, Guard] = {}
        self.fields: Mapping[str, Field] = {}
        self.causes: Mapping[str, Cause] = {}
        self.limit_codes: frozenset[str] = frozenset()
        self.sources: Mapping[str, Word] = {}
        self.party_types: Mapping[str, Word] = {}
        self.outcomes: Mapping[str, Word] = {}
        self.evidence_kinds: Mapping[str, Word] = {}
        self.participants: Mapping[str, Word] = {}
        self.rules: Mapping[str, Word] = {}  # fine rules, for fields that choose one
        self.raw: dict[str, dict[str, object]] = {}  # vocabulary → code → entry as written
        self.forms: dict[str, list] = {}
        self.calendar: WorkCalendar | None = None
        self.leaning: list[
            tuple[Node, str, tuple[Citation, ...]]
        ] = []  # every place read so far that names articles

    def cite(
        self, node: Node, key: str, instrument: Instrument | None, on: date | None
    ) -> tuple[Citation, ...]:
        """The articles named under ``key``; a bare number belongs to ``instrument``. A missing article is a fault."""
        raw = node.raw(key)
        values = raw if isinstance(raw, list) else [raw]
        if raw is None or raw == []:
            node.fault(key, "缺少条文依据", "请补写 article，例如 article: 64 或 article: 行政处罚法 57")
            return ()
        found = tuple(c for v in values if (c := self.citation(node, key, v, instrument, on)) is not None)
        self.leaning.append((node, key, found))
        return found

    def citation(
        self, node: Node, key: str, value: object, own: Instrument | None, on: date | None
    ) -> Citation | None:
        parts = split_reference(str(value))
        if parts is None:
            node.fault(
                key, f"“{value}”不是条文的写法", "请写成“64”“行政处罚法 45”或“商标法@2019-11-01 60(2)”"
            )
            return None
        name, version, number, subdivisions = parts
        instrument = own if not name else self.named(name, version, on)
        if instrument is None:
            if name:
                known = "、".join(sorted(self.instruments))
                what = f"{name}（{version}）" if version else name
                node.fault(key, f"法规库没有“{what}”", f"请在 instruments 中补充；现有：{known}")
            return None
        return Citation(instrument, number, subdivisions)

    def named(self, name: str, version: str, on: date | None) -> Instrument | None:
        versions = self.instruments.get(name) or [
            i for group in self.instruments.values() for i in group if i.title == name
        ]
        if version:
            return next((i for i in versions if str(i.effective) == version), None)
        in_force = [i for i in versions if on is None or i.effective <= on]
        return in_force[-1] if in_force else (versions[0] if versions else None)

    def own_instrument(self, node: Node, on: date) -> Instrument | None:
        written = node.text("instrument")
        name, _, version = written.partition("@")
        found = self.named(name, version, on)
        if found is None and written:
            node.fault(
                "instrument",
                f"法规库没有“{written}”",
                f"请在 instruments 中补充；现有：{'、'.join(sorted(self.instruments))}",
            )
        return found

    def length(self, node: Node, key: str, articles: tuple[Citation, ...]) -> Length | None:
        """``15 工作日``, ``90 日``, ``3 个月``; a bare 日 becomes a working day where its instrument says so."""
        written = node.text(key)
        found = _LENGTH.match(written.strip())
        if not found or not found[1].strip("0"):
            if written:
                node.fault(
                    key,
                    f"“{written}”不是期限的写法",
                    f"请写成数字加单位，例如 15 工作日；单位：{'、'.join(UNITS)}",
                )
            return None
        unit = found[2]
        longest = _YEARS * _IN_A_YEAR.get(unit, 250 if unit == WORKDAY else 365)
        if len(found[1]) > 9 or int(found[1]) > longest:
            node.fault(key, f"“{written[:40]}”太长", f"期限最长{longest}{unit}，请核对数字")
            return None
        number = int(found[1])
        because = ""
        if unit == DAY and articles:
            instrument = articles[0].instrument
            if number in instrument.workday_numbers:
                unit, because = WORKDAY, instrument.workday_article
        return Length(number, unit, f"{number}{found[2]}", because)

    @staticmethod
    def closing(entries: Iterator[tuple[str, Node]]) -> Iterator[tuple[str, Node]]:
        for code, node in entries:
            yield code, node
            node.close()
