"""compose.yaml alone, really brought up, as somebody does who tries the platform."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
import yaml
from local_runtime.containers.engine import Engine
from local_runtime.containers.images import Built
from local_runtime.errors import PartFailedError
from local_runtime.layout import RUN

from tests.deploy.images.stack import Stack, started
from tests.people import Person, eventually

pytestmark = [pytest.mark.step5, pytest.mark.timeout(900)]


CHANGE = RUN / "verify-core-change.yaml"
"""An overlay that is there from the start and changes nothing until a test rewrites it."""


@pytest.fixture(scope="module")
def stack(built: dict[str, Built], container_engine: Engine) -> Iterator[Stack]:
    write_change({}, {"LOG_LEVEL": "INFO"})
    with started(container_engine, "core", "compose.yaml", str(CHANGE)) as running:
        eventually(lambda: not running.unhealthy() or None, 120.0, "every health check passes")
        yield running


def test_completing_a_recurring_task_makes_the_next_one(stack: Stack) -> None:
    person = Person.sign_up(stack.api)
    task = person.add_repeating("water the plants", "2027-01-31", "FREQ=DAILY;INTERVAL=3")
    person.complete(task["id"])
    dates = eventually(lambda: [found["due"]["date"] for found in person.tasks(status="open")] or None)
    assert dates == ["2027-02-03"]
    wanted = {"todo.task.created.v1", "todo.task.completed.v1"}
    eventually(lambda: wanted <= {entry["type"] for entry in person.history(task["id"])})


def test_the_page_is_served(stack: Stack) -> None:
    assert httpx.get(f"{stack.page}/sign-in").status_code == 200


def test_starting_again_changes_nothing(stack: Stack) -> None:
    before = {name: found["Id"] for name, found in stack.containers().items()}
    stack.compose("up", "--detach")
    after = {name: found["Id"] for name, found in stack.containers().items()}
    assert before == after
    ended = {name: found["State"]["ExitCode"] for name, found in stack.containers().items() if name != "kafka"}
    assert set(ended.values()) == {0}


def test_an_image_that_is_not_there_leaves_what_runs_alone(stack: Stack) -> None:
    before = running(stack)
    with pytest.raises(PartFailedError, match="no-such-tag"):
        replace(stack, variables={**stack.variables, "TODO_TAG": "no-such-tag"}).compose("up", "--detach")
    assert running(stack) == before
    assert httpx.get(f"{stack.api}/health/ready").status_code == 200


def test_a_migration_that_fails_leaves_what_runs_alone(stack: Stack) -> None:
    before = running(stack)
    write_change({"DATABASE_OWNER_URL": "postgresql://nobody:x@postgres/todo"}, {"LOG_LEVEL": "WARNING"})
    with pytest.raises(PartFailedError):
        stack.compose("up", "--detach")
    assert running(stack) == before
    assert httpx.get(f"{stack.api}/health/ready").status_code == 200


def running(stack: Stack) -> dict[str, str]:
    """Service → the container that runs now, of those that last."""
    return {name: found["Id"] for name, found in stack.containers().items() if found["State"]["Running"]}


def write_change(of_migration: dict[str, str], of_backend: dict[str, str]) -> None:
    """Write the overlay: variables of the backend's migration and of the backend."""
    changed = {"migrate-tasks": {"environment": of_migration}, "todo-backend": {"environment": of_backend}}
    CHANGE.write_text(yaml.safe_dump({"services": changed}))
