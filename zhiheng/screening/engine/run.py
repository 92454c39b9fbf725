"""One run from a file to findings: read, compare, cluster, name what was seen."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from .boilerplate import COMMON, LONG, without_boilerplate
from .clusters import clusters
from .collection import Tables, build_tables, by_name, distinct, frame, letters, sign
from .dossiers import Dossier, dossiers
from .drawings import Drawings, gathered
from .index import Index, Segment, segment_of
from .normalise import LETTER, Texts, normalise, normaliser_digest
from .pairs import Pairs, find_pairs
from .reading import FIELDS, TITLES, Rejections, Unreadable, originals, read, read_texts
from .settings import Settings
from .signals import Facts, Limits, Signal, drawing_signals, filing_signals, odd_signals, similar_signals
from .signals.oddities import Oddity, oddities_of
from .signatures import Table
from .similarity import FRAME, LENGTH_A, LENGTH_B, compare, cover, similarity_of
from .skeleton import lexicon
from .strangers import Strangers, thresholds

Progress = Callable[[str, int, int], None]
_SHORT = 12  # letters of a passage whose source is sought: shorter ones say little


@dataclass
class Documents:
    """A list as read: ids, normalised texts, the fields of each document, what was rejected and noted, and by
    number what in a text defies plausibility. Whole applications stand without what many of them say word for word;
    sections: their abstracts, claims and descriptions apart."""

    ids: list[str]
    texts: Texts
    fields: dict[str, list[str]]
    rejections: Rejections
    notes: list[str]
    oddities: dict[int, list[Oddity]] = field(default_factory=dict)
    sections: dict[str, Texts] = field(default_factory=dict)
    drawings: Drawings | None = None

    def with_drawings(self, table: Iterable[tuple[str, str, str]]) -> None:
        """The drawings of the list's applications, as `drawings.fingerprints` read them; how many have one is noted."""
        self.drawings = gathered(table, {name: number for number, name in enumerate(self.ids)})
        have = len(set(self.drawings.rows.tolist()))
        self.notes.append(f"附图：{have}件申请有附图，共{len(self.drawings)}幅")


@dataclass
class Screening:
    """The findings of one run. Numbers below len(ids) are documents of the list, those from there on are stored ones.

    pairs: from `settings.partial` on; alike: which of them are reported as
    alike in their texts; framed: which only in their skeletons; groups: members of each cluster, largest
    first; chains: per cluster the pairs (numbers into `pairs`) that hold it together.
    """

    documents: Documents
    stored: list[Segment]
    names: Callable[[int], str]
    pairs: Pairs
    alike: np.ndarray
    framed: np.ndarray
    groups: list[np.ndarray]
    chains: list[np.ndarray]
    signals: list[Signal]
    dossiers: list[Dossier]
    settings: Settings
    limits: Limits
    tables: Tables
    strangers: dict[str, Strangers]
    engine: str

    def alike_of(self, one: int, other: int) -> tuple[float | None, float | None]:
        """How alike a pair's texts and skeletons are, None when they were not found alike at all."""
        one, other = sorted((one, other))
        low, high = np.searchsorted(self.pairs.first, [one, one + 1])
        place = low + int(np.searchsorted(self.pairs.second[low:high], other))
        if place < high and self.pairs.second[place] == other:
            return float(self.pairs.similarity[place]), float(self.pairs.framed[place])
        return None, None

    def section_figures(self, first: np.ndarray, second: np.ndarray) -> dict[str, np.ndarray]:
        """How alike the sections of each pair are, by section; NaN where one of the two lacks it."""
        figures = {}
        own = len(self.documents.ids)
        here = np.flatnonzero((first < own) & (second < own))
        for name, texts in self.documents.sections.items():
            compared = compare(texts, first[here], second[here], self.settings)
            values = np.full(len(first), np.nan)
            values[here] = similarity_of(compared)
            lacking = (compared[:, LENGTH_A] == 0) | (compared[:, LENGTH_B] == 0)
            values[here[lacking]] = np.nan
            figures[TITLES[name]] = values
        return figures

    def originals(self, numbers: set[int], path: Path, against: Path | None) -> dict[int, str]:
        """Texts as received, by number: from the list, from the corpus (the file `against`) and from the index."""
        own = {self.documents.ids[number]: number for number in numbers if number < len(self.documents.ids)}
        found = {own[name]: text for name, text in read_texts(path, set(own)).items()}
        base = len(self.documents.ids)
        for segment in self.stored:
            here = [number - base for number in numbers if base <= number < base + len(segment)]
            if segment.folder is not None:
                found |= {base + one: text for one, text in segment.originals(here).items()}
            elif against is not None:
                named = {segment.ids[one].as_py(): base + one for one in here}
                found |= {named[name]: text for name, text in read_texts(against, set(named)).items()}
            base += len(segment)
        return found

    def recorded_settings(self) -> dict:
        """Everything needed to make these findings again."""
        return {
            **self.settings.to_dict(), "limits": self.limits.to_dict(), "normaliser": normaliser_digest(), "engine": self.engine,
            "lexicon": lexicon().digest,
            "table": _recorded(self.tables.letters), "frames": _recorded(self.tables.frames),
            "zhiheng": _version(),
        }  # fmt: skip


def load(
    path: Path,
    settings: Settings,
    progress: Progress = lambda stage, finished, total: None,
    limits: Limits | None = None,
) -> Documents:
    """Read a list, ordered by id, so that nothing after this depends on the order of its rows.

    Raises reading.Unreadable; rows too short to be compared are told among the rejections.
    """
    repeated = (limits or Limits()).repeated_clauses
    rejections, notes = Rejections(), []
    ids: list[str] = []
    parts: list[Texts] = []
    parted: dict[str, list[Texts]] = {}
    fields: dict[str, list[str]] = {name: [] for name in FIELDS}
    rows: list[int] = []
    oddities: dict[int, list[Oddity]] = {}
    for batch in read(path, rejections, notes):
        ids += batch.ids
        rows += batch.rows
        for number, text in enumerate(batch.texts, len(ids) - len(batch.ids)):
            if odd := oddities_of(text, repeated):
                oddities[number] = odd
        parts.append(normalise(batch.texts))
        for name, cells in batch.sections.items():
            parted.setdefault(name, []).append(normalise(cells))
        for name in FIELDS:
            fields[name] += batch.fields[name]
        progress("读取", len(ids), 0)
    if not ids and not rejections.count:
        raise Unreadable(f"{path.name} 里没有数据行")
    texts = Texts.concatenated(parts) if parts else normalise([])
    del parts
    for number in np.flatnonzero(letters(texts) < settings.min_length):
        rejections.add(
            rows[number], ids[number], f"正文不足{settings.min_length}个字，不能比对；请补摘要或权利要求"
        )
    if not ids:
        return Documents(ids, texts, fields, rejections, notes)
    sections = {name: Texts.concatenated(cells) for name, cells in parted.items()}
    sections = {
        name: cells for name, cells in sections.items() if len(cells) == len(ids) and len(cells.codes)
    }
    if len(texts.codes) >= LONG * len(ids):
        texts, share = without_boilerplate(texts)
        sections = {name: without_boilerplate(cells)[0] for name, cells in sections.items()}
        if share:
            notes.append(f"全文中有{share:.0%}的字是{COMMON}件以上逐字相同的套话，不参与比对")
    order = by_name(ids)
    ids = [ids[number] for number in order]
    sections = {name: cells.taken(order) for name, cells in sections.items()} if len(sections) > 1 else {}
    fields = {name: [column[number] for number in order] for name, column in fields.items()}
    if oddities:
        places = np.empty(len(order), np.int64)
        places[order] = np.arange(len(order))
        oddities = {int(places[number]): odd for number, odd in oddities.items()}
    return Documents(ids, texts.taken(order), fields, rejections, notes, oddities, sections)


def screen(
    documents: Documents,
    settings: Settings,
    *,
    limits: Limits | None = None,
    against: Documents | None = None,
    index: Index | None = None,
    tables: Tables | None = None,
    engine: str = "local",
    workers: int | None = None,
    progress: Progress = lambda stage, finished, total: None,
) -> Screening:
    """Compare a list within itself, with a reference corpus and with an index, and name what was found.

    tables: an earlier run's, to make its findings again; an index brings its own. Thresholds are derived from
    the list's strangers where the settings leave them to be derived. Pairs among the documents of the
    corpus or of the index are not looked for.
    """
    limits = limits or Limits()
    workers = workers or os.cpu_count() or 1
    stored: list[Segment] = []
    if index is not None:
        tables = index.tables
        stored += index.segments()
    if against is not None:
        corpus, tables = _corpus(documents, against, settings, tables, workers)
        stored.append(corpus)
    if engine == "cluster":
        from .cluster import find_pairs_on_cluster

        find = find_pairs_on_cluster
    else:
        find = find_pairs
    # Whole applications are compared section by section; with stored texts, which have no sections, as wholes besides.
    sections = [(texts, []) for texts in documents.sections.values()]
    if stored or not sections:
        sections.append((documents.texts, stored))
    progress("对照不相干的申请", 0, 0)
    found = []
    for texts, others in sections:
        own = distinct(texts, documents.ids, settings)
        pools = [(texts, own.rows, own.hashes)]
        pools += [(one.texts, np.arange(len(one.texts)), one.group.hashes) for one in others]
        found.append(thresholds(pools, settings, workers))
    raised, strangers = max(found, key=lambda one: (one[0].similar, one[0].framed))
    settings = replace(raised, framed=max(one.framed for one, _ in found))
    parts = []
    for texts, others in sections:
        part, made, _ = find(
            texts,
            documents.ids,
            settings,
            workers=workers,
            stored=others,
            tables=tables if len(sections) == 1 or others else None,
            progress=progress,
        )
        if others and len(sections) > 1:  # its own applications were compared by their sections
            part = part.where(np.flatnonzero(part.second >= len(documents.ids)))
        parts.append((len(texts.codes), made, part))
    tables = max(parts, key=lambda one: one[0])[1]
    pairs = parts[0][2] if len(parts) == 1 else _of_sections([part for *_, part in parts], documents.texts)
    names = _names(documents.ids, stored)
    pairs = _each_once(pairs, names, len(documents.ids))
    alike = np.flatnonzero(pairs.similarity >= settings.similar)
    framed = np.flatnonzero(pairs.framed_alike(settings) & (pairs.similarity < settings.similar))
    total = len(documents.ids) + sum(map(len, stored))
    labels, chained = clusters(total, pairs.first[alike], pairs.second[alike], pairs.similarity[alike])
    groups, chains = _grouped(labels, pairs, alike, chained)
    progress("整理线索", 0, 0)
    covered = _covered(documents, stored, settings, workers)
    facts = Facts(documents.fields, documents.ids, limits)
    signals = similar_signals(pairs, groups, labels, facts, settings, limits, covered)
    signals += filing_signals(facts, pairs, settings, limits)
    signals += odd_signals(documents.oddities, facts)
    if documents.drawings is not None:
        signals += drawing_signals(documents.drawings, facts, limits)
    signals.sort(
        key=lambda one: (-one.score, one.kind, one.subject, [names(number) for number in one.documents[:3]])
    )
    return Screening(
        documents,
        stored,
        names,
        pairs,
        alike,
        framed,
        groups,
        chains,
        signals,
        dossiers(signals, groups, facts),
        settings,
        limits,
        tables,
        strangers,
        engine,
    )


def add_to_index(
    documents: Documents, path: Path, index: Index | Path, screening: Screening, workers: int | None = None
) -> bool:
    """Keep the list for later runs, its texts read from `path` again; False when exactly this list is kept already.

    index: an open one, or the folder of one to be made with the settings and the table of this screening.
    """
    settings, tables = screening.settings, screening.tables
    workers = workers or os.cpu_count() or 1
    group = distinct(documents.texts, documents.ids, settings)
    segment = segment_of(  # what is signed is not held on to: a million documents are 0.4 GB of keys
        documents.texts,
        group,
        sign(documents.texts, group, tables.letters, settings, workers),
        frame(documents.texts, group, tables.frames, settings, workers),
        documents.ids,
    )
    if isinstance(index, Index):
        return index.add(segment, originals(path))
    Index.create(index, settings, tables, segment, originals(path))
    return True


def file_digest(path: Path) -> str:
    """SHA-256 of the list as received."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _of_sections(parts: list[Pairs], texts: Texts) -> Pairs:
    """Pairs found in any section, each once, by the section in which they are most alike."""
    joined = Pairs.joined(parts)
    order = np.lexsort((-joined.framed, -joined.similarity, joined.second, joined.first))
    joined = joined.where(order)
    keep = np.ones(len(joined), np.bool_)
    keep[1:] = (joined.first[1:] != joined.first[:-1]) | (joined.second[1:] != joined.second[:-1])
    once = joined.where(np.flatnonzero(keep))
    # Where a pair's frames are most alike need not be where its texts are.
    starts = np.flatnonzero(keep)
    if len(starts):
        once.compared[:, FRAME] = np.maximum.reduceat(joined.compared[:, FRAME], starts)
    for place in np.flatnonzero((once.similarity == 1.0) & (once.second < len(texts))).tolist():
        if not np.array_equal(texts[int(once.first[place])], texts[int(once.second[place])]):
            once.similarity[place] = 0.9999  # one section is the same, the application is not
    return once


def _corpus(
    documents: Documents, against: Documents, settings: Settings, tables: Tables | None, workers: int
):
    group = distinct(against.texts, against.ids, settings)
    if tables is None:
        both = Texts.concatenated([documents.texts, against.texts])
        union = distinct(both, [*documents.ids, *against.ids], settings)
        tables = build_tables(both, union, settings, workers)
    signed = sign(against.texts, group, tables.letters, settings, workers)
    framed = frame(against.texts, group, tables.frames, settings, workers)
    return segment_of(against.texts, group, signed, framed, against.ids), tables


def _recorded(table: Table) -> dict:
    return {
        "digest": table.digest,
        "grams": len(table.grams),
        "counted": table.counted,
        "share": table.share,
    }


def _names(ids: list[str], stored: list[Segment]) -> Callable[[int], str]:
    def name(number: int) -> str:
        if number < len(ids):
            return ids[number]
        number -= len(ids)
        for segment in stored:
            if number < len(segment):
                return segment.ids[number].as_py()
            number -= len(segment)
        raise IndexError(number)

    return name


def _covered(documents: Documents, stored: list[Segment], settings: Settings, workers: int) -> Callable:
    """Per passage of one document: its characters, and those that recur in another."""

    def codes(number: int) -> np.ndarray:
        if number < len(documents.ids):
            return documents.texts[number]
        number -= len(documents.ids)
        for segment in stored:
            if number < len(segment):
                return segment.texts[segment.group.position(number)]
            number -= len(segment)
        raise IndexError(number)

    def covered(asked: list[tuple[int, int]]) -> dict[tuple[int, int], tuple[np.ndarray, np.ndarray]]:
        if not asked:
            return {}
        passages, places, count = [], {}, 0
        for one in dict.fromkeys(one for one, _ in asked):
            mine = codes(one)
            cuts = [0]
            for end in [*(np.flatnonzero(mine < LETTER) + 1).tolist(), len(mine)]:
                if end - cuts[-1] > _SHORT or end == len(mine):
                    cuts.append(end)
            places[one] = (count, len(cuts) - 1)
            count += len(cuts) - 1
            passages.append(Texts(np.ascontiguousarray(mine), np.array(cuts, np.int64)))
        others = {other: number for number, other in enumerate(dict.fromkeys(other for _, other in asked))}
        wholes = [np.ascontiguousarray(codes(other)) for other in others]
        wholes = Texts(np.concatenate(wholes), np.cumsum([0, *map(len, wholes)]).astype(np.int64))
        counts = [places[one][1] for one, _ in asked]
        rows = np.concatenate([np.arange(places[one][0], sum(places[one])) for one, _ in asked])
        targets = np.repeat([others[other] for _, other in asked], counts)
        found = cover(Texts.concatenated(passages), rows, wholes, targets, settings, workers)
        parts = np.split(found, np.cumsum(counts)[:-1])
        return {pair: (part[:, 0], part[:, 1]) for pair, part in zip(asked, parts, strict=True)}

    return covered


def _each_once(pairs: Pairs, names: Callable[[int], str], own: int) -> Pairs:
    """Nothing is held against the stored copy of an application that is in the list itself; of copies stored with several lists the
    latest counts."""
    far = np.flatnonzero(pairs.second >= own)
    numbers, places = np.unique(pairs.second[far], return_inverse=True)
    called = list(map(names, numbers.tolist()))
    latest = dict(zip(called, numbers.tolist(), strict=True))
    second = pairs.second.copy()
    second[far] = np.array([latest[name] for name in called], np.int64)[places]
    order = np.lexsort((-pairs.second, second, pairs.first))
    first, second = pairs.first[order], second[order]
    keep = np.ones(len(order), np.bool_)
    keep[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    listed = set(map(names, range(own)))
    again = [number for number, name in zip(numbers.tolist(), called, strict=True) if name in listed]
    keep &= ~np.isin(second, again)
    once = pairs.where(order[keep])
    once.second = second[keep]
    return once


def _grouped(labels: np.ndarray, pairs: Pairs, alike: np.ndarray, chained: np.ndarray):
    """Clusters of two and more with their chains, the largest first."""
    linked = np.unique(np.concatenate([pairs.first[alike], pairs.second[alike]]))
    order = linked[np.argsort(labels[linked], kind="stable")]
    bounds = np.flatnonzero(np.diff(labels[order])) + 1
    groups = np.split(order, bounds) if len(order) else []
    links = alike[chained]
    by_label = links[np.argsort(labels[pairs.first[links]], kind="stable")]
    chains = (
        np.split(by_label, np.flatnonzero(np.diff(labels[pairs.first[by_label]])) + 1)
        if len(by_label)
        else []
    )
    ranked = sorted(
        range(len(groups)), key=lambda number: (-len(groups[number]), -pairs.similarity[chains[number]].max())
    )
    return [groups[number] for number in ranked], [chains[number] for number in ranked]


def _version() -> str:
    try:
        return version("zhiheng")
    except PackageNotFoundError:
        return ""
