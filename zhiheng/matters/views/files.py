"""What lies in a matter's folder: evidence, papers and their scans, what was handed in with steps, the file that is archived."""

from __future__ import annotations

from contextlib import suppress

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhiheng.audit.handing_out import SUBJECT
from zhiheng.audit.selectors import history_of
from zhiheng.documents import archives, thumbnails
from zhiheng.documents import services as documents
from zhiheng.documents.arrivals import PICTURES
from zhiheng.documents.downloads import DOCX, kept_archive, kept_file
from zhiheng.jobs import foreign
from zhiheng.jobs import services as jobs
from zhiheng.jobs.models import Job
from zhiheng.law import current_book
from zhiheng.ui.days import today
from zhiheng.ui.drafts import Typing
from zhiheng.ui.pages import act_page, form_page, sent
from zhiheng.ui.uploads import takes_up_to

from .. import drafts, pages, selectors, services
from ..family import family_of
from ..forms import EvidenceForm, ExcludeEvidenceForm, ScanForm
from .addressed import crumbs_of, record_at


@takes_up_to("EVIDENCE_LIMIT_BYTES")
@require_http_methods(["GET", "POST"])
def evidence_new(request, family, pk):
    found, on = record_at(request, family, pk), today()
    back = pages.record_url(found) + "?tab=evidence"
    typing = Typing(request, drafts.place_of_step(found, "+evidence"))
    form = EvidenceForm(**sent(request), initial={"collected_on": on})
    for name in ("file", "photo"):
        form.fields[name].keep(typing.kept.get(name, ()))
    typing.restore(form)

    def add(values):
        files = [documents.sent_upload([one]) for one in (*values.pop("file"), *values.pop("photo"))]
        many = services.add_evidence_of(actor=request.user, record=found, on=on, files=files, **values)
        return values["name"] + (f"，{many}个文件" if many > 1 else "")

    return form_page(
        request,
        form,
        add,
        typing=typing,
        done=lambda name: f"已登记证据：{name}。",
        to=back,
        title="登记证据",
        subtitle=found.title,
        crumbs=crumbs_of(found),
        submit="登记",
        back=back,
    )


@require_http_methods(["GET", "POST"])
def evidence_exclude(request, family, pk, evidence_pk):
    found = record_at(request, family, pk)
    item = selectors.evidence_for(found, evidence_pk)
    back = pages.record_url(found) + "?tab=evidence"
    basis = current_book().kind(found.kind).basis.get("evidence", "")
    return form_page(
        request,
        ExcludeEvidenceForm(**sent(request)),
        lambda values: services.exclude_evidence(
            actor=request.user, record=found, evidence=item, on=today(), reason=values["reason"]
        ),
        done=f"已排除证据：{item.name}。",
        to=back,
        title=f"排除证据：{item.name}",
        subtitle=found.title,
        crumbs=crumbs_of(found),
        intro=f"以非法手段取得的证据，不得作为认定案件事实的根据{basis and f'（{basis}）'}。"
        "排除后证据仍留在案卷中并注明理由，但不再列入文书；排除不能撤销。",
        submit="排除",
        back=back,
    )


@require_GET
def evidence_file(request, family, pk, evidence_pk):
    item = selectors.evidence_for(record_at(request, family, pk), evidence_pk)
    if not item.digest:
        raise Http404("这项证据没有文件。")
    response = kept_file(request, item.digest, item.file_name)
    setattr(response, SUBJECT, item)  # who fetched it is told on its own page
    return response


@require_GET
def evidence_item(request, family, pk, evidence_pk):
    """One item of evidence: what it is, its digests, and its custody: who took it in, fetched it, excluded it."""
    found = record_at(request, family, pk)
    item = selectors.evidence_for(found, evidence_pk)
    context = {
        "title": item.name,
        "subtitle": found.title,
        "crumbs": crumbs_of(found),
        "record": found,
        "family": family_of(found.kind),
        "item": item,
        "shown": item.file_name.lower().endswith(PICTURES),
        "entries": list(history_of(item)),
    }
    return render(request, "matters/evidence.html", context)


@require_GET
def evidence_thumbnail(request, family, pk, evidence_pk):
    """A small picture of a picture; shown in the page, never the file itself."""
    item = selectors.evidence_for(record_at(request, family, pk), evidence_pk)
    if not item.digest or not item.file_name.lower().endswith(PICTURES):
        raise Http404("这项证据没有缩略图。")
    made = thumbnails.of(item.digest)
    if made is None:
        raise Http404("图片读不出，没有缩略图。")
    response = HttpResponse(made, content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@require_GET
def paper_file(request, family, pk, paper_pk):
    paper = selectors.paper_for(record_at(request, family, pk), paper_pk)
    return kept_file(request, paper.digest, f"{paper.title}{paper.number}.docx", DOCX)


@require_http_methods(["GET", "POST"])
def scan_new(request, family, pk, paper_pk):
    found = record_at(request, family, pk)
    paper = selectors.paper_for(found, paper_pk)
    back = pages.record_url(found) + "?tab=papers"

    def add(values):
        file = values["file"][0]
        services.add_scan(
            actor=request.user, record=found, paper=paper, on=today(), file=file, file_name=file.name
        )

    return form_page(
        request,
        ScanForm(**sent(request)),
        add,
        done=f"已上传《{paper.title}》的签章扫描件。",
        to=back,
        title=f"上传签章扫描件：{paper.title}",
        subtitle=f"{found.title}，{paper.number or paper.on}",
        crumbs=crumbs_of(found),
        intro="签字、盖章后的文书扫描成 pdf、jpg 或者 png 上传。再次上传的取代前一份，前一份留存备查。",
        submit="上传",
        back=back,
    )


@require_GET
def scan_file(request, family, pk, scan_pk):
    scan = selectors.scan_for(record_at(request, family, pk), scan_pk)
    return kept_file(request, scan.digest, scan.file_name)


@require_POST
def archive_bind(request, family, pk, seq):
    """Bind a file: at once, or by the process beside the server where its evidence is large."""
    found = record_at(request, family, pk)
    filed = selectors.archive_for(found, seq)
    back = pages.record_url(found) + "?tab=archive"

    def bind():
        if archives.size_of(filed) <= archives.LARGE:
            with suppress(foreign.TooLong):  # a small file may take long as well
                return archives.bind(archive=filed, limits=foreign.BINDING_NOW)
        return jobs.open_one(kind=archives.JOB, archive=filed.pk) or jobs.ask(
            made_by=request.user,
            kind=archives.JOB,
            title=f"装订{found.title}",
            asked={"archive": filed.pk},
            at=timezone.now(),
        )

    return act_page(
        request,
        bind,
        done=lambda made: (
            "材料较大，正在后台装订，几分钟后刷新本页即可下载。"
            if isinstance(made, Job)
            else f"{filed}已装订，可以下载。"
        ),
        to=back,
    )


@require_POST
def archive_supplement(request, family, pk):
    found = record_at(request, family, pk)
    return act_page(
        request,
        lambda: services.file_supplement(actor=request.user, record=found, on=today()),
        done=lambda filed: f"已立{filed}。",
        to=pages.record_url(found) + "?tab=archive",
    )


@require_GET
def archive_file(request, family, pk, seq, part):
    """The PDF (`pdf`) or the whole package (`zip`) of a bound file, held against its digest before any of it is sent."""
    found = record_at(request, family, pk)
    filed = selectors.archive_for(found, seq)
    if part not in ("pdf", "zip") or not filed.bound:
        raise Http404("这一卷还没有装订。")
    return kept_archive(request, filed, f"{found.title}{filed}.{part}")


@require_GET
def attachment(request, family, pk, run_pk, seq, digest):
    """A file handed in with a step."""
    kept = selectors.attachment_for(record_at(request, family, pk), run_pk, seq, digest)
    return kept_file(request, kept["digest"], kept["name"])
