"""Find the places a decision names in the text it amends."""

from __future__ import annotations

import re

from ..model import Kind, Provision, Text, appendix_name
from ..numbering import NUMERAL, Number, article_label
from ..references import Places, items, paragraphs
from .instructions import UNIT_KINDS, Address


class Misfit(ValueError):
    """Why one order does not fit the text."""


class Locator:
    """The provisions of one text by their addresses. Every look-up that finds nothing raises :class:`Misfit`, in words."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.places = Places(text)

    def article(self, number: Number) -> Provision:
        found = self.places.articles.get(number)
        if found is None:
            raise Misfit(f"原文没有{article_label(number)}")
        return found

    def division(self, address: Address) -> Provision:
        near: Provision | None = None
        for unit, number in address.division:
            kind = UNIT_KINDS[unit]
            within = near.walk() if near is not None else self.text.walk()
            near = next((p for p in within if p.kind is kind and p.number == number), None)
            if near is None:
                raise Misfit(f"原文没有{address.words}")
        return near

    def paragraph(self, address: Address) -> Provision:
        article = self.article(address.article)
        below = paragraphs(article)
        if address.paragraph is None:
            with_items = [p for p in below if items(p)]
            if len(with_items) != 1:
                raise Misfit(f"{article_label(address.article)}有{len(with_items)}款分项，请写明第几款")
            return with_items[0]
        if not 0 < address.paragraph <= len(below):
            raise Misfit(
                f"{article_label(address.article)}只有{len(below)}款，没有{address.at(item=None, subitem=None).below}"
            )
        return below[address.paragraph - 1]

    def item(self, address: Address) -> Provision:
        paragraph = self.paragraph(address)
        for item in items(paragraph):
            if item.number == (address.item, 0):
                return item
        raise Misfit(f"原文没有{address.words}")

    def find(self, address: Address) -> Provision:
        """The provision at an address."""
        if address.division:
            return self.division(address)
        if address.article is None:
            raise Misfit("没有写明在哪一条")
        if address.subitem:
            item = self.item(address)
            for below in items(item):
                if below.number == (address.subitem, 0):
                    return below
            raise Misfit(f"原文没有{address.words}")
        if address.item:
            return self.item(address)
        if address.paragraph:
            return self.paragraph(address)
        return self.article(address.article)

    def part(self, name: str) -> str:
        """The part a decision names, or why there is none."""
        name = name.replace(" ", "")
        present = {"名称": True, "题注": True, "引言": True, "目录": True, "署名": True}
        appendices = [appendix_name(p) for p in self.text.of_kind(Kind.APPENDIX)]
        if name in present or name in appendices:
            return name
        if re.fullmatch(rf"附[件表录图]{NUMERAL}?(?:（续）)*", name):
            return name
        raise Misfit(f"原文没有“{name}”")

    def span(self, address: Address) -> list[Provision]:
        """All provisions whose words an address covers."""
        if address.division and address.part:
            return [self.find(address)]
        if not address.part:
            return list(self.find(address).walk())
        kinds = {"引言": Kind.PREAMBLE, "目录": Kind.CONTENTS, "署名": Kind.SIGNATURE}
        if address.part == "全文":
            return list(self.text.walk())
        if address.part in ("名称", "题注"):
            return []
        name = self.part(address.part)
        if name in kinds:
            return self.text.of_kind(kinds[name])
        return [
            p for one in self.text.of_kind(Kind.APPENDIX) if appendix_name(one) == name for p in one.walk()
        ]
