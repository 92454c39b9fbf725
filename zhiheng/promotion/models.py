"""What is recorded of services to those who hold and use rights. What is done with it stands in `registers`."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhiheng.registers.models import Record, must_hold, unique_key


class OpenLicence(Record):
    """专利开放许可: a declaration to the national office, mirrored here; this office grants nothing."""

    patent_no = models.CharField("专利号", max_length=30)
    title = models.CharField("专利名称", max_length=200)
    holder = models.CharField("专利权人", max_length=120)
    funded = models.BooleanField("财政资金形成", default=False, help_text="列入公开实施清单的写“是”")
    declared_on = models.DateField("声明公告日期")
    fee = models.CharField("许可使用费标准", max_length=200, blank=True)
    until = models.DateField("许可期限届满日", null=True, blank=True)
    withdrawn_on = models.DateField(
        "撤回公告日期", null=True, blank=True, help_text="撤回前给予的许可继续有效"
    )

    class Meta:
        verbose_name = verbose_name_plural = "开放许可"
        constraints = [
            unique_key(
                "patent_no", "declared_on", name="open_licence_once", words="这件专利的这次声明已经登记"
            ),
            must_hold(
                Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("declared_on")),
                name="open_licence_days",
                words="撤回日期早于声明日期",
            ),
        ]
        indexes = [
            models.Index(
                fields=("declared_on", "voided_on", "withdrawn_on", "unit"), name="open_licence_figures"
            )
        ]


class Licence(Record):
    """实施许可: concluded by written notice and payment as announced; recorded with the national office."""

    declaration = models.ForeignKey(
        OpenLicence, models.PROTECT, related_name="licences", verbose_name="开放许可"
    )
    licensee = models.CharField("被许可人", max_length=120)
    concluded_on = models.DateField("达成日期")
    fee_fen = models.PositiveBigIntegerField("许可使用费（分）", null=True, blank=True)
    recorded_on = models.DateField("备案日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "实施许可"
        constraints = [
            unique_key(
                "declaration", "licensee", "concluded_on", name="licence_once", words="这次许可已经登记"
            )
        ]
        indexes = [
            models.Index(fields=("concluded_on", "voided_on", "unit", "fee_fen"), name="licence_figures")
        ]


class Stage(models.TextChoices):
    NEED = "need", "需求分析"
    PLAN = "plan", "方案"
    SEARCH = "search", "检索采集"
    ANALYSIS = "analysis", "数据分析"
    RESULT = "result", "成果形成"
    USE = "use", "成果运用"


class NavigationKind(models.TextChoices):
    REGION = "region", "区域规划"
    INDUSTRY = "industry", "产业规划"
    FIRM = "firm", "企业经营"
    RESEARCH = "research", "研发活动"
    TALENT = "talent", "人才管理"


class NavigationProject(Record):
    """专利导航项目: from the analysis of needs to the use of what was found, stage by stage."""

    title = models.CharField("项目名称", max_length=200)
    kind = models.CharField("类型", max_length=12, choices=NavigationKind.choices)
    organ = models.CharField("承担单位", max_length=120)
    begun_on = models.DateField("立项日期")
    due_on = models.DateField("完成期限")
    fund_fen = models.PositiveBigIntegerField("经费（分）", null=True, blank=True)
    stage = models.CharField("阶段", max_length=10, choices=Stage.choices, default=Stage.NEED)
    stage_on = models.DateField("到达阶段日期", null=True, blank=True)
    accepted_on = models.DateField("验收日期", null=True, blank=True)
    results = models.JSONField("成果", default=list, blank=True, help_text="每行一件")
    used_how = models.TextField("成果运用情况", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "专利导航项目"
        constraints = [
            unique_key("unit", "title", name="navigation_once", words="已有同名的专利导航项目"),
            must_hold(Q(due_on__gte=F("begun_on")), name="navigation_days", words="完成期限早于立项日期"),
        ]
        indexes = [
            models.Index(fields=("begun_on", "voided_on", "accepted_on", "unit"), name="navigation_figures")
        ]


class IndicationKind(models.TextChoices):
    MARK = "mark", "地理标志商标"
    PRODUCT = "product", "地理标志产品"


class Indication(Record):
    """地理标志: counted as marks and as products; one name may be both, and says so."""

    name = models.CharField("名称", max_length=120)
    kind = models.CharField("保护方式", max_length=10, choices=IndicationKind.choices)
    holder = models.CharField("注册人或申请机构", max_length=120, blank=True)
    number = models.CharField("注册号或公告号", max_length=60, blank=True)
    granted_on = models.DateField("注册或公告日期")
    ended_on = models.DateField("失效日期", null=True, blank=True)
    ended_because = models.CharField("失效原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "地理标志"
        constraints = [
            unique_key("name", "kind", name="indication_once", words="这个地理标志的这种保护已经登记"),
            must_hold(
                Q(ended_on__isnull=True) | (Q(ended_on__gte=F("granted_on")) & ~Q(ended_because="")),
                name="indication_ended",
                words="失效须写明原因，失效日期不得早于注册或公告日期",
            ),
        ]
        indexes = [
            models.Index(
                fields=("granted_on", "voided_on", "ended_on", "kind", "unit", "name"),
                name="indication_figures",
            )
        ]


class IndicationUser(Record):
    """用标企业: who is allowed to use the special sign of an indication, since when."""

    indication = models.ForeignKey(Indication, models.PROTECT, related_name="users", verbose_name="地理标志")
    firm = models.CharField("用标企业", max_length=120)
    firm_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    since = models.DateField("核准日期")
    ended_on = models.DateField("停止用标日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "用标企业"
        constraints = [
            unique_key("indication", "firm", name="gi_user_once", words="这家企业已登记使用这个标志")
        ]
        indexes = [
            models.Index(fields=("since", "voided_on", "ended_on", "unit", "firm"), name="gi_user_figures")
        ]


class PointKind(models.TextChoices):
    OVERSEAS = "overseas", "海外应对指导分中心、工作站"
    WINDOW = "window", "受理窗口、服务工作站"
    MEDIATION = "mediation", "调解组织"


class ServicePoint(Record):
    """服务机构: a place where people are helped, opened on a day, perhaps closed on another."""

    name = models.CharField("名称", max_length=120)
    kind = models.CharField("类别", max_length=12, choices=PointKind.choices)
    organ = models.CharField("依托单位", max_length=120, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    opened_on = models.DateField("设立日期")
    closed_on = models.DateField("撤销日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "服务机构"
        constraints = [
            unique_key("name", name="service_point_once", words="已有同名的服务机构"),
            must_hold(
                Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="service_point_days",
                words="撤销日期早于设立日期",
            ),
        ]
        indexes = [
            models.Index(
                fields=("opened_on", "voided_on", "closed_on", "kind", "unit"), name="service_point_figures"
            )
        ]


class OverseasCase(Record):
    """海外纠纷指导: a firm that was helped in a dispute abroad. The loss avoided is what the firm states."""

    firm = models.CharField("企业", max_length=120)
    country = models.CharField("国家或地区", max_length=60)
    matter = models.CharField("事项", max_length=200, help_text="如：美国337调查、商标在海外被抢注")
    asked_on = models.DateField("求助日期")
    guided_on = models.DateField("指导日期", null=True, blank=True)
    guidance = models.TextField("指导意见", blank=True)
    closed_on = models.DateField("了结日期", null=True, blank=True)
    saved_fen = models.PositiveBigIntegerField(
        "挽回损失（分）", null=True, blank=True, help_text="以企业书面说明为准"
    )

    class Meta:
        verbose_name = verbose_name_plural = "海外纠纷指导"
        constraints = [
            unique_key(
                "firm", "matter", "asked_on", name="overseas_once", words="这家企业的这次求助已经登记"
            ),
            must_hold(
                Q(guided_on__isnull=True) | (Q(guided_on__gte=F("asked_on")) & ~Q(guidance="")),
                name="overseas_guided",
                words="指导须写明意见，指导日期不得早于求助日期",
            ),
            must_hold(
                Q(saved_fen__isnull=True) | Q(closed_on__isnull=False),
                name="overseas_saved",
                words="挽回损失在了结时登记",
            ),
        ]
        indexes = [
            models.Index(
                fields=("asked_on", "voided_on", "guided_on", "unit", "saved_fen"), name="overseas_figures"
            )
        ]
