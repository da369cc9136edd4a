"""Rebuilding this projection: from its owner's tasks, series and accounts to heads, and from heads to the due-queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
from event_contracts.task import SeriesData, TaskData, UserData
from event_spine.rebuild import Item, Swapped
from event_spine.rehearsal import Written, difference, written

from notification_service.domain.heads import (
    has_head,
    newest,
    newest_users,
    series_head,
    task_head,
    user_head,
)
from notification_service.projections.planning import write_plans
from notification_service.storage import beside, due_queue, heads
from notification_service.storage.schema import SCHEMA

Connection = psycopg.AsyncConnection[Any]
FIRST = UUID(int=0)


class NotificationBeside:
    """What `event_spine.rebuild` asks of this service. What was sent is remembered apart and stays as it is."""

    schema = SCHEMA

    async def clear(self, connection: Connection) -> None:
        """Empty the tables beside."""
        await beside.clear(connection)

    async def fill(self, connection: Connection, kind: str, items: Sequence[Item]) -> None:
        """Write the heads of what the owner tells, as far as they are newer than those beside."""
        match kind:
            case "users":
                users = newest_users(user_head(UserData.model_validate(one["data"])) for one in items)
                await beside.write(connection, users=users)
            case "series":
                found = [(one, SeriesData.model_validate(one["data"])) for one in items]
                series = newest(series_head(one["user_id"], data) for one, data in found)
                await beside.write(connection, series=series)
            case _:
                told = [(one, TaskData.model_validate(one["data"])) for one in items]
                tasks = newest(
                    task_head(one["user_id"], data, one["time_zone"]) for one, data in told if has_head(data)
                )
                await beside.write(connection, tasks=tasks)

    async def swap(self, connection: Connection) -> Sequence[Swapped]:
        """Make the live heads what those beside are."""
        return await beside.swap(connection)

    async def derive(self, connection: Connection, after: Item | None, limit: int) -> tuple[int, Item | None]:
        """Write the plans of the next tasks; return how many rows of the due-queue that changed."""
        place = (UUID(after["user_id"]), UUID(after["id"])) if after else (FIRST, FIRST)
        keys = await beside.to_plan(connection, place, limit)
        users = await heads.read_users(connection, {user for user, _ in keys})
        peeked = await heads.read_tasks(connection, keys)
        series = await heads.read_series(connection, peeked.values())
        tasks = await heads.read_tasks(connection, keys, lock=True)
        before = await written(connection, SCHEMA)
        await write_plans(connection, [tasks[key] for key in keys if key in tasks], users, series)
        await due_queue.write(connection, [key for key in keys if key not in tasks], [])
        moved = difference(before, await written(connection, SCHEMA)).get("due_queue", Written())
        following = {"user_id": str(keys[-1][0]), "id": str(keys[-1][1])} if len(keys) == limit else None
        return moved.inserted + moved.updated + moved.deleted, following
