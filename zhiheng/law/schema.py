"""What a file of each kind must hold: one method a kind turns its node into its object, reporting every fault with line and mend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

from .calendar import CalendarYear, Holiday, WorkCalendar
from .check import check_procedure
from .citations import Citation, Instrument, split_reference
from .clocks import DAY, LATE, UNITS, WORKDAY, Clock, Length
from .errors import Fault
from .lawbook import Cause, Limit
from .penalties import KINDS, PARTIES, SEVERITIES, Bounds, Decider, FineRule, Range
from .procedure import ANY_OPEN, Extends, Field, Guard, Measure, Procedure, Role, Start, State, Step
from .source import Node

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
)
TRANSITIONS = ("filed_from", "event_from", "all_open")
_LENGTH = re.compile(rf"^(\d+)\s*({'|'.join(UNITS)})$")


class Schema:
    """The kinds of the book. Vocabularies read so far are attributes, so later files are checked against them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.instruments: dict[str, list[Instrument]] = {}  # by short name, versions in order
        self.pauses: Mapping[str, str] = {}
        self.roles: Mapping[str, Role] = {}
        self.guards: Mapping[str, Guard] = {}
        self.fields: Mapping[str, Field] = {}
        self.raw_fields: dict[str, object] = {}
        self.causes: Mapping[str, Cause] = {}
        self.forms: dict[str, list] = {}
        self.calendar: WorkCalendar | None = None

    # ------------------------------------------------------------------ citations and lengths

    def cite(
        self, node: Node, key: str, instrument: Instrument | None, on: date | None
    ) -> tuple[Citation, ...]:
        """The articles named under ``key``; a bare number belongs to ``instrument``. A missing article is a fault."""
        raw = node.raw(key)
        values = raw if isinstance(raw, list) else [raw]
        if raw is None or raw == []:
            node.fault(key, "缺少条文依据", "请补写 article，例如 article: 64 或 article: 行政处罚法 57")
            return ()
        return tuple(c for v in values if (c := self.citation(node, key, v, instrument, on)) is not None)

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
        if not found or int(found[1]) == 0:
            if written:
                node.fault(
                    key,
                    f"“{written}”不是期限的写法",
                    f"请写成数字加单位，例如 15 工作日；单位：{'、'.join(UNITS)}",
                )
            return None
        number, unit = int(found[1]), found[2]
        because = ""
        if unit == DAY and articles:
            instrument = articles[0].instrument
            if number in instrument.workday_numbers:
                unit, because = WORKDAY, instrument.workday_article
        return Length(number, unit, f"{number}{found[2]}", because)

    # ------------------------------------------------------------------ kinds

    def instrument(self, code: str, effective: date, node: Node) -> Instrument:
        short = node.text("short")
        numbers: frozenset[int] = frozenset()
        article = ""
        if node.has("workdays"):
            inner = node.node("workdays")
            numbers = frozenset(n for n in inner.raw("numbers", []) if isinstance(n, int))
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

    def guard(self, code: str, node: Node) -> Guard:
        return Guard(
            code,
            node.text("asks"),
            node.text("refuses"),
            self.cite(node, "article", None, None),
            node.text("way_out"),
        )

    def field(self, code: str, node: Node) -> Field:
        kind = node.choice("type", FIELD_TYPES)
        choices = node.raw("choices", {})
        if choices == "causes":
            choices = {c.code: c.title for c in self.causes.values()}
        if not isinstance(choices, dict):
            node.fault("choices", "选项应当是“代码: 名称”", "例如 {direct: 直接送达}；案由写 causes")
            choices = {}
        if kind in ("choice", "choices") and not choices:
            node.fault("choices", "选择类字段没有选项", "请补写 choices")
        articles = self.cite(node, "article", None, None) if node.has("article") else ()
        node.raw("article")
        return Field(
            code, node.text("title"), kind, MappingProxyType(dict(choices)), node.text("help", ""), articles
        )

    def cause(self, code: str, node: Node, fines: Mapping[str, list]) -> Cause:
        rules = node.names("rules")
        for rule in rules:
            if rule not in fines:
                node.fault("rules", f"没有罚则“{rule}”", f"可用：{'、'.join(sorted(fines))}")
        seizure = self.cite(node, "seizure", None, None) if node.has("seizure") else ()
        node.raw("seizure")
        by_rule: dict[str, Citation] = {}
        for rule, article in (node.raw("seizure_by_rule", {}) or {}).items():
            found = self.citation(node, "seizure_by_rule", article, None, None)
            if found:
                by_rule[rule] = found
        built = Cause(
            code=code,
            title=node.text("title"),
            rules=rules,
            seizure=seizure,
            seizure_by_rule=MappingProxyType(by_rule),
            no_seizure=node.text("no_seizure", ""),
            no_rules=node.text("no_rules", ""),
        )
        if not seizure and not built.no_seizure:
            node.fault(
                None, "既没有查封扣押依据（seizure），也没有说明为何没有（no_seizure）", "请补写其中一项"
            )
        return built

    def limit(self, code: str, effective: date, node: Node) -> Limit:
        own = self.own_instrument(node, effective)
        articles = self.cite(node, "article", own, effective)
        values = {
            key: node.integer(key, None)
            for key in ("person", "organisation", "years", "grave_years", "percent_per_day", "cap_percent")
        }
        kinds = node.names("kinds")
        built = Limit(
            code=code,
            title=node.text("title"),
            effective=effective,
            article=articles[0] if articles else None,
            confidence=node.confidence(),
            values=MappingProxyType({k: v for k, v in values.items() if v is not None}),
            kinds=kinds,
            note=node.text("note", ""),
            scope=node.text("scope", ""),
        )
        node.raw("until")
        node.close()
        return built

    def fine_rule(self, code: str, effective: date, node: Node) -> FineRule:
        own = self.own_instrument(node, effective)
        articles = self.cite(node, "article", own, effective)
        repealed = node.flag("repealed")
        fine = node.choice("fine", ("may", "must", "none"), "none" if repealed else "may")
        base = node.choice("base", ("turnover", "gains"), "")
        ranges = tuple(self.range(item, base) for item in node.items("ranges", required=not repealed))
        kinds: dict[str, Mapping[str, str]] = {}
        for kind, how in (node.raw("kinds", {}) or {}).items():
            if kind not in KINDS:
                node.fault("kinds", f"不认识的处罚种类“{kind}”", f"可用：{'、'.join(KINDS)}")
            elif how in ("must", "may"):
                kinds[kind] = MappingProxyType(dict.fromkeys(PARTIES, how))
            elif isinstance(how, dict) and how.get("party") in PARTIES:
                kinds[kind] = MappingProxyType({how["party"]: how.get("how", "must")})
            else:
                node.fault("kinds", f"“{how}”不是可用的值", "请写 must、may 或 {party: person}")
        node.raw("party_note")
        decides = None
        if node.has("decides"):
            inner = node.node("decides")
            article = self.cite(inner, "article", own, effective)
            decides = Decider(
                inner.choice("level", ("province", "county")),
                inner.text("title"),
                article[0] if article else None,
            )
            inner.close()
        parties = node.names("parties")
        for party in parties:
            if party not in PARTIES:
                node.fault("parties", f"不认识的当事人类型“{party}”", f"可用：{'、'.join(PARTIES)}")
        built = FineRule(
            code=code,
            title=node.text("title"),
            effective=effective,
            article=articles[0] if articles else None,
            confidence=node.confidence(),
            fine=fine,
            base=base,
            ranges=ranges,
            kinds=MappingProxyType(kinds),
            new=node.flag("new"),
            repealed=repealed,
            after=node.text("after", ""),
            first=node.text("first", ""),
            disposal=node.text("disposal", ""),
            aggravated=node.text("aggravated", ""),
            serious=node.text("serious", ""),
            decides=decides,
            parties=parties,
            subsidiary_to=node.names("subsidiary_to"),
            note=node.text("note", ""),
            scope=node.text("scope", ""),
        )
        node.raw("until")
        node.close()
        return built

    def range(self, node: Node, base: str) -> Range:
        def fen(key):
            return None if (v := node.integer(key, None)) is None else v * 100

        built = Range(
            party=node.choice("party", PARTIES, ""),
            severity=node.choice("severity", SEVERITIES, ""),
            turnover=self.bounds(node, "turnover"),
            gains=self.bounds(node, "gains"),
            min=fen("min"),
            max=fen("max"),
            fixed=fen("fixed"),
            min_times=node.integer("min_times", None),
            max_times=node.integer("max_times", None),
            max_percent=node.integer("max_percent", None),
            no_fine=node.text("no_fine", ""),
        )
        node.close()
        tops = [built.max, built.fixed, built.max_times, built.max_percent, built.no_fine or None]
        if sum(t is not None for t in tops) != 1:
            node.fault(
                None,
                "每一档须有且只有一个上限",
                "请写 max、fixed、max_times、max_percent 或 no_fine 中的一项",
            )
        if (
            built.max_times is not None or built.max_percent is not None or built.min_times is not None
        ) and not base:
            node.fault(
                None, "按倍数或者比例计算，但没有写明基数", "请在罚则中补写 base: turnover 或 base: gains"
            )
        if built.min is not None and built.max is not None and built.min > built.max:
            node.fault("min", f"下限{built.min // 100}大于上限{built.max // 100}", "请对调或者改正")
        return built

    def bounds(self, node: Node, key: str) -> Bounds | None:
        if not node.has(key):
            return None
        inner = node.node(key)

        def fen(k):
            return None if (v := inner.integer(k, None)) is None else v * 100

        built = Bounds(fen("at_least"), fen("above"), fen("below"), fen("at_most"), inner.flag("or_none"))
        inner.close()
        return built

    def form(self, code: str, effective: date, node: Node):
        from .forms import FormError, parse_form

        try:
            return parse_form(
                node.value, node.source.where, code=code, effective=effective, fields=self.raw_fields
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

    # ------------------------------------------------------------------ procedures

    def procedure(self, code: str, effective: date, node: Node) -> Procedure:
        own = self.own_instrument(node, effective)
        states = {
            c: State(c, n.text("title"), n.choice("kind", ("active", "paused", "end")))
            for c, n in self.closing(node.nodes("states"))
        }
        measures = {
            c: Measure(c, n.text("title"), n.flag("many"))
            for c, n in self.closing(node.nodes("measures", required=False))
        }
        default = node.confidence()
        clocks = {
            c: self.clock(c, n, own, effective, default)
            for c, n in self.closing(node.nodes("clocks", required=False))
        }
        steps = {
            c: self.step(c, n, own, effective, default, clocks) for c, n in self.closing(node.nodes("steps"))
        }
        built = Procedure(
            code=code,
            title=node.text("title"),
            effective=effective,
            instrument=own,
            transition=node.choice("transition", TRANSITIONS),
            sha=node.source.sha(),
            confidence=default,
            states=MappingProxyType(states),
            measures=MappingProxyType(measures),
            clocks=MappingProxyType(clocks),
            steps=MappingProxyType(steps),
            guards=self.guards,
            roles=self.roles,
            calendar=self.calendar,
            scope=node.text("scope", ""),
            note=node.text("note", ""),
            repealed=node.flag("repealed"),
            text=node.source.text,
        )
        node.raw("until")
        node.close()
        if not node.source.faults:
            for path, problem, mend in check_procedure(built, self.fields, self.pauses, self.forms):
                node.source.fault(path, problem, mend)
        return built

    @staticmethod
    def closing(entries: Iterator[tuple[str, Node]]) -> Iterator[tuple[str, Node]]:
        for code, node in entries:
            yield code, node
            node.close()

    def clock(self, code: str, node: Node, own: Instrument | None, on: date, default: str) -> Clock:
        articles = self.cite(node, "article", own, on)
        length = None if node.raw("length") == "set" else self.length(node, "length", articles)
        return Clock(
            code=code,
            title=node.text("title"),
            length=length,
            article=articles,
            confidence=node.confidence(default),
            pauses=node.names("pauses"),
            late=node.choice("late", LATE),
            measure=node.text("measure", ""),
            follows=node.text("follows", ""),
            pause_titles=self.pauses,
        )

    def step(
        self,
        code: str,
        node: Node,
        own: Instrument | None,
        on: date,
        default: str,
        clocks: Mapping[str, Clock],
    ) -> Step:
        sources = node.names("from")
        pauses, held_if = node.raw("pauses", ""), ""
        if isinstance(pauses, dict):
            inner = node.node("pauses")
            pauses, held_if = inner.text("reason"), inner.text("held_if", "")
            inner.close()
        return Step(
            code=code,
            title=node.text("title"),
            article=self.cite(node, "article", own, on),
            confidence=node.confidence(default),
            by=node.names("by"),
            approve=node.names("approve"),
            sources=frozenset(sources) - {ANY_OPEN},
            any_open=ANY_OPEN in sources,
            begins=node.flag("begins"),
            to=node.text("to", ""),
            needs=node.names("needs"),
            asks=node.names("asks"),
            may_ask=node.names("may_ask"),
            issues=node.names("issues"),
            starts=tuple(self.starts(node)),
            stops=node.names("stops"),
            pauses=str(pauses),
            pauses_held_if=held_if,
            resumes=node.text("resumes", ""),
            extends=self.extends(node, clocks),
            opens=node.text("opens", ""),
            closes=node.text("closes", ""),
            closes_if_open=node.names("closes_if_open"),
            during=node.text("during", ""),
            after=node.names("after"),
            before=node.names("before"),
            running=node.text("running", ""),
            none_open=node.names("none_open"),
            taken=node.text("taken", ""),
            taken_here=node.text("taken_here", ""),
            once=node.flag("once"),
        )

    def starts(self, node: Node) -> Iterator[Start]:
        raw = node.raw("starts", [])
        for index, item in enumerate(raw if isinstance(raw, list) else [raw]):
            if isinstance(item, str):
                yield Start(item)
                continue
            inner = Node(node.source, item, (*node.path, "starts", index))
            yield Start(
                inner.text("clock"),
                inner.text("on", ""),
                inner.text("due", ""),
                inner.text("if", ""),
                inner.text("unless", ""),
            )
            inner.close()

    def extends(self, node: Node, clocks: Mapping[str, Clock]) -> Extends | None:
        if not node.has("extends"):
            return None
        inner = node.node("extends")
        code = inner.text("clock")
        articles = clocks[code].article if code in clocks else ()
        length = None
        if inner.has("length") and inner.raw("length") != "set":
            length = self.length(inner, "length", articles)
        built = Extends(
            clock=code,
            length=length,
            days=inner.text("days", ""),
            up_to=self.length(inner, "up_to", articles) if inner.has("up_to") else None,
            until=inner.text("until", ""),
        )
        if not (built.length or built.days or built.until):
            inner.fault(None, "没有写明延长多少", "请写 length、days（字段）或 until（字段）")
        inner.close()
        return built
