"""The faults that `make mutations` plants stand where the rules stand: a rule that is rewritten takes its fault along."""

import pytest

from tests.mutations import MUTANTS, ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.holds)
def test_a_planted_fault_has_its_place_and_only_one(mutant):
    assert mutant.planted((ROOT / "zhiheng" / mutant.file).read_text("utf-8")) is not None, mutant.file
