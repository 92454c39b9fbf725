"""Is the ledger whole, and do the records still say what it says they do?

`verify` reads the ledger once, in order, and never holds it: it recomputes the chain, holds it against the heads kept
outside (`heads`), looks at the table's own guards, and hands every entry to the replays, which packages declare in a
module `replays` (found at start). A replay knows one kind of record: it compares what entries state with the rows as
they stand, and finds rows that no entry speaks of. Everything found is told, not only the first; the chain is followed
no further than its first break, because after it nothing is proved.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models

from . import guards, heads
from .models import GENESIS, Entry
from .moment import one_moment
from .services import chain_fault

_log = logging.getLogger(__name__)
_BATCH = 1000
SHOWN = 200
"""More faults than this are counted, not told one by one."""


class Replay:
    """What entries say of one kind of record. Made anew for every verification."""

    def hold(self, entries: Sequence[Entry]) -> Iterator[str]:
        """Faults that show in this batch of entries, in words; the batches come in the order of the ledger."""
        return iter(())

    def close(self) -> Iterator[str]:
        """Faults that show only when every entry has been seen."""
        return iter(())

    unchecked: str = ""
    """What could not be checked, in words: entries from before they stated it."""


_replays: list[Callable[[], Replay]] = []


def replay(kind: type[Replay]) -> type[Replay]:
    """Class decorator: this replay takes part in every verification."""
    _replays.append(kind)
    return kind


class Spoken:
    """Ids that entries spoke of: a bit each, however many there are."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, pk: int) -> None:
        place, bit = divmod(pk, 8)
        if place >= len(self._bits):
            self._bits.extend(bytes(max(place + 1 - len(self._bits), len(self._bits), 1024)))
        self._bits[place] |= 1 << bit

    def __contains__(self, pk: int) -> bool:
        place, bit = divmod(pk, 8)
        return place < len(self._bits) and bool(self._bits[place] & 1 << bit)

    def strangers(self, rows: models.QuerySet) -> Iterator[int]:
        """Ids of rows nothing was said of."""
        for pk in rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=_BATCH):
            if pk not in self:
                yield pk


@dataclass(frozen=True)
class Findings:
    """`entries` that hold, up to the first break of the chain; `head` the last good hash; `faults` in words, and how many
    `more` there are; `unchecked` what could not be looked at."""

    entries: int
    head: str
    faults: tuple[str, ...] = ()
    more: int = 0
    unchecked: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.faults


def verify(*, known_head: str = "") -> Findings:
    """Check everything that can be checked, as of one moment: people go on working meanwhile. `known_head`: a hash printed on a
    paper or kept elsewhere that must be in it."""
    # Heads first: each was written after its entry, so that all of them are in the ledger of any later moment.
    run = _Run(known_head, _known_heads())
    with one_moment():
        faults = run.faults()
        told = tuple(islice(faults, SHOWN))
        more = sum(1 for _ in faults)
    return Findings(run.entries, run.head, told, more, tuple(r.unchecked for r in run.replays if r.unchecked))


def first_fault() -> str:
    """The first thing found wrong, in words, and nothing is looked at after it; empty when everything holds."""
    known = _known_heads()
    with one_moment():
        return next(_Run("", known).faults(), "")


class _Run:
    def __init__(self, known_head: str, heads: tuple[_Heads, list[str]]):
        self._heads = heads
        self.entries, self.head = 0, GENESIS
        self.replays = [kind() for kind in _replays]
        self._known_head = known_head

    def faults(self) -> Iterator[str]:
        yield from guards.missing()
        known, told = self._heads
        yield from told
        whole = True
        met = not self._known_head or self._known_head == GENESIS
        for batch in _batches(Entry.objects.order_by("seq").iterator(chunk_size=_BATCH)):
            good: list[Entry] = []
            for entry in batch:
                fault = chain_fault(entry, expected=self.entries + 1, prev_hash=self.head)
                if fault:
                    yield fault
                    whole = False
                    break
                yield from known.fault(entry)
                met = met or entry.hash == self._known_head
                self.head, self.entries = entry.hash, self.entries + 1
                good.append(entry)
            for one in self.replays:
                yield from _told(one, one.hold(good))
            if not whole:
                break
        yield from _odd_rows()
        if whole:
            if known.last > self.entries:
                yield (
                    f"留痕账只有 {self.entries} 条，而 {heads.path()} 记着第 {known.last} 条："
                    f"末尾至少少了 {known.last - self.entries} 条。"
                )
            if not met:
                yield f"留痕账里没有摘要为 {self._known_head} 的条目：账被缩短、重做，或者摘要抄错了。"
            # What the rows lack or have too much can only be said when the whole ledger has been read.
            for one in self.replays:
                yield from _told(one, one.close())


# What reading rows that somebody has changed may come to: a step without its run, a word the book does not have.
_BROKEN = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, ObjectDoesNotExist)


def _told(one: Replay, faults: Iterator[str]) -> Iterator[str]:
    """The faults a replay finds. Rows it cannot even read are a fault as well, and keep no other replay from its work."""
    try:
        yield from faults
    except _BROKEN as error:
        _log.exception("%s could not read the records", type(one).__name__)
        about = (type(one).__doc__ or type(one).__name__).split("\n")[0]
        yield f"有的记录残缺到无法核对（{type(one).__name__}：{about} {type(error).__name__}: {error}）：被改过。"


class _Heads:
    """Hashes known from outside, 32 bytes for each number of the ledger."""

    def __init__(self) -> None:
        self._hashes = bytearray()
        self.last = 0

    def learn(self, seq: int, digest: str) -> bool:
        """Whether it agrees with what is known of this number already."""
        place = seq * 32
        if place + 32 > len(self._hashes):
            self._hashes.extend(bytes(max(place + 32 - len(self._hashes), len(self._hashes), 4096)))
        there, new = bytes(self._hashes[place : place + 32]), bytes.fromhex(digest)
        self._hashes[place : place + 32] = new
        self.last = max(self.last, seq)
        return there in {new, bytes(32)}

    def fault(self, entry: Entry) -> Iterator[str]:
        there = self._hashes[entry.seq * 32 : entry.seq * 32 + 32]
        if any(there) and there.hex() != entry.hash:
            yield (
                f"第 {entry.seq} 条（{entry.action} {entry.subject_name}）与 {heads.path()} 当时记下的摘要不同："
                "账从这里或更早处被重做过。"
            )


def _known_heads() -> tuple[_Heads, list[str]]:
    known, faults = _Heads(), []
    try:
        for seq, digest in heads.known():
            if seq > 10**9:
                faults.append(f"{heads.path()} 记着第 {seq} 条，不可能有这么多。")
            elif not known.learn(seq, digest):
                faults.append(f"{heads.path()} 对第 {seq} 条记着两个不同的摘要：账曾从更早处重新开始。")
    except (OSError, ValueError) as error:
        faults.append(f"账外的摘要读不出来（{error}）。")
    return known, faults


def _odd_rows() -> Iterator[str]:
    """What the chain does not cover: the rows' own ids, and JSON that says one thing twice."""
    table = Entry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT MIN(id - seq), MAX(id - seq) FROM {table}")
        lowest, highest = cursor.fetchone()
        if connection.vendor == "sqlite" and lowest != highest:
            yield "留痕账有的条目行号与序号的差不一致：行被挪动或重新写入过。"
        elif lowest is not None:
            cursor.execute(
                f"SELECT a.seq FROM {table} a JOIN {table} b ON b.seq = a.seq + 1 WHERE b.id <= a.id LIMIT 1"
            )
            if found := cursor.fetchone():
                yield f"第 {found[0]} 条之后的行号没有变大：行被挪动或重新写入过。"
        if connection.vendor != "sqlite":
            cursor.execute(f"SELECT last_value FROM {_sequence(cursor, table)}")
            given = cursor.fetchone()[0]
            cursor.execute(f"SELECT MAX(id) FROM {table}")
            if (cursor.fetchone()[0] or 0) > given:
                yield "留痕账最后的行号不是数据库自己给的：行被挪动或重新写入过。"
            return  # jsonb keeps one value of a key
        cursor.execute(f"SELECT seq, data FROM {table} ORDER BY seq")
        while rows := cursor.fetchmany(_BATCH):
            for seq, text in rows:
                try:
                    json.loads(text, object_pairs_hook=_once)
                except (ValueError, TypeError):
                    yield f"第 {seq} 条的内容里同一个名称出现两次：内容被改过。"


def _sequence(cursor, table: str) -> str:
    cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
    return cursor.fetchone()[0]


def _once(pairs: list[tuple]) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    entries = iter(entries)
    while batch := list(islice(entries, _BATCH)):
        yield batch
