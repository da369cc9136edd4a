"""The cluster is real: it runs containers, refuses what restricted pod security refuses, and injects sidecars."""

from __future__ import annotations

from typing import Any

import pytest
from one_node_cluster.cluster import Cluster
from one_node_cluster.errors import CommandFailedError

from tests.people import eventually

pytestmark = [pytest.mark.step6, pytest.mark.timeout(600)]
NAMESPACE = "restricted"


@pytest.fixture(scope="module")
def restricted(cluster: Cluster) -> Cluster:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    cluster.apply([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}])
    eventually(lambda: cluster.find("serviceaccount", "default", NAMESPACE))
    return cluster


def test_a_pod_that_runs_as_root_is_refused(restricted: Cluster) -> None:
    with pytest.raises(CommandFailedError, match="violates PodSecurity"):
        restricted.apply([_pod("rooted", {"runAsNonRoot": False})])


def test_a_restricted_pod_gets_its_sidecar_and_both_are_ready(restricted: Cluster) -> None:
    annotations = {"dapr.io/enabled": "true", "dapr.io/app-id": "paused"}
    restricted.apply(
        [_pod("paused", {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}, annotations)]
    )
    eventually(lambda: _ready(restricted, "paused") == {"app": True, "daprd": True}, seconds=60)


def _ready(cluster: Cluster, name: str) -> dict[str, bool]:
    found = cluster.find("pod", name, NAMESPACE)
    return {one["name"]: one["ready"] for one in found.get("status", {}).get("containerStatuses", [])}


def _pod(name: str, security: dict[str, Any], annotations: dict[str, str] | None = None) -> dict[str, Any]:
    container = {
        "name": "app",
        "image": "todo.local/pause:1",
        "imagePullPolicy": "Never",
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": NAMESPACE, "annotations": annotations or {}},
        "spec": {"securityContext": security, "containers": [container]},
    }
