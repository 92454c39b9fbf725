"""Forms of the ledger import."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from zhiheng.ui import forms as ui


class LedgerForm(ui.Form):
    file = ui.UploadsField(
        label="台账文件",
        endings=(".xlsx", ".xls", ".et", ".csv"),
        help_text="xlsx、xls 或 csv，不超过 50 MB",
        most=1,
    )
    year = ui.IntegerField(
        label="台账年度",
        required=False,
        minimum=2000,
        maximum=2100,
        help_text="可不填；填写后，年度以外的日期会提示，没写年份的日期按该年度读",
    )
    unit = forms.ChoiceField(
        label="所属单位", required=False, help_text="文件和行里都没有写明单位时，归入这个单位"
    )
    file.wide = True

    def __init__(self, *args, units: Sequence[tuple[str, str]], **kwargs) -> None:
        """`units`: code and short name of those the officer may import for; with only one there is no question."""
        super().__init__(*args, **kwargs)
        if len(units) > 1:
            self.fields["unit"].choices = [("", "由文件写明"), *units]
        else:
            del self.fields["unit"]
