"""Receiving bulk deliveries: the one place where Dapr's body becomes records and an outcome becomes a reply.

The reply names every entry as SUCCESS (daprd takes an empty body for an error and delivers for ever), or is 500 for a
transient cause only: then the identical batch comes again, in order, and everything else of that component waits.
Nothing else may fail here, since a 500 that repeats for ever stops every topic of the component.
"""

from __future__ import annotations

import base64
import binascii
import logging
from typing import Any, Protocol

import orjson
from event_spine.consumer import Record
from event_spine.errors import Transient
from fastapi import APIRouter, Request, Response

logger = logging.getLogger(__name__)

ROUTE = "/events/bulk"


class BatchHandler(Protocol):
    """What settles a batch: `event_spine.consumer.Consumer`."""

    async def handle(self, records: list[Record]) -> None:
        """Return when the batch is settled; raise Transient when it must come again."""
        ...


def bulk_router(consumer: BatchHandler) -> APIRouter:
    """Return the route that declarative bulk subscriptions (raw) of this app deliver to."""
    router = APIRouter(include_in_schema=False)

    async def deliver(request: Request) -> Response:
        document: dict[str, Any] = orjson.loads(await request.body())
        records = read_batch(document)
        try:
            if records:
                await consumer.handle(records)
        except Transient:
            return Response(status_code=500)
        statuses = [{"entryId": e.get("entryId"), "status": "SUCCESS"} for e in document.get("entries") or []]
        return Response(orjson.dumps({"statuses": statuses}), media_type="application/json")

    # A plain route: FastAPI's own would solve dependencies for each delivery, of which there are very many.
    router.add_route(ROUTE, deliver, methods=["POST"])
    return router


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
            logger.exception("a delivery that cannot be placed is left out", extra={"entry": str(entry)[:500]})
    return records


def _milliseconds(text: Any) -> int | None:
    return int(text) if isinstance(text, str) and text.isdigit() else None


def _bytes_of(event: Any) -> bytes:
    if isinstance(event, str):
        try:
            return base64.b64decode(event, validate=True)
        except binascii.Error:
            return event.encode()
    return orjson.dumps(event)
