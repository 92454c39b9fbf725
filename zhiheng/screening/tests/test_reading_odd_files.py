"""Lists as they really come: other line ends, encodings, separators, broken quotes, columns of odd types."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from zhiheng.screening.engine.reading import Rejections, Unreadable, read
from zhiheng.screening.tests.texts import abstracts

ONE, OTHER, THIRD = abstracts(3)


def taken(path) -> tuple[dict[str, str], list[tuple[int, str]], Rejections]:
    rejections = Rejections()
    found, places = {}, []
    for batch in read(path, rejections, []):
        found |= dict(zip(batch.ids, batch.texts, strict=True))
        places += zip(batch.rows, batch.ids, strict=True)
    return found, places, rejections


def written(tmp_path, name: str, content: str | bytes):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        f"申请号,摘要\r1,{ONE}\r2,{OTHER}\r",
        f"申请号;摘要\n1;{ONE}\n2;{OTHER}\n",
        f"申请号\t摘要\n1\t{ONE}\n2\t{OTHER}\n",
        f"申请号，摘要\n1，{ONE.replace('，', '、')}\n2，{OTHER.replace('，', '、')}\n",
        f"某局清单,\n填报日期：2024年,\n专利申请号,摘要\n1,{ONE}\n\n2,{OTHER}\n",
        f'申请号,摘要\n1,"{ONE[:20]}\n{ONE[20:]}"\n2,{OTHER}\n',
        f"申请号,摘要\n1,{ONE}\0\n2,{OTHER}\n",
    ],
)
def test_a_csv_is_read_whatever_parts_its_cells_and_lines(tmp_path, content):
    found, _, rejections = taken(written(tmp_path, "list.csv", content))
    flat = {key: text.replace("\n", "").replace("、", "，") for key, text in found.items()}
    assert flat == {"1": ONE, "2": OTHER} and rejections.count == 0


def test_a_quote_never_closed_costs_its_own_row_only(tmp_path):
    content = f'申请号,摘要\n1,"{ONE}\n2,{OTHER}\n3,"{THIRD}"\n4,{ONE}\n'
    found, places, rejections = taken(written(tmp_path, "list.csv", content))
    assert found == {"2": OTHER, "3": THIRD, "4": ONE}
    assert places == [(3, "2"), (4, "3"), (5, "4")]
    assert [(row["row"], row["id"]) for row in rejections.rows] == [(2, "1")]
    assert "引号" in rejections.rows[0]["reason"]


def test_rows_without_a_header_are_all_taken(tmp_path):
    found, _, _ = taken(written(tmp_path, "list.csv", f"1,{ONE}\n2,{OTHER}\n"))
    assert list(found.values()) == [ONE, OTHER]
    with xlsxwriter.Workbook(str(tmp_path / "list.xlsx")) as book:
        sheet = book.add_worksheet()
        for row, text in enumerate((ONE, OTHER)):
            sheet.write_row(row, 0, [f"A{row}", text])
    assert list(taken(tmp_path / "list.xlsx")[0].values()) == [ONE, OTHER]


def test_lines_of_json_in_the_national_encoding_and_with_half_characters(tmp_path):
    lines = "\n".join(json.dumps({"id": n, "text": ONE}, ensure_ascii=False) for n in range(3))
    assert len(taken(written(tmp_path, "a.jsonl", lines.encode("gb18030")))[0]) == 3
    half = '{"id": "\\ud800甲", "text": "\\udfff' + ONE + '"}'
    found, _, _ = taken(written(tmp_path, "b.jsonl", half))
    assert {key.encode(): text.encode() for key, text in found.items()} == {
        "?甲".encode(): f"?{ONE}".encode()
    }


def test_a_row_that_cannot_be_decoded_is_told(tmp_path):
    good, bad = (json.dumps({"id": n, "text": ONE}, ensure_ascii=False).encode() for n in "12")
    found, _, rejections = taken(written(tmp_path, "a.jsonl", good + b"\n" + bad[:40] + b"\xff" + bad[40:]))
    assert list(found) == ["1"] and "编码" in rejections.rows[0]["reason"]


def test_columns_of_parquet_may_have_any_type(tmp_path):
    table = pa.table(
        {
            "申请号": pa.array(["1", "2", None, "4"]).dictionary_encode(),
            "摘要": pa.array([ONE, None, ONE, OTHER], pa.large_string()),
            "权利要求": pa.array([b"\xe7\x94\xb2", b"", None, None], pa.binary()),
            "申请人": pa.array([["甲", "乙"], None, [], ["丙"]]),
            "申请日": pa.array([None, 1, 2, 1_709_596_800_000_000], pa.timestamp("us")),
            "注册资本": pa.array([-1.5, float("nan"), float("inf"), 1e20]),
        }
    )
    pq.write_table(table, tmp_path / "list.parquet")
    rejections = Rejections()
    (batch,) = read(tmp_path / "list.parquet", rejections, [])
    assert batch.texts == [f"{ONE}\n甲", OTHER] and batch.ids == ["1", "4"]
    assert batch.fields["applicant"] == ["甲;乙", "丙"] and batch.fields["filed_on"][1] == "2024-03-05"
    assert [(row["row"], row["id"]) for row in rejections.rows] == [(2, "2"), (3, "")]


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.json", "[{}]", "第1行"),
        ("a.csv", "申请号,摘要\n", "没有一行"),
        ("a.jsonl", "{broken\n", "JSON"),
    ],
)
def test_a_file_without_one_readable_row_says_why(tmp_path, name, content, word):
    with pytest.raises(Unreadable, match=word):
        taken(written(tmp_path, name, content))
