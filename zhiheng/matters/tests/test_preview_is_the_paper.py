"""What is previewed is what will be printed, before 提请 and at each approval, and every sentence says where it came from."""

from __future__ import annotations

import io
import re
import zipfile
from difflib import SequenceMatcher

import pytest
from django.utils import timezone

from tests.casework import Worker
from zhiheng.documents import services as documents
from zhiheng.documents.models import Paper
from zhiheng.documents.rendering import forms as rendering
from zhiheng.documents.rendering import preview as screen
from zhiheng.matters import preview
from zhiheng.matters.engine import Standing, decode

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(world, monkeypatch):
    work = Worker(world.a)
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: work.on)
    return work


def printed(paper: Paper) -> str:
    """What a paper of the file says, a line a paragraph."""
    with zipfile.ZipFile(io.BytesIO(documents.read(paper.digest))) as packed:
        xml = packed.read("word/document.xml").decode()
    return screen.text(xml[xml.index("<w:body>") + 8 : xml.index("<w:sectPr>")])


def shown(html: str) -> str:
    plain = re.sub(r"</p>", "\n", html)
    plain = re.sub(r"<[^>]+>", "", plain).replace("&#8203;", "")
    return plain.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_every_paper_of_a_case_is_previewed_word_for_word_as_it_was_printed(work, monkeypatch):
    """Before each step the preview is drawn with its answers; afterwards it is held against the paper in the file. Only what signing
    brings (number, opinions, certificates' order) may be new."""
    drawn = {}
    take = work.step

    def watched(code, **given):
        standing = Standing.of(work.case.matter.proceeding, work.on)
        step = standing.procedure.steps[code]
        data = work.data(step, **given)
        sheets = preview.sheets(work.case, step, data, work.people[step.by[0]], standing)
        result = take(code, **given)
        papers = list(Paper.objects.filter(folder=work.case.matter.folder, step=code).order_by("-id"))
        drawn[code] = (sheets, papers[: len(sheets)][::-1], bool(step.approve))
        return result

    work.step = watched
    work.to_archived()
    compared = 0
    for code, (sheets, papers, approved) in drawn.items():
        for sheet, paper in zip(sheets, papers, strict=True):
            assert not sheet.fault, (code, sheet.fault)
            if approved:
                continue  # opinions are signed after the preview
            before, after = squeezed(shown(sheet.html)), squeezed(printed(paper))
            if paper.number:
                after = after.replace(squeezed(paper.number), "", 1) if paper.number not in before else after
            assert before == after, (code, paper.title, _differs(before, after))
            compared += 1
    assert compared >= 6 and sum(len(sheets) for sheets, _, _ in drawn.values()) >= 12


def _differs(before: str, after: str) -> list[tuple[str, str]]:
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [(before[a:b], after[c:d]) for tag, a, b, c, d in blocks if tag != "equal"]


def test_marks_of_the_preview_change_no_word_of_any_paper(work):
    """A paper drawn with its sources and without them says the same, for every paper of the case."""
    work.to_archived()
    procedure = Standing.of(work.case.matter.proceeding, work.on).procedure
    papers = list(Paper.objects.filter(folder=work.case.matter.folder))
    assert len(papers) > 12
    for paper in papers:
        form = next(one for one in procedure.forms[paper.form] if one.digest == paper.form_version)
        traced = rendering.draft(form, paper.data)
        assert screen.text(traced.body) == printed(paper), paper.title


def test_every_stretch_of_a_preview_says_where_it_came_from(work, signed_in):
    work.to_filed()
    work.wait(5).step("record_questioning")
    standing = Standing.of(work.case.matter.proceeding, work.on)
    step = standing.procedure.steps["close_investigation"]
    (sheet, *_) = preview.sheets(work.case, step, work.data(step), work.cast.handler, standing)
    outside = re.sub(
        r'<span class="from[^>]*>.*?</span>', "", re.sub(r'<span class="paper-tab"></span>', "", sheet.html)
    )
    assert not squeezed(shown(outside))
    titles = set(re.findall(r'title="([^"]*)"', sheet.html))
    assert all(title.startswith("来源：") and len(title) > 4 for title in titles)
    assert any("本步骤填写的" in title for title in titles)
    assert any("固定文字" in title for title in titles)


def test_the_page_shows_the_draft_before_it_is_sent_and_to_who_approves(work, signed_in):
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    client = signed_in(work.cast.handler)
    address = f"/cases/{work.case.pk}/steps/file_case/"
    assert "预览文书" in client.get(address).content.decode()
    part = client.post(
        f"{address}preview/", {"verification_result": "现场有侵权商品"}, headers={"X-Part": "1"}
    )
    assert (
        part.status_code == 200 and "草稿" in part.content.decode() and "<html" not in part.content.decode()
    )
    whole = client.post(f"{address}preview/", {"verification_result": "现场有侵权商品"}).content.decode()
    assert "<html" in whole and "草稿" in whole
    assert work.case.matter.folder.papers.count() == Paper.objects.count()
    before = Paper.objects.count()
    proposal = work.propose("file_case")
    at = f"/cases/{work.case.pk}/proposals/{proposal.pk}/preview/"
    said = signed_in(work.cast.unit_head).get(at).content.decode()
    assert "立案" in said and Paper.objects.count() == before
    data = decode(Standing.of(work.case.matter.proceeding, work.on).procedure, "file_case", proposal.data)
    assert data["handlers"]
    assert signed_in(work.cast.handler).get(at.replace(f"/{work.case.pk}/", "/999999/")).status_code == 404


def test_nobody_of_another_unit_sees_a_preview(work, world, signed_in):
    work.register()
    work.step("start_verification")
    stranger = signed_in(world.b.handler)
    assert stranger.post(f"/cases/{work.case.pk}/steps/file_case/preview/", {}).status_code == 404
