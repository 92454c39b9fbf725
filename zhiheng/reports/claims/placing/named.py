"""Records that a sentence names before its number: 举办知识产权成果展，每日吸引6500人次观展.

Such a number may be of what was named alone or of all there was. Which of the two, no list of words can say; but the records know
what they are called. So a name of theirs is taken out of the clause, what is left of it is read like any other clause, and the
number is borne out only where both readings are.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# A name that says too little to be one.
_LEAST = 4
_IN_QUOTES = re.compile("“[^“”]{2,}”")
# What stands between a name and the rest of a clause: 联合某馆, 某视频等
_BEFORE, _BEHIND = "(?:联合|会同)?", "等?"


@dataclass(frozen=True, slots=True)
class Called:
    """How a text may call a record of an indicator: any of `names`; where it does, it may say any of `beside` with it (where it
    was, with whom)."""

    indicator: str
    key: object
    names: tuple[str, ...]
    beside: tuple[str, ...] = ()


def called(indicator: str, key: object, name: str, beside: Iterable[str] = ()) -> Called:
    """A record called `name`, or by what its name has in quotation marks: “局长谈” of 市区两级“局长谈”系列微视频."""
    names = [one for one in (name, *_IN_QUOTES.findall(name)) if len(one) >= _LEAST]
    return Called(
        indicator, key, tuple(dict.fromkeys(names)), tuple(one for one in beside if len(one) >= _LEAST)
    )


def take_names(clause: str, records: Sequence[Called]) -> tuple[str, list[tuple[str, Called]]]:
    """The clause without the names of these records, and which name is whose."""
    found = []
    for record in records:
        name = next((one for one in sorted(record.names, key=len, reverse=True) if one in clause), None)
        if name is not None:
            found.append((name, record))
    said = {_said(name, record) for name, record in found}
    said |= {re.escape(one) for _, record in found for one in record.beside if one in clause}
    for one in sorted(said, key=len, reverse=True):
        clause = re.sub(f"{_BEFORE}{one}{_BEHIND}", "", clause)
    return clause, found


def _said(name: str, record: Called) -> str:
    """The pattern of a name; one in quotation marks with what else of the whole name stands around it: 市区两级“局长谈”等微视频."""
    before, _, behind = record.names[0].partition(name) if name != record.names[0] else ("", "", "")
    ends = "|".join(re.escape(behind[at:]) for at in range(len(behind) - 1))
    begins = f"(?:{re.escape(before)})?" if before else ""
    return f"{begins}{re.escape(name)}" + (f"(?:等?(?:{ends}))?" if ends else "")
