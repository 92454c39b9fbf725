"""Which documents and drafts name an article as their basis, and which are to be looked at because that law moved."""

from datetime import date

import pytest
from django.urls import reverse

from tests.drafting import TextWorker
from zhiheng.law import current_book
from zhiheng.registers import services
from zhiheng.registers.declaration import find
from zhiheng.rulemaking import higher_law

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(world):
    documents = find("documents")
    return services.begin(
        actor=world.city.handler,
        on=date(2021, 5, 10),
        register=documents,
        act=documents.begin,
        answers={
            "title": "专利执法办法",
            "category": "enforcement",
            "number": "渝知规〔2021〕1号",
            "issued_on": date(2021, 5, 10),
            "effective_on": date(2021, 5, 20),
            "basis": ["专利法 65", "《行政处罚法》第二十七条"],
        },
    )


def test_a_newer_version_flags_what_rests_on_it_until_it_was_looked_at(document, world):
    on, documents = date(2021, 9, 1), find("documents")
    found = higher_law.moved(world.city.planner, on)
    assert {(one.rests.title, one.instrument.short) for one in found} == {
        ("专利执法办法", "专利法"),
        ("专利执法办法", "行政处罚法"),
    }
    assert not higher_law.moved(world.b.handler, on)
    services.take(
        actor=world.city.handler,
        on=on,
        register=documents,
        record=document,
        act=documents.act("review"),
        answers={"reviewed_on": on, "review_result": "继续有效"},
    )
    assert not higher_law.moved(world.city.planner, on)


def test_the_page_of_a_law_names_the_documents_and_drafts_that_rest_on_an_article(document, world, signed_in):
    work = TextWorker(world.city)
    law = current_book().instruments["专利法"][-1] if "专利法" in current_book().instruments else None
    law = law or next(v[-1] for v in current_book().instruments.values() if v[-1].short == "专利法")
    resting = higher_law.resting_on(world.city.planner, law)
    assert [one.title for one in resting["65"]] == ["专利执法办法", work.project.title]
    page = signed_in(world.city.planner).get(reverse("law-instrument", args=[law.code])).content.decode()
    assert "专利执法办法" in page
    assert (
        "专利执法办法"
        not in signed_in(world.b.handler).get(reverse("law-instrument", args=[law.code])).content.decode()
    )
