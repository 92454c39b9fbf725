"""The outermost layer of the application: where a request came from, its number, its line in the access log, probes.

    /health   this process answers
    /ready    and its database does too, with tables of this version; 503 and why otherwise

Both answer any host name and nobody has to sign in for them; they tell nothing about the office.
"""

from __future__ import annotations

import contextvars
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import quote

from django.conf import settings

_access = logging.getLogger("zhiheng.access")
_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_SECRET = re.compile(r"((?:^|&)(?:token|csrfmiddlewaretoken|password)=)[^&]*")
PERSON = "zhiheng.person"
"""Key of the environ under which the pages leave the name of who is signed in, for the access log."""


class RequestId(logging.Filter):
    """Gives every log line the number of the request it was written in, `-` outside of one."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _request_id.get()
        return True


class Edge:
    """A WSGI application around the application. `ready` says why the site cannot serve, "" when it can."""

    def __init__(self, application: Callable, ready: Callable[[], str]):
        self._application = application
        self._ready = ready

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        began = time.perf_counter()
        number = _origin(environ)
        environ["zhiheng.request_id"] = number
        token = _request_id.set(number)
        told: dict = {"status": "500", "sent": 0}

        def start(status: str, headers: list, *rest):
            told["status"] = status[:3]
            return start_response(status, [*headers, ("X-Request-ID", number)], *rest)

        try:
            if environ.get("PATH_INFO") in {"/health", "/ready"}:
                yield from self._probe(environ, start)
                return
            answer = self._application(environ, start)
            try:
                for piece in answer:
                    told["sent"] += len(piece)
                    yield piece
            finally:
                if hasattr(answer, "close"):
                    answer.close()
        finally:
            if not environ.get("PATH_INFO", "").startswith(("/static/", "/health", "/ready")):
                _access.info("%s", _line(environ, told, time.perf_counter() - began, number))
            with_token(token)

    def _probe(self, environ: dict, start: Callable) -> Iterable[bytes]:
        why = self._ready() if environ["PATH_INFO"] == "/ready" else ""
        body = f"{why or 'ok'}\n".encode()
        start(
            "503 Service Unavailable" if why else "200 OK",
            [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
            ],
        )
        yield b"" if environ["REQUEST_METHOD"] == "HEAD" else body


def with_token(token: contextvars.Token) -> None:
    """End the request's number; a server may finish an answer in another context than it began it in."""
    try:
        _request_id.reset(token)
    except ValueError:
        _request_id.set("-")


def _origin(environ: dict) -> str:
    """Put the true scheme and address into the environ; the request's number.

    What a proxy says is believed only from the addresses in ZHIHENG_PROXY. Of a chain of addresses the last one counts
    that is not a proxy of ours: everything before it the visitor may have written himself.
    """
    if settings.HTTPS:
        # Served behind TLS alone, says the office: then the application must think so whatever the proxy forwards.
        environ["wsgi.url_scheme"] = "https"
    forwarded = environ.pop("HTTP_X_FORWARDED_FOR", "")
    given = environ.get("HTTP_X_REQUEST_ID", "")
    for untrusted in ("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED"):
        environ.pop(untrusted, None)
    # Over a Unix socket there is no address; only who may open the socket can be there.
    peer = environ.get("REMOTE_ADDR") or "localhost"
    if peer not in settings.PROXIES:
        return secrets.token_hex(8)
    for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        address = _address(hop)
        if not address:
            break
        environ["REMOTE_ADDR"] = address
        if address not in settings.PROXIES:
            break
    return given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)


def _address(text: str) -> str:
    """The IP address in one entry of X-Forwarded-For, with or without a port; "" when it is none."""
    bare = text.strip("[]") if text.count(":") > 1 else text.split(":")[0]
    bare = text[1 : text.index("]")] if text.startswith("[") and "]" in text else bare
    try:
        return str(ip_address(bare))
    except ValueError:
        return ""


def _line(environ: dict, told: dict, seconds: float, number: str) -> str:
    """moment address person "METHOD path" status bytes milliseconds request"""
    query = _SECRET.sub(r"\1-", environ.get("QUERY_STRING", ""))[:500]
    path = quote(environ.get("PATH_INFO", "").encode("latin-1", "replace"))[:500]
    asked = f"{environ.get('REQUEST_METHOD', '-')} {path}{'?' if query else ''}{quote(query, safe='=&%+')}"
    return (
        f"{datetime.now().astimezone().isoformat(timespec='milliseconds')} {environ.get('REMOTE_ADDR') or '-'} "
        f'{environ.get(PERSON, "-")} "{asked}" {told["status"]} {told["sent"]} {seconds * 1000:.0f} {number}'
    )
