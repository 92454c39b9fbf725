"""The figures of all kinds of records of a year against SQL written by hand for the same numbers, over 1,000,000 cases and 200,000 other records.

The cases are those of `figures`; the other records are spread evenly over all kinds that are kept in registers. The statements are
in year.sql: each table once, all its numbers in one pass, the whole city. Both sides compute the same numbers, compared before
anything is timed; ours also names what it counts, divides ratios and takes what was voided away. Prints one JSON line per measurement.

    python -m bench.year [CASES [OTHERS]]      on SQLite, or on DATABASE_URL when it is set (an empty scratch database!)
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCALE = float(os.environ.get("BENCH_SCALE", "1"))
CASES, OTHERS = int(1_000_000 * SCALE), int(200_000 * SCALE)
GOAL, YEAR, ROUNDS = 1.3, 2024, 15
_BLOCK = re.compile(r"-- ([^\n]+)\n(SELECT.*?);", re.DOTALL)


# What the filler leaves alike in all rows, made unlike: kinds, outcomes, results, so that every number is one.
UNLIKE = """
UPDATE outreach_activity SET reach = id % 900, reach_rule = 'counted', kind = CASE id % 5 WHEN 0 THEN 'press' WHEN 1 THEN 'media'
  ELSE 'lecture' END, "into" = CASE id % 3 WHEN 0 THEN 'school' WHEN 1 THEN 'firm' ELSE '' END;
UPDATE outreach_activity SET kind = 'screen', screens = id % 40 WHERE id % 7 = 0;
UPDATE outreach_work SET readings = id % 5000, read_on = put_on;
UPDATE study_studysession SET attended = 1, kind = CASE id % 3 WHEN 0 THEN 'group' WHEN 1 THEN 'staff' ELSE 'training' END;
UPDATE plans_plan SET kind = CASE id % 4 WHEN 0 THEN 'cooperation' WHEN 1 THEN 'protection' ELSE 'work' END;
UPDATE plans_task SET done_on = laid_on WHERE id % 3 = 0;
UPDATE plans_share SET returned_on = handed_on, result = 'done' WHERE id % 3 = 0;
UPDATE enforcement_inspection SET officers_sent = 2 + id % 3, outcome = CASE id % 6 WHEN 0 THEN 'found' ELSE 'clean' END,
  subject_kind = CASE id % 5 WHEN 0 THEN 'agency' WHEN 1 THEN 'market' ELSE 'firm' END;
UPDATE enforcement_foundfault SET disposal = CASE id % 3 WHEN 0 THEN 'lead' WHEN 1 THEN 'talk' ELSE 'on_the_spot' END;
UPDATE enforcement_typicalcase SET selected_on = nominated_on, level = CASE id % 2 WHEN 0 THEN 'national' ELSE 'city' END,
  issuer = 'a', list_name = 'b' WHERE id % 4 = 0;
UPDATE enforcement_letter SET kind = CASE id % 4 WHEN 0 THEN 'lead_out' WHEN 1 THEN 'lead_in' WHEN 2 THEN 'assist_out' ELSE 'assist_in' END;
UPDATE promotion_licence SET fee_fen = id % 100000;
UPDATE cases_decision SET power = 'delegated' WHERE id % 6 = 0;
UPDATE promotion_overseascase SET guided_on = asked_on, guidance = 'a' WHERE id % 2 = 0
"""


def statements() -> dict[str, str]:
    """Name → statement of year.sql."""
    return dict(_BLOCK.findall(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")))


def by_hand(asked: dict[str, str]) -> dict[str, tuple[list[str], list[tuple]]]:
    """Name → columns and rows of each statement: all that is timed, nothing is made of them."""
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for name, statement in asked.items():
            cursor.execute(statement)
            found[name] = ([one[0] for one in cursor.description], cursor.fetchall())
    return found


def numbers(answers: dict[str, tuple[list[str], list[tuple]]]) -> dict[str, int]:
    """Figure → what the statements gave, in stored units (rows, fen)."""
    from zhiheng.reports.received import RECEIVED

    found: dict[str, int] = {}
    for name, (columns, rows) in answers.items():
        if name.startswith("cases"):
            found |= _of_decisions(rows)
        elif name == "returns":
            for indicator, number, fen in rows:
                figure = RECEIVED[indicator]
                if not figure.stock:
                    found[figure.id] = int((fen if figure.measure.money else number) or 0)
        else:
            found |= {one: int(value or 0) for one, value in zip(columns, rows[0], strict=True)}
    return found


def _of_decisions(groups: list[tuple]) -> dict[str, int]:
    """The figures of the year's decisions, added up of the groups by cause, kind and power."""
    from zhiheng.figures.registry import registered

    place = {"cause": 0, "kind": 1, "power": 2, "": 3, "case_value_fen": 4, "forfeit_fen": 5}
    return {
        one.id: sum(
            int(group[place[one.measure.column or ""]] or 0)
            for group in groups
            if all(group[place[column]] in values for column, values in one.where.items())
        )
        for one in registered()
        if one.of is not None and one.group == "cases" and one.of.day == "decided_on"
    }


def measure(cases: int, others: int) -> None:
    from django.db import connection

    from bench.figures import DRAWN, prepare, say
    from bench.pages import analyse, fill_registers, lists
    from tests.world import make_person
    from zhiheng.accounts.models import Unit
    from zhiheng.figures.registry import find, registered
    from zhiheng.figures.selectors import compute, year_of

    prepare(max(cases, min(DRAWN, others)))
    # Records name people; one is enough.
    make_person(Unit.objects.get(code="500000"), "p1", "某人")
    kinds = len(lists()) - 1
    fill_registers(max(1, others // kinds))
    with connection.cursor() as cursor:
        for statement in UNLIKE.split(";"):
            cursor.execute(statement)
    analyse()
    asked = statements()
    theirs = numbers(by_hand(asked))
    scope = year_of(Unit.objects.get(code="500000"), YEAR, date(2026, 11, 1))
    figures = [find(one) for one in theirs]
    ours = compute(scope, figures)
    odd = {
        one.id: (told, theirs[one.id])
        for one in figures
        if (told := int((ours[one.id].value or 0) * one.scale)) != theirs[one.id]
    }
    if odd:
        raise SystemExit(f"the two sides disagree: {odd}")
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    timed: dict[str, list[float]] = {"ours": [], "by_hand": []}
    runs = [("ours", lambda: compute(scope, figures)), ("by_hand", lambda: by_hand(asked))]
    for number in range(ROUNDS):
        for name, run in (
            runs if number % 2 else reversed(runs)
        ):  # neither always finds the pages the other has just read
            begin = clock()
            run()
            timed[name].append(clock() - begin)
    mine, hand = (statistics.median(timed[name]) for name in ("ours", "by_hand"))
    where = f"{cases}_cases.{others}_others"
    say(
        f"year.figures.{where}",
        round(mine / hand, 2),
        f"<= {GOAL}" if cases >= 1_000_000 else None,
        mine / hand <= GOAL,
    )
    say(f"year.figures.{where}.ms", round(mine * 1000, 1))
    say(f"year.by_hand.{where}.ms", round(hand * 1000, 1))
    say(f"year.figures.{where}.figures", len(figures))
    every = clock()
    compute(scope, registered())
    say(f"year.every_figure.{where}.ms", round((clock() - every) * 1000, 1))


def main() -> None:
    cases, others = (*map(int, sys.argv[1:3]), *(CASES, OTHERS)[len(sys.argv[1:3]) :])
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.settings")
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["ZHIHENG_DATA_DIR"] = scratch
        import django

        django.setup()
        measure(cases, others)


if __name__ == "__main__":
    main()
