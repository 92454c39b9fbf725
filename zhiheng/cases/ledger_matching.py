"""Which case a ledger's row is: one that came in before, one of another unit's ledger, or a new one.

A row that would make another case of a known number (another party, cause or day) is a collision, and a collision is
handed back: only a person knows which of the two is mistaken. Where a person has decided for the row, its column 以本行为准
says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from zhiheng.accounts.models import Unit
from zhiheng.accounts.words import title_of as title_of_word
from zhiheng.canonical import document_number, is_document_number, key, number_key

from . import ledger_table
from .ledger import Ledger, Remark, row_key
from .ledger.names import document_numbers
from .models import UNSTATED, Case

_BATCH = 10_000
_YES = frozenset({"是", "以本行为准", "√", "✓", "对", "1", "Y", "y", "yes", "Yes", "YES"})
_CONFIRM = "请对照决定书核对：文号写错的请改正；确是同一案件、以这一行为准的，请在退回表的“以本行为准”列填“是”后再导入"


@dataclass(frozen=True)
class Fault:
    """A row that is handed back: its position in ledger.rows, the field whose cell is meant, why, and what to do."""

    position: int
    field: str
    reason: str
    remedy: str


Matched = list[tuple[int, str] | None]


def matched(ledger: Ledger) -> Matched:
    """For each row the case it was taken over as, with the digest of what it stated then; None for a new row.

    A row that now has a decision number is the case that came in before under its filing number alone, or under no number:
    then party, cause and filing day say which.
    """
    columns = ledger.rows.columns
    known = ledger_table.known_rows(columns["key"])
    found: Matched = list(map(known.get, columns["key"]))
    if None not in found or not Case.objects.filter(ledger_key__isnull=False, doc_no="").exists():
        return found
    _by_filing_number(columns, found)
    _by_party_and_day(columns, found)
    return found


def _by_filing_number(columns, found: Matched) -> None:
    decided = [
        i for i, case in enumerate(found) if case is None and columns["doc_no"][i] and columns["case_no"][i]
    ]
    if not decided:
        return
    filings = document_numbers([columns["case_no"][i] for i in decided])[0]
    keys = [row_key(columns["unit"][i], "立案" + filing) for i, filing in zip(decided, filings, strict=True)]
    earlier = ledger_table.known_rows(keys)
    for i, name in zip(decided, keys, strict=True):
        # One filing may lead to several decisions: the first of them is the case, the others are new.
        found[i] = earlier.pop(name, None)


def _by_party_and_day(columns, found: Matched) -> None:
    """Cases that came in without any number, and the rows of the same unit, party, cause and filing day."""
    new = [i for i, case in enumerate(found) if case is None and columns["filed_on"][i]]
    if not new:
        return
    taken = {case[0] for case in found if case}
    earlier: dict[tuple, list] = defaultdict(list)
    rows = Case.objects.filter(
        ledger_key__isnull=False,
        doc_no="",
        filed_on__isnull=False,
        unit__code__in={columns["unit"][i] for i in new},
    ).values_list(
        "pk", "ledger_digest", "unit__code", "party_name", "cause", "filed_on", "decided_on", "case_no"
    )
    for pk, digest, unit, party, cause, filed, decided, case_no in rows.iterator():
        if pk not in taken:
            earlier[unit, key(party), cause, filed].append((pk, digest, decided, case_no))
    for i in new:
        names = columns["unit"][i], key(columns["party_name"][i]), columns["cause"][i], columns["filed_on"][i]
        fitting = [
            (pk, digest)
            for pk, digest, decided, case_no in earlier.get(names, ())
            if (not decided or not columns["decided_on"][i] or decided == columns["decided_on"][i])
            and (
                not case_no or not columns["case_no"][i] or _filing(case_no) == _filing(columns["case_no"][i])
            )
            and pk not in taken
        ]
        if len(fitting) == 1:
            found[i] = fitting[0]
            taken.add(fitting[0][0])


def _filing(case_no: str) -> str:
    return document_number(case_no)[0]


# ---- rows of cases that are there


def worked_here(ledger: Ledger) -> Iterator[Fault]:
    """Rows of cases that are worked in this system: those are not taken a second time."""
    columns = ledger.rows.columns
    own: dict[tuple[str, str, str], None] = {}
    worked = Case.objects.filter(unit__code__in=set(columns["unit"]), matter__isnull=False)
    for code, doc_no, case_no, lead_no in worked.values_list("unit__code", "doc_no", "case_no", "lead_no"):
        own |= {("doc_no", code, number_key(doc_no)): None, ("case_no", code, _filing(case_no)): None}
        own[("lead_no", code, lead_no)] = None
    if not own:
        return
    numbers = zip(columns["unit"], columns["doc_no"], columns["case_no"], columns["lead_no"], strict=True)
    for position, (code, doc_no, case_no, lead_no) in enumerate(numbers):
        for name, text, number in (
            ("doc_no", doc_no, number_key(doc_no)),
            ("case_no", case_no, _filing(case_no) if case_no else ""),
            ("lead_no", lead_no, lead_no),
        ):
            if text and (name, code, number) in own:
                yield Fault(
                    position, name, "本案已在本系统办理，台账行没有导入", "请删去这一行；数字以本系统为准"
                )
                break


def of_decided_cases(ledger: Ledger, found: Matched) -> Iterator[Fault]:
    """New rows without a decision number whose case came in before under its decision number."""
    columns = ledger.rows.columns
    open_rows = [i for i, case in enumerate(found) if case is None and not columns["doc_no"][i]]
    if not open_rows:
        return
    decided = Case.objects.filter(
        unit__code__in={columns["unit"][i] for i in open_rows}, ledger_key__isnull=False
    ).exclude(doc_no="")
    by_filing, by_day = {}, {}
    for code, case_no, doc_no, party, cause, filed in decided.values_list(
        "unit__code", "case_no", "doc_no", "party_name", "cause", "filed_on"
    ).iterator():
        if case_no:
            by_filing[code, _filing(case_no)] = doc_no
        if filed:
            by_day[code, key(party), cause, filed] = doc_no
    remedy = "同一案件请补填文号或删去这一行；另一案件请核对立案号"
    for i in open_rows:
        unit, case_no, filed = columns["unit"][i], columns["case_no"][i], columns["filed_on"][i]
        if case_no:
            if doc_no := by_filing.get((unit, _filing(case_no))):
                reason = f"这个立案号的案件已按决定书文号“{doc_no}”导入，这一行没有写文号"
                yield Fault(i, "case_no", reason, remedy)
        elif doc_no := filed and by_day.get(
            (unit, key(columns["party_name"][i]), columns["cause"][i], filed)
        ):
            reason = f"同一当事人、案由和立案日期的案件已按决定书文号“{doc_no}”导入，这一行没有写文号"
            yield Fault(i, "party_name", reason, "同一案件请补填文号或删去这一行；另一案件请填写立案号")


def collisions(ledger: Ledger, found: Matched) -> Iterator[Fault]:
    """Rows that would turn a known case into another: its party, cause or days."""
    columns = ledger.rows.columns
    changed = [
        i for i, case in enumerate(found)
        if case and case[1] != columns["digest"][i] and columns["confirmed"][i] not in _YES
    ]  # fmt: skip
    for start in range(0, len(changed), _BATCH):
        batch = changed[start : start + _BATCH]
        there = Case.objects.in_bulk([found[i][0] for i in batch])
        for i in batch:
            case = there[found[i][0]]
            differ = list(_differences(case, columns, i))
            if differ:
                number = columns["doc_no"][i] or columns["case_no"][i]
                what = f"“{number}”" if number else "这一案件"
                yield Fault(
                    i,
                    "doc_no" if columns["doc_no"][i] else "case_no",
                    f"{what}已导入过，这一行会改动{'；'.join(differ)}",
                    _CONFIRM,
                )


def _differences(case: Case, columns, i: int) -> Iterator[str]:
    party = columns["party_name"][i]
    if party and key(party) != key(case.party_name):
        yield f"当事人（“{case.party_name}”改为“{party}”）"
    cause = columns["cause"][i]
    if cause and cause != case.cause and case.cause != UNSTATED:
        yield f"案由（{title_of_word('causes', case.cause)}改为{title_of_word('causes', cause)}）"
    for name, title in (("filed_on", "立案日期"), ("decided_on", "决定日期")):
        there, stated = getattr(case, name), columns[name][i]
        if there and stated and there != stated:
            yield f"{title}（{there}改为{stated}）"


# ---- other units


def of_other_units(
    ledger: Ledger, found: Matched, units: Mapping[str, Unit]
) -> tuple[list[Fault], list[int]]:
    """New rows under a number that another unit's case has: (handed back, positions of decisions that are there already).

    One decision may stand in the ledgers of two units (指定管辖, 协查): it counts once. A number that names no place may
    be used by two units for two cases.
    """
    columns = ledger.rows.columns
    faults: list[Fault] = []
    again: list[int] = []
    new = [i for i, case in enumerate(found) if case is None and columns["doc_no"][i]]
    if not new:
        return faults, again
    first: dict[str, int] = {}
    pairs: list[tuple[int, tuple]] = []  # (position, (where, unit, party, cause, decided on) of the other)
    numbers = columns["doc_no"]
    if len({numbers[i] for i in new}) < len(new):
        for i in new:
            other = first.setdefault(numbers[i], i)
            if other != i and columns["unit"][other] != columns["unit"][i]:
                place = f"工作表“{columns['source_sheet'][other]}”第{columns['source_row'][other]}行"
                pairs.append(
                    (
                        i,
                        (
                            place,
                            columns["unit"][other],
                            columns["party_name"][other],
                            columns["cause"][other],
                            columns["decided_on"][other],
                        ),
                    )
                )
    if Case.objects.exclude(doc_no="").exists():
        there = {}
        for start in range(0, len(new), _BATCH):
            batch = [numbers[i] for i in new[start : start + _BATCH]]
            for row in Case.objects.filter(doc_no__in=batch).values_list(
                "doc_no", "unit__code", "party_name", "cause", "decided_on"
            ):
                there[row[0]] = ("已有的案件", *row[1:])
        pairs += [
            (i, there[numbers[i]])
            for i in new
            if numbers[i] in there and there[numbers[i]][1] != columns["unit"][i]
        ]
    owners = _Owners(units)
    for i, (place, unit, party, cause, decided) in dict(pairs).items():
        other = units[unit].short_name if unit in units else "其他单位"
        stated = columns["decided_on"][i]
        same = key(party) == key(columns["party_name"][i]) and cause == columns["cause"][i]
        if same and (decided is None or stated is None or decided == stated):
            again.append(i)
            ledger.notes.append(
                f"工作表“{columns['source_sheet'][i]}”第{columns['source_row'][i]}行的“{numbers[i]}”与{other}的{place}是同一份决定，只计一次"
            )
        elif same or (is_document_number(numbers[i]) and owners.of(numbers[i])):
            reason = f"文号“{numbers[i]}”与{other}的{place}相同，内容却不同"
            faults.append(Fault(i, "doc_no", reason, "请对照决定书核对是哪个单位的案件，改正其中一个文号"))
    return faults, again


def tell_prefixes(ledger: Ledger, units: Mapping[str, Unit]) -> None:
    """Remarks on decision numbers that begin as another unit's do."""
    columns = ledger.rows.columns
    owners = _Owners(units)
    headers = {(column.sheet, column.field): column.printed for column in ledger.header}
    strange = {}
    for unit, number in {
        (u, n.partition("〔")[0]) for u, n in zip(columns["unit"], columns["doc_no"], strict=True) if n
    }:
        owner = owners.of(number)
        if owner and owner != unit:
            strange[unit, number] = owner
    if not strange:
        return
    for i, (unit, number) in enumerate(zip(columns["unit"], columns["doc_no"], strict=True)):
        if owner := strange.get((unit, number.partition("〔")[0])):
            message = (
                f"文号是{units[owner].short_name}的代字，这一行却列在{units[unit].short_name}名下，请核对"
            )
            sheet = columns["source_sheet"][i]
            printed = columns["doc_no_printed"][i]
            ledger.remarks.append(
                Remark(sheet, columns["source_row"][i], headers.get((sheet, "doc_no"), ""), printed, message)
            )


class _Owners:
    """Whose number it is, by the characters it begins with; the longest that fits decides."""

    def __init__(self, units: Mapping[str, Unit]):
        prefixes = [
            (unit.number_prefix, code) for code, unit in units.items() if len(unit.number_prefix) >= 3
        ]
        self._prefixes = sorted(prefixes, key=lambda item: -len(item[0]))

    def of(self, number: str) -> str | None:
        """Code of the unit."""
        return next((code for prefix, code in self._prefixes if number.startswith(prefix)), None)
