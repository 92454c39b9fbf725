"""Behind a proxy that ends TLS, as the README says: a real browser signs in, works, and is told to come back over TLS."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import urllib.request

import pytest

from tests.site.running import free_port, serving, set_up

from .conftest import PATIENCE


@pytest.fixture
def certificate(tmp_path):
    if not shutil.which("openssl"):
        pytest.skip("no openssl here to make a certificate")
    key, made = tmp_path / "key.pem", tmp_path / "cert.pem"
    asked = f"req -x509 -newkey rsa:2048 -nodes -days 2 -keyout {key} -out {made}".split()
    subprocess.run(
        ["openssl", *asked, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True,
        capture_output=True,
    )
    return made, key


class TlsProxy:
    """Ends TLS on a port and passes on to another. `headers` are put into the head of the first request of a connection."""

    def __init__(self, certificate, to: int, headers: bytes = b""):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate)
        self.to, self.headers, self.port = to, headers, free_port()
        self.listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                raw, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(raw,), daemon=True).start()

    def _pass_on(self, raw):
        try:
            with (
                self.context.wrap_socket(raw, server_side=True) as visitor,
                socket.create_connection(("127.0.0.1", self.to)) as site,
            ):
                first = visitor.recv(65536)
                if self.headers:
                    # One request a connection, so that each carries the headers.
                    line, rest = first.split(b"\r\n", 1)
                    rest = rest.replace(b"Connection: keep-alive\r\n", b"", 1)
                    first = line + b"\r\n" + self.headers + b"Connection: close\r\n" + rest
                site.sendall(first)
                back = threading.Thread(target=self._copy, args=(site, visitor), daemon=True)
                back.start()
                self._copy(visitor, site)
                back.join(5)
        except OSError:
            pass

    @staticmethod
    def _copy(source, target):
        try:
            while piece := source.recv(65536):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


@pytest.mark.parametrize(
    "headers",
    [b"", b"X-Forwarded-Proto: https\r\nX-Forwarded-For: 203.0.113.7\r\n"],
    ids=["a proxy that passes bytes on", "a proxy that says whom it serves"],
)
def test_a_browser_signs_in_and_works_through_a_tls_proxy(browser, tmp_path, certificate, headers):
    data = tmp_path / "data"
    password = set_up(data)
    with serving(data, "--workers", "2", ZHIHENG_HTTPS="1", ZHIHENG_HOSTS="localhost,127.0.0.1") as (port, _):
        proxy = TlsProxy(certificate, port, headers)
        site = f"https://localhost:{proxy.port}"
        context = browser.new_context(ignore_https_errors=True, locale="zh-CN")
        context.set_default_timeout(PATIENCE / 3)
        page = context.new_page()
        answer = page.goto(site + "/")
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        page.get_by_label("登录名").fill("admin")
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/people/me/password/**")
        fields = {
            "old_password": password,
            "new_password1": "tls-zhiheng-88",
            "new_password2": "tls-zhiheng-88",
        }
        for name, typed in fields.items():
            page.locator(f"[name={name}]").fill(typed)
        page.get_by_role("button", name="修改密码").click()
        page.wait_for_url(site + "/")
        page.goto(site + "/people/new/")
        for name, typed in {
            "name": "区局新人",
            "username": "qu-xinren",
            "password": "tls-zhiheng-99",
        }.items():
            page.locator(f"[name={name}]").fill(typed)
        page.locator("[name=unit]").select_option("500112")
        page.get_by_role("button", name="保存").click()
        page.wait_for_url("**/people/2/")
        cookies = {one["name"]: one for one in context.cookies()}
        assert cookies["sessionid"]["secure"] and cookies["csrftoken"]["secure"]
        context.close()
        proxy.listening.close()
        # The probes of the machine itself need no TLS.
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}/ready").status == 200
    said = (data / "access.log").read_text()
    assert ' admin "GET /people/new/" 200 ' in said
    assert ("203.0.113.7 " in said) == bool(headers)
