"""What the relay hands to a publisher, and how it is cut into bulks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

BULK_ENTRIES = 200
BULK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One pending event; `record` is published byte for byte under the partition key `stream_key`."""

    seq: int
    event_id: UUID
    topic: str
    stream_key: str
    record: bytes
    user_id: UUID | None = None
    change: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """One entry that the broker did not take. `operator_only`: trying again cannot help (too large, invalid)."""

    event_id: UUID
    reason: str
    operator_only: bool


class Publisher(Protocol):
    """Publishes one bulk to one topic; every entry has a key of its own and no key stands twice in it."""

    async def publish(self, topic: str, entries: Sequence[Outgoing]) -> Sequence[Refusal]:
        """Return the entries that were refused; raise BrokerUnavailable when nothing can be said of any entry."""
        ...


def cut_bulks(
    pending: Iterable[Outgoing], max_entries: int = BULK_ENTRIES, max_bytes: int = BULK_BYTES
) -> list[list[Outgoing]]:
    """Cut pending events, given in `seq` order, into bulks of one topic with at most one event per stream key.

    The bulk publish of Dapr keeps no order inside a bulk and may take a later entry while it refuses an earlier
    one, so a key's next event goes into a later bulk. An event larger than `max_bytes` travels alone.
    """
    bulks: list[_Bulk] = []
    first_open: dict[str, int] = {}
    key_at: dict[tuple[str, str], int] = {}
    for event in pending:
        key = (event.topic, event.stream_key)
        at = max(first_open.get(event.topic, 0), key_at.get(key, -1) + 1)
        while at < len(bulks) and not bulks[at].takes(event, max_entries, max_bytes):
            at += 1
        if at == len(bulks):
            bulks.append(_Bulk(event.topic, [], 0))
        bulks[at].add(event)
        key_at[key] = at
        if len(bulks[at].entries) >= max_entries:
            first_open[event.topic] = max(first_open.get(event.topic, 0), _next_open(bulks, event.topic, max_entries))
    return [bulk.entries for bulk in bulks]


@dataclass(slots=True)
class _Bulk:
    topic: str
    entries: list[Outgoing]
    size: int

    def takes(self, event: Outgoing, max_entries: int, max_bytes: int) -> bool:
        return (
            self.topic == event.topic
            and len(self.entries) < max_entries
            and (not self.entries or self.size + len(event.record) <= max_bytes)
        )

    def add(self, event: Outgoing) -> None:
        self.entries.append(event)
        self.size += len(event.record)


def _next_open(bulks: Sequence[_Bulk], topic: str, max_entries: int) -> int:
    for index, bulk in enumerate(bulks):
        if bulk.topic == topic and len(bulk.entries) < max_entries:
            return index
    return len(bulks)
