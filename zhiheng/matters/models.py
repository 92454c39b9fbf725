"""A matter, its people and parties, the procedures it ran and what happened in them.

Steps, opinions and pauses are events and only ever added; the clocks table is the one stored copy of derived dates, rewritten
by `runs.project` alone. The columns lists and figures need are the family's: its record points to the matter.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.scoping import MatterScopedQuerySet
from zhiheng.documents.models import Folder
from zhiheng.statements import Read


class ProcedureVersion(models.Model):
    """The bundle that a run is pinned to: a procedure with the guards, fields, pauses and forms it names, kept so that the
    matter can finish under it whatever becomes of the law book."""

    sha = models.CharField("内容摘要", max_length=64, unique=True)
    code = models.CharField("程序", max_length=60)
    effective = models.DateField("施行日期")
    text = models.TextField("文本")  # the bundle as YAML

    class Meta:
        verbose_name = verbose_name_plural = "程序版本"


class Matter(Read, models.Model):
    """One matter of some kind. `record_id` is the row of the kind's family; `proceeding` the run it stands under now."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    kind = models.CharField("事项种类", max_length=40)
    title = models.CharField("事项", max_length=200)
    opened_on = models.DateField("启动日期")
    folder = models.OneToOneField(Folder, models.PROTECT, related_name="+")
    record_id = models.BigIntegerField("记录", default=0)
    proceeding = models.OneToOneField("Proceeding", models.PROTECT, null=True, related_name="+")

    objects = MatterScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "事项"
        indexes = [
            models.Index(fields=("unit", "kind", "opened_on"), name="matter_unit_kind"),
            models.Index(fields=("kind", "record_id"), name="matter_record"),
        ]

    def __str__(self) -> str:
        return self.title


class MatterRecord(Read, models.Model):
    """What a family's table must have: the row lists, figures and pages read. A row that came in by ledger has no matter."""

    kind = models.CharField("事项种类", max_length=40)
    title = models.CharField("名称", max_length=200)
    state = models.CharField("状态", max_length=40)
    outcome = models.CharField("处理结果", max_length=20, blank=True)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class Officer(Read, models.Model):
    """承办人 or 协办人 of a matter. Ended, never deleted: the file must show who was responsible when."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="officers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    lead = models.BooleanField("主办", default=False)
    since = models.DateField("起")
    until = models.DateField("止", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "承办人"
        constraints = [
            models.UniqueConstraint(
                fields=("matter", "person"), condition=Q(until__isnull=True), name="officer_once"
            )
        ]


class Party(models.Model):
    """A party of a matter in a role other than the principal one, whose facts the record's own columns hold."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="parties")
    role = models.CharField("角色", max_length=20)
    seq = models.PositiveSmallIntegerField("序号", default=1)
    name = models.CharField("名称或者姓名", max_length=120, blank=True)
    type = models.CharField("类型", max_length=20, blank=True)
    id_no = models.CharField("统一社会信用代码或者证件号码", max_length=30, blank=True)
    legal_rep = models.CharField("法定代表人、负责人或者经营者", max_length=60, blank=True)
    address = models.CharField("住所或者住址", max_length=200, blank=True)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    birth_on = models.DateField("出生日期", null=True, blank=True)
    capacity = models.CharField("责任能力", max_length=10, blank=True)
    agent = models.CharField("代理人", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "参加人"
        constraints = [models.UniqueConstraint(fields=("matter", "role", "seq"), name="party_role_once")]
        indexes = [
            models.Index(fields=("name",), name="party_name"),
            models.Index(fields=("id_no",), name="party_id_no"),
        ]

    def __str__(self) -> str:
        return self.name


class ProtectedAnswer(models.Model):
    """A protected answer of a step (`protection`), encrypted; the step itself holds a mark in its place. Only ever added."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    field = models.CharField("栏目", max_length=60)
    sealed = models.TextField("密文")
    on = models.DateField("日期")
    kept_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "保密信息"


class Proceeding(Read, models.Model):
    """One run of a procedure, pinned to the hash of the bundle it was opened under. `adopted`: bundles it ran under before,
    each with the day from which it left them, where the law moved running matters."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="runs")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    procedure = models.CharField("程序", max_length=60)
    version = models.CharField("程序版本", max_length=64)
    adopted = models.JSONField("此前版本", default=list)
    state = models.CharField("状态", max_length=40)
    opened_on = models.DateField("启动日期")

    objects = MatterScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "程序运行"
        indexes = [
            models.Index(fields=("unit", "state"), name="proceeding_unit_state"),
            models.Index(fields=("version",), name="proceeding_version"),
        ]

    def __str__(self) -> str:
        return self.matter.title


class StepTaken(Read, models.Model):
    """One step that took effect on a day. The whole run can be replayed from these rows."""

    proceeding = models.ForeignKey(Proceeding, models.PROTECT, related_name="steps")
    seq = models.PositiveIntegerField()
    step = models.CharField("步骤", max_length=60)
    on = models.DateField("日期")
    ref = models.CharField("措施", max_length=60, blank=True)
    data = models.JSONField("内容")
    state = models.CharField("之后状态", max_length=40)
    taken_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    # Whose role it was, where a deputy took the step.
    for_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("登记时刻", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "已走步骤"
        ordering = ("proceeding", "seq")
        constraints = [models.UniqueConstraint(fields=("proceeding", "seq"), name="step_seq_once")]
        indexes = [models.Index(fields=("taken_by", "-id"), name="step_taken_by")]


class ProposalState(models.TextChoices):
    PENDING = "pending", "待审批"
    APPROVED = "approved", "已批准"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "已失效"  # the matter went on another way meanwhile


class Proposal(models.Model):
    """A step sent up for approval: what was proposed, and which role's turn it is."""

    proceeding = models.ForeignKey(Proceeding, models.PROTECT, related_name="proposals")
    step = models.CharField("步骤", max_length=60)
    ref = models.CharField("措施", max_length=60, blank=True)
    data = models.JSONField("内容")
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_on = models.DateField("提请日期")
    next_role = models.CharField("待审批角色", max_length=20, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=ProposalState.choices, default=ProposalState.PENDING
    )

    class Meta:
        verbose_name = verbose_name_plural = "提请审批"
        constraints = [
            models.UniqueConstraint(
                fields=("proceeding", "step", "ref"),
                condition=Q(state="pending"),
                name="proposal_pending_once",
            )
        ]
        indexes = [
            models.Index(fields=("state", "next_role"), name="proposal_turn"),
            models.Index(fields=("proposed_by", "-id"), name="proposal_by"),
        ]


class Opinion(models.Model):
    """What one approver said, in which role, on which day."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="opinions")
    role = models.CharField("角色", max_length=20)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    # Whose role it was, where a deputy signed.
    for_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    on = models.DateField("日期")
    agrees = models.BooleanField("同意")
    text = models.CharField("意见", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "审批意见"
        ordering = ("id",)
        indexes = [models.Index(fields=("person", "-id"), name="opinion_by")]

    @property
    def signer(self) -> str:
        """Who signed, as papers and pages name them."""
        return f"{self.person.name}（代{self.for_person.name}）" if self.for_person_id else self.person.name


class Countersigned(models.TextChoices):
    ASKED = "asked", "待会签"
    AGREES = "agrees", "同意"
    DIFFERS = "differs", "有不同意见"
    HANDED = "handed", "转办"


class Countersign(models.Model):
    """会签、加签: somebody of the unit is asked for an opinion on a proposal before it is decided. Who asks is its proposer, or whoever
    may sign it now; who is asked may hand it on. It is heard, not counted: the approver decides."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="countersigns")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField("请求日期")
    why = models.CharField("请会签的事项", max_length=200, blank=True)
    state = models.CharField(
        "会签情况", max_length=8, choices=Countersigned.choices, default=Countersigned.ASKED
    )
    text = models.CharField("会签意见", max_length=400, blank=True)
    said_on = models.DateField("会签日期", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "会签"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=("proposal", "person"), condition=Q(state="asked"), name="countersign_once"
            )
        ]


class ClockState(Read, models.Model):
    """A clock of a run as it stands: derived from the steps, kept so that lists can sort and sweep by due date."""

    proceeding = models.ForeignKey(Proceeding, models.CASCADE, related_name="clocks")
    key = models.CharField("时限键", max_length=60)
    clock = models.CharField("时限", max_length=40)
    title = models.CharField("时限名称", max_length=40)
    started_on = models.DateField("起算日")
    stopped_on = models.DateField("停止日", null=True)
    paused_since = models.DateField("暂停起", null=True)
    due_on = models.DateField("届满日", null=True)
    provisional = models.BooleanField("暂按推算", default=False)
    article = models.CharField("依据", max_length=120)
    late = models.CharField("逾期后果", max_length=10)
    trace = models.JSONField("推算过程")

    class Meta:
        verbose_name = verbose_name_plural = "时限"
        indexes = [
            models.Index(fields=("due_on",), condition=Q(stopped_on__isnull=True), name="clock_running_due")
        ]

    @property
    def due_hour(self) -> str:
        """Of a clock counted in hours, the hour at which it ends, as its reasons tell it."""
        words = self.trace[-1]["text"] if self.trace else ""
        return words.removesuffix("届满") if words.endswith("时届满") else ""


class TurnKind(models.TextChoices):
    STEP = "step", "办理"
    OPINION = "opinion", "审批"
    RETURNED = "returned", "退回补正"
    COUNTERSIGN = "countersign", "会签"


class Turn(Read, models.Model):
    """Whose move it is: a step that somebody has to take, or an opinion that is awaited, since when and until when.

    Derived from the run, its clocks and proposals by `turns.rewrite` alone, kept so that everybody's work in hand is one indexed
    query. `person` where it is somebody's in particular (officers, proposers); else everybody's who holds `role` in the unit.
    """

    proceeding = models.ForeignKey(Proceeding, models.CASCADE, related_name="turns")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField("类别", max_length=11, choices=TurnKind.choices)
    step = models.CharField("步骤", max_length=60)
    title = models.CharField("办理事项", max_length=60)
    ref = models.CharField("措施", max_length=60, blank=True)
    role = models.CharField("角色", max_length=20)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+", db_index=False)
    proposal = models.ForeignKey(Proposal, models.CASCADE, null=True, related_name="+")
    since = models.DateField("待办起")
    due_on = models.DateField("届满日", null=True)
    clock = models.CharField("时限", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "待办"
        indexes = [
            models.Index(fields=("person", "due_on", "since"), name="turn_person"),
            models.Index(
                fields=("unit", "role", "due_on", "since"),
                condition=Q(person__isnull=True),
                name="turn_role",
            ),
        ]


class Reminder(models.Model):
    """催办: somebody was asked to take their turn. Only ever added; shown beside the turn as long as it lasts."""

    proceeding = models.ForeignKey(Proceeding, models.PROTECT, related_name="reminders")
    step = models.CharField("步骤", max_length=60)
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, related_name="reminders")
    role = models.CharField("角色", max_length=20)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    on = models.DateField("日期")
    text = models.CharField("催办内容", max_length=200, blank=True)
    sent_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering = ("id",)


class Draft(models.Model):
    """What somebody typed into the form of a place and did not send yet, as the browser had it; files by their digest."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="drafts")
    place = models.CharField("位置", max_length=160)
    data = models.JSONField("内容", default=dict)  # name → list of what was typed
    files = models.JSONField("附件", default=dict)  # name → list of {"name", "digest", "size"}
    version = models.PositiveIntegerField("版本", default=1)
    saved_at = models.DateTimeField("保存时刻")

    class Meta:
        verbose_name = verbose_name_plural = "草稿"
        constraints = [models.UniqueConstraint(fields=("person", "place"), name="draft_place_once")]
        indexes = [models.Index(fields=("saved_at",), name="draft_saved")]


class Reading(models.Model):
    """查阅: on this day this person read the content of this record, so many times. One row a person, record and day; what was carried
    away besides stands in the ledger of acts. `kind` and `record_id` name the record, which may have come by ledger and have no matter."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="案件单位")
    kind = models.CharField("事项种类", max_length=40)
    record_id = models.BigIntegerField("记录")
    title = models.CharField("事项", max_length=200)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="查阅人")
    on = models.DateField("日期")
    times = models.PositiveIntegerField("次数", default=1)
    first_at = models.DateTimeField("首次")
    last_at = models.DateTimeField("末次")

    objects = MatterScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "查阅记录"
        constraints = [
            models.UniqueConstraint(fields=("kind", "record_id", "person", "on"), name="reading_once_a_day")
        ]
        indexes = [
            models.Index(fields=("unit", "-on", "-id"), name="reading_unit"),
            models.Index(fields=("on",), name="reading_on"),
        ]
