"""Long work of this package: a long ledger verified, a long list exported while whoever asked does something else."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction

from zhiheng.audit.verification import Findings, verify
from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import Job

from . import exports  # noqa: F401 — declares its own kind of job

VERIFY = "verify"
LONG = 5_000
"""Entries from which on a verification is a job and not a page somebody waits for."""


@jobs.kind(VERIFY)
def verify_ledger(job: Job, watch: jobs.Watch) -> None:
    watch.stage("核对留痕账和账上所说的记录")
    found = verify()
    with transaction.atomic():
        watch.done(asdict(found))


def findings_of(job: Job) -> Findings:
    """What a job that is done has found."""
    told = job.result
    return Findings(**told | {name: tuple(told[name]) for name in ("faults", "unchecked")})
