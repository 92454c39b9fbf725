"""Which tests ask PostgreSQL again what was asked of SQLite: enough that every statement the suite asks is asked there too.

    pytest --note-statements FOLDER        notes what each test asks of the database, as it runs
    DATABASE_URL=… pytest --covering FOLDER   runs what those notes call for

Two databases can differ only in how they answer a statement. So every part of every statement that any test asked of SQLite, and every
refusal of SQLite's, is asked of PostgreSQL by `TIMES` tests, the quickest that do. Beside them run all tests of files that speak of the
databases, of transactions that are really kept or of threads; every test that has no note, because SQLite skips it or it is new; and at
least one test of each file.

Parts of a statement are its shape and each simple condition in it: `a = 1 AND b > 2` can only come out otherwise where `a = 1` or `b > 2`
does. The shape is the statement without them and without what differs from call to call: how many values a list has, numbers, names of
savepoints, and which plain columns are read or written. A refusal is its kind and the constraint. What a test itself asks of one table,
plainly, to set up a case or to look at what became of it, is no statement of the application's and not noted.
"""

from __future__ import annotations

import heapq
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest
from django.db import DEFAULT_DB_ALIAS, DatabaseError

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


_WRITTEN = re.compile(r' SET "\w+" = (?:%s|NULL|0)(?:, "\w+" = (?:%s|NULL|0))*(?= WHERE |$)')
_INSERTED = re.compile(r'^(INSERT INTO "\w+" )\("\w+"(?:, "\w+")*\)')
_BY_KEY = re.compile(r'ORDER BY "\w+"\."id" (?:ASC|DESC)')
_OPERAND = r'(?:%s|NULL|0|\(…\)|"\w+"\."\w+"|\(SELECT value FROM json_each\(…\)\))'
_CONDITION = (
    rf'(?:"\w+"\."\w+" (?:IS NOT NULL|IS NULL|BETWEEN %s AND %s|(?:=|<>|<=|>=|<|>|IN|LIKE) {_OPERAND}'
    r"(?: ESCAPE '.')?)|conditions)"
)
_ONE = re.compile(_CONDITION)
_EACH = rf"(?:NOT \({_CONDITION}\)|\({_CONDITION}\)|{_CONDITION})"
_CONDITIONS = re.compile(rf"{_EACH}(?:(?: AND | OR ){_EACH})*")
# Keys and what is not there are told alike everywhere.
_ALIKE = re.compile(r'conditions|"\w+"\."\w+" IS (?:NOT )?NULL|"\w+"\."(?:\w+_)?id" (?:= %s|IN \(…\))')
# What is asked of one table by itself, and conditions that no two databases answer otherwise.
_OF_ONE_TABLE = re.compile(
    rf'(?:SELECT (?:columns|{_COLUMN}|COUNT\(\*\) AS "\w+"|%s AS "a") FROM "\w+"(?: WHERE conditions)?'
    r'(?: ORDER BY (?:key|0 ASC|0 DESC))?(?: LIMIT 0)?|DELETE FROM "\w+"(?: WHERE conditions)?'
    r'|UPDATE "\w+" SET columns(?: WHERE conditions)?|INSERT INTO "\w+" \(columns\) VALUES \(…\)(?: RETURNING [^()]+)?)'
)
_PLAIN = re.compile(r'WHERE "\w+"\."\w+" (?:= %s|= 0|IN \(…\))')
_PACKAGE, _TESTS = (f"{Path(__file__).parents[1] / name}/" for name in ("zhiheng", "tests"))
# Statements pass through these on their way, whoever asks them.
_ON_THE_WAY = {__file__, str(Path(__file__).with_name("prepared.py"))}


@lru_cache(maxsize=50_000)
def parts(statement: str) -> frozenset[str]:
    """The shape of the statement and each plain condition in it; of a union, of each of its statements."""
    if _SAVEPOINTS.match(statement):
        return frozenset({"SAVEPOINT"})
    text = _VALUES.sub("(…)", statement)
    text = _COLUMNS.sub("columns", _NUMBER.sub("0", text))
    text = _INSERTED.sub(r"\1(columns)", _WRITTEN.sub(" SET columns", text))
    text = _BY_KEY.sub("ORDER BY key", text)
    found = {"UNION ALL"} if " UNION ALL " in text else set()

    def conditions(match: re.Match) -> str:
        found.update(f"WHERE {one}" for one in _ONE.findall(match[0]) if not _ALIKE.fullmatch(one))
        return "conditions"

    for one in text.split(" UNION ALL "):
        before = ""
        while one != before:
            before = one
            one = _CONDITIONS.sub(conditions, one)
            for again in _REPEATED:
                one = again.sub(r"\1", one)
        found.add(one)
    return frozenset(found)


@lru_cache(maxsize=50_000)
def plain(statement: str) -> bool:
    """Whether it asks one table, by conditions that come out alike everywhere."""
    told = parts(statement)
    return all((_PLAIN if one.startswith("WHERE ") else _OF_ONE_TABLE).fullmatch(one) for one in told)


def refused(refusal: Exception) -> str:
    """How a database refused: the kind, and the constraint or the words of a trigger; of uniqueness the table."""
    words = _NUMBER.sub("0", str(refusal).partition("\n")[0])
    if words.startswith("NOT NULL"):
        words = "NOT NULL"
    elif words.startswith("UNIQUE"):
        words = words.partition(".")[0]
    return f"! {type(refusal).__name__} {words}"


def _asked_by_a_test() -> bool:
    """Whether the innermost line of ours that waits for the answer stands in a test."""
    frame = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith((_PACKAGE, _TESTS)) and file not in _ON_THE_WAY:
            return "/tests/" in file
        frame = frame.f_back
    return False


# ---------------------------------------------------------------- notes


class Notes:
    """What each test that passed asked, and how long it took. Written when the session ends, a file for each worker."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._asked: set[str] = set()
        self._refused: set[str] = set()
        self._seconds = 0.0
        self._passed = True
        self._tests: dict[str, tuple[float, list[int]]] = {}
        self._numbers: dict[str, int] = {}

    def ask(self, execute, sql, params, many, context):
        """Every statement passes here (Django's `execute_wrappers`)."""
        sql = str(sql)
        if sql not in self._asked and not (plain(sql) and _asked_by_a_test()):
            self._asked.add(sql)
        try:
            return execute(sql, params, many, context)
        except DatabaseError as refusal:
            self._refused.add(refused(refusal))
            raise

    def listen(self, connection, **_) -> None:
        """Of the database there is one of on each run; what a test opens beside it is of the same kind on both."""
        if connection.alias == DEFAULT_DB_ALIAS and self.ask not in connection.execute_wrappers:
            connection.execute_wrappers.append(self.ask)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item):
        self._asked, self._refused, self._seconds, self._passed = set(), set(), 0.0, True
        result = yield
        if self._passed:
            told = self._refused.union(*map(parts, self._asked))
            asked = sorted(map(self._number, told))
            self._tests[item.nodeid] = (round(self._seconds, 3), asked)
        return result

    def pytest_runtest_logreport(self, report) -> None:
        self._seconds += report.duration
        self._passed = self._passed and report.passed

    def _number(self, part: str) -> int:
        return self._numbers.setdefault(part, len(self._numbers))

    def pytest_sessionfinish(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        written = {"parts": list(self._numbers), "tests": self._tests}
        self.path.write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")


# ---------------------------------------------------------------- the choice


@dataclass(frozen=True)
class Noted:
    """What one test asked, and the seconds it took."""

    seconds: float
    parts: frozenset[str]


def read(folder: Path) -> dict[str, Noted]:
    """Test → what was noted of it, from the files of all workers."""
    found: dict[str, Noted] = {}
    for path in sorted(folder.glob("*.json")):
        written = json.loads(path.read_text("utf-8"))
        parts_there = written["parts"]
        for test, (seconds, numbers) in written["tests"].items():
            found[test] = Noted(seconds, frozenset(parts_there[number] for number in numbers))
    return found


def cover(tests: Mapping[str, Noted], *, already: Iterable[str] = (), times: int = TIMES) -> set[str]:
    """Tests that together ask every part so many times, those `already` chosen counted: always the one that asks most of what is
    still wanting for each second it takes; at last those are left out again whose every part others were chosen for as well. Equal
    ones by their names, so that every worker comes to the same."""
    there = Counter(part for noted in tests.values() for part in noted.parts)
    wanting = Counter({part: min(many, times) for part, many in there.items()})
    chosen: set[str] = set()

    def take(test: str) -> None:
        chosen.add(test)
        wanting.subtract(tests[test].parts)

    def worth(test: str) -> float:
        return sum(wanting[part] > 0 for part in tests[test].parts) / (tests[test].seconds + 0.05)

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
    for test in sorted(chosen.difference(already), key=lambda test: (-tests[test].seconds, test)):
        if all(wanting[part] < 0 for part in tests[test].parts):
            chosen.remove(test)
            wanting.update(tests[test].parts)
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
