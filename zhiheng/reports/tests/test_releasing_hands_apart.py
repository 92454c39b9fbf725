"""起草、合法性审查、签发、发布 of a report are duties of different people, and what is published is what was signed."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.decided import decided
from tests.publishing import published, signed
from tests.world import make_person, sign_in
from zhiheng.accounts.rights import Role
from zhiheng.audit.models import Entry
from zhiheng.audit.verification import verify
from zhiheng.cases.models import Case
from zhiheng.figures.models import Snapshot
from zhiheng.refusal import Refused
from zhiheng.reports import annual, releasing, selectors
from zhiheng.reports.models import Release, ReleaseState
from zhiheng.reports.periods import Period

pytestmark = pytest.mark.django_db

ON = date(2025, 1, 20)
YEAR = Period(2024)


def faults() -> list[str]:
    """What verification says of reports on their way."""
    return [one for one in verify().faults if "报告送审稿" in one or "发布快照" in one]


def case(world, day=date(2024, 3, 5), forfeit=50_000_00):
    made = Case.objects.create(
        unit=world.a.unit,
        cause="trademark_infringement",
        title=f"{day}案",
        party_name="某商行",
        party_type="individual_business",
        decided_on=day,
        case_value_fen=1_00,
        forfeit_fen=forfeit,
    )
    decided([made])
    return made


@pytest.fixture
def cases(world):
    return [case(world), case(world, date(2024, 9, 9)), case(world, date(2023, 4, 4))]


@pytest.fixture
def one_for_all(world):
    """A person of the office who holds every role that a report asks for."""
    return make_person(
        world.city.unit,
        "shi-quanneng",
        "全能手",
        Role.PLANNER,
        Role.LEGALITY_REVIEWER,
        Role.LEADER,
        Role.CHIEF,
    )


def by(world, one_for_all, mine: str) -> dict:
    """Who does which duty: the one for all does those named in `mine`."""
    cast = {
        "d": world.city.planner,
        "r": world.city.legality_reviewer,
        "s": world.city.leader,
        "p": world.city.planner,
    }
    return {duty: one_for_all if duty in mine else person for duty, person in cast.items()}


def go(hands: dict) -> Snapshot:
    release = releasing.begin(actor=hands["d"], period=YEAR, on=ON)
    releasing.send_up(actor=hands["d"], release=release, on=ON)
    releasing.review(actor=hands["r"], release=release, on=ON, agrees=True, text="同意。")
    releasing.sign(actor=hands["s"], release=release, on=ON, agrees=True)
    return releasing.publish(actor=hands["p"], release=release, on=ON)


def test_drafted_reviewed_signed_published_each_by_its_own_hand_is_on_the_record(world, cases):
    snapshot = published(world.city, 2024, on=ON)
    release = snapshot.release
    assert (release.made_by, release.reviewed_by, release.signed_by, snapshot.published_by) == (
        world.city.planner, world.city.legality_reviewer, world.city.leader, world.city.planner,
    )  # fmt: skip
    said = (
        Entry.objects.filter(subject_kind="reports.release").order_by("seq").values_list("action", flat=True)
    )
    assert list(said) == [
        "起草年度报告", "送审年度报告", "年度报告合法性审查", "签发年度报告", "年度报告稿已发布"
    ]  # fmt: skip
    assert snapshot.text == release.text and not faults()


@pytest.mark.parametrize("mine", ["dr", "ds", "rs", "sp", "rp", "drs", "drsp"])
def test_nobody_takes_two_of_the_duties_however_many_roles_they_hold(world, cases, one_for_all, mine):
    with pytest.raises(Refused, match=r"不同的人|不能自己发布"):
        go(by(world, one_for_all, mine))
    assert not Snapshot.objects.exists()


def test_each_duty_needs_its_right_in_the_very_unit(world, cases):
    for wrong in (world.city.handler, world.city.auditor, world.city.admin, world.a.leader):
        for duty in "drsp":
            hands = by(world, wrong, duty)
            with transaction.atomic(), pytest.raises(Refused):
                release = releasing.begin(actor=hands["d"], period=YEAR, on=ON)
                # A leader of a district begins the district's own report, not the office's.
                assert release.unit_id != world.city.unit.pk or wrong is not hands["d"]
                release = Release.objects.filter(unit=world.city.unit).first() if duty != "d" else release
                releasing.send_up(
                    actor=world.city.planner if duty == "d" else hands["d"], release=release, on=ON
                )
                releasing.review(actor=hands["r"], release=release, on=ON, agrees=True, text="同意。")
                releasing.sign(actor=hands["s"], release=release, on=ON, agrees=True)
                releasing.publish(actor=hands["p"], release=release, on=ON)
            Release.objects.all().delete()
    assert not Snapshot.objects.exists()


def test_the_database_itself_keeps_the_hands_apart(world, cases):
    signed(world.city, 2024, on=ON)
    for change in (
        {"signed_by": world.city.planner},
        {"reviewed_by": world.city.planner},
        {"reviewed_by": world.city.leader},
        {"state": ReleaseState.PUBLISHED},
        {"state": ReleaseState.REVIEW},
    ):
        with transaction.atomic(), pytest.raises(IntegrityError):
            Release.objects.update(**change)


def test_what_comes_back_says_why_and_what_was_signed_counts_no_more(world, cases):
    release = signed(world.city, 2024, on=ON)
    releasing.take_back(actor=world.city.planner, release=release, on=ON, because="漏了一段")
    release.refresh_from_db()
    assert (release.state, release.reviewed_by, release.signed_by) == ("drafted", None, None)
    assert "漏了一段" in release.returned
    releasing.send_up(actor=world.city.planner, release=release, on=ON)
    with pytest.raises(Refused, match="没有写审查意见"):
        releasing.review(actor=world.city.legality_reviewer, release=release, on=ON, agrees=False, text=" ")
    releasing.review(
        actor=world.city.legality_reviewer, release=release, on=ON, agrees=False, text="标题不对"
    )
    release.refresh_from_db()
    assert release.state == "drafted" and "标题不对" in release.returned and not faults()


def test_figures_that_moved_after_the_signature_are_not_published(world, cases):
    release = signed(world.city, 2024, on=ON)
    case(world, date(2024, 5, 5))
    with pytest.raises(Refused, match=r"送审以后有.*商标侵权案件查办数送审2，现为3") as refused:
        releasing.publish(actor=world.city.planner, release=release, on=ON)
    assert "重新送审" in str(refused.value) and not Snapshot.objects.exists()


def test_one_is_on_its_way_at_a_time_and_a_year_that_has_not_ended_is_not_drafted(world, cases):
    releasing.begin(actor=world.city.planner, period=YEAR, on=ON)
    with pytest.raises(Refused, match="已经在起草中"):
        releasing.begin(actor=world.city.planner, period=YEAR, on=ON)
    with pytest.raises(Refused, match="尚未结束"):
        releasing.begin(actor=world.city.planner, period=Period(2025), on=ON)


def test_a_year_of_which_nothing_is_recorded_goes_up_only_when_that_is_meant(world):
    release = releasing.begin(actor=world.city.planner, period=Period(2019), on=ON)
    with pytest.raises(Refused, match="2019年没有任何记录"):
        releasing.send_up(actor=world.city.planner, release=release, on=ON)
    releasing.send_up(actor=world.city.planner, release=release, on=ON, though_empty=True)


def test_words_are_edited_with_places_and_a_place_nobody_knows_is_told_by_its_line(world, cases):
    release = releasing.begin(actor=world.city.planner, period=YEAR, on=ON)
    words = "一段开头。\n# 行政保护\n## 商标\n查办{enf.tm.n}件，{enf.tm.n=}。\n另有要事一件。"
    releasing.reword(actor=world.city.planner, release=release, on=ON, title="情况", wording=words)
    release.refresh_from_db()
    assert selectors.report_of_release(release, ON).text == (
        "情况\n一段开头。\n一、行政保护\n（一）商标\n查办2件，同比增长100.0%。\n另有要事一件。"
    )
    for wrong, told in (
        (words.replace("enf.tm.n}", "enf.tm.x}"), "第 4 行的 {enf.tm.x}"),
        (words.replace("{enf.tm.n}件", "{enf.tm.n}项"), "第 4 行的 {enf.tm.n} 之后应写单位“件”"),
        (words + "\n差{一个", "第 6 行的 {一个 读不懂"),
        (words.replace("# 行政保护\n", ""), "第 2 行"),
        ("开头{enf.tm.n}件\n# 甲\n## 乙\n丙", "写在标题或者开头里"),
        ("只有一段", "标题（# 开头）"),
    ):
        with pytest.raises(Refused) as refused:
            releasing.reword(actor=world.city.planner, release=release, on=ON, title="情况", wording=wrong)
        assert told in str(refused.value), wrong
    release.refresh_from_db()
    assert release.wording == words


def test_half_a_year_counts_its_own_days_and_compares_with_the_half_before(world, cases, client):
    half = selectors.report_of(world.city.unit, Period(2024, "h1"), ON)
    assert half.figures["enf.tm.n"].value == 1 and half.title.endswith("2024年上半年法治建设情况")
    assert half.change("enf.tm.n") == "持平" and "上半年办结" in half.text
    sign_in(client, world.city.planner)
    assert "2024年上半年" in client.get("/reports/2024h1/").content.decode()
    page = client.get("/reports/2024h1/figures/enf.tm.n/").content.decode()
    assert 'id="figure-value">1<' in page and "2024-09-09案" not in page
    assert client.get("/reports/2024h1/docx/").content[:2] == b"PK"


def test_nothing_to_compare_with_is_left_out_with_its_comma(world):
    case(world)
    report = annual.compose(
        world.city.unit,
        YEAR,
        on=ON,
        ledger_head="",
        words_with_places="头。\n# 一\n## 二\n查办{enf.tm.n}件，{enf.tm.n=}。",
    )
    assert report.text.endswith("查办1件。")


# --- pages


def test_the_pages_lead_each_to_their_duty_and_refuse_in_words(world, cases, client):
    sign_in(client, world.city.planner).post("/reports/2024/draft/")
    release = Release.objects.get()
    address = f"/reports/releases/{release.pk}/"
    assert "/draft/" not in client.get("/reports/2024/").content.decode()
    assert client.post(address, {"verdict": "agree"}).status_code == 422
    assert client.post(address, {"verdict": "send"}, follow=True).redirect_chain
    # Not theirs to review: no buttons, and a sent form is refused.
    page = client.get(address).content.decode()
    assert "同意，转签发" not in page and "收回重拟" in page
    refused = client.post(address, {"verdict": "agree", "text": "同意"})
    assert refused.status_code == 422 and "没有合法性审查年度报告的权限" in refused.content.decode()
    sign_in(client, world.city.legality_reviewer)
    assert (
        "待办报告" in client.get("/").content.decode()
        and "同意，转签发" in client.get(address).content.decode()
    )
    client.post(address, {"verdict": "agree", "text": "同意。"})
    sign_in(client, world.city.leader)
    assert "待办报告" in client.get("/").content.decode()
    client.post(address, {"verdict": "agree", "text": ""})
    sign_in(client, world.city.handler)
    assert "待办报告" not in client.get("/").content.decode()
    assert client.post(address, {"verdict": "publish"}).status_code == 422
    sign_in(client, world.city.planner)
    assert "已发布" in client.post(address, {"verdict": "publish"}, follow=True).content.decode()
    assert (
        world.city.leader.name
        in client.get(f"/reports/snapshots/{Snapshot.objects.get().pk}/").content.decode()
    )


def test_a_neighbour_sees_no_draft_and_a_typed_opinion_stays_when_it_is_refused(world, cases, client):
    release = releasing.begin(actor=world.city.planner, period=YEAR, on=ON)
    sign_in(client, world.a.leader)
    assert client.get(f"/reports/releases/{release.pk}/").status_code == 404
    assert client.post(f"/reports/releases/{release.pk}/", {"verdict": "send"}).status_code == 404
    releasing.send_up(actor=world.city.planner, release=release, on=ON)
    sign_in(client, world.city.legality_reviewer)
    sent = client.post(f"/reports/releases/{release.pk}/", {"text": "还没想好的一句话"})
    assert sent.status_code == 422
    assert "还没想好的一句话" in client.get(f"/reports/releases/{release.pk}/").content.decode()


def test_the_words_of_a_draft_can_be_held_against_the_records(world, cases, client):
    release = releasing.begin(actor=world.city.planner, period=YEAR, on=ON)
    words = release.wording + "\n另查办商标侵权案件77件。"
    releasing.reword(actor=world.city.planner, release=release, on=ON, title=release.title, wording=words)
    sign_in(client, world.city.planner)
    page = client.post(f"/reports/releases/{release.pk}/hold/", follow=True).content.decode()
    assert "77件" in page and "不符" in page


@pytest.mark.parametrize(
    "column", ["title", "wording", "text", "state", "opinion", "signed_on", "made_by", "returned"]
)
def test_a_change_that_nobody_wrote_down_is_found_out(world, cases, column):
    release = signed(world.city, 2024, on=ON)
    assert not faults()
    others = {"state": "published", "signed_on": date(2025, 1, 1), "made_by": world.city.chief}
    if column == "state":
        Release.objects.filter(pk=release.pk).update(period="2020")
    else:
        Release.objects.filter(pk=release.pk).update(**{column: others.get(column, "改了")})
    assert any("被改过" in one for one in faults())
