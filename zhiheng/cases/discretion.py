"""Where a fine lies within its range: the band of the benchmark that the grounds point to, and how similar cases were decided."""

from __future__ import annotations

from dataclasses import dataclass

from zhiheng.accounts.models import Person
from zhiheng.law import Benchmark, Fact, Placed, bands_of, benchmark_for, current_book
from zhiheng.matters.facts import Situation, provides

from .acts import Measured, Sanction, measured
from .models import Case

_SIMILAR = 10
_NEAR = (50, 200)  # a turnover from half to twice as great is near


@dataclass(frozen=True)
class Weighed:
    """One act of one party: what its rule allows, the bands of the benchmark, and the one that the grounds point to (None: both lighter
    and heavier grounds were chosen, so that any band may be right, or no benchmark is known)."""

    one: Measured
    benchmark: Benchmark | None
    bands: tuple[Placed, ...]
    band: Placed | None
    why: str


def weighed(s: Situation) -> list[Weighed]:
    found = []
    for one in measured(s):
        if one.outcome is None:
            continue
        degree, why = _degree(s, one.sanction)
        benchmark = benchmark_for(current_book().benchmark_versions, one.outcome.rule, s.on, s.scope)
        bands = bands_of(benchmark, one.outcome, one.act.turnover)
        found.append(
            Weighed(one, benchmark, bands, next((b for b in bands if b.band.degree == degree), None), why)
        )
    return found


def _degree(s: Situation, sanction: Sanction) -> tuple[str, str]:
    """Which degree the grounds chosen for the party point to, and why."""
    fields = s.procedure.fields if s.procedure else {}
    named = []
    for code, grounds in (("lighter_grounds", sanction.lighter), ("heavier_grounds", sanction.heavier)):
        titles = fields[code].choices if code in fields else {}
        named.append("、".join(titles.get(ground, ground) for ground in grounds))
    lighter, heavier = named
    if lighter and heavier:
        return "", f"既有从轻、减轻情节（{lighter}），又有从重情节（{heavier}）"
    if lighter:
        return "lighter", f"有从轻、减轻情节：{lighter}"
    if heavier:
        return "heavier", f"有从重情节：{heavier}"
    return "normal", "没有选择从轻、减轻或者从重情节"


def similar_cases(actor: Person, case: Case) -> list[tuple[Case, str]]:
    """Penalties that the person may see in the same cause with a party of the same type and a turnover (else case value) that is near,
    the latest first, each with why it is similar."""
    measure = case.turnover_fen if case.turnover_fen is not None else case.case_value_fen
    found = Case.objects.visible_to(actor).filter(
        cause=case.cause, party_type=case.party_type, outcome="penalty", fine_fen__isnull=False
    )
    why = f"同案由、同为{case.get_party_type_display()}"
    if measure:
        low, high = (measure * percent // 100 for percent in _NEAR)
        found = found.filter(case_value_fen__range=(low, high))
        why += "，案值在本案的一半至两倍之间"
    rows = found.exclude(pk=case.pk).select_related("unit").order_by("-decided_on", "-id")[:_SIMILAR]
    return [(row, why) for row in rows]


def settled_alike(actor: Person, case: Case) -> list[tuple[Case, str]]:
    """What the person may see of how matters like this one ended: penalties of the same cause for penalty cases, disputes of the same
    kind and cause that were decided or settled for any other, the latest first."""
    if current_book().rules_for_cause(case.cause):
        return similar_cases(actor, case)
    found = Case.objects.visible_to(actor).filter(kind=case.kind, cause=case.cause, decided_on__isnull=False)
    rows = found.exclude(pk=case.pk).select_related("unit").order_by("-decided_on", "-id")[:_SIMILAR]
    return [(row, f"同为{case.get_kind_display()}、{case.get_cause_display()}") for row in rows]


def of_the_same_party(actor: Person, case: Case) -> list[Case]:
    """Other cases against the same party that the person may see, by its number, else by its name, the latest first."""
    found = Case.objects.visible_to(actor).exclude(pk=case.pk)
    if case.party_id:
        found = found.filter(party_id=case.party_id)
    elif case.party_name:
        found = found.filter(party_name=case.party_name)
    else:
        return []
    return list(found.select_related("unit").order_by("-id")[:_SIMILAR])


@provides
def band_kept(s: Situation) -> bool | Fact:
    """A fine outside the band that the grounds point to needs a reason; the heads who approve the step agree to it. Only a benchmark
    that binds is held against the fine: a figure nobody checked warns on the page, it stops nothing."""
    if s.data is None or s.value("band_left"):
        return True
    for one in weighed(s):
        fine = one.one.fine
        if one.benchmark is None or not one.benchmark.binds or one.band is None or not fine:
            continue
        below = (
            fine < one.one.outcome.applicable.min
        )  # 减轻处罚 stands outside every band, and has its own grounds
        if not one.band.holds(fine) and not below:
            return Fact(
                False,
                fine=f"{fine / 100:,.2f}元",
                band=f"{one.band.title}（{one.band.low / 100:,.2f}元至{one.band.high / 100:,.2f}元）",
                source=one.benchmark.source,
                why=one.why,
            )
    return True
