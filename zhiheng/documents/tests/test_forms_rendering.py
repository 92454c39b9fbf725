"""Forms filled and read back with an independent reader (python-docx)."""

import io
import re
import zipfile
from datetime import date
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import zhiheng.law.forms
from tests.examples import examples
from zhiheng.documents.rendering import typeset
from zhiheng.documents.rendering import wordml as w
from zhiheng.documents.rendering.forms import Unfilled, missing, questions, render, title
from zhiheng.documents.rendering.wordml import FALLBACKS
from zhiheng.law.forms import parse_form

FORMS = Path(zhiheng.law.forms.__file__).parents[1] / "book" / "forms"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


CODES = sorted(path.name for path in FORMS.iterdir() if path.is_dir())


@cache
def form(code):
    [path] = (FORMS / code).glob("*.yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return parse_form(yaml.load(path.read_text(encoding="utf-8"), loader), str, code=code)


def inline(layout, **extra):
    raw = {
        "title": "样张",
        "kind": "internal",
        "legal_basis": ["行政处罚法"],
        "confidence": "verified",
        "layout": layout,
    }
    return parse_form(raw | extra, str)


def case(amounts=None, **changes):
    """`amounts`: those that no item of the decision states in full, as the case tells them."""
    return {
        "office": {
            "name": "重庆市渝中区知识产权局", "seal_name": "重庆市渝中区知识产权局", "address": "和平路1号",
            "phone": "023-60000000", "review_organ": "重庆市渝中区人民政府", "court": "重庆市渝中区人民法院",
            "bank": "某银行渝中支行",
        },
        "case": {"title": "云岭商贸有限公司涉嫌假冒专利案", "filed_on": date(2024, 3, 5), "disclosed": True} | (amounts or {}),
        "party": {
            "name": "云岭商贸有限公司", "type": "organisation", "id_no": "91500000000000000X", "address": "民族路1号",
        },
        "handlers": [{"name": "张三", "cert_no": "001"}, {"name": "李四", "cert_no": "002"}],
        "number": "渝中知罚〔2024〕12号",
        "on": date(2024, 5, 8),
        "facts": "当事人销售假冒专利的水杯。",
        "evidence": [{"name": "现场笔录", "proves": "销售事实"}, {"name": "询问笔录"}],
        "law_breached": "《中华人民共和国专利法》第六十八条",
        "law_basis": "《中华人民共和国专利法》第六十八条",
        "discretion": "当事人主动配合调查。",
        "proposed_penalty": ["没收违法所得1,000元", "罚款50,000元"],
        "confiscated_gains": 1_000_00,
        "fine": 50_000_00,
        "hearing_right": False,
    } | changes  # fmt: skip


def text_of(data):
    """All text in reading order, tables included."""
    body = docx.Document(io.BytesIO(data)).element.body
    return "\n".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in body.iter(f"{W}p"))


def part(data, name):
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


def test_a_penalty_decision_states_the_seven_items_in_order():
    text = text_of(
        render(
            form("SAMR-45"),
            case(
                {"fine_apart": 50_000_00, "confiscated_gains_apart": 1_000_00},
                defences=[{"who": "当事人", "defence": "罚款过高。", "opinion": "理由不成立，不予采纳。"}],
            ),
        )
    )
    wanted = [
        "重庆市渝中区知识产权局", "行政处罚决定书", "渝中知罚〔2024〕12号", "当事人：云岭商贸有限公司", "统一社会信用代码",
        "本局于2024年3月5日对", "经查明：当事人销售假冒专利的水杯。", "1.现场笔录，证明销售事实。", "2.询问笔录。",
        "送达《行政处罚告知书》", "罚款过高。", "理由不成立，不予采纳。", "第六十八条，本局决定作出如下行政处罚：",
        "1.没收违法所得1,000元；", "2.罚款50,000元。", "人民币伍万元整（50,000.00元）", "十五日内，将罚没款缴至某银行渝中支行",
        "百分之三", "六十日内，向重庆市渝中区人民政府申请行政复议", "六个月内，依法向重庆市渝中区人民法院提起行政诉讼",
        "向社会公示", "2024年5月8日", "本文书一式三份",
    ]  # fmt: skip
    at = -1
    for words in wanted:
        at = text.find(words, at + 1)
        assert at >= 0, words
    assert not re.search("[{}\\[\\]]|None", text)


def test_the_hearing_passage_is_printed_only_where_the_right_exists():
    with_right = text_of(render(form("SAMR-37"), case(hearing_right=True)))
    without = text_of(render(form("SAMR-37"), case()))
    assert "有权要求举行听证" in with_right and "□要求听证" in with_right
    assert "听证" not in without
    assert "五个工作日内" in with_right and "五个工作日内" in without


def test_whether_there_is_a_hearing_right_must_be_known():
    context = case()
    del context["hearing_right"]
    assert [one.code for one in missing(form("SAMR-37"), context)] == ["hearing_right"]


def test_an_unfilled_required_field_fails_the_rendering_and_names_its_page():
    context = case(facts="")
    context["party"]["address"] = None
    with pytest.raises(
        Unfilled,
        match=r"《行政处罚决定书》还不能生成.*住所或者住址（在“当事人信息”填写）.*违法事实（在“文书录入页”填写）",
    ):
        render(form("SAMR-45"), context)


def test_a_list_item_without_its_column_is_named_by_its_position():
    [only] = missing(form("SAMR-45"), case(evidence=[{"name": "现场笔录"}, {"proves": "销售事实"}]))
    assert (only.code, only.title) == ("evidence.2.name", "证据第2项的证据名称")


def test_questions_are_what_the_case_does_not_know_and_follow_the_answers():
    asked = {field.code: field.required for field in questions(form("SAMR-33"), case(facts=None))}
    assert asked["correction_mode"] and asked["correction_content"] and "correction_by" not in asked
    assert asked["facts"] is False and "party.name" not in asked
    answered = case(correction_mode="by_date", correction_content="停止销售")
    assert {"correction_by"} <= {
        field.code for field in questions(form("SAMR-33"), answered) if field.required
    }


def test_a_person_is_addressed_as_a_person():
    context = case()
    context["party"] |= {"type": "person", "name": "王五"}
    text = text_of(render(form("SAMR-37"), context))
    assert "你的上述行为" in text and "你单位" not in text


@pytest.mark.parametrize(
    ("on", "wanted", "unwanted"),
    [
        (date(2023, 12, 31), "或者上一级主管部门申请行政复议；也可以", "先向"),
        (date(2024, 1, 1), "先向重庆市渝中区人民政府申请行政复议", "也可以自收到"),
    ],
)
def test_on_the_spot_decisions_carry_the_remedy_of_their_day(on, wanted, unwanted):
    text = text_of(render(form("SAMR-44"), case(on=on)))
    assert wanted in text and unwanted not in text


def test_a_number_out_of_shape_is_refused():
    with pytest.raises(ValueError, match="文号“渝知罚\\[2024\\]012号”不合格式"):
        render(form("SAMR-45"), case(number="渝知罚[2024]012号"))


def test_an_amount_that_is_not_fen_is_refused_by_name():
    with pytest.raises(TypeError, match=r"罚款.*以分计的整数"):
        render(form("SAMR-45"), case({"fine_apart": 50000.0}))


def test_ticks_mark_the_choice_and_show_the_others():
    text = text_of(render(form("SAMR-53"), case(closing_ground="terminated")))
    assert "☑案件终止调查" in text and "□行政处罚决定执行完毕" in text


def test_opinions_print_with_name_and_day_and_leave_a_line_for_the_pen_otherwise():
    opinions = [{"role": "unit_head", "name": "吴某", "text": "同意结案。", "on": "2024-06-03"}]
    text = text_of(render(form("SAMR-53"), case(closing_ground="performed", opinions=opinions)))
    assert "同意结案。" in text and "签名：吴某　　2024年6月3日" in text and "签名：　　" in text


def test_the_same_content_gives_the_same_bytes():
    assert render(form("SAMR-45"), case()) == render(form("SAMR-45"), case())


def test_grouped_rows_share_one_cell_whichever_branch_begins_the_group():
    xml = part(
        render(
            form("SAMR-01"), case(source="other", received_on="2024-01-02", title="某案", lead_content="略")
        ),
        "word/document.xml",
    )
    assert xml.count('w:vMerge w:val="restart"') == 2


def test_a_blank_case_is_refused_and_never_half_printed():
    for code in CODES:
        if not any(one.required and not one.by_hand for one in form(code).fields):
            assert render(form(code), {"on": date(2024, 5, 8)}), code  # filled in with the pen, all of it
            continue
        for known in ({"on": date(2024, 5, 8)}, {}):
            try:
                render(form(code), known)
            except Unfilled:
                continue
            pytest.fail(f"{code} is printed of {known}")


def test_a_paper_without_a_day_is_refused_in_words():
    with pytest.raises(Unfilled, match="文书日期"):
        render(form("SAMR-45"), case(on=None))


def test_every_run_names_an_allowed_chinese_font_and_no_theme_font():
    data = render(form("SAMR-35"), case(proposal="罚款。", on=date(2024, 5, 8)))
    root = ElementTree.fromstring(part(data, "word/document.xml"))
    for run in root.iter(f"{W}r"):
        if run.find(f"{W}t") is None:
            continue
        fonts = run.find(f"{W}rPr/{W}rFonts")
        assert fonts.get(f"{W}eastAsia") == fonts.get(f"{W}ascii") == fonts.get(f"{W}hAnsi")
        assert fonts.get(f"{W}eastAsia") in FALLBACKS
    for name in ("word/document.xml", "word/styles.xml"):
        assert "Theme" not in part(data, name)


@settings(max_examples=examples(60), deadline=None)
@given(st.text(min_size=1).filter(lambda text: text.strip()))
def test_any_text_gives_well_formed_xml(text):
    data = render(inline(["head", {"text": "事实：{facts}"}]), case(facts=text))
    ElementTree.fromstring(part(data, "word/document.xml"))


def test_markup_is_escaped_control_characters_dropped_and_rare_hanzi_kept():
    text = text_of(
        render(inline(["head", {"text": "{facts}"}]), case(facts="甲<b>&\x07\x0b“乙”——𠮷㐂\ud800"))
    )
    assert "甲<b>&“乙”——𠮷㐂" in text


def test_numbers_of_papers_made_by_others_keep_their_own_shape():
    papers = [{"title": "行政判决书", "number": "（2024）渝01行初3号"}]
    assert "（2024）渝01行初3号" in text_of(render(form("SAMR-55"), case(papers=papers)))


def test_a_form_with_alternatives_bears_the_title_the_case_calls_for():
    assert title(form("SAMR-07"), case()) == "立案审批表"
    assert title(form("SAMR-07"), case(refusal_ground="slight")) == "不予立案审批表"
    assert title(form("SAMR-45"), case()) == "行政处罚决定书"


# ---------------------------------------------------------------------------- what one sees only in a picture of a paper


def paragraphs(layout, data, **extra):
    """The paragraphs of an inline form, each with whether it stays on one page with the next."""
    made = docx.Document(io.BytesIO(render(inline(layout, **extra), data)))
    kept = lambda one: one.paragraph_format.keep_with_next or one.style.paragraph_format.keep_with_next  # noqa: E731
    return [(one.text, bool(kept(one))) for one in made.paragraphs]


def lines(layout, data, **extra):
    return [text for text, _ in paragraphs(layout, data, **extra)]


SAID = {"said": {"title": "说明", "type": "longtext", "required": False}}


@given(st.text(alphabet="甲乙。！？；：，、”）》 1", min_size=1, max_size=12).filter(lambda one: one.strip()))
@settings(max_examples=examples(60))
def test_a_paragraph_of_typed_words_ends_in_one_stop_however_they_were_typed(words):
    letters = re.compile("[甲乙1]")
    [line] = lines([{"text": "[{said}]"}], case(said=words), fields=SAID)
    assert letters.findall(line) == letters.findall(words)
    assert "。。" not in line
    assert line[-1] in "。！？；：，、" or line.rstrip("”）》")[-1:] in ("。", "！", "？")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("{said}依据某法，决定如下。", "一事不再理。依据某法，决定如下。"),
        ("因重复请求，{said}依据某法。", "因重复请求，一事不再理。依据某法。"),
        ("{said}[复核意见：{other}]", "一事不再理。复核意见：不予采纳。"),
        ("[意见：{said}]依据某法。", "意见：一事不再理。依据某法。"),
        ("以{said}为由提出申请。", "以一事不再理为由提出申请。"),
        ("因{said}，决定如下。", "因一事不再理，决定如下。"),
        ("理由：{said}。依据某法。", "理由：一事不再理。依据某法。"),
        ("办理（{said}）一案。", "办理（一事不再理）一案。"),
    ],
)
def test_typed_words_between_sentences_are_a_sentence_and_within_one_are_not(text, printed):
    fields = {code: one | {"required": True} for code, one in SAID.items()}
    fields |= {"other": {"title": "其他", "type": "longtext", "required": False}}
    fields = {code: one for code, one in fields.items() if f"{{{code}}}" in text}
    for stop in ("", "。"):
        typed = case(said=f"一事不再理{stop}", other=f"不予采纳{stop}")
        [line] = lines([{"text": text}], typed, fields=fields)
        assert line == printed or (stop and "以{said}" in text) or (stop and "（{said}）" in text)


def test_a_paper_in_so_many_copies_says_where_each_goes():
    told = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}
    for code in CODES:
        for words in re.findall(
            "copies: (.*)", "".join(p.read_text() for p in (FORMS / code).glob("*.yaml"))
        ):
            for number in re.findall("一式(.)份", words):
                assert told[number] == words.count("，一份"), (code, words)


def test_words_in_a_line_of_facts_and_an_empty_place_get_no_stop():
    assert lines([{"line": "说明：[{said}]"}], case(said="见附件"), fields=SAID) == ["说明：见附件"]
    grid = [{"grid": [{"说明": [{"text": "[{said}]"}]}]}]
    made = docx.Document(io.BytesIO(render(inline(grid, fields=SAID), case())))
    assert made.tables[0].rows[0].cells[-1].text.strip() == "/"


@pytest.mark.parametrize(
    ("items", "printed"),
    [
        (["罚款3500元"], ["罚款3500元。"]),
        (["罚款3500元。"], ["罚款3500元。"]),
        (["没收商品", "罚款3500元"], ["1.没收商品；", "2.罚款3500元。"]),
        (["1.没收商品；", "2、罚款3500元。"], ["1.没收商品；", "2.罚款3500元。"]),
        (["（一）没收商品", "（2）罚款3500元"], ["1.没收商品；", "2.罚款3500元。"]),
        (["一、没收商品", "② 罚款3500元"], ["1.没收商品；", "2.罚款3500元。"]),
        (["1. 罚款3500元"], ["罚款3500元。"]),
        (["1.5倍罚款", "（一次性）缴纳"], ["1.1.5倍罚款；", "2.（一次性）缴纳。"]),
    ],
)
def test_items_end_in_a_stop_whether_they_are_one_or_several(items, printed):
    assert lines([{"list": {"of": "proposed_penalty"}}], case(proposed_penalty=items)) == printed


@given(st.integers(0, 22), st.integers(0, 22))
@settings(max_examples=examples(40))
def test_two_texts_at_the_ends_of_a_line_run_into_each_other_never(left, right):
    layout = [{"head": {"left": "[{said}]", "right": "[{other}]"}}]
    fields = SAID | {"other": {"title": "其他", "required": False}}
    given_ = case(said="甲" * left, other="乙" * right)
    told = [one for one in lines(layout, given_, fields=fields) if set(one) & set("甲乙")]
    if left and right and left + right + 1 > 31.5:
        assert told == ["甲" * left, "\t" + "乙" * right]
    elif right:
        assert told == ["甲" * left + "\t" + "乙" * right]
    assert all(len(one) <= 32 for one in told)


def test_a_slip_to_be_signed_stays_on_one_page_with_what_is_signed_and_with_the_seal():
    told = paragraphs(
        [
            {"text": "前文。"},
            "seal",
            {
                "receipt": [
                    {"line": "意见：□同意"},
                    {"when": {"said": [{"line": "另：{said}"}]}},
                    {"sign": ["当事人"]},
                ]
            },
            {"copies": "一式二份"},
        ],
        case(),
        fields=SAID,
    )
    assert [keep for text, keep in told] == [True] * (len(told) - 1) + [False]


def test_a_signature_is_tied_to_what_stands_before_it_though_a_passage_between_comes_to_nothing():
    told = paragraphs(
        [{"text": "正文。"}, {"when": {"said": [{"text": "[{said}]"}]}}, {"sign": ["当事人"]}],
        case(),
        fields=SAID,
    )
    assert told[0] == ("正文。", True)


def test_a_column_in_yuan_says_figures_only():
    layout = [{"table": {"of": "goods", "columns": {"名称": "{name}", "单价（元）": "[{price|figures}]"}}}]
    fields = {
        "goods": {
            "title": "物品",
            "type": "list",
            "items": {"name": "名称", "price": {"title": "价", "type": "money"}},
        }
    }
    made = docx.Document(
        io.BytesIO(render(inline(layout, fields=fields), case(goods=[{"name": "甲", "price": 51_700}])))
    )
    assert [cell.text for cell in made.tables[0].rows[1].cells] == ["1", "甲", "517.00"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("渝酉阳市监强制〔2024〕1号，期限", ["2024〕1号"]),
        ("人民币壹仟元整（1,750.00元）、20元", ["1,750.00元"]),
        ("9时30分至10时40分", ["9时30分", "10时40分"]),
    ],
)
def test_numbers_amounts_and_hours_are_never_broken_in_a_bound_file(text, whole, monkeypatch):
    told = []
    monkeypatch.setattr(typeset.typst, "compile", lambda source, **how: told.append(source.decode()) or b"")
    typeset.paper(typeset.Body(w.paragraph(w.BODY, text)), title="样张")
    assert re.findall(r'box\(T\([^"]*"([^"]*)"\)\)', told[0]) == whole
    assert "".join(re.findall(r'T\(size: [^"]*"([^"]*)"\)', told[0])) == text


@given(st.text(alphabet="某商行涉嫌侵权案的甲、", min_size=1, max_size=70))
@settings(max_examples=examples(60))
def test_a_long_title_stands_in_lines_of_about_one_length(title):
    lines = w.title_lines(title)
    room = int(w.TEXT_WIDTH / 20 / w.TITLE.size)
    assert "".join(lines) == title
    assert len(lines) == -(-len(title) // room) and all(0 < len(one) <= room for one in lines)
    if len(lines) > 1:
        assert min(map(len, lines)) > 3


def test_the_lines_of_a_title_end_where_words_do():
    title = "关于某商行涉嫌销售侵权商品案的调查终结报告"
    assert w.title_lines(title) == ["关于某商行涉嫌销售侵权商品案的", "调查终结报告"]
    made = render(inline([{"head": {"title": title}}]), case())
    assert title in text_of(made)


def test_no_paper_bears_a_choice_of_titles():
    """范本 name several papers at once (立案/不予立案审批表); what is printed is one of them."""
    heads = [(code, block) for code in CODES for block in form(code).layout if type(block).__name__ == "Head"]
    said = [(code, part) for code, head in heads for part in head.title if isinstance(part, str)]
    assert said and not [one for one in said if "/" in one[1]]


def test_signatures_stand_together_on_one_page():
    told = paragraphs([{"text": "正文。"}, {"sign": ["主持人", "出席人员", "记录人"]}], case())
    assert [keep for _, keep in told] == [True, True, True, False]
