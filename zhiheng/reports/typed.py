"""Numbers in a draft that no record answers for: somebody typed them. Each goes up only with what it rests on.

A number that was typed into the words is proven by the highlight or the contribution whose paragraph it stands in, word for word,
where a file is attached to that (or to the record a highlight was proposed from); one that was entered as a `ManualFigure`, and one that
others reported, by the file attached to its record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from zhiheng.figures import selectors as figures
from zhiheng.registers.declaration import of_label, of_model
from zhiheng.registers.models import Attachment, Record

from .annual import Piece, Report
from .claims import load_indicators, match
from .models import Contribution, Highlight, ReceivedReturn
from .readings import reading_of
from .received import RECEIVED, told_for


@dataclass(frozen=True)
class Typed:
    """`words` as they stand in the draft; `rests_on` what the number rests on and its address, both "" where on nothing; `instead`:
    the place that would let the records answer, "" where there is none."""

    words: str
    rests_on: str = ""
    url: str = ""
    instead: str = ""

    @property
    def why_not(self) -> str:
        """Why it may not go up, "" when it may."""
        return "" if self.rests_on else f"“{self.words}”是人工填写的数字，没有附依据"

    @property
    def way_out(self) -> str:
        if self.instead:
            return f"记录里有这个数字，请改写成 {{{self.instead}}}，由系统填数"
        if self.url:
            return "请在登记这个数字的记录上添加附件"
        return "请登记为人工数字并附上依据，在文稿里写成 {m.编号}"


def typed(report: Report, written: Iterable[Highlight | Contribution]) -> list[Typed]:
    """Every number of the draft that is not made from records, in the order of the text. `written`: what was taken into the draft, as
    `highlights.materials` reads it."""
    return [*_in_the_words(report, written), *_entered(report), *_reported(report)]


def _in_the_words(report: Report, written: Iterable[Highlight | Contribution]) -> Iterator[Typed]:
    lines = report.pieces()
    claims = reading_of(report.text, report.period.year).claims
    loose = []
    at = 0
    for _, pieces in lines:
        end, locked, begin = at, [], at
        for piece in pieces:
            if piece.locked:
                locked.append((end, end + len(piece.text)))
            end += len(piece.text)
        loose += [
            (one, pieces)
            for one in claims
            if begin <= one.start < end
            and not any(one.start < to and since < one.end for since, to in locked)
        ]
        at = end + 1  # the line's end
    if not loose:
        return
    match([one for one, _ in loose])
    proven = _paragraphs_with_proof(written)
    for claim, pieces in loose:
        record = proven.get(_unfilled(pieces))
        place = _place_of(claim, report)
        if record is None:
            yield Typed(claim.said, instead=place)
        else:
            yield Typed(claim.said, f"{of_model(type(record)).title}：{record}", _url(record))


def _unfilled(pieces: Iterable[Piece]) -> str:
    """A paragraph as it stood in the words, its places unfilled."""
    return "".join(f"{{{piece.place}}}" if piece.place else piece.text for piece in pieces)


def _place_of(claim, report: Report) -> str:
    """The place that would say the same, where the records say the same."""
    indicator = next((one for one in load_indicators() if one.id == claim.indicator_id), None)
    if indicator is None:
        return ""
    figure = indicator.figure_for(claim)
    value = told_for(figure, report.figures)
    stored = None if value is None else value.value * (10_000 if value.figure.unit == "万元" else 1)
    return figure if stored == claim.scale else ""


def _paragraphs_with_proof(written: Iterable[Highlight | Contribution]) -> dict[str, Record]:
    """Paragraphs that were taken into the draft → the record they came from, where a file bears it out."""
    return {
        paragraph: one
        for one in written
        if one.borne_out
        for paragraph in paragraphs(one.text if isinstance(one, Highlight) else one.said)
    }


def paragraphs(text: str) -> list[str]:
    """What is taken into a draft of a text of several lines."""
    return [line for raw in text.splitlines() if (line := raw.strip().lstrip("#").strip())]


def _entered(report: Report) -> Iterator[Typed]:
    for one in report.manual:
        yield Typed(
            f"{one.title}{one.value}{one.measure}",
            f"人工数字：{one.paper}" if one.borne_out else "",
            _url(one),
        )


def _reported(report: Report) -> Iterator[Typed]:
    """Received numbers that the text tells, with their papers: each row of them must have its file."""
    told = {
        piece.value.figure.id: piece.value.figure
        for _, pieces in report.pieces()
        for piece in pieces
        if piece.value is not None and piece.value.figure in RECEIVED.values()
    }
    if not told:
        return
    rows = reduce(or_, (figures.rows(figure, report.scope) for figure in told.values()))
    rows = rows.annotate(borne_out=Attachment.bears_out(ReceivedReturn._meta.label_lower)).order_by("pk")
    found: dict[str, list[ReceivedReturn]] = {}
    for row in rows:
        found.setdefault(RECEIVED[row.indicator].id, []).append(row)
    for figure in told.values():
        papers = found[figure.id]
        without = [one for one in papers if not one.borne_out]
        first = (without or papers)[0]
        yield Typed(
            f"{figure.title}{report.figures[figure.id].text}{figure.unit}",
            "" if without else f"外部统计：{first.paper}",
            _url(first),
        )


def _url(record: Record) -> str:
    one = of_label(record._meta.label_lower)
    return one.url("record", record.pk)
