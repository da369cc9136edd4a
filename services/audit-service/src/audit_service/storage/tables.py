"""The tables as models in a registry of their own: what the migrations are compared with, never used at run time."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import (
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
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from audit_service.storage.schema import SCHEMA

METADATA = MetaData(schema=SCHEMA)
_INSTANT = DateTime(timezone=True)


def _recorded() -> Any:
    return Field(sa_column=Column(_INSTANT, nullable=False, server_default=text("clock_timestamp()")))


class Base(SQLModel, registry=registry(metadata=METADATA)):
    """The base of this service's tables."""


class EntryRow(Base, table=True):
    """One event, once: who did what, when, through which door, caused by what. Insert only."""

    __tablename__ = "entries"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index(
            "entries_of_task",
            "user_id",
            "task_id",
            "occurred_at",
            "event_id",
            postgresql_where=text("task_id IS NOT NULL"),
        ),
        Index("entries_of_user", "user_id", "occurred_at", "event_id"),
        Index(
            "entries_by_position",
            "position",
            postgresql_using="brin",
            postgresql_with={"pages_per_range": 16, "autosummarize": "on"},
        ),
        Index(
            "entries_of_request",
            "user_id",
            "correlation_id",
            "occurred_at",
            "event_id",
            postgresql_where=text("correlation_id IS NOT NULL"),
        ),
        Index(
            "entries_of_cause",
            "user_id",
            "causation_id",
            "occurred_at",
            "event_id",
            postgresql_where=text("causation_id IS NOT NULL"),
        ),
    )

    event_id: UUID = Field(primary_key=True)
    topic: str = Field(sa_type=Text)
    type: str = Field(sa_type=Text)
    event_type: str | None = Field(default=None, sa_type=Text)
    user_id: UUID | None = None
    list_id: UUID | None = None
    task_id: UUID | None = None
    aggregate_id: UUID | None = None
    version: int | None = Field(default=None, sa_type=BigInteger)
    occurred_at: dt.datetime = Field(sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    recorded_at: dt.datetime = _recorded()
    actor_kind: str | None = Field(default=None, sa_type=Text)
    actor_id: str | None = Field(default=None, sa_type=Text)
    door: str | None = Field(default=None, sa_type=Text)
    causation_id: UUID | None = None
    correlation_id: UUID | None = None
    digest: bytes = Field(sa_type=LargeBinary)
    source_partition: int
    source_offset: int = Field(sa_type=BigInteger)
    position: int = Field(
        sa_column=Column(BigInteger, nullable=False, server_default=text("nextval('audit.positions'::regclass)"))
    )


class SealRow(Base, table=True):
    """A signed statement about a range of positions; the same stands in the file outside. Insert only."""

    __tablename__ = "seals"  # pyright: ignore[reportAssignmentType]

    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    statement: bytes = Field(sa_type=LargeBinary)
    signature: bytes = Field(sa_type=LargeBinary)


class PayloadRow(Base, table=True):
    """The record's exact bytes, apart from the entry, so that personal text can be erased and the entry stays."""

    __tablename__ = "payloads"  # pyright: ignore[reportAssignmentType]

    event_id: UUID = Field(primary_key=True)
    record: bytes = Field(sa_type=LargeBinary)


class DeadLetterRow(Base, table=True):
    """A record that could not be handled (made by event_spine)."""

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
    recorded_at: dt.datetime = _recorded()
    state: str = Field(sa_column=Column(Text, nullable=False, server_default=text("'open'")))
    settled_at: dt.datetime | None = Field(default=None, sa_type=_INSTANT)  # pyright: ignore[reportArgumentType]
    settled_by: str | None = Field(default=None, sa_type=Text)
    settled_why: str | None = Field(default=None, sa_type=Text)
