"""Sentences about a figure in several hands, and the same sentences altered so that they speak of something else.

A sentence is put together from slots (time, whose, act, thing …) by a hand that has its own way to order them. A true
paraphrase fills the slots with other words for the same; an alteration changes one slot, or what stands around the
sentence, so that the number is no longer the one on record. The words here are the generator's own, not the reader's.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

TITLE = "重庆市知识产权局2024年法治建设情况\n"


@dataclass(frozen=True)
class Fact:
    """A figure of the year: its number as written, and the words that name it."""

    id: str
    number: str
    units: tuple[str, ...]
    things: tuple[str, ...]
    acts: tuple[str, ...]


FACTS = (
    Fact(
        "enf.tm.n",
        "610",
        ("件", "起", "宗"),
        ("商标侵权案件", "侵犯注册商标专用权案件", "商标侵权违法案件", "商标侵权案", "侵犯商标专用权案件"),
        ("查办", "查处", "办理", "处理"),
    ),
    Fact(
        "enf.fp.n",
        "99",
        ("件", "起"),
        ("假冒专利案件", "假冒专利违法案件", "假冒专利行为"),
        ("查处", "查办", "处理"),
    ),
    Fact(
        "adj.handled",
        "207",
        ("件",),
        ("专利侵权纠纷案件", "专利侵权纠纷", "专利侵权纠纷行政裁决案件"),
        ("办理", "处理", "调处"),
    ),
)

TIMES = ("2024年", "2024年度", "全年", "2024年全年", "今年", "当年", "本年度", "年内")
WHOSE = (
    "全市", "我市", "全市知识产权系统", "重庆市", "市知识产权局", "我局", "全市各级知识产权部门", "", "",
    "重庆", "市知识产权局指导各区县", "指导区县", "市局", "全市知识产权部门", "全市市场监管部门", "各区县",
)  # fmt: skip
HOW = ("", "", "共", "依法", "累计共", "共计", "依法共", "严肃", "从严", "已", "总计")
LEADS = (
    "", "", "", "强化执法保护，", "持续加大执法力度，", "据统计，", "聚焦重点，精准发力，",
    "一是严格行政执法。", "（一）依法履行保护职责。", "认真落实党中央决策部署，", "扎实推进各项工作，",
)  # fmt: skip
TAILS = (
    "。", "。", "。", "，成效明显。", "，有力维护了市场秩序。", "，同比增长8.3%。", "，较上年下降5.1%。",
    "，有效保护了权利人的合法权益。", "；组织业务培训3期。", "，其中移送公安机关5件。",
)  # fmt: skip


def _hands() -> tuple:
    """Ways to put the slots in order: a report's, a bulletin's, a speaker's, a clerk's, a translator's."""
    return (
        lambda s: f"{s.lead}{s.time}，{s.whose}{s.how}{s.mood}{s.act}{s.part}{s.thing}{s.n}{s.tail}",
        lambda s: f"{s.lead}{s.time}{s.whose}{s.how}{s.mood}{s.act}{s.part}{s.thing}{s.n}{s.tail}",
        lambda s: f"{s.lead}{s.whose}{s.time}{s.how}{s.mood}{s.act}{s.part}{s.thing}{s.n}{s.tail}",
        lambda s: f"{s.lead}{s.time}{s.whose}{s.mood}{s.act}{s.part}{s.thing}共计{s.n}{s.tail}",
        lambda s: f"{s.lead}{s.part}{s.thing}方面，{s.time}{s.whose}{s.mood}{s.act}{s.n}{s.tail}",
        lambda s: f"{s.lead}{s.time}，{s.whose}{s.part}{s.thing}{s.mood}{s.act}数为{s.n}{s.tail}",
        lambda s: f"{s.lead}{s.time}，{s.whose}{s.how}{s.mood}{s.act}{s.n}{s.part}{s.thing}{s.tail}",
        lambda s: f"{s.lead}{s.time}{s.whose}{s.mood}{s.act}的{s.part}{s.thing}达到{s.n}{s.tail}",
        lambda s: f"{s.lead}{s.whose}{s.time}{s.part}{s.thing}{s.how}{s.mood}{s.act}{s.n}{s.tail}",
        lambda s: f"{s.lead}{s.time}，{s.whose}{s.mood}{s.act}{s.part}{s.thing}的总数是{s.n}{s.tail}",
        lambda s: f"{s.lead}{s.time}，{s.whose}{s.how}{s.mood}{s.act}各类{s.part}{s.thing}合计{s.n}{s.tail}",
        lambda s: f"{s.lead}{s.time}，{s.whose}{s.part}{s.thing}，{s.how}{s.mood}{s.act}{s.n}{s.tail}",
    )


@dataclass
class _Slots:
    fact: Fact
    lead: str
    time: str
    whose: str
    how: str
    mood: str
    act: str
    part: str
    thing: str
    n: str
    tail: str


HANDS = _hands()


def _slots(rng: random.Random, fact: Fact) -> _Slots:
    return _Slots(
        fact, rng.choice(LEADS), rng.choice(TIMES), rng.choice(WHOSE), rng.choice(HOW), "", rng.choice(fact.acts), "",
        rng.choice(fact.things), fact.number + rng.choice(fact.units), rng.choice(TAILS),
    )  # fmt: skip


def paraphrases(count: int, seed: int = 2024) -> Iterator[tuple[str, str, str]]:
    """(hand, text, the number's words): true of the records."""
    rng = random.Random(seed)
    for _ in range(count):
        hand = rng.randrange(len(HANDS))
        slots = _slots(rng, rng.choice(FACTS))
        yield f"hand {hand + 1}", TITLE + HANDS[hand](slots), slots.n


ELSEWHERE = (
    "四川省", "成都市", "全国", "川渝两地", "贵州", "国家知识产权局", "湖州市", "克拉玛依市", "阿坝州", "邻省", "西部地区",
    "浙江省市场监督管理局", "京津冀", "长三角区域", "广安", "外省市", "某直辖市", "兄弟城市", "武侯区", "东兴县", "我国",
    "全省", "西南各省区", "成渝地区双城经济圈", "越南", "南宁海关关区", "本区", "上海市知识产权局", "铁岭", "世界各国",
)  # fmt: skip
OTHER_BODIES = (
    "公安机关", "重庆海关", "检察机关", "全市法院", "市公安局", "文化执法总队", "市药监局", "烟草专卖局", "农业农村部门",
    "市版权局", "公安部门会同检察院", "邮政管理局", "某律师事务所", "行业协会", "电商平台", "人民调解委员会", "税务部门",
    "市中级人民法院", "城管执法部门", "纪委监委", "维权援助中心", "广告监管司", "两江海关缉私分局", "仲裁机构",
)  # fmt: skip
OTHER_TIMES = (
    "2022年", "2023年", "2023年度", "上半年", "下半年", "第四季度", "三季度", "近三年", "五年来", "上年同期", "去年", "上年",
    "2021年至2024年", "2020—2024年", "十四五以来", "1—11月", "6月", "上个月", "春节期间", "2025年", "前三季度", "历年",
    "建局以来", "2024年上半年", "12月份", "近五年来", "去年同期", "本周", "国庆假期", "2024财年", "一季度", "入夏以来",
)  # fmt: skip
OTHER_ACTS = (
    "立案", "受理", "立案查处", "接收", "咨询", "撤销", "听证", "移送", "不予立案", "审查", "公示", "办结", "新收", "登记",
    "排查", "复查", "调解", "起诉", "通报", "曝光", "拟处罚", "转办", "评查", "提级管辖", "归档", "监测到", "研判", "接报",
)  # fmt: skip
MOODS = (
    "拟", "计划", "力争", "预计", "有望", "将", "未", "没有", "尚未", "不再", "少", "多", "增加", "减少", "同比增加",
    "争取", "目标是", "应当", "可能", "平均每月", "净增", "漏报", "新增", "至今未能", "原定", "本可", "无须", "停止", "设想",
)  # fmt: skip
PARTS = (
    "网络", "涉外", "外观设计", "海外", "重大", "跨省", "电商平台", "直播带货", "食品类", "进口汽车配件", "驰名", "群体性",
    "茶叶", "校园周边", "疑难", "首违", "简易程序", "涉港澳台", "短视频", "高新技术企业", "督办", "夜市", "老字号", "行业内",
    "二审", "展会期间", "奥运", "涉民生", "互联网领域", "单位", "个体户", "初次", "农村", "恶性", "上级交办的", "标的额较大的",
)  # fmt: skip
OTHER_THINGS = (
    "{}线索", "{}投诉", "{}举报", "{}当事人", "{}卷宗", "{}典型案例", "{}涉及商品", "{}听证申请", "{}行政复议", "{}民事诉讼",
    "{}犯罪嫌疑人", "{}服务平台", "{}培训", "{}判决", "{}咨询", "涉嫌{}", "{}等", "{}及其他违法", "非{}", "{}以外的", "疑似{}",
)  # fmt: skip
OTHER_TAILS = (
    "的目标。", "的任务。", "，以上为四川省数据。", "，均系上年结转。", "（含上年结转）。", "，系近三年合计。", "，不含渝北区。",
    "（成都市数据）。", "，其数据来自公安机关。", "，该数有误。", "，均为涉外案件。", "，为去年同期数。", "的计划未能完成。",
    "，全部发生在外省。", "左右的预期。", "（预计数）。", "，属于刑事案件。", "，应为601件。", "的缺口。", "（网络案件）。",
)  # fmt: skip
AROUND = (
    ("三、下一步打算\n", ""), ("（三）成都市\n", ""), ("附：四川省有关情况\n", ""), ("据四川省知识产权局通报，", ""),
    ("2023年，", ""), ("如果措施到位，", ""), ("", "以上数据不含各区县。"), ("", "上述数字为川渝两地合计。"), ("三、2023年回顾\n", ""),
    ("公安机关方面，", ""), ("在“铁拳”专项行动中，", ""), ("明年工作目标：", ""), ("以贵州为例，", ""), ("渝北区成效突出。", ""),
    ("三、渝北区局工作\n", ""), ("某公司称，", ""), ("网传", ""), ("2023年工作开局良好。", ""), ("近三年来，", ""), ("二、预期目标\n", ""),
)  # fmt: skip

# Leads and tails that say nothing, so that an alteration is not hidden behind another doubt.
_PLAIN_LEADS, _PLAIN_TAILS = ("", "强化执法保护，", "据统计，"), ("。", "，成效明显。", "，同比增长8.3%。")


def alterations(count: int, seed: int = 2024) -> Iterator[tuple[str, str, str]]:
    """(what was altered, text, the number's words): not true of the records, whatever the records say of something else."""
    rng = random.Random(seed + 1)
    kinds = ("scope", "body", "period", "rule", "modality", "part", "object", "behind", "around")
    for _ in range(count):
        kind = rng.choice(kinds)
        hand = rng.choice(HANDS)
        slots = _slots(rng, rng.choice(FACTS))
        slots.lead, slots.tail = rng.choice(_PLAIN_LEADS), rng.choice(_PLAIN_TAILS)
        before = after = ""
        if kind == "scope":
            slots.whose = rng.choice(ELSEWHERE)
        elif kind == "body":
            slots.whose = rng.choice(OTHER_BODIES)
        elif kind == "period":
            slots.time = rng.choice(OTHER_TIMES)
        elif kind == "rule":
            slots.act = rng.choice(OTHER_ACTS)
        elif kind == "modality":
            slots.mood = rng.choice(MOODS)
        elif kind == "part":
            slots.part = rng.choice(PARTS)
        elif kind == "object":
            slots.thing = rng.choice(OTHER_THINGS).format(slots.thing)
        elif kind == "behind":
            slots.tail = rng.choice(OTHER_TAILS)
        else:
            before, after = rng.choice(AROUND)
            # What was said before holds only where the sentence does not say otherwise.
            slots.lead, slots.time, slots.whose = "", rng.choice(("", "共")), ""
        text = hand(slots).replace("，，", "，").lstrip("，")
        yield kind, TITLE + before + text + after, slots.n


# Another hand: sentences written out. Of the true ones, how many claims are borne out.
WRITTEN = (
    ("全市各级知识产权管理部门全年依法查处商标侵权案件610件，案值达919.32万元，罚没款共计485.99万元。", 3),
    ("2024年，我市知识产权系统坚持严格保护，共查处各类商标侵权违法案件610起，假冒专利案件99起。", 2),
    ("一年来，全市共查办商标侵权案件610件。", 1),
    ("在商标保护上，全市查处侵犯注册商标专用权案件610件，罚没485.99万元。", 2),
    ("全年商标侵权案件查处量610件，涉案金额919.32万元。", 2),
    ("商标侵权案件：查办610件，案值919.32万元，罚没金额485.99万元。", 3),
    ("强化行政执法，查办商标侵权案件610件、假冒专利案件99件，办理专利侵权纠纷案件207件。", 3),
    ("2024年度办理专利侵权纠纷行政裁决案件207件，裁决质效稳步提升。", 1),
    ("我市全年共计处理专利侵权纠纷207件。", 1),
    ("加大侵权惩治力度，全市市场监管部门查办商标侵权案件610件，罚没金额达485.99万元。", 2),
    ("去年以来的专项工作取得实效。2024年，全市查办商标侵权案件610件。", 1),
    ("全市查办商标侵权案件610件（其中大要案8件）。", 1),
    ("市知识产权局组织各区县查处假冒专利99件，案值11.54万元。", 2),
    ("截至2024年12月31日，全市查办商标侵权案件610件。", 1),
    ("2024年1—12月，全市共查处商标侵权案件610件。", 1),
    ("2024年全市商标侵权案件共610件得到查处。", 1),
    ("各区县查办商标侵权案件610件，同比下降2.4%，案值919.32万元，较上年增长3.1%。", 2),
    ("我局指导督促各区县加强执法，全年查办商标侵权案件610件。", 1),
    ("过去一年，我们查办商标侵权案件610件。", 1),
    ("本年度查处假冒专利行为99起，罚没款8.54万元。", 2),
    ("全市商标侵权案件查办总量达到610件。", 1),
    ("依法严厉打击商标侵权行为，全年查办案件610件。", 1),
    ("执法办案有力有效，商标侵权案件查办610件，假冒专利案件查处99件，专利侵权纠纷办理207件。", 3),
    ("查办商标侵权和假冒专利案件共709件。", 1),
    ("全年罚没商标侵权案件款项485.99万元。", 1),
    ("查办商标侵权案件六百一十件。", 1),
    ("商标侵权案件全年共查办了610件，比上年有所上升。", 1),
    ("全市共查办商标侵权案件610件，有力震慑了侵权行为，营造了良好的营商环境。", 1),
    ("2024年，重庆市查处商标侵权案件610件，居西部前列。", 1),
    ("知识产权行政保护方面，全市查办商标侵权案件610件。", 1),
)
WRITTEN_OF_OTHERS = (
    "川渝地区全年共查办商标侵权案件610件。",
    "2024年，渝中区、巴南区共查办商标侵权案件610件。",
    "重庆高新区查办商标侵权案件610件。",
    "全国“双打”办数据显示，各地查办商标侵权案件610件。",
    "前三季度，各区县查办商标侵权案件610件。",
    "上一年度，全市查办商标侵权案件610件。",
    "2024年年中，查办商标侵权案件610件。",
    "2019年以来，全市查办商标侵权案件610件。",
    "过去三年，全市查办商标侵权案件610件。",
    "全市查办商标侵权案件的目标数为610件。",
    "市政府要求全年查办商标侵权案件610件。",
    "有关方面建议查办商标侵权案件610件。",
    "全市正在查办商标侵权案件610件。",
    "全市在办商标侵权案件610件。",
    "全市拒绝受理商标侵权案件610件。",
    "全市积压商标侵权案件610件。",
    "全市查办侵权商标商品案件610件。",
    "查办商标侵权案件证据610件。",
    "全市查办商标侵权案件中，查扣商品610件。",
    "商标侵权案件执法文书610件。",
    "全市查办商标代理案件610件。",
    "全市查办商标一般违法案件610件。",
    "查办商标侵权案件（含假冒专利）610件。",
    "除商标侵权案件外，查办案件610件。",
    "不到610件商标侵权案件被查办。",
    "查办商标侵权案件比计划少610件。",
    "全市查办商标侵权案件占全国的比重提高，全国为610件。",
    "检察机关监督知识产权部门查办商标侵权案件610件。",
    "公安配合查办商标侵权案件610件。",
    "与海关联合查办商标侵权案件610件。",
    "协助外省查办商标侵权案件610件。",
    "查办商标侵权大案610件。",
    "按简易程序查办商标侵权案件610件。",
    "查办由投诉引发的商标侵权案件610件。",
    "查办驰名商标侵权案件610件。",
    "查办首次商标侵权案件610件。",
    "查办商标侵权案件610件以外的其他案件。",
    "重点查办商标侵权案件610件。",
    "主要查办商标侵权案件610件。",
    "仅渝北区就查办商标侵权案件610件。",
    "全市查办商标侵权案件610件，系2023年数据。",
    "全市查办商标侵权案件610件，为四川全省总量。",
    "（2023年）全市查办商标侵权案件610件。",
    "附2022年数据：查办商标侵权案件610件。",
    "本月查办商标侵权案件610件。",
    "日均查办商标侵权案件610件。",
    "每个区县查办商标侵权案件610件。",
    "各区县平均查办商标侵权案件610件。",
    "户均查办商标侵权案件610件。",
    "查办侵犯商标、专利等权利案件610件。",
    "查办商标侵权、不正当竞争案件610件。",
    "查办商标侵权及广告违法案件610件。",
    "查办地理标志商标侵权案件610件。",
    "专利侵权纠纷案件立案207件。",
    "专利侵权纠纷口头审理207件。",
    "办理实用新型专利侵权纠纷案件207件。",
    "办理专利权属纠纷案件207件。",
    "向最高人民法院报送专利侵权纠纷案件207件。",
    "办理专利侵权纠纷案件调解协议207件。",
    "商标侵权案件罚款485.99万元。",
    "商标侵权案件没收违法所得485.99万元。",
    "商标侵权案件违法经营额919.32万元。",
    "挽回商标侵权案件损失919.32万元。",
    "商标侵权案件标的额919.32万元。",
    "减免商标侵权案件罚没款485.99万元。",
    "应缴未缴商标侵权案件罚没款485.99万元。",
    "商标侵权案件罚没款入库485.99万元。",
    "移送商标侵权案件610件。",
    "渝北区：查办商标侵权案件610件。",
    "渝北区市场监管局强化执法，全年查办商标侵权案件610件。",
    "成都：全年查办商标侵权案件610件。",
    "万州强化执法。全年查办商标侵权案件610件。",
    "下列数字均为2023年：查办商标侵权案件610件。",
    "若再查办商标侵权案件610件，即可完成任务。",
    "还需查办商标侵权案件610件。",
    "尚有610件商标侵权案件待查办。",
    "有610件商标侵权案件未查处到位。",
    "报道称我市查办商标侵权案件610件与事实不符。",
    "“查办商标侵权案件610件”的说法不准确。",
    "本系统以外的部门查办商标侵权案件610件。",
    "查办商标侵权案件610件次。",
    "累计查办商标侵权案件610件。",
    "查办商标侵权案件涉及企业610件。",
    "新增商标侵权案件查办610件。",
    "同比多查办商标侵权案件610件。",
    "复查商标侵权案件610件。",
    "回访商标侵权案件610件。",
    "督办商标侵权案件610件。",
    "评出商标侵权案件610件。",
)
