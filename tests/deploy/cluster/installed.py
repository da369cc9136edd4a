"""The platform on the cluster: its images loaded, what it stands on made, its chart installed, its doors forwarded."""

from __future__ import annotations

import socket
import subprocess
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from local_runtime.containers import images, stand_ins
from local_runtime.containers.engine import engine
from local_runtime.keys import Keys
from local_runtime.layout import CLONE
from local_runtime.provision.cache import Cache
from one_node_cluster.cluster import Cluster

from tests.deploy.cluster import surroundings
from tests.people import Person, eventually

CHART = CLONE / "helm" / "todo-app"
RELEASE = "todo-app"
REGISTRY, TAG = "todo.local", "test"
DEPLOYMENTS = (
    *("todo-frontend", "todo-backend", "todo-relay"),
    *("recurring-task-service", "notification-service", "audit-service"),
)


@dataclass(frozen=True)
class Installed:
    """A release that runs."""

    cluster: Cluster
    keys: Keys

    def upgrade(self, *words: str, wait: str = "4m") -> str:
        """Run `helm upgrade` with the values of a laptop's cluster, these words over them, and wait."""
        values = CHART / "values-local.yaml"
        given = {
            "image.registry": REGISTRY,
            "image.tag": TAG,
            "postgres.direct.host": surroundings.POSTGRES,
            "kafka.brokers": surroundings.BROKER,
            "audit.seals.existingClaim": surroundings.SEALS_CLAIM,
        }
        settings = [word for key, value in given.items() for word in ("--set", f"{key}={value}")]
        where = ["--namespace", surroundings.APPS_NAMESPACE, "--wait", "--timeout", wait]
        return self.cluster.helm(
            "upgrade", "--install", RELEASE, str(CHART), "-f", str(values), *settings, *where, *words
        )

    def roll_back(self) -> None:
        """Run `helm rollback` to the release before this one, and wait."""
        where = ["--namespace", surroundings.APPS_NAMESPACE, "--wait", "--timeout", "2m"]
        self.cluster.helm("rollback", RELEASE, *where)

    def kubectl(self, *words: str) -> str:
        """Run kubectl in the app's namespace."""
        return self.cluster.kubectl("-n", surroundings.APPS_NAMESPACE, *words)

    def serves(self) -> None:
        """Fail unless somebody new can sign up and read an empty list."""
        with self.forwarded("service/todo-backend", 80) as url:
            assert Person.sign_up(url, timeout=30).tasks() == []

    @contextmanager
    def forwarded(self, what: str, port: int) -> Generator[str]:
        """An address on this machine's loopback that leads to a port of `service/NAME` or `pod/NAME`."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ours = free.getsockname()[1]
        command = [self.cluster.programs.path("kubectl"), "-n", surroundings.APPS_NAMESPACE, "port-forward"]
        config = ["--kubeconfig", str(self.cluster.place.certificates / "admin.yaml")]
        forwarding = subprocess.Popen(
            [*command, *config, what, f"{ours}:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            url = f"http://127.0.0.1:{ours}"
            eventually(lambda: _answers(url))
            yield url
        finally:
            forwarding.terminate()
            forwarding.wait(10)


def load_images(cluster: Cluster, cache: Cache) -> None:
    """Build every image from this checkout, with stand-ins for what only a registry has, and have them on the node."""
    with engine(cache) as docker, tempfile.TemporaryDirectory(dir=cache.root) as folder:
        bases = stand_ins.make(docker, cache)
        built = images.build(docker, cache, bases, tag=TAG, registry=REGISTRY)
        names = [image.name for image in built if not image.name.endswith(f"/daprd:{TAG}")]
        for number, name in enumerate([*names, stand_ins.POSTGRES, stand_ins.KAFKA]):
            archive = Path(folder) / f"{number}.tar"
            docker.run("save", "-o", archive, name)
            cluster.load(archive)
            archive.unlink()


def stand_on(cluster: Cluster, keys: Keys) -> None:
    """Make what an operator makes before the chart, and wait until database and topics are there."""
    keys.make_all(5432)
    cluster.apply(surroundings.namespaces())
    cluster.apply(surroundings.secrets(keys))
    cluster.apply(surroundings.servers(keys, f"docker.io/{stand_ins.POSTGRES}", f"docker.io/{stand_ins.KAFKA}"))
    cluster.apply(surroundings.disk_of_seals(cluster.place.folder / "seals"))
    data = ("-n", surroundings.DATA_NAMESPACE, "--timeout=120s")
    for name in ("postgres", "kafka"):
        cluster.kubectl("rollout", "status", f"deployment/{name}", *data)
    cluster.apply([surroundings.setup(f"{REGISTRY}/todo-setup:{TAG}")])
    cluster.kubectl("wait", "--for=condition=complete", "job/setup", *data)


def pods(installed: Installed, app: str) -> Sequence[str]:
    """The names of an app's pods that are not on their way out."""
    found = installed.cluster.list("pod", surroundings.APPS_NAMESPACE, "-l", f"app.kubernetes.io/name={app}")
    return [pod["metadata"]["name"] for pod in found if "deletionTimestamp" not in pod["metadata"]]


def _answers(url: str) -> bool:
    try:
        httpx.get(url, timeout=2, trust_env=False)
    except httpx.HTTPError:
        return False
    return True
