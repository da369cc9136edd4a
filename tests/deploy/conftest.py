"""Every test here belongs to one step of the ladder in docs/verification.md."""

from __future__ import annotations

from pathlib import Path

import pytest
from local_runtime.verify_deploy import STEPS

HERE = Path(__file__).parent
MARKERS = [f"step{number}" for number in STEPS]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make check` leaves out, and refuse a test that no step would run."""
    for item in items:
        if not item.path.is_relative_to(HERE):
            continue
        item.add_marker(pytest.mark.deploy)
        if sum(item.get_closest_marker(marker) is not None for marker in MARKERS) != 1:
            raise pytest.UsageError(f"{item.nodeid}: say `pytestmark = pytest.mark.stepN` with one N of 1 to 6.")
