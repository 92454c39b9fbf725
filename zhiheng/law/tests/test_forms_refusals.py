"""Mistakes in a form's data are refused with the place, the key, what is wrong and the mend."""

from copy import deepcopy

import pytest

from zhiheng.law.forms import FormError, parse_form

SOUND = {
    "title": "样张",
    "kind": "external",
    "number": {"code": "样"},
    "legal_basis": ["行政处罚法第五十九条"],
    "confidence": "verified",
    "fields": {"remark": {"title": "备注", "required": False}},
    "layout": ["head", {"text": "当事人：{party.name}[，{remark}]"}, "seal"],
}


def where(path):
    return f"样张.yaml:{len(path)}"


def refused(change):
    raw = deepcopy(SOUND)
    change(raw)
    with pytest.raises(FormError) as caught:
        parse_form(raw, where)
    return str(caught.value)


def layout(*blocks):
    return lambda raw: raw["layout"].extend(blocks)


def test_a_sound_form_is_read():
    form = parse_form(deepcopy(SOUND), where, code="X-1")
    assert (form.code, form.numbered, form.sealed, form.number_code) == ("X-1", True, True, "样")
    assert [field.code for field in form.fields] == [
        "office.name",
        "number",
        "party.name",
        "remark",
        "office.seal_name",
        "on",
    ]


def test_the_digest_changes_with_the_content_only():
    changed = deepcopy(SOUND) | {"title": "另一样张"}
    assert parse_form(deepcopy(SOUND), where).digest == parse_form(deepcopy(SOUND), where).digest
    assert parse_form(changed, where).digest != parse_form(deepcopy(SOUND), where).digest


# What no machine stumbles over, but a reader does.
READS_BADLY = [
    (
        layout({"table": {"of": "items", "columns": {"单价（元）": "[{price}]"}}}),
        ["单价（元）", "又印一遍“元”", "figures"],
    ),
    (
        lambda raw: (
            raw["fields"].update(
                dues={"title": "期", "type": "list", "items": {"due": {"title": "日", "type": "date"}}}
            ),
            raw["layout"].append({"list": {"of": "dues", "item": "{due}前缴纳"}}),
        ),
        ["编号后紧接数字", "（1）"],
    ),
]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        *READS_BADLY,
        (lambda raw: raw.update(titel="x"), ["样张.yaml:1", "titel", "不认识的键", "title"]),
        (lambda raw: raw.pop("legal_basis"), ["缺少制作依据"]),
        (lambda raw: raw.pop("layout"), ["没有版面内容", "没有在版面中使用"]),
        (lambda raw: raw.update(kind="letter"), ["“letter”不是 kind 的可用值", "external"]),
        (lambda raw: raw.pop("confidence"), ["缺少 confidence", "unconfirmed"]),
        (lambda raw: raw.update(number="罚"), ["文书编号的写法不对", "{code: 罚告}"]),
        (lambda raw: raw.update(served_to="nobody"), ["不认识的送达对象", "party"]),
        (lambda raw: raw["fields"].update(extra={"title": "多余"}), ["字段“extra”没有在版面中使用"]),
        (lambda raw: raw["fields"]["remark"].update(requird=True), ["不认识的键“requird”"]),
        (lambda raw: raw["fields"]["remark"].update(type="number"), ["不认识的字段类型“number”"]),
        (layout({"txt": "x"}), ["不认识的块“txt”", "text"]),
        (layout({"text": "x", "line": "y"}), ["一块只能有一个键"]),
        (layout({"text": "{nobody.knows}"}), ["不认识的字段“nobody.knows”"]),
        (layout({"text": "{party.name|loud}"}), ["不认识的写法“loud”", "amount"]),
        (layout({"text": "{party.name"}), ["括号没有配对"]),
        (layout({"text": "可选[没有填空]"}), ["没有填空"]),
        (layout({"text": "备注：{remark}"}), ["“备注”可以不填", "方括号"]),
        (layout({"text": "{party.type=company?甲:乙}"}), ["没有选项“company”", "organisation"]),
        (layout({"text": "{party.type=person?甲}"}), ["缺少另一种写法"]),
        (layout({"clause": "R9"}), ["不认识的条款“R9”", "R1"]),
        (layout({"opinion": "king"}), ["不认识的角色“king”", "unit_head"]),
        (layout({"list": {"of": "party.name"}}), ["不是列表"]),
        (layout({"list": {"of": "evidence", "item": "{nme}"}}), ["不认识的字段“nme”"]),
        (layout({"list": {"of": "evidence", "item": "{name}，{proves}"}}), ["“证明内容”可以不填"]),
        (layout({"table": {"of": "evidence", "columns": {}}}), ["表格没有列"]),
        (layout({"grid": [{"案由": "{case.cause}", "spans": [4, 4]}]}), ["各格所占列数", "24"]),
        (layout({"when": {"else": "x", "remark": "y"}}), ["请把 else 放在最后"]),
        (layout("nothing"), ["不认识的块“nothing”", "contact"]),
    ],
)
def test_a_mistake_is_refused_in_words(change, words):
    message = refused(change)
    for word in ["样张.yaml:", *words]:
        assert word in message


@pytest.mark.parametrize("change", [change for change, _ in READS_BADLY])
def test_what_is_asked_of_how_a_paper_reads_is_not_asked_of_one_kept_as_it_was(change):
    """A matter goes on under the forms it began with, whatever an update has come to ask of new ones."""
    raw = deepcopy(SOUND)
    change(raw)
    assert parse_form(raw, where, kept=True).digest
    raw["titel"] = "x"
    with pytest.raises(FormError, match="titel"):
        parse_form(raw, where, kept=True)


def test_every_mistake_is_listed_at_once():
    message = refused(lambda raw: raw.update(kind="letter", served_to="nobody", titel="x"))
    assert len(message.splitlines()) == 3


def test_an_optional_field_inside_its_own_condition_leaves_no_hole():
    raw = deepcopy(SOUND)
    raw["layout"].append({"when": {"remark": [{"text": "备注：{remark}"}]}})
    assert parse_form(raw, where)


def test_the_other_branch_of_a_condition_is_not_protected_by_it():
    assert "可以不填" in refused(layout({"when": {"remark": ["有"], "else": [{"text": "备注：{remark}"}]}}))
