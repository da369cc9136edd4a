"""Creations that come together: one transaction for many, and each is still an act of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from actors import Database, Person
from local_runtime.testing import Postgres
from todo_backend.application import creations
from todo_backend.bootstrap import Backend, build
from todo_backend.settings import BackendSettings

pytestmark = pytest.mark.integration


@pytest.fixture
async def bob(api: httpx.AsyncClient) -> Person:
    return await Person.sign_up(api, "bob@example.com")


async def test_many_at_once_are_few_transactions_and_every_act_has_its_own_place(
    ada: Person, bob: Person, database: Database
) -> None:
    made = await asyncio.gather(
        *(person.create(f"{n}", due={"date": "2030-01-01"}) for n in range(40) for person in (ada, bob)),
        ada.create("repeats", due={"date": "2030-01-01"}, recurrence={"rrule": "FREQ=DAILY"}),
    )
    assert len({task["id"] for task in made}) == 81
    seen = database.rows("SELECT count(*) AS tasks, count(DISTINCT xmin::text) AS transactions FROM tasks.tasks")
    assert seen[0]["tasks"] == 81
    assert seen[0]["transactions"] < 20, "together"
    for person, count in ((ada, 41), (bob, 40)):
        told = [e["data"] for e in database.events("task.created") if e["data"]["user_id"] == person.id]
        changes = [data["change"] for data in told]
        assert changes == list(range(changes[0], changes[0] + count)), "in order, without a gap"
        instants = [data["occurred_at"] for data in told]
        assert instants == sorted(set(instants))
        assert len({data["correlation_id"] for data in told}) == count
        listed = await person.listed("?limit=100")
        assert sorted(t["id"] for t in listed) == sorted(data["task_id"] for data in told)


async def test_each_can_be_undone_by_its_own_handle(ada: Person) -> None:
    answers = await asyncio.gather(*(ada.call("POST", "/tasks", {"title": f"{n}"}) for n in range(10)))
    assert {a.status_code for a in answers} == {201}
    undone = await ada.call("POST", f"/undo/{answers[3].headers['undo-handle']}")
    assert undone.status_code == 200
    assert {t["title"] for t in await ada.listed()} == {str(n) for n in range(10) if n != 3}


async def test_one_that_is_refused_fails_alone(ada: Person, database: Database) -> None:
    never = {"due": {"date": "2030-01-01"}, "recurrence": {"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}}
    answers = await asyncio.gather(
        *(ada.call("POST", "/tasks", {"title": f"{n}", **(never if n == 7 else {})}) for n in range(20))
    )
    assert [a.status_code for a in answers] == [422 if n == 7 else 201 for n in range(20)], answers[7].text
    changes = [e["data"]["change"] for e in database.events("task.created")]
    assert sorted(changes) == list(range(min(changes), min(changes) + 19)), "what was refused took no number"


async def test_who_waits_for_a_lock_holds_up_nobody_else(ada: Person, bob: Person, empty: Postgres) -> None:
    with psycopg.connect(empty.app_url("tasks")) as other:
        other.execute("SELECT 1 FROM tasks.change_counters WHERE user_id = %s FOR UPDATE", (ada.id,))
        held = [asyncio.create_task(ada.create(f"held {n}")) for n in range(3)]
        async with asyncio.timeout(5):
            await asyncio.gather(*(bob.create(f"free {n}") for n in range(30)))
        assert not any(task.done() for task in held)
    await asyncio.gather(*held)


async def test_a_statement_that_hangs_holds_up_only_what_was_with_it(
    ada: Person, database: Database, empty: Postgres
) -> None:
    """The first batch hangs on its insert; what comes later goes through another connection."""
    database.rows(
        "CREATE FUNCTION tasks.hang() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.title = 'hang' THEN PERFORM pg_advisory_xact_lock(4711); END IF; RETURN NEW; END $$"
    )
    database.rows("CREATE TRIGGER hang BEFORE INSERT ON tasks.tasks FOR EACH ROW EXECUTE FUNCTION tasks.hang()")
    try:
        with psycopg.connect(empty.app_url("tasks")) as other:
            other.execute("SELECT pg_advisory_xact_lock(4711)")
            bob = await Person.sign_up(ada.api, "bob@example.com")
            hanging = asyncio.create_task(ada.create("hang"))
            await _until_waiting(database)
            async with asyncio.timeout(5):
                await asyncio.gather(*(bob.create(f"{n}") for n in range(10)))
            assert not hanging.done()
        await hanging
    finally:
        database.rows("DROP TRIGGER hang ON tasks.tasks")
        database.rows("DROP FUNCTION tasks.hang()")


async def test_too_many_waiting_are_told_so_at_once(
    ada: Person, database: Database, empty: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(creations, "MOST_WAITING", 3)
    with psycopg.connect(empty.owner_url("tasks")) as other:
        other.execute("LOCK TABLE tasks.tasks IN EXCLUSIVE MODE")
        calls = [asyncio.create_task(ada.call("POST", "/tasks", {"title": f"{n}"})) for n in range(30)]
        done, waiting = await asyncio.wait(calls, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        refused = next(iter(done)).result()
        assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
        assert refused.headers["retry-after"] == "1"
        assert waiting
    answers = await asyncio.gather(*calls)
    made = [a for a in answers if a.status_code == 201]
    assert made
    assert database.rows("SELECT count(*) AS n FROM tasks.tasks") == [{"n": len(made)}]


async def test_a_commit_whose_end_is_not_heard_is_read_back(
    settings: BackendSettings, empty: Postgres, database: Database
) -> None:
    """The line to the database is cut between the commit and its acknowledgement."""
    async with _Wire(empty) as wire:
        backend = build(settings.model_copy(update={"database_url": wire.url(settings.database_url)}))
        async with backend.inner_app.router.lifespan_context(backend.inner_app), _client(backend) as api:
            ada = await Person.sign_up(api, "ada@example.com")
            wire.cut_at = b"COMMIT\0"
            answers = await asyncio.gather(*(ada.call("POST", "/tasks", {"title": f"{n}"}) for n in range(5)))
            assert wire.cuts > 0
            assert [a.status_code for a in answers] == [201] * 5
            told = {e["data"]["task_id"] for e in database.events("task.created")}
            assert told == {a.json()["id"] for a in answers}
            assert database.rows("SELECT count(*) AS n FROM tasks.tasks") == [{"n": 5}]


def _client(backend: Backend) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(backend.open_app), base_url="http://todo")


async def _until_waiting(database: Database) -> None:
    async with asyncio.timeout(5):
        while not database.rows("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            await asyncio.sleep(0.01)


class _Wire:
    """A line to PostgreSQL that is cut, once, when the server's answer holds `cut_at`."""

    def __init__(self, postgres: Postgres) -> None:
        self._port = urlsplit(postgres.app_url("tasks")).port
        self.cut_at: bytes | None = None
        self.cuts = 0

    async def __aenter__(self) -> _Wire:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    def url(self, url: str) -> str:
        return url.replace(f":{self._port}/", f":{self._server.sockets[0].getsockname()[1]}/")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        forward = asyncio.create_task(self._pass(reader, back))
        try:
            async for chunk in _chunks(there):
                if self.cut_at is not None and self.cut_at in chunk:
                    self.cut_at, self.cuts = None, self.cuts + 1
                    break
                writer.write(chunk)
        finally:
            forward.cancel()
            back.close()
            writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async for chunk in _chunks(reader):
            writer.write(chunk)


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[Any]:
    while chunk := await reader.read(65536):
        yield chunk
