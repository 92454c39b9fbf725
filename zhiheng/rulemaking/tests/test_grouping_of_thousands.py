"""Ten thousand comments stay usable: what says nearly the same is one group, what differs by a number or a negation is not; the work and
the queries grow with what there is, not with its square."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.drafting import TextWorker
from tests.examples import examples
from zhiheng.audit.verification import verify
from zhiheng.jobs import services as jobs
from zhiheng.jobs import worker
from zhiheng.jobs.models import Job
from zhiheng.rulemaking import alike, background, comments, grouping
from zhiheng.rulemaking.models import Comment, CommentGroup

pytestmark = pytest.mark.django_db

ON = date(2024, 9, 10)
SAID = (
    "建议把第四条规定的立案期限适当延长，给区县留出核实证据的时间",
    "希望在第三条中写明可以通过网上提交材料，减少企业往返跑路",
    "请明确跨区域侵权案件由哪个部门管辖，避免相互推诿",
    "附则里应当写清楚施行之前已经受理的案件怎样处理",
    "对提供虚假材料的请求人，应当规定相应的法律后果",
)


@pytest.fixture
def work(world, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    made = TextWorker(world.city)
    made.write()
    made.take("consult", date(2024, 9, 3))
    return made


def test_a_number_or_a_negation_more_is_another_opinion():
    def near(one: str, other: str) -> bool:
        return alike.near(alike.likeness_key(one), alike.likeness_key(other))

    assert near(
        "第四条的立案期限应当改为七个工作日，否则来不及核实。",
        "第四条的立案期限，应当改为七个工作日否则来不及核实！",
    )
    assert near(SAID[0], SAID[0] + "啊")
    assert not near(
        "第四条的立案期限应当改为七个工作日，便于核实。", "第四条的立案期限应当改为九个工作日，便于核实。"
    )
    assert not near(
        "我同意第四条规定的立案期限，便于企业操作执行。", "我不同意第四条规定的立案期限，便于企业操作执行。"
    )


@settings(max_examples=examples(40))
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "第四条"]),
            st.sampled_from(SAID),
            st.sampled_from(["", "。", "啊", "！谢谢", "不"]),
        ),
        max_size=25,
    )
)
def test_everything_is_led_to_something_before_it_that_it_is_near_to(rows):
    said = [(provision, words + tail) for provision, words, tail in rows]
    roots = alike.first_alike(said)
    keys = [alike.likeness_key(words) for _, words in said]
    for place, root in enumerate(roots):
        assert root <= place and roots[root] == root
        assert said[place][0] == said[root][0] and alike.near(keys[place], keys[root])
    equal = {
        (provision, key): roots[n] for n, ((provision, _), key) in enumerate(zip(said, keys, strict=True))
    }
    for n, ((provision, _), key) in enumerate(zip(said, keys, strict=True)):
        assert roots[n] == equal[provision, key], "equal words are in one group"


def received(work, many: int) -> None:
    """So many comments straight into the tables, one group each: what a campaign leaves that answers by copying with small changes."""
    # Characters between which no number and no negation stands, a different tail for every comment.
    signs = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥".replace("未", "")

    def tail(n: int) -> str:
        return signs[n % 20] + signs[n // 20 % 20] + signs[n // 400 % 20]

    said = [SAID[n % 5] + SAID[(n + 1) % 5] + tail(n) for n in range(many)]
    groups = CommentGroup.objects.bulk_create(
        CommentGroup(project=work.project, provision="第四条", gist=words, likeness=comments.mark_of(words))
        for words in said
    )
    Comment.objects.bulk_create(
        Comment(
            project=work.project,
            unit=work.project.unit,
            group=group,
            provision="第四条",
            words=group.gist,
            on=ON,
        )
        for group in groups
    )


def counted(work) -> tuple[grouping.Grouped, int]:
    with CaptureQueriesContext(connection) as asked:
        made = grouping.group_alike(actor=work.handler, project=work.project, on=ON)
    return made, len(asked)


def test_ten_thousand_are_grouped_with_few_queries_and_every_page_stays_as_it_was(work, signed_in):
    received(work, 1_000)
    few, few_queries = counted(work)
    assert CommentGroup.objects.count() == 5 and few.joined == 995
    Comment.objects.all().delete()
    CommentGroup.objects.all().delete()
    received(work, 10_000)
    client = signed_in(work.handler)
    many, many_queries = counted(work)
    assert CommentGroup.objects.count() == 5 and many.joined == 9_995
    assert Comment.objects.count() == 10_000
    # A few statements for every four hundred groups: ten times as many groups, at most ten times as many, and no one for each.
    assert many_queries <= 10 * few_queries
    assert many_queries * 40 < 10_000
    for name in ("draft-comments", "draft-comment-list"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(name, args=[work.project.pk])).status_code == 200
        assert len(asked) <= 12, name
    for group in CommentGroup.objects.all():
        with CaptureQueriesContext(connection) as asked:
            comments.answer(
                actor=work.handler, project=work.project, on=ON, group=group, answer="full", why=""
            )
        assert len(asked) < 12
    table = client.get(reverse("draft-adoption-table", args=[work.project.pk]))
    assert table.status_code == 200 and len(
        b"".join(table.streaming_content if table.streaming else [table.content])
    )


def test_grouping_is_on_the_record_and_holds(work):
    for n, words in enumerate((SAID[0], SAID[0] + "啊啊啊啊啊啊啊啊", SAID[1])):
        work.comment(words, provision="第四条", address=f"10.0.0.{n}")
    # The second was too far for the first look; what was near enough is led to the first by the kernel.
    before = CommentGroup.objects.count()
    made = grouping.group_alike(actor=work.handler, project=work.project, on=ON)
    assert CommentGroup.objects.count() == before - made.joined
    assert [fault for fault in verify().faults if "意见" in fault] == []


def test_only_groups_without_an_answer_move_and_only_officers_do_it(work, world):
    from zhiheng.refusal import Refused

    one = work.comment(SAID[0], provision="第四条")
    comments.answer(actor=work.handler, project=work.project, on=ON, group=one.group, answer="full", why="")
    two = work.comment(SAID[0], provision="第四条", address="10.0.0.9")
    assert two.group_id != one.group_id
    assert grouping.group_alike(actor=work.handler, project=work.project, on=ON).joined == 0
    with pytest.raises(Refused, match="承办人"):
        grouping.group_alike(actor=world.city.planner, project=work.project, on=ON)


def test_thousands_are_grouped_beside_the_server_once_for_all_who_ask(work, signed_in, monkeypatch):
    monkeypatch.setattr(grouping, "MANY", 20)
    received(work, 50)
    client = signed_in(work.handler)
    ask = reverse("draft-comments-group", args=[work.project.pk])
    asked = client.post(ask)
    (job,) = Job.objects.all()
    assert asked.url == reverse("draft-comments-grouping", args=[work.project.pk, job.pk])
    assert client.post(ask).url == asked.url and CommentGroup.objects.count() == 50
    page = client.get(asked.url)
    assert page["Refresh"] == "2" and "等待" in page.content.decode() and "停止" in page.content.decode()
    worker.carry_out(job=jobs.claim(at=timezone.now()))
    page = client.get(asked.url)
    assert "比较了50组，把45组并入" in page.content.decode() and "Refresh" not in page
    assert CommentGroup.objects.count() == 5 and Comment.objects.count() == 50


def test_a_grouping_that_is_stopped_joins_nothing(work, signed_in, monkeypatch):
    monkeypatch.setattr(grouping, "MANY", 20)
    received(work, 50)
    client = signed_in(work.handler)
    asked = client.post(reverse("draft-comments-group", args=[work.project.pk]))
    client.post(asked.url)
    assert "已取消" in client.get(asked.url).content.decode()
    assert jobs.claim(at=timezone.now()) is None and CommentGroup.objects.count() == 50
    job = background.ask_to_group(actor=work.handler, project=work.project, on=ON, at=timezone.now())
    running = jobs.claim(at=timezone.now())
    assert running.pk == job.pk
    client.post(reverse("draft-comments-grouping", args=[work.project.pk, job.pk]))
    Job.objects.filter(pk=job.pk).update(state="cancelled")  # as the worker ends it, its process killed
    worker.carry_out(job=running)
    assert CommentGroup.objects.count() == 50


def test_what_was_answered_or_named_anew_meanwhile_is_left_as_it_is(work):
    received(work, 15)
    first, second, third = CommentGroup.objects.order_by("pk")[:3]
    told = []

    class Meanwhile(jobs.Watch):
        def stage(self, words):
            told.append(words)
            if words.startswith("归并"):
                comments.answer(
                    actor=work.handler, project=work.project, on=ON, group=first, answer="full", why=""
                )
                CommentGroup.objects.filter(pk=second.pk).update(gist="另一件事")

    made = grouping.group_alike(actor=work.handler, project=work.project, on=ON, watch=Meanwhile())
    assert told == ["比较 15 组意见", "归并 10 组"]
    # Of five campaigns of three groups two lost the one that the others are led to.
    assert made.joined == 6 and CommentGroup.objects.count() == 9
    assert {first.pk, second.pk} <= set(CommentGroup.objects.values_list("pk", flat=True))
    assert third.comments.count() == 3


def test_every_comment_of_a_large_group_is_reached(work, signed_in):
    received(work, 300)
    grouping.group_alike(actor=work.handler, project=work.project, on=ON)
    group = CommentGroup.objects.first()
    client, reached, address = (
        signed_in(work.handler),
        set(),
        reverse("draft-comment-group", args=[work.project.pk, group.pk]),
    )
    page = 1
    while page:
        shown = client.get(f"{address}?page={page}")
        reached |= {one.comment.pk for one in shown.context["shown"]}
        page = shown.context["after"]
    assert reached == set(group.comments.values_list("pk", flat=True)) and len(reached) == 60
