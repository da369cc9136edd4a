"""Whether a message is still to be told, and whether now: heads and wishes are read again before each try."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from notification_service.domain.compose import digest_title
from notification_service.domain.inputs import Inputs
from notification_service.domain.quiet import quiet_until
from notification_service.domain.snooze import snooze_id
from notification_service.sending.content import Content
from notification_service.sending.delivery import Delivery
from notification_service.storage import heads, inputs, preferences

Connection = heads.Connection
HELD_KINDS = ("reminder", "digest")
"""What waits for the end of quiet hours; of their day and week people are told at the hour that they named."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a delivery says now: None where its task is done, deleted or moved. `seconds`: until quiet hours end."""

    told: Content | None
    seconds: float = 0.0


async def still_to_tell(connection: Connection, claimed: Sequence[Delivery]) -> dict[UUID, Held]:
    """Return what becomes of each claimed delivery.

    A digest loses what does not hold any more, and is dropped with the last of it. A try that falls into quiet hours,
    since the ones before it failed, waits for their end, unless it is of what was put off. What its owner asked for
    is told in any case.
    """
    contents = {delivery.delivery_id: delivery.message for delivery in claimed if not delivery.asked}
    named = {
        (delivery.user_id, task)
        for delivery in claimed
        if not delivery.asked
        for task in _tasks(contents[delivery.delivery_id])
    }
    gathered = await inputs.peek(connection, named)
    now = await preferences.now(connection)
    return {
        delivery.delivery_id: Held(delivery.message)
        if delivery.asked
        else _held(delivery, contents[delivery.delivery_id], gathered, now)
        for delivery in claimed
    }


def _held(delivery: Delivery, content: Content, gathered: Inputs, now: dt.datetime) -> Held:
    told = _left(delivery.user_id, content, gathered)
    if told is None or delivery.kind not in HELD_KINDS or _was_put_off(delivery.user_id, told, gathered):
        return Held(told)
    user = gathered.users.get(delivery.user_id)
    zone = user.time_zone if user else content.time_zone
    until = quiet_until(now, gathered.preferences.get(delivery.user_id), zone)
    return Held(told, (until - now).total_seconds() if until else 0.0)


def _tasks(content: Content) -> set[UUID]:
    return {item.task_id for item in content.digest} | ({content.task_id} if content.task_id else set())


def _left(user_id: UUID, content: Content, gathered: Inputs) -> Content | None:
    if content.reminder_id is not None:
        named = (content.reminder_id, content.remind_at)
        return content if content.task_id and named in _planned(user_id, content.task_id, gathered) else None
    if not content.digest:
        return content
    left = [
        item
        for item in content.digest
        if (item.reminder_id, item.remind_at) in _planned(user_id, item.task_id, gathered)
    ]
    if not left:
        return None
    return content.model_copy(update={"digest": left, "title": digest_title(len(left) + content.more)})


def _planned(user_id: UUID, task_id: UUID, gathered: Inputs) -> set[tuple[UUID, Any]]:
    task = gathered.tasks.get((user_id, task_id))
    return {(one.origin, one.fire_at) for one in gathered.planned(task)} if task else set()


def _was_put_off(user_id: UUID, content: Content, gathered: Inputs) -> bool:
    task = gathered.tasks.get((user_id, content.task_id)) if content.task_id else None
    return task is not None and any(
        one.reminder_id == snooze_id(task.task_id) and one.fire_at == content.remind_at
        for one in gathered.planned(task)
    )
