"""What a person has in the app is bounded: the newest stay, and the oldest make room for them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest
from event_contracts.identifiers import uuid7
from notification_service.bootstrap import Process
from notification_service.domain.compose import Message
from notification_service.storage import messages

pytestmark = pytest.mark.integration
NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
BOUND = messages.KEPT + messages.MORE - 1


@pytest.mark.parametrize("at_once", [1, 37, 700])
async def test_the_newest_are_kept_and_few_more(process: Process, owner: psycopg.Connection[Any], at_once: int) -> None:
    user, other = uuid7(), uuid7()
    await add(process, [told(other)])
    last = 0
    while last < 700:
        last += at_once
        assert await add(process, [told(user) for _ in range(at_once)]) == list(range(last - at_once + 1, last + 1))
        if at_once > 1 or last > messages.KEPT:
            first, newest, count = inbox(owner, user)
            assert (newest, count) == (last, last - first + 1), "without a gap"
            assert min(last, messages.KEPT) <= count <= BOUND
    assert inbox(owner, other) == (1, 1, 1)


def told(user: Any) -> Message:
    return Message(uuid7(), user, "reminder", "key", None, None, None, "Title", NOW, None, NOW, False, True, "UTC")


async def add(process: Process, said: list[Message]) -> list[int]:
    async with process.pool.connection() as connection, connection.transaction():
        return await messages.add(connection, said, NOW)


def inbox(owner: psycopg.Connection[Any], user: Any) -> tuple[int, int, int]:
    asked = "SELECT min(number), max(number), count(*) FROM notifications.messages WHERE user_id = %s"
    row = owner.execute(asked, (user,)).fetchone()
    assert row is not None
    return row
