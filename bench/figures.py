"""The year's figures against SQL written by hand for the same numbers, on the same database.

Fills scratch databases with 10,000, 100,000 and 1,000,000 cases and their decisions (41 bureaus and the office, 2019 to 2025,
one decision in two hundred revoked since) and prints one JSON line per measurement: {"name", "value", "goal", "ok"}; values are
ratios (ours / by hand), medians of alternating runs, or milliseconds. Both sides compute the same numbers, compared before
anything is timed. `year` is asked by all that is known, `year_on` on a day, as the pages ask.

    python bench/figures.py [ROWS …]      on SQLite, or on DATABASE_URL when it is set (an empty scratch database!)
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZES = tuple(int(rows * float(os.environ.get("BENCH_SCALE", "1"))) for rows in (10_000, 100_000, 1_000_000))
GOAL = 1.3
YEAR = 2024
# One decision per case, as an import writes them; every two hundredth is revoked half a year later.
DECISIONS = """
INSERT INTO cases_decision (case_id, unit_id, cause, kind, number, number_printed, decided_on, case_value_fen, forfeit_fen,
                            changed_how, changed_by, changed_on, ended_on)
SELECT id, unit_id, cause, outcome, doc_no, doc_no_printed, decided_on, case_value_fen, forfeit_fen,
       CASE WHEN id % 200 = 0 THEN 'revoked' ELSE '' END, '',
       CASE WHEN id % 200 = 0 THEN {later} END, CASE WHEN id % 200 = 0 THEN {later} END
FROM cases_case WHERE decided_on IS NOT NULL
"""
LATER = {"sqlite": "date(decided_on, '+180 days')", "postgresql": "decided_on + 180"}

# What somebody who needs just these numbers would write: one pass over the index, grouped, the whole city, in force.
BY_HAND = """
SELECT cause, COUNT(*), SUM(case_value_fen), SUM(forfeit_fen)
FROM cases_decision
WHERE ended_on IS NULL AND cause IN ('trademark_infringement', 'patent_counterfeiting', 'gi', 'special_sign', 'trademark_other',
                'patent_agency', 'trademark_agency', 'patent_dispute')
  AND decided_on BETWEEN '2024-01-01' AND '2024-12-31'
GROUP BY cause
"""
CAUSES = {
    "trademark_infringement": 55,
    "patent_counterfeiting": 12,
    "patent_dispute": 18,
    "gi": 3,
    "special_sign": 1,
    "trademark_other": 6,
    "patent_agency": 1,
    "trademark_agency": 1,
    "other": 3,
}


# So many cases are drawn; larger tables repeat them, which keeps units, causes and days as they were drawn.
DRAWN = 100_000


def prepare(rows: int) -> None:
    """Units through the models, cases by raw SQL with fixed randomness."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from bench.pages import analyse, bulk
    from zhiheng.accounts.models import Unit
    from zhiheng.cases.models import Case, Decision

    call_command("migrate", verbosity=0)
    root = Unit.objects.create(
        code="500000", name="市局", short_name="市局", kind="office", path="/500000/", number_prefix="渝"
    )
    units = [root.pk]
    for n in range(41):
        code = f"5001{n:02d}"
        units.append(
            Unit.objects.create(
                code=code,
                name=f"区局{n}",
                short_name=f"区局{n}",
                kind="district",
                parent=root,
                path=f"/500000/{code}/",
                number_prefix=f"渝{n}",
            ).pk
        )
    chance = random.Random(1)
    weights = [chance.uniform(0.3, 3) for _ in units]
    first, days = date(2019, 1, 1), (date(2025, 12, 31) - date(2019, 1, 1)).days
    columns = [field for field in Case._meta.concrete_fields if not field.primary_key]
    names = ", ".join(connection.ops.quote_name(field.column) for field in columns)
    insert = f"INSERT INTO cases_case ({names}) VALUES ({', '.join(['%s'] * len(columns))})"
    blank = [
        None if field.null else {} if field.name == "extra" else field.get_default() for field in columns
    ]
    blank = [
        json.dumps(value) if isinstance(value, dict) else "" if value is None and not field.null else value
        for field, value in zip(columns, blank, strict=True)
    ]
    place = {field.name: index for index, field in enumerate(columns)}

    def case(n: int) -> list:
        row = list(blank)
        decided = first + timedelta(days=chance.randint(0, days))
        value = int(chance.lognormvariate(13, 1.4)) if chance.random() > 0.05 else None
        row[place["unit"]] = chance.choices(units, weights)[0]
        row[place["cause"]] = chance.choices(list(CAUSES), list(CAUSES.values()))[0]
        row[place["title"]] = f"某商行侵犯注册商标专用权案{n}"
        row[place["doc_no"]] = f"渝某市监处罚〔{decided.year}〕{n}号"
        row[place["party_name"]] = f"某某商行{n}"
        row[place["party_type"]] = "individual_business"
        row[place["goods"]] = "白酒、卷烟"
        row[place["lead_on"]] = str(decided - timedelta(days=70))
        row[place["filed_on"]] = str(decided - timedelta(days=60))
        # Some are still open: no decision, no figure.
        row[place["decided_on"]] = str(decided) if chance.random() > 0.03 else None
        row[place["case_value_fen"]] = value
        row[place["forfeit_fen"]] = chance.randint(50_000, 5_000_000) if chance.random() > 0.05 else None
        row[place["outcome"]] = "penalty"
        row[place["state"]] = "closed"
        return row

    with bulk(Case, Decision), connection.cursor() as cursor, transaction.atomic():
        for start in range(0, min(rows, DRAWN), 20_000):
            cursor.executemany(insert, [case(n) for n in range(start, min(start + 20_000, rows))])
        for _ in range(rows // DRAWN - 1):
            cursor.execute(
                f"INSERT INTO cases_case ({names}) SELECT {names} FROM cases_case ORDER BY id LIMIT {DRAWN}"
            )
        cursor.execute(DECISIONS.format(later=LATER[connection.vendor]).replace("%", "%%"), [])
    analyse()


def by_hand() -> dict:
    """The same numbers in plain Python from one hand-written statement."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(BY_HAND)
        found = {cause: (n, int(value or 0), int(fine or 0)) for cause, n, value, fine in cursor.fetchall()}
    none = (0, 0, 0)
    tm, fp = found.get("trademark_infringement", none), found.get("patent_counterfeiting", none)
    total = [sum(row[i] for cause, row in found.items() if cause != "patent_dispute") for i in range(3)]
    numbers = dict(zip(("enf.tm.n", "enf.tm.val", "enf.tm.fine"), tm, strict=True))
    numbers |= dict(zip(("enf.fp.n", "enf.fp.val", "enf.fp.fine"), fp, strict=True))
    numbers |= dict(zip(("enf.ip.total", "enf.ip.val", "enf.ip.fine"), total, strict=True))
    numbers["enf.gi.n"] = found.get("gi", none)[0]
    numbers["enf.special.n"] = found.get("special_sign", none)[0]
    numbers["adj.handled"] = found.get("patent_dispute", none)[0]
    return numbers


def measure(rows: int) -> None:
    from zhiheng.accounts.models import Unit
    from zhiheng.figures.registry import find
    from zhiheng.figures.selectors import breakdown, compute, year_of

    figures = [find(one) for one in by_hand()]  # not what has come to be counted of decisions beside them
    office = Unit.objects.get(code="500000")
    scopes = {"year": year_of(office, YEAR), "year_on": year_of(office, YEAR, date(2026, 11, 1))}
    for name, scope in scopes.items():
        ours = {key: int(value.value * value.figure.scale) for key, value in compute(scope, figures).items()}
        if ours != by_hand():
            raise SystemExit(f"the two sides disagree: {name} {ours} / {by_hand()}")
    from django.db import connection

    # On SQLite all is done here, and processor time is the same whatever else the machine does.
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    timed: dict = {name: [] for name in (*scopes, "by_hand")}
    runs = {name: lambda scope=scope: compute(scope, figures) for name, scope in scopes.items()} | {
        "by_hand": by_hand
    }
    for _ in range(15):
        for name, run in runs.items():
            begin = clock()
            run()
            timed[name].append(clock() - begin)
    theirs = statistics.median(timed["by_hand"])
    for name in scopes:
        mine = statistics.median(timed[name])
        ratio = mine / theirs
        goal = f"<= {GOAL}" if rows == SIZES[-1] else None
        say(f"figures.{name}.{rows}", round(ratio, 2), goal, ratio <= GOAL)
        say(f"figures.{name}.{rows}.ms", round(mine * 1000, 1))
    say(f"figures.by_hand.{rows}.ms", round(theirs * 1000, 1))
    scope = scopes["year_on"]
    district = year_of(Unit.objects.get(code="500105"), YEAR, scope.on)
    begin = clock()
    compute(district, figures)
    say(f"figures.one_district.{rows}.ms", round((clock() - begin) * 1000, 1))
    for by in ("month", "unit"):
        begin = clock()
        breakdown(find("enf.tm.val"), scope, by)
        say(f"figures.breakdown.{by}.{rows}.ms", round((clock() - begin) * 1000, 1))


def say(name: str, value: float, goal: str | None = None, ok: bool = True) -> None:
    print(json.dumps({"name": name, "value": value, "goal": goal, "ok": ok if goal else None}), flush=True)


def main() -> None:
    sizes = [int(argument) for argument in sys.argv[1:]] or list(SIZES)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.settings")
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["ZHIHENG_DATA_DIR"] = scratch
        import django
        from django.conf import settings
        from django.db import connection

        django.setup()
        for rows in sizes:
            if connection.vendor == "sqlite":
                connection.close()
                connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = (
                    Path(scratch) / f"{rows}.sqlite3"
                )
            prepare(rows)
            measure(rows)
            if connection.vendor != "sqlite" and rows != sizes[-1]:
                with connection.cursor() as cursor:
                    cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


if __name__ == "__main__":
    main()
