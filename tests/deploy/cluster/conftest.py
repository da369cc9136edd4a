"""One real cluster for all tests of steps 4 and 6: control plane, node, names, Dapr's control plane with mutual TLS."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from local_runtime import layout
from local_runtime.keys import Keys
from local_runtime.provision.cache import Cache
from one_node_cluster import dapr, programs
from one_node_cluster.cluster import Cluster
from one_node_cluster.place import Place, address_of_this_machine

from tests.deploy.cluster.installed import Installed, load_images, stand_on


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    if os.geteuid() != 0:
        pytest.skip("a node needs root: containers, network namespaces and mounts are made")
    cache = Cache(layout.cache_folder())
    cluster = Cluster(Place(layout.RUN / "cluster", address_of_this_machine()), programs.provide(cache))
    try:
        cluster.start_control_plane()
        cluster.start_node()
        dapr.load_images(cluster)
        dapr.install(cluster, programs.dapr_chart(cache))
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def installed(cluster: Cluster) -> Installed:
    """The platform on the cluster, installed once by its chart."""
    load_images(cluster, Cache(layout.cache_folder()))
    release = Installed(cluster, Keys(cluster.place.folder / "keys"))
    stand_on(cluster, release.keys)
    release.upgrade()
    return release
