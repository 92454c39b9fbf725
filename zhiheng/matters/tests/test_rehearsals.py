"""`zhiheng rehearse`: a matter played through its steps by the very services officers use, and nothing left behind."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from zhiheng.audit.models import Entry
from zhiheng.cases.models import Case
from zhiheng.documents.models import Paper
from zhiheng.law import LawError
from zhiheng.matters.rehearsal import Unreadable, rehearse
from zhiheng.matters.tests.books import book_of, write
from zhiheng.matters.tests.page_kind import FILES

REQUEST = """
kind: adjudication.patent
unit: "{unit}"
steps:
  - step: register_request
    on: 2025-03-03
    by: handler
    answers: {{received_on: 2025-03-03, source: request, title: 甲与乙专利侵权纠纷, cause: patent_dispute, claimant_name: 甲公司,
              claimant_type: organisation, claimant_address: 一路1号, party_name: 乙公司, party_type: organisation,
              party_address: 二路2号, patent_no: ZL201910000000.1, patent_name: 一种阀门, patent_type: utility, relief: 停止侵权}}
  - step: accept_request
    on: 2025-03-05
    by: handler
    answers: {{panel: [handler, handler2], panel_chair: 甲}}
  - step: accept_request
    on: 2025-03-05
    by: handler
    unticked: [no_suit_pending]
    answers: {{panel: [handler, handler2, handler3], panel_chair: 甲}}
  - step: accept_request
    on: 2025-03-05
    by: handler
    approve: []
    answers: {{panel: [handler, handler2, handler3], panel_chair: 甲}}
"""
EXPERT = """
kind: expert
unit: "500112"
steps:
  - step: ask_expert
    on: 2024-05-06
    by: handler
    answers: {received_on: 2024-05-06, title: 半导体专家, cause: expert_asked, source: request, asker_name: 示例中学, asked_for: 半导体}
  - step: recommend
    on: 2024-05-08
    by: handler
    answers: {experts: [{name: 王五, field: 半导体, fee: 1200.50}]}
"""


@pytest.mark.django_db
def test_each_step_tells_what_it_did_or_why_not_and_nothing_stays(world):
    before = (Case.objects.count(), Paper.objects.count(), Entry.objects.count())
    opened, small, unticked, waiting = rehearse(REQUEST.format(unit=world.a.unit.code), "专利.yaml")
    assert opened["taken"] and opened["state"] == "requested"
    assert opened["clocks"] == [
        {"clock": "file", "due": "2025-03-10", "provisional": False, "state": "running"}
    ]
    assert not small["taken"] and "现有2人" in small["refused"][0]["reason"]
    assert not unticked["taken"] and "起诉" in unticked["refused"][0]["reason"]
    assert unticked["refused"][0]["article"] and unticked["refused"][0]["way_out"]
    assert not waiting["taken"] and waiting["waits_for"]
    assert before == (Case.objects.count(), Paper.objects.count(), Entry.objects.count())


@pytest.mark.django_db
def test_a_local_kind_is_tried_with_the_text_of_its_papers(world, tmp_path):
    with book_of(write(tmp_path, FILES)):
        asked, recommended = rehearse(EXPERT, "专家.yaml")
    assert asked["taken"] and recommended["taken"], recommended["refused"]
    assert "王五" in recommended["text"]["EXP-1"] and "1,200.50" in recommended["text"]["EXP-1"]
    assert recommended["records"]["outcome"] == "recommended"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kind: penalty\nunit: x\n", "应当写明 kind、unit、steps 三项"),
        ("kind: penalty\nunit: x\nsteps: []\n", "步骤的列表"),
        ("kind: penalty\nunit: x\nsteps:\n  - {step: a, on: 2025-03-03, answer: {}}\n", "不认识的键“answer”"),
        ("kind: penalty\nunit: x\nsteps:\n  - {step: a, on: soon}\n", "on 应当是日期"),
        ("kind: penalty\nunit: x\nsteps:\n  - {step: a}\n", "首个步骤应当写明 on"),
        ("kind: [\n", "文件"),
    ],
)
def test_a_file_that_cannot_be_played_is_told_with_its_place(text, words):
    with pytest.raises(Unreadable) as told:
        rehearse(text, "文件.yaml")
    assert words in str(told.value)


@pytest.mark.django_db
def test_a_kind_the_book_does_not_know_is_named(world):
    with pytest.raises(LawError, match="nothing"):
        rehearse('kind: nothing\nunit: "500112"\nsteps:\n  - {step: a, on: 2025-03-03}\n', "文件.yaml")


def test_where_nothing_is_installed_it_plays_in_memory(tmp_path):
    """By the command, in a process of its own: no database is made."""
    import os

    file = tmp_path / "专利.yaml"
    file.write_text(REQUEST.format(unit="500112"), encoding="utf-8")
    data = tmp_path / "data"
    done = subprocess.run(
        [sys.executable, "-m", "zhiheng.cli", "rehearse", str(file), "--format", "json"],
        env={**{k: v for k, v in os.environ.items() if k != "DATABASE_URL"}, "ZHIHENG_DATA_DIR": str(data)},
        capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [one["taken"] for one in json.loads(done.stdout)] == [True, False, False, False]
    assert not list(data.glob("*.sqlite3"))


@pytest.mark.django_db
def test_what_follows_a_refused_door_says_so(tmp_path):
    with book_of(write(tmp_path, FILES)):
        told = rehearse(EXPERT.replace("asked_for: 半导体", "asked: 半导体"), "演练.yaml")
    first, second = told
    assert "没有字段“asked”" in first["refused"][0]["reason"]
    assert "入口“ask_expert”被拒绝，事项没有登记" in second["refused"][0]["reason"]
