"""What is recorded of reviews, and of the lawyers who are asked. What is done with it stands in `registers`."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhiheng.accounts.models import Person
from zhiheng.registers.models import OfMattersQuerySet, Record, indexed, must_hold, unique_key


class ReviewKind(models.TextChoices):
    LEGALITY = "legality", "合法性审核"
    FAIR_COMPETITION = "fair_competition", "公平竞争审查"


class Verdict(models.TextChoices):
    AGREE = "agree", "同意"
    CORRECT = "correct", "修改"
    SUPPLEMENT = "supplement", "补充材料"
    OTHER = "other", "其他"


class TextKind(models.TextChoices):
    NORMATIVE = "normative", "规范性文件"
    LEGISLATION = "legislation", "法规规章草案"
    POLICY = "policy", "政策措施"
    CONTRACT = "contract", "合同协议"
    OTHER = "other", "其他文件"


class Review(Record):
    """文件审查: the opinion given on one version of one text. A text may be reviewed several times; it is one document."""

    subject = models.CharField("文件名称", max_length=200)
    kind = models.CharField("审查种类", max_length=20, choices=ReviewKind.choices)
    text_kind = models.CharField("文件种类", max_length=12, choices=TextKind.choices)
    drafted_by = models.CharField("起草机构", max_length=60, blank=True)
    number = models.CharField("登记号", max_length=60, blank=True, help_text="在本系统起草的，为起草登记号")
    text_sha = models.CharField(
        "文本指纹", max_length=64, blank=True, help_text="所审文本的指纹；纸质审查的不填"
    )
    seq = models.PositiveSmallIntegerField("第几次审查", default=1)
    reviewer = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="审查人")
    reviewed_on = models.DateField("出具意见日期")
    verdict = models.CharField("结论", max_length=12, choices=Verdict.choices)
    opinion = models.TextField("意见", blank=True)
    exception_until = models.DateField("例外措施届满日", null=True, blank=True)
    exception_why = models.TextField("没有影响更小的替代方案的理由", blank=True)
    rechecked_on = models.DateField("再次审查日期", null=True, blank=True)
    recheck_result = models.TextField("再次审查结论", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文件审查"
        constraints = [
            unique_key(
                "unit subject kind seq",
                name="review_once",
                words="这次审查已经登记过，再审的请改“第几次审查”",
            ),
            must_hold(
                Q(exception_until__isnull=True) | Q(kind=ReviewKind.FAIR_COMPETITION),
                name="review_exception_kind",
                words="只有公平竞争审查才有例外措施",
            ),
            must_hold(
                Q(exception_until__isnull=True)
                | (Q(exception_until__gt=F("reviewed_on")) & ~Q(exception_why="")),
                name="review_exception_end",
                words="例外措施须写明理由，届满日须在出具意见之后",
            ),
        ]
        indexes = [
            indexed("reviewed_on voided_on unit kind verdict subject", name="review_figures"),
            models.Index(
                fields=("exception_until",), condition=Q(rechecked_on__isnull=True), name="review_exceptions"
            ),
        ]


class CaseDraw(Record):
    """案件抽查: which closed cases are looked at again, drawn from all that were closed in a time. List, seed and outcome stay on the record, so
    that anybody can repeat it."""

    name = models.CharField("批次", max_length=80, help_text="如：2024年度第一次")
    drawn_on = models.DateField("抽取日期")
    closed_from = models.DateField("结案日期自")
    closed_until = models.DateField("结案日期至")
    many = models.PositiveSmallIntegerField("抽取件数")
    seed = models.CharField("随机种子", max_length=40, editable=False)
    pool = models.JSONField("期间办结的案件", default=list, editable=False)
    drawn = models.JSONField("抽中的案件", default=list, editable=False)

    objects = OfMattersQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "案件抽查"
        constraints = [
            unique_key(
                "unit", "name", name="case_draw_once", words="已有同一批次的抽查，重新抽取请另写批次并说明"
            ),
            must_hold(
                Q(closed_until__gte=F("closed_from")), name="case_draw_days", words="结案日期的起止颠倒"
            ),
            must_hold(Q(many__gte=1), name="case_draw_many", words="抽取件数至少为1"),
        ]
        indexes = [models.Index(fields=("drawn_on", "voided_on", "unit"), name="case_draw_day")]


class Finding(models.TextChoices):
    GOOD = "good", "没有问题"
    MINOR = "minor", "有瑕疵"
    WRONG = "wrong", "有错误"


class CaseReview(Record):
    """案件监督审查: a closed case looked at again, on seven points; what was found, and whether it was put right."""

    subject = models.CharField("案件名称", max_length=200)
    number = models.CharField("文号", max_length=80)
    case_unit = models.CharField("办案单位", max_length=60)
    draw_name = models.CharField(
        "抽查批次", max_length=80, blank=True, help_text="随机抽中的，照抽查记录写批次；不是抽查的不填"
    )
    reviewer = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="审查人")
    reviewed_on = models.DateField("审查日期")
    competence = models.CharField("主体与管辖", max_length=8, choices=Finding.choices)
    facts = models.CharField("事实与证据", max_length=8, choices=Finding.choices)
    law = models.CharField("适用法律", max_length=8, choices=Finding.choices)
    discretion = models.CharField("裁量", max_length=8, choices=Finding.choices)
    procedure = models.CharField("程序", max_length=8, choices=Finding.choices)
    papers = models.CharField("文书", max_length=8, choices=Finding.choices)
    execution = models.CharField("执行与公示", max_length=8, choices=Finding.choices)
    findings = models.TextField("发现的问题", blank=True, help_text="逐项写明；没有问题的不填")
    mend_by = models.DateField("整改期限", null=True, blank=True)
    mended_on = models.DateField("整改完成日期", null=True, blank=True)
    mended_how = models.TextField("整改情况", blank=True)

    objects = OfMattersQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "案件监督审查"
        constraints = [
            unique_key(
                "unit case_unit number reviewed_on",
                name="case_review_once",
                words="同一天已登记过对本案的审查",
            ),
            must_hold(
                Q(mend_by__isnull=True) | Q(mend_by__gte=F("reviewed_on")),
                name="case_review_mend_by",
                words="整改期限早于审查日期",
            ),
            must_hold(
                Q(mended_on__isnull=True) | Q(mended_on__gte=F("reviewed_on")),
                name="case_review_mended_on",
                words="整改完成日期早于审查日期",
            ),
        ]
        indexes = [indexed("reviewed_on voided_on unit mended_on draw_name", name="case_review_figures")]


# The points of a case review, in their order.
POINTS = ("competence", "facts", "law", "discretion", "procedure", "papers", "execution")


class LawyerKind(models.TextChoices):
    PUBLIC = "public", "公职律师"
    OUTSIDE = "outside", "外聘律师"


class Lawyer(Record):
    """法律顾问、公职律师: who may be asked, on which licence and until when."""

    name = models.CharField("姓名", max_length=40)
    kind = models.CharField("类别", max_length=8, choices=LawyerKind.choices)
    firm = models.CharField("律师事务所", max_length=80, blank=True, help_text="公职律师不填")
    licence = models.CharField("执业证号", max_length=40, help_text="公职律师填公职律师证书号")
    account = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登录账号",
        help_text="外聘律师的账号须登记为外部人员；没有账号的，意见由本局登记",
    )
    engaged_on = models.DateField("聘任日期")
    engaged_until = models.DateField("聘期届满日", null=True, blank=True)
    contract_no = models.CharField("合同编号", max_length=60, blank=True)
    fee_fen = models.PositiveBigIntegerField("合同费用（分）", null=True, blank=True)
    ended_on = models.DateField("解聘日期", null=True, blank=True)
    ended_because = models.CharField("解聘原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "法律顾问和公职律师"
        constraints = [
            unique_key("unit licence engaged_on", name="lawyer_once", words="这名律师在这一天已有聘任登记"),
            must_hold(
                Q(engaged_until__isnull=True) | Q(engaged_until__gte=F("engaged_on")),
                name="lawyer_days",
                words="聘期届满日早于聘任日期",
            ),
            must_hold(
                Q(kind=LawyerKind.OUTSIDE) & ~Q(firm="")
                | Q(kind=LawyerKind.PUBLIC, firm="", fee_fen__isnull=True),
                name="lawyer_firm",
                words="外聘律师须填律师事务所；公职律师不填律师事务所和费用",
            ),
        ]
        indexes = [indexed("engaged_on voided_on ended_on unit kind licence", name="lawyer_engaged")]


class Use(models.TextChoices):
    FULL = "full", "采纳"
    PART = "part", "部分采纳"
    NONE = "none", "未采纳"


class LegalRequest(Record):
    """法律意见: what a lawyer was asked, whether they are free of conflict, what they said, and what was made of it."""

    lawyer = models.ForeignKey(Lawyer, models.PROTECT, related_name="+", verbose_name="律师")
    subject = models.CharField("事项", max_length=200)
    question = models.TextField("咨询的问题", help_text="只写律师需要知道的")
    asked_on = models.DateField("提出日期")
    answer_by = models.DateField("答复期限")
    parties = models.JSONField("涉及的当事人", default=list, blank=True, help_text="每行一个，供核查利益冲突")
    conflict = models.CharField(
        "利益冲突核查", max_length=8, choices=(("none", "没有冲突"), ("found", "有冲突")), blank=True
    )
    conflict_note = models.CharField("冲突情况", max_length=200, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    opinion = models.TextField("法律意见", blank=True)
    used = models.CharField("采纳情况", max_length=8, choices=Use.choices, blank=True)
    used_how = models.TextField("采纳说明", blank=True)
    fee_fen = models.PositiveBigIntegerField("费用（分）", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "法律意见"
        constraints = [
            unique_key(
                "lawyer subject asked_on", name="legal_request_once", words="同一天已就本事项咨询过这名律师"
            ),
            must_hold(Q(answer_by__gte=F("asked_on")), name="legal_request_by", words="答复期限早于提出日期"),
            must_hold(
                Q(answered_on__isnull=True) | (Q(answered_on__gte=F("asked_on")) & ~Q(opinion="")),
                name="legal_request_answered",
                words="答复须写明意见，答复日期不得早于提出日期",
            ),
            must_hold(
                Q(answered_on__isnull=True) | Q(conflict="none"),
                name="legal_request_no_conflict",
                words="核查没有利益冲突以后，律师才能出具意见",
            ),
            must_hold(
                ~Q(conflict="found") | ~Q(conflict_note=""),
                name="legal_request_conflict",
                words="有冲突的，写明冲突情况",
            ),
        ]
        indexes = [indexed("asked_on voided_on unit used answered_on fee_fen", name="legal_request_figures")]
