"""How fast the law answers, as ratios taken in one run. Prints JSON lines: name, value, goal, ok.

Due dates with their full trace against chinesecalendar's day loop and against a bare sorted table with bisect; a sweep of a million due
days for today's colour; loading the book.
"""

from __future__ import annotations

import json
import random
import time
from bisect import bisect_right
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

from zhiheng import law
from zhiheng.law import Pause, current_book, due, load_book, sweep

ROUNDS = 7


def best(function, *, number: int) -> float:
    """Processor seconds for one call, the best of a few rounds."""
    timings = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(number):
            function()
        timings.append((time.process_time() - started) / number)
    return min(timings)


def report(name: str, value: float, goal: str | None, ok: bool) -> None:
    print(json.dumps({"name": name, "value": round(value, 3), "goal": goal, "ok": ok}, ensure_ascii=False))


def main() -> None:
    loading = best(load_book, number=1)
    kilobytes = sum(p.stat().st_size for p in (Path(law.__file__).parent / "book").rglob("*.yaml") if "examples" not in p.parts) / 1024  # fmt: skip
    report("law.load_book_seconds", loading, "< 0.3", loading < 0.3)
    report("law.load_book_ms_per_kilobyte", loading * 1000 / kilobytes, None, True)

    book = current_book()
    calendar = book.calendar
    procedure = book.procedure("penalty.ordinary", date(2025, 3, 3))
    start = date(2025, 1, 6)
    thirty = procedure.clock("verify")
    thirty = replace(thirty, length=replace(thirty.length, number=30))
    expected = due(thirty, start, calendar).due

    def loop() -> date:
        day, left = start, 30
        while left:
            day += timedelta(days=1)
            left -= chinese_calendar.is_workday(day)
        return day

    ordinals = calendar.workdays

    def bare() -> date:
        return date.fromordinal(ordinals[bisect_right(ordinals, start.toordinal()) + 29])

    assert loop() == bare() == expected
    day_loop, limit = best(loop, number=50), best(bare, number=20000)
    with_trace = best(lambda: due(thirty, start, calendar).trace, number=5000)
    in_words = best(lambda: [str(line) for line in due(thirty, start, calendar).trace], number=2000)
    alone = best(lambda: due(thirty, start, calendar), number=20000)
    report("law.chinesecalendar_loop_us", day_loop * 1e6, None, True)
    report("law.due_us", alone * 1e6, None, True)
    report("law.due_with_trace_us", with_trace * 1e6, None, True)
    report("law.due_with_trace_in_words_us", in_words * 1e6, None, True)
    report("law.loop_over_due_with_trace", day_loop / with_trace, ">= 100", day_loop / with_trace >= 100)
    report("law.due_over_bare_bisect", alone / limit, "<= 10", alone / limit <= 10)
    report("law.due_with_trace_over_bare_bisect", with_trace / limit, "<= 10", with_trace / limit <= 10)

    pauses = [
        Pause("testing", date(2025, 1, 20), date(2025, 2, 10)),
        Pause("suspension", date(2025, 2, 1), date(2025, 3, 1)),
    ]
    case = procedure.clock("case")
    paused = best(lambda: due(case, start, calendar, pauses).trace, number=5000)
    report("law.due_paused_with_trace_us", paused * 1e6, None, True)

    chance = random.Random(7)
    first = date(2025, 1, 1).toordinal()
    dues = [
        date.fromordinal(first + chance.randrange(700)) if chance.random() > 0.05 else None
        for _ in range(1_000_000)
    ]
    seconds = best(lambda: sweep(dues, date(2025, 11, 21), calendar), number=1)
    report("law.sweep_million_seconds", seconds, "< 5", seconds < 5)


if __name__ == "__main__":
    main()
