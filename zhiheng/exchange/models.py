"""What is recorded of packages between installations: partners, what was sent, what came. What is done with it stands in `registers`."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhiheng.enforcement.models import Letter
from zhiheng.registers.models import Record, indexed, must_hold, unique_key

from . import packages

_KINDS = ((packages.LETTER, "函件"), (packages.REPLY, "回复"))


class Partner(Record):
    """协作对象: an office that runs an installation of its own, where it is reached and the key it signs with."""

    name = models.CharField("名称", max_length=120)
    address = models.CharField(
        "系统地址",
        max_length=200,
        blank=True,
        help_text="如 https://zhiheng.example.gov.cn；不填则只以文件往来",
    )
    key = models.CharField(
        "公钥", max_length=64, help_text="对方“本系统公钥”页面上的64位字符，请当面或电话核对指纹"
    )
    since = models.DateField("启用日期")
    ended_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "协作对象"
        constraints = [unique_key("key", name="partner_once", words="这把公钥已登记给一个协作对象")]
        indexes = [indexed("since voided_on ended_on unit", name="partner_day")]


class Outgoing(Record):
    """发出的协作包: a letter, or the reply to one, signed for a partner. What it says is in the kept package, whose digest is here."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="outgoing", verbose_name="协作函件")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name="协作对象")
    made_on = models.DateField("制作日期")
    summary = models.TextField("案情和请求", blank=True, help_text="线索内容、已查明的事实、请对方办理的事项")
    kind = models.CharField("内容", max_length=8, choices=_KINDS, blank=True, editable=False)
    ident = models.CharField("包编号", max_length=32, blank=True, editable=False)
    digest = models.CharField("包摘要", max_length=64, blank=True, editable=False)
    delivered_on = models.DateField("送达日期", null=True, blank=True)
    receipt = models.CharField("回执摘要", max_length=64, blank=True)
    trouble = models.CharField("未送达的原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "发出的协作包"
        constraints = [
            unique_key("letter partner", name="outgoing_once", words="这份函件已经发给这个协作对象"),
            must_hold(
                Q(delivered_on__isnull=True) | ~Q(receipt=""),
                name="outgoing_receipt",
                words="送达须有对方签名的回执",
            ),
        ]
        indexes = [
            indexed("made_on voided_on delivered_on unit", name="outgoing_day"),
            indexed("ident", name="outgoing_ident"),
        ]

    def __str__(self) -> str:
        return f"{self.letter.subject}（{self.get_kind_display() or '协作包'}，致{self.partner.name}）"


class Delivery(models.Model):
    """When a package that has not arrived is tried next. Work that waits: what comes of it is an act of the package."""

    outgoing = models.OneToOneField(Outgoing, models.CASCADE, related_name="delivery")
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "待送达"
        indexes = [indexed("next_at", name="delivery_due")]


class Incoming(Record):
    """收到的协作包: found true when it came, kept as it came; registered by a person as a letter or as the reply to one."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name="协作对象")
    ident = models.CharField("包编号", max_length=32)
    kind = models.CharField("内容", max_length=8, choices=_KINDS)
    subject = models.CharField("事项", max_length=200)
    number = models.CharField("函件文号", max_length=80)
    sent_on = models.DateField("发函日期")
    received_on = models.DateField("收到日期")
    summary = models.TextField("案情和请求", blank=True)
    evidence = models.JSONField("所附文件", default=list, blank=True)
    answers = models.CharField("回复的包编号", max_length=32, blank=True)
    digest = models.CharField("包摘要", max_length=64)
    receipt = models.CharField("回执摘要", max_length=64)
    letter = models.ForeignKey(
        Letter, models.PROTECT, related_name="incoming", verbose_name="协作函件", null=True, blank=True
    )
    taken_on = models.DateField("登记日期", null=True, blank=True)
    dropped_on = models.DateField("不予登记日期", null=True, blank=True)
    dropped_why = models.CharField("不予登记的理由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "收到的协作包"
        constraints = [
            unique_key("partner ident", name="incoming_once", words="这件协作包已经收到"),
            must_hold(
                Q(taken_on__isnull=True) | Q(letter__isnull=False),
                name="incoming_letter",
                words="登记须有函件",
            ),
        ]
        indexes = [indexed("received_on voided_on taken_on unit", name="incoming_day")]

    def __str__(self) -> str:
        return f"{self.subject}（{self.get_kind_display()}）"
