"""The desk: a text is kept, each claim opens its figure and rows, people decide what words state, two texts are compared."""

from __future__ import annotations

import argparse
import io
import json
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from openpyxl import load_workbook

from tests.decided import decided
from tests.world import sign_in
from zhiheng.audit.models import Entry
from zhiheng.cases.models import Case
from zhiheng.reports import commands
from zhiheng.reports.models import HeldText, PhraseVariant

TEXT = (
    "某局2024年工作情况\n"
    "查办商标侵权案件18件，罚没金额9.99万元。上半年，查办商标侵权案件12件。局机关查办商标侵权案件6件。"
    "开展“护航”行动，办理护航案件18件。审查文件17件。<script>alert(1)</script>"
)


@pytest.fixture
def cases(world):
    """Of each of three units six trademark cases, two in each of January, May and December, at 10 000.01 yuan and twice that."""
    made = Case.objects.bulk_create(
        Case(
            unit=unit,
            cause="trademark_infringement",
            title=f"{unit.short_name}{month}月案{n}",
            party_name="某商行",
            party_type="individual_business",
            decided_on=date(2024, month, 11),
            case_value_fen=12_345_67,
            forfeit_fen=1_000_01 * n,
        )
        for unit in (world.city.unit, world.a.unit, world.b.unit)
        for month in (1, 5, 12)
        for n in (1, 2)
    )
    decided(made)
    return made


def hold(client, text: str = TEXT, year: str = "2024") -> HeldText:
    response = client.post("/reports/reconcile/", {"year": year, "text": text})
    assert response.status_code == 302, response.content.decode()
    return HeldText.objects.get(pk=int(response.url.strip("/").split("/")[-1]))


def body(client, address: str, **data) -> str:
    response = client.post(address, data, follow=True) if data else client.get(address)
    assert response.status_code in (200, 422), address
    return response.content.decode()


def address(held: HeldText, said: str) -> str:
    """Of the claim in whose words `said` stands."""
    page = held_page[held.pk]
    link = re.search(rf'href="([^"]+/claims/\d+/)">{re.escape(said)}<', page)
    assert link, said
    return link[1]


held_page: dict[int, str] = {}


@pytest.fixture
def desk(client, world, cases):
    """The planner of the city with the text on the desk: (client, text)."""
    sign_in(client, world.city.planner)
    held = hold(client)
    held_page[held.pk] = body(client, f"/reports/reconcile/{held.pk}/")
    return client, held


# ------------------------------------------------------------------------------------------------ a text and its claims


def test_a_text_is_kept_and_shown_with_its_claims_in_colour_and_in_words(desk):
    _, held = desk
    page = held_page[held.pk]
    assert 'class="claim claim-green"' in page and "相符" in page
    assert 'class="claim claim-red"' in page and "不符" in page
    assert 'class="claim claim-amber"' in page and "没有记录" in page
    assert "<script>alert" not in page
    assert held.title == "某局2024年工作情况" and len(held.digest) == 64
    assert Entry.objects.filter(action="核对已发布的报告", subject_id=str(held.pk)).count() == 1


def test_the_same_text_again_is_the_same_text(desk):
    client, held = desk
    assert hold(client).pk == held.pk and HeldText.objects.count() == 1
    # Of another year it is held against other records.
    assert hold(client, year="2023").pk != held.pk


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("查办商标侵权案件18件", 18),
        ("查办商标侵权案件12件", 12),
        ("查办商标侵权案件6件", 6),
    ],
)
def test_a_claim_opens_exactly_the_rows_of_its_own_period_and_scope(desk, said, expected):
    client, held = desk
    page = body(client, address(held, said))
    assert "相符" in page[page.index('id="claim"') :]
    link = re.search(r'class="figure-link" href="([^"]+)"', page)[1].replace("&amp;", "&")
    rows = body(client, link)
    assert len(set(re.findall(r'href="/cases/(\d+)/"', rows))) == expected


@pytest.mark.parametrize(
    ("scope", "said", "rows", "why"),
    [
        ("", "查办商标侵权案件18件", 18, "原文没有说只是本级"),
        ("", "查办商标侵权案件6件", 6, "原文说的是“局机关”"),
        ("?scope=own", "查办商标侵权案件18件", 6, "页面上选定只算本级"),
        ("?scope=all", "查办商标侵权案件6件", 18, "页面上选定全部所属单位；原文说的是“局机关”"),
        ("?scope=nonsense", "查办商标侵权案件18件", 18, "原文没有说只是本级"),
    ],
)
def test_the_scope_is_chosen_on_the_page_and_the_figure_follows_with_the_reason(desk, scope, said, rows, why):
    client, held = desk
    page = body(client, address(held, said) + scope)
    opened = page[page.index('id="claim"') :]
    assert f"看这 {rows} 件记录" in opened and why in opened
    link = re.search(r'class="figure-link" href="([^"]+)"', opened)[1].replace("&amp;", "&")
    assert len(set(re.findall(r'href="/cases/(\d+)/"', body(client, link)))) == rows


def test_the_chosen_scope_goes_with_every_link_and_download(desk):
    client, held = desk
    page = body(client, f"/reports/reconcile/{held.pk}/?scope=own")
    assert (
        re.search(r'claims/\d+/\?scope=own"', page)
        and "docx/?scope=own" in page
        and "json/?scope=own" in page
    )
    told = client.get(f"/reports/reconcile/{held.pk}/json/?scope=own").json()
    assert [(one["value"], one["recorded"]) for one in told if one["figure"] == "enf.tm.n"][:2] == [
        (18, 6),
        (12, 4),
    ]
    data = client.get(f"/reports/reconcile/{held.pk}/docx/?scope=own").content
    assert "本级。" in "".join(p.text for p in Document(io.BytesIO(data)).paragraphs)


@pytest.mark.parametrize(
    ("said", "status", "recorded"),
    [
        ("截至6月底，查办商标侵权案件12件。", "matches", 12),
        ("截至6月底，查办商标侵权案件18件。", "differs", 12),
        ("截至2024年6月30日，累计查办商标侵权案件12件。", "matches", 12),
        ("截至2024年6月30日，累计查办商标侵权案件500件。", "not_recorded", 12),
        ("上半年查办商标侵权案件12件，全年18件。", "matches", 12),
        ("2024年1—5月，查办商标侵权案件12件。", "matches", 12),
        ("12月，查办商标侵权案件6件。", "matches", 6),
    ],
)
def test_a_claim_of_a_part_of_the_year_is_held_against_that_part(
    client, world, cases, said, status, recorded
):
    sign_in(client, world.city.planner)
    held = hold(client, f"某局2024年情况\n{said}")
    told = client.get(f"/reports/reconcile/{held.pk}/json/").json()
    assert (told[0]["status"], told[0]["recorded"]) == (status, recorded)
    if len(told) > 1:
        assert (told[1]["status"], told[1]["recorded"]) == ("matches", 18)
    if status == "not_recorded":
        assert "从哪天起算" in told[0]["words"]


def test_a_unit_without_others_below_it_has_no_scope_to_choose(client, world, cases):
    sign_in(client, world.a.leader)
    held = hold(client)
    assert 'aria-label="核对范围"' not in body(client, f"/reports/reconcile/{held.pk}/")


def test_a_long_text_asks_the_database_no_more_often_than_a_short_one(
    client, world, cases, django_assert_num_queries
):
    sign_in(client, world.city.planner)
    few, many = (hold(client, f"某局2024年总结\n{'查办商标侵权案件18件。' * count}") for count in (2, 40))
    with CaptureQueriesContext(connection) as asked:
        body(client, f"/reports/reconcile/{few.pk}/")
    with django_assert_num_queries(len(asked)):
        body(client, f"/reports/reconcile/{many.pk}/")


def test_a_claim_says_how_it_was_read_and_why_it_is_this_indicator(desk):
    client, held = desk
    page = body(client, address(held, "查办商标侵权案件18件"))
    opened = page[page.index('id="claim"') :]
    for words in (
        "怎样读出来的",
        "阿拉伯数字",
        "所指“商标侵权”",
        "动词“查办”",
        "按作出处罚或不予处罚决定之日计入",
    ):
        assert words in opened, words


def test_flags_are_shown_with_their_arithmetic(client, world, cases):
    sign_in(client, world.city.planner)
    held = hold(client, "某局2024年情况\n办结案件30件，其中商标12件、专利20件。")
    page = body(client, f"/reports/reconcile/{held.pk}/")
    assert "12+20=32" in page


def test_no_claim_at_a_place_is_a_404(desk):
    client, held = desk
    assert client.get(f"/reports/reconcile/{held.pk}/claims/0/").status_code == 404


def test_an_upload_is_read_and_a_wrong_one_refused_at_the_field(client, world, cases):
    sign_in(client, world.city.planner)
    good = io.BytesIO("某局2024年工作情况\n查办商标侵权案件18件。".encode("gb18030"))
    good.name = "报告.txt"
    page = body(client, "/reports/reconcile/", year="2024", file=good)
    assert "报告.txt" in page and "相符 1" in page
    bad = io.BytesIO(b"PK\x03\x04 not a zip")
    bad.name = "报告.docx"
    assert "已损坏" in body(client, "/reports/reconcile/", year="2024", file=bad)
    assert HeldText.objects.count() == 1


def test_nothing_given_is_refused_at_the_field(client, world):
    sign_in(client, world.city.planner)
    assert "请选择报告文件，或在下面粘贴报告正文" in body(client, "/reports/reconcile/", year="2024")


def test_a_text_without_numbers_says_what_to_do(client, world):
    sign_in(client, world.city.planner)
    held = hold(client, "某局工作情况\n各项工作稳步推进。")
    assert "没有读到数字" in body(client, f"/reports/reconcile/{held.pk}/")


def test_the_doubts_and_the_claims_are_downloads(desk):
    client, held = desk
    word = client.get(f"/reports/reconcile/{held.pk}/docx/")
    text = "".join(
        c.text for t in Document(io.BytesIO(word.content)).tables for row in t.rows for c in row.cells
    )
    assert "罚没金额9.99万元" in text and "查办商标侵权案件18件" not in text
    told = client.get(f"/reports/reconcile/{held.pk}/json/").json()
    assert [one["status"] for one in told[:2]] == ["matches", "differs"]


def test_the_doubts_lead_with_what_is_wrong_and_end_with_what_has_no_number(client, world, cases):
    sign_in(client, world.city.planner)
    held = hold(
        client,
        "某局2024年情况\n审查文件17件。查办商标侵权案件18件，罚没金额9.99元。办结案件30件，其中商标12件、专利20件。首次举办论坛。",
    )
    word = Document(io.BytesIO(client.get(f"/reports/reconcile/{held.pk}/docx/").content))
    doubts, asides = ([[c.text for c in row.cells] for row in table.rows] for table in word.tables)
    # numbered as in the text: what contradicts the records, what contradicts itself, then what is not kept
    assert [row[0] for row in doubts[1:3]] == ["3", "4"]
    assert "不符" in doubts[1][2] and "漏写“万”" not in doubts[1][4] and "12+20=32" in doubts[2][4]
    assert asides[1] == ["首次、首批", "首次举办论坛"]


def test_the_list_leads_to_every_text_and_narrows(desk):
    client, held = desk
    assert f'href="/reports/reconcile/{held.pk}/"' in body(client, "/reports/reconcile/")
    assert f'href="/reports/reconcile/{held.pk}/"' not in body(client, "/reports/reconcile/?q=查无此文")


# ------------------------------------------------------------------------------------------------ what words state


def test_a_mapping_that_is_corrected_holds_at_once_and_for_later_texts(desk, world):
    client, held = desk
    there = address(held, "办理护航案件18件")
    assert "没有对应的指标" in body(client, there)
    page = body(client, there, indicator="enf.tm.n", words="护航案件", note="行动方案所指即商标案件")
    assert "已确认" in page
    opened = page[page.index('id="claim"') :]
    assert "商标侵权案件查办数" in opened and "相符" in opened
    assert f"{world.city.planner.name}于" in opened and "人工确认" in opened
    variant = PhraseVariant.objects.get()
    assert (variant.words, variant.measure_word, variant.made_by) == ("护航案件", "件", world.city.planner)
    assert Entry.objects.filter(action="确认指标说法", subject_id=str(variant.pk)).exists()
    later = hold(client, "某局2024年简报\n全年办理护航案件20件。")
    assert "不符 1" in body(client, f"/reports/reconcile/{later.pk}/")


def test_a_claim_can_be_said_to_state_no_figure(desk):
    client, held = desk
    there = address(held, "查办商标侵权案件6件")
    page = body(client, there, indicator="none", words="局机关查办商标侵权案件")
    assert "没有对应的指标" in page[page.index('id="claim"') :]
    # The same thing said of everybody is another phrase.
    assert "相符" in body(client, address(held, "查办商标侵权案件18件"))


def test_an_attribute_alone_is_no_mapping_but_with_its_thing_it_is(desk):
    client, held = desk
    there = address(held, "罚没金额9.99万元")
    refused = body(client, there, indicator="enf.tm.val", words="罚没金额", about="")
    assert "单独用时看不出指哪一类事项" in refused and not PhraseVariant.objects.exists()
    page = body(client, there, indicator="enf.tm.val", words="罚没金额", about="商标侵权案件")
    assert "商标侵权案件案值" in page[page.index('id="claim"') :]
    other = hold(client, "某局2024年简报\n查处假冒专利1件，罚没金额9.99万元。")
    assert "商标侵权案件案值" not in body(client, f"/reports/reconcile/{other.pk}/")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"indicator": "enf.tm.n", "words": "从未写过的话"}, "原文这一句里没有"),
        ({"indicator": "enf.tm.n", "words": "护"}, "两个字以上"),
        ({"indicator": "enf.tm.n", "words": "护航案件", "about": "从未写过"}, "原文没有说到"),
        ({"indicator": "", "words": "护航案件"}, "请选择"),
        # Counts in yuan: not on offer for 件.
        ({"indicator": "enf.tm.val", "words": "护航案件"}, "没有所选的这一项"),
    ],
)
def test_a_mapping_that_cannot_be_true_is_refused_at_its_field(desk, data, reason):
    client, held = desk
    page = body(client, address(held, "办理护航案件18件"), **data)
    assert reason in page and not PhraseVariant.objects.exists()


def test_a_later_decision_takes_the_place_of_an_earlier_one(desk):
    client, held = desk
    there = address(held, "办理护航案件18件")
    body(client, there, indicator="enf.tm.n", words="护航案件")
    assert "不必重复确认" in body(client, there, indicator="enf.tm.n", words="护航案件")
    body(client, there, indicator="enf.fp.n", words="护航案件")
    assert [v.indicator_id for v in PhraseVariant.objects.in_force()] == ["enf.fp.n"]
    gone = PhraseVariant.objects.get(withdrawn_on__isnull=False)
    assert gone.withdrawn_because == "由新的确认代替"


def test_a_decision_is_withdrawn_with_a_reason_and_stays_readable(desk):
    client, held = desk
    there = address(held, "办理护航案件18件")
    body(client, there, indicator="enf.tm.n", words="护航案件")
    variant = PhraseVariant.objects.get()
    page = f"/reports/reconcile/variants/{variant.pk}/"
    assert "请填写撤回原因" in body(client, page, because="")
    assert "已撤回" in body(client, page, because="护航行动今年改了口径")
    assert "没有对应的指标" in body(client, there)
    assert "护航行动今年改了口径" in body(client, page) and '<form method="post" class="card"' not in body(
        client, page
    )
    assert "已经撤回" in body(client, page, because="再撤一次")
    assert "护航案件" in body(client, "/reports/reconcile/variants/?state=gone")
    assert Entry.objects.filter(action="撤回指标说法", subject_id=str(variant.pk)).count() == 1


def test_only_those_who_publish_decide(desk, world):
    client, held = desk
    sign_in(client, world.city.handler)
    page = body(client, address(held, "办理护航案件18件"))
    assert "计划统计人员和机关负责人可以确认或更正" in page
    refused = body(client, address(held, "办理护航案件18件"), indicator="enf.tm.n", words="护航案件")
    assert not PhraseVariant.objects.exists() and "没有确认指标的权限" in refused


def test_the_office_s_decisions_hold_for_its_districts_and_not_the_other_way(desk, world):
    client, held = desk
    body(client, address(held, "办理护航案件18件"), indicator="enf.tm.n", words="护航案件")
    sign_in(client, world.a.leader)
    theirs = hold(client, "渝北2024年\n办理护航案件6件。办理清朗案件6件。")
    held_page[theirs.pk] = body(client, f"/reports/reconcile/{theirs.pk}/")
    assert "相符 1" in held_page[theirs.pk]
    body(client, address(theirs, "办理清朗案件6件"), indicator="enf.tm.n", words="清朗案件")
    assert "相符 2" in body(client, f"/reports/reconcile/{theirs.pk}/")
    city = PhraseVariant.objects.get(words="护航案件")
    assert "与该单位联系" in body(client, f"/reports/reconcile/variants/{city.pk}/", because="不同意")
    sign_in(client, world.b.leader)
    other = hold(client, "渝中2024年\n办理清朗案件6件。")
    assert "相符 0" in body(client, f"/reports/reconcile/{other.pk}/")


def test_a_neighbour_s_text_and_words_are_a_404(desk, world):
    client, _ = desk
    sign_in(client, world.a.leader)
    theirs = hold(client, "渝北2024年\n办理清朗案件6件。办理清朗案件8件。")
    again = hold(client, "渝北2024年之二\n办理清朗案件6件。")
    held_page[theirs.pk] = body(client, f"/reports/reconcile/{theirs.pk}/")
    there = address(theirs, "办理清朗案件6件")
    body(client, there, indicator="enf.tm.n", words="清朗案件")
    pages = [
        there,
        f"/reports/reconcile/{theirs.pk}/",
        f"/reports/reconcile/{theirs.pk}/docx/",
        f"/reports/reconcile/{theirs.pk}/json/",
        f"/reports/reconcile/{theirs.pk}/against/{again.pk}/",
        f"/reports/reconcile/variants/{PhraseVariant.objects.get().pk}/",
    ]
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
    sign_in(client, world.b.leader)
    assert [client.get(page).status_code for page in pages] == [404] * len(pages)
    assert client.post(there, {"indicator": "none", "words": "清朗案件"}).status_code == 404
    assert "渝北2024年" not in body(client, "/reports/reconcile/")
    assert "清朗案件" not in body(client, "/reports/reconcile/variants/")


def test_the_city_opens_a_district_s_text_on_the_district_s_own_rows(desk, world):
    client, _ = desk
    sign_in(client, world.a.leader)
    theirs = hold(client, "渝北2024年\n上半年，查办商标侵权案件4件。")
    sign_in(client, world.city.planner)
    held_page[theirs.pk] = body(client, f"/reports/reconcile/{theirs.pk}/")
    page = body(client, address(theirs, "查办商标侵权案件4件"))
    link = re.search(r'class="figure-link" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert len(set(re.findall(r'href="/cases/(\d+)/"', body(client, link)))) == 4


# ------------------------------------------------------------------------------------------------ two texts


def test_two_texts_of_a_year_are_laid_side_by_side(desk):
    client, held = desk
    other = hold(client, "某局2024年白皮书\n查办商标侵权案件81件，罚没金额约10万元。受理举报20件。")
    assert f"/against/{other.pk}/" in body(client, f"/reports/reconcile/{held.pk}/")
    page = body(client, f"/reports/reconcile/{held.pk}/against/{other.pk}/")
    assert "数字不同 1" in page and "详略不同 1" in page
    assert "一处写18件，另一处写81件，两处不符" in page
    assert "受理举报20件" in page
    links = re.findall(r'href="(/reports/reconcile/\d+/claims/\d+/)"', page)
    assert len(links) > 4 and all(client.get(link).status_code == 200 for link in links)


# ------------------------------------------------------------------------------------------------ on the command line


def _run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands.add_parsers(parser.add_subparsers())
    arguments = parser.parse_args(words)
    return arguments.run(arguments)


def test_two_files_are_compared_on_the_command_line(world, cases, tmp_path, capsys):
    first, second = tmp_path / "报告.txt", tmp_path / "白皮书.txt"
    first.write_text("某局2024年工作情况\n查办商标侵权案件18件，罚没金额9.99万元。")
    second.write_text("某局2024年白皮书\n查办商标侵权案件81件，罚没金额约10万元。受理举报20件。")
    asked = ("reconcile", str(first), "--year", "2024", "--against", str(second))
    assert _run(*asked, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["outcome"], one["difference"]) for one in told] == [("differs", 63), ("precision", 100)]
    assert told[0]["first"]["text"] == "查办商标侵权案件18件"
    assert _run(*asked) == 0
    assert "只见于后一份 1 处" in capsys.readouterr().out
    assert _run(*asked, "--format", "docx") == 2
    assert _run(*asked[:-1], str(tmp_path / "没有.txt")) == 2
    assert "打不开文件" in capsys.readouterr().err


def test_the_command_follows_what_people_decided(desk, world, tmp_path, capsys):
    client, held = desk
    body(client, address(held, "办理护航案件18件"), indicator="enf.tm.n", words="护航案件")
    file = tmp_path / "简报.txt"
    file.write_text("某局2024年简报\n全年办理护航案件18件。")
    assert _run("reconcile", str(file), "--year", "2024", "--format", "json") == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["status"], told["figure"]) == ("matches", "enf.tm.n")


def test_what_has_no_number_is_listed_apart(client, world, cases):
    sign_in(client, world.city.planner)
    held = hold(client, "某局2024年情况\n首次举办论坛，数百人次参加。查办商标侵权案件18件。")
    page = body(client, f"/reports/reconcile/{held.pk}/")
    asides = page[page.index('id="asides"') :]
    assert "首次举办论坛" in asides and "数百人次参加" in asides


def test_a_text_full_of_numbers_is_shown_in_part_and_every_claim_still_opens(client, world, cases):
    sign_in(client, world.city.planner)
    held = hold(client, "某局2024年情况\n" + "查办商标侵权案件18件。" * 1600)
    page = body(client, f"/reports/reconcile/{held.pk}/")
    assert "另有 100 处" in page
    last = len(held.text) - len("查办商标侵权案件18件。")
    assert "第 1600 处" in body(client, f"/reports/reconcile/{held.pk}/claims/{last}/")


# ------------------------------------------------------------------------------------------------ understood, exported, cached


def test_the_page_shows_how_a_claim_is_understood_and_no_scores(desk):
    client, held = desk
    page = body(client, address(held, "查办商标侵权案件12件"))
    opened = page[page.index('id="claim"') :]
    assert "<h3>理解为</h3>" in opened
    for facet in ("范围", "主体", "期间", "口径", "语气", "部分", "对象"):
        assert f'<th scope="row" class="nowrap">{facet}</th>' in opened
    assert "得分" not in page and not re.search(r"得 ?[0-9.]+ ?分", page)


def test_the_doubts_come_as_a_workbook_with_every_claim_and_how_it_was_understood(desk):
    client, held = desk
    response = client.get(f"/reports/reconcile/{held.pk}/xlsx/")
    assert response.status_code == 200 and response["Content-Type"].endswith("spreadsheetml.sheet")
    book = load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["疑点", "全部数字"]
    rows = list(book["全部数字"].iter_rows(min_row=2, values_only=True))
    assert rows[0][:4] == ("序号", "原文", "核对结果", "对应指标") and "理解为：范围" in rows[0]
    told = client.get(f"/reports/reconcile/{held.pk}/json/").json()
    assert [row[4] for row in rows[1:]] == [one["value"] for one in told]
    assert len(list(book["疑点"].iter_rows(min_row=3))) < len(told)


def test_a_claim_of_a_district_opens_the_rows_of_that_district(client, world, cases):
    sign_in(client, world.city.planner)
    district = world.a.unit.short_name.removesuffix("局")
    held = hold(client, f"某局2024年情况\n{district}查办商标侵权案件6件。")
    held_page[held.pk] = body(client, f"/reports/reconcile/{held.pk}/")
    page = body(
        client, address(held, "查办商标侵权案件6件") if "查办商标侵权案件6件" in held_page[held.pk] else ""
    )
    link = re.search(r'class="figure-link" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert f"unit={world.a.unit.code}" in link
    assert len(set(re.findall(r'href="/cases/(\d+)/"', body(client, link)))) == 6


def test_a_text_is_read_once_for_all_its_pages_and_a_mapping_still_changes_it(desk, monkeypatch):
    client, held = desk
    read = []
    monkeypatch.setattr("zhiheng.reports.readings.claims.read", lambda *a, **k: read.append(a) or 1 / 0)
    first = client.get(f"/reports/reconcile/{held.pk}/json/").json()
    assert client.get(f"/reports/reconcile/{held.pk}/json/").json() == first and not read
