"""Every page of the site, found by following its links as people of each role: axe, script errors, sideways scrolling.

A page nobody links to is named at the end: it is either not needed, or the records below do not lead to it.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve
from django.utils import timezone

from tests.casework import Worker
from tests.drafting import DRAFT, TextWorker
from tests.publishing import published
from tests.world import sign_in, tell_of
from tests.year import record_the_year
from zhiheng.accounts import services as people
from zhiheng.law import current_book
from zhiheng.matters import services
from zhiheng.matters.engine import procedure_of
from zhiheng.outreach.tests.publicity import hold_activity, name_base, review_base
from zhiheng.screening import running
from zhiheng.screening.tests.received import RECEIVED, received_and_split

LONG = "重庆市渝北区某某知识产权服务与商品流通管理有限责任公司两江新区礼嘉智慧公园体验店（个人独资）"
PUBLISHED = "某市知识产权局2024年法治建设情况\n查办商标侵权案件610件，案值919.32万元；查处假冒专利98件。"
LEDGER = "案件名称,当事人,案由,立案日期,决定日期,文号,案值(元),罚没金额(元),办案单位\n"
# So many addresses of one kind of page are looked at.
OF_A_KIND = {
    "case-step": 8,
    "case": 12,
    "law-form": 3,
    "matter-open": 3,
    "records": 9,
    "record-begin": 4,
    "record": 9,
    "person": 4,
}
USUAL = 2
# Whether a list can only be seen whole by scrolling it sideways.
_CUT = "[...document.querySelectorAll('#listing .table-wrap')].some(e => e.scrollWidth > e.clientWidth)"
# Addresses that are not there to be opened: what they do is done by a form of another page.
SENT_TO = {
    "logout", "export", "export-file", "demonstration-day", "ledger_confirm", "ledger_answer", "report-begin", "report-release-hold",
    "report-release-take-in",
    "record-import-take", "matter",
    "ledger_job", "audit-checked", "report-snapshot-json", "case-step-preview", "matter-open-preview", "draft",
    "delegation-revoke", "law-articles",
    "case-archive-bind", "case-archive-supplement",
    "text-step-preview", "text-remind", "draft-comments-grouping",
}  # fmt: skip
# Pages that need a file, a table or a word confirmed before; the journeys that bring them look at them.
ELSEWHERE = {
    "record-file", "record-file-set-aside", "record-import", "record-import-file",  # test_registers
    "ledger_trial_rejects",  # test_ledger_journey
    "case-attachment", "case-evidence-file",  # files that test_case_journey hands in and fetches
    "case-evidence-thumbnail",  # a picture inside a page: zhiheng/cases/tests/test_views_evidence_and_extra
    "case-draw-check",  # of a draw: zhiheng/cases/tests/test_file_review
    "text-evidence", "text-evidence-thumbnail",
    "case-archive", "case-scan",  # files; test_archive_files_a_closed_matter fetches them
    "variant",  # test_reports
    "list-result", "list-result-original", "list-feedback-made", "group-figure",  # files that test_screening_journey and its package read
    "application-file", "list-job",  # a file handed in with an act, a job under way: test_screening_journey
    "text-attachment", "text-evidence-file", "text-evidence-exclude", "text-evidence-new", "text-paper", "text-proposal", "text-withdraw", "text-countersign",
    "text-proposal-preview", "text-protected", "text-archive", "text-archive-bind", "text-archive-supplement", "text-scan", "text-scan-new",
    "text-step-parties",  # a text has no parties
    # the pages of every matter: those of a case are looked at
    "counsel", "counsel-request", "counsel-conflict", "counsel-answer", "counsel-file",  # test_document_journey
    "account-waits",  # somebody's whose password was set anew: zhiheng/accounts/tests/test_services_two_hands
    "plan-import-read",  # a file handed in: zhiheng/plans/tests/test_views_plans
    "exchange-receive", "exchange-again", "exchange-package", "exchange-received", "exchange-receipt", "exchange-take-in",
    "unit-letter-case",  # zhiheng/enforcement/tests/test_letters_between_units
    "found-fault-case", "letter-case",  # packages of another installation and what came in by letter: test_year_journeys
    "adoption",  # only where a newer version of a procedure stands in a book
}  # fmt: skip


@pytest.fixture
def full(world, monkeypatch):
    """A house in which each kind of page has something to show, long names among it."""
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: date(2025, 1, 6))
    tell_of(world)
    Worker(world.a).to_archived()
    open_case = Worker(world.a, on=date(2024, 8, 20))
    open_case.register(title=f"{LONG}涉嫌销售侵犯注册商标专用权商品案", party_name=LONG)
    for step in ("start_verification", "record_inspection", "file_case", "seize", "record_questioning"):
        open_case.step(step)
    for title in (
        "另一商行涉嫌假冒专利案",
        "又一商行涉嫌假冒专利案",
    ):  # two wait for an opinion: they can be looked at one after another
        waiting = Worker(world.a, on=date(2024, 8, 26))
        waiting.register(title=title)
        waiting.step("start_verification")
        waiting.wait(2).step("record_inspection")
        step = procedure_of(waiting.case.matter.proceeding.version).steps["file_case"]
        services.take_step(
            actor=world.a.handler,
            record=waiting.case,
            step="file_case",
            data=waiting.data(step),
            on=waiting.on,
        )
    draft = TextWorker(world.a, title=f"{LONG}裁决办理规程")
    draft.write()
    draft.write(DRAFT.replace("五个", "七个"))
    draft.take("consult", date(2024, 9, 3), comment_until=date(2025, 2, 3))
    for words in (
        "第四条的期限太短。",
        "第四条的期限太短！",
        "第四条应当写明从何日起算，以及材料不全的怎样处理。",
    ):
        draft.comment(words, provision="第四条")
    people.grant_role(actor=world.a.admin, on=date(2025, 1, 6), person=world.a.handler, role="unit_head", since=date(2025, 1, 6))  # fmt: skip
    base = name_base(world, f"{LONG}知识产权文化教育传播基地", organ=LONG)
    review_base(world, base, findings="展陈更新及时。", visitors=1200)
    hold_activity(world.a.handler, LONG, kind="exhibition", reach=195360, open_days=7, cost_fen=328_000_00)
    record_the_year(world, LONG[:40])
    received = received_and_split(world)
    running.run(actor=world.city.handler, received=received, on=RECEIVED, asked={})
    planner = sign_in(Client(SERVER_NAME="127.0.0.1"), world.city.planner)
    row = f"{LONG}案,{LONG},商标侵权,2024-03-04,2024-05-06,渝北市监处罚〔2024〕1号,1000,500,渝北区局\n某案,某商行,?,某日,,,,,\n"
    file = pytest.importorskip("django.core.files.uploadedfile").SimpleUploadedFile
    tried = planner.post(
        "/cases/ledgers/new/", {"file": file("台账.csv", (LEDGER + row).encode()), "year": "2024"}
    )
    assert tried.status_code == 200, tried.content.decode()[-2000:]
    token = tried.content.decode().partition('name="token" value="')[2].partition('"')[0]
    planner.post("/cases/ledgers/confirm/", {"token": token})
    for text in (PUBLISHED, PUBLISHED.replace("610", "615")):
        planner.post("/reports/reconcile/", {"year": "2024", "unit": "500000", "title": LONG, "text": text})
    published(world.city, 2024, on=date.today())
    planner.post("/reports/2024/draft/")
    return world


def routes(resolver=None):
    for entry in (resolver or get_resolver()).url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from routes(entry)
        else:
            yield entry.name


class Walk:
    """One person's way through the site, along every link, a few pages of each kind; what nobody has looked at yet is
    looked at in the browser."""

    def __init__(self, page, looked: Counter) -> None:
        self.page, self.looked = page, looked
        self.seen: Counter = Counter()
        self.found: list[str] = []

    def along(self, *starts: str) -> None:
        waiting = list(starts)
        while waiting:
            address = waiting.pop(0)
            name, key = self._kind(address)
            if not name or self.seen[key] or self.seen[name] >= OF_A_KIND.get(name, USUAL):
                continue
            self.seen.update((key, name))
            answer = self.page.context.request.get(self.page.server + address)
            if answer.status == 405 or "text/html" not in answer.headers.get("content-type", ""):
                self.looked[name] += 1  # where a form sends something, or a file
                continue
            if not self.looked[key] and self.looked[name] < OF_A_KIND.get(name, USUAL):
                self.looked.update((key, name))
                self._look(address, answer.status)
            links = re.findall(r'<(?:a|form)[^>]*? (?:href|action)="([^"#]+)', answer.text())
            waiting += (urljoin(address, unescape(link)) for link in links)

    def _look(self, address: str, status: int) -> None:
        try:
            self.page.open(address, status=status)
            # What is folded is part of the page.
            self.page.evaluate("document.querySelectorAll('main details').forEach(e => { e.open = true })")
            self.page.check()
            if self.page.evaluate(_CUT):
                self.found.append(f"{self.page.url}: the list is cut off at {self.page.width} px")
            with self.page.narrow():
                self.page.check()
        except AssertionError as found:
            self.found.append(str(found))

    @staticmethod
    def _kind(address: str) -> tuple[str, tuple]:
        """The kind of page and what tells it from others of its kind; "" for what is elsewhere or no page."""
        parts = urlsplit(address)
        asked = parse_qs(parts.query)
        if not parts.path.startswith("/") or parts.netloc or asked.keys() & {"export", "sort", "page"}:
            return "", ()
        try:
            name = resolve(parts.path).url_name
        except Resolver404:
            return "", ()
        return ("" if name in SENT_TO else name), (parts.path, *asked.get("tab", ()))


def test_every_page_is_accessible_and_fits_at_both_widths(page, full):
    looked, found = Counter(), []
    a, city = full.a, full.city
    changed = next(
        f"/law/instruments/{code}/" for code, known in current_book().instruments.items() if len(known) > 1
    )
    for person in (a.handler, city.planner, a.unit_head, a.admin, city.auditor, city.chief):
        page.context.clear_cookies()
        page.sign_in(person)
        walk = Walk(page, looked)
        # A colleague, whom the administrator may let in and out.
        # An instrument that has changed, which says what has.
        walk.along("/", "/search/?q=案", f"/people/{a.expired.pk}/", "/people/me/", "/no-such-page/", changed)
        # Pages that only a record of another year, another installation, or one list of many leads to.
        walk.along("/plans/kept/", "/exchange/key/", "/exchange/read/", "/reports/highlights/propose/")
        found += walk.found
    page.context.clear_cookies()
    page.open("/people/sign-in/")
    with page.narrow():
        page.check()
    assert not found, "\n".join(found)
    # The pages of a matter are the same for every family: looked at with cases.
    twins = {name.replace("case-", "screening-", 1) for name in routes() if name and name.startswith("case-")}
    missed = (
        {name for name in routes() if name and not looked[name]} - SENT_TO - ELSEWHERE - twins - {"login"}
    )
    assert not missed, f"nothing leads to: {', '.join(sorted(missed))}"
