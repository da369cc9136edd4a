"""The programs of a cluster, built from pinned Go modules, and what Debian has of them.

A cold build takes about a quarter of an hour on two cores, most of it kube-apiserver.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local_runtime import terminal
from local_runtime.errors import PartMissingError
from local_runtime.layout import CLONE
from local_runtime.provision import cluster_tools, golang, tools
from local_runtime.provision.cache import Cache, fingerprint
from local_runtime.provision.daprd import DAPR_VERSION, daprd

KUBERNETES_VERSION: Final = "1.36.3"
TOOL: Final = CLONE / "tools" / "one-node-cluster"
_KUBERNETES: Final = (
    *("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "kubectl"),
)
_DAPR: Final = ("operator", "injector", "sentry", "placement", "scheduler")
_NAMED: Final = "k8s.io/component-base/version.git"
_VERSION: Final = " ".join(
    f"-X {_NAMED}{what}"
    for what in (
        f"Version=v{KUBERNETES_VERSION}",
        f"Major={KUBERNETES_VERSION.split('.')[0]}",
        f"Minor={KUBERNETES_VERSION.split('.')[1]}",
    )
)
_DAPR_VERSION: Final = (
    f"-X github.com/dapr/dapr/pkg/buildinfo.version={DAPR_VERSION}"
    f" -X github.com/dapr/kit/logger.DaprVersion={DAPR_VERSION}"
)
_PACKAGES: Final = {
    "containerd": "containerd",
    "runc": "runc",
    "nft": "nftables",
    "conntrack": "conntrack",
    "iptables": "iptables",
}
"""What a node runs beside Kubernetes: a program to look for, and the package of Debian that has it."""
CNI_PLUGINS: Final = Path("/usr/lib/cni")


@dataclass(frozen=True)
class Programs:
    """Where each program is, by its name: of Kubernetes, `etcd`, `coredns`, `pause`, `helm`; of Dapr as `dapr/NAME`."""

    paths: Mapping[str, Path]

    def path(self, name: str) -> str:
        """The file of a program, for a command line."""
        return str(self.paths[name])


def provide(cache: Cache) -> Programs:
    """Make what is absent, and say so; two provisionings at once make each program once."""
    paths: dict[str, Path] = {"helm": cluster_tools.helm(cache), "dapr/daprd": daprd(cache)}
    for name in _KUBERNETES:
        paths[name] = _built(cache, "kubernetes", f"k8s.io/kubernetes/cmd/{name}", name, _VERSION)
    paths["etcd"] = _built(cache, "etcd", "go.etcd.io/etcd/server/v3", "etcd")
    paths["coredns"] = _built(cache, "coredns", "github.com/coredns/coredns", "coredns")
    paths["pause"] = _built(cache, "pause", ".", "pause")
    for name in _DAPR:
        paths[f"dapr/{name}"] = _built(cache, "dapr", f"github.com/dapr/dapr/cmd/{name}", name, _DAPR_VERSION)
    return Programs(paths)


def require_node() -> None:
    """Have Debian's packages of a node installed; without root, or elsewhere, say what is missing."""
    missing = [package for program, package in _PACKAGES.items() if shutil.which(program, path=_path()) is None]
    if not (CNI_PLUGINS / "bridge").exists():
        missing.append("containernetworking-plugins")
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise PartMissingError(
            f"A node needs {', '.join(missing)}: install them, or run this as root where apt-get is."
        )
    began = time.monotonic()
    log = Cache(CLONE / ".run").log("node-packages")
    tools.run(["apt-get", "install", "-y", "--no-install-recommends", *missing], log)
    terminal.report("Debian's packages of a node", time.monotonic() - began)


def dapr_chart(cache: Cache) -> Path:
    """Dapr's own Helm chart, as its module has it, with its version written in."""

    def copy(folder: Path) -> None:
        chart = folder / "dapr"
        shutil.copytree(golang.sources(cache, "github.com/dapr/dapr", f"v{DAPR_VERSION}") / "charts" / "dapr", chart)
        for file in chart.rglob("*"):
            file.chmod(0o755 if file.is_dir() else 0o644)
        for file in chart.rglob("Chart.yaml"):
            file.write_text(file.read_text().replace("0.0.0", DAPR_VERSION))

    return cache.part("dapr-chart", fingerprint([TOOL / "dapr" / "go.sum"], DAPR_VERSION), copy) / "dapr"


def _built(cache: Cache, module: str, package: str, name: str, linking: str = "") -> Path:
    flags = ("-trimpath", "-buildvcs=false", "-ldflags", f"-s -w {linking}".strip())

    def build(folder: Path) -> None:
        began = time.monotonic()
        golang.build(cache, TOOL / module, package, flags, folder / name)
        terminal.report(f"building {name}", time.monotonic() - began)

    sources = [file for file in (TOOL / module).iterdir() if file.is_file()]
    key = fingerprint(sources, package, *flags, sys.platform, os.uname().machine)
    return cache.part(f"cluster-{module}-{name}", key, build) / name


def _path() -> str:
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
