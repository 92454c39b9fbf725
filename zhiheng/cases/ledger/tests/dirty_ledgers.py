"""Ledgers as offices really keep them, each with what is true written down before it was first read.

A `Dirty` holds the sheets and the gold: the cases a careful clerk would copy out, row by row. `back` are rows (as the
spreadsheet numbers them) that only a person can settle, `asks` the columns whose meaning must be asked about, `told`
words that a remark or note must hold. Whatever is read otherwise than the gold says is silently wrong.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt

D = dt.date
TM, PC, PD = "trademark_infringement", "patent_counterfeiting", "patent_dispute"


@dataclass
class Sheet:
    """Cells by row, and what stands around them; places are (row, column) from 0."""

    rows: list[list[Any]]
    name: str = "台账"
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # top, left, bottom, right
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    boxes: list[str] = field(default_factory=list)
    header: str = ""
    footer: str = ""
    formulas: dict[tuple[int, int], tuple[str, Any]] = field(
        default_factory=dict
    )  # formula, value kept with it
    hidden_columns: set[int] = field(default_factory=set)


@dataclass
class Dirty:
    """One ledger file and what is true of it. Amounts in yuan."""

    name: str
    sheets: list[Sheet]
    gold: list[dict[str, Any]]
    back: set[int] = field(default_factory=set)
    asks: set[str] = field(default_factory=set)
    told: tuple[str, ...] = ()
    date_1904: bool = False
    as_text: bool = True  # whether its point is one that a text file can make

    def write(self, folder: Path) -> Path:
        path = folder / f"{self.name}.xlsx"
        book = xlsxwriter.Workbook(
            str(path), {"strings_to_formulas": False, "date_1904": self.date_1904, "nan_inf_to_errors": True}
        )
        for one in self.sheets:
            sheet = book.add_worksheet(one.name)
            covered = {(r, c) for a, b, d, e in one.merged for r in range(a, d + 1) for c in range(b, e + 1)}
            for r, row in enumerate(one.rows):
                for c, value in enumerate(row):
                    if value in (None, "") or (r, c) in covered:
                        continue
                    form = one.formats.get((r, c)) or ("yyyy-mm-dd" if isinstance(value, dt.date) else None)
                    style = book.add_format({"num_format": form}) if form else None
                    if isinstance(value, dt.date):
                        sheet.write_datetime(r, c, dt.datetime.combine(value, dt.time()), style)
                    elif isinstance(value, str):
                        sheet.write_string(r, c, value, style)
                    else:
                        sheet.write(r, c, value, style)
            for top, left, bottom, right in one.merged:
                sheet.merge_range(top, left, bottom, right, one.rows[top][left])
            for (r, c), (formula, value) in one.formulas.items():
                sheet.write_formula(r, c, formula, None, value)
            for c in one.hidden_columns:
                sheet.set_column(c, c, None, None, {"hidden": True})
            for (r, c), text in one.comments.items():
                sheet.write_comment(r, c, text)
            for text in one.boxes:
                sheet.insert_textbox(len(one.rows) + 2, 1, text)
            if one.header:
                sheet.set_header(one.header)
            if one.footer:
                sheet.set_footer(one.footer)
        book.close()
        return path

    def write_xls(self, folder: Path, ending: str = ".xls") -> Path:
        """The same in the old format. What a formula gives cannot be written there."""
        book = xlwt.Workbook(encoding="utf-8")
        book.dates_1904 = self.date_1904
        for one in self.sheets:
            sheet = book.add_sheet(one.name)
            covered = {(r, c) for a, b, d, e in one.merged for r in range(a, d + 1) for c in range(b, e + 1)}
            for r, row in enumerate(one.rows):
                for c, value in enumerate(row):
                    if value in (None, "") or (r, c) in covered:
                        continue
                    style = xlwt.XFStyle()
                    style.num_format_str = one.formats.get((r, c)) or (
                        "yyyy-mm-dd" if isinstance(value, dt.date) else "General"
                    )
                    sheet.write(r, c, value, style)
            for top, left, bottom, right in one.merged:
                sheet.write_merge(top, bottom, left, right, one.rows[top][left])
            for c in one.hidden_columns:
                sheet.col(c).hidden = True
            sheet.header_str = sheet.footer_str = b""
            _write_objects(sheet, one)
        path = folder / f"{self.name}{ending}"
        book.save(str(path))
        return path

    def as_csv(self, delimiter: str = ",") -> str | None:
        """The same as text; None where the ledger's point is something that text cannot hold."""
        (one, *others) = self.sheets
        if (
            others
            or not self.as_text
            or one.merged
            or one.formats
            or one.comments
            or one.boxes
            or one.header
            or one.footer
            or one.formulas
        ):
            return None
        if any(isinstance(cell, str) and "\n" in cell for row in one.rows for cell in row) or self.date_1904:
            return None
        text = io.StringIO()
        width = max(map(len, one.rows))
        csv.writer(text, delimiter=delimiter).writerows(
            [*row, *[""] * (width - len(row))] for row in one.rows
        )
        return text.getvalue()


def _write_objects(sheet, one: Sheet) -> None:
    """Notes, boxes and the lines around a printed page, which xlwt does not write: records put in before its end."""
    records = b""
    for kind, line in ((0x14, one.header), (0x15, one.footer)):
        if line:
            body = struct.pack("<HB", len(line), 1) + line.encode("utf-16-le")
            records += struct.pack("<HH", kind, len(body)) + body
    for number, (place, text) in enumerate([*one.comments.items(), *((None, box) for box in one.boxes)], 1):
        data = text.encode("utf-16-le")
        ole = struct.pack("<HHHH", 0x15, 18, 0x19 if place else 0x06, number) + bytes(14) + bytes(4)
        object_of_text = struct.pack("<HH6xHHI", 0x212, 0, len(text), 16, 0)
        for kind, body in ((0x5D, ole), (0x1B6, object_of_text), (0x3C, b"\x01" + data), (0x3C, bytes(16))):
            records += struct.pack("<HH", kind, len(body)) + body
        if place:
            author = struct.pack("<HB", 2, 1) + "张三".encode("utf-16-le") + b"\0"
            body = struct.pack("<HHHH", *place, 0, number) + author
            records += struct.pack("<HH", 0x1C, len(body)) + body
    if records:
        plain_records = sheet.get_biff_data
        sheet.get_biff_data = lambda: plain_records()[:-4] + records + plain_records()[-4:]


def no(number: int, unit: str = "渝万州") -> str:
    return f"{unit}市监处罚〔2024〕{number}号"


H = ["序号", "决定书文号", "当事人", "案由", "立案日期", "决定日期", "案值（元）", "罚款金额（元）"]


def row(number: int, **changes: Any) -> list[Any]:
    """A plain row under `H`; changes by heading."""
    cells = {
        "序号": number, "决定书文号": no(number), "当事人": f"万州区青禾{number}号食品店", "案由": "侵犯注册商标专用权",
        "立案日期": "2024-03-05", "决定日期": "2024-04-05", "案值（元）": 1500, "罚款金额（元）": 3000,
    }  # fmt: skip
    return [*({**cells, **changes}[name] for name in H)]


def gold(number: int, **changes: Any) -> dict[str, Any]:
    """What `row(number)` says."""
    plain = {
        "doc_no": no(number), "party_name": f"万州区青禾{number}号食品店", "cause": TM, "filed_on": D(2024, 3, 5),
        "decided_on": D(2024, 4, 5), "case_value": 1500, "fine": 3000,
    }  # fmt: skip
    return {**plain, **changes}


def plain(*rows: list[Any], **more: Any) -> list[Sheet]:
    return [Sheet([H, *rows], **more)]


LEDGERS: list[Dirty] = [
    Dirty(
        "两行表头各组单位不同",
        [
            Sheet(
                [
                    [
                        "序号",
                        "决定书文号",
                        "当事人",
                        "案由",
                        "涉案金额（万元）",
                        "",
                        "处罚情况（元）",
                        "",
                        "决定日期",
                    ],
                    ["", "", "", "", "案值", "违法所得", "罚款", "没收违法所得", ""],
                    [1, no(1), "甲店", "商标侵权", 0.15, 0.02, 3000, 200, "2024.4.5"],
                    [2, no(2), "乙店", "商标侵权", 1.2, 0, 24000, 0, "2024.5.6"],
                ],
                merged=[
                    (0, 4, 0, 5),
                    (0, 6, 0, 7),
                    (0, 0, 1, 0),
                    (0, 1, 1, 1),
                    (0, 2, 1, 2),
                    (0, 3, 1, 3),
                    (0, 8, 1, 8),
                ],
            )
        ],
        [
            {
                "doc_no": no(1),
                "case_value": 1500,
                "gains": 200,
                "fine": 3000,
                "confiscated_gains": 200,
                "decided_on": D(2024, 4, 5),
            },
            {
                "doc_no": no(2),
                "case_value": 12000,
                "gains": 0,
                "fine": 24000,
                "confiscated_gains": 0,
                "decided_on": D(2024, 5, 6),
            },
        ],
    ),
    Dirty(
        "三行表头单位在最上",
        [
            Sheet(
                [
                    ["案件基本情况", "", "", "处理情况（金额单位：万元）", "", ""],
                    ["文号", "当事人", "案由", "决定日期", "罚没", ""],
                    ["", "", "", "", "罚款", "没收违法所得"],
                    [no(1), "甲店", "商标侵权", "2024-04-05", 0.3, 0.05],
                ],
                merged=[(0, 0, 0, 2), (0, 3, 0, 5), (1, 4, 1, 5)],
            )
        ],
        [{"doc_no": no(1), "fine": 3000, "confiscated_gains": 500, "decided_on": D(2024, 4, 5)}],
    ),
    Dirty(
        "季度小计在中间",
        [
            Sheet(
                [
                    H,
                    row(1),
                    row(2),
                    ["", "一季度小计", "", "2件", "", "", 3000, 6000],
                    row(3),
                    ["", "二季度小计", "", "1件", "", "", 1500, 3000],
                    ["合计", "", "", "3件", "", "", 4500, 9000],
                ]
            )
        ],
        [gold(1), gold(2), gold(3)],
    ),
    Dirty(
        "合计写在当事人列",
        plain(row(1), row(2), ["", "", "合计", "", "", "", 3000, 6000]),
        [gold(1), gold(2)],
    ),
    Dirty(
        "合计写作合 计（大写）",
        plain(row(1), row(2), ["合   计（大写）", "", "", "", "", "", "", "陆仟元整"]),
        [gold(1), gold(2)],
    ),
    Dirty(
        "一张表里两段，单位不同",
        [
            Sheet(
                [
                    ["一、商标案件（单位：元）"],
                    H,
                    row(1),
                    row(2),
                    ["合计", "", "", "", "", "", 3000, 6000],
                    [],
                    ["二、假冒专利案件（单位：万元）"],
                    ["序号", "决定书文号", "当事人", "案由", "立案日期", "决定日期", "案值", "罚款金额"],
                    [1, no(3), "丙厂", "假冒专利", "2024-03-05", "2024-04-05", 0.5, 0.1],
                ]
            )
        ],
        [gold(1), gold(2), {"doc_no": no(3), "cause": PC, "case_value": 5000, "fine": 1000}],
    ),
    Dirty(
        "两张表单位不同",
        [
            Sheet([["单位：元"], [h.replace("（元）", "") for h in H], row(1)], name="一季度"),
            Sheet(
                [
                    ["", "", "", "", "", "", "单位：万元"],
                    [h.replace("（元）", "") for h in H],
                    row(2, **{"案值（元）": 0.15, "罚款金额（元）": 0.3}),
                ],
                name="二季度",
            ),
        ],
        [gold(1), gold(2)],
    ),
    Dirty(
        "金额写成各种文字",
        plain(
            *(
                row(n, **{"罚款金额（元）": text})
                for n, text in enumerate(
                    [
                        "3000元整",
                        "叁仟元整",
                        "0.3万元",
                        "人民币3,000.00元",
                        "￥3000",
                        "3,000",
                        "３０００",
                        "三千元",
                        "3千元",
                        "3000.00元(叁仟元整)",
                        "人民币叁仟元",
                        "3000元（已缴）",
                        "¥3,000.00",
                        "叁仟圆整",
                        " 3 000 ",
                    ],
                    1,
                )
            )
        ),
        [gold(n) for n in range(1, 16)],
    ),
    Dirty(
        "日期写成各种样子",
        plain(
            *(
                row(n, 决定日期=day)
                for n, day in enumerate(
                    [
                        "2024.4.5",
                        20240405,
                        "20240405",
                        "二〇二四年四月五日",
                        "2024年4月5日",
                        D(2024, 4, 5),
                        45387,
                        "2024/4/5",
                        "2024-4-5 10:30",
                        "2024年04月05日",
                        "２０２４年４月５日",
                        "2024、4、5",
                        "2024。4。5",
                        "二零二四年四月五日",
                        "2024年4月5日（星期五）",
                        "2024.04.05日",
                        "2024－04－05",
                        "二O二四年四月五日",
                    ],
                    1,
                )
            )
        ),
        [gold(n) for n in range(1, 19)],
    ),
    Dirty(
        "1904日期系统",
        plain(
            row(1, 立案日期=D(2024, 3, 5), 决定日期=D(2024, 4, 5)),
            row(2, 立案日期=D(2024, 3, 5), 决定日期=D(2024, 4, 5)),
        ),
        [gold(1), gold(2)],
        date_1904=True,
    ),
    Dirty(
        "文号各种括号",
        plain(
            *(
                row(n, 决定书文号=text)
                for n, text in enumerate(
                    [
                        "渝万州市监处罚[2024]1号",
                        "渝万州市监处罚（2024）2号",
                        "渝万州市监处罚【2024】3号",
                        "渝万州市监处罚﹝2024﹞第4号",
                        "渝万州市监处罚〔 2024 〕005号",
                        "渝万州市监处罚(2024)06号",
                        "渝万州市监处罚〔２０２４〕７号",
                        "渝万州市监处罚2024〕8号",
                        "渝万州市监处罚〔二〇二四〕9号",
                        "渝万州市监处罚〔2024〕 10 号",
                        "渝万州市监处罚[2024]第011号",
                    ],
                    1,
                )
            )
        ),
        [gold(n) for n in range(1, 12)],
    ),
    Dirty(
        "身份证存成数值",
        [
            Sheet(
                [
                    [*H, "身份证号"],
                    [*row(1), 500101199001011234],
                    [*row(2), "500101199001011234"],
                    [*row(3), 500101900101123],
                ]
            )
        ],
        [gold(2, party_id="500101199001011234"), gold(3, party_id="500101900101123")],
        back={2},
        as_text=False,
    ),
    Dirty(
        "负数",
        plain(
            row(1, **{"罚款金额（元）": -3000}),
            row(2, **{"罚款金额（元）": "(3,000)"}),
            row(3, **{"案值（元）": "－1500"}),
            row(4),
        ),
        [gold(4)],
        back={2, 3, 4},
    ),
    Dirty(
        "撤销的决定",
        [Sheet([[*H, "案件状态"], [*row(1), "已撤销"], [*row(2), "已结案"], [*row(3), "未撤销"]])],
        [gold(1, status="revoked"), gold(2, status="closed"), gold(3, status="")],
    ),
    Dirty(
        "同上和重复号",
        [
            Sheet(
                [
                    ["序号", "办案单位", *H[1:]],
                    [1, "万州区局", *row(1)[1:]],
                    [2, "同上", *row(2, 案由="同上", 立案日期="同上", 决定日期="同上")[1:]],
                    [3, "〃", *row(3, 案由="〃", 立案日期="″", 决定日期="〃")[1:]],
                    [4, "“", *row(4, 案由="”", 立案日期='"', 决定日期="''")[1:]],
                    [5, "同 上", *row(5, 案由="（同上）", 立案日期="同前", 决定日期="同上行")[1:]],
                ]
            )
        ],
        [gold(n, unit="500101") for n in range(1, 6)],
    ),
    Dirty(
        "当事人和金额同上",
        plain(
            row(1, 当事人="某甲商行"),
            row(2, 当事人="同上", **{"案值（元）": "同上"}),
            row(3, 决定书文号="同上"),
        ),
        [gold(1, party_name="某甲商行"), gold(2, party_name="某甲商行")],
        back={4},
    ),
    Dirty(
        "空格写法",
        plain(
            row(1, **{"案值（元）": "无", "罚款金额（元）": "—"}),
            row(2, **{"案值（元）": "/", "罚款金额（元）": "／"}),
            row(3, **{"案值（元）": "——", "罚款金额（元）": "－"}),
            row(4, **{"案值（元）": "不详", "罚款金额（元）": "空白"}),
            row(5, **{"案值（元）": "未统计", "罚款金额（元）": "不涉及"}),
            row(6, **{"案值（元）": "//", "罚款金额（元）": "——————"}),
        ),
        [gold(n, case_value=None, fine=None) for n in range(1, 7)],
    ),
    Dirty(
        "脚注符号",
        [
            Sheet(
                [
                    H,
                    row(1, **{"罚款金额（元）": "3000①"}),
                    row(2, **{"罚款金额（元）": "3000*"}),
                    row(3, **{"罚款金额（元）": "3000[1]"}),
                    row(4, **{"罚款金额（元）": "3000²"}),
                    row(5),
                    ["注：①已申请分期缴纳。"],
                    ["② 另有3件正在核实，涉及金额5万元。"],
                ]
            )
        ],
        [gold(5)],
        back={2, 3, 4, 5},
    ),
    Dirty(
        "批注写单位",
        [
            Sheet(
                [[*H[:-1], "罚款金额"], row(1, **{"罚款金额（元）": 0.3})],
                comments={(0, 7): "张三:\n单位：万元"},
            )
        ],
        [gold(1)],
    ),
    Dirty(
        "批注与表头单位矛盾",
        [Sheet([H, row(1), row(2)], comments={(0, 7): "注意：本列单位为万元"})],
        [],
        asks={"罚款金额（元）"},
    ),
    Dirty(
        "单元格批注改了数",
        [Sheet([H, row(1), row(2)], comments={(1, 7): "实际罚款为2000元，录入有误"})],
        [gold(1), gold(2)],
        told=("批注", "2000元"),
    ),
    Dirty(
        "单元格格式与表头矛盾",
        [
            Sheet(
                [H, row(1, **{"罚款金额（元）": 0.3}), row(2, **{"罚款金额（元）": 0.5})],
                formats={(1, 7): '0.00"万元"', (2, 7): '0.00"万元"'},
            )
        ],
        [],
        asks={"罚款金额（元）"},
    ),
    Dirty(
        "表名写单位",
        [
            Sheet(
                [[h.replace("（元）", "") for h in H], row(1, **{"案值（元）": 0.15, "罚款金额（元）": 0.3})],
                name="2024年台账(万元)",
            )
        ],
        [gold(1)],
        as_text=False,
    ),
    Dirty(
        "页眉写单位",
        [
            Sheet(
                [[h.replace("（元）", "") for h in H], row(1, **{"案值（元）": 0.15, "罚款金额（元）": 0.3})],
                header='&R&"宋体"单位：万元',
            )
        ],
        [gold(1)],
    ),
    Dirty(
        "文本框写单位",
        [
            Sheet(
                [[h.replace("（元）", "") for h in H], row(1, **{"案值（元）": 0.15, "罚款金额（元）": 0.3})],
                boxes=["说明：金额单位：万元"],
            )
        ],
        [gold(1)],
    ),
    Dirty(
        "文本框与题下单位矛盾",
        [Sheet([["单位：元"], [h.replace("（元）", "") for h in H], row(1)], boxes=["本表金额以万元为单位"])],
        [],
        asks={"案值", "罚款金额"},
    ),
    Dirty(
        "一案三个当事人合并",
        [
            Sheet(
                [
                    H,
                    row(1, 当事人="甲商行"),
                    ["", "", "乙商行", "", "", "", "", ""],
                    ["", "", "丙商行", "", "", "", "", ""],
                    row(2),
                ],
                merged=[(1, c, 3, c) for c in (0, 1, 3, 4, 5, 6, 7)],
            )
        ],
        [gold(1, party_name="甲商行、乙商行、丙商行"), gold(2)],
    ),
    Dirty(
        "立案日期纵向合并",
        [Sheet([H, row(1), row(2, 立案日期=""), row(3, 立案日期="")], merged=[(1, 4, 3, 4)])],
        [gold(1), gold(2), gold(3)],
    ),
    Dirty(
        "分段标题行",
        [
            Sheet(
                [
                    ["序号", "决定书文号", "当事人", "立案日期", "决定日期", "罚款金额（元）"],
                    ["一、侵犯注册商标专用权案件（2件）"],
                    [1, no(1), "甲店", "2024-03-05", "2024-04-05", 3000],
                    [2, no(2), "乙店", "2024-03-05", "2024-04-05", 3000],
                    ["二、假冒专利案件（1件）"],
                    [3, no(3), "丙店", "2024-03-05", "2024-04-05", 1000],
                ]
            )
        ],
        [
            {"doc_no": no(1), "cause": TM, "fine": 3000},
            {"doc_no": no(2), "cause": TM, "fine": 3000},
            {"doc_no": no(3), "cause": PC, "fine": 1000},
        ],
        told=("之下没有写案由的行",),
    ),
    Dirty(
        "每页重复表头和本页合计",
        [
            Sheet(
                [
                    ["2024年案件台账"],
                    H,
                    row(1),
                    row(2),
                    ["", "本页合计", "", "", "", "", 3000, 6000],
                    ["2024年案件台账"],
                    H,
                    row(3),
                    ["", "本页合计", "", "", "", "", 1500, 3000],
                    ["", "总计", "", "", "", "", 4500, 9000],
                ]
            )
        ],
        [gold(1), gold(2), gold(3)],
    ),
    Dirty(
        "一格两个金额",
        plain(
            row(1, **{"罚款金额（元）": "3000+500"}),
            row(2, **{"罚款金额（元）": "3000/500"}),
            row(3, **{"罚款金额（元）": "甲3000、乙2000"}),
            row(4, **{"罚款金额（元）": "3000\n500"}),
            row(5),
        ),
        [gold(5)],
        back={2, 3, 4, 5},
    ),
    Dirty(
        "没有的日子和只有月份",
        plain(
            row(1, 决定日期="2024.2.30"),
            row(2, 决定日期="2024年4月"),
            row(3, 决定日期="2024.13.5"),
            row(4, 决定日期="4月5日"),
            row(5, 决定日期="5/4/2024"),
            row(6),
        ),
        [gold(6)],
        back={2, 3, 4, 5, 6},
    ),
    Dirty(
        "分节号",
        plain(
            row(1, **{"罚款金额（元）": "3，000"}),
            row(2, **{"罚款金额（元）": "3,000.00"}),
            row(3, **{"罚款金额（元）": "30,00"}),
            row(4, **{"罚款金额（元）": "3.000,00"}),
        ),
        [gold(1), gold(2)],
        back={4, 5},
    ),
    Dirty(
        "万元列里写元",
        [
            Sheet(
                [
                    [*H[:-1], "罚款金额（万元）"],
                    row(1, **{"罚款金额（元）": "3000元"}),
                    row(2, **{"罚款金额（元）": "0.3"}),
                    row(3, **{"罚款金额（元）": "0.3万"}),
                    row(4, **{"罚款金额（元）": 0.3}),
                ]
            )
        ],
        [gold(n) for n in range(1, 5)],
    ),
    Dirty(
        "没有写单位",
        [Sheet([[h.replace("（元）", "") for h in H], row(1), row(2)])],
        [],
        asks={"案值", "罚款金额"},
    ),
    Dirty(
        "是否结案",
        [
            Sheet(
                [
                    [*H, "是否结案", "结案日期"],
                    [*row(1), "是", "2024-05-05"],
                    [*row(2), "否", ""],
                    [*row(3), "√", "2024.5.5"],
                    [*row(4), "×", ""],
                ]
            )
        ],
        [
            gold(1, status="closed"),
            gold(2, status="investigating"),
            gold(3, closed_on=D(2024, 5, 5)),
            gold(4, closed_on=None),
        ],
    ),
    Dirty(
        "两个局各一张表",
        [
            Sheet(
                [
                    ["2024年案件台账"],
                    ["填报单位：万州区市场监督管理局", "", "", "", "", "填报日期：2024年12月31日"],
                    H,
                    row(1),
                    ["填报人：张三", "", "审核人：李四"],
                ],
                name="万州",
            ),
            Sheet(
                [
                    ["2024年案件台账"],
                    ["填报单位：忠县市场监督管理局"],
                    H,
                    row(2, 决定书文号="忠市监处罚〔2024〕2号"),
                ],
                name="忠县",
            ),
        ],
        [gold(1, unit="500101"), gold(2, unit="500233", doc_no="忠市监处罚〔2024〕2号")],
    ),
    Dirty(
        "公式有保存值",
        [
            Sheet(
                [H, row(1, **{"罚款金额（元）": ""}), row(2), ["合计", "", "", "", "", "", "", ""]],
                formulas={(1, 7): ("=G2*2", 3000), (3, 7): ("=SUM(H2:H3)", 6000)},
            )
        ],
        [gold(1), gold(2)],
    ),
    Dirty(
        "不予处罚和免罚",
        [
            Sheet(
                [
                    [*H, "处理结果"],
                    [*row(1, **{"罚款金额（元）": "—"}), "不予处罚"],
                    [*row(2, **{"罚款金额（元）": "免予处罚"}), "免予处罚"],
                    [*row(3), "罚款3000元"],
                ]
            )
        ],
        [gold(1, fine=None), gold(2, fine=0), gold(3)],
    ),
    Dirty(
        "表头带星号换行和单位",
        [
            Sheet(
                [
                    [
                        "序\n号",
                        "*决定书\n文  号",
                        "* 当事人\n（名称）",
                        "案 由",
                        "立案\n时间",
                        "处罚决定\n日    期",
                        "案值\n（单位：万元）",
                        "罚款金额\n/万元",
                    ],
                    row(1, **{"案值（元）": 0.15, "罚款金额（元）": 0.3}),
                ]
            )
        ],
        [gold(1)],
    ),
    Dirty(
        "季度累计表",
        [
            Sheet([[*H, "状态"], [*row(1), "调查终结"], [*row(2), "已处罚"]], name="一季度"),
            Sheet(
                [[*H, "状态"], [*row(1), "已结案"], [*row(2), "已结案"], [*row(3), "已处罚"]],
                name="1-2季度累计",
            ),
        ],
        [gold(1, status="closed"), gold(2, status="closed"), gold(3, status="penalised")],
    ),
    Dirty(
        "约数和无法计算",
        plain(
            row(1, **{"案值（元）": "约1500元"}),
            row(2, **{"案值（元）": "无法计算"}),
            row(3, **{"案值（元）": "1500余元"}),
            row(4, **{"案值（元）": "千余元"}),
            row(5, **{"案值（元）": "一万二"}),
            row(6, **{"案值（元）": "1-2万元"}),
        ),
        [
            gold(1, approx="case_value_fen"),
            gold(2, case_value=None, not_computable="case_value_fen"),
            gold(3, approx="case_value_fen"),
            gold(4, case_value=1000, approx="case_value_fen"),
            gold(5, case_value=12000),
        ],
        back={7},
    ),
    Dirty(
        "表头写百",
        [Sheet([[*H[:-1], "罚款金额（百元）"], row(1, **{"罚款金额（元）": 30})])],
        [gold(1)],
    ),
    Dirty(
        "金额显示为万",
        [
            Sheet(
                [
                    H,
                    row(1, **{"案值（元）": 15000, "罚款金额（元）": 30000}),
                    row(2, **{"案值（元）": 15000, "罚款金额（元）": 30000}),
                ],
                formats={(r, c): '0!.0,"万"' for r in (1, 2) for c in (6, 7)},
            )
        ],
        [gold(1, case_value=15000, fine=30000), gold(2, case_value=15000, fine=30000)],
    ),
    Dirty(
        "错别字表头与无关列",
        [
            Sheet(
                [
                    [
                        "编号",
                        "处罚决定文号",
                        "被处罚人",
                        "违法行为",
                        "立案时间",
                        "处罚时间",
                        "涉案货值（元）",
                        "罚款（元）",
                        "数量（件）",
                        "商标注册号",
                    ],
                    [*row(1), 25, "1234567"],
                ]
            )
        ],
        [gold(1)],
    ),
    Dirty(
        "另一列也叫金额",
        [Sheet([[*H[:-1], "罚款金额（元）", "罚没款（万元）"], [*row(1), 0.3], [*row(2), 0.35]])],
        [gold(1, forfeit=3000), gold(2, forfeit=3500)],
        told=("罚没",),
    ),
]
