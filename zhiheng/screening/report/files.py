"""Writes a run's findings into a folder, all or nothing."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from zhiheng import canonical

from ..engine.aside import written_aside
from ..engine.differences import differing_words, side_by_side
from ..engine.dossiers import Dossier
from ..engine.pairs import Pairs
from ..engine.run import Screening
from ..engine.signals import Facts, Signal, ground
from ..engine.signals.parties import names
from ..engine.slots import slot_table
from .page import page

PAIRS_IN_JSON = 100_000
_SIGNALS = 10_000
_DOSSIERS = 2_000
_SHOWN_DOCUMENTS = 200
_SHOWN_NAMES = 12
_SHOWN_ROWS = 5_000
DOSSIERS_SHOWN = 100
PAIRS_OF_DOSSIER = 5
SLOT_COLUMNS = 5
PAIRS_SHOWN = 3  # of one cluster
_DIFFERING = 100  # clusters whose differing words are told
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
    both = Pairs.joined([pairs, framed])
    figures = screening.section_figures(both.first, both.second) if len(both) <= PAIRS_IN_JSON else {}
    sections = [
        [*sorted((name(int(a)), name(int(b)))), {key: round(float(values[n]), 4) for key, values in figures.items() if not np.isnan(values[n])}]
        for n, (a, b) in enumerate(zip(both.first, both.second, strict=True))
    ] if figures else []  # fmt: skip
    return {
        "documents": len(screening.documents.ids),
        "pairs": listed,
        "skeleton_pairs": _listed(framed, framed.framed, name) if len(framed) <= PAIRS_IN_JSON else [],
        "skeleton_pair_count": len(framed),
        "section_figures": sections,
        "pair_count": len(pairs),
        "clusters": [sorted(map(name, group.tolist())) for group in screening.groups],
        "signals": [_signal(screening, one, texts) for one in screening.signals[:_SIGNALS]],
        "signal_count": len(screening.signals),
        "dossiers": [_dossier(screening, one) for one in screening.dossiers[:_DOSSIERS]],
        "dossier_count": len(screening.dossiers),
        "views": _views(screening),
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
    """What the page shows of each of the first dossiers besides its plain data: pairs side by side, tables of slots."""
    found = []
    for dossier in screening.dossiers[:DOSSIERS_SHOWN]:
        comparisons = [_comparison(screening, texts, *pair) for pair in _pairs_shown(screening, dossier)]
        tables = []
        for documents in _slots_shown(screening, dossier):
            known = [number for number in documents if number in texts]
            if len(known) > 1:
                slots = slot_table([texts[number] for number in known])
                tables.append({"documents": [screening.names(number) for number in known], "slots": slots})
        found.append({"comparisons": comparisons, "tables": tables, "chain": _chain(screening, dossier)})
    return found


def _comparison(screening: Screening, texts: dict[int, str], a: int, b: int) -> dict:
    alike, framed = screening.alike_of(a, b)
    return {
        "a": screening.names(a),
        "b": screening.names(b),
        "about_a": _about(screening, a),
        "about_b": _about(screening, b),
        "similarity": alike,
        "framed": framed,
        "sections": [
            [name, float(values[0])]
            for name, values in screening.section_figures(np.array([a]), np.array([b])).items()
            if not np.isnan(values[0])
        ],
        "passages": side_by_side(texts[a], texts[b]) if a in texts and b in texts else None,
    }


def _chain(screening: Screening, dossier: Dossier) -> list[list]:
    """The pairs that hold the dossier's clusters together, the strongest first."""
    numbers = [screening.signals[one].cluster for one in dossier.signals]
    chains = [screening.chains[number] for number in numbers if number is not None]
    if not chains:
        return []
    pairs = screening.pairs.where(np.concatenate(chains))
    order = np.argsort(-pairs.similarity, kind="stable")[:_SHOWN_DOCUMENTS]
    name = screening.names
    return [
        [name(int(pairs.first[one])), name(int(pairs.second[one])), float(pairs.similarity[one])]
        for one in order
    ]


def _pairs_shown(screening: Screening, dossier: Dossier) -> list[tuple[int, int]]:
    """The pairs put side by side: of each cluster the strongest and the weakest of its chain, of a frame its best pair, of a
    combination the two sources."""
    found: dict[tuple[int, int], None] = {}
    for number in dossier.signals:
        signal = screening.signals[number]
        if signal.cluster is not None:
            pairs = screening.pairs.where(screening.chains[signal.cluster])
            for one in _chosen(pairs):
                found.setdefault((int(pairs.first[one]), int(pairs.second[one])))
        elif signal.kind == "skeleton" and len(signal.documents) > 1:
            found.setdefault((signal.documents[0], signal.documents[1]))
        elif signal.kind == "combination":
            document, *sources = signal.documents
            for source in sources:
                found.setdefault((document, source))
        if len(found) >= PAIRS_OF_DOSSIER:
            break
    return list(found)[:PAIRS_OF_DOSSIER]


def _slots_shown(screening: Screening, dossier: Dossier) -> list[list[int]]:
    """Documents whose slots are laid side by side: of the dossier's first frames, or of its first cluster of texts."""
    framed = [
        screening.signals[n].documents for n in dossier.signals if screening.signals[n].kind == "skeleton"
    ]
    alike = [
        screening.signals[n].documents for n in dossier.signals if screening.signals[n].kind == "identical"
    ]
    return [documents[:SLOT_COLUMNS] for documents in [*framed, *alike][:2]]


def _about(screening: Screening, number: int) -> str:
    """What the list says about a document of its own."""
    fields = screening.documents.fields
    if number >= len(screening.documents.ids):
        return ""
    return " · ".join(filter(None, (fields[name][number] for name in ("title", "applicant", "filed_on"))))


def to_be_shown(screening: Screening) -> set[int]:
    """Documents whose text the page needs."""
    wanted: set[int] = set()
    for dossier in screening.dossiers[:DOSSIERS_SHOWN]:
        for pair in _pairs_shown(screening, dossier):
            wanted |= {*pair}
        for documents in _slots_shown(screening, dossier):
            wanted |= {*documents}
    return wanted


def _dossier(screening: Screening, dossier: Dossier) -> dict:
    """A dossier as plain data."""
    fields = screening.documents.fields
    documents = [screening.names(number) for number in dossier.documents[:_SHOWN_DOCUMENTS]]
    grounds = sorted({item for one in dossier.signals for item in screening.signals[one].grounds})
    return {
        "number": dossier.number + 1,
        "documents": documents,
        "document_count": len(dossier.documents),
        "titles": [fields["title"][number] for number in dossier.documents[:_SHOWN_DOCUMENTS]],
        "others": [screening.names(number) for number in dossier.others[:_SHOWN_DOCUMENTS]],
        "kinds": dossier.kinds,
        "score": dossier.score,
        "signals": [one for one in dossier.signals if one < _SIGNALS],
        "grounds": [ground(item) for item in grounds],
        "note": NOTE,
        "applicants": dossier.applicants[:_SHOWN_NAMES],
        "applicant_count": len(dossier.applicants),
        "agencies": dossier.agencies[:_SHOWN_NAMES],
        "inventors": dossier.inventors[:_SHOWN_NAMES],
        "addresses": dossier.addresses[:_SHOWN_NAMES],
        "phones": dossier.phones[:_SHOWN_NAMES],
        "days": dossier.days,
        "speaks_for": dossier.speaks_for,
    }


def _views(screening: Screening) -> dict:
    """The dossiers seen from the application, the applicant and the agency."""
    facts = Facts(screening.documents.fields, screening.documents.ids, screening.limits)
    of: dict[int, list[int]] = {}
    for dossier in screening.dossiers:
        for number in dossier.documents:
            of.setdefault(number, []).append(dossier.number + 1)
    applications = [
        [screening.names(n), facts.shown("title", n), facts.shown("applicant", n), numbers] for n, numbers in sorted(of.items())
    ]  # fmt: skip
    views = {"applications": applications[:_SHOWN_ROWS], "application_count": len(applications)}
    for name, groups, kind in (
        ("applicants", facts.by_applicant, "applicant"),
        ("agencies", facts.by_agency, "agency"),
    ):
        rows = []
        for key, numbers in groups.items():
            inside = [number for number in numbers if number in of]
            if inside:
                shown = next(
                    (one for one in names(facts.fields[kind][inside[0]]) if canonical.key(one) == key), key
                )
                rows.append(
                    [shown, len(numbers), len(inside), sorted({one for n in inside for one in of[n]})]
                )
        rows.sort(key=lambda row: (-row[2], row[0]))
        views[name], views[f"{name[:-1]}_count"] = rows[:_SHOWN_ROWS], len(rows)
    return views


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
        "evidence": signal.waterfall(), "speaks_for": signal.speaks_for,
    }  # fmt: skip
    if signal.figures:
        made["figures"] = [[screening.names(number), name] for number, name in signal.figures]
    if signal.cluster is not None and signal.cluster < _DIFFERING:
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
