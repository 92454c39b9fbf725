"""Procedures: states, clocks, steps, and what a step means for its matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from ..bundle import bundled
from ..check import check_procedure
from ..citations import Instrument
from ..clocks import LATE, Clock
from ..procedure import Procedure
from ..source import Node
from ..steps import (
    ANY_OPEN,
    CONDITIONS,
    GOODS,
    METHOD,
    REVIEWS,
    Brings,
    Concerns,
    Extends,
    GoesOn,
    Measure,
    Named,
    Record,
    Recuses,
    Start,
    State,
    Step,
    When,
    Wording,
)
from .reader import Reader

TRANSITIONS = ("filed_from", "event_from", "all_open")
_RECORDED = ("word", "number", "paper", "sum", "adds", "takes")


class Procedures(Reader):
    """The reader of procedures."""

    def procedure(self, code: str, effective: date, node: Node) -> Procedure:
        own = self.own_instrument(node, effective)
        states = {
            c: State(c, n.text("title"), n.choice("kind", ("active", "paused", "end")))
            for c, n in self.closing(node.nodes("states"))
        }
        measures = {
            c: Measure(
                c,
                n.text("title"),
                n.flag("many"),
                n.text("paper", ""),
                n.flag("must_end"),
                n.flag("announces"),
                n.text("pauses_end_with", ""),
                n.text("holds_back", ""),
                self.cite(n, "bars_evidence", own, effective) if n.has("bars_evidence") else (),
                n.text("kind_in", ""),
            )
            for c, n in self.closing(node.nodes("measures", required=False))
        }
        default = node.confidence()
        clocks = {
            c: self.clock(c, n, own, effective, default)
            for c, n in self.closing(node.nodes("clocks", required=False))
        }
        named = {
            c: Named(c, n.text("number_of", ""), n.names("day_of"), n.text("field", ""), n.names("steps"))
            for c, n in self.closing(node.nodes("named", required=False))
        }
        steps = self.conditioned(
            {
                c: self.step(c, n, own, effective, default, clocks)
                for c, n in self.closing(node.nodes("steps"))
            },
            node,
        )
        steps = {c: self.with_service(step, node.names("service")) for c, step in steps.items()}
        built = Procedure(
            code=code,
            title=node.text("title"),
            effective=effective,
            instrument=own,
            transition=node.choice("transition", TRANSITIONS),
            sha="",
            confidence=default,
            states=MappingProxyType(states),
            measures=MappingProxyType(measures),
            clocks=MappingProxyType(clocks),
            steps=MappingProxyType(steps),
            guards=self.guards,
            roles=self.roles,
            calendar=self.calendar,
            fields=self.fields,
            forms=MappingProxyType({code: tuple(versions) for code, versions in self.forms.items()}),
            line=node.names("line"),
            named=MappingProxyType(named),
            scope=node.text("scope", ""),
            note=node.text("note", ""),
            repealed=node.flag("repealed"),
        )
        node.raw("until")
        node.close()
        if node.source.faults:
            return built
        for path, problem, mend in check_procedure(
            built, self.pauses, self.evidence_kinds, self.outcomes, self.participants
        ):
            node.source.fault((*node.path, *path), problem, mend)
        return built if node.source.faults else bundled(built, node.value, self)

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
            follows=node.names("follows"),
            rolls=node.flag("rolls", True),
            called=node.text("called", ""),
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
        stops = list(self.stops(node))
        pauses, held_if, told_until, paused_on = node.raw("pauses", ""), "", "", ""
        if isinstance(pauses, dict):
            inner = node.node("pauses")
            pauses, held_if = inner.text("reason"), inner.text("held_if", "")
            told_until, paused_on = inner.text("until", ""), inner.text("on", "")
            inner.close()
        resumes, resumes_on = node.raw("resumes", ""), ""
        if isinstance(resumes, dict):
            inner = node.node("resumes")
            resumes, resumes_on = inner.text("reason"), inner.text("on")
            inner.close()
        continues, continues_reason = self.continues(node)
        closes, closes_unless = self.closes(node)
        before, before_by = self.before(node)
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
            conditions_of=node.text("conditions_of", ""),
            needs=node.names("needs"),
            asks=node.names("asks"),
            may_ask=node.names("may_ask"),
            issues=node.names("issues"),
            issues_with_goods=node.names("issues_with_goods"),
            starts=tuple(self.starts(node)),
            stops=tuple(code for code, _ in stops),
            stops_when=MappingProxyType({code: when for code, when in stops if when}),
            pauses=str(pauses),
            pauses_held_if=held_if,
            pauses_until=told_until,
            continues=continues,
            continues_reason=continues_reason,
            reopens=node.flag("reopens"),
            pauses_on=paused_on,
            resumes=str(resumes),
            resumes_on=resumes_on,
            extends=self.extends(node, clocks),
            opens=node.text("opens", ""),
            closes=closes,
            closes_unless=closes_unless,
            closes_if_open=node.names("closes_if_open"),
            during=node.text("during", ""),
            after=node.names("after"),
            before=before,
            before_by=before_by,
            before_one=node.names("before_one"),
            running=node.text("running", ""),
            none_open=node.names("none_open"),
            none_running=node.names("none_running"),
            none_late=node.names("none_late"),
            taken=node.text("taken", ""),
            taken_here=node.text("taken_here", ""),
            voids=node.names("voids"),
            once=node.flag("once"),
            records=tuple(self.records(node)),
            evidence=self.brings(node),
            refers=node.text("refers", ""),
            serves=node.names("serves"),
            serves_chosen=node.text("serves_chosen", ""),
            delivers=node.names("delivers"),
            excuses_service=node.flag("excuses_service"),
            withdraws=node.names("withdraws"),
            serves_again=node.names("serves_again"),
            concerns=self.concerns(node),
            goods=node.choice("goods", GOODS, "") if node.has("goods") else "",
            recuses=self.recuses(node),
            inherits=node.names("inherits"),
            says=MappingProxyType(dict(node.raw("says", {}) or {})),
            wording=MappingProxyType(self.wording(node, own, on)),
            decides=node.text("decides", ""),
            undoes=node.text("undoes", ""),
            reviews=node.choice("reviews", REVIEWS, "") if node.has("reviews") else "",
            joins=MappingProxyType(dict(node.raw("joins", {}) or {})),
            leaves=node.text("leaves", ""),
            goes_on=self.goes_on(node),
        )

    def closes(self, node: Node) -> tuple[str, When]:
        """``closes: measure``, or ``closes: {measure: …, unless: {field: [answers]}}``."""
        if not isinstance(node.raw("closes", ""), dict):
            return node.text("closes", ""), MappingProxyType({})
        inner = node.node("closes")
        measure, (_, unless) = inner.text("measure"), self.answer(inner, "unless")
        inner.close()
        return measure, unless

    @staticmethod
    def continues(node: Node) -> tuple[tuple[str, ...], str]:
        """``continues: {clocks: […], left_out: reason}``."""
        if not node.has("continues"):
            return (), ""
        inner = node.node("continues")
        clocks, reason = inner.names("clocks"), inner.text("left_out")
        inner.close()
        return clocks, reason

    @staticmethod
    def before(node: Node) -> tuple[tuple[str, ...], str]:
        """``before: clocks``, or ``before: {clock: …, by: field}``."""
        if not isinstance(node.raw("before", ""), dict):
            return node.names("before"), ""
        inner = node.node("before")
        clocks, by = inner.names("clock"), inner.text("by")
        inner.close()
        return clocks, by

    @staticmethod
    def with_service(step: Step, conditions: tuple[str, ...]) -> Step:
        """A step that asks how a paper was served needs whatever the procedure says of any service (`service`): no step that serves
        can forget it."""
        serves = step.serves or step.serves_chosen or step.serves_again
        if not serves or METHOD not in step.fields:
            return step
        return replace(step, needs=tuple(dict.fromkeys((*step.needs, *conditions))))

    @staticmethod
    def conditioned(steps: dict[str, Step], node: Node) -> dict[str, Step]:
        """The steps, each with the conditions of the one it names in `conditions_of` before its own: a rule that protects the
        party in one of them cannot be forgotten in the other."""
        found = {}
        for code, step in steps.items():
            found[code] = step
            if not step.conditions_of:
                continue
            at, other = (*node.path, "steps", code, "conditions_of"), steps.get(step.conditions_of)
            if other is None or other.conditions_of:
                known = "、".join(c for c, one in steps.items() if not one.conditions_of and c != code)
                node.source.fault(at, f"“{step.conditions_of}”不是可以沿用条件的步骤", f"可用：{known}")
                continue
            merged = {}
            for name in CONDITIONS:
                theirs, mine = getattr(other, name), getattr(step, name)
                if isinstance(mine, str):
                    merged[name] = mine or theirs
                    continue
                if twice := set(theirs) & set(mine):
                    node.source.fault(
                        (*at[:-1], name),
                        f"已由“{other.title}”沿用：{'、'.join(sorted(twice))}",
                        "请从本步骤删去",
                    )
                merged[name] = (*theirs, *(one for one in mine if one not in theirs))
            found[code] = replace(step, **merged)
        return found

    def records(self, node: Node) -> Iterator[Record]:
        """What the step writes: ``column: field``, ``column: day``, ``column: none``, or ``column: {word | number | paper | sum | adds | takes: …}``."""
        if not node.has("records"):
            return
        inner = node.node("records")
        for column, value in inner.value.items():
            if isinstance(value, str):
                yield Record(column, value) if value in ("day", "none") else Record(column, "field", (value,))
                continue
            if isinstance(value, dict) and len(value) == 1 and (how := next(iter(value))) in _RECORDED:
                of = value[how]
                yield Record(column, how, tuple(map(str, of)) if isinstance(of, list) else (str(of),))
                continue
            inner.fault(
                column,
                f"“{value}”不是登记的写法",
                f"请写字段代码、day、none，或者 {{{' | '.join(_RECORDED)}: …}}",
            )

    def brings(self, node: Node) -> Brings | None:
        if not node.has("evidence"):
            return None
        inner = node.node("evidence")
        built = Brings(
            inner.text("kind"),
            inner.text("name"),
            inner.text("source"),
            inner.text("proves"),
            inner.text("by", ""),
            MappingProxyType(dict(inner.raw("kinds", {}) or {})),
            inner.text("attached", ""),
        )
        inner.close()
        return built

    def wording(self, node: Node, own: Instrument | None, on: date) -> dict[str, Wording]:
        """``field: title``, or ``field: {title, help, article, default}``: what is not named stays the book's."""
        if not node.has("wording"):
            return {}
        found, inner = {}, node.node("wording")
        for code, value in inner.value.items():
            if isinstance(value, str):
                found[str(code)] = Wording(value)
                continue
            if not isinstance(value, dict):
                inner.fault(
                    code,
                    "应当是“字段: 名称”",
                    "例如 {facts: 查明的事实}，或者 {facts: {title: …, help: …, article: …}}",
                )
                continue
            one = inner.node(code)
            article = one.raw("article", None)
            found[str(code)] = Wording(
                one.text("title"),
                one.text("help", None),
                None if article is None else self.cite(one, "article", own, on) if article else (),
                one.raw("default", None),
            )
            one.close()
        return found

    @staticmethod
    def concerns(node: Node) -> Concerns | None:
        if not node.has("concerns"):
            return None
        inner = node.node("concerns")
        built = Concerns(
            inner.text("list", ""),
            inner.text("column", ""),
            inner.names("steps"),
            inner.names("less"),
            inner.names("roles"),
        )
        inner.close()
        return built

    @staticmethod
    def recuses(node: Node) -> Recuses | None:
        if not node.has("recuses"):
            return None
        inner = node.node("recuses")
        built = Recuses(inner.text("person"), inner.text("if"))
        inner.close()
        return built

    def goes_on(self, node: Node) -> GoesOn | None:
        if not node.has("goes_on"):
            return None
        inner = node.node("goes_on")
        built = GoesOn(
            inner.text("procedure"), inner.text("step"), MappingProxyType(dict(inner.raw("with", {}) or {}))
        )
        inner.close()
        return built

    def starts(self, node: Node) -> Iterator[Start]:
        raw = node.raw("starts", [])
        for index, item in enumerate(raw if isinstance(raw, list) else [raw]):
            if isinstance(item, str):
                yield Start(item)
                continue
            inner = Node(node.source, item, (*node.path, "starts", index))
            only_if, when = self.answer(inner, "if")
            unless, unless_when = self.answer(inner, "unless")
            yield Start(
                inner.text("clock"),
                inner.text("on", ""),
                inner.text("due", ""),
                only_if,
                unless,
                when,
                unless_when,
                inner.names("in"),
                inner.text("while_open", ""),
                inner.text("instead", ""),
                inner.flag("unless_later"),
                inner.text("at", ""),
                inner.names("while_running"),
            )
            inner.close()

    @staticmethod
    def answer(node: Node, key: str) -> tuple[str, When]:
        """A condition: the name of a yes/no field, or ``{field: answer, field: [answers]}``."""
        written = node.raw(key, "")
        if not isinstance(written, dict):
            return node.text(key, ""), MappingProxyType({})
        inner = node.node(key)
        return "", MappingProxyType({code: inner.names(code) for code in inner.value})

    def stops(self, node: Node) -> Iterator[tuple[str, When]]:
        """The clocks a step stops: names, or ``{clock: name, if: {field: [answers]}}``."""
        raw = node.raw("stops", [])
        if not any(isinstance(item, dict) for item in (raw if isinstance(raw, list) else [raw])):
            yield from ((code, MappingProxyType({})) for code in node.names("stops"))
            return
        for index, item in enumerate(raw if isinstance(raw, list) else [raw]):
            if not isinstance(item, dict):
                yield str(item), MappingProxyType({})
                continue
            inner = Node(node.source, item, (*node.path, "stops", index))
            _, when = self.answer(inner, "if")
            yield inner.text("clock"), when
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
            total=self.length(inner, "total", articles) if inner.has("total") else None,
        )
        if not (built.length or built.days or built.until):
            inner.fault(None, "没有写明延长多少", "请写 length、days（字段）或 until（字段）")
        inner.close()
        return built
