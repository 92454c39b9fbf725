"""Making papers, drawing numbers, keeping files. Files are stored under their digest: the same bytes once, and a
changed byte shows."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import F

from zhiheng.accounts.models import Person, Unit
from zhiheng.audit import services as audit
from zhiheng.law import current_book
from zhiheng.law.forms import Form
from zhiheng.refusal import Reason, Refused

from . import arrivals
from .arrivals import path_of
from .models import Evidence, Folder, NumberSeries, Paper, Scan
from .rendering import forms as rendering

UPLOAD_ENDINGS = arrivals.ENDINGS


def store(data: bytes, digest: str = "") -> str:
    """Keep the bytes and return their SM3 digest (`digest`, where the caller has worked it out already). Whole or not at
    all: written aside, read back, then moved into place.

    A file that is there already is trusted no more than any other: where its content is not what its name says (a
    damaged disk, a hand in the folder), the true bytes take its place. Raises Refused when they cannot be kept.
    """
    digest = digest or audit.digest(data)
    path = path_of(digest)
    try:
        if path.is_file() and _holds(path, data):
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        aside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if not _holds(aside, data):
                raise OSError(None, "写入后读回的内容不符")
            aside.replace(path)
            settle(path.parent)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise arrivals.not_kept(error) from error
    return digest


def _holds(path: Path, data: bytes) -> bool:
    return path.stat().st_size == len(data) and path.read_bytes() == data


def settle(folder: Path) -> None:
    """A new name in the folder survives a power cut as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(digest: str) -> bytes:
    """The bytes kept under the digest, checked against it. Raises Refused when the file is gone or was changed."""
    try:
        data = path_of(digest).read_bytes()
    except OSError as error:
        raise Refused.because("文件不在存储中", way_out="请联系管理员从备份恢复") from error
    if audit.digest(data) != digest:
        raise Refused.because(
            "文件内容与登记的摘要不符，已被改动", way_out="请联系管理员从备份恢复，并核查留痕账"
        )
    return data


def size_of(digest: str) -> int:
    """Bytes of a kept file. Raises Refused when it is gone."""
    try:
        return path_of(digest).stat().st_size
    except OSError as error:
        raise Refused.because("文件不在存储中", way_out="请联系管理员从备份恢复") from error


CHUNK = 1 << 20


def chunks(digest: str) -> Iterator[bytes]:
    """The bytes kept under the digest, piece by piece. Raises Refused when the file is gone; whether it is what it was, `sums` says."""
    try:
        with path_of(digest).open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece
    except OSError as error:
        raise Refused.because("文件不在存储中", way_out="请联系管理员从备份恢复") from error


def sums(digest: str) -> str:
    """The SHA-256 of a kept file, read piece by piece and held against its digest. Raises Refused as `read` does."""
    kept, told = hashlib.new("sm3"), hashlib.sha256()
    for piece in chunks(digest):
        kept.update(piece)
        told.update(piece)
    if kept.hexdigest() != digest:
        raise Refused.because(
            "文件内容与登记的摘要不符，已被改动", way_out="请联系管理员从备份恢复，并核查留痕账"
        )
    return told.hexdigest()


def keep_file(path: Path) -> str:
    """Keep a file that was written below the folder of files, whole, under its SM3 digest, which is returned; it is moved there."""
    kept = hashlib.new("sm3")
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            kept.update(piece)
        os.fsync(file.fileno())
    place = path_of(kept.hexdigest())
    place.parent.mkdir(parents=True, exist_ok=True)
    path.replace(place)
    settle(place.parent)
    return kept.hexdigest()


def open_folder(*, unit: Unit, title: str) -> Folder:
    return Folder.objects.create(unit=unit, title=title[:200])


def retitle(*, folder: Folder, title: str) -> None:
    """The matter got another name. The folder follows; what was written into the ledger under the old one stays."""
    folder.title = title[:200]
    folder.save(update_fields=["title"])


def draw_number(*, prefix: str, code: str, on: date) -> str:
    """The next 文号 of the series, like 渝知罚〔2024〕12号. Never reused; the counter row is locked while drawn."""
    series, _ = NumberSeries.objects.select_for_update().get_or_create(prefix=prefix, code=code, year=on.year)
    NumberSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)
    series.refresh_from_db(fields=["last"])
    return f"{prefix}{code}〔{on.year}〕{series.last}号"


@transaction.atomic
def issue(
    *, actor: Person, folder: Folder, form: Form, on: date, step: str, context: dict, number: str = ""
) -> Paper:
    """Render one paper of the form and put it into the folder.

    `form` is the version the matter is pinned to. `context` is what `rendering.forms` documents. A required field without a value
    refuses the whole step, naming the field: no paper ever has a blank nobody meant.
    """
    gaps = rendering.missing(form, context)
    if gaps:
        raise Refused(
            tuple(
                Reason(f"《{form.title}》缺少“{title}”", way_out=f"请在“{page}”填写后再办", field=code)
                for code, title, page in gaps
            )
        )
    data = rendering.render(form, context)
    paper = Paper.objects.create(
        folder=folder,
        form=form.code,
        form_version=form.digest,
        title=rendering.title(form, context),
        number=number,
        on=on,
        step=step,
        data=audit.plain(context),
        digest=store(data),
        size=len(data),
        made_by=actor,
    )
    audit.record(
        actor=actor,
        on=on,
        action="制作文书",
        subject=paper,
        name=f"{folder.title}：{paper}",
        data={
            "form": form.code,
            "version": form.digest,
            "number": number,
            "digest": paper.digest,
            "content": audit.digest(audit.canonical(paper.data)),
            "folder": folder.pk,
            "step": paper.step,
            "size": paper.size,
        },
    )
    return paper


@transaction.atomic
def add_evidence(
    *,
    actor: Person,
    folder: Folder,
    on: date,
    name: str,
    kind: str,
    source: str,
    proves: str,
    collected_on: date,
    file: BinaryIO | None = None,
    file_name: str = "",
) -> Evidence:
    """Register one item of evidence (行政处罚法 46), with its file if there is one.

    The file must be what its extension says; programs are refused. Its digests are fixed now, piece by piece; the SM3 is checked at every
    read.
    """
    if kind not in current_book().evidence_kinds:
        raise Refused.because("证据种类不在法定八类之内", article="行政处罚法第46条", field="kind")
    if collected_on > on:
        raise Refused.because(
            f"收集日期 {collected_on:%Y-%m-%d} 晚于登记日期", way_out="请核对日期", field="collected_on"
        )
    kept = arrivals.Arrived("", "", 0)
    if file is not None:
        kept = arrivals.arrive(file_name=file_name, file=file, limit=settings.EVIDENCE_LIMIT_BYTES)
        settle(path_of(kept.digest).parent)
    evidence = Evidence.objects.create(
        folder=folder,
        name=name,
        kind=kind,
        source=source,
        proves=proves,
        collected_on=collected_on,
        file_name=_safe_name(file_name),
        digest=kept.digest,
        sha256=kept.sha256,
        size=kept.size,
        added_by=actor,
    )
    audit.record(
        actor=actor,
        on=on,
        action="登记证据",
        subject=evidence,
        name=f"{folder.title}：{name}",
        data={
            "kind": kind,
            "digest": kept.digest,
            "sha256": kept.sha256,
            "size": kept.size,
            "proves": proves,
            "source": source,
            "collected_on": collected_on,
            "file_name": evidence.file_name,
            "folder": folder.pk,
        },
    )
    return evidence


def check_upload(file_name: str, data: bytes, field: str = "file") -> None:
    """Whether a file may be filed: of a kind we take, not empty, not too large, and what its name says. Raises Refused at `field`."""
    limit = settings.UPLOAD_LIMIT_BYTES
    if len(data) > limit:
        raise arrivals.too_large(limit, field)
    arrivals.check_head(file_name, data, field)


# Beside what the files of a case take: tables and texts, which their own readers judge.
_ONLY_READ = (".csv", ".tsv", ".xls", ".et", ".json", ".jsonl", ".txt", ".md", ".html", ".htm")


def keep_upload(*, file_name: str, file: BinaryIO, field: str = "file", only_read: bool = False) -> dict:
    """Keep a file handed in with a step; what the step's data remembers of it: name, digest, size. A refusal names `field`.
    `only_read`: also a table or a text that is taken in by its words, and never handed out as evidence."""
    data = file.read(settings.UPLOAD_LIMIT_BYTES + 1)
    if not (
        only_read
        and data
        and file_name.lower().endswith(_ONLY_READ)
        and len(data) <= settings.UPLOAD_LIMIT_BYTES
    ):
        check_upload(file_name, data, field)
    return {"name": _safe_name(file_name), "digest": store(data), "size": len(data)}


def kept_upload(kept: Mapping[str, str]) -> File:
    """A file that `keep_upload` kept, to be taken in as if it were sent now."""
    return File(BytesIO(read(kept["digest"])), name=kept["name"])


def sent_upload(files: Sequence[File | Mapping[str, str]]) -> File | None:
    """The first file of an upload field, whether it came now or with a try that was returned and was kept; None where there is none."""
    if not files:
        return None
    return kept_upload(files[0]) if isinstance(files[0], Mapping) else files[0]


SCAN_ENDINGS = (".pdf", ".jpg", ".jpeg", ".png")


@transaction.atomic
def add_scan(*, actor: Person, paper: Paper, on: date, file: BinaryIO, file_name: str) -> Scan:
    """Hang the signed and stamped original of a paper on it, scanned. An earlier scan stays, and is no longer the one that counts."""
    if Path(file_name).suffix.lower() not in SCAN_ENDINGS:
        raise Refused.because(
            f"签章扫描件不收“{Path(file_name).suffix or '无扩展名'}”类文件",
            way_out="可用：pdf、jpg、png",
            field="file",
        )
    kept = keep_upload(file_name=file_name, file=file)
    before = paper.scans.order_by("-id").first()
    if before is not None and before.digest == kept["digest"]:
        raise Refused.because("这份扫描件已经上传过", way_out="请核对文件", field="file")
    scan = Scan.objects.create(
        paper=paper, file_name=kept["name"], digest=kept["digest"], size=kept["size"], on=on, added_by=actor
    )
    audit.record(
        actor=actor,
        on=on,
        action="上传签章扫描件",
        subject=scan,
        name=f"{paper.folder.title}：{paper}",
        data={
            "paper": paper.pk,
            "digest": scan.digest,
            "size": scan.size,
            "file_name": scan.file_name,
            "replaces": before.pk if before else None,
        },
    )
    return scan


def _safe_name(file_name: str) -> str:
    """A name without signs that are not seen or turn its reading direction, and without a folder."""
    return "".join(sign if sign.isprintable() and sign not in "/\\" else "_" for sign in file_name)[-200:]


@transaction.atomic
def exclude_evidence(*, actor: Person, evidence: Evidence, on: date, reason: str) -> None:
    """Mark evidence as excluded (行政处罚法 46: unlawfully obtained). It stays in the file, with the reason."""
    if evidence.excluded_reason:
        raise Refused.because("该证据已被排除")
    if not reason.strip():
        raise Refused.because("请写明排除理由", article="行政处罚法第46条", field="reason")
    evidence.excluded_reason = reason.strip()[:200]
    evidence.save(update_fields=["excluded_reason"])
    audit.record(
        actor=actor, on=on, action="排除证据", subject=evidence, data={"reason": evidence.excluded_reason}
    )
