"""Every reader of foreign text raises its own error or none, whatever it is given. The long run is `make torture`."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.site.fuzzing import read, targets

TARGETS = targets()


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_mutated_was_read_before(name):
    """Mutations of an input that is refused as it stands would try nothing behind the refusal."""
    for data in TARGETS[name].seeds()[:3]:
        TARGETS[name].read(data)


@pytest.mark.parametrize("name", [name for name, target in TARGETS.items() if not target.contained])
@settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**9))
def test_a_reader_raises_only_its_own_error(name, seed):
    target, rng = TARGETS[name], Random(seed)
    data = target.change(rng, rng.choice(target.seeds()))
    try:
        target.read(data)
    except target.allowed as refused:
        assert str(refused)


@pytest.mark.parametrize("name", [name for name, target in TARGETS.items() if target.contained])
def test_a_reader_in_its_child_process_only_refuses(name):
    """Some of what a spreadsheet may hold ends a process; there it ends the child, and the officer reads why."""
    from zhiheng.jobs import foreign
    from zhiheng.refusal import Refused

    target, rng = TARGETS[name], Random(7)
    for _ in range(4):
        data = target.change(rng, rng.choice(target.seeds()))
        try:
            foreign.read(read, name, data, raises=target.allowed)
        except (*target.allowed, Refused) as refused:
            assert str(refused)
