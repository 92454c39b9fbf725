"""Draws amounts of money that look like an ordinary year's and add up exactly to the published totals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

YUAN = 100


def scaled_to(total: int, drawn: Sequence[float], *, step: int, least: int) -> list[int]:
    """Whole multiples of `step` in the proportions of `drawn`, none below `least`, whose sum is exactly `total`.

    total must be a multiple of step and allow `least` for everyone.
    """
    if total % step or total < least * len(drawn):
        raise ValueError(f"{total} cannot be shared out in steps of {step} with at least {least} each")
    spare = (total - least * len(drawn)) // step
    weight = sum(drawn)
    exact = [spare * value / weight for value in drawn]
    parts = [int(value) for value in exact]
    rest = spare - sum(parts)
    for index in sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))[:rest]:
        parts[index] += 1
    return [least + part * step for part in parts]


def trademark_values(rng: Random, number: int, total: int) -> list[int | None]:
    """Case values in fen: most below 5,000 yuan, a heavy tail, one in ten not computable (None), one in twenty nil."""
    kinds = [None] * (number // 10) + [0] * (number // 20)
    positive = [
        min(rng.lognormvariate(7.31, 2.2), 300_000 * rng.uniform(0.6, 1.7))
        for _ in range(number - len(kinds))
    ]
    values: list[int | None] = [*scaled_to(total, positive, step=10 * YUAN, least=20 * YUAN), *kinds]
    rng.shuffle(values)
    return values


def trademark_fines(
    rng: Random,
    values: Sequence[int | None],
    total: int,
    ceiling: Callable[[int | None], int],
    threshold: int,
) -> list[int]:
    """Fines in fen for the given case values; `ceiling(value)` is the most the law allows (fen).

    Small cases are fined as they usually are; what the published total leaves is shared among those from `threshold` on.
    """
    large = [value is not None and value >= threshold for value in values]
    fines = [0] * len(values)
    for index, value in enumerate(values):
        if large[index]:
            continue
        draw = rng.random()
        low, high = (1_000, 5_000) if draw < 0.62 else (5_000, 12_000) if draw < 0.87 else (12_000, 30_000)
        if draw >= 0.95:
            continue  # ordered to stop, not fined
        fines[index] = rng.randrange(low, high, 100) * YUAN
        if value is not None and value < 500 * YUAN:
            fines[index] = min(fines[index], 3_000 * YUAN)
    small, step = sum(fines), 100 * YUAN
    wanted = total * 65 // 100 if any(large) else total
    if small > wanted:
        fines = [fine * wanted // small // step * step for fine in fines]
    heavy = [index for index in range(len(values)) if large[index]] or [
        i for i in range(len(values)) if fines[i]
    ]
    weights = [(values[index] or YUAN) * rng.uniform(0.5, 1.6) for index in heavy]
    rest = total - sum(fines)
    for index, part in zip(heavy, scaled_to(rest, weights, step=step, least=0), strict=True):
        fines[index] += part
    _under(fines, values, ceiling, step)
    return fines


def _under(
    fines: list[int], values: Sequence[int | None], ceiling: Callable[[int | None], int], step: int
) -> None:
    """Bring every fine under its ceiling and give the difference to cases with room, keeping the sum."""
    tops = [ceiling(value) * 8 // 10 // step * step for value in values]
    excess = 0
    for index, fine in enumerate(fines):
        if fine > tops[index]:
            excess += fine - tops[index]
            fines[index] = tops[index]
    for index in sorted(range(len(fines)), key=lambda i: -fines[i]):
        given = min(tops[index] - fines[index], excess)
        fines[index] += given
        excess -= given
    if excess:
        raise ValueError("the fines do not fit under the law's ceilings")


def counterfeit_amounts(rng: Random, number: int, value: int, forfeit: int) -> list[tuple[int, int, int]]:
    """(value, gains, fine) in fen of patent counterfeiting cases; gains are confiscated, so gains + fine = forfeit."""
    values = scaled_to(
        value, [rng.lognormvariate(6.3, 1.2) for _ in range(number)], step=YUAN // 10, least=30 * YUAN
    )
    gains = [0] * number
    for index in range(number):
        if rng.random() < 0.3 and values[index] >= 200 * YUAN:
            gains[index] = int(values[index] * rng.uniform(0.1, 0.3)) // (10 * YUAN) * 10 * YUAN
    step = 100 * YUAN
    fined = rng.sample(range(number), number * 2 // 5)
    gains[fined[0]] += (forfeit - sum(gains)) % step  # leaves whole hundreds for the fines
    gains[fined[0]] = min(gains[fined[0]], values[fined[0]])
    short = (forfeit - sum(gains)) % step
    if short:
        place = max(range(number), key=values.__getitem__)
        gains[place] += short
    rest = scaled_to(forfeit - sum(gains), [rng.uniform(0.5, 4) for _ in fined], step=step, least=500 * YUAN)
    fines = [0] * number
    for index, fine in zip(fined, rest, strict=True):
        fines[index] = fine
    return list(zip(values, gains, fines, strict=True))
