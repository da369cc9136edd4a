"""Events of tasks: the head of the task, and of its series where the event knows a newer one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from event_contracts import TaskEventData
from event_spine.records import Delivered

from recurring_task_service.domain.heads import Origin, SeriesHead, TaskHead, series_head, task_head
from recurring_task_service.projections.apply import apply


async def project_tasks(connection: psycopg.AsyncConnection[Any], events: Sequence[Delivered]) -> None:
    """Apply a batch of task events."""
    tasks: list[TaskHead] = []
    series: list[SeriesHead] = []
    for delivered in events:
        data, event = delivered.data, delivered.event
        if not isinstance(data, TaskEventData) or data.user_id is None:
            continue
        origin = Origin(event.id, data.correlation_id, event.traceparent)
        tasks.append(task_head(data.user_id, data.task_data, data.user_time_zone, data.occurred_at, origin))
        if data.task_data.series is not None:
            series.append(series_head(data.user_id, data.task_data.series))
    await apply(connection, tasks, series)
