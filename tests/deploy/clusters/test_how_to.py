"""What people copy out of the pages is well-formed: shell that parses, Terraform that has the module's inputs."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from local_runtime import layout

from tests.deploy.clusters.terraform import CLUSTERS, terraform

pytestmark = pytest.mark.step1
PAGES = {
    "aks": "cluster-on-azure.md",
    "gke": "cluster-on-google.md",
    "oke": "cluster-on-oracle.md",
    "eks": "cluster-on-aws.md",
}
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    return [text for said, text in _BLOCK.findall(page.read_text()) if said == language]


def page(cloud: str) -> Path:
    return layout.CLONE / "docs" / "how-to" / PAGES[cloud]


@pytest.mark.parametrize("name", [*PAGES.values(), "deploy-with-gitops.md", "release.md"])
def test_shell_parses(name: str) -> None:
    for text in blocks(layout.CLONE / "docs" / "how-to" / name, ""):
        ended = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, f"{ended.stderr}\n{text}"


@pytest.mark.parametrize("cloud", PAGES)
def test_terraform_is_formatted_and_calls_the_module_by_its_inputs(cloud: str) -> None:
    program = terraform()
    if program is None:
        pytest.skip("Terraform is not installed: the snippets of the pages were not checked")
    inputs = re.findall(
        r'^variable "(\w+)" \{(.*?)^\}', (CLUSTERS / cloud / "variables.tf").read_text(), re.MULTILINE | re.DOTALL
    )
    required = {name for name, text in inputs if "default " not in text}
    [text] = blocks(page(cloud), "hcl")
    ended = subprocess.run(
        [program, "fmt", "-no-color", "-check", "-diff", "-"], input=text, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    [call] = re.findall(r'module "cluster" \{(.*?)^\}', text, re.MULTILINE | re.DOTALL)
    given = set(re.findall(r"^  (\w+) +=", call, re.MULTILINE)) - {"source"}
    assert required <= given <= {name for name, _ in inputs}


@pytest.mark.parametrize("cloud", PAGES)
def test_a_page_says_that_it_was_not_run(cloud: str) -> None:
    assert "**Not run here**" in page(cloud).read_text()


def test_every_image_of_the_chart_has_its_place_in_the_registry() -> None:
    chart = (layout.CLONE / "helm" / "todo-app" / "values.yaml").read_text()
    pushed = re.search(r"value += \[(.*)\]", (CLUSTERS / "facts" / "main.tf").read_text())
    assert pushed
    assert set(re.findall(r'"([\w-]+)"', pushed[1])) == set(re.findall(r"repository: ([\w-]+)", chart))
