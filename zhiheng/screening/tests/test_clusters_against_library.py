import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from zhiheng.screening.engine.clusters import clusters


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 40))
    edges = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=80))
    edges = sorted({(min(e), max(e)) for e in edges if e[0] != e[1]})
    weights = draw(st.lists(st.integers(1, 100), min_size=len(edges), max_size=len(edges)))
    pairs = np.array(edges, np.int64).reshape(-1, 2)
    return count, pairs[:, 0], pairs[:, 1], np.array(weights, float) / 100


@given(graphs())
@settings(deadline=None)
def test_components_are_those_of_the_library(graph):
    count, first, second, strength = graph
    labels, _ = clusters(count, first, second, strength)
    _, expected = connected_components(
        coo_array((strength, (first, second)), shape=(count, count)), directed=False
    )
    assert [{*np.flatnonzero(labels == label)} for label in np.unique(labels)] == [
        {*np.flatnonzero(expected == expected[label])} for label in np.unique(labels)
    ]
    assert all(label == min(np.flatnonzero(labels == label)) for label in np.unique(labels))


@given(graphs())
@settings(deadline=None)
def test_the_chain_is_a_strongest_spanning_tree(graph):
    count, first, second, strength = graph
    _, chain = clusters(count, first, second, strength)
    tree = minimum_spanning_tree(coo_array((2 - strength, (first, second)), shape=(count, count)).tocsr())
    assert chain.sum() == tree.nnz
    assert np.isclose((2 - strength[chain]).sum(), tree.sum())
