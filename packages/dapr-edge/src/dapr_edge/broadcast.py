"""Broadcast topics: every replica gets every message, through the SDK's `DaprApp`.

Messages are hints that may be lost. `DaprApp` adds routes without any check to the app that it wraps, so that app is
mounted on the loopback listener only, behind the app token.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from dapr.ext.fastapi import DaprApp
from event_contracts.topics import BROADCAST
from event_spine import metrics
from fastapi import FastAPI, Request, Response

logger = logging.getLogger(__name__)

Hint = Callable[[dict[str, Any]], Awaitable[None]]


def subscribe_broadcasts(app: FastAPI, hints: Mapping[str, Hint]) -> None:
    """Subscribe `app` to broadcast topics, {topic: what to do with a message}; a hint that fails is logged and gone."""
    dapr_app = DaprApp(app)
    for topic, hint in hints.items():
        _subscribe(dapr_app, topic, hint)


def _subscribe(dapr_app: Any, topic: str, hint: Hint) -> None:
    @dapr_app.subscribe(pubsub=BROADCAST, topic=topic, route=f"/broadcast/{topic}")
    async def deliver(request: Request) -> Response:
        try:
            document = orjson.loads(await request.body())
            data = document.get("data", document)
            await hint(data if isinstance(data, dict) else orjson.loads(data))
        except Exception:
            metrics.HINTS_FAILED.labels(topic).inc()
            logger.exception("hint failed", extra={"topic": topic})
        return Response(status_code=200)
