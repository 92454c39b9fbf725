"""Reads the book: every file under ``book/`` and under the directories of ``ZHIHENG_BOOK_DIR``, checked and tied together.

Layout: ``<kind>/<code>/<effective date>.yaml``, one complete file a version; small vocabularies as single files at the top. Every fault of
every file is collected; any fault at all raises one :class:`BookError` naming file, line, key and mend.
"""

from __future__ import annotations

import difflib
import itertools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

import yaml

from .calendar import CalendarYear, StatutoryDay, WorkCalendar
from .citations import Citation
from .errors import BookError, Fault, LawError
from .kinds import Kind
from .lawbook import Book
from .procedure import Procedure
from .schema import Schema
from .source import Node, Source
from .steps import Field, Word
from .texts import Cited, TextCheck, mentions, place_of, said

ENVIRONMENT = "ZHIHENG_BOOK_DIR"
_WORDS = ("sources", "party_types", "outcomes", "evidence_kinds", "participants")
CHECKED = "checked.yaml"
_VERSIONED = ("instruments", "penalties", "limits", "benchmarks", "forms", "procedures")
_SINGLE = tuple(f"{name}.yaml" for name in (*_WORDS, "pauses", "roles", "guards", "causes", "fields"))
_PLACES = (*_VERSIONED, "kinds", "calendars", "examples", *_SINGLE)
_LAYOUT = (
    f"{'、'.join(_SINGLE)}，kinds/代码.yaml，{'、'.join(f'{name}/代码/施行日.yaml' for name in _VERSIONED)}"
)
_CHECKED_HEAD = """# 由 zhiheng check_book --texts 目录 --record 写成，不要手改。
# texts：核对时所用的原文及其 sha256；dated：施行日也在原文中。places：条款项和数额都在原文中找到的各处，及其内容的指纹；内容一改，
# 指纹不符，“据原文核对”的标记自动失去。
"""
_CODE = re.compile(r"[^\W\d]\w*(?:[.-]\w+)*")
_EFFECTIVE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def book_dirs() -> list[Path]:
    """The packaged book, then the local directories named in ``ZHIHENG_BOOK_DIR`` (separated like PATH)."""
    local = [Path(p) for p in os.environ.get(ENVIRONMENT, "").split(os.pathsep) if p]
    return [Path(str(files("zhiheng.law") / "book")), *local]


def load_book(dirs: Iterable[Path | str] | None = None) -> Book:
    """Read the whole book. ``dirs``: the directories to read instead of :func:`book_dirs`, later ones adding to earlier ones.

    Raises :class:`BookError` with every fault found.
    """
    return _Loading([Path(d) for d in dirs] if dirs is not None else book_dirs()).book()


def fault_at(file: str, path: tuple[str | int, ...], problem: str, mend: str) -> Fault:
    """A fault of a loaded book that only another package sees, with its place: ``file`` as below a directory of the book."""
    for directory in reversed(book_dirs()):
        for found in sorted((directory / file).parent.glob(f"{Path(file).stem}.y*ml")):
            source = Source.read(found, file if directory == book_dirs()[0] else str(found))
            source.fault(path, problem, mend)
            return source.faults[-1]
    return Fault(file, 0, ".".join(map(str, path)), problem, mend)


def write_checked(check: TextCheck) -> None:
    """Write what was found in the words of the law to ``checked.yaml`` of the packaged book."""
    path = book_dirs()[0] / CHECKED
    words = yaml.safe_dump(check.lock(), allow_unicode=True, sort_keys=False, width=200)
    written = path.with_suffix(".new")
    written.write_text(_CHECKED_HEAD + words, encoding="utf-8")
    written.replace(path)


def read_bundle(book: Book, text: str) -> Procedure:
    """A procedure from a kept bundle: the version a running matter is pinned to, with its own guards, fields, pauses and forms. What
    has come to be asked since of how papers read is not asked of it: its matters go on under it after every update.

    Instruments and the calendar are the book's: holidays are announced after a matter was opened. Raises :class:`BookError`.
    """
    loading = _Loading([])
    loading.adopt(book)
    loading.kept = True
    source = Source.of_text(text, "运行中事项保存的程序版本")
    loading.files.append(source)
    top = Node(source, source.data)
    for name, build in loading.pinned:
        inner = top.node(name)
        loading.raw[name] = dict(inner.value)
        built = {}
        for code, value in inner.value.items():
            node = Node(source, value, (name, code))
            built[str(code)] = build(str(code), node)
            node.close()
        setattr(loading, name, MappingProxyType(built))
    shared = top.raw("shared", {}) or {}
    for index, entry in enumerate(top.raw("forms", []) or []):
        node = Node(source, entry["form"], ("forms", index, "form"))
        form = loading.form(entry["code"], entry["effective"], node, shared[entry["shared"]], entry["scope"])
        if form is not None:
            loading.forms.setdefault(entry["code"], []).append(form)
    procedure = loading.procedure(
        str(top.raw("code")), top.raw("effective"), Node(source, top.raw("procedure"), ("procedure",))
    )
    loading.raise_faults()
    return procedure


@cache
def _packaged() -> _Loading:
    loading = _Loading(book_dirs()[:1])
    loading.book()
    return loading


def load_text(kind: str, text: str) -> object:
    """What one file of a kind (`procedures`, `forms` …) describes, read against the packaged book. Raises :class:`BookError`."""
    loading = _packaged()
    builders = {
        "instruments": loading.instrument,
        "penalties": loading.fine_rule,
        "limits": loading.limit,
        "benchmarks": loading.benchmark,
        "forms": loading.form,
        "procedures": loading.procedure,
        "calendars": lambda code, day, node: loading.calendar_year(node, str(node.raw("year"))),
    }
    effective = date(2024, 1, 1)
    source = Source.of_text(text, f"{kind}/{effective}.yaml")
    loading.files, loading.faults = [source], []
    built = loading.built(builders[kind], "text", effective, source) if source.data is not None else None
    loading.raise_faults()
    return built


class _Loading(Schema):
    """One load over some directories; faults stay in the sources until the end."""

    def __init__(self, dirs: list[Path]):
        super().__init__()
        self.dirs = dirs
        self.files: list[Source] = []
        self.raw_forms: dict[
            str, tuple[Mapping, Mapping]
        ] = {}  # digest of a form → it and what it shares, as written
        self.shared: dict[str, Mapping] = {}  # scope → what its forms share
        self.paths: set[Path] = set()  # files read

    @property
    def pinned(self) -> tuple[tuple[str, Callable[[str, Node], object]], ...]:
        """The vocabularies that a bundle keeps, in the order in which they are read."""
        return (
            ("pauses", lambda code, node: node.text("title")),
            ("roles", self.role),
            ("guards", self.guard),
            ("fields", self.field),
        )

    def adopt(self, book: Book) -> None:
        """Take over the vocabularies of a loaded book, to read a single file against them."""
        self.instruments = {}
        for versions in book.instruments.values():
            self.instruments.setdefault(versions[0].short, list(versions))
        self.causes, self.calendar = book.causes, book.calendar
        for name in _WORDS:
            setattr(self, name, getattr(book, name))

    # ------------------------------------------------------------------ the whole

    def book(self) -> Book:
        for directory in self.dirs:
            if not directory.is_dir():
                self.faults.append(Fault(str(directory), 0, "", "目录不存在", f"请核对 {ENVIRONMENT} 的设置"))
        by_code = dict(self.versions("instruments", self.instrument))
        for versions in by_code.values():
            self.instruments.setdefault(versions[0].short, []).extend(versions)
        self.calendar = self.calendars()
        for name in _WORDS:
            setattr(self, name, self.vocabulary(name, self.word, required=False))
        readers = dict(self.pinned)
        for name in ("pauses", "roles", "guards"):
            setattr(self, name, self.vocabulary(name, readers[name]))
        fines = dict(self.versions("penalties", self.fine_rule))
        self.rules = MappingProxyType(
            {code: Word(code, f"{code} {every[-1].title}") for code, every in fines.items()}
        )
        limits = dict(self.versions("limits", self.limit))
        benchmarks = dict(self.versions("benchmarks", self.benchmark))
        self.limit_codes = frozenset(limits)
        self.causes = self.vocabulary("causes", lambda code, n: self.cause(code, n, fines))
        self.fields = self.vocabulary("fields", self.field)
        self.shared = self.shared_forms()
        self.forms = dict(self.versions("forms", self.form))
        self.own_sets()
        # Causes before consequences: what leans on a faulty file is not looked at until that file is mended.
        if self.faulty("forms"):
            self.raise_faults()
        procedures = dict(self.versions("procedures", self.procedure))
        if self.faulty("procedures"):
            self.raise_faults()
        kinds = self.kinds(procedures)
        self.left_unread()
        self.raise_faults()
        return Book(
            instruments=MappingProxyType({code: tuple(v) for code, v in by_code.items()}),
            calendar=self.calendar,
            pauses=self.pauses,
            roles=self.roles,
            guards=self.guards,
            fields=self.fields,
            causes=self.causes,
            fine_versions=_frozen(fines),
            limit_versions=_frozen(limits),
            benchmark_versions=_frozen(benchmarks),
            procedure_versions=_frozen(procedures),
            form_versions=_frozen(self.forms),
            sources=self.sources,
            party_types=self.party_types,
            outcomes=self.outcomes,
            evidence_kinds=self.evidence_kinds,
            participants=self.participants,
            kinds=MappingProxyType(kinds),
            checked=self.checked(),
            leaning=self.cited,
        )

    def checked(self) -> Mapping[str, Mapping]:
        """What was found in the words of the law: ``checked.yaml`` of the packaged book, empty where there is none."""
        path = self.dirs[0] / CHECKED
        data = self.read(path, path.name).data if path.is_file() else None
        data = data if isinstance(data, dict) else {}
        return MappingProxyType(
            {part: MappingProxyType(data.get(part) or {}) for part in ("texts", "places")}
        )

    def cited(self) -> tuple[Cited, ...]:
        """Every place that names articles: as data, and in the words of forms."""
        found: dict[str, Cited] = {}
        for node, key, citations in self.leaning:
            if citations:
                place = place_of(node.source.file, (*node.path, key))
                numbers = frozenset(said(node.value)) if key == "article" else frozenset()
                line = node.source.line((*node.path, key))
                title = str(node.value.get("title", "")) if key == "article" else ""
                found[place] = Cited(place, line, citations, numbers, title)
        for place, line, citation, numbers in self.of_instruments():
            found[place] = Cited(place, line, (citation,), numbers)
        names: dict[str, list] = {}
        for versions in self.instruments.values():
            for instrument in versions:
                for name in dict.fromkeys((instrument.short, instrument.title, instrument.label)):
                    names.setdefault(name, []).append(instrument)
        for source in self.files:
            if source.data is None or source.file == CHECKED:
                continue
            stem = Path(source.file).stem
            on = date.fromisoformat(stem) if _EFFECTIVE.match(stem) else None
            cited = tuple(
                dict.fromkeys(c for words in _strings(source.data) for c in mentions(words, names, on))
            )
            if not cited:
                continue
            if source.file.startswith("forms/"):
                place = place_of(source.file, ())
                found[place] = Cited(place, 1, cited, frozenset(said(source.data)))
            else:  # what a remark or a refusal says in words: the articles must be there, its numbers may be of anything
                place = place_of(source.file, ("words",))
                found[place] = Cited(place, 1, cited)
        return tuple(found.values())

    def of_instruments(self) -> Iterator[tuple[str, int, Citation, frozenset]]:
        """What instruments say of days: which counts are working days, and whose rule moves a last day."""
        for source in self.files:
            if not source.file.startswith("instruments/") or not isinstance(source.data, dict):
                continue
            on = date.fromisoformat(Path(source.file).stem)
            own = self.named(str(source.data.get("short")), str(on), on)
            days = source.data.get("workdays") or {}
            for path, written, numbers in (
                (("workdays",), days.get("article"), frozenset(said(days))),
                (("rollover",), source.data.get("rollover"), frozenset()),
            ):
                node = Node(source, source.data, ())
                if written and (citation := self.citation(node, path[0], written, own, on)):
                    yield place_of(source.file, path), source.line(path), citation, numbers

    def faulty(self, directory: str) -> bool:
        return any(source.faults and directory in Path(source.file).parts for source in self.files)

    def raise_faults(self) -> None:
        faults = [*self.faults, *(fault for source in self.files for fault in source.faults)]
        if faults:
            raise BookError(sorted(set(faults), key=lambda f: (f.file, f.line)))

    def read(self, path: Path, shown: str) -> Source:
        source = Source.read(path, shown)
        self.files.append(source)
        self.paths.add(path)
        return source

    def left_unread(self) -> None:
        """A file in a place where nobody looks for it is a fault: its author believes that it is law."""
        for directory in self.dirs:
            for path in sorted(directory.rglob("*.y*ml")):
                place = path.relative_to(directory)
                aside = place.parts[0] == "examples" or place.name == CHECKED
                if path in self.paths or aside or any(part.startswith(".") for part in place.parts):
                    continue
                near = difflib.get_close_matches(place.parts[0], _PLACES, 1)
                mend = f"是否应为“{near[0]}”" if near and near[0] != place.parts[0] else f"可用：{_LAYOUT}"
                self.faults.append(Fault(str(path), 0, "", "法规库不读这个位置的文件", mend))

    # ------------------------------------------------------------------ files

    def vocabulary(
        self, name: str, build: Callable[[str, Node], object], *, required: bool = True
    ) -> Mapping:
        """A single file ``<name>.yaml`` of code → entry; local directories may add entries, not change them."""
        found: dict[str, object] = {}
        for directory in self.dirs:
            path = directory / f"{name}.yaml"
            if not path.is_file():
                continue
            source = self.read(path, path.name if directory == self.dirs[0] else str(path))
            if source.data is None:
                continue
            for code, value in Node(source, source.data).value.items():
                if not isinstance(code, str) or not _CODE.fullmatch(code):
                    source.fault(
                        (code,), f"“{code}”不能作代码", "代码以字母开头，只用字母、数字、下划线、点和短横"
                    )
                    continue
                if code in found:
                    source.fault((code,), f"“{code}”已在全国版本中定义", "本地文件只能增加新的名称")
                    continue
                node = Node(source, value, (code,))
                built = self.guarded(source, (code,), partial(build, code, node))
                if built is None:
                    continue
                found[code] = built
                node.close()
                if isinstance(built, Field) and isinstance(value, dict):
                    value = _with_words(built, value)
                self.raw.setdefault(name, {})[str(code)] = value
        self.raw.setdefault(name, {})
        if not found and required:
            self.faults.append(Fault(f"{name}.yaml", 0, "", "没有这个文件", "请恢复随系统发布的文件"))
        return MappingProxyType(found)

    def shared_forms(self) -> dict[str, Mapping]:
        """What forms share, by scope: the packaged file, and over it each local ``forms/shared.yaml`` for its own ``scope``."""
        found: dict[str, Mapping] = {}
        for directory in self.dirs:
            path = directory / "forms" / "shared.yaml"
            if not path.is_file():
                continue
            source = self.read(path, "forms/shared.yaml" if directory == self.dirs[0] else str(path))
            if not isinstance(source.data, dict):
                continue
            own = dict(source.data)
            scope = str(own.pop("scope", "") or "")
            base = found.get(scope) or found.get("", {})
            found[scope] = {
                part: {**base.get(part, {}), **(own.get(part) or {})} for part in base.keys() | own.keys()
            }
        found.setdefault("", {"context": {}, "texts": {}, "blocks": {}, "rows": {}, "clauses": {}})
        return found

    def shared_for(self, scope: str) -> Mapping:
        return self.shared.get(scope) or self.shared[""]

    def form(self, code: str, effective: date, node: Node, shared: Mapping | None = None, scope: str = ""):
        shared = shared or self.shared_for(str(node.value.get("scope", "") or ""))
        built = super().form(code, effective, node, shared, scope)
        if built is not None:
            self.raw_forms[built.digest] = (node.value, shared)
        return built

    def own_sets(self) -> None:
        """An office that shares other blocks (its address line, its receipts) prints everybody's forms with them too."""
        for scope in filter(None, self.shared):
            for code, versions in self.forms.items():
                mine = {form.effective for form in versions if form.scope == scope}
                for form in [f for f in versions if not f.scope and f.effective not in mine]:
                    raw, _ = self.raw_forms[form.digest]
                    node = Node(Source(f"forms/{code}"), raw)
                    if (
                        built := self.form(code, form.effective, node, self.shared[scope], scope)
                    ) is not None:
                        versions.append(built)
        for versions in self.forms.values():
            versions.sort(key=lambda form: (form.scope, form.effective))

    def kinds(self, procedures: Mapping[str, list]) -> dict[str, Kind]:
        """Every ``kinds/<code>.yaml`` by its ``order``; a local directory may add kinds."""
        found: dict[str, Kind] = {}
        figures: dict[str, Source] = {}
        for directory in self.dirs:
            for path in sorted((directory / "kinds").glob("*.y*ml")):
                source = self.read(
                    path, str(path.relative_to(directory)) if directory == self.dirs[0] else str(path)
                )
                if source.data is None:
                    continue
                if path.stem in found:
                    source.fault((), f"“{path.stem}”已有定义", "本地文件只能增加新的事项种类，请换一个代码")
                    continue
                node = Node(source, source.data)
                kind = self.guarded(source, (), partial(self.kind, path.stem, node, procedures))
                if kind is None:
                    continue
                found[path.stem] = kind
                for index, figure in enumerate(kind.figures):
                    at = ("figures", index, "id")
                    if (taken := figures.setdefault(figure.id, source)) is not source or figure.id in [
                        one.id for one in kind.figures[:index]
                    ]:
                        source.fault(at, f"指标“{figure.id}”已在 {taken.file} 中声明", "请换一个编号")
        return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))

    def versions(self, kind: str, build: Callable[[str, date, Node], object]) -> Iterator[tuple[str, list]]:
        """Every code of a kind with its versions in order, checked for gaps and overlaps."""
        found: dict[str, dict[tuple[str, date], tuple[Source, object]]] = {}
        for directory in self.dirs:
            root = directory / kind
            if not root.is_dir():
                continue
            for folder in sorted(p for p in root.iterdir() if p.is_dir()):
                for path in sorted(folder.glob("*.y*ml")):
                    shown = str(path.relative_to(directory)) if directory == self.dirs[0] else str(path)
                    source = self.read(path, shown)
                    effective = self.effective(path.stem, source)
                    if effective is None or (source.faults and source.data is None):
                        continue
                    built = self.built(build, folder.name, effective, source)
                    if built is None:
                        continue
                    place = (getattr(built, "scope", ""), effective)
                    mine = found.setdefault(folder.name, {})
                    if place in mine:
                        source.fault(
                            (),
                            f"与 {mine[place][0].file} 是同一版本",
                            "同一适用范围、同一施行日只能有一个文件",
                        )
                        continue
                    mine[place] = (source, built)
        for code, mine in found.items():
            ordered = [mine[place] for place in sorted(mine)]
            self.check_sequence(ordered)
            yield code, [built for _, built in ordered]

    def built(self, build: Callable[[str, date, Node], object], code: str, effective: date, source: Source):
        """What the file describes."""
        return self.guarded(source, (), lambda: build(code, effective, Node(source, source.data)))

    def guarded(self, source: Source, path: tuple, build: Callable[[], object]):
        """What a file or an entry of it describes. A value of a kind nobody reckoned with is a fault like any other, and None."""
        try:
            return build()
        except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, RecursionError) as error:
            if isinstance(error, LawError):
                raise
            source.fault(path, f"有一处的值不是这里可用的种类（{error}）", "请对照同类文件核对各处的写法")
            return None

    def effective(self, stem: str, source: Source) -> date | None:
        try:
            if _EFFECTIVE.match(stem):
                return date.fromisoformat(stem)
        except ValueError:
            pass
        source.fault((), f"文件名“{stem}”不是施行日期", "请用施行日期命名，例如 2022-11-01.yaml")
        return None

    def check_sequence(self, ordered: list[tuple[Source, object]]) -> None:
        """``until`` of one version must be the day before the next: no gap, no overlap."""
        for (source, built), (_, following) in itertools.pairwise(ordered):
            until = source.data.get("until") if isinstance(source.data, dict) else None
            if not isinstance(until, date) or getattr(built, "scope", "") != getattr(following, "scope", ""):
                continue
            next_day = until + timedelta(days=1)
            if following.effective < next_day:
                source.fault(
                    ("until",),
                    f"失效日{until}与下一版本的施行日{following.effective}重叠",
                    "请把失效日改为下一版本施行日的前一日",
                )
            elif following.effective > next_day:
                source.fault(
                    ("until",),
                    f"失效日{until}与下一版本的施行日{following.effective}之间有空档",
                    "请补上中间的版本，或者改正日期",
                )

    def calendars(self) -> WorkCalendar | None:
        years: dict[int, CalendarYear] = {}
        for directory in self.dirs:
            for path in sorted((directory / "calendars" / "cn").glob("*.y*ml")):
                shown = str(path.relative_to(directory)) if directory == self.dirs[0] else str(path)
                source = self.read(path, shown)
                if source.data is None:
                    continue
                year = self.calendar_year(Node(source, source.data), path.stem)
                if year is not None:
                    years[year.year] = (
                        year  # a local file replaces the packaged year: arrangements change during the year
                    )
        if not years:
            self.faults.append(Fault("calendars/cn", 0, "", "没有工作日历", "请恢复随系统发布的日历文件"))
            return None
        missing = [y for y in range(min(years), max(years)) if y not in years]
        if missing:
            self.faults.append(
                Fault(
                    "calendars/cn",
                    0,
                    "",
                    f"日历缺少{'、'.join(map(str, missing))}年",
                    "年份必须连续，请补上缺少的文件",
                )
            )
        return WorkCalendar.of(years.values(), self.statutory())

    def statutory(self) -> tuple[StatutoryDay, ...]:
        """The latest version of the holidays that the law fixes, none where the directories have none."""
        found: dict[date, tuple[StatutoryDay, ...]] = {}
        for directory in self.dirs:
            for path in sorted((directory / "calendars" / "statutory").glob("*.y*ml")):
                shown = str(path.relative_to(directory)) if directory == self.dirs[0] else str(path)
                source = self.read(path, shown)
                effective = self.effective(path.stem, source)
                if effective is not None and source.data is not None:
                    found[effective] = self.built(self.statutory_days, "statutory", effective, source) or ()
        return found[max(found)] if found else ()


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _with_words(field: Field, raw: Mapping) -> Mapping:
    """The field as written, with the words of the vocabularies it names: forms and bundles keep the words themselves."""
    kept = {**raw}
    if isinstance(raw.get("choices"), str):
        kept["choices"] = dict(field.choices)
    if isinstance(columns := raw.get("columns"), dict):
        kept["columns"] = {
            name: {**cell, "choices": dict(column.choices)}
            if isinstance(cell, dict) and isinstance(cell.get("choices"), str)
            else cell
            for (name, cell), column in zip(columns.items(), field.columns, strict=True)
        }
    return kept


def _frozen(versions: Mapping[str, list]) -> Mapping[str, tuple]:
    return MappingProxyType({code: tuple(v) for code, v in versions.items()})
