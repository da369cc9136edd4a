"""The modules are well-formed, know only arguments that their providers have, and keep their promises under mocks."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator

import pytest

from tests.deploy.clusters.extract_schemas import used
from tests.deploy.clusters.terraform import CLOUDS, CLUSTERS, SCHEMAS, Workplace, terraform

pytestmark = pytest.mark.step2


def test_everything_is_formatted() -> None:
    program = terraform()
    if program is None:
        pytest.skip("Terraform is not installed: its format was not checked")
    found = subprocess.run(
        [program, "fmt", "-check", "-recursive", str(CLUSTERS)], capture_output=True, text=True, check=False
    )
    assert found.stdout.split() == []


def test_the_pure_module(workplace: Workplace) -> None:
    assert workplace.run("facts", "init", "-input=false", "-no-color").returncode == 0
    ended = workplace.run("facts", "test", "-no-color")
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_module_is_valid_and_keeps_its_promises(workplace: Workplace, cloud: str) -> None:
    for words in (["init", "-input=false"], ["validate"], ["test"]):
        ended = workplace.run(cloud, *words, "-no-color")
        assert ended.returncode == 0, ended.stdout + ended.stderr


def test_an_argument_that_a_provider_does_not_have_is_seen(workplace: Workplace) -> None:
    assert workplace.run("gke", "init", "-input=false", "-no-color").returncode == 0
    spoilt = workplace.modules / "gke" / "spoilt.tf"
    spoilt.write_text('resource "google_storage_bucket" "spoilt" {\n  name = "x"\n  locaton = "EU"\n}\n')
    try:
        said = workplace.run("gke", "validate", "-no-color").stderr
    finally:
        spoilt.unlink()
    assert 'The argument "location" is required' in said
    assert '"locaton" is not expected here' in said


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_pinned_provider_is_the_one_whose_schema_we_have(cloud: str) -> None:
    pinned = re.search(r'version = "~> (\d+\.\d+)"', (CLUSTERS / cloud / "versions.tf").read_text())
    known = json.loads((SCHEMAS / f"{CLOUDS[cloud]}.json").read_text())["version"]
    assert pinned
    assert known.startswith(f"{pinned[1]}.")


def test_the_schemas_are_of_what_is_used_and_nothing_else() -> None:
    """After a resource was added or taken away: extract_schemas."""
    known = {one for provider in CLOUDS.values() for one in names(provider)}
    assert known == used()


def names(provider: str) -> Iterator[tuple[str, str]]:
    schema = json.loads((SCHEMAS / f"{provider}.json").read_text())
    yield from ((kind, name) for kind in ("resource", "data") for name in schema[kind])
