"""Whether a message is still to be told, and whether now: heads and wishes are read again before each try."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from notification_service.domain.compose import digest_title
from notification_service.domain.inputs import Inputs, Key
from notification_service.domain.plan import Planned
from notification_service.domain.quiet import quiet_until
from notification_service.domain.snooze import snooze_id
from notification_service.sending.content import Content
from notification_service.sending.delivery import Delivery
from notification_service.storage import heads, inputs, preferences

Connection = heads.Connection
Plans = Mapping[Key, Sequence[Planned]]
"""What is planned of each task, worked out once however many messages name it."""
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
    plans = {key: gathered.planned(task) for key, task in gathered.tasks.items()}
    now = await preferences.now(connection)
    return {
        delivery.delivery_id: Held(delivery.message)
        if delivery.asked
        else _held(delivery, contents[delivery.delivery_id], gathered, plans, now)
        for delivery in claimed
    }


def _held(delivery: Delivery, content: Content, gathered: Inputs, plans: Plans, now: dt.datetime) -> Held:
    told = _left(delivery.user_id, content, plans)
    if told is None or delivery.kind not in HELD_KINDS or _was_put_off(delivery.user_id, told, plans):
        return Held(told)
    user = gathered.users.get(delivery.user_id)
    zone = user.time_zone if user else content.time_zone
    until = quiet_until(now, gathered.preferences.get(delivery.user_id), zone)
    return Held(told, (until - now).total_seconds() if until else 0.0)


def _tasks(content: Content) -> set[UUID]:
    return {item.task_id for item in content.digest} | ({content.task_id} if content.task_id else set())


def _left(user_id: UUID, content: Content, plans: Plans) -> Content | None:
    if content.reminder_id is not None:
        named = (content.reminder_id, content.remind_at)
        return content if content.task_id and named in _planned(user_id, content.task_id, plans) else None
    if not content.digest:
        return content
    left = [
        item for item in content.digest if (item.reminder_id, item.remind_at) in _planned(user_id, item.task_id, plans)
    ]
    if not left:
        return None
    return content.model_copy(update={"digest": left, "title": digest_title(len(left) + content.more)})


def _planned(user_id: UUID, task_id: UUID, plans: Plans) -> set[tuple[UUID, dt.datetime]]:
    return {(one.origin, one.fire_at) for one in plans.get((user_id, task_id), ())}


def _was_put_off(user_id: UUID, content: Content, plans: Plans) -> bool:
    task_id = content.task_id
    return task_id is not None and any(
        one.reminder_id == snooze_id(task_id) and one.fire_at == content.remind_at
        for one in plans.get((user_id, task_id), ())
    )
