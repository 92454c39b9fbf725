"""The rules of the demonstration year come to the published numbers, loaded by the system's own doors."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse

from zhiheng.accounts.setting_up import create_units
from zhiheng.audit.verification import verify
from zhiheng.cases.models import Case
from zhiheng.demo import loading
from zhiheng.demo.publicity import OFFICE
from zhiheng.demo.reviewing import review_cases
from zhiheng.demo.year import YEAR, demonstration_year
from zhiheng.figures.registry import find
from zhiheng.figures.selectors import compute, year_of
from zhiheng.law import current_book
from zhiheng.registers.declaration import of_model
from zhiheng.reports.reconciliation import hold
from zhiheng.reviews.drawn import key_of
from zhiheng.reviews.models import CaseDraw, CaseReview
from zhiheng.rulemaking.models import CommentGroup, NormativeDocument

PUBLISHED = {
    "doc.norm": 6,
    "doc.procTypes": 3,
    "doc.forms": 84,
    "leg.support": 2,
    "leg.bills": 3,
    "rev.files": 17,
    "rev.cases": 7,
}


# Own words for the published numbers, each in the manner in which reports say it.
SAID = f"""重庆市知识产权局{YEAR}年法治建设情况
制定出台行政执法规范性文件6项，制定3类案件的办理规程，印发行政处罚文书格式范本84类。
全年审查文件17件，审查案件7件。
"""
TOLD = {"doc.norm": 6, "doc.procTypes": 3, "doc.forms": 84, "rev.files": 17, "rev.cases": 7}
REPORT = Path(__file__).parents[3].parent / "shared" / "reports" / f"chongqing-{YEAR}.txt"


@pytest.fixture
def office(db):
    with transaction.atomic():
        units = create_units(rows=map(loading._unit_row, loading.unit_rows()), on=loading.BEGUN_ON)
        loading._people(units)
    year = demonstration_year(current_book(), year=YEAR)
    some = sorted({case.unit for case in year.closed})[:3]
    few = replace(year, closed=[case for case in year.closed if case.unit in some])
    cast = loading._cast()
    loading._closed_cases(few, YEAR, cast, units, lambda text: None)
    loading._rules(cast[OFFICE], lambda text: None)
    review_cases(cast[OFFICE]["legal"], YEAR)
    return units[OFFICE]


def test_the_year_comes_to_the_published_numbers(office):
    found = compute(year_of(office, YEAR), [find(code) for code in PUBLISHED])
    assert {code: value.value for code, value in found.items()} == PUBLISHED
    assert CommentGroup.objects.count() == 4  # near-equal comments are one


def matched(office, text: str) -> dict[str, set[tuple[str, int]]]:
    """What reconciliation says of the claims about these figures: (status, value) by figure."""
    titles = {find(code).title: code for code in TOLD}
    found: dict[str, set[tuple[str, int]]] = {code: set() for code in TOLD}
    for item in hold(office, text, YEAR).items:
        if code := titles.get(item.claim.indicator):
            found[code].add((item.status, int(item.claim.value)))
    return found


def test_what_is_said_of_the_year_is_borne_out_and_another_number_is_not(office):
    assert matched(office, SAID) == {code: {("matches", value)} for code, value in TOLD.items()}
    wrong = SAID.replace("84类", "85类").replace("17件", "18件")
    found = matched(office, wrong)
    assert ("matches", 85) not in found["doc.forms"] and ("matches", 18) not in found["rev.files"]
    assert found["doc.norm"] == {("matches", 6)}


def test_kinds_that_are_told_off_before_their_number_are_the_ones_it_counts(office):
    said = f"{YEAR}年，重庆市知识产权局制定专利代理处罚、专利裁决、专利调解{{}}类案件的办理规程。"
    assert matched(office, said.format(3))["doc.procTypes"] == {("matches", 3)}
    # Another number of names narrows what is counted.
    assert ("matches", 3) not in matched(office, said.replace("专利裁决、", "").format(3))["doc.procTypes"]
    assert ("matches", 2) not in matched(office, said.format(2))["doc.procTypes"]


@pytest.mark.skipif(not REPORT.exists(), reason="the published text is not part of this repository")
def test_the_whole_published_text_says_the_same_as_the_records(office):
    """Held to be the same, or, where words before the number leave it to a person, shown beside the very same number."""
    titles = {find(code).title: code for code in TOLD}
    seen = {}
    for item in hold(office, REPORT.read_text("utf-8"), YEAR).items:
        if code := titles.get(item.claim.indicator):
            assert item.status in ("matches", "open"), (code, item.verdict.words)
            seen[code] = int(item.verdict.recorded)
    assert seen == TOLD


def test_the_set_of_84_forms_opens_to_the_forms_of_the_book(office, signed_in):
    document = NormativeDocument.objects.get(template_forms=84)
    book = current_book()
    assert document.form_codes and set(document.form_codes) <= set(book.form_versions)
    client = signed_in(document.unit.people.get(username__endswith=".handler"))
    page = client.get(of_model(NormativeDocument).url("record", document.pk)).content.decode()
    for code in document.form_codes:
        address = reverse("law-form", args=[code])
        assert f'href="{address}"' in page
    opened = client.get(reverse("law-form", args=[document.form_codes[0]])).content.decode()
    assert document.title in opened


def test_the_cases_reviewed_were_drawn_from_those_that_were_closed_and_one_was_put_right(office):
    draws = list(CaseDraw.objects.all())
    assert [draw.many for draw in draws] == [3, 4]
    reviews = list(CaseReview.objects.select_related("reviewer"))
    assert sorted(key_of(one.case_unit, one.number) for one in reviews) == sorted(
        key for draw in draws for key in draw.drawn
    )
    for one in reviews:
        case = Case.objects.get(doc_no=one.number)
        assert case.title == one.subject and case.closed_on < one.reviewed_on
    (mended,) = [one for one in reviews if one.mended_on]
    assert mended.procedure == "wrong" and mended.mended_on <= mended.mend_by
    assert not [fault for fault in verify().faults if "抽" in fault or "审查" in fault]
