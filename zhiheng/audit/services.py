"""The ledger's one way in and its check.

Each entry carries SM3(previous hash ‖ canonical JSON of its content). Whoever changes, removes or inserts an entry
breaks every hash after it. A database owner can recompute the whole chain, so the head is also published outside:
it is printed on the annual report and shown by `verify_audit`. Tamper-evident, not tamper-proof.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any, Protocol

from django.db import connection, models, transaction
from django.utils import timezone

from zhiheng.statements import Once

from . import heads
from .models import GENESIS, Entry

# Any constant will do; all writers of the ledger must agree on it.
_ADVISORY_LOCK = 0x5A48_4145


class Actor(Protocol):
    pk: int
    name: str
    unit: Any


@cache
def _hasher():
    """SM3 where this Python's OpenSSL has it (GB/T 32905), which every supported platform does."""
    hashlib.new("sm3", b"")
    return lambda data: hashlib.new("sm3", data).hexdigest()


def digest(data: bytes) -> str:
    """SM3 of the bytes as 64 hex digits; the digest used for entries, documents, evidence files and snapshots."""
    return _hasher()(data)


def canonical(value: Any) -> bytes:
    """The one JSON spelling of a value: sorted keys, no spaces, ISO dates, decimals as text."""

    def plain(item):
        if isinstance(item, (date, datetime)):
            return item.isoformat()
        if isinstance(item, Decimal):
            return str(item)
        if isinstance(item, (set, frozenset, tuple)):
            return sorted(item) if isinstance(item, (set, frozenset)) else list(item)
        if isinstance(item, models.Model):
            return item.pk
        raise TypeError(f"{type(item).__name__} has no canonical spelling")

    return json.dumps(
        value, default=plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    ).encode()


def plain(value: Any) -> Any:
    """The value as JSON gives it back: what a JSON column may hold, and what the chain hashes."""
    return json.loads(canonical(value))


def _content(entry: Entry) -> dict:
    return {
        "seq": entry.seq,
        "at": entry.at.astimezone(timezone.get_default_timezone()).isoformat(),
        "on": entry.on,
        "actor": [entry.actor_id, entry.actor_name],
        "unit": [entry.unit_id, entry.unit_name],
        "action": entry.action,
        "subject": [entry.subject_kind, entry.subject_id, entry.subject_name],
        "data": entry.data,
    }


def _chain(prev_hash: str, entry: Entry) -> str:
    return digest(prev_hash.encode() + canonical(_content(entry)))


_through: ContextVar[str] = ContextVar("through", default="")


@contextmanager
def said_through(words: str) -> Iterator[None]:
    """What is done inside is somebody's act that another hand carried out (a command given in their name): every entry says so."""
    token = _through.set(words)
    try:
        yield
    finally:
        _through.reset(token)


def on_the_command_line() -> str:
    """Whose hand a command is: the account of the operating system it runs under."""
    try:
        hand = getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        hand = str(os.getuid())
    return f"命令行（操作系统账号 {hand}）"


_LAST = Once(lambda: Entry.objects.order_by("-seq").values_list("seq", "hash")[:1])


def record(
    *,
    actor: Actor | None,
    on: date,
    action: str,
    subject: models.Model,
    name: str = "",
    data: Mapping | None = None,
) -> Entry:
    """Write one entry inside the caller's transaction.

    `action` is the Chinese name of what was done, `subject` the record it was done to, `data` what changed (anything
    `canonical` can spell). `actor=None` is the system itself. Raises when called outside a transaction: an entry that
    could outlive a rolled-back change would be a lie.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "audit.record must run inside the transaction of the change"
        )
    if connection.vendor == "postgresql":
        # On SQLite the IMMEDIATE transaction is the lock.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
    seq, prev_hash = next(iter(_LAST()), (0, GENESIS))
    if through := _through.get():
        data = {**(data or {}), "through": through}
    entry = Entry(
        seq=seq + 1,
        # Microseconds survive on both databases.
        at=timezone.now(),
        on=on,
        actor_id=actor.pk if actor else None,
        actor_name=actor.name if actor else "系统",
        unit_id=actor.unit.pk if actor else None,
        unit_name=actor.unit.name if actor else "",
        action=action,
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_name=(name or str(subject))[:200],
        data=plain(data or {}),
        prev_hash=prev_hash,
    )
    entry.hash = _chain(prev_hash, entry)
    entry.save(force_insert=True)
    transaction.on_commit(partial(heads.write, entry.seq, entry.hash, entry.at.isoformat(timespec="seconds")))
    return entry


@dataclass(frozen=True)
class Verification:
    """`entries` checked; `head` is the last good hash; `broken` names the first entry that does not hold, if any."""

    entries: int
    head: str
    broken: str = ""


def chain_fault(entry: Entry, *, expected: int, prev_hash: str) -> str:
    """Why the entry does not follow one with this hash as number `expected`, "" when it does."""
    where = f"第 {entry.seq} 条（{entry.on:%Y-%m-%d} {entry.actor_name} {entry.action} {entry.subject_name}）"
    if entry.seq != expected:
        return f"{where}之前缺少第 {expected} 条：有条目被删除。"
    if entry.prev_hash != prev_hash:
        return f"{where}与前一条的摘要接不上：前一条被改过或被替换。"
    if entry.hash != _chain(prev_hash, entry):
        return f"{where}的内容与摘要不符：内容被改过。"
    return ""


def verify() -> Verification:
    """Recompute the chain alone, from the first entry to the first one that does not follow. `verification` checks all."""
    prev_hash, expected = GENESIS, 1
    for entry in Entry.objects.order_by("seq").iterator(chunk_size=2000):
        if fault := chain_fault(entry, expected=expected, prev_hash=prev_hash):
            return Verification(expected - 1, prev_hash, fault)
        prev_hash, expected = entry.hash, expected + 1
    return Verification(expected - 1, prev_hash)
