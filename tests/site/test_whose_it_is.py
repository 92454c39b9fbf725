"""A walk over the whole address table, as somebody of the bureau next door: nothing of a bureau is read, fetched or changed there.

Two ways. What names a thing of the bureau is a 404 for every neighbour, read and sent, also with the form its owner would send.
And whatever else a neighbour can open says the same, byte for byte, whether or not the bureau has anything.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.test import Client

from tests.architecture.test_urls import addresses
from tests.test_queries_of_pages import more_of_everything, values
from tests.world import build, make_person, sign_in, tell_of
from zhiheng.accounts.models import Delegation, RoleGrant
from zhiheng.accounts.rights import Role
from zhiheng.audit.models import Entry
from zhiheng.cases.models import Case, LedgerImport
from zhiheng.documents.models import Evidence, Paper
from zhiheng.exchange.models import Incoming, Outgoing
from zhiheng.jobs import foreign
from zhiheng.jobs.models import Job
from zhiheng.matters.models import Matter, Proposal, Reading, StepTaken, Turn
from zhiheng.registers.declaration import Register, registered
from zhiheng.registers.models import Attachment, Record, RecordImport
from zhiheng.reports.models import HeldText, Highlight, PhraseVariant, Release
from zhiheng.screening.models import Application, Group, ReceivedList, Run

pytestmark = pytest.mark.django_db

# Read by everybody: the law, who works where, and a draft that is put before the public, to which anybody may write.
EVERYBODYS = re.compile(r"^law/|^people/<int:pk>/$|^consultations/<int:pk>/$")
# Pages of one's own unit, whose address names a kind, a year or a door: they say the same with and without a neighbour.
OWN = re.compile(
    r"^registers/<slug:group>/(<slug:kind>/(do/<slug:code>/|import/(template\.xlsx)?)?)?$"
    r"|^reports/<period:period>/(docx/|json/|draft/|districts/|open-data/|return/|overview/|figures/<str:figure_id>/)?$|^matters/(open|adoption)/|^screening/applications/do/|^$"
)
# What only takes something in, and names nothing.
SENT = re.compile(
    r"publish/$|sign-out/$|^demonstration-day/$|^matters/drafts/$|ledgers/(confirm|answer)/$|^audit/check/$"
)
# Who works where is everybody's to read, and so are the forms about a person; sending them changes nothing.
ABOUT_PEOPLE = re.compile(r"^people/<int:pk>/")
REFUSED = {403, 404, 405}


def a_neighbours_people(world) -> list:
    """Every kind of person there is next door, administrator and planner too."""
    return [
        world.b.handler,
        world.b.unit_head,
        world.b.leader,
        make_person(world.b.unit, "yi-guanli", "乙管理", Role.UNIT_ADMIN, certificate=None),
        make_person(
            world.b.unit,
            "yi-duoren",
            "乙多任",
            Role.PLANNER,
            Role.AUDITOR,
            Role.CASE_REVIEWER,
            Role.LEGALITY_REVIEWER,
        ),
    ]


def furnish(world) -> None:
    """Whatever an address can name, belonging to the bureau."""
    with foreign.written_here():  # its lists are ours: no process of its own is started to read them
        more_of_everything(world, 1)
    unit, handler = world.a.unit, world.a.handler
    for model in apps.get_models():
        if issubclass(model, Record) and not model._meta.abstract:
            model._base_manager.update(unit=unit)
    Application.objects.update(unit=unit)
    HeldText.objects.update(unit=unit)
    PhraseVariant.objects.update(unit=unit)
    Release.objects.update(unit=unit)
    RecordImport.objects.update(unit=unit)
    Delegation.objects.create(
        giver=world.a.unit_head,
        deputy=handler,
        role=Role.UNIT_HEAD,
        since=date(2024, 1, 1),
        until=date(2024, 2, 1),
        reason="出差",
    )


def build_house(_folder: Path) -> SimpleNamespace:
    """The cast in a furnished house, with what its addresses name: for walks that look at all of it (`house`)."""
    world = build()
    furnish(world)
    world.named = named(world)
    return world


def named(world) -> dict[str, list[dict]]:
    """Route → arguments that name a thing of the bureau's, for every route that takes any."""
    told = values(world)
    waiting = Proposal.objects.filter(proceeding__matter__kind="penalty").order_by("pk").last()
    case = Case.objects.get(matter=waiting.proceeding.matter_id)
    step = StepTaken.objects.filter(proceeding__matter=case.matter_id).first()
    about = {
        "pk": case.pk,
        "proposal_pk": waiting.pk,
        "code": step.step,
        "evidence_pk": Evidence.objects.filter(folder=case.matter.folder).first().pk,
        "paper_pk": (Paper.objects.filter(folder=case.matter.folder).first() or Paper(pk=1)).pk,
        "turn_pk": Turn.objects.filter(proceeding=case.matter.proceeding).first().pk,
        "run_pk": step.proceeding_id,
        "seq": step.seq,
        "digest": "0" * 64,
    }
    text = HeldText.objects.first().pk
    person = {
        "pk": world.a.handler.pk,
        "grant_pk": RoleGrant.objects.filter(person=world.a.handler).first().pk,
    }
    kept, found = _kept_records(), {}
    for route, _ in addresses():
        if "<" not in route:
            continue
        if route.startswith("cases/<int:pk>/"):
            found[route] = [about]
        elif route.startswith("cases/ledgers/jobs/"):
            found[route] = [{"pk": Job.objects.filter(kind="ledger").first().pk}]
        elif route.startswith("cases/ledgers/<int:pk>/"):
            found[route] = [{"pk": LedgerImport.objects.first().pk, "which": "original"}]
        elif route.startswith("screening/") and not OWN.search(route):
            found[route] = [_of_lists(route, about)]
        elif route.startswith("matters/<int:pk>/"):
            found[route] = [{"pk": Matter.objects.filter(unit=world.a.unit).last().pk}]
        elif route.startswith("people/me/delegations/"):
            found[route] = [{"pk": Delegation.objects.first().pk}]
        elif route.startswith("people/confirmations/"):
            found[route] = told[route]
        elif route.startswith("people/"):
            found[route] = [person]
        elif route.startswith("reports/reconcile/variants/"):
            found[route] = [{"pk": PhraseVariant.objects.first().pk}]
        elif route.startswith("reports/reconcile/"):
            found[route] = [{"pk": text, "other_pk": HeldText.objects.last().pk, "start": 12}]
        elif route.startswith("registers/<slug:group>/<slug:kind>/") and not OWN.search(route):
            found[route] = list(_of_records(route, kept))
        elif route in told:
            found[route] = told[route]
        elif (above := route.partition("<int:pk>/")[0] + "<int:pk>/") in told and above.count("/") == 2:
            # Another family's records: their own number, and numbers that are those of others below it.
            found[route] = [about | {"pk": told[above][0]["pk"]}]
        elif route.startswith("exchange/"):
            model = Incoming if "incoming/" in route else Outgoing
            found[route] = [{"pk": model.objects.order_by("pk").first().pk}]
        elif route.startswith("reviews/counsel/"):
            found[route] = [{"pk": 1, "file_pk": 1}]
        elif route.startswith(
            ("reports/snapshots/<int:pk>/", "reports/releases/<int:pk>/", "exports/<int:pk>/")
        ):
            listed = told["/".join(route.split("/")[: route.split("/").index("<int:pk>") + 1]) + "/"]
            material = {"kind": "highlights", "number": Highlight.objects.order_by("pk").first().pk}
            found[route] = [one | material for one in listed] if "take-in/" in route else listed
    return found


def _of_lists(route: str, about: dict) -> dict:
    """What the address names of a received list, an application or a group."""
    received = ReceivedList.objects.order_by("pk").first()
    told = about | {"pk": received.pk, "which": "original", "form": "docx", "act_pk": 1}
    told |= {"file_pk": received.files.first().pk, "run_pk": Run.objects.first().pk}
    if "applications/" in route:
        told["pk"] = Application.objects.order_by("pk").first().pk
    elif "groups/" in route:
        told["pk"] = Group.objects.order_by("pk").first().pk
    elif "jobs/" in route:
        told["pk"] = Job.objects.filter(kind="list-screening").first().pk
    return told


def _kept_records() -> list[tuple[Register, Record, dict]]:
    """Each kind of record with the first of it, and the numbers of what belongs to that."""
    kept = []
    for one in registered():
        record = one.model.objects.order_by("pk").first()
        file = Attachment.objects.filter(kind=one.label, record_id=record.pk).first()
        imported = RecordImport.objects.filter(kind=one.label).first()
        kept.append((one, record, {"file": file.pk if file else 1, "import": imported.pk}))
    return kept


def _of_records(route: str, kept: list[tuple[Register, Record, dict]]) -> Iterator[dict]:
    for one, record, numbers in kept:
        about = {"group": one.group, "kind": one.code, "pk": record.pk, "which": "original"}
        about["code"] = next((act.code for act in one.acts if not act.begins), "correct")
        about["file_pk"] = numbers["file"]
        if one.parent:
            about |= {"parent": getattr(record, one.parent).pk}
            about |= {"code": one.begin.code} if "in/<int:parent>" in route else {}
        elif "in/<int:parent>" in route:
            continue
        if "import/" in route:
            about["pk"] = numbers["import"]
        yield about


def filled(route: str, arguments: dict) -> str:
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(arguments.get(match[1], 1)), route)


def every_route(named: dict[str, list[dict]]) -> Iterator[tuple[str, str]]:
    """(route, address) of the whole table, each with the first thing that stands in it."""
    for route, _ in addresses():
        yield route, filled(route, (named.get(route) or [{}])[0])


class _Form(HTMLParser):
    """Names and values of the fields of a page's last form that is sent."""

    def __init__(self):
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form" and told.get("method") == "post":
            self.fields = {}
        elif tag in {"input", "textarea", "select", "button"} and told.get("name"):
            self.fields[told["name"]] = told.get("value") or "2024-06-03"


def form_of(page: bytes) -> dict[str, str]:
    read = _Form()
    read.feed(page.decode("utf-8", "replace"))
    return read.fields


def everything() -> dict[str, list]:
    """All rows there are, but for sessions, drafts and counts of signing in, which are each visitor's own, and the ledger and the
    readings, in which is written down what the owner opened and fetched: those of the neighbours are counted apart."""
    own = {
        "audit.Entry",
        "sessions.Session",
        "proceedings.Reading",
        "proceedings.Draft",
        "accounts.SignInCount",
        "cases.CaseEntry",
        "audit.EntryWords",
    }
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.label not in own
    }


def test_what_names_a_thing_of_a_bureau_is_nothing_to_its_neighbours(world):
    furnish(world)
    neighbours = [sign_in(Client(), person) for person in a_neighbours_people(world)]
    owner = sign_in(Client(), world.a.handler)
    told = named(world)
    wanting = [
        route
        for route, _ in addresses()
        if "<" in route and route not in told and not EVERYBODYS.search(route) and not OWN.search(route)
    ]
    assert not wanting, f"say in `named` what of the bureau's stands in {wanting}"
    before, open_to, tried = everything(), [], 0
    theirs = Entry.objects.filter(unit_id=world.b.unit.pk)
    acts = theirs.count()
    for route, listed in told.items():
        if EVERYBODYS.search(route) or OWN.search(route):
            continue
        for place, arguments in enumerate(listed):
            address = filled(route, arguments)
            page = owner.get(address)
            form = form_of(page.content) if page.status_code == 200 and not page.streaming else {}
            # The first thing a route names is tried by everybody, the others by one after another.
            for neighbour in neighbours if place == 0 else [neighbours[place % len(neighbours)]]:
                tried += 1
                answers = [neighbour.get(address), neighbour.post(address), neighbour.post(address, form)]
                codes = [answer.status_code for answer in answers]
                if not ABOUT_PEOPLE.search(route) and not {*codes} <= REFUSED:
                    open_to.append(f"{address} {codes}")
    assert not open_to, "\n".join(open_to)
    assert tried > 300
    after = everything()
    changed = [label for label in before if before[label] != after[label]]
    assert not changed, changed
    assert theirs.count() == acts
    assert not Reading.objects.filter(person__unit=world.b.unit).exists()


# Of every answer: what is drawn anew for each, moments, and the head of the ledger, which is one for all.
_DRAWN = re.compile(
    rb'[0-9a-f]{8}( ?[0-9a-f]{8}){7}|name="csrfmiddlewaretoken" value="\w+"|nonce-[\w+/=]+|\d\d:\d\d(:\d\d)?'
)


def said(client: Client, address: str) -> tuple:
    answer = client.get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(
                packed.read(name) for name in sorted(packed.namelist()) if not name.startswith("docProps/")
            )
    return answer.status_code, answer.headers.get("Location", ""), _DRAWN.sub(b"", body)


def open_pages() -> list[str]:
    """Every page without an argument, lists searched, filtered and exported too, and those of one's own unit."""
    from zhiheng.figures.registry import registered as figures

    plain = [f"/{route}" for route, _ in addresses() if "<" not in route and not SENT.search(route)]
    # Who works where is everybody's, and so is what is put before the public; a search of the law finds no rows, and the ledger of
    # acts tells what one fetched oneself.
    everybodys = ("/people/", "/law/", "/audit/", "/consultations/")
    pages = [address for address in plain if not address.startswith(everybodys)]
    for one in registered():
        pages += [f"/registers/{one.group}/", f"/registers/{one.group}/{one.code}/"]
    pages += ["/reports/2024/", "/reports/2024/json/", "/reports/2024/docx/"]
    pages += [f"/reports/2024/figures/{one.id}/" for one in figures()]
    asked = [{"q": "商行"}, {"q": "第0案"}, {"export": "xlsx"}, {"unit": "500112"}]
    return [*pages, *(f"{page}?{urlencode(more)}" for page in pages if page.endswith("s/") for more in asked)]


def test_what_a_neighbour_reads_does_not_depend_on_what_a_bureau_has(world):
    # Who works cases, and who holds every other right that opens a page.
    people = (world.b.handler, a_neighbours_people(world)[-1])
    readers = {person.username: sign_in(Client(), person) for person in people}
    tell_of(world)  # a report names the head of the ledger, so there has to be one before
    pages = open_pages()
    assert len(pages) > 60
    before = {(name, page): said(client, page) for name, client in readers.items() for page in pages}
    furnish(world)
    told = [
        f"{name} {page}: {had} became {now}"
        for (name, page), had in before.items()
        if (now := said(readers[name], page)) != had
    ]
    assert not told, "\n".join(_apart(*one.split(" became ", 1)) for one in told)


def _apart(had: str, now: str) -> str:
    """Where the two begin to differ."""
    pairs = enumerate(zip(had.partition(": ")[2], now, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), 0)
    return f"{had.partition(': ')[0]}: …{now[max(same - 80, 0) : same + 120]}"
