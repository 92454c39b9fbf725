"""What must hold between the answers of a step, before the law is asked: days in their order, amounts that fit each other,
texts that fit the record. Each finding names its field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from zhiheng.law import Step, cite, current_book
from zhiheng.proceedings.engine import Standing
from zhiheng.refusal import Reason, Refused
from zhiheng.ui.templatetags.zh import yuan

from .models import Case

# Step field → column of the case row. The law book defines the fields; the row keeps what lists and figures need.
COLUMNS = {
    "title": "title",
    "cause": "cause",
    "source": "source",
    "lead_content": "lead_text",
    "informant": "informant",
    "right_holder": "right_holder",
    "party_name": "party_name",
    "party_type": "party_type",
    "party_id_no": "party_id",
    "party_legal_rep": "legal_rep",
    "party_address": "party_address",
    "party_phone": "party_phone",
    "act_on": "act_on",
    "act_end_on": "act_end_on",
    "received_on": "lead_on",
    "case_value": "case_value_fen",
    "value_method": "value_method",
    "turnover": "turnover_fen",
    "illegal_gains": "gains_fen",
}
# Days a step may set ahead of itself; every other day is something that has happened.
_AHEAD = frozenset(
    {"correction_by", "test_expected_on", "reply_by", "hearing_on", "deferred_until", "remake_by"}
)
_SPANS = (
    ("act_on", "act_end_on"),
    ("inspected_from", "inspected_to"),
    ("questioned_from", "questioned_to"),
)
# A paper cannot be served before the step that made it.
_MADE_BY = {
    "serve_notice": ("give_notice",),
    "serve_decision": ("decide_penalty",),
    "serve_exemption": ("decide_no_penalty",),
    "demand_performance": ("serve_decision",),
}
_AMOUNT_OF_KIND = {
    "fine": "fine",
    "confiscate_gains": "confiscated_gains",
    "confiscate_goods": "confiscated_goods",
}


def longest(field: str) -> int | None:
    """How many characters the record has for this step field; None when it keeps no column of it."""
    return Case._meta.get_field(COLUMNS[field]).max_length if field in COLUMNS else None


def owed(case: Case, standing: Standing | None) -> int:
    """What the party still has to pay, in fen: fines and confiscated gains, the surcharge imposed last, less what came in."""
    surcharge = standing.value("surcharge", "impose_surcharge") if standing else None
    return (case.forfeit_fen or 0) + (surcharge or 0) - (case.paid_fen or 0)


def surcharge_so_far(case: Case, standing: Standing, on: date) -> int | None:
    """加处罚款 up to the day, in fen, as 行政处罚法 72 and 73 count it: from the day after the period for payment, without
    the days of review or litigation, never more than the fine. None while that period runs or stands still."""
    pay = standing.run.clocks.get("pay")
    due_on = standing.procedure.due(pay, standing.run).due if pay else None
    if due_on is None or due_on >= on or not case.fine_fen:
        return None
    excluded = [
        (m.opened_on, m.closed_on or on) for m in standing.run.measures.values() if m.measure == "remedy"
    ]
    return current_book().surcharge(case.fine_fen, due_on, on, excluded)


def refuse_faults(
    case: Case, step: Step, data: Mapping[str, Any], on: date, standing: Standing | None
) -> None:
    """Raises Refused with every fault of the step's answers."""
    if found := [
        *_kinds_of_value(data),
        *_days(case, step, data, on, standing),
        *_lengths(data),
        *_penalty(step, data),
        *_payment(case, step, data, standing),
        *_change(data),
    ]:
        raise Refused(found)


def _change(data: Mapping[str, Any]) -> Iterator[Reason]:
    """A changed decision orders other amounts; one that is revoked orders none."""
    stated = [f for f in ("changed_fine", "changed_confiscated_gains") if data.get(f) not in (None, "")]
    how = data.get("change_kind")
    if how == "changed" and not stated:
        yield Reason(
            "没有填写变更后的数额",
            way_out="变更后不再罚没的，请填0；撤销的，情形请选“撤销”",
            field="changed_fine",
        )
    if how and how != "changed":
        for field in stated:
            yield Reason(
                f"情形不是变更，却填写了“{_title(field)}”", way_out="请清空，或改选“变更”", field=field
            )


def _title(field: str) -> str:
    return current_book().fields[field].title


def _kinds_of_value(data: Mapping[str, Any]) -> Iterator[Reason]:
    """The pages clean what is typed; whoever calls the service another way is told here."""
    fields = current_book().fields
    for code, value in data.items():
        if code not in fields or value in (None, "", []):
            continue
        kind = fields[code].type
        fits = {
            "date": isinstance(value, date) and not isinstance(value, datetime),
            "money": isinstance(value, int) and not isinstance(value, bool) and value >= 0,
            "integer": isinstance(value, int) and not isinstance(value, bool),
            "bool": isinstance(value, bool),
        }.get(kind, True)
        if not fits:
            yield Reason(f"“{_title(code)}”的内容“{str(value)[:40]}”不可用", way_out="请重新填写", field=code)


def _days(
    case: Case, step: Step, data: Mapping[str, Any], on: date, standing: Standing | None
) -> Iterator[Reason]:
    days = {code: value for code, value in data.items() if isinstance(value, date)}
    fields = current_book().fields
    for code, value in days.items():
        day = value.date() if isinstance(value, datetime) else value
        if code in fields and code not in _AHEAD and day > on:
            yield Reason(
                f"“{_title(code)}”{day:%Y-%m-%d}晚于办理当日",
                way_out="请核对日期，待发生后再登记",
                field=code,
            )
    for first, last in _SPANS:
        if first not in data and last not in data:
            continue
        start = data.get(first) or (getattr(case, COLUMNS[first]) if first in COLUMNS else None)
        end = data.get(last) or (getattr(case, COLUMNS[last]) if last in COLUMNS else None)
        comparable = isinstance(start, date) and isinstance(end, date) and type(start) is type(end)
        if comparable and end < start:
            yield Reason(
                f"“{_title(last)}”早于“{_title(first)}”",
                way_out="请核对",
                field=last if last in data else first,
            )
    served = days.get("served_on")
    if served and standing and step.code in _MADE_BY:
        made = next((e.on for e in reversed(standing.events) if e.step in _MADE_BY[step.code]), None)
        if made and served < made:
            yield Reason(
                f"送达日期{served:%Y-%m-%d}早于文书作出日期{made:%Y-%m-%d}",
                cite(step.article),
                "请核对送达回证",
                field="served_on",
            )


def _lengths(data: Mapping[str, Any]) -> Iterator[Reason]:
    for code, value in data.items():
        limit = longest(code)
        if limit and isinstance(value, str) and len(value) > limit:
            yield Reason(f"“{_title(code)}”有{len(value)}个字，最多{limit}个字", way_out="请缩短", field=code)


def _penalty(step: Step, data: Mapping[str, Any]) -> Iterator[Reason]:
    """Each kind of penalty with an amount has one, and no amount stands without its kind (行政处罚法 9)."""
    if "penalty_kinds" not in step.asks:
        return
    titles = current_book().fields["penalty_kinds"].choices
    kinds = data.get("penalty_kinds") or ()
    asked = {*step.asks, *step.may_ask}
    for kind, field in _AMOUNT_OF_KIND.items():
        if kind in kinds and field in asked and not data.get(field):
            yield Reason(f"处罚种类有“{titles[kind]}”，没有填写“{_title(field)}”", field=field)
        elif kind in kinds and field not in asked:
            yield Reason(
                f"“{step.title}”不能{titles[kind]}", cite(step.article), "请转普通程序", field="penalty_kinds"
            )
        elif data.get(field) and kind not in kinds:
            yield Reason(
                f"填写了“{_title(field)}”，处罚种类没有选“{titles[kind]}”",
                way_out="请核对",
                field="penalty_kinds",
            )


def _payment(case: Case, step: Step, data: Mapping[str, Any], standing: Standing | None) -> Iterator[Reason]:
    surcharge = data.get("surcharge")
    if surcharge and surcharge > (case.fine_fen or 0):
        yield Reason(
            f"加处罚款{yuan(surcharge)}元，超过罚款{yuan(case.fine_fen or 0)}元",
            "行政处罚法第72条",
            "加处罚款的数额不得超出罚款的数额",
            field="surcharge",
        )
    paid = data.get("paid")
    if paid is None:
        return
    if paid == 0:
        yield Reason("缴款金额不能为零", field="paid")
    elif paid > owed(case, standing):
        yield Reason(
            f"缴款{yuan(paid)}元，超过尚欠的{yuan(owed(case, standing))}元",
            way_out="请核对票据；多收的应当退还",
            field="paid",
        )
