"""What a report is written from beside its figures: highlights, districts' contributions, numbers entered with what they rest on; and what a draft
is asked before it goes up."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decided import decided
from tests.examples import examples
from tests.publishing import published, signed
from tests.records import rows
from tests.world import tell_of
from tests.year import begin, take
from zhiheng.audit.verification import verify
from zhiheng.cases.models import Case
from zhiheng.documents.services import path_of
from zhiheng.figures.measures import Total
from zhiheng.outreach.tests.publicity import hold_activity
from zhiheng.refusal import Refused
from zhiheng.registers import services
from zhiheng.registers.declaration import find
from zhiheng.reports import annual, docx, highlights, releasing, selectors
from zhiheng.reports.claims.sources import read_bytes
from zhiheng.reports.models import Contribution, Highlight, ManualFigure
from zhiheng.reports.pages import release_page
from zhiheng.reports.periods import Period
from zhiheng.reports.questions import questions
from zhiheng.reports.received import RECEIVED
from zhiheng.reports.typed import typed
from zhiheng.reports.verifying import verify as verify_text

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
DAY, ON = date(2024, 5, 16), date(2025, 1, 20)
WORDS = (
    "{unit}情况如下。\n# 主要工作\n## 行政保护\n查办商标侵权案件{enf.tm.n}件。\n## 普法与人员\n持续开展宣传。"
)


@pytest.fixture(autouse=True)
def cases(world):
    made = [
        Case.objects.create(
            unit=world.a.unit,
            cause="trademark_infringement",
            title=f"{name}案",
            party_name="某商行",
            party_type="individual_business",
            decided_on=date(2024, 3, 5),
            case_value_fen=100_000_00,
            forfeit_fen=50_000_00,
        )
        for name in "甲乙丙"
    ]
    decided(made)
    return made


def typed_in(draft):
    return typed(selectors.report_of_release(draft, ON), highlights.materials(draft, ON).written)


@pytest.fixture
def draft(world):
    made = releasing.begin(actor=world.city.planner, period=Period(2024), on=ON)
    return releasing.reword(actor=world.city.planner, release=made, on=ON, title=made.title, wording=WORDS)


def attach(actor, kind, record, label="依据"):
    services.attach(
        actor=actor,
        on=ON,
        register=find(kind),
        record=record,
        label=label,
        files=[("依据.png", io.BytesIO(PNG))],
    )


def highlight(world, **said):
    told = {
        "title": "发布典型案例",
        "happened_on": DAY,
        "part": "行政保护",
        "text": "发布典型案例2件。",
        "origin": "渝知发〔2024〕9号",
    }
    return begin(world.city.planner, "highlights", told | said, on=ON)


def manual(world, **said):
    told = {
        "title": "开展联合培训",
        "first": date(2024, 1, 1),
        "last": date(2024, 12, 31),
        "value": "12",
        "measure": "场",
        "stated_by": "人事处",
        "paper": "培训台账",
    }
    return begin(world.city.planner, "manual-figures", told | said, on=ON)


def test_a_highlight_is_written_into_its_part_and_both_name_each_other(world, draft, signed_in):
    one = highlight(world, text="发布典型案例。\n查办案件{enf.tm.n}件。")
    draft = releasing.take_in(actor=world.city.planner, release=draft, on=ON, material=one)
    assert draft.wording.index("发布典型案例。") < draft.wording.index("## 普法与人员")
    told = selectors.report_of_release(draft, ON).text
    assert "发布典型案例。\n查办案件3件。" in told
    one.refresh_from_db()
    assert (one.taken_into, one.taken_on) == (draft.pk, ON)
    with pytest.raises(Refused):
        releasing.take_in(actor=world.city.planner, release=draft, on=ON, material=one)
    with pytest.raises(Refused):
        releasing.take_in(
            actor=world.city.handler, release=draft, on=ON, material=highlight(world, title="另")
        )
    client = signed_in(world.city.planner)
    page = client.get(find("highlights").url("record", one.pk)).content.decode()
    assert f"/reports/releases/{draft.pk}/" in page and draft.title in page


def test_a_part_that_the_draft_does_not_have_is_put_at_its_end(world, draft):
    one = highlight(world, part="区域协作", text="与四川联合执法。")
    draft = releasing.take_in(actor=world.city.planner, release=draft, on=ON, material=one)
    assert draft.wording.endswith("# 区域协作\n## 区域协作\n与四川联合执法。")
    assert "（一）区域协作" in selectors.report_of_release(draft, ON).text


@pytest.mark.parametrize("text", ["共{enf.tm.x}件。", "共{件。", "案值{enf.tm.val}元。"])
def test_words_that_no_draft_could_take_are_refused_where_they_are_typed(world, text):
    with pytest.raises(Refused, match="这段话") as refused:
        highlight(world, text=text)
    assert refused.value.reasons[0].field == "text"


def test_a_typed_number_goes_up_only_with_what_it_rests_on(world, draft):
    one = highlight(world)
    draft = releasing.take_in(actor=world.city.planner, release=draft, on=ON, material=one)
    with pytest.raises(Refused, match="2件”是人工填写的数字，没有附依据"):
        releasing.send_up(actor=world.city.planner, release=draft, on=ON)
    attach(world.city.planner, "highlights", one)
    [told] = typed_in(draft)
    assert told.rests_on == f"亮点：{one}" and told.url == find("highlights").url("record", one.pk)
    sent = releasing.send_up(actor=world.city.planner, release=draft, on=ON)
    assert sent.state == "review" and "典型案例2件" in sent.text


def test_a_number_changed_after_it_was_taken_in_has_lost_its_proof(world, draft):
    one = highlight(world)
    attach(world.city.planner, "highlights", one)
    draft = releasing.take_in(actor=world.city.planner, release=draft, on=ON, material=one)
    changed = draft.wording.replace("典型案例2件", "典型案例3件")
    draft = releasing.reword(
        actor=world.city.planner, release=draft, on=ON, title=draft.title, wording=changed
    )
    with pytest.raises(Refused, match="3件"):
        releasing.send_up(actor=world.city.planner, release=draft, on=ON)


def test_a_number_that_the_records_have_is_to_be_left_to_them(world, draft):
    draft = releasing.reword(
        actor=world.city.planner,
        release=draft,
        on=ON,
        title=draft.title,
        wording=WORDS.replace("{enf.tm.n}", "3"),
    )
    [told] = typed_in(draft)
    assert told.instead == "enf.tm.n" and "{enf.tm.n}" in told.way_out
    with pytest.raises(Refused, match="改写成"):
        releasing.send_up(actor=world.city.planner, release=draft, on=ON)


def test_an_entered_number_is_marked_named_in_the_notes_and_proven(world, draft, signed_in):
    tell_of(world)
    one = manual(world)
    words = f"{WORDS}\n开展联合培训{{{one.place}}}场。"
    draft = releasing.reword(actor=world.city.planner, release=draft, on=ON, title=draft.title, wording=words)
    report = selectors.report_of_release(draft, ON)
    assert "开展联合培训12场。" in report.text and any("人事处提供" in note for note in report.notes)
    page = signed_in(world.city.planner).get(f"/reports/releases/{draft.pk}/").content.decode()
    assert "figure-manual" in page and "没有依据" in page
    with pytest.raises(Refused, match="开展联合培训12场"):
        releasing.send_up(actor=world.city.planner, release=draft, on=ON)
    attach(world.city.planner, "manual-figures", one)
    releasing.send_up(actor=world.city.planner, release=draft, on=ON)
    assert verify().faults == ()


@pytest.mark.parametrize("why", ["unknown", "voided", "other period", "district's"])
def test_a_number_that_is_not_there_is_refused_in_the_words_and_left_out_of_the_page(world, draft, why):
    one = manual(
        world, **({"first": DAY.replace(2023), "last": DAY.replace(2023)} if why == "other period" else {})
    )
    if why == "district's":
        ManualFigure.objects.update(unit=world.a.unit)
    if why == "voided":
        services.void(
            actor=world.city.planner, on=ON, register=find("manual-figures"), record=one, why="写错"
        )
    place = "m.99999" if why == "unknown" else one.place
    words = f"{WORDS}\n开展联合培训{{{place}}}场。"
    with pytest.raises(Refused, match="人工数字"):
        releasing.reword(actor=world.city.planner, release=draft, on=ON, title=draft.title, wording=words)
    draft.wording = words
    assert "联合培训" not in selectors.report_of_release(draft, ON).text


@pytest.mark.parametrize("value", ["十二", "1,200", "12.", "-3", "", "1e5", "约12"])
def test_what_is_no_number_is_not_entered_as_one(world, value):
    with pytest.raises(Refused):
        manual(world, value=value)


def test_a_received_number_in_the_text_needs_its_paper(world, draft):
    said = {
        "indicator": "enf.copyright", "first": date(2024, 1, 1), "last": date(2024, 12, 31), "number": 41,
        "source": "市版权局", "paper": "统计表", "paper_on": date(2025, 1, 10),
    }  # fmt: skip
    received = begin(world.city.planner, "returns", said, on=ON)
    words = WORDS + "\n查处版权行政案件{enf.copyright}件。"
    draft = releasing.reword(actor=world.city.planner, release=draft, on=ON, title=draft.title, wording=words)
    with pytest.raises(Refused, match="41件”是人工填写的数字"):
        releasing.send_up(actor=world.city.planner, release=draft, on=ON)
    attach(world.city.planner, "returns", received, "来源文件")
    assert releasing.send_up(actor=world.city.planner, release=draft, on=ON).state == "review"


def test_records_propose_highlights_once_each_with_its_source(world, signed_in):
    activity = hold_activity(
        world.a.handler, "知识产权宣传周", held_on=DAY, ended_on=DAY, reach=900, reach_rule="signed"
    )
    hold_activity(world.b.handler, "新闻发布会", kind="press", held_on=DAY, ended_on=DAY)
    offered = highlights.proposed(world.city.planner, Period(2024), ON)
    assert {one.text for one in offered} == {
        f"举办{activity.name}，覆盖900人次。",
        "举行新闻发布会。",
    }
    made = highlights.propose(actor=world.city.planner, on=ON, chosen=offered)
    assert highlights.proposed(world.city.planner, Period(2024), ON) == []
    assert highlights.proposed(world.city.planner, Period(2023), ON) == []
    one = next(one for one in made if one.origin_no == activity.pk)
    assert one.unit == world.city.unit and one.origin == f"普法活动：{activity}"
    page = signed_in(world.city.planner).get(find("highlights").url("record", one.pk)).content.decode()
    assert find("activities").url("record", activity.pk) in page


def test_the_file_of_the_record_it_comes_from_proves_a_proposed_highlight(world, draft):
    activity = hold_activity(
        world.city.planner, "宣传周", held_on=DAY, ended_on=DAY, reach=900, reach_rule="signed"
    )
    [one] = highlights.propose(
        actor=world.city.planner, on=ON, chosen=highlights.proposed(world.city.planner, Period(2024), ON)
    )
    draft = releasing.take_in(actor=world.city.planner, release=draft, on=ON, material=one)
    assert not typed_in(draft)[0].rests_on
    attach(world.city.planner, "activities", activity, "签到表")
    assert typed_in(draft)[0].rests_on


def test_highlights_are_proposed_on_a_page(world, signed_in):
    hold_activity(world.city.planner, "宣传周", held_on=DAY, ended_on=DAY, reach=900, reach_rule="signed")
    client = signed_in(world.city.planner)
    page = client.get("/reports/highlights/propose/?year=1200")
    assert page.status_code == 200
    assert client.post("/reports/highlights/propose/", {"chosen": ["x:1:y"]}).status_code == 422
    assert signed_in(world.city.auditor).get("/reports/highlights/propose/").status_code == 403


def ask(world, **said):
    told = {
        "units": [world.a.unit, world.b.unit],
        "period": Period(2024),
        "title": "大案",
        "part": "行政保护",
        "due_on": ON,
    }
    return highlights.ask(actor=world.city.planner, on=ON, **told | said)


def test_districts_are_asked_write_are_sent_back_and_taken_in(world, draft):
    tell_of(world)
    first, _ = ask(world)
    assert highlights.count_owed(world.a.handler, ON) == 1
    with pytest.raises(Refused):
        take(world.b.handler, "contributions", first, "send", {"said": "别区的话。"}, on=ON)
    first = take(world.a.handler, "contributions", first, "send", {"said": "渝北查办大案。"}, on=ON)
    assert highlights.count_owed(world.a.handler, ON) == 0
    back = {"back_why": "请写明案由", "due_on": ON}
    first = take(world.city.planner, "contributions", first, "back", back, on=ON)
    assert first.sent_on is None and highlights.count_owed(world.a.handler, ON) == 1
    with pytest.raises(Refused):
        releasing.take_in(actor=world.city.planner, release=draft, on=ON, material=first)
    said = "渝北查办商标大案。\n## 移送公安。"
    first = take(world.a.handler, "contributions", first, "send", {"said": said}, on=ON)
    draft = releasing.take_in(actor=world.city.planner, release=draft, on=ON, material=first)
    assert "渝北查办商标大案。\n移送公安。\n## 普法" in draft.wording
    assert Contribution.objects.get(pk=first.pk).taken_into == draft.pk
    assert verify().faults == ()


def test_a_district_asks_nobody_and_the_office_not_itself(world):
    with pytest.raises(Refused):
        highlights.ask(
            actor=world.a.leader,
            on=ON,
            units=[world.a.unit],
            period=Period(2024),
            title="大案",
            part="行政保护",
            due_on=ON,
        )
    with pytest.raises(Refused, match="不向自己约稿"):
        ask(world, units=[world.city.unit])
    with pytest.raises(Refused):
        ask(world, units=[])
    assert not Contribution.objects.exists()


def test_the_draft_s_page_offers_what_may_be_written_in_to_who_drafts(world, draft, signed_in):
    one = highlight(world)
    first, second = ask(world)
    take(world.a.handler, "contributions", first, "send", {"said": "渝北查办大案。"}, on=ON)
    page = release_page(world.city.planner, draft, ON)
    assert [row["record"] for row in page["highlights"]] == [one]
    assert {row["record"]: bool(row["take_in"]) for row in page["contributions"]} == {
        first: True,
        second: False,
    }
    assert release_page(world.city.leader, draft, ON)["release"] == draft
    assert release_page(world.city.auditor, draft, ON)["highlights"] == []
    client = signed_in(world.city.planner)
    client.post(page["highlights"][0]["take_in"])
    assert Highlight.objects.get().taken_into == draft.pk


def test_what_was_issued_is_kept_byte_for_byte(world, monkeypatch, signed_in):
    tell_of(world)
    snapshot = published(world.city, 2024, on=ON)
    client = signed_in(world.city.planner)
    address = f"/reports/snapshots/{snapshot.pk}/docx/"
    issued = client.get(address).content
    assert issued == docx.published_docx(snapshot)
    monkeypatch.setattr(selectors, "published_docx", lambda snapshot: b"laid out otherwise")
    assert client.get(address).content == issued
    assert verify().faults == ()
    kept = path_of(snapshot.release.issued)
    kept.write_bytes(issued + b"x")
    assert any("已被改动" in fault for fault in verify().faults)
    assert client.get(address).status_code == 302


def test_a_report_whose_file_cannot_be_kept_is_not_published(world, monkeypatch):
    release = signed(world.city, 2024, on=ON)

    def full(data, digest=""):
        raise Refused.because("文件没有存下")

    monkeypatch.setattr(releasing.documents, "store", full)
    with pytest.raises(Refused, match="没有存下"):
        releasing.publish(actor=world.city.planner, release=release, on=ON)
    release.refresh_from_db()
    assert release.state == "signed" and not selectors.all_snapshots().exists()


def test_sums_units_outliers_and_words_are_asked_about_and_nothing_is_changed(world, cases):
    def told(words=WORDS):
        report = annual.compose(
            world.city.unit, Period(2024), on=ON, ledger_head="0" * 64, words_with_places=words
        )
        return report.text, [one.kind for one in questions(report)]

    assert told()[1] == []
    decided(
        [
            Case.objects.create(
                unit=world.b.unit, cause="trademark_infringement", title=f"旧{n}", party_name="某", decided_on=date(2023, 3, 5),
                case_value_fen=1_000_00, forfeit_fen=500_00,
            )
            for n in range(30)
        ]
    )  # fmt: skip
    said = {"indicator": "med.n", "first": date(2024, 1, 1), "last": date(2024, 12, 31), "number": 3}
    said |= {"source": "调解委员会", "paper": "统计表", "paper_on": date(2025, 1, 10)}
    begin(world.city.planner, "returns", said, on=ON)
    begin(world.city.planner, "returns", said | {"indicator": "med.judicial", "number": 9}, on=ON)
    words = WORDS + "\n举办活动10场，其中进校园4场、进企业7场；走访企业数百家。"
    text, kinds = told(words)
    assert {"分项", "单位", "突变", "文中"} <= set(kinds)
    assert text == told(words)[0] and "其中进校园4场、进企业7场" in text


@settings(max_examples=examples(200), deadline=None)
@given(
    paragraphs=st.lists(st.text(alphabet="甲乙#件 \n{}。", min_size=1, max_size=12), max_size=4),
    part=st.sampled_from(["行政保护", "普法与人员", "区域协作"]),
)
def test_what_is_written_in_stands_in_its_part_and_moves_nothing_else(paragraphs, part):
    from zhiheng.reports.typed import paragraphs as lines_of

    lines = [line for text in paragraphs for line in lines_of(text) if "{" not in line and "}" not in line]
    before = annual.read_words(WORDS)
    after = annual.read_words(annual.with_paragraphs(WORDS, part, lines))

    def parts(read):
        return {one["heading"]: one["paragraphs"] for section in read["sections"] for one in section["parts"]}

    was = parts(before)
    assert parts(after) == was | {part: [*was.get(part, []), *lines]}


def asked(client, address: str) -> int:
    """How often a page asks the database, once it has been read."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured.captured_queries)


def test_a_draft_s_page_asks_as_often_however_much_is_written_into_it(world, draft, signed_in):
    client, address = signed_in(world.city.planner), f"/reports/releases/{draft.pk}/"

    def write(number: int) -> None:
        entered, [first, second] = manual(world, title=f"培训{number}"), ask(world, title=f"大案{number}")
        waiting = highlight(world, title=f"待选用{number}")
        told = highlight(world, title=f"已写入{number}", text=f"发布典型案例{number + 7}件。")
        take(world.a.handler, "contributions", first, "send", {"said": f"查办大案{number + 40}件。"}, on=ON)
        figure = [one for code, one in RECEIVED.items() if one.id == code and not one.stock][number]
        said = {"first": date(2024, 1, 1), "last": date(2024, 12, 31), "number": 41, "amount_fen": 41_000_000}
        said.pop("amount_fen" if isinstance(figure.measure, Total) else "number")
        paper = {"source": "市局", "paper": "统计表", "paper_on": date(2025, 1, 10)}
        received = begin(world.city.planner, "returns", {"indicator": figure.id, **said, **paper}, on=ON)
        for material in (told, Contribution.objects.get(pk=first.pk)):
            releasing.take_in(actor=world.city.planner, release=draft, on=ON, material=material)
        draft.refresh_from_db()
        line = f"\n培训{{{entered.place}}}场，另有{{{figure.id}}}{figure.unit}。"
        releasing.reword(
            actor=world.city.planner, release=draft, on=ON, title=draft.title, wording=draft.wording + line
        )
        attached = [
            ("manual-figures", entered),
            ("highlights", told),
            ("contributions", first),
            ("returns", received),
        ]
        for kind, record in attached[: 3 * (number % 2) + 1]:
            attach(world.city.planner if kind != "contributions" else world.a.handler, kind, record, "其他")
        page = client.get(address).content.decode()
        assert all(
            words in page for words in (waiting.title, second.title, f"{number + 7}件", f"{number + 40}件")
        )

    write(0)
    few = asked(client, address)
    for number in range(1, 8):
        write(number)
    assert asked(client, address) == few <= 12
    draft.refresh_from_db()
    kinds = {(one.rests_on.split("：")[0], bool(one.rests_on)) for one in typed_in(draft)}
    assert kinds >= {("亮点", True), ("人工数字", True), ("", False)}


def test_one_statement_asks_every_source_of_highlights_however_many_there_are(world, signed_in, monkeypatch):
    day = date(2024, 6, 30)

    also = {
        "typical-cases": {"level": "national", "issuer": "国家局", "list_name": "典型案例", "nominated_on": DAY, "cleared_on": DAY},
        "special-actions": {"begins_on": DAY, "ends_on": day}, "activities": {"ended_on": day}, "supervised-cases": {"report_by": day},
    }  # fmt: skip

    def above(register):
        given = {register.parent: above(register.parent_register)} if register.parent else {}
        return rows(register.model, 1, unit=world.a.unit, **given)[0]

    for source in highlights.sources():
        register, filled = find(source["kind"]), source.get("filled", ())
        texts = {name for name in filled if highlights._is_text(register, name)}
        given = {name: "已办" if name in texts else lambda n: 100 - n for name in filled}
        given |= {source["day"]: lambda n: day - timedelta(n % 9)} | source.get("only", {})
        if filled and texts.isdisjoint(filled):
            given |= {"reach_rule": "signed"} if "reach" in filled else {"read_on": day}
        given |= also.get(source["kind"], {})
        if register.parent:
            given[register.parent] = above(register.parent_register)
        rows(register.model, source["most"] + 3, unit=world.a.unit, **given)
    offered = highlights.proposed(world.city.planner, Period(2024), ON)
    for source in highlights.sources():
        register, order = find(source["kind"]), source.get("largest", source["day"])
        found = register.model.objects.filter(
            **{f"{source['day']}__year": 2024}, **source.get("only", {}), voided_on=None
        )
        for name in source.get("filled", ()):
            found = found.exclude(**{name: "" if highlights._is_text(register, name) else None})
        wanted = [
            (one.pk, source["title"].format(r=one), str(one), getattr(one, source["day"]))
            for one in found.order_by(f"-{order}", "-pk")[: source["most"]]
        ]
        told = [
            (one.record.pk, one.title, str(one.record), one.day)
            for one in offered
            if one.register is register
        ]
        assert wanted and set(wanted) <= set(told), source
    client, address = signed_in(world.city.planner), "/reports/highlights/propose/?year=2024"
    monkeypatch.setattr("zhiheng.reports.views._today", lambda: ON)
    few = asked(client, address)
    many = [one | {"part": f"{one['part']}{n}"} for n in range(6) for one in highlights.sources()]
    monkeypatch.setattr(highlights, "sources", lambda: many)
    assert len(highlights.proposed(world.city.planner, Period(2024), ON)) > 2 * len(offered)
    assert asked(client, address) == few <= 12


def test_the_issued_paper_says_nothing_of_the_system(world):
    snapshot = published(world.city, 2024, on=ON)
    text = read_bytes(docx.published_docx(snapshot), "x.docx")
    assert snapshot.digest not in text and "SM3" not in text and "摘要" not in text
    assert verify_text(text, [snapshot], ON).genuine
    before = f"{text}\n快照摘要（SM3）：{snapshot.digest}"
    assert verify_text(before, [snapshot], ON).genuine
    assert not verify_text(before[:-1] + "x", [snapshot], ON).genuine
