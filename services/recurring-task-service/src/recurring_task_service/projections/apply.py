"""Applying heads and deriving what is wanted, in one transaction: for events and for the backend's fresh answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from event_spine import rebuild

from recurring_task_service.domain.heads import SeriesHead, TaskHead, newest, newest_tasks
from recurring_task_service.storage import beside, heads, wanted
from recurring_task_service.storage.schema import SCHEMA


async def apply(
    connection: psycopg.AsyncConnection[Any], tasks: Sequence[TaskHead], series: Sequence[SeriesHead]
) -> None:
    """Write what is newer, then make `wanted` of every series concerned say what the heads say."""
    rebuilding = await rebuild.follow(connection, SCHEMA)
    pairs = {head.key for head in series} | {(t.user_id, t.series_id) for t in tasks if t.series_id is not None}
    pairs |= set(await heads.series_of_tasks(connection, tasks))
    await wanted.lock(connection, pairs)
    await heads.write_series(connection, newest(series))
    await heads.write_tasks(connection, newest_tasks(tasks))
    if rebuilding:
        await beside.write(connection, tasks=newest_tasks(tasks), series=newest(series))
    await wanted.derive(connection, pairs)
