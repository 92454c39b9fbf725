"""The forms of the book against the procedures that issue them."""

from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest
import yaml

from zhiheng.documents.rendering.forms import missing, questions, render
from zhiheng.law.forms import parse_form

BOOK = Path(__file__).parents[1] / "book"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FIELDS = yaml.load((BOOK / "fields.yaml").read_text(encoding="utf-8"), LOADER)
ON = date(2024, 5, 8)
KNOWN = {
    "office": {
        "name": "重庆市渝中区知识产权局", "seal_name": "重庆市渝中区知识产权局", "address": "和平路1号", "phone": "023-60000000",
        "review_organ": "重庆市渝中区人民政府", "court": "重庆市渝中区人民法院", "bank": "某银行渝中支行",
    },
    "case": {"title": "某某公司涉嫌假冒专利案", "cause": "假冒专利", "unpaid_forfeit": 1_000_00},
    "claimant": {"name": "某某公司"},
    "respondent": {"name": "某某厂"},
    "party": {"name": "某某公司", "type": "organisation", "id_no": "91500000000000000X", "address": "民族路1号"},
    "handlers": [{"name": "张三", "cert_no": "001"}, {"name": "李四", "cert_no": "002"}],
    "number": "渝中知罚〔2024〕12号",
    "on": ON,
    "step": {"title": "某某事项"},
    "served": {"addressee": "某某公司", "documents": [{"name": "行政处罚决定书", "number": "渝中知罚〔2024〕12号"}]},
    "papers": [{"title": "立案审批表"}],
}  # fmt: skip
SAMPLES = {
    "text": "甲", "longtext": "甲。\n乙。", "date": ON, "datetime": datetime(2024, 5, 8, 9, 30), "money": 123_45,
    "integer": 3, "bool": True, "persons": KNOWN["handlers"], "file": "材料一份", "list": ["甲", "乙"], "paper": "SAMR-37",
}  # fmt: skip
LISTS = {"evidence": [{"name": "现场笔录"}], "items": [{"name": "水杯"}], "qa": [{"q": "问", "a": "答"}]}


def book_forms():
    for path in sorted((BOOK / "forms").glob("*/*.yaml")):
        yield path.parent.name, path


def read(path):
    raw = yaml.load(path.read_text(encoding="utf-8"), LOADER)
    return parse_form(raw, lambda keys: f"{path.name}:{keys}", code=path.parent.name)


FORMS = {code: read(path) for code, path in book_forms()}


def cell(told):
    """A value for a column of a table: of its type where the book gives it one."""
    return SAMPLES.get(told.get("type", "text"), "甲") if isinstance(told, dict) else "甲"


def sample(code):
    entry = FIELDS[code]
    if "columns" in entry:
        return [{column.rstrip("?"): cell(told) for column, told in dict(entry["columns"]).items()}]
    if code in LISTS:
        return LISTS[code]
    if entry["type"] in ("choice", "choices"):
        choices = entry["choices"]
        first = next(iter(choices)) if isinstance(choices, dict) else "甲"
        return [first] if entry["type"] == "choices" else first
    return SAMPLES[entry["type"]]


@cache
def procedures():
    paths = sorted((BOOK / "procedures").glob("*/*.yaml"))
    return [(path, yaml.load(path.read_text(encoding="utf-8"), LOADER)) for path in paths]


def issued():
    """(form, step, facts the procedure names), for every form a step issues."""
    for path, procedure in procedures():
        for code, step in procedure["steps"].items():
            for form in step.get("issues", ()):
                yield pytest.param(form, step, named_days(procedure), id=f"{path.parent.name}/{code}/{form}")


def named_days(procedure):
    """What the procedure names as a day, by the codes that its papers use."""
    return {
        name: ON for name, fact in procedure.get("named", {}).items() if "." not in name and "day_of" in fact
    }


def answered(step, *keys):
    asked = [code.rstrip("?") for key in (*keys, "inherits") for code in step.get(key, ())]
    return {code: sample(code) for code in asked if code in FIELDS}


@pytest.mark.parametrize(("code", "step", "named"), list(issued()))
def test_what_a_step_asks_is_enough_to_print_its_forms(code, step, named):
    context = KNOWN | named | step.get("says", {}) | answered(step, "asks")
    assert missing(FORMS[code], context) == []
    assert render(FORMS[code], context).startswith(b"PK")


@pytest.mark.parametrize(("code", "step", "named"), list(issued()))
def test_all_a_step_may_ask_prints_too(code, step, named):
    assert render(
        FORMS[code], KNOWN | named | step.get("says", {}) | answered(step, "asks", "may_ask")
    ).startswith(b"PK")


def test_an_entry_page_never_asks_for_what_the_office_or_the_party_page_keeps():
    assert not [
        (code, field.code) for code in FORMS for field in questions(FORMS[code], {"on": ON}) if field.page
    ]


def test_every_missing_field_has_a_title_and_a_page():
    wanting = [(code, *told) for code in FORMS for told in missing(FORMS[code], {"on": ON})]
    assert wanting and all(title and page and title != field for _, field, title, page in wanting)


def test_numbered_papers_are_sealed_and_internal_ones_are_not():
    for form in FORMS.values():
        assert form.sealed == (form.kind == "external")
        assert not form.numbered or form.number_code
        assert form.legal_basis and form.confidence
