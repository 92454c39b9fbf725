"""How many examples Hypothesis tries: a number that holds the property in `make test`, many times it in `make torture`."""

from __future__ import annotations

import hypothesis

_USUAL = 100  # what Hypothesis tries where a test names no number


def examples(number: int) -> int:
    """So many examples in `make test`; as many times more as the profile in force goes deeper (`ZHIHENG_HYPOTHESIS_PROFILE`)."""
    return number * hypothesis.settings().max_examples // _USUAL
