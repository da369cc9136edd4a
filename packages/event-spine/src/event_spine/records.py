"""What a consumer works on: records as they lay in a topic, the events in them, and what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from event_contracts import CloudEvent, EventData


@dataclass(frozen=True, slots=True)
class Record:
    """One Kafka record as it lay in the topic: its place, its key, its exact bytes and Kafka's timestamp (Unix ms)."""

    topic: str
    partition: int
    offset: int
    key: str | None
    body: bytes
    timestamp_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """A record that parsed as a CloudEvent. `data` is None for a type that this version does not know."""

    record: Record
    event: CloudEvent
    data: EventData | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A record of a batch that became a dead letter, and why."""

    record: Record
    reason: str
    detail: str
    attempts: int
    event_id: UUID | None = None
