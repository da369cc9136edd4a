"""From a delivered event to an entry: what can be read of it is read, whatever its type; nothing is guessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from event_spine.records import Delivered
from pydantic import BaseModel

_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the audit keeps it. Instants are UTC; `record` is the event's exact bytes.

    Fields that an event of an unknown type does not have, or has in another shape, are None.
    """

    event_id: UUID
    topic: str
    type: str
    event_type: str | None
    user_id: UUID | None
    list_id: UUID | None
    task_id: UUID | None
    aggregate_id: UUID | None
    version: int | None
    occurred_at: dt.datetime
    actor_kind: str | None
    actor_id: str | None
    door: str | None
    causation_id: UUID | None
    correlation_id: UUID | None
    source_partition: int
    source_offset: int
    record: bytes


def read_entry(delivered: Delivered) -> Entry:
    """Return the entry of an event: of a known type its data as it was read, else what its JSON looks like."""
    record, event = delivered.record, delivered.event
    data = event.data if delivered.data is None else _mapping(delivered.data)
    task, actor = _mapping(data.get("task_data")), _mapping(data.get("actor"))
    return Entry(
        event_id=event.id,
        topic=record.topic,
        type=event.type.replace("\0", ""),
        event_type=_text(data.get("event_type")),
        user_id=_uuid(data.get("user_id")),
        list_id=_uuid(data.get("list_id")) or _uuid(task.get("list_id")),
        task_id=_uuid(data.get("task_id")),
        aggregate_id=_uuid(event.subject),
        version=_whole(data.get("version")),
        occurred_at=_instant(data.get("occurred_at")) or event.time,
        actor_kind=_text(actor.get("kind")),
        actor_id=_text(actor.get("id")),
        door=_text(actor.get("door")),
        causation_id=_uuid(data.get("causation_id")),
        correlation_id=_uuid(data.get("correlation_id")),
        source_partition=record.partition,
        source_offset=record.offset,
        record=record.body,
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    if isinstance(value, BaseModel):
        return vars(value)
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and "\0" not in value else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST else None


def _uuid(value: Any) -> UUID | None:
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _instant(value: Any) -> dt.datetime | None:
    if isinstance(value, dt.datetime):
        return value
    try:
        instant = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return instant if instant is not None and instant.tzinfo is not None else None
