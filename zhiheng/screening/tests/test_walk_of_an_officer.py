"""An officer walks dirty lists through the pages, from the file that came to the file that goes back: nothing is lost and nothing guessed."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.world import sign_in
from zhiheng.jobs import services as jobs
from zhiheng.jobs import worker
from zhiheng.screening import background
from zhiheng.screening.models import Application, Group, Stage
from zhiheng.screening.tests.received import (
    AFTER,
    HEADINGS,
    IN_A,
    IN_B,
    RECEIVED,
    as_csv,
    faults_of_filings,
    number,
    register,
    row,
)

_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")
FOLKS = HEADINGS.index("核查人"), HEADINGS.index("核查结果")
NUMBER = HEADINGS.index("申请号")


def dirty_rows() -> list[list[str]]:
    """Six applications written in six ways, one of them twice, one row without a number, sums and a remark below."""
    rows = [
        row(1, address=f"401120　{IN_A}"),
        row(2, 申请号=number(2).translate(_WIDE), address=IN_B),
        row(3, 申请号=f"CN{number(3)}", address="重庆市平安街9号"),
        row(4, 申请号=f" {number(4).replace('.', '')} ", address="四川省成都市武侯区人民南路1号"),
        row(5, 发明名称="=1+1", address=IN_A),
        row(6, 申请人="甲公司；乙公司", address=f"中国{IN_B}"),
        row(1, 申请号=number(1).replace(".", ""), address=IN_A),
        row(7, 申请号=""),
        row(8, 申请号="合计", 发明名称="7件"),
    ]
    for line in rows[-2:]:
        line[0] = ""
    return rows


def as_gb_csv() -> tuple[str, bytes]:
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow(["国家知识产权局第三批名单", *[""] * (len(HEADINGS) - 1)])
    writer.writerows([HEADINGS, *dirty_rows()])
    return "第三批　名单（终）.csv", made.getvalue().encode("gb18030")


def as_sheet() -> tuple[str, bytes]:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("名单")
        sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, "第三批名单（共7件）")
        for place, line in enumerate([HEADINGS, *dirty_rows()], 1):
            sheet.write_row(place, 0, line)
        sheet.set_row(4, None, None, {"hidden": True})
        book.add_worksheet("填表说明").write(0, 0, "请于限期内报送")
    return "第三批名单.xlsx", made.getvalue()


def as_lines() -> tuple[str, bytes]:
    lines = [json.dumps(dict(zip(HEADINGS, line, strict=True)), ensure_ascii=False) for line in dirty_rows()]
    return "名单.jsonl", ("\n".join(lines) + "\n").encode()


def table(name: str, data: bytes) -> list[list[str]]:
    """The rows below the headings, as texts."""
    if name.endswith(".csv"):
        rows = list(csv.reader(io.StringIO(data.decode("gb18030"), newline="")))
        return rows[2:]
    if name.endswith(".jsonl"):
        return [
            [one.get(head, "") for head in HEADINGS] for one in map(json.loads, data.decode().splitlines())
        ]
    sheet = openpyxl.load_workbook(io.BytesIO(data))["名单"]
    return [
        ["" if cell is None else str(cell) for cell in line]
        for line in sheet.iter_rows(min_row=3, values_only=True)
    ]


@pytest.fixture
def day(monkeypatch):
    def turn(to):
        monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: to)

    turn(RECEIVED)
    return turn


def carried_out() -> None:
    job = jobs.claim(at=timezone.now())
    worker.carry_out(job=job)
    job.refresh_from_db()
    assert job.state == "done", job.words


@pytest.mark.parametrize("beside", [False, True], ids=["at once", "by jobs"])
@pytest.mark.parametrize("made", [as_gb_csv, as_sheet, as_lines])
def test_a_dirty_list_comes_back_as_it_came_with_the_answers_in_it(world, day, monkeypatch, made, beside):
    if beside:
        monkeypatch.setattr(background, "MANY", 1)
        monkeypatch.setattr("zhiheng.screening.importing.LARGE", 10)
    name, data = made()
    received = register(world)
    here = f"/screening/{received.pk}/"
    office = sign_in(Client(), world.city.handler)

    def sent(address, fields, **more):
        """A form sent by the office; where it became a job, the page it leads to in the end."""
        answer = office.post(address, fields, **more)
        assert answer.status_code in {200, 302}, answer.context and answer.context["form"].errors
        if "/jobs/" in getattr(answer, "url", ""):
            carried_out()
            return office.get(answer.url, follow=True)
        return office.get(answer.url, follow=True) if answer.status_code == 302 else answer

    # Tried: what would be taken, what is repeated, what goes back and why. Nothing is written.
    page = sent(f"{here}import/", {"file": SimpleUploadedFile(name, data)})
    text = page.content.decode()
    assert not Application.objects.exists()
    file = received.files.get()
    assert (file.taken, file.repeated) == (6, 1) and file.rejected >= 1, (
        file.taken,
        file.repeated,
        file.rejected,
    )
    assert ("重复" in text and "不是申请号" in text) or "没有申请号" in text
    sent(f"{here}import/{file.pk}/", {})
    assert set(received.applications.values_list("number", flat=True)) == {number(n) for n in range(1, 7)}

    # Split: four by address, the two that no address tells by hand.
    page = sent(f"{here}split/", {"by_address": "1"})
    assert "已分派 4 件，2 件须人工指定" in page.content.decode()
    left = list(received.applications.filter(stage=Stage.RECEIVED).order_by("pk"))
    assert [one.number for one in left] == [number(3), number(4)]
    assert [one.split_by for one in left] == ["地址没有写明区县", "地址在四川"]
    page = office.post(
        f"{here}split/", {"looked": [one.pk for one in left], "unit": "500112", "why": "电话核实"}
    )
    assert page.status_code == 302 and not received.applications.filter(stage=Stage.RECEIVED).exists()

    # Screened beside the server, and done again with equal findings.
    asked = office.post(f"{here}runs/", {"setting": "default"})
    carried_out()
    run = office.get(asked.url, follow=True)
    assert run.status_code == 200 and "线索组" in run.content.decode()
    for group in Group.objects.all():
        assert office.get(f"/screening/groups/{group.pk}/").status_code == 200

    # The districts: each its own, together after a look at each; one explains, the others withdraw.
    for unit, first, second in (
        (world.a, world.a.handler, world.a.co_handler), (world.b, world.b.handler, world.b.co_handler),
    ):  # fmt: skip
        mine = list(received.applications.filter(unit=unit.unit).order_by("pk"))
        one, other = sign_in(Client(), first), sign_in(Client(), second)

        def together(client, code, rows, **fields):
            answer = client.post(
                f"/screening/applications/do/{code}/", {"looked": [r.pk for r in rows], **fields}
            )
            assert answer.status_code == 302, answer.context["form"].errors

        together(one, "contact", mine, method="phone", reached="yes", content="告知期限")
        explained, withdrawn = mine[:1], mine[1:]
        said = {"explained_on": "2024-03-04", "project": "自立项目", "content": "=HYPERLINK(1)"}
        assert one.post(f"/screening/applications/{explained[0].pk}/do/explain/", said).status_code == 302
        together(one, "withdraw", withdrawn, withdrawn_on="2024-03-04", voucher="受理通知1号")
        together(one, "opine", withdrawn, view="withdrawn", text="已经撤回，凭证在卷")
        together(one, "opine", explained, view="cleared", text="-- 说明可以采信")
        # The first does not sign a second time, whatever is ticked.
        again = one.post(
            "/screening/applications/do/agree/", {"looked": [mine[0].pk], "verdict": "agree", "text": "同意"}
        )
        assert again.status_code == 422
        together(other, "agree", mine, verdict="agree", text="同意")
    rows = list(received.applications.all())
    assert {one.stage for one in rows} == {Stage.AGREED}
    checked = office.post(
        "/screening/applications/do/check/",
        {"looked": [r.pk for r in rows], "verdict": "agree", "text": "同意报送"},
    )
    assert checked.status_code == 302

    # What goes back is the received file: every other cell as it was, every answer beside its application.
    answer = office.post(f"{here}import/{file.pk}/feedback-file/")
    if beside:
        carried_out()
        office.get(answer.url, follow=True)
        answer = office.get(f"{answer.url}feedback/")
    back = table(name, b"".join(answer.streaming_content))
    came = table(name, data)
    assert len(back) == len(came)
    known = {one.number: one for one in received.applications.all()}
    for was, now in zip(came, back, strict=True):
        assert [c for n, c in enumerate(was) if n not in FOLKS] == [
            c for n, c in enumerate(now) if n not in FOLKS
        ]
    by_row = [now[FOLKS[1]] for now in back]
    assert sum(bool(one) for one in by_row) >= len(known) and by_row[-1] == ""
    assert all(
        not one.startswith(("=", "-", "+", "@")) for now in back for one in (now[FOLKS[0]], now[FOLKS[1]])
    )

    # The results come back dirty as well: a code nobody knows, one that is not on the list, one said twice alike.
    day(AFTER)
    told = as_csv(
        [["国家局结果", "", ""], ["专利申请号", "处理结果", "发文日"]]
        + [[number(n), "视为撤回" if n % 2 else "N0", "2024-03-20"] for n in range(1, 7)]
        + [
            [number(1).replace(".", ""), "视为撤回", "2024-03-20"],
            [number(99), "驳回", "2024-03-20"],
            ["合计", "8", ""],
        ],
        ("", "", ""),
    )
    page = sent(
        f"{here}results/",
        {"file": SimpleUploadedFile("结果.csv", told), "paper": "国知函〔2024〕9号", "result_on": ""},
    )
    result = received.result_files.get()
    assert "这份名单中没有这件申请" in page.content.decode()
    sent(f"{here}results/{result.pk}/", {"word_0": "normal"})
    results = dict(received.applications.values_list("number", "result"))
    assert results == {number(n): "deemed_withdrawn" if n % 2 else "normal" for n in range(1, 7)}
    assert not faults_of_filings()
