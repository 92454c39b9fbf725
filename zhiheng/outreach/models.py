"""What is recorded of law publicity. What is done with it stands in `registers`."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhiheng.accounts.models import Unit
from zhiheng.registers.models import Record, indexed, must_hold, unique_key


class ActivityKind(models.TextChoices):
    CAMPAIGN = "campaign", "主题宣传"
    LECTURE = "lecture", "宣讲培训"
    EXHIBITION = "exhibition", "展览展示"
    FORUM = "forum", "论坛研讨"
    PRESS = "press", "新闻发布会"
    MEDIA = "media", "媒体传播"
    SCREEN = "screen", "户外屏幕"


# What is put out, and is not an event that people come to.
PUT_OUT = (ActivityKind.MEDIA, ActivityKind.SCREEN)


class Into(models.TextChoices):
    """Where the law goes to its people (法律“五进”“六进”…): each office counts those it plans."""

    ORGAN = "organ", "进机关单位"
    VILLAGE = "village", "进乡村"
    COMMUNITY = "community", "进社区"
    SCHOOL = "school", "进学校"
    FIRM = "firm", "进企业"
    PARTY_SCHOOL = "party_school", "进党校"
    DISTRICT = "district", "进区县"
    PARK = "park", "进园区"


class ReachRule(models.TextChoices):
    SIGNED = "signed", "签到或门票"
    COUNTED = "counted", "现场清点"
    PLATFORM = "platform", "平台阅读播放量"
    ESTIMATED = "estimated", "估算"


class Activity(Record):
    """普法活动: one event, or one work put out by the media. Reach is person-times (人次), never persons."""

    name = models.CharField("活动名称", max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="举办单位")
    kind = models.CharField("形式", max_length=12, choices=ActivityKind.choices)
    held_on = models.DateField("开始日期")
    ended_on = models.DateField("结束日期")
    place = models.CharField("地点", max_length=120, blank=True, help_text="媒体传播写明平台")
    organisers = models.JSONField("联合举办单位", default=list, blank=True, help_text="每行一个")
    audience = models.CharField("面向对象", max_length=80, blank=True, help_text="如：企业、学生、社会公众")
    into = models.CharField(
        "走进", max_length=12, choices=Into.choices, blank=True, help_text="法律进机关、进乡村等活动填写"
    )
    reach = models.PositiveBigIntegerField("覆盖人次", null=True, blank=True)
    reach_rule = models.CharField("人次怎么得来", max_length=12, choices=ReachRule.choices, blank=True)
    open_days = models.PositiveSmallIntegerField(
        "开放天数", null=True, blank=True, help_text="展览填写，用来计算日均观展人次"
    )
    screens = models.PositiveIntegerField("屏幕块数", null=True, blank=True, help_text="户外屏幕填写")
    cost_fen = models.PositiveBigIntegerField("经费（分）", null=True, blank=True)
    note = models.TextField("备注", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "普法活动"
        constraints = [
            unique_key(
                "unit name held_on", name="activity_once", words="这个单位同一天已有同名的活动，不能再登记"
            ),
            must_hold(Q(ended_on__gte=F("held_on")), name="activity_days", words="结束日期早于开始日期"),
            must_hold(
                Q(reach__isnull=True) | ~Q(reach_rule=""),
                name="activity_reach_rule",
                words="填了覆盖人次，就要写明人次怎么得来",
            ),
            must_hold(
                Q(screens__isnull=True) | Q(kind=ActivityKind.SCREEN),
                name="activity_screens",
                words="户外屏幕才填屏幕块数",
            ),
        ]
        indexes = [
            # All that its figures ask, so that a year of a large table is read from the index alone.
            indexed("held_on voided_on kind unit reach open_days into screens", name="activity_figures"),
            indexed("unit held_on", name="activity_unit_day"),
        ]


class BaseKind(models.TextChoices):
    SCHOOL = "school", "学校"
    ENTERPRISE = "enterprise", "企业"
    VENUE = "venue", "场馆"
    PARK = "park", "园区"
    OTHER = "other", "其他"


class EducationBase(Record):
    """知识产权文化教育传播基地: named by the office in batches, on a district's proposal; reviewed; may be withdrawn."""

    name = models.CharField("基地名称", max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="推荐单位")
    kind = models.CharField("类型", max_length=12, choices=BaseKind.choices)
    organ = models.CharField("依托单位", max_length=120)
    address = models.CharField("地址", max_length=200, blank=True)
    batch = models.PositiveSmallIntegerField("第几批")
    named_on = models.DateField("命名日期")
    doc_no = models.CharField("命名文件文号", max_length=60, blank=True)
    withdrawn_on = models.DateField("撤销日期", null=True, blank=True)
    withdrawn_because = models.CharField("撤销理由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "教育基地"
        constraints = [
            unique_key("name", name="base_once", words="已有同名的教育基地"),
            must_hold(
                Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("named_on")),
                name="base_withdrawn_after_named",
                words="撤销日期早于命名日期",
            ),
            must_hold(
                Q(withdrawn_on__isnull=True) | ~Q(withdrawn_because=""),
                name="base_withdrawn_because",
                words="撤销的基地要写明撤销理由",
            ),
        ]
        indexes = [indexed("named_on voided_on withdrawn_on unit", name="base_figures")]


class ReviewResult(models.TextChoices):
    PASSED = "passed", "合格"
    MEND = "mend", "限期整改"
    FAILED = "failed", "不合格"


class BaseReview(Record):
    """复核: how a base stood in a year."""

    base = models.ForeignKey(EducationBase, models.PROTECT, related_name="reviews", verbose_name="教育基地")
    year = models.PositiveSmallIntegerField("复核年度")
    reviewed_on = models.DateField("复核日期")
    result = models.CharField("结论", max_length=12, choices=ReviewResult.choices)
    visitors = models.PositiveIntegerField("当年接待人次", null=True, blank=True)
    mend_by = models.DateField("整改期限", null=True, blank=True)
    findings = models.TextField("复核情况", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "基地复核"
        constraints = [
            unique_key("base year", name="base_review_once", words="这个基地当年已有复核"),
            must_hold(
                ~Q(result=ReviewResult.MEND) | Q(mend_by__isnull=False, mend_by__gt=F("reviewed_on")),
                name="base_review_mend_by",
                words="限期整改的要写明整改期限，且晚于复核日期",
            ),
        ]
        indexes = [indexed("reviewed_on unit", name="base_review_day")]

    def __str__(self) -> str:
        return f"{self.base.name}{self.year}年复核"


class Platform(models.TextChoices):
    WECHAT = "wechat", "微信公众号"
    CHANNELS = "channels", "视频号"
    WEIBO = "weibo", "微博"
    TIKTOK = "tiktok", "抖音"
    SITE = "site", "网站专栏"
    OTHER = "other", "其他"


class Channel(Record):
    """新媒体账号、品牌: where works are put out, opened on a day, perhaps closed on another."""

    name = models.CharField("名称", max_length=120)
    platform = models.CharField("平台", max_length=12, choices=Platform.choices)
    opened_on = models.DateField("开通日期")
    closed_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "新媒体账号"
        constraints = [
            unique_key("name platform", name="channel_once", words="这个平台已有同名的账号"),
            must_hold(
                Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="channel_days",
                words="停用日期早于开通日期",
            ),
        ]
        indexes = [indexed("opened_on voided_on closed_on unit", name="channel_figures")]


class Work(Record):
    """新媒体作品: one film, article or programme of a series, with its readings as of a day and the screenshot that proves them."""

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="works", verbose_name="账号")
    title = models.CharField("作品名称", max_length=200)
    series = models.CharField("系列", max_length=80, blank=True)
    put_on = models.DateField("发布日期")
    readings = models.PositiveBigIntegerField("阅读播放量", null=True, blank=True)
    read_on = models.DateField("读数日期", null=True, blank=True, help_text="截图上的日期")

    class Meta:
        verbose_name = verbose_name_plural = "新媒体作品"
        constraints = [
            unique_key("channel title put_on", name="work_once", words="这个账号同一天已有同名的作品"),
            must_hold(
                Q(readings__isnull=True) | Q(read_on__gte=F("put_on"), read_on__isnull=False),
                name="work_read_on",
                words="填了阅读播放量，就要写明读数日期，且不早于发布日期",
            ),
        ]
        indexes = [indexed("put_on voided_on unit readings", name="work_figures")]


class Duty(Record):
    """普法责任清单: one item of what the office has to make known, to whom, when, by whom, and whether it was."""

    title = models.CharField("普法内容", max_length=200)
    year = models.PositiveSmallIntegerField("年度")
    listed_on = models.DateField("列入日期")
    instruments = models.JSONField("法律法规", default=list, blank=True, help_text="每行一部")
    audience = models.CharField("普法对象", max_length=120, blank=True)
    owner = models.CharField("责任处室", max_length=120)
    timing = models.CharField("时间安排", max_length=120, blank=True, help_text="如：4月、宣传周期间、全年")
    due_on = models.DateField("完成期限")
    done_on = models.DateField("落实日期", null=True, blank=True)
    done_how = models.TextField("落实情况", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "普法责任清单"
        constraints = [
            unique_key("unit year title", name="duty_once", words="这一年度已有同样的普法内容"),
            must_hold(Q(due_on__gte=F("listed_on")), name="duty_days", words="完成期限早于列入日期"),
            must_hold(
                Q(done_on__isnull=True) | ~Q(done_how=""), name="duty_done", words="落实的要写明落实情况"
            ),
        ]
        indexes = [indexed("listed_on voided_on unit done_on", name="duty_figures")]
