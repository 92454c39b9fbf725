import json
import os
import re
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zhiheng.screening.engine import index as module
from zhiheng.screening.engine.index import Index, IndexUnusable
from zhiheng.screening.engine.settings import Settings
from zhiheng.screening.tests.test_commands_screen import screen
from zhiheng.screening.tests.texts import abstracts, edited

OLD = {f"2024{n:09d}": f"（第{n}件）{text}" for n, text in enumerate(abstracts(600))}
NEW = {f"2025{n:09d}": edited(OLD[f"2024{7 * n:09d}"], 0.08, n) for n in range(20)}
NEW |= {f"2026{n:09d}": text for n, text in enumerate(abstracts(20, seed=5))}


def listed(path, texts: dict[str, str]):
    pq.write_table(pa.table({"id": list(texts), "text": list(texts.values())}), path)
    return path


@pytest.fixture
def kept(tmp_path):
    """A list of 600 in an index; its rows are not in the order of their numbers."""
    names = list(OLD)
    np.random.default_rng(1).shuffle(names)
    path = listed(tmp_path / "old.parquet", {name: OLD[name] for name in names})
    screen(path, "--index", tmp_path / "index")
    path.unlink()
    return tmp_path / "index"


def everything_in(folder) -> dict:
    return {str(p.relative_to(folder)): p.stat().st_size for p in folder.rglob("*")}


def test_it_finds_what_a_run_over_everything_finds(tmp_path, kept):
    later = screen(listed(tmp_path / "new.parquet", NEW), "--index", kept)
    everything = screen(listed(tmp_path / "all.parquet", OLD | NEW))
    assert [pair for pair in everything["pairs"] if {*pair[:2]} & NEW.keys()] == later["pairs"]
    assert len(later["pairs"]) == 20


def test_stored_texts_are_shown_as_they_were_received(tmp_path, kept):
    screen(listed(tmp_path / "new.parquet", NEW), "--index", kept, "-o", tmp_path / "out")
    page = re.sub("<[^>]*>", "", (tmp_path / "out" / "report.html").read_text("utf-8"))
    for n in range(20):
        assert f"（第{7 * n}件）" in page, n  # brackets vanish when texts are folded


def test_of_every_stored_document_the_own_text_comes_back(kept):
    (segment,) = Index.open(kept, Settings()).segments()
    found = segment.originals(range(600))
    assert {segment.ids[n].as_py(): text for n, text in found.items()} == OLD


def test_an_application_does_not_meet_its_own_stored_copy(tmp_path, kept):
    path = listed(tmp_path / "new.parquet", NEW)
    first = screen(path, "--index", kept, "--add")
    again = screen(path, "--index", kept, "--add")
    assert again["pairs"] == first["pairs"] and again["clusters"] == first["clusters"]
    assert len(list(kept.glob("0*"))) == 2
    # Kept again with another list, every stored application still counts once.
    longer = NEW | {"X": "另一件，" + abstracts(1, seed=9)[0]}
    screen(listed(tmp_path / "longer.parquet", longer), "--index", kept, "--add")
    third = screen(listed(tmp_path / "one.parquet", {"Y": OLD["2024000000000"]}), "--index", kept)
    assert [pair[:2] for pair in third["pairs"]] == [["2024000000000", "Y"], ["2025000000000", "Y"]]
    assert third["clusters"] == [["2024000000000", "2025000000000", "Y"]]


def test_other_parameters_or_damage_are_refused(kept):
    with pytest.raises(IndexUnusable, match="不同"):
        Index.open(kept, Settings(bands=32))
    (kept / "table.npy").unlink()
    with pytest.raises(IndexUnusable, match="重建"):
        Index.open(kept, Settings())


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_broken_off_first_index_leaves_none(tmp_path, monkeypatch, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(module, "_write_originals", fail)
    with pytest.raises(type(error)):
        screen(listed(tmp_path / "new.parquet", NEW), "--index", tmp_path / "index")
    assert [path.name for path in tmp_path.iterdir()] == ["new.parquet"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_broken_off_addition_leaves_the_index_as_it_was(tmp_path, kept, monkeypatch, error):
    def fail(*_):
        raise error

    before = everything_in(kept)
    path = listed(tmp_path / "new.parquet", NEW)
    with monkeypatch.context() as patch:
        patch.setattr(module, "_write_originals", fail)
        with pytest.raises(type(error)):
            screen(path, "--index", kept, "--add")
    assert everything_in(kept) == before
    assert len(screen(path, "--index", kept)["pairs"]) == 20


def test_a_folder_of_other_files_is_no_place_for_an_index(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    with pytest.raises(IndexUnusable, match="空文件夹"):
        screen(listed(tmp_path / "new.parquet", NEW), "--index", tmp_path / "mine")


def test_kernels_are_kept_in_the_data_directory_where_the_installation_is_read_only(tmp_path):
    (tmp_path / "kernel.py").write_text(
        "import os, sys\n"
        "real = os.access\n"
        "os.access = lambda path, mode: not (mode == os.W_OK and 'engine' in str(path)) and real(path, mode)\n"
        "from zhiheng.screening.engine.jit import njit, types\n"
        "@njit(types.int64(types.int64), cache=True)\n"
        "def one_more(x): return x + 1\n"
        "print(one_more(1), 'scipy' in sys.modules)\n"
    )
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    environment |= {"ZHIHENG_DATA_DIR": str(tmp_path / "data")}
    done = subprocess.run(
        [sys.executable, tmp_path / "kernel.py"], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["2", "False"]
    assert list((tmp_path / "data" / "kernels").rglob("*.nbi"))


def test_json_is_the_only_thing_on_the_output_stream(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "zhiheng.cli", "screen", str(listed(tmp_path / "new.parquet", NEW)),
         "-o", str(tmp_path / "out"), "--index", str(tmp_path / "index"), "--format", "json"],
        capture_output=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["documents"] == 40 and done.stdout.count(b"\n") == 1
    assert done.stderr == b""
    assert json.loads((tmp_path / "out" / "result.json").read_bytes()) == json.loads(done.stdout)
