"""Every paper of three full cases read sentence by sentence against the record: an ordinary case with seizure and a hearing, one decided
on the spot, one without a penalty.

Each free answer of each step bears a mark of its step and field (⟦record_questioning·place⟧), so that a value shows where it came from.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

import zhiheng.law.forms
from tests.casework import SIMPLE, Worker
from zhiheng.accounts.selectors import scope_codes
from zhiheng.documents import services as documents
from zhiheng.documents.models import Paper
from zhiheng.documents.rendering import forms as rendering
from zhiheng.documents.rendering import grid, preview, typeset
from zhiheng.documents.rendering.forms.scope import END, FROM, TEXT
from zhiheng.documents.rendering.forms.texts import long_date
from zhiheng.law import current_book
from zhiheng.matters.delivery import folder_papers, papers_by_step
from zhiheng.matters.engine import Standing

pytestmark = pytest.mark.django_db

MARK = re.compile(r"⟦(\w+)·(\w+)⟧")
_STRETCH = re.compile(f"{FROM}([^{TEXT}]*){TEXT}|{END}")
BOOK = Path(zhiheng.law.forms.__file__).parents[1] / "book" / "forms"
# What the house says of itself and of the moment of signing (`matters.papers.context_of`): facts of the record, of no step.
HOUSE = {
    "office", "party", "case", "handlers", "opinions", "number", "on", "step", "taken_by", "measure", "served", "papers", "documents",
    "course", "goods_told", "evidence", "defences", "measures_taken", "items", "joint", "responsible", "right_holder", "agent", "claimant", "respondent",
    "receipts", "enclosed_in",
}  # fmt: skip
# Lists that the record itself composes of what several steps said.
COMPOSED = {"course", "evidence", "defences", "items", "goods_told", "papers", "measures_taken", "receipts"}


class Marked(Worker):
    """A worker whose every free answer says which step and field it was given in."""

    def data(self, step, **given) -> dict:
        data = super().data(step, **given)
        kept = set(current_book().kind("penalty").keeps)
        for code, value in data.items():
            field = current_book().fields.get(code)
            if (
                field is None
                or field.type not in ("text", "longtext")
                or field.identity
                or code in kept | PLAIN
            ):
                continue
            if isinstance(value, str) and value:
                data[code] = f"{value.rstrip('。')}⟦{step.code}·{code}⟧"
        return data


# Answers that the law reads: names it looks up, articles, numbers with a shape.
PLAIN = {
    "law_breached", "law_basis", "recusal_of", "addressee", "paper", "hearing_chair_name", "hearing_clerk", "payer", "decision",
    "informant", "informant_phone", "confirming_party", "defending_party", "hearing_party",
}  # fmt: skip


def ordinary(world) -> Marked:
    heard = {
        "hearing_right": True, "fine": 12_000_00,
        "proposed_penalty": ["没收侵犯“示例牌”注册商标专用权的商品120件", "罚款"],
    }  # fmt: skip
    work = Marked(world.a)
    work.to_filed()
    work.step("seize")
    work.wait(1).step("record_questioning")
    work.wait(2).step("extract_evidence")
    work.wait(3).step("close_investigation")
    work.step("submit_review")
    work.wait(1).step("pass_review")
    work.step("give_notice", **heard)
    work.step("serve_notice")
    work.wait(3).step("request_hearing")
    work.step("schedule_hearing")
    work.wait(14).step("hold_hearing", hearing_on=work.on)
    work.wait(1).step("submit_hearing_review")
    work.wait(2).step("pass_hearing_review")
    work.step("discuss_collectively")
    work.step("decide_penalty", **heard)
    work.wait(1).step("serve_decision")
    work.wait(2).step("publish_decision")
    work.wait(2).step("record_payment", paid=12_000_00)
    work.step("lift_seizure", items=[])
    work.step("dispose_goods")
    work.step("complete_performance")
    work.wait(3).step("close_case")
    work.wait(5).step("archive_case")
    return work


def on_the_spot(world) -> Marked:
    small = {
        "nothing_to_confiscate": "sold", "fine": 100_00, "penalty_kinds": ["fine"], "proposed_penalty": ["罚款100元"],
    }  # fmt: skip
    work = Marked(world.a)
    work.register(SIMPLE)
    work.step("record_inspection")
    work.step("extract_evidence")
    work.step("give_notice", fine=100_00)
    work.step("record_defence")
    work.step("decide_penalty", **small)
    work.step("collect_on_spot", paid=100_00)
    work.wait(1).step("report_decision")
    work.step("hand_in_payment")
    work.step("pay_into_bank")
    work.step("complete_performance")
    work.wait(1).step("close_case")
    work.step("archive_case")
    return work


def without_penalty(world) -> Marked:
    work = Marked(world.a)
    work.to_filed()
    for step in ("record_questioning", "close_investigation", "submit_review", "pass_review"):
        work.wait(1).step(step)
    work.step("propose_other_outcome", outcome_proposed="no_penalty")
    work.wait(2).step("decide_no_penalty")
    work.wait(2).step("serve_exemption")
    work.wait(1).step("close_case", closing_ground="other_outcome")
    work.step("archive_case")
    return work


@dataclass(frozen=True)
class Read:
    """A paper as it is read: its stretches of text, each with the field it came from ("" for the form's own words)."""

    paper: Paper
    seq: int
    lines: tuple[tuple[tuple[str, str], ...], ...]

    @property
    def text(self) -> str:
        return "\n".join("".join(words for _, words in line) for line in self.lines)


def read(work: Worker, standing: Standing, seq: int, paper: Paper) -> Read:
    form = standing.procedure.form(paper.form, paper.on, scope_codes(work.case.unit))
    body = rendering.draft(form, paper.data).body
    marked = _lines(body)
    kept = preview.text(typeset.body_of(documents.read(paper.digest)).xml)
    assert "\n".join("".join(w for _, w in line) for line in marked) == kept, (
        "the file is not what its data say"
    )
    return Read(paper, seq, tuple(marked))


def _lines(body: str) -> list[tuple[tuple[str, str], ...]]:
    from xml.etree import ElementTree

    root = ElementTree.fromstring(f'<w:body xmlns:w="{preview._MAIN}">{body}</w:body>')
    for row in root.iter(f"{preview._W}tr"):
        for _, _, merge, cell in list(grid.cells(row)):
            if merge == "continue":
                row.remove(cell)
    return [tuple(_stretches("".join(preview._characters(p)))) for p in root.iter(f"{preview._W}p")]


def _stretches(written: str):
    open_now: list[str] = []
    at = 0
    for mark in [*_STRETCH.finditer(written), None]:
        words = written[at : mark.start() if mark else len(written)]
        if words:
            yield open_now[-1] if open_now else "", words
        if mark is None:
            return
        at = mark.end()
        if mark[1] is not None:
            open_now.append(mark[1])
        elif open_now:
            open_now.pop()


@pytest.fixture(params=[ordinary, on_the_spot, without_penalty], ids=lambda way: way.__name__)
def case(request, world):
    return request.param(world)


def papers_of(work) -> tuple[Standing, list[Read]]:
    standing = Standing.of(work.case.matter.proceeding, work.on)
    made = {paper.pk: paper for paper in work.case.matter.folder.papers.all()}
    found = [
        read(work, standing, seq, made[paper.pk])
        for seq, paper in papers_by_step(folder_papers(work.case), standing)
    ]
    assert len(found) == len(made), "a paper that no step made"
    return standing, found


def test_every_paper_says_only_what_happened(case):
    """All papers of the case, each sentence: whose word it is, that it is this step's, its boxes, its stops and numbers."""
    standing, papers = papers_of(case)
    assert papers
    faults = [
        f"《{one.paper.title}》（{one.paper.step}）：{fault}"
        for one in papers
        for check in (_sources, _steps, _boxes, _words)
        for fault in check(standing, one)
    ]
    assert not faults, "\n".join(faults)


def _sources(standing: Standing, one: Read):
    """Each stretch of a sentence is the form's own words, or a value that this paper has reason to know."""
    own = _own_words(one.paper.form)
    step = standing.step_at(one.seq)
    for line in one.lines:
        for code, words in line:
            first = code.partition(".")[0]
            if not code:
                for part in re.findall(r"[\u4e00-\u9fff]+", words):
                    if not _of_the_form(part, own) and not re.fullmatch("[一二三四五六七八九十]+", part):
                        yield f"“{part}”既不是式样的文字，也没有来源"
            elif first not in HOUSE and not _known(standing, step, one, first):
                yield f"“{words[:30]}”来自“{code}”：本步骤没有填写，也没有沿用"


def _of_the_form(words: str, own: str) -> bool:
    """Whether the words are the form's, put together of its passages: a choice of the form stands between two of them."""
    pieces, rest = 0, words
    while rest:
        long = next((n for n in range(len(rest), 0, -1) if rest[:n] in own), 0)
        if not long:
            return False
        pieces, rest = pieces + 1, rest[long:]
    return pieces <= max(2, 1 + len(words) // 4)


def _known(standing: Standing, step, one: Read, first: str) -> bool:
    event = standing.events[one.seq - 1]
    named = {name.partition(".")[0] for name in standing.procedure.named}
    return (
        first in event.data
        or first in step.inherits
        or first in step.says
        or first in named
        or first in ("heard_others",)
        or one.paper.data.get(first) in (None, "", [], False)
    )


@cache
def _own_words(code: str) -> str:
    words = "".join(path.read_text("utf-8") for path in (BOOK / code).glob("*.yaml"))
    words += (BOOK / "shared.yaml").read_text("utf-8")
    # What the rendering itself writes: under a list, beside a table, where one signs with the pen.
    words += "（以下空白）序号签名：年月日"
    return re.sub(r"\s", "", words)


def _steps(standing: Standing, one: Read):
    """A marked value is of this step, or the latest word of one that the step inherits or the procedure names."""
    step, earlier = standing.step_at(one.seq), standing.events[: one.seq]
    for line in one.lines:
        for code, words in line:
            first = code.partition(".")[0]
            for of, field in MARK.findall(words):
                if of == step.code or first in COMPOSED:
                    continue
                said = [e.step for e in earlier if e.data.get(field) not in (None, "", [])]
                rules = [rule for rule in standing.procedure.named.values() if rule.field == field]
                if any(not rule.steps or of in rule.steps for rule in rules):
                    continue
                if field not in step.inherits:
                    yield f"“{words[:40]}”是“{of}”填写的，本步骤没有沿用 {field}"
                elif said and said[-1] != of:
                    yield f"“{words[:40]}”是“{of}”填写的，最近一次填写的是“{said[-1]}”"


def _boxes(standing: Standing, one: Read):
    """A box is ticked for what was answered, and for nothing else."""
    event = standing.events[one.seq - 1]
    form = standing.procedure.form(one.paper.form, one.paper.on, ())
    labels = {field.code: dict(field.choices) for field in form.fields if field.choices}
    for line in one.lines:
        for code, words in line:
            if not re.search("[☑□]", words) or code not in labels:
                continue
            ticked = set(re.findall(r"☑([^☑□\u3000\n]+)", words))
            said = event.data.get(code, one.paper.data.get(code))
            said = said if isinstance(said, list | tuple) else [said]
            wanted = {labels[code][str(each)] for each in said if str(each) in labels[code]}
            inside = {label for label in ticked if label in labels[code].values()}
            if inside != {label for label in wanted if label in words}:
                yield f"勾选“{'、'.join(sorted(inside))}”，应为“{'、'.join(sorted(wanted))}”"


_DOUBLED = re.compile(
    r"[。；，、：][。；，、：]|(?<![\d])(\d+\.)\s*\1|元元|件件|日日|号号|第第|《《|》》|（）|“”|None|\{|\}|\[|\]"
)


def _words(standing: Standing, one: Read):
    """No doubled stop, unit or number, nothing left of the machine."""
    for line in one.text.split("\n"):
        plain = MARK.sub("", line)
        if found := _DOUBLED.search(plain):
            yield f"“{plain[max(0, found.start() - 15) : found.end() + 15]}”"
    numbers = re.findall(r"[\u4e00-\u9fff]+〔\d{4}〕\d+号", one.text)
    own = one.paper.number
    if own and Counter(numbers)[own] > 3:
        yield f"文号“{own}”重复了 {Counter(numbers)[own]} 次"


def test_the_reading_finds_a_value_of_another_step_and_a_box_against_the_facts(world):
    """The test above would be worth nothing if it could not fail."""
    work = without_penalty(world)
    standing, papers = papers_of(work)
    last = papers[-1]
    foreign = (("facts", "某处⟦record_inspection·place⟧"),)
    assert list(_steps(standing, Read(last.paper, last.seq, (foreign,))))
    assert list(_sources(standing, Read(last.paper, last.seq, ((("", "凭空而来的话"),),))))
    assert list(_words(standing, Read(last.paper, last.seq, ((("", "属实。。"),),))))


def test_days_of_the_papers_are_those_of_their_steps(case):
    standing, papers = papers_of(case)
    for one in papers:
        assert one.paper.on == standing.events[one.seq - 1].on
        assert isinstance(one.paper.on, date)


def test_a_paper_knows_the_step_it_is_of_and_the_paper_it_goes_with(world):
    """The day of submission is that of the step that submits, not of an earlier one; a list names the order it is enclosed in."""
    standing, papers = papers_of(ordinary(world))
    sent = {}
    for one in papers:
        step, on = standing.step_at(one.seq).code, long_date(standing.events[one.seq - 1].on)
        if one.paper.form == "SAMR-36" and step.startswith("submit"):
            sent[step] = f"送审日期\n{on}" in one.text
        if one.paper.form == "SAMR-24":
            (order,) = (other.paper.number for other in papers if other.paper.form == "SAMR-21")
            assert f"所附文书：《实施行政强制措施决定书》{order}" in one.text
    assert sent == {"submit_review": True, "submit_hearing_review": True}
