"""Rebuilding this projection: from its owner's tasks, series and accounts to heads, from heads to what is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
from event_contracts.task import SeriesData, TaskData, UserData
from event_spine.rebuild import Item, Swapped
from event_spine.rehearsal import Written, difference, written

from recurring_task_service.domain.heads import (
    Origin,
    TaskHead,
    newest,
    newest_tasks,
    newest_users,
    series_head,
    task_head,
    user_head,
)
from recurring_task_service.storage import beside, wanted
from recurring_task_service.storage.schema import SCHEMA

Connection = psycopg.AsyncConnection[Any]
FIRST = UUID(int=0)


class RecurringBeside:
    """What `event_spine.rebuild` asks of this service."""

    schema = SCHEMA

    def __init__(self, keep_days: int) -> None:
        self._keep_days = keep_days

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
                series = newest(series_head(one["user_id"], SeriesData.model_validate(one["data"])) for one in items)
                await beside.write(connection, series=series)
            case _:
                await beside.write(connection, tasks=newest_tasks(map(_task, items)))

    async def swap(self, connection: Connection) -> Sequence[Swapped]:
        """Make the live heads what those beside are."""
        return await beside.swap(connection, self._keep_days)

    async def derive(self, connection: Connection, after: Item | None, limit: int) -> tuple[int, Item | None]:
        """Derive what is wanted of the next series; return how many rows that changed."""
        place = (UUID(after["user_id"]), UUID(after["id"])) if after else (FIRST, FIRST)
        pairs = await beside.pairs(connection, place, limit)
        await wanted.lock(connection, pairs)
        before = await written(connection, SCHEMA)
        await wanted.derive(connection, pairs)
        moved = difference(before, await written(connection, SCHEMA)).get("wanted", Written())
        following = {"user_id": str(pairs[-1][0]), "id": str(pairs[-1][1])} if len(pairs) == limit else None
        return moved.inserted + moved.updated + moved.deleted, following


def _task(item: Item) -> TaskHead:
    task = TaskData.model_validate(item["data"])
    return task_head(item["user_id"], task, item["time_zone"], task.updated_at, Origin())
