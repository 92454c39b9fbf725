"""Kinds of matters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..check_kinds import check_kind
from ..kinds import (
    BASES,
    PLAIN_FILING,
    Door,
    FiledGroup,
    FiledVolume,
    FileRule,
    Filing,
    Kind,
    KindFigure,
    Participant,
)
from ..source import Node
from .reader import Reader


class Kinds(Reader):
    """The reader of kinds."""

    def kind(self, code: str, node: Node, procedures: Mapping[str, list]) -> Kind:
        doors = tuple(
            Door(c, n.text("title"), n.text("procedure"), n.text("note", ""), n.flag("office"))
            for c, n in self.closing(node.nodes("doors"))
        )
        parties = {
            c: Participant(
                c,
                self.participants[c].title if c in self.participants else c,
                n.flag("many"),
                n.flag("principal"),
            )
            for c, n in self.closing(node.nodes("parties", required=False))
        }
        numbers = node.raw("numbers", {}) or {}
        keeps = node.raw("keeps", {}) or {}
        file = tuple(
            FileRule(n.names("papers"), n.text("procedure", ""), n.text("outcome", ""))
            for _, n in self.closing((str(i), item) for i, item in enumerate(node.items("file")))
        )
        figures = tuple(
            self.kind_figure(n)
            for _, n in self.closing((str(i), x) for i, x in enumerate(node.items("figures")))
        )
        built = Kind(
            code=code,
            title=node.text("title"),
            family=node.text("family"),
            doors=doors,
            causes=node.names("causes"),
            sources=node.names("sources"),
            numbers=MappingProxyType(dict(numbers)),
            parties=MappingProxyType(parties),
            keeps=MappingProxyType(dict(keeps)),
            facts=node.names("facts"),
            file=file,
            filing=self.filing(node) if node.has("archive") else PLAIN_FILING,
            figures=figures,
            seen_by=node.names("seen_by"),
            certified=node.text("certified", ""),
            this=node.text("this", "本件"),
            basis=MappingProxyType(dict(self.basis(node))),
            note=node.text("note", ""),
            order=node.integer("order", 100),
        )
        node.close()
        if not node.source.faults:
            for path, problem, mend in check_kind(built, self, procedures):
                node.source.fault((*node.path, *path), problem, mend)
        return built

    def basis(self, node: Node) -> Mapping[str, str]:
        given = node.raw("basis", {}) or {}
        if not isinstance(given, dict) or not all(isinstance(words, str) for words in given.values()):
            node.fault("basis", "这里应当是键值表", "请写成 {officers: 条文}")
            return {}
        for unknown in given.keys() - BASES.keys():
            known = "、".join(f"{code}（{words}）" for code, words in BASES.items())
            node.fault("basis", f"不认识 {unknown}", f"可写：{known}")
        return given

    def filing(self, node: Node) -> Filing:
        inner = node.node("archive")
        volumes = tuple(
            FiledVolume(
                code,
                volume.text("title"),
                tuple(
                    FiledGroup(
                        n.text("title"),
                        n.names("papers"),
                        n.names("steps"),
                        n.flag("served"),
                        n.flag("evidence"),
                        n.flag("rest"),
                    )
                    for _, n in self.closing(
                        (str(i), x) for i, x in enumerate(volume.items("groups", required=True))
                    )
                ),
            )
            for code, volume in self.closing(inner.nodes("volumes"))
        )
        built = Filing(
            volumes,
            inner.text("article", ""),
            inner.text("cover", ""),
            inner.text("contents", ""),
            inner.text("notes", ""),
            inner.text("receipt", ""),
        )
        inner.close()
        return built

    def kind_figure(self, node: Node) -> KindFigure:
        where = node.raw("where", {}) or {}
        if not isinstance(where, dict):
            node.fault("where", "这里应当是键值表", "请写成 {栏目: [值]}，例如 {cause: [案由代码]}")
        return KindFigure(
            id=node.text("id"),
            title=node.text("title"),
            unit=node.text("unit", "件"),
            counts=node.text("counts"),
            day=node.text("day", "decided_on"),
            measure=node.text("measure", ""),
            where=MappingProxyType(
                {k: tuple(v) if isinstance(v, list) else (v,) for k, v in where.items()}
                if isinstance(where, dict)
                else {}
            ),
        )
