"""Whether a message is still to be told: the newest heads are read again before each try."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from notification_service.domain.plan import plan
from notification_service.sending.content import Content
from notification_service.sending.delivery import Delivery
from notification_service.storage import heads, preferences, snoozes

Connection = heads.Connection
Planned = set[tuple[UUID, Any]]


async def still_to_tell(connection: Connection, claimed: Sequence[Delivery]) -> dict[UUID, Content | None]:
    """Return what each claimed delivery says now: None where its task is done, deleted or moved.

    A digest loses what does not hold any more, and is dropped with the last of it.
    """
    contents = {delivery.delivery_id: delivery.message for delivery in claimed}
    named = {
        (delivery.user_id, task)
        for delivery in claimed
        if not delivery.asked
        for task in _tasks(contents[delivery.delivery_id])
    }
    planned = await _planned(connection, named) if named else set()
    return {
        delivery.delivery_id: contents[delivery.delivery_id]
        if delivery.asked
        else _left(contents[delivery.delivery_id], planned)
        for delivery in claimed
    }


def _tasks(content: Content) -> set[UUID]:
    return {item.task_id for item in content.digest} | ({content.task_id} if content.task_id else set())


def _left(content: Content, planned: Planned) -> Content | None:
    if content.reminder_id is not None:
        return content if (content.reminder_id, content.remind_at) in planned else None
    if not content.digest:
        return content
    left = [item for item in content.digest if (item.reminder_id, item.remind_at) in planned]
    return content.model_copy(update={"digest": left}) if left else None


async def _planned(connection: Connection, named: set[tuple[UUID, UUID]]) -> Planned:
    tasks = await heads.read_tasks(connection, sorted(named))
    wanted = await preferences.read(connection, {user for user, _ in named})
    put_off = await snoozes.read(connection, sorted(named))
    users = await heads.peek_users(connection, {user for user, _ in named})
    series = await heads.peek_series(connection, tasks.values())
    return {
        (reminder.origin, reminder.fire_at)
        for task in tasks.values()
        for reminder in plan(
            task,
            users.get(task.user_id),
            series.get(task.series) if task.series else None,
            wanted.get(task.user_id),
            put_off.get((task.user_id, task.task_id)),
        )
    }
