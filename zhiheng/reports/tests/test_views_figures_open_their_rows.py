"""Every figure on a page opens exactly its rows, in the list and in the export; a neighbour sees nothing of them."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from tests.decided import decided
from tests.publishing import published, signed
from tests.world import sign_in
from zhiheng.cases.figures import DECISIONS
from zhiheng.cases.models import Case
from zhiheng.figures import selectors as figures
from zhiheng.figures.models import Snapshot
from zhiheng.figures.registry import registered


@pytest.fixture
def cases(world):
    made = Case.objects.bulk_create(
        Case(
            unit=unit,
            cause=cause,
            title=f"{unit.short_name}第{month}月{cause}案{n}",
            party_name="某商行",
            party_type="individual_business",
            decided_on=date(2024, month, 11),
            case_value_fen=None if n == 2 else 12_345_67 * month,
            forfeit_fen=1_000_01 * n,
        )
        for unit in (world.city.unit, world.a.unit, world.b.unit)
        for cause in ("trademark_infringement", "patent_counterfeiting", "patent_dispute", "gi")
        for month in (1, 5, 12)
        for n in (1, 2)
    )
    decided(made)
    return made


def body(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def exported(client, address: str) -> list[list]:
    response = client.get(address)
    data = b"".join(response.streaming_content)
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def shown(page: str, element: str) -> str:
    return re.search(rf'id="{element}">([^<]*)<', page)[1].replace(",", "")


@pytest.mark.parametrize(
    "narrowed",
    [
        "",
        "month=2024-05",
        "unit=500112",
        "unit=500112&month=2024-12",
        "month=2024-01..2024-06",
        "month=2024-01..2024-05",
    ],
)
def test_every_page_of_rows_adds_up_to_its_figure(client, world, cases, narrowed):
    sign_in(client, world.city.planner)
    for figure in (f for f in registered() if f.of is DECISIONS):
        address = f"/reports/2024/figures/{figure.id}/?{narrowed}"
        page = body(client, address)
        rows = exported(client, f"{address}&export=xlsx")[1:]
        column = {"case_value_fen": -2, "forfeit_fen": -1}.get(figure.measure.column)
        value = shown(page, "narrowed-value" if narrowed else "figure-value")
        if column is None:
            assert int(value) == len(rows)
        else:
            total = sum(round(row[column] * 100) for row in rows if row[column] != "")
            assert value == figures.printed(figure.shown(total), figure.unit)
            assert int(shown(page, "narrowed-rows" if narrowed else "figure-rows")) == len(rows)


def test_the_text_of_the_report_links_each_figure_to_its_rows(client, world, cases):
    page = body(sign_in(client, world.city.planner), "/reports/2024/")
    links = re.findall(r'<a\s+class="figure-link" href="([^"]+)" title="[^"]+"\s*>([^<]+)</a>', page)
    assert len(links) >= 10
    for address, text in links:
        assert shown(body(client, address), "figure-value") == text


def test_every_row_leads_to_its_case(client, world, cases):
    page = body(sign_in(client, world.a.handler), "/reports/2024/figures/enf.gi.n/")
    links = re.findall(r'href="(/cases/\d+/)"', page)
    assert len(links) == 6
    assert all(client.get(link).status_code == 200 for link in links)


def test_a_neighbour_sees_only_their_own_rows_and_numbers(client, world, cases):
    page = body(sign_in(client, world.b.handler), "/reports/2024/figures/enf.tm.n/")
    assert shown(page, "figure-value") == "6"
    assert world.a.unit.short_name not in page
    assert world.a.unit.short_name not in body(client, "/reports/2024/")
    # Another unit in the address is no choice of theirs, and shows nothing rather than everything.
    assert world.a.unit.short_name not in body(client, "/reports/2024/figures/enf.tm.n/?unit=500112")
    assert len(exported(client, "/reports/2024/figures/enf.tm.n/?export=xlsx")) == 7


def test_an_unknown_figure_is_a_404(client, world):
    assert sign_in(client, world.city.planner).get("/reports/2024/figures/no.such/").status_code == 404


def test_a_year_without_records_says_so_on_every_page(client, world):
    sign_in(client, world.city.planner)
    assert "近6年没有可以汇总的“案件”记录" in body(client, "/reports/")
    assert "近6年没有可以汇总的“普法”记录" in body(client, "/reports/?group=outreach")
    assert "近6年没有可以汇总的“案件”记录" in body(client, "/reports/?group=no-such")
    assert "没有计入“商标侵权案件查办数”的案件" in body(client, "/reports/2020/figures/enf.tm.n/")
    report = body(client, "/reports/2020/")
    assert "2020年没有任何记录" in report and "查办商标侵权案件0件" not in report


def test_publishing_freezes_and_the_check_names_a_changed_case(client, world, cases):
    release = signed(world.city, 2024, on=date.today())
    sign_in(client, world.city.planner)
    response = client.post(f"/reports/releases/{release.pk}/", {"verdict": "publish"}, follow=True)
    snapshot = Snapshot.objects.get()
    assert "已发布" in response.content.decode()
    assert "与现有记录一致" in body(client, f"/reports/snapshots/{snapshot.pk}/?check=1")
    changed = cases[0]
    changed.decisions.update(forfeit_fen=9_99)
    page = body(client, f"/reports/snapshots/{snapshot.pk}/?check=1")
    assert "金额改变" in page and changed.title in page and "9.99元" in page


def test_a_snapshot_of_the_city_is_hidden_from_a_district(client, world, cases):
    published(world.city, 2024, on=date.today())
    sign_in(client, world.a.leader)
    assert client.get(f"/reports/snapshots/{Snapshot.objects.get().pk}/").status_code == 404


def test_word_and_json_are_downloads(client, world, cases):
    sign_in(client, world.city.planner)
    word = client.get("/reports/2024/docx/")
    assert word.content[:2] == b"PK" and "attachment" in word["Content-Disposition"]
    assert client.get("/reports/2024/json/").json()["figures"][0]["value"] == 18


def test_the_rows_of_a_published_number_keep_their_names(client, world, cases):
    published(world.city, 2024, on=date.today())
    sign_in(client, world.city.planner)
    snapshot = Snapshot.objects.get()
    names = set(Case.objects.filter(decided_on__year=2024).values_list("title", flat=True))
    Case.objects.update(title="后来的名称")
    address = f"/reports/snapshots/{snapshot.pk}/figures/enf.tm.n/"
    assert address in body(client, f"/reports/snapshots/{snapshot.pk}/")
    page = body(client, address)
    assert any(name in page for name in names) and "后来的名称" not in page
    assert client.get(address + "?export=xlsx").content[:2] == b"PK"
    assert client.get(f"/reports/snapshots/{snapshot.pk}/figures/nothing/").status_code == 404
    assert "后来的名称" in body(client, f"/reports/snapshots/{snapshot.pk}/?check=1")
    client.logout()
    neighbour = sign_in(client, world.b.handler)
    assert neighbour.get(address).status_code == 404


def test_a_published_report_is_handed_out_as_it_was_and_what_moved_since_is_said(client, world, cases):
    from zhiheng.files.word import read_docx

    published(world.city, 2024, on=date.today())
    sign_in(client, world.city.planner)
    snapshot = Snapshot.objects.get()
    assert "与 " in body(client, "/reports/2024/") and "发布的一致" in body(client, "/reports/2024/")
    issued = read_docx(client.get(f"/reports/snapshots/{snapshot.pk}/docx/").content).text()
    late = Case(unit=world.a.unit, cause="trademark_infringement", title="迟到的案件", party_name="某商行",
                party_type="individual_business", decided_on=date(2024, 7, 1), forfeit_fen=1)  # fmt: skip
    decided(Case.objects.bulk_create([late]))
    page = body(client, "/reports/2024/")
    assert "发布以后有" in page and "草稿" in page
    draft = read_docx(client.get("/reports/2024/docx/").content).text()
    assert "草稿" in draft and "印发" not in draft
    again = read_docx(client.get(f"/reports/snapshots/{snapshot.pk}/docx/").content).text()
    assert again == issued and "草稿" not in again and "印发" in again
    assert snapshot.digest not in again and snapshot.ledger_head not in again


def test_a_year_without_records_says_so(client, world, cases):
    sign_in(client, world.city.planner)
    assert "没有任何记录：下面的零不是统计结果" in body(client, "/reports/2019/")
    assert "没有任何记录：下面的零" not in body(client, "/reports/2024/")
