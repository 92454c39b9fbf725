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
