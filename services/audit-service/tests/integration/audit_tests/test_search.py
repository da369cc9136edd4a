"""A person's history across tasks: every filter, every page once, nobody else's, and from an index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import orjson
import psycopg
import pytest
from audit_service.bootstrap import Process
from audit_service.domain.filters import Filters
from audit_service.storage.search import NEWEST, page_statement, parameters_of, search
from event_contracts.identifiers import uuid7

from .conftest import records, task_event

pytestmark = pytest.mark.integration
Token = Callable[[UUID | None], dict[str, str]]
START = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
CHAT = {"kind": "agent", "id": "built-in", "door": "chat"}


def minute(number: int) -> str:
    return (START + dt.timedelta(minutes=number)).isoformat()


class Story:
    """Nine acts of a person on three tasks in nine minutes, with acts of a neighbour between them."""

    def __init__(self) -> None:
        self.user, self.neighbour = uuid7(), uuid7()
        self.tasks = [uuid7() for _ in range(3)]
        self.request = uuid7()
        self.ids: list[str] = []
        self.bodies: list[bytes] = []
        for number in range(9):
            task, version = self.tasks[number % 3], number // 3 + 1
            verb = "created" if version == 1 else "completed" if version == 3 else "updated"
            more: dict[str, Any] = {"occurred_at": minute(number)}
            if number in (2, 5):
                more["actor"] = CHAT
            if number in (4, 5):
                more["correlation_id"] = str(self.request)
            self.bodies.append(task_event(self.user, task, version, verb, more=more))
            self.ids.append(orjson.loads(self.bodies[-1])["id"])
            self.bodies.append(task_event(self.neighbour, task, version, verb, more=more))


@pytest.fixture
async def story(process: Process) -> Story:
    story = Story()
    await process.consumer.handle(records(*story.bodies))
    return story


async def asked(inner: httpx.AsyncClient, token: Token, user: UUID, **query: Any) -> list[str]:
    """Return the ids of every page of a search, in order."""
    seen: list[str] = []
    cursor = None
    while True:
        parameters = {**query, **({"cursor": cursor} if cursor else {})}
        answer = await inner.get(f"/internal/users/{user}/history", params=parameters, headers=token(user))
        assert answer.status_code == 200, answer.text
        seen += [item["event_id"] for item in answer.json()["items"]]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return seen


async def test_every_filter_finds_exactly_its_own_newest_first(
    story: Story, inner: httpx.AsyncClient, backend_token: Token
) -> None:
    wanted: list[tuple[dict[str, Any], list[int]]] = [
        ({}, [8, 7, 6, 5, 4, 3, 2, 1, 0]),
        ({"task_id": str(story.tasks[1])}, [7, 4, 1]),
        ({"event_type": "task_completed"}, [8, 7, 6]),
        ({"event_type": ["todo.task.created.v1", "task_completed"]}, [8, 7, 6, 2, 1, 0]),
        ({"actor_kind": "agent"}, [5, 2]),
        ({"actor_id": str(story.user)}, [8, 7, 6, 4, 3, 1, 0]),
        ({"door": "chat"}, [5, 2]),
        ({"since": minute(3), "until": minute(6)}, [5, 4, 3]),
        ({"correlation_id": str(story.request)}, [5, 4]),
        ({"correlation_id": str(story.request), "door": "chat", "task_id": str(story.tasks[2])}, [5]),
        ({"event_type": "task_missed"}, []),
    ]
    for query, numbers in wanted:
        for limit in (1, 2, 50):
            found = await asked(inner, backend_token, story.user, limit=limit, **query)
            assert found == [story.ids[number] for number in numbers], (query, limit)


async def test_a_page_looks_at_a_bounded_number_of_entries_and_reads_on_from_there(
    story: Story, process: Process
) -> None:
    async with process.pool.connection() as connection:
        filters, before, found, pages = Filters(door="chat"), NEWEST, [], 0
        while True:
            page = await search(connection, story.user, filters, before, limit=50, sieved=2)
            found += [str(row.event_id) for row in page.rows]
            pages += 1
            if page.next is None:
                break
            before = page.next
    assert found == [story.ids[5], story.ids[2]]
    assert pages == 5, "nine entries, two looked at by each page"


async def test_a_stranger_finds_nothing_by_the_ids_of_another(
    story: Story, inner: httpx.AsyncClient, backend_token: Token
) -> None:
    stranger = uuid7()
    for query in ({}, {"task_id": str(story.tasks[0])}, {"correlation_id": str(story.request)},
                  {"actor_id": str(story.user)}):  # fmt: skip
        assert await asked(inner, backend_token, stranger, **query) == []
    for headers, status in (({}, 401), (backend_token(stranger), 403), (backend_token(None), 403)):
        answer = await inner.get(f"/internal/users/{story.user}/history", headers=headers)
        assert answer.status_code == status


async def test_what_makes_no_sense_is_refused(inner: httpx.AsyncClient, backend_token: Token) -> None:
    user = uuid7()
    for query in ({"cursor": "x"}, {"limit": 0}, {"limit": 201}, {"task_id": "7"}, {"since": "2026-05-01T10:00:00"},
                  {"door": "a\0b"}, {"event_type": ["x"] * 21}):  # fmt: skip
        answer = await inner.get(f"/internal/users/{user}/history", params=query, headers=backend_token(user))
        assert answer.status_code == 422, query


async def test_no_page_scans_a_table(story: Story, process: Process, owner: psycopg.Connection) -> None:
    owner.execute(
        "INSERT INTO audit.entries (event_id, topic, type, event_type, user_id, task_id, occurred_at, correlation_id,"
        " digest, source_partition, source_offset)"
        " SELECT (substr(%s::text, 1, 24) || lpad(to_hex(n), 12, '0'))::uuid, 't', 'x', 'x', u, gen_random_uuid(),"
        " now() + n * interval '1 ms', gen_random_uuid(), '', 0, n"
        " FROM generate_series(1, 20000) n, LATERAL (SELECT CASE WHEN n %% 2 = 0 THEN %s ELSE %s END::uuid u) AS whose",
        (uuid7(), story.user, story.neighbour),
    )
    owner.execute("ANALYZE audit.entries")
    searches = [
        (Filters(), "entries_of_user"),
        (Filters(door="chat"), "entries_of_user"),
        (Filters(since=START, until=START + dt.timedelta(days=1)), "entries_of_user"),
        (Filters(task_id=story.tasks[0]), "entries_of_task"),
        (Filters(correlation_id=story.request), "entries_of_request"),
    ]
    names = indexes(owner)
    for filters, index in searches:
        statement = "EXPLAIN (FORMAT JSON) " + page_statement(filters)
        parameters = parameters_of(story.user, filters, NEWEST, 50)
        async with process.pool.connection() as connection:
            row = await (await connection.execute(statement.encode(), parameters)).fetchone()
        assert row is not None
        nodes = list(below(row[0][0]["Plan"]))
        today = [node for node in nodes if node.get("Relation Name") == f"entries_p{dt.datetime.now(dt.UTC):%Y%m%d}"]
        assert [(node["Node Type"], names[node["Index Name"]]) for node in today] == [("Index Scan", index)], filters


def indexes(owner: psycopg.Connection) -> dict[str, str]:
    """Return which index of `entries` each index of a partition is a part of."""
    return dict(
        owner.execute(
            "SELECT child.relname, parent.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid"
            " JOIN pg_class parent ON parent.oid = inhparent WHERE child.relkind = 'i'"
        ).fetchall()
    )


def below(node: dict[str, Any]) -> Any:
    yield node
    for child in node.get("Plans", ()):
        yield from below(child)
