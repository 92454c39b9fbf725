"""Long work of this package: binding files whose evidence is large, and what nobody has bound by evening."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import Job
from zhiheng.refusal import Refused

from . import archives
from .models import Archive

_log = logging.getLogger(__name__)


@jobs.kind(archives.JOB)
def bind_archive(job: Job, watch: jobs.Watch) -> None:
    """`job.asked`: the archive's key. Binding twice binds once."""
    archive = Archive.objects.select_related("folder", "responsible").get(pk=job.asked["archive"])
    bound = archives.bind(archive=archive)
    with transaction.atomic():
        watch.done({"archive": bound.pk})


@jobs.daily
def bind_what_waits(at: datetime) -> None:
    """Every file that was closed gets its PDF and its digests, whether somebody asks or not."""
    for archive in Archive.objects.filter(zip_sha256="").select_related("folder", "responsible"):
        try:
            archives.bind(archive=archive)
        except Refused as refused:
            _log.error("archive %s cannot be bound: %s", archive.pk, refused)
