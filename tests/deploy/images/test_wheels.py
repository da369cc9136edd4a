"""Every locked package has a wheel for both kinds of processor; arm64 itself cannot be run here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from local_runtime import image_locks

pytestmark = pytest.mark.step5


@pytest.mark.parametrize("platform", ["x86_64-manylinux_2_28", "aarch64-manylinux_2_28"])
@pytest.mark.parametrize("image", [*image_locks.DEPLOYABLES, image_locks.SETUP])
def test_all_of_an_image_comes_as_wheels(image: str, platform: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--target", str(tmp_path / "none")]
    command += ["--python-platform", platform, "--python-version", "3.13", "--only-binary", ":all:"]
    command += ["--no-deps", "--require-hashes", "-r", str(image_locks.FOLDER / f"{image}.txt")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "Would install" in ended.stderr
