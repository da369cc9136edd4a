"""Receiving bulk deliveries: the one place where Dapr's body becomes records and an outcome becomes a reply.

The reply names every entry as SUCCESS (daprd takes an empty body for an error and delivers for ever), or is 500 for a
transient cause only: then the identical batch comes again, in order, and everything else of that component waits.
Nothing else may fail here, since a 500 that repeats for ever stops every topic of the component.
"""

from __future__ import annotations

import binascii
import logging
from typing import Any, Protocol

import orjson
import pybase64
from event_spine import metrics
from event_spine.errors import Transient
from event_spine.records import Record
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

logger = logging.getLogger(__name__)

ROUTE = "/events/bulk"


class BatchHandler(Protocol):
    """What settles a batch: `event_spine.consumer.Consumer`."""

    async def handle(self, records: list[Record]) -> object:
        """Return when the batch is settled; raise Transient when it must come again."""
        ...


class BulkDeliveries:
    """Takes what declarative bulk subscriptions (raw) of this app deliver to POST ROUTE, and passes on all else.

    A middleware in front of the routes, of which deliveries need none and of which there are very many; it stands
    behind AppTokenRequired.
    """

    def __init__(self, app: ASGIApp, consumer: BatchHandler) -> None:
        self._app = app
        self._consumer = consumer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] != ROUTE or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        status, body = await deliver(self._consumer, await Request(scope, receive).body())
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def deliver(consumer: BatchHandler, body: bytes) -> tuple[int, bytes]:
    """Settle one delivery and return the status and the body of its reply."""
    document = _document(body)
    if document is None:
        metrics.UNPLACED.inc()
        return 400, b""
    records = read_batch(document)
    try:
        if records:
            await consumer.handle(records)
    except Transient:
        return 500, b""
    return 200, taken(document)


def taken(document: dict[str, Any]) -> bytes:
    """Return the reply that names every entry of a bulk as taken."""
    statuses = [{"entryId": e.get("entryId"), "status": "SUCCESS"} for e in document.get("entries") or []]
    return orjson.dumps({"statuses": statuses})


def read_batch(document: dict[str, Any]) -> list[Record]:
    """Turn Dapr's bulk body into records. An entry without a readable place in Kafka is logged and left out."""
    records: list[Record] = []
    for entry in document.get("entries") or []:
        metadata = entry.get("metadata") or {}
        try:
            records.append(
                Record(
                    topic=metadata.get("__topic") or document["topic"],
                    partition=int(metadata.get("__partition", -1)),
                    offset=int(metadata.get("__offset", -1)),
                    key=metadata.get("__key"),
                    body=_bytes_of(entry.get("event")),
                    timestamp_ms=_milliseconds(metadata.get("__timestamp")),
                )
            )
        except (KeyError, ValueError):
            metrics.UNPLACED.inc()
            logger.exception("a delivery that cannot be placed is left out", extra={"entry": str(entry)[:500]})
    return records


def _document(body: bytes) -> dict[str, Any] | None:
    """Read a delivery; None when it is not what a sidecar sends."""
    try:
        document: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    entries: Any = document.get("entries") if isinstance(document, dict) else None
    whole = isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)
    return document if whole else None


def _milliseconds(text: Any) -> int | None:
    return int(text) if isinstance(text, str) and text.isdigit() else None


def _bytes_of(event: Any) -> bytes:
    if isinstance(event, str):
        try:
            return pybase64.b64decode(event, validate=True)
        except binascii.Error:
            return event.encode()
    return orjson.dumps(event)
