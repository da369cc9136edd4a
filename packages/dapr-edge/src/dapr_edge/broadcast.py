"""Broadcast topics: every replica gets every message, through the SDK's `DaprApp`.

Messages are hints that may be lost. They are delivered raw: a sidecar that is to read a CloudEvent itself and cannot
tries the record again and again, and nothing behind it in that partition is heard. `DaprApp` adds routes without any
check to the app that it wraps, so that app is mounted on the loopback listener only, behind the app token.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from dapr.ext.fastapi import DaprApp
from event_contracts.topics import BROADCAST
from event_spine import metrics
from fastapi import FastAPI, Request, Response

logger = logging.getLogger(__name__)

ROUTES = "/broadcast/"
"""What the paths of the deliveries begin with."""

Hint = Callable[[dict[str, Any]], Awaitable[None]]


def subscribe_broadcasts(app: FastAPI, hints: Mapping[str, Hint]) -> None:
    """Subscribe `app` to broadcast topics, {topic: what to do with a message}; a hint that fails is logged and gone."""
    dapr_app = DaprApp(app)
    for topic, hint in hints.items():
        _subscribe(dapr_app, topic, hint)


def _subscribe(dapr_app: Any, topic: str, hint: Hint) -> None:
    @dapr_app.subscribe(pubsub=BROADCAST, topic=topic, route=ROUTES + topic, metadata={"rawPayload": "true"})
    async def deliver(request: Request) -> Response:
        try:
            record = base64.b64decode(orjson.loads(await request.body())["data_base64"], validate=True)
            await hint(orjson.loads(record)["data"])
        except Exception:
            metrics.HINTS_FAILED.labels(topic).inc()
            logger.exception("hint failed", extra={"topic": topic})
        return Response(status_code=200)
