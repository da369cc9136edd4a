"""What Compose reads: the render of the tables, restricted, and within the budget that it states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from event_contracts.apps import APPS
from local_runtime.containers import given
from local_runtime.layout import CLONE
from local_runtime.render import files
from local_runtime.render.limits import BUDGET_CPUS, BUDGET_MEBIBYTES

pytestmark = pytest.mark.step1

CORE, PRODUCTION, MONITORING = (
    yaml.safe_load((CLONE / f"compose{overlay}.yaml").read_text()) for overlay in ("", ".production", ".monitoring")
)
ONCE = {"setup", "migrate-tasks", "migrate-recurring", "migrate-notifications", "migrate-audit"}
THEIRS = {"postgres", "kafka"}


def merged() -> dict[str, dict[str, Any]]:
    """Core under production, as Compose joins what we use of it."""
    names = {*CORE["services"], *PRODUCTION["services"]}
    return {name: {**CORE["services"].get(name, {}), **PRODUCTION["services"].get(name, {})} for name in names}


def test_the_committed_files_are_the_render() -> None:
    committed = {name: (CLONE / name).read_text() for name in files.compose_files()}
    assert committed == files.compose_files(), "run `make render`"


def test_production_stays_within_its_budget() -> None:
    lasting = [service for name, service in merged().items() if name not in ONCE]
    assert round(sum(service["cpus"] for service in lasting), 6) <= BUDGET_CPUS == 2
    assert sum(int(service["mem_limit"].removesuffix("m")) for service in lasting) <= BUDGET_MEBIBYTES == 4096
    assert all(service["restart"] == "unless-stopped" for service in lasting)


def test_production_runs_three_of_a_service_each_with_a_sidecar_of_its_own() -> None:
    replicas = [name for name in merged() if name.startswith("audit-service") and not name.endswith("-daprd")]
    assert len(replicas) == 3
    assert {merged()[name]["environment"]["APP_ID"] for name in ("audit-service-1", "audit-service-2")} == {
        "audit-service"
    }
    assert [merged()[f"{name}-daprd"]["network_mode"] for name in replicas] == [f"service:{name}" for name in replicas]


def test_the_broker_of_production_is_redpanda_on_a_volume() -> None:
    broker = merged()["kafka"]
    assert "redpanda" in broker["image"]
    assert "--advertise-kafka-addr=internal://kafka:9092" in broker["command"]
    volume = broker["volumes"][-1].split(":")[0]
    assert volume in PRODUCTION["volumes"]
    megabytes = next(word for word in broker["command"] if word.startswith("--memory=")).removeprefix("--memory=")
    assert int(megabytes.removesuffix("M")) < int(broker["mem_limit"].removesuffix("m"))


@pytest.mark.parametrize("name", sorted({*CORE["services"], *PRODUCTION["services"]} - THEIRS))
def test_what_is_ours_is_refused_all_that_it_does_not_need(name: str) -> None:
    service = merged()[name]
    assert service["read_only"]
    assert service["user"] == "65532:65532"
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"]
    assert service["mem_limit"]
    assert "privileged" not in service
    written = [volume for volume in service.get("volumes", []) if not volume.endswith(":ro")]
    assert all(volume.split(":") in (["names", "/data"], ["seals", "/data"]) for volume in written)


def test_every_app_has_a_sidecar_starts_after_its_migration_and_ends_before_its_stores() -> None:
    for app_id, app in APPS.items():
        assert CORE["services"][f"{app_id}-daprd"]["network_mode"] == f"service:{app_id}"
        before = CORE["services"][app_id]["depends_on"]
        wanted = f"migrate-{app.schema}" if app.schema else "setup"
        assert before[wanted] == {"condition": "service_completed_successfully"}
        assert ("postgres" in before) == (app.schema is not None)
        assert set(CORE["services"][f"{app_id}-daprd"]["depends_on"]) == {app_id, "kafka"}


def test_only_page_and_api_are_published_and_only_here() -> None:
    published = {name: service["ports"] for name, service in merged().items() if "ports" in service}
    assert set(published) == {"todo-frontend", "todo-backend"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_no_secret_stands_in_a_committed_file(tmp_path: Path) -> None:
    folder = given.write(tmp_path / "given")
    secrets = [line.split("=", 1)[1] for file in (folder / "env").iterdir() for line in file.read_text().splitlines()]
    assert len(secrets) > 10
    text = "".join(files.compose_files().values())
    assert not [secret for secret in secrets if secret in text]


def test_what_is_given_is_kept_and_closed_to_others(tmp_path: Path) -> None:
    folder = given.write(tmp_path / "given")
    first = {file: file.read_text() for file in folder.rglob("*") if file.is_file()}
    given.write(folder)
    assert {file: file.read_text() for file in folder.rglob("*") if file.is_file()} == first
    assert folder.stat().st_mode & 0o077 == 0
    mounted = {
        volume.split(":")[-3].removeprefix("-./.run/compose}/")
        for service in merged().values()
        for volume in service.get("volumes", [])
        if volume.startswith("${TODO_GIVEN")
    }
    assert {name for name in mounted if not (folder / name).exists()} == set()
    named = {file for service in merged().values() for file in service.get("env_file", [])}
    assert {file for file in named if not (folder / "env" / Path(file).name).exists()} == set()
