"""Reads over case files. The caller has reached the folder through its matter's own door."""

from __future__ import annotations

from django.db.models import QuerySet

from .models import Evidence, Folder, Paper


def papers_in(folder: Folder) -> QuerySet[Paper]:
    return folder.papers.select_related("made_by")


def evidence_in(folder: Folder, *, usable_only: bool = False) -> QuerySet[Evidence]:
    found = folder.evidence.select_related("added_by")
    return found.filter(excluded_reason="") if usable_only else found
