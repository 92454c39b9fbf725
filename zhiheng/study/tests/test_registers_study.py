"""Study sessions: when they stand where, and what counts."""

from datetime import date

import pytest

from zhiheng.figures.registry import find as figure
from zhiheng.figures.selectors import compute, year_of
from zhiheng.refusal import Refused
from zhiheng.registers import selectors, services
from zhiheng.registers.declaration import find

ON = date(2024, 6, 3)


def hold(actor, **answers):
    sessions = find("study-sessions")
    given = {
        "topic": "专利法实施细则",
        "kind": "group",
        "held_on": date(2024, 5, 8),
        "expected": 30,
        **answers,
    }
    return services.begin(actor=actor, on=ON, register=sessions, act=sessions.begin, answers=given)


def test_a_session_counts_once_its_attendance_is_known(world):
    sessions, handler = find("study-sessions"), world.a.handler
    session = hold(handler)
    assert selectors.record_for(handler, sessions, session.pk, ON).state == "open"
    report = sessions.act("report")
    services.take(
        actor=handler, on=ON, register=sessions, record=session, act=report, answers={"attended": 28}
    )
    assert selectors.record_for(handler, sessions, session.pk, ON).state == "done"
    found = compute(year_of(world.a.unit, 2024), [figure("trn.study"), figure("trn.study.people")])
    assert [value.value for value in found.values()] == [1, 28]


def test_more_people_than_expected_are_refused(world):
    with pytest.raises(Refused, match="实到人数多于应到人数"):
        hold(world.a.handler, attended=31)


def test_a_post_shows_its_gap_until_somebody_qualified_holds_it(world):
    posts, held, handler = find("legal-posts"), find("qualifications"), world.city.handler

    def state():
        return selectors.record_for(handler, posts, post.pk, ON).state

    def take(register, record, code, **answers):
        return services.take(
            actor=handler, on=ON, register=register, record=record, act=register.act(code), answers=answers
        )

    said = {"post": "重大执法决定法制审核岗", "set_on": date(2024, 1, 2), "required": "legal"}
    post = services.begin(actor=handler, on=ON, register=posts, act=posts.begin, answers=said)
    assert state() == "vacant"
    take(posts, post, "fill", holder="郑法审", filled_on=date(2024, 2, 1))
    assert state() == "unqualified"
    kept = {"kind": "legal", "number": "A2024", "got_on": date(2020, 3, 1)}
    # Somebody else's, or one of the district, does not fill the gap.
    other = kept | {"person": "郑法审", "number": "B"}
    services.begin(actor=world.a.handler, on=ON, register=held, act=held.begin, answers=other)
    assert state() == "unqualified"
    paper = services.begin(
        actor=handler, on=ON, register=held, act=held.begin, answers=kept | {"person": "郑法审"}
    )
    assert state() == "filled"
    counted = [figure("trn.posts"), figure("trn.qualified")]
    found = compute(year_of(world.city.unit, 2024), counted)
    assert [one.value for one in found.values()] == [1, 1]  # one name, one person
    take(held, paper, "lapse", lapsed_on=date(2024, 5, 1))
    assert state() == "unqualified"
    take(posts, post, "vacate")
    assert state() == "vacant"
    take(posts, post, "close", closed_on=ON)
    assert state() == "closed"
    assert compute(year_of(world.city.unit, 2024), counted)["trn.posts"].value is None


def test_a_post_without_a_holder_has_no_day_of_filling(world):
    posts = find("legal-posts")
    said = {"post": "法制审核岗", "set_on": date(2024, 1, 2), "filled_on": date(2024, 2, 1)}
    with pytest.raises(Refused, match="要么都填"):
        services.begin(actor=world.city.handler, on=ON, register=posts, act=posts.begin, answers=said)


def test_what_was_studied_opens_in_the_law_library(world, signed_in):
    sessions = find("study-sessions")
    session = hold(world.a.handler, instruments=["《商标法》", "某个内部文件"])
    page = signed_in(world.a.handler).get(sessions.url("record", session.pk)).content.decode()
    assert page.count("/law/instruments/") == 1 and "中华人民共和国商标法</a>" in page
