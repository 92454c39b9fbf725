"""A document's life from issue to its end, with warnings before it ends; a project of the plan and the draft that belongs to it."""

from datetime import date

import pytest
from django.urls import reverse

from tests.drafting import TextWorker
from zhiheng.figures.registry import find as figure
from zhiheng.figures.selectors import compute, year_of
from zhiheng.law import current_book
from zhiheng.refusal import Refused
from zhiheng.registers import services
from zhiheng.registers.declaration import find

pytestmark = pytest.mark.django_db

ISSUED = date(2021, 3, 1)
ANSWERS = {
    "title": "专利执法办法", "category": "enforcement", "number": "渝知规〔2021〕1号", "issued_on": ISSUED,
    "effective_on": date(2021, 4, 1), "expires_on": date(2026, 4, 1),
}  # fmt: skip


def enter(world, **more):
    documents = find("documents")
    return services.begin(
        actor=world.city.handler,
        on=ISSUED,
        register=documents,
        act=documents.begin,
        answers={**ANSWERS, **more},
    )


def take(world, record, code: str, on: date, **answers):
    documents = find("documents")
    return services.take(
        actor=world.city.handler,
        on=on,
        register=documents,
        record=record,
        act=documents.act(code),
        answers=answers,
    )


def state(record, on: date) -> str:
    return find("documents").rows(on).get(pk=record.pk).state


def in_force(world, year: int) -> int:
    code = "doc.inForce"
    return int(compute(year_of(world.city.unit, year), [figure(code)])[code].value or 0)


def test_it_warns_half_a_year_before_it_ends_and_says_when_it_is_over(world):
    record = enter(world)
    found = [
        state(record, on)
        for on in (
            ISSUED, date(2021, 4, 2), date(2025, 9, 29), date(2025, 9, 30), date(2026, 4, 1), date(2026, 4, 2),
        )
    ]  # fmt: skip
    # The day on which it ends is the last on which it holds.
    assert found == ["pending", "in_force", "in_force", "expiring", "expiring", "over"]


def test_it_is_extended_looked_at_and_ended_and_counts_while_it_stands(world):
    record = enter(world)
    on = date(2025, 12, 1)
    record = take(world, record, "extend", on, expires_on=date(2029, 4, 1), extended_by="渝知规〔2025〕3号")
    assert state(record, date(2026, 5, 1)) == "in_force"
    record = take(world, record, "review", on, reviewed_on=on, review_result="继续有效")
    assert in_force(world, 2026) == 1
    with pytest.raises(Refused, match="依据的文件"):
        take(world, record, "end", date(2026, 6, 1), ended_on=date(2026, 6, 1), ended_how="repealed")
    record = take(
        world, record, "end", date(2026, 6, 1), ended_on=date(2026, 6, 1), ended_how="repealed", ended_by="渝知规〔2026〕1号"
    )  # fmt: skip
    assert state(record, date(2026, 6, 2)) == "ended"
    assert (in_force(world, 2025), in_force(world, 2026)) == (1, 0)
    with pytest.raises(Refused):
        take(
            world,
            record,
            "extend",
            date(2026, 7, 1),
            expires_on=date(2030, 1, 1),
            extended_by="渝知规〔2026〕2号",
        )


def test_forms_of_a_set_are_those_of_the_book(world):
    codes = sorted(current_book().form_versions)[:2]
    record = enter(world, template_forms=2, form_codes=codes)
    with pytest.raises(Refused, match="没有文书格式"):
        take(world, record, "forms", ISSUED, form_codes=["NO-SUCH"])
    with pytest.raises(Refused, match="多于"):
        take(world, record, "forms", ISSUED, form_codes=sorted(current_book().form_versions)[:3])


def test_a_project_of_the_plan_and_its_draft_lead_to_each_other(world, signed_in):
    work, plan = TextWorker(world.city, "leg-reg"), find("legislation")
    on = date(2024, 9, 3)
    item = services.begin(
        actor=world.city.planner, on=on, register=plan, act=plan.begin,
        answers={"title": "重庆市地理标志条例", "kind": "regulation", "plan_class": "research", "plan_year": 2024, "entered_on": on},
    )  # fmt: skip
    given = {
        "actor": world.city.planner,
        "on": on,
        "register": plan,
        "record": item,
        "act": plan.act("draft"),
    }
    with pytest.raises(Refused, match="没有登记号"):
        services.take(**given, answers={"draft_no": "法起〔1999〕1号"})
    services.take(**given, answers={"draft_no": work.project.draft_no})
    client = signed_in(work.handler)
    project, record = reverse("text", args=[work.project.pk]), plan.url("record", item.pk)
    assert f'href="{project}"' in client.get(record).content.decode()
    assert f'href="{record}"' in client.get(project).content.decode()


def test_what_was_drafted_here_leads_from_the_document_to_its_draft(world, signed_in):
    from zhiheng.rulemaking.models import NormativeDocument

    work = TextWorker(world.city).to_published()
    record = find("documents").url("record", NormativeDocument.objects.get().pk)
    client = signed_in(work.handler)
    project = reverse("text", args=[work.project.pk])
    assert f'href="{project}"' in client.get(record).content.decode()
    assert f'href="{record}"' in client.get(project).content.decode()
