"""What is recorded of study. What is done with it stands in `registers`."""

from django.db import models
from django.db.models import Q

from zhiheng.registers.models import Record, must_hold, unique_key


class SessionKind(models.TextChoices):
    GROUP = "group", "中心组学习"
    STAFF = "staff", "全员学法"
    TRAINING = "training", "业务培训"


class StudySession(Record):
    """集中学法: one sitting with its topics and who attended."""

    topic = models.CharField("学习主题", max_length=120)
    kind = models.CharField("形式", max_length=12, choices=SessionKind.choices)
    held_on = models.DateField("学习日期")
    instruments = models.JSONField("学习的法规", default=list, blank=True, help_text="每行一部")
    expected = models.PositiveSmallIntegerField("应到人数")
    attended = models.PositiveSmallIntegerField("实到人数", null=True, blank=True)
    minutes = models.TextField("学习纪要", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "集中学法"
        constraints = [
            unique_key("unit", "held_on", "topic", name="study_session_once", words="同一天已有同主题的学法"),
            must_hold(
                Q(attended__isnull=True) | Q(attended__lte=models.F("expected")),
                name="study_session_attended",
                words="实到人数多于应到人数",
            ),
        ]
        indexes = [
            models.Index(fields=("held_on", "voided_on", "unit", "kind", "attended"), name="study_figures")
        ]


class Exam(Record):
    """学法考试: who should have sat it, who did, who passed."""

    name = models.CharField("考试名称", max_length=120)
    held_on = models.DateField("考试日期")
    expected = models.PositiveIntegerField("应考人数")
    sat = models.PositiveIntegerField("参考人数", null=True, blank=True)
    passed = models.PositiveIntegerField("合格人数", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "学法考试"
        constraints = [
            unique_key("unit", "held_on", "name", name="exam_once", words="同一天已有同名的考试"),
            must_hold(
                Q(sat__isnull=True) | Q(sat__lte=models.F("expected")),
                name="exam_sat",
                words="参考人数多于应考人数",
            ),
            must_hold(
                Q(passed__isnull=True) | Q(sat__isnull=False, passed__lte=models.F("sat")),
                name="exam_passed",
                words="合格人数多于参考人数",
            ),
        ]
        indexes = [
            models.Index(
                fields=("held_on", "voided_on", "unit", "expected", "sat", "passed"), name="exam_figures"
            )
        ]


class QualificationKind(models.TextChoices):
    LEGAL = "legal", "法律职业资格"
    AGENT = "agent", "专利代理师资格"
    OTHER = "other", "其他资格"


class Qualification(Record):
    """人员资格: what somebody of the office is qualified as; the certificate to enforce the law is kept with their account."""

    person = models.CharField("姓名", max_length=40)
    kind = models.CharField("资格", max_length=10, choices=QualificationKind.choices)
    number = models.CharField("证书编号", max_length=40)
    got_on = models.DateField("取得日期")
    lapsed_on = models.DateField("失效日期", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "人员资格"
        constraints = [
            unique_key("kind number", name="qualification_once", words="这个编号的证书已经登记"),
            must_hold(
                Q(lapsed_on__isnull=True) | Q(lapsed_on__gte=models.F("got_on")),
                name="qualification_days",
                words="失效日期早于取得日期",
            ),
        ]
        indexes = [
            models.Index(
                fields=(
                    "got_on",
                    "voided_on",
                    "lapsed_on",
                    "kind",
                    "unit",
                    "person",
                ),
                name="qualification_figures",
            ),
            models.Index(
                # With the figure's columns: it is read by person, too.
                fields=(
                    "person",
                    "kind",
                    "unit",
                    "got_on",
                    "voided_on",
                    "lapsed_on",
                ),
                name="qualification_person",
            ),
        ]


class LegalPost(Record):
    """法制岗位: a post for legal work, what it takes to hold it, and who holds it: a gap shows as one."""

    post = models.CharField("岗位", max_length=80, help_text="如：重大执法决定法制审核岗")
    set_on = models.DateField("设岗日期")
    required = models.CharField(
        "要求的资格", max_length=10, choices=QualificationKind.choices, blank=True, help_text="没有要求的不填"
    )
    holder = models.CharField("在岗人员", max_length=40, blank=True, help_text="空缺的不填")
    filled_on = models.DateField("到岗日期", null=True, blank=True)
    closed_on = models.DateField("撤岗日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "法制岗位"
        constraints = [
            unique_key(
                "unit post set_on", name="legal_post_once", words="同一天已设同名的岗位，请在名称里编号"
            ),
            must_hold(
                Q(holder="", filled_on__isnull=True) | (~Q(holder="") & Q(filled_on__isnull=False)),
                name="legal_post_filled",
                words="在岗人员和到岗日期要么都填，要么都不填",
            ),
            must_hold(
                Q(closed_on__isnull=True) | Q(closed_on__gte=models.F("set_on")),
                name="legal_post_days",
                words="撤岗日期早于设岗日期",
            ),
        ]
        indexes = [
            models.Index(
                fields=(
                    "set_on",
                    "voided_on",
                    "closed_on",
                    "unit",
                ),
                name="legal_post_figures",
            )
        ]
