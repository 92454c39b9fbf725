"""A number that others report is a row like any other: with its paper, period and who entered it, and counted once."""

from __future__ import annotations

import io
from datetime import date

import pytest

from tests.decided import decided
from tests.publishing import published
from tests.world import sign_in, tell_of
from tests.year import record_the_year
from zhiheng.accounts.models import Unit
from zhiheng.audit.models import Entry
from zhiheng.audit.verification import verify
from zhiheng.cases.models import Case
from zhiheng.figures import selectors as figures
from zhiheng.figures.models import Snapshot
from zhiheng.figures.registry import find as figure_of
from zhiheng.outreach.tests.publicity import hold_activity
from zhiheng.refusal import Refused
from zhiheng.registers import services
from zhiheng.registers.declaration import find
from zhiheng.reports import annual, selectors
from zhiheng.reports.claims import load_indicators
from zhiheng.reports.commands import report_dict
from zhiheng.reports.models import ReceivedReturn
from zhiheng.reports.periods import Period
from zhiheng.reports.received import RECEIVED

pytestmark = pytest.mark.django_db

ON = date(2025, 1, 20)
COPYRIGHT = {
    "indicator": "enf.copyright",
    "first": date(2024, 1, 1),
    "last": date(2024, 12, 31),
    "number": 41,
    "source": "市版权局",
    "paper": "2024年版权行政执法统计表（渝版统〔2025〕1号）",
    "paper_on": date(2025, 1, 10),
}


def receive(world, *, actor=None, on=ON, **given):
    register = find("returns")
    return services.begin(
        actor=actor or world.city.planner,
        on=on,
        register=register,
        act=register.begin,
        answers=COPYRIGHT | given,
    )


def value(unit: Unit, indicator="enf.copyright", **scope):
    answered = figures.compute(
        figures.year_of(unit, 2024, ON) if not scope else figures.scope_of(unit, **scope)
    )
    return answered[indicator].value


def test_a_received_number_counts_and_says_who_entered_it_from_which_paper(world):
    assert value(world.city.unit) is None  # not nought: nobody said anything
    received = receive(world)
    assert value(world.city.unit) == 41
    entry = Entry.objects.get(subject_kind="reports.receivedreturn", subject_id=str(received.pk))
    assert (entry.action, entry.actor_name) == ("登记外部统计", world.city.planner.name)
    assert entry.data["paper"] == COPYRIGHT["paper"] and entry.data["number"] == 41


def test_the_paragraph_that_waited_for_it_appears_in_the_report_and_is_frozen(world):
    assert "主动公开政府信息条数" in selectors.report_of(world.city.unit, Period(2024), ON).not_recorded_text
    received = receive(world, indicator="dis.active", number=2306, paper="政府信息公开年度报告")
    report = selectors.report_of(world.city.unit, Period(2024), ON)
    assert "主动公开政府信息2306条。" in report.text
    assert "主动公开政府信息条数" not in report.not_recorded_text
    paper = [("报告.png", io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(64)))]
    services.attach(
        actor=world.city.planner,
        on=ON,
        register=find("returns"),
        record=received,
        label="来源文件",
        files=paper,
    )
    snapshot = published(world.city, 2024, on=ON)
    assert snapshot.figures.get(figure="dis.active").value == 2306
    assert figures.check(Snapshot.objects.get()).unchanged


def test_its_page_and_list_open_from_the_report(client, world):
    received = receive(world)
    sign_in(client, world.city.planner)
    page = client.get("/reports/2024/figures/enf.copyright/").content.decode()
    assert COPYRIGHT["paper"] in page and ">41<" in page
    for address in ("/registers/reports/returns/", f"/registers/reports/returns/{received.pk}/"):
        assert COPYRIGHT["paper"] in client.get(address).content.decode()
    form = client.get("/registers/reports/returns/do/receive/").content.decode()
    assert "版权行政案件数（件）" in form and "商标侵权案件查办数" not in form  # that one is counted here
    assert "/registers/reports/returns/" in client.get("/reports/").content.decode()
    client.force_login(world.b.leader)
    assert client.get(f"/registers/reports/returns/{received.pk}/").status_code == 404


def test_a_number_of_a_year_is_in_no_half_of_it(world):
    receive(world)
    assert value(world.city.unit, first=date(2024, 1, 1), last=date(2024, 6, 30)) is None
    assert value(world.city.unit, first=date(2024, 7, 1), last=date(2024, 12, 31)) is None


def test_a_stock_is_the_number_of_its_own_day(world):
    stock = next(figure for figure in RECEIVED.values() if figure.stock and not figure.measure.money)
    day = date(2024, 12, 31)
    about = stock.id.removesuffix(".told")
    receive(world, indicator=about, first=day, last=day, number=88)
    receive(world, indicator=about, first=date(2024, 6, 30), last=date(2024, 6, 30), number=70)
    assert value(world.city.unit, stock.id) == 88
    assert value(world.city.unit, stock.id, first=date(2024, 1, 1), last=date(2024, 6, 30)) == 70
    assert value(world.city.unit, stock.id, first=date(2024, 1, 1), last=date(2024, 7, 1)) is None
    with pytest.raises(Refused, match="期初、期末应是同一天"):
        receive(world, indicator=about, number=1)


def test_money_and_other_numbers_go_into_their_own_column(world):
    money = next(figure for figure in RECEIVED.values() if figure.measure.money and not figure.stock)
    with pytest.raises(Refused, match="是金额，请填“金额”"):
        receive(world, indicator=money.id)
    with pytest.raises(Refused, match="不是金额，请填“数目”"):
        receive(world, number=None, amount_fen=5)
    receive(world, indicator=money.id, number=None, amount_fen=1_234_56)
    assert value(world.city.unit, money.id) == figure_of(money.id).shown(1_234_56)


@pytest.mark.parametrize("whose", ["city", "district", "other period"])
def test_a_number_that_would_be_counted_twice_is_refused_with_the_one_that_is_there(world, whose):
    receive(world)
    given = {
        "city": {"first": date(2024, 7, 1)},
        "district": {"unit": world.a.unit, "actor": world.a.leader},
        "other period": {"last": date(2024, 6, 30)},
    }[whose]
    with pytest.raises(Refused, match="重复计算") as refused:
        receive(world, **given)
    assert COPYRIGHT["paper"] in str(refused.value)


def test_two_districts_add_up_and_a_voided_number_counts_no_longer(world):
    received = receive(world, actor=world.a.leader)
    receive(world, actor=world.b.leader, number=9)
    assert value(world.city.unit) == 50
    services.void(actor=world.a.leader, on=ON, register=find("returns"), record=received, why="重复报送")
    assert value(world.city.unit) == 9
    receive(world, actor=world.a.leader, number=40)
    assert value(world.city.unit) == 49


def test_without_the_right_and_before_the_period_is_over_nothing_is_received(world):
    with pytest.raises(Refused):
        receive(world, actor=world.city.handler)
    with pytest.raises(Refused, match="还没有到"):
        receive(world, on=date(2024, 12, 30), paper_on=date(2024, 12, 30))


def test_a_claim_is_held_against_the_received_number(world):
    text = "2024年，版权行政案件41件。"
    before = selectors.reconciliation_of(world.city.unit, text, 2024)
    assert [item.status for item in before.items] == ["not_recorded"]
    receive(world)
    after = selectors.reconciliation_of(world.city.unit, text, 2024)
    assert after.items[0].figure.id == "enf.copyright" and after.items[0].value.value == 41


def test_what_is_kept_in_registers_may_be_reported_and_counts_where_there_are_no_records(world):
    sent = {"indicator": "enf.checked", "number": 320, "paper": "执法情况统计表", "source": "渝北区局"}
    receive(world, actor=world.a.leader, **sent)
    assert (value(world.city.unit, "enf.checked"), value(world.city.unit, "enf.checked.told")) == (None, 320)
    text = "2024年，检查市场主体320家次。"
    held = selectors.reconciliation_of(world.city.unit, text, 2024).items[0]
    assert (held.figure.id, held.status) == ("enf.checked.told", "matches")
    record_the_year(world)
    held = selectors.reconciliation_of(world.city.unit, text, 2024).items[0]
    # The records win: nothing is added to them.
    assert (held.figure.id, held.status, held.value.value) == ("enf.checked", "differs", 1)


def test_aspects_and_tasks_of_one_sentence_are_two_figures(world):
    record_the_year(world)
    text = "印发《2024年某市知识产权行政保护工作实施方案》，部署1个方面1项重点任务。"
    held = selectors.reconciliation_of(world.city.unit, text, 2024).items
    assert [(item.figure and item.figure.id, item.status) for item in held] == [
        ("doc.aspects", "matches"),
        ("doc.tasks", "matches"),
    ]


def test_a_change_from_what_was_reported_to_what_is_recorded_is_no_change(world):
    year = {"first": date(2023, 1, 1), "last": date(2023, 12, 31)}
    receive(
        world, indicator="pub.events", number=5, paper="宣传情况统计表", paper_on=date(2024, 1, 9), **year
    )
    day = date(2024, 4, 26)
    hold_activity(world.city.planner, held_on=day, ended_on=day, reach=30, reach_rule="counted")
    told = annual.compose(
        world.city.unit,
        Period(2024),
        on=ON,
        ledger_head="0" * 64,
        words_with_places="情况如下。\n# 工作\n## 普法\n举办普法宣传活动{pub.events}场次，{pub.events=}。",
    )
    assert "举办普法宣传活动1场次。" in told.text and "同比" not in told.text
    assert any("上年同期据报送，口径不同" in note for note in told.notes)


def test_every_indicator_is_computed_or_received_or_named_as_not_recorded(world):
    record_the_year(world)
    receive(world)
    told = report_dict(selectors.report_of(world.city.unit, Period(2024), ON))
    figures_ = {one["id"]: one for one in told["figures"]}
    missing = {one["id"] for one in told["not_recorded"]}
    answered = {one["id"] for one in told["indicators"] if one["figures"]}
    assert answered | missing == {i.id for i in load_indicators()} and not answered & missing
    assert all(
        figures_[name]["rows"] for one in told["indicators"] for name in one["figures"] if ".told" in name
    )
    assert all((one["from"] == "not_recorded") == (not one["figures"]) for one in told["indicators"])
    assert figures_["enf.copyright"]["from"] == "returns" and figures_["doc.tasks"]["from"] == "records"
    # No case was recorded: nothing is said of cases, and not nought.
    cases = {
        one.id for one in load_indicators() if (own := figure_of(one.id)) and "cases" in own.parts[0].of.kind
    }
    assert len(cases) > 10 and cases <= missing and not cases & figures_.keys()
    assert {"doc.tasks", "enf.people", "enf.typical", "gi.total", "ovs.site", "xr.transfer"} <= answered


@pytest.mark.parametrize("brought_by", ["hand", "table"])
def test_who_stated_a_number_is_held_by_the_ledger_however_it_came_in(world, brought_by):
    tell_of(world)
    register = find("returns")
    services.begin(
        actor=world.city.planner,
        on=ON,
        register=register,
        act=register.begin,
        answers=COPYRIGHT,
        source="《统计.xlsx》第 3 行" if brought_by == "table" else "",
    )
    told = verify()
    assert told.faults == () and not any("来源一栏" in one for one in told.unchecked)
    ReceivedReturn.objects.update(source="别的机关")
    assert any("报送单位与账上不符" in fault for fault in verify().faults)


def test_one_case_makes_the_others_of_the_year_noughts_that_are_findings(world):
    text = "2024年查处假冒专利案件0件。"
    before = report_dict(selectors.report_of(world.city.unit, Period(2024), ON))
    assert "假冒专利" not in before["text"] and "enf.fp.n" in {one["id"] for one in before["not_recorded"]}
    decided(
        [
            Case.objects.create(
                unit=world.a.unit, cause="trademark_infringement", title="甲案", party_name="某商行",
                decided_on=date(2024, 3, 5), forfeit_fen=100,
            )
        ]
    )  # fmt: skip
    after = report_dict(selectors.report_of(world.city.unit, Period(2024), ON))
    assert "查处假冒专利0件" in after["text"]
    assert {one["id"]: one["value"] for one in after["figures"]}["enf.fp.n"] == 0
    assert selectors.reconciliation_of(world.city.unit, text, 2024).items[0].status == "matches"
