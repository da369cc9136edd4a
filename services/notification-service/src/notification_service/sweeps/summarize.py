"""Telling people of their day and week: message, event and the next appointment in one transaction, so it is once."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

import psycopg
from event_spine.consumer import TRANSIENT
from event_spine.ledger import append_statement, ledger_parameters
from event_spine.loop import sweep
from event_spine.partitions import is_missing_partition
from recurrence_rules.zones import wall_of
from service_kit.database import Pool

from notification_service.domain.attempt import CHANNEL
from notification_service.domain.because import AGENDA, REVIEW
from notification_service.domain.compose import LATE, Message
from notification_service.domain.heads import UserHead
from notification_service.domain.preferences import Preferences
from notification_service.domain.summary import following, span_of, summary, time_of
from notification_service.domain.zones import known
from notification_service.storage import appointments, heads, preferences
from notification_service.storage.appointments import NEVER, Appointment
from notification_service.storage.schema import SCHEMA
from notification_service.sweeps.tell import tell

logger = logging.getLogger(__name__)
Connection = psycopg.AsyncConnection[Any]
_APPEND = append_statement(SCHEMA).encode()
BATCH = 50
SET_ASIDE = dt.timedelta(hours=1)
"""For how long one is left alone that could not be told, so that it delays nobody else."""


async def summarize(pool: Pool) -> tuple[int, int]:
    """Tell at most `BATCH` of those who are due; return how many appointments were kept, and how many events made."""
    try:
        return await sweep(pool, lambda connection: tell_due(connection, BATCH))
    except TRANSIENT:
        raise
    except Exception as error:
        if is_missing_partition(error):
            raise
        logger.exception("a batch of summaries failed, they are told one by one")
    return await _one_by_one(pool)


async def tell_due(connection: Connection, limit: int, only: UUID | None = None) -> tuple[int, int]:
    """Tell people of whom it is time, as far as there is anything to say, and make their next appointments."""
    due = await appointments.take(connection, limit, only)
    if not due:
        return 0, 0
    row = await (await connection.execute("SELECT clock_timestamp()")).fetchone()
    now: dt.datetime = row[0] if row else dt.datetime.now(dt.UTC)
    people = {one.user_id for one in due}
    users, wanted = await heads.peek_users(connection, people), await preferences.read(connection, people)
    told: list[Message] = []
    moved: list[Appointment] = []
    for one in due:
        user, wishes = users.get(one.user_id), wanted.get(one.user_id)
        if user is None or user.deleted_at or wishes is None or time_of(one.kind, wishes) is None:
            moved.append(replace(one, fire_at=NEVER))
            continue
        day = _day_of(one, user, wishes, now)
        if day is not None and (message := await _message(connection, one, user, day, now)):
            told.append(message)
        last_day = day or one.last_day
        following_at = following(one.kind, wishes, user.time_zone, now, last_day)
        moved.append(replace(one, fire_at=following_at or NEVER, last_day=last_day))
    told.sort(key=lambda message: (message.user_id, message.kind))
    if entries := await tell(connection, told, now):
        await connection.execute(_APPEND, ledger_parameters(entries))
    await appointments.move(connection, moved)
    return len(due), len(told)


def _day_of(one: Appointment, user: UserHead, wishes: Preferences, now: dt.datetime) -> dt.date | None:
    """Return of which day a person is to be told now; None: that day is over, and today's hour is still to come."""
    day, today = (wall_of(instant, known(user.time_zone)).date() for instant in (one.fire_at, now))
    if one.kind == "agenda" and day < today:
        at = time_of(one.kind, wishes)
        if at is None or wall_of(now, known(user.time_zone)).time() < at:
            return None
        day = today
    return None if one.last_day is not None and day <= one.last_day else day


async def _message(
    connection: Connection, one: Appointment, user: UserHead, day: dt.date, now: dt.datetime
) -> Message | None:
    span = span_of(one.kind, now, user.time_zone)
    said = summary(one.kind, await appointments.tasks_of(connection, one.user_id, span), now, span)
    if said is None:
        return None
    title, items = said
    return Message(
        notification_id=uuid5(one.user_id, f"{one.kind} {day}"),
        user_id=one.user_id,
        kind=one.kind,
        key=f"{one.kind}/{one.user_id}/{day}/{CHANNEL}",
        reminder_id=None,
        task_id=None,
        revision=None,
        title=title,
        remind_at=one.fire_at,
        due_at=None,
        fired_at=now,
        late=now - one.fire_at > LATE,
        confirmed=True,
        time_zone=user.time_zone,
        because=AGENDA if one.kind == "agenda" else REVIEW,
        summary=tuple(items),
    )


async def _one_by_one(pool: Pool) -> tuple[int, int]:
    kept, events = 0, 0
    for user_id in await sweep(pool, _due_people):
        try:
            done = await sweep(pool, lambda connection, user_id=user_id: tell_due(connection, BATCH, user_id))
        except TRANSIENT:
            raise
        except Exception:
            logger.exception("a summary failed, its person is set aside", extra={"user_id": str(user_id)})
            await sweep(pool, lambda connection, user_id=user_id: _set_aside(connection, user_id))
            continue
        kept, events = kept + done[0], events + done[1]
    return kept, events


async def _due_people(connection: Connection) -> Sequence[UUID]:
    return sorted({one.user_id for one in await appointments.take(connection, BATCH)})


async def _set_aside(connection: Connection, user_id: UUID) -> None:
    due = await appointments.take(connection, BATCH, user_id)
    await appointments.move(connection, [replace(one, fire_at=one.fire_at + SET_ASIDE) for one in due])
