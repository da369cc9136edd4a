"""The tables as models in a registry of their own: what the migrations are compared with, never used at run time."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from recurring_task_service.storage.schema import SCHEMA

METADATA = MetaData(schema=SCHEMA)
_INSTANT = DateTime(timezone=True)


def _stamped() -> Any:
    return Field(sa_column=Column(_INSTANT, nullable=False, server_default=text("clock_timestamp()")))


def _instant() -> Any:
    return Field(default=None, sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]


class Base(SQLModel, registry=registry(metadata=METADATA)):
    """The base of this service's tables."""


class TaskHeadRow(Base, table=True):
    """The newest state seen of a task that is or was an occurrence of a series; a deleted one stays as a tombstone."""

    __tablename__ = "task_heads"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("task_heads_of_series", "user_id", "series_id"),)

    user_id: UUID = Field(primary_key=True)
    task_id: UUID = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)
    series_id: UUID | None = None
    status: str = Field(sa_type=Text)
    occurrence_key: str | None = Field(default=None, sa_type=Text)
    occurrence_number: int | None = None
    due_date: dt.date | None = None
    closed_at: dt.datetime | None = _instant()
    deleted_at: dt.datetime | None = _instant()
    withdrawn_at: dt.datetime | None = _instant()
    user_time_zone: str = Field(sa_type=Text)
    event_id: UUID | None = None
    correlation_id: UUID | None = None
    traceparent: str | None = Field(default=None, sa_type=Text)
    due_time: dt.time | None = None
    due_zone: str | None = Field(default=None, sa_type=Text)
    start_date: dt.date | None = None
    reminders: list[Any] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'[]'::jsonb")))


class SeriesHeadRow(Base, table=True):
    """The newest state seen of a series."""

    __tablename__ = "series_heads"  # pyright: ignore[reportAssignmentType]

    user_id: UUID = Field(primary_key=True)
    series_id: UUID = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)
    status: str = Field(sa_type=Text)
    rrule: str = Field(sa_type=Text)
    anchor: str = Field(sa_type=Text)
    missed: str = Field(sa_type=Text)
    trigger: str = Field(sa_type=Text)
    exdates: list[str] = Field(sa_type=ARRAY(Text))  # pyright: ignore[reportArgumentType]
    rdates: list[str] = Field(sa_type=ARRAY(Text))  # pyright: ignore[reportArgumentType]
    start_date: dt.date
    start_time: dt.time | None = None
    start_zone: str = Field(sa_type=Text)
    resume_on: dt.date | None = None
    resumed_at: dt.datetime | None = _instant()
    on_holiday: str = Field(sa_column=Column(Text, nullable=False, server_default=text("'ignore'")))


class UserHeadRow(Base, table=True):
    """The newest state seen of an account; a deleted one stays as a tombstone and wins over all."""

    __tablename__ = "user_heads"  # pyright: ignore[reportAssignmentType]

    user_id: UUID = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)
    time_zone: str = Field(sa_type=Text)
    week_start: int
    deleted_at: dt.datetime | None = _instant()
    country: str | None = Field(default=None, sa_type=Text)
    region: str | None = Field(default=None, sa_type=Text)


class WantedRow(Base, table=True):
    """A series that the backend shall advance: derived from the heads, done by the loop, dropped when done.

    `not_before` is when it is due (infinity: not before its heads move); a claim moves it to the end of its lease and
    writes `claim`, which fences the mark. `holidays`: the place whose public holidays the series minds, else empty.
    """

    __tablename__ = "wanted"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("wanted_due", "not_before"),)

    user_id: UUID = Field(primary_key=True)
    series_id: UUID = Field(primary_key=True)
    predecessor_id: UUID
    predecessor_version: int = Field(sa_type=BigInteger)
    series_version: int = Field(sa_type=BigInteger)
    not_before: dt.datetime = _stamped()
    attempts: int = Field(sa_column_kwargs={"server_default": text("0")})
    claim: UUID | None = None
    last_error: str | None = Field(default=None, sa_type=Text)
    holidays: str = Field(sa_column=Column(Text, nullable=False, server_default=text("''")))


class DeadLetterRow(Base, table=True):
    """A record that could not be handled, or an advance that the backend refuses (made by event_spine)."""

    __tablename__ = "dead_letters"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("topic", "partition", "offset"),
        Index("dead_letters_open", "id", postgresql_where=text("state = 'open'")),
    )

    id: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    topic: str = Field(sa_type=Text)
    partition: int
    offset: int = Field(sa_type=BigInteger)
    event_id: UUID | None = None
    reason: str = Field(sa_type=Text)
    detail: str = Field(sa_type=Text)
    attempts: int
    raw: bytes = Field(sa_type=LargeBinary)
    recorded_at: dt.datetime = _stamped()
    state: str = Field(sa_column=Column(Text, nullable=False, server_default=text("'open'")))
    settled_at: dt.datetime | None = _instant()
    settled_by: str | None = Field(default=None, sa_type=Text)
    settled_why: str | None = Field(default=None, sa_type=Text)
