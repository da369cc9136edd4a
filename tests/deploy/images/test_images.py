"""What the built images are: small, without a shell, listed, and closed to writing."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
from local_runtime import image_locks
from local_runtime.containers.engine import Engine
from local_runtime.containers.images import IMAGES, SBOMS, Built
from local_runtime.errors import PartFailedError

pytestmark = [pytest.mark.step5, pytest.mark.timeout(1200)]

PYTHON = [*image_locks.DEPLOYABLES, image_locks.SETUP]
RESTRICTED = (
    *("run", "--rm", "--read-only", "--cap-drop=all", "--security-opt=no-new-privileges", "--network=none"),
    *("--memory=256m", "--pids-limit=64", "--user=65532:65532"),
)
MOST_MEGABYTES = {"todo-backend": 280, "todo-frontend": 170, "daprd": 95, "todo-setup": 95}


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_has_nothing_to_work_with_but_its_program(
    built: dict[str, Built], container_engine: Engine, image: str, tmp_path: Path
) -> None:
    container = container_engine.run("create", built[image].name, "x").strip()
    try:
        container_engine.run("export", "-o", tmp_path / "all.tar", container)
    finally:
        container_engine.run("rm", container)
    with tarfile.open(tmp_path / "all.tar") as files:
        listed = files.getnames()
    programs = {line.rsplit("/", 1)[-1] for line in listed if line.split("/")[0] in {"bin", "sbin", "usr"}}
    assert not programs & {"sh", "bash", "dash", "busybox", "apt", "dpkg", "pip", "curl", "perl", "su"}
    assert not [
        line for line in listed if line.endswith((".key", ".pem", "passwords.json")) and "site-packages" not in line
    ]
    assert built[image].size / 1e6 < MOST_MEGABYTES.get(image, 240)


@pytest.mark.parametrize("image", PYTHON)
def test_python_works_closed_to_writing_and_finds_zones_and_certificates(
    built: dict[str, Built], container_engine: Engine, image: str
) -> None:
    asked = "import os, ssl, sqlite3, psycopg, zoneinfo\n"
    asked += "print(os.getuid(), psycopg.pq.__impl__, ssl.create_default_context().cert_store_stats()['x509'] > 50)\n"
    asked += "try: open('/tmp/x', 'w')\nexcept OSError as refused: print(refused.strerror)"
    said = container_engine.run(*RESTRICTED, "--entrypoint=/app/bin/python", built[image].name, "-c", asked)
    assert said.split("\n")[:2] == ["65532 binary True", "Read-only file system"]


@pytest.mark.parametrize("image", image_locks.DEPLOYABLES)
def test_a_wrong_setting_ends_the_start_with_a_sentence(
    built: dict[str, Built], container_engine: Engine, image: str
) -> None:
    with pytest.raises(PartFailedError, match="The setting DATABASE_URL is wrong: Field required"):
        container_engine.run(*RESTRICTED, built[image].name)


@pytest.mark.parametrize("image", PYTHON)
def test_the_list_of_parts_has_every_locked_package_our_own_and_the_system(built: dict[str, Built], image: str) -> None:
    parts = json.loads((SBOMS / f"{image}.cdx.json").read_text())
    assert parts["bomFormat"] == "CycloneDX"
    listed = {(part["name"].lower().replace("_", "-"), part["version"]) for part in parts["components"]}
    locked = image_locks.entries(image_locks.FOLDER / f"{image}.txt")
    wanted = {(name, lines.split("==")[1].split()[0]) for name, lines in locked.items() if "sys_platform" not in lines}
    assert wanted <= listed
    assert {name for name, _ in listed} >= {"event-contracts", "python", "libc6", "libssl3t64"}


def test_the_list_of_parts_of_the_page_has_what_runs(built: dict[str, Built]) -> None:
    parts = json.loads((SBOMS / "todo-frontend.cdx.json").read_text())
    names = {part["name"] for part in parts["components"]}
    assert {"next", "react", "jose"} <= names
    assert "vitest" not in names
