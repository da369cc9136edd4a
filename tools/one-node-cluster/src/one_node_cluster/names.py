"""CoreDNS: the names of Services, and nothing beyond the cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from one_node_cluster import place as where

_LABELS: Final = {"app": "coredns"}
# `template` answers before `kubernetes` would: everything else is a block of its own.
_COREFILE: Final = f"""{where.DOMAIN}:5353 in-addr.arpa:5353 ip6.arpa:5353 {{
  errors
  health :8080
  ready :8181
  kubernetes {where.DOMAIN} in-addr.arpa ip6.arpa
}}
.:5353 {{
  template ANY ANY {{
    rcode NXDOMAIN
  }}
}}
"""


def objects() -> Sequence[dict[str, Any]]:
    """Everything that makes names work, to be applied."""
    account = {"kind": "ServiceAccount", "name": "coredns", "namespace": "kube-system"}
    reads = [
        {"apiGroups": [""], "resources": ["endpoints", "services", "pods", "namespaces"], "verbs": ["list", "watch"]},
        {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["list", "watch"]},
    ]
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "coredns"}
    return [
        _named("v1", "ServiceAccount"),
        {"apiVersion": "rbac.authorization.k8s.io/v1", **_cluster("ClusterRole"), "rules": reads},
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            **_cluster("ClusterRoleBinding"),
            "roleRef": role,
            "subjects": [account],
        },
        {**_named("v1", "ConfigMap"), "data": {"Corefile": _COREFILE}},
        _deployment(),
        _service(),
    ]


def _deployment() -> dict[str, Any]:
    container = {
        "name": "coredns",
        "image": "todo.local/coredns:1",
        "imagePullPolicy": "Never",
        "args": ["-conf", "/etc/coredns/Corefile"],
        "volumeMounts": [{"name": "configuration", "mountPath": "/etc/coredns"}],
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 8181}, "periodSeconds": 1},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    pod = {
        "serviceAccountName": "coredns",
        "dnsPolicy": "Default",
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container],
        "volumes": [{"name": "configuration", "configMap": {"name": "coredns"}}],
    }
    template = {"metadata": {"labels": _LABELS}, "spec": pod}
    return {**_named("apps/v1", "Deployment"), "spec": {"selector": {"matchLabels": _LABELS}, "template": template}}


def _service() -> dict[str, Any]:
    ports = [
        {"name": "dns", "port": 53, "targetPort": 5353, "protocol": "UDP"},
        {"name": "dns-tcp", "port": 53, "targetPort": 5353, "protocol": "TCP"},
    ]
    spec = {"clusterIP": where.DNS_SERVICE, "selector": _LABELS, "ports": ports}
    return {**_named("v1", "Service"), "metadata": {"name": "kube-dns", "namespace": "kube-system"}, "spec": spec}


def _named(version: str, kind: str) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "coredns", "namespace": "kube-system"}}


def _cluster(kind: str) -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": "coredns"}}
