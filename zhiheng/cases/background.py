"""Long work of this package: a large ledger tried or taken in while its officer does something else."""

from __future__ import annotations

import pickle
from datetime import date, datetime
from typing import Any

from zhiheng.jobs import foreign
from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import Job, JobState

from . import importing, pages
from .ledger import Ask, Rejection, Remark, Sum

LEDGER = "ledger"
LARGE = 1 << 20
"""Bytes from which on a ledger is a job and not a page somebody waits for."""


@jobs.daily
def forget_unconfirmed(at: datetime) -> None:
    importing.forget_unconfirmed(at=at.timestamp())


@jobs.kind(LEDGER)
def import_ledger(job: Job, watch: jobs.Watch) -> None:
    """`job.asked`: what the dry run's token carries, and `on` (ISO), `dry_run`."""
    asked = job.asked
    result = importing.import_ledger(
        actor=job.made_by,
        path=importing.kept_file(asked["file"]),
        file_name=asked["name"],
        on=date.fromisoformat(asked["on"]),
        unit=importing.unit_by_code(asked["unit"]) if asked["unit"] else None,
        year=asked["year"],
        answers=asked["answers"],
        dry_run=asked["dry_run"],
        watch=watch,
    )
    if asked["dry_run"]:
        page = pages.ledger_result(result)
        page["result"] = {
            "imported": result.imported,
            "changed": result.changed,
            "unchanged": result.unchanged,
            "rows": result.rows,
            "rejected_rows": result.rejected_rows,
            "ledger": {"waiting": result.ledger.waiting},
        }
        kept = {"page": importing.keep_aside(pickle.dumps(page))}
        if result.rejects:
            kept["rejects"] = importing.keep_aside(result.rejects)
        watch.done(kept)


def taking_in(asked: dict[str, Any]) -> tuple[Job | None, int]:
    """The job that takes in what this dry run showed, waiting, running or done; and how many came to nothing (stopped, refused) before."""
    asked_for = Job.objects.filter(kind=LEDGER, asked__trial=asked["trial"], asked__dry_run=False)
    alive = asked_for.filter(state__in=(JobState.WAITING, JobState.RUNNING, JobState.DONE))
    return alive.last(), asked_for.count() - alive.count()


def page_of(job: Job) -> dict[str, Any]:
    """What the page of a dry run shows. Raises Refused when its time is over."""
    data = importing.kept_file(job.result["page"]).read_bytes()
    return foreign.loads(data, (Ask, Rejection, Remark, Sum))
