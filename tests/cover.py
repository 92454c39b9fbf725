"""Which tests ask PostgreSQL again what was asked of SQLite: enough that every statement the suite asks is asked there too.

    pytest --note-statements FOLDER        notes what each test asks of the database, as it runs
    DATABASE_URL=… pytest --covering FOLDER   runs what those notes call for

Two databases can differ only in how they answer a statement. So every shape of statement that any test asked of SQLite, and every
shape that SQLite refused, with the kind of refusal, is asked of PostgreSQL by `TIMES` tests, the quickest that do. Beside them run all
tests of files that speak of the databases, of transactions that are really kept or of threads; every test that has no note, because
SQLite skips it or it is new; and at least one test of each file.

A shape is the statement without what differs from call to call: how many values a list has, numbers, names of savepoints, and which
plain columns are read.
"""

from __future__ import annotations

import heapq
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

TIMES = 1
# Words of a test file that is about what differs between databases.
_ABOUT_DATABASES = re.compile(
    r"vendor|[Pp]ostgre|transaction=True|\b(transactional_db|live_server|threading|sqlite_master)\b"
)
_SAVEPOINTS = re.compile(r"(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT) ")
_VALUES = re.compile(r"\((?:%s|NULL|DEFAULT)(?:, ?(?:%s|NULL|DEFAULT))*\)")
_COLUMN = r'"\w+"\."\w+"(?: AS "\w+")?'
_COLUMNS = re.compile(f"{_COLUMN}(?:, {_COLUMN})+")
_NUMBER = re.compile(r"(?<![\w\"])\d+\b|(?<=\b[A-Z])\d+\b")
_REPEATED = (
    re.compile(r"(\(…\))(?:, ?\(…\))+"),
    re.compile(r"(\([^()]{1,300}\))(?: (?:OR|AND) \1)+"),
    re.compile(r"( WHEN [^()]{1,200}?)(?:\1)+(?= WHEN | ELSE | END)"),
)


@lru_cache(maxsize=50_000)
def shape(statement: str) -> str:
    """The statement without what differs from call to call."""
    if _SAVEPOINTS.match(statement):
        return "SAVEPOINT"
    text = _VALUES.sub("(…)", statement)
    text = _COLUMNS.sub("columns", _NUMBER.sub("0", text))
    for again in _REPEATED:
        text = again.sub(r"\1", text)
    return text


# ---------------------------------------------------------------- notes


class Notes:
    """What each test that passed asked, and how long it took. Written when the session ends, a file for each worker."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._asked: set[str] = set()
        self._seconds = 0.0
        self._passed = True
        self._tests: dict[str, tuple[float, list[int]]] = {}
        self._numbers: dict[str, int] = {}

    def ask(self, execute, sql, params, many, context):
        """Every statement passes here (Django's `execute_wrappers`)."""
        sql = str(sql)
        self._asked.add(sql)
        try:
            return execute(sql, params, many, context)
        except Exception as refusal:
            self._asked.add(f"! {type(refusal).__name__} {sql}")
            raise

    def listen(self, connection, **_) -> None:
        if self.ask not in connection.execute_wrappers:
            connection.execute_wrappers.append(self.ask)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item):
        self._asked, self._seconds, self._passed = set(), 0.0, True
        result = yield
        if self._passed and self._asked:
            asked = sorted({self._number(sql) for sql in self._asked})
            self._tests[item.nodeid] = (round(self._seconds, 3), asked)
        return result

    def pytest_runtest_logreport(self, report) -> None:
        self._seconds += report.duration
        self._passed = self._passed and report.passed

    def _number(self, sql: str) -> int:
        return self._numbers.setdefault(shape(sql), len(self._numbers))

    def pytest_sessionfinish(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        written = {"shapes": list(self._numbers), "tests": self._tests}
        self.path.write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")


# ---------------------------------------------------------------- the choice


@dataclass(frozen=True)
class Noted:
    """What one test asked, and the seconds it took."""

    seconds: float
    shapes: frozenset[str]


def read(folder: Path) -> dict[str, Noted]:
    """Test → what was noted of it, from the files of all workers."""
    found: dict[str, Noted] = {}
    for path in sorted(folder.glob("*.json")):
        written = json.loads(path.read_text("utf-8"))
        shapes = written["shapes"]
        for test, (seconds, numbers) in written["tests"].items():
            found[test] = Noted(seconds, frozenset(shapes[number] for number in numbers))
    return found


def cover(tests: Mapping[str, Noted], *, already: Iterable[str] = (), times: int = TIMES) -> set[str]:
    """Tests that together ask every shape so many times, those `already` chosen counted: always the one that asks most of what is
    still wanting for each second it takes. Equal ones by their names, so that every worker comes to the same."""
    wanting = Counter(shape for noted in tests.values() for shape in noted.shapes)
    wanting = Counter({shape: min(many, times) for shape, many in wanting.items()})
    chosen: set[str] = set()

    def take(test: str) -> None:
        chosen.add(test)
        wanting.subtract(shape for shape in tests[test].shapes if wanting[shape] > 0)

    def worth(test: str) -> float:
        return sum(wanting[shape] > 0 for shape in tests[test].shapes) / (tests[test].seconds + 0.05)

    for test in already:
        if test in tests:
            take(test)
    left = [(-worth(test), test) for test in tests.keys() - chosen]
    heapq.heapify(left)
    while left:
        _, test = heapq.heappop(left)
        now = worth(test)
        if now == 0:
            continue
        if left and (-now, test) > left[0]:  # what it asks has been asked meanwhile: others go first
            heapq.heappush(left, (-now, test))
        else:
            take(test)
    return chosen


def about_databases(text: str) -> bool:
    """Whether a test file speaks of what differs between them: then all of it runs on both."""
    return bool(_ABOUT_DATABASES.search(text))


def chosen(items: list[pytest.Item], folder: Path) -> set[pytest.Item]:
    """Of the tests that touch the database, those to be run on this one."""
    noted = read(folder)
    if not noted:
        raise pytest.UsageError(f"{folder} holds no notes: run the tests with --note-statements first")
    about = {path for path in {item.path for item in items} if about_databases(path.read_text("utf-8"))}
    by_name = {item.nodeid: item for item in items}
    surely = {name for name, item in by_name.items() if item.path in about or name not in noted}
    asked = {name: noted[name] for name in by_name if name in noted}
    found = {by_name[name] for name in surely | cover(asked, already=sorted(surely))}
    silent = {item.path for item in items} - {item.path for item in found}
    for path in silent:
        found.add(by_name[min((noted[i.nodeid].seconds, i.nodeid) for i in items if i.path == path)[1]])
    return found


# ---------------------------------------------------------------- pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("statements")
    group.addoption(
        "--note-statements", metavar="FOLDER", type=Path, help="note what each test asks of the database"
    )
    group.addoption(
        "--covering", metavar="FOLDER", type=Path, help="run what those notes call for on another database"
    )


def pytest_configure(config: pytest.Config) -> None:
    folder = config.getoption("--note-statements")
    worker = getattr(config, "workerinput", {}).get("workerid")
    if folder is None:
        return
    if (
        worker is None
    ):  # the one process there is, or the one that hands the work out: notes of an earlier run say nothing
        for path in folder.glob("*.json"):
            path.unlink()
        if config.getoption("numprocesses", None):
            return
    from django.db.backends.signals import connection_created

    notes = Notes(folder / f"{worker or 'all'}.json")
    config.pluginmanager.register(notes, "notes-of-statements")
    connection_created.connect(notes.listen, weak=False)
