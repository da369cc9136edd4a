"""Fixtures of the tests that break things."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from local_runtime.platform import Platform

from tests.chaos.observed import NOTICED_SECONDS, Observed, observing
from tests.people import eventually


@pytest.fixture(scope="module")
def observed(platform: Platform) -> Iterator[Observed]:
    """The module's platform with Prometheus and Alertmanager, after nothing is wrong any more."""
    with observing(platform) as watched:
        eventually(lambda: {*watched.up().values()} == {"1"}, NOTICED_SECONDS, "every target answers")
        yield watched
