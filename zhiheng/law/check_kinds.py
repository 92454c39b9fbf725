"""The check of a kind of matter: every name of a kind leads somewhere, and nothing it keeps is written over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from .check import Finding
from .kinds import Kind

if TYPE_CHECKING:
    from .schema import Schema


_MONEY = ("元", "万元")


def _filing(kind: Kind, book: Schema, steps: Collection[str], unknown) -> Iterator[Finding]:
    """Every paper and every item of evidence has one place in the file, and only one."""
    filing = kind.filing
    groups = [group for volume in filing.volumes for group in volume.groups]
    yield from unknown(("archive",), "文书", (*filing.own, filing.receipt), book.forms)
    yield from unknown(("archive",), "文书", (form for g in groups for form in g.papers), book.forms)
    yield from unknown(("archive",), "步骤", (step for g in groups for step in g.steps), steps)
    placed = Counter(form for g in groups for form in g.papers) + Counter(s for g in groups for s in g.steps)
    for name in sorted(name for name, number in placed.items() if number > 1):
        yield ("archive", "volumes"), f"“{name}”排在了两处", "请只留一处"
    for what, title in (("rest", "其他材料"), ("evidence", "证据"), ("served", "送达当事人的文书")):
        if sum(getattr(g, what) for g in groups) != 1:
            yield (
                ("archive", "volumes"),
                f"{title}应当有一处、也只有一处可以归入",
                f"请在一个组写 {what}: true",
            )


def check_kind(kind: Kind, book: Schema, procedures: Mapping[str, list]) -> Iterator[Finding]:
    """Names of one kind of matter that point nowhere."""

    def unknown(
        path: tuple[str, ...], what: str, wanted: Iterable[str], known: Collection[str]
    ) -> Iterator[Finding]:
        for name in wanted:
            if name and name not in known:
                yield (
                    path,
                    f"没有{what}“{name}”",
                    f"可用：{'、'.join(known) if len(known) < 40 else '见相应文件'}",
                )

    if not kind.doors:
        yield ("doors",), f"“{kind.title}”没有入口", "请写 doors: {首个步骤: {title: …, procedure: …}}"
    versions = [version for code in kind.procedures for version in procedures.get(code, ())]
    for door in kind.doors:
        at = ("doors", door.step)
        yield from unknown((*at, "procedure"), "程序", [door.procedure], procedures)
        for version in procedures.get(door.procedure, ()):
            begins = version.steps.get(door.step)
            if begins is None or not begins.begins:
                first = [s.code for s in version.steps.values() if s.begins]
                yield at, f"“{version.title}”不能以步骤“{door.step}”开始", f"可用：{'、'.join(first)}"
    yield from unknown(("causes",), "案由", kind.causes, book.causes)
    yield from unknown(("sources",), "来源", kind.sources, book.sources)
    yield from unknown(("parties",), "参加人", kind.parties, book.participants)
    yield from unknown(("seen_by",), "角色", kind.seen_by, book.roles)
    if sum(p.principal for p in kind.parties.values()) > 1:
        yield ("parties",), "只能有一个主要当事人", "请只在一个角色写 principal: true"
    fields = {code for version in versions for code in version.fields}
    yield from unknown(("keeps",), "程序所问的字段", kind.keeps, fields)
    for target in kind.keeps.values():
        role, dot, _ = str(target).partition(".")
        if dot:
            yield from unknown(("keeps",), "参加人角色", [role], kind.parties)
    for index, figure in enumerate(kind.figures):
        if bool(figure.measure) != (figure.unit in _MONEY):
            yield (
                ("figures", str(index), "unit"),
                f"“{figure.title}”的单位是“{figure.unit}”，{'写了' if figure.measure else '没有写'}金额栏目（measure）",
                f"金额的单位写{'、'.join(_MONEY)}，并写 measure；件数等不写 measure",
            )
    for rule in kind.file:
        yield from unknown(("file",), "程序", [rule.procedure], kind.procedures)
        yield from unknown(("file",), "处理结果", [rule.outcome], book.outcomes)
        yield from unknown(("file",), "文书", rule.papers, book.forms)
    yield from _filing(kind, book, {code for version in versions for code in version.steps}, unknown)
    for version in versions:
        for step in version.steps.values():
            if not step.begins:
                # Such a day is the step's own: kept once more, it would take the place of the door's.
                for code in step.fields:
                    if code in kind.keeps and version.fields[code].default == "today":
                        yield (
                            ("keeps", code),
                            f"“{step.title}”也问“{code}”，会改写“{kind.keeps[code]}”里入口所填的日期",
                            "请让该步骤问另一个字段，例如 arrived_on",
                        )
            for record in step.records:
                if record.how == "number":
                    yield from unknown(("numbers",), f"“{step.title}”所用的编号", record.of, kind.numbers)
