"""How many examples Hypothesis tries: a test says what holds its property by itself, the profile in force makes it fewer or many more.

`quick` (`make test`) tries four in ten of them: a change is tried by hundreds of properties, and each again with the next change.
`deep` (`make torture`) tries ten times as many. `ZHIHENG_HYPOTHESIS_PROFILE` names another than `quick`.
"""

from __future__ import annotations

import hypothesis

_USUAL = 100  # what Hypothesis tries where a test names no number
_FEWEST = 3


def examples(number: int) -> int:
    """So many examples as the profile in force makes of this number, and never fewer than three."""
    return max(number * hypothesis.settings().max_examples // _USUAL, min(number, _FEWEST))
