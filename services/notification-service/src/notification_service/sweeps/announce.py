"""The events of reminders, as they stand in this service's ledger."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import orjson
from event_contracts import CATALOG, Actor, EventData, ReminderEventData, ReminderSnoozedData
from event_contracts.apps import NOTIFICATION_SERVICE
from event_contracts.identifiers import uuid7
from event_spine.ledger import LedgerEntry
from service_kit import telemetry

from notification_service.domain.attempt import CHANNEL, Attempt
from notification_service.domain.compose import Message
from notification_service.domain.heads import TaskHead
from notification_service.domain.snooze import Snooze
from notification_service.sending.content import Content
from notification_service.sending.delivery import Delivery

SENT, FAILED, SNOOZED = (f"todo.reminder.{what}.v1" for what in ("sent", "failed", "snoozed"))


def sent_entry(message: Message, number: int, now: dt.datetime) -> LedgerEntry:
    """Return the event of a notification that was sent."""
    content = {
        "user_time_zone": message.time_zone,
        "key": message.key,
        "kind": message.kind,
        "because": message.because,
        "summary": message.summary,
        "reminder_id": message.reminder_id,
        "task_id": message.task_id,
        "title": message.title,
        "revision": message.revision,
        "remind_at": message.remind_at,
        "due_at": message.due_at,
        "fired_at": message.fired_at,
        "late": message.late,
        "confirmed": message.confirmed,
        "notification_id": message.notification_id,
        "notification_number": number,
        "digest": message.digest,
    }
    return _entry(SENT, message.notification_id, message.user_id, now, content, version=message.version)


def failed_entry(attempt: Attempt, task: TaskHead, error: str, now: dt.datetime) -> LedgerEntry:
    """Return the event of an attempt that is given up."""
    content = {
        "user_time_zone": task.user_time_zone,
        "key": attempt.key,
        "reminder_id": attempt.reminder_id,
        "task_id": attempt.task_id,
        "title": task.title,
        "revision": attempt.revision,
        "remind_at": attempt.fire_at,
        "due_at": task.due_at,
        "fired_at": attempt.queued_at,
        "late": True,
        "reason": error[:500],
    }
    return _entry(FAILED, attempt.attempt_id, attempt.user_id, now, content, version=attempt.version + 1)


def delivery_entry(
    delivery: Delivery, told: Content, kind: str, number: int, now: dt.datetime, failure: str | None
) -> LedgerEntry:
    """Return the event of a message that a channel took, or, with a `failure`, that was given up for it."""
    content = {
        "user_time_zone": told.time_zone,
        "key": told.key,
        "kind": told.kind,
        "reminder_id": told.reminder_id,
        "task_id": told.task_id,
        "title": told.title,
        "revision": told.revision,
        "remind_at": told.remind_at,
        "due_at": told.due_at,
        "fired_at": told.fired_at,
        "late": told.late,
        "confirmed": told.confirmed,
        "notification_id": told.notification_id,
        "channel_id": delivery.channel_id,
        "tries": delivery.tries,
        "reason": failure and failure[:500],
    }
    type_name = SENT if failure is None else FAILED
    return _entry(type_name, delivery.delivery_id, delivery.user_id, now, content, kind, number)


def snoozed_entry(
    snooze: Snooze, task: TaskHead, time_zone: str, actor: Actor | None, correlation_id: UUID | None
) -> LedgerEntry:
    """Return the event of a reminder that was put off; without an `actor` by its person, with a link in a message."""
    data = ReminderSnoozedData(
        event_type=CATALOG[SNOOZED].short_name,
        user_id=snooze.user_id,
        user_time_zone=time_zone,
        occurred_at=snooze.made_at,
        actor=actor or Actor(kind="user", id=str(snooze.user_id), door="internal"),
        correlation_id=correlation_id,
        version=1,
        reminder_id=snooze.reminder_id,
        task_id=snooze.task_id,
        title=task.title,
        until=snooze.until,
    )
    return _written(SNOOZED, uuid7(), snooze.user_id, data)


def _entry(
    type_name: str,
    subject: UUID,
    user_id: UUID,
    now: dt.datetime,
    content: dict[str, Any],
    channel: str = CHANNEL,
    version: int = 1,
) -> LedgerEntry:
    data = ReminderEventData(
        event_type=CATALOG[type_name].short_name,
        user_id=user_id,
        occurred_at=now,
        actor=Actor(kind="service", id=NOTIFICATION_SERVICE.app_id, door="internal"),
        version=version,
        channel=channel,
        **content,
    )
    return _written(type_name, subject, user_id, data)


def _written(type_name: str, subject: UUID, user_id: UUID, data: EventData) -> LedgerEntry:
    event_id = uuid7()
    envelope = {
        "specversion": "1.0",
        "id": event_id,
        "source": NOTIFICATION_SERVICE.app_id,
        "type": type_name,
        "subject": subject,
        "time": data.occurred_at,
        "datacontenttype": "application/json",
        "traceparent": telemetry.current_traceparent(),
        "data": orjson.Fragment(data.model_dump_json()),
    }
    # As CloudEvent writes it, at a third of the price: one is made for each reminder.
    record = orjson.dumps({k: v for k, v in envelope.items() if v is not None}, option=orjson.OPT_UTC_Z)
    topic = CATALOG[type_name].topic.name
    return LedgerEntry(event_id, topic, str(user_id), type_name, subject, data.version, user_id, None, record)
