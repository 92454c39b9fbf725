"""Packages that have not arrived are tried by jobs, each in a process of its own: a partner that does not answer holds nobody up."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.utils import timezone

from zhiheng.accounts.selectors import NoOfficeAccount, office_account
from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import Job
from zhiheng.refusal import Refused

from . import selectors, services
from .delivery import deliver

DELIVER = "exchange-deliver"


@jobs.every_minute
def ask_for_what_is_due(at: datetime) -> None:
    """One job for all that is due, unless one is at it."""
    services.wait_for_delivery(at=at)
    if not selectors.due(at).exists() or jobs.open_one(kind=DELIVER) is not None:
        return
    try:
        hand = office_account()
    except NoOfficeAccount:
        return  # told wherever commands run as the office; packages wait
    # Under whose name it stands may have too many there: the process that would work them off must not end for that.
    with suppress(Refused):
        jobs.ask(made_by=hand, kind=DELIVER, title="送达协作包", asked={}, at=at)


@jobs.kind(DELIVER)
def deliver_what_is_due(job: Job, watch: jobs.Watch) -> None:
    at = timezone.now()
    found = list(selectors.due(at))
    arrived = 0
    for number, outgoing in enumerate(found, start=1):
        watch.stage(f"送达第 {number} 件，共 {len(found)} 件")
        arrived += deliver(outgoing=outgoing, at=timezone.now())
    watch.done({"tried": len(found), "arrived": arrived})
