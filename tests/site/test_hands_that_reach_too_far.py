"""Somebody of the house with a right that has ended, a window too many, a request written by hand: what they reach for is not given.

Beside the walks over the whole address table (`test_whose_it_is`, `test_hostile_words`), the attempts that need a story.
"""

from __future__ import annotations

import dataclasses
import re
from datetime import date, timedelta

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.casework import Worker
from tests.drafting import CONSULTED, TextWorker
from tests.site.hostile_files import FAR, nested_rows
from tests.site.test_whose_it_is import form_of
from tests.world import PASSWORD, sign_in
from zhiheng.accounts import services as people
from zhiheng.accounts.models import Person, RoleGrant
from zhiheng.accounts.rights import Role
from zhiheng.audit.models import Entry
from zhiheng.cases.models import Case, LedgerImport
from zhiheng.jobs import foreign, worker
from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import Job, JobState
from zhiheng.matters import drafts
from zhiheng.matters.models import Draft
from zhiheng.outreach.models import Activity
from zhiheng.plans.models import Plan, Task
from zhiheng.plans.tests.papers import in_prose
from zhiheng.registers.declaration import find
from zhiheng.rulemaking.models import Comment, Project
from zhiheng.screening import background
from zhiheng.screening.models import Application, ApplicationAct, ListFile
from zhiheng.screening.tests.received import as_csv, number, of, received_and_split, register, row
from zhiheng.ui.lists import listing

pytestmark = pytest.mark.django_db

ON = date(2024, 6, 3)
LEDGER = (
    "办案单位,决定书文号,当事人,案由,立案日期,决定日期,案值（元）,罚款金额（元）\n"
    "渝北区局,渝北市监处罚〔2024〕1号,青禾商行,商标侵权,2024-03-05,2024-05-06,5000,1000\n"
)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)


def by_hand(person: Person, password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/people/sign-in/", {"username": person.username, "password": password})
    return client


# ------------------------------------------------------------------ sessions and rights that ended


def test_who_is_put_out_of_use_is_out_at_the_next_click(world):
    client = by_hand(world.a.handler)
    assert client.get("/cases/").status_code == 200
    people.set_active(actor=world.a.admin, on=ON, person=world.a.handler, active=False)
    assert client.get("/cases/").url.startswith("/people/sign-in/")
    # What was sent is carried over the signing in, and kept nowhere meanwhile.
    sent = client.post("/matters/drafts/", {"draft-place": "x"})
    assert 'name="password"' in sent.content.decode() and not Draft.objects.exists()


def test_a_changed_password_ends_every_other_session_and_not_ones_own(world):
    here, elsewhere = by_hand(world.a.handler), by_hand(world.a.handler)
    new = {
        "old_password": PASSWORD,
        "new_password1": "ling-yi-ge-mima-7",
        "new_password2": "ling-yi-ge-mima-7",
    }
    assert here.post("/people/me/password/", new).status_code == 302
    assert here.get("/cases/").status_code == 200
    assert elsewhere.get("/cases/").url.startswith("/people/sign-in/")
    people.reset_password(actor=world.a.admin, on=ON, person=world.a.handler, password="di-san-ge-mima-8")
    assert here.get("/cases/").url.startswith("/people/sign-in/")


def test_signing_in_gives_another_session_than_one_that_somebody_planted(world):
    client = Client()
    client.get("/people/sign-in/")
    session = client.session
    session["planted"] = "x"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    client.post("/people/sign-in/", {"username": world.a.handler.username, "password": PASSWORD})
    assert client.cookies["sessionid"].value != planted
    told = client.cookies["sessionid"]
    assert told["httponly"] and told["samesite"] == "Lax"
    stranger = Client()
    stranger.cookies["sessionid"] = planted
    assert stranger.get("/cases/").url.startswith("/people/sign-in/")


def test_the_present_password_is_not_guessed_at_an_unlocked_screen(world):
    client = sign_in(Client(), world.a.handler)
    guess = {"new_password1": "ling-yi-ge-mima-7", "new_password2": "ling-yi-ge-mima-7"}
    codes = [
        client.post("/people/me/password/", guess | {"old_password": f"cai-{n}"}).status_code
        for n in range(6)
    ]
    assert codes == [200, 200, 200, 200, 429, 429]
    assert client.post("/people/me/password/", guess | {"old_password": PASSWORD}).status_code == 429
    assert Person.objects.get(pk=world.a.handler.pk).check_password(PASSWORD)
    assert Entry.objects.filter(action="登录失败，暂停登录").exists()
    # What is merely badly chosen is no guess.
    other = sign_in(Client(), world.a.co_handler)
    for _ in range(7):
        answer = other.post(
            "/people/me/password/", {"old_password": PASSWORD, "new_password1": "1", "new_password2": "2"}
        )
        assert answer.status_code == 200


def test_a_role_that_ended_gives_nothing_the_next_day(world, monkeypatch):
    work = Worker(world.a, on=ON)
    work.register()
    client = sign_in(Client(), world.a.handler)
    page = f"/cases/{work.case.pk}/steps/start_verification/"
    form = form_of(client.get(page).content)
    grant = world.a.handler.grants.get(role=Role.HANDLER)
    people.end_role(actor=world.a.admin, on=ON, grant=grant, until=ON - timedelta(days=1))
    before = Entry.objects.count()
    assert client.post(page, form).status_code in {403, 409, 422}
    assert client.get("/matters/open/penalty/register/").status_code in {302, 403, 404, 422}
    assert Entry.objects.count() == before


def ended(person: Person) -> None:
    RoleGrant.objects.filter(person=person).update(until=ON - timedelta(days=1))


def put_out_of_use(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)


@pytest.mark.parametrize("how", [ended, put_out_of_use])
def test_work_asked_for_before_a_right_ended_is_not_done_after_it(world, monkeypatch, how):
    """Every kind of job that changes something waits on the table when its person loses the right, or the account."""
    monkeypatch.setattr(background, "MANY", 1)
    monkeypatch.setattr("zhiheng.screening.importing.LARGE", 10)
    monkeypatch.setattr("zhiheng.cases.background.LARGE", 10)
    received = register(world)
    office, planner = sign_in(Client(), world.city.handler), sign_in(Client(), world.city.planner)
    data = as_csv([row(n) for n in range(1, 5)])
    tried = office.post(
        f"/screening/{received.pk}/import/", {"file": SimpleUploadedFile("名单.csv", data)}
    ).url
    worker.carry_out(job=jobs.claim(at=timezone.now()))
    office.post(office.get(tried).url)
    worker.carry_out(job=jobs.claim(at=timezone.now()))
    assert Application.objects.count() == 4
    # Now wait: another trial, the split, a screening, a ledger.
    more = as_csv([row(n) for n in range(5, 9)])
    office.post(f"/screening/{received.pk}/import/", {"file": SimpleUploadedFile("再一份.csv", more)})
    office.post(f"/screening/{received.pk}/split/", {"by_address": "1"})
    office.post(f"/screening/{received.pk}/runs/", {"setting": "default"})
    planner.post(
        "/cases/ledgers/new/", {"file": SimpleUploadedFile("台账.csv", LEDGER.encode()), "year": "2024"}
    )
    waiting = Job.objects.filter(state=JobState.WAITING).count()
    assert waiting == 4
    how(world.city.handler)
    how(world.city.planner)
    files, seen = ListFile.objects.count(), Entry.objects.count()
    for _ in range(waiting):
        job = jobs.claim(at=timezone.now())
        worker.carry_out(job=job)
        job.refresh_from_db()
        assert job.state == JobState.REFUSED, (job.kind, job.state, job.words)
    assert (ListFile.objects.count(), Entry.objects.count()) == (files, seen)
    assert (
        not Application.objects.exclude(unit=world.city.unit).exists()
        and not Case.objects.filter(matter=None).exists()
    )


# ------------------------------------------------------------------ requests written by hand


def test_one_may_not_say_who_acts_where_or_how_far_it_is(world):
    """Columns that no form asks for are sent along: they are not read."""
    received = received_and_split(world)
    one = of(received, 1)
    client = sign_in(Client(), world.a.handler)
    said = {"method": "phone", "reached": "yes", "content": "告知期限"}
    forged = {
        "stage": "resulted", "unit": world.b.unit.pk, "by": world.city.chief.pk, "actor": world.city.chief.pk, "result": "withdrawn",
        "opined_by": world.city.chief.pk, "on": "1999-01-01", "checked_on": "2024-01-01",
    }  # fmt: skip
    assert client.post(f"/screening/applications/{one.pk}/do/contact/", said | forged).status_code == 302
    one.refresh_from_db()
    act = ApplicationAct.objects.get()
    assert (one.stage, one.unit, one.result, act.by, act.on) == (
        "contacted",
        world.a.unit,
        "",
        world.a.handler,
        ON,
    )
    activities = find("activities")
    begun = sign_in(Client(), world.a.handler).post(
        f"/registers/{activities.group}/{activities.code}/do/{activities.begin.code}/",
        {
            "name": "活动",
            "kind": "campaign",
            "held_on": "2024-04-20",
            "unit": world.b.unit.pk,
            "version": "99",
            "voided": "1",
        },
    )
    assert begun.status_code in {302, 404, 422}
    assert not Activity.objects.exclude(unit=world.a.unit).exists()


def test_signed_words_of_one_use_or_person_are_worth_nothing_in_another(world):
    planner, leader = sign_in(Client(), world.city.planner), sign_in(Client(), world.a.unit_head)
    tried = planner.post(
        "/cases/ledgers/new/", {"file": SimpleUploadedFile("台账.csv", LEDGER.encode()), "year": "2024"}
    )
    token = tried.context["token"]
    for path in ("/cases/ledgers/confirm/", "/cases/ledgers/answer/"):
        assert leader.post(path, {"token": token}).status_code == 403
    assert leader.get("/cases/ledgers/trial/rejects/", {"token": token}).status_code in {403, 404}
    assert planner.get("/plans/import/read/", {"file": token}).url == "/plans/import/"
    plan = planner.post("/plans/import/", {"file": SimpleUploadedFile("方案.docx", in_prose())}).url
    other = re.search(r"file=([^&]+)", plan)[1]
    assert "过期" in planner.post("/cases/ledgers/confirm/", {"token": other}, follow=True).content.decode()
    mine = signing.dumps({"trial": "x", "by": world.city.planner.pk}, salt="another", key="not-the-key")
    assert planner.post("/cases/ledgers/confirm/", {"token": mine}).status_code == 302
    assert not LedgerImport.objects.exists() and not Plan.objects.exists()


def test_what_somebody_has_not_sent_is_nobody_elses(world):
    mine, other = sign_in(Client(), world.a.handler), sign_in(Client(), world.a.co_handler)
    work = Worker(world.a, on=ON)
    work.register()
    place = drafts.place_of_step(work.case, "start_verification")
    mine.post("/matters/drafts/", {"draft-place": place, "verification_result": "只给自己看"})
    page = f"/cases/{work.case.pk}/steps/start_verification/"
    assert "只给自己看" not in other.get(page).content.decode()
    other.post("/matters/drafts/", {"draft-place": place, "discard": "1"})
    assert Draft.objects.get().person == world.a.handler


def test_nobody_fills_the_disk_with_what_they_do_not_send(world, monkeypatch):
    monkeypatch.setattr(drafts, "MOST", 5)
    client = sign_in(Client(), world.a.handler)
    codes = [
        client.post("/matters/drafts/", {"draft-place": f"p/{n}", "a": "x"}).status_code for n in range(7)
    ]
    assert codes == [200] * 5 + [422] * 2
    assert (
        client.post("/matters/drafts/", {"draft-place": "p/1", "a": "y", "draft-version": "1"}).status_code
        == 200
    )


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "\thttps://evil.example",
    ],
)
def test_no_word_of_the_visitor_leads_to_another_site(world, target):
    answer = Client().post(
        f"/people/sign-in/?next={target}",
        {"username": world.a.handler.username, "password": PASSWORD, "next": target},
    )
    assert answer.url == "/"
    client = sign_in(Client(), world.a.handler)
    assert client.post("/matters/drafts/", {"draft-place": "x", "discard": "1", "back": target}).url == "/"
    assert client.post("/exports/", QUERY_STRING=f"of={target}").status_code in {302, 409}
    page = client.get("/exports/", {"of": target}).content.decode()
    ways = [
        way
        for way in re.findall(r'(?:href|action|src)="([^"]*)"', page)
        if "evil" in way or "javascript:" in way
    ]
    # The address that was asked about stands in the question's own address, as its argument.
    assert all(way.startswith(("/exports/?of=", "?of=")) for way in ways), ways


# ------------------------------------------------------------------ two windows


def test_a_form_sent_from_two_windows_is_taken_once(world):
    """The window that was opened first and sent last is told; numbers are drawn once."""
    work = Worker(world.a, on=ON)
    work.register()
    page = f"/cases/{work.case.pk}/steps/start_verification/"
    windows = [sign_in(Client(), world.a.handler) for _ in range(2)]
    forms = [form_of(one.get(page).content) for one in windows]
    codes = [one.post(page, form).status_code for one, form in zip(windows, forms, strict=True)]
    assert sorted(codes) in ([302, 409], [302, 422], [422, 422], [302, 404])
    steps = list(work.case.matter.proceeding.steps.values_list("step", flat=True))
    assert steps.count("start_verification") <= 1


def test_a_plan_that_was_read_once_is_registered_once(world):
    client = sign_in(Client(), world.city.planner)
    page = client.post("/plans/import/", {"file": SimpleUploadedFile("方案.docx", in_prose())}).url
    said = {"kind": "protection", "year": "2024", "issued_on": "2024-03-15", "ends_on": ""}
    assert client.post(page, said).status_code == 302
    again = client.post(page, said)
    assert again.status_code == 422
    assert (Plan.objects.count(), Task.objects.count()) == (1, 3)


def test_a_list_that_was_tried_once_is_taken_over_once(world):
    received = register(world)
    client = sign_in(Client(), world.city.handler)
    data = as_csv([row(n) for n in range(1, 5)])
    page = client.post(
        f"/screening/{received.pk}/import/", {"file": SimpleUploadedFile("名单.csv", data)}
    ).url
    before = Entry.objects.count()
    codes = [client.post(page).status_code for _ in range(2)]
    assert codes == [302, 302] and Application.objects.count() == 4
    assert Entry.objects.count() == before + 1


# ------------------------------------------------------------------ sheets and jobs


@pytest.mark.parametrize(
    "page", ["/screening/applications/", "/reports/2024/figures/enf.tm.n/", "/reports/reconcile/"]
)
def test_a_long_list_is_never_made_into_a_sheet_while_a_page_waits(world, monkeypatch, page):
    from tests.test_queries_of_pages import more_of_everything

    more_of_everything(world, 4)
    monkeypatch.setattr(listing, "MANY", -1)
    person = world.city.planner
    client = sign_in(Client(), person)
    found = client.get(page, {"export": "xlsx"})
    assert found.status_code == 302 and found.url.startswith("/exports/?of="), found.status_code
    job = Job.objects.get(pk=int(client.post(found.url).url.split("/")[-2]))
    Job.objects.exclude(pk=job.pk).filter(state=JobState.WAITING).update(state=JobState.CANCELLED)
    worker.carry_out(job=jobs.claim(at=timezone.now()))
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.words
    stranger = sign_in(Client(), world.city.chief)
    for path in (f"/exports/{job.pk}/", f"/exports/{job.pk}/file/"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path).status_code in {404, 405}
    assert client.get(f"/exports/{job.pk}/file/").status_code == 200


def test_a_file_that_takes_long_to_bind_holds_up_nobody_and_is_asked_for_once(world, monkeypatch):
    """A kilobyte of evidence may be made to bind for minutes: while a page waits it is given ten seconds, then it is a job, once."""
    from zhiheng.documents import archives
    from zhiheng.documents.models import Archive

    def endless(*, archive, limits):
        assert limits.wall < 10
        raise foreign.TooLong.because("读了 10 秒还没有读完")

    work = Worker(world.a)
    work.to_archived()
    assert Archive.objects.filter(folder=work.case.matter.folder).exists()
    monkeypatch.setattr(archives, "bind", endless)
    client = sign_in(Client(), world.a.handler)
    for _ in range(3):
        answer = client.post(f"/cases/{work.case.pk}/archive/1/bind/", follow=True)
        assert "正在后台装订" in answer.content.decode()
    assert Job.objects.filter(kind=archives.JOB).count() == 1


# ------------------------------------------------------------------ the public page


def test_the_public_page_takes_words_and_nothing_else(world, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: CONSULTED)
    work = TextWorker(world.a, title="征求意见的文件")
    work.write()
    work.take("consult", CONSULTED)
    pk = Project.objects.get().pk
    page = f"/consultations/{pk}/"
    anybody = Client(REMOTE_ADDR="203.0.113.7")
    forged = {
        "state": "shown",
        "answer": "adopted",
        "by_unit": "1",
        "group": "1",
        "sender": "x",
        "proposed": "改",
    }
    for words in ("<script>alert(7)</script>", "\u202e反", "=1+1", "x" * 4001, ""):
        assert anybody.post(page, {"words": words, **forged}).status_code in {302, 422}
    made = list(Comment.objects.order_by("pk"))
    assert 2 <= len(made) <= 3 and all(one.words.strip() for one in made)
    assert all(
        not one.by_unit and one.state == "waiting" and not one.proposed and one.sender != "x" for one in made
    )
    shown = anybody.get(page).content.decode()
    assert "<script>alert" not in shown and "=1+1" not in shown  # nothing is shown before it was looked at
    work.project.refresh_from_db()
    inside = sign_in(Client(), world.a.handler).get(f"/rulemaking/{pk}/comments/all/").content.decode()
    assert "=1+1" in inside and "<script>alert" not in inside and "\u202e" not in inside
    for other in (
        "/rulemaking/",
        f"/rulemaking/{pk}/",
        f"/rulemaking/{pk}/comments/",
        "/search/?q=x",
        "/audit/",
    ):
        assert anybody.get(other).url.startswith("/people/sign-in/")
    codes = [anybody.post(page, {"words": f"第{n}条意见"}).status_code for n in range(15)]
    assert codes[-1] == 422 and Comment.objects.count() == 10
    assert Client(REMOTE_ADDR="203.0.113.8").post(page, {"words": "另一处的意见"}).status_code == 302


# ------------------------------------------------------------------ files made to stop their reader


@pytest.mark.parametrize(
    ("person", "page", "name", "data"),
    [
        ("planner", "/plans/import/", "far.xlsx", FAR),
        ("planner", "/plans/import/", "deep.docx", nested_rows(20_000)),
        ("planner", "bases", "far.xlsx", FAR),
        ("handler", "list", "far.xlsx", FAR),
        ("handler", "results", "far.xlsx", FAR),
        ("handler", "draft", "deep.docx", nested_rows(20_000)),
    ],
)
def test_every_reader_of_the_house_refuses_a_ruinous_file_in_words(
    world, monkeypatch, person, page, name, data
):
    patience = dataclasses.replace(foreign.PAPER, cpu=2, wall=3)
    monkeypatch.setitem(foreign.read.__kwdefaults__, "limits", patience)
    client = sign_in(Client(), getattr(world.city, person))
    if page in {"list", "results"}:
        received = received_and_split(world)
        page = f"/screening/{received.pk}/{'import' if page == 'list' else 'results'}/"
    elif page == "draft":
        page = f"/rulemaking/{TextWorker(world.city, title='某办法').project.pk}/text/write/"
    elif page == "bases":
        page = find("bases").url("record-import-new")
    answer = client.post(page, {"file": SimpleUploadedFile(name, data), "paper": "文", "note": "x"})
    assert answer.status_code == 422, (answer.status_code, getattr(answer, "url", ""))
    assert answer.context["form"].errors


def test_applications_of_others_are_not_touched_by_their_numbers(world):
    """The neighbour writes keys of another district's applications into the form for several."""
    received = received_and_split(world)
    theirs = list(Application.objects.filter(unit=world.a.unit).values_list("pk", flat=True))
    client = sign_in(Client(), world.b.handler)
    said = {"method": "phone", "reached": "yes", "content": "告知"}
    for looked in (theirs, ["9" * 30, "-1", "x", *theirs], [*theirs, theirs[0]]):
        assert (
            client.post("/screening/applications/do/contact/", said | {"looked": looked}).status_code == 422
        )
    assert not ApplicationAct.objects.exists()
    found = client.get("/screening/applications/", {"list": received.pk, "q": number(1)})
    assert found.context["listing"].rows == []
