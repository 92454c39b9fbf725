"""Making a backup while people work, and putting one back where there is nothing."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from zhiheng import __version__
from zhiheng.audit import beginning, heads
from zhiheng.audit.models import Entry
from zhiheng.audit.moment import one_moment
from zhiheng.audit.verification import Findings, verify
from zhiheng.documents import services as documents
from zhiheng.refusal import Refused

from . import archive, rows

_KEPT = re.compile(r"[0-9a-f]{62}")


@dataclass(frozen=True)
class Made:
    """What a backup holds. `whole` is its SM3, to be noted elsewhere; `damaged` are kept files that are not what their
    name says, which went in as they are."""

    path: Path
    whole: str
    entries: int
    rows: int
    files: int
    damaged: tuple[str, ...] = ()


def back_up(*, path: Path, at: datetime) -> Made:
    """Write everything the installation keeps into one file, and read it back. Nobody who works has to wait.

    The rows are of one moment. Files are read after them: what a row names was stored before it, and nothing is ever
    removed. Raises Refused; then there is no file at `path`.
    """
    aside = path.with_name(path.name + ".part")
    try:
        if path.exists():
            raise Refused.because(f"{path} 已经存在", way_out="请换一个文件名，旧的备份不会被覆盖")
        handle = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                made = _written(archive.Writer(file), path, at)
                file.flush()
                os.fsync(file.fileno())
            archive.check(aside)
            aside.rename(path)
            documents.settle(path.parent)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise Refused.because(
            f"备份没有写成（{error.strerror or error}）", way_out="请核对目录的权限和空间"
        ) from error
    return made


def _written(writer: archive.Writer, path: Path, at: datetime) -> Made:
    counts: Counter[str] = Counter()
    with one_moment():
        last = Entry.objects.order_by("-seq").values_list("seq", "hash").first() or (0, "")
        wanted = rows.nodes()
        writer.add(
            archive.BEGIN,
            archive.begin(made_at=at.isoformat(), version=__version__, migrations=wanted, ledger=last),
        )
        for model in rows.tables(wanted):
            label = model._meta.label_lower
            for number, (count, packed) in enumerate(rows.parts(model), 1):
                counts[label] += count
                writer.add(f"rows/{label}/{number:05}.gz", packed)
    damaged = tuple(name for name, kept in _kept() if writer.add_file(f"files/{name}", kept) != name)
    with tempfile.TemporaryFile() as lines:
        lines.writelines(heads.lines_until(last[0]))
        writer.add_open(archive.HEADS, lines)
    whole = writer.end(rows=dict(counts), damaged=damaged)
    return Made(path, whole, last[0], counts.total(), writer.files, damaged)


def _kept() -> Iterator[tuple[str, Path]]:
    """Digest and path of every kept file; what waits for a confirmation or is being written is none."""
    for folder in sorted(Path(settings.FILES_DIR).glob("[0-9a-f][0-9a-f]")):
        for path in sorted(folder.iterdir()):
            if _KEPT.fullmatch(path.name):
                yield folder.name + path.name, path


@dataclass(frozen=True)
class Restored:
    """What was put back, and what `verify_audit` says of it."""

    rows: int
    files: int
    found: Findings


def restore(*, path: Path) -> Restored:
    """Put a backup into an installation that has nothing yet, bring its tables up to this version, and verify it.

    Raises Refused for a backup that does not hold, and where anything is already; then nothing has been changed. When it
    fails half-way (a full disk), what was written is taken away again and it may be tried once more.
    """
    begin, end = archive.check(path)
    with beginning.alone():
        _refuse_over_anything()
        written: list[Path] = []
        try:
            rows.migrate_to(begin["migrations"])
            counts = _loaded(path, begin, end, written)
        except BaseException:
            for one in written:
                one.unlink(missing_ok=True)
            raise
    beginning.prepare_database()
    return Restored(sum(counts.values()), end["files"], verify())


def _loaded(path: Path, begin: dict, end: dict, written: list[Path]) -> dict[str, int]:
    """Rows in one transaction, which ends only when every file is in place."""
    kinds = {model._meta.label_lower: model for model in rows.tables(begin["migrations"])}
    counts: Counter[str] = Counter()
    with transaction.atomic():
        for model in kinds.values():
            rows.empty(model)
        for name, content in archive.members(path):
            place, _, rest = name.partition("/")
            if place == "rows":
                label = rest.split("/")[0]
                if label not in kinds:
                    raise Refused.because(f"备份里的 {label} 不是这个版本的内容")
                counts[label] += rows.load(kinds[label], content)
            elif place == "files" and re.fullmatch(r"[0-9a-f]{64}", rest):
                _store(rest, content, written)
            elif name == archive.HEADS:
                written.append(heads.path())
                heads.begin_with(content)
        if counts != end["rows"]:
            raise Refused.because("恢复的行数与备份所记不符", way_out="没有恢复任何内容，请换另一份备份")
        rows.go_on_counting(kinds.values())
    return dict(counts)


def _store(digest: str, content, written: list[Path]) -> None:
    path = documents.path_of(digest)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written.append(path)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(content, file)
        file.flush()
        os.fsync(file.fileno())


def _refuse_over_anything() -> None:
    there = connection.introspection.table_names()
    if Entry._meta.db_table in there and Entry.objects.exists():
        raise Refused.because("数据库里已有数据", way_out="恢复只能在空的安装上进行：请换一个空的数据库")
    if heads.exist():
        raise Refused.because(
            f"{heads.path()} 里已有留痕账的摘要",
            way_out="请把它移到别处另存：它能说明备份之后还办过什么，然后再恢复",
        )
    if next(_kept(), None):
        raise Refused.because(f"{settings.FILES_DIR} 里已有文件", way_out="请换一个空的数据目录")
