"""Lists and record pages over 1,000,000 cases: server time and bytes, beside Django admin's list of the same table.

A request goes through the whole application, middleware and session included, in this process; no network. Beside each
list of cases stands Django admin's list with the same columns, search fields and page length, in the same run. The page of
one case has at least 60 steps and 80 papers.

The report pages are measured while the registers hold REGISTERED rows each, as many as years of an office may bring; the
registers' own lists with as many rows as there are cases.

    python -m bench.pages [ROWS]      on SQLite and then on a throw-away PostgreSQL; on DATABASE_URL alone when it is set
                                      (an empty scratch database!)
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from itertools import product
from pathlib import Path

ROWS = int(1_000_000 * float(os.environ.get("BENCH_SCALE", "1")))
ROUNDS = 20
REGISTERED = 20_000
SLOW_SECONDS = 3
ROOT = Path(__file__).resolve().parent.parent
DRAWN = 100_000
TEXTS, WORDS = ("CharField", "TextField"), "有"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
SIGNS = "安邦成达恩发福广海宏华佳嘉锦聚康利隆茂鹏庆荣瑞盛泰天祥兴旭雅益裕源泽众卓鑫"
# Rows of the table that only these words find.
RARE = "栖舟"


def application() -> None:
    """The application, and Django admin beside it: /bare/ with columns and search alone, /admin/ with our lists' filters."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.settings")
    os.environ["ZHIHENG_HOSTS"] = "testserver"
    import django
    from django.conf import settings

    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "django.contrib.admin"]
    settings.ROOT_URLCONF = "bench.pages"
    django.setup()


def lists() -> list[dict]:
    """Of every list that has a table of its own: the model, its address, and the list as an admin would be written for it."""
    from zhiheng.cases.models import CASE_INDEX, Case
    from zhiheng.registers.declaration import registered

    declared = [
        {
            "model": Case,
            "name": "cases",
            "address": "/cases/",
            "columns": [
                "title",
                "unit",
                "cause",
                "party_name",
                "state",
                "filed_on",
                "decided_on",
                "doc_no_printed",
                "case_value_fen",
                "forfeit_fen",
            ],
            "filters": ["unit", "kind", "cause", "state", "outcome", "source", "filed_on", "decided_on"],
            "search": CASE_INDEX.columns,
            "order": ("-id",),
        }
    ]
    for one in registered():
        fields = {field.name for field in one.model._meta.fields}
        shown = [name for name in one.shows if name in fields] or ["id"]
        chosen = [f.name for f in one.facts if f.choices and f.name in one.shows]
        declared.append(
            {
                "model": one.model,
                "name": one.code,
                "address": f"/registers/{one.group}/{one.code}/",
                "columns": shown,
                "filters": ["unit", *chosen, one.day],
                "search": one.finds,
                "order": (f"-{one.day}", "-id"),
            }
        )
    return declared


def __getattr__(name: str):
    """`urlpatterns`, once the application is set up."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.contrib import admin
    from django.urls import include, path

    found = []
    for prefix in ("bare", "admin"):
        site = admin.AdminSite(name=prefix)
        site.has_permission = lambda request: True
        for one in lists():
            related = [
                f.name for f in one["model"]._meta.fields if f.is_relation and f.name in one["columns"]
            ]
            declared = {
                "list_display": tuple(one["columns"]),
                "list_per_page": 50,
                "list_select_related": tuple(related),
                "list_filter": tuple(one["filters"]) if prefix == "admin" else (),
                "search_fields": tuple(one["search"]),
                "ordering": one["order"],
            }
            for right in ("view", "add", "change", "delete", "module"):
                declared[f"has_{right}_permission"] = lambda *args, **kwargs: True
            site.register(one["model"], type("Rows", (admin.ModelAdmin,), declared))
        found.append(path(f"{prefix}/", site.urls))
    return [*found, path("", include("zhiheng.urls"))]


def prepare(rows: int):
    """The cast of the tests, forty more bureaus, and so many cases by raw SQL with fixed randomness."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from tests import world
    from zhiheng.accounts.words import choices_of
    from zhiheng.cases.models import CASE_INDEX, Case, Decision, kind_of

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
    sources = [code for code, _ in choices_of("sources")]

    def case(n: int) -> list:
        decided = date(2019, 1, 1) + timedelta(days=chance.randrange(2500))
        party = f"{chance.choice(units).short_name[:2]}{''.join(chance.choices(SIGNS, k=3))}商贸有限公司"
        number = f"渝{chance.choice(units).short_name[:2]}市监处罚〔{decided.year}〕{n}号"
        cause, fined = chance.choice(causes), chance.random() < 0.93
        return list(
            {
                **blank,
                "unit": chance.choice(units).pk,
                "cause": cause,
                "kind": kind_of(cause),
                "source": chance.choice(sources),
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
                "state": "ledger_closed" if chance.random() < 0.98 else "ledger_open",
                "outcome": "penalty" if fined else "no_penalty",
            }.values()
        )

    insert = f"INSERT INTO cases_case ({names}) VALUES ({', '.join(['%s'] * len(columns))})"
    copied = "unit_id, cause, decided_on, case_value_fen, forfeit_fen"
    given = {"case_id": "id", "kind": "'penalty'", "number": "doc_no", "number_printed": "doc_no"}
    filled = {
        f.column: given.get(f.column, "''")
        for f in Decision._meta.concrete_fields
        if not f.primary_key and not f.null and f.column not in copied.split(", ")
    }
    with bulk(Case, Decision), connection.cursor() as cursor, transaction.atomic():
        for start in range(0, min(rows, DRAWN), 20_000):
            cursor.executemany(insert, [case(n) for n in range(start, min(start + 20_000, rows))])
        for _ in range(rows // DRAWN - 1):
            cursor.execute(
                f"INSERT INTO cases_case ({names}) SELECT {names} FROM cases_case ORDER BY id LIMIT {DRAWN}"
            )
        cursor.execute(
            f"INSERT INTO cases_decision ({', '.join(filled)}, {copied}) SELECT {', '.join(filled.values())}, {copied} FROM cases_case"
        )
    began, some = time.perf_counter(), min(rows, 20_000)
    CASE_INDEX.refresh(some)
    say("pages: search entries brought up to date, per second", some / (time.perf_counter() - began))
    with bulk(CASE_INDEX.entry):
        if connection.vendor == "postgresql" and rows > DRAWN:
            copy_texts(CASE_INDEX, rows)
        CASE_INDEX.refresh()
    for pk in list(Case.objects.order_by("id").values_list("pk", flat=True)[:: max(rows // 12, 1)])[:12]:
        Case.objects.filter(pk=pk).update(party_name=f"{RARE}商行{pk}", party_phone="023-67890123")
    CASE_INDEX.refresh()
    analyse()
    return cast


def copy_texts(index, rows: int) -> None:
    """The texts of the newest DRAWN records for those that are copies of them: texts of a million take minutes."""
    from django.db import connection

    table, model = index.table, index.model._meta.db_table
    index.refresh(DRAWN)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} AS own SET text = other.text, stale = false FROM {table} AS other, {model} AS mine, {model} AS theirs "
            "WHERE own.stale AND other.record = %s + (own.record - 1) %% %s + 1 AND NOT other.stale "
            "AND mine.id = own.record AND theirs.id = other.record AND mine.doc_no = theirs.doc_no",
            [rows - DRAWN, DRAWN],
        )


def fill_registers(rows: int) -> None:
    """As many rows of every kind of record, of which there were none before, made from so many of the cases."""
    from django.db import connection, transaction

    models = [one["model"] for one in lists()[1:]]
    with bulk(*models), connection.cursor() as cursor, transaction.atomic():
        for model in reversed(models):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
        for model in models:
            cursor.execute(rows_like_cases(model, rows))
    analyse()


@contextlib.contextmanager
def bulk(*models):
    """The tables' indexes are taken away and made anew afterwards, as one does who fills tables of this size; those that
    hold a constraint stay."""
    from django.db import connection

    tables = [model._meta.db_table for model in models]
    sqlite = connection.vendor == "sqlite"
    asked = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = %s"
        if sqlite
        else "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN (SELECT conname FROM pg_constraint)"
    )
    found = []
    with connection.cursor() as cursor:
        if sqlite:
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA cache_size = -1000000")
        else:
            cursor.execute("SET maintenance_work_mem = '1GB'")
        for table in tables:
            cursor.execute(asked, [table])
            found += cursor.fetchall()
        # What a search needs to find the entries that wait stays.
        found = [(name, sql) for name, sql in found if not name.endswith("_stale")]
        for name, _ in found:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    yield
    with connection.cursor() as cursor:
        for _, sql in found:
            cursor.execute(sql)
        if sqlite:
            cursor.execute("PRAGMA cache_size = -65536")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def rows_like_cases(model, rows: int) -> str:
    """A statement that gives a kind of record as many rows as there are cases, each value made from a case's."""
    from django.db import connection

    from zhiheng.registers.models import Record

    quote, sample = connection.ops.quote_name, _sample(model)
    keys = {name for rule in model._meta.constraints for name in getattr(rule, "fields", ())}
    values = {}
    for field in model._meta.concrete_fields:
        if _left_empty(field):
            continue
        kind = field.get_internal_type()
        if field.primary_key:
            value = "id"
        elif field.name == "unit":
            value = "unit_id"
        elif field.is_relation and issubclass(field.related_model, Record):
            value = "id"  # of a record of the kind above, filled before
        elif field.is_relation:
            value = f"(SELECT MIN(id) FROM {quote(field.related_model._meta.db_table)})"
        elif field.choices:
            value = f"'{sample[field.name]}'"
        elif kind == "DateField":
            value = "decided_on"
        elif kind in TEXTS:
            # A number of its own, so that no key stands twice.
            value = "substr(party_name, 1, 12) || id" if sample[field.name] else "''"
            if field.name in keys and field.max_length and field.max_length < 60:
                value = "'' || id"
        elif kind == "JSONField":
            value = "'[]'"
        elif kind == "BooleanField":
            value = "true"
        else:
            value = "2020" if field.name == "year" else "2 + id % 90"
        values[field.column] = value
    if "indicator" in values:  # a unit's number of a period stands once
        values["first"], values["last"] = _FIRST[connection.vendor], _LAST[connection.vendor]
    names = ", ".join(map(quote, values))
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({names}) SELECT {', '.join(values.values())} "
        f"FROM cases_case WHERE decided_on IS NOT NULL ORDER BY id LIMIT {rows}"
    )


def _left_empty(field) -> bool:
    return field.null and not (field.name == "number" or field.is_relation)


def _sample(model) -> dict[str, str]:
    """Choices and texts under which the kind's own rules hold: as many of its texts filled in as they allow."""
    from django.core.exceptions import ValidationError
    from django.db.models import CheckConstraint

    given = {
        field.attname: {"DateField": date(2024, 1, 1), "BooleanField": True, "JSONField": []}.get(kind, 2)
        for field in model._meta.concrete_fields
        if not _left_empty(field)
        if (kind := field.get_internal_type()) not in TEXTS
    }
    rules = [rule for rule in model._meta.constraints if isinstance(rule, CheckConstraint)]
    spoken_of = " ".join(str(rule.condition) for rule in rules)
    offered = {}
    for field in model._meta.concrete_fields:
        if field.choices:
            values = [str(choice) for choice, _ in field.flatchoices] + [""] * field.blank
        elif field.get_internal_type() in TEXTS:
            # Words where there is room for a number of its own.
            values = [WORDS] * bool(field.max_length and field.max_length > 60) + [""]
            values = values if field.blank else values[:1]
        else:
            continue
        offered[field.name] = values if field.name in spoken_of else values[:1]
    for values in sorted(product(*offered.values()), key=lambda values: values.count("")):
        sample = dict(zip(offered, values, strict=True))
        try:
            for rule in rules:
                rule.validate(model, model(**given | sample))
        except ValidationError:
            continue
        return sample
    raise SystemExit(f"{model.__name__}: no choices and texts agree with its rules")


# The first and the last day of a period, another for each row.
_FIRST = {
    "sqlite": "date('1950-01-01', (id % 20000) || ' days')",
    "postgresql": "date '1950-01-01' + (id % 20000)::int",
}
_LAST = {
    "sqlite": "date('1950-01-01', (id % 20000 + id / 20000) || ' days')",
    "postgresql": "date '1950-01-01' + (id % 20000 + id / 20000)::int",
}


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
    name = f"{name} ({_database()})"
    line = {"name": name, "value": round(value, 2), "goal": goal, "ok": ok if goal else None}
    print(json.dumps(line | rest, ensure_ascii=False), flush=True)


def _database() -> str:
    from django.db import connection

    return connection.display_name


class Clock:
    """Processor time of this process and, on PostgreSQL, of the server's process that works for it: whatever else the
    machine does is not ours. Where the server is elsewhere, the clock on the wall."""

    def __init__(self) -> None:
        from django.db import connection

        self.server = None
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (pid,) = cursor.fetchone()
            self.server = Path(f"/proc/{pid}/schedstat")
            if not self.server.exists():
                self.now = time.perf_counter

    def now(self) -> float:
        own = time.process_time()
        return own + int(self.server.read_text().split()[0]) / 1e9 if self.server else own


class NoPage(Exception):
    """An address that has no page (any more)."""


def visit(client, address: str, rounds: int) -> tuple[list[float], int, int]:
    """Milliseconds of each visit but the first, bytes of the page, queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
        queries = len(captured.captured_queries)
    if answer.status_code != 200:
        raise NoPage(f"{address} answered {answer.status_code}")
    clock, took = Clock(), []
    # Of a slow page a few visits say enough.
    until = time.monotonic() + SLOW_SECONDS
    while len(took) < rounds and (not took or time.monotonic() < until):
        began = clock.now()
        client.get(address)
        took.append((clock.now() - began) * 1000)
    return took, len(answer.content), queries


def p95(took: list[float]) -> float:
    return sorted(took)[max(0, round(0.95 * len(took)) - 1)]


def told(name: str, took: list[float], limit: float, size: int, queries: int, **rest) -> None:
    p50 = round(statistics.median(took), 1)
    say(
        f"pages: {name}, p95 ms",
        p95(took),
        f"< {limit:g}",
        p95(took) < limit,
        p50=p50,
        bytes=size,
        queries=queries,
        **rest,
    )


def measure(cast, rows: int) -> None:
    from django.test import Client

    from tests.world import sign_in

    city, district = sign_in(Client(), cast.city.planner), sign_in(Client(), cast.a.handler)
    cases, *registers = lists()
    fill_registers(min(rows, REGISTERED))
    for name, addresses in asked_of_cases(rows).items():
        beside_admin(city, cases, name, *addresses, rounds=ROUNDS)
    pages_of_a_long_case(cast, district)
    others(cast, rows, city, district)
    fill_registers(rows)
    for one in registers:
        for name, addresses in list(asked_of_cases(rows).items())[:2]:
            beside_admin(city, one, name, *addresses, rounds=ROUNDS)
        address = f"{one['address']}{one['model'].objects.order_by('pk').first().pk}/"
        told(f"one of {one['name']}", *_first(visit(city, address, ROUNDS), 150))
    for name, address in {"years": "/reports/", "a year's report": "/reports/2024/"}.items():
        took, size, _ = visit(city, address, 3)
        say(f"pages: {name}, every register as long as the cases, ms", statistics.median(took), bytes=size)


def asked_of_cases(rows: int) -> dict[str, tuple[str, str]]:
    """What is asked of the list of cases, by name: the query of our address, and of Django admin's for the same."""
    from zhiheng.cases.models import Case

    middle = Case.objects.order_by("id").values_list("doc_no", "party_id")[rows // 20]
    far = min(200, rows // 100)
    found = {
        "": ("", ""),
        f", page {far}": (f"?page={far}", f"?p={far}"),
        ", by day of decision": ("?sort=-decided_on", "?o=-7"),
        ", by amount": ("?sort=-forfeit_fen", "?o=-10"),
        ", one cause by amount": (
            "?cause=trademark_infringement&sort=forfeit_fen",
            "?cause=trademark_infringement&o=10",
        ),
        ", a rare state": ("?state=lead", "?state=lead"),
    }
    searches = {
        "12 hits": RARE,
        "a document number": middle[0],
        "a code": middle[1],
        "no hit": "无此当事人",
        "one sign that none has": "龘",
        "one sign that all have": "市",
        "a name of some": SIGNS[:2],
        "a bureau's words": "1区",
        "nearly all hit": "有限公司",
    }
    return found | {f", search: {name}": (f"?q={typed}",) * 2 for name, typed in searches.items()}


def beside_admin(client, one: dict, name: str, ours: str, theirs: str, rounds: int) -> None:
    """Our list, and Django admin's list with the same columns, filters, search, order and length, as one would declare it."""
    label = f"{one['model']._meta.app_label}/{one['model']._meta.model_name}/"
    took, size, queries = visit(client, one["address"] + ours, rounds)
    few = any(word in name for word in ("12 hits", "number", "code", "no hit"))
    told(one["name"] + name, took, 100 if few else 150, size, queries)
    if "search" in name and "12 hits" not in name and _database() != "SQLite":
        return  # the comparison takes minutes, and stands for SQLite
    admin, bytes_of, _ = visit(client, f"/admin/{label}{theirs}", 2)
    bare, _, _ = visit(client, f"/bare/{label}{theirs}", 1)
    middle = statistics.median(took)
    ratio = statistics.median(admin) / middle
    say(
        f"pages: {one['name']}{name}, Django admin's list / ours", ratio, ">= 3", ratio >= 3,
        admin_ms=round(statistics.median(admin)), without_filters=round(statistics.median(bare) / middle, 2), admin_bytes=bytes_of,
    )  # fmt: skip


def pages_of_a_long_case(cast, client) -> None:
    work = long_case(cast)
    about = {
        "steps": work.case.matter.proceeding.steps.count(),
        "papers": work.case.matter.folder.papers.count(),
    }
    for tab in ("work", "papers", "evidence", "timeline", "history"):
        visited = visit(client, f"/cases/{work.case.pk}/?tab={tab}", ROUNDS)
        told(f"a long case, tab {tab}", *_first(visited, 100), **about)


def others(cast, rows: int, city, district) -> None:
    from django.test import Client

    from tests.world import sign_in
    from zhiheng.cases.models import Case

    some = (
        Case.objects.filter(unit=cast.a.unit)
        .order_by("id")
        .values_list("pk", flat=True)[1000 if rows > 100_000 else 3]
    )
    pages = {
        "workbench, office": (city, "/"),
        "workbench, bureau": (district, "/"),
        "cases of a bureau": (district, "/cases/"),
        "cases of a bureau, by amount": (district, "/cases/?sort=-forfeit_fen"),
        "cases of a bureau, search": (district, "/cases/?q=有限公司"),
        "a case from a ledger": (city, f"/cases/{some}/"),
        "clocks": (district, "/clocks/"),
        "work that waits": (district, "/work/"),
        "work that was signed": (district, "/work/signed/"),
        "ledgers": (city, "/cases/ledgers/"),
        "people": (city, "/people/"),
        "law library": (city, "/law/"),
        "ledger of acts": (sign_in(Client(), cast.city.auditor), "/audit/"),
        "years": (city, "/reports/"),
        "years, of inspections": (city, "/reports/?group=enforcement"),
        "years, of returns": (city, "/reports/?group=reports"),
        "a year's report": (city, "/reports/2024/"),
        "rows of a figure": (city, "/reports/2024/figures/enf.tm.n/"),
        "rows of a figure, by amount": (city, "/reports/2024/figures/enf.tm.n/?sort=-forfeit_fen"),
        "rows of a figure, search with few hits": (city, f"/reports/2024/figures/enf.tm.n/?q={RARE}"),
    }
    for name, (client, address) in pages.items():
        try:
            visited = visit(client, address, ROUNDS)
        except NoPage as words:  # the other pages are measured all the same
            say(f"pages: {name}, pages there", 0, ">= 1", False, reason=str(words))
            continue
        limit = 1_000 if name == "a year's report" else 100 if "few hits" in name else 150
        told(name, *_first(visited, limit))
    rows_of_every_kind(city)


def rows_of_every_kind(city) -> None:
    """What opens behind a figure, of one figure of every kind of record: the slowest, and which it is."""
    from zhiheng.figures.registry import registered

    kinds: dict[str, str] = {}
    for figure in registered():
        kinds.setdefault(figure.parts[0].of.kind, figure.id)
    found = {}
    for figure_id in kinds.values():
        visited = visit(city, f"/reports/2024/figures/{figure_id}/", 8)
        found[figure_id] = p95(visited[0]), visited
    slowest = max(found, key=lambda one: found[one][0])
    told(
        "rows of a figure, the slowest of every kind of record",
        *_first(found[slowest][1], 150),
        figure=slowest,
        kinds=len(kinds),
    )


def _first(visited: tuple[list[float], int, int], limit: float) -> tuple[list[float], float, int, int]:
    took, size, queries = visited
    return took, limit, size, queries


def main() -> int:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["ZHIHENG_DATA_DIR"] = scratch
        application()
        measure(prepare(rows), rows)
        if "DATABASE_URL" in os.environ:
            return 0
    this = [sys.executable, "-m", "bench.pages", str(rows)]
    return subprocess.call([sys.executable, str(ROOT / "scripts" / "with_postgres.py"), *this], cwd=ROOT)


if __name__ == "__main__":
    raise SystemExit(main())
