"""One live connection as server-sent events.

Frames: `changes` (id: the user's change counter), `reminder`, `heartbeat` with the counter, `resync` when what was
missed is not kept any more. A user's changes commit in the order of their counter, so "everything after n" is whole.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service_kit.database import Pool

from todo_backend.application.reading import row
from todo_backend.application.shapes import Json, encode, list_json, series_answer, task_answer
from todo_backend.application.table import SCHEMA
from todo_backend.doors.live.hub import Hub, Subscription
from todo_backend.errors import StoreUnavailable
from todo_backend.lists import reading as list_reading
from todo_backend.lists.domain import TaskList
from todo_backend.series import reading as series_reading
from todo_backend.series.domain import Series
from todo_backend.tasks import reading as task_reading

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15.0
FRAME_CHANGES = 200
_COUNTER = f"SELECT value, purged_through FROM {SCHEMA}.change_counters WHERE user_id = %s"


@dataclass(frozen=True, slots=True)
class Stream:
    """What one connection asked for. `last_event_id` None: only what comes from now on."""

    pool: Pool
    hub: Hub
    user_id: UUID
    last_event_id: int | None
    expires_at: float
    heartbeat_seconds: float = HEARTBEAT_SECONDS

    async def frames(self) -> AsyncIterator[bytes]:
        """Yield frames until the process stops, the token expires (Unix seconds) or the database is away."""
        with self.hub.subscribe(self.user_id) as subscription:
            try:
                async for frame in self._serve(subscription):
                    yield frame
            except StoreUnavailable:
                logger.warning("a live connection ends: the database is away")

    async def _serve(self, subscription: Subscription) -> AsyncIterator[bytes]:
        counter, purged = await self._counter()
        subscription.position = counter if self.last_event_id is None else self.last_event_id
        if not purged <= subscription.position <= counter:
            subscription.position = counter
            yield frame("resync", {"counter": counter}, counter)
        yield frame("heartbeat", {"counter": counter})
        beat = time.monotonic() + self.heartbeat_seconds
        while not self.hub.closing and time.time() < self.expires_at:
            subscription.woken.clear()
            looks, subscription.nudged = subscription.nudged, False
            while looks and (found := await self._changes(subscription.position)) is not None:
                changes, subscription.position = found
                if changes:
                    yield frame("changes", {"changes": changes}, subscription.position)
            if subscription.reminders:
                told = [frame("reminder", one) for one in subscription.reminders]
                subscription.reminders.clear()  # before they are handed out: meanwhile more may come
                yield b"".join(told)
            if self.hub.closing:
                return
            wait = min(beat - time.monotonic(), self.expires_at - time.time())
            try:
                await asyncio.wait_for(subscription.woken.wait(), max(wait, 0.0))
            except TimeoutError:
                beat = time.monotonic() + self.heartbeat_seconds
                subscription.nudged = True
                counter, _ = await self._counter()
                yield frame("heartbeat", {"counter": counter})

    async def _counter(self) -> tuple[int, int]:
        found = await row(self.pool, _COUNTER, (self.user_id,))
        return (found[0], found[1]) if found else (0, 0)

    async def _changes(self, position: int) -> tuple[list[Json], int] | None:
        """Return what changed after a number, and the number up to which that is whole; None when nothing did."""
        # The counter is read first: all that it counts is visible to the reads after it, and what comes later waits.
        reach, _ = await self._counter()
        if reach <= position:
            return None
        tasks = await task_reading.changed_after(self.pool, self.user_id, position, FRAME_CHANGES)
        series = await series_reading.changed_after(self.pool, self.user_id, position, FRAME_CHANGES)
        lists = await list_reading.changed_after(self.pool, self.user_id, position, FRAME_CHANGES)
        for numbers in ([t.change for t, _ in tasks], [s.change for s in series], [one.change for one in lists]):
            if len(numbers) == FRAME_CHANGES:
                # A full page may end within one act.
                reach = min(reach, numbers[-1] - 1)
        shown = [_task_change(*found) for found in tasks] + [_series_change(s) for s in series]
        shown += [_list_change(one) for one in lists]
        return sorted((c for c in shown if c["change"] <= reach), key=lambda c: c["change"]), reach


def frame(event: str, data: Any, event_id: int | None = None) -> bytes:
    """Return one server-sent event."""
    identity = b"" if event_id is None else b"id: %d\n" % event_id
    return b"event: %s\n%sdata: %s\n\n" % (event.encode(), identity, encode(data))


def _task_change(task: Any, series: Series | None) -> Json:
    return {
        "kind": "task",
        "id": str(task.id),
        "version": task.version,
        "change": task.change,
        "deleted": not task.is_live,
        "task": task_answer(task, series),
    }


def _series_change(series: Series) -> Json:
    return {
        "kind": "series",
        "id": str(series.id),
        "version": series.version,
        "change": series.change,
        "deleted": False,
        "series": series_answer(series),
    }


def _list_change(one: TaskList) -> Json:
    return {
        "kind": "list",
        "id": str(one.id),
        "version": one.version,
        "change": one.change,
        "deleted": one.deleted_at is not None,
        "list": list_json(one),
    }
