"""Broadcast topics: every replica gets every message, through the SDK's `DaprApp`.

Messages are hints that may be lost. They are delivered raw: a sidecar that is to read a CloudEvent itself and cannot
tries the record again and again, and nothing behind it in that partition is heard. `DaprApp` adds routes without any
check to the app that it wraps, so that app is mounted on the loopback listener only, behind the app token.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Awaitable, Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson
from dapr.ext.fastapi import DaprApp
from event_contracts.topics import BROADCAST
from event_spine import metrics
from event_spine.tracing import receive_span, traceparent_of
from fastapi import FastAPI, Request, Response

from dapr_edge.subscriptions import read_batch, taken

logger = logging.getLogger(__name__)

ROUTES = "/broadcast/"
"""What the paths of the deliveries begin with."""
BULK = {"enabled": True, "maxMessagesCount": 200, "maxAwaitDurationMs": 20}
"""What a page is told may be so much later; thousands of messages a second are then some fifty requests."""

Hint = Callable[[dict[str, Any]], Awaitable[None]]


class _Subscriptions(DaprApp):
    """`DaprApp` offers no bulk; the sidecar reads it from the same answer."""

    def in_bulk(self, topics: Collection[str]) -> None:
        for subscription in self._subscriptions:
            if subscription["topic"] in topics:
                subscription["bulkSubscribe"] = BULK


def subscribe_broadcasts(app: FastAPI, hints: Mapping[str, Hint], bulk: Collection[str] = ()) -> None:
    """Subscribe `app` to broadcast topics, {topic: what to do with a message}; a hint that fails is logged and gone.

    `bulk` names the topics of which there may be many messages.
    """
    dapr_app = _Subscriptions(app)
    for topic, hint in hints.items():
        _subscribe(dapr_app, topic, hint)
    dapr_app.in_bulk(bulk)


def _subscribe(dapr_app: Any, topic: str, hint: Hint) -> None:
    @dapr_app.subscribe(pubsub=BROADCAST, topic=topic, route=ROUTES + topic, metadata={"rawPayload": "true"})
    async def deliver(request: Request) -> Response:
        records: list[bytes] = []
        reply = b""
        with _failing_alone(topic):
            records, reply = _read(orjson.loads(await request.body()))
        if not records:
            return Response(reply, media_type="application/json")
        with receive_span(topic, [traceparent_of(record) for record in records], len(records)):
            for record in records:
                with _failing_alone(topic):
                    await hint(orjson.loads(record)["data"])
            logger.debug("hints handled", extra={"topic": topic, "messages": len(records)})
        metrics.HINTS.labels(topic).inc(len(records))
        return Response(reply, media_type="application/json")


@contextmanager
def _failing_alone(topic: str) -> Generator[None]:
    try:
        yield
    except Exception:
        metrics.HINTS_FAILED.labels(topic).inc()
        logger.exception("hint failed", extra={"topic": topic})


def _read(document: dict[str, Any]) -> tuple[list[bytes], bytes]:
    """Return the records of a delivery, of one or in bulk, and the reply to it."""
    if "entries" in document:
        return [record.body for record in read_batch(document)], taken(document)
    return [base64.b64decode(document["data_base64"], validate=True)], b""
