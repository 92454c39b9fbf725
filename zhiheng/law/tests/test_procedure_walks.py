"""Procedures: the whole way of a case, random walks that never get stuck, and refusals in words."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.law import Event, Fact, LawError, OrderError, current_book, read_bundle
from zhiheng.law.schema import vocabulary

BOOK = current_book()
ORDINARY = BOOK.procedure("penalty.ordinary", date(2025, 3, 3))
SIMPLE = BOOK.procedure("penalty.simple", date(2025, 3, 3))
DISPUTE = BOOK.procedure("adjudication.patent", date(2025, 3, 3))
MEDIATION = BOOK.procedure("mediation.patent", date(2025, 3, 3))
AGENCY = BOOK.procedure("agency.supervision", date(2025, 3, 3))
ALL_TRUE = dict.fromkeys(BOOK.guards, True)


_AT_MOST = {"extension_months": 2}  # what the law lets a step add at the most


def data_for(step, on):
    """What a careful officer would fill in: every field the step asks for."""
    values = {"date": on, "integer": 10, "bool": True, "money": 100}
    asked = (*step.asks, *step.may_ask)
    return {code: _AT_MOST.get(code) or values.get(BOOK.fields[code].type, "某内容") for code in asked}


def test_a_case_walks_from_lead_to_archive():
    day = date(2025, 3, 3)
    way = [
        ("register_lead", 0), ("start_verification", 1), ("file_case", 4), ("inform_informant", 0), ("record_inspection", 1), ("seize", 1),
        ("record_questioning", 2), ("extend_seizure", 0), ("close_investigation", 10), ("submit_review", 1), ("pass_review", 5), ("give_notice", 1),
        ("serve_notice", 1), ("record_defence", 2), ("deliberate", 8), ("discuss_collectively", 1), ("decide_penalty", 1),
        ("serve_decision", 1), ("publish_decision", 2), ("lift_seizure", 0), ("record_payment", 5), ("complete_performance", 1),
        ("close_case", 3), ("archive_case", 10),
    ]  # fmt: skip
    run = ORDINARY.replay([])
    for code, days in way:
        day += timedelta(days=days)
        offer = ORDINARY.offer(run, code, ALL_TRUE, day)
        assert offer.allowed, f"{code}: {[str(r) for r in offer.refusals]}"
        run = ORDINARY.apply(run, Event(day, code, data_for(offer.step, day)))
    assert run.state == "archived"
    # The published penalty lives on: it is shown for its time, or withdrawn; errors are mended and told to the party, crimes referred.
    assert [c.key for c in run.clocks.values() if c.running] == ["retention_short"]
    assert {o.step.code for o in ORDINARY.offers(run, ALL_TRUE, day) if o.allowed} == {
        "change_decision",
        "remake_decision",
        "correct_clerical_error",
        "correct_publication",
        "note_failed_service",
        "report_crime",
        "serve_paper",
        "start_public_notice",
        "record_payment",
        "refund_payment",
        "resume_case",
        "self_correct",
        "receive_opinion_letter",
        "receive_review_application",
        "register_review_refusal",
        "start_remedy",
        "withdraw_publication",
        "end_publication",
    }


@pytest.mark.parametrize("procedure", [ORDINARY, SIMPLE, DISPUTE, MEDIATION, AGENCY], ids=lambda p: p.code)
@settings(max_examples=examples(60), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_whatever_is_offered_can_be_taken_and_no_walk_gets_stuck(procedure, seed):
    chance = random.Random(seed)  # long walks: Hypothesis's own lists stay short
    run, day = procedure.replay([]), date(2025, 1, 6)
    for _ in range(60):
        pick = chance.randrange(10**6)
        day += timedelta(days=chance.choice((0, 0, 1, 3, 8)))
        allowed = [o for o in procedure.offers(run, ALL_TRUE, day) if o.allowed]
        if not allowed:
            break
        moving = [o for o in allowed if o.step.to]
        offer = chance.choice(moving if moving and chance.random() < 0.4 else allowed)
        run = take(procedure, run, offer, day, pick)
        for clock_run in run.clocks.values():
            result = procedure.due(clock_run, run)
            assert result.standing or result.due >= clock_run.started_on
            assert result.trace
    assert procedure.replay(run.events).clocks == run.clocks
    # Much later, every measure can still be ended, and then the matter can move on.
    day += timedelta(days=1200)
    for _ in range(100):
        closing = [o for o in procedure.offers(run, ALL_TRUE, day) if o.allowed and o.step.closes]
        if not closing:
            break
        run = take(procedure, run, closing[0], day)
    moves = [o for o in procedure.offers(run, ALL_TRUE, day) if o.allowed and o.step.to]
    assert procedure.states[run.state].is_end or moves


# What changes the facts a party was told of, or undoes what was told.
ANEW = {"close_investigation", "return_for_supplement", "return_from_deliberation", "return_after_hearing", "renew_notice",
        "remake_decision", "give_notice"}  # fmt: skip
UNSETTLED = (
    "preserve",
    "seize",
    "testing",
    "identification",
    "recusal",
    "jurisdiction",
    "crime",
    "unclaimed",
    "refund",
)


def walked(procedure, seed, steps=70):
    """A long walk of allowed steps, onward more often than not; yields every run it came by."""
    chance = random.Random(seed)
    run, day = procedure.replay([]), date(2025, 1, 6)
    for _ in range(steps):
        day += timedelta(days=chance.choice((0, 0, 1, 3, 8, 20)))
        allowed = [o for o in procedure.offers(run, ALL_TRUE, day) if o.allowed]
        if not allowed:
            return
        moving = [o for o in allowed if o.step.to]
        offer = chance.choice(moving if moving and chance.random() < 0.5 else allowed)
        run = take(procedure, run, offer, day, chance.randrange(10**6))
        yield run, day


@pytest.mark.parametrize("procedure", [ORDINARY, SIMPLE], ids=lambda p: p.code)
@settings(max_examples=examples(80), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_walk_decides_without_a_notice_of_the_same_facts(procedure, seed):
    for run, _ in walked(procedure, seed):
        events = [event.step for event in run.events]
        if procedure is SIMPLE or events[-1] != "decide_penalty":
            continue
        told = max(i for i, step in enumerate(events) if step == "serve_notice")
        assert not ANEW & set(events[told:])


@settings(max_examples=examples(80), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_walk_coerces_beyond_the_maximum(seed):
    for run, day in walked(ORDINARY, seed):
        for clock_run in run.clocks.values():
            if clock_run.clock != "seize":
                continue
            assert sum(e.length.number for e in clock_run.extensions) <= 30
            found = ORDINARY.due(clock_run, run)
            assert found.due == found.raw
        if run.events[-1].step in (
            "give_notice",
            "decide_penalty",
            "decide_no_penalty",
            "close_investigation",
        ):
            held = [c for code in ("seize", "seize_report") for c in run.running(code)]
            assert all((end := ORDINARY.due(c, run).due) is None or day <= end for c in held)


@pytest.mark.parametrize("procedure", [ORDINARY, SIMPLE], ids=lambda p: p.code)
@settings(max_examples=examples(80), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_walk_closes_or_ends_with_goods_or_a_referral_open(procedure, seed):
    for run, _ in walked(procedure, seed):
        state = procedure.states[run.state]
        last = procedure.steps[run.events[-1].step]
        if last.to == "closed":
            assert not [m for code in UNSETTLED for m in run.open_measures(code)]
        if state.is_end and last.to:
            kept = [m for m in run.measures.values() if m.open and procedure.measures[m.measure].must_end]
            assert not kept
            assert not [
                c
                for code in ("publish", "hand_in", "inform")
                for c in run.running(code)
                if state.code == "archived"
            ]


@pytest.mark.parametrize("procedure", [ORDINARY, SIMPLE], ids=lambda p: p.code)
@settings(max_examples=examples(40), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_walk_is_archived_with_a_clock_that_somebody_must_still_meet(procedure, seed):
    for run, _ in walked(procedure, seed):
        if run.state != "archived" or procedure.steps[run.events[-1].step].to != "archived":
            continue
        must = ("publish", "inform", "hand_in", "withdraw", "pay", "demand", "crime_send", "handover")
        assert not [code for code in must if code in procedure.clocks and run.running(code)]


@settings(max_examples=examples(60), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_on_the_spot_told_comes_before_decided_and_decided_before_money(seed):
    for run, _ in walked(SIMPLE, seed):
        events = [event.step for event in run.events]
        if "decide_penalty" not in events:
            assert not {"record_payment", "impose_surcharge", "apply_to_court", "close_case"} & set(events)
            continue
        assert events.index("give_notice") < events.index("decide_penalty")
        if events[-1] == "apply_to_court":
            assert "demand_performance" in events and not run.open_measures("remedy")
        if events[-1] == "impose_surcharge":
            assert not run.open_measures("deferral") and not run.open_measures("remedy")


@settings(max_examples=examples(60), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_walk_decides_or_gives_up_beside_an_open_referral(seed):
    """Until the police refused, or let the matter go, nothing ends the case but what hands it over (移送规定 11, 12)."""
    for run, _ in walked(ORDINARY, seed):
        if run.events[-1].step in ("decide_penalty", "decide_no_penalty", "close_case", "conclude_referred"):
            assert not run.open_measures("crime")


@settings(max_examples=examples(60), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_measure_that_ended_leaves_no_clock_running_and_no_pause_open(seed):
    """A replaced clock is stopped, a closed announcement or deferral takes its clock and its pauses with it."""
    for run, _ in walked(ORDINARY, seed):
        assert all(not clock_run.running for clock_run in run.past_clocks)
        over = {m.ref for m in run.measures.values() if not m.open}
        for clock_run in run.clocks.values():
            assert not [p for p in clock_run.pauses if p.end is None and p.ref in over]
            measure = ORDINARY.clocks[clock_run.clock].measure
            if measure in ("public_notice", "deferral") and clock_run.running:
                assert measure + clock_run.key[len(clock_run.clock) :] not in over


@pytest.mark.parametrize("procedure", [ORDINARY, SIMPLE, DISPUTE], ids=lambda p: p.code)
@settings(max_examples=examples(25), deadline=None)
@given(seed=st.integers(0, 2**32), length=st.integers(1, 60))
def test_from_wherever_a_walk_came_to_there_is_a_way_to_an_end(procedure, seed, length):
    *_, (run, day) = walked(procedure, seed, length)
    assert ends(procedure, run, day), f"stuck at {run.state} after {[e.step for e in run.events]}"


@settings(max_examples=examples(60), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_dispute_is_enforced_beside_a_suit_or_before_everybodys_time_is_over(seed):
    """专利法 65: who may still sue, or has sued, has no ruling to be enforced against them."""
    for run, _ in walked(DISPUTE, seed):
        if run.events[-1].step in ("demand_stop", "ask_court"):
            assert not run.open_measures("suit")
            assert not [m for m in run.measures.values() if m.measure == "sues" and m.open]
        if run.events[-1].step == "archive_dispute":
            assert not [m for code in ("suit", "held") for m in run.open_measures(code)]


@settings(max_examples=examples(60), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_nothing_is_demanded_or_enforced_while_enforcement_is_stayed(seed):
    """行政强制法 39: a stay holds back the demand, the surcharge and the application to court until it ends."""
    for procedure in (ORDINARY, SIMPLE):
        for run, _ in walked(procedure, seed):
            if run.events[-1].step in (
                "write_demand",
                "demand_performance",
                "impose_surcharge",
                "apply_to_court",
            ):
                assert not run.open_measures("stay")


def ends(procedure, run, day) -> bool:
    """Whether some way of steps, taken at once or after waiting, leads to an end of the procedure."""
    seen, waiting = set(), [(run, day)]
    while waiting:
        run, day = waiting.pop()
        if procedure.states[run.state].is_end:
            return True
        here = (
            run.state,
            *sorted(m.ref for m in run.measures.values() if m.open),
            *sorted(c.key for c in run.clocks.values() if c.running),
        )
        if here in seen or len(seen) > 400:
            continue
        seen.add(here)
        for later in (40, 0):
            on = day + timedelta(days=later)
            offers = [o for o in procedure.offers(run, ALL_TRUE, on) if o.allowed]
            useful = [
                o for o in offers if o.step.to or o.step.closes or any(run.running(c) for c in o.step.stops)
            ]
            # Endings last in, first out: what moves on is tried before what only tidies up.
            for offer in sorted(useful, key=lambda o: (bool(o.step.to), not o.step.opens)):
                waiting.append((take(procedure, run, offer, on), on))
    return False


def take(procedure, run, offer, day, pick=0):
    ref = offer.refs[pick % len(offer.refs)] if offer.refs else ""
    return procedure.apply(run, Event(day, offer.step.code, data_for(offer.step, day), ref))


def investigating(*more):
    events = [
        Event(date(2025, 3, 3), "register_lead", {"received_on": date(2025, 3, 3)}),
        Event(date(2025, 3, 4), "start_verification"),
        Event(date(2025, 3, 10), "file_case"),
    ]
    return ORDINARY.replay([*events, *more])


def test_a_refusal_names_what_must_come_first():
    run = investigating()
    refusal = ORDINARY.offer(run, "decide_penalty", ALL_TRUE, date(2025, 3, 11)).refusals[0]
    assert refusal.guard == "state"
    assert refusal.reason == "当前处于“调查取证”，不能“作出行政处罚决定”"
    assert (
        refusal.way_out == "须先“调查终结”、“送审”、“审核通过”、“行政处罚告知”、“送达告知书”、“报负责人审查”"
    )
    assert "程序规定60" in refusal.article


def test_a_guard_without_a_fact_is_not_yet_known_and_a_false_one_speaks_with_its_details():
    run = investigating()
    offer = ORDINARY.offer(run, "seize", ALL_TRUE | {"seizure_power": None}, date(2025, 3, 11))
    assert [r.reason for r in offer.refusals] == ["尚未核实：法律、法规对本案由赋予查封、扣押的权力"]
    facts = ALL_TRUE | {"seizure_power": Fact(False, cause="特殊标志", why="条例没有规定")}
    offer = ORDINARY.offer(run, "seize", facts, date(2025, 3, 11))
    assert str(offer.refusals[0]) == (
        "“特殊标志”没有查封、扣押的法定权力：条例没有规定（行政强制法10、程序规定36）。可以依法先行登记保存证据"
    )


def test_a_false_fact_without_details_says_what_is_asked_instead_of_a_hole():
    offer = ORDINARY.offer(investigating(), "seize", ALL_TRUE | {"seizure_power": False}, date(2025, 3, 11))
    assert offer.refusals[0].reason == "不符合：法律、法规对本案由赋予查封、扣押的权力"


def test_acting_on_one_of_two_seizures_needs_to_say_which():
    run = investigating(Event(date(2025, 3, 11), "seize"), Event(date(2025, 3, 12), "seize"))
    assert ORDINARY.offer(run, "lift_seizure", ALL_TRUE, date(2025, 3, 13)).refs == ("seize", "seize#2")
    with pytest.raises(OrderError, match="有2项“查封、扣押”正在进行，未说明是哪一项"):
        ORDINARY.apply(run, Event(date(2025, 3, 13), "lift_seizure"))
    lifted = ORDINARY.apply(run, Event(date(2025, 3, 13), "lift_seizure", ref="seize#2"))
    assert [m.ref for m in lifted.open_measures("seize")] == ["seize"]
    with pytest.raises(OrderError, match="“查封、扣押”seize#2不存在或者已结束"):
        ORDINARY.apply(lifted, Event(date(2025, 3, 14), "lift_seizure", ref="seize#2"))


def test_a_seizure_may_be_extended_by_thirty_days_at_most():
    run = investigating(Event(date(2025, 3, 11), "seize"))
    with pytest.raises(OrderError, match="不得超过30日，现为31日"):
        ORDINARY.apply(run, Event(date(2025, 3, 20), "extend_seizure", {"extension_days": 31}))
    extended = ORDINARY.apply(run, Event(date(2025, 3, 20), "extend_seizure", {"extension_days": 20}))
    assert ORDINARY.due(extended.clocks["seize"]).raw == date(2025, 4, 30)


def test_a_clock_started_while_testing_goes_on_stands_still_from_its_start():
    events = [
        Event(date(2025, 3, 3), "register_lead", {"received_on": date(2025, 3, 3)}),
        Event(date(2025, 3, 4), "start_verification"),
        Event(date(2025, 3, 5), "start_testing"),
        Event(date(2025, 3, 10), "file_case"),
    ]
    run = ORDINARY.replay(events)
    assert ORDINARY.due(run.clocks["case"]).standing
    run = ORDINARY.apply(run, Event(date(2025, 3, 20), "end_testing"))
    assert ORDINARY.due(run.clocks["case"]).raw == date(2025, 3, 19) + timedelta(days=90)


def test_a_second_review_starts_its_clock_anew_and_keeps_the_first():
    run = investigating(
        Event(date(2025, 4, 1), "close_investigation"),
        Event(date(2025, 4, 2), "submit_review"),
        Event(date(2025, 4, 8), "return_for_supplement"),
        Event(date(2025, 4, 15), "close_investigation"),
        Event(date(2025, 4, 16), "submit_review"),
    )
    assert run.clocks["review"].started_on == date(2025, 4, 16)
    assert [c.started_on for c in run.past_clocks if c.clock == "review"] == [date(2025, 4, 2)]


def decided_and_served(day: date):
    """A run in which everything up to the service of the decision fell on one day."""
    run = ORDINARY.replay([])
    for code in (
        "register_lead", "start_verification", "file_case", "close_investigation", "submit_review", "pass_review",
        "give_notice", "serve_notice", "waive_defence", "deliberate", "decide_penalty", "serve_decision",
    ):  # fmt: skip
        run = ORDINARY.apply(run, Event(day, code, data_for(ORDINARY.step(code), day)))
    return run


def test_a_deferral_moves_payment_and_the_time_to_apply_to_court():
    day = date(2025, 3, 3)
    run = decided_and_served(day)
    assert ORDINARY.due(run.clocks["court"], run).due == date(2025, 12, 3)
    run = ORDINARY.apply(run, Event(day, "grant_deferral", {"deferred_until": date(2025, 10, 31)}))
    assert ORDINARY.due(run.clocks["pay"], run).due == date(2025, 10, 31)
    assert ORDINARY.due(run.clocks["court"], run).raw == date(2026, 1, 31)


def test_a_deferral_shorter_than_the_time_for_suit_leaves_the_time_to_apply_to_court_whole():
    run = decided_and_served(date(2025, 3, 3))
    run = ORDINARY.apply(
        run, Event(date(2025, 3, 3), "grant_deferral", {"deferred_until": date(2025, 4, 30)})
    )
    assert ORDINARY.due(run.clocks["remedy"], run).due == date(2025, 9, 3)
    assert ORDINARY.due(run.clocks["court"], run).due == date(2025, 12, 3)


def test_the_version_is_found_by_day_and_by_hash():
    assert BOOK.procedure_by_hash(ORDINARY.sha) is ORDINARY
    with pytest.raises(LawError, match=r"最早的版本自2022-11-01起施行，2020-01-01没有可用的版本"):
        BOOK.procedure("penalty.ordinary", date(2020, 1, 1))
    with pytest.raises(LawError, match=r"法规库没有程序“penalty\.odinary”；可用：.*penalty\.ordinary"):
        BOOK.procedure("penalty.odinary", date(2025, 1, 1))
    with pytest.raises(LawError, match="没有指纹为0000"):
        BOOK.procedure_by_hash("0" * 64)


def test_a_version_can_be_brought_back_from_its_kept_text():
    again = read_bundle(BOOK, ORDINARY.text)
    assert again.sha == ORDINARY.sha
    assert again.steps == ORDINARY.steps


def test_a_kept_text_is_read_as_one_that_was_proven(monkeypatch):
    """What an update has come to ask of how papers read is not asked of the forms in it."""
    asked = []
    read = vocabulary.Vocabularies.form
    monkeypatch.setattr(
        vocabulary.Vocabularies, "form", lambda self, *told: (asked.append(self.kept), read(self, *told))[1]
    )
    assert read_bundle(BOOK, ORDINARY.text).sha == ORDINARY.sha
    assert asked and all(asked)


def test_comments_and_order_of_keys_do_not_change_the_hash():
    text = "# 新的注释\n" + ORDINARY.text
    assert read_bundle(BOOK, text).sha == ORDINARY.sha
    changed = ORDINARY.text.replace("length: 90 日", "length: 91 日")
    assert read_bundle(BOOK, changed).sha != ORDINARY.sha
