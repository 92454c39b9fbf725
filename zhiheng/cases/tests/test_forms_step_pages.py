"""Every step of both procedures has a page that can be filled, sent and turned into its papers."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from tests.casework import _MOMENTS, SIMPLE, Worker
from zhiheng.documents.rendering import forms as rendering
from zhiheng.law import current_book
from zhiheng.matters.answers import with_composed
from zhiheng.matters.engine import Standing
from zhiheng.matters.facts import ATTESTED, attested_guards
from zhiheng.matters.forms import Part, parts_of, step_data, step_form
from zhiheng.matters.models import StepTaken
from zhiheng.matters.pages import asking
from zhiheng.matters.papers import context_of

pytestmark = pytest.mark.django_db


def typed(form, data) -> dict:
    """What an officer's browser would send for these answers."""
    posted = {}
    for name, field in form.fields.items():
        if name.startswith(f"{ATTESTED}-"):
            posted[name] = "on"
        elif name == "evidence":
            posted[name] = [str(pk) for pk, _ in field.choices]
        elif name in data and data[name] is not None:
            value = data[name]
            if isinstance(value, str) and name in _MOMENTS:
                value = datetime.fromisoformat(value)
            value = field.prepare_value(value)
            if value is True:
                posted[name] = "on"
            elif value is not False:
                posted[name] = value
        elif field.required and hasattr(field, "choices"):
            posted[name] = next(str(v) for v, _ in field.choices if v)
        elif field.required:
            posted[name] = "按实际情况填写"
    return posted


def attachments(form) -> dict:
    return {
        name: SimpleUploadedFile("材料.pdf", b"%PDF-1.7 test")
        for name in form.fields
        if name == "attachments"
    }


@pytest.fixture
def work(world):
    """A case with something of everything: held goods, a served decision, a publication."""
    work = Worker(world.a).to_decided()
    work.wait(2).step("serve_decision")
    return work


def test_each_ordinary_step_has_a_page_that_takes_its_answers(work):
    for code in Standing.of(work.case.matter.proceeding, work.on).procedure.steps:
        check_page(work, code)


def test_each_step_on_the_spot_has_a_page_that_takes_its_answers(world):
    work = Worker(world.a)
    work.register(SIMPLE)
    work.step("record_inspection")
    for code in Standing.of(work.case.matter.proceeding, work.on).procedure.steps:
        check_page(work, code)


def check_page(work, code) -> None:
    standing = Standing.of(work.case.matter.proceeding, work.on)
    step = standing.procedure.steps[code]
    asked = asking(work.people[step.by[0]], work.case, code, work.on)
    blank = step_form(asked)
    assert {*step.asks, *step.may_ask} <= set(blank.fields), code
    shown = "".join(str(bound.as_field_group()) for part in parts_of(blank) for bound in part.fields)
    for code_asked in step.asks:
        assert blank.fields[code_asked].label in shown
    assert sum(len(part.fields) for part in parts_of(blank)) == len(blank.fields)

    empty = step_form(asked, data={"seen": "0"})
    needs_something = [n for n, f in blank.fields.items() if f.required]
    assert set(empty.errors) == set(needs_something), code  # each at its field

    if step.serves_chosen and not any(value for value, _ in blank.fields[step.serves_chosen].choices):
        return  # everything has reached the party: there is no paper to choose
    sent = step_form(asked, data=typed(blank, work.data(step)), files=attachments(blank))
    assert sent.is_valid(), (code, sent.errors)
    data = step_data(sent)
    assert set(data.get(ATTESTED, ())) == set(attested_guards(step))
    for name in step.asks:
        if blank.fields[name].required:
            assert name in data, name
    # As the service takes it: what nobody worded is written from the other answers.
    data = with_composed(replace(asked.situation, data=data))

    # What was asked is all its papers need.
    taken = StepTaken(
        proceeding=work.case.matter.proceeding,
        step=code,
        on=work.on,
        seq=len(standing.events) + 1,
        data=data | ({"attachments": []} if "attachments" in data else {}),
        state=work.case.state,
        taken_by=asked.actor,
    )
    for paper in step.issues:
        form = current_book().form(paper, work.on)
        context = context_of(work.case, taken, number="渝渝北市监测〔2024〕1号")
        gaps = [g for g in rendering.missing(form, context) if g.code not in _MADE_IN_THE_STEP]
        assert not gaps, (code, paper, gaps)


def test_the_page_of_service_offers_the_papers_that_still_have_to_be_served(work):
    def offered():
        form = step_form(asking(work.people["handler"], work.case, "serve_paper", work.on))
        return [words for value, words in form.fields["paper_to_serve"].choices if value]

    assert offered() == []
    work.step("order_correction", serve_later=True)
    number = work.case.matter.folder.papers.get(form="SAMR-33").number
    assert [words for words in offered() if number in words] == offered() != []
    check_page(work, "serve_paper")
    work.step("serve_paper", paper_to_serve=number)
    assert offered() == []


# Written by the step itself, or by the paper issued just before in the same step.
_MADE_IN_THE_STEP = {"documents", "opinions", "measure.number", "measure.on", "case.no"}


def test_what_must_be_answered_comes_first_what_may_be_after_and_confirmations_last(work):
    form = step_form(asking(work.people["handler"], work.case, "file_case", work.on))
    parts = parts_of(form)
    assert all(isinstance(p, Part) for p in parts)
    assert parts[0].title == "" and parts[-1].title == "确认"
    assert all(b.field.required for b in parts[0].fields)
    assert next(p for p in parts if p.folded).open is False


def test_what_few_matters_need_is_folded_until_it_holds_something_or_is_wrong(work):
    asked = asking(work.people["handler"], work.case, "close_investigation", work.on)

    def rare(form):
        return next((p for p in parts_of(form) if p.title.startswith("少用")), None)

    form = step_form(asked)
    folded = rare(form)
    assert folded.folded and not folded.open and {"acts", "outside_basis"} <= {b.name for b in folded.fields}
    assert all(asked.procedure.field_of("close_investigation", b.name).rare for b in folded.fields)
    typed = step_form(asked)
    typed.initial = {"outside_basis": "某市条例第三条"}
    (optional,) = (p for p in parts_of(typed) if p.optional)
    assert "outside_basis" in {b.name for b in optional.fields} - {b.name for b in rare(typed).fields}
    sent = step_form(asked, MultiValueDict({"acts": ["只有一列"]}))
    assert "acts" not in {b.name for b in rare(sent).fields}


def test_amounts_still_due_are_filled_in_and_the_surcharge_is_counted_to_the_day(work):
    def initial(code, name):
        form = step_form(asking(work.people["handler"], work.case, code, work.on))
        return form.fields[name].initial

    assert initial("record_payment", "paid") == 9_000_00
    assert initial("impose_surcharge", "surcharge") is None
    work.on = date(2024, 5, 20)  # due on 8 May: twelve days at 3 %
    assert initial("impose_surcharge", "surcharge") == 3_240_00
    work.on = date(2024, 12, 1)
    assert initial("impose_surcharge", "surcharge") == 9_000_00  # never more than the fine


def test_texts_longer_than_the_record_are_refused_at_the_field(work):
    asked = asking(work.people["handler"], work.case, "file_case", work.on)
    form = step_form(asked, data={"party_name": "长" * 121})
    assert "120" in str(form.errors["party_name"])
