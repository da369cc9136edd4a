"""Flux takes a release back that is not rolled out in time: the time has to hold the trial of a canary's every turn."""

from __future__ import annotations

import pytest
import yaml

from tests.deploy.gitops import stacks
from tests.deploy.workflows.files import script

pytestmark = pytest.mark.step1
ENVIRONMENTS = sorted(folder.name for folder in stacks.ENVIRONMENTS.iterdir() if folder.is_dir())
START_SECONDS = 300
"""Besides the trial: for images, migrations and starting."""
rolled_out = script("rolled_out")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_gives_its_roll_out_the_time_that_it_takes(environment: str) -> None:
    given = stacks.environment(environment)["rollout_timeout"]
    assert _seconds(given) >= START_SECONDS + trial(environment, stacks.environment(environment)["rollout"])


@pytest.mark.parametrize(("kind", "seconds"), [("rolling", 0), ("blue-green", 300), ("canary", 10 * 300)])
def test_the_trial_counts_as_many_pods_as_there_may_be(kind: str, seconds: int) -> None:
    assert trial("production", kind) == seconds


def trial(environment: str, kind: str) -> float:
    """How many seconds the new pods of this way are on trial when every app has all the pods that it may have."""
    helm = stacks.applications((environment, "gke"))["todo-app"]["spec"]["source"]["helm"]
    values = {**helm["valuesObject"], "image": {"registry": "r", "requireDigests": False}, "rollout": {"kind": kind}}
    files = [stacks.CHART / name for name in helm["valueFiles"]]
    made = stacks.helm_template(stacks.CHART, yaml.safe_dump(values), *files)
    most = {
        item["spec"]["scaleTargetRef"]["name"]: item["spec"].get("maxReplicas") or item["spec"]["maxReplicaCount"]
        for item in made
        if item["kind"] in {"HorizontalPodAutoscaler", "ScaledObject"}
    }
    deployments = {item["metadata"]["name"]: item["spec"] for item in made if item["kind"] == "Deployment"}
    full = [{"spec": {**spec, "replicas": most.get(app, spec.get("replicas", 1))}} for app, spec in deployments.items()]
    return rolled_out.trial_seconds(full)


def _seconds(text: str) -> int:
    return int(text[:-1]) * {"s": 1, "m": 60, "h": 3600}[text[-1]]
