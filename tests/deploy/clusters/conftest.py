"""The place where Terraform runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deploy.clusters.terraform import Workplace, terraform


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    if terraform() is None:
        pytest.skip(
            "Terraform 1.11 or newer is not installed, and no package registry has it: modules were not checked"
        )
    return Workplace(Path(tmp_path_factory.mktemp("terraform")))
