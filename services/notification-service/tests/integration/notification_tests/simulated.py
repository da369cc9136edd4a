"""Weeks in seconds: the real service on a real database whose clock the test sets, and a model of what must be told.

A schema before `pg_catalog` in the search path has a `clock_timestamp()` of its own: every statement of the service
reads the time there, so that not a line of it knows. The model shares nothing with the plan but the words.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
import psycopg
from event_contracts.reminders import SnoozeOrder
from event_spine.loop import sweep
from local_runtime.testing import Postgres
from notification_service.doors.events import make_consumer
from notification_service.doors.preferences import change_preferences
from notification_service.doors.reminders import put_off
from notification_service.storage.schema import SCHEMA
from notification_service.sweeps.deliver import Deliverer
from service_kit.database import make_pool

from .story import event, records, user_event

START = dt.datetime(2026, 3, 23, 10, tzinfo=dt.UTC)
"""A week before clocks go forward in Berlin."""
CLOCK = """
CREATE SCHEMA IF NOT EXISTS simulated;
CREATE TABLE IF NOT EXISTS simulated.clock (now timestamptz NOT NULL);
CREATE OR REPLACE FUNCTION simulated.clock_timestamp() RETURNS timestamptz
  LANGUAGE sql VOLATILE AS 'SELECT now FROM simulated.clock';
GRANT USAGE ON SCHEMA simulated TO notifications_app;
GRANT SELECT ON simulated.clock TO notifications_app;
"""
HOUR = dt.time(9)


@dataclass
class Task:
    """One task as its person sees it. `due` is wall time in UTC, without a time the whole day."""

    due: dt.date
    time: dt.time | None
    reminders: list[dict[str, Any]]
    born: dt.datetime
    id: UUID = field(default_factory=uuid4)
    version: int = 0
    status: str = "open"
    deleted: bool = False
    put_off: tuple[str, dt.datetime] | None = None

    @property
    def is_open(self) -> bool:
        return self.status == "open" and not self.deleted

    @property
    def due_at(self) -> dt.datetime:
        return dt.datetime.combine(self.due, self.time or dt.time(23, 59, 59), dt.UTC)


@dataclass
class Weeks:
    """What has happened to one person, and what they were told. Use `async with`."""

    postgres: Postgres
    now: dt.datetime = START
    user: UUID = field(default_factory=uuid4)
    zone: str = "Europe/Berlin"
    hour: dt.time = HOUR
    quiet: tuple[dt.time, dt.time] | None = None
    account: int = 0
    tasks: list[Task] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    seen: int = 0
    told: set[tuple[str, dt.datetime]] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)

    async def __aenter__(self) -> Weeks:
        self.owner = psycopg.connect(self.postgres.superuser_database_url, autocommit=True)
        self.owner.execute(CLOCK)
        self.owner.execute("TRUNCATE simulated.clock")
        for table in ("due_queue", "attempts", "appointments", "task_heads"):  # of those before this one
            self.owner.execute(f"DELETE FROM notifications.{table}")
        self.owner.execute("INSERT INTO simulated.clock VALUES (%s)", (self.now,))
        self.pool = make_pool(self.postgres.app_url(SCHEMA), 3, "simulated")
        options = f"{self.pool.kwargs['options']} -c search_path=simulated,pg_catalog"
        self.pool.kwargs = {**self.pool.kwargs, "options": options}
        await self.pool.open()
        self.deliverer = Deliverer(self.pool, self)
        self.consumer = make_consumer(self.pool, lambda: None)
        await self.lives_in(self.zone)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.pool.close()
        self.owner.close()

    async def call(self, edge: Any, path: Any, user: Any, json: Any = None) -> httpx.Response:
        """Answer as todo-backend would: it always knows how a task is."""
        by_id = {str(task.id): task for task in self.tasks}
        decisions = [
            {"decision": "send"} if by_id[one["task_id"]].is_open else {"decision": "drop", "reason": "closed"}
            for one in json["reminders"]
        ]
        return httpx.Response(200, json={"decisions": decisions})

    # What a person does.

    async def says(self, task: Task, verb: str = "updated") -> None:
        task.version += 1
        state = {
            "id": str(task.id), "title": f"Task {task.id}", "stream_key": str(task.id), "version": task.version,
            "created_at": task.born.isoformat(), "updated_at": self.now.isoformat(), "status": task.status,
            "due": {"date": str(task.due), "time": task.time and str(task.time), "time_zone": "UTC"},
            "due_at": task.due_at.isoformat(), "reminders": task.reminders,
            "deleted_at": self.now.isoformat() if task.deleted else None,
        }  # fmt: skip
        data = {"task_id": str(task.id), "title": state["title"], "task_data": state}
        await self.hears(event(self.user, f"todo.task.{verb}.v1", task.version, data))

    async def lives_in(self, zone: str) -> None:
        self.zone, self.account = zone, self.account + 1
        await self.hears(user_event(self.user, self.account, time_zone=zone))

    async def wants(self, **fields: Any) -> None:
        await sweep(self.pool, lambda connection: change_preferences(connection, self.user, fields, None))
        self.hour = fields.get("default_hour", self.hour)
        if "quiet_from" in fields:
            self.quiet = fields["quiet_from"] and (fields["quiet_from"], fields["quiet_to"])

    async def puts_off(self, task: Task, until: dt.datetime) -> None:
        if task.is_open and task.reminders:
            reminder = task.reminders[0]["id"]
            await sweep(
                self.pool,
                lambda c: put_off(
                    c, self.user, UUID(reminder), SnoozeOrder.model_validate({"until": until.isoformat()})
                ),
            )
            task.put_off = (reminder, until)

    async def hears(self, *bodies: bytes) -> None:
        self.heard += bodies
        await self.consumer.handle(records(*bodies))

    def passes(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)
        self.owner.execute("UPDATE simulated.clock SET now = %s", (self.now,))

    # What must hold whenever the service has run.

    async def sweeps(self) -> None:
        await self.deliverer.drain()
        rows = self.owner.execute(
            "SELECT number, key, reminder_id::text, task_id::text, remind_at, digest FROM notifications.messages"
            " WHERE user_id = %s AND number > %s ORDER BY number",
            (self.user, self.seen),
        ).fetchall()
        open_ones = {str(task.id): task for task in self.tasks if task.is_open}
        for number, key, reminder, task, remind_at, digest in rows:
            self.seen = number
            single = {"key": key, "reminder_id": reminder, "task_id": task, "remind_at": remind_at.isoformat()}
            for item in digest or [single]:
                at = dt.datetime.fromisoformat(item["remind_at"])
                assert item["key"] not in self.keys, "told twice"
                assert item["task_id"] in open_ones, "told of what is done or deleted"
                assert at <= self.now, "told too early"
                expected = {(origin, instant) for origin, instant, _ in self.expected(open_ones[item["task_id"]])}
                assert (item["reminder_id"], at) in expected, "told at an instant that nobody wants any more"
                self.keys.add(item["key"])
                self.told.add((item["reminder_id"], at))
        self.lost_nothing()

    def lost_nothing(self) -> None:
        for task in self.tasks:
            for origin, instant, is_put_off in self.expected(task) if task.is_open else ():
                if instant > self.now or (self.is_quiet() and not is_put_off):
                    continue
                newer = any(one == origin and then >= instant for one, then in self.told)
                repeats = any(r["id"] == origin and "repeat_minutes" in r for r in task.reminders)
                was_told = (origin, instant) in self.told or (repeats and newer)
                assert was_told, f"{origin} at {instant} was lost, now is {self.now}"

    def expected(self, task: Task) -> list[tuple[str, dt.datetime, bool]]:
        """When each reminder of a task is wanted, as it is now: id, instant, whether it was put off until then."""
        found: list[tuple[str, dt.datetime, bool]] = []
        for reminder in task.reminders:
            if "at" in reminder:
                target = first = dt.datetime.fromisoformat(reminder["at"])
            else:
                wall = dt.datetime.combine(task.due, self.hour, ZoneInfo(self.zone)).astimezone(dt.UTC)
                target = wall if task.time is None else task.due_at
                first = target - dt.timedelta(minutes=reminder["minutes_before"])
            for number in range(reminder.get("repeat_most", 0) + 1):
                instant = first + dt.timedelta(minutes=number * reminder.get("repeat_minutes", 0))
                before_birth = max(instant, target) < task.born
                hidden = number and task.put_off and task.put_off[0] == reminder["id"] and instant <= task.put_off[1]
                if not before_birth and not hidden:
                    found.append((reminder["id"], instant, False))
        return [*found, (*task.put_off, True)] if task.put_off else found

    def is_quiet(self) -> bool:
        if self.quiet is None:
            return False
        wall, (begins, ends) = self.now.astimezone(ZoneInfo(self.zone)).time(), self.quiet
        return begins <= wall < ends if begins < ends else wall >= begins or wall < ends
