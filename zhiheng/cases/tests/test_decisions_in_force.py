"""A decision counts from its day until it is revoked; what was changed, remade or revoked early is on the record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from tests.casework import SIMPLE, Worker
from tests.examples import examples
from tests.publishing import published as published_report
from zhiheng.accounts.models import Unit
from zhiheng.audit import services as audit
from zhiheng.cases import decisions
from zhiheng.cases.models import Case, Decision
from zhiheng.figures import selectors as figures
from zhiheng.figures.registry import find
from zhiheng.refusal import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(world):
    return Worker(world.a)


@pytest.fixture
def published(work):
    """Decided on 2024-04-21 with a fine of 9,000 yuan, served, published and paid."""
    work.to_decided().wait(2).step("serve_decision")
    work.wait(3).step("publish_decision")
    work.step("record_payment")
    return work


def counted(work, on=None) -> tuple[str, str]:
    values = figures.compute(figures.year_of(work.cast.unit, 2024, on))
    return values["enf.tm.n"].text, values["enf.tm.fine"].text


def revoke(work, step="change_decision", **given):
    work.wait(3).step("start_remedy")
    work.wait(20).step("end_remedy", remedy_result="revoked", changed_by="")
    work.step(step, **given)


def test_a_revoked_fine_leaves_the_figures_from_its_day_on(published):
    assert counted(published) == ("1", "0.90")
    revoke(published, changed_by="渝府复〔2024〕1号")
    day = published.on
    assert counted(published) == counted(published, day) == ("0", "0.00")
    assert counted(published, date.fromordinal(day.toordinal() - 1)) == ("1", "0.90")
    case = published.case
    assert (case.outcome, case.forfeit_fen, case.fine_fen) == ("withdrawn", None, None)
    assert case.decided_on == date(2024, 4, 21) and case.doc_no  # the paper that was made is still named


def test_a_published_report_stays_and_its_check_says_which_decision_was_revoked_since(published, world):
    snapshot = published_report(world.city, 2024, on=date(2025, 1, 20))
    frozen = snapshot.figures.get(figure="enf.tm.fine")
    published.on = date(2025, 2, 3)
    revoke(published, changed_by="（2025）渝行终8号")
    again = snapshot.figures.get(figure="enf.tm.fine")
    assert (again.value, again.rows) == (frozen.value, frozen.rows)
    result = figures.check(snapshot, published.on)
    assert result.intact and not result.unchanged
    fines = next(one for one in result.figures if one.figure == "enf.tm.fine")
    (change,) = fines.changes
    assert (change.what, change.now) == ("不再计入", "—")
    assert change.because == f"{published.on}撤销（（2025）渝行终8号）"
    assert change.url == f"/cases/{published.case.pk}/"


def test_a_decision_revoked_before_publication_is_recorded(work):
    work.to_decided().wait(2).step("serve_decision")
    revoke(work, "change_unpublished")
    assert counted(work) == ("0", "0.00")
    decision = work.case.decisions.get()
    assert (decision.changed_how, decision.ended_on) == ("revoked", work.on)
    work.step("conclude_revoked")
    assert not work.case.matter.proceeding.clocks.filter(clock="publish", stopped_on__isnull=True).exists()
    work.step("close_case", closing_ground="other")
    assert audit.verify().broken == ""


def test_while_it_is_published_the_change_is_recorded_with_the_duty_to_withdraw(published):
    with pytest.raises(Refused, match="处罚信息公示"):
        published.step("change_unpublished")


def test_a_changed_fine_counts_as_changed_from_its_day_on_and_stays_in_its_year(published):
    published.on = date(2025, 3, 3)
    published.step("start_remedy")
    published.wait(20).step("end_remedy", remedy_result="changed")
    published.step("change_decision", change_kind="changed", changed_fine=4_000_00)
    before, after = published.case.decisions.order_by("id")
    assert (before.ended_on, before.changed_how) == (published.on, "changed")
    assert (after.replaces, after.decided_on, after.number) == (before, before.decided_on, before.number)
    assert counted(published) == ("1", "0.40") and counted(published, date(2025, 1, 1)) == ("1", "0.90")
    assert (published.case.outcome, published.case.fine_fen) == ("penalty", 4_000_00)


def test_a_change_without_amounts_and_a_revocation_with_some_are_refused_at_the_field(published):
    with pytest.raises(Refused, match="没有填写变更后的数额") as refused:
        published.step("change_decision", change_kind="changed")
    assert refused.value.reasons[0].field == "changed_fine"
    with pytest.raises(Refused, match="情形不是变更"):
        published.step("change_decision", changed_fine=1_00)
    with pytest.raises(Refused, match="早于决定日期"):
        published.step("change_decision", changed_on=date(2024, 4, 20))
    assert published.case.decisions.get().changed_how == ""


def test_a_second_change_cannot_be_dated_before_the_first(published):
    case, made = published.case, published.case.decisions.get()
    later = made.decided_on + timedelta(days=60)
    changed = decisions.change(
        case=case, decision=made, on=later, by="渝府复〔2024〕2号", fine=5_000_00, confiscated_gains=None
    )
    with pytest.raises(Refused, match=f"早于上一次变更日期{later}"):
        decisions.change(
            case=case,
            decision=changed,
            on=later - timedelta(days=1),
            by="渝01行终3号",
            fine=1_000_00,
            confiscated_gains=None,
        )
    assert case.decisions.in_force().get() == changed


def test_what_is_held_unlawful_without_being_revoked_stays_in_force_and_says_so(published, client):
    published.step("change_decision", change_kind="unlawful", changed_by="（2024）渝行终3号")
    assert counted(published) == ("1", "0.90") and published.case.outcome == "penalty"
    client.force_login(published.cast.handler)
    page = client.get(f"/cases/{published.case.pk}/").content.decode()
    assert "确认违法（（2024）渝行终3号）" in page
    with pytest.raises(Refused, match="没有撤销处罚决定"):
        published.step("conclude_revoked")


def test_a_remade_decision_is_a_decision_of_its_own_in_place_of_the_revoked_one(published, client):
    first = published.case.doc_no
    revoke(published)
    published.step("withdraw_publication")
    published.wait(5).step("remake_decision")
    assert published.case.state == "deliberating"
    assert published.case.matter.proceeding.clocks.get(clock="remake").stopped_on is None
    # Decided anew, told anew (行政处罚法 44, 62): the notice of the revoked decision serves no other.
    with pytest.raises(Refused, match=r"须重新办理.*重新告知"):
        published.step("decide_penalty", fine=5_000_00, proposed_penalty=["罚款5000元"])
    published.step("renew_notice")
    published.step("give_notice", fine=5_000_00, proposed_penalty=["罚款5000元"])
    published.wait(1).step("serve_notice")
    published.wait(15).step("deliberate")
    published.wait(14).step("decide_penalty", fine=5_000_00, proposed_penalty=["罚款5000元"])
    old, new = published.case.decisions.order_by("id")
    assert (new.replaces, new.decided_on, new.fine_fen) == (old, published.on, 5_000_00)
    assert first == old.number != new.number == published.case.doc_no
    assert published.case.matter.proceeding.clocks.get(clock="remake").stopped_on == published.on
    assert counted(published) == ("1", "0.50") and published.case.outcome == "penalty"
    client.force_login(published.cast.handler)
    page = client.get(f"/cases/{published.case.pk}/").content.decode()
    assert "历次决定" in page and old.number in page and new.number in page
    # The remedy was about the first decision; the second stands.
    published.wait(1).step("serve_decision")
    with pytest.raises(Refused, match="没有撤销处罚决定"):
        published.step("conclude_revoked")


def test_a_decision_on_the_spot_can_be_revoked_too(work):
    work.register(SIMPLE)
    work.step("extract_evidence")
    work.step("give_notice", fine=100_00)
    work.step(
        "decide_penalty",
        fine=100_00,
        penalty_kinds=["fine"],
        proposed_penalty=["罚款100元"],
        evidence=[{"name": "销售票据"}],
        nothing_to_confiscate="sold",
    )
    assert work.case.decisions.get().fine_fen == 100_00
    work.wait(3).step("change_decision", changed_by="渝府复〔2024〕2号")
    assert work.case.decisions.in_force().count() == 0 and work.case.forfeit_fen is None


def test_a_decided_recusal_is_no_decision_on_the_case(work):
    work.to_filed()
    work.step("apply_for_recusal")
    work.step("decide_recusal")
    assert work.case.decided_on is None and not work.case.decisions.exists()
    assert counted(work) == ("0", "0.00")


def test_the_database_refuses_an_end_without_its_reason(published):
    decision = published.case.decisions.get()
    for wrong in (
        {"ended_on": published.on},
        {"changed_how": "revoked", "changed_on": published.on},
        {"changed_how": "revoked", "changed_on": date(2024, 1, 1), "ended_on": date(2024, 1, 1)},
        {"changed_how": "unlawful", "changed_on": published.on, "ended_on": published.on},
        {"forfeit_fen": -1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(**wrong)


class DecisionsOverTheYears(RuleBasedStateMachine):
    """Cases decided, changed, revoked and decided anew in any order, beside a plain list of what was done."""

    cases = Bundle("cases")
    days = st.dates(date(2023, 6, 1), date(2025, 6, 30))
    fines = st.none() | st.integers(0, 10**9)

    def __init__(self):
        super().__init__()
        Decision.objects.update(replaces=None)
        Decision.objects.all().delete()
        Case.objects.all().delete()
        self.unit, _ = Unit.objects.get_or_create(
            code="9", defaults={"name": "局", "short_name": "局", "kind": "office", "path": "/9/"}
        )
        # case → [day, fine, gains, from, until] of each decision
        self.made: dict[int, list[list]] = {}

    @rule(target=cases, day=days, fine=fines, gains=fines)
    def decide(self, day, fine, gains):
        case = Case.objects.create(
            unit=self.unit,
            cause="trademark_infringement",
            title=f"案{len(self.made)}",
            party_name="某",
            party_type="person",
        )
        self.made[case.pk] = []
        self._issue(case, day, fine, gains)
        return case.pk

    @rule(pk=cases, day=days, fine=fines, gains=fines)
    def decide_again(self, pk, day, fine, gains):
        self._issue(Case.objects.get(pk=pk), day, fine, gains)

    def _issue(self, case, day, fine, gains):
        decisions.issue(case=case, kind="penalty", on=day, fine=fine, confiscated_gains=gains)
        case.save()
        self.made[case.pk].append([day, fine, gains, day, None])

    @rule(pk=cases, day=days, how=st.sampled_from(("revoked", "invalid", "unlawful")))
    def end(self, pk, day, how):
        if (found := self._latest(pk)) is None or day < found[3]:
            return
        case = Case.objects.get(pk=pk)
        decisions.end(case=case, decision=decisions.latest(case), how=how, on=day, by="文书")
        case.save()
        if how != "unlawful":
            found[4] = day

    @rule(pk=cases, day=days, fine=fines)
    def change(self, pk, day, fine):
        if (found := self._latest(pk)) is None or day < found[3]:
            return
        case = Case.objects.get(pk=pk)
        decision = decisions.latest(case)
        decisions.change(case=case, decision=decision, on=day, by="文书", fine=fine, confiscated_gains=None)
        case.save()
        found[4] = day
        self.made[pk].append([found[0], fine, None, day, None])

    def _latest(self, pk):
        standing = [(one[0], n, one) for n, one in enumerate(self.made[pk]) if one[4] is None]
        return max(standing)[2] if standing else None

    @invariant()
    def figures_are_the_sum_over_decisions_in_force(self):
        every = [one for made in self.made.values() for one in made]
        for on in (None, date(2024, 3, 1), date(2025, 1, 1), date(2025, 6, 30)):
            counted = [
                one
                for one in every
                if one[0].year == 2024
                and (one[4] is None or (on is not None and one[4] > on))
                and (on is None or one[3] == one[0] or one[3] <= on)
            ]
            scope = figures.year_of(self.unit, 2024, on)
            values = figures.compute(scope, [find("enf.tm.n"), find("enf.tm.fine")])
            assert values["enf.tm.n"].value == len(counted)
            total = sum((one[1] or 0) + (one[2] or 0) for one in counted)
            assert values["enf.tm.fine"].value * 1_000_000 == total

    @invariant()
    def the_case_says_what_its_decisions_say(self):
        for case in Case.objects.all():
            standing = [one for one in self.made[case.pk] if one[4] is None]
            if standing:
                stated = [one[1] for one in standing if one[1] is not None]
                assert case.fine_fen == (sum(stated) if stated else None)
                assert case.decided_on == max(one[0] for one in standing)
            else:
                assert (case.outcome, case.forfeit_fen) == ("withdrawn", None)


@pytest.mark.django_db
@pytest.mark.hypothesis
def test_figures_equal_the_sum_over_decisions_in_force_whatever_is_done(db):
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        DecisionsOverTheYears,
        settings=settings(
            max_examples=examples(25),
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
