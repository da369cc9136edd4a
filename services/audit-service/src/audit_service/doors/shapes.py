"""What the internal door answers: pages of acts, and the cursors between them."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any
from uuid import UUID

import orjson
from event_contracts import CATALOG
from event_contracts.events import SecurityEventData
from pydantic import BaseModel
from service_kit.problems import Problem

from audit_service.storage.chain import Chain
from audit_service.storage.rows import HistoryRow
from audit_service.storage.search import NEWEST, Page, Place


class ActorOut(BaseModel):
    """Who acted, through which door; None where an event of an unknown type does not say."""

    kind: str | None
    id: str | None
    door: str | None


_SECURITY = frozenset(name for name, known in CATALOG.items() if known.data is SecurityEventData)
"""Types whose data was checked when they were recorded; one of a later version may have any shape."""


class SecurityOut(BaseModel):
    """What a security event says besides: `count` refusals alike, `source` where they came from."""

    outcome: str
    count: int
    source: str | None
    session_id: UUID | None


class HistoryItem(BaseModel):
    """One act. `title` and `changes` are empty when the payload was erased."""

    event_id: UUID
    event_type: str
    type: str
    task_id: UUID | None
    occurred_at: dt.datetime
    version: int | None
    actor: ActorOut
    changes: dict[str, Any]
    reason: str | None
    title: str | None
    causation_id: UUID | None
    correlation_id: UUID | None
    erased: bool
    security: SecurityOut | None


class HistoryPage(BaseModel):
    """A page of history; `next_cursor` is null on the last one."""

    items: list[HistoryItem]
    next_cursor: str | None


class HistoryChain(BaseModel):
    """An act with what led to it and what followed from it, each oldest first."""

    event: HistoryItem
    led_here: list[HistoryItem]
    followed: list[HistoryItem]
    truncated: bool


class TaskState(BaseModel):
    """A task after its last event until an instant; `state` is the event's `task_data`, null when it was erased."""

    task_id: UUID | None
    event_id: UUID
    event_type: str
    occurred_at: dt.datetime
    state: dict[str, Any] | None


class TaskStates(BaseModel):
    """A page of tasks as they were; `next_cursor` is null on the last one."""

    items: list[TaskState]
    next_cursor: UUID | None


def page_of(page: Page) -> HistoryPage:
    """Return a page as the door answers it."""
    return HistoryPage(
        items=[item_of(row) for row in page.rows],
        next_cursor=None if page.next is None else write_cursor(page.next),
    )


def chain_of(chain: Chain) -> HistoryChain:
    """Return a chain as the door answers it."""
    return HistoryChain(
        event=item_of(chain.event),
        led_here=[item_of(row) for row in chain.led_here],
        followed=[item_of(row) for row in chain.followed],
        truncated=chain.truncated,
    )


def write_cursor(place: Place) -> str:
    """Return an opaque place in a history."""
    return base64.urlsafe_b64encode(f"{place[0].isoformat()} {place[1]}".encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> Place:
    """Return the place that a cursor names, without one the newest. Raises Problem 422 `invalid_cursor`."""
    if cursor is None:
        return NEWEST
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        instant, event_id = text.split(" ")
        occurred_at = dt.datetime.fromisoformat(instant)
        if occurred_at.tzinfo is None:
            raise ValueError(instant)
        return occurred_at, UUID(event_id)
    except ValueError as error:
        raise Problem(422, "invalid_cursor", "This cursor did not come from here.") from error


def item_of(row: HistoryRow) -> HistoryItem:
    """Return one act as the door answers it."""
    data: dict[str, Any] = orjson.loads(row.record)["data"] if row.record is not None else {}
    title, reason, changes = data.get("title"), data.get("reason"), data.get("changes")
    return HistoryItem(
        event_id=row.event_id,
        # An unknown event may not say its short name.
        event_type=row.event_type or row.type,
        type=row.type,
        task_id=row.task_id,
        occurred_at=row.occurred_at,
        version=row.version,
        actor=ActorOut(kind=row.actor_kind, id=row.actor_id, door=row.door),
        changes=changes if isinstance(changes, dict) else {},
        reason=reason if isinstance(reason, str) else None,
        title=title if isinstance(title, str) else None,
        causation_id=row.causation_id,
        correlation_id=row.correlation_id,
        erased=row.record is None,
        security=_security_of(row.type, data),
    )


def _security_of(type_name: str, data: dict[str, Any]) -> SecurityOut | None:
    if type_name not in _SECURITY or not data:
        return None
    told = SecurityEventData.model_validate(data)
    return SecurityOut(outcome=told.outcome, count=told.count, source=told.source, session_id=told.session_id)


def state_of(row: HistoryRow) -> TaskState:
    """Return a task as its event left it."""
    state = None if row.record is None else orjson.loads(row.record)["data"].get("task_data")
    return TaskState(
        task_id=row.task_id,
        event_id=row.event_id,
        event_type=row.event_type or row.type,
        occurred_at=row.occurred_at,
        state=state if isinstance(state, dict) else None,
    )
