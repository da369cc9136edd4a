"""Renders the chart as it is deployed to each environment; `python -m tests.deploy.chart` writes the golden renders."""

from __future__ import annotations

import difflib
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from local_runtime import layout
from local_runtime.provision import cluster_tools
from local_runtime.provision.cache import Cache
from local_runtime.provision.custom_schemas import ValueLoader

Document = dict[str, Any]
CHART = layout.CHART
GOLDEN = CHART / "golden"
ENVIRONMENTS = ("local", "dev", "staging", "prod")
CLOUDS = ("aks", "gke", "oke", "eks")
APPS = ("frontend", "backend", "relay", "recurring", "notification", "audit")
DEPLOYED = (*ENVIRONMENTS, *(f"prod-{cloud}" for cloud in CLOUDS))
"""What the golden renders show: every environment, and production on every cloud."""
DIGESTS = tuple(f"{app}.image.digest=sha256:{number:064x}" for number, app in enumerate(APPS, start=1))
"""As a pipeline sets them."""
LEAST = ("postgres.direct.host=db", "kafka.brokers=kafka:9093")
"""What the chart cannot do without, beside its defaults."""
MAIL = (
    *("monitoring.enabled=true", "monitoring.mail.onCall=night@example.com", "monitoring.mail.from=todo@example.com"),
    *("monitoring.mail.smarthost=mail.example.com:587", "monitoring.mail.user=todo"),
)
"""What the chart needs to make routes of alerts."""


@dataclass(frozen=True)
class Rendered:
    """All objects of one render."""

    documents: tuple[Document, ...]

    def of(self, kind: str) -> dict[str, Document]:
        """Objects of a kind by name."""
        return {d["metadata"]["name"]: d for d in self.documents if d["kind"] == kind}

    def component(self, name: str) -> dict[str, Any]:
        """The metadata of a Dapr component: each value, or the name of the variable that it comes from."""
        entries = self.of("Component")[name]["spec"]["metadata"]
        return {entry["name"]: entry.get("value", entry.get("envRef")) for entry in entries}

    def pods(self) -> dict[str, Document]:
        """The pod template of everything that runs containers, by kind and name."""
        running = [d for d in self.documents if d["kind"] in {"Deployment", "Job", "StatefulSet", "CronJob"}]
        return {f"{d['kind']}/{d['metadata']['name']}": d["spec"]["template"] for d in running}


@cache
def helm() -> str:
    """The pinned helm."""
    return str(cluster_tools.helm(Cache(layout.cache_folder())))


def values_of(name: str) -> list[Path]:
    """The values files of `prod-aks`, in the order in which they are laid over each other."""
    return [CHART / f"values-{part}.yaml" for part in name.split("-")]


@cache
def text(name: str, *sets: str) -> str:
    """What helm makes for an environment, with these values besides."""
    done = template(values_of(name), (*DIGESTS, *sets))
    assert done.returncode == 0, done.stderr
    return done.stdout


def rendered(name: str, *sets: str) -> Rendered:
    """The same, read."""
    return Rendered(tuple(d for d in yaml.load_all(text(name, *sets), ValueLoader) if d))


def template(files: Iterable[Path], sets: Iterable[str] = (), where: Path = CHART) -> subprocess.CompletedProcess[str]:
    """Run `helm template`."""
    command = [helm(), "template", "todo-app", str(where), "--namespace", "todo-app"]
    command += [part for file in files for part in ("--values", str(file))]
    command += [part for pair in sets for part in ("--set", pair)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def refusal(*sets: str) -> str:
    """What the operator reads who sets this; fails when the chart takes it."""
    done = template([], (*LEAST, *sets))
    assert done.returncode != 0, f"the chart takes {sets}"
    return done.stderr


def golden() -> dict[str, str]:
    """File name below `golden` → content: production whole, all others by what differs from it."""
    whole = text("prod")
    files = {"prod.yaml": whole}
    for name in DEPLOYED:
        if name != "prod":
            lines = difflib.unified_diff(whole.splitlines(), text(name).splitlines(), "prod", name, n=4, lineterm="")
            files[f"{name}.diff"] = "\n".join(lines) + "\n"
    return files


def main() -> None:
    """Write them."""
    GOLDEN.mkdir(exist_ok=True)
    for name, content in golden().items():
        (GOLDEN / name).write_text(content)


if __name__ == "__main__":
    main()
