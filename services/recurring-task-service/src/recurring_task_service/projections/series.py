"""Events of series: the head of the series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from event_contracts import SeriesEventData
from event_spine.records import Delivered

from recurring_task_service.domain.heads import series_head
from recurring_task_service.projections.apply import apply


async def project_series(connection: psycopg.AsyncConnection[Any], events: Sequence[Delivered]) -> None:
    """Apply a batch of series events."""
    found = [
        series_head(event.data.user_id, event.data.series_data)
        for event in events
        if isinstance(event.data, SeriesEventData) and event.data.user_id is not None
    ]
    await apply(connection, [], found)
