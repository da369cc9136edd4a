"""compose.yaml alone, really brought up, as somebody does who tries the platform."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from local_runtime.containers.engine import Engine
from local_runtime.containers.images import Built

from tests.deploy.images.stack import Stack, started
from tests.people import Person, eventually

pytestmark = [pytest.mark.step5, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def stack(built: dict[str, Built], container_engine: Engine) -> Iterator[Stack]:
    with started(container_engine, "core", "compose.yaml") as running:
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
