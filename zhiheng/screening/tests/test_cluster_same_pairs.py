"""The cluster engine on a local Ray cluster of two workers. Slow: starting Ray takes seconds."""

import threading
import time

import pytest

from zhiheng.screening.engine.normalise import normalise
from zhiheng.screening.engine.pairs import find_pairs
from zhiheng.screening.engine.settings import Settings
from zhiheng.screening.tests.texts import abstracts, edited

ray = pytest.importorskip("ray")
pytest.importorskip("daft")
pytestmark = pytest.mark.slow

SETTINGS = Settings()


def as_tuples(pairs):
    return [
        (int(a), int(b), float(s), tuple(map(int, row)))
        for a, b, s, row in zip(pairs.first, pairs.second, pairs.similarity, pairs.compared, strict=True)
    ]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    found = abstracts(500)
    found += [edited(text, 0.1, n) for n, text in enumerate(found[:60])]
    found += [found[3]] * 3 + ["水", ""]
    return found


@pytest.fixture
def two_workers(monkeypatch):
    from ray.cluster_utils import Cluster

    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
    monkeypatch.setenv("ZHIHENG_RAY_ADDRESS", cluster.address)
    yield cluster, nodes
    ray.shutdown()
    cluster.shutdown()


def found_on_cluster(texts):
    from zhiheng.screening.engine.cluster import find_pairs_on_cluster

    ids = [f"{n:05d}" for n in range(len(texts))]
    return as_tuples(find_pairs_on_cluster(normalise(texts), ids, SETTINGS, workers=2)[0])


def found_here(texts):
    ids = [f"{n:05d}" for n in range(len(texts))]
    return as_tuples(find_pairs(normalise(texts), ids, SETTINGS, workers=2)[0])


def test_two_workers_find_the_pairs_of_one_machine(two_workers, texts):
    assert found_on_cluster(texts) == found_here(texts)


def test_a_worker_killed_in_mid_run_changes_nothing(two_workers, texts):
    cluster, nodes = two_workers
    killed = []

    def kill() -> None:
        time.sleep(6)
        cluster.remove_node(nodes[0], allow_graceful=False)
        killed.append(time.monotonic())

    killer = threading.Thread(target=kill)
    killer.start()
    result = found_on_cluster(texts)
    finished = time.monotonic()
    killer.join()
    assert killed and killed[0] < finished, "the run was over before the worker was killed"
    assert result == found_here(texts)
