"""Events of series: whether their open occurrences remind of anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from event_contracts import SeriesEventData
from event_spine import rebuild
from event_spine.records import Delivered

from notification_service.domain.heads import newest, series_head
from notification_service.storage import beside, heads
from notification_service.storage.schema import SCHEMA


async def project_series(connection: psycopg.AsyncConnection[Any], events: Sequence[Delivered]) -> None:
    """Apply a batch of series events; the sweep writes the plans that they concern."""
    found = newest(
        series_head(event.data.user_id, event.data.series_data)
        for event in events
        if isinstance(event.data, SeriesEventData) and event.data.user_id is not None
    )
    rebuilding = await rebuild.follow(connection, SCHEMA)
    await heads.mark_tasks_of_series(connection, await heads.write_series(connection, found))
    if rebuilding:
        await beside.write(connection, series=found)
