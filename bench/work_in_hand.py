"""How long an officer with a thousand open matters, and a head with a thousand opinions to give, wait for their work in hand beside a
million moves of others.

    python -m bench.work_in_hand [--rows 1000000] [--mine 1000] [--times 40]

Prints p95 and median of the list, its parts and the workbench, and the p95 of processor time beside them, on a throw-away SQLite. The
goal is p95 < 100 ms for `/work/`.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import tempfile
from datetime import date
from time import perf_counter, process_time

ON = date(2026, 11, 2)
GOAL_MS = 100


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=int(1_000_000 * float(os.environ.get("BENCH_SCALE", "1"))))
    asked.add_argument("--mine", type=int, default=1_000)
    asked.add_argument("--times", type=int, default=40)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ |= {"ZHIHENG_DATA_DIR": place, "DJANGO_SETTINGS_MODULE": "zhiheng.settings"}
        import django

        django.setup()
        from django.core.management import call_command
        from django.test import Client
        from django.utils import timezone

        timezone.localdate = lambda *args, **kwargs: ON
        call_command("migrate", verbosity=0)
        from django.conf import settings

        from tests.world import build, sign_in

        settings.ALLOWED_HOSTS = ["testserver"]
        world = build()
        fill(world, given.rows, given.mine)
        # As the site is served (`serving.server`): what is there for good is looked through by no collection.
        gc.collect()
        gc.freeze()
        for who, person in (("承办人", world.a.handler), ("机构负责人", world.a.unit_head)):
            client = sign_in(Client(), person)
            for address in ("/work/", "/work/?kind=opinion", "/work/?sort=-since", "/work/done/", "/"):
                client.get(address)
                runs = [timed(client, address) for _ in range(given.times)]
                took, worked = sorted(wall for wall, _ in runs), sorted(cpu for _, cpu in runs)
                median, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
                tell(
                    f"{who} {address}, p95 ms",
                    p95 * 1000,
                    GOAL_MS if address.startswith("/work/") else None,
                    median=round(median * 1000, 1),
                    processor=round(worked[int(len(worked) * 0.95)] * 1000, 1),
                )


def tell(name: str, value: float, goal: float | None, **beside: object) -> None:
    ok = goal is None or value < goal
    print(
        json.dumps(
            {"name": name, "value": round(value, 1), "goal": goal, "ok": ok, **beside}, ensure_ascii=False
        )
    )


def timed(client, address: str) -> tuple[float, float]:
    """Seconds that passed, and seconds of processor: a busy machine adds to the first alone."""
    began, worked = perf_counter(), process_time()
    assert client.get(address).status_code == 200
    return perf_counter() - began, process_time() - worked


def fill(world, rows: int, mine: int) -> None:
    """So many matters, each with a run and a move: the first `mine` of one handler, as many opinions that the head of that unit owes,
    the others of people of the whole city."""
    from django.db import connection, transaction

    from tests.casework import Worker
    from zhiheng.accounts.models import Person
    from zhiheng.matters.models import Proceeding

    work = Worker(world.a)
    work.register()
    run = Proceeding.objects.get()
    others = list(
        Person.objects.exclude(pk__in=[world.a.handler.pk, world.a.unit_head.pk]).values_list("pk", "unit_id")
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE place (pk, unit)")
        cursor.executemany("INSERT INTO place VALUES (%s, %s)", others)
        series = f"WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < {rows + 9})"
        cursor.execute(
            f"{series} INSERT INTO documents_folder (id, unit_id, title) SELECT i, %s, '第' || i || '件' FROM n",
            [world.a.unit.pk],
        )
        cursor.execute(
            f"{series} INSERT INTO proceedings_matter (id, unit_id, kind, title, opened_on, folder_id, record_id) "
            "SELECT i, %s, 'penalty', '第' || i || '件', '2026-01-01', i, i FROM n",
            [world.a.unit.pk],
        )
        cursor.execute(
            f"{series} INSERT INTO proceedings_proceeding (id, matter_id, unit_id, procedure, version, adopted, state, opened_on) "
            "SELECT i, i, %s, 'penalty.ordinary', %s, '[]', 'investigating', '2026-01-01' FROM n",
            [world.a.unit.pk, run.version],
        )
        cursor.execute(
            f"{series} INSERT INTO proceedings_turn (proceeding_id, unit_id, kind, step, title, ref, role, person_id, since, due_on, clock) "
            "SELECT i, coalesce(p.unit, %s), 'step', 'close_investigation', '调查终结', '', 'handler', "
            "CASE WHEN i < %s THEN %s ELSE p.pk END, date('2026-01-01', '+' || (i %% 300) || ' days'), "
            "date('2026-09-01', '+' || (i %% 120) || ' days'), '办案' "
            "FROM n LEFT JOIN place p ON p.rowid = 1 + i %% %s",
            [world.a.unit.pk, mine + 10, world.a.handler.pk, len(others)],
        )
        first, last = mine + 10, min(2 * mine, rows) + 9
        cursor.execute(
            "INSERT INTO proceedings_proposal (id, proceeding_id, step, ref, data, proposed_by_id, proposed_on, next_role, state) "
            "SELECT id, id, 'close_investigation', '', '{}', %s, '2026-09-01', 'unit_head', 'pending' "
            "FROM proceedings_proceeding WHERE id BETWEEN %s AND %s",
            [world.a.co_handler.pk, first, last],
        )
        cursor.execute(
            "UPDATE proceedings_turn SET kind = 'opinion', person_id = NULL, unit_id = %s, role = 'unit_head', "
            "proposal_id = proceeding_id WHERE proceeding_id BETWEEN %s AND %s",
            [world.a.unit.pk, first, last],
        )
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
