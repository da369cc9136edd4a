"""Events of accounts: where a user's days begin, and that nothing is wanted of one who is gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from event_contracts import UserEventData
from event_spine import rebuild
from event_spine.consumer import Delivered

from recurring_task_service.domain.heads import newest_users, user_head
from recurring_task_service.storage import beside, heads, wanted
from recurring_task_service.storage.schema import SCHEMA


async def project_users(connection: psycopg.AsyncConnection[Any], events: Sequence[Delivered]) -> None:
    """Apply a batch of account events."""
    found = newest_users(user_head(event.data.user_data) for event in events if isinstance(event.data, UserEventData))
    rebuilding = await rebuild.follow(connection, SCHEMA)
    await heads.write_users(connection, found)
    if rebuilding:
        await beside.write(connection, users=found)
    gone = [head.user_id for head in found if head.deleted_at is not None]
    if gone:
        await wanted.derive(connection, await heads.series_of_users(connection, gone))
