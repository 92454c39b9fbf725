"""What a list says of its filings, read once: days, parties, addresses, phones, and what exonerates."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property

from zhiheng import canonical

from ..addresses import address_of
from ..limits import Limits
from .dates import day_of
from .parties import applicants, mailbox, most, names, phones

Fields = Mapping[str, Sequence[str]]
_NONE = re.compile(r"|无|否|没有|不适用|[-—/0]+|n/?a|no|none|false", re.I)


class Facts:
    """The filings of one list. Every value is a list with one entry a filing unless said otherwise."""

    def __init__(self, fields: Fields, ids: Sequence[str], limits: Limits) -> None:
        self.fields, self.ids, self.limits = fields, ids, limits
        self.days: list[date | None] = [day_of(cell) for cell in fields["filed_on"]]
        self.applicants: list[frozenset[str]] = [applicants(cell) for cell in fields["applicant"]]
        self._places = {name: number for number, name in enumerate(ids)}

    def __len__(self) -> int:
        return len(self.ids)

    def shown(self, kind: str, number: int) -> str:
        """A cell as the list writes it."""
        return canonical.one_line(self.fields[kind][number])

    def named_applicants(self, numbers: Iterable[int]) -> list[str]:
        """Names of the applicants of these filings, each once."""
        found: dict[str, str] = {}
        for number in numbers:
            for name in names(self.fields["applicant"][number]):
                found.setdefault(canonical.key(name), name)
        return list(found.values())

    def unrelated(self, numbers: Iterable[int]) -> int:
        """How many applicants stand behind these filings, where those who ever file together in the list are one."""
        roots = {self._root(next(iter(sorted(self.applicants[n])))) for n in numbers if self.applicants[n]}
        return len(roots)

    @cached_property
    def _joined(self) -> dict[str, str]:
        joined: dict[str, str] = {}

        def root(name: str) -> str:
            while joined.get(name, name) != name:
                name = joined[name]
            return name

        for group in set(self.applicants):
            first, *others = sorted(group) or [""]
            for other in others:
                one, two = sorted((root(first), root(other)))
                joined[two] = one
        return joined

    def _root(self, name: str) -> str:
        while self._joined.get(name, name) != name:
            name = self._joined[name]
        return name

    @cached_property
    def by_applicant(self) -> dict[str, list[int]]:
        """Folded name of an applicant → their filings."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, group in enumerate(self.applicants):
            for name in group:
                found[name].append(number)
        return dict(sorted(found.items()))

    @cached_property
    def by_inventor(self) -> dict[tuple[str, str], list[int]]:
        """(Name, applicant) → filings: a common name with another applicant is another person."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, cell in enumerate(self.fields["inventor"]):
            for name in names(cell):
                for applicant in self.applicants[number] or ("",):
                    found[name, applicant].append(number)
        return dict(sorted(found.items()))

    @cached_property
    def by_agency(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, cell in enumerate(self.fields["agency"]):
            if cell and (key := canonical.key(cell)) and not _NONE.fullmatch(key):
                found[key].append(number)
        return dict(sorted(found.items()))

    @cached_property
    def by_address(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, key in enumerate(self._place):
            if key:
                found[key].append(number)
        return dict(sorted(found.items()))

    @cached_property
    def _place(self) -> list[str]:
        return [address_of(cell).key if cell else "" for cell in self.fields["address"]]

    @cached_property
    def by_phone(self) -> dict[str, list[int]]:
        """Phone → filings, agencies' own phones left out."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, cell in enumerate(self.fields["phone"]):
            for one in phones(cell) if cell else ():
                found[one].append(number)
        return {
            one: numbers for one, numbers in sorted(found.items()) if one not in self.agency_phones(found)
        }

    @cached_property
    def by_email(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, cell in enumerate(self.fields["email"]):
            if cell and (key := mailbox(cell)):
                found[key].append(number)
        own = self._agencies_own(found)
        return {one: numbers for one, numbers in sorted(found.items()) if one not in own}

    def agency_phones(self, found: Mapping[str, list[int]]) -> set[str]:
        """Phones of agencies: stated as such, or on most filings of one agency for many clients of places of their own."""
        if self._phones is None:
            stated = {one for cell in set(self.fields["agency_phone"]) for one in phones(cell)}
            self._phones = stated | self._agencies_own(found)
        return self._phones

    _phones: set[str] | None = None

    def _agencies_own(self, found: Mapping[str, list[int]]) -> set[str]:
        owned = set()
        agency_of = {number: key for key, numbers in self.by_agency.items() for number in numbers}
        for one, numbers in found.items():
            agencies = Counter(agency_of.get(number, "") for number in numbers)
            agency, count = agencies.most_common(1)[0]
            clients = {applicant for number in numbers for applicant in self.applicants[number]}
            places = Counter(self._place[number] for number in numbers)
            if (
                agency
                and (places.pop("", 0) >= len(numbers) / 2 or places.most_common(1)[0][1] * 2 < len(numbers))
                and count == len(numbers)
                and len(clients) >= self.limits.agency_clients
                and count >= self.limits.agency_share * len(self.by_agency[agency])
            ):
                owned.add(one)
        return owned

    def staff(self, numbers: Iterable[int]) -> float | None:
        """The largest number of staff stated for these filings."""
        return max(filter(None, (most(self.fields["staff"][n]) for n in numbers)), default=None)

    def declared(self, kind: str, number: int) -> bool:
        """Whether the list states a priority, a parent, a same-day application."""
        return not _NONE.fullmatch(canonical.key(self.fields[kind][number]))

    def explained(self, one: int, other: int) -> str:
        """How two filings of one applicant are declared kin, "" when the list does not say: what law allows to be alike."""
        if not self.applicants[one] & self.applicants[other]:
            return ""
        for mine, theirs in ((one, other), (other, one)):
            for kind, word in (("parent", "分案"), ("priority", "优先权"), ("same_day", "同日申请")):
                cell = self.fields[kind][mine]
                if cell and canonical.application_number(cell) == self.ids[theirs]:
                    return word
        if self.declared("same_day", one) or self.declared("same_day", other):
            if self.days[one] and self.days[one] == self.days[other] and self._two_kinds(one, other):
                return "同日申请"
        elif self.days[one] and self.days[one] == self.days[other] and self._two_kinds(one, other):
            return "同日申请"
        parents = {canonical.application_number(self.fields["parent"][n]) for n in (one, other) if self.declared("parent", n)}  # fmt: skip
        if len(parents) == 1 and self.declared("parent", one) and self.declared("parent", other):
            return "分案"
        if parents and (self.fields["parent"][one] or self.fields["parent"][other]):
            stated = next(iter(parents))
            if not re.fullmatch(r"\d{8}(\d{4})?\.[\dX]", stated):  # only "yes": which parent is not told
                return "分案"
        return ""

    def _two_kinds(self, one: int, other: int) -> bool:
        kinds = {_kind(self.fields["kind"][n]) or _kind_of_number(self.ids[n]) for n in (one, other)}
        return kinds == {"invention", "utility"}

    def speaking_for(self, numbers: Sequence[int]) -> list[str]:
        """Facts of the list that speak for the applicants of these filings."""
        told = []
        declared = [
            (word, sum(self.declared(kind, n) for n in numbers))
            for kind, word in (
                ("same_day", "声明同日申请"),
                ("parent", "为分案申请"),
                ("priority", "主张优先权"),
            )
        ]
        told += [f"其中{count}件{word}" for word, count in declared if count]
        if (
            len(numbers) > 1
            and len({self.applicants[n] for n in numbers}) == 1
            and self.applicants[numbers[0]]
        ):
            told.append("全部为同一申请人，可能是同一产品的系列申请")
        staff = self.staff(numbers)
        if staff is not None and staff >= self.limits.large_staff:
            told.append(f"申请人登记人数{staff:g}人，有相当的研发人员基础")
        return told


def _kind(cell: str) -> str:
    folded = canonical.key(cell)
    return (
        "utility" if "新型" in folded or "utility" in folded else "design" if "外观" in folded or "design" in folded
        else "invention" if "发明" in folded or "invention" in folded else ""
    )  # fmt: skip


def _kind_of_number(number: str) -> str:
    """The kind that an application number itself states: its fifth digit (third in the old form)."""
    digits = number.partition(".")[0]
    digit = digits[4:5] if len(digits) == 12 else digits[2:3] if len(digits) == 8 else ""
    return {"1": "invention", "8": "invention", "2": "utility", "9": "utility", "3": "design"}.get(digit, "")
