"""The same kernel on many machines: Daft plans and shuffles, Ray runs, and the pairs are those of one machine.

Only this module knows Daft and Ray (extra `cluster`). Where to run is configuration: `ZHIHENG_RAY_ADDRESS` names a running
Ray cluster, else one is started on this machine with `workers` processors. Texts travel as their codes; the workers call
the kernels of `signatures`, `candidates` and `similarity`.

What is kept on the driver: the list's ids and codes, the table (counted on a bounded sample), the pairs found.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa

from . import candidates
from .collection import Distinct, Tables, build_tables, distinct, frame, sign
from .index import Segment
from .normalise import Texts
from .pairs import Pairs, Progress, against_stored, alike_in_frame, of_documents, together
from .settings import Settings
from .signatures import Table, signatures
from .similarity import COLUMNS, compare

_BAND_GROUPS = 8  # bands are shuffled group by group, so that not all keys are in flight at once
_ATTEMPTS = 3
_ROWS_PER_PARTITION = 20_000


class ClusterUnavailable(Exception):
    """The extra is not installed or the cluster does not answer. The message says what to do."""


def find_pairs_on_cluster(
    texts: Texts,
    ids: Sequence[str],
    settings: Settings,
    *,
    workers: int = 1,
    stored: Sequence[Segment] = (),
    tables: Tables | None = None,
    progress: Progress = lambda stage, finished, total: None,
) -> tuple[Pairs, Tables, Distinct]:
    """As `pairs.find_pairs`, with the list compared on the cluster (stored segments are compared on the driver).

    A worker that dies loses nothing: Ray runs its tasks again elsewhere, and a run that fails as a whole is begun again.
    """
    group = distinct(texts, ids, settings)
    progress("统计套话", 0, len(group))
    if tables is None:
        tables = build_tables(texts, group, settings, workers)
    with _running(workers) as daft:
        plan = _Plan(daft, texts, group, tables.letters, settings, workers)
        found, compared = _surely(lambda: plan.run(progress))
    # Skeletons are a tenth of the work; they and stored segments are compared on the driver.
    framed = frame(texts, group, tables.frames, settings, workers)
    alike = alike_in_frame(framed, settings, workers)
    both = together(found, alike)
    known = np.zeros((len(both), COLUMNS), np.int32)
    keys = both @ np.array([1 << 32, 1])
    here = np.isin(keys, found @ np.array([1 << 32, 1])) if len(found) else np.zeros(len(both), np.bool_)
    known[here] = compared
    rows = group.rows[both[~here]]
    known[~here] = compare(texts, rows[:, 0], rows[:, 1], settings, workers)
    signed = sign(texts, group, tables.letters, settings, workers) if stored else None
    parts = [
        *of_documents(both, known, framed.runs, group, texts, settings),
        *against_stored(texts, group, signed, framed, stored, settings, workers),
    ]
    return Pairs.joined(parts), tables, group


class _Plan:
    """The stages of one run. Columns: at = position of a distinct text, codes = its codes as bytes."""

    def __init__(
        self, daft: Any, texts: Texts, group: Distinct, table: Table, settings: Settings, workers: int
    ) -> None:
        self.daft, self.settings, self.table = daft, settings, table
        self.partitions = max(2 * workers, len(group) // _ROWS_PER_PARTITION)
        mine = texts.taken(group.rows)
        codes = pa.LargeBinaryArray.from_buffers(
            pa.large_binary(), len(mine), [None, pa.py_buffer(mine.offsets * 2), pa.py_buffer(mine.codes)]
        )
        self.documents = pa.table({"at": np.arange(len(mine)), "codes": codes})

    def run(self, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of positions, sorted, and their comparisons."""
        if not len(self.documents):
            return np.zeros((0, 2), np.int64), np.zeros((0, COLUMNS), np.int32)
        documents = self.daft.from_arrow(self.documents).into_partitions(self.partitions)
        progress("提取特征", 0, len(self.documents))
        signed = documents.with_columns(self._signing()).collect()
        progress("查找候选", 0, len(self.documents))
        bound = candidates.bound(len(self.documents))
        for limit in self.settings.bucket_all_pairs:
            kept = self._candidates(signed, limit)
            if len(kept) <= bound:
                break
        progress("逐段比对", 0, len(kept))
        return self._compared(signed, kept)

    def _signing(self) -> dict[str, Any]:
        settings, table, daft = self.settings, self.table, self.daft

        @daft.func.batch(return_dtype=daft.DataType.binary())
        def signing(codes):
            texts = _texts(codes)
            keys, sketches = signatures(texts, np.arange(len(texts)), table, settings)
            return _rows(np.concatenate([np.ascontiguousarray(keys.T).view(np.uint8), sketches], 1))

        return {"signed": signing(daft.col("codes"))}

    def _candidates(self, signed: Any, limit: int) -> np.ndarray:
        """Pairs (first << 32 | second) sharing a key whose sketches agree, sorted."""
        daft, settings = self.daft, self.settings
        col, u64 = daft.col, daft.DataType.uint64()
        needed, neighbours = (
            candidates.agreement_needed(settings.estimate, settings),
            settings.bucket_neighbours,
        )
        width = 4 * settings.bands
        found = np.zeros(0, np.uint64)
        step = -(-settings.bands // _BAND_GROUPS)
        for start in range(0, settings.bands, step):
            stop = min(settings.bands, start + step)

            @daft.func.batch(return_dtype=daft.DataType.list(u64))
            def keys(signed, start=start, stop=stop):
                made = _matrix(signed)[:, 4 * start : 4 * stop]
                made = np.ascontiguousarray(made).view(np.uint32).astype(np.uint64)
                return _lists(made | (np.arange(start, stop, dtype=np.uint64) << np.uint64(32)))

            @daft.func.batch(return_dtype=daft.DataType.list(u64))
            def pairs(members):
                lists = [np.sort(np.asarray(one, np.int64)) for one in members.to_pylist()]
                return [candidates.pairs_of_bucket(one, limit, neighbours).tolist() for one in lists]

            @daft.func.batch(return_dtype=daft.DataType.binary())
            def sketching(signed):
                return _rows(_matrix(signed)[:, width:])

            @daft.func.batch(return_dtype=daft.DataType.bool())
            def agreeing(one, other):
                return pa.array(candidates.agreeing(_matrix(one), _matrix(other), needed))

            buckets = signed.select(col("at"), keys(col("signed")).alias("key")).explode("key")
            buckets = buckets.groupby("key").agg(
                col("at").list_agg().alias("members"), col("at").count().alias("size")
            )
            buckets = buckets.where(col("size") > 1)
            shared = buckets.select(pairs(col("members")).alias("pair")).explode("pair").distinct()
            shared = shared.select(
                col("pair"), (col("pair") // 2**32).cast(daft.DataType.int64()).alias("a"),
                (col("pair") % 2**32).cast(daft.DataType.int64()).alias("b"),
            )  # fmt: skip
            sides = signed.select(col("at"), sketching(col("signed")).alias("sketch"))
            shared = shared.join(sides, left_on="a", right_on="at").join(
                sides.select(col("at"), col("sketch").alias("other")), left_on="b", right_on="at"
            )
            kept = shared.where(agreeing(col("sketch"), col("other"))).select(col("pair")).to_arrow()
            found = np.union1d(found, kept["pair"].to_numpy().astype(np.uint64))
        return found

    def _compared(self, signed: Any, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        daft, settings = self.daft, self.settings
        col = daft.col
        found = np.stack([kept >> np.uint64(32), kept & np.uint64(0xFFFFFFFF)], 1).astype(np.int64)
        if not len(found):
            return found, np.zeros((0, COLUMNS), np.int32)

        @daft.func.batch(return_dtype=daft.DataType.binary())
        def comparing(one, other):
            a, b = _texts(one), _texts(other)
            rows = np.arange(len(a))
            return _rows(compare(a, rows, rows, settings, other_texts=b).view(np.uint8))

        pairs = daft.from_arrow(pa.table({"pair": kept, "a": found[:, 0], "b": found[:, 1]})).into_partitions(
            self.partitions
        )
        sides = signed.select(col("at"), col("codes"))
        pairs = pairs.join(sides, left_on="a", right_on="at").join(
            sides.select(col("at"), col("codes").alias("other")), left_on="b", right_on="at"
        )
        done = pairs.select(col("pair"), comparing(col("codes"), col("other")).alias("row")).to_arrow()
        order = np.argsort(done["pair"].to_numpy())
        compared = np.frombuffer(b"".join(done["row"].to_pylist()), np.int32).reshape(-1, COLUMNS)
        return found, compared[order]


def _surely(work: Callable[[], Any]) -> Any:
    """Do it again when a worker's death took it, or what it had made, down; it has no effects besides its result.

    What Ray cannot make good by itself is what a dead worker held and nobody may make again: it says so with a RayError
    (ObjectLostError, ActorDiedError …), or Daft's core passes it on as its own. Anything else is a fault of ours.
    """
    from daft.exceptions import DaftCoreException
    from ray.exceptions import RayError

    for _ in range(_ATTEMPTS - 1):
        try:
            return work()
        except (RayError, DaftCoreException):
            continue
    return work()


@contextmanager
def _running(workers: int) -> Iterator[Any]:
    """Daft on Ray, both without telemetry. A cluster started here is stopped here."""
    os.environ.update(
        DO_NOT_TRACK="1", DAFT_ANALYTICS_ENABLED="0", RAY_USAGE_STATS_ENABLED="0", DAFT_PROGRESS_BAR="0",
        RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO="0",
    )  # fmt: skip
    try:
        import daft
        import ray
    except ImportError as error:
        raise ClusterUnavailable("没有安装集群组件；请安装 zhiheng[cluster]，或用 --engine local") from error
    started = not ray.is_initialized()
    if started:
        address = os.environ.get("ZHIHENG_RAY_ADDRESS")
        try:
            if address:
                ray.init(address=address, logging_level="ERROR", log_to_driver=False)
            else:
                ray.init(
                    num_cpus=workers, include_dashboard=False, logging_level="ERROR", log_to_driver=False
                )
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise ClusterUnavailable(
                f"集群 {address or '（本机）'} 没有应答（{error}）；请核对 ZHIHENG_RAY_ADDRESS"
            ) from error
    try:
        daft.set_runner_ray(noop_if_initialized=True)
        yield daft
    finally:
        if started:
            ray.shutdown()


def _texts(codes: Any) -> Texts:
    """A Daft series of code bytes as texts."""
    values = codes.to_pylist()
    sizes = np.fromiter(map(len, values), np.int64, len(values)) // 2
    return Texts(
        np.frombuffer(b"".join(values), np.uint16), np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    )


def _matrix(series: Any) -> np.ndarray:
    values = series.to_pylist()
    return np.frombuffer(b"".join(values), np.uint8).reshape(len(values), -1)


def _rows(matrix: np.ndarray) -> pa.Array:
    """Each row of bytes as one binary value."""
    matrix = np.ascontiguousarray(matrix)
    offsets = np.arange(len(matrix) + 1, dtype=np.int64) * matrix.shape[1]
    return pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(matrix), [None, pa.py_buffer(offsets), pa.py_buffer(matrix)]
    )


def _lists(matrix: np.ndarray) -> pa.Array:
    offsets = np.arange(len(matrix) + 1, dtype=np.int64) * matrix.shape[1]
    return pa.LargeListArray.from_arrays(offsets, pa.array(matrix.ravel()))
