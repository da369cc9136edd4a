"""Deriving the due-queue from heads, in the transaction that moved them, or a moment later where many moved at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import psycopg

from notification_service.domain.heads import SeriesHead, TaskHead, UserHead
from notification_service.storage import due_queue, heads, inputs

Connection = psycopg.AsyncConnection[Any]


async def write_plans(
    connection: Connection,
    tasks: Sequence[TaskHead],
    users: dict[UUID, UserHead],
    series: dict[tuple[UUID, UUID], SeriesHead],
    made: Collection[tuple[UUID, UUID]] = (),
) -> None:
    """Make the due-queue say what these heads say. The caller holds the heads of tasks and users.

    `made`: those (user, task) of which there was no head before, so nothing was planned or put off yet.
    """
    gathered = await inputs.around(connection, {(t.user_id, t.task_id): t for t in tasks}, users, series, made)
    known = [key for key in gathered.tasks if key not in made]
    planned = [reminder for task in tasks for reminder in gathered.planned(task)]
    await due_queue.write(connection, known, planned)


async def replan(connection: Connection, limit: int) -> int:
    """Write the plans of at most `limit` tasks whose plan is stale; return how many there were."""
    people = await heads.people_of_stale_plans(connection, limit)
    if not people:
        return 0
    users = await heads.read_users(connection, people)
    tasks = await heads.freshen(connection, people, limit)
    tasks.sort(key=lambda task: task.key)
    # Only peeked at, as tasks are locked already: whatever moves a series now marks these tasks again afterwards.
    await write_plans(connection, tasks, users, await heads.peek_series(connection, tasks))
    return len(tasks)
