"""Where packages come in from other installations, and the pages of the exchange beside those that every kind of record has."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from zhiheng.accounts.rights import Right
from zhiheng.accounts.selectors import may_in, office_unit, who_may
from zhiheng.documents import services as documents
from zhiheng.documents.downloads import kept_file
from zhiheng.refusal import Refused
from zhiheng.registers import selectors as records
from zhiheng.registers.declaration import find
from zhiheng.ui.days import today
from zhiheng.ui.forms import Form
from zhiheng.ui.pages import form_page, sent

from . import keys, packages, reading, services
from .delivery import CONTENT_TYPE
from .forms import PackageForm


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def receive(request):
    """Another installation's door: who may come in is who signed with a key the office knows. Answers with a signed receipt, or why not;
    asked without a package, with whose door it is, so that a partner can try the address and compare the key."""
    if request.method == "GET":
        office = office_unit()
        return JsonResponse({"name": office.name if office else "", "key": keys.own_public()})
    if request.content_type != CONTENT_TYPE:
        return _refused("这个地址只接收知衡协作包", 415)
    data = request.read(reading.MOST_BYTES + 1)
    if len(data) > reading.MOST_BYTES:
        return _refused(f"协作包超过 {reading.MOST_BYTES // 2**20} MB", 413)
    try:
        made = services.receive(data=data, at=timezone.now())
    except packages.Unknown as unknown:
        return _refused(str(unknown), 403)
    except packages.Unfit as unfit:
        return _refused(str(unfit), 422)
    except Refused as refused:
        return _refused(str(refused), 409)
    return HttpResponse(documents.read(made.receipt), content_type="application/json")


def _refused(words: str, status: int) -> JsonResponse:
    return JsonResponse({"refused": words}, status=status, json_dumps_params={"ensure_ascii": False})


@require_GET
def key(request):
    """What a partner has to know of this installation."""
    own = keys.own_public()
    partners = find("partners")
    context = {
        "title": "本系统公钥",
        "crumbs": [(partners.title, partners.url("records"))],
        "name": office_unit().name,
        "key": own,
        "fingerprint": packages.fingerprint(own),
    }
    return render(request, "exchange/key.html", context)


@require_http_methods(["GET", "POST"])
def read(request):
    """A package, or the receipt for one of ours, that came as a file."""
    _refuse_stranger(request)
    incoming = find("incoming")
    return form_page(
        request,
        PackageForm(**sent(request)),
        lambda answers: reading.take_file(data=answers["file"][0].read(), at=timezone.now()),
        done=lambda made: (
            "已收到协作包，回执可以下载。" if made.code == "incoming" else "回执相符，已登记送达。"
        ),
        to=lambda made: find(made.code).url("record", made.pk),
        keeps=False,
        title="读入协作包或回执",
        intro=f"对方以文件送来的协作包（{packages.ENDING}），或者对方收到本局协作包后的回执（{packages.RECEIPT_ENDING}）。"
        "签名、清单和每个文件都核对无误才收下；同一件再读一次不会重复。",
        submit="读入",
        crumbs=[(incoming.title, incoming.url("records"))],
        back=incoming.url("records"),
    )


@require_http_methods(["GET", "POST"])
def take_in(request, pk: int):
    """What came becomes a letter, or the reply to one, with its files."""
    _refuse_stranger(request)
    incoming = find("incoming")
    found = records.record_for(request.user, incoming, pk, today())
    reply = found.kind == packages.REPLY
    return form_page(
        request,
        Form(**sent(request)),
        lambda _: services.take_in(actor=request.user, on=today(), incoming=found),
        done="已登记为函件的回复。" if reply else "已登记为函件，所附文件一并存入。",
        to=lambda made: find("letters").url("record", made.letter_id),
        title="登记为函件的回复" if reply else "登记为函件",
        subtitle=str(found),
        intro="回复内容登记到原来发出的函件上，所附文件存为它的附件。"
        if reply
        else "登记为一份收到的协作函件，所附文件存为它的附件；外省市的认定只作参考，仍须自行核查。",
        submit="登记",
        crumbs=[(incoming.title, incoming.url("records")), (str(found), incoming.url("record", pk))],
        back=incoming.url("record", pk),
    )


@require_http_methods(["GET", "POST"])
def again(request, pk: int):
    _refuse_stranger(request)
    outgoing = find("outgoing")
    found = records.record_for(request.user, outgoing, pk, today())
    back = outgoing.url("record", pk)
    return form_page(
        request,
        Form(**sent(request)),
        lambda _: services.send_again(actor=request.user, on=today(), outgoing=found, at=timezone.now()),
        done="已排入，一分钟内再送。",
        to=back,
        title="立即再送",
        subtitle=str(found),
        intro="不等原定的重试时间，一分钟内再送一次。",
        submit="再送",
        crumbs=[(str(found), back)],
        back=back,
    )


@require_GET
def package(request, pk: int):
    """A package of ours, to go on a disk or by post."""
    found = records.record_for(request.user, find("outgoing"), pk, today())
    return kept_file(request, found.digest, f"协作包-{found.ident[:8]}{packages.ENDING}")


@require_GET
def received(request, pk: int):
    """A package as it came."""
    found = records.record_for(request.user, find("incoming"), pk, today())
    return kept_file(request, found.digest, f"协作包-{found.ident[:8]}{packages.ENDING}")


@require_GET
def receipt(request, pk: int):
    """What we signed about a package that came."""
    found = records.record_for(request.user, find("incoming"), pk, today())
    return kept_file(request, found.receipt, f"回执-{found.ident[:8]}{packages.RECEIPT_ENDING}")


def _refuse_stranger(request) -> None:
    if not may_in(request.user, Right.EXCHANGE, request.user.unit_id, today()):
        raise PermissionDenied(f"由{who_may(Right.EXCHANGE)}办理。")
