"""Examples that lawyers sign: facts → outcome, kept beside the data under ``book/examples`` and run as tests and by ``check_book``.

Four kinds, told apart by their first key: ``clock`` (a due day), ``procedure`` (a matter's events), ``fine`` (a fine), ``crime`` (which
standards of prosecution are reached). Each has ``says``
and ``expect``. Amounts in yuan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from .clocks import Clock, Due, Extension, Length, Pause, due
from .errors import BookError, LawError
from .lawbook import Book
from .matter import Event, Run
from .procedure import Procedure
from .source import Node, Source


@dataclass(frozen=True)
class Example:
    """One example as written: where it stands, what it says, its facts and what is expected."""

    place: str
    says: str
    kind: str
    facts: Mapping[str, object]
    expect: Mapping[str, object]


def packaged_examples() -> list[Example]:
    return read_examples(Path(str(files("zhiheng.law") / "book" / "examples")))


def every_example(dirs: Iterable[Path]) -> list[Example]:
    """The examples of the packaged book and of local directories beside their data."""
    return [example for directory in dirs for example in read_examples(directory / "examples")]


def read_examples(root: Path) -> list[Example]:
    """Every example under a directory. Raises :class:`BookError` for files that cannot be read."""
    found: list[Example] = []
    sources: list[Source] = []
    for path in sorted(root.rglob("*.y*ml")):
        source = Source.read(path, str(path.relative_to(root.parent)))
        sources.append(source)
        if source.data is not None:
            found += _examples(source)
    faults = [fault for source in sources for fault in source.faults]
    if faults:
        raise BookError(faults)
    return found


def _examples(source: Source) -> Iterator[Example]:
    top = Node(source, source.data)
    top.text("title")
    for node in top.items("examples", required=True):
        says = node.text("says")
        kind = next((k for k in _RUNNERS if node.has(k)), "")
        if not kind:
            node.fault(None, "看不出是哪一种示例", f"请写 {'、'.join(_RUNNERS)} 中的一项")
            continue
        expect = node.raw("expect")
        if not isinstance(expect, dict) or not expect:
            node.fault("expect", "没有写明期望的结果", "请补写 expect")
            continue
        yield Example(source.where(node.path), says, kind, node.value, expect)
    top.close()


def run_example(book: Book, example: Example) -> list[str]:
    """What differs from the expectation, in words; empty when it holds."""
    return list(_RUNNERS[example.kind](book, example.facts, dict(example.expect)))


def _differences(expect: dict[str, object], actual: Mapping[str, object]) -> Iterator[str]:
    for key, wanted in expect.items():
        if key not in actual:
            yield f"不认识的期望“{key}”；可用：{'、'.join(actual)}"
        elif actual[key] != wanted:
            yield f"{key} 应为 {wanted}，实为 {actual[key]}"


def _mentions(words: object, text: str, where: str) -> Iterator[str]:
    for word in words if isinstance(words, list) else [words]:
        if str(word) not in text:
            yield f"{where}中没有“{word}”：{text}"


def _refused(expect: dict[str, object], run: Callable[[], object]) -> tuple[object, list[str]]:
    """Run; where a refusal is expected compare its words, else let errors out as differences."""
    wanted = expect.pop("refused", None)
    try:
        result = run()
    except LawError as error:
        return None, [f"被拒绝：{error}"] if wanted is None else list(
            _mentions(wanted, str(error), "拒绝理由")
        )
    return result, [] if wanted is None else [f"应当拒绝（{wanted}），实际没有"]


def clock_asked(book: Book, facts: Mapping) -> tuple[Procedure, Clock, list[Pause], list[Extension]]:
    """What an example of a clock asks about."""
    code, _, clock_code = facts["clock"].partition("/")
    procedure = book.procedure(code, facts["from"])
    clock = procedure.clock(clock_code)
    pauses = [Pause(p["reason"], p["from"], p.get("to")) for p in facts.get("pauses", [])]
    extensions = []
    for entry in facts.get("extend", []):
        entry = {"step": entry} if isinstance(entry, str) else entry
        step = procedure.step(entry["step"])
        if "until" in entry:
            extensions.append(Extension(until=entry["until"], title=step.title))
            continue
        length = Length(entry["days"], clock.length.unit) if "days" in entry else step.extends.default()
        extensions.append(Extension(length, title=step.title))
    return procedure, clock, pauses, extensions


def _run_clock(book: Book, facts: Mapping, expect: dict) -> Iterator[str]:
    _, clock, pauses, extensions = clock_asked(book, facts)
    due_set = facts.get("due")
    result, problems = _refused(
        expect, lambda: due(clock, facts["from"], book.calendar, pauses, extensions, due_set)
    )
    yield from problems
    if result is not None:
        yield from _compare_due(result, expect)


def _compare_due(result: Due, expect: dict) -> Iterator[str]:
    mentions = expect.pop("trace_mentions", [])
    yield from _mentions(mentions, "；".join(map(str, result.trace)), "理由")
    yield from _differences(
        expect,
        {
            "due": result.due,
            "provisional": result.provisional,
            "standing": result.standing,
            "left": result.left,
        },
    )


def run_of(book: Book, facts: Mapping) -> tuple[Procedure, Run]:
    """The matter that an example of a procedure tells, up to its last event or to ``on``."""
    events = [Event(e["on"], e["step"], e.get("data", {}), e.get("ref", "")) for e in facts["events"]]
    procedure = book.procedure(facts["procedure"], events[0].on)
    return procedure, procedure.replay(events, facts.get("on", events[-1].on))


def _run_procedure(book: Book, facts: Mapping, expect: dict) -> Iterator[str]:
    on: date = facts.get("on", facts["events"][-1]["on"])
    answer, problems = _refused(expect, lambda: run_of(book, facts))
    yield from problems
    if answer is None:
        return
    procedure, run = answer
    for entry in expect.pop("dues", []):
        entry = dict(entry)
        key = entry.pop("clock")
        if key not in run.clocks:
            yield f"时钟 {key} 没有启动；已启动：{'、'.join(run.clocks)}"
            continue
        yield from _compare_due(procedure.due(run.clocks[key], run), entry)
    for entry in expect.pop("refuses", []):
        facts_given = dict.fromkeys(book.guards, True) | dict(entry.get("facts", {}))
        offer = procedure.offer(run, entry["step"], facts_given, on)
        if offer.allowed:
            yield f"应当拒绝“{offer.step.title}”，实际允许"
        yield from _mentions(entry["says"], "；".join(map(str, offer.refusals)), "拒绝理由")
    for step in expect.pop("allows", []):
        offer = procedure.offer(run, step, dict.fromkeys(book.guards, True), on)
        if not offer.allowed:
            yield f"应当允许“{offer.step.title}”：{'；'.join(map(str, offer.refusals))}"
    running = sorted(c.key for c in run.clocks.values() if c.running)
    opened = sorted(m.ref for m in run.measures.values() if m.open)
    yield from _differences(expect, {"state": run.state, "running": running, "open": opened})


def fine_asked(facts: Mapping) -> dict[str, object]:
    """What an example of a fine asks, as the arguments of :meth:`Book.evaluate`; amounts from yuan into fen."""

    def fen(key):
        return None if facts.get(key) is None else round(facts[key] * 100)

    return {
        "rule": facts["fine"],
        "acted": facts["acted"],
        "decided": facts["decided"],
        "party": facts["party"],
        "turnover": fen("turnover"),
        "gains": fen("gains"),
        "severity": facts.get("severity", "normal"),
    }


def _run_fine(book: Book, facts: Mapping, expect: dict) -> Iterator[str]:
    outcome, problems = _refused(expect, lambda: book.evaluate(**fine_asked(facts)))
    yield from problems
    if outcome is None:
        return
    yield from _mentions(expect.pop("why_mentions", []), outcome.why, "理由")
    applicable = outcome.applicable
    amounts = {"min": applicable.min / 100, "max": applicable.max / 100}
    yield from _differences(
        expect,
        {
            **amounts,
            "mandatory": applicable.mandatory,
            "version": applicable.valid_from,
            "article": applicable.article,
            "hearing": outcome.hearing_required,
            "versions": len(outcome.versions),
            "kinds": dict(applicable.kinds),
            "after": [one.unmet for one in applicable.after],
        },
    )


def _run_crime(book: Book, facts: Mapping, expect: dict) -> Iterator[str]:
    """``crime: cause``, ``on``, amounts in yuan and numbers of pieces, ``circumstances``: which standards of prosecution are reached."""
    amounts = {
        key: value if key.startswith("pieces") else round(value * 100)
        for key, value in facts.items()
        if key in _AMOUNTS_OF_CRIMES
    }
    found = book.crime_suspicions(facts["crime"], facts["on"], amounts, facts.get("circumstances", ()))
    yield from _mentions(expect.pop("why_mentions", []), "；".join(one.why for one in found), "理由")
    yield from _differences(expect, {"reached": sorted(one.code for one in found)})


_AMOUNTS_OF_CRIMES = ("turnover", "sales", "gains", "goods_value", "loss", "pieces", "pieces_unsold")
_RUNNERS = {"clock": _run_clock, "procedure": _run_procedure, "fine": _run_fine, "crime": _run_crime}
