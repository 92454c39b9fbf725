"""Closed cases of a year looked at again: drawn from all that its units closed, each reviewed on the seven points, one with a fault that
is put right. Twice a year, each time from the months before."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from zhiheng.accounts.models import Person
from zhiheng.cases.family import CASE
from zhiheng.cases.models import Case
from zhiheng.reviews.drawn import key_of
from zhiheng.reviews.models import POINTS

from .around import totals
from .entering import begin, take
from .rules import CASE_REVIEWS
from .year import YEAR

# From which day to which day the cases were closed, and the day on which they were drawn: month and day.
_ROUNDS = (((1, 1), (6, 30), (7, 10)), ((7, 1), (11, 15), (11, 25)))
_FAULT = {
    "papers": "minor",
    "procedure": "wrong",
    "findings": "送达回证未填写送达时间。",
}
_MENDED = "已补充送达说明，并对办案人员进行培训。"


@transaction.atomic
def review_cases(legal: Person, year: int) -> int:
    """Draw and review the year's cases; how many were reviewed."""
    whole = CASE_REVIEWS if year == YEAR else totals(year)["case_reviews"]
    for place, (since, until, drawn) in enumerate(_ROUNDS):
        on = dt.date(year, *drawn)
        closed = dt.date(year, *since), dt.date(year, *until)
        asked = {
            "name": f"{year}年度第{'一二'[place]}次",
            "drawn_on": on,
            "closed_from": closed[0],
            "closed_until": closed[1],
            "many": whole // 2 if place == 0 else whole - whole // 2,
        }
        draw = begin(legal, "case-draws", on, asked)
        rows = Case.objects.filter(closed_on__range=closed).select_related("unit")
        cases = {key_of(one.unit.short_name, CASE.number(one) or one.title): one for one in rows}
        for number, key in enumerate(draw.drawn):
            case = cases[key]
            day = on + dt.timedelta(days=4 * (number + 1))
            answers = {
                "subject": case.title,
                "number": CASE.number(case),
                "case_unit": case.unit.short_name,
                "draw_name": draw.name,
                "reviewer": legal,
                "reviewed_on": day,
                **dict.fromkeys(POINTS, "good"),
            }
            faulty = place == 0 and number == 1
            if faulty:
                answers |= _FAULT | {"mend_by": day + dt.timedelta(days=30)}
            made = begin(legal, "case-reviews", day, answers)
            if faulty:
                mended = day + dt.timedelta(days=20)
                take(
                    legal,
                    "case-reviews",
                    made,
                    "mend",
                    mended,
                    {"mended_on": mended, "mended_how": _MENDED},
                )
    return whole
