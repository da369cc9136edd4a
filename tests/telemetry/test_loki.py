"""Loki's configuration has only keys that its reference knows, with values of their types. No Loki has read it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from local_runtime import layout
from local_runtime.provision import golang
from local_runtime.provision.cache import Cache

from tests.telemetry.loki_reference import Keys, sections, wrong

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]  # its module is fetched for the page
MODULE = "github.com/grafana/loki/v3"
FOLDER = layout.CLONE / "monitoring"


@pytest.fixture(scope="module")
def known() -> dict[str, Keys]:
    """The reference of the version that is deployed."""
    image = re.search(r"grafana/loki:([\d.]+)", (FOLDER / "kubernetes" / "loki.yaml").read_text())
    assert image is not None
    folder = golang.sources(Cache(layout.cache_folder()), MODULE, f"v{image[1]}")
    return sections((folder / "docs" / "sources" / "shared" / "configuration.md").read_text("utf-8"))


@pytest.fixture
def ours() -> dict[str, Any]:
    return yaml.safe_load((FOLDER / "loki" / "loki.yaml").read_text())


def test_every_key_is_known_and_every_value_of_its_type(known: dict[str, Keys], ours: dict[str, Any]) -> None:
    assert len(known) > 40
    assert wrong(ours, known) == []


def test_what_is_misspelt_or_of_another_type_is_seen(known: dict[str, Keys], ours: dict[str, Any]) -> None:
    limits = ours["limits_config"]
    limits["retention_periods"] = limits["retention_period"]
    limits["query_timeout"] = "soon"
    limits["otlp_config"]["resource_attributes"]["attributes_config"][0]["actions"] = "drop"
    ours["schema_config"]["configs"][0]["index"]["periods"] = "24h"
    ours["compactors"] = {}
    assert sorted(said.split(" ")[0].rstrip(":") for said in wrong(ours, known)) == [
        ".compactors",
        ".limits_config.otlp_config.resource_attributes.attributes_config[].actions",
        ".limits_config.query_timeout",
        ".limits_config.retention_periods",
        ".schema_config.configs[].index.periods",
    ]
