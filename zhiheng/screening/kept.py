"""Lists as the engine reads them, and the index in which every list is kept, so that a new one is held against the others.

The index is made of the applications in the database and may be deleted: the next screening makes it anew. What it drops as the
trade's stock phrases is learnt from the lists it was begun with; once there are several times as many it is begun again in a folder of
its own, and the earlier ones stay, because runs that used them are repeated from them.
"""

from __future__ import annotations

import fcntl
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings

from zhiheng.audit import services as audit
from zhiheng.refusal import Refused

from .models import Application, ListFile, ReceivedList

_COLUMNS = ("title", "patent_type", "applicant", "inventor", "address", "phone", "agency", "ipc")
_BATCH = 2_000
_GROWN = 4  # times the documents the stock phrases were learnt from

Progress = Callable[[str, int, int], None]


def written(received: ReceivedList, path: Path) -> str:
    """The list's rows as the engine reads them, in the order of their numbers; the digest of what was written."""
    rows = Application.objects.filter(received=received).order_by("number")
    rows = rows.values_list("number", "filed_on", "texts", *_COLUMNS)
    with path.open("w", encoding="utf-8") as file:
        for number, filed_on, texts, *columns in rows.iterator(chunk_size=_BATCH):
            said = {"application_no": number, **dict(zip(_COLUMNS, columns, strict=True)), **texts}
            said["kind"] = said.pop("patent_type")
            said["filed_on"] = filed_on.isoformat() if filed_on else ""
            # A row without any of these is told by the engine; without the key it would miss the column.
            said.setdefault("abstract", "")
            file.write(json.dumps(said, ensure_ascii=False, sort_keys=True) + "\n")
    return audit.digest(path.read_bytes())


def others_than(received: ReceivedList) -> dict[str, ReceivedList]:
    """The other lists that have applications, by what the index knows them by: rows are only ever added, with a file."""
    stated: dict[int, list[str]] = {}
    files = ListFile.objects.filter(taken_on__isnull=False).order_by("pk")
    for pk, digest, seal in files.values_list("received_id", "digest", "seal"):
        stated.setdefault(pk, []).append(f"{digest} {seal}")
    lists = ReceivedList.objects.exclude(pk=received.pk).filter(rows__gt=0).order_by("pk")
    return {audit.digest("\n".join(stated.get(one.pk, [str(one.pk)])).encode()): one for one in lists}


def index_of_others(received: ReceivedList, progress: Progress) -> tuple[Any, dict[str, Any]] | None:
    """The index limited to the other lists, each kept first where it is not yet, and what a run records of it; None when there is no
    other list with a text."""
    from .engine.index import Index, IndexUnusable
    from .engine.settings import Settings

    wanted = others_than(received)
    with _alone() as root:
        folder = _latest(root)
        try:
            index = Index.open(folder, Settings()) if folder else None
        except IndexUnusable:  # made by an earlier version, or damaged: it is derived, and made anew beside
            index = None
        known = {one["label"] for one in index.stated()} if index else set()
        missing = [one for label, one in wanted.items() if label not in known]
        total = sum(one.rows for one in wanted.values())
        begun = int(folder.name.partition("-")[2]) if index else 0
        if index is None or (begun < Settings().sample and total > _GROWN * begun):
            folder, missing = root / f"{_number(folder) + 1:04d}-{total}", list(wanted.values())
            index = None
        if missing:
            index = _kept(folder, index, missing, {one.pk: label for label, one in wanted.items()}, progress)
        if index is None:
            return None
        stated = [one for one in index.stated() if one["label"] in wanted]
    if not stated:
        return None
    recorded = {
        "index": folder.name,
        "lists": [
            {"list": wanted[one["label"]].pk, "documents": one["documents"], "digest": one["digest"]}
            for one in stated
        ],
    }
    return index.only([one["digest"] for one in stated]), recorded


def index_recorded(recorded: dict[str, Any]) -> Any:
    """The index as a run recorded it. Raises Refused when it is no longer there."""
    from .engine.index import Index, IndexUnusable
    from .engine.settings import Settings

    try:
        index = Index.open(_root() / recorded["index"], Settings())
        return index.only([one["digest"] for one in recorded["lists"]])
    except IndexUnusable as error:
        raise Refused.because(
            "当时一并比对的其他名单的索引已经不在，不能按原样重做", way_out="请重新筛查"
        ) from error


def _root() -> Path:
    return Path(django_settings.DATA_DIR) / "cache" / "screening-index"


@contextmanager
def _alone() -> Iterator[Path]:
    """The folder of the indexes, for one process at a time."""
    root = _root()
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield root


def _latest(root: Path) -> Path | None:
    return max((one for one in root.iterdir() if one.name[:1].isdigit()), default=None, key=_number)


def _number(folder: Path | None) -> int:
    """Folders are called by their number and by how many documents their stock phrases were learnt from: 0002-5600."""
    return int(folder.name.partition("-")[0]) if folder else 0


def _kept(
    folder: Path, index: Any, lists: list[ReceivedList], labels: dict[int, str], progress: Progress
) -> Any:
    """The index with these lists added; a new one when there is none. Lists without a text that can be compared are left out."""
    from .engine.collection import Tables, build_tables, distinct, frame, sign
    from .engine.index import Index, segment_of
    from .engine.normalise import Texts
    from .engine.reading import Unreadable, originals
    from .engine.run import load
    from .engine.settings import Settings

    settings = Settings()

    def read(received: ReceivedList, path: Path):
        written(received, path)
        try:
            found = load(path, settings)
        except Unreadable:
            return None
        return found if found.ids else None

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "list.jsonl"
        tables: Tables | None = index.tables if index else None
        if tables is None:
            read_ = [found for one in lists if (found := read(one, path)) is not None]
            if not read_:
                return None
            texts = Texts.concatenated([one.texts for one in read_])
            ids = [name for one in read_ for name in one.ids]
            tables = build_tables(texts, distinct(texts, ids, settings), settings, 2)
            del read_, texts, ids
        for place, received in enumerate(lists):
            progress("收入以往名单", place, len(lists))
            found = read(received, path)
            if found is None:
                continue
            group = distinct(found.texts, found.ids, settings)
            segment = segment_of(
                found.texts,
                group,
                sign(found.texts, group, tables.letters, settings, 2),
                frame(found.texts, group, tables.frames, settings, 2),
                found.ids,
            )
            if index is None:
                Index.create(folder, settings, tables, segment, originals(path), labels[received.pk])
                index = Index.open(folder, settings)
            else:
                index.add(segment, originals(path), labels[received.pk])
    return index
