"""The command as a process: interrupted, out of room, watched or not."""

import contextlib
import json
import os
import pty
import re
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pyarrow.parquet as pq
import pytest

from zhiheng.screening.report import files
from zhiheng.screening.tests.test_commands_screen import screen
from zhiheng.screening.tests.test_index_kept_lists import listed
from zhiheng.screening.tests.texts import abstracts, edited

LIST = {f"2024{n:09d}": text for n, text in enumerate(abstracts(300))}
LIST |= {f"2025{n:09d}": edited(LIST[f"2024{n:09d}"], 0.08, n) for n in range(30)}


def _read_to_the_end(terminal: int) -> bytes:
    drawn = b""
    with contextlib.suppress(OSError):  # a terminal whose last user left cannot be read
        while more := os.read(terminal, 1 << 16):
            drawn += more
    return drawn


def command(path, *options) -> list[str]:
    return [sys.executable, "-m", "zhiheng.cli", "screen", *map(str, (path, *options))]


def no_file_beyond(room: int) -> dict:
    """For a process whose files may not grow beyond so many bytes. Nor may what Python compiles, which it would keep cut short."""
    return {
        "env": {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        "preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    }


def left_in(folder) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize(
    ("options", "room"),
    [(("-o", "out"), 20_000), (("--index", "index"), 100_000), (("--index", "index"), 1_000)],
)
def test_a_disk_that_takes_no_more_leaves_nothing(tmp_path, options, room):
    """No file may grow beyond `room` bytes: the system itself refuses the write, in the middle of it."""
    path = listed(tmp_path / "list.parquet", LIST)
    done = subprocess.run(
        command(path, *options), cwd=tmp_path, capture_output=True, text=True,
        **no_file_beyond(room),
    )  # fmt: skip
    assert done.returncode == 2 and done.stdout == ""
    columns, *said = done.stderr.splitlines()
    assert columns.startswith("列的对应：")
    assert re.fullmatch(r"写入或读取失败：.*没有留下未完成的结果", "\n".join(said)), done.stderr
    assert left_in(tmp_path) == ["list.parquet"]


def test_an_addition_that_finds_no_room_leaves_the_index_usable(tmp_path):
    path = listed(tmp_path / "list.parquet", LIST)
    other = listed(
        tmp_path / "other.parquet", {f"N{n}": text for n, text in enumerate(abstracts(300, seed=3))}
    )
    screen(path, "--index", tmp_path / "index")
    before = left_in(tmp_path)
    done = subprocess.run(
        command(other, "--index", tmp_path / "index", "--add"), capture_output=True,
        **no_file_beyond(100_000),
    )  # fmt: skip
    assert done.returncode == 2
    assert left_in(tmp_path) == before
    assert screen(other, "--index", tmp_path / "index")["documents"] == 300


@pytest.mark.parametrize("stage", ["读取", "逐段比对"])
def test_ctrl_c_leaves_nothing(tmp_path, stage):
    many = {f"{n:06d}": text for n, text in enumerate(abstracts(40_000))}
    path = listed(tmp_path / "list.parquet", many)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command(path, "-o", "out", "--index", "index"), cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs,
        env={**os.environ, "TERM": "xterm"},
        # A shell starts what runs in the background deaf to Ctrl-C, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    os.close(theirs)
    drawn = b""
    while stage.encode() not in drawn:
        drawn += os.read(ours, 1 << 16)
    process.send_signal(signal.SIGINT)
    drawn += _read_to_the_end(ours)
    os.close(ours)
    out = process.communicate(timeout=600)[0]
    assert process.returncode == 130 and out == b""
    assert "已中断" in drawn.decode("utf-8", "replace") and b"Traceback" not in drawn
    assert left_in(tmp_path) == ["list.parquet"]


def test_a_bar_is_drawn_for_who_watches_and_the_output_stays_clean(tmp_path):
    path = listed(tmp_path / "list.parquet", LIST)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command(path, "--format", "json"), stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm"}
    )  # fmt: skip
    os.close(theirs)
    with ThreadPoolExecutor(
        1
    ) as pool:  # a terminal nobody reads is full after some kilobytes, and holds the writer up
        reading = pool.submit(_read_to_the_end, ours)
        out = process.communicate(timeout=600)[0]
        drawn = reading.result(timeout=60).decode("utf-8", "replace")
    os.close(ours)
    assert "提取特征" in drawn or "读取" in drawn
    assert json.loads(out)["documents"] == 330


def test_many_pairs_go_into_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "PAIRS_IN_JSON", 1_000)
    template = abstracts(1)[0]
    few = {f"{n:03d}": f"{template}编号为第{n:03d}号。" for n in range(45)}
    assert screen(listed(tmp_path / "few.parquet", few))["pair_count"] == len(
        screen(tmp_path / "few.parquet")["pairs"]
    )
    path = listed(
        tmp_path / "list.parquet", {f"{n:03d}": f"{template}编号为第{n:03d}号。" for n in range(46)}
    )
    result = screen(path, "-o", tmp_path / "out")
    assert result["pair_count"] == 46 * 45 // 2 > 1_000 and result["pairs"] == []
    table = pq.read_table(tmp_path / "out" / result["pairs_file"])
    assert table.column_names == ["id_a", "id_b", "similarity"] and len(table) == result["pair_count"]
    assert all(a < b for a, b in zip(table["id_a"].to_pylist(), table["id_b"].to_pylist(), strict=True))
    alone = screen(path)
    assert alone["pairs"] == [] and "pairs_file" not in alone and "-o" in alone["notes"][-1]


def test_every_signal_names_its_grounds_its_thresholds_and_that_it_is_a_suggestion(tmp_path):
    result = screen(listed(tmp_path / "list.parquet", LIST), "-o", tmp_path / "out")
    assert result["signals"] and result["settings"]["limits"] and result["settings"]["similar"]
    for one in result["signals"]:
        assert all(
            re.fullmatch(r"局令第77号第三条第（[一二五六七]）项", g["article"]) for g in one["grounds"]
        )
        assert one["grounds"] and "不是认定" in one["note"]
        assert sum(step["points"] for step in one["evidence"]) == one["score"]
    words = json.dumps(result, ensure_ascii=False) + (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "可能性" not in words and "概率" not in words.replace("不是概率", "")


@pytest.mark.parametrize("setting", ["strict", "default", "wide"])
def test_the_setting_is_recorded_with_its_threshold(tmp_path, setting):
    result = screen(listed(tmp_path / "list.parquet", LIST), "--setting", setting)
    assert result["settings"]["name"] == setting
    assert all(s >= result["settings"]["similar"] for *_, s in result["pairs"])
