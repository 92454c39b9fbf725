"""A patent dispute worked from the request to the figure of the year (裁决调解办法), by the forms of its pages."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.world import make_person
from zhiheng.accounts.rights import Role
from zhiheng.cases.models import Case
from zhiheng.documents import services as documents
from zhiheng.figures import selectors as figures
from zhiheng.files.word import read_docx
from zhiheng.law import current_book
from zhiheng.matters import services
from zhiheng.matters.facts import ATTESTED, attested_guards
from zhiheng.matters.models import ProposalState
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db

KIND = "adjudication.patent"
FEATURES = (
    "阀体一端设有螺纹｜阀体一端设有螺纹｜相同\n密封圈为橡胶｜密封圈为硅胶｜等同｜手段、功能、效果基本相同"
)

REQUEST = {
    "received_on": "2025-03-03",
    "source": "request",
    "title": "示例公司与样品公司专利侵权纠纷",
    "cause": "patent_dispute",
    "claimant_name": "示例公司",
    "claimant_type": "organisation",
    "claimant_address": "重庆市测试路1号",
    "party_name": "样品公司",
    "party_type": "organisation",
    "party_address": "重庆市样品路2号",
    "patent_no": "ZL201910000000.1",
    "patent_name": "一种阀门",
    "patent_type": "utility",
    "relief": "责令被请求人停止制造、销售侵权产品。",
}


class Panel:
    """Works one dispute through its pages as the cast of the district; the day is set, never the clock's."""

    def __init__(self, world, signed_in, monkeypatch):
        self.on = date(2025, 3, 3)
        monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: self.on)
        self.cast, self.signed_in = world.a, signed_in
        self.third = make_person(world.a.unit, "panel-third", "丙审理", Role.HANDLER)
        self.panel = [self.cast.handler, self.cast.co_handler, self.third]
        client = signed_in(self.cast.handler)
        answer = client.post(reverse("matter-open", args=[KIND, "register_request"]), REQUEST)
        assert answer.status_code == 302, answer.content.decode()
        self.case = Case.objects.get()

    def wait(self, days: int) -> Panel:
        self.on += timedelta(days=days)
        return self

    def send(self, step: str, **given):
        """Send the step's form with every sentence ticked; the page that answers."""
        procedure = current_book().procedure(KIND, self.on)
        data = {
            name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()
        }
        data |= {f"{ATTESTED}-{guard}": "on" for guard in attested_guards(procedure.steps[step])}
        client = self.signed_in(self.cast.handler)
        return client.post(reverse("case-step", args=[self.case.pk, step]), data)

    def step(self, step: str, **given) -> Case:
        answer = self.send(step, **given)
        assert answer.status_code == 302, refusal(answer)
        proceeding = self.case.matter.proceeding
        while waiting := proceeding.proposals.filter(state=ProposalState.PENDING).first():
            approver = {"unit_head": self.cast.unit_head, "leader": self.cast.leader}[waiting.next_role]
            address = reverse("case-proposal", args=[self.case.pk, waiting.pk])
            answer = self.signed_in(approver).post(address, {"verdict": "agree", "text": "同意"})
            assert answer.status_code == 302, refusal(answer)
        self.case = Case.objects.get(pk=self.case.pk)
        return self.case

    def clock(self, code: str) -> date | None:
        clock = self.case.matter.proceeding.clocks.filter(clock=code).order_by("-id").first()
        return clock and clock.due_on

    def paper(self, form: str) -> str:
        return read_docx(documents.read(self.case.matter.folder.papers.get(form=form).digest)).text()

    def filed(self) -> Panel:
        self.wait(2).step(
            "accept_request", panel=[p.pk for p in self.panel], panel_chair=self.cast.handler.name
        )
        return self

    def answering(self) -> Panel:
        self.filed().wait(1).step("serve_request", **self.service())
        return self

    def service(self) -> dict:
        return {"served_on": self.on, "service_method": "direct", "receiver": "王样品"}

    def deliberated(self, *, infringes: bool = True) -> Panel:
        self.answering().wait(10).step("record_answer", arrived_on=self.on, defence="不落入保护范围。")
        self.wait(2).step("pass_on_answer", sent_on=self.on)
        self.step("begin_examination")
        self.wait(1).step(
            "give_hearing_notice",
            hearing_on=self.on + timedelta(days=8),
            place="第一审理室",
            served_on=self.on,
            hearing_public="on",
        )
        self.wait(8).step(
            "hold_oral_hearing",
            place="第一审理室",
            hearing_present="双方当事人及代理人",
            hearing_record="双方陈述意见。",
            features=FEATURES,
        )
        self.wait(2).step(
            "deliberate_panel", discussed_on=self.on, features=FEATURES, minutes="逐项评议。", conclusion="全部特征相同或者等同。",
            **({"infringes": "on"} if infringes else {}),
        )  # fmt: skip
        return self

    def ruling(self, **given) -> dict:
        return {
            "facts": "被请求人制造、销售涉案产品。",
            "features": FEATURES,
            "law_basis": "专利法第六十五条",
            "infringes": "on",
            "ruling_text": "被请求人立即停止侵权行为。",
            "stop_measures": ["make", "sell"],
        } | given


def refusal(answer) -> str:
    """What the page says, without its tags."""
    main = answer.content.decode().partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.fixture
def work(world, signed_in, monkeypatch):
    return Panel(world, signed_in, monkeypatch)


def test_it_runs_from_the_request_to_the_figure_of_the_year(work, world):
    assert work.case.lead_no.endswith("裁请〔2025〕1号") and work.clock("file") == date(2025, 3, 10)
    work.deliberated()
    assert work.case.case_no.endswith("裁立〔2025〕1号")
    assert {o.person for o in work.case.matter.officers.all()} == set(work.panel)
    work.wait(1).step("make_ruling", **work.ruling())
    case = work.case
    assert (case.state, case.outcome, case.decided_on) == ("ruled", "ruled", work.on)
    assert case.decisions.get().kind == "ruled"
    paper = work.paper("ADJ-122")
    for words in (
        "示例公司", "样品公司", "ZL201910000000.1", "一种阀门", "不落入保护范围", "密封圈为硅胶", "侵权成立", "停止制造", "起十五日内",
    ):  # fmt: skip
        assert words in paper, words
    assert "{" not in paper
    work.wait(1).step("serve_ruling", **work.service())
    assert work.clock("sue") == work.on + timedelta(days=15)
    work.step("publish_ruling", published_on=work.on, published_at="本局网站")
    work.wait(20).step("conclude_case", reason="被请求人已停止侵权。")
    archive = {"volume_no": "2025-1", "keep_years": "permanent"}
    page = work.send("archive_dispute", **archive)
    assert page.status_code == 422 and "送示例公司" in refusal(page)
    number = work.case.matter.folder.papers.get(form="ADJ-122").number
    work.step("serve_paper", paper_to_serve=number, addressee="示例公司", **work.service())
    work.step("archive_dispute", **archive)
    assert work.case.state == "archived"
    year = figures.compute(figures.year_of(world.a.unit, 2025))
    assert str(year["adj.handled"].value) == "1"
    assert str(figures.compute(figures.year_of(world.a.unit, 2024))["adj.handled"].value) == "0"


def test_a_panel_is_three_or_more_and_odd(work):
    work.wait(1)
    four = [*work.panel, make_person(work.cast.unit, "panel-fourth", "丁审理", Role.HANDLER)]
    for panel in (work.panel[:2], four):
        answer = work.send("accept_request", panel=[p.pk for p in panel], panel_chair="甲")
        assert answer.status_code == 422 and work.case.matter.proceeding.proposals.count() == 0
    assert "合议组应当由三人以上单数组成，现有4人" in refusal(answer)


def test_the_panel_holds_valid_certificates(work):
    work.wait(1)
    panel = [
        *work.panel[:2],
        make_person(work.cast.unit, "no-cert", "无证人", Role.HANDLER, certificate=None),
    ]
    answer = work.send("accept_request", panel=[p.pk for p in panel], panel_chair="甲")
    assert answer.status_code == 422 and "无证人" in refusal(answer)


def test_three_months_stand_still_while_a_test_is_made(work):
    """办法 37: the time of testing is not counted."""
    work.answering()
    due = work.clock("close")
    assert due == date(2025, 6, 5)
    work.wait(16).step("begin_examination")
    work.step("start_appraisal", test_body="示例检测机构", test_items="样品2件", test_question="材质")
    assert work.clock("close") is None
    work.wait(20).step("end_appraisal", test_report_no="1", test_result="硅胶")
    assert work.clock("close") == due + timedelta(days=20)


def test_examination_waits_for_the_answer_or_its_last_day(work):
    work.answering()
    assert work.clock("answer") == work.on + timedelta(days=15)
    page = work.send("begin_examination")
    assert page.status_code == 422 and "尚未答辩" in refusal(page)
    work.wait(16).step("begin_examination")
    assert work.case.state == "examining"


def test_a_respondent_abroad_has_thirty_days(work):
    work.filed().wait(1).step("serve_request", **work.service(), abroad="on")
    # The thirtieth day, 5 April, is a holiday until the 6th.
    assert work.clock("answer_abroad") == date(2025, 4, 7) and work.clock("answer") is None
    assert "三十日" in work.paper("ADJ-94")


def test_the_ruling_says_what_the_panel_decided(work):
    work.deliberated(infringes=False)
    page = work.send("make_ruling", **work.ruling())
    assert page.status_code == 422 and "合议结论是侵权不成立" in refusal(page)
    work.step("make_ruling", **work.ruling(infringes="", stop_measures=[]))
    assert "侵权不成立" in work.paper("ADJ-122") and "库存产品" not in work.paper("ADJ-122")


def test_an_infringement_without_a_measure_is_sent_back(work):
    work.deliberated()
    page = work.send("make_ruling", **work.ruling(stop_measures=[]))
    assert page.status_code == 422 and "没有选择责令停止的措施" in refusal(page)


def test_parties_who_agree_end_it_by_a_paper_of_their_agreement(work, world):
    work.answering().wait(5)
    work.step("mediate_case", agreement="被请求人停止制造，请求人放弃其他请求。")
    assert (work.case.state, work.case.outcome) == ("concluded", "mediated")
    assert "放弃其他请求" in work.paper("ADJ-120")
    assert str(figures.compute(figures.year_of(world.a.unit, 2025))["adj.handled"].value) == "1"


def test_what_is_missing_is_asked_for_once(work):
    """办法 16: all defects at once; five days more to decide stay possible."""
    work.wait(1).step(
        "ask_correction", defects="缺少专利登记簿副本。", correction_by=work.on + timedelta(days=10)
    )
    assert "专利登记簿副本" in work.paper("ADJ-89") and "2025年3月3日" in work.paper("ADJ-89")
    work.wait(3).step("receive_correction", arrived_on=work.on)
    assert work.send("ask_correction", defects="再补一份。", correction_by=work.on).status_code in (302, 422)
    assert work.case.matter.folder.papers.filter(form="ADJ-89").count() == 1


def test_a_request_sent_back_is_no_case_handled(work, world):
    work.wait(2).step("refuse_request", refuse_ground="in_court", reason="已向人民法院起诉。")
    assert work.case.state == "not_accepted" and work.case.decided_on is None
    assert "已向人民法院起诉" in work.paper("ADJ-92")
    assert str(figures.compute(figures.year_of(world.a.unit, 2025))["adj.handled"].value) == "0"


def test_another_district_meets_nothing_of_it(work, world):
    neighbour = work.signed_in(world.b.handler)
    assert neighbour.get(f"/cases/{work.case.pk}/").status_code == 404
    assert neighbour.get(reverse("case-step", args=[work.case.pk, "accept_request"])).status_code == 404


def test_before_its_law_there_is_no_door(world, signed_in, monkeypatch):
    """办法 85: in force since 1 February 2025; what came in before is not for this procedure."""
    on = date(2025, 1, 31)
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: on)
    client = signed_in(world.a.handler)
    address = reverse("matter-open", args=[KIND, "register_request"])
    for page in ("/", "/cases/"):
        shown = client.get(page).content.decode()
        assert "登记裁决请求" not in shown and "登记案源" in shown
    for answer in (client.get(address), client.post(address, REQUEST)):
        assert answer.status_code == 404 and "登记裁决请求" not in answer.content.decode()
    with pytest.raises(Refused, match="没有“专利侵权纠纷行政裁决”在2025-01-31的程序版本"):
        services.open_matter(actor=world.a.handler, on=on, kind=KIND, data=REQUEST)
