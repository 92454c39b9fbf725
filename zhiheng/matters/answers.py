"""What must hold of a step's answers before the law is asked: that they are values of their fields, the order of days, lengths, rows.

What a family knows beyond that (amounts that fit each other) is its `checks`. Each finding names its field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from zhiheng import canonical
from zhiheng.law import Procedure, cite, values
from zhiheng.refusal import Reason, Refused

from . import goods
from .delivery import ADDRESSEE, addressee_of, deliveries, key_of, to_serve
from .facts import Situation
from .family import family_of


def read_answers(procedure: Procedure, step: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A step's answers as the engine reads them, whoever sends them: a page, a rehearsal, a program. Raises Refused with every value
    that its field cannot hold."""
    found, faults = {}, []
    for code, value in data.items():
        field = procedure.field_of(step, code)
        try:
            found[code] = value if field is None else values.read(field, value)
        except values.Unfit as unfit:
            what = (
                f"“{field.title}”的内容“{str(value)[:40]}”不可用"
                if not isinstance(value, list)
                else f"“{field.title}”"
            )
            faults.append(Reason(f"{what}：{unfit}", way_out="请重新填写", field=code))
    if faults:
        raise Refused(faults)
    return found


def with_composed(s: Situation) -> dict[str, Any]:
    """The step's answers (`s.data`) with those that the family writes from the others, where nobody worded them."""
    told = {
        code: value
        for code, write in family_of(s.kind).composed.items()
        if code in s.step.fields and s.data.get(code) in (None, "", []) and (value := write(s)) is not None
    }
    return {**s.data, **told}


def refuse_faults(s: Situation) -> None:
    """Raises Refused with every fault of the step's answers (`s.data`)."""
    family = family_of(s.kind)
    found = [*_days(s), *_lengths(s), *_rows(s), *_identities(s), *_goods(s), *_paper(s)]
    for check in family.checks:
        found += check(s)
    if found:
        raise Refused(found)


def _title(s: Situation, code: str) -> str:
    field = s.procedure.field_of(s.step.code, code)
    return field.title if field else code


def _days(s: Situation) -> Iterator[Reason]:
    days = {code: value for code, value in s.data.items() if isinstance(value, date)}
    fields = s.procedure.fields
    for code, value in days.items():
        if code in fields and not fields[code].ahead and _day(value) > s.on:
            yield Reason(
                f"“{_title(s, code)}”{_day(value):%Y-%m-%d}晚于办理当日",
                cite(s.step.article),
                way_out="请核对日期，待发生后再登记",
                field=code,
            )
    for last, field in fields.items():
        first = field.after
        if not first or (first not in s.data and last not in s.data):
            continue
        start, end = _known_day(s, first), _known_day(s, last)
        if isinstance(start, date) and isinstance(end, date) and type(start) is type(end) and end < start:
            yield Reason(
                f"“{_title(s, last)}”早于“{_title(s, first)}”",
                cite(s.step.article),
                way_out="请核对",
                field=last if last in s.data else first,
            )
    if (
        (s.step.serves or s.step.serves_chosen)
        and "served_on" in days
        and (made := _made_on(s))
        and days["served_on"] < made
    ):
        yield Reason(
            f"送达日期{days['served_on']:%Y-%m-%d}早于文书作出日期{made:%Y-%m-%d}",
            cite(s.step.article),
            "请核对送达回证",
            field="served_on",
        )


def _made_on(s: Situation) -> date | None:
    """When the paper that the step serves was made: its own day, or, if the step itself makes it, not before the matter came here."""
    if not s.standing:
        return None
    if set(s.step.serves) & set(s.step.issues):
        written = [p.on for p in to_serve(s.record, s.standing) if p.form in s.step.serves]
        return max(written, default=s.standing.run.entered_on)
    waiting = [d for d in deliveries(s.record, s.standing) if d.due]
    if s.step.serves_chosen:
        chosen = s.data.get(s.step.serves_chosen)
        return next((d.paper.on for d in waiting if chosen in (d.paper.number, d.paper.form)), None)
    served = [d for d in waiting if d.paper.form in s.step.serves and d.ref == (s.ref or s.line)]
    return served[-1].paper.on if served else None


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _known_day(s: Situation, code: str) -> date | None:
    if s.data.get(code):
        return s.data[code]
    column = s.kind.keeps.get(code, "")
    return getattr(s.record, column, None) if column and "." not in column else None


def _lengths(s: Situation) -> Iterator[Reason]:
    family = family_of(s.kind)
    for code, value in s.data.items():
        limit = family.longest(s.kind, code)
        if limit and isinstance(value, str) and len(value) > limit:
            yield Reason(
                f"“{_title(s, code)}”有{len(value)}个字，最多{limit}个字", way_out="请缩短", field=code
            )


def _rows(s: Situation) -> Iterator[Reason]:
    """Every row of a table has the cells that may not stay empty."""
    for code, value in s.data.items():
        columns = s.procedure.fields[code].columns if code in s.procedure.fields else ()
        if not columns or not isinstance(value, list | tuple):
            continue
        for number, row in enumerate(value, start=1):
            for column in columns if isinstance(row, dict) else ():
                if column.required and row.get(column.code) in (None, ""):
                    yield Reason(
                        f"“{_title(s, code)}”第{number}行缺少“{column.title}”", way_out="请补填", field=code
                    )


# What is written where a party has no number, or nobody has checked it yet: openly, never a number made up.
UNCHECKED = "待核"
_SAID_OPENLY = ("无", UNCHECKED)


_BESIDE_THE_NUMBER = re.compile(r"^\s*[\u4e00-\u9fff]+[：:]?|[()（）/.\-]")


def is_identity(value: str) -> bool:
    """Whether a number may be a party's: with the check sign that belongs to it, said openly to be missing, or of an older or foreign kind
    that has none: registrations of 13 and 15 digits, passports, permits. Such a kind has six signs and more, mostly digits, and not
    the same one over and over. The name of the paper may stand before it (护照E12345678, 香港身份证A123456(7))."""
    if value.strip() in ("", *_SAID_OPENLY):
        return True
    plain = canonical.code(_BESIDE_THE_NUMBER.sub("", value))
    if canonical.is_credit_code(plain) or canonical.is_identity_number(plain):
        return True
    if not (plain.isalnum() and plain.isascii()) or len(plain) == 18:
        return False
    return 6 <= len(plain) <= 20 and sum(map(str.isdigit, plain)) >= 5 and len(set(plain)) > 2


def _identities(s: Situation) -> Iterator[Reason]:
    """Credit codes (GB 32100) and identity numbers (GB 11643) have the check sign that belongs to them; older registration numbers of 15
    digits and papers of foreigners are taken as they stand."""
    for code, value in s.data.items():
        field = s.procedure.fields.get(code)
        if field is None or not field.identity or not isinstance(value, str) or is_identity(value):
            continue
        yield Reason(
            f"“{_title(s, code)}”写的“{value}”不是有效的统一社会信用代码或者身份证件号码：位数或者校验位不符",
            "GB 32100、GB 11643",
            f"请核对证照；确实没有的写“{_SAID_OPENLY[0]}”，尚未核实的写“{_SAID_OPENLY[1]}”",
            field=code,
        )


def _goods(s: Situation) -> Iterator[Reason]:
    """What a step disposes of, gives back or hands over is in the matter's ledger of goods, in a place from which it can go there."""
    does, rows = s.step.goods, s.data.get("items")
    if not does or does == "hold" or not rows or s.standing is None:
        return
    acts_on = s.step.acts_on
    if acts_on and not s.standing.run.open_measures(acts_on):
        return  # its place in the order is what is wrong
    lines, way = goods.ledger_of(s.standing), s.data.get("goods_disposal")
    if not lines:
        return  # goods that were never held are known by the step's own list
    about = goods.concerned(lines, does, way=way, line=s.line)
    try:
        goods.take(about, [row for row in rows if isinstance(row, dict)])
    except goods.NotInLedger as error:
        gone = [g for g in lines if g not in about]
        why = "；".join(f"{g}：{goods.WORDS[g.state]}" for g in gone)
        yield Reason(
            str(error),
            cite(s.step.article),
            f"其余物品的状态：{why}" if why else "请核对物品清单",
            field="items",
        )


def _paper(s: Situation) -> Iterator[Reason]:
    """The paper a step serves is one of those that still have to be served."""
    code = s.step.serves_chosen
    chosen = s.data.get(code) if code else None
    if not chosen or s.standing is None:
        return
    waiting = to_serve(s.record, s.standing)
    if not any(chosen in (p.number, p.form) for p in waiting):
        shown = "、".join(f"《{p.title}》{key_of(p)}" for p in waiting) or "没有待送达的文书"
        yield Reason(f"“{chosen}”不是待送达的文书", cite(s.step.article), f"待送达：{shown}", field=code)
        return
    due = [d for d in deliveries(s.record, s.standing) if d.due and chosen in (d.paper.number, d.paper.form)]
    who, whom = addressee_of(s.record, s.data), [d.addressee for d in due]
    if who not in whom:
        yield Reason(
            f"“{chosen}”待送达的不是“{who}”",
            cite(s.step.article),
            f"待送达：{'、'.join(dict.fromkeys(whom))}",
            field=ADDRESSEE if ADDRESSEE in s.step.fields else code,
        )
