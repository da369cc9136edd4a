"""Accounts: where a user's days begin, whose holidays are theirs, and that nothing is wanted of one who is gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from event_contracts import UserEventData
from event_spine import rebuild
from event_spine.records import Delivered

from recurring_task_service.domain.heads import UserHead, newest_users, user_head
from recurring_task_service.storage import beside, heads, wanted
from recurring_task_service.storage.schema import SCHEMA


async def project_users(connection: psycopg.AsyncConnection[Any], events: Sequence[Delivered]) -> None:
    """Apply a batch of account events."""
    found = newest_users(user_head(event.data.user_data) for event in events if isinstance(event.data, UserEventData))
    await apply_users(connection, found)


async def apply_users(connection: psycopg.AsyncConnection[Any], found: Sequence[UserHead]) -> None:
    """Write what is newer, then make `wanted` of the series that it concerns say what the heads say.

    Of an account that is gone these are all; else those that mind holidays, since its country may be another now.
    """
    rebuilding = await rebuild.follow(connection, SCHEMA)
    await heads.write_users(connection, found)
    if rebuilding:
        await beside.write(connection, users=found)
    gone = [head.user_id for head in found if head.deleted_at is not None]
    there = [head.user_id for head in found if head.deleted_at is None]
    pairs = await heads.series_of_users(connection, gone, there)
    await wanted.lock(connection, pairs)
    await wanted.derive(connection, pairs)
