"""What the pages of the exchange ask."""

from __future__ import annotations

from zhiheng.ui import forms as ui

from .packages import ENDING, RECEIPT_ENDING


class PackageForm(ui.Form):
    columns = 1
    file = ui.UploadsField(label="文件", endings=(ENDING, RECEIPT_ENDING), most=1)
