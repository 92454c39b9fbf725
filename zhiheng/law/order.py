"""Why a step is out of order: everything that a run alone can tell — place, what comes first, measures, clocks.

What needs facts of the outside is a guard's business (:meth:`Procedure.offer` asks both).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from .citations import cite
from .matter import ClockRun, Refusal, Run, ref_of

if TYPE_CHECKING:
    from .procedure import Procedure
    from .steps import Step


def order_refusals(
    procedure: Procedure,
    step: Step,
    run: Run,
    on: date,
    ref: str,
    data: Mapping[str, object] | None = None,
) -> list[Refusal]:
    """Every reason in the run itself why the step may not be taken on the day; ``ref`` names the measure it acts on, if it must;
    ``data`` are the answers, once they are given."""
    basis = cite(step.article)
    if not run.state:
        if step.begins:
            return []
        first = _titles(s.title for s in procedure.steps.values() if s.begins)
        return [Refusal("state", f"案件尚未登记，不能“{step.title}”", basis, f"须先{first}")]
    state = procedure.states[run.state]
    if not procedure.fits(step, run.state):
        where = f"当前处于“{state.title}”，不能“{step.title}”"
        return [Refusal("state", where, basis, procedure.way_to(step, run))]
    asked = _Order(procedure, step, run, on, ref, basis)
    done = (data or {}).get(step.before_by) if step.before_by else None
    if isinstance(done, datetime):
        asked.done_at = done
    elif isinstance(done, date):
        asked.done_on = min(done, on)
    return [*asked.what_comes_first(), *asked.measures(), *asked.clocks()]


def _titles(titles: Iterable[str]) -> str:
    return "、".join(f"“{title}”" for title in titles)


class _Order:
    """One step asked of one run."""

    def __init__(self, procedure: Procedure, step: Step, run: Run, on: date, ref: str, basis: str) -> None:
        self.procedure, self.step, self.run, self.on, self.ref = procedure, step, run, on, ref
        self.basis = basis
        self.done_at: datetime | None = None
        self.done_on = on  # for what had to be done before a period ended
        self.acts_on = step.acts_on

    def refuse(self, kind: str, reason: str, way_out: str, article: str = "") -> Refusal:
        return Refusal(kind, reason, article or self.basis, way_out)

    def what_comes_first(self) -> Iterator[Refusal]:
        step, run, steps = self.step, self.run, self.procedure.steps
        if step.once and run.taken(step.code):
            yield self.refuse("once", f"“{step.title}”只能办理一次", "请按程序办理下一步")
        for code, here in ((step.taken, False), (step.taken_here, True)):
            if not code or run.taken(code, here=here):
                continue
            title = steps[code].title
            undone = run.undone_by(code)
            if undone:
                anew = f"“{title}”之后又办理了“{steps[undone].title}”，须重新办理"
                yield self.refuse("order", anew, self._way_back(code))
            else:
                yield self.refuse("order", f"尚未“{title}”", f"须先“{title}”")

    def _way_back(self, code: str) -> str:
        """From here to a step that must be taken again, in words."""
        wanted = self.procedure.steps[code]
        if self.procedure.fits(wanted, self.run.state):
            return f"须先“{wanted.title}”"
        return self.procedure.way_to(wanted, self.run)

    def measures(self) -> Iterator[Refusal]:
        step, run, measures = self.step, self.run, self.procedure.measures
        again = step.opens and not measures[step.opens].many and step.opens not in step.closes_if_open
        if again and run.open_measures(step.opens):
            yield self.refuse(
                "measure", f"“{measures[step.opens].title}”尚未结束，不能重复", "请先结束上一次"
            )
        if self.acts_on:
            yield from self._acted_on()
        for code in step.none_open:
            if run.open_measures(code):
                yield self.refuse("measure", f"“{measures[code].title}”尚未结束", self._ending(code))
        goes_to = self.procedure.targets(step)
        if goes_to and all(self.procedure.states[state].is_end for state in goes_to):
            closing = {step.closes, *step.closes_if_open, *step.none_open}
            for measure in measures.values():
                if measure.must_end and measure.code not in closing and run.open_measures(measure.code):
                    why = f"“{measure.title}”尚未结束，不能“{step.title}”"
                    yield self.refuse("measure", why, self._ending(measure.code))

    def _acted_on(self) -> Iterator[Refusal]:
        run, ref, title = self.run, self.ref, self.procedure.measures[self.acts_on].title
        open_now = run.open_measures(self.acts_on)
        if not open_now:
            ended = [m for m in run.measures.values() if m.measure == self.acts_on and m.lapsed]
            why = f"“{title}”已于{ended[-1].closed_on}期满自动解除" if ended else f"没有正在进行的“{title}”"
            yield self.refuse("measure", why, "无须办理" if ended else f"须先办理“{title}”")
        elif ref and ref not in {m.ref for m in open_now}:
            refs = "、".join(m.ref for m in open_now)
            yield self.refuse("measure", f"“{title}”{ref}不存在或者已结束", f"可选：{refs}")

    def _ending(self, measure: str) -> str:
        """How an open measure ends: by steps, or by itself on a day."""
        ends = _titles(s.title for s in self.procedure.steps.values() if s.closes == measure)
        if ends:
            return f"请先{ends}"
        days = [
            self.procedure.due(c, self.run).due
            for c in self.run.clocks.values()
            if c.running and self.procedure.clocks[c.clock].measure == measure
        ]
        return f"请在{max(filter(None, days))}期满之后办理" if any(days) else "请等待其结束"

    def clocks(self) -> Iterator[Refusal]:
        step, run, clocks = self.step, self.run, self.procedure.clocks
        if step.running and not run.running(step.running):
            yield self.refuse("clock", f"“{clocks[step.running].title}”不在计算期间", "请核对办理顺序")
        for code in step.none_running:
            if run.running(code):
                why = f"“{clocks[code].title}”尚未办理，不能“{step.title}”"
                yield self.refuse("clock", why, self._stopping(code), cite(clocks[code].article))
        for code in step.none_late:
            for clock_run in run.running(code):
                ends_on = self.procedure.due(clock_run, run).due
                if ends_on is not None and self.on > ends_on:
                    why = f"“{clocks[code].title}”期限已于{ends_on}届满，尚未处理，不能“{step.title}”"
                    yield self.refuse("clock", why, self._stopping(code), cite(clocks[code].article))
        yield from self._run_out()
        yield from self._in_time()
        yield from self._extended()

    def _stopping(self, clock: str) -> str:
        """The steps that stop a clock and may be taken from here, else all of them."""
        stopping = [s for s in self.procedure.steps.values() if clock in s.stops and s is not self.step]
        here = [
            s
            for s in stopping
            if self.procedure.fits(s, self.run.state)
            and not (self.run.state and self.procedure.clocks[clock].code in s.before)
        ]
        return f"请先{_titles(s.title for s in here or stopping)}"

    def _run_out(self) -> Iterator[Refusal]:
        for code in self.step.after:
            for clock_run in self._runs_for(code):
                ends_on = self.procedure.due(clock_run, self.run).due
                if clock_run.running and (ends_on is None or self.on <= ends_on):
                    clock = self.procedure.clocks[code]
                    until = f"至{ends_on}届满，尚未届满" if ends_on else "暂停计算"
                    yield self.refuse(
                        "clock", f"“{clock.title}”期限{until}", "请在期限届满后办理", cite(clock.article)
                    )

    def _in_time(self) -> Iterator[Refusal]:
        for code in self.step.before:
            yield from self._still_runs(code)
        if self.step.before_one:
            found = [list(self._still_runs(code)) for code in self.step.before_one]
            if all(found):
                # What has begun says more than what never did.
                begun = [
                    r for code, r in zip(self.step.before_one, found, strict=True) if self._runs_for(code)
                ]
                yield from (begun or found)[-1]

    def _still_runs(self, code: str) -> Iterator[Refusal]:
        clock, runs = self.procedure.clocks[code], self._runs_for(code)
        if not runs:
            why = f"“{clock.title}”期限未在计算"
            yield self.refuse("clock", why, "请核对办理顺序", cite(clock.article))
        for clock_run in runs:
            ends_on = self.procedure.due(clock_run, self.run).due
            # A period that had run out before a step stopped it was whole: what was done within it counts.
            whole = (
                self.step.before_by and ends_on is not None and (clock_run.stopped_on or self.on) > ends_on
            )
            if not clock_run.running and not whole:
                ended = f"“{clock.title}”期限已于{clock_run.stopped_on}结束"
                yield self.refuse("clock", ended, "不能再办理")
                continue
            at = self.procedure.due(clock_run, self.run).at
            if at is not None and self.done_at is not None:
                if self.done_at > at:
                    over = f"“{clock.title}”期限已于{at:%Y-%m-%d %H时}届满"
                    yield self.refuse("clock", over, "期限届满后不能再办理", cite(clock.article))
                continue
            if ends_on is not None and self.done_on > ends_on:
                over = f"“{clock.title}”期限已于{ends_on}届满"
                yield self.refuse("clock", over, "期限届满后不能再办理", cite(clock.article))

    def _extended(self) -> Iterator[Refusal]:
        """A step that has added to the clock all it may add."""
        extends = self.step.extends
        if extends is None or extends.total is None:
            return
        runs = [c for c in self._runs_for(extends.clock) if c.running]
        if runs and all(c.left_of(extends, self.step.title) <= 0 for c in runs):
            clock = self.procedure.clocks[extends.clock]
            why = f"“{self.step.title}”合计不得超过{extends.total}，已经用完"
            yield self.refuse(
                "once", why, f"请先{self._lifting(clock.measure)}" if clock.measure else "不能再延长"
            )

    def _lifting(self, measure: str) -> str:
        return _titles(s.title for s in self.procedure.steps.values() if s.closes == measure)

    def _runs_for(self, code: str) -> list[ClockRun]:
        """The runs of a clock that the step looks at: those of the measure it acts on, or the only one."""
        runs = [c for c in self.run.clocks.values() if c.clock == code]
        if self.acts_on and self.procedure.clocks[code].measure == self.acts_on:
            refs = {self.ref} if self.ref else {m.ref for m in self.run.open_measures(self.acts_on)}
            runs = [c for c in runs if ref_of(c.key, code, self.acts_on) in refs]
        return runs
