"""Events of tasks: the head of the task, and the reminders that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from event_contracts import TaskEventData
from event_spine import rebuild
from event_spine.records import Delivered

from notification_service.domain.heads import may_remind, newest, task_head
from notification_service.projections.planning import write_plans
from notification_service.storage import beside, heads, snoozes
from notification_service.storage.schema import SCHEMA

FIRST_VERSION = 1
"""Of a task. Where a head of it is written there was none: most events are of a task that was just made."""


async def project_tasks(connection: psycopg.AsyncConnection[Any], events: Sequence[Delivered]) -> None:
    """Apply a batch of task events."""
    found = newest(
        task_head(event.data.user_id, event.data.task_data, event.data.user_time_zone)
        for event in events
        if isinstance(event.data, TaskEventData) and event.data.user_id is not None
    )
    rebuilding = await rebuild.follow(connection, SCHEMA)
    planned = [head for head in found if may_remind(head)]
    users = await heads.read_users(connection, {head.user_id for head in planned})
    series = await heads.read_series(connection, planned)
    written = await heads.write_tasks(connection, found)
    await snoozes.forget_closed(connection, written)
    made = {(head.user_id, head.task_id) for head in written if head.version == FIRST_VERSION}
    await write_plans(connection, written, users, series, made)
    if rebuilding:
        await beside.write(connection, tasks=found)
