"""What a kind of the book names must be there in the family that keeps it: else the book is refused, with file, line and mend."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from zhiheng.law import BookError, load_book
from zhiheng.matters.family import refuse_faulty_kinds
from zhiheng.matters.tests.books import PACKAGED, write
from zhiheng.matters.tests.page_kind import FILES

KIND, STEPS = "kinds/expert.yaml", "procedures/expert.recommend/2024-01-01.yaml"
WHERE = "where: {cause: [expert_asked]}"
FAULTS = {
    "family": (KIND, "family: case", "family: house", "family：系统没有“house”这一类事项。可用：case"),
    "fact": (KIND, "facts: [lead_no,", "facts: [password,", "facts.0：没有“password”可以显示"),
    "fact of a party": (KIND, "asker.phone, officers", "asker.shoe, officers", "facts.2：没有“asker.shoe”"),
    "party": (KIND, "asker.phone}", "asker.shoe}", "keeps.asker_phone：参加人没有“shoe”"),
    "key": (KIND, "title: title", "title: pk", "keeps.title：“案件”没有可以写入的栏目“pk”"),
    "tie": (KIND, "title: title", "title: unit", "keeps.title：“案件”没有可以写入的栏目“unit”"),
    "kept text": (
        KIND,
        "title: title",
        "title: lead_on",
        "keeps.title：栏目“线索日期”（lead_on）不能写入text",
    ),
    "counted by": (KIND, WHERE, "where: {password: [x]}", "figures.0.where.password：没有栏目“password”"),
    "no such cause": (KIND, WHERE, "where: {cause: [x]}", "figures.0.where.cause：“案由”没有“x”"),
    "no such day": (
        KIND,
        "    unit: 件",
        "    unit: 件\n    day: title",
        "figures.0.day：没有日期栏目“title”",
    ),
    "no amount": (
        KIND,
        "    unit: 件",
        "    unit: 万元\n    measure: title",
        "figures.0.measure：没有金额栏目“title”",
    ),
    "no column": (
        STEPS,
        "lead_no: {number: 荐申}",
        "lead_noo: {number: 荐申}",
        "没有可以写入的栏目“lead_noo”",
    ),
    "word in a day": (
        STEPS,
        "lead_no: {number: 荐申}",
        "decided_on: asked_for, lead_no: {number: 荐申}",
        "records.decided_on：栏目“决定日期”（decided_on）不能写入text类型的值",
    ),
    "day in a word": (STEPS, "closed_on: day", "goods: day", "records.goods：栏目“"),
}


def faults_of(tmp_path, file, old, new):
    assert old in FILES[file]
    book = load_book([PACKAGED, write(tmp_path, FILES | {file: FILES[file].replace(old, new, 1)})])
    with pytest.raises(BookError) as refused:
        refuse_faulty_kinds(book)
    return refused.value.faults


@pytest.mark.parametrize("name", FAULTS)
def test_what_the_family_does_not_have_is_refused_with_its_line_and_a_mend(tmp_path, monkeypatch, name):
    file, old, new, words = FAULTS[name]
    monkeypatch.setenv("ZHIHENG_BOOK_DIR", os.fspath(tmp_path))
    faults = faults_of(tmp_path, file, old, new)
    text = (tmp_path / file).read_text(encoding="utf-8").splitlines()
    for fault in faults:
        assert words in str(fault) and fault.mend
        assert fault.file == str(tmp_path / file)
        said = new.partition("\n")[2].strip() or new
        assert fault.line and said.partition(":")[0].split("{")[0].strip() in text[fault.line - 1]


def test_the_packaged_book_and_the_page_fit(tmp_path):
    refuse_faulty_kinds(load_book([PACKAGED, write(tmp_path, FILES)]))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("id: local.experts", "id: enf.tm.n", "figures.0.id：指标“enf.tm.n”已在 kinds/penalty.yaml 中声明"),
        ("unit: 件", "unit: 万元", "figures.0.unit：“专家推荐件数”的单位是“万元”，没有写金额栏目"),
    ],
)
def test_a_figure_that_no_report_could_take_is_refused_as_it_is_read(tmp_path, old, new, words):
    with pytest.raises(BookError, match=words):
        load_book([PACKAGED, write(tmp_path, FILES | {KIND: FILES[KIND].replace(old, new)})])


def test_the_check_of_the_book_asks_the_family_as_the_start_does(tmp_path):
    write(tmp_path, FILES | {KIND: FILES[KIND].replace("family: case", "family: house")})
    environment = os.environ | {"ZHIHENG_BOOK_DIR": os.fspath(tmp_path)}
    run = [sys.executable, "-m", "zhiheng.cli", "check_book"]
    told = subprocess.run(run, env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 2 and "Traceback" not in told.stderr
    assert "kinds/expert.yaml:2 family：系统没有“house”这一类事项" in told.stderr
