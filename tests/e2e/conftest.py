"""Drive Debian's Chromium against the real WSGI application on the test database.

    def test_something(page, world):          # 1440 px wide; `phone` is 360 px
        page.sign_in(world.a.handler)
        page.open("/cases/")
        page.follow(page.get_by_role("link", name="登记案源"))
        page.shot("case-list")                # judged; with `make pictures` tests/e2e/screenshots/case-list-1440.png

`open` and `shot` have the page judged by axe, once for each build of a page (`build.js`) and width; the test fails on violations of any
weight, on script errors, on anything the content security policy refused, and on any request that leaves the server. What a test provokes on purpose it declares:
`page.open("/nowhere/", status=404)`.
"""

from __future__ import annotations

import hashlib
import os
import threading
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from waitress.server import create_server

from tests.e2e.desk import Days
from tests.world import sign_in

ROOT = Path(__file__).resolve().parents[2]
SHOTS = Path(__file__).resolve().parent / "screenshots"
# Pictures are looked at by people, and judged by nobody: they are taken when somebody means to look.
PICTURES = bool(os.environ.get("ZHIHENG_PICTURES"))
CHROMIUM = os.environ.get("ZHIHENG_CHROMIUM", "/usr/bin/chromium")
# Milliseconds after which a wait is given up: what never comes, not what comes late on a busy machine.
PATIENCE = 90_000
PHONE = 360
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    """Native tracebacks: CPython 3.11 cannot parse source ("AST constructor recursion depth mismatch") once
    Playwright's greenlets have run, and one failing test would end the session."""
    if not Path(item.fspath).is_relative_to(Path(__file__).parent):
        return (yield)
    option = item.config.option
    kept, option.tbstyle = option.tbstyle, "native"
    try:
        return (yield)
    finally:
        option.tbstyle = kept


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    base = tmp_path_factory.getbasetemp()
    _JUDGED.folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "judged"
    _JUDGED.folder.mkdir(exist_ok=True)

    from playwright.sync_api import expect, sync_playwright

    if not Path(CHROMIUM).exists():
        pytest.fail(f"{CHROMIUM} is missing: run scripts/browser.sh, or set ZHIHENG_CHROMIUM.")
    expect.set_options(timeout=PATIENCE)
    # Playwright's event loop lives in this thread; our database work beside it is still synchronous. Django would open
    # a second connection beside a running loop, one that knows nothing of the tests' database: it keeps the first.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    connection = connections["default"]
    with sync_playwright() as playwright:
        connections["default"] = connection
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def server(transactional_db, settings):
    """Address of the application, served by waitress as in production, one request at a time."""
    from django.core.wsgi import get_wsgi_application

    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    application = get_wsgi_application()
    connection = connections["default"]
    shared = connection if connection.vendor == "sqlite" else None

    def serve(environ, start_response):
        # The in-memory database exists in one connection only; PostgreSQL gives each thread its own.
        if shared:
            connections["default"] = shared
        response = application(environ, start_response)
        try:
            yield from response
        finally:
            response.close()
            if not shared:
                connections.close_all()

    if shared:
        shared.inc_thread_sharing()
    waitress = create_server(serve, host="127.0.0.1", port=0, threads=1)
    thread = threading.Thread(target=waitress.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{waitress.effective_port}"
    waitress.task_dispatcher.shutdown()
    waitress.close()
    thread.join(timeout=60)
    if shared:
        shared.dec_thread_sharing()


class _Judged:
    """Widths and builds of pages in which axe found nothing: a file each, for all workers of a run."""

    folder: Path

    def _file(self, width: int, build: str) -> Path:
        return self.folder / hashlib.sha256(f"{width} {build}".encode()).hexdigest()

    def knows(self, width: int, build: str) -> bool:
        return self._file(width, build).exists()

    def learn(self, width: int, build: str) -> None:
        self._file(width, build).touch()


_JUDGED = _Judged()


@cache
def _script(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


@cache
def _axe() -> str:
    script = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        pytest.fail("axe-core is missing: run make setup.")
    return script.read_text()


class Visitor:
    """A Playwright page that complains. Anything not defined here is the page's own (`get_by_role`, `click` …)."""

    def __init__(self, page, server: str, width: int) -> None:
        self._page, self.server, self.width = page, server, width
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("request", self._request)

    def __getattr__(self, name):
        return getattr(self._page, name)

    def _console(self, message) -> None:
        # The browser reports every error status it loads; `open(status=)` is where that is judged.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")

    def _request(self, request) -> None:
        if not request.url.startswith((self.server, "data:", "blob:")):
            self.complaints.append(f"request left the server: {request.url}")

    def sign_in(self, person) -> None:
        """Signed in without the sign-in page, which has tests of its own."""
        cookie = sign_in(Client(), person).cookies["sessionid"]
        self.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": self.server}])

    def open(self, path: str, status: int = 200) -> None:
        response = self._page.goto(self.server + path, wait_until="load")
        assert response.status == status, f"{path} answered {response.status}, not {status}"
        self.check()

    def follow(self, control) -> None:
        """Click what loads another page, and wait for the whole of it. A bare click comes back while the page is
        still being read: whoever then counts or lists what is on it sees a part."""
        with self._page.expect_navigation(wait_until="load"):
            control.click()

    def shot(self, name: str) -> None:
        """The page as it stands is judged; `make pictures` keeps a picture of the whole of it for people to look at."""
        self.check()
        if PICTURES:
            SHOTS.mkdir(exist_ok=True)
            self.evaluate("scrollTo(0, 0)")
            self.screenshot(path=SHOTS / f"{name}-{self.width}.png", full_page=True)

    def shots(self, name: str) -> None:
        """Pictures of the page as it stands, at this width and at a phone's: what was typed or refused stays on it."""
        self.shot(name)
        with self.narrow():
            self.shot(name)

    @contextmanager
    def narrow(self):
        """The same page as wide as a phone."""
        kept, size = self.width, self.viewport_size
        self.set_viewport_size({"width": PHONE, "height": 740})
        self.width = PHONE
        yield
        self.width = kept
        self.set_viewport_size(size)

    def check(self) -> None:
        """Nothing sticks out sideways, and axe has no complaint of any weight."""
        # A busy browser lays the page out, and tells the page's own observers of sizes, a moment after it was opened.
        self._page.evaluate(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
        )
        # Pages built alike are judged alike: the rules look at elements, their attributes, states and colours, not at the words.
        built = (self.width, self._page.evaluate(_script("build.js")))
        if not _JUDGED.knows(*built):
            violations = self._axe()
            self.complaints += violations
            if not violations:
                _JUDGED.learn(*built)
        wide = self._page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if wide > 0:
            self.complaints.append(f"{self.url} is {wide} px wider than the window")
        self.judge()

    def _axe(self) -> list[str]:
        """What axe finds wrong with the page as it stands, in words."""
        if not self._page.evaluate("'axe' in window"):
            self._page.evaluate(_axe())
        found = self._page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{self.url}, axe {violation['id']}: {violation['help']} — "
            + "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            for violation in found["violations"]
        ]

    def judge(self) -> None:
        complaints, self.complaints = self.complaints, []
        assert not complaints, "\n".join(complaints)


def _visitor(browser, server, width, height, **options):
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai", **options
    )
    context.set_default_timeout(PATIENCE)
    return context, Visitor(context.new_page(), server, width)


@pytest.fixture
def page(browser, server):
    context, visitor = _visitor(browser, server, 1440, 900)
    yield visitor
    context.close()
    visitor.judge()


@pytest.fixture
def phone(browser, server):
    context, visitor = _visitor(browser, server, PHONE, 740, has_touch=True)
    yield visitor
    context.close()
    visitor.judge()


@pytest.fixture
def days(monkeypatch):
    days = Days(date(2024, 3, 4))
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: days.day)
    return days
