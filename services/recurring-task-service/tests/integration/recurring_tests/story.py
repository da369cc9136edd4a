"""Events of one recurring task, as the backend makes them."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import psycopg
from event_contracts.identifiers import uuid7
from event_spine.records import Record
from recurring_task_service.bootstrap import Process

Owner = psycopg.Connection[Any]
BEGIN = dt.datetime(2026, 5, 1, 7, 0, tzinfo=dt.UTC)


@dataclass
class Story:
    """Acts on a daily task due at 09:00 in Berlin; each returns the event's bytes and raises the version it touches."""

    user: UUID = field(default_factory=uuid7)
    series: UUID = field(default_factory=uuid7)
    rrule: str = "FREQ=DAILY"
    recurrence: dict[str, Any] = field(default_factory=dict)
    series_version: int = 1
    series_status: str = "active"
    tasks: dict[int, dict[str, Any]] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    now: dt.datetime = BEGIN

    def occurrence(self, number: int = 1, **changes: Any) -> bytes:
        """Create the occurrence of 1 May plus (number - 1) days."""
        day = dt.date(2026, 5, 1) + dt.timedelta(days=number - 1)
        before = self.tasks.get(number - 1)
        self.tasks[number] = {
            "id": str(uuid7()), "title": "water", "stream_key": str(self.series), "series_id": str(self.series),
            "due": {"date": str(day), "time": "09:00:00", "time_zone": "Europe/Berlin"}, "status": "open",
            "occurrence_key": f"{day}T09:00:00", "occurrence_number": number, "version": 0,
            "predecessor_id": before and before["id"], "created_at": self.now.isoformat(), "updated_at": None,
        }  # fmt: skip
        return self.act(number, "created", **changes)

    def act(self, number: int, verb: str, **changes: Any) -> bytes:
        """Do something to an occurrence."""
        self.now += dt.timedelta(minutes=1)
        task = self.tasks[number]
        task.update(changes, version=task["version"] + 1, updated_at=self.now.isoformat())
        data = {"task_id": task["id"], "title": task["title"], "task_data": {**task, "series": self.series_data()}}
        return self._event(f"todo.task.{verb}.v1", task["id"], task["version"], data)

    def complete(self, number: int = 1) -> bytes:
        """Complete an occurrence a minute later."""
        at = self.now + dt.timedelta(minutes=1)
        return self.act(number, "completed", status="done", completed_at=at.isoformat())

    def reopen(self, number: int = 1) -> bytes:
        """Take a completion back."""
        return self.act(number, "reopened", status="open", completed_at=None)

    def series_act(self, verb: str, status: str, **changes: Any) -> bytes:
        """Pause, resume or end the series."""
        self.more.update(changes)
        self.now += dt.timedelta(minutes=1)
        self.series_version += 1
        self.series_status = status
        data = {"series_id": str(self.series), "series_data": self.series_data()}
        return self._event(f"todo.series.{verb}.v1", str(self.series), self.series_version, data)

    def user_act(
        self, version: int, time_zone: str = "Europe/Berlin", *, country: str | None = None, deleted: bool = False
    ) -> bytes:
        """Change or delete the account."""
        self.now += dt.timedelta(minutes=1)
        user = {"id": str(self.user), "time_zone": time_zone, "version": version, "country": country,
                "deleted_at": self.now.isoformat() if deleted else None}  # fmt: skip
        verb = "deleted" if deleted else "updated"
        return self._event(f"todo.user.{verb}.v1", str(self.user), version, {"user_data": user})

    def series_data(self) -> dict[str, Any]:
        """Return the series as events show it."""
        return {
            "id": str(self.series), "stream_key": str(self.series), "status": self.series_status,
            "recurrence": {"rrule": self.rrule, **self.recurrence}, "version": self.series_version,
            "start": {"date": "2026-05-01", "time": "09:00:00", "time_zone": "Europe/Berlin"},
            "created_at": BEGIN.isoformat(), "updated_at": self.now.isoformat(), **self.more,
        }  # fmt: skip

    def _event(self, type_name: str, subject: str, version: int, data: dict[str, Any]) -> bytes:
        common = {
            "event_type": "short", "user_id": str(self.user), "user_time_zone": "Europe/Berlin", "version": version,
            "occurred_at": self.now.isoformat(), "actor": {"kind": "user", "id": str(self.user), "door": "rest"},
            "correlation_id": str(self.series),
        }  # fmt: skip
        return orjson.dumps(
            {"specversion": "1.0", "id": str(uuid7()), "source": "todo-backend", "type": type_name, "subject": subject,
             "time": self.now.isoformat(), "traceparent": f"00-{self.series.hex}-00f067aa0ba902b7-01",
             "data": {**common, **data}}
        )  # fmt: skip


def records(*bodies: bytes, first_offset: int = 0) -> list[Record]:
    """Return the records of some events, as they lie in a partition."""
    return [Record("task-events", 0, first_offset + place, "k", body) for place, body in enumerate(bodies)]


async def completed(process: Process, **options: Any) -> Story:
    story = Story(**options)
    await process.consumer.handle(records(story.occurrence(), story.complete()))
    return story


def rows(owner: Owner) -> list[Any]:
    return owner.execute(
        "SELECT attempts, last_error, claim, not_before > clock_timestamp() FROM recurring.wanted"
    ).fetchall()


async def until(fact: Callable[[], Any], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
