"""A fourth lot with gold: manners of other offices."""

from __future__ import annotations

from zhiheng.cases.ledger.tests.dirty_ledgers import PC, PD, TM, D, Dirty, H, Sheet, gold, no, plain, row

_BARE = [h.replace("（元）", "") for h in H]

FOURTH: list[Dirty] = [
    Dirty(
        "单位写在合计行",
        [Sheet([_BARE, row(1), row(2), ["合计（元）", "", "", "", "", "", 3000, 6000]])],
        [],
        asks={"案值", "罚款金额"},
    ),
    Dirty(
        "表尾写单位",
        [Sheet([_BARE, row(1), ["备注：以上金额单位均为元"], ["填报人：张三"]])],
        [gold(1)],
    ),
    Dirty(
        "日期分年月日三列",
        [
            Sheet(
                [
                    ["序号", "决定书文号", "当事人", "案由", "决定日期", "", "", "罚款金额（元）"],
                    ["", "", "", "", "年", "月", "日", ""],
                    [1, no(1), "甲店", "商标侵权", 2024, 4, 5, 3000],
                ],
                merged=[(0, 4, 0, 6)],
            )
        ],
        [gold(1, party_name="甲店", filed_on=None, case_value=None)],
    ),
    Dirty(
        "立案和决定合写一列",
        [Sheet([[*H[:4], "立案/决定日期", "罚款金额（元）"], [*row(1)[:4], "2024-03-05/2024-04-05", 3000]])],
        [],
        back={2},
    ),
    Dirty(
        "罚款写倍数和天数",
        plain(
            row(1, **{"罚款金额（元）": "2倍"}),
            row(2, **{"罚款金额（元）": "违法经营额2倍罚款3000元"}),
            row(3),
        ),
        [gold(3)],
        back={2, 3},
    ),
    Dirty(
        "警告和没收物品",
        [
            Sheet(
                [
                    [*H, "没收物品"],
                    [*row(1, **{"罚款金额（元）": "警告"}), "侵权白酒4瓶"],
                    [*row(2, **{"罚款金额（元）": "没收物品"}), "白酒2瓶"],
                ]
            )
        ],
        [gold(1, fine=0, goods="侵权白酒4瓶")],
        back={3},
    ),
    Dirty(
        "个体户店名后带经营者",
        plain(
            row(1, 当事人="万州区好味小吃店（经营者：张三）"),
            row(2, 当事人="张三（万州区好味小吃店）"),
            row(3, 当事人="万州区好味小吃店(张三)"),
        ),
        [
            gold(1, party_name="万州区好味小吃店", party_operator="张三"),
            gold(2, party_name="张三（万州区好味小吃店）"),
            gold(3, party_name="万州区好味小吃店", party_operator="张三"),
        ],
    ),
    Dirty(
        "单位名称又是当事人",
        [
            Sheet(
                [
                    ["序号", "单位名称", "决定书文号", "案由", "决定日期", "罚款金额（元）", "办案单位"],
                    [1, "青禾商行", no(1), "假冒专利", "2024-04-05", 3000, "忠县局"],
                ]
            )
        ],
        [{"party_name": "青禾商行", "unit": "500233", "cause": PC, "fine": 3000}],
    ),
    Dirty(
        "承办所作单位列",
        [
            Sheet(
                [
                    ["序号", "承办单位", *H[1:]],
                    [1, "万州区市场监督管理局周家坝市场监管所", *row(1)[1:]],
                    [2, "万州区局", *row(2)[1:]],
                ]
            )
        ],
        [gold(1, unit="500101"), gold(2, unit="500101")],
        told=("派出机构",),
    ),
    Dirty(
        "专利纠纷与处罚同表",
        [
            Sheet(
                [
                    [*H, "状态"],
                    [*row(1), "已结案"],
                    [*row(2, 案由="专利侵权纠纷", 决定日期="", **{"罚款金额（元）": "/"}), "已结案（调解）"],
                ]
            )
        ],
        [gold(1, status="closed"), gold(2, cause=PD, decided_on=None, fine=None, status="closed")],
    ),
    Dirty(
        "全角标点与百分",
        plain(row(1, **{"案值（元）": "１，５００．００", "罚款金额（元）": "３０００．００元"})),
        [gold(1)],
    ),
    Dirty(
        "金额末尾带圆整字样",
        plain(
            *(
                row(n, **{"罚款金额（元）": text})
                for n, text in enumerate(
                    [
                        "叁仟圆",
                        "3000圆整",
                        "人民币叁仟元正",
                        "3000元人民币",
                        "RMB 3,000",
                        "CNY3000.00",
                        "三千元整",
                        "叁千元",
                        "3000.0",
                        "+3000",
                    ],
                    1,
                )
            )
        ),
        [gold(n) for n in range(1, 10)],
        back={11},
    ),
    Dirty(
        "单位行写单位元",
        [Sheet([["2024年案件台账", "", "", "", "", "", "", "金额单位:人民币元"], _BARE, row(1)])],
        [gold(1)],
    ),
    Dirty(
        "合计在表头下第一行",
        [Sheet([H, ["合计", "", "", "2件", "", "", 3000, 6000], row(1), row(2)])],
        [gold(1), gold(2)],
    ),
    Dirty(
        "空表和只有合计",
        [Sheet([H, ["合计", "", "", "0件", "", "", 0, 0]])],
        [],
    ),
    Dirty(
        "本期无案件",
        [Sheet([H, ["本季度无案件"]]), Sheet([H, row(1)], name="二季度")],
        [gold(1)],
    ),
    Dirty(
        "多级序号",
        plain(row(1, 序号="1.1"), row(2, 序号="1-2"), row(3, 序号="一"), row(4, 序号="注1")),
        [gold(1), gold(2), gold(3), gold(4)],
    ),
    Dirty(
        "备注里的金额不算",
        [Sheet([[*H, "备注"], [*row(1), "当事人已缴20000元"], [*row(2), "合计罚没5000元"]])],
        [gold(1), gold(2)],
    ),
    Dirty(
        "没收金额是物品折价",
        [Sheet([[*H, "没收违法所得（万元）"], [*row(1), "0.02"], [*row(2), "200元"]])],
        [gold(1, confiscated_gains=200), gold(2, confiscated_gains=200)],
    ),
    Dirty(
        "公司全称带括号地名",
        plain(
            row(1, 当事人="青禾（重庆）商贸有限公司"),
            row(2, 当事人="重庆青禾商贸有限公司（法定代表人 李四）"),
        ),
        [
            gold(1, party_name="青禾（重庆）商贸有限公司"),
            gold(2, party_name="重庆青禾商贸有限公司", party_operator="李四"),
        ],
    ),
    Dirty(
        "文号带前后文字",
        plain(
            row(1, 决定书文号="行政处罚决定书 渝万州市监处罚〔2024〕1号"),
            row(2, 决定书文号="文号：渝万州市监处罚〔2024〕2号"),
            row(3, 决定书文号="渝万州市监处罚〔2024〕3号。"),
            row(4, 决定书文号="《渝万州市监处罚〔2024〕4号》"),
            row(5, 决定书文号="渝万州市监处罚〔2024〕5－1号"),
        ),
        [gold(1), gold(2), gold(3), gold(4), gold(5, doc_no="渝万州市监处罚〔2024〕5-1号")],
    ),
    Dirty(
        "年度写在表名月日写在格里",
        [Sheet([H, row(1, 立案日期="3月5日", 决定日期="4月5日")], name="2024年")],
        [gold(1)],
        told=("按工作表名读作2024年",),
        as_text=False,
    ),
    Dirty(
        "商标侵权的各种叫法",
        plain(
            *(
                row(n, 案由=text)
                for n, text in enumerate(
                    [
                        "销售侵犯他人注册商标专用权商品案",
                        "商标侵权案",
                        "涉嫌侵犯“茅台”注册商标",
                        "侵犯商标专用权",
                        "销售假冒注册商标的商品",
                        "商标违法（侵权）",
                    ],
                    1,
                )
            )
        ),
        [gold(n, cause=TM) for n in range(1, 6)] + [gold(6, cause="other")],
        told=("归入“其他”",),
    ),
    Dirty(
        "上年立案本年决定",
        plain(row(1, 立案日期="2023年12月28日"), row(2, 立案日期=D(2023, 11, 1))),
        [gold(1, filed_on=D(2023, 12, 28)), gold(2, filed_on=D(2023, 11, 1))],
    ),
]
