"""Every page and every file of the house with hostile words in every text of every record.

Whatever somebody may have typed, imported or sent from the public page: on a page it is words, in a sheet no formula, in a document no
markup.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

import pytest
import xlsxwriter
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.test import Client

from tests.architecture.test_urls import addresses
from tests.site.test_whose_it_is import filled
from tests.world import sign_in
from zhiheng.accounts.words import WordField

pytestmark = pytest.mark.django_db

# A formula for a sheet, markup for a page and a document.
HOSTILE = '="><img src=x onerror=alert(7)>'
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# Columns that hold no words of anybody's: names of things the program knows, digests, numbers it drew.
_OURS = re.compile(
    r"digest|hash|sha$|sha256|seal|code|kind|state|step|stage|role|procedure|version|form$|key|place|path|password|username|figure|"
    r"indicator|session|content$|layout|plan$|table$|tables|input|result$|findings|measure|unit_name|scope|ref$|sender$|colour|label|"
    r"series|prefix|file$|month|day|cause|vocabulary|source$|outcome|discretion|benchmark|rule$|family|clock|action|instrument|ledger_head|wording|value_method|counts$|^of$|field$"
)
# Tables that are the machine's: its ledger, its jobs, what is searched, who is signed in, the law a matter is pinned to.
_MACHINE = re.compile(
    r"audit|jobs|sessions|contenttypes|auth\.|search|Entry$|ProcedureVersion|SignInCount|Unit$|ClockState"
)


def readers(house) -> list[Client]:
    cast = (
        house.a.handler, house.a.unit_head, house.a.admin, house.city.planner, house.city.handler, house.city.auditor, house.city.chief,
    )  # fmt: skip
    return [sign_in(Client(), one) for one in cast]


def every_address(house) -> Iterator[tuple[str, str]]:
    """(route, address): one for each thing that a route names, or its own, and the sheets of lists."""
    for route, _ in addresses():
        for address in (filled(route, arguments) for arguments in (house.named.get(route) or [{}])[:2]):
            yield route, address
            page = address.endswith("/") and not re.search(r"sign-out|demonstration-day", address)
            if page and address.count("/") < 7:
                yield route, f"{address}?export=xlsx"


def words_of_people(model: type[models.Model]) -> list[models.Field]:
    """Columns of a table in which somebody's own words stand."""
    return [
        one
        for one in model._meta.concrete_fields
        if isinstance(one, models.CharField | models.TextField)
        and not isinstance(one, WordField)
        and not (one.choices or one.unique or one.primary_key or _OURS.search(one.name))
        and (one.max_length or 999) >= len(HOSTILE)
    ]


def poison(words: str) -> int:
    """Every such column of every row says these words; how many columns."""
    number = 0
    for model in apps.get_models():
        if not model._meta.managed or _MACHINE.search(model._meta.label):
            continue
        for column in words_of_people(model):
            try:
                with transaction.atomic():
                    number += bool(model._base_manager.update(**{column.name: words[: column.max_length]}))
            except DatabaseError:
                continue  # the table itself keeps it out
    return number


def poison_what_was_filled_in(words: str) -> int:
    """Whatever Chinese words stand in the answers, texts and findings that are kept as JSON end in these words; how many rows."""
    number = 0
    for model in apps.get_models():
        if not model._meta.managed or _MACHINE.search(model._meta.label):
            continue
        for column in model._meta.concrete_fields:
            if not isinstance(column, models.JSONField) or _OURS.search(column.name):
                continue
            for pk, value in model._base_manager.values_list("pk", column.name):
                hostile = _ended_in(value, words)
                if hostile != value:
                    model._base_manager.filter(pk=pk).update(**{column.name: hostile})
                    number += 1
    return number


def _ended_in(value, words: str):
    if isinstance(value, dict):
        return {key: _ended_in(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_ended_in(one, words) for one in value]
    return value + words if isinstance(value, str) and re.search(r"[\u4e00-\u9fff]", value) else value


@dataclass(frozen=True)
class Answer:
    address: str
    status: int
    head: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        return self.head.get("Content-Type", "").partition(";")[0]


def answered(client: Client, address: str) -> Answer:
    answer = client.get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return Answer(address, answer.status_code, answer.headers, body)


def walk(house) -> list[Answer]:
    """Whatever anybody may read of the house, its words made hostile, and what who may not is answered; walked once for all tests."""
    if not hasattr(house, "walk"):
        with transaction.atomic():
            assert poison(HOSTILE) > 150 and poison_what_was_filled_in(HOSTILE) > 20
            house.walk = list(_walk(house))
            transaction.set_rollback(True)
    return house.walk


def _walk(house) -> Iterator[Answer]:
    clients, reads = readers(house), {}
    for route, address in every_address(house):
        for who in sorted(range(len(clients)), key=lambda one: one != reads.get(route)):
            yield (answer := answered(clients[who], address))
            if answer.status == 200:
                reads[route] = who
                break


def formulas(sheet: ElementTree.Element) -> list[str]:
    """Cells of a worksheet that are reckoned."""
    return [cell.get("r") for cell in sheet.iter(f"{_SHEET}c") if cell.find(f"{_SHEET}f") is not None]


def test_what_is_a_formula_is_seen():
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as book:
        book.add_worksheet().write_formula("B2", HOSTILE[:1] + "1+1")
    with zipfile.ZipFile(kept) as packed:
        assert formulas(ElementTree.fromstring(packed.read("xl/worksheets/sheet1.xml"))) == ["B2"]


def test_no_words_of_a_record_become_markup_on_a_page_or_in_a_document_or_a_formula_in_a_sheet(house):
    seen, bad = {"pages": 0, "documents": 0, "sheets": 0}, []
    for answer in walk(house):
        if answer.status != 200:
            continue
        if answer.kind == "text/html":
            seen["pages"] += 1
            if b"<img src=x" in answer.body:
                at = answer.body.index(b"<img src=x")
                bad.append(
                    f"{answer.address}: …{answer.body[max(0, at - 120) : at + 40].decode('utf-8', 'replace')}"
                )
        elif answer.body[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
                for name in packed.namelist():
                    if name.endswith((".xml", ".rels")):
                        seen["documents"] += 1
                        part = ElementTree.fromstring(packed.read(name))  # well formed, or it raises
                        if name.startswith("xl/worksheets/"):
                            seen["sheets"] += 1
                            bad += [f"{answer.address} {name}!{cell}" for cell in formulas(part)]
    assert not bad, "\n".join(bad)
    assert seen["pages"] > 150 and seen["documents"] > 40 and seen["sheets"] > 20, seen


def test_no_words_of_a_record_are_an_error_of_ours(house):
    assert not [f"{answer.status} {answer.address}" for answer in walk(house) if answer.status >= 500]


def test_every_answer_forbids_frames_other_servers_and_guessing_of_types(house):
    for answer in walk(house):
        head, address = answer.head, answer.address
        assert head.get("X-Content-Type-Options") == "nosniff", address
        assert head.get("X-Frame-Options") == "DENY", address
        assert "default-src" in head.get("Content-Security-Policy", ""), address
        assert "no-store" in head.get("Cache-Control", ""), address
        if "Content-Disposition" not in head and answer.kind not in {
            "text/html", "application/json", "text/plain", "image/png", "",
        }:  # fmt: skip
            raise AssertionError(f"{address} shows {head['Content-Type']}")
