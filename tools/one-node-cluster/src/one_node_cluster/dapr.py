"""Dapr's control plane on a cluster, by Dapr's own chart."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import yaml
from local_runtime import terminal
from local_runtime.provision.daprd import DAPR_VERSION

from one_node_cluster.cluster import Cluster

NAMESPACE: Final = "dapr-system"
REGISTRY: Final = "todo.local/dapr"
_PROGRAMS: Final = ("operator", "injector", "sentry", "placement", "scheduler", "daprd")
VALUES: Final = {
    "global": {
        "registry": REGISTRY,
        "tag": DAPR_VERSION,
        "imagePullPolicy": "Never",
        "seccompProfile": "RuntimeDefault",
        "ha": {"enabled": False},
        "mtls": {"enabled": True},
    },
    "dapr_sidecar_injector": {
        "sidecarImagePullPolicy": "Never",
        "sidecarDropALLCapabilities": True,  # the chart's default is refused by restricted pod security
        "webhookFailurePolicy": "Fail",  # else pods start without a sidecar while the injector is away
        "namespaceSelector": {
            "matchExpressions": [
                {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["kube-system", NAMESPACE]}
            ]
        },
    },
    # There is no class of storage here to keep the scheduler's own store on.
    "dapr_scheduler": {"cluster": {"inMemoryStorage": True}},
}


def load_images(cluster: Cluster) -> None:
    """Have the images of the control plane and of the sidecar on the node."""
    for name in _PROGRAMS:
        cluster.load_program(f"{REGISTRY}/{name}:{DAPR_VERSION}", Path(cluster.programs.path(f"dapr/{name}")))


def install(cluster: Cluster, chart: Path) -> None:
    """Install the chart and wait until each of its pods is ready."""
    began = time.monotonic()
    values = cluster.place.folder / "dapr-values.yaml"
    values.write_text(yaml.safe_dump(VALUES))
    words = ["--namespace", NAMESPACE, "--create-namespace", "--values", str(values), "--wait", "--timeout", "3m"]
    cluster.helm("upgrade", "--install", "dapr", str(chart), *words)
    terminal.report(f"Dapr {DAPR_VERSION} on the cluster", time.monotonic() - began)
