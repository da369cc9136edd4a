"""Applying heads and deriving what is wanted, in one transaction: for events and for the backend's fresh answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from recurring_task_service.domain.heads import SeriesHead, TaskHead, newest, newest_tasks
from recurring_task_service.storage import heads, wanted


async def apply(
    connection: psycopg.AsyncConnection[Any], tasks: Sequence[TaskHead], series: Sequence[SeriesHead]
) -> None:
    """Write what is newer, then make `wanted` of every series concerned say what the heads say."""
    pairs = {head.key for head in series} | {(t.user_id, t.series_id) for t in tasks if t.series_id is not None}
    pairs |= set(await heads.series_of_tasks(connection, tasks))
    await wanted.lock(connection, pairs)
    await heads.write_series(connection, newest(series))
    await heads.write_tasks(connection, newest_tasks(tasks))
    await wanted.derive(connection, pairs)
