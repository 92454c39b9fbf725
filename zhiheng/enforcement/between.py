"""Between units of the house: what a step of a case sends to another unit reaches it as a letter with its own clock, and what it answers is
read where it was asked (程序规定 13 to 16, 45). Which steps, in ``between.yaml``; a body outside the house gets its paper, and no letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db.models import Q

from zhiheng import canonical
from zhiheng.accounts.models import Person, Unit
from zhiheng.law import Step, current_book, due
from zhiheng.matters.effects import follows
from zhiheng.matters.models import MatterRecord, StepTaken
from zhiheng.refusal import Reason
from zhiheng.registers import services
from zhiheng.registers.declaration import find

from .models import SupervisedCase, UnitLetter, UnitLetterKind

_CASES = (UnitLetterKind.TRANSFER, UnitLetterKind.ASSIGN, UnitLetterKind.DESIGNATE)


@cache
def written() -> dict[str, dict[str, Any]]:
    """between.yaml, by step."""
    return yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def unit_called(name: str) -> Unit | None:
    """The unit of the house that a name on a paper means: its full or its short name, in any spelling; None for bodies outside."""
    asked = canonical.key(name)
    if not asked:
        return None
    found = [
        one for one in Unit.objects.all() if asked in (canonical.key(one.name), canonical.key(one.short_name))
    ]
    return found[0] if len(found) == 1 else None


@follows
def reach(actor: Person, record: MatterRecord, taken: StepTaken, step: Step, data: Mapping[str, Any]) -> None:
    """What the step sends to another unit reaches it, in the same transaction: the letter stands, or the step was not taken."""
    told = written().get(step.code)
    unit = unit_called(str(data.get(told["field"]) or "")) if told else None
    if told is None or unit is None or unit == record.unit:
        return
    paper = (
        record.matter.folder.papers.filter(step=step.code, on=taken.on)
        .exclude(number="")
        .order_by("-id")
        .first()
    )
    numbers = (getattr(record, name, "") for name in ("case_no", "lead_no"))
    answers = {
        "unit": unit,
        "subject": record.title,
        "kind": told["kind"],
        "sender": record.unit,
        "sender_case": next((number for number in numbers if number), ""),
        "number": paper.number if paper else "",
        "content": "\n".join(str(data[field]) for field in told["tells"] if data.get(field)),
        "step_key": f"{step_key(record)}{taken.seq}/{step.code}",
        "sent_on": taken.on,
    }
    letters = find("unit-letters")
    services.begin(
        actor=None, on=taken.on, register=letters, act=letters.begin, answers=answers, by_house=True
    )


def step_key(record: MatterRecord) -> str:
    """How the steps of a matter are named on the letters that they sent: then follow their number and their code."""
    return f"{record.matter_id}/"


def _told(letter: UnitLetter) -> dict[str, Any]:
    return written()[letter.step_key.rpartition("/")[2]]


def dealt_with_by(letter: UnitLetter, on: date) -> dict[str, Any]:
    """By when a letter is to be dealt with, once the day is known on which it was received: the clock that the law book has for it."""
    told = _told(letter)
    start = letter.sent_on if told.get("from") == "sent" else letter.received_on
    if not start or "clock" not in told:
        return {}
    book, (procedure, _, clock) = current_book(), told["clock"].partition("/")
    return {"answer_by": due(book.procedure(procedure, start).clock(clock), start, book.calendar).due}


def may_be_extended(letter: UnitLetter, on: date) -> Reason | None:
    """程序规定 45(2): help that takes longer is told to who asked for it, before its time is over."""
    if letter.kind != UnitLetterKind.ASSIST or letter.answer_by is None:
        return Reason("只有定有期限的协助调查可以告知延期", article="程序规定第45条")
    if on > letter.answer_by:
        return Reason(
            f"协助的期限已于{letter.answer_by}届满",
            article="程序规定第45条",
            way_out="请尽快答复，并说明逾期的原因",
        )
    return None


def becomes_a_case(letter: UnitLetter, on: date) -> Reason | None:
    """What hands a case over becomes one, once; what asks for an opinion or for help does not."""
    if letter.kind not in _CASES:
        return Reason(f"“{letter.get_kind_display()}”的来文不成案，请登记答复")
    if letter.lead_no:
        return Reason(f"这份来文已经登记案源“{letter.lead_no}”", way_out="写错的请用“更正”")
    return None


def letters_of(record: MatterRecord) -> tuple[list[UnitLetter], list[UnitLetter]]:
    """What the steps of a matter sent to other units, and the letters of which it came, the latest first. Whoever sees the matter sees what
    it asked and what was answered."""
    if record.matter_id is None:
        return [], []
    sent = Q(step_key__startswith=step_key(record), sender=record.unit_id)
    came = Q(unit=record.unit_id, lead_no=getattr(record, "lead_no", "")) & ~Q(lead_no="")
    rows = UnitLetter.objects.standing().filter(sent | came).select_related("unit", "sender")
    found = list(rows.order_by("-sent_on", "-pk"))
    mine = [one for one in found if one.step_key.startswith(step_key(record))]
    return mine, [one for one in found if one not in mine]


def handed_over(record: MatterRecord) -> UnitLetter | None:
    """The letter by which another unit handed the matter over or a superior designated its unit; None where it began here."""
    return next((letter for letter in letters_of(record)[1] if letter.kind in _CASES), None)


def answered(record: MatterRecord, kinds: Iterable[str]) -> str | None:
    """What was answered last to what a matter asked of another unit; None where nothing was."""
    if record.matter_id is None:
        return None
    rows = UnitLetter.objects.standing().filter(
        ~Q(answer=""), step_key__startswith=step_key(record), kind__in=list(kinds)
    )
    return rows.order_by("-answered_on", "-pk").values_list("answer", flat=True).first()


def supervised(record: MatterRecord) -> list[SupervisedCase]:
    """The supervision that names a matter by one of its numbers."""
    columns = ("lead_no", "case_no", "doc_no")
    numbers = [number for column in columns if (number := getattr(record, column, ""))]
    rows = SupervisedCase.objects.standing().filter(unit=record.unit_id, case_no__in=numbers)
    return list(rows.order_by("-supervised_on")) if numbers else []
