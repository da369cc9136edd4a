"""What a node leaves on a machine when it is gone: containers, mounts, network, cgroups, and settings of the kernel."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from one_node_cluster.node import with_sbin
from one_node_cluster.place import Place

_SETTINGS: Final = {"vm/overcommit_memory": "0", "kernel/panic": "0", "kernel/panic_on_oops": "0"}
"""What kubelet sets; the values are the kernel's own."""
_FIXED: Final = ("/var/lib/kubelet", "/var/log/containers", "/var/log/pods", "/run/one-node-cluster")
"""Folders that the node's programs write to, wherever the cluster lies."""


def end_containers(place: Place) -> None:
    """Kill every container of the node, while containerd still runs."""
    control = ["ctr", "-a", str(place.containerd_socket), "-n", "k8s.io"]
    for task in _said([*control, "tasks", "ls", "-q"]).split():
        _said([*control, "tasks", "rm", "-f", task])


def clear(place: Place) -> None:
    """Take away what is left of this or an earlier cluster at the place; harmless where there is none."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for shim in _shims(place):
            with contextlib.suppress(ProcessLookupError):
                os.kill(shim, number)
        _until_none(place)
    for mount in reversed(_mounts(place)):
        _said(["umount", "-l", mount])
    for namespace in _said(["ip", "netns", "list"]).splitlines():
        if namespace.startswith("cni-"):
            _said(["ip", "netns", "delete", namespace.split()[0]])
    if Path("/sys/class/net/cni0").exists():
        _said(["ip", "link", "delete", "cni0"])
        _said(["nft", "delete", "table", "ip", "kube-proxy"])
        _said(["nft", "delete", "table", "ip6", "kube-proxy"])
        _clear_iptables()
        for name, value in _SETTINGS.items():
            with contextlib.suppress(OSError):
                (Path("/proc/sys") / name).write_text(value)
    for cgroup in Path("/sys/fs/cgroup").glob("*/kubepods"):
        for folder in sorted((one for one in cgroup.rglob("*") if one.is_dir()), reverse=True):
            with contextlib.suppress(OSError):
                folder.rmdir()
        with contextlib.suppress(OSError):
            cgroup.rmdir()
    for folder in (place.folder, *map(Path, _FIXED)):
        shutil.rmtree(folder, ignore_errors=True)


def _clear_iptables() -> None:
    for table in ("nat", "filter", "mangle"):
        rules = _said(["iptables-save", "-t", table]).splitlines()
        ours = [line for line in rules if any(word in line for word in ("CNI-", "KUBE-"))]
        for line in ours:
            if line.startswith("-A"):
                _said(["iptables", "-t", table, "-D", *line.split(" -m comment", 1)[0].split()[1:]])
        for line in ours:
            if line.startswith(":"):
                chain = line[1:].split()[0]
                _said(["iptables", "-t", table, "-F", chain])
        for line in ours:
            if line.startswith(":"):
                _said(["iptables", "-t", table, "-X", line[1:].split()[0]])


def _shims(place: Place) -> list[int]:
    found: list[int] = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if words[0].endswith(b"containerd-shim-runc-v2") and str(place.containerd_socket).encode() in words:
                found.append(int(process.name))
    return found


def _until_none(place: Place) -> None:
    give_up = time.monotonic() + 3
    while _shims(place) and time.monotonic() < give_up:
        time.sleep(0.05)


def _mounts(place: Place) -> list[str]:
    below = (str(place.folder), *_FIXED)
    lines = Path("/proc/self/mounts").read_text().splitlines()
    return [where for where in (line.split()[1] for line in lines) if where.startswith(below)]


def _said(command: Sequence[str]) -> str:
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=60, env={**os.environ, "PATH": with_sbin()}
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ended.stdout
