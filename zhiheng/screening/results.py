"""Results of the national office read from the file it sends: first a trial that says what every row would become, then the same rows.

A number that is not on the list, a word nobody knows, a result that differs from the one registered: each is told, none is guessed. The
file is kept as it came.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from zhiheng import canonical
from zhiheng.accounts.models import Person
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.jobs import foreign
from zhiheng.jobs import services as jobs
from zhiheng.refusal import Reason, Refused

from . import tables
from .declared import acts, words_of
from .models import Application, ApplicationAct, ReceivedList, ResultFile, Stage
from .selectors import refuse_stranger
from .services import locked

_TOLD = 1_000
_BATCH = 2_000
_AT_ONCE = 10_000
_MOST_WORDS = 200  # of a result column; a column that says more different things is not one
_PAPER = 200
# How a row that is told stands: not registered, a difference somebody must decide, a difference that is registered and told.
REJECTED, DIFFERENT, UNEXPECTED = "rejected", "different", "unexpected"


@cache
def _book() -> dict[str, Any]:
    """`results.yaml`, with the words folded."""
    told = yaml.safe_load(Path(__file__).with_name("results.yaml").read_text("utf-8"))
    known = acts()["result"].asked("result").choices
    if strange := told["words"].keys() - known.keys():
        raise ValueError(f"results.yaml: {sorted(strange)} are no results of the act")
    words = {canonical.key(title): code for code, title in known.items()}
    for code, spelt in told["words"].items():
        words |= {canonical.key(word): code for word in spelt}
    return {"headings": told["headings"], "words": words, "expected": told["expected"]}


def meaning_of(word: str) -> str:
    """The result that a word of the national office means, "" when nobody knows."""
    return _book()["words"].get(canonical.key(word), "")


@dataclass
class _Row:
    row: int
    application: int
    number: str
    result: str
    result_on: date
    paper: str


@dataclass
class _Sorted:
    """good: rows to be registered; told: the others, and those that differ from what is known, each with why."""

    good: list[_Row] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    words: dict[str, dict[str, Any]] = field(default_factory=dict)
    repeated: int = 0
    rejected: int = 0


def try_file(
    *,
    actor: Person,
    received: ReceivedList,
    data: bytes,
    name: str,
    paper: str,
    result_on: date | None,
    on: date,
    limits: foreign.Limits = foreign.TABLE,
    watch: jobs.Watch = jobs.NOBODY,
) -> ResultFile:
    """Read a file of results without registering any. `paper`, `result_on`: of the letter it came with.

    Raises Refused in words when the file as a whole cannot be read.
    """
    refuse_stranger(actor, received, on)
    if not paper.strip():
        raise Refused.because("请填写来文名称和文号", field="paper")
    if result_on is not None and result_on > on:
        raise Refused.because("结果日期晚于今天", field="result_on")
    columns, unknown, rows = _read(data, name, limits)  # before the transaction: others write meanwhile
    made = ResultFile(
        received=received,
        name=name[:200],
        digest=documents.store(data),
        paper=paper.strip()[:_PAPER],
        result_on=result_on,
        columns=columns,
        unknown=unknown,
        rows=len(rows),
        made_by=actor,
        on=on,
    )
    with transaction.atomic():
        refuse_stranger(actor, locked(received), on)
        _note(made, _sorted_out(made, rows, {}, on))
        made.save()
        audit.record(
            actor=actor,
            on=on,
            action="试读结果文件",
            subject=received,
            name=made.name,
            data={"file": made.digest, "rows": made.rows},
        )
        watch.done({"results": made.pk})
    return made


def take_over(
    *,
    actor: Person,
    file: ResultFile,
    meanings: Mapping[str, str],
    overwrite: bool,
    on: date,
    limits: foreign.Limits = foreign.TABLE,
    watch: jobs.Watch = jobs.NOBODY,
) -> ResultFile:
    """Register what the trial showed, from the very file that was shown.

    meanings: word nobody knew → result, as the officer says; rows whose word is left out are not registered. overwrite: whether a result
    that differs from the registered one takes its place; the registered one stays in the history either way.
    """
    refuse_stranger(actor, file.received, on)
    known = acts()["result"].asked("result").choices
    if wrong := [word for word, code in meanings.items() if code and code not in known]:
        raise Refused(tuple(Reason(f"“{word}”没有对应到一种结果") for word in wrong))
    watch.stage("读取文件")
    rows = () if file.taken_on else _read(documents.read(file.digest), file.name, limits)[2]
    watch.stage(f"登记{len(rows):,}行")
    with transaction.atomic():
        received = locked(file.received)
        refuse_stranger(actor, received, on)
        file = ResultFile.objects.select_for_update().get(pk=file.pk)
        if file.taken_on is None:
            file.overwrites = overwrite
            _register(actor, received, file, _sorted_out(file, rows, meanings, on), on)
        watch.done({"results": file.pk})
    return file


def _register(actor: Person, received: ReceivedList, file: ResultFile, found: _Sorted, on: date) -> None:
    """The good rows become acts, inside the caller's transaction."""
    _note(file, found)
    file.taken_on = on
    file.save()
    ApplicationAct.objects.bulk_create(
        (
            ApplicationAct(
                application_id=one.application,
                act="result",
                on=on,
                by=actor,
                data=audit.plain({"result": one.result, "result_on": one.result_on, "paper": one.paper}),
                stage=Stage.RESULTED,
                file=file,
            )
            for one in found.good
        ),
        batch_size=_BATCH,
    )
    alike: dict[tuple[str, date], list[int]] = {}
    for one in found.good:
        alike.setdefault((one.result, one.result_on), []).append(one.application)
    for (result, result_on), pks in alike.items():
        for start in range(0, len(pks), _AT_ONCE):
            Application.objects.filter(pk__in=pks[start : start + _AT_ONCE]).update(
                stage=Stage.RESULTED, result=result, result_on=result_on
            )
    file.seal = seal_of(file)
    file.save(update_fields=["seal"])
    audit.record(
        actor=actor,
        on=on,
        action="登记结果文件",
        subject=received,
        name=file.name,
        data={"results_file": file.pk, "file": file.digest, **stated(file)},
    )


@transaction.atomic
def discard(*, actor: Person, file: ResultFile, on: date) -> None:
    """A trial that nobody wants is forgotten, and that is on the record."""
    received = locked(file.received)
    refuse_stranger(actor, received, on)
    if file.taken_on is not None:
        raise Refused.because("这个文件的结果已经登记，不能放弃")
    audit.record(
        actor=actor,
        on=on,
        action="放弃结果文件",
        subject=received,
        name=file.name,
        data={"file": file.digest},
    )
    file.delete()


def stated(file: ResultFile) -> dict[str, Any]:
    """What the ledger says of a registered file."""
    return {
        "rows": file.rows, "taken": file.taken, "repeated": file.repeated, "rejected": file.rejected, "seal": file.seal,
        "paper": file.paper, "result_on": file.result_on.isoformat() if file.result_on else "",
        "words": {word: one["result"] for word, one in file.words.items()}, "overwrites": file.overwrites,
    }  # fmt: skip


def seal_of(file: ResultFile) -> str:
    """The digest of what the file registered, in the order of its acts."""
    rows = file.acts.order_by("id").values_list("application_id", "data", "stage")
    lines = (
        f"{application}\x1f{audit.canonical(data).decode()}\x1f{stage}"
        for application, data, stage in rows.iterator(chunk_size=_BATCH)
    )
    return audit.digest("\n".join(lines).encode())


def _read(data: bytes, name: str, limits: foreign.Limits):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"results{Path(name).suffix.lower()}"
        path.write_bytes(data)
        try:
            return foreign.read(
                tables.read_results,
                str(path),
                name,
                _book()["headings"],
                limits=limits,
                raises=(tables.Unreadable,),
            )
        except tables.Unreadable as error:
            raise Refused.because(str(error), field="file") from error


def _note(file: ResultFile, found: _Sorted) -> None:
    file.taken, file.repeated, file.rejected = len(found.good), found.repeated, found.rejected
    file.told, file.words = found.told[:_TOLD], found.words


def _sorted_out(
    file: ResultFile, rows: list[tuple[int, dict[str, str]]], meanings: Mapping[str, str], on: date
) -> _Sorted:
    """What becomes of each row."""
    found = _Sorted()
    numbers = [tables.number_of(said["application_no"]) for _, said in rows]
    for (_, strange), (_, said) in zip(numbers, rows, strict=True):
        word = (
            "" if strange else said["result"].strip()
        )  # what stands beside a sum or a remark is no result: nobody is asked about it
        if word and word not in found.words:
            found.words[word] = {"result": meaning_of(word) or meanings.get(word, ""), "rows": 0}
        if word:
            found.words[word]["rows"] += 1
    if len(found.words) > _MOST_WORDS:
        raise Refused.because(
            f"“{file.columns['result']}”列有{len(found.words)}种不同的写法，多半不是结果",
            way_out="请核对列名",
            field="file",
        )
    listed = {
        one[0]: one[1:]
        for one in Application.objects.filter(received=file.received)
        .values_list("number", "pk", "stage", "result", "result_on", "view")
        .iterator(chunk_size=_AT_ONCE)
    }
    elsewhere = _elsewhere(file.received, {number for number, why in numbers if not why} - listed.keys())
    results: dict[str, set[str]] = {}
    for (number, why), (_, said) in zip(numbers, rows, strict=True):
        if not why and said["result"].strip():
            word = said["result"].strip()
            meant = words_of("result", found.words[word]["result"]) if found.words[word]["result"] else word
            results.setdefault(number, set()).add(meant)
    first: dict[str, int] = {}
    for (number, why), (row, said) in zip(numbers, rows, strict=True):
        word = said["result"].strip()
        result = found.words[word]["result"] if word and not why else ""
        kind = REJECTED
        if not why and number not in listed:
            why = "这份名单中没有这件申请" + (f"，它在“{elsewhere[number]}”中" if number in elsewhere else "")
        elif not why and not word:
            why = "没有写结果"
        elif not why and len(results[number]) > 1:
            why = f"同一件申请在文件中有几种结果（{'、'.join(sorted(results[number]))}），请向来文机关核实"
        elif not why and number in first:
            found.repeated += 1
            found.told.append({"row": row, "number": number, "why": f"与第{first[number]}行相同，只登记一次", "kind": REJECTED})  # fmt: skip
            continue
        elif not why and not result:
            why = f"“{word}”是什么结果还不知道；请在上面选择"
        if why:
            found.rejected += 1
            found.told.append({"row": row, "number": number or said["application_no"][:80], "why": why, "kind": REJECTED})  # fmt: skip
            continue
        first[number] = row
        pk, stage, before, before_on, view = listed[number]
        result_on, why = _day(said.get("result_on", ""), file.result_on, on)
        if not why and stage not in acts()["result"].sources:
            why = f"申请在“{Stage(stage).label}”，经市局复核后才能登记结果"
        elif not why and (before, before_on) == (result, result_on):
            found.repeated += 1
            found.told.append({"row": row, "number": number, "why": "已经登记过同样的结果", "kind": REJECTED})
            continue
        elif not why and before:
            why = f"与已登记的不同：原为 {before_on} {words_of('result', before)}，文件为 {result_on} {words_of('result', result)}"
            kind = DIFFERENT
        if why and not (kind == DIFFERENT and file.overwrites):
            found.rejected += 1
            found.told.append({"row": row, "number": number, "why": why, "kind": kind})
            continue
        if why:
            found.told.append({"row": row, "number": number, "why": f"{why}；以文件为准", "kind": DIFFERENT})
        elif view and result not in _book()["expected"][view]:
            told = f"区县意见是“{words_of('view', view)}”，结果是“{words_of('result', result)}”"
            found.told.append({"row": row, "number": number, "why": told, "kind": UNEXPECTED})
        paper = " ".join(filter(None, (said.get("paper", ""), said.get("paper_no", "")))) or file.paper
        found.good.append(_Row(row, pk, number, result, result_on, paper[:_PAPER]))
    order = {DIFFERENT: 0, REJECTED: 1, UNEXPECTED: 2}
    found.told.sort(key=lambda one: (order[one["kind"]], one["row"]))
    return found


def _day(cell: str, of_letter: date | None, on: date) -> tuple[date, str]:
    """The day of a result, and why it cannot be registered ("" when it can)."""
    day = tables.day_of(cell) if cell.strip() else of_letter
    if day is None:
        return (
            on,
            f"结果日期“{cell}”读不出" if cell.strip() else "没有写结果日期；请在试读时填写来文的结果日期",
        )
    return day, f"结果日期 {day} 晚于今天" if day > on else ""


def _elsewhere(received: ReceivedList, numbers: Iterable[str]) -> dict[str, str]:
    """Number → title of another list that has it."""
    numbers, found = sorted(numbers), {}
    for start in range(0, len(numbers), _AT_ONCE):
        rows = Application.objects.filter(number__in=numbers[start : start + _AT_ONCE])
        found |= dict(rows.exclude(received=received).values_list("number", "received__title"))
    return found
