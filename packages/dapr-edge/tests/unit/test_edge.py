"""What Dapr sends and answers, in the shapes that were seen of daprd 1.18, and the lock of the loopback listener."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import sys
from uuid import UUID

import httpx
import orjson
import pytest
from dapr_edge.publisher import refusals_of
from dapr_edge.subscriptions import ROUTE, BulkDeliveries, read_batch
from dapr_edge.tokens import AppTokenRequired
from event_spine.errors import BrokerUnavailable, Transient
from event_spine.outgoing import Outgoing
from event_spine.records import Record
from fastapi import FastAPI

RAW = b'{"b":1.0,"a":9007199254740993}'


def _batch(*bodies: bytes) -> bytes:
    return orjson.dumps(
        {
            "id": "1",
            "topic": "task-events",
            "pubsubname": "kafka-pubsub",
            "type": "com.dapr.event.sent.bulk",
            "entries": [
                {
                    "entryId": str(n),
                    "event": base64.b64encode(body).decode(),
                    "contentType": "application/octet-stream",
                    "metadata": {"__key": "k", "__partition": "2", "__offset": str(10 + n), "__topic": "task-events"},
                }
                for n, body in enumerate(bodies)
            ],
        }
    )


def test_a_raw_entry_keeps_the_records_bytes_and_its_place() -> None:
    assert read_batch(orjson.loads(_batch(RAW, b"not json"))) == [
        Record("task-events", 2, 10, "k", RAW),
        Record("task-events", 2, 11, "k", b"not json"),
    ]


@pytest.mark.parametrize("text", ["a", "é", "no base64", "YQ==YQ=="])
def test_what_is_no_base64_is_kept_as_it_was_written(text: str) -> None:
    document = orjson.loads(_batch(RAW))
    document["entries"][0]["event"] = text
    assert [record.body for record in read_batch(document)] == [text.encode()]


class Settler:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.batches: list[list[Record]] = []

    async def handle(self, records: list[Record]) -> None:
        self.batches.append(records)
        if self.error:
            raise self.error


ALL_DONE = {"statuses": [{"entryId": "0", "status": "SUCCESS"}, {"entryId": "1", "status": "SUCCESS"}]}


@pytest.mark.parametrize(("error", "status", "reply"), [(None, 200, ALL_DONE), (Transient(), 500, None)])
async def test_the_reply_is_success_for_the_whole_batch_or_500_for_a_transient_cause(
    error: Exception | None, status: int, reply: object
) -> None:
    settler = Settler(error)
    app = BulkDeliveries(FastAPI(), settler)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inner") as client:
        answer = await client.post(ROUTE, content=_batch(RAW, b"not json"))
    assert (answer.status_code, answer.json() if answer.content else None) == (status, reply)
    assert len(settler.batches) == 1


async def test_the_loopback_listener_answers_only_to_its_sidecar() -> None:
    app = BulkDeliveries(FastAPI(), Settler())
    locked = AppTokenRequired(app, "the-app-token-of-this-app")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(locked), base_url="http://inner") as client:
        statuses = [
            (await client.post(ROUTE, content=_batch(RAW), headers=headers)).status_code
            for headers in ({}, {"dapr-api-token": "wrong"}, {"dapr-api-token": "the-app-token-of-this-app"})
        ]
    assert statuses == [401, 401, 200]


ENTRIES = [Outgoing(n, UUID(int=n), "task-events", str(n), b"{}") for n in (1, 2)]


def _named(*numbers: int, error: str) -> bytes:
    return orjson.dumps({"failedEntries": [{"entryId": str(UUID(int=n)), "error": error} for n in numbers]})


def test_the_entries_that_failed_are_named() -> None:
    refusals = refusals_of(500, _named(2, error="kafka: leader gone"), ENTRIES)
    assert [(r.event_id, r.operator_only) for r in refusals] == [(UUID(int=2), False)]


def test_what_no_retry_can_mend_is_the_operators() -> None:
    error = "kafka server: Message was too large, server rejected it to avoid allocation error"
    assert refusals_of(500, _named(1, error=error), ENTRIES[:1])[0].operator_only


@pytest.mark.parametrize(("status", "body"), [(500, _named(1, 2, error="EOF")), (500, b"not json"), (401, b"{}")])
def test_a_bulk_that_failed_whole_says_that_the_broker_is_away(status: int, body: bytes) -> None:
    with pytest.raises(BrokerUnavailable):
        refusals_of(status, body, ENTRIES)


async def test_a_call_searches_for_no_module() -> None:
    """An import that fails within each call costs more than the call: httpcore asks for `sniffio` several times."""
    searched: list[str] = []

    class Listening:
        @staticmethod
        def find_spec(name: str, *_: object) -> None:
            searched.append(name)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with httpx.AsyncClient() as client:
        await client.get(url)
        sys.meta_path.insert(0, Listening)
        try:
            await client.get(url)
        finally:
            sys.meta_path.remove(Listening)
    server.close()
    assert searched == []
