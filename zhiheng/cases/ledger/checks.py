"""Looks over the rows read: what can hardly be right is pointed out. Nothing is changed here."""

from __future__ import annotations

import re
from collections import Counter
from statistics import median
from typing import Any

from zhiheng import canonical
from zhiheng.files.spreadsheets import Sheet
from zhiheng.numbers import say

from .amounts import amount_parser
from .cells import Unreadable, as_text
from .headings import units_in_line
from .layout import Layout
from .lines import is_sum
from .money import told_of
from .rows import AMOUNT_FIELDS, DATE_FIELDS, Column, Sum
from .vocabulary import void, words

_IMPOSSIBLE = (  # earlier, later: the wrong way round, one of the two days is not true
    ("filed_on", "decided_on", "决定日期{b}早于立案日期{a}"),
    ("decided_on", "closed_on", "结案日期{b}早于决定日期{a}"),
    ("filed_on", "closed_on", "结案日期{b}早于立案日期{a}"),
)
_ORDER = (  # earlier, later, what is said when they are the wrong way round
    ("lead_on", "filed_on", "立案日期{b}早于线索日期{a}"),
    ("decided_on", "served_on", "送达日期{b}早于决定日期{a}"),
    ("decided_on", "published_on", "公示日期{b}早于决定日期{a}"),
)
# States in which a case may be closed without a decision of penalty.
_WITHOUT_DECISION = frozenset(
    {
        "not_filed",
        "transferred_police",
        "transferred",
        "withdrawn",
        "revoked",
        "suspended",
        "no_penalty",
        "lead",
    }
)
_CAME_TO_NOTHING = re.compile("不成立|不构成|不属实|不实$|不实[）)]|查无|证据不足|无违法|未发现")
_CLAUSES = re.compile(r"[，,。；;、：:（）()\s]+")
_SLIP = 1000  # times the median from which an amount is suspected to be in the wrong unit
_LEAST = {"fine_fen": 1000, "forfeit_fen": 1000}  # fen; other amounts may be as little as a yuan
_MOST = 1_000_000_000  # fen: ten million yuan
_NEIGHBOURS = 8  # amounts needed before a median means anything

Found = tuple[int, Any, Any, str]


def remarks(out: dict[str, list[Any]], layout: Layout, stated_year: int | None) -> list[Found]:
    """(row position, column, value, message) for everything doubtful."""
    found: list[Found] = []
    found += _inversions(out, layout, _ORDER)
    found += _far_years(out, layout, stated_year or layout.year)
    found += _sum_of_fines(out, layout)
    for name in AMOUNT_FIELDS:
        found += _unit_slips(name, out[name], layout)
    found += _odd_sizes(out, layout)
    found += _number_years(out, layout)
    found += _check_signs(out, layout)
    found += _unfounded(out, layout)
    return found


def _unfounded(out: dict[str, list[Any]], layout: Layout) -> list[Found]:
    """商标侵权（不成立）: the cause of a case that came to nothing, or of one that should not be counted."""
    column = layout.column("cause") or layout.column("title")
    texts = {text for text in set(out["cause_text"]) if _CAME_TO_NOTHING.search(text)}
    return [
        (position, column, text, f"案由写着“{text[:30]}”，是否算一件这类案件，请核对")
        for position, text in enumerate(out["cause_text"] if texts else ())
        if text in texts
    ]


def contradictions(out: dict[str, list[Any]], layout: Layout) -> list[tuple[int, Any, Any, Unreadable]]:
    """Rows that contradict themselves: (row position, column, value, what is wrong). Only a person can say what is true."""
    remedy = "请对照决定书改正其中一项"
    found = [
        (position, column, value, Unreadable(message.removesuffix("，请核对"), remedy))
        for position, column, value, message in _inversions(out, layout, _IMPOSSIBLE)
    ]
    found += _closed_undecided(out, layout)
    found += _paid_too_much(out, layout)
    found += _told_otherwise(out, layout)
    found += _unit_in_note(out, layout)
    found += _void(out, layout)
    if (column := layout.column("fine_fen")) and layout.column("status"):
        found += [
            (
                position,
                column,
                say(fine),
                Unreadable(f"状态是“{out['status_text'][position]}”，却有罚款{say(fine)}", remedy),
            )
            for position, (status, fine) in enumerate(zip(out["status"], out["fine_fen"], strict=True))
            if fine and status in ("no_penalty", "not_filed")
        ]
    return found


def _closed_undecided(out: dict[str, list[Any]], layout: Layout) -> list[tuple[int, Any, Any, Unreadable]]:
    """结案 of a penalty case whose decision column is empty. Disputes end in other ways, too."""
    column = layout.column("closed_on") or layout.column("status")
    if column is None or layout.column("decided_on") is None or None not in out["decided_on"]:
        return []
    settled = {entry["code"] for entry in words()["causes"] if entry.get("settled")}
    remedy = "请补填决定日期；若未作处罚决定即结束，请在状态里写明（撤案、移送、不予立案等）"
    rows = zip(out["closed_on"], out["status"], out["decided_on"], out["cause"], strict=True)
    return [
        (position, column, closed or out["status_text"][position], Unreadable("已结案，却没有决定日期", remedy))
        for position, (closed, status, decided, cause) in enumerate(rows)
        if decided is None and (closed is not None or status in ("closed", "archived"))
        and status not in _WITHOUT_DECISION and cause not in settled
    ]  # fmt: skip


def _paid_too_much(out: dict[str, list[Any]], layout: Layout) -> list[tuple[int, Any, Any, Unreadable]]:
    column = layout.column("paid_fen")
    if column is None or not (layout.column("forfeit_fen") or layout.column("fine_fen")):
        return []
    return [
        (
            position,
            column,
            say(paid),
            Unreadable(f"已缴{say(paid)}，多于罚没{say(forfeit)}", "请对照票据和决定书改正"),
        )
        for position, (paid, forfeit) in enumerate(zip(out["paid_fen"], out["forfeit_fen"], strict=True))
        if paid is not None and forfeit is not None and paid > forfeit
    ]


def _told_otherwise(out: dict[str, list[Any]], layout: Layout) -> list[tuple[int, Any, Any, Unreadable]]:
    """Amounts beside words that tell another one: 30000 beside 罚款3000元. Words with several amounts are left to people."""
    if layout.column("penalty_text") is None:
        return []
    texts = out["penalty_text"]
    found = []
    for name in ("fine_fen", "forfeit_fen", "confiscated_gains_fen"):
        column = layout.column(name)
        if column is None:
            continue
        told = {text: amounts for text in set(texts) if len(amounts := told_of(name, text)) == 1}
        found += [
            (position, column, say(value), Unreadable(
                f"“{column.printed}”是{say(value)}，处罚内容却写着{say(min(told[text]))}", "请对照决定书改正其中一项"))
            for position, (value, text) in enumerate(zip(out[name], texts, strict=True))
            if told and value is not None and text in told and value not in told[text]
        ]  # fmt: skip
    return found


def _unit_in_note(out: dict[str, list[Any]], layout: Layout) -> list[tuple[int, Any, Any, Unreadable]]:
    """本行金额单位为万元 beside an amount in a column of yuan: ten thousand times apart, and only a person can say which."""
    if layout.column("note") is None:
        return []
    found = []
    stated = {text: units for text in set(out["note"]) if (units := units_in_line(text))}
    for column in _money_columns(layout) if stated else ():
        found += [
            (position, column, text, Unreadable(
                f"备注写明“{text[:30]}”，与“{column.printed}”的单位不同", "请把金额改成表头的单位，再删去备注里的这句话"))
            for position, (value, text) in enumerate(zip(out[column.field], out["note"], strict=True))
            if value and text in stated and column.fen_per_unit not in stated[text]
        ]  # fmt: skip
    return found


def _void(out: dict[str, list[Any]], layout: Layout) -> list[tuple[int, Any, Any, Unreadable]]:
    """Rows that say of themselves that they are no case: 作废, 重复, 不计. Only a person can say whether they count."""
    found = []
    for name, field in (("status_text", "status"), ("note", "note")):
        column = layout.column(field)
        if column is None:
            continue
        void_texts = {text for text in set(out[name]) if any(map(void().fullmatch, _CLAUSES.split(text)))}
        found += [
            (position, column, text, Unreadable(
                f"这一行写明“{text[:30]}”，看不出还算不算一件案件", "不算的请删去这一行；仍算的请改写这一格"))
            for position, text in enumerate(out[name] if void_texts else ()) if text in void_texts
        ]  # fmt: skip
    return found


def _inversions(out: dict[str, list[Any]], layout: Layout, order) -> list[Found]:
    found = []
    for earlier, later, words_ in order:
        column = layout.column(later)
        if column is None or layout.column(earlier) is None:
            continue
        found += [
            (position, column, b, words_.format(a=a, b=b) + "，请核对")
            for position, (a, b) in enumerate(zip(out[earlier], out[later], strict=True))
            if a is not None and b is not None and b < a
        ]
    return found


def _far_years(out: dict[str, list[Any]], layout: Layout, year: int | None) -> list[Found]:
    """Dates years away from the rest: 2042 for 2024."""
    found = []
    for name in DATE_FIELDS:
        column = layout.column(name)
        if column is None:
            continue
        years: Counter[int] = Counter()
        for day, times in Counter(out[name]).items():
            if day is not None:
                years[day.year] += times
        if not years:
            continue
        usual = year or years.most_common(1)[0][0]
        odd = {value for value in years if not usual - 4 <= value <= usual + 2}
        if odd:
            found += [
                (position, column, day, f"{day.year}年离台账年度{usual}年太远，请核对年份")
                for position, day in enumerate(out[name])
                if day is not None and day.year in odd
            ]
    return found


def _sum_of_fines(out: dict[str, list[Any]], layout: Layout) -> list[Found]:
    column = layout.column("forfeit_fen")
    if column is None or layout.column("fine_fen") is None:
        return []
    found = []
    rows = zip(out["forfeit_fen"], out["fine_fen"], out["confiscated_gains_fen"], strict=True)
    for position, (total, fine, gains) in enumerate(rows):
        if total is not None and fine is not None and total != fine + (gains or 0):
            parts = f"罚款{say(fine)}＋没收{say(gains or 0)}＝{say(fine + (gains or 0))}"
            found.append((position, column, say(total), f"罚没{say(total)}不等于{parts}，请核对"))
    return found


def _unit_slips(name: str, values: list[int | None], layout: Layout) -> list[Found]:
    column = layout.column(name)
    given = [value for value in values if value]
    if column is None or len(given) < _NEIGHBOURS:
        return []
    middle = median(given)
    high, low = middle * _SLIP, middle / _SLIP
    if max(given) < high and min(given) > low:
        return []
    found = []
    for position, value in enumerate(values):
        if not value:
            continue
        if value >= high and value >= 50_000_000:
            guess = f"按万元读成{say(value)}" if column.fen_per_unit == 1_000_000 else f"读成{say(value)}"
            found.append(
                (
                    position,
                    column,
                    say(value),
                    f"{guess}，比同列中位数{say(int(middle))}大得多，疑似把元与万元弄混，请核对单位",
                )
            )
        elif value <= low and value < 1000:
            found.append(
                (
                    position,
                    column,
                    say(value),
                    f"只有{say(value)}，比同列中位数{say(int(middle))}小得多，疑似把万元当作元，请核对单位",
                )
            )
    return found


def _odd_sizes(out: dict[str, list[Any]], layout: Layout) -> list[Found]:
    """Amounts that no case has, however few there are to compare: a fine of 1.20 yuan, one of thirty million."""
    found = []
    for name in AMOUNT_FIELDS:
        column, least = layout.column(name), _LEAST.get(name, 100)
        given = [value for value in out[name] if value]
        if column is None or not given or (min(given) >= least and max(given) < _MOST):
            continue
        for position, value in enumerate(out[name]):
            if value and value < least:
                found.append(
                    (position, column, say(value), f"只有{say(value)}，疑似把万元当作元，请核对单位")
                )
            elif value and value >= _MOST:
                found.append((position, column, say(value), f"有{say(value)}，疑似把元当作万元，请核对单位"))
    return found


def _check_signs(out: dict[str, list[Any]], layout: Layout) -> list[Found]:
    """Codes and identity numbers of 18 signs whose last one does not belong to them (GB 32100, GB 11643): one sign is wrong, and no
    other row will be found by it. What is masked, shorter, or said openly not to be known is no such number."""
    column = layout.column("party_id")
    if column is None:
        return []
    whole = [text for text in set(out["party_id"]) if len(text) == 18 and text.isascii() and text.isalnum()]
    right = canonical.check_signs_right(whole)
    wrong = {text for text, is_right in zip(whole, right, strict=True) if not is_right}
    if not wrong:
        return []
    return [
        (position, column, text, "统一社会信用代码或者身份证件号码校验位不符，请核对证照")
        for position, text in enumerate(out["party_id"])
        if text in wrong
    ]


def _number_years(out: dict[str, list[Any]], layout: Layout) -> list[Found]:
    """The year in the decision's number against the decision's date."""
    column = layout.column("doc_no")
    if column is None or layout.column("decided_on") is None:
        return []
    marks = {day: f"〔{day.year}〕" if day else "" for day in set(out["decided_on"])}
    return [
        (position, column, number, f"文号年份与决定日期{day}不一致，请核对")
        for position, (number, day) in enumerate(zip(out["doc_no"], out["decided_on"], strict=True))
        if marks[day] not in number and "〔" in number
    ]


def sums(out: dict[str, list[Any]], sheet: Sheet, layout: Layout) -> list[Sum]:
    """Each column of money added up over its rows, beside the sheet's own grand total."""
    found = []
    for column in _money_columns(layout):
        counted = sum(value or 0 for value in out[column.field])
        stated = None
        for place in reversed(layout.totals):
            if _label(sheet, place)[1]:
                stated = _stated(sheet, place, column)
                break
        agrees = None if stated is None else _agree(stated, counted, column)
        found.append(Sum(sheet.name, column.printed, counted, stated, agrees))
    return found


def notes(out: dict[str, list[Any]], sheet: Sheet, layout: Layout) -> list[str]:
    """Totals and subtotals of the sheet that its rows do not come to: of all rows above, or of those since the last sum."""
    told = []
    since = 0
    for place in layout.totals:
        above = sum(position < place for position in layout.data) or len(layout.data)  # 合计 may stand first
        label, _, count = _label(sheet, place)
        where = f"工作表“{sheet.name}”第{place + sheet.first_row}行{label}"
        if count is not None and count not in (above, above - since):
            told.append(f"{where}，上面的案件是{above - since if since else above}行，请核对")
        for column in _money_columns(layout):
            stated = _stated(sheet, place, column)
            if stated is None:
                continue
            whole = sum(value or 0 for value in out[column.field][:above])
            part = sum(value or 0 for value in out[column.field][since:above])
            if not (_agree(stated, whole, column) or _agree(stated, part, column)):
                counted = part if since else whole
                told.append(f"{where}“{column.printed}”为{say(stated)}，各行相加为{say(counted)}，请核对")
        since = above if layout.data and place > layout.data[0] else 0
    return told


def _money_columns(layout: Layout) -> list[Column]:
    return [column for column in layout.columns if column.field in AMOUNT_FIELDS]


def _label(sheet: Sheet, place: int) -> tuple[str, bool, int | None]:
    """What a row of sums is called, whether it covers the whole sheet, and how many cases it says there are."""
    text = next((text for cell in sheet.cells[place] if (text := as_text(cell)) and is_sum(text)), "合计")
    plain = "".join(text.split())
    count = re.search(r"(\d+)(?:件|起|宗|个|条)", plain)
    whole = plain.strip(":：") in words()["grand_totals"] or plain.startswith("全年")
    return plain, whole, int(count[1]) if count else None


def _stated(sheet: Sheet, place: int, column: Column) -> int | None:
    if (place, column.index) in sheet.unread:
        return None
    cell = sheet.cells[place][column.index]
    stated = amount_parser(column.fen_per_unit)(cell)
    return stated if isinstance(stated, int) else None


def _agree(stated: int, counted: int, column: Column) -> bool:
    return abs(stated - counted) * 2 <= max(column.fen_per_unit // 100, 1)  # totals are printed rounded
