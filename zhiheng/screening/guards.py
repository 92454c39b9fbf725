"""The facts the law asks for about a received list, answered from its applications."""

from __future__ import annotations

from zhiheng.law import Fact
from zhiheng.matters.facts import Situation, provides

from . import selectors
from .models import Answer, Stage

# What the letter back counts: field of the step → how the application ended.
COUNTED = {
    "rows_withdrawn": (Answer.WITHDRAWN,),
    "rows_explained": (Answer.EXPLAINED,),
    "rows_unanswered": (Answer.UNANSWERED,),
    "rows_unreachable": (Answer.UNREACHABLE, Answer.ELSEWHERE),
}


def counts(s: Situation) -> dict[str, int]:
    """What the applications of the list say, by the fields of the step that reports them."""

    def read(s: Situation) -> dict[str, int]:
        found = selectors.answers_of(s.record)
        told = {field: sum(found.get(one, 0) for one in answers) for field, answers in COUNTED.items()}
        return told | {"rows_total": sum(found.values())}

    return s.remembered("counts", read)


@provides
def office_receives_lists(s: Situation) -> bool | Fact:
    """令77 art. 5, 11: lists go from the national office to the office; a district reports what it finds to the office."""
    return True if s.actor.unit.parent_id is None else Fact(False, unit=s.actor.unit.short_name)


@provides
def rows_taken_in(s: Situation) -> bool | Fact:
    return bool(s.record.pk) and s.record.rows > 0


@provides
def every_row_split(s: Situation) -> bool | Fact:
    left = selectors.waiting(s.record, Stage.RECEIVED)
    return True if not left else Fact(False, number=left)


@provides
def every_row_checked(s: Situation) -> bool | Fact:
    done = selectors.waiting(s.record, Stage.CHECKED, Stage.RESULTED)
    left = s.record.rows - done
    return True if left <= 0 else Fact(False, number=left)


@provides
def feedback_counts_agree(s: Situation) -> bool | Fact:
    if s.data is None:
        return True
    known = counts(s)
    titles = s.procedure.fields
    wrong = [
        f"{titles[field].title}应为{number}"
        for field, number in known.items()
        if int(s.data.get(field) or 0) != number
    ]
    return True if not wrong else Fact(False, which="、".join(wrong))


@provides
def every_result_known(s: Situation) -> bool | Fact:
    left = s.record.rows - selectors.waiting(s.record, Stage.RESULTED)
    return True if left <= 0 else Fact(False, number=left)
