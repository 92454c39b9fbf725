"""What is recorded of study. What is done with it stands in `registers`."""

from django.db import models
from django.db.models import Q

from zhiheng.registers.models import Record, must_hold, unique_key


class SessionKind(models.TextChoices):
    GROUP = "group", "中心组学习"
    STAFF = "staff", "全员学法"


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
        indexes = [models.Index(fields=("held_on", "voided_on", "unit", "attended"), name="study_figures")]
