"""Documents kept between runs: immutable segments of files that are mapped, not read.

A folder holds `index.json` (settings, table, segments in order) and one folder per segment. A segment is written aside
and renamed, and only `index.json`, replaced in one step, makes it count; a new index is written aside as a whole. An
interrupted run or a full disk leaves what was there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from .aside import written_aside
from .candidates import in_order
from .collection import Distinct, Framed, Signed, Tables, encodable
from .normalise import Texts, normaliser_digest
from .settings import Settings
from .signatures import Table
from .skeleton import Runs, lexicon

_FORMAT = 3
_FILES = (
    "codes", "offsets", "rows", "hashes", "members", "starts", "ordered", "sketches", "frame_ordered", "frame_sketches",
    "runs", "run_offsets",
)  # fmt: skip
_TEXTS_PER_BATCH = 256  # read together when one of them is shown


Originals = Iterable[tuple[Sequence[str], Sequence[str]]]


class IndexUnusable(Exception):
    """The folder holds no index this run can use. The message says why and what to do."""


@dataclass
class Segment:
    """Stored documents: the distinct texts (position i of `group` is texts[i]), keys ordered per band, sketches, the same
    of their skeletons, ids.

    ordered: uint64, bands × texts, key << 32 | position, each band sorted. folder: where a segment of an index lies,
    None for one in memory.
    """

    texts: Texts
    group: Distinct
    ordered: np.ndarray
    sketches: np.ndarray
    frame_ordered: np.ndarray
    frame_sketches: np.ndarray
    runs: Runs
    ids: pa.Array
    folder: Path | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def originals(self, documents: Iterable[int]) -> dict[int, str]:
        """Texts as they were received, by document number. A segment in memory has none."""
        if self.folder is None:
            return {}
        places = np.load(self.folder / "places.npy", mmap_mode="r")
        found: dict[int, str] = {}
        with pa.memory_map(str(self.folder / "originals.arrow")) as source:
            file = pa.ipc.open_file(source)
            batches: dict[int, pa.RecordBatch] = {}
            for document in sorted(documents, key=places.__getitem__):
                number, row = divmod(int(places[document]), _TEXTS_PER_BATCH)
                if number not in batches:
                    batches = {number: file.get_batch(number)}
                found[document] = batches[number].column(0)[row].as_py()
        return found


def segment_of(texts: Texts, group: Distinct, signed: Signed, framed: Framed, ids: Sequence[str]) -> Segment:
    """Make a segment in memory."""
    ordered = [np.empty(one.keys.shape, np.uint64) for one in (signed, framed.signed)]
    for one, made in zip((signed, framed.signed), ordered, strict=True):
        for band, keys in enumerate(one.keys):
            made[band] = in_order(keys)
    return Segment(
        texts.taken(group.rows), group, ordered[0], signed.sketches, ordered[1], framed.signed.sketches, framed.runs,
        pa.array(ids, pa.string()),
    )  # fmt: skip


class Index:
    """An index folder. `Index.open` one that exists, `Index.create` a new one; `add` appends a segment."""

    def __init__(self, folder: Path, settings: Settings, tables: Tables, segments: list[dict]) -> None:
        self.folder, self.settings, self.tables, self._segments = folder, settings, tables, segments

    def __len__(self) -> int:
        return sum(one["documents"] for one in self._segments)

    @staticmethod
    def exists(folder: Path) -> bool:
        return (folder / "index.json").is_file()

    @classmethod
    def create(
        cls,
        folder: Path,
        settings: Settings,
        tables: Tables,
        segment: Segment,
        originals: Originals,
        label: str = "",
    ) -> None:
        """A new index of one segment. `originals` and `label` as for `add`."""
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise IndexUnusable(f"{folder} 不是空文件夹，也没有索引；请另选一个文件夹")
        folder.parent.mkdir(parents=True, exist_ok=True)
        prefix = f".{folder.name}-unfinished-"
        with written_aside(folder.parent, prefix, lambda made: made.rename(folder)) as aside:
            np.save(aside / "table.npy", tables.letters.grams)
            np.save(aside / "frames.npy", tables.frames.grams)
            cls(aside, settings, tables, []).add(segment, originals, label)

    @classmethod
    def open(cls, folder: Path, settings: Settings) -> Index:
        """Raises IndexUnusable when it was made by other candidate settings, another kernel or is damaged."""
        try:
            stated = json.loads((folder / "index.json").read_text("utf-8"))
            made = Settings.from_dict(stated["settings"])
            tables = Tables(*(
                Table(np.load(folder / f"{name}.npy"), stated[name]["counted"], stated[name]["share"])
                for name in ("table", "frames")
            ))  # fmt: skip
        except (OSError, ValueError, KeyError) as error:
            raise IndexUnusable(f"索引 {folder} 不能读取（{error}）；请删除后重建") from error
        known = (_FORMAT, normaliser_digest(), lexicon().digest)
        if (stated.get("format"), stated["normaliser"], stated.get("lexicon")) != known:
            raise IndexUnusable(f"索引 {folder} 由另一版本建立，文字归一规则不同；请用现版本重建")
        if any(one.digest != stated[name]["digest"] for name, one in _named(tables)):
            raise IndexUnusable(f"索引 {folder} 的套话表与登记的校验值不符，文件可能损坏；请重建")
        if made.candidates_digest() != settings.candidates_digest():
            raise IndexUnusable(f"索引 {folder} 的比对参数与本次设定不同；请用相同参数，或另建索引")
        return cls(folder, made, tables, stated["segments"])

    def segments(self) -> list[Segment]:
        return [self._load(one["name"]) for one in self._segments]

    def stated(self) -> list[dict]:
        """What is known of each segment without reading it: `label`, `digest`, `documents`."""
        return [{"label": "", **one} for one in self._segments]

    def only(self, digests: Sequence[str]) -> Index:
        """The same index as if it held these segments alone, to be compared with and not added to.

        Raises IndexUnusable when one of them is not in it.
        """
        by_digest = {one["digest"]: one for one in self._segments}
        if any(digest not in by_digest for digest in digests):
            raise IndexUnusable(f"索引 {self.folder} 里没有当时比对的全部名单；请重新筛查")
        return Index(self.folder, self.settings, self.tables, [by_digest[digest] for digest in digests])

    def add(self, segment: Segment, originals: Originals, label: str = "") -> bool:
        """Append; False when exactly these documents are in it already.

        originals: ids and texts as received, batch by batch in any order, for each document of the segment. label: what the caller
        knows the segment by.
        """
        digest = _digest(segment)
        if any(one["digest"] == digest for one in self._segments):
            return False
        name = f"{len(self._segments) + 1:04d}-{digest[:8]}"

        def place(made: Path) -> None:
            shutil.rmtree(self.folder / name, ignore_errors=True)
            made.rename(self.folder / name)

        with written_aside(self.folder, ".unfinished-", place) as aside:
            arrays = {
                "codes": segment.texts.codes, "offsets": segment.texts.offsets, "ordered": segment.ordered,
                "sketches": segment.sketches, "rows": segment.group.rows, "hashes": segment.group.hashes,
                "members": segment.group.members, "starts": segment.group.starts, "frame_ordered": segment.frame_ordered,
                "frame_sketches": segment.frame_sketches, "runs": segment.runs.values, "run_offsets": segment.runs.offsets,
            }  # fmt: skip
            for key in _FILES:
                np.save(aside / f"{key}.npy", arrays[key])
            _write_arrow(aside / "ids.arrow", pa.schema({"id": pa.string()}), [[segment.ids]])
            _write_originals(aside, segment.ids.to_pylist(), originals)
        self._segments.append({"name": name, "label": label, "documents": len(segment), "digest": digest})
        self._publish()
        return True

    def _load(self, name: str) -> Segment:
        folder = self.folder / name
        try:
            arrays = {key: np.load(folder / f"{key}.npy", mmap_mode="r") for key in _FILES}
            with pa.memory_map(str(folder / "ids.arrow")) as source:
                ids = pa.ipc.open_file(source).read_all()["id"].combine_chunks()
        except (OSError, ValueError) as error:
            raise IndexUnusable(f"索引 {self.folder} 缺少或损坏了 {name}（{error}）；请重建") from error
        group = Distinct(arrays["rows"], arrays["hashes"], arrays["members"], arrays["starts"])
        texts = Texts(arrays["codes"], arrays["offsets"])
        runs = Runs(arrays["runs"], arrays["run_offsets"])
        return Segment(
            texts, group, arrays["ordered"], arrays["sketches"], arrays["frame_ordered"], arrays["frame_sketches"], runs,
            ids, folder,
        )  # fmt: skip

    def _publish(self) -> None:
        stated = {
            "format": _FORMAT,
            "normaliser": normaliser_digest(),
            "lexicon": lexicon().digest,
            "settings": self.settings.to_dict(),
            **{
                name: {"digest": one.digest, "counted": one.counted, "share": one.share}
                for name, one in _named(self.tables)
            },
            "segments": self._segments,
        }
        aside = self.folder / ".index.json"
        with aside.open("w", encoding="utf-8") as file:
            json.dump(stated, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.folder / "index.json")


def _named(tables: Tables) -> list[tuple[str, Table]]:
    return [("table", tables.letters), ("frames", tables.frames)]


def _write_arrow(
    path: Path, schema: pa.Schema, batches: Iterable[list], compression: str | None = None
) -> None:
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema, options=options) as writer:
        for columns in batches:
            writer.write_batch(pa.record_batch(columns, schema=schema))


def _write_originals(folder: Path, ids: list[str], originals: Originals) -> None:
    """The texts as they come, and per document the place of its text among them."""
    numbers = {name: number for number, name in enumerate(ids)}
    places = np.full(len(ids), -1, np.int64)

    def batches() -> Iterator[list]:
        written, waiting = 0, []
        for names, texts in originals:
            for name, text in zip(names, texts, strict=True):
                places[numbers[name]] = written + len(waiting)
                waiting.append(encodable(text))
                if len(waiting) == _TEXTS_PER_BATCH:
                    yield [waiting]
                    written, waiting = written + len(waiting), []
        if waiting:
            yield [waiting]

    _write_arrow(folder / "originals.arrow", pa.schema({"text": pa.large_string()}), batches(), "lz4")
    if (places < 0).any():
        raise IndexUnusable("名单文件在比对期间有改动，没有加入索引；请重新运行")
    np.save(folder / "places.npy", places)


def _digest(segment: Segment) -> str:
    hashed = hashlib.sha256(np.ascontiguousarray(segment.group.hashes).tobytes())
    for one in segment.ids.to_pylist():
        hashed.update(one.encode("utf-8", "surrogatepass") + b"\0")
    return hashed.hexdigest()
