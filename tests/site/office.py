"""One office with everything in it: a case worked to its decision, an imported ledger, evidence with a file, a published report."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

from tests.casework import Worker
from tests.publishing import published
from tests.world import build, give_role, tell_of
from tests.year import record_the_year
from zhiheng.accounts import services as people
from zhiheng.accounts.rights import Role
from zhiheng.audit import heads
from zhiheng.audit.models import Entry
from zhiheng.cases import importing
from zhiheng.matters import services as cases
from zhiheng.outreach.tests.publicity import hold_activity
from zhiheng.registers import importing as tables
from zhiheng.registers import services as registers
from zhiheng.registers.declaration import find
from zhiheng.reports import services as reports
from zhiheng.reports.claims import read as claims_of

ON = date(2025, 1, 20)
LEDGER = """办案单位,决定书文号,当事人,案由,决定日期,案值（元）,罚款金额（元）
渝北区局,渝北市监处罚〔2024〕901号,青禾商行,商标侵权,2024-05-06,5000,1000
渝北区局,渝北市监处罚〔2024〕902号,绿野商行,商标侵权,2024-05-07,6000,2000
渝中区局,渝中市监处罚〔2024〕903号,乙岳商行,假冒专利,2024-05-08,7000,
"""
BASES = """基地名称,推荐单位,类型,依托单位,第几批,命名日期
甲基地,渝北区局,学校,甲中学,1,2024-04-26
乙基地,渝北区局,学堂,乙中学,1,2024-04-26
"""


def build_office(folder: Path) -> SimpleNamespace:
    """Its tables are read from the folder."""
    world = build()
    tell_of(world)
    work = Worker(world.a).to_decided()
    cases.add_evidence(
        actor=world.a.handler,
        record=work.case,
        on=work.on,
        name="进货单",
        kind="documentary",
        source="当事人提供",
        proves="进货数量",
        collected_on=work.on,
        file=io.BytesIO("进货单一份".encode()),
        file_name="进货单.txt",
    )
    Worker(world.a).to_filed()
    informed = Worker(world.a)
    informed.register(title="有举报人的案件", informant="钱举报", informant_phone="13900001234")
    informed.step("start_verification")
    informed.step("record_inspection")
    informed.propose("file_case")
    _records(world, folder)
    record_the_year(world)
    path = folder / "台账.csv"
    path.write_text(LEDGER, encoding="utf-8")
    importing.import_ledger(actor=world.city.planner, path=path, file_name=path.name, on=ON)
    path.write_text(LEDGER.replace(",1000\n", ",1500\n"), encoding="utf-8")
    importing.import_ledger(actor=world.city.planner, path=path, file_name="更正.csv", on=ON)
    published(world.city, 2024, on=ON)
    _desk(world)
    for entry in Entry.objects.order_by("seq"):
        heads.write(entry.seq, entry.hash, entry.at.isoformat(timespec="seconds"))
    return SimpleNamespace(world=world, case=work.case)


def _records(world, folder: Path) -> None:
    """An activity with two files, one of them set aside, a table of records with a row handed back, and somebody who acts for
    another."""
    held = hold_activity(world.a.handler)
    activities = find("activities")
    files = [(f"{n}.txt", io.BytesIO(f"签到表{n}".encode())) for n in range(2)]
    about = {"on": ON, "register": activities, "record": held}
    first, _ = registers.attach(actor=world.a.handler, label=activities.attachments[0], files=files, **about)
    registers.set_aside(actor=world.a.handler, attachment=first, why="传错了", **about)
    table = folder / "基地.csv"
    table.write_text(BASES, encoding="utf-8")
    tables.import_table(actor=world.city.planner, on=ON, register=find("bases"), path=table)
    people.delegate(
        actor=world.a.unit_head,
        on=ON,
        deputy=world.a.co_handler,
        role=Role.UNIT_HEAD,
        since=ON,
        until=ON + timedelta(days=3),
        reason="出差",
    )
    give_role(world.a.admin, world.a.leader, world.a.handler, Role.CASE_REVIEWER, on=ON)
    people.reset_password(actor=world.a.admin, on=ON, person=world.a.expired, password="ling-yi-ge-mima-1")


def _desk(world) -> None:
    """A text held against the records, with one phrase explained and another explanation withdrawn."""
    planner = world.city.planner
    text = "2024年，全市查处商标侵权案件2件，案值1.1万元。"
    held = reports.hold_text(actor=planner, on=ON, year=2024, text=text, source="年报.txt")
    claim = claims_of(held.text).claims[0]
    about = {"actor": planner, "on": ON, "text": held, "claim": claim, "indicator_id": ""}
    reports.correct_mapping(words="商标侵权案件", note="口径不同", **about)
    other = reports.correct_mapping(words="查处商标侵权案件", **about)
    reports.withdraw_variant(actor=planner, on=ON, variant=other, because="说错了")
