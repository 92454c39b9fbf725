"""A neighbour finds no page of another unit's drafts; every page there is opens to those it belongs to, in few queries."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.drafting import TextWorker
from zhiheng.rulemaking import background, comments, drafting

pytestmark = pytest.mark.django_db

ON = date(2024, 9, 10)


@pytest.fixture
def work(world, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)
    made = TextWorker(world.a)
    made.write()
    made.take("consult", date(2024, 9, 3))
    kept = made.comment("第四条的期限太短。", provision="第四条")
    comments.enter_for_unit(
        actor=made.handler, project=made.project, on=ON, name="某局", words="无意见。", provision="第二条"
    )
    made.group, made.kept = kept.group, kept
    made.job = background.ask_to_group(
        actor=made.handler, project=made.project, on=ON, at=datetime(2024, 9, 10, 9, tzinfo=UTC)
    )
    return made


def named(work) -> dict[str, list]:
    """The pages of a project, with what their addresses hold."""
    pk = work.project.pk
    provision = drafting.read(drafting.latest(work.project)).articles()[0].id
    return {
        "text": [pk],
        "draft-text": [pk],
        "draft-write": [pk],
        "draft-provision": [pk, provision],
        "draft-note": [pk, provision],
        "draft-docx": [pk, 1],
        "draft-changes": [pk, 1],
        "draft-decision": [pk, 1],
        "draft-follow": [pk],
        "draft-explanation": [pk],
        "draft-comments-group": [pk],
        "draft-comments-grouping": [pk, work.job.pk],
        "draft-comments": [pk],
        "draft-comment-list": [pk],
        "draft-adoption-table": [pk],
        "draft-unit-comment": [pk],
        "draft-unit-file": [pk],
        "draft-comments-many": [pk],
        "draft-comment-group": [pk, work.group.pk],
        "draft-comment-join": [pk, work.group.pk],
        "draft-comment-apart": [pk, work.kept.pk],
        "draft-comment-moderate": [pk, work.kept.pk],
    }


def addresses(work) -> list[str]:
    return [reverse(name, args=args) for name, args in named(work).items()]


def test_a_neighbour_sees_404_everywhere(work, signed_in, world):
    client = signed_in(world.b.handler)
    for address in addresses(work):
        assert client.get(address).status_code == 404, address
    assert work.project.title not in client.get(reverse("rulemaking")).content.decode()
    assert work.project.title not in client.get(reverse("reviews")).content.decode()


def test_no_address_of_the_package_is_left_out(work):
    """A page that is added is either public, or a neighbour is tried on it here or in the walk over the pages of every matter."""
    from zhiheng.rulemaking import urls

    here = {reverse(one.name, args=args) for one in urls.urlpatterns if (args := named(work).get(one.name))}
    own = {
        one.name for one in urls.urlpatterns
        if one.name.startswith("draft-") or one.callback.__module__.startswith(
            "zhiheng.rulemaking.views"
        )
    }  # fmt: skip
    assert own - named(work).keys() <= {"rulemaking", "higher-law"}
    assert here == set(addresses(work))


def test_its_own_people_open_every_page_in_few_queries(work, signed_in, world):
    client = signed_in(world.a.handler)
    for address in [*addresses(work), reverse("rulemaking"), reverse("reviews")]:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        assert answer.status_code == 200, address
        # A file that is fetched is written into the ledger besides: the lock, the last entry, the new one.
        of_the_ledger = 4 if "attachment" in answer.get("Content-Disposition", "") else 0
        assert len(asked) <= 12 + of_the_ledger, (address, len(asked), [one["sql"][:160] for one in asked])


def test_the_queue_of_reviews_shows_what_waits_once(work, signed_in, world):
    for group in work.project.comment_groups.all():
        comments.answer(actor=work.handler, project=work.project, on=ON, group=group, answer="full", why="")
    work.take("end_consulting", date(2024, 10, 9))
    work.take("send_fair")
    body = signed_in(world.a.reviewer).get(reverse("reviews")).content.decode()
    assert body.count(work.project.title) == 1


def test_an_article_is_changed_by_its_page_alone(work, signed_in, world):
    client = signed_in(world.a.handler)
    provision = drafting.read(drafting.latest(work.project)).articles()[1].id
    address = reverse("draft-provision", args=[work.project.pk, provision])
    seen = drafting.latest(work.project).sha
    answer = client.post(
        address, {"seen": seen, "act": "change", "words": "改过的第二条。", "note": "司法局意见"}
    )
    assert answer.status_code == 302
    again = client.post(address, {"seen": seen, "act": "change", "words": "旧页面上的第二条。"})
    assert again.status_code == 422 and "旧页面上的第二条。" in again.content.decode()
    changes = client.get(reverse("draft-changes", args=[work.project.pk, 2])).content.decode()
    assert "<ins>" in changes and "第二条" in changes
