"""A search finds every record that holds the words, in any spelling, and no other, whoever wrote it and however."""

from __future__ import annotations

import random

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from zhiheng import canonical
from zhiheng.cases.models import CASE_INDEX as INDEX
from zhiheng.cases.models import Case, CaseEntry, Decision
from zhiheng.search import index as index_module
from zhiheng.search.grams import grams, needed, spellings, text_of, words_of

SIGNS = "渝北市监处罚某商行公司〔〕（）[]2024—- ＡaＢb7７号"


def case(world, **values) -> Case:
    known = {
        "title": "案件",
        "party_name": "某商行",
        "party_type": "organisation",
        "cause": "other",
        "state": "lead",
    }
    return Case.objects.create(**({"unit": world.a.unit} | known | values))


def found(typed: str) -> set[int]:
    return set(INDEX.narrow(Case.objects.all(), typed).values_list("pk", flat=True))


@pytest.fixture(params=["index", "rows", "common"])
def way(request, monkeypatch, db):
    """Each of the three ways an answer is found: by the index, by rows not indexed yet, by rows since all have the word."""
    if request.param == "rows":
        monkeypatch.setattr(INDEX, "_refresh_a_few", lambda limit=0: 0)
    if request.param == "common":
        monkeypatch.setattr(index_module, "COMMON", 0)
    return request.param


@pytest.mark.parametrize("typed", ["栖舟", "重庆 栖舟", "防水卷材", "巴南澍芷", "某", "栖舟 某"])
def test_words_of_any_length_are_found_in_any_column(world, way, typed):
    wanted = case(world, title="重庆销售侵犯“栖舟”商标的防水卷材案", party_name="巴南澍芷某商行")
    case(world, title="栖某案", party_name="舟商行")
    assert wanted.pk in found(typed)
    assert found("栖舟") == {wanted.pk} and found("材案巴南") == found("无此词语") == set()


@pytest.mark.parametrize(
    "typed",
    [
        "渝渝北市监处罚〔2024〕7号",
        "渝渝北市监处罚[2024]7号",
        "渝渝北市监处罚（２０２４）７号",
        "渝渝北市监处罚 〔2024〕 007 号",
        "市监处罚〔2024〕7",
    ],
)
def test_a_document_number_is_found_however_it_is_written(world, typed):
    wanted = case(world, doc_no="渝渝北市监处罚〔2024〕7号", doc_no_printed="渝渝北市监处罚【2024】7 号")
    case(world, doc_no="渝渝北市监处罚〔2023〕7号")
    assert found(typed) == {wanted.pk}


@pytest.mark.parametrize(
    "typed",
    [
        "92500112MA0000000X",
        "92500112ma0000000x",
        "９２５００１１２ＭＡ００",
        "023-11110000",
        "02311110000",
        "023 1111",
    ],
)
def test_a_code_and_a_telephone_number_are_found_in_any_writing(world, typed):
    wanted = case(world, party_id="92500112MA0000000X", party_phone="023-11110000")
    case(world, party_id="92500112MA11111110", party_phone="021-22220000")
    assert found(typed) == {wanted.pk}


def test_what_is_added_changed_or_written_in_bulk_is_found_at_once_under_its_new_words_alone(world, way):
    one = case(world, party_name="甲乙商行")
    assert found("甲乙") == {one.pk}
    Case.objects.filter(pk=one.pk).update(party_name="丙丁商行")
    assert (found("甲乙"), found("丙丁")) == (set(), {one.pk})
    made = Case.objects.bulk_create(
        Case(
            unit=world.a.unit,
            title=f"成批{n}",
            party_name="戊己商行",
            party_type="organisation",
            cause="other",
        )
        for n in range(5)
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET party_name = '庚辛商行' WHERE title IN ('成批1', '成批3')")
    assert (len(found("戊己")), len(found("庚辛"))) == (3, 2)
    Case.objects.filter(title="成批1").delete()
    assert len(found("庚辛")) == 1 and len(made) == 5


def test_more_stale_entries_than_one_search_refreshes_are_found_all_the_same(world, monkeypatch):
    monkeypatch.setattr(index_module, "AT_ONCE", 3)
    for n in range(10):
        case(world, party_name=f"壬癸{n}商行")
    assert len(found("壬癸")) == 10
    assert INDEX.refresh() == 7 and not CaseEntry.objects.filter(stale=True).exists()
    assert len(found("壬癸")) == 10


def test_signs_of_the_query_language_are_only_signs(world):
    wanted = case(world, title='100%纯棉_"OR"案')
    case(world, title="100件纯棉毯OR案")
    for typed in ("100%", "棉_", '"OR"', '纯棉_"OR', "棉 100%"):
        assert found(typed) == {wanted.pk}, typed
    assert found("'") == found("\\\\") == set()
    assert len(found("  　 ")) == 2, "nothing typed narrows nothing"


def test_random_records_are_found_as_reading_them_all_finds_them(world):
    rng = random.Random(7)

    def some(least: int, most: int) -> str:
        return "".join(rng.choices(SIGNS, k=rng.randint(least, most)))

    for _ in range(60):
        case(world, title=some(2, 14), party_name=some(2, 8), doc_no=some(0, 9))
    texts = {
        row["pk"]: text_of(row[column] for column in INDEX.columns)
        for row in Case.objects.values("pk", *INDEX.columns)
    }
    for _ in range(150):
        typed = some(1, 6)
        words = [spellings(word) for word in words_of(typed)]
        held = {
            pk
            for pk, text in texts.items()
            if all(any(form in text for form in forms) for forms in words if forms)
        }
        assert found(typed) == held, typed


def test_an_index_is_whole_again_after_its_triggers_were_lost(world):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite loses the triggers of a table that a migration builds anew")
    one = case(world, party_name="子丑商行")
    assert found("子丑") == {one.pk}
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER cases_caseentry_changed")
    CaseEntry.objects.all().delete()
    index_module.install()
    assert found("子丑") == {one.pk}
    Case.objects.filter(pk=one.pk).update(party_name="寅卯商行")
    assert (found("子丑"), found("寅卯")) == (set(), {one.pk})


@given(st.text(alphabet=SIGNS + "\n", max_size=12))
def test_grams_hold_every_part_of_a_column_and_nothing_across_two(text):
    found = grams(text)
    for column in text.split("\n"):
        assert {column[i : i + n] for n in (1, 2) for i in range(len(column) - n + 1)} <= found
        assert not column or needed(column) <= found
    assert all(one in text and "\n" not in one and len(one) in (1, 2) for one in found)


def test_a_sign_by_itself_is_answered_by_the_index_and_not_by_looking_through_the_entries(world, monkeypatch):
    one = case(world, party_name="龘氏商行")
    for n in range(3):
        case(world, party_name=f"某商行{n}")
    INDEX.refresh()
    asked = INDEX._records([["龘"]])
    assert asked == [one.pk] and found("龘") == {one.pk}
    monkeypatch.setattr(index_module, "COMMON", 2)
    assert INDEX._records([["商"]]) is None and len(found("商")) == 4
    assert INDEX._records([["龘"], ["商"]]) == [one.pk] == list(found("商 龘"))


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_an_index_of_an_earlier_version_is_made_anew(world):
    one = case(world, party_name="龘氏商行")
    INDEX.refresh()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {INDEX.table}_grams")
        cursor.execute(
            f"CREATE VIRTUAL TABLE {INDEX.table}_pairs USING fts5(pairs, content='', columnsize=0, detail=none)"
        )
    index_module._install(INDEX)
    assert CaseEntry.objects.filter(stale=True, text="", record=one.pk).exists() and found("龘") == {one.pk}
    assert f"{INDEX.table}_pairs" not in connection.introspection.table_names()


@given(st.text(alphabet=SIGNS, min_size=1, max_size=12))
def test_a_value_is_found_by_itself_and_by_its_canonical_form(value):
    text = text_of([value])
    if canonical.key(value):
        assert any(form in text for form in spellings(value))
        assert canonical.key(value) in text


def test_an_idle_process_brings_what_waits_up_to_date_and_then_has_nothing_to_do(world):
    for n in range(7):
        case(world, party_name=f"壬癸{n}商行")
    entry = CaseEntry.objects.filter(stale=False, text__contains="壬癸")
    assert entry.count() == 0 and index_module.catch_up() >= 7
    assert entry.count() == 7 and index_module.catch_up() == 0
    Case.objects.update(party_name="甲乙商行")
    assert index_module.catch_up() == 7 and entry.count() == 0


@pytest.mark.parametrize(
    "typed", ["栖舟", "渝知罚〔2023〕7号", "渝知罚[2023]7号", "渝知罚〔2024〕9号", "无此"]
)
def test_rows_are_found_by_the_record_they_belong_to_or_by_exactly_their_own_number(world, typed):
    """A decision that was made anew keeps its number; the case knows only the newer one."""
    mine = case(world, party_name="栖舟商行", doc_no="渝知罚〔2024〕9号")
    other = case(world, party_name="某商行")
    for of, number in (
        (mine, "渝知罚〔2023〕7号"),
        (mine, "渝知罚〔2024〕9号"),
        (other, "渝知罚〔2024〕10号"),
    ):
        Decision.objects.create(case=of, unit=of.unit, cause="other", number=number, decided_on="2024-01-01")
    through = index_module.Through(INDEX, "case", exactly="number")
    numbers = set(through.narrow(Decision.objects.all(), typed).values_list("number", flat=True))
    both = {"渝知罚〔2023〕7号", "渝知罚〔2024〕9号"}
    wanted = {"栖舟": both, "无此": set(), "渝知罚〔2024〕9号": both}
    assert numbers == wanted.get(typed, {"渝知罚〔2023〕7号"})
