"""A cluster: its processes, and the two command lines that everybody knows, kubectl and helm."""

from __future__ import annotations

import datetime as dt
import json
import os
import ssl
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import httpx
from local_runtime import terminal
from local_runtime.platform.process import last_lines
from local_runtime.platform.supervisor import Supervisor

from one_node_cluster import control_plane, leftovers, names, node
from one_node_cluster import place as where
from one_node_cluster.authority import Authority
from one_node_cluster.errors import CommandFailedError, NotReadyError
from one_node_cluster.images import write_image
from one_node_cluster.place import Place
from one_node_cluster.programs import Programs, require_node

_PATIENCE: Final = 90.0
_ENDING: Final = 10.0


class Cluster:
    """One control plane and, when it is asked for, one node. Everything ends with the process that made it."""

    def __init__(self, place: Place, programs: Programs) -> None:
        self.place, self.programs = place, programs
        self._supervisor = Supervisor()
        self._authority: Authority | None = None
        self._node = False

    def start_control_plane(self) -> None:
        """Bring up etcd, the API server, controllers and scheduler, empty; return when they answer."""
        began = time.monotonic()
        leftovers.clear(self.place)
        self.place.folder.mkdir(parents=True, exist_ok=True)
        self._authority = Authority(self.place.certificates, dt.datetime.now(dt.UTC))
        control_plane.write_certificates(self.place, self._authority)
        store = control_plane.etcd(self.place, self.programs)
        self._supervisor.start(store)
        self._until("etcd", lambda: _answers(f"http://127.0.0.1:{where.ETCD_PORT}/health", None))
        self._supervisor.start(control_plane.api_server(self.place, self.programs))
        trusted = ssl.create_default_context(cafile=str(self.place.certificates / "ca.crt"))
        self._until("kube-apiserver", lambda: _answers(f"{self.place.api}/readyz", trusted))
        self._supervisor.start(*control_plane.controllers(self.place, self.programs))
        # A namespace has its default service account as soon as the controllers work.
        self._until("kube-controller-manager", lambda: bool(self.find("serviceaccount", "default")))
        terminal.report("control plane", time.monotonic() - began)

    def start_node(self) -> None:
        """Make this machine its node, with names of Services; return when it is Ready and names are answered."""
        began = time.monotonic()
        require_node()
        assert self._authority is not None, "the control plane comes first"  # noqa: S101 - a mistake of the caller
        node.write_configuration(self.place, self._authority)
        self._node = True
        self._supervisor.start(node.containerd(self.place))
        self._until("containerd", self.place.containerd_socket.exists)
        for name, program in (("pause", "pause"), ("coredns", "coredns")):
            self.load_program(f"todo.local/{name}:1", Path(self.programs.path(program)))
        self._supervisor.start(*node.kubelet_and_proxy(self.place, self.programs))
        self._until("kubelet", self._node_is_ready)
        self.apply(names.objects())
        self.kubectl("rollout", "status", "deployment/coredns", "-n", "kube-system", "--timeout=60s")
        terminal.report("node", time.monotonic() - began)

    def load_program(self, image: str, program: Path) -> None:
        """Have an image with this static program alone on the node."""
        archive = self.place.folder / f"{image.replace('/', '_').replace(':', '_')}.tar"
        write_image(archive, image, program)
        self.load(archive)
        archive.unlink()

    def load(self, archive: Path) -> None:
        """Have the images of an archive (`podman save`, `docker save`) on the node."""
        socket = str(self.place.containerd_socket)
        self._run(["ctr", "-a", socket, "-n", "k8s.io", "images", "import", str(archive)])

    def kubectl(self, *words: str, given: str | None = None) -> str:
        """Run kubectl as the cluster's administrator and return what it said; raises CommandFailedError."""
        return self._run([self.programs.path("kubectl"), *words], given)

    def helm(self, *words: str) -> str:
        """Run helm, in the same way."""
        return self._run([self.programs.path("helm"), *words])

    def apply(self, objects: Iterable[dict[str, Any]], *words: str) -> str:
        """Apply objects on the server's side."""
        listed = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        return self.kubectl("apply", "--server-side", "--force-conflicts", *words, "-f", "-", given=json.dumps(listed))

    def find(self, kind: str, name: str, namespace: str = "default") -> dict[str, Any]:
        """An object, or {} when there is none."""
        said = self.kubectl("get", kind, name, "-n", namespace, "--ignore-not-found", "-o", "json")
        return json.loads(said) if said.strip() else {}

    def list(self, kind: str, namespace: str, *words: str) -> Sequence[dict[str, Any]]:
        """Every object of a kind in a namespace; `words` may select."""
        return json.loads(self.kubectl("get", kind, "-n", namespace, "-o", "json", *words))["items"]

    def stop(self) -> None:
        """End every process and container, and take away what they left on the machine."""
        self._supervisor.stop(["kubelet", "kube-proxy"], _ENDING)
        if self._node:
            leftovers.end_containers(self.place)
        self._supervisor.stop(list(self._supervisor.states()), _ENDING)
        self._supervisor.close()
        leftovers.clear(self.place)

    def _node_is_ready(self) -> bool:
        found = self.find("node", where.NODE).get("status", {}).get("conditions", [])
        return any(one["type"] == "Ready" and one["status"] == "True" for one in found)

    def _until(self, name: str, fact: Callable[[], bool]) -> None:
        give_up = time.monotonic() + _PATIENCE
        while time.monotonic() < give_up:
            try:
                if fact():
                    return
            except (CommandFailedError, OSError):
                pass
            time.sleep(0.1)
        raise NotReadyError(
            f"{name} is not ready after {_PATIENCE:.0f} s:\n{last_lines(self.place.logs / f'{name}.log')}"
        )

    def _run(self, command: Sequence[str], given: str | None = None) -> str:
        kept = self.place.folder / "helm"
        env = {
            **os.environ,
            "KUBECONFIG": str(self.place.certificates / "admin.yaml"),
            **{name: str(kept) for name in ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME")},
        }
        ended = subprocess.run(command, input=given, capture_output=True, text=True, check=False, env=env, timeout=600)
        if ended.returncode != 0:
            raise CommandFailedError(f"{Path(command[0]).name} {' '.join(command[1:4])}: {ended.stderr.strip()}")
        return ended.stdout


def _answers(url: str, trusted: ssl.SSLContext | None) -> bool:
    try:
        return httpx.get(url, verify=trusted or False, timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False
