import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from zhiheng.screening import commands
from zhiheng.screening.engine.reading import Unreadable
from zhiheng.screening.tests.texts import abstracts, edited


def screen(*arguments) -> dict:
    parser = argparse.ArgumentParser()
    commands.add_parsers(parser.add_subparsers())
    parsed = parser.parse_args(["screen", *map(str, arguments)])
    return commands._screen(parsed, 0.0)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    found = {f"2024{n:09d}": text for n, text in enumerate(abstracts(200))}
    found |= {f"2025{n:09d}": edited(found[f"2024{n:09d}"], 0.08, n) for n in range(20)}
    return found


@pytest.fixture
def parquet(tmp_path, texts):
    path = tmp_path / "list.parquet"
    pq.write_table(pa.table({"申请号": list(texts), "摘要": list(texts.values())}), path)
    return path


def test_every_kind_of_file_gives_the_same_pairs(tmp_path, texts, parquet):
    rows = list(texts.items())
    csv = "\n".join(["申请号,摘要", *(f"{a},{b}" for a, b in rows)])
    (tmp_path / "a.csv").write_text(csv, "utf-8-sig")
    (tmp_path / "b.csv").write_text(csv, "gb18030")
    (tmp_path / "c.csv").write_text(csv, "utf-16")
    (tmp_path / "d.jsonl").write_text(
        "\n".join(json.dumps({"application_no": a, "abstract": b}, ensure_ascii=False) for a, b in rows),
        "utf-8",
    )
    with xlsxwriter.Workbook(str(tmp_path / "e.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["重庆市清单"])
        sheet.write_row(1, 0, ["专利申请号", "摘要"])
        for number, row in enumerate(rows, 2):
            sheet.write_row(number, 0, row)
    expected = screen(parquet)["pairs"]
    assert len(expected) == 20
    for name in ("a.csv", "b.csv", "c.csv", "d.jsonl", "e.xlsx"):
        assert screen(tmp_path / name)["pairs"] == expected, name


def test_what_cannot_be_compared_is_told_and_the_rest_is(tmp_path, texts):
    one, other = abstracts(2)
    path = tmp_path / "list.csv"
    lines = [
        "申请号,名称,摘要",
        f"1,甲,{one}",
        f"2,乙,{one}",
        "3,丙,",
        "4,丁,水",
        f"1,甲,{other}",
        f",无号,{other}",
        f"7,多,{other},又一格,再一格",
        "8",
        f"9,大,{other * 6000}",
    ]
    path.write_text("\n".join(lines), "utf-8")
    result = screen(path)
    assert result["pairs"] == [["1", "2", 1.0]]
    reasons = {row["id"]: row["reason"] for row in result["rejected"]}
    assert set(reasons) == {"3", "4", "1", "", "7", "8"}
    assert "空" in reasons["3"] and "不足" in reasons["4"] and "重复" in reasons["1"]


def test_broken_lines_of_json_are_told(tmp_path):
    one = abstracts(1)[0]
    path = tmp_path / "list.jsonl"
    good = json.dumps({"id": "1", "text": one}, ensure_ascii=False)
    path.write_bytes(
        "\n".join([good, "{broken", "[1]", good.replace('"1"', '"2"')]).encode() + b"\n\xff\xfe\n"
    )
    result = screen(path)
    assert result["pairs"] == [["1", "2", 1.0]]
    assert [row["row"] for row in result["rejected"]] == [2, 3, 5]


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.csv", b"", "空"),
        ("a.csv", "甲,乙\n1,2\n".encode(), "没有认出文字列"),
        ("a.parquet", b"PAR1 nothing", "Parquet"),
        ("a.xlsx", b"PK\x03\x04 nothing", "打不开"),
        ("a.exe", b"MZ", "不是能读的文件"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(tmp_path, capsys, name, content, word):
    (tmp_path / name).write_bytes(content)
    parser = argparse.ArgumentParser()
    commands.add_parsers(parser.add_subparsers())
    parsed = parser.parse_args(["screen", str(tmp_path / name)])
    assert commands.run(parsed) == 2
    assert word in capsys.readouterr().err


def test_a_reference_corpus_is_compared_but_not_within_itself(tmp_path, texts):
    names = list(texts)
    for name, part in (("new", names[200:]), ("old", [*names[:200], names[0] + "A"])):
        table = pa.table({"id": part, "text": [texts[one[:13]] for one in part]})
        pq.write_table(table, tmp_path / f"{name}.parquet")
    result = screen(tmp_path / "new.parquet", "--against", tmp_path / "old.parquet")
    assert result["documents"] == 20
    assert len(result["pairs"]) == 21  # the first old text stands there twice
    assert all(any(one in names[200:] for one in pair[:2]) for pair in result["pairs"])


def test_findings_are_made_again_from_what_was_recorded(tmp_path, parquet):
    out = tmp_path / "out"
    first = screen(parquet, "--setting", "strict", "-o", out)
    again = screen(parquet, "--rerun", out / "result.json", "-o", tmp_path / "again")
    for key in ("pairs", "clusters", "signals", "settings"):
        assert again[key] == first[key]
    assert (tmp_path / "again" / "report.html").read_text() == (out / "report.html").read_text()


def test_an_interrupted_run_leaves_the_folder_as_it_was(tmp_path, parquet, monkeypatch):
    from zhiheng.screening.report import files

    out = tmp_path / "out"
    screen(parquet, "-o", out)
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    for error in (KeyboardInterrupt, OSError(28, "No space left on device")):

        def fail(*_, error=error):
            raise error

        monkeypatch.setattr(files, "page", fail)
        with pytest.raises(type(error) if isinstance(error, OSError) else error):
            screen(parquet, "-o", out)
        assert {file.name: file.read_bytes() for file in out.iterdir()} == before
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_folder_with_other_files_is_refused(tmp_path, parquet):
    from zhiheng.screening.report.files import FolderTaken

    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    with pytest.raises(FolderTaken, match="别的文件"):
        screen(parquet, "-o", tmp_path / "mine")


def test_the_page_carries_everything_and_escapes_hostile_text(tmp_path):
    bad = "<script>alert(1)</script>" + abstracts(1)[0]
    path = tmp_path / "list.jsonl"
    rows = [{"id": "<b>甲</b>", "text": bad}, {"id": "2&", "text": bad.replace("所述", "上述")}]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    screen(path, "-o", tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "<script>alert" not in page and "<b>甲</b>" not in page and page.count("<script") == 1
    digest = re.search("script-src 'sha256-([^']+)'", page)[
        1
    ]  # the only script that may run is the page's own
    own = re.search("<script>(.*)</script>", page, re.S)[1]
    assert base64.b64encode(hashlib.sha256(own.encode()).digest()).decode() == digest
    assert "://" not in page  # nothing is loaded from elsewhere
    assert "<svg" in page and "不是概率" in page and "<mark>" in page


def test_the_command_line_prints_json(parquet):
    done = subprocess.run(
        [sys.executable, "-m", "zhiheng.cli", "screen", str(parquet), "--format", "json"],
        capture_output=True,
        check=True,
    )
    result = json.loads(done.stdout)
    assert {"documents", "pairs", "clusters", "signals", "settings", "rejected", "seconds", "peak_mb"} <= set(
        result
    )


@pytest.mark.parametrize("name", ["CN202410000001.X", "ZL 2024 1 0000001.X", "202410000001X", "202410000001"])
def test_one_application_however_its_number_is_written_is_one(tmp_path, name):
    one, other = abstracts(2)
    (tmp_path / "list.csv").write_text(
        f"申请号,摘要\n202410000001.X,{one}\n{name},{one}\n甲-1,{other}\n", "utf-8"
    )
    result = screen(tmp_path / "list.csv")
    assert result["documents"] == 2 and result["pairs"] == []
    assert "重复" in result["rejected"][0]["reason"]


def test_a_number_spoilt_by_a_spreadsheet_is_told_as_such(tmp_path):
    one, other = abstracts(2)
    (tmp_path / "list.csv").write_text(f"申请号,摘要\n2.02E+12,{one}\n2.02E+12,{other}\n7,{one}\n", "utf-8")
    reasons = [row["reason"] for row in screen(tmp_path / "list.csv")["rejected"]]
    assert len(reasons) == 2 and all("科学记数" in reason for reason in reasons)


def test_columns_are_known_by_what_they_say_and_the_unknown_are_told(tmp_path, capsys):
    one = abstracts(1)[0]
    header = "专利申请号,第一申请人地址,联系人电话,IPC主分类,专利类型,案情说明,审查员意见,摘要,代理机构电话"
    (tmp_path / "list.csv").write_text(
        f"{header}\n1,渝中区人民路1号,13900001111,A01B,发明,略,略,{one},02360001111\n", "utf-8"
    )
    notes = screen(tmp_path / "list.csv")["notes"]
    assert (
        "地址←第一申请人地址" in notes[0] and "电话←联系人电话" in notes[0] and "分类号←IPC主分类" in notes[0]
    )
    assert "专利类型←专利类型" in notes[0] and "代理机构电话←代理机构电话" in notes[0]
    assert notes[1] == "没有认出、不参与筛查的列：案情说明、审查员意见"
    parser = argparse.ArgumentParser()
    commands.add_parsers(parser.add_subparsers())
    assert commands.run(parser.parse_args(["screen", str(tmp_path / "list.csv"), "--columns"])) == 0
    assert "没有认出" in capsys.readouterr().out


def test_remarks_are_not_screened_in_place_of_texts(tmp_path):
    rows = "\n".join(f"2024100000{n:02d}.1,与前件相同，请核查并于月底前反馈" for n in range(3))
    (tmp_path / "list.csv").write_text(f"案号,备注\n{rows}\n", "utf-8")
    with pytest.raises(Unreadable, match="没有认出文字列"):
        screen(tmp_path / "list.csv")


def test_thresholds_and_limits_can_be_given_and_are_recorded(parquet):
    result = screen(parquet, "--similar", "0.9", "--limit", "burst_filings=40", "--limit", "series_alike=0.5")
    assert result["settings"]["similar"] == 0.9 and all(s >= 0.9 for *_, s in result["pairs"])
    assert result["settings"]["limits"]["burst_filings"] == 40
    assert result["settings"]["limits"]["series_alike"] == 0.5
    assert {"similar", "framed"} <= result["strangers"].keys()


@pytest.mark.parametrize(
    "options",
    [
        ("--similar", "0"),
        ("--similar", "1.2"),
        ("--limit", "nothing=3"),
        ("--limit", "burst_days=many"),
        ("--limit", "burst_days=-1"),
    ],
)
def test_values_that_cannot_be_are_refused_in_words(parquet, options):
    with pytest.raises(Unreadable, match=r"不能是|没有叫"):
        screen(parquet, *options)


@pytest.mark.parametrize("count", ["-3", "0", "many"])
def test_a_number_of_workers_that_cannot_be_is_refused(parquet, count, capsys):
    with pytest.raises(SystemExit):
        screen(parquet, "--workers", count)
    assert "并行数" in capsys.readouterr().err


def test_a_repeated_run_says_when_it_reads_another_file(tmp_path, parquet, texts):
    screen(parquet, "-o", tmp_path / "out")
    other = tmp_path / "other.parquet"
    pq.write_table(pa.table({"申请号": list(texts)[:50], "摘要": list(texts.values())[:50]}), other)
    told = screen(other, "--rerun", tmp_path / "out" / "result.json")["notes"]
    assert "不是同一份文件" in told[-1]
    with pytest.raises(Unreadable, match="--rerun"):
        screen(parquet, "--rerun", tmp_path / "out" / "result.json", "--setting", "strict")
