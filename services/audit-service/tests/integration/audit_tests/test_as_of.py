"""Tasks as they were at an instant: the state of the last event until then, the person's own only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from audit_service.bootstrap import Process
from event_contracts.identifiers import uuid7

from .conftest import records, task_event

pytestmark = pytest.mark.integration
Token = Callable[[UUID | None], dict[str, str]]
START = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)


def minute(number: float) -> str:
    return (START + dt.timedelta(minutes=number)).isoformat()


def act(user: UUID, task: UUID, number: int, verb: str = "updated", **more: Any) -> bytes:
    return task_event(user, task, number, verb, more={"occurred_at": minute(number), **more})


async def test_a_task_is_as_its_last_event_until_then_left_it(
    process: Process, inner: httpx.AsyncClient, backend_token: Token
) -> None:
    user, task = uuid7(), uuid7()
    foreign = task_event(user, task, 9, "created", more={"occurred_at": minute(2.5)}).replace(
        b"todo.task.created.v1", b"todo.guest.came.v1"
    )
    await process.consumer.handle(
        records(*(act(user, task, number) for number in (1, 2, 3)), foreign, act(uuid7(), task, 4))
    )
    titles = {1: "title 1", 1.5: "title 1", 2: "title 2", 2.9: "title 2", 3: "title 3", 99: "title 3"}
    for number, title in titles.items():
        answer = await inner.get(
            f"/internal/users/{user}/tasks/{task}/as-of", params={"at": minute(number)}, headers=backend_token(user)
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["state"]["title"] == title, number
    for asker, number in ((user, 0.9), (uuid7(), 99)):
        answer = await inner.get(
            f"/internal/users/{asker}/tasks/{task}/as-of", params={"at": minute(number)}, headers=backend_token(asker)
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "task_not_found")


async def test_all_tasks_page_by_page_each_once_at_its_state(
    process: Process, inner: httpx.AsyncClient, backend_token: Token, owner: psycopg.Connection
) -> None:
    user, stranger, tasks = uuid7(), uuid7(), [uuid7() for _ in range(5)]
    bodies = [act(user, task, number + place) for place, task in enumerate(tasks) for number in (1, 2, 6)]
    await process.consumer.handle(records(*bodies, act(stranger, uuid7(), 1)))

    async def states(asker: UUID, at: float, limit: int) -> list[tuple[str, str]]:
        path, query, seen = f"/internal/users/{asker}/tasks/as-of", {"at": minute(at), "limit": limit}, []
        while True:
            page = (await inner.get(path, params=query, headers=backend_token(asker))).json()
            seen += [(item["task_id"], item["state"] and item["state"]["title"]) for item in page["items"]]
            if page["next_cursor"] is None:
                return seen
            query["cursor"] = page["next_cursor"]

    for limit in (1, 2, 5, 50):
        assert await states(user, 3.5, limit) == [
            (str(tasks[0]), "title 2"), (str(tasks[1]), "title 3"), (str(tasks[2]), "title 3")
        ]  # fmt: skip
        assert await states(user, 99, limit) == [(str(task), f"title {6 + n}") for n, task in enumerate(tasks)]
        assert await states(user, 0, limit) == []
    assert len(await states(stranger, 99, 50)) == 1

    owner.execute("DELETE FROM audit.payloads")
    assert await states(user, 99, 50) == [(str(task), None) for task in tasks]


async def test_what_makes_no_sense_is_refused(inner: httpx.AsyncClient, backend_token: Token) -> None:
    user = uuid7()
    for path, query in (
        (f"tasks/{uuid7()}/as-of", {}),
        (f"tasks/{uuid7()}/as-of", {"at": "2030-01-01T00:00:00"}),
        ("tasks/as-of", {}),
        ("tasks/as-of", {"at": minute(1), "cursor": "x"}),
    ):
        answer = await inner.get(f"/internal/users/{user}/{path}", params=query, headers=backend_token(user))
        assert answer.status_code == 422, (path, query)
        answer = await inner.get(f"/internal/users/{user}/{path}", params=query, headers=backend_token(uuid7()))
        assert answer.status_code == 403
