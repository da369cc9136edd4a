"""The tables as models in a registry of their own: what the migrations are compared with, never used at run time.

Ledger, pending, held, lease and dead letters are event_spine's and are tested there.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, LargeBinary, MetaData, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from notification_service.storage.schema import SCHEMA

METADATA = MetaData(schema=SCHEMA)
_INSTANT = DateTime(timezone=True)
_QUEUED = text("state = 'queued'")
_DEAD = text("state = 'dead'")
_CLOCK = text("clock_timestamp()")
_UUID7 = text(  # as PostgreSQL 18's uuidv7(), which older servers lack: rows in the order of their making
    "(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7'"
    " || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid"
)


def _instant() -> Any:
    return Field(default=None, sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]


def _required() -> Any:
    return Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]


def _text() -> Any:
    return Field(default=None, sa_type=Text)


class Base(SQLModel, registry=registry(metadata=METADATA)):
    """The base of this service's tables."""


class TaskHeadRow(Base, table=True):
    """The newest state seen of a task; a deleted one stays as a tombstone.

    `plan_stale`: the due-queue does not say yet what this head and its user's say together.
    """

    __tablename__ = "task_heads"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("task_heads_stale", "user_id", "task_id", postgresql_where=text("plan_stale")),
        Index(
            "task_heads_of_series",
            "user_id",
            "series_id",
            postgresql_where=text("series_id IS NOT NULL AND status = 'open'"),
        ),
    )

    user_id: UUID = Field(primary_key=True)
    task_id: UUID = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)
    title: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    due_date: dt.date | None = None
    due_time: dt.time | None = None
    due_zone: str | None = _text()
    due_at: dt.datetime | None = _instant()
    start_date: dt.date | None = None
    reminders: list[dict[str, Any]] = Field(sa_type=JSONB)
    user_time_zone: str = Field(sa_type=Text)
    deleted_at: dt.datetime | None = _instant()
    withdrawn_at: dt.datetime | None = _instant()
    created_at: dt.datetime | None = _instant()
    series_id: UUID | None = None
    completed_at: dt.datetime | None = _instant()
    plan_stale: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=text("true")))


class SeriesHeadRow(Base, table=True):
    """Whether a series is paused, by the newest event seen of it."""

    __tablename__ = "series_heads"  # pyright: ignore[reportAssignmentType]

    user_id: UUID = Field(primary_key=True)
    series_id: UUID = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)
    paused: bool


class UserHeadRow(Base, table=True):
    """The newest state seen of an account; a deleted one stays as a tombstone and wins over all."""

    __tablename__ = "user_heads"  # pyright: ignore[reportAssignmentType]

    user_id: UUID = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)
    email: str | None = _text()
    name: str = Field(sa_type=Text)
    time_zone: str = Field(sa_type=Text)
    locale: str = Field(sa_type=Text)
    week_start: int
    deleted_at: dt.datetime | None = _instant()


class PreferencesRow(Base, table=True):
    """What a person wants of reminders, once they have said anything; see `domain.preferences`."""

    __tablename__ = "preferences"  # pyright: ignore[reportAssignmentType]

    user_id: UUID = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)
    default_hour: dt.time
    default_lead_minutes: int | None = None
    lead_since: dt.datetime | None = _instant()
    quiet_from: dt.time | None = None
    quiet_to: dt.time | None = None
    agenda_at: dt.time | None = None
    review_day: int | None = None
    review_at: dt.time | None = None
    nag_minutes: int
    nag_most: int
    updated_at: dt.datetime | None = _instant()


class SnoozeRow(Base, table=True):
    """A task is to be reminded of again, since its person put a reminder of it off. Gone when the task is closed."""

    __tablename__ = "snoozes"  # pyright: ignore[reportAssignmentType]

    user_id: UUID = Field(primary_key=True)
    task_id: UUID = Field(primary_key=True)
    reminder_id: UUID
    until: dt.datetime = _required()
    made_at: dt.datetime = _required()


class AppointmentRow(Base, table=True):
    """When a person is next told of their day or week; `last_day` is the last day of which they were."""

    __tablename__ = "appointments"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("appointments_fire_at", "fire_at"),)

    user_id: UUID = Field(primary_key=True)
    kind: str = Field(primary_key=True, sa_type=Text)
    fire_at: dt.datetime = _required()
    last_day: dt.date | None = None


class DueRow(Base, table=True):
    """One reminder that is still to come. Narrow: what the sweep costs depends on what is due, not on what waits."""

    __tablename__ = "due_queue"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("due_queue_fire_at", "fire_at"),)

    user_id: UUID = Field(primary_key=True)
    task_id: UUID = Field(primary_key=True)
    reminder_id: UUID = Field(primary_key=True)
    revision: int = Field(sa_type=BigInteger)
    fire_at: dt.datetime = _required()


class AttemptRow(Base, table=True):
    """One reminder that came due, through one channel: what was done about it, and when it is tried next.

    It is also the memory of what was sent, kept longer than any event can come again. `claim` is the fence of whoever
    works on it until `not_before`; `tries` counts claims, `version` its events.
    """

    __tablename__ = "attempts"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("user_id", "task_id", "reminder_id", "fire_at", "channel", name="attempts_once"),
        Index("attempts_waiting", "not_before", postgresql_where=_QUEUED),
        Index("attempts_of_person", "user_id", "fire_at", postgresql_where=_QUEUED),
        Index("attempts_settled", "settled_at", postgresql_where=text("settled_at IS NOT NULL")),
        Index("attempts_dead", "settled_at", "attempt_id", postgresql_where=_DEAD),
    )

    attempt_id: UUID = Field(sa_column=Column(primary_key=True, server_default=_UUID7))
    user_id: UUID
    task_id: UUID
    reminder_id: UUID
    revision: int = Field(sa_type=BigInteger)
    fire_at: dt.datetime = _required()
    channel: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    tries: int = Field(sa_column_kwargs={"server_default": text("0")})
    not_before: dt.datetime = _required()
    last_error: str | None = _text()
    queued_at: dt.datetime = Field(sa_column=Column(_INSTANT, nullable=False, server_default=text("clock_timestamp()")))
    claim: UUID | None = None
    held: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    confirmed: bool | None = None
    late: bool | None = None
    settled_at: dt.datetime | None = _instant()
    version: int = Field(sa_column=Column(BigInteger, nullable=False, server_default=text("0")))


class InboxRow(Base, table=True):
    """The number of a person's newest notification; its row lock makes numbers rise in the order of commits."""

    __tablename__ = "inboxes"  # pyright: ignore[reportAssignmentType]

    user_id: UUID = Field(primary_key=True)
    last_number: int = Field(sa_type=BigInteger)


class MessageRow(Base, table=True):
    """One notification in the app: a reminder, or a digest of late ones. The oldest of a person make room."""

    __tablename__ = "messages"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("user_id", "notification_id", name="messages_by_id"),)

    user_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    notification_id: UUID
    kind: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text)
    reminder_id: UUID | None = None
    task_id: UUID | None = None
    title: str = Field(sa_type=Text)
    remind_at: dt.datetime = _required()
    due_at: dt.datetime | None = _instant()
    sent_at: dt.datetime = _required()
    late: bool
    confirmed: bool
    digest: list[dict[str, Any]] = Field(sa_type=JSONB)
    because: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    summary: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'[]'")))
    read_at: dt.datetime | None = _instant()


class ChannelRow(Base, table=True):
    """Where a person wants to be told besides the app. What is secret of it is sealed in `secret`.

    `lane` names what is slow or broken together with it: its kind and its host.
    """

    __tablename__ = "channels"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("channels_of_person", "user_id", "channel_id"),)

    channel_id: UUID = Field(primary_key=True)
    user_id: UUID
    kind: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    config: dict[str, Any] = Field(sa_type=JSONB)
    secret: bytes | None = Field(default=None, sa_type=LargeBinary)
    messages: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    lane: str = Field(sa_type=Text)
    enabled: bool
    confirmed_at: dt.datetime | None = _instant()
    state: str = Field(sa_type=Text)
    state_reason: str | None = _text()
    state_since: dt.datetime = Field(sa_column=Column(_INSTANT, nullable=False, server_default=_CLOCK))
    created_at: dt.datetime = Field(sa_column=Column(_INSTANT, nullable=False, server_default=_CLOCK))
    updated_at: dt.datetime = Field(sa_column=Column(_INSTANT, nullable=False, server_default=_CLOCK))
    version: int = Field(sa_type=BigInteger)


class DeliveryRow(Base, table=True):
    """One message to one channel: what was done about it, and when it is tried next.

    `ready`: it may be claimed. Whoever claims it has until `not_before`, and only the result of that `claim` counts.
    `turn` orders a lane so that people come round in it. `asked`: its owner wants it whatever became of the task.
    `version` counts its events.
    """

    __tablename__ = "deliveries"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("channel_id", "key", name="deliveries_once"),
        Index("deliveries_ready", "lane", "turn", postgresql_where=text("ready")),
        Index("deliveries_waiting", "not_before", postgresql_where=text("state = 'queued' AND NOT ready")),
        Index("deliveries_turns", "lane", "user_id", "turn", postgresql_where=_QUEUED),
        Index("deliveries_of_channel", "user_id", "channel_id", "delivery_id"),
        Index("deliveries_dead", "settled_at", "delivery_id", postgresql_where=_DEAD),
        Index("deliveries_settled", "settled_at", postgresql_where=text("settled_at IS NOT NULL")),
    )

    delivery_id: UUID = Field(primary_key=True)
    user_id: UUID
    channel_id: UUID
    lane: str = Field(sa_type=Text)
    turn: int = Field(sa_type=BigInteger)
    key: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    content: dict[str, Any] = Field(sa_type=JSONB)
    state: str = Field(sa_type=Text)
    ready: bool
    asked: bool
    tries: int
    claim: UUID | None = None
    not_before: dt.datetime = Field(sa_column=Column(_INSTANT, nullable=False, server_default=_CLOCK))
    last_error: str | None = _text()
    queued_at: dt.datetime = Field(sa_column=Column(_INSTANT, nullable=False, server_default=_CLOCK))
    settled_at: dt.datetime | None = _instant()
    version: int = Field(sa_type=BigInteger)
