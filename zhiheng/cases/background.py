"""Long work of this package: a large ledger tried or taken in, the files of a draw reviewed, while its officer does something else."""

from __future__ import annotations

import pickle
from datetime import date, datetime
from typing import Any

from zhiheng.accounts.models import Person
from zhiheng.jobs import foreign
from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import Job, JobState
from zhiheng.reviews import drawn
from zhiheng.reviews.models import CaseDraw

from . import file_review, importing, pages
from .ledger import Ask, Rejection, Remark, Sum

LEDGER = "ledger"
DRAW = "draw-review"
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


@jobs.kind(DRAW)
def review_draw(job: Job, watch: jobs.Watch) -> None:
    """`job.asked`: draw, on (ISO). The result: the gist of the review of each file worked here, by the number of its case."""
    found, on = {}, date.fromisoformat(job.asked["on"])
    cases = drawn.every_case_drawn(CaseDraw.objects.select_related("unit").get(pk=job.asked["draw"]))
    for place, case in enumerate(cases, start=1):
        watch.stage(f"第{place}件，共{len(cases)}件")
        if (review := file_review.review_of(case, on)) is not None:
            found[str(case.pk)] = review.gist
    watch.done(found)


def ask_to_review(*, actor: Person, draw: CaseDraw, on: date, at: datetime) -> Job:
    """Put the review of the files of a draw on the table; the one under way if there is one. Raises Refused."""
    return jobs.open_one(kind=DRAW, draw=draw.pk) or jobs.ask(
        made_by=actor,
        kind=DRAW,
        title=f"自动评查：{draw.name}",
        asked={"draw": draw.pk, "on": on.isoformat()},
        at=at,
    )


def reviews_of(draw: CaseDraw) -> tuple[Job | None, Job | None]:
    """The last review of a draw that was asked for, and the last that came to its end."""
    asked = Job.objects.filter(kind=DRAW, asked__draw=draw.pk).order_by("-id")
    return asked.first(), asked.filter(state=JobState.DONE).first()
