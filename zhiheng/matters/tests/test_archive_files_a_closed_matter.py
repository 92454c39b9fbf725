"""归档: every paper and all evidence once, in the order of 程序规定 78, bound and handed over with digests, and never changed again."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from tests.casework import SIMPLE, Worker
from tests.prepared import prepared
from zhiheng.audit.verification import verify
from zhiheng.documents import archives
from zhiheng.documents import services as documents
from zhiheng.documents.models import Archive, Scan
from zhiheng.documents.tests.test_binding_writes_volumes import png, scan
from zhiheng.law import current_book
from zhiheng.matters import archive, services
from zhiheng.matters.engine import Standing
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db

ON = date(2024, 9, 2)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: ON)


FILM = b"\0\0\0\x18ftypmp42 film"


class Closing(Worker):
    @prepared
    def to_closed(self) -> Worker:
        """With evidence that has files, and not archived yet."""
        self.to_noticed()
        for name, file_name, data in (
            ("店招照片", "店招.png", png()),
            ("进货单据", "单据.pdf", scan(2)),
            ("执法录像", "录像.mp4", FILM),
        ):
            services.add_evidence(
                actor=self.cast.handler, record=self.case, on=self.on, name=name, kind="documentary", source="当事人提供",
                proves="进货的时间和数量", collected_on=self.on, file=io.BytesIO(data), file_name=file_name,
            )  # fmt: skip
        self.wait(12).step("deliberate")
        self.wait(1).step("decide_penalty")
        self.wait(2).step("serve_decision")
        self.wait(3).step("publish_decision")
        self.wait(2).step("record_payment")
        self.step("dispose_goods")
        self.step("complete_performance")
        self.wait(3).step("close_case")
        return self.wait(5)


@pytest.fixture
def work(world):
    return Closing(world.a).to_closed()


def filed(work) -> Archive:
    return Archive.objects.select_related("folder", "responsible").get(folder=work.case.matter.folder, seq=1)


def archived(work) -> Archive:
    work.step("archive_case")
    return archives.bind(archive=filed(work))


def package(one: Archive) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(archives.package(one))))


def titles(one: Archive, volume: str, group: str) -> list[str]:
    return [item["title"] for v, g, item in archives.items_of(one) if (v, g) == (volume, group)]


def test_every_paper_and_all_evidence_lie_in_the_file_once(work):
    one = archived(work)
    covered = [key for _, _, item in archives.items_of(one) for key in item["covers"]]
    folder = work.case.matter.folder
    wanted = {f"p{pk}" for pk in folder.papers.values_list("pk", flat=True)}
    wanted |= {f"e{pk}" for pk in folder.evidence.values_list("pk", flat=True)}
    assert wanted <= set(covered)
    papers = [key for key in covered if key.startswith("p")]
    assert len(papers) == len(set(papers)) == folder.papers.count()


def test_volumes_stand_in_the_order_of_the_law(work):
    one = archived(work)
    filing = current_book().kind("penalty").filing
    for volume in one.contents["volumes"]:
        law = next(v for v in filing.volumes if v.code == volume["code"])
        order = [group.title for group in law.groups]
        places = [order.index(group["title"]) for group in volume["groups"]]
        assert places == sorted(set(places))
    assert [volume["title"] for volume in one.contents["volumes"]] == ["正卷", "副卷"]
    assert titles(one, "正卷", "立案审批表") == ["立案审批表"]
    assert titles(one, "副卷", "案源材料") == ["案件来源登记表"]
    (report,) = titles(one, "副卷", "调查终结报告")
    assert report.endswith("的调查终结报告")
    assert titles(one, "副卷", "结案审批表") == ["结案审批表"]


def test_proof_of_service_lies_behind_the_paper_it_proves(work):
    one = archived(work)
    decision = titles(one, "正卷", "行政处罚决定书及送达回证")
    assert decision == ["行政处罚决定书", "送达回证"]
    others = titles(one, "正卷", "对当事人制发的其他法律文书及送达回证")
    assert others[others.index("行政处罚告知书") + 1] == "送达回证"


def test_the_file_says_who_filed_it_when_and_for_how_long(work):
    one = archived(work)
    assert (one.responsible, one.on, one.number, one.keep) == (work.cast.handler, work.on, "20240001", "30年")
    words = [page.extract_text() for page in PdfReader(io.BytesIO(documents.read(one.pdf_digest))).pages]
    cover = words[0].replace("\n", "").replace(" ", "")
    for said in ("正卷", "20240001", "30年", work.case.title, work.case.doc_no):
        assert said in cover, said


def test_the_contents_say_the_pages_on_which_the_papers_are(work):
    one = archived(work)
    words = [page.extract_text() for page in PdfReader(io.BytesIO(documents.read(one.pdf_digest))).pages]
    at = next(n for n, text in enumerate(words) if "卷内文件目录" in text)
    first = one.contents["volumes"][0]
    front = next(
        n
        for n, text in enumerate(words)
        if n > at and text.split() and "1" in text.split() and "立案审批表" in text
    )
    for group in first["groups"]:
        for item in group["items"]:
            page, _ = one.pages["pages"][item["key"]]
            assert item["number"].replace(" ", "") in words[front + page - 1].replace("\n", "").replace(
                " ", ""
            )


def test_the_package_holds_everything_with_its_sums(work):
    one = archived(work)
    with package(one) as file:
        names = file.namelist()
        assert len(names) == len(set(names))
        sums = dict(reversed(line.split("  ", 1)) for line in file.read("SHA256SUMS").decode().splitlines())
        assert set(sums) == set(names) - {"SHA256SUMS"}
        assert all(hashlib.sha256(file.read(name)).hexdigest() == told for name, told in sums.items())
        listed = json.loads(file.read("目录.json"))
        assert {one["文件"] for item in listed["卷内文件"] for one in item["文件"]} < set(names)
        film = next(name for name in names if name.endswith(".mp4"))
        assert film.startswith("正卷/") and file.read(film) == FILM
    whole = b"".join(archives.package(one))
    assert (hashlib.sha256(whole).hexdigest(), len(whole)) == (one.zip_sha256, one.zip_size)


def test_binding_anew_makes_the_same_bytes(work):
    one = archived(work)
    before = one.pdf_sha256, one.zip_sha256
    Archive.objects.filter(pk=one.pk).update(zip_sha256="", zip_size=0, pdf_digest="")
    again = archives.bind(archive=filed(work))
    assert (again.pdf_sha256, again.zip_sha256) == before


def test_pages_lead_to_both_downloads_which_are_checked_first(work, signed_in):
    work.step("archive_case")
    client, page = signed_in(work.cast.handler), reverse("case", args=[work.case.pk])
    assert "装订成册" in client.get(f"{page}?tab=archive").content.decode()
    client.post(reverse("case-archive-bind", args=[work.case.pk, 1]))
    one = filed(work)
    for part, told in (("pdf", one.pdf_sha256), ("zip", one.zip_sha256)):
        answer = client.get(reverse("case-archive", args=[work.case.pk, 1, part]))
        data = b"".join(answer.streaming_content)
        assert hashlib.sha256(data).hexdigest() == told and int(answer["Content-Length"]) == len(data)
        assert told in client.get(f"{page}?tab=archive").content.decode()


def test_a_file_that_was_tampered_with_is_not_handed_over(work, signed_in):
    one = archived(work)
    client = signed_in(work.cast.handler)
    film = next(
        f for _, _, item in archives.items_of(one) for f in item["files"] if f["name"].endswith(".mp4")
    )
    documents.path_of(film["digest"]).write_bytes(b"FILM")
    answer = client.get(reverse("case-archive", args=[work.case.pk, 1, "zip"]))
    assert answer.status_code == 409 and "没有发送" in answer.content.decode()
    documents.path_of(one.pdf_digest).write_bytes(b"%PDF-1.7 other")
    assert client.get(reverse("case-archive", args=[work.case.pk, 1, "pdf"])).status_code == 409


def test_neighbours_find_no_file(work, world, signed_in):
    archived(work)
    client = signed_in(world.b.handler)
    for name, args in (("case-archive", [1, "zip"]), ("case-archive", [1, "pdf"])):
        assert client.get(reverse(name, args=[work.case.pk, *args])).status_code == 404
    for name, args in (("case-archive-bind", [1]), ("case-archive-supplement", [])):
        assert client.post(reverse(name, args=[work.case.pk, *args])).status_code == 404


def test_nothing_is_bound_of_which_a_file_is_lost(work):
    work.step("archive_case")
    one = filed(work)
    film = next(
        f for _, _, item in archives.items_of(one) for f in item["files"] if f["name"].endswith(".mp4")
    )
    documents.path_of(film["digest"]).unlink()
    with pytest.raises(Refused, match=r"执法录像.*不在存储中"):
        archives.bind(archive=one)
    assert not filed(work).bound


# ------------------------------------------------------------------ signed scans


def hang(work, paper, data: bytes = b"\x89PNG\r\n\x1a\nsigned", name: str = "签章.png", actor=None) -> Scan:
    return services.add_scan(
        actor=actor or work.cast.handler,
        record=work.case,
        paper=paper,
        on=work.on,
        file=io.BytesIO(data),
        file_name=name,
    )


def test_a_signed_scan_is_bound_in_place_of_the_paper_and_both_lie_in_the_package(work):
    paper = work.case.matter.folder.papers.get(form="SAMR-45")
    hang(work, paper, png(), "决定书.png")
    one = archived(work)
    item = next(item for _, _, item in archives.items_of(one) if item["key"] == f"p{paper.pk}")
    assert item["note"] == "签章扫描件"
    assert [file["name"].rpartition(".")[2] for file in item["files"]] == ["docx", "png"]
    assert one.pages["pages"][item["key"]][0] == one.pages["pages"][item["key"]][1]


def test_a_later_scan_counts_and_the_earlier_one_stays(work):
    paper = work.case.matter.folder.papers.get(form="SAMR-45")
    first, second = hang(work, paper, png(10, 10)), hang(work, paper, png(20, 20))
    assert list(paper.scans.all()) == [first, second]
    one = archived(work)
    item = next(item for _, _, item in archives.items_of(one) if item["key"] == f"p{paper.pk}")
    assert second.digest in {file["digest"] for file in item["files"]}
    assert first.digest not in {file["digest"] for file in item["files"]}
    assert documents.read(first.digest)


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"MZ\x90", "签章.png"), (b"PK\x03\x04", "签章.docx"), (b"", "签章.pdf"), (b"hello", "签章.pdf")],
)
def test_what_is_no_scan_is_refused(work, data, name):
    paper = work.case.matter.folder.papers.first()
    with pytest.raises(Refused):
        hang(work, paper, data, name)
    assert not Scan.objects.exists()


def test_only_officers_of_the_matter_hang_a_scan(work, world, signed_in):
    paper = work.case.matter.folder.papers.first()
    with pytest.raises(Refused, match="承办人"):
        hang(work, paper, actor=world.a.unit_head)
    page = reverse("case-scan-new", args=[work.case.pk, paper.pk])
    assert signed_in(world.b.handler).get(page).status_code == 404
    client = signed_in(world.a.handler)
    file = io.BytesIO(png())
    file.name = "签章.png"
    assert client.post(page, {"file": file}).status_code == 302
    assert client.get(reverse("case-scan", args=[work.case.pk, Scan.objects.get().pk])).status_code == 200
    assert (
        signed_in(world.b.handler)
        .get(reverse("case-scan", args=[work.case.pk, Scan.objects.get().pk]))
        .status_code
        == 404
    )


# ------------------------------------------------------------------ what is missing, what comes later


def test_the_page_names_what_is_missing_before_anything_is_filed(world, signed_in):
    work = Worker(world.a)
    work.to_decided()
    page = (
        signed_in(world.a.handler).get(reverse("case", args=[work.case.pk]) + "?tab=archive").content.decode()
    )
    assert "缺少的文书：" in page and "结案审批表" in page
    assert "尚未送达当事人的文书：行政处罚决定书" in page
    assert not Archive.objects.exists()


def test_a_closed_file_stays_as_it_is_and_what_comes_later_is_a_supplement(work):
    one = archived(work)
    before = b"".join(archives.package(one))
    with pytest.raises(Refused, match="没有新的"):
        services.file_supplement(actor=work.cast.handler, record=work.case, on=work.on)
    paper = work.case.matter.folder.papers.get(form="SAMR-45")
    hang(work, paper, png())
    work.wait(1).step("self_correct")
    later = services.file_supplement(actor=work.cast.handler, record=work.case, on=work.on)
    told = [item["title"] for _, _, item in archives.items_of(later)]
    assert "行政处罚决定书（签章扫描件）" in told and any("撤销行政处罚决定书" in title for title in told)
    assert not {key for _, _, item in archives.items_of(later) for key in item["covers"]} & {
        key for _, _, item in archives.items_of(one) for key in item["covers"]
    }
    archives.bind(archive=later)
    assert b"".join(archives.package(filed(work))) == before
    with pytest.raises(Refused, match="没有新的"):
        services.file_supplement(actor=work.cast.handler, record=work.case, on=work.on)


def test_an_open_matter_has_no_supplement(world):
    work = Worker(world.a)
    work.to_filed()
    with pytest.raises(Refused, match="还没有归档"):
        services.file_supplement(actor=world.a.handler, record=work.case, on=work.on)


def told() -> list[str]:
    """What verification finds of files and scans; the cast itself was written beside the ledger."""
    return [fault for fault in verify().faults if "归档案卷" in fault or "签章扫描件" in fault]


def test_verification_holds_files_and_scans_against_the_ledger(work):
    paper = work.case.matter.folder.papers.get(form="SAMR-45")
    scanned = hang(work, paper, png())
    one = archived(work)
    assert not told()
    for tamper in (
        lambda: Archive.objects.filter(pk=one.pk).update(zip_sha256="0" * 64),
        lambda: Archive.objects.filter(pk=one.pk).update(number="2"),
        lambda: Archive.objects.filter(pk=one.pk).update(contents={"volumes": []}),
        lambda: Scan.objects.filter(pk=scanned.pk).update(file_name="别的.png"),
    ):
        kept = (
            Archive.objects.filter(pk=one.pk).values().get(),
            Scan.objects.filter(pk=scanned.pk).values().get(),
        )
        tamper()
        assert told()
        Archive.objects.filter(pk=one.pk).update(**kept[0])
        Scan.objects.filter(pk=scanned.pk).update(**kept[1])
    assert not told()
    Scan.objects.create(
        paper=paper, file_name="x.png", digest="0" * 64, size=1, on=ON, added_by=work.cast.handler
    )
    assert any("直接写进" in fault for fault in told())


def test_every_kind_of_matter_is_filed_whatever_its_book_says(world):
    """A kind that orders nothing is filed as it was worked, on plain sheets; the simple procedure by the same order as the other."""
    work = Worker(world.a)
    work.register(SIMPLE)
    work.step("record_inspection")
    standing = Standing.of(work.case.matter.proceeding, work.on)
    assert archive.volumes_of(archive.Stock(work.case, standing))
    for kind in current_book().kinds.values():
        groups = [group for volume in kind.filing.volumes for group in volume.groups]
        for what in ("rest", "evidence", "served"):
            assert sum(getattr(group, what) for group in groups) == 1, (kind.code, what)
