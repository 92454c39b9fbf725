"""Instruments, calendars and the vocabularies: guards, fields, roles, words, forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

from ..calendar import CalendarYear, Holiday, StatutoryDay
from ..citations import Instrument
from ..errors import Fault
from ..source import Node
from ..steps import Column, Field, Guard, Role, Word
from .reader import Reader

FIELD_TYPES = (
    "text",
    "longtext",
    "date",
    "datetime",
    "money",
    "integer",
    "choice",
    "choices",
    "bool",
    "persons",
    "file",
    "list",
    "paper",  # one of the matter's papers that is still to be served
)
CELL_TYPES = ("text", "longtext", "date", "money", "integer", "choice", "bool")
# Vocabularies that a field's `choices` may name: attribute of the schema.
WORDS = ("causes", "sources", "party_types", "outcomes", "evidence_kinds", "participants", "rules")


class Vocabularies(Reader):
    """Readers of what the rest of the book speaks of."""

    def instrument(self, code: str, effective: date, node: Node) -> Instrument:
        short = node.text("short")
        numbers: frozenset[int] = frozenset()
        article = ""
        if node.has("workdays"):
            inner = node.node("workdays")
            numbers = frozenset(n for n in inner.raw("numbers", []) or [] if isinstance(n, int))
            numbers |= frozenset(range(1, (inner.integer("up_to", None) or 0) + 1))
            article = f"{short}{inner.integer('article')}"
            inner.close()
        rollover = node.raw("rollover", "")
        built = Instrument(
            code=code,
            title=node.text("title"),
            short=short,
            effective=effective,
            until=node.day("until", None),
            order=node.text("order", ""),
            confidence=node.confidence(),
            workday_numbers=numbers,
            workday_article=article,
            rollover=f"{short}{rollover}" if isinstance(rollover, int) else str(rollover).replace(" ", ""),
            version_title=node.text("version", ""),
            note=node.text("note", ""),
        )
        node.close()
        return built

    def calendar_year(self, node: Node, stem: str) -> CalendarYear | None:
        year = node.integer("year")
        if str(year) != stem:
            node.fault("year", f"年份{year}与文件名{stem}不符", "请改正其中一处")
        holidays: list[Holiday] = []
        for item in node.items("holidays", required=True):
            name, first, last = item.text("name"), item.day("from"), item.day("to")
            item.close()
            if first is None or last is None:
                continue
            if first > last:
                item.fault("to", f"结束日{last}早于开始日{first}", "请对调或者改正")
            elif first.year != year or last.year != year:
                item.fault("from", f"{first}至{last}不在{year}年内", "跨年的假期请分写在两个年份的文件里")
            elif holidays and first <= holidays[-1].last:
                item.fault("from", f"与上一个假期{holidays[-1].name}重叠", "请改正日期，并按先后排列")
            else:
                holidays.append(Holiday(name, first, last))
        makeup: set[date] = set()
        for index, day in enumerate(node.raw("makeup", []) or []):
            where = ("makeup", index)
            if not isinstance(day, date):
                node.source.fault(where, f"“{day}”不是日期", "请写作 2025-01-26")
            elif day.weekday() < 5:
                node.source.fault(where, f"{day}不是周末，不能是调休上班日", "请核对放假通知")
            elif any(h.first <= day <= h.last for h in holidays):
                node.source.fault(where, f"{day}既是放假日又是上班日", "请删去其中一处")
            else:
                makeup.add(day)
        built = CalendarYear(
            year=year,
            notice=node.text("notice"),
            announced=node.day("announced"),
            holidays=tuple(holidays),
            makeup=frozenset(makeup),
            confidence=node.confidence(),
            notice_confidence=node.choice(
                "notice_confidence", ("verified", "secondary", "unconfirmed"), "verified"
            ),
            note=node.text("note", ""),
        )
        node.close()
        return built

    def statutory_days(self, code: str, effective: date, node: Node) -> tuple[StatutoryDay, ...]:
        """The holidays that the law fixes itself, for years whose arrangement is not announced."""
        own = self.own_instrument(node, effective)
        self.cite(node, "article", own, effective)
        node.text("title"), node.confidence(), node.text("note", "")
        found = []
        for item in node.items("days", required=True):
            written, dates = item.text("on", ""), tuple(item.raw("dates", []) or ())
            month_day = None
            try:
                month_day = (
                    (date.fromisoformat(f"2024-{written}").month, date.fromisoformat(f"2024-{written}").day)
                    if written
                    else None
                )
            except ValueError:
                item.fault("on", f"“{written}”不是月-日", "请写成 05-01 的形式，并加引号")
            if bool(written) == bool(dates) or not all(isinstance(day, date) for day in dates):
                item.fault(None, "没有写明哪一天", "公历节日写 on，农历节日在 dates 中逐年写出日期")
                dates = ()
            found.append(
                StatutoryDay(
                    item.text("name"), item.integer("days"), item.integer("before", 0), month_day, dates
                )
            )
            item.close()
        node.close()
        return tuple(found)

    def guard(self, code: str, node: Node) -> Guard:
        return Guard(
            code,
            node.text("asks"),
            node.text("refuses"),
            self.cite(node, "article", None, None),
            node.text("way_out"),
            lasting=node.flag("lasting"),
        )

    def field(self, code: str, node: Node) -> Field:
        kind = node.choice("type", FIELD_TYPES)
        choices = self.choices(node, kind)
        articles = self.cite(node, "article", None, None) if node.has("article") else ()
        node.raw("article")
        columns = tuple(self.columns(node)) if node.has("columns") else ()
        if columns and kind != "list":
            node.fault("columns", "只有列表字段有列", "请把 type 改为 list，或者删去 columns")
        default = node.raw("default")
        if node.flag("protected") and kind not in ("text", "longtext"):
            node.fault("protected", "只有文字可以加密保存", "请把 type 改为 text 或者 longtext")
        if node.flag("cites") and kind not in ("text", "longtext"):
            node.fault("cites", "只有文字可以从法规库选取条文", "请把 type 改为 text 或者 longtext")
        return Field(
            code,
            node.text("title"),
            kind,
            choices,
            node.text("help", ""),
            articles,
            columns=columns,
            default=default,
            ahead=node.flag("ahead"),
            carried=node.flag("carried"),
            after=node.text("after", ""),
            least=node.integer("least", 1),
            role=node.text("role", ""),
            registered=node.flag("registered"),
            identity=node.flag("identity"),
            protected=node.flag("protected"),
            cites=node.flag("cites"),
            rare=node.flag("rare"),
        )

    def choices(self, node: Node, kind: str) -> Mapping[str, str]:
        """What may be chosen: ``code: title``, or the name of a vocabulary."""
        choices = node.raw("choices", {})
        if isinstance(choices, str) and choices in WORDS:
            choices = {word.code: word.title for word in getattr(self, choices).values()}
        if not isinstance(choices, dict):
            node.fault(
                "choices",
                "选项应当是“代码: 名称”",
                f"例如 {{direct: 直接送达}}，或者词表名：{'、'.join(WORDS)}",
            )
            choices = {}
        if kind in ("choice", "choices") and not choices:
            node.fault("choices", "选择类字段没有选项", "请补写 choices")
        return MappingProxyType(dict(choices))

    def columns(self, node: Node) -> Iterator[Column]:
        """Cells of a row: ``code: title`` or ``code: {title, type, choices}``; a ``?`` after the code says it may stay empty."""
        inner = node.node("columns")
        for name, value in inner.value.items():
            code, required = str(name).rstrip("?"), not str(name).endswith("?")
            if not isinstance(value, dict):
                yield Column(code, str(value), "text", required)
                continue
            cell = Node(node.source, value, (*inner.path, name))
            kind = cell.choice("type", CELL_TYPES, "text")
            if (cites := cell.flag("cites")) and kind not in ("text", "longtext"):
                cell.fault("cites", "只有文字可以从法规库选取条文", "请把 type 改为 text 或者 longtext")
            yield Column(code, cell.text("title"), kind, required, self.choices(cell, kind), cites)
            cell.close()

    def word(self, code: str, node: Node) -> Word:
        return Word(code, node.text("title"), node.text("as", ""), node.flag("decides"))

    def role(self, code: str, node: Node) -> Role:
        return Role(
            code, node.text("title"), node.text("note", ""), node.flag("works", True), node.names("includes")
        )

    def form(self, code: str, effective: date, node: Node, shared: Mapping | None = None, scope: str = ""):
        """One form. ``shared``: the blocks and texts of its scope; without them, those of the scope its file names."""
        from ..forms import FormError, parse_form

        try:
            return parse_form(
                node.value,
                lambda path: node.source.where((*node.path, *path)),
                code=code,
                effective=effective,
                fields=self.raw["fields"],
                shared=shared or self.shared_for(str(node.raw("scope", "") or "")),
                roles=self.roles,
                recipients=self.participants,
                scope=scope,
                kept=self.kept,
            )
        except FormError as error:
            for fault in error.faults:
                file, _, line = fault.place.rpartition(":")
                self.faults.append(
                    Fault(
                        file or fault.place,
                        int(line) if line.isdigit() else 0,
                        fault.key,
                        fault.problem,
                        fault.mend,
                    )
                )
            return None
