"""Reads over case files. The caller has reached the folder through its matter's own door."""

from __future__ import annotations

from django.db.models import QuerySet

from zhiheng.statements import with_related

from .models import Evidence, Folder, Paper


def papers_in(folder: Folder) -> QuerySet[Paper]:
    return folder.papers.select_related("made_by")


def papers_with_scans(folder: Folder) -> list[Paper]:
    """The papers in the order they were made, each with its scans, without what they were made of."""
    return with_related(papers_in(folder).defer("data").order_by("id"), "scans")


def evidence_in(folder: Folder, *, usable_only: bool = False) -> QuerySet[Evidence]:
    found = folder.evidence.select_related("added_by")
    return found.filter(excluded_reason="") if usable_only else found
