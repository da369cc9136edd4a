"""Every object of k8s/gitops has only fields that its kind has, of the right type."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from local_runtime import layout
from local_runtime.provision.cache import Cache
from local_runtime.provision.custom_schemas import custom_schemas

from tests.deploy.gitops import stacks
from tests.deploy.gitops.stacks import Document

pytestmark = pytest.mark.step2
BUILT_IN = {"ConfigMap", "Namespace"}


def wrong(item: Document) -> str | None:
    """Say what the schema of the object's kind refuses in it."""
    group, _, version = item["apiVersion"].rpartition("/")
    if not group:
        return None if item["kind"] in BUILT_IN else f"{item['kind']} is not expected here"
    file = custom_schemas(Cache(layout.cache_folder())) / f"{item['kind']}-{group}-{version}.json".lower()
    if not file.exists():
        return f"no such kind: {item['apiVersion']} {item['kind']}"
    problem = jsonschema.exceptions.best_match(validator(file).iter_errors(item))
    return f"{item['kind']} {item['metadata']['name']}: {problem.message}" if problem else None


@cache
def validator(file: Path) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(file.read_text()))


def all_objects() -> Iterator[Document]:
    # What Flux fills in is looked at below, filled in.
    yield from (item for item in stacks.every(stacks.GITOPS) if "${" not in json.dumps(item))
    for target in stacks.TARGETS:
        yield from stacks.applications(target).values()
        for items in stacks.flux_objects(target).values():
            yield from items
        yield from platform_objects(target[1])


def platform_objects(cloud: str) -> list[Document]:
    values = json.dumps({"cloud": cloud, "facts": stacks.FACTS})
    return stacks.helm_template(stacks.GITOPS / "platform", values)


def test_every_object_is_what_its_kind_allows() -> None:
    assert [said for said in map(wrong, all_objects()) if said] == []


def test_a_field_that_no_server_knows_is_seen() -> None:
    item = stacks.applications(("dev", "gke"))["dapr"]
    spoilt = json.loads(json.dumps(item).replace('"selfHeal"', '"selfHeals"'))
    assert "selfHeals" in (wrong(spoilt) or "")


def test_a_step_of_the_rolling_sync_selects_by_labels_that_the_template_sets() -> None:
    spec = stacks.one(stacks.ARGO / "apps", "ApplicationSet", "clusters")["spec"]
    keys = {e["key"] for step in spec["strategy"]["rollingSync"]["steps"] for e in step["matchExpressions"]}
    assert keys <= set(spec["template"]["metadata"]["labels"])


def test_a_cloud_that_is_unknown_is_refused_in_one_sentence() -> None:
    with pytest.raises(AssertionError, match='no cloud is called "moon": aks, gke, oke or eks'):
        platform_objects("moon")


@pytest.mark.parametrize("fact", ["secret_store", "tenant"])
def test_a_missing_fact_is_named(fact: str) -> None:
    values = json.dumps({"cloud": "aks", "facts": {key: stacks.FACTS[key] for key in stacks.FACTS if key != fact}})
    with pytest.raises(AssertionError, match=re.escape(f"the cluster has no fact {fact}")):
        stacks.helm_template(stacks.GITOPS / "platform", values)
