"""The model check: a procedure that loads can be walked to its end, and every clock, measure and pause it opens can be ended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache

from . import forms as printed
from .clocks import HOUR, Clock
from .procedure import Procedure
from .steps import BACK, REVIEW_SAYS, Field, Step

Finding = tuple[tuple[str, ...], str, str]  # key path, what is wrong, how to mend it


# What every matter brings to its papers, beside answers and the procedure's named facts.
_CONTEXT = (
    "office",
    "case",
    "step",
    "measure",
    "served",
    "opinions",
    "handlers",
    "papers",
    "number",
    "on",
    "taken_by",
)


def check_procedure(
    procedure: Procedure,
    pauses: Mapping[str, str],
    evidence_kinds: Iterable[str],
    outcomes: Mapping,
    participants: Iterable[str],
) -> list[Finding]:
    """Every fault of one procedure that its parts alone do not show."""
    participants = tuple(participants)
    names = list(_names(procedure, pauses, evidence_kinds, outcomes, participants))
    if names:
        return names  # the walks below need every name to exist
    return [
        *_walks(procedure),
        *_endings(procedure),
        *_pauses(procedure),
        *_outcomes(procedure),
        *_papers(procedure, participants),
        *_served(procedure),
    ]


def _names(
    procedure: Procedure,
    pauses: Mapping[str, str],
    evidence_kinds: Iterable[str],
    outcomes: Mapping,
    participants: Collection[str],
) -> Iterator[Finding]:
    """Names that point nowhere, and the shape of single steps."""
    fields, forms = procedure.fields, procedure.forms

    def unknown(
        path: tuple[str, ...], what: str, wanted: Iterable[str], known: Collection[str]
    ) -> Iterator[Finding]:
        for name in wanted:
            if name and name not in known:
                shown = "、".join(known) if len(known) < 40 else "见相应文件"
                yield path, f"没有{what}“{name}”", f"可用：{shown}"

    for code, clock in procedure.clocks.items():
        at = ("clocks", code)
        yield from unknown((*at, "pauses"), "扣除事由", clock.pauses, pauses)
        yield from unknown((*at, "measure"), "并行措施", [clock.measure], procedure.measures)
        yield from unknown((*at, "follows"), "时钟", clock.follows, procedure.clocks)

    yield from unknown(("line",), "状态", procedure.line, procedure.states)
    for code, measure in procedure.measures.items():
        yield from unknown(("measures", code, "paper"), "文书", [measure.paper], forms)
        yield from unknown(
            ("measures", code, "pauses_end_with"), "时钟", [measure.pauses_end_with], procedure.clocks
        )
    for name, fact in procedure.named.items():
        at = ("named", name)
        yield from unknown((*at, "number_of"), "文书", [fact.number_of], forms)
        yield from unknown((*at, "day_of"), "步骤", fact.day_of, procedure.steps)
        yield from unknown((*at, "steps"), "步骤", fact.steps, procedure.steps)
        yield from unknown((*at, "field"), "字段", [fact.field], fields)
        if not (fact.number_of or fact.day_of or fact.field):
            yield at, f"“{name}”没有写明从哪里取", "请写 number_of、day_of 或者 field"
    own = {field.code for versions in forms.values() for form in versions for field in form.fields}
    for code, field in fields.items():
        yield from unknown(("fields", code, "after"), "字段", [field.after], fields)
        yield from unknown(("fields", code, "role"), "角色", [field.role], procedure.roles)
    for code, role in procedure.roles.items():
        yield from unknown(("roles", code, "includes"), "角色", role.includes, procedure.roles)

    for code, step in procedure.steps.items():
        at = ("steps", code)
        yield from unknown((*at, "inherits"), "字段", step.inherits, {*fields, *own})
        yield from unknown((*at, "serves"), "文书", step.serves, forms)
        yield from unknown((*at, "delivers"), "本步骤制作的文书", step.delivers, step.issues)
        yield from unknown((*at, "serves_chosen"), "本步骤的字段", [step.serves_chosen], step.fields)
        if step.recuses:
            wanted = [step.recuses.person, step.recuses.granted]
            yield from unknown((*at, "recuses"), "本步骤的字段", wanted, step.fields)
        if step.goods in ("hold", "dispose", "hand_over", "sell") and "items" not in step.fields:
            yield (
                (*at, "goods"),
                f"“{step.title}”处理物品，没有物品清单",
                "请在 asks 或者 may_ask 中列入 items",
            )
        yield from unknown((*at, "refers"), "文书或者并行措施", [step.refers], [*forms, *procedure.measures])
        yield from unknown((*at, "wording"), "字段", step.wording, fields)
        yield from unknown((*at, "decides"), "处理结果", [step.decides], outcomes)
        yield from unknown((*at, "undoes"), "字段", [step.undoes], step.fields)
        yield from _undoes(step)
        unsaid = [f for f in REVIEW_SAYS if f not in step.fields and f not in step.says]
        if step.reviews and unsaid:
            said = f"“{step.title}”出具审查意见，没有写明{'、'.join(unsaid)}"
            yield (*at, "reviews"), said, "请列入 asks，或者用 says 写定"
        if twice := set(step.inherits) & set(step.fields):
            yield (
                (*at, "inherits"),
                f"已由本步骤填写，不必沿用：{'、'.join(sorted(twice))}",
                "请从 inherits 中删去",
            )
        if step.refers in procedure.measures and not procedure.measures[step.refers].paper:
            yield (*at, "refers"), f"“{step.refers}”没有写明由哪份文书实施", "请在 measures 中补写 paper"
        yield from unknown((*at, "joins"), "字段", step.joins.values(), step.fields)
        yield from unknown((*at, "leaves"), "字段", [step.leaves], step.fields)
        if step.opens in procedure.measures:
            held = procedure.measures[step.opens].holds_back
            yield from unknown((*at, "opens"), "字段", [held], step.fields)
        if step.evidence:
            kinds = [
                step.evidence.kind,
                *step.evidence.kinds.values(),
                *filter(None, [step.evidence.attached]),
            ]
            yield from unknown((*at, "evidence"), "证据种类", kinds, evidence_kinds)
            yield from unknown((*at, "evidence", "by"), "字段", [step.evidence.by], step.fields)
        for record in step.records:
            where = (*at, "records", record.column)
            if record.how in ("field", "adds", "takes", "sum"):
                yield from unknown(where, "本步骤的字段", record.of, step.fields)
            elif record.how == "paper":
                yield from unknown(where, "本步骤制作的文书", record.of, step.issues)
            elif record.how == "word" and record.column == "outcome":
                yield from unknown(where, "处理结果", record.of, outcomes)
        yield from unknown((*at, "by"), "办理角色", step.by, procedure.roles)
        yield from unknown((*at, "approve"), "审批角色", step.approve, procedure.roles)
        for key in ("by", "approve"):
            for role in getattr(step, key):
                if role in procedure.roles and not procedure.roles[role].works:
                    working = "、".join(code for code, one in procedure.roles.items() if one.works)
                    title = procedure.roles[role].title
                    yield (*at, key), f"“{title}”（{role}）不办理、不审批步骤", f"可用：{working}"
        yield from unknown((*at, "from"), "状态", sorted(step.sources), procedure.states)
        yield from unknown((*at, "to"), "状态", [step.to], [*procedure.states, BACK])
        yield from unknown((*at, "needs"), "条件", step.needs, procedure.guards)
        yield from unknown((*at, "asks"), "字段", step.asks, fields)
        yield from unknown((*at, "may_ask"), "字段", step.may_ask, fields)
        yield from unknown((*at, "issues"), "文书", step.issues, forms)
        if step.concerns:
            named = (*step.concerns.steps, *step.concerns.less)
            yield from unknown((*at, "concerns"), "步骤", named, procedure.steps)
            yield from unknown((*at, "concerns", "list"), "字段", [step.concerns.list], step.fields)
            yield from unknown((*at, "concerns", "roles"), "参加人角色", step.concerns.roles, participants)
        for key in ("withdraws", "serves_again"):
            yield from unknown((*at, key), "文书", getattr(step, key), forms)
        yield from unknown(
            (*at, "issues_with_goods"), "本步骤制作的文书", step.issues_with_goods, step.issues
        )
        for key in ("stops", "after", "before", "before_one", "none_running", "none_late", "continues"):
            yield from unknown((*at, key), "时钟", getattr(step, key), procedure.clocks)
        yield from unknown((*at, "running"), "时钟", [step.running], procedure.clocks)
        yield from unknown((*at, "starts"), "时钟", [s.clock for s in step.starts], procedure.clocks)
        for start in step.starts:
            yield from unknown((*at, "starts"), "状态", start.places, procedure.states)
            yield from unknown((*at, "starts"), "并行措施", [start.while_open], procedure.measures)
            yield from unknown((*at, "starts"), "时钟", start.while_running, procedure.clocks)
        yield from unknown((*at, "pauses"), "扣除事由", [step.pauses], pauses)
        yield from unknown((*at, "resumes"), "扣除事由", [step.resumes], pauses)
        yield from unknown((*at, "continues"), "扣除事由", [step.continues_reason], pauses)
        for key in ("opens", "closes", "during"):
            yield from unknown((*at, key), "并行措施", [getattr(step, key)], procedure.measures)
        for key in ("closes_if_open", "none_open"):
            yield from unknown((*at, key), "并行措施", getattr(step, key), procedure.measures)
        for key in ("taken", "taken_here"):
            yield from unknown((*at, key), "步骤", [getattr(step, key)], procedure.steps)
        yield from unknown((*at, "voids"), "步骤", step.voids, procedure.steps)
        for code, value in step.says.items():
            yield from unknown((*at, "says"), "字段", [code], fields)
            if code in fields and fields[code].choices:
                yield from unknown((*at, "says", code), "选项", [value], fields[code].choices)
        yield from _answers(step, procedure)
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


# What a step says of a decision it ends: by which paper, and one of these that tells what became of it.
_BY_PAPER = "changed_by"
_HOW_IT_ENDED = ("change_kind", "change_result", "remedy_result")


def _undoes(step: Step) -> Iterator[Finding]:
    """A step that ends a decision asks by which paper, and what that paper did: without both nothing would be ended."""
    at = ("steps", step.code, "undoes")
    if not step.undoes:
        return
    if step.undoes != _BY_PAPER:
        yield (
            at,
            f"“{step.title}”撤销、变更决定，依据的文书须由 {_BY_PAPER} 填写，写的是“{step.undoes}”",
            f"请写 undoes: {_BY_PAPER}，并在 asks 或者 may_ask 中列入 {_BY_PAPER}",
        )
    if not set(_HOW_IT_ENDED) & set(step.fields):
        yield (
            at,
            f"“{step.title}”撤销、变更决定，没有问原决定怎样了",
            f"请在 asks 中列入 {'、'.join(_HOW_IT_ENDED)} 之一；日期另列 changed_on",
        )


def _answers(step: Step, procedure: Procedure) -> Iterator[Finding]:
    """Answers on which a clock hangs are asked by the step, or by what opens the measure it acts on, and can be given."""
    acts_on = step.closes or step.during
    asked = {*step.fields}
    for other in procedure.steps.values():
        if acts_on and other.opens == acts_on:
            asked |= set(other.fields)
    conditions = [("starts", s.when) for s in step.starts] + [("starts", s.unless_when) for s in step.starts]
    conditions += [("stops", when) for when in step.stops_when.values()] + [("closes", step.closes_unless)]
    for key, when in conditions:
        for code, values in when.items():
            at = ("steps", step.code, key)
            if code not in asked:
                yield at, f"“{step.title}”用到字段“{code}”但没有要求填写", "请在 asks 或者 may_ask 中列入"
            elif code in procedure.fields and (gone := set(values) - set(procedure.fields[code].choices)):
                known = "、".join(procedure.fields[code].choices)
                yield at, f"“{code}”没有选项“{'、'.join(sorted(gone))}”", f"可用：{known}"


def _kind_of_moment(step: Step, procedure: Procedure) -> str:
    """What tells whether a step was in time: a day, of a clock counted in hours the moment."""
    lengths = [procedure.clocks[code].length for code in step.before if code in procedure.clocks]
    return "datetime" if any(length and length.unit == HOUR for length in lengths) else "date"


def _field_uses(step: Step, procedure: Procedure, fields: Mapping[str, Field]) -> Iterator[Finding]:
    """Fields that steer clocks must be asked by the step and be of the right type."""
    uses: list[tuple[str, str, str]] = []
    for start in step.starts:
        uses += [("starts", day, "date") for day in (start.on, start.due, start.instead)]
        uses.append(("starts", start.at, "datetime"))
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
    uses += [
        ("pauses", step.pauses_held_if, "bool"),
        ("pauses", step.pauses_until, "date"),
        ("pauses", step.pauses_on, "date"),
        ("resumes", step.resumes_on, "date"),
        ("before", step.before_by, _kind_of_moment(step, procedure)),
    ]
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
        return held not in (*step.none_open, *step.closes_if_open, step.closes or None)

    leads = {step.code: procedure.targets(step) for step in procedure.steps.values() if possible(step)}

    def reach(state: str) -> set[str]:
        found = set().union(*(leads.get(step.code, ()) for step in procedure.steps_from(state)))
        if held and procedure.measures[held].must_end:
            found = {s for s in found if not procedure.states[s].is_end}
        return found

    return {state: reach(state) for state in procedure.states}


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
        onward = [s for s in procedure.steps_from(code) if procedure.targets(s) and not s.reopens]
        if state.is_end and onward:
            yield (
                at,
                f"终结状态“{state.title}”还有通往别处的步骤",
                "请改正 kind 或者步骤的 from；重新办理的步骤写 reopens: true",
            )
        if not state.is_end and not any(procedure.states[s].is_end for s in _closure([code], moves)):
            yield at, f"状态“{state.title}”走不到终结", "请补写通往终结状态的步骤"


def _endings(procedure: Procedure) -> Iterator[Finding]:
    """Every clock started and every measure opened can be ended from where that leaves the matter."""
    moves = _moves(procedure)
    steps = procedure.steps.values()
    ends_by_itself = {"lift", "waive"}

    @cache
    def beyond(places: frozenset[str]) -> set[str]:
        return _closure(places, moves)

    def after(step: Step) -> set[str]:
        return beyond(frozenset(procedure.targets(step) or _places(procedure, step)))

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
        without_way_out = [
            code
            for code, state in procedure.states.items()
            if openers and not state.is_end and not _closure([code], held) & closing
        ]
        for opener in openers:
            reach = _closure(procedure.targets(opener) or _places(procedure, opener), held)
            stuck = [state for state in without_way_out if state in reach]
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
        for code in step.continues:
            if not _lists(procedure.clocks[code], step.continues_reason):
                yield (
                    ("steps", step.code, "continues"),
                    f"时钟“{procedure.clocks[code].title}”没有列出扣除事由“{step.continues_reason}”",
                    "请在时钟的 pauses 中列入",
                )
        if step.resumes and not any(other.pauses == step.resumes for other in steps):
            yield (
                ("steps", step.code, "resumes"),
                f"“{step.title}”恢复的期限没有步骤中止",
                f"请在某一步骤写 pauses: {step.resumes}",
            )


def _lists(clock: Clock, reason: str) -> bool:
    return reason in clock.pauses


def _outcomes(procedure: Procedure) -> Iterator[Finding]:
    """Every way to an end writes an outcome; every deciding step a day, and the number of its paper where that has one."""
    writes = {
        s.code for s in procedure.steps.values() if any(r.column == "outcome" for r in s.records) or s.goes_on
    }
    silent = {
        state: set().union(
            *(procedure.targets(s) for s in procedure.steps_from(state) if s.code not in writes)
        )
        for state in procedure.states
    }
    begun = {s.to for s in procedure.steps.values() if s.begins and s.code not in writes}
    for state in _closure(begun, silent):
        if procedure.states[state].is_end:
            yield (
                ("states", state),
                f"可以走到“{procedure.states[state].title}”而没有写下处理结果",
                "请在通往它的步骤写 records: {outcome: {word: …}}",
            )
    for code, step in procedure.steps.items():
        if not step.decides:
            continue
        at = ("steps", code, "records")
        written = {record.column: record for record in step.records}
        if "decided_on" not in written:
            yield at, f"“{step.title}”作出决定，没有登记决定日期", "请写 decided_on: day"
        numbered = [c for c in step.issues if any(form.numbered for form in procedure.forms.get(c, ()))]
        if "doc_no" not in written:
            yield (
                at,
                f"“{step.title}”作出决定，没有登记文号",
                f"请写 doc_no: {{paper: {numbered[0]}}}"
                if numbered
                else "请写 doc_no: {number: 代字}；确无文号的写 doc_no: none",
            )
        if written.get("outcome") and written["outcome"].of != (step.decides,):
            yield at, f"决定是“{step.decides}”，处理结果却是“{written['outcome'].of[0]}”", "请改为一致"


def _papers(procedure: Procedure, participants: Iterable[str]) -> Iterator[Finding]:
    """What a paper prints comes from its step, from facts the step inherits by name, or from what every matter brings."""
    asked = {code for step in procedure.steps.values() for code in step.fields}
    named = {name.partition(".")[0] for name in procedure.named} | set(procedure.named)
    for code, step in procedure.steps.items():
        for name in step.inherits:
            if name in procedure.fields and name not in asked and not _asked_by_papers(procedure, name):
                yield (
                    ("steps", code, "inherits"),
                    f"没有步骤填写“{name}”",
                    "请从 inherits 中删去，或者在先前的步骤中填写",
                )
        for form_code in step.issues:
            for form in procedure.forms.get(form_code, ()):
                for field in form.fields:
                    first = field.source[0]
                    if (
                        len(field.source) == 1
                        or field.by_hand
                        or not field.required
                        or first in _CONTEXT
                        or first in named
                    ):
                        continue
                    if first in participants or ".".join(field.source) in named:
                        continue
                    yield (
                        ("steps", code, "issues"),
                        f"《{form.title}》的“{field.title}”取自“{'.'.join(field.source)}”，没有来源",
                        "请在 named 中写明，或者改由本步骤填写",
                    )
        for name in step.issues:
            for form in procedure.forms.get(name, ()):
                yield from _tables(form, code)


def _served(procedure: Procedure) -> Iterator[Finding]:
    """What is handed over on the spot can also be served later: the party may not be there."""
    for code, step in procedure.steps.items():
        if step.delivers and "serve_later" not in step.may_ask:
            yield (
                ("steps", code, "delivers"),
                f"“{step.title}”当场交付文书，没有留出另行送达的可能",
                "请在 may_ask 中列入 serve_later",
            )


def _asked_by_papers(procedure: Procedure, name: str) -> bool:
    return any(
        field.code == name
        for versions in procedure.forms.values()
        for form in versions
        for field in form.fields
    )


def _tables(form: printed.Form, step: str) -> Iterator[Finding]:
    """Every field of a table has columns: a table of bare lines has nothing to print in its cells."""

    def walk(blocks) -> Iterator[printed.Table]:
        for block in blocks:
            if isinstance(block, printed.Table):
                yield block
            elif isinstance(block, printed.When):
                for _, inner in block.branches:
                    yield from walk(inner)
            elif isinstance(block, printed.Grid | printed.Group):
                yield from walk(block.rows)
            elif isinstance(block, printed.Row):
                for cell in block.cells:
                    yield from walk(cell.blocks)
            elif isinstance(block, printed.Receipt):
                yield from walk(block.blocks)

    for table in walk(form.layout):
        if table.of.type == "list" and not table.of.items:
            yield (
                ("steps", step, "issues"),
                f"《{form.title}》的表格“{table.of.title}”没有列",
                f"请在 fields.yaml 或者文书的 fields 中为 {table.of.code} 补写 columns",
            )
