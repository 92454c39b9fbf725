"""Causes, fine rules and limits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from ..benchmarks import DEGREES, Band, Benchmark
from ..causes import UNIT_KINDS, Cause, HeldBy
from ..citations import Instrument
from ..lawbook import Limit
from ..penalties import KINDS, PARTIES, SEVERITIES, Bounds, Decider, Demand, FineRule, Ground, Range
from ..source import Node
from .reader import Reader

# Circumstances under which a limit may be lower: several marks or patents, a repetition.
LOWER_IF = ("several", "repeat")

# What a limit may hold: yuan, years, percent, pieces.
_LIMITS = (
    "person",
    "organisation",
    "years",
    "grave_years",
    "in_any_case_years",
    "percent_per_day",
    "cap_percent",
    "turnover",
    "gains",
    "sales",
    "goods_value",
    "loss",
    "pieces",
    "unsold_times",
    "unsold_pieces_times",
)


class Fines(Reader):
    """Readers of what may be imposed, and within which limits."""

    def cause(self, code: str, node: Node, fines: Mapping[str, list]) -> Cause:
        rules = node.names("rules")
        second = node.names("second")
        for rule in (*rules, *second):
            if rule not in fines:
                node.fault(
                    "rules" if rule in rules else "second",
                    f"没有罚则“{rule}”",
                    f"可用：{'、'.join(sorted(fines))}",
                )
        built = Cause(
            code=code,
            title=node.text("title"),
            rules=rules,
            second=second,
            no_seizure=node.text("no_seizure", ""),
            no_rules=node.text("no_rules", ""),
            crimes=node.names("crimes"),
            held_by=self.held_by(node) if node.has("held_by") else None,
        )
        for crime in built.crimes:
            if crime not in self.limit_codes:
                node.fault("crimes", f"没有标准“{crime}”", f"可用：{'、'.join(sorted(self.limit_codes))}")
        seizes = [any(version.seizure for version in fines[rule]) for rule in rules if rule in fines]
        if not (seizes and all(seizes)) and not built.no_seizure:
            node.fault(
                None,
                "既没有查封扣押依据（各项罚则的 seizure），也没有说明为何没有（no_seizure）",
                "请补写 no_seizure",
            )
        return built

    def held_by(self, node: Node) -> HeldBy:
        """``held_by: {units: [office, district], title: …, article: …, delegable: false}``."""
        inner = node.node("held_by")
        units = inner.names("units")
        for kind in units:
            if kind not in UNIT_KINDS:
                inner.fault("units", f"没有这一类单位“{kind}”", f"可用：{'、'.join(UNIT_KINDS)}")
        if not units:
            inner.fault("units", "没有写明哪一类单位有权办理", "请写 units: [office, district] 一类")
        articles = self.cite(inner, "article", None, None)
        built = HeldBy(
            units, inner.text("title"), articles[0] if articles else None, inner.flag("delegable", True)
        )
        inner.close()
        return built

    def limit(self, code: str, effective: date, node: Node) -> Limit:
        own = self.own_instrument(node, effective)
        articles = self.cite(node, "article", own, effective)
        values = {key: node.integer(key, None) for key in _LIMITS}
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
            **self.lower(node),
        )
        node.raw("until")
        node.close()
        return built

    @staticmethod
    def lower(node: Node) -> dict[str, object]:
        """``lower: {amount: …, if: [several, repeat], repeat_years: …}``: the values that hold under one of these circumstances."""
        if not node.has("lower"):
            return {}
        inner = node.node("lower")
        values = {key: inner.integer(key, None) for key in _LIMITS}
        why = inner.names("if")
        if strange := [one for one in why if one not in LOWER_IF]:
            inner.fault("if", f"不认识的情形“{'、'.join(strange)}”", f"可用：{'、'.join(LOWER_IF)}")
        years = inner.integer("repeat_years", 0)
        if "repeat" in why and not years:
            inner.fault("repeat_years", "没有写明几年之内再次实施", "请写 repeat_years")
        inner.close()
        return {
            "lower": MappingProxyType({k: v for k, v in values.items() if v is not None}),
            "lower_if": why,
            "repeat_years": years,
        }

    def benchmark(self, code: str, effective: date, node: Node) -> Benchmark:
        own = self.own_instrument(node, effective)
        articles = self.cite(node, "article", own, effective)
        rules = node.names("rules")
        for rule in rules:
            if rule not in self.rules:
                node.fault("rules", f"没有罚则“{rule}”", f"可用：{'、'.join(self.rules)}")
        built = Benchmark(
            code=code,
            title=node.text("title"),
            effective=effective,
            article=articles[0] if articles else None,
            confidence=node.confidence(),
            source=node.text("source"),
            bands=tuple(self.band(item) for item in node.items("bands", required=not node.flag("repealed"))),
            rules=rules,
            scope=node.text("scope", ""),
            note=node.text("note", ""),
            repealed=node.flag("repealed"),
        )
        node.raw("until")
        node.close()
        return built

    def band(self, node: Node) -> Band:
        def fen(key):
            return None if (v := node.integer(key, None)) is None else v * 100

        share = node.raw("turnover_percent")
        if share is not None and not (
            isinstance(share, list) and len(share) == 2 and all(isinstance(n, int) for n in share)
        ):
            node.fault("turnover_percent", f"“{share}”不是比例的起止", "请写作 [6, 14]")
            share = None
        built = Band(
            degree=node.choice("degree", DEGREES),
            turnover=self.bounds(node, "turnover"),
            from_percent=node.integer("from_percent", None),
            to_percent=node.integer("to_percent", None),
            min=fen("min"),
            max=fen("max"),
            turnover_percent=tuple(share) if share else None,
            when=node.text("when", ""),
        )
        node.close()
        parts = built.from_percent is not None and built.to_percent is not None
        if sum((parts, built.max is not None, built.turnover_percent is not None)) != 1:
            node.fault(
                None,
                "每一档须有且只有一种起止",
                "请写 from_percent 和 to_percent，或者 max（可加 min），或者 turnover_percent",
            )
        return built

    def fine_rule(self, code: str, effective: date, node: Node) -> FineRule:
        own = self.own_instrument(node, effective)
        articles = self.cite(node, "article", own, effective)
        repealed = node.flag("repealed")
        fine = node.choice("fine", ("may", "must", "none"), "none" if repealed else "may")
        base = node.choice("base", ("turnover", "gains"), "")
        ranges = tuple(self.range(item, base) for item in node.items("ranges", required=not repealed))
        demands = tuple(self.demand(item) for item in node.items("after"))
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
            kinds=self.kinds_of(node, "kinds"),
            serious_kinds=self.kinds_of(node, "serious_kinds"),
            new=self.ground(node, "new", own, effective),
            repealed=repealed,
            after=demands,
            orders=node.names("orders"),
            goods=node.text("goods", ""),
            destroy=node.flag("destroy"),
            unaware_seller=self.ground(node, "unaware_seller", own, effective),
            seizure=self.ground(node, "seizure", own, effective),
            repeat_years=node.integer("repeat_years", 0),
            aggravated=node.text("aggravated", ""),
            serious=node.text("serious", ""),
            decides=decides,
            parties=parties,
            subject=node.text("subject", ""),
            signs=node.names("signs"),
            subsidiary_to=node.names("subsidiary_to"),
            note=node.text("note", ""),
            scope=node.text("scope", ""),
        )
        node.raw("until")
        node.close()
        if built.kinds.get("confiscate_goods") and not built.goods:
            node.fault(
                "kinds", "没收非法财物，但没有写明没收什么", "请照条文补写 goods，例如 goods: 侵权商品"
            )
        return built

    @staticmethod
    def kinds_of(node: Node, key: str) -> Mapping[str, Mapping[str, str]]:
        """Penalties beside the fine: ``kind: must``, ``kind: may``, or ``kind: {party: person, how: must}``."""
        found: dict[str, Mapping[str, str]] = {}
        for kind, how in (node.raw(key, {}) or {}).items():
            if kind not in KINDS:
                node.fault(key, f"不认识的处罚种类“{kind}”", f"可用：{'、'.join(KINDS)}")
            elif how in ("must", "may"):
                found[kind] = MappingProxyType(dict.fromkeys(PARTIES, how))
            elif isinstance(how, dict) and how.get("party") in PARTIES:
                found[kind] = MappingProxyType({how["party"]: how.get("how", "must")})
            else:
                node.fault(key, f"“{how}”不是可用的值", "请写 must、may 或 {party: person}")
        return MappingProxyType(found)

    def demand(self, node: Node) -> Demand:
        built = Demand(node.text("order"), node.text("unmet"))
        node.close()
        return built

    def ground(self, node: Node, key: str, own: Instrument | None, effective: date) -> Ground | None:
        """Another provision and what it says; its article may belong to an older version of the instrument."""
        if not node.has(key):
            return None
        inner = node.node(key)
        article = self.cite(inner, "article", own, effective)
        level = inner.choice("level", ("city",), "") if inner.has("level") else ""
        built = Ground(article[0] if article else None, inner.text("words"), level)
        inner.close()
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
            cap=fen("cap"),
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
