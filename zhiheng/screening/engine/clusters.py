"""Which documents hang together: connected components of pairs, each with the chain of strongest pairs that holds it."""

from __future__ import annotations

import numpy as np

from .jit import njit, types


def clusters(
    count: int, first: np.ndarray, second: np.ndarray, strength: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Label of each of `count` documents (the smallest number in its component), and which pairs form the chains.

    The chain of a component is its strongest spanning tree: the fewest pairs that connect it, weakest links last. Equal
    strengths are taken in the order of the pairs, so sorted pairs give one result.
    """
    order = np.argsort(-strength, kind="stable")
    labels = np.arange(count, dtype=np.int64)
    chained = _join(labels, first[order].astype(np.int64), second[order].astype(np.int64))
    chain = np.zeros(len(order), np.bool_)
    chain[order] = chained
    return labels, chain


@njit(types.boolean[::1](types.int64[::1], types.int64[::1], types.int64[::1]), cache=True, nogil=True)
def _join(parents, first, second):
    chained = np.zeros(len(first), np.bool_)
    for pair in range(len(first)):
        one, other = first[pair], second[pair]
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        while parents[other] != other:
            parents[other] = parents[parents[other]]
            other = parents[other]
        if one != other:
            chained[pair] = True
            if one < other:  # the smaller number stays the root, so a label is the smallest member
                parents[other] = one
            else:
                parents[one] = other
    for number in range(len(parents)):
        parents[number] = parents[parents[number]]
    return chained
