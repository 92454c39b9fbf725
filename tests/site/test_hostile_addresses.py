"""Hostile addresses, fields and cookies in front of every page.

Whatever stands in them, the answer is never an error of ours, on either database. Nor does any address take in what another site sends,
or anything by a method it does not know.
"""

from __future__ import annotations

import re
from email.message import Message

import pytest
from django.test import Client

from tests.architecture.test_urls import addresses
from tests.site.test_whose_it_is import every_route, everything, filled
from tests.world import sign_in

pytestmark = pytest.mark.django_db

# Names that any page of the house looks at in its address, beside those of its own filters.
ASKED = (
    "q", "unit", "sort", "page", "export", "by", "year", "tab", "ref", "after", "as", "party", "base", "version", "comment", "format", "figure",
    "month", "on", "part", "rule", "scope", "list", "ledger", "of", "file", "from", "filed_from", "filed_to", "listed_from", "kind", "state", "row",
)  # fmt: skip
NASTY = (
    '" OR NEAR(* ^ a:"',
    "9" * 5000,
    "-1",
    "0000-13-99",
    "'; DROP TABLE x; --",
    "\u202e\ud83d\ude00².½",
    "../../etc/passwd",
    "%",
    "",
)


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_whatever_stands_in_a_query_is_no_error_of_ours(house, nasty):
    clients = [
        sign_in(Client(raise_request_exception=False), one) for one in (house.a.handler, house.city.planner)
    ]
    lost = []
    for route, address in every_route(house.named):
        if re.search(r"sign-out|demonstration-day", route):
            continue
        asked = dict.fromkeys(ASKED, nasty.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
        for client in clients:
            answer = client.get(address, {**asked, "export": ""})
            if answer.status_code >= 500:
                lost.append(f"{answer.status_code} {address}")
    assert not lost, lost


@pytest.mark.parametrize("number", ["0", "9" * 19, "9" * 30, "9" * 5000])
def test_whatever_number_stands_in_an_address_is_no_error_of_ours(house, number):
    client = sign_in(Client(raise_request_exception=False), house.a.handler)
    lost = []
    for route, _ in addresses():
        if "<int:" not in route:
            continue
        address = "/" + re.sub(r"<int:\w+>", number, route)
        address = filled(address.removeprefix("/"), (house.named.get(route) or [{}])[0])
        for method in (client.get, client.post):
            answer = method(address)
            if answer.status_code >= 500:
                lost.append(f"{answer.status_code} {address[:90]}")
    assert not lost, lost


@pytest.mark.parametrize(
    "words",
    ["../../../etc/passwd", "..%2f..%2fetc", "a\\..\\b", "con", "x" * 3000, "\u202e\ufeff", "{{7*7}}"],
)
def test_names_in_an_address_reach_no_file(house, words):
    client = sign_in(Client(raise_request_exception=False), house.city.planner)
    for route, _ in addresses():
        if not re.search(r"<(str|path|slug):", route):
            continue
        address = "/" + re.sub(r"<(?:str|path|slug):\w+>", words, route)
        answer = client.get(filled(address.removeprefix("/"), {}))
        assert answer.status_code in {301, 302, 400, 404, 405} or b"root:" not in answer.content, address
        assert answer.status_code < 500, address


def test_a_nul_is_refused_wherever_it_stands(house):
    """PostgreSQL takes none in any text: each would be an error of ours somewhere, also for who is not signed in."""
    for client in (Client(), sign_in(Client(), house.a.handler)):
        for answer in (
            client.get("/people/sign-in/?next=%00"),
            client.get("/cases/?q=%00"),
            client.get("/cases/\x00/"),
            client.post("/people/sign-in/", {"username": "a\x00b", "password": "x"}),
            client.post("/matters/drafts/", {"draft-place": "x", "title": "a\x00"}),
            client.post("/people/sign-in/", {"user\x00name": "a"}),
        ):
            assert answer.status_code == 400 and "NUL" in answer.content.decode()
        client.cookies["sessionid"] = "a\x00bcdefghijkl"
        assert client.get("/people/sign-in/").status_code == 400


@pytest.mark.parametrize(
    "name",
    [
        'a"; filename="evil.exe".txt', "a\r\nSet-Cookie: x=1\r\n.txt", "../../../../etc/cron.d/x.txt", "..\\..\\boot.txt", "\u202etxt.exe.txt",
        "a\x00.txt", "x" * 400 + ".txt", "=1+1.txt", "<img src=x>.txt", "%0d%0aX: y.txt", "；rm -rf.txt",
    ],
)  # fmt: skip
def test_the_name_of_a_file_that_was_sent_says_nothing_to_the_browser_but_a_name(house, name):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from zhiheng.documents import services as documents
    from zhiheng.documents.downloads import as_download

    # As a browser sends it, and as whoever writes the request by hand does.
    upload = SimpleUploadedFile("x.txt", b"words")
    upload._name = name
    kept = documents.keep_upload(file_name=name, file=upload, only_read=True)["name"]
    head = as_download(b"words", kept).headers["Content-Disposition"]
    assert head.startswith("attachment") and not re.search(r"[\r\n\x00]", head)
    read = Message()
    read["Content-Disposition"] = head
    assert [name for name, _ in read.get_params(header="Content-Disposition")] in (
        ["attachment", "filename"],
        ["attachment", "filename*"],
    )
    assert "/" not in kept and "\\" not in kept
    assert (
        not any(sign in kept for sign in "\u202a\u202b\u202d\u202e\u2066\u2067\u200b\ufeff")
        and len(kept) <= 200
    )
    case = house.named["cases/<int:pk>/"][0]["pk"]
    client = sign_in(Client(raise_request_exception=False), house.a.handler)
    answer = client.post(
        f"/cases/{case}/evidence/new/", {"name": "证据", "file": SimpleUploadedFile(name, b"words")}
    )
    assert answer.status_code < 500


# ------------------------------------------------------------------ requests written by hand


# Another installation comes in here, known by the signature of what it brings and not by a session.
SIGNED_FOR = "exchange/packages/"


def test_no_address_takes_anything_in_without_the_token_of_its_page(house):
    """CSRF: every address of the table, signed in, as a page of another site would send it."""
    client = sign_in(Client(enforce_csrf_checks=True), house.a.handler)
    before, lost = everything(), []
    for route, address in every_route(house.named):
        answer = client.post(
            address, {"verdict": "agree", "text": "同意"}, HTTP_ORIGIN="https://evil.example"
        )
        if route == SIGNED_FOR and answer.status_code == 415:
            continue
        if answer.status_code != 403 and not (answer.status_code == 404 and route not in house.named):
            lost.append(f"{answer.status_code} {address}")
    assert not lost, lost
    after = everything()
    assert not [label for label in before if before[label] != after[label]]


def test_no_other_method_changes_anything_or_is_an_error(house):
    client = sign_in(Client(raise_request_exception=False), house.a.handler)
    before, lost = everything(), []
    for _, address in every_route(house.named):
        for method in ("put", "patch", "delete", "options", "trace"):
            status = getattr(client, method)(address).status_code
            if status >= 500:
                lost.append(f"{method} {status} {address}")
    assert not lost, lost
    after = everything()
    assert not [label for label in before if before[label] != after[label]]
