"""The cluster engine on a local Ray cluster of two workers. Slow: starting Ray takes seconds.

The run is a process of its own, as in life: Daft keeps one cluster per process.
"""

import json
import os
import subprocess
import sys
import time
from importlib.util import find_spec

import pytest

from zhiheng.screening.engine.normalise import normalise
from zhiheng.screening.engine.pairs import find_pairs
from zhiheng.screening.engine.settings import Settings
from zhiheng.screening.tests.texts import abstracts, edited

# Looked for, not loaded: it takes seconds, and every worker reads this file.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (find_spec("ray") and find_spec("daft")), reason="the extra `cluster` is not installed"
    ),
]

# Two groups of bands are put together as eight are, with a quarter of the shuffles.
RUN = """
import json, sys
from zhiheng.screening.engine import cluster
from zhiheng.screening.engine.cluster import find_pairs_on_cluster
from zhiheng.screening.tests.test_cluster_same_pairs import SETTINGS, as_lists, ids, normalise, texts
def tell(stage, finished, total): print(stage, flush=True)
cluster._BAND_GROUPS = 2
pairs, _, _ = find_pairs_on_cluster(normalise(texts()), ids(), SETTINGS, workers=2, progress=tell)
print(json.dumps(as_lists(pairs)))
"""
SETTINGS = Settings()


def texts() -> list[str]:
    found = abstracts(500)
    found += [edited(text, 0.1, n) for n, text in enumerate(found[:60])]
    return [*found, found[3], found[3], found[3], "水", ""]


def ids() -> list[str]:
    return [f"{n:05d}" for n in range(len(texts()))]


def as_lists(pairs) -> list[list]:
    return [
        [int(a), int(b), float(s), *map(int, row)]
        for a, b, s, row in zip(pairs.first, pairs.second, pairs.similarity, pairs.compared, strict=True)
    ]


@pytest.fixture(scope="module")
def two_workers():
    """One cluster for both tests: the second kills a worker of it."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        # A node that is gone is found gone after five looks: one a second.
        looks = {"health_check_period_ms": 1000}
        cluster = Cluster(
            initialize_head=True,
            head_node_args={"num_cpus": 0, "include_dashboard": False, "_system_config": looks},
        )
        nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
        yield cluster, nodes
        cluster.shutdown()


@pytest.fixture(scope="module")
def found_here() -> list[list]:
    return as_lists(find_pairs(normalise(texts()), ids(), SETTINGS, workers=2)[0])


def run_on(cluster, at_stage=lambda stage: None) -> tuple[list[str], list[list]]:
    """Stages as they were told, and the pairs."""
    environment = {**os.environ, "ZHIHENG_RAY_ADDRESS": cluster.address}
    stages = []
    with subprocess.Popen(
        [sys.executable, "-c", RUN], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout:
            if line.startswith("["):
                return stages, json.loads(line)
            stages.append(line.strip())
            at_stage(stages[-1])
    pytest.fail(f"the run ended with {process.returncode} after {stages}")


def test_two_workers_find_the_pairs_of_one_machine(two_workers, found_here):
    assert run_on(two_workers[0])[1] == found_here


def test_a_worker_killed_in_mid_run_changes_nothing(two_workers, found_here):
    cluster, nodes = two_workers

    def kill(stage: str) -> None:
        if stage == "查找候选" and nodes[0] in cluster.worker_nodes:
            time.sleep(0.5)  # into the shuffle, with part of what it needs on the node that goes
            cluster.remove_node(nodes[0], allow_graceful=False)

    stages, pairs = run_on(cluster, kill)
    assert nodes[0] not in cluster.worker_nodes and "逐段比对" in stages
    assert pairs == found_here
