"""What the pages of plans ask."""

from __future__ import annotations

from zhiheng.ui import forms as ui

from .models import PlanKind
from .reading import ENDINGS


class PlanFileForm(ui.Form):
    """A plan as it arrived."""

    columns = 1
    file = ui.UploadsField(
        label="计划文件", endings=ENDINGS, help_text="docx 或 xlsx；正文或表格均可", most=1
    )


class ReadPlanForm(ui.Form):
    """What the file says of itself, to be confirmed or put right."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.add(
            {
                "kind": ui.build_field("choice", label="种类", choices=PlanKind.choices),
                "year": ui.IntegerField(label="年度", minimum=1949, maximum=2199),
                "issued_on": ui.DayField(label="印发日期"),
                "ends_on": ui.DayField(label="完成期限", required=False, help_text="不填即当年12月31日"),
            }
        )


class HandDownForm(ui.Form):
    columns = 1

    def __init__(self, units, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        choices = [(unit.code, unit.short_name) for unit in units]
        self.add(
            {
                "units": ui.build_field("choices", label="承办单位", choices=choices),
                "asked": ui.build_field("longtext", label="具体要求", required=False),
                "due_on": ui.DayField(label="报送期限", required=False, help_text="不填即任务的完成期限"),
            }
        )


class TakeUpForm(ui.Form):
    columns = 1

    def __init__(self, remedies, aspects, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.add(
            {
                "remedies": ui.build_field(
                    "choices",
                    label="待列入计划的整改措施",
                    choices=[(str(one.pk), f"{one.title}（{one.problem.title}）") for one in remedies],
                ),
                "aspect": ui.build_field(
                    "choice", label="列入的方面", choices=[(str(one.pk), one.title) for one in aspects]
                ),
            }
        )
