"""The demonstration years: an invented 2024 of Chongqing whose totals are the published ones, to the fen, and the years around it, whose
totals are invented as well.

Pure and deterministic: one seed gives one year, byte for byte. Parties, marks and persons are invented; districts are
real. Nothing here writes rows: the caller stores the closed cases and plays the open cases' steps.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from zhiheng import canonical
from zhiheng.law import Book

from .amounts import YUAN, counterfeit_amounts, trademark_fines, trademark_values

YEAR = 2024
"""The year whose totals are the published ones."""
YEARS = (2023, 2024, 2025)
LAST_DAY = dt.date(YEARS[-1], 12, 31)
"""On which the demonstration begins."""
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class DemoCase:
    """A decided case. Amounts in fen; None where there is nothing to state."""

    unit: str
    cause: str
    title: str
    party_name: str
    party_type: str
    party_operator: str
    party_id: str
    goods: str
    right_holder: str
    source: str
    source_text: str
    lead_on: dt.date
    filed_on: dt.date
    decided_on: dt.date
    served_on: dt.date | None
    published_on: dt.date | None
    closed_on: dt.date | None
    case_no: str
    doc_no: str
    case_value_fen: int | None
    value_computable: bool
    turnover_fen: int | None
    gains_fen: int | None
    fine_fen: int | None
    confiscated_gains_fen: int | None
    forfeit_fen: int | None
    outcome: str
    penalty_text: str
    extended: bool  # 办案期限 extended: more than 90 days from filing to decision
    series: int  # number of the series of cases from one complaint, 0 when the case stands alone
    note: str

    @property
    def orders_money(self) -> bool:
        """False for a dispute, which is decided between its parties."""
        return self.fine_fen is not None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ordinary procedure, as the law book names it; money in `data` is in fen."""

    on: dt.date
    code: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case under way at the year's end: its unit and the steps taken, in order. `handlers` are the caller's to name. `ending`: the
    steps that end a decided case in the year after."""

    kind: str
    unit: str
    cause: str
    party_name: str
    steps: tuple[Step, ...]
    late: bool  # a clock has run out by 31 December
    ending: tuple[Step, ...] = ()

    @property
    def decided(self) -> bool:
        return bool(self.ending)


@dataclass(frozen=True, slots=True)
class DemoYear:
    """All cases of the year, closed ones by day of decision."""

    closed: tuple[DemoCase, ...]
    open: tuple[OpenCase, ...]


@cache
def shape() -> dict[str, Any]:
    """shape.yaml: totals, weights and words."""
    return yaml.safe_load((_HERE / "shape.yaml").read_text(encoding="utf-8"))


@cache
def causes_of(year: int) -> dict[str, dict[str, Any]]:
    """Causes with their totals in a year: those of 2024, and of the years around it what `years` says instead."""
    own = shape()["years"].get(year, {})
    return {cause: {**told, **own.get(cause, {})} for cause, told in shape()["causes"].items()}


@cache
def units() -> tuple[dict[str, str], ...]:
    """units.csv: code, name, short_name, kind, parent, number_prefix of every unit, the city office first."""
    with (_HERE / "units.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def demonstration_year(book: Book, *, year: int = YEAR, seed: int | None = None) -> DemoYear:
    """A year's cases: days from the book's calendar, fines inside the book's ranges. Each year is its own seed unless one is given."""
    from .ongoing import open_cases

    maker = CaseMaker(book, Random(year if seed is None else seed), year)
    draw = {
        "trademark": maker.trademark,
        "counterfeiting": maker.counterfeiting,
        "other": maker.other,
        "dispute": maker.dispute,
    }
    drafts = [one for cause, told in causes_of(year).items() for one in draw[told["draw"]](cause, told)]
    return DemoYear(_numbered(drafts, year), open_cases(maker))


@dataclass(slots=True)
class Party:
    """An invented party."""

    name: str
    kind: str
    operator: str
    identity: str
    goods: str
    service: bool = False


class CaseMaker:
    """Draws parties, days and wordings; one per year, so that no name occurs twice."""

    def __init__(self, book: Book, rng: Random, year: int = YEAR):
        self.book, self.calendar, self.rng, self.year = book, book.calendar, rng, year
        self.districts = [unit for unit in units() if unit["kind"] != "office"]
        self.weights = [float(shape()["weights"].get(unit["code"], 1)) for unit in self.districts]
        self._names: set[str] = set()
        # Nobody of one year bears the number of somebody of another.
        self._serial = abs(year - YEAR) * 10_000 * (1 if year >= YEAR else 2)
        first = dt.date(year, 1, 1)
        days = [first + dt.timedelta(n) for n in range((dt.date(year + 1, 1, 1) - first).days)]
        self._workdays = [
            [day for day in days if self.calendar.is_workday(day) and (day.month - 1) // 3 == q]
            for q in range(4)
        ]

    # ---- words

    def pick(self, words: dict[str, float]) -> str:
        return self.rng.choices(list(words), list(words.values()))[0]

    def mark(self) -> str:
        marks = shape()["marks"]
        return self.rng.choice(marks["first"]) + self.rng.choice(marks["second"])

    def person(self) -> str:
        return f"{self.rng.choice(shape()['surnames'])}某{self.rng.choice(shape()['marks']['second'])}"

    def unit(self) -> dict[str, str]:
        return self.rng.choices(self.districts, self.weights)[0]

    def party(
        self, unit: dict[str, str], *, companies: float = 0.18, goods: list[str] | None = None
    ) -> Party:
        """An invented party of the unit's district; `companies` is the share of companies."""
        rng, place = self.rng, _place(unit)
        trades = shape()["trades"]
        trade = rng.choices(trades, [item["weight"] for item in trades])[0]
        sold = rng.choice(goods or trade["goods"])
        self._serial += 1
        draw = rng.random()
        if draw > 0.95 and companies < 0.5:
            name = self._fresh(self.person)
            # Masked, so that no number can be a living person's.
            return Party(name, "person", "", f"{unit['code']}********{self._serial % 10_000:04d}", sold)
        kind, prefix = ("organisation", "91") if draw < companies else ("individual_business", "92")
        ending = rng.choice(shape()["companies"]) if kind == "organisation" else trade["shop"]
        lead = "重庆" if kind == "organisation" else place
        name = self._fresh(lambda: f"{lead}{self.mark()}{ending}")
        identity = _with_check_sign(f"{prefix}{unit['code']}MADM{self._serial:05d}")
        return Party(name, kind, self.person(), identity, sold, bool(trade.get("service")) and not goods)

    def _fresh(self, draw: Callable[[], str]) -> str:
        name = draw()
        tries = 0
        while name in self._names:
            tries += 1
            name = (
                draw()
                if tries < 50
                else f"{name[:-2]}{self.rng.choice(shape()['marks']['first'])}{name[-2:]}"
            )
        self._names.add(name)
        return name

    # ---- days

    def decision_day(self) -> dt.date:
        return self.rng.choice(self._workdays[self.rng.choices(range(4), shape()["quarters"])[0]])

    def days(self, decided: dt.date, *, same_lead: dt.date | None = None) -> dict[str, Any]:
        """Lead, filing, service, disclosure and closing around a decision; filing is a working day before it."""
        rng, calendar = self.rng, self.calendar
        long = rng.random() < 0.30
        span = rng.randint(91, 130) if long else int(rng.triangular(30, 90, 78))
        filed = self._workday_before(
            decided - dt.timedelta(span), at_most=span if not long else 130, decided=decided
        )
        draw = rng.random()
        ahead = 0 if draw < 0.3 else rng.randint(1, 10) if draw < 0.7 else rng.randint(11, 19)
        lead = same_lead or filed - dt.timedelta(ahead)
        served = calendar.add_workdays(decided, rng.randint(0, 6)) if rng.random() < 0.8 else decided
        published = calendar.next_workday(decided + dt.timedelta(rng.randint(0, 8)))
        if (published - decided).days > 8:
            published = decided
        closed = calendar.next_workday(max(served, published) + dt.timedelta(rng.randint(1, 24)))
        return {
            "lead_on": min(lead, filed),
            "filed_on": filed,
            "served_on": served,
            "published_on": published,
            "closed_on": closed if closed <= dt.date(self.year, 12, 31) else None,
            "extended": (decided - filed).days > 90,
        }

    def _workday_before(self, day: dt.date, *, at_most: int, decided: dt.date) -> dt.date:
        """The working day on or after `day` (a filing is not made on a holiday), still before the decision."""
        found = day if self.calendar.is_workday(day) else self.calendar.next_workday(day)
        return found if found < decided else day

    # ---- causes

    def trademark(self, cause: str, total: dict[str, Any]) -> list[dict[str, Any]]:
        number = total["cases"]

        def most(value: int | None) -> int:
            """The highest fine, in fen, with this turnover."""
            day = dt.date(self.year, 1, 2)
            return self.book.evaluate(
                total["rule"], acted=day, decided=day, party="organisation", turnover=value
            ).applicable.max

        values = trademark_values(self.rng, number, total["value"] * YUAN)
        fines = trademark_fines(self.rng, values, total["forfeit"] * YUAN, most, shape()["large"] * YUAN)
        drafts: list[dict[str, Any]] = []
        for series, size in enumerate(self._series(number), start=1):
            unit, mark, source = self.unit(), self.mark(), self.pick(shape()["sources"])
            decided = self.decision_day()
            for _ in range(size):
                place = len(drafts)
                day = decided
                if size > 1:
                    source = "right_holder"
                    day = self.calendar.add_workdays(decided, self.rng.randint(0, 6))
                    day = day if day.year == self.year else decided
                party = self.party(unit)
                value, fine = values[place], fines[place]
                text = f"责令立即停止侵权，没收侵权{party.goods}" + (
                    f"，罚款{fine // YUAN}元" if fine else ""
                )
                act = "侵犯" if party.service else "销售侵犯"
                what = "" if party.service else f"的{party.goods}"
                drafts.append(
                    self._draft(
                        unit, cause, party, source, day,
                        title=f"{party.name}{act}“{mark}”注册商标专用权{what}案",
                        right_holder=f"{mark}商标权利人",
                        case_value_fen=value, turnover_fen=value, gains_fen=None, fine_fen=fine, confiscated_gains_fen=0,
                        penalty_text=text, series=series if size > 1 else 0,
                    )
                )  # fmt: skip
        return drafts

    def _series(self, number: int) -> list[int]:
        """Sizes of groups adding up to `number`; about 15 % of cases stand in series of 3 to 25."""
        sizes, left = [], number * 15 // 100
        while left >= 3:
            size = min(self.rng.choice((3, 3, 4, 5, 7, 9, 14, 25)), left)
            sizes.append(size)
            left -= size
        sizes += [1] * (number - sum(sizes))
        self.rng.shuffle(sizes)
        return sizes

    def counterfeiting(self, cause: str, total: dict[str, Any]) -> list[dict[str, Any]]:
        drafts = []
        for value, gains, fine in counterfeit_amounts(
            self.rng, total["cases"], total["value"] * YUAN, total["forfeit"] * YUAN
        ):
            unit = self.unit()
            party = self.party(unit, companies=0.6, goods=shape()["patent_goods"])
            parts = ["责令改正并予公告"]
            parts += [f"没收违法所得{gains / YUAN:g}元"] if gains else []
            parts += [f"罚款{fine // YUAN}元"] if fine else []
            drafts.append(
                self._draft(
                    unit, cause, party, self.pick(shape()["sources"]), self.decision_day(),
                    title=f"{party.name}假冒专利（{party.goods}）案", right_holder="",
                    case_value_fen=value, turnover_fen=None, gains_fen=gains, fine_fen=fine, confiscated_gains_fen=gains,
                    penalty_text="，".join(parts), series=0,
                )
            )  # fmt: skip
        return drafts

    def other(self, cause: str, told: dict[str, Any]) -> list[dict[str, Any]]:
        """A few cases outside the published totals: GI, special signs, agencies, other trademark offences."""
        drafts = []
        for _ in range(told["cases"]):
            unit = units()[0] if told.get("by_office") else self.unit()
            agency = told.get("agency")
            party = self.party(unit, companies=1.0 if agency else 0.3, goods=["代理服务"] if agency else None)
            value = self.rng.randrange(200, 9_000, 10) * YUAN
            gains = value // told["gains_part"] // YUAN * YUAN if "gains_part" in told else 0
            # A fine is drawn for each cause, whichever is the case's: what one cause states changes no case of another.
            drawn = {
                code: self.rng.randrange(*other["fine"]) * YUAN
                for code, other in shape()["causes"].items()
                if "fine" in other
            }
            fine = drawn[cause] if "fine" in told else gains * told["fine_times"]
            parts = (
                ["责令改正"]
                + ([f"没收违法所得{gains / YUAN:g}元"] if gains else [])
                + [f"罚款{fine / YUAN:g}元"]
            )
            drafts.append(
                self._draft(
                    unit, cause, party, self.pick(shape()["sources"]), self.decision_day(),
                    title=f"{party.name}{told['title']}案", right_holder="",
                    case_value_fen=value, turnover_fen=None if gains else value, gains_fen=gains or None,
                    fine_fen=fine, confiscated_gains_fen=gains, penalty_text="，".join(parts), series=0,
                )
            )  # fmt: skip
        return drafts

    def dispute(self, cause: str, total: dict[str, Any]) -> list[dict[str, Any]]:
        endings = shape()["dispute_endings"]
        drafts = []
        for _ in range(total["cases"]):
            unit = self.unit()
            party = self.party(unit, companies=0.7, goods=shape()["dispute_goods"])
            ending = self.rng.choices(endings, [item["weight"] for item in endings])[0]
            draft = self._draft(
                unit, cause, party, "request", self.decision_day(),
                title=f"{party.name}{party.goods}专利侵权纠纷案", right_holder=self.mark() + "专利权人",
                case_value_fen=None, turnover_fen=None, gains_fen=None, fine_fen=None, confiscated_gains_fen=None,
                penalty_text=ending["text"], series=0,
            )  # fmt: skip
            draft |= {
                "outcome": ending["outcome"],
                "closed_on": draft["decided_on"],
                "published_on": None,
                "extended": False,
                "note": "",
            }
            drafts.append(draft)
        return drafts

    def _draft(self, unit, cause, party: Party, source, decided, **rest) -> dict[str, Any]:
        fine, gains = rest["fine_fen"], rest["confiscated_gains_fen"]
        days = self.days(decided)
        return {
            "unit": unit["code"],
            "cause": cause,
            "party_name": party.name,
            "party_type": party.kind,
            "party_operator": party.operator,
            "party_id": party.identity,
            "goods": party.goods,
            "source": source,
            "source_text": self.rng.choice(shape()["source_wordings"][source]),
            "decided_on": decided,
            "value_computable": rest["case_value_fen"] is not None or fine is None,  # a dispute has none
            "forfeit_fen": None if fine is None else fine + (gains or 0),
            "outcome": "penalty",
            "note": f"已批准延长办案期限，系列案件第{rest['series']}组" if rest["series"] and days["extended"]
            else "已批准延长办案期限" if days["extended"] else f"系列案件第{rest['series']}组" if rest["series"] else "",
            **days,
            **rest,
        }  # fmt: skip


def _with_check_sign(code: str) -> str:
    """A credit code of 17 signs made whole (GB 32100)."""
    return next(
        code + sign for sign in "0123456789ABCDEFGHJKLMNPQRTUWXY" if canonical.is_credit_code(code + sign)
    )


def _place(unit: dict[str, str]) -> str:
    """The district's name as it stands in a shop's name: 万州区, 石柱县, 重庆 for the city office."""
    return "重庆" if unit["kind"] == "office" else unit["short_name"].removesuffix("局")


def _first_number(year: int, filed: int) -> int:
    """Where the numbers of a year's cases begin that were filed in a year, so that no two years' cases bear one number: those of the
    published year begin at one."""
    if year < YEAR and filed == year:
        return 80
    return 400 if year > YEAR and filed < year else 0


def _numbered(drafts: list[dict[str, Any]], year: int) -> tuple[DemoCase, ...]:
    """Give every case its numbers, per unit in the order of the days, and sort by day of decision."""
    prefixes = {unit["code"]: unit["number_prefix"] for unit in units()}
    last: dict[tuple[str, str, int], int] = {}

    def number(code: str, kind: str, day: dt.date) -> str:
        key = (code, kind, day.year)
        # Units also decide cases of other kinds: the numbers between are theirs.
        last[key] = (
            last.get(key, _first_number(year, day.year) if kind == "立" else 0)
            + 1
            + (sum(map(ord, kind)) + day.toordinal()) % 4
        )
        return f"{prefixes[code]}{kind}〔{day.year}〕{last[key]}号"

    for draft in sorted(drafts, key=lambda item: (item["filed_on"], item["party_name"])):
        draft["case_no"] = number(draft["unit"], "立", draft["filed_on"])
    drafts = sorted(drafts, key=lambda item: (item["decided_on"], item["unit"], item["party_name"]))
    for draft in drafts:
        kind = "处罚" if draft["outcome"] == "penalty" else "专裁"
        draft["doc_no"] = number(draft["unit"], kind, draft["decided_on"])
    return tuple(DemoCase(**draft) for draft in drafts)
