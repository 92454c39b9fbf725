"""Builds ledger files for the tests."""

import xlsxwriter

UNITS = {}
for code, name in {
    "500000": "重庆市知识产权局",
    "500101": "重庆市万州区市场监督管理局",
    "500103": "重庆市渝中区市场监督管理局",
    "500105": "重庆市江北区市场监督管理局",
    "500233": "重庆市忠县市场监督管理局",
    "500240": "重庆市石柱土家族自治县市场监督管理局",
    "500191": "重庆两江新区市场监督管理局",
    "500192": "重庆高新技术产业开发区市场监督管理局",
}.items():
    UNITS[code] = UNITS[name] = code

HEADER = [
    "序号",
    "办案单位",
    "决定书文号",
    "当事人",
    "案由",
    "立案日期",
    "决定日期",
    "案值（元）",
    "罚款金额（元）",
    "备注",
]


def case(number=1, **changes):
    row = {
        "序号": number,
        "办案单位": "万州区局",
        "决定书文号": f"渝万州市监处罚〔2024〕{number}号",
        "当事人": f"万州区青禾{number}号食品店",
        "案由": "侵犯注册商标专用权",
        "立案日期": "2024-03-05",
        "决定日期": "2024-04-05",
        "案值（元）": 1500,
        "罚款金额（元）": 3000,
        "备注": "",
    }
    row.update(changes)
    return [row[name] for name in HEADER]


def write_xlsx(path, *sheets, names=None):
    """Each sheet is a list of rows; strings stay strings."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    for index, rows in enumerate(sheets):
        sheet = book.add_worksheet(names[index] if names else None)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value is not None and value != "":
                    sheet.write_string(r, c, value) if isinstance(value, str) else sheet.write(r, c, value)
    book.close()
    return path
