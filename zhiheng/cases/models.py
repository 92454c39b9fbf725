"""The record of a case from its lead to the archive, and the ledgers that brought rows in.

One row is one case, whether it is worked here (it then has a matter) or came in closed from a district's ledger.
Money is in fen (分); a missing amount is NULL, which is not zero (行政处罚 statistics tell them apart).
"""

from django.db import models
from django.db.models import F, Q

from zhiheng.accounts.models import Person, Unit
from zhiheng.accounts.scoping import MatterScopedQuerySet
from zhiheng.accounts.words import WordField
from zhiheng.law import current_book
from zhiheng.matters.models import MatterRecord
from zhiheng.search.index import Index
from zhiheng.search.models import Entry
from zhiheng.statements import Read


class LedgerImport(models.Model):
    """One ledger read in: who, when, which file, and what became of its rows."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField("日期")
    at = models.DateTimeField("时刻", auto_now_add=True)
    file_name = models.CharField("文件名", max_length=200)
    file_digest = models.CharField("文件摘要", max_length=64)
    rows = models.PositiveIntegerField("行数")
    imported = models.PositiveIntegerField("导入")
    changed = models.PositiveIntegerField("更新", default=0)
    unchanged = models.PositiveIntegerField("未变")
    rejected = models.PositiveIntegerField("退回")
    rejects_digest = models.CharField("退回表摘要", max_length=64, blank=True)
    remarks = models.JSONField("提示", default=list)

    objects = MatterScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "台账导入"
        ordering = ("-id",)


# Columns whose values belong to one case only. Their indexes leave the empty ones out: a case from a ledger has no
# matter, a case worked here no ledger row, and a hundred thousand rows that come in at once pay for every index.
_AT_MOST_ONE = ("matter", "ledger_key")

# Columns that the list of cases sorts by.
SORTED = ("filed_on", "decided_on", "case_value_fen", "forfeit_fen")

# Columns of few values, some of them rare, that it is narrowed by; with what figures of such a value ask besides.
NARROWED = {
    "state": (),
    "outcome": ("cause", "closed_on", "unit"),
    "source": ("cause", "lead_on", "unit"),
}

# The cause and the source of a row whose ledger states none, and the kind of a case whose cause no kind claims.
UNSTATED = "other"
USUAL_KIND = "penalty"


class Case(MatterRecord):
    # No index of its own: case_unit_recent begins with it.
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="cases", verbose_name="办案单位", db_index=False
    )
    kind = WordField("事项种类", vocabulary="kinds", max_length=40, default=USUAL_KIND)
    cause = WordField("案由", vocabulary="causes", max_length=30)
    title = models.CharField("案件名称", max_length=200)
    lead_no = models.CharField("案源登记号", max_length=60, blank=True)
    case_no = models.CharField("案号", max_length=60, blank=True)
    doc_no = models.CharField("决定书文号", max_length=60, blank=True)
    doc_no_printed = models.CharField("文号原文", max_length=80, blank=True)
    source = WordField("案件来源", vocabulary="sources", max_length=20, default=UNSTATED)
    lead_text = models.TextField("线索内容", blank=True)
    right_holder = models.CharField("权利人", max_length=120, blank=True)

    party_name = models.CharField("当事人", max_length=120)
    party_type = WordField("当事人类型", vocabulary="party_types", max_length=20)
    party_id = models.CharField("统一社会信用代码或证件号码", max_length=30, blank=True)
    party_address = models.CharField("住所（住址）", max_length=200, blank=True)
    party_phone = models.CharField("联系电话", max_length=40, blank=True)
    legal_rep = models.CharField("法定代表人（负责人、经营者）", max_length=60, blank=True)
    goods = models.CharField("涉案商品", max_length=200, blank=True)

    lead_on = models.DateField("线索日期", null=True, blank=True)
    act_on = models.DateField("违法行为发生日", null=True, blank=True)
    act_end_on = models.DateField("违法行为终了日", null=True, blank=True)
    filed_on = models.DateField("立案日期", null=True, blank=True)
    decided_on = models.DateField("决定日期", null=True, blank=True)
    served_on = models.DateField("送达日期", null=True, blank=True)
    published_on = models.DateField("公示日期", null=True, blank=True)
    unpublished_on = models.DateField("撤回（停止）公示日期", null=True, blank=True)
    closed_on = models.DateField("结案日期", null=True, blank=True)
    archived_on = models.DateField("归档日期", null=True, blank=True)

    case_value_fen = models.BigIntegerField("案值（分）", null=True, blank=True)
    value_approx = models.BooleanField("案值为约数", default=False)
    value_method = models.CharField("案值计算方法", max_length=60, blank=True)
    turnover_fen = models.BigIntegerField("违法经营额（分）", null=True, blank=True)
    gains_fen = models.BigIntegerField("违法所得（分）", null=True, blank=True)
    # With decided_on, doc_no and doc_no_printed one stored copy of what the decisions say: `decisions.reflect` writes it.
    fine_fen = models.BigIntegerField("罚款（分）", null=True, blank=True)
    confiscated_gains_fen = models.BigIntegerField("没收违法所得（分）", null=True, blank=True)
    forfeit_fen = models.BigIntegerField("罚没金额（分）", null=True, blank=True)
    paid_fen = models.BigIntegerField("已缴金额（分）", null=True, blank=True)
    surcharge_fen = models.BigIntegerField("加处罚款（分）", null=True, blank=True)

    # state mirrors the run's; a case from a ledger keeps the state its status column gave.
    state = models.CharField("状态", max_length=40, default="lead")
    outcome = WordField("处理结果", vocabulary="outcomes", max_length=20, blank=True)
    note = models.TextField("备注", blank=True)

    ledger = models.ForeignKey(LedgerImport, models.PROTECT, null=True, related_name="cases")
    ledger_key = models.CharField("台账行键", max_length=64, null=True)  # noqa: DJ001 - NULL for cases worked here
    ledger_digest = models.CharField("台账行摘要", max_length=64, blank=True)
    ledger_place = models.CharField("台账位置", max_length=80, blank=True)
    extra = models.JSONField("台账其他列", default=dict)

    objects = MatterScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "案件"
        constraints = [
            models.CheckConstraint(
                condition=Q(act_end_on__isnull=True)
                | Q(act_on__isnull=True)
                | Q(act_end_on__gte=F("act_on")),
                name="case_act_ends_after_start",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0}),
                    name=f"case_{field}_not_negative",
                )
                for field in (
                    "case_value_fen",
                    "turnover_fen",
                    "gains_fen",
                    "fine_fen",
                    "confiscated_gains_fen",
                    "forfeit_fen",
                    "paid_fen",
                    "surcharge_fen",
                )
            ),
            *(
                models.UniqueConstraint(
                    fields=(field,), condition=Q(**{f"{field}__isnull": False}), name=f"case_{field}_once"
                )
                for field in _AT_MOST_ONE
            ),
        ]
        indexes = [
            # Few of a rare cause, and the figures by other days than that of decision read this index alone (covering).
            models.Index(
                fields=("cause", "filed_on", "closed_on", "unit", "outcome", "lead_on", "source"),
                name="case_figures",
            ),
            models.Index(fields=("unit", "-id"), name="case_unit_recent"),
            models.Index(fields=("doc_no",), name="case_doc_no"),
            models.Index(fields=("party_name",), name="case_party"),
            models.Index(fields=("party_id",), name="case_party_number"),
            # What the list sorts by: walked from its end until a page is full (`ui.lists.ordering`).
            *(
                models.Index(
                    fields=(column, "id"),
                    condition=Q(**{f"{column}__isnull": False}),
                    name=f"case_by_{column}",
                )
                for column in SORTED
            ),
            # What it is narrowed by: of a million rows, the few in a rare state are not looked for one by one.
            *(
                models.Index(fields=(column, "id", *counted), name=f"case_in_{column}")
                for column, counted in NARROWED.items()
            ),
        ]


class CaseEntry(Entry):
    """What cases are found by: names, parties, numbers in any spelling."""


CASE_INDEX = Index(
    CaseEntry,
    "cases.Case",
    (
        "title",
        "party_name",
        "party_id",
        "party_phone",
        "doc_no",
        "doc_no_printed",
        "case_no",
        "lead_no",
    ),
)


class DecisionChange(models.TextChoices):
    """What review, a court or the office itself did to a decision (行政复议法 63 to 67, 行政诉讼法 70 to 77)."""

    REVOKED = "revoked", "撤销"
    CHANGED = "changed", "变更"
    INVALID = "invalid", "确认无效"
    # It stays in force all the same (行政诉讼法 74), and is counted.
    UNLAWFUL = "unlawful", "确认违法"


class DecidedBy(models.TextChoices):
    """By which power a unit decided: one that the law gives it, or one that was delegated to it (`matters.powers`)."""

    OWN = "own", "本机关的权限"
    DELEGATED = "delegated", "下放的权限"


class DecisionQuerySet(MatterScopedQuerySet):
    def in_force(self, on=None):
        """Those in force on a day; without one, as far as is known."""
        if on is None:
            return self.filter(ended_on__isnull=True)
        begun = Q(since__isnull=True) | Q(since__lte=on)
        return self.filter(begun, Q(ended_on__isnull=True) | Q(ended_on__gt=on))


class Decision(Read, models.Model):
    """One decision on a case: its number, its day and what it ordered. The year's figures count these rows.

    A decision is never rewritten by what comes after. What revokes it gives it an end; what changes its amounts ends it and
    adds the decision as changed, which keeps number and day; what is decided anew is a decision of its own. Only a ledger
    that corrects its own row corrects the decision, and leaves both values in the case's history.
    `kind` is the outcome it makes. Unit, cause and case value are copied: that is what was counted, and the figures read one index.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="办案单位", db_index=False)
    cause = WordField("案由", vocabulary="causes", max_length=30)
    kind = WordField("种类", vocabulary="outcomes", max_length=20, blank=True)
    number = models.CharField("文号", max_length=60, blank=True)
    number_printed = models.CharField("文号原文", max_length=80, blank=True)
    decided_on = models.DateField("决定日期")
    # As changed, it is in force from the day of the change; a decision as made, from its own day.
    since = models.DateField("变更自", null=True, blank=True)
    case_value_fen = models.BigIntegerField("案值（分）", null=True, blank=True)
    fine_fen = models.BigIntegerField("罚款（分）", null=True, blank=True)
    confiscated_gains_fen = models.BigIntegerField("没收违法所得（分）", null=True, blank=True)
    forfeit_fen = models.BigIntegerField("罚没金额（分）", null=True, blank=True)
    power = models.CharField(
        "权限",
        max_length=10,
        choices=DecidedBy.choices,
        default=DecidedBy.OWN,
        db_default=DecidedBy.OWN.value,
    )
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="代替"
    )
    changed_how = models.CharField(
        "变更、撤销情形", max_length=20, choices=DecisionChange.choices, blank=True
    )
    changed_on = models.DateField("变更、撤销日期", null=True, blank=True)
    changed_by = models.CharField("变更、撤销文书", max_length=200, blank=True)
    ended_on = models.DateField("失效日期", null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "决定"
        constraints = [
            models.CheckConstraint(
                condition=Q(changed_how="", changed_on__isnull=True)
                | (~Q(changed_how="") & Q(changed_on__isnull=False, changed_on__gte=F("decided_on"))),
                name="decision_changed_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, changed_how__in=("", "unlawful"))
                | (
                    Q(ended_on__isnull=False, ended_on=F("changed_on")) & ~Q(changed_how__in=("", "unlawful"))
                ),
                name="decision_ends_as_it_was_changed",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0}),
                    name=f"decision_{field}_not_negative",
                )
                for field in ("case_value_fen", "fine_fen", "confiscated_gains_fen", "forfeit_fen")
            ),
            models.UniqueConstraint(
                fields=("replaces",), condition=Q(replaces__isnull=False), name="decision_replaced_once"
            ),
        ]
        indexes = [
            # The year's figures read this index alone (covering), by cause, day and unit.
            models.Index(
                fields=(
                    "cause",
                    "decided_on",
                    "unit",
                    "case_value_fen",
                    "forfeit_fen",
                    "ended_on",
                    "since",
                    "kind",
                    "power",
                ),
                name="decision_figures",
            ),
            models.Index(fields=("number",), name="decision_number"),
        ]

    def __str__(self) -> str:
        return self.case.title

    @property
    def fate(self) -> str:
        """What became of it: “2025-03-02撤销（渝府复〔2025〕8号）”, "" while nothing did."""
        if not self.changed_how:
            return ""
        paper = f"（{self.changed_by}）" if self.changed_by else ""
        return f"{self.changed_on}{self.get_changed_how_display()}{paper}"


class Share(models.Model):
    """What one party bears of a decision on several. A decision on the principal party alone has none: it is that party's whole."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="shares")
    party_name = models.CharField("当事人", max_length=120)
    principal = models.BooleanField("主要当事人", default=False)
    rule = models.CharField("罚则", max_length=40, blank=True)
    fine_fen = models.BigIntegerField("罚款（分）", default=0)
    confiscated_gains_fen = models.BigIntegerField("没收违法所得（分）", default=0)
    other = models.CharField("其他处罚", max_length=20, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "各当事人的处罚"
        constraints = [
            models.UniqueConstraint(fields=("decision", "party_name"), name="share_party_once"),
            models.CheckConstraint(
                condition=Q(fine_fen__gte=0, confiscated_gains_fen__gte=0), name="share_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.party_name


def kind_of(cause: str) -> str:
    """The kind of case that a cause belongs to, the usual one where none claims it: a ledger tells the cause only."""
    found = current_book().kind_of_cause("case", cause)
    return found.code if found else USUAL_KIND
