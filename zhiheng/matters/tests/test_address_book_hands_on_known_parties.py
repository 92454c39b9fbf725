"""A party that the unit has met is taken over into the form of a door or a step: what is known of it, nothing that is doubtful, and nothing
that another unit's records say."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from tests.casework import ANSWERS, Worker
from zhiheng.cases.models import Case
from zhiheng.law import current_book
from zhiheng.matters import address_book
from zhiheng.matters.models import Party

pytestmark = pytest.mark.django_db

ON = date(2024, 3, 8)
NAME = ANSWERS["party_name"]
DOOR = ("penalty", "register_lead")


@pytest.fixture
def known(world):
    """A case of bureau a, with a party whose address was confirmed and one who took part beside it."""
    work = Worker(world.a).to_filed()
    work.step("confirm_address", service_address="重庆市渝北区收件路9号", service_receiver="李示例")
    work.step("add_party", joined_role="joint", joined_name="供货的某某公司", joined_type="organisation", joined_id_no="无",
              joined_address="重庆市供货路3号")  # fmt: skip
    return work


def found(person, typed):
    return {entry.facts["name"]: entry for entry in address_book.search(person, typed, ON)}


def test_the_own_unit_finds_a_party_by_the_beginning_of_its_name_or_by_its_number(world, known):
    by_name, by_number = found(world.a.handler, NAME[:4]), found(world.a.handler, ANSWERS["party_id_no"])
    assert by_name.keys() == by_number.keys() == {NAME}
    entry = by_name[NAME]
    assert entry.facts["address"] == ANSWERS["party_address"]
    assert entry.facts["legal_rep"] == ANSWERS["party_legal_rep"]
    assert entry.confirmed == (known.on, "重庆市渝北区收件路9号") or entry.confirmed[1].endswith("收件路9号")


def test_who_took_part_beside_the_principal_party_is_found_too(world, known):
    assert found(world.a.handler, "供货的")["供货的某某公司"].facts["address"] == "重庆市供货路3号"


def test_neither_the_neighbour_nor_the_office_above_nor_an_administrator_finds_it(world, known):
    entry = found(world.a.handler, NAME[:4])[NAME]
    for person in (world.b.handler, world.city.handler, world.city.admin, world.a.admin):
        assert not found(person, NAME[:4])
        assert not found(person, "供货的")
        assert address_book.chosen(person, entry.key, ON) is None


def test_a_number_that_nobody_checked_or_whose_sign_is_wrong_is_not_handed_on(world, known):
    Case.objects.filter(pk=known.case.pk).update(party_id="待核")
    assert "id_no" not in found(world.a.handler, NAME[:4])[NAME].facts
    Case.objects.filter(pk=known.case.pk).update(party_id="92500112MA0000000X")
    entry = found(world.a.handler, NAME[:4])[NAME]
    assert entry.doubtful == "92500112MA0000000X"
    assert "id_no" not in entry.facts


def test_the_latest_word_of_each_fact_counts_and_what_it_leaves_unsaid_comes_from_before(world, known):
    later = Worker(world.a, on=known.on)
    later.register(title="另一件", party_address="重庆市新址路5号", party_phone=None, party_legal_rep=None)
    entry = found(world.a.handler, NAME[:4])[NAME]
    assert entry.facts["address"] == "重庆市新址路5号"
    assert entry.facts["phone"] == ANSWERS["party_phone"]


def test_every_party_a_step_asks_for_has_its_place():
    book = current_book()
    disputes, penalty = book.kind("adjudication.patent"), book.kind("penalty")
    of = {door.step: book.procedure_versions[door.procedure][-1].steps[door.step] for door in (*disputes.doors, *penalty.doors)}  # fmt: skip
    assert [place.title for place in address_book.places(disputes, of["register_request"])] == [
        "请求人",
        "被请求人",
    ]
    assert [place.title for place in address_book.places(penalty, of["register_lead"])] == ["当事人"]
    steps = book.procedure_versions["penalty.ordinary"][-1].steps
    assert [place.title for place in address_book.places(penalty, steps["add_party"])] == ["参加人"]
    assert not address_book.places(penalty, steps["close_case"])


def test_the_form_of_a_door_begins_with_the_party_that_was_chosen(world, known, signed_in):
    client = signed_in(world.a.handler)
    form = client.get(reverse("matter-open", args=DOOR)).content.decode()
    assert reverse("matter-open-parties", args=DOOR) in form
    page = client.get(reverse("matter-open-parties", args=DOOR), {"q": NAME[:4]}).content.decode()
    assert "收件路9号" in page
    assert "作为当事人" in page
    entry = found(world.a.handler, NAME[:4])[NAME]
    form = client.get(reverse("matter-open", args=DOOR), {"party": entry.key, "as": "party"}).content.decode()
    for value in (NAME, ANSWERS["party_id_no"], ANSWERS["party_address"], ANSWERS["party_phone"]):
        assert f'value="{value}"' in form
    stranger = signed_in(world.b.handler)
    form = stranger.get(
        reverse("matter-open", args=DOOR), {"party": entry.key, "as": "party"}
    ).content.decode()
    assert ANSWERS["party_address"] not in form


def test_a_claimant_takes_a_known_partys_place_beside_a_respondent_already_typed(world, known, signed_in):
    client = signed_in(world.a.handler)
    door = reverse("matter-open", args=["adjudication.patent", "register_request"])
    joined = Party.objects.get(name="供货的某某公司")
    form = client.get(door, {"party": f"party-{joined.pk}", "as": "claimant"}).content.decode()
    assert 'name="claimant_name" value="供货的某某公司"' in form
    assert 'name="party_name" value="供货的某某公司"' not in form


def test_an_address_confirmed_in_an_earlier_case_begins_a_new_confirmation_and_confirms_nothing(
    world, known, signed_in
):
    later = Worker(world.a, on=known.on)
    later.register(title="另一件")
    client = signed_in(world.a.handler)
    form = client.get(reverse("case-step", args=[later.case.pk, "confirm_address"])).content.decode()
    assert "收件路9号" in form
    assert not later.case.matter.proceeding.steps.filter(step="confirm_address").exists()


@pytest.mark.parametrize(
    "key", ["", "case-", "case-0", "case-99999999", "nothing-1", "party-x", "case-1; drop"]
)
def test_a_key_that_names_nobody_changes_nothing(world, known, signed_in, key):
    answer = signed_in(world.a.handler).get(reverse("matter-open", args=DOOR), {"party": key, "as": "party"})
    assert answer.status_code == 200
    assert f'value="{NAME}"' not in answer.content.decode()
