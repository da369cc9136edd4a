"""Ranges of time in a ledger, and reading its events page by page through its owner's door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from event_contracts.identifiers import first_id_of
from event_contracts.operators import LEDGER_DOORS, LEDGER_OWNERS

from todo_ops.errors import Misused
from todo_ops.services import Services

FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant on, until another; None: from the ledger's beginning, until its present end."""

    since: datetime | None
    until: datetime | None

    @property
    def after(self) -> UUID:
        """Return the id that every event of the span lies above."""
        return FIRST if self.since is None else UUID(int=max(0, first_id_of(self.since).int - 1))

    @property
    def before(self) -> UUID:
        """Return the id that every event of the span lies below."""
        return LAST if self.until is None else first_id_of(self.until)


def parse_instant(text: str) -> datetime:
    """Read an instant in ISO 8601; without an offset it is UTC. Raises Misused."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Misused(
            f"{text!r} is no instant: say it like 2026-11-21T18:00 (UTC) or 2026-11-21T19:00+01:00."
        ) from error
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def pages(services: Services, topic: str, span: Span) -> Iterator[list[Document]]:
    """Yield the events of a topic as they stand in their owner's ledger, a page at a time, oldest first."""
    door = LEDGER_DOORS[LEDGER_OWNERS[topic]]
    after: str | None = str(span.after)
    while after is not None:
        told = services.ask(door, query={"topic": topic, "after": after, "until": str(span.before)})
        if told["items"]:
            yield told["items"]
        after = told["next_after"]
