"""A real API server takes everything that is rendered: admission, defaulting, and the rules of custom resources."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from local_runtime import layout
from local_runtime.provision import custom_schemas, golang
from local_runtime.provision.cache import Cache
from one_node_cluster.cluster import Cluster
from one_node_cluster.errors import CommandFailedError

from tests.deploy import chart
from tests.deploy.cluster import surroundings
from tests.people import eventually

pytestmark = [pytest.mark.step4, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def defined(cluster: Cluster) -> Cluster:
    """The cluster with the definitions of every custom resource that is deployed, and the namespaces of the app."""
    cache = Cache(layout.cache_folder())
    files = [file for one in custom_schemas.MODULES for file in _definitions(cache, *one)]
    for start in range(0, len(files), 20):
        words = [word for file in files[start : start + 20] for word in ("-f", str(file))]
        cluster.kubectl("apply", "--server-side", "--force-conflicts", *words)
    cluster.apply(surroundings.namespaces())
    return cluster


@pytest.mark.parametrize("name", chart.DEPLOYED)
def test_the_server_takes_every_object_of_the_chart(defined: Cluster, name: str) -> None:
    eventually(lambda: _taken(defined, chart.rendered(name).documents), 60)


def test_a_field_that_nobody_knows_is_refused(defined: Cluster) -> None:
    """The server is asked strictly: else the test above would prove little."""
    (first, *_) = [one for one in chart.rendered("prod-aks").documents if one["kind"] == "HorizontalPodAutoscaler"]
    wrong = {**first, "spec": {**first["spec"], "maxReplica": 3}}
    with pytest.raises(CommandFailedError, match="maxReplica"):
        _dry_run(defined, [wrong])


def _taken(cluster: Cluster, documents: Iterable[chart.Document]) -> str:
    try:
        return _dry_run(cluster, documents)
    except CommandFailedError as refused:
        if "no matches for kind" in str(refused) or "could not find the requested resource" in str(refused):
            return ""  # the definitions were just made
        raise


def _dry_run(cluster: Cluster, documents: Iterable[chart.Document]) -> str:
    """Restricted pod security warns of what it would refuse, and a warning is an error here."""
    given = yaml.safe_dump_all(documents)
    words = ("--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict", "--warnings-as-errors")
    return cluster.kubectl("apply", *words, "-f", "-", given=given)


def _definitions(cache: Cache, module: str, version: str, pattern: str) -> Iterable[Path]:
    return sorted(golang.sources(cache, module, version).glob(pattern))
