"""What is done every day with matters: the readings of the day that has passed are sealed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from zhiheng.jobs import services as jobs

from . import readings


@jobs.daily
def seal_readings(at: datetime) -> None:
    """An hour after midnight nobody writes into the day before any more."""
    readings.seal(before=timezone.localtime(at - timedelta(hours=1)).date())
