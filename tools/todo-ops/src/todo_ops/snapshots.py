"""All accounts, series or tasks as their owner has them, page by page through its door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from event_contracts.operators import READ_SNAPSHOT

from todo_ops.services import Services

KINDS = ("users", "series", "tasks")


def pages(services: Services, kind: str) -> Iterator[list[dict[str, Any]]]:
    """Yield the items of a kind, a page at a time."""
    place: dict[str, Any] | None = {}
    while place is not None:
        told = services.ask(READ_SNAPSHOT, {"kind": kind}, query=place)
        if told["items"]:
            yield told["items"]
        place = told["next"]
