"""A whole site under load, under kills, and under races."""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from tests.site import running

PASSWORD = "zhiheng-torture-1"
# Who runs the system reads no cases: officers are the others, and the administrator is asked for by name.
_SESSIONS = """
import sys, json, django
django.setup()
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from zhiheng.accounts.models import Person
from zhiheng.accounts.rights import Role
from zhiheng.cases.models import Case
engine = import_module(settings.SESSION_ENGINE)
Person.objects.update(must_change_password=False)
def session(person):
    store = engine.SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(person.pk), settings.AUTHENTICATION_BACKENDS[-1]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    return store.session_key
people = list(Person.objects.select_related("unit").order_by("pk"))
# Who runs the system reads no cases.
runs = next(one for one in people if one.grants.filter(role=Role.ADMIN).exists())
readers = {
    one: list(Case.objects.visible_to(one).order_by("?").values_list("pk", flat=True)[:20])
    for one in people if not one.grants.filter(role=Role.ADMIN).exists()
} or {runs: []}
made = [[session(runs), []]]
for number in range(int(sys.argv[1])):
    one = list(readers)[number % len(readers)]
    made.append([session(one), readers[one]])
print(json.dumps(made))
"""


def _environment(data: Path) -> dict[str, str]:
    environment = running.environment(data)
    if url := os.environ.get("DATABASE_URL"):
        environment["DATABASE_URL"] = url
    return environment


def _run(data: Path, *arguments: str) -> str:
    done = subprocess.run(arguments, env=_environment(data), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


def _zhiheng(data: Path, *arguments: str) -> str:
    return _run(data, sys.executable, "-m", "zhiheng.cli", *arguments)


def _sessions(data: Path, number: int) -> list:
    """The session of who runs the system, and of so many officers with the cases each may open."""
    environment = _environment(data) | {"DJANGO_SETTINGS_MODULE": "zhiheng.settings"}
    told = subprocess.run(
        [sys.executable, "-c", _SESSIONS, str(number)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(told.stdout.splitlines()[-1])


def _start(data: Path, port: int) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-m", "zhiheng.cli", "serve", "--port", str(port)],
        env=_environment(data),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    for _ in range(600):
        with contextlib.suppress(OSError, http.client.HTTPException):
            if _ask(port, "/ready")[0] == 200:
                return process
        time.sleep(0.1)
    raise SystemExit("the site did not start")


def _ask(port: int, path: str, cookie: str = "", form: dict | None = None, connection=None):
    own = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookie} if cookie else {}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    own.request(
        "GET" if form is None else "POST", path, urlencode(form) if form is not None else None, headers
    )
    answer = own.getresponse()
    body = answer.read()
    if connection is None:
        own.close()
    return answer.status, body, answer.getheader("Location", "")


# ---- load


def load(arguments: argparse.Namespace) -> int:
    """Officers who look at what waits for them, at lists, cases, applications, a figure's rows and the year's report, and search, with a
    pause to think between pages, while an administrator acts every second (`--acts`): a row, a hash, an entry.

    Fails on any error, on an officer never served, on an act that was not done, and on p95 of a second or more. The
    processor time of a page is what limits: it means the same on a busy machine, the waiting times do not.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        _zhiheng(data, "demo", "--no-serve")
        (administrator, _), *sessions = _sessions(data, arguments.officers)
        port = running.free_port()
        site = _start(data, port)
        try:
            before, rested = _processor_seconds(site.pid), _rest_seconds()
            acts = _Acts(port, administrator, arguments.acts)
            by_page, errors, served = _officers(port, sessions, arguments.seconds, arguments.think)
            done, undone = acts.end()
            spent, rested = _processor_seconds(site.pid) - before, _rest_seconds() - rested
        finally:
            site.terminate()
            site.wait()
    times = sorted(taken for page in by_page.values() for taken in page)
    p50, p95, p99 = _points(times)
    print(
        f"{arguments.officers} officers, {arguments.seconds} s: {len(times)} pages, {len(times) / arguments.seconds:.1f}/s, "
        f"p50 {p50 * 1000:.0f} p95 {p95 * 1000:.0f} p99 {p99 * 1000:.0f} ms, errors {len(errors)}, "
        f"officers never served {arguments.officers - served}; processor {spent / max(1, len(times)) * 1000:.1f} ms a page "
        f"({spent / arguments.seconds:.2f} processors; {rested / arguments.seconds:.2f} of {os.cpu_count()} at rest), "
        f"{done} acts done, {undone} not"
    )
    for page, taken in sorted(by_page.items()):
        half, most, _ = _points(sorted(taken))
        print(f"    {page:34} {len(taken):6} pages   p50 {half * 1000:5.0f}   p95 {most * 1000:5.0f} ms")
    for words in errors[:5]:
        print("   ", words)
    return 0 if not errors and not undone and p95 < 1 and served == arguments.officers else 1


def _points(times: list[float]) -> tuple[float, float, float]:
    """Of sorted times the middle, and what 95 and 99 of a hundred are within."""
    return tuple(times[int(len(times) * q)] for q in (0.5, 0.95, 0.99)) if times else (0.0, 0.0, 0.0)


def _processor_seconds(group: int) -> float:
    """What the processes of the site have used so far, those that ended included."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rsplit(")", 1)[1].split()
            if int(fields[2]) == group:
                ticks += sum(map(int, fields[11 : 15 if int(stat.parent.name) == group else 13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _rest_seconds() -> float:
    """For how long the processors of the machine, taken together, have had nothing to do. Where they hardly ever rest, what is measured is
    the whole machine: the database and these officers too."""
    idle, waiting = Path("/proc/stat").read_text().split(maxsplit=6)[4:6]
    return (int(idle) + int(waiting)) / os.sysconf("SC_CLK_TCK")


class _Acts:
    """Somebody who adds a person so many times a second, until told to end."""

    def __init__(self, port: int, session: str, a_second: float):
        self._administrator, self._pause = _Administrator(port, session), 1 / a_second if a_second else 0
        self._done, self._undone, self._ended = 0, 0, threading.Event()
        self._thread = threading.Thread(target=self._act)
        self._thread.start()

    def _act(self) -> None:
        while self._pause and not self._ended.wait(self._pause):
            name = f"act-{self._done + self._undone}"
            try:
                added = self._administrator.add(name)
            except (OSError, http.client.HTTPException):
                added = False
            self._done, self._undone = self._done + added, self._undone + (not added)

    def end(self) -> tuple[int, int]:
        """Acts that the site said were done, and those it did not."""
        self._ended.set()
        self._thread.join()
        return self._done, self._undone


_A_CASE = "a case"
# What an officer opens in the course of a day, and how often of a hundred times.
_MIX = {
    "/": 8, "/work/": 10, "/cases/": 20, _A_CASE: 32, "/search/?q=%E5%95%86%E8%A1%8C": 4, "/screening/applications/": 5,
    "/reports/2024/figures/enf.tm.n/": 11, "/reports/2024/": 10,
}  # fmt: skip
_PAGES, _WEIGHTS = list(_MIX), list(_MIX.values())


def _officers(port: int, sessions: list, seconds: int, think: float):
    by_page: dict[str, list[float]] = {page: [] for page in _PAGES}
    errors: list[str] = []
    served: set[int] = set()
    ends = time.monotonic() + seconds

    def officer(number: int) -> None:
        rng = random.Random(number)
        session, cases = sessions[number]
        time.sleep(rng.uniform(0, min(8, seconds / 3)))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.monotonic() < ends:
            page = path = rng.choices(_PAGES, _WEIGHTS)[0]
            if path == _A_CASE:
                path = f"/cases/{rng.choice(cases)}/" if cases else "/cases/"
            began = time.monotonic()
            try:
                status, _, _ = _ask(port, path, f"sessionid={session}", connection=connection)
            except (OSError, http.client.HTTPException) as error:
                errors.append(f"{path}: {type(error).__name__} {error}")
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            else:
                by_page[page].append(time.monotonic() - began)
                served.add(number)
                if status != 200:
                    errors.append(f"{path}: {status}")
            time.sleep(rng.uniform(think * 0.5, think * 1.5))
        connection.close()

    threads = [threading.Thread(target=officer, args=(number,)) for number in range(len(sessions))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return by_page, errors, len(served)


# ---- kills and races: people are added, which writes a row, a hash and an entry


class _Administrator:
    def __init__(self, port: int, session: str):
        self.port, self.cookie = port, f"sessionid={session}"
        self.token = ""

    def add(self, username: str) -> bool:
        """Whether the site said that it was done."""
        if not self.token:
            self._token()
        form = {"name": "新人", "username": username, "unit": "500112", "password": PASSWORD, "phone": ""}
        status, _, location = _ask(
            self.port,
            "/people/new/",
            f"{self.cookie}; csrftoken={self.token}",
            form | {"csrfmiddlewaretoken": self.token},
        )
        return status == 302 and re.fullmatch(r"/people/\d+/", location) is not None

    def _token(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/people/new/", headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        found = re.search(r"csrftoken=(\w+)", answer.getheader("Set-Cookie", ""))
        if not found:
            raise OSError("no token")
        self.token = found[1]


_NAMES = """
import json, django
django.setup()
from zhiheng.accounts.models import Person
print(json.dumps(list(Person.objects.values_list("username", flat=True))))
"""


def _usernames(data: Path) -> list[str]:
    environment = _environment(data) | {"DJANGO_SETTINGS_MODULE": "zhiheng.settings"}
    told = subprocess.run(
        [sys.executable, "-c", _NAMES], env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(told.stdout.splitlines()[-1])


def _set_up(data: Path) -> None:
    table = data.parent / "units.csv"
    table.write_text(running.UNITS, encoding="utf-8")
    _zhiheng(data, "set_up", str(table))


def _processes(site: subprocess.Popen) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "-g", str(site.pid)], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in listed.stdout.split()]


def kill(arguments: argparse.Namespace) -> int:
    """Processes of the site are killed with −9 while people are being added; nothing acknowledged may be missing."""
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        _set_up(data)
        session = _sessions(data, 0)[0][0]
        port = running.free_port()
        site = _start(data, port)
        acknowledged: list[str] = []
        stop = threading.Event()

        def write(number: int) -> None:
            administrator, count = _Administrator(port, session), 0
            while not stop.is_set():
                count += 1
                username = f"w{number}-{count}"
                try:
                    if administrator.add(username):
                        acknowledged.append(username)
                except (OSError, http.client.HTTPException):
                    time.sleep(0.05)

        writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
        for one in writers:
            one.start()
        for number in range(arguments.kills):
            time.sleep(rng.uniform(0.1, 0.8))
            if number % 5 == 4:  # the whole site
                os.killpg(site.pid, signal.SIGKILL)
                site.wait()
                site = _start(data, port)
            elif workers := [pid for pid in _processes(site) if pid != site.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(rng.choice(workers), signal.SIGKILL)
        stop.set()
        for one in writers:
            one.join()
        site.terminate()
        site.wait()
        lost = set(acknowledged) - set(_usernames(data))
        try:
            _zhiheng(data, "verify_audit")
            whole = True
        except SystemExit as said:
            whole = False
            print(said)
    print(
        f"{arguments.kills} kills, {len(acknowledged)} acknowledged writes, {len(lost)} lost, ledger holds: {whole}"
    )
    return 0 if acknowledged and not lost and whole else 1


def race(arguments: argparse.Namespace) -> int:
    """Eight at once add the same person: one is told that it was done."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        _set_up(data)
        session = _sessions(data, 0)[0][0]
        port = running.free_port()
        site = _start(data, port)
        wrong = []
        try:
            administrators = [_Administrator(port, session) for _ in range(8)]
            for one in administrators:
                one._token()
            for number in range(arguments.rounds):
                told: list[bool] = []
                at_once = threading.Barrier(len(administrators))

                def go(one: _Administrator, name: str, told=told, at_once=at_once) -> None:
                    at_once.wait()
                    told.append(one.add(name))

                threads = [
                    threading.Thread(target=go, args=(one, f"race-{number}")) for one in administrators
                ]
                for one in threads:
                    one.start()
                for one in threads:
                    one.join()
                if sum(told) != 1:
                    wrong.append(f"round {number}: {sum(told)} were told that they added the person")
        finally:
            site.terminate()
            site.wait()
        _zhiheng(data, "verify_audit")
    print(f"{arguments.rounds} races of 8, {len(wrong)} wrong, ledger holds")
    for words in wrong[:5]:
        print("   ", words)
    return 1 if wrong else 0
