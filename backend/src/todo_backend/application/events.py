"""From a committed write to the bytes of its event: one complete CloudEvent, encoded once and never again."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from event_contracts import CATALOG, CloudEvent
from event_contracts.apps import TODO_BACKEND
from event_spine.ledger import LedgerEntry

from todo_backend.accounts.domain import Account, Session
from todo_backend.application.change import Origin, SessionWrite, Write
from todo_backend.application.shapes import (
    account_json,
    differences,
    encode,
    instant,
    list_json,
    series_json,
    task_json,
)
from todo_backend.lists.domain import TaskList
from todo_backend.series.domain import Series
from todo_backend.tasks.domain import Task

SOURCE = TODO_BACKEND.app_id
_SPECVERSION = CloudEvent.model_fields["specversion"].default


class Encoder:
    """Makes the ledger entries of one act; `time_zone` is the user's, `occurred_at` and `change` the counter's."""

    def __init__(self, origin: Origin, time_zone: str, occurred_at: dt.datetime, change: int | None) -> None:
        self._origin = origin
        self._time_zone = time_zone
        self._occurred_at = instant(occurred_at)
        self._change = change

    def task(self, write: Write[Task], series: Series | None) -> LedgerEntry:
        """Return the event of a task, its series included."""
        after = write.after
        shape = task_json(after)
        data = {
            "task_id": shape["id"],
            "title": after.title,
            "due_at": shape["due_at"],
            "task_data": {**shape, "series": None if series is None else series_json(series)},
        }
        changes = {} if write.before is None else differences(task_json(write.before), shape)
        return self._entry(write, after.id, after.stream_key, after.version, data, changes)

    def series(self, write: Write[Series], title: str) -> LedgerEntry:
        """Return the event of a series; `title` is that of the occurrence on which the act was made."""
        after = write.after
        shape = series_json(after)
        data = {
            "series_id": shape["id"],
            "task_id": None if write.task_id is None else str(write.task_id),
            "title": title,
            "series_data": shape,
        }
        changes = {} if write.before is None else differences(series_json(write.before), shape)
        return self._entry(write, after.id, after.stream_key, after.version, data, changes)

    def task_list(self, write: Write[TaskList]) -> LedgerEntry:
        """Return the event of a list. What becomes of its tasks is theirs to tell."""
        after = write.after
        shape = list_json(after)
        data = {"list_id": shape["id"], "list_data": shape}
        changes = {} if write.before is None else differences(list_json(write.before), shape)
        return self._entry(write, after.id, after.id, after.version, data, changes)

    def account(self, write: Write[Account]) -> LedgerEntry:
        """Return the event of an account."""
        after = write.after
        shape = account_json(after)
        changes = {} if write.before is None else differences(account_json(write.before), shape)
        return self._entry(write, after.id, after.id, after.version, {"user_data": shape}, changes)

    def session(self, write: SessionWrite) -> LedgerEntry:
        """Return the event of a session; its tokens are not in it, nor their hashes."""
        session, before = write.after, write.before
        told: Write[Session] = Write(None, session, write.event, write.event_id, write.outcome)
        content = {"outcome": write.outcome, "session_id": str(session.family)}
        return self._entry(told, session.family, session.user_id, before.generation + 1 if before else 1, content, {})

    def _entry(
        self,
        write: Write[Any],
        aggregate_id: UUID,
        stream_key: UUID,
        version: int,
        content: dict[str, Any],
        changes: dict[str, Any],
    ) -> LedgerEntry:
        assert write.event is not None  # noqa: S101 - quiet writes make no entry
        assert write.event_id is not None  # noqa: S101 - whoever names an event gives it its id
        origin, event_type = self._origin, CATALOG[write.event]
        causation = write.causation_id or origin.causation_id
        data = {
            "event_type": write.short_name or event_type.short_name,
            "user_id": str(origin.user_id),
            "user_time_zone": self._time_zone,
            "occurred_at": self._occurred_at,
            "actor": {"kind": origin.actor_kind, "id": origin.actor_id, "door": origin.door},
            "version": version,
            "change": self._change,
            "changes": changes,
            "reason": write.reason,
            "causation_id": None if causation is None else str(causation),
            "correlation_id": str(origin.correlation_id),
            **content,
        }
        envelope = {
            "specversion": _SPECVERSION,
            "id": str(write.event_id),
            "source": SOURCE,
            "type": write.event,
            "subject": str(aggregate_id),
            "time": self._occurred_at,
            "datacontenttype": "application/json",
            "data": data,
        }
        if origin.traceparent is not None:
            envelope["traceparent"] = origin.traceparent
        return LedgerEntry(
            event_id=write.event_id,
            topic=event_type.topic.name,
            stream_key=str(stream_key),
            type=write.event,
            aggregate_id=aggregate_id,
            version=version,
            user_id=origin.user_id,
            change=self._change,
            record=encode(envelope),
        )
