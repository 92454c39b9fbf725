"""Each rule that keeps duties apart, attacked by every way in: pages, commands, imports, and acts given in another's name."""

from __future__ import annotations

import argparse
import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.casework import Worker
from tests.world import make_person, sign_in
from zhiheng.accounts import services as people
from zhiheng.accounts.models import Person, RoleGrant
from zhiheng.accounts.rights import Right, Role
from zhiheng.accounts.selectors import acting_roles, may
from zhiheng.audit.models import Entry
from zhiheng.cases import importing as ledgers
from zhiheng.cases.models import Case
from zhiheng.law import current_book
from zhiheng.matters import commands as matter_commands
from zhiheng.matters import services
from zhiheng.matters.models import Officer, Opinion, StepTaken
from zhiheng.outreach.models import Activity
from zhiheng.refusal import Refused
from zhiheng.registers import importing as tables
from zhiheng.registers.declaration import find
from zhiheng.rulemaking import commands as text_commands
from zhiheng.screening import importing as lists
from zhiheng.screening.models import Application
from zhiheng.screening.tests.received import as_csv, register, row

pytestmark = pytest.mark.django_db

ON = date(2024, 6, 3)
LEDGER = "案件名称,当事人,案由,立案日期,决定日期,文号,案值(元),罚没金额(元)\n某案,某商行,商标侵权,2024-03-04,2024-05-06,渝北市监处罚〔2024〕1号,1000,500\n"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)


def again(person: Person) -> Person:
    """The person as the next request reads them."""
    return Person.objects.select_related("unit").get(pk=person.pk)


@pytest.fixture
def both(world):
    """Somebody who runs the system and holds every working role beside."""
    roles = [code for code in current_book().roles if code not in (Role.ADMIN, Role.UNIT_ADMIN)]
    return make_person(world.city.unit, "shi-quanquan", "全权人", Role.ADMIN, *roles)


# ------------------------------------------------------------------ who runs the system


def test_whoever_runs_the_system_has_no_working_power_whatever_they_hold_beside(both):
    assert acting_roles(both, ON) <= {Role.ADMIN, Role.UNIT_ADMIN}
    theirs = {right for right in Right if may(both, right, ON)}
    alone = {Right.READ_AUDIT, Right.MANAGE_PEOPLE, Right.KEEP_LAW_TEXTS}
    assert theirs == alone


def test_they_bring_nothing_in_on_pages_and_by_services(world, both, client, tmp_path):
    received = register(world, on=ON, due=date(2024, 7, 1))
    path = tmp_path / "台账.csv"
    path.write_text(LEDGER, encoding="utf-8")
    activities = find("activities")
    before = (
        Case.objects.count(),
        Application.objects.count(),
        Activity.objects.count(),
        Entry.objects.count(),
    )
    for admin in (both, world.city.admin):
        for way in (
            lambda who: ledgers.import_ledger(actor=who, path=path, file_name=path.name, on=ON),
            lambda who: ledgers.import_ledger(actor=who, path=path, file_name=path.name, on=ON, dry_run=True),
            lambda who: tables.try_table(
                actor=who, on=ON, register=activities, file=io.BytesIO(b"x"), file_name="x.csv"
            ),
            lambda who: lists.try_file(
                actor=who, received=received, data=as_csv([row(1)]), name="名单.csv", on=ON
            ),
            lambda who: services.open_matter(actor=who, on=ON, kind="penalty", data={}),
        ):
            with pytest.raises(Refused):
                way(admin)
        sign_in(client, admin)
        sent = {"file": SimpleUploadedFile("台账.csv", LEDGER.encode()), "year": "2024"}
        assert client.post(reverse("ledger_new"), sent).status_code == 422
        table = {"file": SimpleUploadedFile("活动.csv", "名称\n某活动\n".encode())}
        assert client.post(activities.url("record-import-new"), table).status_code == 422
        upload = {"file": SimpleUploadedFile("名单.csv", as_csv([row(1)]))}
        assert client.post(reverse("list-files", args=[received.pk]), upload).status_code == 404
    now = Case.objects.count(), Application.objects.count(), Activity.objects.count(), Entry.objects.count()
    assert now == before


def test_they_neither_take_a_step_nor_sign_nor_name_officers(world, both):
    work = Worker(world.city, on=ON)
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    proposal = work.propose("file_case")
    officers, steps = Officer.objects.count(), StepTaken.objects.count()
    case = work.case
    for attack in (
        lambda: services.take_step(actor=both, record=case, step="record_questioning", data={}, on=ON),
        lambda: services.give_opinion(
            actor=both, record=case, proposal=proposal, agrees=True, text="", on=ON
        ),
        lambda: services.assign_officers(actor=both, record=case, people=[both, world.city.handler], on=ON),
    ):
        with pytest.raises(Refused):
            attack()
    assert (Officer.objects.count(), StepTaken.objects.count()) == (officers, steps)
    assert not Opinion.objects.exists()


def test_nobody_on_leave_hands_them_a_role_that_counts(world, both):
    people.delegate(
        actor=world.city.leader, on=ON, deputy=both, role=Role.LEADER, since=ON, until=date(2024, 6, 9), reason="出差"
    )  # fmt: skip
    assert Role.LEADER not in acting_roles(again(both), ON)


# ------------------------------------------------------------------ commands in another's name


def run(module, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    module.add_parsers(parser.add_subparsers())
    parsed = parser.parse_args(arguments)
    return parsed.run(parsed)


ADOPT = (
    "adopt",
    "penalty.ordinary",
    str(current_book().procedure_versions["penalty.ordinary"][-1].effective),
)


@pytest.mark.parametrize("who", ["planner", "handler", "admin", "auditor", "unit_head"])
def test_a_version_is_adopted_only_in_the_name_of_who_may_decide_it(world, who, capsys):
    account = getattr(world.city, who).username
    assert run(matter_commands, *ADOPT, "--by", account, "--reason", "会议决定") == 2
    assert "采用程序版本须由市局决定" in capsys.readouterr().err


def test_not_of_a_district_nor_of_nobody_nor_of_an_account_that_was_closed(world, capsys):
    for account, told in (
        (world.a.leader.username, "须由市局决定"),
        ("mei-you-zhe-ren", "没有账号"),
        (world.city.leader.username, "已停用"),
    ):
        if told == "已停用":
            Person.objects.filter(username=account).update(is_active=False)
        assert run(matter_commands, *ADOPT, "--by", account, "--reason", "会议决定") == 2
        assert told in capsys.readouterr().err


def test_texts_of_the_law_are_taken_in_only_in_the_name_of_who_may(world, tmp_path, capsys):
    (tmp_path / "某法.md").write_text("# 某法\n\n第一条 某。\n", encoding="utf-8")
    Person.objects.filter(pk=world.city.legality_reviewer.pk).update(is_active=False)
    for account in ("mei-you-zhe-ren", world.city.legality_reviewer.username):
        assert run(text_commands, "import_texts", str(tmp_path), "--by", account) == 2
        assert "账号" in capsys.readouterr().err


def test_what_a_command_does_in_somebody_s_name_says_whose_hand_it_was(world):
    from zhiheng.audit import services as audit

    with audit.said_through(audit.on_the_command_line()):
        people.grant_role(
            actor=world.city.admin, on=ON, person=world.city.auditor, role=Role.HANDLER, since=ON
        )
    entry = Entry.objects.order_by("-seq").first()
    assert "命令行（操作系统账号 " in entry.data["through"] and entry.actor_name == world.city.admin.name
    people.grant_role(actor=world.city.admin, on=ON, person=world.city.chief, role=Role.HANDLER, since=ON)
    assert "through" not in Entry.objects.order_by("-seq").first().data


# ------------------------------------------------------------------ imports


def test_an_import_takes_over_no_case_that_is_worked_here_and_none_of_a_neighbour(world, tmp_path):
    work = Worker(world.a, on=ON)
    work.to_decided() if hasattr(work, "to_decided") else work.to_filed()
    case = work.case
    number = case.doc_no_printed or case.doc_no or case.case_no
    officers = list(Officer.objects.values_list("person", flat=True))
    before = Case.objects.filter(pk=case.pk).values().get()
    path = tmp_path / "台账.csv"
    text = LEDGER.splitlines()[0] + ",办案单位\n" + f"改了的案,别人,商标侵权,2024-03-04,2024-05-06,{number},1000,500,{world.a.unit.short_name}\n"  # fmt: skip
    path.write_text(text, encoding="utf-8")
    for planner in (world.city.planner, world.b.unit_head):
        result = ledgers.import_ledger(actor=planner, path=path, file_name=path.name, on=ON)
        assert result.rejected_rows == 1 and result.changed == 0, planner.name
    assert Case.objects.filter(pk=case.pk).values().get() == before
    assert list(Officer.objects.values_list("person", flat=True)) == officers


# ------------------------------------------------------------------ pages, with forged posts


def test_a_forged_post_grants_nobody_their_own_role_by_any_field(world, client):
    grants = RoleGrant.objects.count()
    for who in (world.a.admin, world.a.handler, world.city.planner):
        sign_in(client, who)
        for whose in (who, world.city.admin):
            answer = client.post(
                f"/people/{whose.pk}/roles/new/",
                {"role": Role.LEADER, "since": "2024-06-03", "person": world.b.handler.pk, "actor": world.city.admin.pk},
            )  # fmt: skip
            assert answer.status_code in (403, 404, 422), (who.name, whose.name)
    assert RoleGrant.objects.count() == grants


def test_a_forged_post_signs_nothing_twice_and_nothing_of_one_s_own(world, client):
    work = Worker(world.a, on=ON)
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    proposal = work.propose("file_case")
    address = reverse("case-proposal", args=[work.case.pk, proposal.pk])
    for who in (world.a.handler, world.a.co_handler, world.a.admin):
        sign_in(client, who)
        forged = {
            "verdict": "agree",
            "text": "同意",
            "actor": world.a.unit_head.pk,
            "for_person": world.a.leader.pk,
        }
        assert client.post(address, forged).status_code in (403, 404, 422), who.name
    assert not Opinion.objects.exists()
    RoleGrant.objects.create(person=world.a.unit_head, role=Role.LEADER, since=date(2020, 1, 1))
    sign_in(client, world.a.unit_head)
    assert client.post(address, {"verdict": "agree", "text": ""}).status_code == 302
    client.post(address, {"verdict": "agree", "text": ""})
    assert Opinion.objects.count() == 1
