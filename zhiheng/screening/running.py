"""Screening a list: its rows handed to the engine, what was found kept with everything that is needed to find it again."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.jobs import services as jobs
from zhiheng.refusal import Refused

from . import drawings, kept
from .models import Application, Group, GroupMember, ReceivedList, Run
from .selectors import refuse_stranger
from .services import locked

_FOUND = ("pairs", "skeleton_pairs", "clusters", "signals", "dossiers", "section_figures")
_BATCH = 2_000
# What a dossier names the most frequent of.
COUNTED = ("applicants", "agencies", "inventors", "addresses", "phones")
_PICTURED = 200  # signals about drawings whose drawings are shown


def run(
    *,
    actor: Person,
    received: ReceivedList,
    on: date,
    asked: Mapping[str, Any],
    repeats: Run | None = None,
    watch: jobs.Watch = jobs.NOBODY,
    job=None,
) -> Run:
    """Screen the list. `asked`: `setting` (strict, default, wide), `similar` and `framed` (0 to 1, or nothing), `limits` (name →
    number, those that differ from the default), `earlier` (whether to hold it against the other lists too).

    `repeats`: an earlier run that is done again with what it recorded; the new one says whether it found the same. What is found goes into
    groups; nothing is determined by it.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.jsonl"
        watch.stage("取出名单")
        digest = kept.written(received, path)
        found = _screened(
            received, path, asked, repeats, lambda stage, done, total: watch.stage(_told(stage, done, total))
        )
    _draw(received, found["summary"]["signals"])
    watch.stage("登记结果")
    with transaction.atomic():
        received = locked(received)
        refuse_stranger(actor, received, on)
        made = Run.objects.create(
            received=received,
            job=job,
            repeats=repeats,
            made_by=actor,
            on=on,
            asked=dict(asked),
            settings=found["summary"]["settings"],
            input=digest,
            result=documents.store(found["kept"]),
            tables=documents.store(found["tables"]),
            findings=found["findings"],
            documents=found["summary"]["documents"],
            pairs=found["summary"]["pair_count"],
            signals=found["summary"]["signal_count"],
            notes=[*_notes(found["summary"]), *_rejections(found["summary"])],
        )
        if repeats is None:
            _keep_groups(made, found["summary"], found["shown"], found["members"])
        audit.record(
            actor=actor,
            on=on,
            action="重做筛查" if repeats else "筛查名单",
            subject=received,
            data={
                "screening": made.pk, "repeats": repeats.pk if repeats else None, "input": digest,
                "settings": audit.digest(audit.canonical(made.settings)),
                "result": made.result, "findings": made.findings,
            },
        )  # fmt: skip
        watch.done({"run": made.pk})
    return made


def equal(run: Run) -> bool | None:
    """Whether a repeated run found the same over the same rows; None for a first run."""
    if run.repeats is None:
        return None
    return (run.findings, run.input) == (run.repeats.findings, run.repeats.input)


def _told(stage: str, done: int, total: int) -> str:
    return f"{stage} {done:,}/{total:,}" if total else f"{stage} {done:,}" if done else stage


def _screened(
    received: ReceivedList, path: Path, asked: Mapping[str, Any], repeats: Run | None, progress: Callable
) -> dict[str, Any]:
    from .engine.reading import Unreadable
    from .engine.run import load, screen
    from .report.files import shown, summary, to_be_shown

    settings, limits, tables = _settings(asked, repeats)
    try:
        documents_ = load(path, settings, progress, limits)
    except Unreadable as error:
        raise Refused.because(str(error), way_out="请核对名单里有没有摘要、权利要求等文字列") from error
    if not documents_.ids:
        raise Refused.because("名单里没有一件申请有文字可以比对", way_out="请导入有摘要或者权利要求的名单")
    index, others = None, None
    if repeats is not None and (others := repeats.settings.get("others")):
        index = kept.index_recorded(others)
    elif repeats is None and asked.get("earlier"):
        index, others = kept.index_of_others(received, progress) or (None, None)
    figures = drawings.tables_of(received) if repeats is None else repeats.settings.get("drawings") or []
    if figures:
        documents_.with_drawings(drawings.figures_of(figures))
    found = screen(
        documents_, settings, limits=limits, index=index, tables=tables, workers=2, progress=progress
    )
    texts = found.originals(to_be_shown(found), path, None)
    told = summary(found, texts)
    told["settings"] |= {"others": others, "drawings": figures}
    pages = [_plain(one) for one in shown(found, texts)]
    import numpy as np

    dropped = io.BytesIO()
    np.savez_compressed(dropped, grams=found.tables.letters.grams, frames=found.tables.frames.grams)
    findings = audit.digest(audit.canonical({key: told[key] for key in _FOUND}))
    whole = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    members = _in_full(found, told)
    return {
        "summary": told,
        "shown": pages,
        "members": members,
        "findings": findings,
        "kept": gzip.compress(whole, mtime=0),
        "tables": dropped.getvalue(),
    }


def _settings(asked: Mapping[str, Any], repeats: Run | None):
    from .engine.limits import Limits
    from .engine.settings import SETTINGS, Settings

    if repeats is None:
        try:
            settings = SETTINGS[asked.get("setting") or "default"].with_thresholds(
                similar=asked.get("similar") or None, framed=asked.get("framed") or None
            )
            return settings, Limits.from_dict(asked.get("limits") or {}), None
        except ValueError as error:
            raise Refused.because(str(error)) from error
    import numpy as np

    from .engine.collection import Tables
    from .engine.signatures import Table

    recorded = repeats.settings
    try:
        settings = Settings.from_dict(recorded)
    except ValueError as error:
        raise Refused.because(str(error)) from error
    with np.load(io.BytesIO(documents.read(repeats.tables))) as file:
        read = (
            Table(file[key], recorded[name]["counted"], recorded[name]["share"])
            for key, name in (("grams", "table"), ("frames", "frames"))
        )
        tables = Tables(*read)
    return settings, Limits.from_dict(recorded["limits"]), tables


def _notes(told: Mapping[str, Any]) -> list[str]:
    """What the engine noted, but for the columns: it reads those of `kept.written`, which no list has."""
    return [note for note in told["notes"] if not note.startswith("列的对应")]


def _rejections(told: Mapping[str, Any]) -> list[str]:
    if not told["rejected_count"]:
        return []
    first = told["rejected"][0]
    return [f"有{told['rejected_count']}件没有参与比对，如{first['id']}：{first['reason']}"]


def _plain(page: Mapping[str, Any]) -> dict[str, Any]:
    """What the page of a group shows, as JSON: pairs side by side and tables of slots."""
    return {
        "comparisons": [
            {
                **one,
                "passages": [
                    [list(map(list, passage.pieces_a)), list(map(list, passage.pieces_b)), passage.moved]
                    for passage in one["passages"] or ()
                ],
            }
            for one in page["comparisons"]
        ],
        "tables": [
            {
                "documents": table["documents"],
                "slots": [
                    {
                        "before": slot.before,
                        "after": slot.after,
                        "cells": list(slot.cells),
                        "differs": slot.differs,
                    }
                    for slot in table["slots"]
                ],
            }
            for table in page["tables"]
        ],
        "chain": page["chain"],
    }


def _in_full(found, told: dict[str, Any]) -> list[dict[str, Any]]:
    """Of each dossier all its applications, those of the list and others, and how many names there are of each sort: the summary names
    the first of each. A signal gets `beyond`, the applications after the first."""
    for signal, plain in zip(found.signals, told["signals"], strict=False):
        if rest := signal.documents[len(plain["documents"]) :]:
            plain["beyond"] = [found.names(number) for number in rest]
    return [
        {
            "documents": [found.names(number) for number in one.documents],
            "others": [found.names(number) for number in one.others],
            "counts": {name: len(getattr(one, name)) for name in COUNTED},
        }
        for one, _ in zip(found.dossiers, told["dossiers"], strict=False)
    ]


def _draw(received: ReceivedList, signals: list[dict[str, Any]]) -> None:
    """Put pictures beside the drawings that signals are about: (application, name of the file, digest of the picture)."""
    shown = [one for one in signals if one.get("figures")][:_PICTURED]
    names = {name for one in shown for _, name in one["figures"]}
    made = drawings.pictures_of(received, sorted(names))
    for one in shown:
        one["figures"] = [[number, name, made.get(name, "")] for number, name in one["figures"]]


def _keep_groups(
    made: Run, told: Mapping[str, Any], pages: list[dict[str, Any]], members_of: list[dict[str, Any]]
) -> None:
    """A group for each dossier, with all its members, those of other lists after its own; the applications of the list say in how many
    groups they are."""
    by_number = dict(Application.objects.filter(received=made.received).values_list("number", "pk"))
    elsewhere = sorted({number for dossier in members_of for number in dossier["others"]} - by_number.keys())
    others: dict[str, int] = {}
    for start in range(0, len(elsewhere), 10_000):
        rows = Application.objects.filter(number__in=elsewhere[start : start + 10_000])
        rows = rows.exclude(received=made.received).order_by("received_id")
        others |= dict(rows.values_list("number", "pk"))
    groups, members = [], []
    for place, dossier in enumerate(told["dossiers"]):
        shown = pages[place] if place < len(pages) else {"comparisons": [], "tables": [], "chain": []}
        signals = [told["signals"][number] for number in dossier["signals"] if number < len(told["signals"])]
        groups.append(
            Group(
                run=made,
                number=dossier["number"],
                kinds=dossier["kinds"],
                kind_count=len(dossier["kinds"]),
                score=dossier["score"],
                size=dossier["document_count"],
                grounds=[one["item"] for one in dossier["grounds"]],
                lead=(dossier["applicants"] or [("", 0)])[0][0][:300],
                agency=(dossier["agencies"] or [("", 0)])[0][0][:300],
                data={"dossier": dossier, "signals": signals, "counts": members_of[place]["counts"], **shown},
            )
        )
    Group.objects.bulk_create(groups, batch_size=_BATCH)
    counted: dict[int, int] = {}
    for group, full in zip(groups, members_of, strict=True):
        for place, number in enumerate(full["documents"]):
            if (pk := by_number.get(number)) is not None:
                members.append(GroupMember(group=group, application_id=pk, place=place))
                counted[pk] = counted.get(pk, 0) + 1
        for place, number in enumerate(full["others"], group.size):
            if (pk := others.get(number)) is not None:
                members.append(GroupMember(group=group, application_id=pk, place=place))
    GroupMember.objects.bulk_create(members, batch_size=_BATCH)
    Application.objects.filter(received=made.received).exclude(groups=0).update(groups=0)
    by_count: dict[int, list[int]] = {}
    for pk, number in counted.items():
        by_count.setdefault(number, []).append(pk)
    for number, pks in by_count.items():
        for start in range(0, len(pks), 10_000):
            Application.objects.filter(pk__in=pks[start : start + 10_000]).update(groups=number)
