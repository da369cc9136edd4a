"""Events of accounts: where a person is reached, and where their days begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from event_contracts import UserEventData
from event_spine import rebuild
from event_spine.records import Delivered

from notification_service.domain.heads import newest_users, user_head
from notification_service.storage import (
    appointments,
    attempts,
    beside,
    channels,
    deliveries,
    heads,
    messages,
    preferences,
    snoozes,
)
from notification_service.storage.schema import SCHEMA


async def project_users(connection: psycopg.AsyncConnection[Any], events: Sequence[Delivered]) -> None:
    """Apply a batch of account events."""
    found = newest_users(user_head(event.data.user_data) for event in events if isinstance(event.data, UserEventData))
    rebuilding = await rebuild.follow(connection, SCHEMA)
    written = await heads.write_users(connection, found)
    if rebuilding:
        await beside.write(connection, users=found)
    await heads.mark_tasks_of(connection, [head.user_id for head in written])
    await channels.confirm_own(connection, [(head.user_id, head.email) for head in written if head.email])
    await attempts.release(connection, [head.user_id for head in written])
    await deliveries.release(connection, [head.user_id for head in written])
    gone = [head.user_id for head in written if head.deleted_at is not None]
    await messages.forget(connection, gone)
    await channels.forget(connection, gone)
    await preferences.forget(connection, gone)
    await snoozes.forget(connection, gone)
    await appointments.forget(connection, gone)
    wanted = await preferences.read(connection, [head.user_id for head in written])
    if wanted:
        await appointments.write(connection, written, wanted, await preferences.now(connection))
