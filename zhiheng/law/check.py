"""The model check: a procedure that loads can be walked to its end, and every clock, measure and pause it opens can be ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .clocks import Clock
from .procedure import Field, Procedure, Step

Finding = tuple[tuple[str, ...], str, str]  # key path, what is wrong, how to mend it


def check_procedure(
    procedure: Procedure, fields: Mapping[str, Field], pauses: Mapping[str, str], forms: Iterable[str]
) -> list[Finding]:
    """Every fault of one procedure that its parts alone do not show."""
    names = list(_names(procedure, fields, pauses, forms))
    if names:
        return names  # the walks below need every name to exist
    return [*_walks(procedure), *_endings(procedure), *_pauses(procedure)]


def _names(
    procedure: Procedure, fields: Mapping[str, Field], pauses: Mapping[str, str], forms: Iterable[str]
) -> Iterator[Finding]:
    """Names that point nowhere, and the shape of single steps."""

    def unknown(
        path: tuple[str, ...], what: str, wanted: Iterable[str], known: Iterable[str]
    ) -> Iterator[Finding]:
        known = list(known)
        for name in wanted:
            if name and name not in known:
                shown = "、".join(known) if len(known) < 40 else "见相应文件"
                yield path, f"没有{what}“{name}”", f"可用：{shown}"

    for code, clock in procedure.clocks.items():
        at = ("clocks", code)
        yield from unknown((*at, "pauses"), "扣除事由", clock.pauses, pauses)
        yield from unknown((*at, "measure"), "并行措施", [clock.measure], procedure.measures)
        yield from unknown((*at, "follows"), "时钟", [clock.follows], procedure.clocks)

    for code, step in procedure.steps.items():
        at = ("steps", code)
        yield from unknown((*at, "by"), "办理角色", step.by, procedure.roles)
        yield from unknown((*at, "approve"), "审批角色", step.approve, procedure.roles)
        yield from unknown((*at, "from"), "状态", sorted(step.sources), procedure.states)
        yield from unknown((*at, "to"), "状态", [step.to], procedure.states)
        yield from unknown((*at, "needs"), "条件", step.needs, procedure.guards)
        yield from unknown((*at, "asks"), "字段", step.asks, fields)
        yield from unknown((*at, "may_ask"), "字段", step.may_ask, fields)
        yield from unknown((*at, "issues"), "文书", step.issues, forms)
        for key in ("stops", "after", "before"):
            yield from unknown((*at, key), "时钟", getattr(step, key), procedure.clocks)
        yield from unknown((*at, "running"), "时钟", [step.running], procedure.clocks)
        yield from unknown((*at, "starts"), "时钟", [s.clock for s in step.starts], procedure.clocks)
        yield from unknown((*at, "pauses"), "扣除事由", [step.pauses], pauses)
        yield from unknown((*at, "resumes"), "扣除事由", [step.resumes], pauses)
        for key in ("opens", "closes", "during"):
            yield from unknown((*at, key), "并行措施", [getattr(step, key)], procedure.measures)
        for key in ("closes_if_open", "none_open"):
            yield from unknown((*at, key), "并行措施", getattr(step, key), procedure.measures)
        for key in ("taken", "taken_here"):
            yield from unknown((*at, key), "步骤", [getattr(step, key)], procedure.steps)
        if not step.by:
            yield (*at, "by"), f"“{step.title}”没有办理人", "请写明 by，例如 by: [handler]"
        if step.begins == bool(step.sources or step.any_open):
            yield (
                (*at, "from"),
                f"“{step.title}”须写明从哪个状态办理",
                "请写 from；首个步骤写 begins: true，不写 from",
            )
        if step.begins and not step.to:
            yield (*at, "to"), f"首个步骤“{step.title}”没有到达的状态", "请写 to"
        if set(step.asks) & set(step.may_ask):
            yield (
                (*at, "may_ask"),
                "同一字段既是必填又是选填",
                f"请删去一处：{'、'.join(set(step.asks) & set(step.may_ask))}",
            )
        yield from _field_uses(step, procedure, fields)


def _field_uses(step: Step, procedure: Procedure, fields: Mapping[str, Field]) -> Iterator[Finding]:
    """Fields that steer clocks must be asked by the step and be of the right type."""
    uses: list[tuple[str, str, str]] = []
    for start in step.starts:
        uses += [("starts", start.on, "date"), ("starts", start.due, "date")]
        uses += [("starts", start.only_if, "bool"), ("starts", start.unless, "bool")]
        clock = procedure.clocks.get(start.clock)
        if clock and clock.length is None and not start.due:
            yield (
                ("steps", step.code, "starts"),
                f"“{clock.title}”的期限由文书确定，须写明届满日字段",
                "请写 {clock: …, due: 字段}",
            )
    if step.extends:
        if step.extends.clock not in procedure.clocks:
            yield (
                ("steps", step.code, "extends"),
                f"没有时钟“{step.extends.clock}”",
                f"可用：{'、'.join(procedure.clocks)}",
            )
        uses += [("extends", step.extends.days, "integer"), ("extends", step.extends.until, "date")]
    uses.append(("pauses", step.pauses_held_if, "bool"))
    for key, name, kind in uses:
        if not name:
            continue
        at = ("steps", step.code, key)
        if name not in step.asks and name not in step.may_ask:
            yield at, f"“{step.title}”用到字段“{name}”但没有要求填写", "请在 asks 或者 may_ask 中列入"
        elif name in fields and fields[name].type != kind:
            yield at, f"字段“{name}”的类型是{fields[name].type}，这里要用{kind}", "请改用相应类型的字段"


def _moves(procedure: Procedure, held: str = "") -> dict[str, set[str]]:
    """State → states one step away; with ``held``, only by steps that leave this measure open."""

    def possible(step: Step) -> bool:
        return bool(step.to) and held not in (*step.none_open, *step.closes_if_open, step.closes or None)

    return {state: {s.to for s in procedure.steps_from(state) if possible(s)} for state in procedure.states}


def _closure(start: Iterable[str], moves: Mapping[str, set[str]]) -> set[str]:
    seen, queue = set(start), list(start)
    while queue:
        for following in moves[queue.pop()]:
            if following not in seen:
                seen.add(following)
                queue.append(following)
    return seen


def _walks(procedure: Procedure) -> Iterator[Finding]:
    """No state that cannot be reached, none that cannot be left, none from which no end is reached."""
    moves = _moves(procedure)
    begins = {step.to for step in procedure.steps.values() if step.begins}
    if not begins:
        yield ("steps",), "没有首个步骤", "请给一个步骤写上 begins: true"
    reachable = _closure(begins, moves)
    for code, state in procedure.states.items():
        at = ("states", code)
        if code not in reachable:
            yield at, f"状态“{state.title}”无法到达", "请补写通往它的步骤，或者删去该状态"
        if state.is_end and moves[code]:
            yield at, f"终结状态“{state.title}”还有通往别处的步骤", "请改正 kind 或者步骤的 from"
        if not state.is_end and not any(procedure.states[s].is_end for s in _closure([code], moves)):
            yield at, f"状态“{state.title}”走不到终结", "请补写通往终结状态的步骤"


def _endings(procedure: Procedure) -> Iterator[Finding]:
    """Every clock started and every measure opened can be ended from where that leaves the matter."""
    moves = _moves(procedure)
    steps = procedure.steps.values()
    ends_by_itself = {"lift", "waive"}

    def after(step: Step) -> set[str]:
        places = {step.to} if step.to else _places(procedure, step)
        return _closure(places, moves)

    for code, clock in procedure.clocks.items():
        at = ("clocks", code)
        starters = [s for s in steps if any(start.clock == code for start in s.starts)]
        stoppers = [s for s in steps if code in s.stops]
        if not starters:
            yield at, f"时钟“{clock.title}”没有步骤启动", "请在某一步骤写 starts，或者删去该时钟"
        if clock.late in ends_by_itself:
            continue
        for starter in starters:
            reach = after(starter)
            if not any(_places(procedure, stopper) & reach for stopper in stoppers):
                yield (
                    at,
                    f"“{starter.title}”启动的时钟“{clock.title}”没有步骤能停止",
                    "请在其后的某一步骤写 stops",
                )
    for code, measure in procedure.measures.items():
        at = ("measures", code)
        openers = [s for s in steps if s.opens == code]
        closers = [s for s in steps if s.closes == code or code in s.closes_if_open]
        if not openers:
            yield at, f"并行措施“{measure.title}”没有步骤开始", "请在某一步骤写 opens，或者删去该措施"
        held = _moves(procedure, held=code)
        closing = set().union(*(_places(procedure, closer) for closer in closers))
        for opener in openers:
            starts = {opener.to} if opener.to else _places(procedure, opener)
            stuck = [
                state
                for state in procedure.states
                if state in _closure(starts, held)
                and not procedure.states[state].is_end
                and not _closure([state], held) & closing
            ]
            if stuck:
                where = "、".join(f"“{procedure.states[s].title}”" for s in stuck)
                yield (
                    at,
                    f"“{opener.title}”开始的“{measure.title}”在{where}没有步骤能结束",
                    "请补写 closes 的步骤，或者放宽其 from",
                )


def _places(procedure: Procedure, step: Step) -> set[str]:
    """The states in which a step may be taken."""
    if step.any_open:
        return {code for code, state in procedure.states.items() if not state.is_end}
    return set(step.sources)


def _pauses(procedure: Procedure) -> Iterator[Finding]:
    """Every pause a step begins can be ended, and stops at least one clock."""
    steps = procedure.steps.values()
    for step in steps:
        at = ("steps", step.code, "pauses")
        if step.pauses:
            if not any(other.resumes == step.pauses for other in steps):
                yield at, f"“{step.title}”中止的期限没有步骤恢复", f"请在某一步骤写 resumes: {step.pauses}"
            if not any(_lists(clock, step.pauses) for clock in procedure.clocks.values()):
                yield at, f"没有时钟列出扣除事由“{step.pauses}”", "请在时钟的 pauses 中列入，或者删去"
        if step.resumes and not any(other.pauses == step.resumes for other in steps):
            yield (
                ("steps", step.code, "resumes"),
                f"“{step.title}”恢复的期限没有步骤中止",
                f"请在某一步骤写 pauses: {step.resumes}",
            )


def _lists(clock: Clock, reason: str) -> bool:
    return reason in clock.pauses
