"""Whether processes answer, and whether a probe has come all the way through ledger, relay, sidecars and broker."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import httpx
from event_contracts.topics import TOPICS

from local_runtime.render.components import GROUPED


def answers(client: httpx.Client, address: str) -> tuple[bool, str]:
    """Whether a GET of the address is answered with 2xx, and what was said otherwise."""
    try:
        reply = client.get(address)
    except httpx.HTTPError as error:
        return False, f"no answer ({type(error).__name__})"
    return reply.is_success, "" if reply.is_success else f"{reply.status_code} {reply.text[:300]}"


def probed_topics(apps: Collection[str]) -> dict[str, list[str]]:
    """App-id → the topics through which a probe must reach it when these apps run: whoever publishes sends them."""
    found: dict[str, list[str]] = {}
    for topic in TOPICS.values():
        if topic.ledgered and topic.publisher in apps:
            for app in topic.consumer_ids(*GROUPED):
                if app in apps:
                    found.setdefault(app, []).append(topic.name)
    return found


def unseen_probes(client: httpx.Client, address: str, topics: list[str], younger_than: datetime) -> list[str]:
    """Those of the topics of which the consumer at `address` has not yet seen a probe written after that moment."""
    try:
        document: dict[str, Any] = client.get(address).json()
    except (httpx.HTTPError, ValueError):
        return topics
    consumers: dict[str, Any] = document.get("consumers") or {}
    return [topic for topic in topics if not _is_younger(consumers.get(topic) or {}, younger_than)]


def _is_younger(seen: dict[str, Any], moment: datetime) -> bool:
    last = seen.get("last_probe_at")
    if not last:
        return False
    at = datetime.fromisoformat(str(last))
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) >= moment
