"""Where a request came from: proxies are believed only when the office named them."""

from __future__ import annotations

import pytest

from zhiheng.serving import edge
from zhiheng.serving.edge import PERSON, Edge


def ask(environ=None, ready="", application=None):
    seen: dict = {}

    def plain(environ, start_response):
        seen.update(environ)
        environ[PERSON] = "zhou"
        start_response("200 OK", [])
        return [b"answer"]

    told: dict = {}

    def start_response(status, headers):
        told.update(status=status, headers=dict(headers))

    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/cases/7/",
        "QUERY_STRING": "",
        "REMOTE_ADDR": "10.0.0.9",
        "wsgi.url_scheme": "http",
    } | (environ or {})
    body = b"".join(Edge(application or plain, lambda: ready)(environ, start_response))
    return seen, told, body


@pytest.fixture
def behind(settings):
    settings.HTTPS, settings.PROXIES = True, frozenset({"localhost", "127.0.0.1"})


def test_served_behind_tls_every_request_is_one_over_https(behind):
    assert ask()[0]["wsgi.url_scheme"] == "https"


def test_without_the_setting_no_header_makes_a_request_secure(settings):
    settings.HTTPS, settings.PROXIES = False, frozenset({"10.0.0.9"})
    seen, _, _ = ask({"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_HOST": "evil"})
    assert seen["wsgi.url_scheme"] == "http"
    assert "HTTP_X_FORWARDED_HOST" not in seen and "HTTP_X_FORWARDED_PROTO" not in seen


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "1.2.3.4, 203.0.113.7", "203.0.113.7"),  # the first was written by the visitor
        ("127.0.0.1", "203.0.113.7, 127.0.0.1", "203.0.113.7"),  # two proxies of ours
        ("127.0.0.1", "203.0.113.7:5123", "203.0.113.7"),
        ("127.0.0.1", "[2001:db8::7]:5123", "2001:db8::7"),
        ("127.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("127.0.0.1", "not an address", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("", "203.0.113.7", "203.0.113.7"),  # over a Unix socket
        ("10.0.0.9", "203.0.113.7", "10.0.0.9"),  # nobody's proxy
    ],
)
def test_the_address_is_the_last_one_that_no_proxy_of_ours_has(behind, peer, forwarded, address):
    assert ask({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded})[0]["REMOTE_ADDR"] == address


def test_every_answer_has_a_number_and_a_proxys_own_is_kept(behind):
    given = {"HTTP_X_REQUEST_ID": "proxy-number-1"}
    assert ask(given | {"REMOTE_ADDR": "127.0.0.1"})[1]["headers"]["X-Request-ID"] == "proxy-number-1"
    assert ask(given)[1]["headers"]["X-Request-ID"] != "proxy-number-1"
    assert ask({"HTTP_X_REQUEST_ID": "a\nb", "REMOTE_ADDR": "127.0.0.1"})[1]["headers"][
        "X-Request-ID"
    ].isalnum()


@pytest.fixture
def lines(monkeypatch):
    """Lines of the access log."""
    kept: list[str] = []
    monkeypatch.setattr(edge._access, "info", lambda words, *values: kept.append(words % values))
    return kept


def test_the_access_log_says_who_read_what_and_keeps_no_token(lines):
    _, told, _ = ask({"QUERY_STRING": "q=abc&token=secret-1", "PATH_INFO": "/cases/7/\n"})
    (line,) = lines
    assert '10.0.0.9 zhou "GET /cases/7/%0A?q=abc&token=-" 200 6 ' in line
    assert line.endswith(told["headers"]["X-Request-ID"]) and "secret-1" not in line and "\n" not in line


def test_probes_answer_any_host_and_say_why_the_site_cannot_serve():
    assert ask({"PATH_INFO": "/health"})[1]["status"].startswith("200")
    assert ask({"PATH_INFO": "/ready"})[1]["status"].startswith("200")
    _, told, body = ask({"PATH_INFO": "/ready"}, ready="no database")
    assert told["status"].startswith("503") and body == b"no database\n"
    assert ask({"PATH_INFO": "/health"}, ready="no database")[1]["status"].startswith("200")


def test_a_request_that_fails_is_logged_all_the_same(lines):
    def broken(environ, start_response):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ask(application=broken)
    assert '" 500 0 ' in lines[0]
