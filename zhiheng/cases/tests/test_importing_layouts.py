"""A clean ledger of every layout that is seen in practice comes in whole, without a question and without a row sent back."""

from __future__ import annotations

import datetime as dt

import pytest

from zhiheng.cases.models import Case
from zhiheng.cases.tests.test_importing_ledgers import take, write

DAY = dt.date(2024, 3, 5)
# Heading → value of case n. The layouts follow public forms: enterprise credit, papers on site, search services, disclosure
# summaries, the notices of two provinces, and what districts keep themselves.
LAYOUTS = {
    "credit form": {
        "企业名称": "青禾{n}商行", "立案时间": "2024-03-05", "违法行为": "侵犯注册商标专用权", "处罚法律依据": "《商标法》第六十条第二款",
        "决定书文号": "渝渝北市监处罚〔2024〕{n}号", "下达决定书时间": "2024-05-06", "处罚金额（元）": 3000, "办理机关": "渝北区局",
        "结案时间": "2024-06-06", "备注": "", "登记人": "冉某", "登记时间": "2024-03-05",
    },
    "credit form, the amount told in words only beside it": {
        "企业名称": "青禾{n}商行", "立案时间": "2024-03-05", "违法行为": "假冒专利", "决定书文号": "渝渝北市监处罚〔2024〕{n}号",
        "下达决定书时间": "2024-05-06", "处罚金额": 3000, "处罚内容": "责令改正，罚款3000元", "办理机关": "渝北区局",
    },
    "papers on site, persons": {
        "被处罚人": "张某{n}", "性别": "男", "身份证号": "500112199001012{n:03d}", "家庭住址": "渝北区某街道{n}号", "违法事实及证据": "销售侵权商品",
        "违法行为": "销售侵犯注册商标专用权的商品", "处罚": "罚款三千元", "缴纳期限": "15日", "处罚决定书文号": "渝渝北市监处罚〔2024〕{n}号",
        "处罚日期": "2024年5月6日", "罚款金额（元）": "3,000.00", "执法人员": "冉某、向某",
    },
    "search service": {
        "标题": "青禾{n}商行侵犯注册商标专用权案", "行政处罚决定书文号": "渝渝北市监处罚〔2024〕{n}号", "被处罚当事人": "青禾{n}商行",
        "主要违法违规事实": "侵犯注册商标专用权", "行政处罚依据": "《商标法》", "行政处罚决定": "罚款3000元", "作出处罚决定的机关名称": "渝北区市场监督管理局",
        "发布日期": "2024-05-10", "金额": "3000元", "行业": "零售", "省份": "重庆",
    },
    "disclosure summary": {
        "行政处罚决定书文号": "渝渝北市监处罚〔2024〕{n}号", "当事人": "青禾{n}商行", "违法行为类型": "商标侵权", "行政处罚内容": "罚款0.3万元",
        "作出行政处罚决定机关名称": "渝北区市场监督管理局", "作出行政处罚决定日期": "2024.05.06", "公示日期": "2024.05.08",
    },
    "ordinary procedure table": {
        "当事人": "青禾{n}商行（冉某禾）", "主体类型": "个体工商户", "统一社会信用代码": "92500112MA{n:07d}X", "法定代表人（负责人、经营者）": "冉某禾",
        "行政处罚决定书文号": "渝渝北市监处罚〔2024〕{n}号", "案件来源": "举报", "案由": "销售侵犯注册商标专用权的商品", "立案日期": "2024-03-05",
        "处罚决定日期": "2024-05-06", "案值（万元）": 0.12, "罚没款（万元）": 0.3, "状态": "已结案", "结案日期": "2024-06-01",
    },
    "district ledger in ten thousands": {
        "序号": "{n}", "办案单位": "渝北区局", "立案号": "渝渝北市监立〔2024〕{n}号", "决定书文号": "渝渝北市监处罚〔2024〕{n}号", "案源": "投诉举报",
        "单位名称": "青禾{n}商行", "案件性质": "商标侵权", "立案日期": DAY, "决定日期": dt.date(2024, 5, 6), "涉案金额(万元)": 0.12,
        "违法所得(万元)": 0, "罚没款金额(万元)": 0.3, "办理情况": "已结案", "办结时间": dt.date(2024, 6, 6),
    },
    "open and ended cases": {
        "办案单位": "渝北区局", "立案号": "渝渝北市监立〔2024〕{n}号", "当事人": "青禾{n}商行", "案由": "假冒专利", "线索来源": "检查",
        "立案日期": "2024-03-05", "决定日期": "", "货值金额（元）": "/", "罚款（元）": "无", "案件状态": "调查中",
    },
    "cases handed on": {
        "办案单位": "渝北区局", "立案编号": "渝渝北市监立〔2024〕{n}号", "违法主体": "青禾{n}商行", "违法类型": "假冒注册商标", "立案日期": "2024-03-05",
        "决定日期": "", "结案日期": "2024-04-01", "案值": "15.3万元", "罚款": "", "状态": "移送公安机关",
    },
    "case values that cannot be computed": {
        "办案单位": "渝北区局", "文号": "渝知管罚字〔2024〕{n}号", "行政相对人名称": "青禾{n}知识产权代理有限公司", "案由": "擅自开展专利代理业务",
        "立案时间": "2024-03-05", "处罚时间": "2024-05-06", "违法经营额（元）": "无法计算", "违法所得（元）": 17000, "没收违法所得（元）": 17000,
        "罚款金额（元）": 0,
    },
    "disputes": {
        "办案单位": "渝北区局", "案件编号": "渝知纠〔2024〕{n}号", "被请求人": "青禾{n}有限公司", "案由": "专利侵权纠纷", "受理日期": "2024-03-01",
        "立案日期": "2024-03-05", "决定日期": "", "结案日期": "2024-05-06", "状态": "已结案", "处理结果": "调解结案", "案值（元）": "/",
    },
}  # fmt: skip
TITLES = [
    [],
    [["渝北区局2024年知识产权案件台账"]],
    [["渝北区局2024年知识产权案件台账"], ["填报单位：渝北区局", "", "填报日期：2025年1月6日"]],
]


@pytest.mark.parametrize("above", TITLES, ids=["bare", "title", "two lines"])
@pytest.mark.parametrize("name", LAYOUTS)
def test_a_clean_ledger_comes_in_whole(world, tmp_path, name, above):
    layout = LAYOUTS[name]
    rows = [
        [value.format(n=n) if isinstance(value, str) else value for value in layout.values()]
        for n in range(1, 6)
    ]
    lines = [*above, list(layout), *rows] if above else [list(layout), *rows]
    path = write(tmp_path / "渝北区局台账.xlsx", lines[1:], header=lines[0])
    result = take(world.city.planner, path)
    assert not result.asks, [str(ask) for ask in result.asks]
    assert not result.rejected, [str(item) for item in result.rejected]
    assert result.imported == Case.objects.count() == 5
    again = take(world.city.planner, path)
    assert (again.unchanged, again.rejected_rows) == (5, 0)
