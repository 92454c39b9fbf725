"""Nothing is deliberated or issued but the very text that was reviewed; who drafts does not review; what restricts competition is quoted."""

from datetime import date

import pytest

from tests.drafting import DRAFT, LATER, TextWorker
from zhiheng.accounts.models import Person, RoleGrant
from zhiheng.figures.registry import find as figure
from zhiheng.figures.selectors import compute, year_of
from zhiheng.refusal import Refused
from zhiheng.reviews.models import Review
from zhiheng.reviews.selectors import exceptions_over
from zhiheng.rulemaking.models import NormativeDocument

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(world):
    return TextWorker(world.city)


def test_a_document_goes_from_draft_to_publication(work):
    work.to_published()
    document = NormativeDocument.objects.get()
    assert document.number == work.project.number and work.project.number
    assert document.issued_on == date(2024, 10, 21) and document.case_kinds == 1
    work.take("file_text", date(2024, 11, 5))
    assert work.project.state == "filed" and work.project.outcome == "issued"


def test_the_year_counts_the_document_once_however_often_it_was_reviewed(work, world):
    work.to_consulted()
    work.take("send_fair")
    work.take("return_fair")
    work.write(DRAFT.replace("五个工作日", "三个工作日"), LATER)
    work.take("send_fair")
    work.take("pass_fair")
    wanted = [figure("rev.files"), figure("rev.returned"), figure("rev.files.fair_competition")]
    found = compute(year_of(world.city.unit, 2024), wanted)
    assert [value.value for value in found.values()] == [1, 1, 1]
    assert Review.objects.count() == 2


def test_a_draft_changed_after_its_review_must_come_back(work):
    work.to_reviewed()
    work.write(DRAFT.replace("五个工作日", "七个工作日"), LATER)
    with pytest.raises(Refused, match="审查以后草案改过（现为第2稿）"):
        work.take("deliberate")
    work.take("rework", actor=work.handler)
    with pytest.raises(Refused, match=r"公平竞争审查：.*草案改过"):
        work.take("send_legality")
    work.take("send_fair")
    work.take("pass_fair")
    work.take("send_legality")
    work.take("pass_legality")
    work.take("deliberate")
    assert work.project.state == "deliberated"


def test_an_opinion_is_not_given_on_another_text_than_was_sent(work):
    work.to_fair()
    work.take("send_legality")
    work.write(DRAFT.replace("五个工作日", "七个工作日"), LATER)
    with pytest.raises(Refused, match="在送审以后改过"):
        work.take("pass_legality")


def test_a_form_opened_on_an_older_text_is_refused(work):
    first = work.write()
    work.write(DRAFT.replace("五个工作日", "七个工作日"))
    with pytest.raises(Refused, match="打开本页以后改过"):
        work.take("consult", date(2024, 9, 3), text_sha=first.sha)


@pytest.mark.parametrize("step", ["deliberate", "sign"])
def test_nothing_is_decided_without_a_pass(work, step):
    work.to_reviewed()
    if step == "sign":
        work.take("deliberate")
    work.write(DRAFT.replace("五个工作日", "九个工作日"), LATER)
    with pytest.raises(Refused, match="合法性审核"):
        work.take(step)


def test_whoever_works_the_draft_does_not_review_it(work, world):
    work.to_consulted()
    work.take("send_fair")
    RoleGrant.objects.create(person=world.city.handler, role="legality_reviewer", since=date(2020, 1, 1))
    with pytest.raises(Refused, match="参与了起草"):
        work.take("pass_fair", actor=Person.objects.get(pk=world.city.handler.pk))


def test_a_first_legality_reviewer_needs_the_qualification(work, world):
    work.to_fair()
    work.take("send_legality")
    reviewer = work.by_role[
        "legality_reviewer"
    ]  # the very one who takes the step, also where the state was laid down
    reviewer.law_qualified = False
    reviewer.save()
    with pytest.raises(Refused, match="初次从事合法性审核"):
        work.take("pass_legality")
    Review.objects.create(
        unit=world.city.unit,
        subject="此前审核的文件",
        kind="legality",
        text_kind="other",
        reviewer=reviewer,
        reviewed_on=date(2023, 5, 4),
        verdict="agree",
    )
    work.take("pass_legality")
    assert work.project.state == "reviewed"


QUOTE = "请求人应当提交下列材料"


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"fc_8_3": "unsure"}, "不能确定"),
        ({"fc_8_3": "found"}, "没有抄录草案原句"),
        ({"fc_8_3": "found", "fc_quotes": [{"item": "fc_8_3", "quote": QUOTE}]}, "没有写全例外情形"),
        ({"fc_quotes": [{"item": "fc_8_3", "quote": QUOTE}]}, "没有选“有”"),
        (
            {
                "fc_8_3": "found",
                "fc_quotes": [{"item": "fc_8_3", "quote": QUOTE}],
                "fc_exception": "innovation",
                "fc_milder": "比较了三种方案。",
                "fc_until": date(2024, 10, 1),
            },
            "届满日须在今后",
        ),
        (
            {
                "fc_8_3": "found",
                "fc_quotes": [{"item": "fc_8_3", "quote": "草案里没有的话"}],
                "fc_exception": "innovation",
                "fc_milder": "比较了三种方案。",
                "fc_until": date(2026, 10, 1),
            },
            "不在草案文本中",
        ),
        (
            {"fc_exception": "innovation", "fc_milder": "无", "fc_until": date(2026, 10, 1)},
            "不应填写例外规定",
        ),
    ],
)
def test_what_restricts_competition_does_not_pass_unsaid(work, answers, why):
    work.to_consulted()
    work.take("send_fair")
    with pytest.raises(Refused, match=why):
        work.take("pass_fair", **answers)


def test_an_exception_comes_back_when_it_ends(work, world):
    from zhiheng.registers import selectors, services
    from zhiheng.registers.declaration import find

    work.to_consulted()
    work.take("send_fair")
    until = date(2026, 10, 1)
    work.take(
        "pass_fair",
        fc_8_3="found",
        fc_quotes=[{"item": "fc_8_3", "quote": QUOTE}],
        fc_exception="innovation",
        fc_milder="比较了三种方案，均不能达到目的。",
        fc_until=until,
    )
    reviews, reviewer = find("text-reviews"), world.city.legality_reviewer
    kept = Review.objects.get()
    assert selectors.record_for(reviewer, reviews, kept.pk, LATER).state == "exception"
    assert selectors.record_for(reviewer, reviews, kept.pk, until).state == "ended"
    assert [exceptions_over(reviewer, on) for on in (LATER, until)] == [0, 1]
    assert exceptions_over(world.b.handler, until) == 0
    answers = {"rechecked_on": until, "recheck_result": "不再需要，废止该措施。"}
    services.take(
        actor=reviewer, on=until, register=reviews, record=kept, act=reviews.act("recheck"), answers=answers
    )
    assert exceptions_over(reviewer, until) == 0
    assert selectors.record_for(reviewer, reviews, kept.pk, until).state == "rechecked"


def test_fewer_than_thirty_days_of_comment_need_a_reason(work):
    work.write()
    with pytest.raises(Refused, match="期限为10日"):
        work.take("consult", date(2024, 9, 3), comment_until=date(2024, 9, 13))
    work.take(
        "consult", date(2024, 9, 3), comment_until=date(2024, 9, 13), comment_short="为执行上级紧急命令。"
    )
    assert work.project.state == "consulting"


def test_consulting_does_not_end_before_its_day_nor_with_comments_unanswered(work):
    work.write()
    work.take("consult", date(2024, 9, 3))
    with pytest.raises(Refused):
        work.take("end_consulting", date(2024, 9, 20))
    work.comment("第四条的五个工作日太短。")
    with pytest.raises(Refused, match="1条意见没有归组答复"):
        work.take("end_consulting", date(2024, 10, 9))


@pytest.mark.parametrize("kind", ["leg-rule", "leg-reg"])
def test_a_project_of_legislation_is_sent_up_reviewed(world, kind):
    work = TextWorker(world.city, kind)
    work.take("enter_plan", date(2024, 9, 3))
    work.write()
    work.take("consult", date(2024, 9, 3))
    work.take("end_consulting", date(2024, 10, 9))
    work.take("send_legality")
    work.take("pass_legality")
    work.take("send_justice", date(2024, 10, 21))
    assert work.project.state == "justice"
    assert Review.objects.get().text_kind == "legislation"


@pytest.mark.parametrize(
    ("until", "days"),
    [(date(2024, 10, 2), 29), (date(2024, 10, 3), None), (date(2024, 9, 3), 0), (date(2024, 11, 4), None)],
)
def test_thirty_days_of_comment_are_counted_without_the_first(work, until, days):
    """From 3 September: the thirtieth day is 3 October, a holiday, and enough; a day less is not."""
    work.write()
    if days is None:
        work.take("consult", date(2024, 9, 3), comment_until=until)
        assert work.project.state == "consulting"
    else:
        with pytest.raises(Refused, match=f"期限为{days}日"):
            work.take("consult", date(2024, 9, 3), comment_until=until)


def test_days_before_the_draft_was_open_are_no_days_of_comment(work):
    """A beginning written back does not shorten what people have: the page opens with the step."""
    work.write()
    late = date(2024, 10, 1)
    with pytest.raises(Refused, match="期限为7日"):
        work.take("consult", late, comment_from=date(2024, 9, 3), comment_until=date(2024, 10, 8))
    work.take("consult", late, comment_from=date(2024, 9, 3), comment_until=date(2024, 10, 31))
    assert work.project.takes_comments(date(2024, 10, 31)) and not work.project.takes_comments(
        date(2024, 11, 1)
    )


def to_signed(work, **answers):
    work.to_reviewed()
    work.take("deliberate")
    work.take("sign", date(2024, 10, 21), **answers)
    return work


def test_a_document_does_not_take_effect_before_it_is_public(work):
    to_signed(work, effective_on=date(2024, 11, 1))
    with pytest.raises(Refused, match="公布以前不能施行"):
        work.take("publish", date(2024, 11, 2), made_public_on=date(2024, 11, 2))
    work.take("publish", date(2024, 11, 2), made_public_on=date(2024, 11, 1))
    assert work.project.state == "published"


def test_a_meeting_before_the_review_deliberated_nothing(work):
    work.to_reviewed()
    with pytest.raises(Refused, match="早于合法性审核的2024-10-15"):
        work.take("deliberate", date(2024, 10, 18), meeting_on=date(2024, 10, 14))
    work.take("deliberate", date(2024, 10, 18), meeting_on=date(2024, 10, 15))


def test_nothing_is_public_before_it_was_signed(work):
    to_signed(work)
    with pytest.raises(Refused, match="早于签发的2024-10-21"):
        work.take("publish", date(2024, 11, 2), made_public_on=date(2024, 10, 20))
    work.take("publish", date(2024, 11, 2), made_public_on=date(2024, 10, 21))


def test_a_signed_document_whose_day_has_gone_by_goes_back_and_is_reviewed_again(work):
    to_signed(work, effective_on=date(2024, 11, 1))
    first = work.project.number
    work.take("rework", date(2024, 11, 4), reason="施行日期已过。")
    assert work.project.state == "consulted"
    work.write(DRAFT.replace("2024年12月15日", "2025年1月15日"), date(2024, 11, 4))
    with pytest.raises(Refused):
        work.take("deliberate", date(2024, 11, 5))
    for step in ("send_fair", "pass_fair", "send_legality", "pass_legality"):
        work.take(step, date(2024, 11, 5))
    work.take("deliberate", date(2024, 11, 5), meeting_on=date(2024, 11, 5))
    work.take("sign", date(2024, 11, 6), effective_on=date(2025, 1, 15))
    work.take("publish", date(2024, 11, 7), made_public_on=date(2024, 11, 7))
    assert work.project.effective_on == date(2025, 1, 15) and first


@pytest.mark.parametrize(
    ("held", "days"), [(date(2024, 10, 3), 29), (date(2024, 10, 4), None), (date(2024, 10, 8), None)]
)
def test_a_hearing_was_announced_thirty_days_before_it_was_held_whenever_it_is_entered(world, held, days):
    """Announced on 4 September: 4 October is the thirtieth day after, in the holidays, and in time."""
    work = TextWorker(world.city, "leg-rule")
    work.take("enter_plan", date(2024, 9, 3))
    work.write()
    work.take("consult", date(2024, 9, 3))
    work.take("announce_hearing", date(2024, 9, 4), hearing_told_on=date(2024, 9, 4))
    entered = date(2024, 10, 9)
    if days is None:
        work.take("hold_hearing", entered, hearing_held_on=held)
        assert work.project.matter.proceeding
    else:
        with pytest.raises(Refused, match=f"相隔{days}日，不足三十日"):
            work.take("hold_hearing", entered, hearing_held_on=held)


def to_approved(world):
    work = TextWorker(world.city, "leg-rule")
    work.take("enter_plan", date(2024, 9, 3))
    work.write()
    for step, on in (
        ("consult", date(2024, 9, 3)),
        ("end_consulting", date(2024, 10, 9)),
        ("send_legality", LATER),
        ("pass_legality", LATER),
        ("send_justice", date(2024, 10, 21)),
        ("pass_meeting", date(2024, 10, 25)),
    ):
        work.take(step, on)
    return work


@pytest.mark.parametrize(
    ("effective", "days"),
    [(date(2024, 11, 30), 29), (date(2024, 12, 1), 30), (date(2024, 12, 2), None), (date(2025, 1, 1), None)],
)
def test_a_rule_takes_effect_after_thirty_days_or_says_why_not(world, effective, days):
    """Published on 1 November: the thirty days are full with 1 December, so it may take effect from the 2nd."""
    work = to_approved(world)
    given = {
        "order_no": "渝府令第400号",
        "made_public_on": date(2024, 11, 1),
        "effective_on": effective,
        "urgent_rule": "none",
    }
    if days is not None:
        with pytest.raises(Refused, match=f"距公布{days}日"):
            work.take("publish", date(2024, 11, 1), **given)
        given["effective_soon"] = "不立即施行将有碍施行。"
    work.take("publish", date(2024, 11, 1), **given)
    assert work.project.state == "published"


def test_even_with_a_reason_no_rule_takes_effect_before_it_is_public(world):
    work = to_approved(world)
    with pytest.raises(Refused, match="公布以前不能施行"):
        work.take(
            "publish", date(2024, 11, 1), order_no="渝府令第400号", made_public_on=date(2024, 11, 1),
            effective_on=date(2024, 10, 31), urgent_rule="none", effective_soon="急。",
        )  # fmt: skip


def test_a_hearing_that_is_due_and_was_not_held_stops_the_draft(world):
    work = TextWorker(world.city, "leg-rule")
    work.take("enter_plan", date(2024, 9, 3))
    work.write()
    work.take("consult", date(2024, 9, 3))
    work.take("announce_hearing", date(2024, 9, 4), hearing_told_on=date(2024, 9, 4))
    with pytest.raises(Refused, match="不足三十日"):
        work.take("hold_hearing", date(2024, 9, 20), hearing_held_on=date(2024, 9, 20))
    work.take("end_consulting", date(2024, 10, 9))
    work.take("send_legality", hearing_due="applies")
    work.take("pass_legality")
    with pytest.raises(Refused, match="没有听证会的记录"):
        work.take("send_justice", date(2024, 10, 21))


@pytest.mark.parametrize(
    ("session", "refused"),
    [(date(2024, 11, 30), True), (date(2024, 12, 1), False), (date(2024, 12, 2), False)],
)
def test_thirty_days_before_the_session_are_counted_to_the_day(world, session, refused):
    """Submitted on 1 November: 1 December is the thirtieth day after."""
    work = TextWorker(world.city, "leg-reg")
    work.take("enter_plan", date(2024, 9, 3))
    work.write()
    for step, on in (
        ("consult", date(2024, 9, 3)),
        ("end_consulting", date(2024, 10, 9)),
        ("send_legality", LATER),
        ("pass_legality", LATER),
        ("send_justice", date(2024, 10, 21)),
        ("pass_government", date(2024, 10, 25)),
    ):
        work.take(step, on)
    given = {"session_on": session, "readings": "three"}
    if refused:
        with pytest.raises(Refused, match="不足三十日"):
            work.take("submit_bill", date(2024, 11, 1), **given)
    else:
        work.take("submit_bill", date(2024, 11, 1), **given)


def test_a_bill_that_misses_the_thirty_days_is_not_submitted(world):
    work = TextWorker(world.city, "leg-reg")
    work.take("enter_plan", date(2024, 9, 3))
    work.write()
    for step, on in (
        ("consult", date(2024, 9, 3)),
        ("end_consulting", date(2024, 10, 9)),
        ("send_legality", LATER),
        ("pass_legality", LATER),
        ("send_justice", date(2024, 10, 21)),
        ("pass_government", date(2024, 10, 25)),
    ):
        work.take(step, on)
    with pytest.raises(Refused, match="不足三十日"):
        work.take("submit_bill", date(2024, 11, 1), session_on=date(2024, 11, 20), readings="three")
    work.take("submit_bill", date(2024, 11, 1), session_on=date(2024, 12, 2), readings="three")
    assert work.project.state == "committee"
