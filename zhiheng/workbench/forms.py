"""Forms of the two calculators. They are read from the address, so that an answer can be passed on as a link."""

from __future__ import annotations

from django import forms

from zhiheng.law import Book, Clock, LawError, Pause, Procedure
from zhiheng.law.penalties import SEVERITIES
from zhiheng.ui.forms import DayField, Form, IntegerField, MoneyField, UploadsField

from .lawpages import extending_steps, extension

PARTY_CHOICES = (
    ("organisation", "法人或者其他组织"),
    ("individual_business", "个体工商户"),
    ("person", "自然人"),
)
PAUSE_ROWS = 2


class FineForm(Form):
    rule = forms.ChoiceField(label="罚则")
    party = forms.ChoiceField(label="当事人", choices=PARTY_CHOICES, initial="organisation")
    acted = DayField(label="违法行为日", help_text="有连续或者继续状态的，填终了之日")
    decided = DayField(label="决定日")
    turnover = MoneyField(label="违法经营额", required=False, help_text="没有或者无法计算的不填")
    gains = MoneyField(label="违法所得", required=False, help_text="没有或者无法认定的不填")
    severity = forms.ChoiceField(label="情节", choices=list(SEVERITIES.items()), initial="normal")

    def __init__(self, *args, book: Book, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [
            ("", "请选择"),
            *(
                (code, f"{versions[-1].title}（{versions[-1].article}）")
                for code, versions in book.fine_versions.items()
            ),
        ]


class DeadlineForm(Form):
    """Fields follow the clock: pauses only for the reasons its article lists, extensions only those the procedure has."""

    columns = 3
    start = DayField(label="起算日", help_text="当日不计入，自次日起算")

    def __init__(self, *args, procedure: Procedure, clock: Clock, **kwargs) -> None:
        self.procedure, self.clock = procedure, clock
        self.steps = extending_steps(procedure, clock)
        super().__init__(*args, **kwargs)
        added: dict[str, forms.Field] = {}
        if clock.length is None:
            added["due_set"] = DayField(label="文书所定届满日")
        reasons = [("", "没有"), *((code, clock.pause_titles.get(code, code)) for code in clock.pauses)]
        for row in range(1, PAUSE_ROWS + 1) if clock.pauses else ():
            added[f"reason{row}"] = forms.ChoiceField(
                label=f"扣除事由 {row}", choices=reasons, required=False
            )
            added[f"from{row}"] = DayField(label="自（当日起不计入）", required=False)
            added[f"to{row}"] = DayField(
                label="恢复计算日（当日计入）", required=False, help_text="尚未恢复的不填"
            )
        for step in self.steps:
            added[f"take_{step.code}"] = forms.BooleanField(label=step.title, required=False)
            if step.extends.until:
                added[f"until_{step.code}"] = DayField(label=f"{step.title}：届满日", required=False)
            elif step.extends.length is None:
                most = f"，最多{step.extends.up_to}" if step.extends.up_to else ""
                added[f"days_{step.code}"] = IntegerField(
                    label=f"{step.title}：天数", required=False, minimum=1, help_text=f"须为确定的天数{most}"
                )
        for name, field in added.items():
            field.row_start = name.startswith(("reason", "take_"))
        self.add(added)

    def clean(self) -> dict:
        data = super().clean()
        data["pauses"], data["extensions"] = [], []
        for row in range(1, PAUSE_ROWS + 1):
            reason, begin = data.get(f"reason{row}"), data.get(f"from{row}")
            if reason and begin:
                data["pauses"].append(Pause(reason, begin, data.get(f"to{row}")))
            elif reason and f"from{row}" not in self.errors:
                self.add_error(f"from{row}", "请填写扣除期间的起日。")
            elif begin and not reason:
                self.add_error(f"reason{row}", "请选择扣除事由。")
        for step in self.steps:
            if not data.get(f"take_{step.code}"):
                continue
            try:
                data["extensions"].append(
                    extension(
                        step,
                        self.clock,
                        days=data.get(f"days_{step.code}"),
                        until=data.get(f"until_{step.code}"),
                    )
                )
            except LawError as error:
                self.add_error(f"take_{step.code}", str(error))
        return data


class LawTextForm(Form):
    file = UploadsField(
        most=1,
        label="原文文件",
        endings=(".docx", ".md", ".txt"),
        help_text="国家法律法规数据库下载的 docx，或者 Markdown；文件名写成“名称(公布日期)”，便于认出版本",
    )
