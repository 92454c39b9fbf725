"""Facts the law asks for before a review of a text: who reviews, whether the check items carry the conclusion.

As in the families' guards: before a form is filled (`s.data is None`) a guard about its content answers True and is asked again later.
"""

from __future__ import annotations

from zhiheng.law import Fact
from zhiheng.matters.facts import Situation, of_the_step, provides

from .models import Review, ReviewKind

_ITEMS = "fc_"  # how the fields of check items begin, with the numbers of article and item: fc_8_1


@of_the_step
def text_reviewer_qualified(s: Situation) -> bool | Fact:
    """行政处罚法 58(2), by analogy for texts: whoever reviews for the first time has the qualification. Who gave a legality opinion
    before is no beginner."""
    if s.actor.law_qualified:
        return True
    before = Review.objects.standing().filter(
        reviewer=s.actor, kind=ReviewKind.LEGALITY, reviewed_on__lt=s.on
    )
    return True if before.exists() else Fact(False, who=s.actor.name)


def check_items(s: Situation) -> list[str]:
    """The check items that the step asks, by their fields."""
    return [code for code in s.step.fields if code.startswith(_ITEMS) and code[len(_ITEMS) :][:1].isdigit()]


@provides
def fair_items_hold(s: Situation) -> bool | Fact:
    """条例 8 to 12, 17: nothing unsure passes; what was found is quoted, and passes only as an exception, for one of its grounds, with
    the reason why nothing milder does, and with an end."""
    if s.data is None:
        return True
    answers = {code: s.data.get(code) for code in check_items(s)}

    def named(wanted: str) -> list[str]:
        return [s.procedure.fields[code].title for code, answer in answers.items() if answer == wanted]

    if unsure := named("unsure"):
        return Fact(False, why=f"“{unsure[0]}”等{len(unsure)}项不能确定")
    found = [code for code, answer in answers.items() if answer == "found"]
    quotes = {row.get("item") for row in s.data.get("fc_quotes") or ()}
    if unquoted := [s.procedure.fields[code].title for code in found if code not in quotes]:
        return Fact(False, why=f"“{unquoted[0]}”没有抄录草案原句")
    if unfound := [code for code in quotes if code not in found]:
        return Fact(False, why=f"抄录了原句，但“{s.procedure.fields[unfound[0]].title}”没有选“有”")
    exception = [s.data.get(code) for code in ("fc_exception", "fc_milder", "fc_until")]
    if not found:
        return Fact(False, why="没有发现限制竞争的内容，不应填写例外规定") if any(exception) else True
    if not all(exception):
        return Fact(False, why="含有限制竞争的内容，又没有写全例外情形、无更小影响替代方案的理由和届满日")
    if s.data["fc_until"] <= s.on:
        return Fact(False, why="例外措施的届满日须在今后")
    if s.data["fc_exception"] == "law" and not s.data.get("fc_exception_law"):
        return Fact(False, why="没有写明所依据的法律、行政法规")
    return True
