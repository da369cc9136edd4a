from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
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


def test_only_the_audit_stands_back_when_the_cores_are_full(tmp_path: Path) -> None:
    made = specs(tmp_path)
    found = {one.name for app in APPS for one in (made.app(app), made.sidecar(app)) if one.niceness}
    assert found == {"audit-service", "audit-service-daprd"}


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


def dues_of(now: datetime) -> dict[str, dict[str, str | None]]:
    return {task["title"]: task["due"] for task in demo_tasks(now) if "due" in task}


def test_the_days_of_the_demo_are_those_of_its_user() -> None:
    # 23:30 UTC is half past midnight of the next day in Berlin, where it is the last of the month.
    dues = dues_of(datetime(2026, 1, 30, 23, 30, tzinfo=UTC))
    assert dues["Water the plants"]["date"] == "2026-01-31"
    assert dues["Return the library books"]["date"] == "2026-01-29"
    assert dues["Call the plumber"] == {"date": "2026-01-31", "time": "02:00", "time_zone": "Europe/Berlin"}
    assert dues["Pay the rent"]["date"] == "2026-02-28"
    assert dues["Go for a run"]["date"] == "2026-02-02"


def test_what_is_due_today_is_not_late_just_before_midnight() -> None:
    dues = dues_of(datetime(2026, 7, 9, 21, 59, tzinfo=UTC))
    assert dues["Call the plumber"] == {"date": "2026-07-09", "time": None, "time_zone": "Europe/Berlin"}


def test_a_reminder_of_the_demo_comes_within_two_minutes() -> None:
    now = datetime(2026, 7, 9, 12, 0, tzinfo=UTC)
    [at] = [r["at"] for task in demo_tasks(now) for r in task.get("reminders", ()) if "at" in r]
    assert now < datetime.fromisoformat(at) <= now + timedelta(minutes=2)
