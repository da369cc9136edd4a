from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

from event_contracts.apps import APPS
from local_runtime.demo import demo_tasks
from local_runtime.keys import Keys
from local_runtime.platform.specs import FRONTEND, Specs, sidecar_name
from local_runtime.provision.everything import Parts
from local_runtime.provision.frontend import Node
from local_runtime.render.place import Place


def specs(folder: Path) -> Specs:
    place = Place(10, folder)
    keys = Keys(place.keys_folder)
    keys.make_all(place.postgres_port)
    here = Path("/parts")
    parts = Parts(here / "daprd", here / "java", here / "jars", Node(here / "node", ("npm",)), here / "frontend")
    return Specs(place, keys, parts)


def test_every_key_is_its_owners_alone_and_stays_the_same(tmp_path: Path) -> None:
    made = specs(tmp_path)
    before = {file.name: file.read_bytes() for file in made.keys.folder.iterdir()}
    assert {stat.S_IMODE(file.stat().st_mode) for file in made.keys.folder.iterdir()} == {0o600}
    made.keys.make_all(made.place.postgres_port)
    assert {file.name: file.read_bytes() for file in made.keys.folder.iterdir()} == before


def test_an_app_gets_its_own_key_and_role_and_nobody_elses(tmp_path: Path) -> None:
    made = specs(tmp_path)
    for app in APPS.values():
        if app.app_id == FRONTEND:
            continue
        environment = made.environment(made.place.app(app.app_id))
        assert f"{app.schema}_app:" in environment["DATABASE_URL"]
        assert environment["SERVICE_KEY_FILE"].endswith(f"service-{app.app_id}.pem")
        assert not [name for name in environment if "OWNER" in name]
        assert ("ACCESS_TOKEN_KEY_FILE" in environment) == (app.app_id == "todo-backend")


def test_a_replica_has_ports_of_its_own_and_the_same_app_id(tmp_path: Path) -> None:
    made = specs(tmp_path)
    first, second = made.sidecar("audit-service"), made.sidecar("audit-service", 1)
    assert second.name == sidecar_name("audit-service", 1) == "audit-service-1-daprd"
    assert not set(first.ports.values()) & set(second.ports.values())
    assert [spec.command[spec.command.index("--app-id") + 1] for spec in (first, second)] == ["audit-service"] * 2


def test_no_secret_is_on_a_command_line(tmp_path: Path) -> None:
    made = specs(tmp_path)
    hidden = [*made.keys.passwords.values(), *made.keys.dapr_tokens.values(), made.keys.session_key]
    for app in APPS:
        for spec in (made.app(app), made.sidecar(app)):
            assert not [word for word in spec.command for secret in hidden if secret in word]


def test_the_demo_is_due_around_now() -> None:
    tasks = demo_tasks(datetime(2026, 1, 31, 23, 0, tzinfo=UTC))
    assert tasks[0]["due"]["date"] == "2026-01-31"
    assert tasks[1]["due"]["date"] == "2026-02-01"
    assert {task["recurrence"]["rrule"].split(";")[0] for task in tasks if "recurrence" in task} == {
        "FREQ=DAILY",
        "FREQ=WEEKLY",
        "FREQ=MONTHLY",
    }
