"""Law pages and the ledger's pages as they answer."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from django.utils import timezone

from tests.casework import Worker
from tests.world import tell_of
from zhiheng.accounts import services
from zhiheng.accounts.rights import Role
from zhiheng.audit.models import Entry
from zhiheng.jobs import services as jobs
from zhiheng.jobs import worker
from zhiheng.jobs.models import Job
from zhiheng.law import current_book
from zhiheng.law.commands import main
from zhiheng.outreach.tests.publicity import hold_activity, name_base, review_base
from zhiheng.registers.declaration import groups
from zhiheng.screening import running
from zhiheng.screening.tests.received import RECEIVED, agreed, of, received_and_split
from zhiheng.workbench import background, ledger

ON = date(2024, 6, 3)


@pytest.fixture
def client(world, signed_in):
    return signed_in(world.a.handler)


def test_every_procedure_rule_year_form_and_clock_has_its_page(client):
    book = current_book()
    addresses = [
        "/law/",
        "/law/deadline/",
        "/law/fine/",
        *(f"/law/procedures/{p.code}/?version={p.effective}" for p in book.procedures()),
        *(f"/law/penalties/{code}/" for code in book.fine_rules()),
        *(f"/law/calendars/{year}/" for year in book.calendar.years),
        *(f"/law/forms/{code}/" for code in book.forms()),
        *(f"/law/deadline/{p.code}/{clock}/" for p in book.procedures() for clock in p.clocks),
    ]
    for address in addresses:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize(
    "address",
    ["/law/procedures/nothing/", "/law/penalties/XX/", "/law/calendars/1900/", "/law/forms/X/", "/law/deadline/penalty.ordinary/x/"],
)  # fmt: skip
def test_what_the_book_does_not_hold_is_a_404(client, address):
    assert client.get(address).status_code == 404


def test_the_deadline_page_and_the_command_answer_alike(client, capsys):
    main(
        ["deadline", "penalty.ordinary/case", "--from", "2025-03-03", "--pause", "testing:2025-04-10..2025-04-25",
         "--extend", "extend_case", "--extend", "extend_case_collectively:45", "--format", "json"]
    )  # fmt: skip
    due = json.loads(capsys.readouterr().out)["due"]
    answer = client.get(
        "/law/deadline/penalty.ordinary/case/?start=2025-03-03&reason1=testing&from1=2025-04-10&to1=2025-04-25"
        "&take_extend_case=on&take_extend_case_collectively=on&days_extend_case_collectively=45"
    )
    assert str(answer.context["found"].due) == due


@pytest.mark.parametrize("start", ["2024-02-06", "2026-12-28", "2021-05-01"])
def test_every_clock_ends_on_the_page_as_by_the_command(client, capsys, start):
    for procedure in current_book().procedures():
        for code, clock in procedure.clocks.items():
            name = f"{procedure.code}/{code}"
            set_day = [] if clock.length else ["--due", "2027-03-01"]
            main(["deadline", name, "--from", start, *set_day, "--format", "json"])
            said = json.loads(capsys.readouterr().out)
            answer = client.get(f"/law/deadline/{name}/?start={start}&due_set=2027-03-01")
            assert str(answer.context["found"].due) == said["due"], name
            assert [str(line) for line in answer.context["trace"]] == said["trace"], name


def test_a_deadline_that_lacks_a_number_is_refused_at_its_field(client):
    answer = client.get(
        "/law/deadline/penalty.ordinary/case/?start=2025-03-03&take_extend_case_collectively=on&reason1=testing"
    )
    errors = answer.context["form"].errors
    assert "须填写确定的天数" in errors["take_extend_case_collectively"][0]
    assert errors["from1"] == ["请填写扣除期间的起日。"]


def test_a_fine_that_cannot_be_worked_out_says_why(client):
    answer = client.get(
        "/law/fine/?rule=TM-INF&party=person&acted=2024-06-03&decided=2024-01-01&severity=normal"
    )
    assert "早于违法行为日" in answer.context["refusal"]


def test_the_ledger_is_for_those_with_the_right_and_within_their_units(world, signed_in):
    services.reset_password(actor=world.a.admin, on=ON, person=world.a.co_handler, password="ling-yi-ge-2")
    assert signed_in(world.a.handler).get("/audit/").status_code == 403
    assert signed_in(world.a.handler).post("/audit/check/").status_code == 403
    assert "重设密码" in signed_in(world.city.auditor).get("/audit/").content.decode()
    # The chief of the neighbour may read a ledger, but not this entry.
    neighbour = signed_in(world.b.leader)
    assert neighbour.get("/audit/").context["listing"].total == 0
    assert neighbour.get("/audit/1/").status_code == 404
    assert signed_in(world.a.leader).get("/audit/1/").status_code == 200


def test_the_check_names_a_broken_entry(world, signed_in, monkeypatch):
    from zhiheng.audit import services as audit

    tell_of(world)
    services.reset_password(actor=world.a.admin, on=ON, person=world.a.handler, password="ling-yi-ge-2")
    client = signed_in(world.city.auditor)
    assert "全部 3 条完好" in client.post("/audit/check/").content.decode()
    monkeypatch.setattr(audit, "_content", lambda entry: {})
    assert "被动过。" in client.post("/audit/check/").content.decode()


def test_a_district_verifies_no_ledger_that_tells_of_its_neighbours(world, signed_in):
    chief = signed_in(world.a.leader)
    assert "核对" not in chief.get("/audit/").content.decode().split("<main")[1].split("</h1>")[0]
    assert chief.post("/audit/check/").status_code == 403


def test_a_long_ledger_is_verified_beside_the_server_once_for_all_who_ask(world, signed_in, monkeypatch):
    tell_of(world)
    monkeypatch.setattr(background, "LONG", 1)
    client = signed_in(world.city.auditor)
    asked = client.post("/audit/check/")
    (job,) = Job.objects.all()
    assert asked.url == f"/audit/checks/{job.pk}/" == signed_in(world.city.chief).post("/audit/check/").url
    page = client.get(asked.url)
    assert page["Refresh"] == "2" and "等待" in page.content.decode()
    worker.carry_out(job=jobs.claim(at=timezone.now()))
    page = client.get(asked.url)
    assert "全部 2 条完好" in page.content.decode() and "Refresh" not in page
    assert client.post("/audit/check/").url != asked.url
    assert signed_in(world.a.leader).get(asked.url).status_code == 403
    assert client.get("/audit/checks/999999/").status_code == 404


def test_the_frame_marks_the_section_one_is_in(world, signed_in):
    world.city.auditor.grants.create(role=Role.PLANNER, since=date(2020, 1, 1))
    client = signed_in(world.city.auditor)

    def here(address):
        return [e["label"] for e in client.get(address).context["frame"]["entries"] if e["here"]]

    assert here("/") == ["工作台"]
    assert here("/cases/") == ["案件"]
    assert here("/cases/ledgers/") == ["台账导入"]
    assert here("/rulemaking/") == ["立法与文件"]
    assert here("/reviews/") == ["审查"]
    assert here("/law/fine/") == ["法规库"]
    assert here("/audit/") == ["留痕账"]
    assert here("/people/") == ["人员"]
    labels = [e["label"] for e in client.get("/").context["frame"]["entries"]]
    # A group with an entry of its own has no second one.
    own = {"reports", "reviews", "rulemaking"}
    records = [kinds[0].group_title for group, kinds in groups() if group not in own]
    assert "普法" in records
    work = ["工作台", "待办", "案件", "立法与文件", "审查", "台账导入", "专项筛查"]
    assert labels == [*work, *records, "报告", "法规库", "留痕账", "查阅记录", "人员", "人员工作量"]


def test_the_ledger_speaks_of_everything_in_the_readers_language(world, signed_in):
    """Acts on a matter from lead to archive, on registers, people and reports: no key of a program is left as it stands."""
    tell_of(world)
    work = Worker(world.a)
    work.to_archived()
    hold_activity(world.a.handler, "进园区")
    review_base(world, name_base(world))
    person = world.a.handler
    services.grant_role(
        actor=world.a.admin, on=ON, person=person, role=Role.UNIT_HEAD, since=date(2024, 7, 1)
    )
    received = received_and_split(world)
    running.run(actor=world.city.handler, received=received, on=RECEIVED, asked={})
    agreed(world, of(received, 1))
    planner = signed_in(world.city.planner)
    planner.post("/reports/reconcile/", {"year": "2024", "text": "查办商标侵权案件610件。"})
    planner.post("/reports/2023/publish/")
    entries = list(Entry.objects.all())
    assert len({entry.action for entry in entries}) > 25
    plain = {
        (entry.action, name)
        for entry in entries
        for title, words in ledger.contents(entry)
        for name in (title, *re.findall(r"(?:^|；)([a-z_]+)：", words))
        if name.isascii()
    }
    assert not plain
    assert not [words for _, words in ledger._kinds() if words.isascii()]
    inner = [words for entry in entries for name, words in ledger.contents(entry) if name == "填写内容"]
    assert any("案件名称：" in words for words in inner)
    assert not {key for words in inner for key in re.findall(r"(?:^|；)([a-z_]+)：", words)}
