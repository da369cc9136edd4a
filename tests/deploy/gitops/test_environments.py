"""Every environment on every cloud has its values, and what CI writes is what the chart reads."""

from __future__ import annotations

import importlib.util
import itertools
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from local_runtime import layout

from tests.deploy.gitops import stacks

pytestmark = pytest.mark.step1
COMMIT, OTHER = "1" * 40, "2" * 40
DIGEST, OTHER_DIGEST = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("release", stacks.GITOPS / "release.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


release = load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in release.NAMES:
        (tmp_path / name).mkdir()
    return tmp_path


def data(folder: Path, environment: str) -> dict[str, str]:
    return stacks.documents(folder / environment / "release.yaml")[0]["data"]


def test_what_is_set_is_the_values_of_the_chart(folder: Path) -> None:
    release.set_release(folder, "staging", COMMIT, {"backend": DIGEST, "audit": DIGEST})
    release.set_release(folder, "staging", OTHER, {"backend": OTHER_DIGEST})
    assert data(folder, "staging")["revision"] == OTHER
    assert yaml.safe_load(data(folder, "staging")["images.yaml"]) == {
        "audit": {"image": {"digest": DIGEST}},
        "backend": {"image": {"digest": OTHER_DIGEST}},
    }


def test_promoting_takes_over_the_very_images_and_no_others(folder: Path) -> None:
    release.set_release(folder, "staging", COMMIT, {"backend": DIGEST})
    release.set_release(folder, "production", OTHER, {"backend": OTHER_DIGEST, "relay": OTHER_DIGEST})
    release.promote(folder, "staging", "production")
    assert data(folder, "production") == data(folder, "staging")


@pytest.mark.parametrize(
    ("environment", "revision", "images", "said"),
    [
        ("stage", COMMIT, {}, "there is no environment stage: dev, staging, production"),
        ("production", "main", {}, "named by its 40 digits, not main, which may move"),
        ("staging", COMMIT, {"backend": "v1.2.3"}, "an image is named by its digest"),
        ("staging", COMMIT, {"backends": DIGEST}, "the chart has no image called backends"),
    ],
)
def test_what_is_no_release_is_refused_and_nothing_is_written(
    folder: Path, environment: str, revision: str, images: dict[str, str], said: str
) -> None:
    with pytest.raises(release.ReleaseError, match=said):
        release.set_release(folder, environment, revision, images)
    assert list(folder.rglob("*.yaml")) == []


def test_nothing_is_promoted_before_something_ran(folder: Path) -> None:
    release.set_release(folder, "staging", COMMIT, {})
    with pytest.raises(release.ReleaseError, match="nothing to promote"):
        release.promote(folder, "staging", "production")


@pytest.mark.parametrize("environment", release.NAMES)
def test_what_is_committed_is_what_the_program_would_write(environment: str) -> None:
    written = (stacks.ENVIRONMENTS / environment / "release.yaml").read_text()
    assert release.text(*release.parse(written)) == written


def test_every_image_reaches_the_chart_with_the_registry_of_the_cluster(folder: Path) -> None:
    release.set_release(folder, "dev", COMMIT, dict.fromkeys(release.IMAGES, DIGEST))
    images = data(folder, "dev")
    made = stacks.applications(("dev", "gke"), data=images)["todo-app"]["spec"]["source"]["helm"]["valuesObject"]
    assert made == {
        **{name: {"image": {"digest": DIGEST}} for name in release.IMAGES},
        "image": {"registry": stacks.FACTS["registry"]},
        "exposure": {"host": stacks.FACTS["domain"]},
        "secrets": {"external": {"prefix": "todo-dev-gke-"}},
        "rollout": {"kind": "rolling"},
    }


def test_the_chart_has_every_image_that_a_release_names() -> None:
    values = yaml.safe_load((stacks.CHART / "values.yaml").read_text())
    parts = {name: part for name, part in values.items() if isinstance(part, dict)}
    assert {name for name in parts if "digest" in parts[name].get("image", {})} == set(release.IMAGES)
    assert "registry" in values["image"]


@pytest.mark.parametrize("target", stacks.TARGETS, ids="-".join)
def test_the_chart_takes_what_a_cluster_hands_it(target: tuple[str, str], folder: Path) -> None:
    """Every environment on every cloud: its files of values are there, and the chart's closed schema takes the sum."""
    release.set_release(folder, target[0], COMMIT, dict.fromkeys(release.IMAGES, DIGEST))
    helm = stacks.applications(target, data=data(folder, target[0]))["todo-app"]["spec"]["source"]["helm"]
    files = [stacks.CHART / name for name in helm["valueFiles"]]
    made = stacks.helm_template(stacks.CHART, yaml.safe_dump(helm["valuesObject"]), *files)
    images = {
        container["image"]
        for item in made
        if item["kind"] == "Deployment"
        for container in item["spec"]["template"]["spec"]["containers"]
    }
    assert images
    assert all(image.startswith(stacks.FACTS["registry"]) and image.endswith(DIGEST) for image in images)


def test_the_set_reads_every_environment_and_every_cloud() -> None:
    spec = stacks.one(stacks.ARGO / "apps", "ApplicationSet", "clusters")["spec"]
    git, clusters = spec["generators"][0]["matrix"]["generators"]
    found = {str(file.relative_to(layout.CLONE)) for file in layout.CLONE.glob(git["git"]["files"][0]["path"])}
    assert found == {f"k8s/gitops/environments/{name}/environment.yaml" for name in release.NAMES}
    assert clusters["clusters"]["selector"]["matchExpressions"][0]["values"] == list(stacks.CLOUDS)
    assert {file.name for file in (stacks.FLUX / "clouds").iterdir()} == set(stacks.CLOUDS)


def test_the_set_hands_on_every_fact() -> None:
    spec = stacks.one(stacks.ARGO / "apps", "ApplicationSet", "clusters")["spec"]
    facts = spec["template"]["spec"]["source"]["helm"]["valuesObject"]["cluster"]["facts"]
    assert set(facts) == set(stacks.FACTS)
    assert facts == {name: f'{{{{ index .metadata.annotations "todo-platform/{name}" }}}}' for name in facts}


def test_environments_are_named_after_their_folders() -> None:
    for name, key in itertools.product(release.NAMES, ["environment"]):
        assert stacks.environment(name)[key] == name
        assert stacks.kustomized(stacks.ENVIRONMENTS / name)
