"""A cluster moves to another cloud by changing the source of its module; what GitOps reads is what Terraform tells."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.deploy.clusters.terraform import CLOUDS, CLUSTERS
from tests.deploy.gitops import stacks

pytestmark = pytest.mark.step1
_OUTPUT = re.compile(r'^output "(\w+)" \{\n  description = "(.+)"$', re.MULTILINE)
_KNOWN = re.compile(r"^    (\w+) +=", re.MULTILINE)


def text(cloud: str, name: str) -> str:
    return (CLUSTERS / cloud / name).read_text()


@pytest.mark.parametrize("cloud", CLOUDS)
def test_inputs_are_the_same(cloud: str) -> None:
    assert text(cloud, "variables.tf") == text("aks", "variables.tf")


@pytest.mark.parametrize("cloud", CLOUDS)
def test_outputs_are_the_same(cloud: str) -> None:
    outputs = _OUTPUT.findall(text(cloud, "outputs.tf"))
    assert len(outputs) == 10
    assert outputs == _OUTPUT.findall(text("aks", "outputs.tf"))


def test_every_variable_that_can_be_wrong_is_checked() -> None:
    blocks = text("aks", "variables.tf").split('\nvariable "')[1:]
    unchecked = {block.partition('"')[0] for block in blocks if "validation {" not in block}
    assert unchecked == {"region", "smallest", "protect"}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_cloud_tells_every_fact_that_gitops_reads(cloud: str) -> None:
    known = set(_KNOWN.findall(text(cloud, "facts.tf")))
    assert known | {"account", "domain", "region"} == set(stacks.FACTS)


def test_who_may_do_what_is_who_gitops_installs() -> None:
    accounts = re.findall(r'(\w+) += \{ namespace = "([\w-]+)", name = "([\w-]+)" \}', text("facts", "main.tf"))
    made = stacks.applications(("production", "gke"))
    for who, namespace, name in accounts:
        if who == "backup":
            continue  # an account of the chart
        component = made[who.replace("_", "-")]["spec"]
        assert (component["destination"]["namespace"], component["source"]["helm"]["releaseName"]) == (namespace, name)


def test_the_name_of_a_cluster_is_one_that_its_project_may_reach() -> None:
    assert 'cluster = "${var.name}-${var.environment}-${var.cloud}"' in text("facts", "main.tf")
    for environment, cloud in stacks.TARGETS:
        spec = stacks.one(stacks.ARGO / "apps" / "projects", "AppProject", environment)["spec"]
        assert {place["name"] for place in spec["destinations"]} == {f"*-{environment}-*"}, cloud


@pytest.mark.parametrize("cloud", CLOUDS)
def test_nothing_reads_a_static_key(cloud: str) -> None:
    written = "".join(file.read_text() for file in Path(CLUSTERS / cloud).glob("*.tf"))
    for word in ("google_service_account_key", "aws_iam_access_key", "admin_enabled          = true", "client_secret"):
        assert word not in written
