"""Papers, evidence and attachments over the web: whose they are, how they leave, what is not taken in."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.casework import Worker
from zhiheng.audit import services as audit
from zhiheng.documents import services as documents
from zhiheng.matters import services
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n"


@pytest.fixture
def work(world, monkeypatch):
    work = Worker(world.a).to_filed()
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: work.on)
    return work


@pytest.fixture
def addresses(work):
    """One paper, one item of evidence with a file, one attachment of a step."""
    services.add_evidence(
        actor=work.people["handler"],
        record=work.case,
        on=work.on,
        name="进货收据",
        kind="documentary",
        source="当事人提供",
        proves="数量和价格",
        collected_on=work.on,
        file=BytesIO(PDF),
        file_name="票据.pdf",
    )
    kept = documents.keep_upload(file_name="材料.pdf", file=BytesIO(PDF + b"2"))
    step = work.step("extract_evidence", attachments=[kept])
    pk = work.case.pk
    return {
        "paper": reverse("case-paper", args=[pk, work.case.matter.folder.papers.first().pk]),
        "evidence": reverse(
            "case-evidence-file", args=[pk, work.case.matter.folder.evidence.get(name="进货收据").pk]
        ),
        "attachment": reverse("case-attachment", args=[pk, step.proceeding_id, step.seq, kept["digest"]]),
    }


def test_every_file_leaves_as_a_download_never_shown_in_our_pages(addresses, world, signed_in):
    client = signed_in(world.a.handler)
    for address in addresses.values():
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer.streaming_content)


def test_a_neighbour_gets_the_same_404_for_every_file_page_and_step(addresses, work, world, signed_in):
    client = signed_in(world.b.handler)
    pk = work.case.pk
    others = [
        reverse("case", args=[pk]),
        reverse("case-officers", args=[pk]),
        reverse("case-evidence-new", args=[pk]),
        reverse("case-evidence-exclude", args=[pk, work.case.matter.folder.evidence.first().pk]),
        reverse("case-step", args=[pk, "record_questioning"]),
    ]
    for address in (*addresses.values(), *others):
        assert client.get(address).status_code == 404, address
        assert client.post(address).status_code in {404, 405}, address


def test_a_paper_of_one_case_cannot_be_fetched_through_another(addresses, work, world, signed_in):
    other = Worker(world.a, on=work.on)
    other.register(title="另一案")
    paper = work.case.matter.folder.papers.first()
    answer = signed_in(world.a.handler).get(reverse("case-paper", args=[other.case.pk, paper.pk]))
    assert answer.status_code == 404


@pytest.mark.parametrize("change", ["changed", "gone"])
def test_a_file_changed_or_lost_on_disk_is_reported_in_words_and_not_handed_out(
    addresses, work, world, signed_in, change
):
    path = documents.path_of(work.case.matter.folder.papers.first().digest)
    if change == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b"x")
    answer = signed_in(world.a.handler).get(addresses["paper"])
    assert answer.status_code == 409
    words = answer.content.decode()
    assert ("已被改动" if change == "changed" else "文件不在存储中") in words and "请联系管理员" in words


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("照片.jpg", b"%PDF-1.7", "不是它的名称所说的"),
        ("空.pdf", b"", "空的"),
        ("程序.exe", b"MZ\x90", "类型不对"),
        ("程序.txt", b"MZ\x90\x00", "不是它的名称所说的"),
        ("脚本.txt", b"#!/bin/sh\n", "不是它的名称所说的"),
    ],
)
def test_what_is_not_what_it_says_is_refused_at_the_field_and_nothing_is_registered(
    work, world, signed_in, name, content, words
):
    before = work.case.matter.folder.evidence.count(), audit.verify().entries
    answer = signed_in(world.a.handler).post(
        reverse("case-evidence-new", args=[work.case.pk]),
        {
            "name": "某证据",
            "kind": "documentary",
            "source": "当事人提供",
            "proves": "某事",
            "collected_on": "2024-03-07",
            "file": SimpleUploadedFile(name, content),
        },
    )
    assert answer.status_code in {200, 422}
    assert words in answer.content.decode()
    assert answer.context["form"].errors["file"]
    assert (work.case.matter.folder.evidence.count(), audit.verify().entries) == before


def test_too_large_a_file_is_refused(work, settings):
    settings.UPLOAD_LIMIT_BYTES = 2**20
    with pytest.raises(Refused, match="超过 1 MB"):
        documents.keep_upload(file_name="大.pdf", file=BytesIO(PDF + b"0" * 2**20))


def test_an_attachment_of_a_step_that_is_refused_is_told_at_its_own_field(work, world, signed_in):
    answer = signed_in(world.a.handler).post(
        reverse("case-step", args=[work.case.pk, "extract_evidence"]),
        {
            "evidence_name": "票据",
            "evidence_source": "当事人",
            "evidence_proves": "数量",
            "extraction_method": "copy",
            "attachments": SimpleUploadedFile("票据.pdf", b"not a pdf"),
        },
    )
    assert "不是它的名称所说的 PDF" in str(answer.context["form"].errors["attachments"])


def test_the_same_evidence_sent_twice_is_registered_once(work):
    item = {
        "actor": work.people["handler"], "record": work.case, "on": work.on, "name": "照片", "kind": "physical",
        "source": "现场", "proves": "陈列", "collected_on": work.on,
    }  # fmt: skip
    services.add_evidence(**item)
    with pytest.raises(Refused, match="相同的证据已经登记"):
        services.add_evidence(**item)


def test_a_step_sent_twice_from_one_page_is_booked_once_and_the_page_says_so(work, world, signed_in):
    client = signed_in(world.a.handler)
    address = reverse("case-step", args=[work.case.pk, "extract_evidence"])
    seen = work.case.matter.proceeding.steps.count()
    answers = {
        "evidence_name": "票据",
        "evidence_source": "当事人",
        "evidence_proves": "数量",
        "extraction_method": "copy",
        "seen": seen,
    }
    assert client.post(address, answers).status_code == 302
    second = client.post(address, answers)
    assert "没有重复办理" in second.content.decode()
    assert work.case.matter.proceeding.steps.filter(step="extract_evidence").count() == 1
    # The page now knows of the first; sent again on purpose it is taken.
    assert client.post(address, answers | {"seen": seen + 1}).status_code == 302


def test_the_timeline_tells_each_step_with_its_answers_in_words(work, world, signed_in):
    page = signed_in(world.a.handler).get(reverse("case", args=[work.case.pk]) + "?tab=timeline")
    words = page.content.decode()
    assert page.status_code == 200
    for told in ("登记案源", "开始核查", "现场检查", "立案", "权利人投诉", "朱文渊、秦子衿", "个体工商户"):
        assert told in words


def test_what_was_done_on_the_spot_stays_on_the_timeline_of_the_case_it_became(world, signed_in, monkeypatch):
    work = Worker(world.a)
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: work.on)
    work.register("penalty.simple")
    work.step("record_inspection")
    work.step("switch_to_ordinary")
    client = signed_in(world.a.handler)
    page = client.get(reverse("case", args=[work.case.pk]) + "?tab=timeline").content.decode()
    assert page.index("出示执法证件，当场查处") < page.index("转普通程序") < page.index("登记案源")
    assert client.get(reverse("case", args=[work.case.pk]) + "?tab=history").status_code == 200
