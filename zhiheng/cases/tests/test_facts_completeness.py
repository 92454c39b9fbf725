"""Every guard of the law book is answered: by the system, or by the officer's tick. A new one must be decided here."""

from datetime import date

import pytest

from tests.casework import ORDINARY, SIMPLE
from zhiheng.law import current_book
from zhiheng.matters.facts import ATTESTED, PROVIDERS, Situation, attested_guards

# What only a person on the spot can know; the tick stays in the step's record.
ATTESTED_GUARDS = {
    "request_complete",
    "dispute_jurisdiction",
    "no_suit_pending",
    "claimant_informed",
    "agents_empowered",
    "mediation_competent",
    "mediation_complete",
    "signatories_empowered",
    "own_jurisdiction",
    "rights_told",
    "evidence_may_be_lost",
    "urgent_ground",
    "not_entrusted",
    "related_property_only",
    "seizure_extension_ground",
    "waiver_in_writing",
    "hearing_abandoned",
    "other_service_failed",
    "secrets_checked",
    "facts_certain",
    "only_words_corrected",
    "ruling_words_only",
    "evidence_kept",
    "deferral_applied_for",
    "sampling_attended",
    "list_copied",
    "coercion_needed",
    "party_told_of_goods_in_transit",
    "provider_signed",
    "evidence_may_vanish",
    "cannot_be_sampled",
    # texts: words somebody answers for
    "no_burden_created",
    "secrecy_checked",
    "signed_by_drafter_head",
}
# What the system knows in part: where it cannot, the officer's tick counts.
IN_PART = {
    "rights_told_first",
    "on_spot_collection_allowed",
    "handed_over",
    "told_in_writing",
    "handed_to_parties",
    "crime_considered",
    "reasonably_suspected",
    "cannot_sample",
    "posting_recorded",
    "electronic_service_recorded",
    "refund_told",
    "seals_attached",
    "sign_protected",
    "subject_of_the_rule",
}

# Of those, the ones that a tick does not settle where the file says otherwise.
WEIGHED = {"refund_told", "sign_protected"}


def test_every_guard_is_either_provided_or_attested_never_both():
    assert set(PROVIDERS).isdisjoint(ATTESTED_GUARDS)
    assert set(current_book().guards) == set(PROVIDERS) | ATTESTED_GUARDS


def test_the_system_answers_no_guard_the_book_does_not_ask():
    steps = [s for p in current_book().procedures() for s in p.steps.values()]
    assert set(PROVIDERS) <= {name for step in steps for name in step.needs}


def test_a_step_shows_ticks_for_exactly_what_the_system_cannot_answer():
    for procedure in current_book().procedures():
        if procedure.code in {ORDINARY, SIMPLE}:
            for step in procedure.steps.values():
                for name in attested_guards(step):
                    assert name in ATTESTED_GUARDS | IN_PART, (step.code, name)


@pytest.mark.parametrize("guard", sorted(IN_PART - WEIGHED))
def test_a_tick_settles_what_the_system_knows_in_part_and_a_page_that_offers_the_step_takes_it_as_given(
    guard,
):
    asked = {"record": None, "on": date(2025, 6, 3), "actor": None, "step": None}
    assert PROVIDERS[guard](Situation(**asked, data={ATTESTED: [guard]})) is True
    assert PROVIDERS[guard](Situation(**asked, data=None)) is True
