"""What is done every day with sessions and sign-in counts."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.utils import timezone

from zhiheng.jobs import services as jobs

from . import signing_in
from .sessions import KEPT


@jobs.daily
def forget_ended_sessions(at: datetime) -> None:
    """Nobody can come back to them; their rows only grow."""
    Session.objects.filter(expire_date__lt=at - KEPT).delete()


@jobs.daily
def forget_old_failures(at: datetime) -> None:
    signing_in.forget(at=at, on=timezone.localtime(at).date())
