"""The chat with a model behind it, on the real platform: one correlation id to the audit, and a stop from elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from local_runtime.platform import Platform

from tests.people import Person, eventually
from tests.scripted_model import ScriptedModel, Step, given_since, scripted_model

RECORDED = (
    "SELECT type, actor_kind, actor_id, door FROM audit.entries WHERE correlation_id = %s AND user_id = %s"
    " ORDER BY type"
)


@pytest.fixture(scope="module")
def model(platform: Platform) -> Iterator[ScriptedModel]:
    """A model that the backend is told of, for as long as these tests last."""
    with scripted_model() as running:
        told = {"CHAT_MODEL_URL": running.url, "CHAT_MODEL": "scripted-1", "CHAT_MODEL_REQUEST_SECONDS": "60"}
        platform.kill("todo-backend", restart=False)
        platform.revive("todo-backend", **told)
        platform.wait_healthy(deadline=60)
        yield running
    platform.kill("todo-backend", restart=False)
    platform.revive("todo-backend")
    platform.wait_healthy(deadline=60)


@contextmanager
def another_backend(platform: Platform) -> Iterator[str]:
    """One more replica of the backend, with a sidecar of its own; its open door."""
    platform.start_replica("todo-backend", 1)
    try:
        yield platform.url("todo-backend", 1)
    finally:
        platform.stop_replica("todo-backend", 1)


def post(person: Person, line: str, **headers: str) -> httpx.Response:
    said = {"id": f"m-{uuid4().hex[:8]}", "role": "user", "parts": [{"type": "text", "text": line}]}
    body: dict[str, Any] = {"id": "talk", "messages": [said]}
    with httpx.Client(base_url=person.base_url, timeout=90.0) as client:
        return client.post(person.path("chat"), json=body, headers={**person.headers, **headers})


def test_what_the_model_does_has_the_correlation_id_of_its_line_in_the_audit(
    model: ScriptedModel, person: Person, store: psycopg.Connection[Any]
) -> None:
    def script(messages: list[dict[str, Any]]) -> Step:
        given = given_since(messages)
        if not given:
            return Step(calls=[("add_task", {"line": "pay rent tomorrow every month"})])
        if len(given) == 1:
            return Step(calls=[("complete_task", {"task": given[0]["result"]["task"]["id"]})])
        return Step("Done.")

    model.script = script
    request = str(uuid4())
    answer = post(person, "see to the rent", **{"x-correlation-id": request})

    def recorded() -> list[tuple[Any, ...]]:
        rows = store.execute(RECORDED, (request, person.user_id)).fetchall()
        return rows if {"todo.task.created.v1", "todo.task.completed.v1"} <= {row[0] for row in rows} else []

    assert (answer.status_code, answer.headers["x-correlation-id"]) == (200, request)
    rows = eventually(recorded, 30.0, says="the audit has what the model did under the id of the line")
    by_the_model = {row[0] for row in rows if row[1:] == ("agent", "scripted-1", "chat")}
    assert {"todo.task.created.v1", "todo.series.created.v1", "todo.task.completed.v1"} <= by_the_model, rows
    # What followed of itself, the next occurrence, is of the same id and nobody's act.
    eventually(
        lambda: [row for row in store.execute(RECORDED, (request, person.user_id)).fetchall() if row[1] == "service"],
        30.0,
        says="the next occurrence stands under the same id",
    )


def test_a_reply_is_stopped_from_another_replica(platform: Platform, model: ScriptedModel, person: Person) -> None:
    def thinks(messages: list[dict[str, Any]]) -> Step:
        return Step(hangs=True) if given_since(messages) else Step(calls=[("add_task", {"title": "milk"})])

    model.script = thinks
    with another_backend(platform) as elsewhere, ThreadPoolExecutor(1) as pool:
        asking = pool.submit(post, person, "see to the milk")
        eventually(person.tasks, 60.0, says="it has acted, and thinks")
        began = time.monotonic()
        stopped = httpx.post(elsewhere + person.path("chat/talk/stop"), headers=person.headers, timeout=30)
        answer = asking.result(30)
        took = time.monotonic() - began

    assert stopped.status_code == 204
    assert "Stopped." in answer.text
    assert answer.text.endswith("data: [DONE]\n\n")
    assert took < 10, f"it looks every two seconds whether it is to stop, and took {took:.1f} s"
    assert [task["title"] for task in person.tasks()] == ["milk"]
