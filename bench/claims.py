"""The claims reader beside what one would pick instead, on the regression set: precision and recall on (value, unit, scale)
for the reader, for cn2an with a regular expression over numbers and units (`cn2an`), and for Microsoft's Chinese number
recogniser, recognizers-text-number, with the same expression for the unit behind each number (`recognizers`). Rows named
"claims: …" are single phenomena (value: the reader's F1). The reader is fitted to this set; rows named "unseen" keep how it
read texts before it was mended for them.

    python -m bench.claims

recognizers-text-number 1.0.2a2 needs emoji below 2; its own number-with-unit package knows Chinese money and little else,
none of 件, 家, 人次, so the unit comes from the expression. Qualifiers and comparisons neither alternative knows; they are
measured for the reader alone.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
import warnings
from dataclasses import dataclass
from decimal import Decimal, localcontext
from pathlib import Path

import yaml

from zhiheng.reports.claims import match, read
from zhiheng.reports.claims.scoring import Found, Score, load_passages, score
from zhiheng.reports.claims.tests.planted import clean, planted

PASSAGES = Path(__file__).parents[1] / "zhiheng" / "reports" / "claims" / "tests" / "passages"
BLIND = PASSAGES.parent / "blind.yaml"
DENSITY = 115  # characters to a claim in the published year this system must carry
_UNITS = "人次|家次|户次|批次|场次|平方米|个百分点|个方面|美元|万元|亿元|元|件|宗|起|项|类|种|个|家|户|名|人|位|份|篇|条|部|次|场|期|台|瓶|吨|册|笔|倍|成|天|分|章|批|%|‰"
_NUMBER = re.compile(rf"(\d[\d,]*(?:\.\d+)?)\s*[余多]?(万亿|亿|万)?[余多]?({_UNITS})")
_UNIT = re.compile(rf"\s*[余多]?(万亿|亿|万)?[余多]?({_UNITS})")
_SHOWN = re.compile(r"(\d[\d,]*(?:\.\d+)?)(万亿|亿|万)")
_FACTORS = {None: 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}
_OWN = {"%": Decimal("0.01"), "‰": Decimal("0.001"), "个百分点": Decimal("0.01"), "成": Decimal("0.1")}


def alternative(text: str) -> list[Found]:
    """cn2an turns Chinese numerals into digits; a regular expression then takes every number before a unit."""
    import cn2an

    # it gives up on some texts; the digits in them can still be found
    with warnings.catch_warnings(), contextlib.suppress(ValueError, TypeError, KeyError, IndexError):
        warnings.simplefilter("ignore")
        text = cn2an.transform(text, "cn2an")
    found = []
    for m in _NUMBER.finditer(text):
        value = Decimal(m[1].replace(",", "").rstrip("."))
        unit = (m[2] or "") + m[3]
        base, factor = m[3], Decimal(_FACTORS[m[2]])
        if base in ("万元", "亿元"):
            factor *= _FACTORS[base[0]]
        found.append({"value": value, "unit": unit, "scale": value * factor * _OWN.get(base, 1)})
    return found


def recogniser(text: str) -> list[Found]:
    """Microsoft's recogniser finds the numbers and percentages; a regular expression takes the unit behind each."""
    with localcontext():  # it sets the precision of decimals for everybody to 15 digits
        return _recognised(text)


def _recognised(text: str) -> list[Found]:
    from recognizers_number import Culture, recognize_number, recognize_percentage

    found = []
    for one in recognize_percentage(text, Culture.Chinese):
        if one.text.endswith("成"):
            continue  # comes again as a number with its unit
        value = Decimal(one.resolution["value"].rstrip("%"))
        found.append((one.start, {"value": value, "unit": "%", "scale": value / 100}))
    for one in recognize_number(text, Culture.Chinese):
        m = _UNIT.match(text, one.end + 1)
        if m is None or m[2] == "%":
            continue  # a percentage is found as a number too
        scale = Decimal(one.resolution["value"])
        if not scale.is_finite() or scale > 10**15:
            continue  # what it makes of some damaged numbers
        shown = _SHOWN.fullmatch(one.text)
        value, magnitude = (Decimal(shown[1].replace(",", "")), shown[2]) if shown else (scale, "")
        unit, base = magnitude + (m[1] or "") + m[2], m[2]
        factor = Decimal(_FACTORS[m[1]])
        if base in ("万元", "亿元"):
            factor *= _FACTORS[base[0]]
        found.append((one.start, {"value": value, "unit": unit, "scale": scale * factor * _OWN.get(base, 1)}))
    return [claim for _, claim in sorted(found, key=lambda f: f[0])]


def reader(text: str) -> list[Found]:
    """The reader as the command gives it out."""
    return [claim.to_dict() for claim in match(read(text).claims)]


READERS = {"reader": reader, "cn2an": alternative, "recognizers": recogniser}
TITLES = {
    "reader": "reader",
    "cn2an": "cn2an + regular expression",
    "recognizers": "recognizers-text-number + regular expression",
}


@dataclass
class Measured:
    """What every reader got right: on all passages, and by phenomenon (name → reader → score)."""

    passages: int
    all: dict[str, Score]
    phenomena: dict[str, dict[str, Score]]
    seconds: dict[str, float]


def measure() -> Measured:
    """Read every passage with every reader."""
    passages = load_passages(PASSAGES)
    scores = {name: score(read_, passages) for name, read_ in READERS.items()}
    return Measured(
        len(passages),
        {name: whole for name, (whole, _) in scores.items()},
        {p: {name: by[p] for name, (_, by) in scores.items()} for p in scores["reader"][1]},
        seconds_per_megabyte(passages),
    )


HOSTILE = ("2件3人", "其中1件，", "从1件增至", "1\t", "1\t2\n", "《一\n", "同比增长1%、", "一\n1\n")


def megabyte(passages: list[dict], characters: int = DENSITY) -> str:
    """One megabyte (UTF-8) of report: the passages thinned with prose until one claim stands in so many characters."""
    sentence = "各单位要认真贯彻落实有关要求，不断完善工作机制，持续提升服务水平，切实维护市场秩序。"
    claims = sum(len(p["claims"]) for p in passages)
    bare = sum(len(p["text"]) for p in passages)
    prose = sentence * max(0, round((characters * claims - bare) / len(passages) / len(sentence)))
    body = "".join(p["text"].strip() + "\n" + prose + "\n" for p in passages)
    return (body * (1_000_000 // len(body.encode()) + 1)).encode()[:1_000_000].decode(errors="ignore")


def seconds_per_megabyte(passages: list[dict], characters: int = DENSITY) -> dict[str, float]:
    """Processor seconds of every reader for one megabyte, the better of two runs taken in turn."""
    text = megabyte(passages, characters)
    result: dict[str, float] = {}
    for name, read_ in READERS.items():
        for _ in range(1 if name == "recognizers" else 3):
            start = time.process_time()
            read_(text)
            result[name] = min(result.get(name, 1e9), time.process_time() - start)
    return result


def flags() -> dict[str, float]:
    """Of planted errors, how many are found; false flags in a hundred claims of clean texts."""
    errors = list(planted(500))
    found = sum(any(_suspicions(text)) for _, text in errors)
    told = [read(text).claims for _, text in clean(500)]
    false = sum(f["kind"] != "target" for claims in told for c in claims for f in c.flags)
    return {"found": found / len(errors), "false": 100 * false / sum(map(len, told))}


def _suspicions(text: str) -> list[dict]:
    return [f for c in read(text).claims for f in c.flags if f["kind"] != "target"]


def hostile_seconds() -> dict[str, float]:
    """Processor seconds for five megabytes (UTF-8) of each hostile unit."""
    result = {}
    for unit in HOSTILE:
        text = unit * (5_000_000 // len(unit.encode()))
        start = time.process_time()
        reader(text)
        result[unit] = time.process_time() - start
    return result


def f1(one: Score) -> float:
    total = one.precision + one.recall
    return 2 * one.precision * one.recall / total if total else 0.0


def say(name: str, value: float, goal: str | None = None, ok: bool | None = None, **rest: float) -> None:
    """One line for docs/benchmarks.md; see bench/__main__.py."""
    line = {"name": name, "value": round(value, 3)} | ({"goal": goal, "ok": ok} if goal else {})
    print(json.dumps(line | {k: round(v, 3) for k, v in rest.items()}, ensure_ascii=False))


def main() -> None:
    """Print the table for people, then a line for each measure."""
    result = measure()
    whole = result.all["reader"]
    print(f"{result.passages} passages, {whole.gold} claims; precision / recall on (value, unit, scale)\n")
    print(
        "| phenomenon | claims | "
        + " | ".join(TITLES.values())
        + " |\n|---|---:"
        + "|---:" * len(READERS)
        + "|"
    )
    for name, row in (*result.phenomena.items(), ("**all**", result.all)):
        cells = " | ".join(f"{row[key].precision:.2f} / {row[key].recall:.2f}" for key in READERS)
        print(f"| {name} | {row['reader'].gold} | {cells} |")
    print()
    for name, value, goal in (
        ("claims precision", "precision", 0.97),
        ("claims recall", "recall", 0.97),
    ):
        others = {key: getattr(result.all[key], value) for key in READERS if key != "reader"}
        got = getattr(whole, value)
        say(name, got, f">= {goal}", got >= goal, passages=result.passages, claims=whole.gold, **others)
    for field, goal in (("qualifier", 0.95), ("comparison", 0.97), ("period", 0.95), ("indicator_id", 0.95)):
        got = whole.share(field)
        say(f"claims {field}", got, f">= {goal}", got >= goal)
    others = {key: seconds for key, seconds in result.seconds.items() if key != "reader"}
    took = result.seconds["reader"]
    say("claims seconds per MB", took, **others)
    ratio = took / result.seconds["cn2an"]
    say("claims time per MB over that of cn2an", ratio, "<= 1", ratio <= 1)
    dense = seconds_per_megabyte(load_passages(PASSAGES), 46)
    say("claims time per MB over that of cn2an, a claim in 46 characters", dense["reader"] / dense["cn2an"])
    told = flags()
    say("claims: planted errors found", told["found"], ">= 0.8", told["found"] >= 0.8)
    say("claims: false flags in 100 claims", told["false"], "<= 1", told["false"] <= 1)
    slowest = max(hostile_seconds().values())
    say("claims seconds for five hostile megabytes, the slowest of eight", slowest, "< 10", slowest < 10)
    for row in yaml.safe_load(BLIND.read_text("utf-8")):
        name = f"claims, unseen texts “{row['file']}” when first read on {row['date']}: precision"
        fields = ("recall", "qualifier", "comparison", "passages", "claims")
        say(name, row["precision"], **{key: row[key] for key in fields})
    for name, row in result.phenomena.items():
        others = {key: f1(row[key]) for key in READERS if key != "reader"}
        say(f"claims: {name}", f1(row["reader"]), claims=row["reader"].gold, **others)


if __name__ == "__main__":
    main()
