"""The commands: exact JSON keys, one document on stdout, errors in Chinese on stderr with exit code 2."""

import json
import subprocess
import sys

import pytest

from zhiheng.law.commands import main


@pytest.fixture
def run(capsys):
    def call(*arguments):
        code = main([str(a) for a in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def ask(run):
    def call(*arguments):
        code, out, err = run(*arguments, "--format", "json")
        assert (code, err) == (0, "")
        return json.loads(out)

    return call


def test_deadline_answers_the_day_and_its_reasons(ask):
    answer = ask(
        "deadline",
        "penalty.ordinary/case",
        "--from",
        "2025-03-03",
        "--pause",
        "testing:2025-04-10..2025-04-25",
    )
    assert set(answer) == {"due", "provisional", "trace"}
    assert answer["due"] == "2025-06-16"
    assert answer["provisional"] is False
    words = "".join(answer["trace"])
    assert all(word in words for word in ("程序规定64", "检测", "15日", "2025-04-10"))


@pytest.mark.parametrize(
    ("clock", "due"),
    [
        ("verify", "2025-03-24"), ("preserve", "2025-03-12"), ("seize", "2025-04-02"), ("review", "2025-03-17"),
        ("notice", "2025-03-10"), ("serve", "2025-03-12"), ("pay", "2025-03-18"), ("publish", "2025-03-31"),
        ("close", "2025-03-24"), ("case", "2025-06-03"),
    ],
)  # fmt: skip
def test_deadline_knows_the_named_clocks(ask, clock, due):
    assert ask("deadline", f"penalty.ordinary/{clock}", "--from", "2025-03-03")["due"] == due


def test_deadline_takes_extensions_by_step_with_the_length_the_law_gives(ask):
    case = ("deadline", "penalty.ordinary/case", "--from", "2025-03-03", "--extend", "extend_case")
    assert ask(*case)["due"] == "2025-07-01"
    assert ask(*case, "--extend", "extend_case_collectively:45")["due"] == "2025-08-15"
    verify = ask(
        "deadline", "penalty.ordinary/verify", "--from", "2025-03-03", "--extend", "extend_verification"
    )
    assert verify["due"] == "2025-04-15"
    seize = ("deadline", "penalty.ordinary/seize", "--from", "2025-03-03")
    assert ask(*seize, "--extend", "extend_seizure")["due"] == "2025-05-02"
    assert (
        ask(*seize, "--extend", "extend_seizure:10")["due"] == "2025-04-12"
    )  # a maximum of coercion does not move on to Monday


def test_deadline_stands_still_under_an_open_pause_and_takes_chinese_reasons(ask):
    answer = ask(
        "deadline", "penalty.ordinary/case", "--from", "2025-03-03", "--pause", "中止调查:2025-04-01.."
    )
    assert answer["due"] is None
    assert "暂停计算" in "".join(answer["trace"])


def test_deadline_marks_a_year_without_a_notice_as_provisional(ask):
    answer = ask("deadline", "penalty.ordinary/case", "--from", "2026-11-20")
    assert (answer["due"], answer["provisional"]) == ("2027-02-18", True)
    assert "2027年放假安排尚未公布，暂按周末推算" in "".join(answer["trace"])


def test_deadline_before_the_first_version_says_so_instead_of_guessing_silently(ask):
    assert (
        "早于法规库最早的版本"
        in ask("deadline", "penalty.ordinary/verify", "--from", "2020-01-10")["trace"][0]
    )


def test_deadline_in_the_table_reads_like_a_note(run):
    code, out, _ = run("deadline", "penalty.ordinary/pay", "--from", "2025-03-07")
    assert code == 0
    assert (
        "行政处罚普通程序——缴款" in out and "届满日：2025-03-24（周一）" in out and "周六休息日，顺延" in out
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("penalty.ordinary/cas", "--from", "2025-03-03"), "没有时钟“cas”；可用：protection、verify"),
        (("verify", "--from", "2025-03-03"), "没有时钟“verify”；可用：agency.supervision/verify、penalty.ordinary/verify"),
        (("penalty.ordinary/case", "--from", "2025-02-30"), "--from 的日期“2025-02-30”无效"),
        (("penalty.ordinary/case", "--from", "2018-01-01"), "不在工作日历范围内"),
        (("penalty.ordinary/case", "--from", "2025-03-03", "--pause", "testing"), "写法不对；请写成 事由:起..止"),
        (("penalty.ordinary/case", "--from", "2025-03-03", "--pause", "lunch:2025-03-04..2025-03-05"), "没有扣除事由“lunch”；可用：suspension（中止调查）"),
        (("penalty.ordinary/seize", "--from", "2025-03-03", "--pause", "hearing:2025-03-04..2025-03-05"), "程序规定38"),
        (("penalty.ordinary/case", "--from", "2025-03-03", "--extend", "extend_verification"), "可用的延期步骤：extend_case（延长办案期限）"),
        (("penalty.ordinary/case", "--from", "2025-03-03", "--extend", "extend_case", "--extend", "extend_case"), "只能办理一次"),
        (("penalty.ordinary/case", "--from", "2025-03-03", "--extend", "extend_case_collectively:45"), "请先写 --extend extend_case"),
        (("penalty.ordinary/case", "--from", "2025-03-03", "--extend", "extend_case", "--extend", "extend_case_collectively"), "须写明确定的天数"),
        (("penalty.ordinary/seize", "--from", "2025-03-03", "--extend", "extend_seizure:31"), "不得超过30日，现为31"),
    ],
)  # fmt: skip
def test_deadline_refuses_in_words(run, arguments, words):
    code, out, err = run("deadline", *arguments, "--format", "json")
    assert (code, out) == (2, "")
    assert words in err


def test_fines_answers_both_versions_and_the_lighter_one_in_yuan(ask):
    answer = ask(
        "fines", "TM-WELLKNOWN", "--acted", "2026-05-01", "--decided", "2027-02-01", "--party", "organisation"
    )
    assert set(answer) == {"versions", "applicable", "why", "hearing_required", "citations"}
    assert all(
        set(v) == {"valid_from", "article", "min", "max", "mandatory"}
        for v in (*answer["versions"], answer["applicable"])
    )
    assert answer["versions"][0] == {
        "valid_from": "2019-11-01", "article": "商标法53", "min": 100000, "max": 100000, "mandatory": True,
    }  # fmt: skip
    assert answer["applicable"] == {
        "valid_from": "2027-01-01", "article": "商标法64", "min": 0, "max": 100000, "mandatory": True,
    }  # fmt: skip
    assert answer["hearing_required"] is True
    assert "从旧兼从轻" in answer["why"]
    assert "行政处罚法37" in answer["citations"]


@pytest.mark.parametrize(
    ("turnover", "most"),
    [("49999.99", 250000), ("50000", 250000), ("50000.01", 250000.05), ("100,000", 500000)],
)
def test_fines_keeps_cents_and_operators(ask, turnover, most):
    answer = ask(
        "fines",
        "TM-INF",
        "--acted",
        "2025-05-01",
        "--decided",
        "2025-09-01",
        "--party",
        "person",
        "--turnover",
        turnover,
    )
    assert answer["applicable"]["max"] == most


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rule": "TM-XX"}, "法规库没有罚则“TM-XX”；可用："),
        ({"--party": "company"}, "当事人类型“company”不可用"),
        ({"--turnover": "abc"}, "--turnover 的金额“abc”无效"),
        ({"--turnover": "1.001"}, "最多精确到分"),
        ({"--turnover": "-5"}, "不能为负数"),
        ({"--turnover": "NaN"}, "无效"),
        ({"--decided": "2024-01-01"}, "决定日2024-01-01早于违法行为日"),
        ({"--severity": "huge"}, "情节“huge”不可用"),
    ],
)
def test_fines_refuses_in_words(run, change, words):
    asked = {
        "rule": "TM-INF",
        "--acted": "2025-05-01",
        "--decided": "2025-09-01",
        "--party": "person",
    } | change
    options = [part for key, value in asked.items() if key != "rule" for part in (f"{key}={value}",)]
    code, out, err = run("fines", asked["rule"], *options, "--format", "json")
    assert (code, out) == (2, "")
    assert words in err


def test_fines_in_the_table_shows_which_version_applies(run):
    code, out, _ = run(
        "fines", "TM-WELLKNOWN", "--acted", "2026-05-01", "--decided", "2027-02-01", "--party", "organisation"
    )
    assert code == 0
    assert "→ 自2027-01-01起 商标法64：应当处100,000元以下罚款" in out
    assert "听证：达到上限时应当告知听证权利" in out


def test_check_book_counts_what_it_checked_and_lists_what_is_unverified(ask):
    answer = ask("check_book")
    assert answer["ok"] is True and answer["faults"] == []
    assert answer["procedures"] >= 2 and answer["examples"] >= 40 and answer["doubts"]


def test_check_book_refuses_a_broken_local_file(run, tmp_path, monkeypatch):
    bad = tmp_path / "limits" / "hearing" / "2030-01-01.yaml"
    bad.parent.mkdir(parents=True)
    bad.write_text(
        "title: 听证标准\ninstrument: 听证办法\narticle: 5\nconfidence: verified\npersonn: 5000\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("ZHIHENG_BOOK_DIR", str(tmp_path))
    code, out, err = run("check_book")
    assert (code, out) == (2, "")
    assert "2030-01-01.yaml:5 personn：不认识的键“personn”。是否应为“person”" in err


def test_the_law_runs_without_django():
    code = (
        "import sys; import zhiheng.law.commands, zhiheng.law.examples; "
        "sys.exit(any(m == 'django' or m.startswith('django.') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_fines_answers_by_the_local_standard_of_a_unit(ask, monkeypatch, tmp_path):
    monkeypatch.setattr("zhiheng.law.lawbook._current", [])
    folder = tmp_path / "limits" / "hearing"
    folder.mkdir(parents=True)
    (folder / "2022-01-01.yaml").write_text(
        'title: 听证标准\nscope: "500112"\ninstrument: 听证办法@2021-07-15\narticle: 5\nconfidence: unconfirmed\n'
        "person: 5000\norganisation: 20000\nkinds: []\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("ZHIHENG_BOOK_DIR", str(tmp_path))
    asked = ("fines", "TM-MUSTREG", "--acted", "2025-02-01", "--decided", "2025-06-01", "--party", "organisation", "--turnover", "100000")  # fmt: skip
    assert ask(*asked)["hearing_required"] is False
    assert ask(*asked, "--scope", "500112")["hearing_required"] is True
