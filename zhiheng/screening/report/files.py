"""Writes a run's findings into a folder, all or nothing."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ..engine.aside import written_aside
from ..engine.differences import differing_words, side_by_side
from ..engine.pairs import Pairs
from ..engine.run import Screening
from ..engine.signals import Signal, ground
from .page import page

PAIRS_IN_JSON = 100_000
_SIGNALS = 10_000
_SHOWN_DOCUMENTS = 200
CLUSTERS_SHOWN = 100
PAIRS_SHOWN = 3  # of one cluster
STATEMENT = "仅列出文字和申请情况上的线索，供核查参考；是否属于非正常申请由国家知识产权局认定。分值是线索点数之和，不是概率。"

NOTE = "所列条款仅供核查对照，不是认定"


class FolderTaken(Exception):
    """The output folder holds something else. The message says what to do."""


def claim(folder: Path) -> None:
    """Refuse, before any work is done, a folder that cannot be written or holds files that are not a screening's."""
    if folder.exists() and not folder.is_dir():
        raise FolderTaken(f"{folder} 是一个文件；请另选输出文件夹")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "result.json").is_file():
        raise FolderTaken(f"文件夹 {folder} 里有别的文件；请另选一个空文件夹")
    folder.parent.mkdir(parents=True, exist_ok=True)


def write(
    screening: Screening, folder: Path, *, texts: dict[int, str], source: dict, seconds: float, peak_mb: float
) -> dict:
    """Write everything into `folder` and return what `result.json` holds.

    texts: texts as received of the documents shown, by number. Written aside and renamed at the end: an interrupted run or a full disk
    leaves the folder as it was.
    """
    prefix = f".{folder.name}-unfinished-"
    with written_aside(folder.parent, prefix, lambda made: _replace(made, folder)) as aside:
        result = summary(screening, texts)
        result["source"] = source
        if len(screening.alike) > PAIRS_IN_JSON:
            _write_pairs(screening, aside / "pairs.parquet")
            result["pairs"], result["pairs_file"] = [], "pairs.parquet"
        tables = screening.tables
        np.savez_compressed(
            aside / "dropped_grams.npz", grams=tables.letters.grams, frames=tables.frames.grams
        )
        (aside / "dropped_grams.txt").write_text("\n".join(tables.letters.words()) + "\n", "utf-8")
        result["seconds"], result["peak_mb"] = round(seconds, 3), round(peak_mb, 1)
        (aside / "report.html").write_text(page(result, shown(screening, texts)), "utf-8")
        (aside / "result.json").write_text(json.dumps(result, ensure_ascii=False, indent=None), "utf-8")
    return result


def summary(screening: Screening, texts: dict[int, str]) -> dict:
    """The findings as plain data (without pairs beyond what JSON can bear)."""
    name = screening.names
    pairs = screening.pairs.where(screening.alike)
    listed = []
    if len(pairs) <= PAIRS_IN_JSON:
        listed = _listed(pairs, pairs.similarity, name)
    framed = screening.pairs.where(screening.framed)
    return {
        "documents": len(screening.documents.ids),
        "pairs": listed,
        "skeleton_pairs": _listed(framed, framed.framed, name) if len(framed) <= PAIRS_IN_JSON else [],
        "skeleton_pair_count": len(framed),
        "pair_count": len(pairs),
        "clusters": [sorted(map(name, group.tolist())) for group in screening.groups],
        "signals": [_signal(screening, one, texts) for one in screening.signals[:_SIGNALS]],
        "signal_count": len(screening.signals),
        "settings": screening.recorded_settings(),
        "strangers": {name: one.to_dict() for name, one in screening.strangers.items()},
        "rejected": screening.documents.rejections.rows,
        "rejected_count": screening.documents.rejections.count,
        "notes": screening.documents.notes,
        "statement": STATEMENT,
    }


def _listed(pairs: Pairs, scores: np.ndarray, name) -> list[list]:
    return sorted(
        [*sorted((name(a), name(b))), s]
        for a, b, s in zip(pairs.first.tolist(), pairs.second.tolist(), scores.tolist(), strict=True)
    )


def shown(screening: Screening, texts: dict[int, str]) -> list[dict]:
    """The clusters of the page: their chain's strongest and weakest pairs side by side."""
    found = []
    for number, (group, chain) in enumerate(
        zip(screening.groups[:CLUSTERS_SHOWN], screening.chains, strict=False)
    ):
        pairs = screening.pairs.where(chain)
        comparisons = []
        for one in _chosen(pairs):
            a, b = int(pairs.first[one]), int(pairs.second[one])
            passages = side_by_side(texts[a], texts[b]) if a in texts and b in texts else None
            comparisons.append(
                {
                    "about_a": _about(screening, a),
                    "about_b": _about(screening, b),
                    "a": screening.names(a),
                    "b": screening.names(b),
                    "similarity": float(pairs.similarity[one]),
                    "passages": passages,
                }
            )
        links = [
            [
                screening.names(int(pairs.first[one])),
                screening.names(int(pairs.second[one])),
                float(pairs.similarity[one]),
            ]
            for one in np.argsort(-pairs.similarity, kind="stable")[:_SHOWN_DOCUMENTS]
        ]
        members = [screening.names(int(member)) for member in group[:_SHOWN_DOCUMENTS]]
        found.append(
            {
                "number": number,
                "size": len(group),
                "members": members,
                "chain": links,
                "comparisons": comparisons,
            }
        )
    return found


def _about(screening: Screening, number: int) -> str:
    """What the list says about a document of its own."""
    fields = screening.documents.fields
    if number >= len(screening.documents.ids):
        return ""
    return " · ".join(filter(None, (fields[name][number] for name in ("title", "applicant", "filed_on"))))


def to_be_shown(screening: Screening) -> set[int]:
    """Documents whose text the page needs."""
    wanted: set[int] = set()
    for chain in screening.chains[:CLUSTERS_SHOWN]:
        pairs = screening.pairs.where(chain)
        chosen = _chosen(pairs)
        wanted |= {*pairs.first[chosen].tolist(), *pairs.second[chosen].tolist()}
    return wanted


def _chosen(chain: Pairs) -> np.ndarray:
    """The pairs of a cluster's chain that are shown: the strongest and the weakest."""
    order = np.argsort(-chain.similarity, kind="stable")
    return order if len(order) <= PAIRS_SHOWN else np.append(order[: PAIRS_SHOWN - 1], order[-1])


def _signal(screening: Screening, signal: Signal, texts: dict[int, str]) -> dict:
    documents = [screening.names(number) for number in signal.documents[:_SHOWN_DOCUMENTS]]
    made = {
        "kind": signal.kind, "title": signal.title, "subject": signal.subject, "score": signal.score,
        "documents": documents, "document_count": len(signal.documents), "cluster": signal.cluster,
        "grounds": [ground(item) for item in signal.grounds], "note": NOTE,
        "evidence": signal.waterfall(),
    }  # fmt: skip
    if signal.cluster is not None and signal.cluster < CLUSTERS_SHOWN:
        pairs = screening.pairs.where(screening.chains[signal.cluster])
        best = int(np.argmax(pairs.similarity))
        a, b = int(pairs.first[best]), int(pairs.second[best])
        if a in texts and b in texts:
            made["differing_words"] = differing_words(side_by_side(texts[a], texts[b]))
    return made


def _write_pairs(screening: Screening, path: Path) -> None:
    pairs = screening.pairs.where(screening.alike)
    a = [screening.names(number) for number in pairs.first.tolist()]
    b = [screening.names(number) for number in pairs.second.tolist()]
    table = pa.table({"id_a": a, "id_b": b, "similarity": pairs.similarity})
    pq.write_table(table, path)


def _replace(aside: Path, folder: Path) -> None:
    """Put the finished folder in the place of an earlier one."""
    if not folder.exists():
        aside.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-replaced-", dir=folder.parent))
    folder.rename(old / "old")
    try:
        aside.rename(folder)
    except BaseException:
        (old / "old").rename(folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
