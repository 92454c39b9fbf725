"""What the pages of the ledger import and of discretion show."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.urls import reverse

from zhiheng.accounts.models import Person
from zhiheng.accounts.words import WordField
from zhiheng.accounts.words import title_of as title_of_word
from zhiheng.law import current_book
from zhiheng.matters import correspondence
from zhiheng.matters.facts import Situation
from zhiheng.matters.selectors import standing_for, state_titles
from zhiheng.reviews import drawn
from zhiheng.reviews.models import CaseDraw
from zhiheng.ui.lists import Action as Link
from zhiheng.ui.templatetags.zh import day, yuan

from . import discretion, file_review, law_moves
from .family import CASE, number_of
from .importing import Result
from .ledger import AMOUNT_FIELDS, Column
from .ledger.money import name as unit_name
from .ledger_table import title_of
from .models import Case, LedgerImport


@contextmanager
def upload_on_disk(upload) -> Iterator[Path]:
    """The upload as a file with its own ending, gone afterwards: the readers work on paths."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / f"upload{Path(upload.name).suffix.lower()}"
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        yield path


_FILES = 50  # of a draw on one page
_SHOWN = 100  # of a long ledger the first are shown; the rejects file has all


_ANSWER = "answer:"  # before the name of a column in the form of questions


def ledger_result(result: Result) -> dict[str, Any]:
    """What a dry run found: counts, columns as understood, the first changes, reasons and remarks in words."""
    ledger = result.ledger
    return {
        "result": result,
        "rejected": ledger.rejected[:_SHOWN],
        "more_rejected": max(0, len(ledger.rejected) - _SHOWN),
        "changes": [
            (change.title, change.place, [_told(name, *values) for name, values in change.values.items()])
            for change in result.changes[:_SHOWN]
        ],
        "more_changes": max(0, len(result.changes) - _SHOWN),
        "remarks": ledger.remarks[:_SHOWN],
        "more_remarks": max(0, len(ledger.remarks) - _SHOWN),
        "notes": ledger.notes,
        "header": _header(ledger.header),
        "asks": [(f"{_ANSWER}{ask.sheet}/{ask.column}", ask) for ask in ledger.asks],
        "sums": ledger.sums,
        "unknown": list(dict.fromkeys(c.printed for c in ledger.header if c.field is None)),
        "sheets": len({column.sheet for column in ledger.header}) > 1,
    }


def ledger_answers(data: Mapping[str, str]) -> dict[str, str]:
    """The answers in a form sent from the dry run's page: "sheet/column" → choice."""
    return {
        name.removeprefix(_ANSWER): answer
        for name, answer in data.items()
        if name.startswith(_ANSWER) and answer
    }


def _header(columns: Iterable[Column]) -> list[tuple[str, str, str, str]]:
    """(header, taken as, unit, sheets) of every column once, those nobody knows first; taken as "" when unknown.

    Columns of one heading whose money is in different units on different sheets are told apart.
    """
    sheets: dict[tuple[str, str | None, str], list[str]] = {}
    for column in columns:
        unit = f"{unit_name(column.fen_per_unit)}（{column.unit_from}）" if column.fen_per_unit else ""
        if column.field in AMOUNT_FIELDS and not unit:
            unit = "待回答"
        if column.year:
            unit = f"没有写年份的读作{column.year}年（{column.year_from}）"
        sheets.setdefault((column.printed, column.field, unit), []).append(column.sheet)
    known = [
        (printed, field_title(name), unit, "、".join(dict.fromkeys(where)))
        for (printed, name, unit), where in sheets.items()
    ]
    return sorted(known, key=lambda item: item[1] != "")


def field_title(name: str | None) -> str:
    """What a ledger's column was taken for, in the officer's words; "" for one nobody knows."""
    name = {"party_operator": "legal_rep"}.get(name, name)
    return title_of(name) if name in _CASE_COLUMNS else _OTHER_FIELDS.get(name, "")


_CASE_COLUMNS = frozenset(field.name for field in Case._meta.get_fields())
_OTHER_FIELDS = {
    "penalty_text": "处罚内容",
    "handlers": "承办人",
    "status": "状态",
    "confirmed": "以本行为准",
}


def _told(name: str, was: Any, becomes: Any) -> str:
    return f"{title_of(name)}：{_words(name, was)} → {_words(name, becomes)}"


def _words(name: str, value: Any) -> str:
    if value is None or value == "" or value == {}:
        return "（空）"
    if name.endswith("_fen"):
        return f"{yuan(value)} 元"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, dict):
        return "；".join(f"{key} {text}" for key, text in value.items())
    if name == "state":
        return state_titles(CASE).get(value, value)
    column = Case._meta.get_field(name)
    return title_of_word(column.vocabulary, value) if isinstance(column, WordField) else str(value)


def ledger_actions(record: LedgerImport) -> list[Link]:
    """What one may do with an import: mend what came back, see what came in, fetch the file."""
    actions = [Link("下载原文件", reverse("ledger_file", args=[record.pk, "original"]), icon="download")]
    if record.imported or record.changed:
        actions.append(Link("查看案件", f"{reverse('cases')}?ledger={record.pk}"))
    if record.rejects_digest:
        actions.append(
            Link(
                "下载退回表",
                reverse("ledger_file", args=[record.pk, "rejects"]),
                icon="download",
                primary=True,
            )
        )
    return actions


def discretion_page(actor: Person, case: Case, on: date) -> dict[str, Any]:
    """The range and the bands for each act of each party as the case stands, and penalties that are similar."""
    standing = standing_for(case, on)
    weights = []
    if standing is not None and standing.events:
        step = standing.procedure.steps[standing.events[-1].step]
        asked = Situation(record=case, on=on, actor=actor, step=step, standing=standing)
        weights = discretion.weighed(asked)
    day = law_moves.day_to_show(on)
    across = law_moves.moves_of([case], day, on)[0] if day and law_moves.is_open(case) else None
    return {
        "record": case,
        "weights": weights,
        "similar": discretion.similar_cases(actor, case),
        "moves": across if across and across.rules else None,
        "moves_on": day,
    }


def relations_page(actor: Person, case: Case, on: date) -> dict[str, Any]:
    """What passed between units about the case, who supervises it, and what is like it."""
    keeper = correspondence.kept()
    sent, came = keeper.letters_of(case)
    return {
        "record": case,
        "sent": sent,
        "came": came,
        "supervised": keeper.supervised(case),
        "same_party": [(number_of(row), row) for row in discretion.of_the_same_party(actor, case)],
        "similar": discretion.settled_alike(actor, case),
    }


def file_review_page(case: Case, on: date) -> dict[str, Any]:
    """The items of the review of one file by what became of them."""
    review = file_review.review_of(case, on)
    page = {"record": case, "number": number_of(case), "review": review}
    if review is None:
        return page
    return page | {
        "vetoes": [one for one in review.of("failed") if one.item.veto],
        "deductions": [one for one in review.of("failed") if not one.item.veto],
        "human": review.of("human"),
        "met": review.of("met"),
        "none": review.of("none"),
    }


def draw_page(
    actor: Person, draw: CaseDraw, kept: Mapping[str, Mapping[str, Any]], page: int
) -> dict[str, Any]:
    """The files of a draw with what was kept of their reviews (`Review.gist` by the number of the case), a page of them; and how often
    each item failed, the most frequent first. Counted is what the person sees."""
    found = [
        (key, case, kept.get(str(case.pk)) if case else None) for key, case in drawn.cases_drawn(actor, draw)
    ]
    reviews = [review for _, _, review in found if review is not None]
    often = Counter(code for review in reviews for code in review["faults"])
    scores = [Decimal(review["score"]) for review in reviews]
    first = (page - 1) * _FILES
    return {
        "draw": draw,
        "files": [
            (key, case, review, sum(review["faults"].values()) if review else 0)
            for key, case, review in found[first : first + _FILES]
        ],
        "before": page - 1,
        "after": page + 1 if len(found) > first + _FILES else 0,
        "checked": len(reviews),
        "failed": sum(review["failed"] for review in reviews),
        "faults": sum(sum(review["faults"].values()) for review in reviews),
        "mean": sum(scores, Decimal(0)) / len(scores) if scores else None,
        "often": [
            (item, often[item.code])
            for item in sorted(file_review.items(), key=lambda i: -often[i.code])
            if often[item.code]
        ],
    }


def law_moves_page(actor: Person, day: date, on: date) -> dict[str, Any]:
    """The first open cases across the day, the latest first, with what moves in each; how many there are; which rules move."""
    rows = law_moves.open_across(actor, day)
    fines = current_book().fine_versions
    return {
        "number": rows.count(),
        "shown": _SHOWN,
        "cases": law_moves.moves_of(rows[:_SHOWN], day, on),
        "rules": [(code, fines[code][-1].title) for code in law_moves.rules_moved(day)],
        "ahead": day > on,
    }
