"""归档: which paper and which evidence of a closed matter belongs into which volume, in what order (程序规定 78), and the filing itself.

The order is data (`archive` of the kind, `zhiheng.law.kinds.Filing`). A file is put together once, when the step that closes its matter
takes effect; what comes later (a correction, a lawsuit, the scan of a paper) waits until it is filed as a supplement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import chain
from pathlib import PurePath
from typing import Any

from zhiheng.accounts.models import Person
from zhiheng.accounts.selectors import scope_codes
from zhiheng.documents import archives
from zhiheng.documents.models import Archive, Evidence, Paper, Scan
from zhiheng.documents.rendering import forms as rendering
from zhiheng.documents.rendering import sheets
from zhiheng.documents.selectors import papers_with_scans
from zhiheng.law import Filing, LawError, current_book
from zhiheng.refusal import Refused

from . import selectors
from .delivery import Delivery, deliveries, is_for_a_party
from .engine import Standing
from .family import family_of
from .models import MatterRecord, StepTaken
from .papers import context_of

_SHOWN = {".pdf": "pdf", ".jpg": "jpg", ".jpeg": "jpg", ".png": "png"}
"""Files whose pages are bound; for every other one a sheet says what it is and where it lies."""


@dataclass(frozen=True)
class File:
    """A kept file of an item: what it is called, where it is kept, and what the officer should know of it."""

    name: str
    digest: str
    size: int


@dataclass(frozen=True)
class Item:
    """One entry of 卷内文件目录. `covers`: what is on file once it is filed; `shown`: the file that is bound, None where `rows` are."""

    key: str
    title: str
    on: date
    number: str = ""
    author: str = ""
    note: str = ""
    files: tuple[File, ...] = ()
    covers: tuple[str, ...] = ()
    shown: File | None = None
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Volume:
    code: str
    title: str
    groups: tuple[tuple[str, tuple[Item, ...]], ...] = ()

    @property
    def items(self) -> list[Item]:
        return [item for _, items in self.groups for item in items]


@dataclass
class _Pile:
    """What lies in one group: a paper, behind it what proves its service, behind that what was handed in with its step."""

    items: list[Item] = field(default_factory=list)
    behind: dict[str, list[Item]] = field(default_factory=lambda: defaultdict(list))

    def __iter__(self) -> Iterator[Item]:
        for item in self.items:
            yield from self._with(item)

    def _with(self, item: Item) -> Iterator[Item]:
        yield item
        for one in self.behind.get(item.key, ()):
            yield from self._with(one)


@dataclass(frozen=True)
class Stock:
    """What lies in the folder of a matter, each read once however often it is asked for."""

    record: MatterRecord
    standing: Standing

    @cached_property
    def papers(self) -> list[Paper]:
        return papers_with_scans(self.record.matter.folder)

    @cached_property
    def archives(self) -> list[Archive]:
        """What was filed, the file first."""
        return list(self.record.matter.folder.archives.select_related("responsible", "folder"))

    @cached_property
    def deliveries(self) -> list[Delivery]:
        return deliveries(self.record, self.standing, self.papers)


def volumes_of(stock: Stock) -> list[Volume]:
    """The file as it would be put together now, without what is filed already, in the order of the kind. Empty volumes are left out."""
    filing = current_book().kind(stock.record.kind).filing
    filed = {key for one in stock.archives for _, _, item in archives.items_of(one) for key in item["covers"]}
    piles = _piles(stock, filing, filed)
    found = []
    for volume in filing.volumes:
        groups = [(group.title, tuple(piles[volume.code, group.title])) for group in volume.groups]
        groups = [(title, items) for title, items in groups if items]
        if groups:
            found.append(Volume(volume.code, volume.title, tuple(groups)))
    return found


def wanting(stock: Stock) -> list[tuple[str, list[str]]]:
    """What a full file still lacks, in words: papers that the kind demands, papers not served, papers without their signed scan."""
    record, standing, made = stock.record, stock.standing, stock.papers
    kind, scope = current_book().kind(record.kind), scope_codes(record.unit)
    held = {paper.form for paper in made}
    missing = [
        standing.procedure.form(code, standing.on, scope).title
        for code in kind.complete(standing.procedure.code, record.outcome)
        if code not in held
    ]
    unsigned = [str(paper) for paper in made if not paper.scans.all() and paper.form not in kind.filing.own]
    return [
        (title, names)
        for title, names in (
            ("缺少的文书", missing),
            ("尚未送达当事人的文书", list(dict.fromkeys(str(d.paper) for d in stock.deliveries if d.due))),
            ("没有签章扫描件的文书（归档时以系统制作的文书装订）", unsigned),
        )
        if names
    ]


def _piles(stock: Stock, filing: Filing, filed: set[str]) -> dict[tuple[str, str], _Pile]:
    record, standing, made = stock.record, stock.standing, stock.papers
    groups = [(volume.code, group) for volume in filing.volumes for group in volume.groups]
    by_form = {form: (code, g.title) for code, g in groups for form in g.papers}
    by_step = {step: (code, g.title) for code, g in groups for step in g.steps}
    rest = next((code, g.title) for code, g in groups if g.rest)
    served = next((code, g.title) for code, g in groups if g.served)
    proof = next((code, g.title) for code, g in groups if g.evidence)
    piles: dict[tuple[str, str], _Pile] = defaultdict(_Pile)
    scope = scope_codes(record.unit)
    proves = _proves(stock, filing.receipt)
    lying: dict[str, tuple[str, str]] = {}  # where each paper that is filed now lies
    for paper in made:
        if paper.form in filing.own:
            continue
        proven = f"p{proves.get(paper.pk, 0)}"
        if paper.form in by_form:
            place = by_form[paper.form]
        elif proven in lying:
            place = lying[proven]
        else:
            try:
                place = served if is_for_a_party(standing.procedure, paper.form, paper.on, scope) else rest
            except LawError:
                place = rest  # of an earlier run, whose bundle this one does not share
            if paper.form == filing.receipt:
                place = served
        for item in _paper(record, paper, filed):
            behind = piles[place].behind[proven] if proven in lying else piles[place].items
            behind.append(item)
            lying[item.key] = place
    by_paper = {(paper.step, paper.on): f"p{paper.pk}" for paper in made}
    for item in _evidence(record, filed):
        piles[proof].items.append(item)
    for step, item in _attachments(record, filed):
        key = by_paper.get((step.step, step.on), "")
        if step.step in by_step:
            piles[by_step[step.step]].items.append(item)
        elif key in lying:
            piles[lying[key]].behind[key].append(item)
        else:
            piles[rest].items.append(item)
    return piles


def _proves(stock: Stock, receipt: str) -> dict[int, int]:
    """Proof of service → the paper whose service it proves, by key: the last of those that its step served."""
    if not receipt:
        return {}
    of_step: dict[tuple[str, date], int] = {}
    for one in stock.deliveries:
        if one.service:
            event = stock.standing.events[one.service.step - 1]
            of_step[event.step, event.on] = one.paper.pk
    return {
        paper.pk: of_step[paper.step, paper.on]
        for paper in stock.papers
        if paper.form == receipt and (paper.step, paper.on) in of_step
    }


def _paper(record: MatterRecord, paper: Paper, filed: set[str]) -> Iterator[Item]:
    """A paper with its scan, if it has one; of a paper on file only a scan that came later."""
    scans = list(paper.scans.all())
    scan: Scan | None = scans[-1] if scans else None
    written = File(f"{paper.title}{paper.number}.docx", paper.digest, paper.size)
    signed = (
        File(f"{paper.title}{paper.number}（签章）{_ending(scan.file_name)}", scan.digest, scan.size)
        if scan
        else None
    )
    covers = tuple(f"s{one.pk}" for one in scans)
    about = {"number": paper.number, "author": record.unit.name, "on": paper.on}
    if f"p{paper.pk}" not in filed:
        files = (written, signed) if signed else (written,)
        note = "签章扫描件" if signed else ""
        yield Item(
            f"p{paper.pk}",
            paper.title,
            note=note,
            files=files,
            covers=(f"p{paper.pk}", *covers),
            shown=signed or written,
            **about,
        )
    elif scan and f"s{scan.pk}" not in filed:
        title = f"{paper.title}（签章扫描件）"
        about["on"] = scan.on
        yield Item(f"s{scan.pk}", title, files=(signed,), covers=covers, shown=signed, **about)


def _evidence(record: MatterRecord, filed: set[str]) -> Iterator[Item]:
    """The list of the evidence, then each item that has a file."""
    found = [
        one for one in record.matter.folder.evidence.select_related("added_by") if f"e{one.pk}" not in filed
    ]
    if not found:
        return
    rows = tuple(
        (one.name, one.get_kind_display(), one.source, one.proves, f"{one.collected_on:%Y-%m-%d}", _of(one))
        for one in found
    )
    keys = tuple(f"e{one.pk}" for one in found)
    yield Item(
        f"l{found[0].pk}", "证据清单", found[-1].collected_on, author=record.unit.name, covers=keys, rows=rows
    )
    for one in found:
        if one.digest:
            file = File(f"{one.name}{_ending(one.file_name)}", one.digest, one.size)
            yield Item(
                f"e{one.pk}", one.name, one.collected_on, author=one.source, note=_of(one) if one.excluded_reason else "",
                files=(file,), covers=(f"e{one.pk}",), shown=file,
            )  # fmt: skip


def _of(one: Evidence) -> str:
    if one.excluded_reason:
        return f"已排除：{one.excluded_reason}"
    return one.file_name or "随文书或者实物保存"


def _attachments(record: MatterRecord, filed: set[str]) -> Iterator[tuple[StepTaken, Item]]:
    """Files handed in with steps of any run, each with its step."""
    seen: set[str] = set()
    for row in selectors.steps_of(record.matter):
        kept = chain.from_iterable(value for value in row.data.values() if isinstance(value, list))
        for file in kept:
            key = f"a{row.pk}-{file['digest'][:12]}" if isinstance(file, dict) and "digest" in file else ""
            if not key or key in filed or key in seen:
                continue
            seen.add(key)
            name = PurePath(file["name"])
            one = File(f"{name.stem}{_ending(file['name'])}", file["digest"], file["size"])
            yield (
                row,
                Item(
                    key, name.stem, row.on, author=row.taken_by.name, files=(one,), covers=(key,), shown=one
                ),
            )


def _ending(name: str) -> str:
    return PurePath(name).suffix.lower()


# ------------------------------------------------------------------ filing


def file_away(record: MatterRecord, taken: StepTaken) -> Archive:
    """Put the file of a matter together when a step has closed it. Called with the step, in its transaction."""
    return _filed(record, taken, Standing.of(taken.proceeding, taken.on), taken.taken_by, taken.on)


def supplement(record: MatterRecord, standing: Standing, actor: Person, on: date) -> Archive:
    """File what came after the file was closed. Raises Refused when nothing did."""
    last = selectors.steps_of(record.matter).last()
    if not volumes_of(Stock(record, standing)):
        raise Refused.because("归档以后没有新的文书、证据或者扫描件", way_out="不需要立补充卷")
    return _filed(record, last, standing, actor, on)


def _filed(record: MatterRecord, taken: StepTaken, standing: Standing, actor: Person, on: date) -> Archive:
    kind = current_book().kind(record.kind)
    filing, stock = kind.filing, Stock(record, standing)
    volumes = [replace(volume, groups=_named(volume)) for volume in volumes_of(stock)]
    first = next(iter(stock.archives), None)
    number = str(standing.value("volume_no") or "") or (first.number if first else "")
    keep = _keep(standing)
    context = context_of(record, taken, standing=standing)
    context |= {"volume_no": number, "keep_years": standing.value("keep_years"), "on": on}
    bound = []
    for volume in volumes:
        title = volume.title if first is None else f"{volume.title}（补充卷{len(stock.archives)}）"
        told = context | {
            "volume": volume.code,
            "volumes": str(len(volumes)),
            "pages": sheets.mark("pages"),
            "paper_count": len(volume.items),
            "volume_note": f"{title}由{actor.name}于{on.year}年{on.month}月{on.day}日立卷，"
            f"共{len(volume.items)}件{sheets.mark('pages')}页。",
            "papers": [
                {
                    "number": item.number, "author": item.author, "title": item.title, "on": item.on,
                    "page": sheets.mark(item.key), "note": item.note,
                }
                for item in volume.items
            ],
        }  # fmt: skip
        bound.append(
            {
                "title": title,
                "front": [
                    {
                        "key": f"{volume.code}-cover",
                        "title": "封面",
                        "body": _cover(record, filing, told, title, keep, actor, on),
                    },
                    {
                        "key": f"{volume.code}-contents",
                        "title": "目录",
                        "body": _contents(record, filing, told, on),
                    },
                ],
                "parts": [_part(item) for item in volume.items],
                "back": [
                    {
                        "key": f"{volume.code}-notes",
                        "title": "备考表",
                        "body": _notes(record, filing, told, actor, on),
                    }
                ],
            }
        )
    return archives.file_away(
        actor=actor,
        folder=record.matter.folder,
        on=on,
        number=number,
        keep=keep,
        contents={"volumes": [_listed(volume) for volume in volumes]},
        volumes=bound,
    )


def _keep(standing: Standing) -> str:
    code = standing.value("keep_years")
    asked = standing.procedure.fields.get("keep_years")
    return str(asked.choices.get(code, code)) if asked and code else ""


def _named(volume: Volume) -> tuple[tuple[str, tuple[Item, ...]], ...]:
    """The items with the names that their files have in the package: volume, place in it, title."""
    groups, place = [], 0
    for title, items in volume.groups:
        named = []
        for item in items:
            place += 1
            files = {f: replace(f, name=f"{volume.title}/{place:03d} {_safe(f.name)}") for f in item.files}
            shown = files.get(item.shown, item.shown)
            named.append(replace(item, files=tuple(files.values()), shown=shown))
        groups.append((title, tuple(named)))
    return tuple(groups)


def _safe(name: str) -> str:
    """A name that every system can write: no separators, no signs that Windows refuses, not too long."""
    stem, ending = PurePath(name).stem, PurePath(name).suffix
    plain = "".join("_" if sign in '<>:"/\\|?*' or sign < " " else sign for sign in stem)
    return f"{plain[:80].strip(' .')}{ending}"


def _listed(volume: Volume) -> dict[str, Any]:
    return {
        "code": volume.code,
        "title": volume.title,
        "groups": [
            {
                "title": title,
                "items": [
                    {
                        "key": item.key, "title": item.title, "number": item.number, "author": item.author,
                        "on": item.on.isoformat(), "note": item.note, "covers": list(item.covers),
                        "files": [{"name": f.name, "digest": f.digest, "size": f.size} for f in item.files],
                    }
                    for item in items
                ],
            }
            for title, items in volume.groups
        ],
    }  # fmt: skip


def _part(item: Item) -> dict[str, Any]:
    """What is bound for an item (`binding.bind`)."""
    part = {"key": item.key, "title": f"{item.title}{item.number}"}
    if item.shown is None:
        header = ("名称", "种类", "来源", "证明内容", "收集日期", "文件")
        return part | {"body": sheets.listing(item.title, header, item.rows, (3, 2, 3, 4, 2, 3))}
    place, ending = archives.place_of(item.shown.digest), _ending(item.shown.name)
    if ending == ".docx" and item.key.startswith("p"):
        return part | {"docx": place}
    slip = sheets.sheet(
        "电子文件说明",
        [("名称", item.title), ("来源", item.author), ("日期", f"{item.on:%Y-%m-%d}"), ("文件", item.shown.name),
         ("字节数", str(item.shown.size)), ("摘要（SM3）", f"{item.shown.digest[:32]}\n{item.shown.digest[32:]}")],
        ["本件不能按页装订，原件在案卷压缩包中，位置见上。"],
    )  # fmt: skip
    return part | (
        {"file": place, "form": _SHOWN[ending], "body": slip} if ending in _SHOWN else {"body": slip}
    )


def _written(record: MatterRecord, code: str, told: Mapping[str, Any], on: date) -> str | None:
    """A form of the book with these words, None where the kind has no such form."""
    if not code:
        return None
    form = current_book().form(code, on, scope_codes(record.unit))
    return rendering.body(form, told)


def _cover(
    record, filing: Filing, told: Mapping[str, Any], title: str, keep: str, actor: Person, on: date
) -> str:
    rows = [
        ("案件名称", record.title), ("编号", family_of(record.kind).number(record)), ("办案机构", record.unit.name),
        ("案卷号", told["volume_no"]), ("立卷人", actor.name), ("归档日期", f"{on:%Y-%m-%d}"), ("保管期限", keep),
        ("页数", told["pages"]),
    ]  # fmt: skip
    return _written(record, filing.cover, told, on) or sheets.sheet(title, rows)


def _contents(record: MatterRecord, filing: Filing, told: Mapping[str, Any], on: date) -> str:
    header = ("文号", "责任者", "题名", "日期", "页号", "备注")
    rows = [
        (p["number"], p["author"], p["title"], f"{p['on']:%Y-%m-%d}", p["page"], p["note"])
        for p in told["papers"]
    ]
    return _written(record, filing.contents, told, on) or sheets.listing(
        "卷内文件目录", header, rows, (3, 3, 4, 2, 1.4, 1.6)
    )


def _notes(record: MatterRecord, filing: Filing, told: Mapping[str, Any], actor: Person, on: date) -> str:
    rows = [
        ("文件件数", str(told["paper_count"])), ("页数", told["pages"]), ("本卷情况说明", ""), ("立卷人", actor.name),
        ("检查人", ""), ("立卷时间", f"{on:%Y-%m-%d}"),
    ]  # fmt: skip
    return _written(record, filing.notes, told, on) or sheets.sheet("卷内备考表", rows)
