"""Foreign files: a child process reads them, and whatever they do to it ends in a refusal in words."""

from __future__ import annotations

import dataclasses
import io
import os
from datetime import date

import pytest

from zhiheng.jobs import foreign
from zhiheng.jobs.tests import hostile
from zhiheng.refusal import Refused

# The wall is for the reader that waits; what the others do shows however late they come to do it.
SHORT = dataclasses.replace(foreign.PAPER, wall=2.0)
LARGE = dataclasses.replace(foreign.BINDING, wall=600.0)
LONG = dataclasses.replace(foreign.PAPER, wall=600.0)


def test_the_answer_comes_back_as_it_was():
    assert foreign.read(hostile.answer, 1, "二") == [1, "二", date(2024, 5, 1), {(1, 2): None}]


def test_an_error_of_the_reader_keeps_its_words():
    with pytest.raises(hostile.Odd, match="读不了"):
        foreign.read(hostile.refuse, raises=(hostile.Odd,))


def test_what_the_reader_prints_is_not_taken_for_its_answer():
    assert foreign.read(hostile.chatter) == 1


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (hostile.crash, "中途停止"),
        (hostile.kill_itself, "中途停止"),
        (hostile.allocate, "内存"),
        (hostile.sleep, "还没有读完"),
        (hostile.nest, "嵌套过深"),
        (hostile.much, "内容过多"),
        (hostile.trap, "不能采用"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_whatever_happens_to_the_reader_is_refused_in_words(act, words):
    with pytest.raises(Refused, match=words) as refused:
        foreign.read(act, limits=SHORT if act is hostile.sleep else LONG)
    assert refused.value.reasons[0].field == "file" and refused.value.reasons[0].way_out


def test_a_reader_that_only_computes_is_stopped_by_its_processor_time():
    with pytest.raises(Refused, match="还没有读完"):
        foreign.read(hostile.spin, limits=dataclasses.replace(LONG, cpu=1))


def test_a_reader_writes_no_files(tmp_path):
    with pytest.raises(Refused):
        foreign.read(hostile.write, str(tmp_path / "left"))
    assert not (tmp_path / "left").exists() or (tmp_path / "left").stat().st_size == 0


def test_what_a_maker_writes_comes_to_the_file_and_its_answer_comes_back():
    made = io.BytesIO()
    assert foreign.write(hostile.make, 3, to=made, limits=LARGE) == 3
    assert made.getvalue() == b"x" * (3 << 20)


def test_a_maker_writes_no_other_file_and_no_more_than_it_may(tmp_path):
    with pytest.raises(Refused):
        foreign.write(hostile.make_elsewhere, str(tmp_path / "left"), to=io.BytesIO(), limits=LARGE)
    assert not (tmp_path / "left").exists() or (tmp_path / "left").stat().st_size == 0
    with pytest.raises(Refused, match="做成的文件超过 2 MB"):
        foreign.write(hostile.make, 3, to=io.BytesIO(), limits=dataclasses.replace(LARGE, made=2 << 20))


def test_only_a_few_files_are_read_at_once(monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(foreign, "_QUEUE_SECONDS", 0)
    with (
        foreign._one_of_a_few("file"),
        foreign._one_of_a_few("file"),
        pytest.raises(Refused, match="没有轮到"),
        foreign._one_of_a_few("file"),
    ):
        pass
    assert foreign.read(hostile.chatter) == 1


def test_what_this_process_wrote_is_read_in_it_and_answers_the_same():
    with foreign.written_here():
        assert foreign.read(os.getpid) == os.getpid()
        here = foreign.read(hostile.answer, 1, "二")
        with pytest.raises(hostile.Odd, match="读不了"):
            foreign.read(hostile.refuse, raises=(hostile.Odd,))
        with pytest.raises(Refused, match="嵌套过深"):
            foreign.read(hostile.nest)
    assert here == foreign.read(hostile.answer, 1, "二")
    assert foreign.read(os.getpid) != os.getpid()
