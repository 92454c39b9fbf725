"""The claims reader beside what one would pick instead: cn2an and a regular expression over numbers and units.

    python -m bench.claims

prints precision and recall by phenomenon on the regression set, for both, and the time per megabyte. Not a fair race for
qualifiers and comparisons, which the alternative does not know; they are shown for the reader only.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
import warnings
from decimal import Decimal
from pathlib import Path

from zhiheng.reports.claims import match, read
from zhiheng.reports.claims.scoring import Found, Score, load_passages, score

PASSAGES = Path(__file__).parents[1] / "zhiheng" / "reports" / "claims" / "tests" / "passages"
_UNITS = "人次|家次|户次|批次|场次|平方米|个百分点|个方面|美元|万元|亿元|元|件|宗|起|项|类|种|个|家|户|名|人|位|份|篇|条|部|次|场|期|台|瓶|吨|册|笔|倍|成|天|分|章|批|%|‰"
_NUMBER = re.compile(rf"(\d[\d,]*(?:\.\d+)?)\s*[余多]?(万亿|亿|万)?[余多]?({_UNITS})")
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


def reader(text: str) -> list[Found]:
    """The reader as the command gives it out."""
    return [claim.to_dict() for claim in match(read(text).claims)]


def measure() -> dict:
    """{"passages", "claims", "phenomena": {name: {"claims", "reader": (P, R), "alternative": (P, R)}}, "all": …, "seconds"}."""
    passages = load_passages(PASSAGES)
    ours, ours_by = score(reader, passages)
    theirs, theirs_by = score(alternative, passages)
    return {
        "passages": len(passages),
        "claims": ours.gold,
        "phenomena": {name: _row(ours_by[name], theirs_by[name]) for name in ours_by},
        "all": _row(ours, theirs),
        "fields": {"qualifier": ours.share("qualifier"), "comparison": ours.share("comparison")},
        "seconds": seconds_per_megabyte(passages),
    }


def seconds_per_megabyte(passages: list[dict]) -> dict[str, float]:
    """Processor seconds for one megabyte (UTF-8) of report: the passages thinned with prose to a real report's density."""
    prose = "各单位要认真贯彻落实有关要求，不断完善工作机制，持续提升服务水平，切实维护市场秩序。" * 3
    body = "".join(p["text"].strip() + "\n" + prose + "\n" for p in passages)
    text = (body * (1_000_000 // len(body.encode()) + 1)).encode()[:1_000_000].decode(errors="ignore")
    result = {}
    for name, read_ in (("reader", reader), ("alternative", alternative)):
        start = time.process_time()
        read_(text)
        result[name] = time.process_time() - start
    return result


def _row(ours: Score, theirs: Score) -> dict:
    return {
        "claims": ours.gold,
        "reader": (ours.precision, ours.recall),
        "alternative": (theirs.precision, theirs.recall),
    }


def main() -> None:
    """Print the table."""
    result = measure()
    print(
        f"{result['passages']} passages, {result['claims']} claims; precision / recall on (value, unit, scale)\n"
    )
    print("| phenomenon | claims | reader | cn2an + regular expression |\n|---|---:|---:|---:|")
    for name, row in (*result["phenomena"].items(), ("**all**", result["all"])):
        cells = " | ".join(f"{p:.2f} / {r:.2f}" for p, r in (row["reader"], row["alternative"]))
        print(f"| {name} | {row['claims']} | {cells} |")
    fields, seconds = result["fields"], result["seconds"]
    print(
        f"\nqualifier {fields['qualifier']:.3f}, comparison {fields['comparison']:.3f} (reader; of the claims found)"
    )
    print(
        f"1 MB of report: reader {seconds['reader']:.2f} s, cn2an + regular expression {seconds['alternative']:.2f} s"
    )
    for name, value, goal in (
        ("claims precision", result["all"]["reader"][0], 0.97),
        ("claims recall", result["all"]["reader"][1], 0.97),
        ("claims qualifier", fields["qualifier"], 0.95),
        ("claims comparison", fields["comparison"], 0.95),
    ):
        print(json.dumps({"name": name, "value": round(value, 3), "goal": f">= {goal}", "ok": value >= goal}))
    took = seconds["reader"]
    print(
        json.dumps({"name": "claims seconds per MB", "value": round(took, 3), "goal": "< 1", "ok": took < 1})
    )


if __name__ == "__main__":
    main()
