"""Two officers at the same moment: one takes the step, the other is told in words. Threads need a real server."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection

from tests.casework import Worker
from tests.world import build
from zhiheng.audit import services as audit
from zhiheng.cases.models import Case
from zhiheng.matters import services
from zhiheng.matters.engine import Standing
from zhiheng.refusal import Refused


def at_once(*acts) -> tuple[list, list[str]]:
    """Run the acts in threads of their own, started together: what they returned, and the words of the refusals."""
    ready, done, refusals = Barrier(len(acts)), [], []

    def run(act):
        try:
            ready.wait()
            done.append(act())
        except Refused as refused:
            refusals.append(str(refused))
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return done, refusals


pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast():
    if connection.vendor == "sqlite":
        pytest.skip("threads share SQLite's memory database")
    return build().a


def step_by(work, person, code, **given):
    step = Standing.of(work.case.matter.proceeding, work.on).procedure.steps[code]
    data = work.data(step, **given)
    seen = work.case.matter.proceeding.steps.count()
    case = Case.objects.get(pk=work.case.pk)
    return lambda: services.take_step(actor=person, record=case, step=code, data=data, on=work.on, seen=seen)


def test_of_two_officers_closing_the_investigation_one_does_and_the_other_is_told(cast):
    work = Worker(cast).to_filed()
    work.step("record_questioning")
    done, refusals = at_once(
        step_by(work, cast.handler, "close_investigation"),
        step_by(work, cast.co_handler, "close_investigation"),
    )
    assert len(done) == 1 and len(refusals) == 1
    assert "已在2024-03-07办理过“调查终结”" in refusals[0]
    assert work.case.matter.folder.papers.filter(form="SAMR-35").count() == 1
    assert audit.verify().broken == ""


def test_a_payment_sent_twice_at_once_is_booked_once(cast):
    work = Worker(cast).to_decided()
    work.wait(2).step("serve_decision")
    given = {"paid": 1_000_00}
    done, refusals = at_once(*[step_by(work, cast.handler, "record_payment", **given) for _ in range(2)])
    assert len(done) == 1 and "没有重复办理" in refusals[0]
    work.case.refresh_from_db()
    assert work.case.paid_fen == 1_000_00


def test_two_approvals_at_once_take_effect_once(cast):
    work = Worker(cast)
    work.register()
    work.step("start_verification")
    work.step("record_inspection")
    waiting = work.agree(work.propose("file_case"))  # by the unit head; now the leader's turn
    done, refusals = at_once(lambda: work.agree(waiting), lambda: work.agree(waiting))
    assert len(done) == 1 and len(refusals) == 1 and "不能再签意见" in refusals[0]
    work.case.refresh_from_db()
    assert work.case.case_no.endswith("〔2024〕1号")


def test_numbers_drawn_at_once_never_repeat(cast):
    works = [Worker(cast, on=date(2024, 3, 4)) for _ in range(4)]

    def register(n):
        return lambda: works[n].register(title=f"第{n}号线索")

    done, refusals = at_once(*[register(n) for n in range(4)])
    assert not refusals
    assert sorted(c.lead_no[-2:] for c in done) == ["1号", "2号", "3号", "4号"]
    assert audit.verify().broken == ""


def test_the_same_lead_sent_twice_at_once_is_one_lead(cast):
    done, refusals = at_once(*[lambda: Worker(cast).register() for _ in range(2)])
    assert len(done) == 1 and "相同的案源已经登记" in refusals[0]
    assert Case.objects.count() == 1
