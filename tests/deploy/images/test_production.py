"""compose.yaml with both overlays, really brought up: under its budget, restricted, with three of a service.

In Redpanda's place runs the stand-in for Kafka: no image registry is reachable here, so Redpanda itself is not proved.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from event_contracts.apps import APPS
from local_runtime.containers.engine import Engine
from local_runtime.containers.images import Built

from tests.deploy.images.stack import Stack, started
from tests.people import PASSWORD, Person, eventually

pytestmark = [pytest.mark.step5, pytest.mark.timeout(900)]

STARTING = 180.0
OURS = [*APPS, "audit-service-1", "audit-service-2"]


@pytest.fixture(scope="module")
def stack(built: dict[str, Built], container_engine: Engine) -> Iterator[Stack]:
    files = ("compose.yaml", "compose.production.yaml", "compose.monitoring.yaml")
    with started(container_engine, "production", *files) as running:
        eventually(lambda: not running.unhealthy() or None, STARTING, "every health check passes")
        yield running


def test_completing_a_recurring_task_in_the_page_makes_the_next_one(stack: Stack) -> None:
    own = {"origin": stack.page, "sec-fetch-site": "same-origin"}
    with httpx.Client(base_url=stack.page, timeout=20.0, headers=own) as page:
        who = {"email": f"{uuid4().hex}@example.com", "password": PASSWORD, "name": "A person"}
        entered = page.post("/session", json={"act": "sign-up", **who, "time_zone": "Europe/Berlin"})
        assert entered.status_code == 201, entered.text
        cookie = entered.headers["set-cookie"]
        assert cookie.startswith("__Host-session=")
        assert "Secure" in cookie, "ENVIRONMENT is production"
        page.headers["cookie"] = cookie.split(";")[0]  # as a browser behind TLS: httpx keeps it from plain HTTP
        due = {"date": "2027-01-31", "time": "17:00", "time_zone": "Europe/Berlin"}
        task = {"title": "Pay rent", "due": due, "recurrence": {"rrule": "FREQ=MONTHLY;BYMONTHDAY=-1"}}
        made = page.post("/api/me/tasks", json=task).json()
        assert page.post(f"/api/me/tasks/{made['id']}/complete", json={}).status_code == 200
        there = eventually(lambda: page.get("/api/me/tasks", params={"status": "open"}).json()["items"])
    assert [(task["title"], task["due"]["date"]) for task in there] == [("Pay rent", "2027-02-28")]


def test_three_of_a_service_share_its_partitions_and_every_change_is_in_the_audit(stack: Stack) -> None:
    person = Person.sign_up(stack.api, timeout=20.0)
    tasks = [person.add(f"task {number}") for number in range(12)]
    for task in tasks:
        entries = eventually(lambda task=task: person.history(task["id"]), 30.0)
        assert [entry["type"] for entry in entries] == ["todo.task.created.v1"]
    running = [name for name, found in stack.containers().items() if name in OURS and found["State"]["Running"]]
    assert sorted(running) == sorted(OURS)


def test_no_process_is_root_or_can_become_it(stack: Stack) -> None:
    containers = stack.containers()
    for name in [found for app in OURS for found in (app, f"{app}-daprd")]:
        host, state = containers[name]["HostConfig"], containers[name]["State"]
        assert host["ReadonlyRootfs"], name
        assert all(host[bound] for bound in ("Memory", "PidsLimit", "NanoCpus")), name
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{state['Pid']}/status").read_text().splitlines())
        assert set(status["Uid"].split()) == {"65532"}, name
        assert (int(status["CapEff"], 16), int(status["CapBnd"], 16)) == (0, 0), name
        assert status["NoNewPrivs"] == "1", name
        assert status["Seccomp"] == "2", name


def test_prometheus_scrapes_every_app_and_sidecar_and_has_the_alerts(stack: Stack) -> None:
    def up() -> list[str]:
        asked = httpx.get(f"{stack.prometheus}/api/v1/query", params={"query": "up"}).json()["data"]["result"]
        return [found["metric"]["instance"] for found in asked if found["value"][1] == "1"]

    eventually(lambda: len(up()) == 2 * len(APPS) - 1 or None, 60.0, "all targets answer")
    groups = httpx.get(f"{stack.prometheus}/api/v1/rules").json()["data"]["groups"]
    assert groups
    assert not [rule["name"] for group in groups for rule in group["rules"] if rule["health"] == "err"]


def test_told_to_stop_every_process_ends_by_itself_and_in_time(stack: Stack) -> None:
    stack.compose("stop")
    ended = {name: found["State"]["ExitCode"] for name, found in stack.containers().items()}
    assert {name: ended[name] for app in OURS for name in (app, f"{app}-daprd") if ended[name] != 0} == {}
