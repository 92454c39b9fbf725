"""What is recorded of special actions, inspections, what they found, and cases that serve as examples."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhiheng.accounts.models import Unit
from zhiheng.accounts.words import choices_of
from zhiheng.registers.models import OfMattersQuerySet, Record, indexed, must_hold, unique_key


class SpecialAction(Record):
    """专项行动: a deployment against a field, a market or kinds of goods, for a time."""

    name = models.CharField("行动名称", max_length=120)
    begins_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    fields = models.JSONField(
        "重点领域", default=list, blank=True, help_text="每行一个，如：地理标志、电商平台"
    )
    basis = models.CharField("部署文件", max_length=200, blank=True)
    partners = models.JSONField("联合单位", default=list, blank=True, help_text="每行一个")
    cross_region = models.BooleanField("跨省市联合", default=False, help_text="如川渝联合专项行动")
    summary = models.TextField("总结", blank=True)
    summed_on = models.DateField("总结日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "专项行动"
        constraints = [
            unique_key("unit name begins_on", name="action_once", words="已有同名、同日开始的专项行动"),
            must_hold(Q(ends_on__gte=F("begins_on")), name="action_days", words="结束日期早于开始日期"),
        ]
        indexes = [indexed("begins_on voided_on cross_region unit name", name="action_figures")]


class Part(Record):
    """参加单位: what one district plans and does in a special action. Its unit is the district."""

    action = models.ForeignKey(SpecialAction, models.PROTECT, related_name="parts", verbose_name="专项行动")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="参加单位")
    assigned_on = models.DateField("部署日期")
    planned = models.PositiveIntegerField("计划检查户次", null=True, blank=True)
    items = models.JSONField("检查事项", default=list, blank=True, help_text="每行一项；一次上门一并检查")
    due_on = models.DateField("完成期限", null=True, blank=True, help_text="不填即行动的结束日期")
    reported_on = models.DateField("总结报送日期", null=True, blank=True)
    report = models.TextField("行动总结", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "参加单位"
        constraints = [unique_key("action unit", name="part_once", words="这个单位已在这次行动里")]
        indexes = [indexed("assigned_on voided_on unit", name="part_day")]

    def __str__(self) -> str:
        return self.action.name


class Draw(Record):
    """随机抽取: subjects and officers drawn for inspections. Lists, seed and outcome stay on the record, so it can be repeated."""

    part = models.ForeignKey(Part, models.PROTECT, related_name="draws", verbose_name="参加单位")
    name = models.CharField("批次", max_length=60, help_text="如：第一批")
    drawn_on = models.DateField("抽取日期")
    subjects = models.JSONField("检查对象名录", default=list, help_text="每行一家")
    many = models.PositiveIntegerField("抽取家数")
    officers = models.JSONField("执法人员名录", default=list, help_text="每行一人，写姓名")
    officers_many = models.PositiveSmallIntegerField("抽取人数", default=2, help_text="不少于两人")
    seed = models.CharField("随机种子", max_length=40, editable=False)
    drawn = models.JSONField("抽中的对象", default=list, editable=False)
    drawn_officers = models.JSONField("抽中的人员", default=list, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "随机抽取"
        constraints = [
            unique_key("part name", name="draw_once", words="已有同一批次的抽取，重新抽取请另写批次并说明"),
            must_hold(Q(many__gte=1), name="draw_many", words="抽取家数至少为1"),
            must_hold(
                Q(officers_many__gte=2),
                name="draw_two_officers",
                words="执法人员不得少于两人（行政处罚法42）",
            ),
        ]
        indexes = [indexed("drawn_on unit", name="draw_day")]


class SubjectKind(models.TextChoices):
    FIRM = "firm", "经营主体"
    AGENCY = "agency", "代理机构"
    MARKET = "market", "专业市场"
    PLATFORM = "platform", "电商平台"


class Outcome(models.TextChoices):
    CLEAN = "clean", "未发现问题"
    FOUND = "found", "发现问题"
    ABSENT = "absent", "查无下落或已停业"


class Inspection(Record):
    """检查: one visit to one subject, for everything that is checked there, by so many officers."""

    part = models.ForeignKey(Part, models.PROTECT, related_name="inspections", verbose_name="参加单位")
    subject = models.CharField("检查对象", max_length=120)
    subject_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    subject_kind = models.CharField(
        "对象类别", max_length=10, choices=SubjectKind.choices, default=SubjectKind.FIRM
    )
    draw_name = models.CharField("抽取批次", max_length=60, blank=True, help_text="不是随机抽取的不填")
    visited_on = models.DateField("检查日期")
    items = models.JSONField("检查事项", default=list, help_text="每行一项；一次上门的各项写在一起")
    officers = models.JSONField("检查人员", default=list, help_text="每行一人，写姓名")
    officers_sent = models.PositiveSmallIntegerField("出动人次", editable=False, default=0)
    nth = models.PositiveSmallIntegerField("当年第几次", editable=False, default=1)
    code_scanned = models.CharField("检查码", max_length=60, blank=True)
    outcome = models.CharField("结果", max_length=8, choices=Outcome.choices)
    note = models.TextField("检查情况", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查"
        constraints = [
            unique_key(
                "unit subject visited_on part",
                name="inspection_once",
                words="同一天已检查过这家，各检查事项请写在一条里",
            )
        ]
        indexes = [
            indexed(
                "visited_on voided_on subject_kind unit officers_sent subject outcome draw_name",
                name="inspection_figures",
            ),
            indexed("unit subject visited_on", name="inspection_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject}（{self.visited_on}检查）"


class Disposal(models.TextChoices):
    ON_THE_SPOT = "on_the_spot", "当场改正"
    ORDER = "order", "责令改正"
    TALK = "talk", "约谈"
    LEAD = "lead", "转为案件线索"
    TRANSFER = "transfer", "移送其他机关"


class FoundFault(Record):
    """发现的问题: what an inspection found, what was done about it, and the lead it became."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="faults", verbose_name="检查")
    found_on = models.DateField("发现日期")
    what = models.CharField("问题", max_length=300)
    basis = models.CharField("依据", max_length=120, blank=True)
    disposal = models.CharField("处置", max_length=12, choices=Disposal.choices)
    mend_by = models.DateField("改正期限", null=True, blank=True)
    mended_on = models.DateField("改正日期", null=True, blank=True)
    handed_to = models.CharField("移送机关", max_length=120, blank=True)
    handed_on = models.DateField("移交日期", null=True, blank=True)
    lead_no = models.CharField("案件编号", max_length=60, blank=True, help_text="转为线索后登记的案号")

    class Meta:
        verbose_name = verbose_name_plural = "发现的问题"
        constraints = [
            unique_key("inspection what", name="fault_once", words="这次检查已记过同样的问题"),
            must_hold(
                ~Q(disposal=Disposal.ORDER) | Q(mend_by__isnull=False),
                name="fault_mend_by",
                words="责令改正的，须写明改正期限",
            ),
        ]
        indexes = [
            indexed("found_on voided_on disposal unit inspection", name="fault_figures"),
            indexed("lead_no", name="fault_lead"),
        ]


class CaseKind(models.TextChoices):
    TRADEMARK = "trademark", "商标"
    PATENT = "patent", "专利"
    GI = "gi", "地理标志"
    SPECIAL = "special", "特殊标志"
    OTHER = "other", "其他"


class Level(models.TextChoices):
    NATIONAL = "national", "国家级"
    CITY = "city", "市级"


class TypicalCase(Record):
    """典型案例: nominated by the unit that worked it, checked and made anonymous, selected into a list of a year, published."""

    name = models.CharField("案例名称", max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="推荐单位")
    kind = models.CharField("类别", max_length=12, choices=CaseKind.choices)
    case_no = models.CharField("决定书文号", max_length=80, blank=True)
    case_year = models.PositiveSmallIntegerField("案例年度")
    nominated_on = models.DateField("推荐日期")
    point = models.TextField("典型意义", blank=True)
    cleared_on = models.DateField("保密和隐名审查日期", null=True, blank=True)
    selected_on = models.DateField("入选日期", null=True, blank=True)
    level = models.CharField("级别", max_length=10, choices=Level.choices, blank=True)
    issuer = models.CharField("发布机关", max_length=80, blank=True)
    list_name = models.CharField("入选名单", max_length=200, blank=True)
    published_on = models.DateField("公布日期", null=True, blank=True)
    published_at = models.CharField("公布载体", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "典型案例"
        constraints = [
            unique_key("name case_year", name="typical_once", words="这个年度已有同名的案例"),
            must_hold(
                Q(selected_on__isnull=True) | (~Q(level="") & ~Q(issuer="") & ~Q(list_name="")),
                name="typical_selected",
                words="入选的须写明级别、发布机关和名单",
            ),
            must_hold(
                Q(published_on__isnull=True) | Q(cleared_on__isnull=False, cleared_on__lte=F("published_on")),
                name="typical_cleared",
                words="公布前须完成保密和隐名审查",
            ),
        ]
        indexes = [
            indexed("nominated_on voided_on unit", name="typical_day"),
            indexed("selected_on voided_on level unit name", name="typical_figures"),
        ]


class SupervisedCase(Record):
    """督办案件: a case that the office above watches over until it is closed. Its unit is the one that works it."""

    name = models.CharField("案件名称", max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="承办单位")
    level = models.CharField("督办级别", max_length=10, choices=Level.choices)
    case_no = models.CharField("案号", max_length=80, blank=True)
    supervised_on = models.DateField("督办日期")
    grounds = models.CharField("督办理由", max_length=300)
    report_by = models.DateField("办理期限")
    reported_on = models.DateField("最近报告日期", null=True, blank=True)
    progress = models.TextField("办理进展", blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)
    result = models.TextField("办理结果", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "督办案件"
        constraints = [
            unique_key("unit name", name="supervised_once", words="这个单位已有同名的督办案件"),
            must_hold(
                Q(report_by__gte=F("supervised_on")), name="supervised_days", words="办理期限早于督办日期"
            ),
            must_hold(
                Q(closed_on__isnull=True) | (Q(closed_on__gte=F("supervised_on")) & ~Q(result="")),
                name="supervised_closed",
                words="办结须写明结果，办结日期不得早于督办日期",
            ),
        ]
        indexes = [
            indexed("supervised_on voided_on level unit closed_on", name="supervised_figures"),
            indexed("closed_on voided_on unit", name="supervised_closed_on"),
        ]


class LetterKind(models.TextChoices):
    LEAD_OUT = "lead_out", "移送外省市"
    LEAD_IN = "lead_in", "接受外省市移送"
    ASSIST_OUT = "assist_out", "请求协助"
    ASSIST_IN = "assist_in", "协助外省市"


class Letter(Record):
    """跨区域协作函件: a lead, a case or a request for help that goes to another province or comes from one, with its reply."""

    subject = models.CharField("事项", max_length=200)
    kind = models.CharField("类别", max_length=14, choices=LetterKind.choices)
    partner = models.CharField("对方机关", max_length=120)
    number = models.CharField("函件文号", max_length=80)
    sent_on = models.DateField("发函日期")
    reply_by = models.DateField("回复期限", null=True, blank=True)
    replied_on = models.DateField("回复日期", null=True, blank=True)
    reply = models.TextField("回复内容", blank=True)
    case_no = models.CharField("关联案号", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "协作函件"
        constraints = [
            unique_key("partner number kind", name="letter_once", words="这份函件已经登记"),
            must_hold(
                Q(replied_on__isnull=True) | (Q(replied_on__gte=F("sent_on")) & ~Q(reply="")),
                name="letter_replied",
                words="回复须写明内容，回复日期不得早于发函日期",
            ),
        ]
        indexes = [
            indexed("sent_on voided_on kind unit", name="letter_figures"),
            indexed("case_no", name="letter_case"),
        ]


class UnitLetterKind(models.TextChoices):
    """What one unit of the house asks of another, or hands to it, by a step of a case (程序规定 13 to 16, 45)."""

    TRANSFER = "transfer", "移送管辖"
    ASSIGN = "assign", "交由管辖"
    DESIGNATE = "designate", "指定管辖"
    DISPUTE = "dispute", "管辖争议协商"
    RULING = "ruling", "报请管辖或者指定管辖"
    ASSIST = "assist", "协助调查"


class UnitLetter(Record):
    """单位间往来: what a step of a case of one unit sends to another unit of the house. Its unit is the one that it reaches.

    Made by the step itself, never typed: `step_key` names matter, number and code of the step, so that no step has two.
    """

    subject = models.CharField("事项", max_length=200)
    kind = models.CharField("类别", max_length=10, choices=UnitLetterKind.choices)
    sender = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="来文单位")
    sender_case = models.CharField("来文单位案号", max_length=80, blank=True)
    number = models.CharField("文书文号", max_length=80, blank=True)
    content = models.TextField("内容", blank=True)
    step_key = models.CharField("来文步骤", max_length=80)
    sent_on = models.DateField("发出日期")
    received_on = models.DateField("收到日期", null=True, blank=True)
    answer_by = models.DateField("办理期限", null=True, blank=True)
    told_on = models.DateField("告知延期日期", null=True, blank=True)
    extended_until = models.DateField("延期至", null=True, blank=True)
    extension_why = models.CharField("延期理由", max_length=200, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    answer = models.TextField("答复内容", blank=True)
    lead_no = models.CharField("案源登记号", max_length=60, blank=True)

    objects = OfMattersQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位间往来"
        constraints = [
            unique_key("step_key", name="unit_letter_once", words="这一步骤的来文已经登记"),
            must_hold(
                Q(received_on__isnull=True) | Q(received_on__gte=F("sent_on")),
                name="unit_letter_received",
                words="收到日期早于发出日期",
            ),
            must_hold(
                Q(answered_on__isnull=True) | (Q(answered_on__gte=F("received_on")) & ~Q(answer="")),
                name="unit_letter_answered",
                words="答复须写明内容，答复日期不得早于收到日期",
            ),
            must_hold(
                Q(extended_until__isnull=True)
                | (
                    Q(told_on__lte=F("answer_by"))
                    & Q(extended_until__gt=F("answer_by"))
                    & ~Q(extension_why="")
                ),
                name="unit_letter_extended",
                words="延期须在期限届满前告知来文单位，写明理由和延至的日期（程序规定第45条）",
            ),
        ]
        indexes = [
            indexed("sent_on voided_on unit kind answered_on", name="unit_letter_figures"),
            indexed("lead_no", name="unit_letter_case"),
        ]

    @property
    def source(self) -> str:
        """The source of the case that comes of it."""
        return "transfer" if self.kind == UnitLetterKind.TRANSFER else "assigned"


def causes_of_the_book() -> list[tuple[str, str]]:
    """The causes of the law book: what a delegated power is a power over."""
    return choices_of("causes")


class Delegation(Record):
    """下放的权限: a power of enforcement or adjudication that a district exercises from a day on."""

    item = models.CharField("权限事项", max_length=200)
    cause = models.CharField(
        "案由",
        max_length=30,
        blank=True,
        choices=causes_of_the_book,
        help_text="选了案由的，承接单位自下放之日起可以办理这类事项，办结的计入下放权限；不选的只作登记",
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="承接单位")
    delegated_on = models.DateField("下放日期")
    basis = models.CharField("依据文件", max_length=200)
    withdrawn_on = models.DateField("收回日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "下放的权限"
        constraints = [
            unique_key("unit item", name="delegation_once", words="这项权限已下放给这个单位"),
            must_hold(
                Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("delegated_on")),
                name="delegation_days",
                words="收回日期早于下放日期",
            ),
        ]
        indexes = [indexed("delegated_on voided_on withdrawn_on unit item", name="delegation_figures")]
