"""The node: containerd, kubelet and kube-proxy, configured for a machine with cgroup v1 and bounded limits."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import yaml
from local_runtime.platform.process import Spec

from one_node_cluster import place as where
from one_node_cluster.authority import Authority, Identity
from one_node_cluster.place import Place
from one_node_cluster.programs import CNI_PLUGINS, Programs

PAUSE_IMAGE: Final = "todo.local/pause:1"
_KUBELET: Final = Identity(f"system:node:{where.NODE}", "system:nodes")
_PROXY: Final = Identity("system:kube-proxy")
_CONTAINERD: Final = """version = 2
root = "{folder}/containerd"
state = "/run/one-node-cluster/state"
oom_score = 0
[grpc]
  address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  disable_hugetlb_controller = true
  tolerate_missing_hugetlb_controller = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{plugins}"
    conf_dir = "{folder}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
"""


def write_configuration(place: Place, authority: Authority) -> None:
    """Write the node's certificates and the files that its three programs read."""
    authority.issue("kubelet", _KUBELET, where.NODE, place.address)
    authority.kubeconfig("kubelet-client", _KUBELET, place.api)
    authority.kubeconfig("proxy", _PROXY, place.api)
    place.containerd_socket.parent.mkdir(parents=True, exist_ok=True)
    said = _CONTAINERD.format(
        folder=place.folder, socket=place.containerd_socket, pause=PAUSE_IMAGE, plugins=CNI_PLUGINS
    )
    (place.folder / "containerd.toml").write_text(said)
    network = place.folder / "cni" / "10-pods.conflist"
    network.parent.mkdir(parents=True, exist_ok=True)
    network.write_text(json.dumps(_network()))
    (place.folder / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    (place.folder / "kubelet.yaml").write_text(yaml.safe_dump(_kubelet(place)))
    (place.folder / "proxy.yaml").write_text(yaml.safe_dump(_proxy(place)))


def containerd(place: Place) -> Spec:
    """What runs containers."""
    return Spec(
        "containerd",
        ["containerd", "--config", str(place.folder / "containerd.toml")],
        place.logs / "containerd.log",
        env={"PATH": with_sbin()},
    )


def kubelet_and_proxy(place: Place, programs: Programs) -> Sequence[Spec]:
    """What makes this machine a node, and its Services reachable."""
    kubelet = [
        *(programs.path("kubelet"), "--config", str(place.folder / "kubelet.yaml")),
        *("--kubeconfig", str(place.certificates / "kubelet-client.yaml"), "--root-dir", str(place.folder / "kubelet")),
        *("--hostname-override", where.NODE, "--node-ip", place.address),
    ]
    proxy = [programs.path("kube-proxy"), "--config", str(place.folder / "proxy.yaml")]
    env = {"PATH": with_sbin()}
    return [
        Spec("kubelet", kubelet, place.logs / "kubelet.log", env=env),
        Spec("kube-proxy", proxy, place.logs / "kube-proxy.log", env=env),
    ]


def with_sbin() -> str:
    """The PATH on which Debian's tools of the network are found, whoever calls."""
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def _network() -> dict[str, object]:
    addresses = {"type": "host-local", "ranges": [[{"subnet": where.PODS}]], "routes": [{"dst": "0.0.0.0/0"}]}
    bridge = {"type": "bridge", "bridge": "cni0", "isGateway": True, "ipMasq": True, "hairpinMode": True}
    return {
        "cniVersion": "0.4.0",
        "name": "pods",
        "plugins": [
            {**bridge, "mtu": 1400, "ipam": addresses},
            {"type": "portmap", "capabilities": {"portMappings": True}},
            {
                "type": "firewall"
            },  # lets pods be forwarded to where another engine of containers drops what it does not know
        ],
    }


def _kubelet(place: Place) -> dict[str, object]:
    nothing = dict.fromkeys(("memory.available", "nodefs.available", "nodefs.inodesFree", "imagefs.available"), "0%")
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "failCgroupV1": False,
        "cgroupDriver": "cgroupfs",
        "containerRuntimeEndpoint": f"unix://{place.containerd_socket}",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(place.certificates / "ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(place.certificates / "kubelet.crt"),
        "tlsPrivateKeyFile": str(place.certificates / "kubelet.key"),
        "clusterDomain": where.DOMAIN,
        "clusterDNS": [where.DNS_SERVICE],
        "resolvConf": str(place.folder / "resolv.conf"),
        "oomScoreAdj": 0,
        "failSwapOn": False,
        "enforceNodeAllocatable": ["pods"],
        "evictionHard": nothing,
        "imageGCHighThresholdPercent": 100,  # an image that was imported cannot be pulled again
        "podLogsDir": str(_made(place.folder / "pod-logs")),
        "volumePluginDir": str(_made(place.folder / "volume-plugins")),
        "maxPods": 60,
    }


def _proxy(place: Place) -> dict[str, object]:
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "clientConnection": {"kubeconfig": str(place.certificates / "proxy.yaml")},
        "mode": "nftables",
        # A second between syncs, the usual, refuses the first pod after `helm --wait`.
        "nftables": {"minSyncPeriod": "100ms"},
        "conntrack": {"maxPerCore": 0},
        "oomScoreAdj": 0,
        "clusterCIDR": where.PODS,
        "hostnameOverride": where.NODE,
    }


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
