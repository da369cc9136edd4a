"""Wait until a cluster runs what an environment is to run: `rolled_out.py ENVIRONMENT [--seconds 1200]`.

The time on trial of a canary or of blue-green (docs/how-to/upgrade.md) is allowed besides.
Needs kubectl with the right to read deployments and pods of the namespace todo-app, and nothing more. Exit code 1 and
one sentence when Kubernetes gave a deployment up, or when time is up.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ENVIRONMENTS = Path(__file__).parents[2] / "k8s" / "gitops" / "environments"
NAMESPACE = "todo-app"
DEPLOYMENTS = {
    "frontend": "todo-frontend",
    "backend": "todo-backend",
    "relay": "todo-relay",
    "recurring": "recurring-task-service",
    "notification": "notification-service",
    "audit": "audit-service",
}
"""What the chart calls the deployment of each part that a release names."""
_IMAGE = re.compile(r"^ {4}([a-z]+): \{image: \{digest: (sha256:[0-9a-f]{64})\}\}$", re.MULTILINE)


class StuckError(Exception):
    """A deployment that Kubernetes gave up. The text says which."""


def unfinished(deployments: list[dict[str, Any]], images: dict[str, str]) -> list[str]:
    """What is not yet as `images` (part to digest) say, a phrase each; raise when Kubernetes gave one up."""
    found = {deployment["metadata"]["name"]: deployment for deployment in deployments}
    return [
        f"{DEPLOYMENTS[part]} {missing}"
        for part, digest in sorted(images.items())
        if (missing := _missing(found.get(DEPLOYMENTS[part]), digest))
    ]


def trial_seconds(deployments: list[dict[str, Any]]) -> float:
    """How long new pods are on trial at least, where the longest roll-out replaces one batch after another."""
    return max((_trial(deployment["spec"]) for deployment in deployments), default=0)


def _trial(spec: dict[str, Any]) -> float:
    wanted = spec.get("replicas", 1)
    surge = str(spec.get("strategy", {}).get("rollingUpdate", {}).get("maxSurge", "25%"))
    at_once = wanted * int(surge[:-1]) / 100 if surge.endswith("%") else int(surge)
    return math.ceil(wanted / max(1, math.ceil(at_once))) * float(spec.get("minReadySeconds", 0))


def _missing(deployment: dict[str, Any] | None, digest: str) -> str:
    if deployment is None:
        return "is not there"
    spec, status = deployment["spec"], deployment.get("status", {})
    if not any(container["image"].endswith(f"@{digest}") for container in spec["template"]["spec"]["containers"]):
        return "has another image"
    if status.get("observedGeneration", 0) < deployment["metadata"]["generation"]:
        return "was not looked at yet"
    for condition in status.get("conditions", []):
        if condition["type"] == "Progressing" and condition.get("reason") == "ProgressDeadlineExceeded":
            raise StuckError(f"{deployment['metadata']['name']} was given up: {condition.get('message', '')}")
    wanted = spec.get("replicas", 1)
    counts = {name: status.get(f"{name}Replicas", 0) for name in ("updated", "available")}
    if status.get("replicas", 0) == wanted and all(count == wanted for count in counts.values()):
        return ""
    return f"has {counts['updated']} new and {counts['available']} ready of {wanted}"


def main(words: list[str]) -> int:
    """Do what the command line says."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("environment")
    options.add_argument("--seconds", type=float, default=1200)
    chosen = options.parse_args(words)
    file = ENVIRONMENTS / chosen.environment / "release.yaml"
    images = dict(_IMAGE.findall(file.read_text())) if file.is_file() else {}
    if not images:
        print(f"Nothing was awaited: {chosen.environment} is to run nothing by digest.", file=sys.stderr)
        return 1
    started = time.monotonic()
    try:
        while missing := unfinished(found := _deployments(), images):
            patience = chosen.seconds + trial_seconds(found)
            if time.monotonic() > started + patience:
                raise StuckError(f"not within {patience:g} s: {'; '.join(missing)}")
            time.sleep(5)
    except StuckError as stuck:
        print(f"The roll-out did not end: {stuck}", file=sys.stderr)
        print(_reasons(), file=sys.stderr)
        return 1
    print(f"{chosen.environment} runs all {len(images)} parts of its release.")
    return 0


def _deployments() -> list[dict[str, Any]]:
    command = ["kubectl", "--namespace", NAMESPACE, "get", "deployments", "--output", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StuckError(f"the cluster does not answer: {done.stderr.strip()[-300:]}")
    found: list[dict[str, Any]] = json.loads(done.stdout)["items"]
    return found


def _reasons() -> str:
    command = ["kubectl", "--namespace", NAMESPACE, "get", "pods"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
