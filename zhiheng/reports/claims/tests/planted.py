"""Passages whose figures agree with one another, and the same passages with one figure made wrong.

Each kind of passage knows its own arithmetic; `plant` puts one error in it that a careful reader would find by adding,
dividing or comparing. The clean ones are for counting false alarms.
"""

import random
from collections.abc import Callable, Iterator

THINGS = ("商标", "专利", "版权", "地理标志", "商业秘密", "特殊标志")
CHANNELS = ("电话", "网络", "窗口", "信函", "传真")
PLACES = ("甲区", "乙区", "丙县", "丁县")


def _split(rng: random.Random, n: int, count: int) -> list[int]:
    """`n` as `count` parts, none of them nothing."""
    cuts = sorted(rng.sample(range(1, n), count - 1))
    return [b - a for a, b in zip([0, *cuts], [*cuts, n], strict=True)]


def _off(rng: random.Random, n: int) -> int:
    """A number that somebody mistyped: a digit more or less, two digits turned."""
    digits = str(n)
    ways = [n + rng.choice((-9, 9, -20, 20, 100)), int(digits[::-1]), int(digits[0] + digits)]
    return next((w for w in rng.sample(ways, 3) if w > 0 and abs(w - n) > max(1, n // 50)), n * 2 + 3)


def _p(part: int, whole: int, digits: int = 1) -> str:
    return f"{part * 100 / whole:.{digits}f}"


def _parts(rng, wrong):
    total = rng.randrange(300, 9000)
    parts = _split(rng, total, 3)
    shown = _off(rng, total) if wrong else total
    names = rng.sample(THINGS, 2)
    return rng.choice((
        f"全年受理案件{shown}件，其中{names[0]}{parts[0]}件、{names[1]}{parts[1]}件、其他{parts[2]}件。",
        f"新收的{shown}件案件中，{names[0]}{parts[0]}件，{names[1]}{parts[1]}件，其他{parts[2]}件。",
        f"现有事项{shown}项。其中，许可{parts[0]}项、处罚{parts[1]}项、其他{parts[2]}项。",
    ))  # fmt: skip


def _sum(rng, wrong):
    parts = [rng.randrange(20, 900) for _ in range(3)]
    total = sum(parts[:2])
    shown = _off(rng, total) if wrong else total
    names = rng.sample(THINGS, 2)
    return rng.choice((
        f"查处{names[0]}案件{parts[0]}件、{names[1]}案件{parts[1]}件，共{shown}件。",
        f"{PLACES[0]}销毁{parts[0]}吨，{PLACES[1]}销毁{parts[1]}吨，全市合计销毁{shown}吨。",
        f"举办讲座{parts[0]}场、培训{parts[1]}场，合计{shown}场。",
    ))  # fmt: skip


def _share(rng, wrong):
    total = rng.randrange(400, 5000)
    part = rng.randrange(total // 10, total)
    shown = _p(part, total)
    if wrong:
        shown = f"{min(99.9, max(0.5, float(shown) + rng.choice((-13.5, 12.5, 21.0)))):.1f}"
    name = rng.choice(THINGS)
    return rng.choice((
        f"全年受理投诉{total}件，其中{name}类{part}件，占比{shown}%。",
        f"共收到申请{total}件，其中{name}申请{part}件，占{shown}%。",
    ))  # fmt: skip


def _rate(rng, wrong):
    total = rng.randrange(200, 5000)
    part = rng.randrange(total // 2, total)
    shown = _p(part, total)
    if wrong:
        shown = f"{max(1.0, float(shown) - rng.choice((8.5, 15.0, 31.2))):.1f}"
    return rng.choice((
        f"全年受理案件{total}件，审结{part}件，结案率{shown}%。",
        f"受理纠纷{total}件，其中调解成功{part}件，成功率{shown}%。",
        f"受理投诉{total}件，其中办结{part}件，办结率为{shown}%。",
        f"受理纠纷{total}件，其中撤诉结案{part}件，撤诉率{shown}%。",
    ))  # fmt: skip


def _growth(rng, wrong):
    before = rng.randrange(100, 3000)
    now = before + rng.randrange(before // 20 + 1, before)
    shown = _p(now - before, before)
    if wrong:
        shown = f"{float(shown) + rng.choice((10.0, 25.5, 40.0)):.1f}"
    return rng.choice((
        f"查办案件{now}件，比上年增加{now - before}件，增长{shown}%。",
        f"上年办理{before}件，今年办理{now}件，同比增长{shown}%。",
        f"案值由2023年的{before}万元增至{now}万元，增长{shown}%。",
        f"培训人数从{before}人增加到{now}人，增幅{shown}%。",
    ))  # fmt: skip


def _multiple(rng, wrong):
    before, times = rng.randrange(50, 900), rng.randrange(2, 6)
    shown = times + rng.choice((1, 2)) if wrong else times
    return f"查办案件{before * times}件，是上年{before}件的{shown}倍。"


def _lost(rng, wrong):
    whole = rng.randrange(11, 99) * 100 + rng.randrange(1, 99)
    shown = f"{whole / 100:.2f}"
    about = f"{whole / 100:.1f}"
    unit = "" if wrong else "万"
    return rng.choice((
        f"规模突破{about}万亿元，达到{shown}{unit}亿元。",
        f"有效发明专利{shown}{unit}件，较上年增加1.2万件。" if int(shown[-2:]) else f"受理申请{about}{unit}件。",
        f"质押金额{shown}万元，惠及企业{rng.randrange(20, 90)}家，发放补助{about}{unit}元，撬动贷款{whole}万元。",
    ))  # fmt: skip


def _way(rng, wrong):
    low, high = sorted(rng.sample(range(100, 5000), 2))
    first, second = (high, low) if wrong else (low, high)
    return f"办理数量由{first}件增加到{second}件。"


def _disposals(rng, wrong):
    parts = [rng.randrange(2, 40) for _ in range(3)]
    total = sum(parts) + (rng.choice((1, 2, 5)) if wrong else 0)
    return (
        f"全年受理信息公开申请{total}件，予以公开{parts[0]}件，不予公开{parts[1]}件，无法提供{parts[2]}件。"
    )


def _table(rng, wrong):
    rows = [(name, rng.randrange(10, 400), rng.randrange(10, 400)) for name in PLACES]
    total = sum(r[1] for r in rows)
    shown = _off(rng, total) if wrong else total
    lines = ["单位\t案件数（件）\t检查数（次）", *(f"{n}\t{a}\t{b}" for n, a, b in rows)]
    return "\n".join([*lines, f"合计\t{shown}\t{sum(r[2] for r in rows)}", ""])


KINDS: dict[str, Callable[[random.Random, bool], str]] = {
    "parts": _parts,
    "sum": _sum,
    "share": _share,
    "rate": _rate,
    "growth": _growth,
    "multiple": _multiple,
    "lost": _lost,
    "way": _way,
    "disposals": _disposals,
    "table": _table,
}


def planted(count: int, seed: int = 2024) -> Iterator[tuple[str, str]]:
    """(kind, passage with one error)."""
    rng = random.Random(seed)
    for _ in range(count):
        kind = rng.choice(list(KINDS))
        yield kind, KINDS[kind](rng, True)


def clean(count: int, seed: int = 4048) -> Iterator[tuple[str, str]]:
    """(kind, passage without an error)."""
    rng = random.Random(seed)
    for _ in range(count):
        kind = rng.choice(list(KINDS))
        yield kind, KINDS[kind](rng, False)
