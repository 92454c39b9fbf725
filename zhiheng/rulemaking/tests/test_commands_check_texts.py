"""`check_book --texts` on the command line: what is found, what is not, and that only whole proofs are written."""

import json

import pytest
import yaml

from zhiheng.cli import main
from zhiheng.law import current_book, loader

WRITTEN = {"月": "个月", "时": "小时", "岁": "周岁"}
HEAD = "# 中华人民共和国行政处罚法\n\n2021年1月22日 修订\n\n<!-- INFO END -->\n\n"


@pytest.fixture
def ask(capsys):
    def call(*arguments):
        code = main(["check_book", *map(str, arguments), "--format", "json"])
        captured = capsys.readouterr()
        return code, json.loads(captured.out), captured.err

    return call


def write(folder, *, limit="二百元"):
    """The whole law with one paragraph an article, every number the book takes from it, and one that can be got wrong."""
    needs: dict[str, set[str]] = {}
    for cited in current_book().cited:
        for citation in cited.citations:
            if citation.instrument.short == "行政处罚法":
                needs.setdefault(citation.number, set()).update(
                    f"百分之{number}" if unit == "%" else f"{number}{WRITTEN.get(unit, unit)}"
                    for number, unit in cited.quantities
                )
    articles = []
    for number in range(1, 87):
        words = "、".join(sorted(needs.get(str(number), {"无"})))
        if number == 51:
            words = words.replace("200元", limit)
        body = "\n".join([words, *(f"（{n}）{words}；" for n in "一二三四五六七八九")])
        articles.append(f"第{number}条 {body}\n" + "\n".join([words] * 4))
    (folder / "行政处罚法(2021-01-22).md").write_text(HEAD + "\n".join(articles), encoding="utf-8")


def test_with_a_text_that_has_everything_nothing_is_missing_and_the_rest_has_no_text(ask, tmp_path):
    write(tmp_path)
    code, answer, errors = ask("--texts", tmp_path)
    assert (code, errors) == (0, "")
    assert answer["texts"]["not_found"] == 0
    assert answer["texts"]["found"] > 20 and answer["texts"]["no_text"] > 20
    (law,) = [i for i in answer["texts"]["instruments"] if i["instrument"].startswith("行政处罚法")]
    assert law["text"] == "行政处罚法(2021-01-22).md" and len(law["sha256"]) == 64


def test_a_number_that_the_text_does_not_have_fails_the_check_and_names_file_line_and_article(ask, tmp_path):
    write(tmp_path, limit="三百元")
    code, answer, errors = ask("--texts", tmp_path)
    assert code == 2 and answer["ok"] is False
    assert "limits/on-spot/2021-07-15.yaml:3 《中华人民共和国行政处罚法》第五十一条中没有200元" in errors


def test_what_was_found_is_written_down_by_hash_and_read_again(ask, tmp_path, monkeypatch):
    write(tmp_path)
    book = tmp_path / "book"
    book.mkdir()
    monkeypatch.setattr(loader, "book_dirs", lambda: [book])
    monkeypatch.setattr("zhiheng.law.commands.load_book", current_book)
    ask("--texts", tmp_path, "--record")
    written = yaml.safe_load((book / "checked.yaml").read_text("utf-8"))
    assert list(written["texts"]) == ["行政处罚法@2021-07-15"]
    digests = {c.place: c.digest for c in current_book().cited}
    assert written["places"] and all(digests[place] == kept for place, kept in written["places"].items())
    assert [f.name for f in book.iterdir()] == ["checked.yaml"]


def test_a_directory_that_is_not_there_is_refused_in_words(capsys, tmp_path):
    assert main(["check_book", "--texts", str(tmp_path / "absent")]) == 2
    assert "没有目录" in capsys.readouterr().err
