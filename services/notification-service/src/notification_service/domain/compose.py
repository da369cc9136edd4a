"""From reminders that are to be sent to notifications: one each, or one digest of what comes together. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from event_contracts.events import Because, RemindedItem, SummaryItem
from event_contracts.identifiers import NewId

from notification_service.domain.attempt import CHANNEL, Attempt
from notification_service.domain.because import DIGEST, HELD_DIGEST
from notification_service.domain.heads import TaskHead
from notification_service.domain.plan import Planned

LATE = dt.timedelta(seconds=60)
ITEM_TITLE = 200
"""Titles in a digest are cut: 500 of them must stay far below what a record may hold."""


@dataclass(frozen=True, slots=True)
class Sending:
    """An attempt that is to be told of, with the title as it is now."""

    attempt: Attempt
    task: TaskHead
    title: str
    confirmed: bool
    planned: Planned
    because: Because | None = None

    @property
    def reminder_id(self) -> UUID:
        """Return the reminder as its task names it."""
        return self.planned.origin


@dataclass(frozen=True, slots=True)
class Message:
    """One notification of a person. Instants in UTC; of a digest `remind_at` is the earliest.

    `version` counts the events of its id, which are more than one where it was given up before.
    """

    notification_id: UUID
    user_id: UUID
    kind: Literal["reminder", "digest", "agenda", "review"]
    key: str
    reminder_id: UUID | None
    task_id: UUID | None
    revision: int | None
    title: str
    remind_at: dt.datetime
    due_at: dt.datetime | None
    fired_at: dt.datetime
    late: bool
    confirmed: bool
    time_zone: str
    digest: tuple[RemindedItem, ...] = ()
    because: Because | None = None
    summary: tuple[SummaryItem, ...] = ()
    version: int = 1


def compose(sendings: Sequence[Sending], now: dt.datetime, digest_above: int, new_id: NewId) -> list[Message]:
    """Return the notifications, sorted by user and instant.

    A user of whom more than `digest_above` are late gets one digest of those, and so does one whose quiet hours have
    held more than one; the others come one by one. Of a reminder that repeats only the newest is told.
    """
    told = newest_of_repeated(sendings)
    together: defaultdict[UUID, list[Sending]] = defaultdict(list)
    for sending in told:
        if _has_waited(sending, now):
            together[sending.attempt.user_id].append(sending)
    crowded = {
        user
        for user, found in together.items()
        if len(found) > digest_above or (len(found) > 1 and any(one.attempt.held for one in found))
    }
    messages = [
        _single(sending, now)
        for sending in told
        if sending.attempt.user_id not in crowded or not _has_waited(sending, now)
    ]
    messages += [_digest(together[user], now, new_id()) for user in crowded]
    return sorted(messages, key=lambda message: (message.user_id, message.remind_at, message.notification_id))


def newest_of_repeated(sendings: Sequence[Sending]) -> list[Sending]:
    """Return what is to be told: of the repetitions of one reminder, which say the same, the newest."""
    newest: dict[tuple[UUID, UUID, bool], Sending] = {}
    for sending in sorted(sendings, key=lambda one: one.attempt.fire_at):
        planned = sending.planned
        was_put_off = planned.number == 0 and planned.reminder_id != planned.origin
        newest[sending.attempt.task_id, planned.origin, was_put_off] = sending
    return list(newest.values())


def digest_title(count: int) -> str:
    """Return what a digest is called: how many it tells of."""
    return "1 reminder" if count == 1 else f"{count} reminders"


def is_late(attempt: Attempt, now: dt.datetime) -> bool:
    """Say whether a reminder is told of more than a minute after its instant."""
    return now - attempt.fire_at > LATE


def _has_waited(sending: Sending, now: dt.datetime) -> bool:
    return sending.attempt.held or is_late(sending.attempt, now)


def _single(sending: Sending, now: dt.datetime) -> Message:
    attempt, task = sending.attempt, sending.task
    return Message(
        notification_id=attempt.attempt_id,
        user_id=attempt.user_id,
        kind="reminder",
        key=attempt.key,
        reminder_id=sending.reminder_id,
        task_id=attempt.task_id,
        revision=attempt.revision,
        title=sending.title,
        remind_at=attempt.fire_at,
        due_at=task.due_at,
        fired_at=attempt.queued_at,
        late=is_late(attempt, now),
        confirmed=sending.confirmed,
        time_zone=task.user_time_zone,
        because=sending.because,
        version=attempt.version + 1,
    )


def _digest(sendings: Sequence[Sending], now: dt.datetime, identity: UUID) -> Message:
    ordered = sorted(sendings, key=lambda sending: (sending.attempt.fire_at, sending.attempt.attempt_id))
    items = tuple(
        RemindedItem(
            key=s.attempt.key,
            reminder_id=s.reminder_id,
            revision=s.attempt.revision,
            task_id=s.attempt.task_id,
            title=s.title[:ITEM_TITLE],
            remind_at=s.attempt.fire_at,
            due_at=s.task.due_at,
        )
        for s in ordered
    )
    first = ordered[0]
    return Message(
        notification_id=identity,
        user_id=first.attempt.user_id,
        kind="digest",
        key=f"digest/{identity}/{CHANNEL}",
        reminder_id=None,
        task_id=None,
        revision=None,
        title=digest_title(len(items)),
        remind_at=first.attempt.fire_at,
        due_at=None,
        fired_at=max(s.attempt.queued_at for s in ordered),
        late=any(is_late(s.attempt, now) for s in ordered),
        confirmed=all(s.confirmed for s in ordered),
        time_zone=first.task.user_time_zone,
        digest=items,
        because=HELD_DIGEST if any(s.attempt.held for s in ordered) else DIGEST,
    )
