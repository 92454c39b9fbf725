"""The table of jobs: long work that somebody asked for on a page, carried out by a process beside the web server."""

from django.conf import settings
from django.db import models


class JobState(models.TextChoices):
    WAITING = "waiting", "等待"
    RUNNING = "running", "正在办理"
    DONE = "done", "已完成"
    REFUSED = "refused", "没有办成"
    FAILED = "failed", "出错"
    CANCELLED = "cancelled", "已取消"


class Job(models.Model):
    """One piece of work. `asked` is what it needs, `result` what came of it; both are JSON and small."""

    kind = models.CharField("种类", max_length=40)
    title = models.CharField("名称", max_length=200)
    asked = models.JSONField("内容")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("提交时刻")
    state = models.CharField("状态", max_length=10, choices=JobState.choices, default=JobState.WAITING)
    stage = models.CharField("进度", max_length=100, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    # While it runs, whoever runs it says again and again that it does: silence means that its process is gone.
    heard_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField("开始时刻", null=True)
    ended_at = models.DateTimeField("结束时刻", null=True)
    cancel_asked = models.BooleanField(default=False)
    result = models.JSONField("结果", null=True)
    words = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        indexes = [
            models.Index(
                fields=("id",), condition=models.Q(state__in=("waiting", "running")), name="job_open"
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.state in {JobState.WAITING, JobState.RUNNING}
