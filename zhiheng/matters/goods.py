"""The goods of a matter: one ledger from preservation to disposal, derived from the recorded steps.

A step's `goods` in the law book says what it does: takes goods in (`hold`), gives them back (`release`), lets their owner come for
them (`collect`), forfeits them (`confiscate`), undoes that (`restore`), disposes of them, gives up what nobody claims (`surrender`), sells them before the decision (`sell`), hands
them to another body (`hand_over`), pays back what a sale brought in (`pay_back`), gives back what was still here when its preservation ended by itself (`give_back`),
auctions what is held to set it off against a fine (`auction`), tells that it was damaged or lost while held (`damage`), makes the loss good (`make_good`). The rows of its field `items` are goods that come in, or name goods of the ledger; where a step names none, it is about all it can be about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from .engine import Standing, procedure_at

HELD, RETURNED, FORFEITED, UNCLAIMED, SOLD = "held", "returned", "forfeited", "unclaimed", "sold"
DISPOSED, HANDED_OVER, RELEASED, DUE_BACK = "disposed", "handed_over", "released", "due_back"
DAMAGED, MADE_GOOD = "damaged", "made_good"
WORDS = {
    HELD: "保存或者查封、扣押中",
    RETURNED: "已退还",
    FORFEITED: "已决定没收，待处置",
    UNCLAIMED: "待领取",
    SOLD: "已先行处置，款项在案",
    DISPOSED: "已处置",
    HANDED_OVER: "已移交",
    RELEASED: "登记保存已转为查封、扣押",
    DUE_BACK: "登记保存期满自动解除，尚未退还",
    DAMAGED: "毁损、灭失，待赔偿",
    MADE_GOOD: "毁损、灭失，已赔偿",
}
OPEN = (HELD, FORFEITED, UNCLAIMED, SOLD, DUE_BACK, DAMAGED)
# Which goods a step can be about, by what it does.
ABOUT = {
    "release": (HELD, SOLD),
    "collect": (UNCLAIMED,),
    "confiscate": (HELD, SOLD, DUE_BACK),
    "restore": (FORFEITED,),
    "dispose": (FORFEITED,),
    "surrender": (UNCLAIMED,),
    "sell": (HELD,),
    "hand_over": (HELD, FORFEITED, SOLD),
    "pay_back": (SOLD,),
    "give_back": (DUE_BACK,),
    "auction": (HELD,),
    "damage": (HELD, UNCLAIMED, DUE_BACK),
    "make_good": (DAMAGED,),
}
_GIVEN_BACK = (HELD, UNCLAIMED, SOLD)  # what a disposal by returning can be about
TESTED_OF = "tested_measure"  # the field that names the paper which ordered the seizure of the goods tested
PAID_BACK = "proceeds_returned"  # the field that says what a sale brought in is paid back
_WHERE_FOUND = ("就地", "原地", "现场", "当事人")  # words of a keeping place that is the party's own
PART = "lift_scope"  # the field that says whether all of the goods or a part of them are released
_COLUMNS = ("name", "model", "number", "unit", "quantity", "price", "price_basis", "place", "owner", "note")


@dataclass(frozen=True)
class Goods:
    """One line of the ledger. `measure`: the ref of the preservation or seizure that holds it; `price` in fen a unit; `seq`: the step
    that took it in; `way`: how it was disposed of; `line`: the line of the decision that forfeited it (see :attr:`Standing.lines`);
    `kept`: it is in the office's keeping, not left where it was found; `sale`: the step that sold it, `proceeds`: what that whole sale
    brought in, in fen."""

    name: str
    model: str = ""
    number: str = ""
    unit: str = ""
    quantity: str = ""
    price: int | None = None
    price_basis: str = ""
    place: str = ""
    owner: str = ""
    note: str = ""
    measure: str = ""
    seq: int = 0
    state: str = HELD
    way: str = ""
    line: str = ""
    kept: bool = False
    sale: int = 0
    proceeds: int = 0

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def amount(self) -> Decimal | None:
        return _number(self.quantity)

    @property
    def value(self) -> int | None:
        """In fen; None where price or quantity is not known."""
        if self.price is None or (amount := self.amount) is None:
            return None
        return int(self.price * amount)

    @property
    def row(self) -> dict[str, Any]:
        """As a row of a paper's list, or of a step's answer."""
        return {code: getattr(self, code) for code in _COLUMNS if getattr(self, code) not in (None, "")}

    def __str__(self) -> str:
        return " ".join(filter(None, (self.name or self.note, self.model, f"{self.quantity}{self.unit}")))


class NotInLedger(ValueError):
    """A row of a list names goods that the ledger does not have, or more of them than there are."""


def ledger_of(standing: Standing | None) -> list[Goods]:
    """Every line, in the order the goods came in."""
    lines: list[Goods] = []
    for seq, event in enumerate(standing.events if standing else (), start=1):
        step = procedure_at(standing.stretches, seq).steps[event.step]
        lines = _lapsed(lines, standing, event.on)
        if step.goods:
            lines = _after(lines, step, event.data, standing, seq)
    return _lapsed(lines, standing, standing.on) if standing else []


def _lapsed(lines: list[Goods], standing: Standing, on) -> list[Goods]:
    """A preservation that ended by itself holds nothing any more (程序规定 35); what the office keeps must still go back."""
    if not lines:
        return lines
    over = {
        m.ref
        for m in standing.run.measures.values()
        if m.lapsed and m.closed_on is not None and m.closed_on < on
    }
    return [
        replace(g, state=DUE_BACK if g.kept else RETURNED) if g.measure in over and g.state == HELD else g
        for g in lines
    ]


def _after(lines: list[Goods], step, data: Mapping[str, Any], standing: Standing, seq: int) -> list[Goods]:
    rows = [row for row in data.get("items") or () if isinstance(row, Mapping)]
    if step.goods == "hold":
        ref = next((m.ref for m in standing.run.measures.values() if m.opened_at == seq - 1), "")
        return [
            *_taken_anew(lines, rows, standing, event_on=standing.events[seq - 1].on),
            *(_line(row, ref, seq, data) for row in rows),
        ]
    line = standing.line_of(seq)
    held_by = _ref(lines, step, standing, seq)
    about = concerned(lines, step.goods, held_by, data.get("goods_disposal"), line)
    try:
        chosen, rest = take(about, rows) if rows else (about, [])
    except NotInLedger:  # recorded before the ledger was asked: nothing is known of these goods
        return lines
    changed = [_changed(goods, step.goods, data, line, seq) for goods in chosen]
    untouched = [goods for goods in lines if goods not in about]
    if step.goods == "confiscate":
        if "confiscate_goods" not in (data.get("penalty_kinds") or ()):
            return lines
        # Forfeited without having been held: the decision's own words are all that is known of them.
        if not chosen and (words := str(data.get("confiscated_goods") or "")):
            changed = [Goods(name="", note=words, seq=seq, state=FORFEITED, line=line)]
    return sorted([*untouched, *rest, *changed], key=lambda goods: goods.seq)


def _taken_anew(
    lines: list[Goods], rows: list[Mapping[str, Any]], standing: Standing, event_on
) -> list[Goods]:
    """The lines; those that are here though their measure is over (they wait to be given back, or were sent to a test) and are now held
    by another one are told as that."""
    over = {
        m.ref for m in standing.run.measures.values() if m.closed_on is not None and m.closed_on <= event_on
    }

    def waits(goods: Goods) -> bool:
        return goods.state == DUE_BACK or (goods.state == HELD and goods.measure in over)

    for row in rows:
        found = _named([g for g in lines if waits(g)], row, str(row.get("name") or "").strip())
        if found is not None:
            lines = [replace(g, state=RELEASED) if g is found else g for g in lines]
    return lines


def _ref(lines: list[Goods], step, standing: Standing, seq: int) -> str:
    """The measure whose goods a step is about; "" for all."""
    if not step.closes or step.goods not in ("release", "hand_over"):
        return ""
    event = standing.events[seq - 1]
    if not any(g.measure.partition("#")[0] == step.closes for g in lines):
        return ""  # it ends something that holds no goods
    if event.ref:
        return event.ref
    mine = [m for m in standing.run.measures.values() if m.measure == step.closes and m.opened_at < seq - 1]
    closed = [m.ref for m in mine if m.closed_on == event.on]
    if closed and event.data.get(PART) not in step.closes_unless.get(PART, ()):
        return closed[-1]
    still = [m.ref for m in mine if m.closed_on is None or m.closed_on >= event.on]
    return still[0] if len(still) == 1 else ""


def concerned(
    lines: Iterable[Goods], does: str, ref: str = "", way: object = "", line: str = ""
) -> list[Goods]:
    """The lines that a step doing this can be about; `ref`: held by this measure; `way`: how it disposes of them. What is given back
    because a decision fell was forfeited by that decision (`line`)."""
    states = _GIVEN_BACK if does == "dispose" and way == "return" else ABOUT[does]
    return [
        g
        for g in lines
        if (g.state in states or (does == "dispose" and not g.name and g.state == DISPOSED))
        and (not ref or g.measure == ref)
        and (does != "restore" or g.line == line)
    ]


def take(lines: list[Goods], rows: Iterable[Mapping[str, Any]]) -> tuple[list[Goods], list[Goods]]:
    """The goods that the rows name, and what is left of the lines. Raises NotInLedger in words."""
    left, chosen = list(lines), []
    for row in rows:
        name = str(row.get("name") or "").strip()
        found = _named(left, row, name)
        if found is None:
            known = "；".join(map(str, left)) or "无"
            raise NotInLedger(f"物品台账中没有“{name}”；可以处理的：{known}")
        wanted, there = _number(row.get("quantity")), found.amount
        if not found.name:  # known by the decision's words only: they stand for whatever they cover
            chosen += [found] if found not in chosen else []
            continue
        left.remove(found)
        if wanted is None or there is None or wanted == there:
            chosen.append(found)
        elif wanted > there:
            raise NotInLedger(
                f"“{name}”在台账中只有{found.quantity}{found.unit}，不能处理{row.get('quantity')}{found.unit}"
            )
        else:
            chosen.append(replace(found, quantity=_plain(wanted)))
            left.append(replace(found, quantity=_plain(there - wanted)))
    return chosen, [goods for goods in left if not any(goods is one for one in chosen)]


def _named(lines: list[Goods], row: Mapping[str, Any], name: str) -> Goods | None:
    """The line a row means: by name, and by what else both state; a name may be written shorter or longer."""

    def agrees(goods: Goods) -> bool:
        return all(
            not row.get(code) or not getattr(goods, code) or str(row[code]).strip() == getattr(goods, code)
            for code in ("model", "number")
        )

    same = [g for g in lines if g.name == name and agrees(g)]
    near = [g for g in lines if name and (name in g.name or g.name in name) and agrees(g)]
    return next(iter(same or near or [g for g in lines if not g.name]), None)


def _changed(goods: Goods, does: str, data: Mapping[str, Any], line: str, seq: int) -> Goods:
    if does == "release":
        if goods.state == SOLD and goods.proceeds and not data.get("owner_missing"):
            # What it was sold for is given back in its place (程序规定 42(2)), by this step or by one of its own.
            return replace(goods, measure="", state=RETURNED if data.get(PAID_BACK) else SOLD)
        outcome = data.get("preserve_outcome")
        if outcome == "seize":
            return replace(goods, state=RELEASED)
        if outcome in ("test", "confiscate"):
            return goods
        return replace(goods, state=UNCLAIMED if data.get("owner_missing") else RETURNED)
    if does == "dispose":
        way = str(data.get("goods_disposal") or "")
        return replace(goods, state=RETURNED if way == "return" else DISPOSED, way=way)
    if does == "sell":
        return replace(goods, state=SOLD, sale=seq, proceeds=int(data.get("proceeds") or 0))
    if does == "auction":
        return replace(goods, state=DISPOSED, way="auction")
    if does == "surrender":
        return replace(goods, state=DISPOSED, way=str(data.get("unclaimed_disposal") or ""))
    states = {
        "collect": RETURNED,
        "confiscate": FORFEITED,
        "restore": HELD,
        "hand_over": HANDED_OVER,
        "pay_back": RETURNED,
        "give_back": RETURNED,
        "damage": DAMAGED,
        "make_good": MADE_GOOD,
    }
    return replace(goods, state=states[does], line=line if does == "confiscate" else goods.line)


def _line(row: Mapping[str, Any], ref: str, seq: int, data: Mapping[str, Any]) -> Goods:
    price = row.get("price")
    kept = str(data.get("keeping_place") or "")
    texts = {code: str(row.get(code) or "").strip() for code in _COLUMNS if code != "price"}
    return Goods(
        **texts,
        price=price if isinstance(price, int) else None,
        measure=ref,
        seq=seq,
        kept=bool(kept) and not any(word in kept for word in _WHERE_FOUND),
    )


def proceeds_of(lines: Iterable[Goods]) -> int:
    """What the sales of these goods brought in, in fen: of a sale of several lines once."""
    return sum({g.sale: g.proceeds for g in lines if g.state == SOLD}.values())


def _number(text: object) -> Decimal | None:
    try:
        return Decimal(str(text).strip()) if text not in (None, "") else None
    except InvalidOperation:
        return None


def _plain(amount: Decimal) -> str:
    return format(amount.normalize(), "f")


def told_of_part(standing: Standing | None, step, data: Mapping[str, Any], ref: str) -> dict[str, Any]:
    """The answers, with what the list of goods says by itself: a release that leaves some of them held is one of a part
    (行政强制法 28: what has nothing to do with the offence is given back, the rest stays)."""
    said = dict(data)
    rows = [row for row in said.get("items") or () if isinstance(row, Mapping)]
    if (
        step.goods != "release"
        or PART not in step.closes_unless
        or said.get(PART)
        or not rows
        or not standing
    ):
        return said
    open_now = [m.ref for m in standing.run.open_measures(step.closes)]
    if not (ref or len(open_now) == 1):
        return said
    mine = concerned(ledger_of(standing), step.goods, ref or open_now[0])
    try:
        _, rest = take(mine, rows)
    except NotInLedger:
        return said  # told as a fault of the list
    return said | {PART: step.closes_unless[PART][0] if rest else "all"}


def tested(
    standing: Standing | None, step, data: Mapping[str, Any], ref: str, numbers: Mapping[str, str]
) -> str:
    """The measure whose goods a test is about (行政强制法 25(3): only the time of their own seizure is left out): the one said by `ref` or
    by the number of its paper, else the only one there is, else the one whose goods the answers name. "" where it is not one alone.
    `numbers`: number of the ordering paper → ref."""
    if (
        standing is None
        or not step.pauses_held_if
        or step.acts_on
        or not data.get(step.pauses_held_if)
        or ref
    ):
        return ref
    open_now = [m.ref for m in standing.run.open_measures(step.refers)]
    said = str(data.get(TESTED_OF) or "").strip()
    if said:
        return said if said in open_now else numbers.get(said, "")
    named = tested_by_name(standing, open_now, data)
    return open_now[0] if len(open_now) == 1 else named[0] if len(named) == 1 else ""


def tested_by_name(standing: Standing, refs: Iterable[str], data: Mapping[str, Any]) -> list[str]:
    """Those of the measures whose goods the answers of a step name."""
    texts = [text for value in data.values() if isinstance(value, str) and len(text := value.strip()) >= 2]

    def named(goods: Goods) -> bool:
        return bool(goods.name) and any(goods.name in text or text in goods.name for text in texts)

    lines = ledger_of(standing)
    return [ref for ref in refs if any(g.measure == ref and named(g) for g in lines)]


def unsettled(standing: Standing | None) -> Iterator[Goods]:
    """Goods whose fate is not known yet."""
    return (goods for goods in ledger_of(standing) if goods.is_open)


def value_of(lines: Iterable[Goods]) -> int | None:
    """What the goods are worth together, in fen; None when the value of any is not known, or there are none."""
    values = [goods.value for goods in lines]
    return sum(values) if values and None not in values else None
