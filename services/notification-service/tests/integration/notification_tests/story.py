"""Events of people and their tasks, as the backend makes them, and what lies in the tables afterwards."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import psycopg
from event_contracts.identifiers import uuid7
from event_spine.records import Record

Owner = psycopg.Connection[Any]


def ago(seconds: float) -> dt.datetime:
    """An instant so many seconds before now; negative: to come."""
    return dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds)


def event(user: UUID, type_name: str, version: int, data: dict[str, Any]) -> bytes:
    at = ago(0).isoformat()
    common = {"event_type": "short", "user_id": str(user), "user_time_zone": "Europe/Berlin", "version": version,
              "occurred_at": at, "actor": {"kind": "user", "id": str(user), "door": "rest"}}  # fmt: skip
    return orjson.dumps(
        {"specversion": "1.0", "id": str(uuid7()), "source": "todo-backend", "type": type_name, "time": at,
         "data": {**common, **data}}
    )  # fmt: skip


def user_event(user: UUID, version: int, verb: str = "updated", **changes: Any) -> bytes:
    data = {"id": str(user), "email": f"v{version}@example.org", "time_zone": "Europe/Berlin", "version": version}
    return event(user, f"todo.user.{verb}.v1", version, {"user_data": {**data, **changes}})


@dataclass
class Story:
    """A task due at an instant with one reminder at that instant; each act returns the event's bytes."""

    due: dt.datetime = field(default_factory=lambda: ago(0.5))
    user: UUID = field(default_factory=uuid7)
    task: UUID = field(default_factory=uuid7)
    reminder: UUID = field(default_factory=uuid7)
    state: dict[str, Any] = field(default_factory=dict)
    version: int = 0

    def act(self, verb: str = "updated", **changes: Any) -> bytes:
        self.version += 1
        if not self.state:
            made = ago(86_400 * 40).isoformat()
            self.state = {
                "id": str(self.task), "title": "Pay rent", "stream_key": str(self.task), "created_at": made,
                "reminders": [{"id": str(self.reminder), "minutes_before": 0, "relative_to": "due"}],
                **due_at(self.due),
            }  # fmt: skip
        self.state |= {**changes, "version": self.version, "updated_at": ago(0).isoformat()}
        data = {"task_id": str(self.task), "title": self.state["title"], "task_data": self.state}
        return event(self.user, f"todo.task.{verb}.v1", self.version, data)

    def moved(self, due: dt.datetime) -> bytes:
        return self.act(**due_at(due))

    def completed(self) -> bytes:
        return self.act("completed", status="done", completed_at=ago(0).isoformat())

    def reopened(self) -> bytes:
        return self.act("reopened", status="open", completed_at=None)

    def series_act(self, verb: str, version: int, status: str) -> bytes:
        """An act on the series that the task was created in, with `series_id` among its fields."""
        series = {
            "id": self.state["series_id"], "stream_key": str(self.task), "status": status, "version": version,
            "recurrence": {"rrule": "FREQ=DAILY"}, "start": self.state["due"], "created_at": ago(60).isoformat(),
            "updated_at": ago(0).isoformat(),
        }  # fmt: skip
        data = {"series_id": series["id"], "series_data": series, "title": "Pay rent"}
        return event(self.user, f"todo.series.{verb}.v1", version, data)

    def deleted(self) -> bytes:
        return self.act("deleted", deleted_at=ago(0).isoformat())


def due_at(due: dt.datetime) -> dict[str, Any]:
    wall = due.astimezone(dt.UTC)
    return {"due": {"date": str(wall.date()), "time": str(wall.time().replace(microsecond=0)), "time_zone": "UTC"},
            "due_at": due.isoformat()}  # fmt: skip


def records(*bodies: bytes) -> list[Record]:
    return [Record("task-events", 0, place, "k", body) for place, body in enumerate(bodies)]


def sent_events(owner: Owner) -> list[dict[str, Any]]:
    """The events of the ledger, as they will be published."""
    rows = owner.execute(
        "SELECT l.record FROM notifications.pending p JOIN notifications.ledger l USING (event_id) ORDER BY p.seq"
    )
    return [json.loads(bytes(row[0])) for row in rows]


def messages(owner: Owner) -> list[tuple[Any, ...]]:
    """Title, late, confirmed of each notification, in order."""
    return owner.execute(
        "SELECT title, late, confirmed FROM notifications.messages ORDER BY user_id, number"
    ).fetchall()


def attempts(owner: Owner) -> list[tuple[Any, ...]]:
    """State and reason of each attempt, oldest instant first."""
    return owner.execute("SELECT state, last_error FROM notifications.attempts ORDER BY fire_at").fetchall()


def queued(owner: Owner) -> int:
    """How many reminders are still to come."""
    row = owner.execute("SELECT count(*) FROM notifications.due_queue").fetchone()
    return row[0] if row else 0
