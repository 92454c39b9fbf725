"""A package carried to its partner over HTTP. Whatever happens is said on its page: a receipt, or why there is none."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime

from zhiheng.documents import services as documents
from zhiheng.refusal import Refused

from . import packages, services
from .models import Outgoing

PATH = "/exchange/packages/"
CONTENT_TYPE = "application/x-zhiheng-package"
_SECONDS = 30
_ANSWER_BYTES = 100_000


class _Stay(urllib.request.HTTPRedirectHandler):
    """A package goes where the office said, and nowhere else."""

    def redirect_request(self, *_args, **_more):
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)


class NotDelivered(Exception):
    """Why, in words."""


def post(address: str, data: bytes) -> bytes:
    """The answer of the other installation. Raises NotDelivered."""
    request = urllib.request.Request(
        address.rstrip("/") + PATH, data=data, headers={"Content-Type": CONTENT_TYPE}, method="POST"
    )
    try:
        with _opener.open(request, timeout=_SECONDS) as answer:
            return answer.read(_ANSWER_BYTES)
    except urllib.error.HTTPError as error:
        with error:
            raise NotDelivered(_refusal(error)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise NotDelivered(f"连不上 {address}：{getattr(reason, 'strerror', None) or reason}") from None


def _refusal(error: urllib.error.HTTPError) -> str:
    """What the other side said; a proxy or another program says it otherwise than Zhiheng does."""
    try:
        said = json.loads(error.read(_ANSWER_BYTES))
        words = str(said["refused"])[:200]
    except (ValueError, KeyError, TypeError, OSError):
        return f"对方没有接收（HTTP {error.code}）"
    return f"对方没有接收：{words}"


def deliver(*, outgoing: Outgoing, at: datetime, send: Callable[[str, bytes], bytes] = post) -> bool:
    """Try once; whether it arrived. The wire is outside of every transaction: nobody waits for it with the database in hand."""
    try:
        answer = send(outgoing.partner.address, documents.read(outgoing.digest))
        services.arrived(outgoing=outgoing, receipt=answer, at=at)
    except NotDelivered as why:
        services.failed(outgoing=outgoing, why=str(why), at=at)
    except packages.Unfit as why:
        services.failed(outgoing=outgoing, why=f"对方的回执不能采信：{why}", at=at)
    except Refused as why:
        services.failed(outgoing=outgoing, why=str(why), at=at)
    else:
        return True
    return False
