"""Where a cluster keeps what it writes, and the addresses and ports that it takes on this machine."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from pathlib import Path

import psutil

API_PORT = 26443
ETCD_PORT = 26379
ETCD_PEER_PORT = 26380
KUBELET_PORT = 10250
SERVICES = "10.96.0.0/16"
API_SERVICE = "10.96.0.1"
DNS_SERVICE = "10.96.0.10"
PODS = "10.244.0.0/24"
DOMAIN = "cluster.local"
NODE = "here"


@dataclass(frozen=True)
class Place:
    """The folder of a cluster and the address of its node."""

    folder: Path
    address: str

    @property
    def api(self) -> str:
        """Where the API server answers."""
        return f"https://{self.address}:{API_PORT}"

    @property
    def certificates(self) -> Path:
        """The authority's folder."""
        return self.folder / "pki"

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.folder / "logs"

    @property
    def containerd_socket(self) -> Path:
        """Short, for the names of sockets are bounded."""
        return Path("/run/one-node-cluster/containerd.sock")


def address_of_this_machine() -> str:
    """An IPv4 address that pods can reach: a loopback address is none."""
    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            if one.family != socket.AF_INET:
                continue
            if not ipaddress.ip_address(one.address).is_loopback and one.address not in _taken():
                return one.address
    raise OSError("This machine has no address but its loopback's: a node needs one that pods can reach.")


def _taken() -> set[str]:
    """Addresses of bridges that a cluster left behind."""
    return {str(next(ipaddress.ip_network(PODS).hosts()))}
