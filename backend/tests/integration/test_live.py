"""Live updates over real sockets: what happens now, what was missed, and an end that is prompt."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from actors import Database, Person
from local_runtime import ports
from local_runtime.testing import answering
from todo_backend.bootstrap import Backend
from todo_backend.doors.live.stream import Stream
from todo_backend.series import reading as series_reading

pytestmark = pytest.mark.integration


@pytest.fixture
async def live(backend: Backend) -> AsyncIterator[str]:
    async with _served(backend) as address:
        yield address


@contextlib.asynccontextmanager
async def _served(backend: Backend) -> AsyncIterator[str]:
    """Serve the open application on a real socket: httpx's in-process transport cannot stream."""
    port = ports.any_free()
    async with answering(backend.open_app, port):
        yield f"http://127.0.0.1:{port}"


class Follower:
    """An EventSource."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def frame(self, event: str, seconds: float = 5.0) -> dict[str, Any]:
        """The next frame of a kind, its data parsed."""
        async with asyncio.timeout(seconds):
            found: dict[str, Any] = {}
            async for line in self._lines:
                if line:
                    name, _, value = line.partition(": ")
                    found[name] = value
                elif found.get("event") == event:
                    return {**found, "data": json.loads(found["data"])}
                else:
                    found = {}
        raise EOFError


@contextlib.asynccontextmanager
async def _following(base: str, person: Person, last: Any = None) -> AsyncIterator[Follower]:
    headers = {**person.bearer, **({} if last is None else {"last-event-id": str(last)})}
    async with (
        httpx.AsyncClient(base_url=base, timeout=10) as client,
        client.stream("GET", f"{person.path}/updates", headers=headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Follower(answer.aiter_lines())


async def test_a_change_is_seen_at_once_with_its_counter(live: str, ada: Person):
    async with _following(live, ada) as follower:
        assert (await follower.frame("heartbeat"))["data"] == {"counter": 1}
        task = await ada.create("Seen", due={"date": "2030-01-01"}, recurrence={"rrule": "FREQ=DAILY"})
        frame = await follower.frame("changes")
        assert frame["id"] == "2"
        shown = {c["kind"]: c for c in frame["data"]["changes"]}
        assert shown["task"]["task"] == task
        assert shown["series"]["id"] == task["series_id"]
        assert {c["change"] for c in shown.values()} == {2}
        await ada.call("DELETE", f"/tasks/{task['id']}")
        deleted = await follower.frame("changes")
        assert [c["deleted"] for c in deleted["data"]["changes"] if c["kind"] == "task"] == [True]


async def test_lists_are_heard_of(live: str, ada: Person):
    async with _following(live, ada) as follower:
        await follower.frame("heartbeat")
        flat = (await ada.call("POST", "/lists", {"name": "Flat"})).json()
        [made] = (await follower.frame("changes"))["data"]["changes"]
        assert (made["kind"], made["deleted"], made["list"]) == ("list", False, flat)
        await ada.call("DELETE", f"/lists/{flat['id']}")
        [gone] = (await follower.frame("changes"))["data"]["changes"]
        assert (gone["version"], gone["change"], gone["deleted"]) == (2, 3, True)


async def test_what_was_missed_comes_first_and_whole(live: str, ada: Person):
    await ada.create("first")
    await ada.create("second")
    async with _following(live, ada, 1) as follower:
        frame = await follower.frame("changes")
        assert [c["task"]["title"] for c in frame["data"]["changes"]] == ["first", "second"]
    async with _following(live, ada, 2) as follower:
        frame = await follower.frame("changes")
        assert [c["task"]["title"] for c in frame["data"]["changes"]] == ["second"]


async def test_more_than_a_frame_holds_comes_in_several(live: str, ada: Person, database: Database):
    database.rows(
        """INSERT INTO tasks.tasks (user_id, id, stream_key, title, notes, status, priority, tags, subtasks, reminders,
             passed_over, position, version, change, created_at, updated_at)
           SELECT %s, gen_random_uuid(), gen_random_uuid(), 't' || n, '', 'open', 'none', '{}', '[]', '[]', 0, 0, 1,
             1 + (n + 2) / 3, now(), now() FROM generate_series(1, 500) n""",
        ada.id,
    )
    database.rows("UPDATE tasks.change_counters SET value = 168")
    seen: list[str] = []
    async with _following(live, ada, 0) as follower:
        while len(seen) < 500:
            frame = await follower.frame("changes")
            seen += [c["id"] for c in frame["data"]["changes"]]
    assert len(set(seen)) == 500


async def test_a_number_that_is_purged_or_from_the_future_means_resync(live: str, ada: Person, database: Database):
    await ada.create()
    database.rows("UPDATE tasks.change_counters SET purged_through = 1")
    for last in (0, 99):
        async with _following(live, ada, last) as follower:
            frame = await follower.frame("resync")
            assert (frame["id"], frame["data"]) == ("2", {"counter": 2})
    for nonsense in ("abc", "-1", "9" * 40):
        answer = await ada.call("GET", "/updates", last_event_id=nonsense)
        assert (answer.status_code, answer.json()["code"]) == (422, "last_event_id_invalid")


async def test_a_hint_from_another_replica_wakes(live: str, ada: Person, inner: httpx.AsyncClient, database: Database):
    async with _following(live, ada) as follower:
        await follower.frame("heartbeat")
        database.rows(
            """INSERT INTO tasks.tasks (user_id, id, stream_key, title, notes, status, priority, tags, subtasks,
                 reminders, passed_over, position, version, change, created_at, updated_at)
               VALUES (%s, gen_random_uuid(), gen_random_uuid(), 'elsewhere', '', 'open', 'none', '{}', '[]', '[]', 0,
                 0, 1, 2, now(), now())""",
            ada.id,
        )
        database.rows("UPDATE tasks.change_counters SET value = 2")
        hint = _delivered({"changes": [{"user": ada.id, "counter": 2}]})
        assert (await inner.post("/broadcast/task-updates", json=hint)).status_code == 200
        frame = await follower.frame("changes")
        assert frame["data"]["changes"][0]["task"]["title"] == "elsewhere"
        told = {"event_type": "reminder_sent", "user_id": ada.id, "channel": "in_app", "title": "Soon"}
        told |= {"notification_number": 1, "notification_id": "n", "occurred_at": "2030-01-01T10:00:00Z"}
        many = [_record(None), *(_record(told | {"notification_number": n}) for n in (1, 2))]
        answer = await inner.post("/broadcast/reminders", json=_bulk(many))
        assert answer.json() == {"statuses": [{"entryId": str(n), "status": "SUCCESS"} for n in range(3)]}
        assert [(await follower.frame("reminder"))["data"]["number"] for _ in (1, 2)] == [1, 2]
        for broken in ({}, {"data_base64": "?"}, _delivered(None), _delivered({"changes": [{"user": "nobody"}]})):
            assert (await inner.post("/broadcast/task-updates", json=broken)).status_code == 200


def _delivered(data: Any) -> dict[str, Any]:
    """What a sidecar posts for a record whose CloudEvent carries these data, when the subscription is raw."""
    return {"specversion": "1.0", "id": "2", "data_base64": _record(data)}


def _bulk(records: list[str]) -> dict[str, Any]:
    """The same for a subscription in bulk."""
    entries = [{"entryId": str(n), "event": record, "metadata": {}} for n, record in enumerate(records)]
    return {"topic": "reminders", "pubsubname": "kafka-broadcast", "entries": entries}


def _record(data: Any) -> str:
    return base64.b64encode(orjson.dumps({"specversion": "1.0", "id": "1", "data": data})).decode()


async def test_streams_end_at_once_when_the_process_stops(ada: Person, mortal: Backend):
    async with _served(mortal) as address, _following(address, ada) as follower:
        await follower.frame("heartbeat")
        assert mortal.services.hub.connections == 1
        began = time.monotonic()
        mortal.stop_streams()
        with pytest.raises(EOFError):
            await follower.frame("changes")
        assert time.monotonic() - began < 2


async def test_a_stream_ends_with_its_token_and_beats_meanwhile(ada: Person, backend: Backend):
    services = backend.services
    stream = Stream(services.pool, services.hub, UUID(ada.id), None, time.time() + 0.5, heartbeat_seconds=0.1)
    async with asyncio.timeout(5):
        frames = [f async for f in stream.frames()]
    assert len(frames) >= 3
    assert all(f.startswith(b"event: heartbeat") for f in frames)
    assert services.hub.connections == 0


async def test_one_user_may_not_hold_endless_streams(ada: Person, backend: Backend):
    with contextlib.ExitStack() as stack:
        for _ in range(32):
            stack.enter_context(backend.services.hub.subscribe(UUID(ada.id)))
        answer = await ada.call("GET", "/updates")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_streams")


async def test_a_change_between_two_reads_is_neither_lost_nor_torn(
    ada: Person, backend: Backend, monkeypatch: pytest.MonkeyPatch
):
    services = backend.services
    await ada.create("first")
    read_series = series_reading.changed_after
    interleaved = False

    async def late(*arguments: Any) -> Any:
        nonlocal interleaved
        if not interleaved:
            interleaved = True
            await ada.create("second", due={"date": "2030-01-01"}, recurrence={"rrule": "FREQ=DAILY"})
        return await read_series(*arguments)

    monkeypatch.setattr(series_reading, "changed_after", late)
    stream = Stream(services.pool, services.hub, UUID(ada.id), 1, time.time() + 0.5)
    async with asyncio.timeout(5):
        frames = [f async for f in stream.frames() if f.startswith(b"event: changes")]
    shown = [[(c["kind"], c["change"]) for c in json.loads(f.partition(b"data: ")[2])["changes"]] for f in frames]
    assert [sorted(s) for s in shown] == [[("task", 2)], [("series", 3), ("task", 3)]]


async def test_a_reminder_is_passed_on_without_a_look_for_changes(
    ada: Person, backend: Backend, monkeypatch: pytest.MonkeyPatch
):
    services, looks = backend.services, 0
    look = Stream._changes  # pyright: ignore[reportPrivateUsage]  # what is counted has no other name

    async def counted(stream: Stream, position: int) -> Any:
        nonlocal looks
        looks += 1
        return await look(stream, position)

    monkeypatch.setattr(Stream, "_changes", counted)
    stream = Stream(services.pool, services.hub, UUID(ada.id), None, time.time() + 5)
    told: list[bytes] = []
    async with asyncio.timeout(5):
        async for frames in stream.frames():
            if len(told) < 3:
                # The first after the heartbeat, the others while frames are being handed out.
                services.hub.remind(UUID(ada.id), {"number": len(told)})
            told.append(frames)
            if frames.startswith(b"event: reminder") and b'"number":2' in frames:
                break
    assert [frames.count(b"event: reminder") for frames in told] == [0, 1, 1, 1], "each once"
    assert looks == 1, "only when the stream began"
