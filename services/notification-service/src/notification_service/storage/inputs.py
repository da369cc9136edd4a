"""Gathering what plans are made of. The one place that knows from which tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import psycopg

from notification_service.domain.heads import SeriesHead, TaskHead, UserHead
from notification_service.domain.inputs import Inputs, Key
from notification_service.storage import heads, preferences, snoozes

Connection = psycopg.AsyncConnection[Any]
NONE = Inputs({}, {}, {}, {}, {})


async def peek(connection: Connection, keys: Collection[Key]) -> Inputs:
    """Return all that concerns these (user, task) as it is at this moment; nothing is held."""
    if not keys:
        return NONE
    tasks = await heads.read_tasks(connection, sorted(keys))
    users = await heads.peek_users(connection, {user for user, _ in keys})
    return await around(connection, tasks, users, await heads.peek_series(connection, tasks.values()))


async def around(
    connection: Connection,
    tasks: Mapping[Key, TaskHead],
    users: Mapping[UUID, UserHead],
    series: Mapping[Key, SeriesHead],
    made: Collection[Key] = (),
) -> Inputs:
    """Return the same around heads that the caller has, and holds if it has to.

    `made`: those (user, task) of which there was no head before, so nothing was put off yet.
    """
    wanted = await preferences.read(connection, {user for user, _ in tasks})
    put_off = await snoozes.read(connection, [key for key in tasks if key not in made])
    return Inputs(tasks, users, series, wanted, put_off)
