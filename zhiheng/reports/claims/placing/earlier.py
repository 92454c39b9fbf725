"""What was told before a number in its sentence, and what of it the number takes up, adds to or sums."""

from ..claim import Claim
from .lexicon import Frame, Thing, Token

Told = tuple[
    Claim, Frame, Thing, bool
]  # a number, what holds for it, what it is of, whether it names no thing itself


def named_anew(tokens: list[Token], told: list[Told]) -> bool:
    """查办商标侵权案件610件，另查处假冒专利99件: whether what is told further is another thing than what was told."""
    named = {t.words for t in tokens if t.kind == "object"}
    return (
        bool(told)
        and bool(named)
        and all(named.isdisjoint(t.words for t in its.of("object")) for _, _, its, _ in told)
    )


def named_since(thing: Thing | None, told: list[Told]) -> bool:
    """商标侵权（610件）、假冒专利（99件）: whether another thing was named since the last number."""
    if thing is None or thing.claim is not None or not told or thing.heads:
        return False
    its = told[-1][2]
    for kind in ("object", "attr"):
        named = {t.words for t in thing.of(kind)}
        if named and named.isdisjoint(t.words for t in its.of(kind)):
            return True
    return False


def several_told(claim: Claim, tokens: list[Token], told: list[Told]) -> bool:
    """Whether a number without a thing of its own may be the sum of those of several things told in its unit."""
    if any(t.kind == "object" for t in tokens) or not any(t.kind == "attr" for t in tokens):
        return False
    things = {
        tuple(t.words for t in its.of("object")) for c, _, its, _ in told if c.base_unit == claim.base_unit
    }
    return len(things) > 1
