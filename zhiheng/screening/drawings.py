"""Drawings given with a list: the file is kept, its figures are fingerprinted apart from this process, a screening compares them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.jobs import foreign
from zhiheng.jobs import services as jobs
from zhiheng.refusal import Refused

from .models import DrawingFile, ReceivedList
from .selectors import refuse_stranger
from .services import locked

_TOLD = 1_000
_MOST_STRANGE = 20


def take_in(
    *,
    actor: Person,
    received: ReceivedList,
    digest: str,
    name: str,
    on: date,
    watch: jobs.Watch = jobs.NOBODY,
) -> DrawingFile:
    """Read the drawings of a kept zip and keep their fingerprints with the list. digest: of the file as it was kept.

    Raises Refused in words when it holds no drawing of an application of the list.
    """
    from .engine import drawings

    refuse_stranger(actor, received, on)
    watch.stage("读取附图")
    try:
        table, left = foreign.read(
            drawings.fingerprints,
            str(documents.path_of(digest)),
            limits=foreign.LARGE,
            raises=(drawings.Unreadable,),
        )
    except drawings.Unreadable as error:
        raise Refused.because(str(error), field="file") from error
    listed = set(received.applications.values_list("number", flat=True).iterator(chunk_size=10_000))
    known = [one for one in table if one[0] in listed]
    strange = sorted({one[0] for one in table} - listed)
    if not known:
        first = f"，如{left[0][0]}：{left[0][1]}" if left else ""
        raise Refused.because(
            f"里面没有这份名单中申请的附图{first}", way_out="请用申请号命名文件夹或者文件", field="file"
        )
    told = [
        *({"name": number, "why": "名单中没有这件申请"} for number in strange[:_MOST_STRANGE]),
        *({"name": file, "why": why} for file, why in left),
    ]
    table_digest = documents.store(_packed(known))
    with transaction.atomic():
        received = locked(received)
        refuse_stranger(actor, received, on)
        made = DrawingFile.objects.create(
            received=received,
            name=name[:200],
            digest=digest,
            table=table_digest,
            figures=len(known),
            applications=len({one[0] for one in known}),
            strange=len(strange),
            left=len(left),
            told=told[:_TOLD],
            made_by=actor,
            on=on,
        )
        audit.record(
            actor=actor,
            on=on,
            action="读入附图",
            subject=received,
            name=made.name,
            data={"drawing_file": made.pk, "file": made.digest, **stated(made)},
        )
        watch.done({"drawings": made.pk, "list": received.pk})
    return made


def stated(file: DrawingFile) -> dict[str, Any]:
    """What the ledger says of a file of drawings."""
    return {
        "table": file.table, "pictures": file.figures, "applications": file.applications, "strange": file.strange, "left_out": file.left,
    }  # fmt: skip


def tables_of(received: ReceivedList) -> list[str]:
    """Digests of the kept fingerprints of the list, in the order they came."""
    return list(received.drawing_files.order_by("pk").values_list("table", flat=True))


def figures_of(tables: Sequence[str]) -> list[tuple[str, str, str]]:
    """(application number, file name, fingerprint) of each figure of these kept tables."""
    found: list[tuple[str, str, str]] = []
    for digest in tables:
        lines = gzip.decompress(documents.read(digest)).decode().splitlines()
        found += [tuple(json.loads(line)) for line in lines]
    return found


def pictures_of(received: ReceivedList, names: Sequence[str]) -> dict[str, str]:
    """Digests of small pictures of these files, drawn apart from this process and kept; the later of two files of one name counts."""
    from .engine import drawings

    found: dict[str, str] = {}
    for digest in received.drawing_files.order_by("pk").values_list("digest", flat=True) if names else ():
        made = foreign.read(
            drawings.pictures,
            str(documents.path_of(digest)),
            list(names),
            limits=foreign.LARGE,
            raises=(drawings.Unreadable,),
        )
        found |= {name: documents.store(data) for name, data in made.items()}
    return found


def _packed(table: Sequence[tuple[str, str, str]]) -> bytes:
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in table)
    return gzip.compress(lines.encode(), mtime=0)
