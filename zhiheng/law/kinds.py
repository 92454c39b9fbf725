"""A kind of matter: which procedures it may run, how it begins, who takes part, what its record keeps and shows, what a full file holds.

One file a kind, ``book/kinds/<code>.yaml``; a local directory may add kinds. Which columns exist is the family's business: the package
that keeps the record (``zhiheng.matters.family``) checks the names of columns against its table when the process starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True)
class Door:
    """A way in: the beginning step of one of the kind's procedures, and what the button says.
    ``office``: only the office itself, the root of the units, comes in here."""

    step: str
    title: str
    procedure: str
    note: str = ""
    office: bool = False


@dataclass(frozen=True)
class Participant:
    """A role of parties. ``principal``: the one that the record's own party columns hold; ``many``: several may have it."""

    code: str
    title: str
    many: bool = False
    principal: bool = False


@dataclass(frozen=True)
class FileRule:
    """Papers that a closed file must hold, of every matter or only of one procedure or outcome."""

    papers: tuple[str, ...]
    procedure: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class FiledGroup:
    """One place in the order of a volume. ``papers``: forms that go there; ``steps``: steps whose attachments do; ``served``: papers
    for a party that no other group names, each with its proof of service; ``evidence``: what is registered as evidence; ``rest``:
    whatever no group takes."""

    title: str
    papers: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    served: bool = False
    evidence: bool = False
    rest: bool = False


@dataclass(frozen=True)
class FiledVolume:
    """正卷 or 副卷: its groups in the order of the law. ``code`` is what the form of its cover calls it."""

    code: str
    title: str
    groups: tuple[FiledGroup, ...]


@dataclass(frozen=True)
class Filing:
    """How the file of a closed matter is put together. ``cover``, ``contents``, ``notes``: the forms of 卷宗封面, 卷内文件目录 and
    卷内备考表, "" for plain ones; ``receipt``: the form of 送达回证, which stands behind the paper it proves."""

    volumes: tuple[FiledVolume, ...]
    article: str = ""
    cover: str = ""
    contents: str = ""
    notes: str = ""
    receipt: str = ""

    @property
    def own(self) -> tuple[str, ...]:
        """Forms that a volume is bound with, and that are no papers in it."""
        return tuple(filter(None, (self.cover, self.contents, self.notes)))


PLAIN_FILING = Filing(
    (
        FiledVolume(
            "main",
            "案卷",
            (FiledGroup("文书", rest=True, served=True), FiledGroup("证据材料", evidence=True)),
        ),
    )
)
"""The order of a kind that says none: papers as they were made, evidence behind them."""


@dataclass(frozen=True)
class KindFigure:
    """A figure of the year over matters of this kind: counted by ``day``, narrowed by ``where``, summed over ``measure`` if there is one."""

    id: str
    title: str
    unit: str
    counts: str
    day: str
    measure: str = ""
    where: Mapping[str, tuple] = field(default_factory=lambda: MappingProxyType({}))


BASES = {
    "officers": "由谁承办、谁指派",
    "recusal": "回避",
    "evidence": "证据由谁登记、怎样排除",
}
"""What refusals of every kind of matter may rest on, each with what it is about."""


@dataclass(frozen=True)
class Kind:
    """See the module. ``keeps``: field → column (or ``role.attribute`` of a party). ``facts`` name columns, ``role.attribute``
    or fields of the procedure. ``seen_by``: roles that see matters of this kind; empty: everyone of the unit and above. ``certified``:
    the article that lets only holders of a valid enforcement certificate work it; "" where anybody of the role may. ``this``: what a
    sentence calls the matter at hand. ``basis``: the articles on which refusals rest that no step words, by what they are about
    (:data:`BASES`)."""

    code: str
    title: str
    family: str
    doors: tuple[Door, ...]
    causes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    parties: Mapping[str, Participant] = field(default_factory=lambda: MappingProxyType({}))
    keeps: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    facts: tuple[str, ...] = ()
    file: tuple[FileRule, ...] = ()
    filing: Filing = PLAIN_FILING
    figures: tuple[KindFigure, ...] = ()
    seen_by: tuple[str, ...] = ()
    certified: str = ""
    this: str = "本件"
    basis: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    note: str = ""
    order: int = 100  # where it stands among kinds, in menus and reports

    @property
    def procedures(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(door.procedure for door in self.doors))

    @property
    def principal(self) -> Participant | None:
        return next((p for p in self.parties.values() if p.principal), None)

    def complete(self, procedure: str, outcome: str) -> tuple[str, ...]:
        """Forms that the file of a matter under this procedure, with this outcome, must hold."""
        return tuple(
            dict.fromkeys(
                paper
                for rule in self.file
                if rule.procedure in ("", procedure) and rule.outcome in ("", outcome)
                for paper in rule.papers
            )
        )
