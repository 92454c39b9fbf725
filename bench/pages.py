"""Lists and record pages over 1,000,000 cases: server time and bytes, beside Django admin's list of the same table.

A request goes through the whole application, middleware and session included, in this process; no network. Beside each
list of cases stands Django admin's list with the same columns, search fields and page length, in the same run. The page of
one case has at least 60 steps and 80 papers.

    python -m bench.pages [ROWS]      on SQLite, or on DATABASE_URL when it is set (an empty scratch database!)
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

ROWS = int(1_000_000 * float(os.environ.get("BENCH_SCALE", "1")))
ROUNDS = 20
DRAWN = 100_000
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
SIGNS = "安邦成达恩发福广海宏华佳嘉锦聚康利隆茂鹏庆荣瑞盛泰天祥兴旭雅益裕源泽众卓鑫"
# Rows of the table that only these words find.
RARE = "栖舟"


def application() -> None:
    """The application, and Django admin beside it under /admin/."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.settings")
    os.environ["ZHIHENG_HOSTS"] = "testserver"
    import django
    from django.conf import settings

    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "django.contrib.admin"]
    settings.ROOT_URLCONF = "bench.pages"
    django.setup()


def __getattr__(name: str):
    """`urlpatterns`, once the application is set up."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.contrib import admin
    from django.urls import include, path

    from zhiheng.cases.models import CASE_INDEX, Case

    class CaseAdmin(admin.ModelAdmin):
        list_display = (
            "title", "unit", "cause", "party_name", "state", "filed_on", "decided_on", "doc_no_printed",
            "case_value_fen", "forfeit_fen",
        )  # fmt: skip
        list_per_page = 50
        list_select_related = ("unit",)
        search_fields = CASE_INDEX.columns

    site = admin.AdminSite()
    site.has_permission = lambda request: True
    for one in ("view", "add", "change", "delete", "module"):
        setattr(CaseAdmin, f"has_{one}_permission", lambda *args, **kwargs: True)
    site.register(Case, CaseAdmin)
    return [path("admin/", site.urls), path("", include("zhiheng.urls"))]


def prepare(rows: int):
    """The cast of the tests, forty more bureaus, and so many cases by raw SQL with fixed randomness."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from tests import world
    from zhiheng.accounts.words import choices_of
    from zhiheng.cases.models import CASE_INDEX, Case, Decision

    call_command("migrate", verbosity=0)
    cast = world.build()
    units = [cast.city.unit, cast.a.unit, cast.b.unit]
    units += [world.make_unit(f"5002{n:02d}", f"第{n}区局", f"{n}区局", cast.city.unit) for n in range(38)]
    chance = random.Random(1)
    columns = [field for field in Case._meta.concrete_fields if not field.primary_key]
    names = ", ".join(connection.ops.quote_name(field.column) for field in columns)
    blank = {
        field.name: None if field.null else json.dumps({}) if field.name == "extra" else field.get_default()
        for field in columns
    }
    causes = [code for code, _ in choices_of("causes")]

    def case(n: int) -> list:
        decided = date(2019, 1, 1) + timedelta(days=chance.randrange(2500))
        party = f"{chance.choice(units).short_name[:2]}{''.join(chance.choices(SIGNS, k=3))}商贸有限公司"
        number = f"渝{chance.choice(units).short_name[:2]}市监处罚〔{decided.year}〕{n}号"
        return list(
            {
                **blank,
                "unit": chance.choice(units).pk,
                "cause": chance.choice(causes),
                "title": f"{party}侵犯注册商标专用权案",
                "party_name": party,
                "party_type": "organisation",
                "party_id": f"91500{chance.randrange(10**12):012d}X",
                "legal_rep": chance.choice(SURNAMES) + chance.choice(SIGNS),
                "doc_no": number,
                "doc_no_printed": number,
                "filed_on": str(decided - timedelta(days=60)),
                "decided_on": str(decided),
                "case_value_fen": chance.randrange(10**7),
                "forfeit_fen": chance.randrange(10**7),
                "state": "ledger_closed",
                "outcome": "penalty",
            }.values()
        )

    insert = f"INSERT INTO cases_case ({names}) VALUES ({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous = OFF")
        with transaction.atomic():
            for start in range(0, min(rows, DRAWN), 20_000):
                cursor.executemany(insert, [case(n) for n in range(start, min(start + 20_000, rows))])
            for _ in range(rows // DRAWN - 1):
                cursor.execute(
                    f"INSERT INTO cases_case ({names}) SELECT {names} FROM cases_case ORDER BY id LIMIT {DRAWN}"
                )
            copied = "unit_id, cause, decided_on, case_value_fen, forfeit_fen"
            filled = {
                f.column: {
                    "case_id": "id",
                    "kind": "'penalty'",
                    "number": "doc_no",
                    "number_printed": "doc_no",
                }.get(f.column, "''")
                for f in Decision._meta.concrete_fields
                if not f.primary_key and not f.null and f.column not in copied.split(", ")
            }
            cursor.execute(
                f"INSERT INTO cases_decision ({', '.join(filled)}, {copied}) SELECT {', '.join(filled.values())}, {copied} FROM cases_case"
            )
    for pk in list(Case.objects.order_by("id").values_list("pk", flat=True)[:: max(rows // 12, 1)])[:12]:
        Case.objects.filter(pk=pk).update(party_name=f"{RARE}商行{pk}", party_phone="023-67890123")
    began = time.perf_counter()
    indexed = CASE_INDEX.refresh()
    say("pages: search entries brought up to date, per second", indexed / (time.perf_counter() - began))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return cast


def long_case(cast):
    """A case worked through services until it has 60 steps and 80 papers: a long investigation."""
    from tests.casework import Worker

    work = Worker(cast.a).to_filed()
    turns = ("record_questioning", "record_inspection", "extract_evidence")
    n = 0
    while work.case.matter.proceeding.steps.count() < 60 or work.case.matter.folder.papers.count() < 80:
        work.step(turns[n % 3])
        n += 1
        if n % 3 == 0:
            work.wait(1)
        if n > 200:
            raise SystemExit(
                f"no case of 60 steps and 80 papers: {work.case.matter.folder.papers.count()} papers"
            )
    return work


def say(name: str, value: float, goal: str | None = None, ok: bool | None = None, **rest) -> None:
    line = {"name": name, "value": round(value, 2), "goal": goal, "ok": ok if goal else None}
    print(json.dumps(line | rest, ensure_ascii=False), flush=True)


def visit(client, address: str, rounds: int) -> tuple[list[float], int, int]:
    """Milliseconds of each visit but the first, bytes of the page, queries.

    On SQLite the processor time of this process, which does the database's work as well: other work of the machine is not
    ours. PostgreSQL works elsewhere, and the clock on the wall counts.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    queries = len(captured.captured_queries)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    took = []
    for _ in range(rounds):
        began = clock()
        client.get(address)
        took.append((clock() - began) * 1000)
    return took, len(answer.content), queries


def p95(took: list[float]) -> float:
    return sorted(took)[max(0, round(0.95 * len(took)) - 1)]


def measure(cast, rows: int) -> None:
    from django.test import Client
    from django.urls import reverse

    from tests.world import sign_in
    from zhiheng.cases.models import Case
    from zhiheng.registers.declaration import find

    city, district = sign_in(Client(), cast.city.planner), sign_in(Client(), cast.a.handler)
    some = (
        Case.objects.filter(unit=cast.a.unit)
        .order_by("id")
        .values_list("pk", flat=True)[1000 if rows > 100_000 else 3]
    )
    middle = Case.objects.order_by("id").values_list("doc_no", "party_id")[rows // 20]
    lists = {
        "cases": ("", ""),
        "cases, page 200": ("?page=200", "?p=200"),
        "cases, by day of decision": ("?sort=-decided_on", "?o=-7"),
        "cases, by amount": ("?sort=-forfeit_fen", "?o=-10"),
        "cases, search with 12 hits": (f"?q={RARE}", f"?q={RARE}"),
        "cases, search by a document number": (f"?q={middle[0]}", f"?q={middle[0]}"),
        "cases, search by a code": (f"?q={middle[1]}", f"?q={middle[1]}"),
        "cases, search with no hit": ("?q=无此当事人", "?q=无此当事人"),
        "cases, search nearly all hit": ("?q=有限公司", "?q=有限公司"),
    }
    for name, (ours, admin) in lists.items():
        mine, size, queries = visit(city, f"/cases/{ours}", ROUNDS)
        theirs, _, _ = visit(city, f"/admin/cases/case/{admin}", 3)
        limit = 100 if any(word in name for word in ("12 hits", "number", "code", "no hit")) else 150
        say(f"pages: {name}, p95 ms", p95(mine), f"< {limit}", p95(mine) < limit, bytes=size, queries=queries)
        ratio = statistics.median(theirs) / statistics.median(mine)
        say(
            f"pages: {name}, Django admin's list / ours",
            ratio,
            ">= 3",
            ratio >= 3,
            admin_ms=round(statistics.median(theirs)),
        )
    work = long_case(cast)
    pk = work.case.pk
    about = {
        "steps": work.case.matter.proceeding.steps.count(),
        "papers": work.case.matter.folder.papers.count(),
    }
    for tab in ("work", "papers", "evidence", "timeline", "history"):
        took, size, queries = visit(district, f"/cases/{pk}/?tab={tab}", ROUNDS)
        say(
            f"pages: a long case, tab {tab}, p95 ms",
            p95(took),
            "< 100",
            p95(took) < 100,
            bytes=size,
            queries=queries,
            **about,
        )
    others = {
        "workbench, office": (city, "/"),
        "workbench, bureau": (district, "/"),
        "cases of a bureau": (district, "/cases/"),
        "cases of a bureau, search": (district, "/cases/?q=有限公司"),
        "a case from a ledger": (city, f"/cases/{some}/"),
        "clocks": (district, "/clocks/"),
        "approvals": (district, "/approvals/"),
        "ledgers": (city, "/cases/ledgers/"),
        "people": (city, "/people/"),
        "ledger of acts": (sign_in(Client(), cast.city.auditor), "/audit/"),
        "years": (city, "/reports/"),
        "a year's report": (city, "/reports/2024/"),
        "rows of a figure": (city, "/reports/2024/figures/enf.tm.n/"),
        "bases": (city, reverse("records", args=[find("bases").group, "bases"])),
    }
    for name, (client, address) in others.items():
        took, size, queries = visit(client, address, ROUNDS if "year" not in name else 5)
        say(f"pages: {name}, p95 ms", p95(took), "< 150", p95(took) < 150, bytes=size, queries=queries)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["ZHIHENG_DATA_DIR"] = scratch
        application()
        measure(prepare(rows), rows)


if __name__ == "__main__":
    main()
