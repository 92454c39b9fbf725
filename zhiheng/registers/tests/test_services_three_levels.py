"""Plan → task → progress, declared for this test only: a task handed down to a district, reported there, read above."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from django.db import connection, models
from django.http import Http404
from django.test import RequestFactory
from django.test.utils import isolate_apps

from zhiheng.accounts.models import Unit
from zhiheng.accounts.rights import Right
from zhiheng.audit.models import Entry
from zhiheng.refusal import Refused
from zhiheng.registers import importing, pages, selectors, services
from zhiheng.registers.declaration import Begin, Register, register, withdraw
from zhiheng.registers.lists import records_list
from zhiheng.registers.models import Record, unique_key
from zhiheng.registers.tables import parent_headings

ON = date(2024, 6, 3)


@pytest.fixture
def kinds(transactional_db):
    """The three kinds with their tables, gone again afterwards."""
    with isolate_apps("zhiheng.outreach"):

        class Plan(Record):
            year = models.PositiveSmallIntegerField("年度")
            name = models.CharField("计划名称", max_length=60)
            made_on = models.DateField("印发日期", db_index=True)

            class Meta:
                app_label, verbose_name = "outreach", "计划"
                constraints = [unique_key("year", "name", name="t_plan", words="已有这个计划")]

            def __str__(self):
                return f"{self.year}年{self.name}"

        class Task(Record):
            plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", verbose_name="所属计划")
            unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="牵头单位")
            number = models.PositiveSmallIntegerField("序号")
            name = models.CharField("任务", max_length=60)
            due_on = models.DateField("完成期限", db_index=True)

            class Meta:
                app_label, verbose_name = "outreach", "任务"
                constraints = [unique_key("plan", "number", name="t_task", words="已有这个序号")]

        class Progress(Record):
            task = models.ForeignKey(Task, models.PROTECT, related_name="+", verbose_name="任务")
            told_on = models.DateField("填报日期", db_index=True)
            words = models.TextField("进展")

            class Meta:
                app_label, verbose_name = "outreach", "进展"
                constraints = [unique_key("task", "told_on", name="t_progress", words="当天已填报")]

            def __str__(self):
                return f"{self.told_on}进展"

        given = {"noun": "项", "icon": "flag"}
        made = (
            Register(
                code="t-plans", model=Plan, right=Right.NAME_BASE, day="made_on",
                shows="name year made_on", finds="name",
                acts=(Begin("make", "制定计划", "year name made_on"),), **given,
            ),
            Register(
                code="t-tasks", model=Task, right=Right.NAME_BASE, day="due_on", parent="plan",
                shows="number name unit due_on", finds="name",
                acts=(Begin("add", "下达任务", "number name unit due_on"),), **given,
            ),
            Register(
                code="t-progress", model=Progress, right=Right.KEEP_PUBLICITY, day="told_on",
                parent="task", shows="told_on words", finds="words",
                acts=(Begin("tell", "填报进展", "told_on words"),), **given,
            ),
        )  # fmt: skip
        with connection.schema_editor() as editor:
            for one in made:
                editor.create_model(one.model)
        register(*made)
        try:
            yield made
        finally:
            for one in made:
                withdraw(one)
            with connection.schema_editor() as editor:
                for one in reversed(made):
                    editor.delete_model(one.model)


@pytest.fixture
def cast(kinds):
    from tests.world import build

    return build()


def begin(actor, one, parent=None, **answers):
    return services.begin(actor=actor, on=ON, register=one, act=one.begin, answers=answers, parent=parent)


@pytest.fixture
def year(kinds, cast):
    """One plan, one task handed down to 甲, one report of it."""
    plans, tasks, progress = kinds
    plan = begin(cast.city.planner, plans, year=2024, name="保护方案", made_on=date(2024, 3, 1))
    given = {"number": 1, "name": "整治商标侵权", "unit": cast.a.unit, "due_on": date(2024, 11, 30)}
    task = begin(cast.city.planner, tasks, plan, **given)
    told = begin(cast.a.handler, progress, task, told_on=ON, words="已排查 40 户")
    return plan, task, told


def test_a_task_is_the_districts_its_plan_is_not(kinds, cast, year):
    plans, tasks, progress = kinds
    plan, task, told = year
    assert (plan.unit, task.unit, told.unit) == (cast.city.unit, cast.a.unit, cast.a.unit)
    officer = cast.a.handler
    found = selectors.record_for(officer, tasks, task.pk, ON)
    page = pages.record_page(officer, tasks, found, ON)
    above = next(fact for fact in page["facts"] if fact.title == "所属计划")
    assert (above.words, above.link) == ("2024年保护方案", ""), "named, but not the district's to open"
    with pytest.raises(Http404):
        selectors.record_for(officer, plans, plan.pk, ON)
    with pytest.raises(Http404):
        selectors.record_for(cast.b.handler, tasks, task.pk, ON)
    (child,) = page["children"]
    assert [row.words for row in child["rows"]] == ["已排查 40 户"] and child["actions"][
        0
    ].label == "填报进展"
    crumbs = [label for label, _ in pages.crumbs(progress, officer, told)]
    assert crumbs == ["任务", "整治商标侵权", "2024-06-03进展"]
    seen = [label for label, _ in pages.crumbs(progress, cast.city.planner, told)]
    assert seen == ["计划", "2024年保护方案", "整治商标侵权", "2024-06-03进展"]


def test_who_leads_reports_and_nobody_reports_for_them(kinds, cast, year):
    _, _, progress = kinds
    for stranger, words in ((cast.city.planner, "您不能填报进展"), (cast.b.handler, "不属于您的单位")):
        with pytest.raises(Refused, match=words):
            begin(stranger, progress, year[1], told_on=date(2024, 6, 4), words="代填")
    page = pages.record_page(
        cast.city.planner, kinds[1], selectors.record_for(cast.city.planner, kinds[1], year[1].pk, ON), ON
    )
    assert page["children"][0]["actions"] == [] and len(page["children"][0]["rows"]) == 1


def test_nothing_is_voided_from_above_what_stands_on_it(kinds, cast, year):
    for one, record in zip(kinds[:2], year[:2], strict=True):
        with pytest.raises(Refused, match="下面还有 1 项"):
            services.void(actor=cast.city.planner, on=ON, register=one, record=record, why="重登")


def test_tables_name_what_is_above_by_its_whole_key(kinds, cast, year, tmp_path):
    _, tasks, progress = kinds
    assert parent_headings(tasks) == {"所属计划：年度": "plan__year", "所属计划：计划名称": "plan__name"}
    assert list(parent_headings(progress)) == [
        "任务：序号",
        "任务：所属计划：年度",
        "任务：所属计划：计划名称",
    ]
    book = openpyxl.Workbook()
    for row in (
        ["所属计划：年度", "所属计划：计划名称", "序号", "任务", "牵头单位", "完成期限"],
        [2024, "保护方案", 2, "检查代理机构", "渝中区局", "2024-10-31"],
        [2023, "保护方案", 3, "没有这个计划", "渝中区局", "2024-10-31"],
    ):
        book.active.append(row)
    path = tmp_path / "任务.xlsx"
    book.save(path)
    result = importing.import_table(actor=cast.city.planner, on=ON, register=tasks, path=path)
    assert (result.created, len(result.rejected)) == (1, 1)
    assert tasks.model.objects.get(number=2).unit == cast.b.unit
    assert "没有找到计划" in result.rejected[0].faults[0].words


def test_an_export_of_every_level_imported_again_changes_nothing(kinds, cast, year, tmp_path):
    for one, actor in zip(kinds, (cast.city.planner, cast.city.planner, cast.a.handler), strict=True):
        request = RequestFactory().get("/")
        request.user = actor
        listing = records_list(one, ON, whole=True).read(request, selectors.records_for(actor, one, ON))
        path = tmp_path / f"{one.code}.xlsx"
        path.write_bytes(b"".join(listing.xlsx().streaming_content))
        entries = Entry.objects.filter(subject_kind=one.label).count()
        result = importing.import_table(actor=actor, on=ON, register=one, path=path)
        assert (result.created, result.changed, result.unchanged) == (0, 0, 1), one.code
        assert not result.rejected and not result.table.unknown
        assert Entry.objects.filter(subject_kind=one.label).count() == entries
