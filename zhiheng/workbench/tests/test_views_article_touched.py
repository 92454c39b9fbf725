"""If an article changes: what of the book, of the office's texts and of its open matters leans on it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.casework import Worker
from tests.drafting import TextWorker
from tests.test_queries_of_pages import touched
from zhiheng.law import current_book
from zhiheng.workbench import library

pytestmark = pytest.mark.django_db


def law(short: str):
    return next(v[-1] for v in current_book().instruments.values() if v[-1].short == short)


def test_every_article_the_book_leans_on_opens_and_shows_all_that_leans_on_it(world):
    book = current_book()
    for instrument in (law("行政处罚法"), law("专利法")):
        uses = library.uses_of(book, instrument)
        for number, there in uses.items():
            found = library.touched(world.city.planner, book, instrument, number)
            shown = [use for _, ones in found.groups for use in ones]
            assert set(there) <= set(shown), number


def test_a_discretion_benchmark_is_among_what_an_article_touches_and_stands_in_the_library(world, signed_in):
    benchmark = next(iter(current_book().benchmark_versions.values()))[-1]
    instrument, number = benchmark.article.instrument, benchmark.article.number
    found = library.touched(world.city.planner, current_book(), instrument, number)
    assert benchmark.title in [use.title for kind, uses in found.groups if kind == "裁量基准" for use in uses]
    assert benchmark.title in signed_in(world.city.planner).get(reverse("law")).content.decode()


def test_open_matters_are_counted_until_they_are_closed_and_only_one_s_own(world, signed_in):
    work, draft = Worker(world.a), TextWorker(world.a)
    work.register()
    cause = current_book().causes[work.case.cause]
    rule = next(one for one in current_book().fine_versions[cause.rules[0]] if one.article)
    instrument, number = rule.article.instrument, rule.article.number
    found = library.touched(world.a.leader, current_book(), instrument, number)
    assert [many for what, many, _ in found.matters if cause.title in what] == [1]
    assert not [
        what for what, _, _ in library.touched(world.b.handler, current_book(), instrument, number).matters
    ]
    address = reverse("law-touched", args=[instrument.code, number])
    page = signed_in(world.a.handler).get(f"{address}?version={instrument.effective}").content.decode()
    assert f"进行中的{cause.title}" in page and "罚则" in page
    # The draft runs under a procedure whose steps name their articles.
    step = next(s for s in current_book().procedures() if s.code == draft.project.matter.proceeding.procedure)
    one = next(iter(step.steps.values())).article[0]
    found = library.touched(world.a.leader, current_book(), one.instrument, one.number)
    assert [many for what, many, _ in found.matters if draft.project.get_kind_display() in what] == [1]


def test_documents_that_name_the_article_are_there_and_an_article_nobody_knows_is_not(world, signed_in):
    work = TextWorker(world.city)
    client, patent = signed_in(world.city.handler), law("专利法")
    assert work.project.title in client.get(reverse("law-touched", args=[patent.code, "65"])).content.decode()
    assert client.get(reverse("law-touched", args=[patent.code, "999"])).status_code == 404
    assert client.get(reverse("law-touched", args=["no-such-law", "1"])).status_code == 404


def test_what_is_leaned_on_most_opens_in_every_version_with_few_queries(world, signed_in):
    client = signed_in(world.city.planner)
    for one in touched(current_book()):
        address = reverse("law-touched", args=[one["code"], one["number"]])
        with CaptureQueriesContext(connection) as asked:
            page = client.get(f"{address}?version={one['?version']}")
        assert page.status_code == 200, one
        assert len(asked) <= 12, (one, len(asked))
