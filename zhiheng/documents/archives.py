"""归档案卷: the file of a closed matter fixed, bound into one PDF, and handed over whole as one package with its digests.

What a volume holds and what it is bound from are fixed when it is filed (`file_away`); binding (`bind`) may come later and takes a
process of its own. Nothing is ever changed afterwards: what comes later goes into a supplement. The package is put together anew for
each who asks, piece by piece, and is the same to the last byte: its digest is known before any of it is sent.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.audit import services as audit
from zhiheng.jobs import foreign
from zhiheng.refusal import Reason, Refused

from . import services
from .models import Archive, Folder

JOB = "bind"
LARGE = 30 << 20
"""Bytes of files from which on binding is a job and not a page somebody waits for."""
PDF_NAME, LIST_NAME, SUMS_NAME = "案卷.pdf", "目录.json", "SHA256SUMS"


def place_of(digest: str) -> str:
    """Where a kept file is, below the folder of files: how a plan names it."""
    return f"{digest[:2]}/{digest[2:]}"


@transaction.atomic
def file_away(
    *,
    actor: Person,
    folder: Folder,
    on: date,
    number: str,
    keep: str,
    contents: Mapping[str, Any],
    volumes: Sequence[Mapping[str, Any]],
) -> Archive:
    """Fix what a file holds. `volumes` is what `binding.bind` binds; the first of a folder is its file, each later one a supplement."""
    last = folder.archives.order_by("-seq").first()
    archive = Archive.objects.create(
        folder=folder,
        seq=last.seq + 1 if last else 1,
        on=on,
        number=number[:60],
        keep=keep,
        responsible=actor,
        contents=audit.plain(contents),
        plan=services.store(audit.canonical({"title": folder.title, "volumes": volumes})),
    )
    audit.record(
        actor=actor,
        on=on,
        action="立卷归档" if archive.seq == 1 else "立补充卷",
        subject=archive,
        name=f"{folder.title}：{archive}",
        data={"folder": folder.pk, "seq": archive.seq, **stated(archive)},
    )
    return archive


def stated(archive: Archive) -> dict[str, Any]:
    """What the entry of a filing says beside whose it is."""
    return {
        "number": archive.number,
        "keep": archive.keep,
        "plan": archive.plan,
        "contents": audit.digest(audit.canonical(archive.contents)),
    }


def items_of(archive: Archive) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(volume, group, item) in their order."""
    for volume in archive.contents["volumes"]:
        for group in volume["groups"]:
            for item in group["items"]:
                yield volume["title"], group["title"], item


def size_of(archive: Archive) -> int:
    """Bytes of all files in it."""
    return sum(file["size"] for _, _, item in items_of(archive) for file in item["files"])


def bind(*, archive: Archive, limits: foreign.Limits = foreign.BINDING) -> Archive:
    """Bind the file: its PDF is made, and the digests of PDF and package are written down with their entry. Bound once, it stays.

    Takes seconds for papers and longer for large evidence; outside any transaction but its last act. Raises Refused naming every
    file that is gone or was changed, foreign.TooLong when it takes longer than the limits allow.
    """
    if archive.bound:
        return archive
    sums, lost = {}, []
    for _, _, item in items_of(archive):
        for file in item["files"]:
            try:
                sums[file["name"]] = services.sums(file["digest"])
            except Refused as refused:
                lost.append(
                    Reason(f"“{item['title']}”的{refused.reasons[0].text}", way_out="请联系管理员从备份恢复")
                )
    if lost:
        raise Refused(lost)
    # Loaded where something is bound: reading PDFs and setting pages are nothing that every process needs.
    from .rendering import binding

    plan = json.loads(services.read(archive.plan))
    root = Path(settings.FILES_DIR).resolve()
    handle, name = tempfile.mkstemp(dir=root)
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            told = foreign.write(
                binding.bind, str(root), plan["title"], plan["volumes"], to=out, limits=limits
            )
        size = aside.stat().st_size
        kept = services.keep_file(aside)
    except OSError as error:
        raise Refused.because(
            f"案卷没有装订成（{error.strerror}），什么也没有改动",
            way_out="请联系管理员检查数据目录的空间和权限后重试",
        ) from error
    finally:
        aside.unlink(missing_ok=True)
    return _bound(archive, kept, size, told, sums)


@transaction.atomic
def _bound(
    archive: Archive, pdf: str, size: int, told: Mapping[str, Any], sums: Mapping[str, str]
) -> Archive:
    archive = (
        Archive.objects.select_for_update(of=("self",))
        .select_related("folder", "responsible")
        .get(pk=archive.pk)
    )
    if archive.bound:
        return archive
    archive.pages, archive.pdf_digest, archive.pdf_size = dict(told), pdf, size
    archive.pdf_sha256 = services.sums(pdf)
    archive.sums = {PDF_NAME: archive.pdf_sha256, **sums}
    whole = hashlib.sha256()
    for piece in package(archive):
        whole.update(piece)
        archive.zip_size += len(piece)
    archive.zip_sha256 = whole.hexdigest()
    archive.save()
    audit.record(
        actor=archive.responsible,
        on=archive.on,
        action="装订案卷",
        subject=archive,
        name=f"{archive.folder.title}：{archive}",
        data=bound_as(archive),
    )
    return archive


def bound_as(archive: Archive) -> dict[str, Any]:
    """What the entry of a binding says, and verification holds against the row."""
    return {
        "pdf": archive.pdf_digest,
        "pdf_sha256": archive.pdf_sha256,
        "zip_sha256": archive.zip_sha256,
        "bound": audit.digest(
            audit.canonical([archive.pages, archive.sums, archive.pdf_size, archive.zip_size])
        ),
    }


def package(archive: Archive) -> Iterator[bytes]:
    """The package of a bound file as it is sent, piece by piece: the list, the PDF, every file as it was made or handed in, and the
    SHA-256 of each (`sha256sum -c SHA256SUMS`). The same bytes whenever and wherever it is put together."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as package:
        for name, size, pieces in _members(archive):
            entry = zipfile.ZipInfo(
                name, (max(archive.on.year, 1980), archive.on.month, archive.on.day, 0, 0, 0)
            )
            entry.external_attr, entry.create_system, entry.file_size = 0o644 << 16, 3, size
            with package.open(entry, "w", force_zip64=size > 1 << 31) as member:
                for piece in pieces:
                    member.write(piece)
                    yield sink.taken()
    yield sink.taken()


def _members(archive: Archive) -> Iterator[tuple[str, int, Iterator[bytes]]]:
    listed = manifest(archive)
    yield LIST_NAME, len(listed), iter((listed,))
    yield PDF_NAME, archive.pdf_size, services.chunks(archive.pdf_digest)
    for _, _, item in items_of(archive):
        for file in item["files"]:
            yield file["name"], file["size"], services.chunks(file["digest"])
    told = {**archive.sums, LIST_NAME: hashlib.sha256(listed).hexdigest()}
    lines = "".join(f"{told[name]}  {name}\n" for name in sorted(told)).encode()
    yield SUMS_NAME, len(lines), iter((lines,))


def manifest(archive: Archive) -> bytes:
    """What the package says of itself, for programs: the file, its volumes, each item with its pages and files."""
    pages = archive.pages.get("pages", {})
    told = {
        "案卷": archive.folder.title,
        "案卷号": archive.number,
        "卷": str(archive),
        "归档日期": archive.on.isoformat(),
        "立卷人": archive.responsible.name,
        "保管期限": archive.keep,
        "pdf": {"文件": PDF_NAME, "SHA-256": archive.pdf_sha256, "字节数": archive.pdf_size},
        "卷内文件": [
            {
                "卷": volume,
                "类": group,
                "题名": item["title"],
                "文号": item["number"],
                "责任者": item["author"],
                "日期": item["on"],
                "页号": pages.get(item["key"], []),
                "备注": item["note"],
                "文件": [
                    {
                        "文件": f["name"],
                        "SHA-256": archive.sums[f["name"]],
                        "SM3": f["digest"],
                        "字节数": f["size"],
                    }
                    for f in item["files"]
                ],
            }
            for volume, group, item in items_of(archive)
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def fault(archive: Archive, *, whole: bool) -> str:
    """Why a bound file may not be handed over, "" when it may: its PDF, or the `whole` package, is not what it was when it was bound."""
    try:
        if not whole:
            return "" if services.sums(archive.pdf_digest) == archive.pdf_sha256 else "PDF 与装订时的摘要不符"
        told = hashlib.sha256()
        for piece in package(archive):
            told.update(piece)
    except (Refused, KeyError) as error:
        return error.reasons[0].text if isinstance(error, Refused) else "卷内文件与装订时不符"
    return "" if told.hexdigest() == archive.zip_sha256 else "案卷内容与装订时的摘要不符，已被改动"


class _Sink:
    """Where a package is written that is sent at once: it cannot be gone back in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing to do: what was written is taken at once."""

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
